"""Old documents of a batch are converted in one run of LibreOffice; what it leaves undone is converted by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from wordfiles import docx, p

from toolkit.documents.grids import Line
from toolkit.documents.opening import open_document
from toolkit.documents.sources.converting import converted_together

if TYPE_CHECKING:
    from pathlib import Path

RTF = [f"{{\\rtf1 {number}}}".encode() for number in range(3)]
OFFICE = """#!/bin/sh
echo run >> {log}
while [ "$1" != "--outdir" ]; do shift; done
place=$2; shift 2
{refuse}
for file in "$@"; do cp {made} "${{file%.*}}.docx"; done
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "made").write_bytes(docx(p("converted")))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return install(tmp_path, "")


def install(place: Path, refuse: str) -> Path:
    program, log = place / "soffice", place / "log"
    program.write_text(OFFICE.format(log=log, made=place / "made", refuse=refuse), encoding="utf-8")
    program.chmod(0o755)
    return log


def texts(data: bytes) -> list[str]:
    return [block.text for block in open_document(data, "a.rtf").blocks if isinstance(block, Line)]


def test_a_batch_starts_the_program_once(log: Path) -> None:
    with converted_together(RTF):
        assert [texts(data) for data in RTF] == [["converted"]] * 3
    assert log.read_text() == "run\n"
    texts(RTF[0])
    assert log.read_text() == "run\nrun\n"


def test_what_a_batch_leaves_undone_is_converted_by_itself(log: Path, tmp_path: Path) -> None:
    install(tmp_path, '[ "$#" -gt 1 ] && exit 1')
    with converted_together(RTF):
        assert texts(RTF[1]) == ["converted"]
    assert log.read_text() == "run\nrun\n"


def test_one_document_and_other_files_need_no_batch(log: Path) -> None:
    with converted_together([RTF[0], b"<html></html>", b"PK\3\4"]):
        assert not log.exists()
