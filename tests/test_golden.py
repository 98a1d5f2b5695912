"""The issued workbooks part by part, against tests/golden: whatever changes in a file is seen before a clerk sees it.

Two sheets of each edition are kept whole, of every other part only a digest. Run with XXGK_UPDATE_GOLDEN=1 to accept a
change, and look at what git shows.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from casebook import ROOT
from workbooks import issued, part_of, parts

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.form.model import Form

GOLDEN = ROOT / "tests" / "golden"
UPDATE = os.environ.get("XXGK_UPDATE_GOLDEN") == "1"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRINGS = "xl/sharedStrings.xml"
DIGESTS = "parts.txt"


def readable(content: bytes, strings: list[str], fingerprint: str) -> str:
    """Return a part indented, its shared strings in their places, the definition's fingerprint masked."""
    root = ET.fromstring(content)
    for cell in root.iter(f"{MAIN}c"):
        value = cell.find(f"{MAIN}v")
        if cell.get("t") == "s" and value is not None:
            value.text = strings[int(value.text or "")]
    ET.indent(root)
    return ET.tostring(root, encoding="unicode").replace(fingerprint, "FINGERPRINT") + "\n"


def golden_files(form: Form) -> dict[str, str]:
    """Return what tests/golden should hold for an edition, by file name."""
    data = issued(form.edition)
    found = parts(data)
    texts = ["".join(item.itertext()) for item in ET.fromstring(found[STRINGS])]
    pages = {name: readable(content, texts, form.fingerprint) for name, content in found.items() if name != STRINGS}
    table = next(section.sheet for section in reversed(form.sections) if section.is_table)
    whole = {part_of(data, form.words.cover): "cover.xml", part_of(data, table): "table.xml"}
    lines = [f"{hashlib.sha256(page.encode()).hexdigest()[:16]}  {name}" for name, page in pages.items()]
    return {DIGESTS: "\n".join(lines) + "\n"} | {file: pages[part] for part, file in whole.items()}


def test_the_workbook_is_the_golden_one(form: Form) -> None:
    folder = GOLDEN / form.edition
    files = golden_files(form)
    if UPDATE:
        _write(folder, files)
    for name, text in files.items():
        assert (folder / name).read_text(encoding="utf-8") == text, f"{form.edition}/{name}: see XXGK_UPDATE_GOLDEN"
    assert sorted(path.name for path in folder.iterdir()) == sorted(files)


def _write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def test_no_golden_folder_is_left_of_a_form_that_is_gone() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {"2019", "2021", "small"}
