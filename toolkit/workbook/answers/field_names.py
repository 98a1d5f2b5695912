"""Which field people mean: by its id, its cell (`K9`, `三、申请办理!K9`) or the official words (`自然人 本年新收`)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.errors import InputError, nearest
from toolkit.form.values import Kind
from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.model import Field, Form

_CELL = re.compile(r"(?:(?P<sheet>.+)!)?\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[0-9]{1,7})")
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9]+[.．、])")
_REMARK = re.compile(r"（[^（）]*）$")
_BETWEEN = re.compile(r"[\s·/／，,、+＋的]+")
_SHOWN = 6


class AmbiguousFieldError(InputError):
    """The words fit several fields; all of them are listed."""


def field_named(form: Form, said: str) -> str:
    """Return the id of the field that `said` means in this form.

    Of several fields of one row that fit, the row's total is meant.

    Raises:
        InputError: nothing fits; the nearest spelling is named.
        AmbiguousFieldError: several fields fit; they are listed.
    """
    if said in form.fields:
        return said
    found = _by_cell(form, said) or _by_words(form, said)
    if len(found) == 1:
        return found[0]
    where = f"字段“{said}”"
    if found:
        listed = "；".join(_shown(form.fields[name]) for name in found[:_SHOWN])
        more = f"等 {len(found)} 个" if len(found) > _SHOWN else ""
        raise AmbiguousFieldError(where, [f"可以指{listed}{more}，请再写清楚些"])
    hint = nearest(said, form.fields) or nearest(_plain(said), _labels(form))
    raise InputError(where, [f"没有这个字段{hint}（用 xxgk forms {form.edition} --json 查看全部字段）"])


def _shown(field: Field) -> str:
    return f"“{field.label}”（{field.id}）"


def _by_cell(form: Form, said: str) -> list[str]:
    match = _CELL.fullmatch(said.strip())
    if match is None:
        return []
    cell, sheet = f"{match['column'].upper()}{match['row']}", (match["sheet"] or "").strip("'")
    spots = lay_out(form).spots
    found = [name for name in form.fields if name in spots and spots[name].cell == cell]
    if sheet:
        return [name for name in found if spots[name].sheet == sheet]
    return [name for name in found if form.fields[name].kind.is_figure] or found


def _by_words(form: Form, said: str) -> list[str]:
    words = [word for word in map(_plain, _BETWEEN.split(said)) if word]
    if not words:
        return []
    figures = [name for name, field in form.fields.items() if field.kind.is_figure]
    for names in (figures, list(_parts(form))):
        for fits in (_is_one_of, _is_in):
            found = [name for name in names if all(fits(word, _parts(form)[name]) for word in words)]
            if found:
                return _meant(form, found)
    return []


def _is_one_of(word: str, parts: Iterable[str]) -> bool:
    return word in parts


def _is_in(word: str, parts: Iterable[str]) -> bool:
    return any(word in part for part in parts)


def _meant(form: Form, found: list[str]) -> list[str]:
    """Return the total alone where all that was found lies in one row and the row has one."""
    fields = [form.fields[name] for name in found]
    totals = [field.id for field in fields if field.kind is Kind.COMPUTED]
    in_one_row = len({(field.table, field.row) for field in fields}) == 1
    return totals if in_one_row and len(totals) == 1 else found


@lru_cache(maxsize=8)
def _parts(form: Form) -> Mapping[str, tuple[str, ...]]:
    """Return for each field the plain words of its row and column, the headings over them included."""
    return {
        name: tuple(_plain(part) for part in f"{field.row_label}/{field.column_label}/{field.label}".split("/"))
        for name, field in form.fields.items()
        if field.kind is not Kind.EXPLANATION
    }


@lru_cache(maxsize=8)
def _labels(form: Form) -> Mapping[str, str]:
    return {part: name for name, parts in _parts(form).items() for part in parts if part}


def _plain(label: str) -> str:
    """Return a label without its number, its remark in brackets and spaces, as people say it."""
    text = re.sub(r"\s", "", label)
    return _REMARK.sub("", _NUMBERING.sub("", text)) or text
