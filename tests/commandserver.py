"""Runs `xxgk` command lines, each in a process of its own, forked from one that has loaded the toolkit and its forms.

Reads one command a line as JSON (`folder`, `arguments`, where to write `out` and `err`), answers with its exit code.
Most of the time of a short command is what every start costs; tests/test_startup.py is about that.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import sys
from importlib import import_module

import toolkit
from toolkit.cli import main
from toolkit.form.registry import load_forms
from toolkit.form.rules import bind_rules
from toolkit.workbook.layout import lay_out


def load_all() -> None:
    """Load what the commands would load one after the other."""
    for module in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for form in load_forms():
        lay_out(form)
        bind_rules(form)
    gc.freeze()  # what is shared is not to be copied only because it is counted


def become(folder: str, arguments: list[str], out: str, err: str) -> None:
    """Let this process be the one that was asked for."""
    for number, (path, how) in enumerate(((os.devnull, os.O_RDONLY), (out, os.O_WRONLY), (err, os.O_WRONLY))):
        os.dup2(os.open(path, how), number)
    os.chdir(folder)
    sys.argv = ["xxgk", *arguments]


if __name__ == "__main__":
    load_all()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            become(**json.loads(line))
            main()
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()
