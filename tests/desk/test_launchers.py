"""The files to double-click: they name the folder they lie in, whatever it is called, and start the desk."""

from __future__ import annotations

import configparser
import os
import re
import sys
from typing import TYPE_CHECKING

import pytest

from toolkit.desk.launchers import write_launchers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from terminal import Cli


def words_of(line: str) -> Iterator[str]:
    """Yield the words of a command as a desktop reads them: the file's escapes first, then the line's quotes."""
    plain = line.replace("\\\\", "\\").replace("%%", "%")
    for quoted, bare in re.findall(r'"((?:\\.|[^"\\])*)"|(\S+)', plain):
        yield re.sub(r"\\(.)", r"\1", quoted) or bare


@pytest.mark.parametrize("name", ["2024年报", "有 空格", '引"号', "百%分", "$HOME", "反`引号"])
def test_the_linux_launcher_starts_the_desk_in_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    _, desktop = write_launchers(folder)
    entry = configparser.RawConfigParser()
    entry.read(desktop, encoding="utf-8")
    assert list(words_of(entry["Desktop Entry"]["exec"])) == [sys.executable, "-m", "toolkit", "desk", str(folder)]
    assert os.access(desktop, os.X_OK)


def test_the_windows_launcher_is_a_batch_file_of_windows(tmp_path: Path, xxgk: Cli) -> None:
    ran = xxgk("desk", tmp_path, "--launcher")
    assert ran.code == 0
    assert ran.out.count("双击就能打开工作台") == 2
    content = (tmp_path / "打开工作台.bat").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 5
    assert content.startswith(b"@echo off\r\nchcp 65001")
    assert b'cd /d "%~dp0"' in content


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, xxgk: Cli) -> None:
    ran = xxgk("desk", tmp_path / "没有", "--no-browser")
    assert (ran.code, "没有这个文件夹" in ran.err) == (2, True)
