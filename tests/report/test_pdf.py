"""The PDF: its text read back by other programs, its standards, and what happens without fonts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from casebook import ROOT
from report_samples import CHINESE, SAMPLES, needs_fonts, sample_filing, sample_report

from toolkit.errors import OutputError
from toolkit.form.grid import Role
from toolkit.form.values import Paragraph
from toolkit.report import fonts
from toolkit.report.document import build_report
from toolkit.report.fonts import font_roles
from toolkit.report.measures import is_paired
from toolkit.report.pdf import _explain, render_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.report.document import Report

A4 = (595, 842)
LINE, BOTTOM_MARGIN = 28, 35 / 25.4 * 72  # points


def pages_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def squeezed(text: str) -> str:
    # A PDF keeps no white space at the end of a line, nor which of the two hyphens it was.
    return re.sub(r"[\s\u3000\u200b\ufeff\ufffe\u0002]", "", text)


@needs_fonts
@pytest.mark.parametrize("name", CHINESE)
def test_every_figure_is_printed_as_often_as_the_model_has_it(name: str) -> None:
    report = sample_report(name)
    words = Counter(word for page in pages_of(render_pdf(report)) for word in page.split())
    figures = Counter(text for table in report.tables for text in table.figures.values() if text)
    assert {figure: times for figure, times in figures.items() if words[figure] < times} == {}


@needs_fonts
@pytest.mark.parametrize("paragraphs", [0, 3, 5, 8, 11])
def test_no_block_is_broken_and_no_page_is_left_almost_empty(paragraphs: int) -> None:
    prose = tuple(Paragraph("示例文字。" * 6) for _ in range(paragraphs))
    report = build_report(sample_filing("suqian_2024").with_answers({"overview": prose}))
    data = render_pdf(report)
    pages = [squeezed(page) for page in pages_of(data)]
    grid = report.tables[0].grid
    for band in dict.fromkeys(cell.band for cell in grid.cells):
        words = [
            squeezed(cell.text) for cell in grid.cells if cell.band == band and cell.role in {Role.BAND, Role.STUB}
        ]
        assert any(all(word in page for word in words) for page in pages), words
    assert all(height > A4[1] / 3 for height in _filled(data)[:-1])


def _filled(data: bytes) -> list[float]:
    """Return how far down each page something stands, the page number left out."""
    document = pypdfium2.PdfDocument(data)
    try:
        found = []
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_rect(number) for number in range(text.count_rects())]
            found.append(A4[1] - min(bottom for _, bottom, _, _ in boxes if bottom > BOTTOM_MARGIN))
        return found
    finally:
        document.close()


@needs_fonts
@pytest.mark.parametrize("name", SAMPLES)
def test_every_heading_and_paragraph_is_printed(name: str) -> None:
    report = sample_report(name)
    text = "".join(re.sub(r"—\d+—$", "", squeezed(page)) for page in pages_of(render_pdf(report)))
    wanted = [report.title, report.preamble, report.signature, report.dated, report.contact_note]
    wanted += [section.heading for section in report.sections]
    if report.is_chinese:  # English is hyphenated
        wanted += [paragraph.text for section in report.sections for paragraph in section.paragraphs]
    assert [part for part in wanted if squeezed(part) not in text] == []


@needs_fonts
@pytest.mark.parametrize("name", ["suqian_2024", "erqi_2020", "small"])
def test_every_label_is_printed(name: str) -> None:
    report = sample_report(name)
    text = "".join(map(squeezed, pages_of(render_pdf(report))))
    labels = {cell.text for table in report.tables for cell in table.grid.cells if not cell.field}
    # A head of two-character words is read line by line, across its neighbours.
    words = {word for label in labels for word in (re.findall("..", label) if is_paired(label) else [label])}
    assert {word for word in words if squeezed(word) not in text} == set()


@needs_fonts
@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    assert render_pdf(sample_report(name)) == render_pdf(sample_report(name))


@needs_fonts
@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("name", ["suqian_2024", "small"])
def test_every_font_is_embedded_as_a_subset_that_text_can_be_read_from(name: str, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(sample_report(name)))
    listed = subprocess.run(["pdffonts", path], capture_output=True, encoding="utf-8", check=True).stdout.splitlines()[
        2:
    ]
    flags = {tuple(line.split()[-5:-2]) for line in listed}  # before the two numbers of the object
    assert flags == {("yes", "yes", "yes")}
    assert not [line for line in listed if "Type 3" in line]


@needs_fonts
def test_the_outline_lists_the_headings_on_a4_pages() -> None:
    report = sample_report("suqian_2023")
    document = pypdfium2.PdfDocument(render_pdf(report))
    outline = [(entry.get_title(), entry.level) for entry in document.get_toc()]
    sizes = {tuple(round(length) for length in page.get_size()) for page in document}
    properties = document.get_metadata_dict()
    document.close()
    headings = []
    for section in report.sections:
        headings.append((section.heading, 0))
        headings += [(paragraph.text, paragraph.level) for paragraph in section.paragraphs if paragraph.level]
    assert outline == headings
    assert sizes == {A4}
    assert (properties["Title"], properties["Author"]) == (report.title, report.organ)


@needs_fonts
@pytest.mark.parametrize("name", CHINESE)
@pytest.mark.parametrize("paragraphs", [0, 7, 14])
def test_the_longest_table_stands_whole_on_one_page_unless_that_left_one_almost_empty(
    name: str, paragraphs: int
) -> None:
    prose = tuple(Paragraph("示例文字。" * 6) for _ in range(paragraphs))
    report = build_report(sample_filing(name).with_answers({"overview": prose}))
    labels = [squeezed(cell.text) for cell in report.tables[1].grid.cells if cell.role is Role.STUB]
    pages = [squeezed(page) for page in pages_of(render_pdf(report))]
    begun, ended = ([label in page for page in pages] for label in (labels[0], labels[-1]))
    above = squeezed(next(cell.text for cell in reversed(report.tables[0].grid.cells) if cell.role is Role.STUB))
    # It is broken only where the page before it would have held little but the end of the table above.
    assert begun == ended or above in pages[begun.index(True)]


@needs_fonts
@pytest.mark.parametrize("name", SAMPLES)
def test_the_signature_never_stands_alone_on_a_page(name: str) -> None:
    report = sample_report(name)
    last = squeezed(pages_of(render_pdf(report))[-1])
    before, found, _ = last.rpartition(squeezed(report.signature + report.dated))
    assert found
    assert before.strip("—0123456789")


def with_ending(fillers: int, ending: str, *before: Paragraph) -> Report:
    """Return a report whose last section ends in a paragraph, after so many two-line ones of the section before."""
    prose = {"problems": (Paragraph("填充文字。" * 10),) * fillers, "other": (*before, Paragraph(ending))}
    return build_report(sample_filing("suqian_2023").with_answers(prose))


def empty_feet(data: bytes) -> list[float]:
    """Return how much of the type area under the last line of each page is empty, in points."""
    document = pypdfium2.PdfDocument(data)
    feet = []
    for page in document:
        text = page.get_textpage()
        lowest = [text.get_charbox(index)[1] for index in range(text.count_chars())]
        feet.append(min(bottom for bottom in lowest if bottom > BOTTOM_MARGIN) - BOTTOM_MARGIN)
    document.close()
    return feet


@needs_fonts
@pytest.mark.parametrize("fillers", [7, 8, 9, 10, 12])
def test_only_the_last_lines_of_a_long_paragraph_go_over_with_the_signature(fillers: int) -> None:
    ending = "有序开展政府信息公开工作并持续完善制度建设" * 24 + "。"
    report = with_ending(fillers, ending)
    data = render_pdf(report)
    first, _, rest = squeezed(pages_of(data)[-1]).partition(squeezed(report.signature))
    assert ending.endswith(first)
    assert len(first) > 27  # two lines at least
    assert rest
    # What was left empty is no more than the signature and two lines need.
    assert empty_feet(data)[-2] < LINE * 8


@needs_fonts
@pytest.mark.parametrize("fillers", [4, 5, 6])
def test_a_long_heading_may_go_over_the_page(fillers: int) -> None:
    heading = "（一）" + "有序开展政府信息公开工作并持续完善制度建设" * 6
    data = render_pdf(with_ending(fillers, "完。", Paragraph(heading, 1), *[Paragraph("填充文字。" * 20)] * 3))
    assert empty_feet(data)[-2] < LINE * 4


@needs_fonts
def test_a_provisional_report_says_so() -> None:
    report = build_report(sample_filing("suqian_2023"), provisional="（暂定）")
    assert "（暂定）" in pages_of(render_pdf(report))[0]


@needs_fonts
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\ue123", r"自造字（编码 U\+E123）"),
        ("\U0001bc00", r"能用的字体里都没有“\U0001bc00”（编码 U\+1BC00）"),
    ],
)
def test_a_character_nobody_can_read_stops_the_file_and_is_named(text: str, words: str) -> None:
    with pytest.raises(OutputError, match=words):
        render_pdf(with_prose(text))


def with_prose(text: str) -> Report:
    return build_report(sample_filing("suqian_2023").with_answers({"overview": f"甲{text}乙"}))


def run_without_fonts(program: str, folder: Path) -> str:
    """Return what a program prints where the system has no fonts; its argument is the folder."""
    (folder / "fonts.conf").write_text("<fontconfig><dir>nowhere</dir></fontconfig>", encoding="utf-8")
    environment = {"FONTCONFIG_FILE": str(folder / "fonts.conf"), "HOME": str(folder), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", f"import sys; from pathlib import Path\n{program}", str(folder)]
    paths = {"PYTHONPATH": str(ROOT / "tests")}
    ran = subprocess.run(
        command, cwd=ROOT, env={**environment, **paths}, capture_output=True, encoding="utf-8", check=True
    )
    return ran.stdout


def test_without_chinese_fonts_there_is_a_sentence_and_no_file(tmp_path: Path) -> None:
    program = (
        "from report_samples import sample_filing\n"
        "from toolkit.errors import OutputError\n"
        "from toolkit.report.publish import publish\n"
        "out = Path(sys.argv[1]) / 'out'\n"
        "try: publish(sample_filing('suqian_2023'), ['html', 'pdf'], out)\n"
        "except OutputError as error: print(error)\n"
        "publish(sample_filing('small'), ['pdf'], out)\n"
    )
    assert run_without_fonts(program, tmp_path).startswith("没有找到中文字体")
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".pdf"]  # the English one


@needs_fonts
def test_fonts_of_a_folder_serve_where_the_system_has_none(tmp_path: Path) -> None:
    family = font_roles()[0].families[0]
    file = next(font.path for font in fonts.load_fonts().fonts() if font.family == family and font.path)
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / PurePath(file).name).symlink_to(file)
    program = (
        "from toolkit.report.fonts import font_roles\n"
        "print([role.families for role in font_roles(Path(sys.argv[1]) / 'fonts')])\n"
        "print([role.families for role in font_roles()])\n"
    )
    with_folder, without = run_without_fonts(program, tmp_path).splitlines()
    assert with_folder.count(f"'{family}'") == 5
    assert family not in without


def test_other_refusals_of_the_typesetter_say_what_can_be_done_before_its_own_words() -> None:
    said, _, original = _explain(RuntimeError("page too small")).partition("原文：")
    assert "另存为 PDF" in said
    assert original == "page too small"


@needs_fonts
def test_prose_that_begins_with_an_inner_heading_is_set_all_the_same() -> None:
    prose = (Paragraph("1.先", 2), Paragraph("正文。"))
    report = build_report(sample_filing("suqian_2023").with_answers({"overview": prose}))
    assert "（一）先" in "".join(map(squeezed, pages_of(render_pdf(report))))


class Installed:
    """Fonts as typst lists them."""

    def __init__(self, *families: str) -> None:
        self.listed = list(families)

    def families(self) -> list[str]:
        return self.listed


def test_missing_roles_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "load_fonts", lambda _font_dir: Installed("DejaVu Sans", "Times New Roman"))
    with pytest.raises(OutputError, match=r"没有找到中文字体.*正文（仿宋）"):
        render_pdf(sample_report("suqian_2023"))


def test_roles_prefer_the_official_face_and_say_when_another_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    families = ("simsun", "FangSong", "Noto Serif CJK SC", "Noto Sans CJK SC", "KaiTi", "Times New Roman")
    monkeypatch.setattr(fonts, "load_fonts", lambda _font_dir: Installed(*families))
    first = {role.id: (role.families[0], role.official) for role in font_roles()}
    assert first == {
        "title": ("Noto Serif CJK SC", False),
        "heading": ("Noto Sans CJK SC", False),
        "kai": ("KaiTi", True),
        "body": ("FangSong", True),
        "table": ("simsun", True),
        "digits": ("Times New Roman", True),
    }
