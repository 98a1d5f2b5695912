"""The folder for machines without a network: what is missing in it is named, and its scripts fetch nothing."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from batchfiles import faults_of
from casebook import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheelhouse() -> Any:
    spec = importlib.util.spec_from_file_location("wheelhouse", ROOT / ".ci" / "wheelhouse.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def put_wheel(folder: Path, name: str, *needs: str) -> None:
    folder.mkdir(exist_ok=True)
    stem = "-".join(name.split("-")[:2])
    with zipfile.ZipFile(folder / name, "w") as archive:
        told = "".join(f"Requires-Dist: {need}\n" for need in needs)
        archive.writestr(f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: x\n{told}")


OURS = "xxgk_toolkit-0.1.0-py3-none-any.whl"
ANY = "a-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("wheels", "needs", "machine", "told"),
    [
        ((ANY,), ("a>=1",), "windows", []),
        ((), ("a>=1",), "windows", ["needs a>=1"]),
        ((ANY,), ("a>=2",), "windows", ["needs a>=2"]),
        ((), ('a; sys_platform == "linux"',), "windows", []),
        ((), ('a; platform_system == "Windows"',), "windows", ['needs a; platform_system == "Windows"']),
        ((), ('a; platform_system == "Windows"',), "linux-x86", []),
        ((), ('a; extra == "dev"',), "linux-x86", []),
        (("a-1.0-cp311-cp311-win_amd64.whl",), ("A",), "windows", []),
        (("a-1.0-cp39-abi3-manylinux2014_x86_64.whl",), ("a",), "linux-x86", []),
        (("a-1.0-cp311-cp311-win_amd64.whl",), (), "linux-arm", ["does not fit linux-arm"]),
        (("a-1.0-cp312-cp312-win_amd64.whl",), (), "windows", ["does not fit windows"]),
        (("a-1.0-cp311-cp311-manylinux_2_35_x86_64.whl",), (), "linux-x86", ["does not fit linux-x86"]),
    ],
)
def test_every_gap_is_named(
    tmp_path: Path, wheelhouse: Any, wheels: tuple[str, ...], needs: tuple[str, ...], machine: str, told: list[str]
) -> None:
    put_wheel(tmp_path, OURS, *needs)
    for name in wheels:
        put_wheel(tmp_path, name)
    found = list(wheelhouse.missing_wheels(tmp_path, machine, "3.11"))
    assert len(found) == len(told)
    assert all(words in line for words, line in zip(told, found, strict=True))


def test_a_folder_without_the_toolkit_is_refused(tmp_path: Path, wheelhouse: Any) -> None:
    assert list(wheelhouse.missing_wheels(tmp_path, "windows", "3.11")) == ["xxgk-toolkit itself is not there"]


def test_the_scripts_ask_no_network_and_are_sound(tmp_path: Path, wheelhouse: Any) -> None:
    wheelhouse.write_scripts(tmp_path, "3.11")
    shell, batch = (tmp_path / "install.sh").read_text(encoding="utf-8"), (tmp_path / "安装.bat").read_bytes()
    assert "--no-index --find-links wheels" in shell
    assert b"--no-index --find-links wheels" in batch
    assert list(faults_of(batch)) == []
    for name in re.findall(r"messages\\(\w+\.txt)", batch.decode()):
        text = (tmp_path / "messages" / name).read_bytes()
        assert text.endswith("。\r\n".encode())
        assert b"{" not in text
    assert b"!= (3, 11)" in batch
    assert subprocess.run(["sh", "-n", tmp_path / "install.sh"], check=False).returncode == 0
