"""The files to double-click: they name the folder they lie in, whatever it is called, and start the desk."""

from __future__ import annotations

import configparser
import os
import re
import sys
from typing import TYPE_CHECKING

import pytest
from batchfiles import faults_of

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
    assert list(faults_of(content)) == []
    assert b'pushd "%~dp0"' in content


@pytest.mark.parametrize("python", ["C:\\Users\\张三 李\\xxgk\\python.exe", "C:\\A (x86)\\100%&co\\python.exe"])
def test_the_windows_launcher_finds_a_program_whatever_its_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str
) -> None:
    monkeypatch.setattr(sys, "executable", python)
    batch, _ = write_launchers(tmp_path)
    content = batch.read_bytes()
    assert list(faults_of(content)) == []
    assert f'set "PYTHON={python.replace("%", "%%")}"' in content.decode().split("\r\n")


@pytest.mark.parametrize(
    ("sound", "damaged"),
    [
        (b"\r\n", b"\n"),
        (b"@echo off", b"\xef\xbb\xbf@echo off"),
        (b"chcp 65001 >nul", b"rem"),
        (b'"%~dp0"', b"%~dp0"),
        (b'"%~dp0"', b'"%~dp0'),
        (b'set "PYTHON', b"set PYTHON"),
        (b"if errorlevel 1 pause", b"if errorlevel 1 goto end"),
        (b"if errorlevel 1 pause", ":end\r\necho 完\r\npause".encode()),
        (b") else (", b"else ("),
        (b"desk .)", b"desk 100%)"),
    ],
)
def test_a_fault_of_a_batch_file_is_noticed(tmp_path: Path, sound: bytes, damaged: bytes) -> None:
    content = write_launchers(tmp_path)[0].read_bytes()
    assert sound in content
    assert list(faults_of(content.replace(sound, damaged))) != []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, xxgk: Cli) -> None:
    ran = xxgk("desk", tmp_path / "没有", "--no-browser")
    assert (ran.code, "没有这个文件夹" in ran.err) == (2, True)
