"""A local supplement: questions an office adds to an official edition in one TOML file, without touching the edition.

The edition with the supplement is a form like any: sheets, checks, sums and comparisons follow from it. What is local
says so, and no report prints it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.errors import DefinitionError, nearest
from toolkit.form import schema
from toolkit.form.consistency import find_mistakes
from toolkit.form.fields import with_fields
from toolkit.form.guidance.duties import Duty
from toolkit.form.model import Band, Column, Form, Row, Rule, Section, Source, Table
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

SUPPLEMENT = "supplement.toml"
LOCAL, VALUE = "local", "value"  # the ids of the table and of its one column, and the beginning of every other id
_CITED = "主管部门补充要求"
CHECK_KINDS = {"equal": "balance", "at_least": "rows_not_less", "sum": "column_total"}
_KEYS: Mapping[str, Mapping[str, schema.Key]] = {
    "supplement": {
        "edition": schema.MUST, "title": schema.MUST, "sheet": schema.TEXT, "help": schema.TEXT,
    },
    "figure": {
        "id": schema.MUST, "label": schema.MUST, "kind": schema.Key(str, choices=("count", "amount", "signed")),
        "unit": schema.TEXT, "help": schema.TEXT,
    },
    "paragraph": {"id": schema.MUST, "label": schema.MUST, "help": schema.TEXT, "limit": schema.NUMBER},
    "check": {
        "id": schema.MUST, "kind": schema.Key(str, required=True, choices=tuple(CHECK_KINDS)),
        "left": schema.Key(list, required=True), "right": schema.Key(list, required=True), "title": schema.MUST,
        "advice": schema.MUST, "severity": schema.Key(str, choices=("error", "warning")),
    },
}  # fmt: skip


def official(form: Form) -> Form:
    """Return an edition without what an office has added: what a report prints."""
    return form.base or form


def is_local(field: str) -> bool:
    """Return whether the id of a field is one that an office has added."""
    return field.startswith((f"{LOCAL}.", f"{LOCAL}_"))


def with_supplement(forms: Iterable[Form], path: Path) -> tuple[Form, ...]:
    """Return these editions, the one a supplement is for with what it adds.

    Raises:
        DefinitionError: the file is not sound or is for none of the editions; every mistake is listed.
    """
    known = tuple(forms)
    stated = _read(path)
    edition = stated["supplement"]["edition"]
    if edition not in {form.edition for form in known}:
        hint = nearest(edition, [form.edition for form in known])
        raise DefinitionError([f"{path.name}：supplement.edition 的“{edition}”不是现有的版本{hint}"])
    return tuple(_supplemented(form, stated, path) if form.edition == edition else form for form in known)


def _read(path: Path) -> dict[str, Any]:
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DefinitionError([f"{path.name}：读不出来（{error}）；请改正，或从备份恢复"]) from error
    mistakes = list(_mistakes(path.name, stated))
    if mistakes:
        raise DefinitionError(mistakes)
    return stated


def _mistakes(name: str, stated: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name}：不认识“{key}”{nearest(key, _KEYS)}" for key in stated if key not in _KEYS)
    yield from schema.check_keys(name, "supplement", stated.get("supplement"), _KEYS["supplement"])
    for table in ("figure", "paragraph", "check"):
        entries = stated.get(table, [])
        if not isinstance(entries, list):
            yield f"{name}：要写成 [[{table}]]"
            continue
        for place, entry in enumerate(entries, 1):
            label = entry.get("id", place) if isinstance(entry, dict) else place
            yield from schema.check_keys(name, f"{table}[{label}]", entry, _KEYS[table])
    if not stated.get("figure") and not stated.get("paragraph"):
        yield f"{name}：没有 [[figure]]，也没有 [[paragraph]]，没有要补充的"
    if stated.get("check") and not stated.get("figure"):
        yield f"{name}：[[check]] 要有 [[figure]] 才能核对"


def _supplemented(form: Form, stated: Mapping[str, Any], path: Path) -> Form:
    checks = stated.get("check", [])
    made = replace(
        form,
        base=form,
        fingerprint=_fingerprint(form, stated),
        sections=(*form.sections, *_sections(stated)),
        tables=(*form.tables, *_tables(stated)),
        rules=(*form.rules, *map(_rule, checks)),
        sources=(*form.sources, Source(LOCAL, stated["supplement"]["title"], cite=_CITED)),
        duties=(*form.duties, *_duties(stated)),
    )
    mistakes = [f"{path.name}：{mistake.partition('：')[2] or mistake}" for mistake in find_mistakes(made)]
    if mistakes:
        raise DefinitionError(mistakes)
    return with_fields(made)


def _fingerprint(form: Form, stated: Mapping[str, Any]) -> str:
    told = json.dumps([form.fingerprint, stated], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _sections(stated: Mapping[str, Any]) -> Iterator[Section]:
    head = stated["supplement"]
    if stated.get("figure"):
        sheet = head.get("sheet", head["title"])
        yield Section(LOCAL, head["title"], sheet, is_table=True, source=LOCAL, help=head.get("help", ""), local=True)
    for entry in stated.get("paragraph", []):
        limit = f"不超过 {entry['limit']} 字。" if entry.get("limit") else ""
        said = f"{entry.get('help', '')}{limit}每行一段。"
        yield Section(
            _paragraph_id(entry), entry["label"], entry["label"], is_table=False, source=LOCAL, help=said, local=True
        )


def _paragraph_id(entry: Mapping[str, Any]) -> str:
    return f"{LOCAL}_{entry['id']}"


def _tables(stated: Mapping[str, Any]) -> Iterator[Table]:
    sums = {name for check in stated.get("check", []) if check["kind"] == "sum" for name in check["left"]}
    rows = tuple(
        Row(
            entry["id"], entry["label"], band=LOCAL, unit=entry.get("unit", ""), help=entry.get("help", ""),
            kind=Kind.COMPUTED if entry["id"] in sums else Kind(entry.get("kind", "count")), source=LOCAL,
        )
        for entry in stated.get("figure", [])
    )  # fmt: skip
    if rows:
        column = Column(VALUE, "填数", bands=(LOCAL,))
        bands, title = (Band(LOCAL, stub="补充项目"),), stated["supplement"]["title"]
        yield Table(LOCAL, LOCAL, bands, rows, (column,), caption=title)


def _rule(check: Mapping[str, Any]) -> Rule:
    left, right = tuple(check["left"]), tuple(check["right"])
    kind = CHECK_KINDS[check["kind"]]
    parameters = (("into", left[0]), ("of", right)) if kind == "column_total" else (("left", left), ("right", right))
    return Rule(
        f"{LOCAL}_{check['id']}", kind, check.get("severity", "error"), LOCAL, check["title"], check["advice"],
        table=LOCAL, parameters=parameters,
    )  # fmt: skip


def _duties(stated: Mapping[str, Any]) -> Iterator[Duty]:
    for entry in stated.get("paragraph", []):
        if limit := entry.get("limit"):
            yield Duty(
                f"{_paragraph_id(entry)}_limit", "at_most", "warning", LOCAL, f"超过 {limit} 字",
                f"请压缩到 {limit} 字以内。", section=_paragraph_id(entry), limit=limit,
            )  # fmt: skip
