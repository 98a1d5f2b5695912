"""Run the commands of an example or of a page in a copy of the examples, and say what is not as expected.

A case is a folder of examples/ that holds cmd.txt: one `xxgk` command a line, run in that folder. Beside it may stand

expected_exit.txt             the exit code of every command, one a line; without it all must be 0
expected_stdout.txt           everything the commands print
expected_stdout_contains.txt  lines that must be among what they print, or part of such a line
expected_stderr.txt           everything they say on the error channel; without it they must say nothing
expected_stdout_subset.json   what the JSON of the last command must hold: named keys only, lists whole
expected_files.txt            every file that must lie in out/ afterwards
requires.txt                  what the machine must have: `chinese-fonts`, or the name of a module
expected/                     files that must lie in out/ with just this text

`python tests/exampleruns.py --write` rewrites those that stand there from what the commands do now; check what changed.
"""

from __future__ import annotations

import atexit
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EXAMPLES = Path(__file__).parents[1] / "examples"
MADE = "out"
START = "import sys; from toolkit.cli import main; sys.argv[0] = 'xxgk'; main()"


@dataclass(frozen=True)
class Run:
    """One command as it went."""

    command: str
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Case:
    """One example and how it went: `place` is the copy of its folder in which the commands ran."""

    folder: Path
    place: Path
    runs: tuple[Run, ...]

    def made(self) -> dict[str, str]:
        """Return where in out/ each file lies, by its path below out/."""
        root = self.place / MADE
        return {path.relative_to(root).as_posix(): str(path) for path in sorted(root.rglob("*")) if path.is_file()}

    def expected(self, name: str) -> str | None:
        """Return the text of one of the files named above, or None where the case has none."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else None


@cache
def _server() -> subprocess.Popen[str]:
    """Return the process of which every command is forked; it ends with this one."""
    call = [sys.executable, Path(__file__).with_name("commandserver.py")]
    environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120", "PYTHONPATH": str(EXAMPLES.parent)}
    pipe = subprocess.PIPE
    server = subprocess.Popen(call, env=environment, stdin=pipe, stdout=pipe, encoding="utf-8")
    atexit.register(server.communicate)
    return server


def run_command(command: str, folder: Path) -> Run:
    """Run one `xxgk` command line as its own process and return what it printed."""
    program, *arguments = shlex.split(command)
    assert program == "xxgk", command
    server = _server()
    assert server.stdin
    assert server.stdout
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        asked = {"folder": str(folder), "arguments": arguments, "out": out.name, "err": err.name}
        server.stdin.write(f"{json.dumps(asked)}\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return Run(command, code, out.read().decode(), err.read().decode())


def copy_examples(folder: Path) -> Path:
    """Return a copy of the examples in which commands may write."""
    return shutil.copytree(EXAMPLES, folder / "examples", ignore=shutil.ignore_patterns(MADE))


def find_cases() -> list[Path]:
    """Return the folder of every case, in the order of their names."""
    return sorted(path.parent for path in EXAMPLES.rglob("cmd.txt"))


def run_case(folder: Path, workplace: Path) -> Case:
    """Run a case in a copy of the examples made in `workplace`."""
    place = copy_examples(workplace) / folder.relative_to(EXAMPLES)
    lines = (folder / "cmd.txt").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.strip() and not line.startswith("#")]
    return Case(folder, place, tuple(run_command(command, place) for command in commands))


def differences(case: Case) -> Iterator[str]:
    """Yield what a case did otherwise than its folder says."""
    codes, wanted = [run.code for run in case.runs], case.expected("expected_exit.txt")
    yield from _unequal("exit codes", codes, [0] * len(codes) if wanted is None else list(map(int, wanted.split())))
    printed = "".join(run.out for run in case.runs)
    whole = case.expected("expected_stdout.txt")
    if whole is not None:
        yield from _unequal("stdout", printed, whole)
    for line in (case.expected("expected_stdout_contains.txt") or "").splitlines():
        if line not in printed:
            yield f"nothing printed has: {line}"
    yield from _unequal("stderr", "".join(run.err for run in case.runs), case.expected("expected_stderr.txt") or "")
    subset = case.expected("expected_stdout_subset.json")
    if subset is not None:
        yield from _missing("", json.loads(subset), json.loads(case.runs[-1].out))
    yield from _file_differences(case)


def _file_differences(case: Case) -> Iterator[str]:
    made, listed = case.made(), case.expected("expected_files.txt")
    if listed is not None:
        yield from _unequal("files", sorted(made), sorted(listed.splitlines()))
    for path in sorted((case.folder / "expected").rglob("*")):
        name = path.relative_to(case.folder / "expected").as_posix()
        if path.is_file():
            written = Path(made[name]).read_text(encoding="utf-8") if name in made else None
            yield from _unequal(f"text of {name}", written, path.read_text(encoding="utf-8"))


def _unequal(what: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: found {found!r}, expected {wanted!r}"


def _missing(path: str, wanted: Any, found: Any) -> Iterator[str]:
    """Yield where `found` lacks what `wanted` says; keys that `wanted` does not name may hold anything."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            yield from _missing(f"{path}.{key}", value, found.get(key))
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for place, (value, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _missing(f"{path}[{place}]", value, other)
    else:
        yield from _unequal(path or "JSON", found, wanted)


def cut(wanted: Any, found: Any) -> Any:
    """Return of `found` what `wanted` names: how a subset is brought up to date."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {key: cut(value, found.get(key)) for key, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(found, list):
        shapes = [*wanted, *wanted[-1:] * len(found)] if wanted else found
        return [cut(shape, value) for shape, value in zip(shapes, found, strict=False)]
    return found


def rewrite(case: Case) -> None:
    """Bring those expectations of a case up to date that stand in its folder; lines of `contains` stay as they are."""
    texts = {
        "expected_exit.txt": "".join(f"{run.code}\n" for run in case.runs),
        "expected_stdout.txt": "".join(run.out for run in case.runs),
        "expected_stderr.txt": "".join(run.err for run in case.runs),
        "expected_files.txt": "".join(f"{name}\n" for name in case.made()),
    }
    subset = case.expected("expected_stdout_subset.json")
    if subset is not None:
        now = cut(json.loads(subset), json.loads(case.runs[-1].out))
        texts["expected_stdout_subset.json"] = json.dumps(now, ensure_ascii=False, indent=2) + "\n"
    for name, text in texts.items():
        if case.expected(name) is not None:
            (case.folder / name).write_text(text, encoding="utf-8")
    for name, path in case.made().items():
        if (case.folder / "expected" / name).is_file():
            shutil.copyfile(path, case.folder / "expected" / name)


def main(arguments: Iterable[str]) -> int:
    """Run every case and print what differs; with --write, rewrite the expectations instead."""
    failed = 0
    for folder in find_cases():
        with tempfile.TemporaryDirectory() as workplace:
            case = run_case(folder, Path(workplace))
            if "--write" in arguments:
                rewrite(case)
            for line in differences(case):
                failed = 1
                sys.stdout.write(f"{folder.relative_to(EXAMPLES)}: {line}\n")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
