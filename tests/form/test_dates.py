"""Dates as people write them and as spreadsheets store them are read alike everywhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.form.dates import date_of_serial, read_date

DAY = date(2025, 3, 20)
WRITTEN = [
    "2025年3月20日", "2025.3.20", "2025/3/20", "2025-3-20", "2025-03-20", "2025 年 3 月 20 日", "２０２５年３月２０日",
    "二〇二五年三月二十日", "二零二五年三月二十日", "20250320",
    "2025-03-20T00:00:00", "2025-03-20 10:30", "2025年3月20号",
    "2025年3月20日（星期四）", "\u200b2025-03-20 ", "45736",
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_every_usual_way_is_read(written: str) -> None:
    assert read_date(written) == DAY


def test_serial_numbers_of_both_systems_are_read() -> None:
    assert read_date(45736) == read_date(Decimal("45736.5")) == DAY
    assert read_date(44274, from_1904=True) == DAY
    assert read_date(DAY) == DAY


@pytest.mark.parametrize(
    "written", ["", "三月二十日", "2025-02-30", "2025年13月1日", "明年", "99999999", "12", 5, 10**9]
)
def test_what_is_no_day_is_none(written: str | int) -> None:
    assert read_date(written) is None


@given(st.dates(date(1955, 1, 1), date(2119, 1, 1)))
def test_a_day_is_read_back_however_it_is_written(day: date) -> None:
    ways = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
    ]
    assert {read_date(way) for way in ways} == {day}
    assert date_of_serial((day - date(1899, 12, 30)).days) == day
