"""Old documents of a batch are converted in one run of LibreOffice; what it leaves undone is converted by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from standinoffice import stand_in_office
from wordfiles import docx, p

from toolkit.documents.grids import Line
from toolkit.documents.opening import open_document
from toolkit.documents.sources.converting import converted_together, converting_together
from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

RTF = [f"{{\\rtf1 {number}}}".encode() for number in range(3)]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return install(tmp_path)


def install(place: Path, refuse: str = "", each: str = "") -> Path:
    return stand_in_office(place, docx(p("converted")), refuse, each)


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


def test_one_that_cannot_be_converted_costs_the_others_nothing(log: Path, tmp_path: Path) -> None:
    install(tmp_path, each='grep -q "1}" "$file" && continue')
    with converted_together(RTF):
        assert [texts(RTF[0]), texts(RTF[2])] == [["converted"]] * 2
        assert log.read_text() == "run\n"
        with pytest.raises(DocumentError, match="打不开"):
            texts(RTF[1])
    assert log.read_text() == "run\n" * 2


@pytest.mark.parametrize("each", ["sleep 60", 'echo half > "${file%.*}.docx"; exit 1'])
def test_one_that_hangs_or_stops_the_program_costs_only_time(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, each: str
) -> None:
    monkeypatch.setattr("toolkit.documents.sources.converting._CONVERT_SECONDS", 1)
    install(tmp_path, each=f'grep -q "1}}" "$file" && {{ {each}; }}')
    with converted_together(RTF):
        assert [texts(RTF[0]), texts(RTF[2])] == [["converted"]] * 2
        with pytest.raises(DocumentError, match=r"另存为.*docx"):
            texts(RTF[1])
    assert log.read_text() == "run\n" * 3  # the batch, what came behind the faulty one, and that one


def test_a_batch_within_a_batch_leaves_the_outer_one_be(log: Path) -> None:
    with converted_together(RTF[:2]):
        with converted_together(RTF):
            assert texts(RTF[2]) == ["converted"]
        assert texts(RTF[0]) == ["converted"]
    assert log.read_text() == "run\n" * 2


def test_files_are_told_by_what_they_hold_and_read_in_their_order(log: Path, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.rtf", "b.docx", "c.txt", "gone.doc")]
    for path, data in zip(paths, (*RTF[:2], b"text"), strict=False):
        path.write_bytes(data)
    found = [(path.name, texts(path.read_bytes()) if path.exists() else None) for path in converting_together(paths)]
    assert found == [("a.rtf", ["converted"]), ("b.docx", ["converted"]), ("c.txt", ["text"]), ("gone.doc", None)]
    assert log.read_text() == "run\n"


def test_one_document_and_other_files_need_no_batch(log: Path) -> None:
    with converted_together([RTF[0], b"<html></html>", b"PK\3\4"]):
        assert not log.exists()
