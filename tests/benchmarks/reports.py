"""Reports read and written against the parsing and setting libraries alone: a table of docs/performance.md.

Run: python tests/benchmarks/reports.py [--rounds N] [--only WORDS] [--write]; `benchmarks.measuring` says how.
"""

from __future__ import annotations

import io
import json
import random
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measuring import MOST_ROUNDS, Row, command, run
from fillings import redigited
from report_samples import sample_filing
from workbooks import filled

from toolkit.documents.opening import open_document
from toolkit.documents.several import recognise_all
from toolkit.filing.prose.agreement import Standing, statements
from toolkit.form.grid import Role
from toolkit.form.local.supplement import official
from toolkit.form.registry import load_forms
from toolkit.form.values import Paragraph
from toolkit.report import pdf
from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx
from toolkit.report.fonts import font_roles, load_fonts
from toolkit.report.html import render_html
from toolkit.report.pdf import render_pdf
from toolkit.workbook.examining import judge
from toolkit.workbook.from_document import examine_document
from toolkit.xlsx.archive import read_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.documents.recognise import Recognition
    from toolkit.filing.prose.numerals import Numeral
    from toolkit.form.values import Value
    from toolkit.report.document import Report, ReportTable

LIBRARIES = ("lxml", "pypdfium2", "python-docx", "typst", "typer")
READ_BEFORE = 4
BARE = """
import sys
from pathlib import Path
from toolkit.workbook.returned.reading import read_workbook
read_workbook(Path(sys.argv[1]).read_bytes(), "a.xlsx")
"""
FORMS = "from toolkit.form.registry import load_forms; load_forms()"


def html_alone(data: bytes) -> None:
    """Parse a page."""
    from lxml import html

    html.document_fromstring(data)


def docx_alone(data: bytes) -> None:
    """Parse the text part of a document."""
    from lxml import etree

    etree.fromstring(read_archive(data).read("word/document.xml"))


def pdf_alone(data: bytes) -> None:
    """Open every page and take out its characters with their boxes, and its paths."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        for at in range(text.count_chars()):
            text.get_charbox(at)
        for item in page.get_objects():
            item.get_bounds()
    document.close()


def by_python_docx(report: Report) -> bytes:
    """Return the same report with every cell set through `table.cell(r, c)`, merged cells merged."""
    import docx

    document = docx.Document()
    document.add_heading(report.title)
    tables = {table.id: table for table in report.tables}
    for section in report.sections:
        document.add_heading(section.heading, 2)
        for paragraph in section.paragraphs:
            document.add_paragraph(paragraph.text)
        if section.table:
            _set_table(document, tables[section.id])
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _set_table(document: Any, table: ReportTable) -> None:
    grid = table.grid
    rows = max(cell.row + cell.row_span for cell in grid.cells)
    columns = max(cell.column + cell.column_span for cell in grid.cells)
    made = document.add_table(rows, columns)
    for cell in grid.cells:
        first = made.cell(cell.row, cell.column)
        last = made.cell(cell.row + cell.row_span - 1, cell.column + cell.column_span - 1)
        (first.merge(last) if last is not first else first).text = table.text(cell)


def typst_alone(report: Report) -> Callable[[], object]:
    """Return having typst set the same source with the same fonts, everything else done before."""
    import typst

    source, fonts = pdf._TEMPLATE.read_bytes(), load_fonts()
    content = {"report": json.dumps(pdf._content(report, font_roles()), ensure_ascii=False)}
    standards, stamp = ["a-2a", "ua-1"], pdf._timestamp(report)

    def compiled() -> bytes:
        compiler = typst.Compiler(source, font_paths=fonts, sys_inputs=content)
        return compiler.compile(format="pdf", pdf_standards=standards, timestamp=stamp)

    assert compiled() == render_pdf(report)
    return compiled


def anew(dice: random.Random) -> Report:
    """Return a report with other figures in tables and words, of which hardly any two agree."""
    base = sample_filing("suqian_2024")
    answers = {}
    for name, value in base.answers.items():
        if isinstance(value, int) and value:
            answers[name] = dice.randint(1, 2 * value)
        elif isinstance(value, tuple):
            answers[name] = tuple(Paragraph(redigited(one.text, dice), one.level) for one in value)
    return build_report(replace(base, organ=f"示例市第{dice.randint(1, 999)}局", answers={**base.answers, **answers}))


def scaled(times: int) -> Report:
    """Return a report with every figure so many times as large, in tables and in words, so that all of them agree."""
    base = sample_filing("suqian_2024")
    spots: dict[tuple[str, int], list[Numeral]] = {}
    for one in statements(base):
        if one.standing is Standing.EQUAL:
            spots.setdefault((one.section, one.paragraph), []).append(one.numeral)
    answers: dict[str, Value] = {}
    for name, value in base.answers.items():
        if isinstance(value, int | Decimal):
            answers[name] = value * times
        elif isinstance(value, tuple):
            answers[name] = tuple(
                Paragraph(_multiplied(one.text, spots.get((name, place), []), times), one.level)
                for place, one in enumerate(value, 1)
            )
    return build_report(replace(base, answers={**base.answers, **answers}))


def _multiplied(text: str, spots: list[Numeral], times: int) -> str:
    for spot in reversed(spots):
        text = f"{text[: spot.start]}{spot.value * times:f}{spot.unit}{text[spot.end :]}"
    return text


def of_another_office(report: Report, number: int) -> Report:
    """Return a report each of whose tables has a head of its own, so that nobody has read their layout."""
    tables = []
    for table in report.tables:
        at = next(at for at, cell in enumerate(table.grid.cells) if cell.role is Role.HEAD)
        cells = list(table.grid.cells)
        cells[at] = replace(cells[at], text=f"{cells[at].text}（{number}）")
        tables.append(replace(table, grid=replace(table.grid, cells=tuple(cells))))
    sections = [replace(one, table=next((t for t in tables if t.id == one.id), None)) for one in report.sections]
    return replace(report, sections=tuple(sections))


def page_of_another(report: Report, number: int) -> bytes:
    """Return a page with a style sheet of its own as well."""
    return render_html(of_another_office(report, number)).replace("<style>", f"<style>/* {number} */", 1).encode()


def docx_of_another(report: Report, number: int) -> bytes:
    """Return a Word document with name spaces of its own as well, as another program would write them."""
    target = io.BytesIO()
    made = io.BytesIO(render_docx(of_another_office(report, number)))
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            own = f'<w:document xmlns:own="urn:office:{number}" '.encode()
            archive.writestr(name, source.read(name).replace(b"<w:document ", own, 1))
    return target.getvalue()


def pdf_of_another(report: Report, number: int) -> bytes:
    """Return a PDF; nothing of it is remembered but the tables it was read into."""
    return render_pdf(of_another_office(report, number))


def to_figures(data: bytes, name: str) -> tuple[Recognition, ...]:
    """Read every figure, the prose, and whose report it is; nothing is checked."""
    return recognise_all(open_document(data, name), [official(form) for form in load_forms()])


def of_others(work: Callable[[bytes, str], object], name: str, unread: list[bytes]) -> Callable[[], object]:
    """Return work on a report that was never read, after others were."""
    for _ in range(READ_BEFORE):
        work(unread.pop(), name)
    return lambda: work(unread.pop(), name)


def checking(reports: list[Report]) -> Callable[[], object]:
    """Return checking one report after the other as it was read from a page, all rules."""
    read = (one for report in reports for one in to_figures(render_html(report).encode(), "a.html"))
    waiting = [(one.filing, one.findings) for one in read]
    for _ in range(READ_BEFORE):
        judge(*waiting.pop())
    return lambda: judge(*waiting.pop())


def reading_rows() -> Iterator[Row]:
    """Yield what reading costs by itself, what it costs with checking, and what checking does."""
    dice = random.Random(1)  # noqa: S311 (the same figures every time)
    needed = MOST_ROUNDS + READ_BEFORE
    offices = count(1)
    html: Callable[[Report], bytes] = lambda report: render_html(report).encode()  # noqa: E731
    for work, against, render, by_another, name, alone in (
        ("一个公布的网页", "lxml 解析", html, page_of_another, "a.html", html_alone),
        ("一份 Word 报告", "lxml 解析", render_docx, docx_of_another, "a.docx", docx_alone),
        ("一份 PDF 报告", "pypdfium2 取字和线", render_pdf, pdf_of_another, "a.pdf", pdf_alone),
    ):
        first, *made = [render(anew(dice)) for _ in range(2 * needed + 1)]
        others = [by_another(anew(dice), next(offices)) for _ in range(needed)]
        limit = partial(alone, first)
        yield Row(f"读{work}：数、文字", against, "≤ 1.5", of_others(to_figures, name, made[:needed]), limit)
        yield Row(f"读{work}，没有见过的版式", against, "", of_others(to_figures, name, others), limit)
        yield Row(f"读{work}并核对", against, "", of_others(examine_document, name, made[needed:]), limit)
    for kind, make in (("都对得上", scaled), ("处处对不上", lambda _: anew(dice))):
        pages = [render_html(anew(dice)).encode() for _ in range(needed)]
        checked = checking([make(times) for times in range(2, needed + 2)])
        yield Row(f"核对读来的一份，{kind}", "读这样一个网页", "", checked, of_others(to_figures, "a.html", pages))


def rows(place: Path) -> Iterator[Row]:
    """Yield every row."""
    yield from reading_rows()
    report = anew(random.Random(2))  # noqa: S311
    word = partial(render_docx, report)
    yield Row("做一份 Word 报告", "python-docx 逐格写", "≥ 20", word, partial(by_python_docx, report), inverted=True)
    yield Row("做一份 PDF 报告", "typst 排同样的源", "≤ 1.3", partial(render_pdf, report), typst_alone(report))
    path = place / "a.xlsx"
    path.write_bytes(filled("2021"))
    bare = command("-c", BARE, str(path))
    yield Row(
        "`xxgk check` 一份报表", "空的解释器只读这一份", "≤ 1.3", command("-m", "toolkit", "check", str(path)), bare
    )
    yield Row("`xxgk forms`", "空的解释器只读表式", "≤ 1.3", command("-m", "toolkit", "forms"), command("-c", FORMS))


def main() -> None:
    """Measure."""
    run("reports", rows, LIBRARIES)


if __name__ == "__main__":
    main()
