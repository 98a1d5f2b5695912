"""A field is found by what people call it, and several that fit are listed rather than guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.errors import InputError
from toolkit.workbook.answers.field_names import AmbiguousFieldError, field_named
from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    from toolkit.form.model import Form


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("requests.new.natural_person", "requests.new.natural_person"),
        ("自然人 本年新收政府信息公开申请数量", "requests.new.natural_person"),
        ("自然人 本年新收", "requests.new.natural_person"),
        ("本年新收 · 商业企业", "requests.new.business"),
        ("本年新收", "requests.new.total"),
        ("属于国家秘密的总计", "requests.refused_state_secret.total"),
        ("三、申请办理!K9", "requests.new.total"),
        ("'三、申请办理'!$K$9", "requests.new.total"),
        ("e32", "requests.results_total.natural_person"),
        ("行政事业性收费", "disclosure.charges.fees"),
        ("存在的主要问题及改进情况", "problems"),
    ],
)
def test_ids_cells_and_official_words_lead_to_one_field(form_2021: Form, said: str, meant: str) -> None:
    assert field_named(form_2021, said) == meant


def test_every_cell_and_every_pair_of_labels_leads_to_its_own_field(form: Form) -> None:
    layout = lay_out(form)
    for field in form.fields.values():
        spot = layout.spots[field.id]
        assert field_named(form, f"{spot.sheet}!{spot.cell}") == field.id


@pytest.mark.parametrize("said", ["不予公开", "自然人", "K9"])
def test_what_fits_several_fields_lists_them(form_2021: Form, said: str) -> None:
    with pytest.raises(AmbiguousFieldError, match="可以指"):
        field_named(form_2021, said)


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("requests.new.natural_persn", "requests.new.natural_person"),
        ("行政事业性收费用", "行政事业性收费"),
        ("甲乙丙丁", "没有这个字段（"),
    ],
)
def test_a_slip_of_spelling_is_answered_with_the_nearest(form_2021: Form, said: str, near: str) -> None:
    with pytest.raises(InputError, match="没有这个字段") as refused:
        field_named(form_2021, said)
    assert near in str(refused.value)


def test_an_empty_word_is_no_field(form_2021: Form) -> None:
    with pytest.raises(InputError):
        field_named(form_2021, " ")
