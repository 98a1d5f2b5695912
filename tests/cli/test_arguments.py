"""Several formats after one --to, as the contract writes them."""

from __future__ import annotations

import pytest

from toolkit.cli import FORMATS
from toolkit.cli.arguments import spread_formats
from toolkit.report.publish import FORMATS as PUBLISHED

CASES = [
    ("report a.xlsx --to docx --out b", "report a.xlsx --to docx --out b"),
    ("report a.xlsx --to docx html pdf --out b", "report a.xlsx --to docx --to html --to pdf --out b"),
    ("report --to docx a.xlsx html --out b", "report --to docx a.xlsx html --out b"),
    ("report --to docx --to html json x", "report --to docx --to html --to json x"),
    ("report a.xlsx --to nonsense docx", "report a.xlsx --to nonsense docx"),
    ("check html", "check html"),
    ("report a --to", "report a --to"),
]


@pytest.mark.parametrize(("written", "read"), CASES)
def test_formats_after_one_option_are_each_given_their_own(written: str, read: str) -> None:
    assert spread_formats(written.split(), FORMATS) == read.split()


def test_every_format_of_a_report_may_follow() -> None:
    assert set(PUBLISHED) <= set(FORMATS)
