"""Values from outside: taken as they are meant, or refused with every mistake at once and the way to mend it."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import full_filing
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook.answers.values import MAX_CELL, parse_answers, parse_json
from toolkit.workbook.examining import json_value
from toolkit.workbook.layout import PARAGRAPHS

if TYPE_CHECKING:
    from toolkit.form.model import Form

COUNT = "requests.new.natural_person"


def parse(form: Form, text: str) -> dict[str, object]:
    return dict(parse_answers(form, parse_json(text.encode(), "数据.json"), "数据.json"))


def refused(form: Form, value: object, field: str = COUNT) -> str:
    with pytest.raises(InputError) as raised:
        parse_answers(form, {field: value}, "数据.json")
    return str(raised.value)


def test_numbers_stay_exact(form_2021: Form) -> None:
    amount = next(field.id for field in form_2021.fields.values() if field.kind is Kind.AMOUNT)
    answers = parse(form_2021, f'{{"{COUNT}": 12, "{amount}": 59237.2449}}')
    assert answers == {COUNT: 12, amount: Decimal("59237.2449")}
    assert isinstance(answers[COUNT], int)


def test_prose_is_a_list_of_strings_or_headings(form_2021: Form) -> None:
    raw = '{"overview": ["一", {"level": 1, "text": "（一）小标题"}, {"text": "二"}]}'
    assert parse(form_2021, raw) == {"overview": (Paragraph("一"), Paragraph("（一）小标题", 1), Paragraph("二"))}


def test_contacts_take_numbers_as_text_and_null_clears(form_2021: Form) -> None:
    raw = f'{{"cover.phone": 12345, "cover.contact": "某", "{COUNT}": null, "overview": null}}'
    expected = {"cover.phone": "12345", "cover.contact": "某", COUNT: None, "overview": None}
    assert parse(form_2021, raw) == expected


def test_a_byte_order_mark_is_no_mistake(form_2021: Form) -> None:
    assert parse(form_2021, '\ufeff{"cover.contact": "某"}') == {"cover.contact": "某"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "第 1 行第 1 列"),
        (b"{", "第 1 行第 2 列"),
        (b'{"a": 1,\n "b": }', "第 2 行"),
        (b"[1, 2]", "JSON 对象"),
        (b"12", "JSON 对象"),
        (b"null", "JSON 对象"),
        ("{'字段': 1}".encode(), "写错了"),
        ('{"机关": "甲"}'.encode("gbk"), "UTF-8"),
        (b'{"a": 1, "b": 2, "a": 3}', "“a”写了两次"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b"[" * 100000, "数据.json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "数据.json"),
    ],
)
def test_what_is_no_json_object_is_refused_with_the_place(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_json(data, "数据.json")
    assert str(raised.value).startswith("数据.json：")
    assert said in str(raised.value)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_an_object_or_refused(data: bytes) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(parse_json(data, "数据.json"), dict)


@pytest.mark.parametrize("value", ["12", "", True, False, [], {}, [12], "无"])
def test_a_figure_takes_only_a_number(form_2021: Form, value: object) -> None:
    said = refused(form_2021, value)
    assert COUNT in said
    assert "应是数字" in said


@pytest.mark.parametrize("value", [Decimal("1e400"), Decimal("NaN"), 10**400])
def test_a_number_no_sheet_can_hold_is_refused(form_2021: Form, value: object) -> None:
    assert COUNT in refused(form_2021, value)


@pytest.mark.parametrize("value", ["一段文字", 12, {"text": "一"}, True])
def test_a_prose_section_takes_only_a_list(form_2021: Form, value: object) -> None:
    assert "段落的列表" in refused(form_2021, value, "overview")


@pytest.mark.parametrize(
    "item",
    [
        1,
        None,
        [],
        {"level": 1},
        {"text": 1},
        {"level": 3, "text": "一"},
        {"level": "1", "text": "一"},
        {"level": [], "text": "一"},
    ],
)
def test_a_paragraph_is_a_text_or_a_heading(form_2021: Form, item: object) -> None:
    assert "第 2 段" in refused(form_2021, ["一", item], "overview")


def test_what_does_not_fit_is_refused(form_2021: Form) -> None:
    assert parse_answers(form_2021, {"overview": ["段"] * PARAGRAPHS}, "")
    assert f"最多放 {PARAGRAPHS} 段" in refused(form_2021, ["段"] * (PARAGRAPHS + 1), "overview")
    assert parse_answers(form_2021, {"overview": ["长" * MAX_CELL]}, "")
    assert f"最多 {MAX_CELL} 字" in refused(form_2021, ["长" * (MAX_CELL + 1)], "overview")
    assert f"最多 {MAX_CELL} 字" in refused(form_2021, "长" * (MAX_CELL + 1), "cover.contact")


def test_a_computed_field_cannot_be_filled(form: Form) -> None:
    total = next(field.id for field in form.fields.values() if field.kind is Kind.COMPUTED)
    assert "由公式算出" in refused(form, "一", total)


def test_an_unknown_field_is_named_with_the_nearest_spelling(form_2021: Form) -> None:
    said = refused(form_2021, 1, "requests.new.natural_persn")
    assert "requests.new.natural_persn" in said
    assert f"是否想写“{COUNT}”" in said
    assert "xxgk forms 2021 --json" in said
    assert "是否" not in refused(form_2021, 1, "完全不相干")


def test_all_mistakes_come_at_once(form_2021: Form) -> None:
    raw = {"x": 1, COUNT: "12", "requests.new.total": "三", "overview": "文", "cover.contact": "某"}
    with pytest.raises(InputError) as raised:
        parse_answers(form_2021, raw, "数据.json")
    assert len(raised.value.mistakes) == 4


def test_every_typed_field_of_a_form_takes_what_its_kind_says(form: Form) -> None:
    samples = {Kind.TEXT: ["段"], Kind.NOTE: "字", Kind.EXPLANATION: "字"}
    raw = {field.id: samples.get(field.kind, 1) for field in form.fields.values() if field.kind is not Kind.COMPUTED}
    assert set(parse_answers(form, json.loads(json.dumps(raw)), "")) == set(raw)


def test_a_long_value_is_quoted_only_in_part(form_2021: Form) -> None:
    said = refused(form_2021, "长" * 5000)
    assert "长长长……" in said
    assert len(said) < 200


def test_totals_are_compared_with_what_they_add_and_not_refused(form_2021: Form) -> None:
    parts = {
        f"requests.new.{column.id}": 2
        for column in form_2021.table("requests").leaf_columns(form_2021.table("requests").bands[0].id)
    }
    given = {name: value for name, value in parts.items() if form_2021.fields.get(name) and not name.endswith("total")}
    total = 2 * len(given)
    assert parse_answers(form_2021, {**given, "requests.new.total": total}, "数据.json") == given
    with pytest.raises(InputError, match="按其他数算出是"):
        parse_answers(form_2021, {**given, "requests.new.total": total + 1}, "数据.json")
    assert parse_answers(form_2021, {"requests.new.total": 5}, "数据.json") == {}


def test_the_values_of_check_can_be_given_to_fill(form: Form) -> None:
    values = {name: json_value(value) for name, value in full_filing(form, 3).values.items()}
    raw = parse_json(json.dumps(values, ensure_ascii=False).encode(), "数据.json")
    answers = parse_answers(form, raw, "数据.json")
    assert full_filing(form).with_answers(answers).figures() == full_filing(form, 3).figures()
