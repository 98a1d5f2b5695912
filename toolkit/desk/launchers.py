"""Files to double-click that open the desk over the folder they lie in, for Windows and for Linux desktops."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from toolkit.files import write_files

if TYPE_CHECKING:
    from pathlib import Path

NAME = "打开工作台"
# Code page 65001 is UTF-8. The program of the machine it was written on first, then whatever is installed. No labels:
# cmd finds them by counting bytes, and counts wrong behind a path with Chinese in it. `pushd` also goes to a share of
# the network, where `cd` does not.
_BATCH = """\
@echo off
setlocal
chcp 65001 >nul
pushd "%~dp0"
set "PYTHON={python}"
if exist "%PYTHON%" (
  "%PYTHON%" -m toolkit desk .
) else (
  where xxgk >nul 2>nul
  if errorlevel 1 (py -3 -m toolkit desk .) else (xxgk desk .)
)
if errorlevel 1 pause
"""
_DESKTOP = """\
[Desktop Entry]
Type=Application
Name={name}
Comment=政府信息公开年报工作台
Exec={python} -m toolkit desk {folder}
Terminal=true
Categories=Office;
"""


def write_launchers(folder: Path) -> tuple[Path, ...]:
    """Write the launchers into a folder and return where they stand.

    Raises:
        OutputError: the folder cannot be written.
    """
    batch, desktop = folder / f"{NAME}.bat", folder / f"{NAME}.desktop"
    python = sys.executable
    entry = _DESKTOP.format(name=NAME, python=_quoted(python), folder=_quoted(str(folder.resolve())))
    lines = _BATCH.format(python=python.replace("%", "%%")).splitlines()
    write_files({batch: "".join(f"{line}\r\n" for line in lines).encode(), desktop: entry.encode()})
    desktop.chmod(0o755)  # a desktop starts only what may be run
    return batch, desktop


def _quoted(word: str) -> str:
    """Return a word of a command line as desktop entries quote it: for the line, then for the file."""
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, f"\\{sign}")
    return f'"{word}"'.replace("\\", "\\\\").replace("%", "%%")
