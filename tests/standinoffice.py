"""A stand-in for LibreOffice: a script that says that it ran and gives every document the same .docx."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OFFICE = """#!/bin/sh
echo run >> {log}
while [ "$1" != "--outdir" ]; do shift; done
shift 2
{refuse}
for file in "$@"; do
    {each}
    cp {made} "${{file%.*}}.docx"
done
"""


def stand_in_office(place: Path, made: bytes, refuse: str = "", each: str = "") -> Path:
    """Put the script into a folder and return where it logs its runs.

    `refuse` is run before anything is converted, `each` before every document.
    """
    program, log = place / "soffice", place / "log"
    (place / "made").write_bytes(made)
    program.write_text(_OFFICE.format(log=log, made=place / "made", refuse=refuse, each=each), encoding="utf-8")
    program.chmod(0o755)
    return log
