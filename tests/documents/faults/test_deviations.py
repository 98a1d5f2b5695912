"""Where a report departs from the form: each departure is named once, and nothing else is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from layouts import AGAIN, HARMFUL, HARMLESS, SECRET, distinct_filing, html_of, laid_out, tables_of

from toolkit.documents.opening import open_document
from toolkit.documents.recognise import Recognition, recognise
from toolkit.form.registry import form_of_edition, load_forms
from toolkit.report.document import build_report

if TYPE_CHECKING:
    from collections.abc import Callable

FORM = form_of_edition("2021")
FILING = distinct_filing(FORM)
PLAIN = laid_out(FILING, HARMLESS["as printed"])


def read(page: str) -> Recognition:
    return recognise(open_document(page.encode(), "页面.html"), load_forms())


def replaced(old: str, new: str, count: int = -1) -> Callable[[], str]:
    def page() -> str:
        assert old in PLAIN
        return PLAIN.replace(old, new, count)

    return page


def with_total_of_new(value: int) -> str:
    total = build_report(FILING).tables[1].figures["requests.new.total"]
    return PLAIN.replace(f">{total}<", f">{value}<", 1)


def mixed(other: str, first: str, year: int) -> str:
    """Return a page with table 二 of one edition and the rest of another."""
    theirs, mine = distinct_filing(form_of_edition(other)), distinct_filing(form_of_edition(first))
    tables = [tables_of(mine)[0], *tables_of(theirs)[1:]]
    return html_of(mine, tables).replace(f"{mine.year}年政府", f"{year}年政府")


NO_REPORT = "<html><body><p>通知</p><table><tr><td>a</td><td>1</td></tr></table></body>"
# What is changed, and every finding it must bring.
DEPARTURES: dict[str, tuple[Callable[[], str], set[str]]] = {
    "nothing": (lambda: PLAIN, set()),
    "a table is missing": (lambda: laid_out(FILING, HARMFUL["a table missing"]), {"table_missing"}),
    "a row is missing": (lambda: laid_out(FILING, HARMFUL["a row missing"]), {"row_missing"}),
    "a row is added": (lambda: laid_out(FILING, HARMFUL["a row added"]), {"row_added"}),
    "rows are exchanged": (lambda: laid_out(FILING, HARMFUL["rows exchanged"]), {"row_out_of_order"}),
    "a table is added": (
        replaced("<h2>四、", "<table><tr><td>部门<td>件数<tr><td>甲<td>7</table><h2>四、"),
        {"table_added"},
    ),
    "tables are out of order": (
        lambda: html_of(FILING, [tables_of(FILING)[at] for at in (1, 0, 2)]),
        {"table_out_of_order", "heading_out_of_order"},
    ),
    "a column is reworded": (lambda: laid_out(FILING, HARMLESS["a head reworded"]), {"head_differs", "cells_inferred"}),
    "a cell is missing": (lambda: laid_out(FILING, HARMFUL["a cell missing"]), {"cells_unclear"}),
    "heads are missing": (lambda: laid_out(FILING, HARMLESS["no heads"]), {"cells_inferred"}),
    "a label is shortened": (replaced("属于行政执法案卷", "行政执法案卷"), {"label_differs"}),
    "another unit": (replaced("本年收费金额（单位：万元）", "本年收费金额（单位：元）"), {"unit_differs"}),
    "a total is wrong": (lambda: with_total_of_new(99), {"total_differs"}),
    "a total is blank": (lambda: with_total_of_new(99).replace(">99<", "><", 1), {"total_differs", "totals_blank"}),
    "a heading is reworded": (replaced("<h2>一、总体情况", "<h2>一、概述"), {"heading_differs"}),
    "a heading is missing": (replaced("<h2>六、其他需要报告的事项</h2>", ""), {"heading_missing"}),
    "a part is added": (
        replaced("<h2>五、", "<h2>五、收费情况</h2><p>没有收费，一分也没有。</p><h2>五、"),
        {"heading_added", "text_not_placed"},
    ),
    "text under a table": (replaced("<h2>三、", "<p>本表不含下属单位的数。</p><h2>三、"), {"text_not_placed"}),
    "parts out of order": (
        lambda: re.sub(r"(<h2>五、.*?)(<h2>六、.*?)(<p>示例区教育局)", r"\2\1\3", PLAIN),
        {"heading_out_of_order"},
    ),
    "table 三 of the older edition": (
        lambda: mixed("2019", "2021", 2021), {"editions_mixed", "rows_joined"},
    ),
    "table 三 of the newer edition": (
        lambda: mixed("2021", "2019", 2019), {"editions_mixed", "row_divided", "cells_inferred"},
    ),
    "no organ": (replaced("示例区教育局", ""), {"organ_unknown"}),
    "no year": (
        lambda: re.sub(r"20\d\d年(?=政府|1月1日|12月)", "", PLAIN), {"year_unknown"},
    ),
    "two reports": (
        lambda: PLAIN + laid_out(FILING.with_answers({"requests.new.business": 7}), HARMLESS["as printed"]),
        {"several_reports"},
    ),
    "no report at all": (lambda: NO_REPORT, {"tables_not_found"}),
}  # fmt: skip
# What some departures bring along, depending on figures.
TOLERATED = {"label_differs", "heading_missing"}


@pytest.mark.parametrize("name", DEPARTURES)
def test_a_departure_is_named_and_nothing_else(name: str) -> None:
    page, wanted = DEPARTURES[name]
    found = {finding.name for finding in read(page()).findings}
    assert wanted <= found
    assert found - wanted <= (
        TOLERATED if name in {"no organ", "no year", "two reports", "a table is missing"} else set()
    )


def test_the_one_wrong_cell_is_found_by_both_of_its_totals() -> None:
    """Totals are typed here: a figure that breaks its row and its column is the cell where they cross."""
    row = SECRET(tables_of(FILING))
    wrong = laid_out(FILING, lambda tables: _change(SECRET(tables), row[3][0]))
    located = [one for one in read(wrong).findings if one.name == "total_differs"]
    assert len(located) == 1
    assert {one.field: one.value for one in located[0].suspects} == {
        "requests.refused_state_secret.business": FILING.values["requests.refused_state_secret.business"]
    }


def _change(row: list[list[object]], text: object) -> None:
    cell = next(cell for cell in row if cell[0] == text)
    cell[0] = str(int(str(text)) + 90)


def test_a_blank_cell_is_blank_and_not_nought() -> None:
    page = laid_out(FILING, lambda tables: _blank(AGAIN(tables)))
    found = read(page)
    assert found.filing is not None
    blank = [name for name, one in found.found.items() if one.value is None]
    assert blank == ["requests.not_processed_repeated.natural_person"]
    assert blank[0] not in found.filing.answers


def _blank(row: list[list[object]]) -> None:
    next(cell for cell in row if cell[3])[0] = "\u3000"
