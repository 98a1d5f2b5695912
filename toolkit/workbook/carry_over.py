"""Last year's figures, taken from last year's workbook for this year's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import InputError, WorkbookError
from toolkit.workbook.examining import Verdict, examine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.form.values import Figure


def previous_figures(
    data: bytes, name: str, organ: str, code: str, year: int, forms: Path | None = None
) -> Mapping[str, Figure]:
    """Return every figure of last year's workbook, by field id.

    Raises:
        WorkbookError: the file is not a workbook of ours.
        InputError: it is another organ's or another year's, or it was never fit to be accepted.
    """
    examined = examine(data, name, forms)
    identity, filing = examined.reading.identity, examined.filing
    if identity is None or filing is None:
        raise WorkbookError(examined.findings[-1].message)
    mistakes = []
    if identity.year != year - 1:
        mistakes.append(f"是 {identity.year} 年的报表，{year} 年的上年数据应取自 {year - 1} 年的报表")
    if (identity.code != code) if code and identity.code else (identity.organ != organ):
        mistakes.append(
            f"是“{identity.organ}”（{identity.code or '无代码'}）的报表，不是“{organ}”（{code or '无代码'}）的"
        )
    if examined.verdict is not Verdict.ACCEPTED:
        mistakes.append("还没有通过核对，不能作为上年数据；请先用 xxgk check 核对并改好")
    if mistakes:
        raise InputError(name, mistakes)
    return filing.figures()
