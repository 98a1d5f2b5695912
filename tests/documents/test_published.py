"""Files as they were really published: every cell right, or named."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from casebook import example_filing
from report_samples import figures_of

from toolkit.documents.figures import Sure
from toolkit.documents.opening import open_document
from toolkit.documents.recognise import Recognition, recognise
from toolkit.form.registry import load_forms

PUBLISHED = Path(__file__).parent / "published"


def read(name: str) -> Recognition:
    return recognise(open_document((PUBLISHED / name).read_bytes(), name), load_forms())


def test_a_pasted_report_is_read_as_it_was_published() -> None:
    found = read("erqi-2020.txt")
    assert found.filing is not None
    assert (found.filing.organ, found.filing.year) == ("郑州市生态环境局二七分局", 2020)
    assert {entry.sure for entry in found.found.values()} == {Sure.READ}
    right = figures_of(example_filing("erqi_2020"))
    typed = {name: found.filing.figure(name) for name in right}
    assert typed == right
    printed = {name: entry.value for name, entry in found.found.items()}
    assert printed["requests.results_total.total"] == 0
    assert printed["requests.new.total"] == 2
    assert printed["requests.carried_in.natural_person"] is None


def test_the_deviations_of_a_pasted_report_are_named() -> None:
    found = [(one.name, one.message) for one in read("erqi-2020.txt").findings]
    names = [name for name, _ in found]
    assert names.count("heading_differs") == 4
    assert ("heading_missing", "没有找到“六、其他需要报告的事项”这一部分的标题") in found
    assert [text for name, text in found if name == "heading_added"] == [
        "“四、政府信息公开的收费及减免情况”这一部分不是表式里的，里面的文字没有读进报表"
    ]
    assert any("108条" in text for name, text in found if name == "text_not_placed")
    (located,) = [one for one in read("erqi-2020.txt").findings if one.name.startswith("total")]
    assert located.name == "total_line_unfilled"
    assert located.message == "“（七）总计”没有填：“自然人”应为 2，“总计”应为 2"
    assert [(one.field, one.value) for one in located.suspects] == [
        ("requests.results_total.natural_person", 2),
        ("requests.results_total.total", 2),
    ]
    assert [(one.name, len(one.places)) for one in located.follows] == [("totals_blank", 6)]


def test_the_blank_form_of_an_office_program_is_blank_throughout() -> None:
    found = read("blank-2021-by-wps.docx")
    assert {(entry.value, entry.sure) for entry in found.found.values()} == {(None, Sure.READ)}
    assert len(found.found) == 200
    assert found.filing is None
    assert {"organ_unknown", "year_unknown"} <= {one.name for one in found.findings}


def right_figures(name: str) -> dict[tuple[str, str, str], int | Decimal | None]:
    """Return the figures beside a file by table, official row and official column."""
    raw = json.loads((PUBLISHED / name).read_text(encoding="utf-8"), parse_float=Decimal)
    found = {
        ("disclosure", row, column): value for row, cells in raw["table2"].items() for column, value in cells.items()
    }
    for row, values in raw["table3"].items():
        found |= {("requests", row, str(at)): value for at, value in enumerate(values)}
    for group, values in raw["table4"].items():
        found |= {("reviews", group, str(at)): value for at, value in enumerate(values)}
    return found


def test_a_county_report_in_pdf_is_read_cell_for_cell() -> None:
    found = read("hongze-2023.pdf")
    assert found.filing is not None
    assert found.form is not None
    assert (found.filing.organ, found.filing.year, found.form.edition) == ("洪泽区人民政府", 2023, "2021")
    wrong = {}
    for (table, row, column), right in right_figures("hongze-2023.json").items():
        fields = matching_fields(found, table, row, column)
        for name in fields:
            if found.found[name].value != right:
                wrong[name] = (right, found.found[name])
    assert wrong == {}
    joined = [name for name, entry in found.found.items() if entry.sure is not Sure.READ]
    assert len(joined) == 21
    assert all(found.found[name].sure is Sure.INFERRED and ".otherwise_" in name for name in joined)
    assert {"rows_joined_noughts", "editions_mixed", "cells_inferred"} <= {one.name for one in found.findings}
    (unfilled,) = [one for one in found.findings if one.name == "total_line_unfilled"]
    assert {one.field: one.value for one in unfilled.suspects} == {
        "reviews.cases.review_total": 11,
        "reviews.cases.reviewed_suit_total": 5,
    }


def matching_fields(found: Recognition, table: str, row: str, column: str) -> list[str]:
    """Return the fields an entry of the right figures stands for: one, or every row of a group told as one."""
    assert found.form is not None
    official = found.form.table(table)
    fields = {name: entry for name, entry in found.form.fields.items() if entry.table == table and entry.kind.is_figure}
    if table == "disclosure":
        return [name for name, entry in fields.items() if (entry.row_label, entry.column_label) == (row, column)]
    if table == "reviews":
        named = [name for name, entry in fields.items() if f"/{row}/" in f"/{entry.column_label}"]
        return [named[int(column)]]
    columns = [leaf.id for leaf in official.leaf_columns("all")]
    mine = [name for name, entry in fields.items() if f"{entry.row_label}/".startswith(f"{row}/")]
    return [name for name in mine if name.endswith(f".{columns[int(column)]}")]


def test_the_prose_of_a_pdf_is_joined_into_paragraphs_over_lines_and_pages() -> None:
    found = read("hongze-2023.pdf").filing
    assert found is not None
    raw = json.loads((PUBLISHED / "hongze-2023.json").read_text(encoding="utf-8"))
    text = "".join(paragraph.text for paragraph in found.paragraphs("overview"))
    assert text.startswith("2023年，洪泽区人民政府坚持以")
    assert "执行信息审核发布制度。严格执行“分级审核、先审后发”程序" in text
    assert len(found.paragraphs("problems")) == 1
    assert found.paragraphs("other")[0].text.endswith("全年收取政府信息公开信息处理费0元。")
    assert raw["organ"] == found.organ
