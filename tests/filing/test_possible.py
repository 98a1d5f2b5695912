"""What can be a figure of a field at all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from toolkit.filing.possible import is_possible, possible_figures

if TYPE_CHECKING:
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

FEES = "disclosure.charges.fees"


@pytest.mark.parametrize(
    ("field", "figure", "expected"),
    [
        ("requests.new.total", 4, True),
        ("requests.new.total", -1, False),
        ("requests.new.natural_person", Decimal("0.5"), False),
        (FEES, Decimal("0.5"), True),
        (FEES, -1, False),
    ],
)
def test_a_figure_is_possible_where_nothing_forbids_it(
    form_2021: Form, field: str, figure: Figure, *, expected: bool
) -> None:
    assert is_possible(form_2021, field, figure) == expected
    assert possible_figures(form_2021, {field: figure, "requests.new.other": 1}).keys() == {
        "requests.new.other", *([field] if expected else []),
    }  # fmt: skip


def test_a_change_may_be_negative_and_so_may_what_adds_changes(form_2019: Form) -> None:
    signed = [name for name, field in form_2019.fields.items() if field.kind.value == "signed"]
    assert signed
    assert all(is_possible(form_2019, name, -3) for name in signed)
