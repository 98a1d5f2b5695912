"""Answers from outside (a JSON object of field id to number or text), made into values or refused, all at once."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.errors import InputError
from toolkit.filing.checkcode import CHECK_CODE
from toolkit.filing.checking import DATE_FIELD
from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import show
from toolkit.form.checks import are_numbers, is_number, number, rounded, typed_parts
from toolkit.form.ids import COVER, nought_table
from toolkit.form.rules import total_parts
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook.answers.field_names import field_named
from toolkit.workbook.layout import PARAGRAPHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.form.model import Field, Form
    from toolkit.form.values import Figure, Value

MAX_CELL = 32767  # characters a cell can hold, by Excel's published specification
LARGEST = 10**15  # a sheet keeps fifteen digits
LEVELS = (0, 1, 2)
EXCERPT = 40


def parse_json(data: bytes, where: str) -> dict[str, object]:
    """Return a JSON object; numbers with a point become Decimal, so no amount passes through binary.

    Raises:
        InputError: the text is not UTF-8 or not JSON, names a key twice, is no object, or is beyond all measure.
    """

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        twice = [key for place, (key, _) in enumerate(pairs) if key in dict(pairs[:place])]
        if twice:
            raise InputError(where, [f"“{key}”写了两次" for key in twice])
        return dict(pairs)

    def refuse(constant: str) -> None:
        raise InputError(where, [f"{constant} 不是数字；没有的填 0，还不知道的填 null"])

    try:
        text = data.decode("utf-8-sig")
        raw = json.loads(text, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=once)
    except UnicodeDecodeError as error:
        raise InputError(where, ["不是 UTF-8 编码，请另存为 UTF-8"]) from error
    except json.JSONDecodeError as error:
        raise InputError(where, [f"不是合格的 JSON：第 {error.lineno} 行第 {error.colno} 列附近写错了"]) from error
    except (RecursionError, ValueError) as error:  # a number of thousands of digits, or thousands of brackets
        raise InputError(where, ["里面的数字太长或括号层数太多，不像是报表的数据"]) from error
    if not isinstance(raw, dict):
        raise InputError(where, ['应是一个 JSON 对象，如 {"字段": 数}'])
    return raw


def values_in(raw: Mapping[str, object], where: str) -> Mapping[str, object]:
    """Return field ids and values out of a JSON object: one of them already, a document of `check`, or a report's data.

    Raises:
        InputError: a document of `check` does not hold just one file.
    """
    if isinstance(raw.get("files"), list):
        return _checked_values(raw["files"], where)  # type: ignore[arg-type] # a list
    if isinstance(raw.get("figures"), list) and isinstance(raw.get("sections"), list):
        return _report_values(raw)
    return raw


def _checked_values(files: list[object], where: str) -> Mapping[str, object]:
    held: list[dict[str, object]] = [
        file["values"] for file in files if isinstance(file, dict) and isinstance(file.get("values"), dict)
    ]
    if len(files) != 1 or len(held) != 1 or not held[0]:
        raise InputError(where, [f"是核对结果，里面有 {len(files)} 份报表；要填进一份报表，里面只能有一份读得出的"])
    return held[0]


def _report_values(raw: Mapping[str, Any]) -> Mapping[str, object]:
    values = {entry["field"]: entry.get("value") for entry in _objects(raw["figures"]) if "field" in entry}
    values |= {entry["id"]: entry["paragraphs"] for entry in _objects(raw["sections"]) if "paragraphs" in entry}
    contacts = {entry["id"]: entry.get("text") for entry in _objects(raw.get("contacts")) if "id" in entry}
    values |= {f"{COVER}.{name}": text for name, text in contacts.items() if name != CHECK_CODE}
    return values | ({DATE_FIELD: raw["date"]} if raw.get("date") else {})


def _objects(entries: object) -> list[dict[str, Any]]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def parse_answers(form: Form, raw: Mapping[str, object], where: str) -> dict[str, Value]:
    """Return typed values for the fields a JSON object names by id, cell or official words.

    Figures take a number, notes and explanations a text (or number), a prose section a list whose items are strings or
    `{"level": 1, "text": "..."}`; null clears a field.

    Raises:
        InputError: a field is unknown or computed, or a value is of the wrong type; all mistakes are listed.
    """
    mistakes: list[str] = []
    answers: dict[str, Value] = {}
    computed: dict[str, Figure] = {}
    for said, value in raw.items():
        if nought_table(said):
            mistakes += _declaration(form, said, value, answers)
            continue
        try:
            field = form.fields[field_named(form, said)]
        except InputError as error:
            mistakes.append(str(error))
            continue
        if field.kind is Kind.COMPUTED and (value is None or is_number(value)):
            computed |= {} if value is None else {field.id: value}  # type: ignore[dict-item] # a number
        elif problem := _problem(field, value):
            mistakes.append(problem)
        elif field.id in answers:
            mistakes.append(f"“{field.id}”（{field.label}）写了两次，第二次写作“{said}”")
        else:
            answers[field.id] = _value(field, value)
    mistakes += _unequal_totals(form, answers, computed)
    if mistakes:
        raise InputError(where, mistakes)
    return answers


def _declaration(form: Form, said: str, value: object, answers: dict[str, Value]) -> Iterator[str]:
    """Take whether the blanks of a table are nought: true or the words of the sheet, or nothing of these."""
    if nought_table(said) not in {section.id for section in form.sections if section.is_table}:
        yield f"没有“{nought_table(said)}”这张表，不能声明它的空格都是 0"
    elif value in (form.words.nought, True):
        answers[said] = form.words.nought
    elif value in (None, False, ""):
        answers[said] = None
    else:
        yield f"“{said}”写 true 或“{form.words.nought}”，不声明的写 null，现在是 {_excerpt(value)}"


def _unequal_totals(form: Form, answers: Mapping[str, Value], computed: Mapping[str, Figure]) -> Iterator[str]:
    """Compare totals that were given with what the other answers give; a total of figures not given is left alone."""
    parts = total_parts(form)
    for name, given in computed.items():
        typed = [answers.get(part) for part in typed_parts(name, parts)]
        if not are_numbers(typed):
            continue
        total = sum(number(value) for value in typed)
        if rounded(total - given) != 0:
            label = form.fields[name].label
            yield f"“{name}”（{label}）是算出来的，写的是 {show(given)}，按其他数算出是 {show(total)}"


def _problem(field: Field, value: object) -> str:
    where = f"“{field.id}”（{field.label}）"
    if field.kind is Kind.COMPUTED:
        return f"{where}由公式算出，只能写数，用来核对"
    if value is None:
        return ""
    if field.kind is Kind.TEXT:
        return "；".join(_prose_problems(where, value))
    if field.kind in {Kind.NOTE, Kind.EXPLANATION}:
        return _note_problem(where, value)
    if not is_number(value):
        return f"{where}应是数字，现在是 {_excerpt(value)}"
    is_small = Decimal(value).is_finite() and abs(Decimal(value)) < LARGEST  # type: ignore[arg-type] # a number
    return "" if is_small else f"{where}的数太大，一格最多放 15 位，现在是 {_excerpt(value)}"


def _note_problem(where: str, value: object) -> str:
    if not (isinstance(value, str) or is_number(value)):
        return f"{where}应是文字，现在是 {_excerpt(value)}"
    return "" if len(str(value)) <= MAX_CELL else f"{where}有 {len(str(value))} 字，一格最多 {MAX_CELL} 字"


def _excerpt(value: object) -> str:
    """Return a value as it was given, cut to what fits into a sentence."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return beginning(text, EXCERPT)


def _prose_problems(where: str, value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where}应是段落的列表，现在是 {_excerpt(value)}"
        return
    if len(value) > PARAGRAPHS:
        yield f"{where}有 {len(value)} 段，报表最多放 {PARAGRAPHS} 段"
    for place, item in enumerate(value, 1):
        text = item.get("text") if isinstance(item, dict) else item
        level = item.get("level", 0) if isinstance(item, dict) else 0
        if not isinstance(text, str) or level not in LEVELS:
            yield f'{where}第 {place} 段应是文字，或 {{"level": 1, "text": "……"}}，现在是 {_excerpt(item)}'
        elif len(text) > MAX_CELL:
            yield f"{where}第 {place} 段有 {len(text)} 字，一格最多 {MAX_CELL} 字"


def _value(field: Field, value: object) -> Value:
    if isinstance(value, list):
        return tuple(_paragraph(item) for item in value)
    if field.kind in {Kind.NOTE, Kind.EXPLANATION} and value is not None:
        return str(value)
    return value  # type: ignore[return-value] # _problem has let only numbers and null through


def _paragraph(item: Mapping[str, object] | str) -> Paragraph:
    if isinstance(item, str):
        return Paragraph(item)
    level = item.get("level", 0)
    return Paragraph(str(item["text"]), level if isinstance(level, int) else 0)
