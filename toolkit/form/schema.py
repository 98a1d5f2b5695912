"""Which keys each table of a definition takes, and of which type; nothing here knows what the ids mean."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from toolkit.errors import nearest
from toolkit.form.cellrules import CELL_KINDS
from toolkit.form.rules import TABLE_KINDS
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEVELS = 3
LANGUAGES = ("zh-CN", "en")  # of workbooks; their words stand in toolkit.workbook.wording
ID = re.compile(r"[a-z][a-z0-9_]*")  # what a defined name of a workbook can hold between two dots
TYPE_NAMES = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", date: "日期", dict: "表"}


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One key of a TOML table: its type, whether it must stand there, and the values it may take."""

    type: type
    required: bool = False
    choices: tuple[str, ...] = ()


TEXT, MUST, LIST, NUMBER, DATE, FLAG = Key(str), Key(str, required=True), Key(list), Key(int), Key(date), Key(bool)
KINDS = Key(str, choices=tuple(kind.value for kind in Kind if kind.is_figure))

FORM_KEYS = {
    "form": {
        "id": MUST, "edition": MUST, "title": MUST, "source": MUST,
        "language": Key(str, required=True, choices=LANGUAGES),
        "first_year": Key(int, required=True), "last_year": NUMBER,
    },
    "words": {
        **dict.fromkeys(("cover", "checks", "help", "report_title", "preamble", "organ", "code", "year"), MUST),
        "signature": TEXT, "date": TEXT, "check_code": TEXT, "nought": TEXT, "levels": Key(list, required=True),
    },
    "section": {"id": MUST, "heading": MUST, "sheet": MUST, "source": MUST, "table": FLAG, "help": TEXT},
    "note": {"id": MUST, "label": MUST, "help": TEXT, "example": TEXT, "expected": FLAG, "public": FLAG},
    "question": {"ask": MUST, "answer": MUST},
    "example": {"row": MUST, "figure": Key(int, required=True)},
}  # fmt: skip
TABLE_KEYS = {
    "table": {
        "source": MUST, "unit": TEXT, "caption": TEXT, "controls_label": TEXT, "controls_help": TEXT,
    },
    "band": {"id": MUST, "label": TEXT, "stub": TEXT},
    "row": {
        "id": MUST, "label": MUST, "parent": TEXT, "band": TEXT, "kind": KINDS, "unit": TEXT, "help": TEXT,
        "source": TEXT,
    },
    "column": {
        "id": MUST, "label": MUST, "parent": TEXT, "bands": LIST, "kind": KINDS, "unit": TEXT, "help": TEXT,
        "source": TEXT, "span": NUMBER,
    },
    "control": {"id": MUST, "label": MUST, "rows": Key(list, required=True), "column": MUST, "help": TEXT},
}  # fmt: skip
MARK_KEYS = {
    "mark": {"label": MUST, "table": MUST, "rows": Key(list, required=True), "column": MUST},
    "draft": {"section": MUST, "text": MUST},
    "chart": {"title": MUST, "table": MUST, "marks": Key(list, required=True)},
}
_WORDS = {"words": Key(list, required=True), "example": MUST}
_SAID = (
    "passed_over", "followed_by", "breaks", "parts", "neutral", "subject", "subject_weak", "subject_others", "measures",
    "dates",
)  # fmt: skip
PHRASE_KEYS = {
    "phrase": {
        "words": Key(list, required=True), "table": TEXT, "sums": LIST, "columns": LIST, "units": Key(dict),
        "unless": LIST, "needs": LIST, "doubts": LIST, "after": LIST, "years": LIST, "conventions": LIST,
        "of_part": Key(bool), "agrees_only": Key(bool), "needs_topic": Key(bool), "example": MUST,
    },
    **dict.fromkeys((*_SAID, "subject_tables", "ordinal"), _WORDS),
}  # fmt: skip
DUTY_KINDS = (
    "mentions",
    "aspects",
    "at_least",
    "at_most",
    "denied",
    "cites",
    "never",
    "pairs",
    "year",
    "power",
    "share",
    "parts",
    "movement",
    "day",
    "apart",
    "small_unit",
)
DUTY_KEYS = {
    "duty": {
        "id": MUST, "kind": Key(str, required=True, choices=DUTY_KINDS), "source": MUST,
        "severity": Key(str, required=True, choices=("error", "warning")), "title": MUST, "advice": MUST,
        "example": MUST, "section": TEXT, "words": LIST, "unless": LIST, "pattern": TEXT, "limit": NUMBER,
        "unit": TEXT, "exclusive": LIST, "least": NUMBER, "why": TEXT,
        "table": TEXT, "rows": LIST, "columns": LIST,
    }
}  # fmt: skip
SOURCE_KEYS = {
    "source": {
        "id": MUST, "title": MUST, "number": TEXT, "issuer": TEXT, "issued_on": DATE, "in_force_from": DATE,
        "url": TEXT, "under": TEXT, "last_checked_on": DATE, "note": TEXT, "cite": TEXT,
    }
}  # fmt: skip
RULE_KEYS = {
    "id": MUST, "kind": Key(str, required=True, choices=(*CELL_KINDS, *TABLE_KINDS)), "source": MUST,
    "severity": Key(str, required=True, choices=("error", "warning")), "title": MUST, "advice": MUST, "why": TEXT,
}  # fmt: skip
OPTIONAL = frozenset({"note", "question", "example", "control", *MARK_KEYS, *PHRASE_KEYS, *DUTY_KEYS})
SINGLE = ("form", "words", "table")


def check_file(name: str, content: Mapping[str, Any]) -> Iterator[str]:
    """Yield every mistake of shape in one definition file, each with file, path and what was expected."""
    if name == "rules.toml":
        yield from _check_rules(name, content)
        return
    known = {
        "form.toml": FORM_KEYS,
        "sources.toml": SOURCE_KEYS,
        "marks.toml": MARK_KEYS,
        "phrases.toml": PHRASE_KEYS,
        "duties.toml": DUTY_KEYS,
    }.get(name, TABLE_KEYS)
    yield from _unknown(name, "", content, known)
    for table, keys in known.items():
        yield from _check_entries(name, table, content.get(table), keys)


def _check_entries(name: str, table: str, entries: object, keys: Mapping[str, Key]) -> Iterator[str]:
    if entries is None and table in OPTIONAL:
        return
    if table in SINGLE:
        if not isinstance(entries, dict):
            yield f"{name}：缺少 [{table}]"
            return
        yield from check_keys(name, table, entries, keys)
        return
    if not isinstance(entries, list):
        yield f"{name}：缺少 [[{table}]]"
        return
    for position, entry in enumerate(entries, 1):
        label = entry.get("id", position) if isinstance(entry, dict) else position
        yield from check_keys(name, f"{table}[{label}]", entry, keys)


def check_keys(name: str, path: str, entry: object, keys: Mapping[str, Key]) -> Iterator[str]:
    """Yield every unknown, missing or mistyped key of one TOML table."""
    if not isinstance(entry, dict):
        yield f"{name}：{path} 应是一张表"
        return
    yield from _unknown(name, path, entry, keys)
    for key, wanted in keys.items():
        if key in entry:
            yield from _check_value(f"{name}：{path}.{key}", entry[key], wanted)
        elif wanted.required:
            yield f"{name}：{path} 缺少“{key}”"


def _check_value(where: str, value: object, wanted: Key) -> Iterator[str]:
    if type(value) is not wanted.type:
        yield f"{where} 应是{TYPE_NAMES[wanted.type]}，现在是 {value!r}"
    elif wanted.choices and value not in wanted.choices:
        options = "、".join(wanted.choices)
        yield f"{where} 的“{value}”不认识，可用：{options}{nearest(str(value), wanted.choices)}"
    elif isinstance(value, list) and not all(isinstance(item, str) for item in value):
        yield f"{where} 的每一项应是文字"
    elif wanted.required and value == "" and not where.endswith(".label"):
        yield f"{where} 不能为空"
    elif where.endswith(".levels") and isinstance(value, list) and len(value) != LEVELS:
        yield f"{where} 应有 {LEVELS} 项（正文和两级小标题），现在有 {len(value)} 项"
    elif where.endswith((".id", ".parent")) and value and not ID.fullmatch(str(value)):
        yield f"{where} 的“{value}”应由小写字母、数字和下划线组成，以字母开头"
    elif where.endswith(".span") and isinstance(value, int) and value < 1:
        yield f"{where} 应不小于 1，现在是 {value}"


def _unknown(name: str, path: str, entry: Mapping[str, Any], keys: Mapping[str, object]) -> Iterator[str]:
    for key in entry:
        if key not in keys:
            yield f"{name}：{path or '顶层'} 不认识“{key}”{nearest(key, keys)}"


def _check_rules(name: str, content: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown(name, "", content, {"rule": None})
    entries = content.get("rule")
    if not isinstance(entries, list):
        yield f"{name}：缺少 [[rule]]"
        return
    for position, entry in enumerate(entries, 1):
        label = entry.get("id", position) if isinstance(entry, dict) else position
        yield from _check_rule(name, f"rule[{label}]", entry)


def _check_rule(name: str, path: str, entry: object) -> Iterator[str]:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    if isinstance(entry, dict) and kind not in (*CELL_KINDS, *TABLE_KINDS):
        # Which keys a kind takes that nobody knows cannot be said; only what no kind takes is certainly wrong.
        taken = {key for known in TABLE_KINDS for key in _rule_parameters(known)}
        entry = {key: value for key, value in entry.items() if key not in taken}
    yield from check_keys(name, path, entry, RULE_KEYS | _rule_parameters(kind))


def sound_rules(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rules of a rules.toml that have no mistake of shape."""
    entries = content.get("rule")
    return [entry for entry in entries if not any(_check_rule("", "", entry))] if isinstance(entries, list) else []


def blank_form() -> dict[str, dict[str, Any]]:
    """Return the [form] and [words] every form must have, with nothing in them."""
    blank = {
        table: {key: wanted.type() for key, wanted in FORM_KEYS[table].items() if wanted.required}
        for table in ("form", "words")
    }
    blank["words"]["levels"] = [""] * LEVELS
    return blank


def _rule_parameters(kind: object) -> dict[str, Key]:
    if kind in CELL_KINDS:
        return {entry.name: Key(int, required=True) for entry in dataclasses.fields(CELL_KINDS[str(kind)])}
    if not isinstance(kind, str) or kind not in TABLE_KINDS:
        return {}
    found = {"table": MUST}
    for parameter in dataclasses.fields(TABLE_KINDS[kind]):
        found[parameter.name] = LIST if parameter.default == () else Key(type(parameter.default))
    return found
