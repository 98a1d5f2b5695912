"""Pages in a real browser and Office files before the Open XML SDK: outside judges, which a broken copy must move."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from campaigncases import county
from casebook import example_filing
from housetemplate import make_template
from nodetools import check_files, check_markup, check_pages, need_java, need_node
from report_samples import SAMPLES, sample_filing, sample_report

from toolkit.campaign.board.board import make_board
from toolkit.campaign.board.page import board_page
from toolkit.campaign.board.workbook import board_workbook
from toolkit.campaign.compare.comparison import Comparison, Side, compare, read_side
from toolkit.campaign.compare.page import comparison_page
from toolkit.campaign.compare.workbook import comparison_workbook
from toolkit.campaign.merge.consolidated import consolidated_workbook, merge_round
from toolkit.report.docx.document import render_docx
from toolkit.report.docx.house_template import render_house
from toolkit.report.html import render_html, render_html_fragment
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.campaign.board.board import Round

BARE = (
    '<!DOCTYPE html><html lang="zh-CN"><head><title>栏目</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    "<body><main><h1>栏目</h1>{}</main></body></html>"
)
# What a broken page is made to have: a picture and an input without words, grey on white, a table beyond the screen.
FAULTS = (
    '<img src="x.png"><p style="color:#bbb">看不清</p><input>'
    '<table style="width:3000px;max-width:none"><tr><td>1</td></tr></table>'
)
FRAGMENTS = ("suqian_2024", "erqi_2020")


def comparison_of_years() -> Comparison:
    return compare(Side(example_filing("suqian_2024")), Side(example_filing("suqian_2023")))


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> Round:
    return county(tmp_path_factory.mktemp("round") / "2024", {"1": 30, "2": 10, "21": 0})


def pages_of(state: Round) -> Iterator[tuple[str, str]]:
    yield from ((name, render_html(sample_report(name))) for name in SAMPLES)
    yield from ((f"fragment_{name}", BARE.format(render_html_fragment(sample_report(name)))) for name in FRAGMENTS)
    yield "status", "".join(board_page(make_board(state, date(2025, 2, 1))))
    yield "comparison", comparison_page(comparison_of_years())
    yield "comparison_round", comparison_page(compare(read_side(state.campaign.folder)))
    yield "broken", render_html(sample_report("suqian_2024")).replace("</main>", f"{FAULTS}</main>")


@pytest.fixture(scope="module")
def checked(round_: Round, tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, int], dict[str, Any]]:
    """What was found, by page and width; one browser for all pages."""
    need_node()
    folder = tmp_path_factory.mktemp("pages")
    paths = {folder / f"{name}.html": text for name, text in pages_of(round_)}
    for path, text in paths.items():
        path.write_text(text, encoding="utf-8")
    results = check_pages(list(paths), folder / "profile")
    return {(result["file"].rpartition("/")[2].removesuffix(".html"), result["width"]): result for result in results}


@pytest.mark.browser
def test_every_page_is_accessible_and_never_wider_than_the_screen(checked: Mapping) -> None:
    sound = {place: found for place, found in checked.items() if place[0] != "broken"}
    assert {place: found["violations"] for place, found in sound.items() if found["violations"]} == {}
    assert {place: found["overflow"] for place, found in sound.items() if found["overflow"] > 0} == {}
    assert len(sound) == 2 * (len(SAMPLES) + len(FRAGMENTS) + 3)
    assert min(found["passed"] for found in sound.values()) > 10  # the rules did run


@pytest.mark.browser
def test_a_broken_page_does_not_pass(checked: Mapping) -> None:
    for width in (390, 1280):
        rules = {violation.partition(":")[0] for violation in checked["broken", width]["violations"]}
        assert {"image-alt", "color-contrast", "label"} <= rules
        assert checked["broken", width]["overflow"] > 0


@pytest.mark.browser
def test_the_markup_of_every_report_is_valid_and_a_broken_page_is_not(tmp_path: Path) -> None:
    need_java()
    paths = {name: tmp_path / f"{name}.html" for name in (*SAMPLES, "broken")}
    for name, path in paths.items():
        html = render_html(sample_report("suqian_2024" if name == "broken" else name))
        path.write_text(html.replace("</main>", FAULTS + "</main>") if name == "broken" else html, encoding="utf-8")
    errors = check_markup(list(paths.values()))
    assert [error for error in errors if "broken.html" not in error] == []
    assert errors


def files_of(state: Round) -> Iterator[tuple[str, bytes]]:
    yield from ((f"{name}.docx", render_docx(sample_report(name))) for name in ("suqian_2024", "hostile", "small"))
    report, filing = sample_report("suqian_2024"), sample_filing("suqian_2024")
    yield "house.docx", render_house(report, filing, make_template(), "template.docx")
    yield "template.docx", make_template()
    board = make_board(state, date(2025, 2, 1))
    yield "return_2024.xlsx", write_workbook(example_filing("suqian_2024"))
    yield "return_2020.xlsx", write_workbook(example_filing("erqi_2020"))
    yield "status.xlsx", b"".join(board_workbook(board))
    yield "consolidated.xlsx", consolidated_workbook(merge_round(state), state, board)
    yield "comparison.xlsx", comparison_workbook(comparison_of_years())
    yield "comparison_round.xlsx", comparison_workbook(compare(read_side(state.campaign.folder)))
    yield "broken.docx", without_grid(render_docx(sample_report("suqian_2024")))


def without_grid(data: bytes) -> bytes:
    """Return a Word file with the grids of its tables taken out, which Word would have to repair."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                assert b"<w:tblGrid>" in content
                content = content.replace(b"<w:tblGrid>", b"<w:tblCaption>").replace(
                    b"</w:tblGrid>", b"</w:tblCaption>"
                )
            target.writestr(name, content)
    return made.getvalue()


def test_the_open_xml_sdk_accepts_every_file_and_refuses_a_broken_one(round_: Round, tmp_path: Path) -> None:
    need_node()
    paths = []
    for name, content in files_of(round_):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    found = check_files(paths)
    assert found.pop("broken.docx") != []
    assert found == {path.name: [] for path in paths if path.name != "broken.docx"}
