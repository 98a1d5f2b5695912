"""The comparison on the pages: every row of the tables `xxgk compare` draws, a page at a time, narrowed as asked."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from campaigncases import ALL_IN, county
from desks import Visitor, words_of

from toolkit.campaign.compare.comparison import compare_paths
from toolkit.campaign.compare.tables import ORGAN_SHEET, comparison_tables
from toolkit.desk import wording

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    return Visitor(county(tmp_path / "2024", ALL_IN).campaign.folder)


def place(visitor: Visitor, **asked: object) -> str:
    return f"/round/{visitor.key}/whole/compare?" + "&".join(f"{name}={value}" for name, value in asked.items())


def rows(page: str) -> list[str]:
    """Return what stands in each row of the list."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [words_of(unescape(row)) for row in body.split("</tr>") if "<th" in row or "<td" in row]


def test_every_row_of_every_table_is_on_one_of_its_pages(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "ROWS", 7)
    tables = comparison_tables(compare_paths([visitor.desk.base]))
    assert len(tables) > 1
    for number, table in enumerate(tables, 1):
        pages = -(-len(table.rows) // 7)
        found = [
            row for page in range(1, pages + 1) for row in rows(visitor.text(place(visitor, table=number, page=page)))
        ]
        assert len(found) == len(table.rows)
        assert all(str(row[0]) in told for row, told in zip(table.rows, found, strict=True))
    assert visitor.get(place(visitor, table=9)).status_code == 404


def test_the_comparison_is_narrowed_to_an_organ_an_indicator_and_words(visitor: Visitor) -> None:
    tables = comparison_tables(compare_paths([visitor.desk.base]))
    number = [table.name for table in tables].index(ORGAN_SHEET) + 1
    table = tables[number - 1]
    indicator, organ = str(table.rows[0][0]), str(table.rows[0][1])
    one = rows(visitor.text(place(visitor, table=number, group=indicator)))
    assert len(one) == sum(row[0] == indicator for row in table.rows) > 1
    own = visitor.text(place(visitor, table=number, q=organ))
    assert len(rows(own)) == sum(row[1] == organ for row in table.rows) > 1
    assert re.search(rf'href="/round/\w+/organ/[^"]+">{organ}</a>', own)
    assert rows(visitor.text(place(visitor, table=number, q="没有的局"))) == [" 没有这样的。 "]
