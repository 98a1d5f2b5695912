"""The web page, parsed back; and drawn by a real browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL
from report_samples import HOSTILE, SAMPLES, figures_of, sample_filing, sample_report

from toolkit.filing.filing import Filing
from toolkit.form.grid import heads_of
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Kind, Paragraph
from toolkit.report.document import build_report
from toolkit.report.html import render_html, render_html_fragment

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.form.values import Value
    from toolkit.report.document import Report

VOID = {"meta", "col", "wbr", "link", "br", "img"}
WIDTHS = (390, 1280)


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        found = [self] if self.tag in tags else []
        return found + [inner for child in self.children for inner in child.all(*tags)]


class Tree(HTMLParser):
    """A strict reading: every element that is opened is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]
        self.feed(text)
        self.close()
        assert len(self.open) == 1, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"{tag}: attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def tree(text: str) -> Element:
    return Tree(text).open[0]


@pytest.mark.parametrize("render", [render_html, render_html_fragment])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_reads_back_by_its_field(name: str, render) -> None:
    cells = tree(render(sample_report(name))).all("td")
    shown = {cell.attributes["data-field"]: cell.text for cell in cells}
    figures = {field: text for table in sample_report(name).tables for field, text in table.figures.items()}
    assert shown == figures
    assert len(cells) == len(figures_of(sample_filing(name)))


def parsed(page: Element) -> Filing:
    """Return the filing a page or fragment was made of, by nothing but its attributes and texts."""
    (identity,) = (element.attributes for element in walk(page) if "data-form" in element.attributes)
    form = form_of_edition(identity["data-edition"], SMALL if identity["data-edition"] == "small" else None)
    answers: dict[str, Value] = {}
    for element in walk(page):
        name = element.attributes.get("data-field", "")
        if element.tag == "td":
            kind = Decimal if form.fields[name].kind is Kind.AMOUNT else int
            answers[name] = kind(element.text) if element.text else None
        elif name:
            body = [child for child in element.children if child.tag in {"p", "h3", "h4", "h5"}]
            headings = sorted({child.tag for child in body} - {"p"})
            answers[name] = tuple(Paragraph(child.text, ["p", *headings].index(child.tag)) for child in body)
    year = int(identity["data-year"])
    return Filing(form, identity["data-organ"], identity["data-organ-code"], year, answers)


@pytest.mark.parametrize("render", [render_html, render_html_fragment])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_parses_back_to_the_filing_it_was_made_of(name: str, render) -> None:
    filing = sample_filing(name)
    back = parsed(tree(render(sample_report(name))))
    assert back.form.fingerprint == filing.form.fingerprint
    assert (back.organ, back.code, back.year) == (filing.organ, filing.code, filing.year)
    assert figures_of(back) == figures_of(filing)
    prose = {section.id: section.paragraphs for section in sample_report(name).sections if not section.table}
    assert {section: back.paragraphs(section) for section in prose} == prose


def test_the_linked_data_names_the_organ_by_its_code() -> None:
    linked = json.loads(tree(render_html(sample_report("suqian_2024"))).all("script")[0].text)
    assert linked["publisher"]["identifier"] == sample_filing("suqian_2024").code


@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_names_exactly_its_heads(name: str) -> None:
    page = tree(render_html(sample_report(name)))
    labels = {cell.attributes["id"]: cell.text for cell in page.all("th")}
    for table in sample_report(name).tables:
        cells = {cell.attributes["data-field"]: cell for cell in page.all("td")}
        for cell in table.grid.data():
            heads = [labels[head] for head in cells[cell.field].attributes["headers"].split()]
            assert heads == [head.text for head in heads_of(table.grid, cell) if head.text]


@pytest.mark.parametrize("render", [render_html, render_html_fragment])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_spans_cover_every_table_exactly_once(name: str, render) -> None:
    for table, drawn in zip(sample_report(name).tables, tree(render(sample_report(name))).all("table"), strict=True):
        covered: Counter[tuple[int, int]] = Counter()
        for row, line in enumerate(drawn.all("tr")):
            column = 0
            for cell in line.all("th", "td"):
                while covered[row, column]:
                    column += 1
                for down in range(int(cell.attributes.get("rowspan", "1"))):
                    for across in range(int(cell.attributes.get("colspan", "1"))):
                        covered[row + down, column + across] += 1
        grid = {(row, column) for row in range(table.grid.height) for column in range(table.grid.width)}
        assert {place: times for place, times in covered.items() if times} == dict.fromkeys(grid, 1)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_row_group_holds_all_the_rows_its_cells_span(name: str) -> None:
    for group in tree(render_html(sample_report(name))).all("thead", "tbody"):
        rows = group.all("tr")
        for number, row in enumerate(rows):
            assert all(int(cell.attributes.get("rowspan", "1")) <= len(rows) - number for cell in row.all("th", "td"))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_is_well_built_for_screen_readers(name: str) -> None:
    report = sample_report(name)
    page = tree(render_html(report))
    ids = [element.attributes["id"] for element in page.all(*{e.tag for e in walk(page)}) if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert [element.attributes["lang"] for element in page.all("html")] == [report.language]
    titles = [entry.text for entry in page.all("h1", "title")]
    assert titles == [report.title, report.title, *(chart.title for part in report.sections for chart in part.charts)]
    assert [heading.text for heading in page.all("h2")] == [section.heading for section in report.sections]
    assert [caption.text for caption in page.all("caption")] == [table.caption for table in report.tables]
    assert {cell.attributes["scope"] for cell in page.all("th")} <= {"col", "colgroup", "row", "rowgroup"}
    named = {element.attributes["aria-labelledby"] for element in walk(page) if "aria-labelledby" in element.attributes}
    assert {name for names in named for name in names.split()} <= set(ids)


def walk(element: Element) -> list[Element]:
    return [element, *(inner for child in element.children for inner in walk(child))]


@pytest.mark.parametrize("render", [render_html, render_html_fragment])
@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_comes_from_elsewhere_and_nothing_runs(name: str, render) -> None:
    elements = walk(tree(render(sample_report(name))))
    scripts = [element.attributes.get("type") for element in elements if element.tag == "script"]
    assert set(scripts) <= {"application/ld+json"}
    assert {"link", "img", "iframe", "object"} & {element.tag for element in elements} == set()
    loading = {"src", "href", "srcset", "background", "action"}
    assert [name for element in elements for name in element.attributes if name in loading or name[:2] == "on"] == []
    assert "url(" not in "".join(element.text for element in elements if element.tag == "style")


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    page = tree(render_html(sample_report("hostile")))
    assert [paragraph.text for paragraph in page.all("p")].count(HOSTILE) == 4  # three sections and the signature
    assert page.all("b") == []
    linked = json.loads(page.all("script")[0].text)
    assert (linked["publisher"]["name"], linked["inLanguage"]) == (HOSTILE, "zh-CN")


def test_a_script_in_a_name_cannot_end_the_linked_data() -> None:
    filing = sample_filing("hostile")
    organ = "</script><script>alert(1)</script>"
    page = tree(render_html(build_report(type(filing)(filing.form, organ, "1", 2022, filing.answers))))
    assert len(page.all("script")) == 1
    assert json.loads(page.all("script")[0].text)["publisher"]["name"] == organ


def test_the_fragment_needs_no_style_sheet() -> None:
    elements = walk(tree(render_html_fragment(sample_report("suqian_2023"))))
    assert {"html", "head", "body", "style", "script", "h1"} & {element.tag for element in elements} == set()
    assert {"class", "id"} & {name for element in elements for name in element.attributes} == set()


def test_a_wide_table_of_the_fragment_scrolls_inside_a_box_of_its_own() -> None:
    page = tree(render_html_fragment(sample_report("suqian_2023")))
    boxes = [box for box in page.all("div") if "overflow-x:auto" in box.attributes.get("style", "")]
    assert [[child.tag for child in box.children] for box in boxes] == [["table"]] * 3
    assert [box.attributes["tabindex"] for box in boxes] == ["0"] * 3  # a keyboard can scroll it


@pytest.mark.parametrize("render", [render_html, render_html_fragment])
def test_a_provisional_page_says_so(render) -> None:
    report = build_report(sample_filing("suqian_2023"), provisional="（暂定）")
    assert "（暂定）" in [paragraph.text for paragraph in tree(render(report)).all("p")]
    assert "（暂定）" not in render(sample_report("suqian_2023"))


def overflow(report: Report, folder: Path) -> dict[str, list[int]]:
    """Return, as a browser lays the page out at each width, how far the page and how many figures overflow."""
    frames = "".join(
        f'<iframe width="{width}" height="800" srcdoc="{html.escape(render_html(report))}"></iframe>'
        for width in WIDTHS
    )
    script = """<script>addEventListener("load", () => {
      const look = [...document.querySelectorAll("iframe")].map(frame => {
        const page = frame.contentDocument, root = page.documentElement;
        const cut = [...page.querySelectorAll("td")].filter(cell => cell.scrollWidth > cell.clientWidth + 1);
        return [root.scrollWidth - root.clientWidth, cut.length];
      });
      document.body.innerHTML = "<pre>" + JSON.stringify(look) + "</pre>";
    })</script>"""
    path = folder / "frames.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{script}<body>{frames}", encoding="utf-8")
    browser = next(name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name))
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    ran = subprocess.run([browser, *options, path.as_uri()], capture_output=True, text=True, timeout=60, check=True)
    looked = json.loads(re.findall(r"<pre>(.+?)</pre>", ran.stdout)[-1])
    return dict(zip(map(str, WIDTHS), looked, strict=True))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", ["suqian_2023", "large", "erqi_2020", "small"])
def test_neither_page_nor_figures_overflow_on_a_phone_or_a_desk(name: str, tmp_path: Path) -> None:
    assert overflow(sample_report(name), tmp_path) == {"390": [0, 0], "1280": [0, 0]}
