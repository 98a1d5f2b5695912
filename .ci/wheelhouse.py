"""Build a folder from which the toolkit is installed on a machine without any network.

`python .ci/wheelhouse.py FOLDER [--for windows] [--python 3.11]` fetches every wheel for that platform and
Python, builds our own, writes install scripts for Windows and Linux, and refuses a folder in which anything is missing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from packaging.version import Version

ROOT = Path(__file__).parents[1]
NAME = "xxgk-toolkit"
# What offices have: Windows 10 and later; Linux on x86 and ARM since 2018 (麒麟 V10, 统信 20 and later).
PLATFORMS: Mapping[str, tuple[str, ...]] = {
    "windows": ("win_amd64",),
    "linux-x86": tuple(f"manylinux{since}_x86_64" for since in ("_2_28", "_2_27", "_2_24", "_2_17", "2014")),
    "linux-arm": tuple(f"manylinux{since}_aarch64" for since in ("_2_28", "_2_27", "_2_24", "_2_17", "2014")),
}
# Plain ASCII up to its last line: cmd finds labels by counting bytes, and counts wrong behind other letters in UTF-8.
# `pushd` also goes to a share of the network, where `cd` does not.
BATCH = """\
@echo off
setlocal
chcp 65001 >nul
pushd "%~dp0" || goto failed
if not exist "wheels\\*.whl" goto zipped
set "PLACE=%LOCALAPPDATA%\\xxgk"
set "DOCUMENTS=%USERPROFILE%\\Documents"
set "PYTHON=py -{python}"
%PYTHON% -c "" >nul 2>nul || set "PYTHON=python"
%PYTHON% -c "import sys; sys.exit(sys.version_info[:2] != ({numbers}) or sys.maxsize < 2**32)" 2>nul || goto failed
%PYTHON% -m venv "%PLACE%" || goto failed
"%PLACE%\\Scripts\\python.exe" -m pip install --no-index --find-links wheels {name} || goto failed
"%PLACE%\\Scripts\\python.exe" -m toolkit --version || goto failed
if not exist "%DOCUMENTS%" mkdir "%DOCUMENTS%"
"%PLACE%\\Scripts\\python.exe" -m toolkit desk "%DOCUMENTS%" --launcher || goto failed
type "messages\\done.txt"
start "" "%DOCUMENTS%"
pause
exit /b 0
:failed
type "messages\\failed.txt"
pause
exit /b 1
:zipped
echo 请先把整个文件夹解压出来，再运行里面的“安装”。& pause & exit /b 1
"""
MESSAGES: Mapping[str, str] = {
    "done.txt": "装好了。已打开“文档”文件夹：双击里面的“打开工作台”。\n",
    "failed.txt": "没有装成，原因见上面。需要 Python {python}（64 位）：\n"
    "从 python.org 下载安装包，安装时勾选 py launcher。\n",
}
SHELL = """\
#!/bin/sh
# Needs Python {python} with venv, and no network.
set -eu
cd "$(dirname "$0")"
home="${{XXGK_HOME:-$HOME/.local/share/xxgk}}"
failed() {{
    echo "没有装成，原因见上面。需要 Python {python}，连同它的 venv（统信上另有 python{python}-venv 这个包）。" >&2
    exit 1
}}
python{python} -m venv "$home" || failed
"$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels {name} || failed
mkdir -p "$HOME/.local/bin"
ln -sf "$home/bin/xxgk" "$HOME/.local/bin/xxgk"
"$home/bin/xxgk" --version
"$home/bin/xxgk" desk "$HOME" --launcher
echo "装好了：运行 $HOME/.local/bin/xxgk，或双击主文件夹里的“打开工作台”。"
"""


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--for", dest="machines", choices=PLATFORMS, action="append", help="default: all of them")
    parser.add_argument("--python", default=f"{sys.version_info.major}.{sys.version_info.minor}")
    asked = parser.parse_args()
    for machine in asked.machines or PLATFORMS:
        folder = build(asked.folder / f"{machine}-py{asked.python}", machine, asked.python)
        print(f"{folder}: {len(list((folder / 'wheels').iterdir()))} wheels")  # noqa: T201


def build(folder: Path, machine: str, python: str) -> Path:
    """Fill a folder for one kind of machine and return it; SystemExit names every wheel that is missing."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        _pip("wheel", "--no-deps", "--wheel-dir", place, str(ROOT))
        (own,) = Path(place).glob("*.whl")
        _download(wheels, machine, python, [str(own)])
    # pip asks this machine, not that one, what a wheel needs there (colorama on Windows): the rest is fetched by name.
    if needed := [str(requirement).partition(";")[0] for _, requirement in lacking(wheels, machine, python)]:
        _download(wheels, machine, python, needed)
    write_scripts(folder, python)
    if missing := list(missing_wheels(wheels, machine, python)):
        sys.exit("\n".join(missing))
    return folder


def _download(wheels: Path, machine: str, python: str, wanted: list[str]) -> None:
    tags = [word for tag in PLATFORMS[machine] for word in ("--platform", tag)]
    _pip("download", "--only-binary=:all:", "--python-version", python, *tags, "--dest", str(wheels), *wanted)


def _pip(*words: str) -> None:
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", words[0], *quiet, *words[1:]], check=True)


def write_scripts(folder: Path, python: str) -> None:
    """Write the install scripts and what they say: one of them fits, the other does no harm."""
    batch, shell, messages = folder / "安装.bat", folder / "install.sh", folder / "messages"
    words = {"python": python, "numbers": python.replace(".", ", "), "name": NAME}
    batch.write_bytes(windows_text(BATCH.format(**words)))
    messages.mkdir(exist_ok=True)
    for name, text in MESSAGES.items():
        (messages / name).write_bytes(windows_text(text.format(**words)))
    shell.write_text(SHELL.format(**words), encoding="utf-8", newline="\n")
    shell.chmod(0o755)


def windows_text(text: str) -> bytes:
    """Return a text as Windows has it, in UTF-8 without a mark, which cmd would take for a command."""
    return text.replace("\n", "\r\n").encode()


def missing_wheels(wheels: Path, machine: str, python: str) -> Iterator[str]:
    """Yield what an installation there would not find: a requirement without a wheel, a wheel for another machine."""
    version, platforms = tuple(map(int, python.split("."))), PLATFORMS[machine]
    tags = {*cpython_tags(version, platforms=platforms), *compatible_tags(version, platforms=platforms)}
    for path in sorted(wheels.glob("*.whl")):
        if not parse_wheel_filename(path.name)[3] & tags:
            yield f"{path.name} does not fit {machine}, Python {python}"
    for path, requirement in lacking(wheels, machine, python):
        yield f"{path.name} needs {requirement}, which is not there"
    if NAME not in versions(wheels):
        yield f"{NAME} itself is not there"


def versions(wheels: Path) -> Mapping[str, Version]:
    """Return which version of each distribution lies there, by its canonical name."""
    return dict(parse_wheel_filename(path.name)[:2] for path in sorted(wheels.glob("*.whl")))


def lacking(wheels: Path, machine: str, python: str) -> Iterator[tuple[Path, Requirement]]:
    """Yield every requirement that holds on that machine and has no wheel, with the wheel that states it."""
    environment, known = environment_of(machine, python), versions(wheels)
    for path in sorted(wheels.glob("*.whl")):
        for requirement in requirements_of(path):
            is_needed = requirement.marker is None or requirement.marker.evaluate(environment)
            number = known.get(canonicalize_name(requirement.name))
            if is_needed and (number is None or not requirement.specifier.contains(number, prereleases=True)):
                yield path, requirement


def environment_of(machine: str, python: str) -> dict[str, str]:
    """Return what requirements may ask of a machine."""
    is_windows = machine == "windows"
    return {
        **{name: str(value) for name, value in default_environment().items()},
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "win32" if is_windows else "linux",
        "platform_system": "Windows" if is_windows else "Linux",
        "os_name": "nt" if is_windows else "posix",
        "platform_machine": {"windows": "AMD64", "linux-x86": "x86_64", "linux-arm": "aarch64"}[machine],
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def requirements_of(wheel: Path) -> Iterable[Requirement]:
    """Return what a wheel says it needs."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        headers = Parser().parsestr(archive.read(name).decode())
    return [Requirement(text) for text in headers.get_all("Requires-Dist", [])]


if __name__ == "__main__":
    main()
