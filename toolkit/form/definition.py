"""Load a form from its folder of TOML files, reporting every mistake at once with file, path and nearest spelling.

form.toml       the form itself: words, sections in printed order, cover notes
<section>.toml  one official table each: bands, rows, columns, control totals
rules.toml      the relations the figures must keep
sources.toml    every legal text, once
marks.toml      optional: names for figures that prose may hold, standard sentences that use them, charts
phrases.toml    optional: which words of the prose lead to which figures
duties.toml     optional: what the prose itself owes
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import tomllib
from itertools import chain
from typing import TYPE_CHECKING, Any

from toolkit.errors import DefinitionError
from toolkit.form import schema
from toolkit.form.consistency import DUTIES, FORM, MARKS, PHRASES, RULES, SOURCES, find_mistakes
from toolkit.form.fields import with_fields
from toolkit.form.guidance.duties import Duty
from toolkit.form.guidance.entries import Draft, ExampleRow, Question
from toolkit.form.model import (
    Band,
    Chart,
    Column,
    Control,
    Form,
    Mark,
    Note,
    Phrase,
    Row,
    Rule,
    Said,
    Section,
    Source,
    Table,
    Words,
)
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

Toml = dict[str, Any]
NOT_TABLES = (FORM, RULES, SOURCES, MARKS, PHRASES, DUTIES)
OPTIONAL = (MARKS, PHRASES, DUTIES)

_PLACE = re.compile(r"at line (\d+), column (\d+)")
_REASONS = (
    (("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate"), "同一个名称写了两次"),
    (("Unterminated string", "Expected '\"", "Illegal character"), "引号没有配对，或有不该出现的字符"),
    (("Expected '='", "after a key"), "名称后面缺少等号"),
    (("Unclosed", "Expected ']"), "方括号没有配对"),
    (("Expected newline",), "一行里多写了内容"),
)


def load_form(folder: Path) -> Form:
    """Return the form defined in a folder.

    Raises:
        DefinitionError: anything is misspelt, missing, of the wrong type, dangling or beyond what a workbook can hold;
            all mistakes of the folder are listed, each with its file and path. What cannot be judged because of another
            mistake is left for the next time.
    """
    files, wrong = _read_files(folder)
    for name, content in files.items():
        wrong[name] += schema.check_file(name, content)
    unsound = frozenset(name for name, mistakes in wrong.items() if mistakes)
    form = _build(files if not unsound else _sound_parts(files, unsound))
    mistakes = [f"{folder.name}/{mistake}" for mistake in chain(*wrong.values(), find_mistakes(form, unsound))]
    if mistakes:
        raise DefinitionError(mistakes)
    return with_fields(form)


def _read_files(folder: Path) -> tuple[dict[str, Toml], dict[str, list[str]]]:
    """Return the files that can be read, and for every file of the definition the mistakes found in reading it."""
    files: dict[str, Toml] = {}
    wrong: dict[str, list[str]] = {}

    def read(name: str) -> None:
        wrong[name] = []
        try:
            files[name] = _read_toml(folder / name)
        except DefinitionError as error:
            wrong[name] += error.mistakes

    for name in (FORM, RULES, SOURCES, *(name for name in OPTIONAL if (folder / name).exists())):
        read(name)
    for table in _table_names(folder, files.get(FORM, {})):
        if f"{table}.toml" in NOT_TABLES:
            wrong[FORM].append(f"{FORM}：section 的 id“{table}”与定义文件重名")
        else:
            read(f"{table}.toml")
    return files, wrong


def _table_names(folder: Path, top: Toml) -> Iterable[str]:
    """Return the tables the form lists; where its list cannot be read, every further file is taken for one."""
    sections = top.get("section")
    if not isinstance(sections, list):
        further = {path.name for path in folder.glob("*.toml")} - {*NOT_TABLES}
        return sorted(name.removesuffix(".toml") for name in further)
    tables = [entry.get("id") for entry in sections if isinstance(entry, dict) and entry.get("table") is True]
    return dict.fromkeys(table for table in tables if isinstance(table, str))


def _read_toml(path: Path) -> Toml:
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text)
    except FileNotFoundError:
        mistake = "没有这个文件"
    except tomllib.TOMLDecodeError as error:
        mistake = _toml_mistake(error, text)
    except UnicodeDecodeError:
        mistake = "不是 UTF-8 编码"
    except OSError:
        mistake = "不能读取，请检查权限"
    raise DefinitionError([f"{path.name}：{mistake}"])


def _sound_parts(files: dict[str, Toml], unsound: Collection[str]) -> dict[str, Toml]:
    """Return what can be built although some files are unsound, with blanks for what every form must have."""
    parts = {name: content for name, content in files.items() if name not in unsound}
    if FORM in unsound:
        tables = [name.removesuffix(".toml") for name in files if name not in NOT_TABLES]
        blank = {"heading": "", "sheet": "", "source": "", "table": True}
        parts[FORM] = schema.blank_form() | {"section": [{"id": table, **blank} for table in tables]}
    if RULES in unsound:
        parts[RULES] = {"rule": schema.sound_rules(files.get(RULES, {}))}
    return parts


def _build(files: dict[str, Toml]) -> Form:
    top = files[FORM]
    form = top["form"]
    sections = tuple(_section(entry) for entry in top["section"])
    return Form(
        id=form["id"],
        edition=form["edition"],
        title=form["title"],
        language=form["language"],
        first_year=form["first_year"],
        last_year=form.get("last_year"),
        source=form["source"],
        fingerprint=_fingerprint(files),
        words=_words(top["words"]),
        questions=tuple(Question(**entry) for entry in top.get("question", ())),
        example=tuple(ExampleRow(**entry) for entry in top.get("example", ())),
        sections=sections,
        tables=tuple(_tables(files, sections)),
        notes=tuple(Note(**entry) for entry in top.get("note", [])),
        rules=tuple(_rule(entry) for entry in files[RULES].get("rule", [])),
        sources=tuple(Source(**entry) for entry in files.get(SOURCES, {}).get("source", [])),
        marks=tuple(Mark(**{**entry, "rows": tuple(entry["rows"])}) for entry in _listed(files, "mark")),
        drafts=tuple(Draft(**entry) for entry in _listed(files, "draft")),
        charts=tuple(Chart(**{**entry, "marks": tuple(entry["marks"])}) for entry in _listed(files, "chart")),
        phrases=tuple(map(_phrase, files.get(PHRASES, {}).get("phrase", []))),
        said=Said(**{entry.name: _words_of(files, entry.name) for entry in dataclasses.fields(Said)}),
        duties=tuple(map(_duty, files.get(DUTIES, {}).get("duty", []))),
    )


def _duty(entry: Toml) -> Duty:
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    return Duty(**{**entry, **lists})


def _phrase(entry: Toml) -> Phrase:
    rest = {key: value for key, value in entry.items() if key not in {"sums", "columns", "years"}}
    lists = {key: tuple(value) for key, value in rest.items() if isinstance(value, list)}
    readings = tuple(
        (tuple(rows.split("+")), tuple(columns.split("+")))
        for columns in entry.get("columns", [])
        for rows in entry.get("sums", [])
    )
    return Phrase(**{**rest, **lists, "readings": readings, "years": tuple(map(int, entry.get("years", ())))})


def _words_of(files: dict[str, Toml], name: str) -> tuple[str, ...]:
    entries = files.get(PHRASES, {}).get(name, [])
    return tuple(word for entry in entries for word in entry["words"])


def _listed(files: dict[str, Toml], name: str) -> list[Toml]:
    entries: list[Toml] = files.get(MARKS, {}).get(name, [])
    return entries


def _fingerprint(files: dict[str, Toml]) -> str:
    """Return what tells one draft of a definition from another; what only reads the prose changes no workbook."""
    printed = {name: content for name, content in files.items() if name not in {PHRASES, DUTIES}}
    canonical = json.dumps(printed, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _words(entry: Toml) -> Words:
    first, second, third = entry["levels"]
    return Words(**{**entry, "levels": (first, second, third)})


def _section(entry: Toml) -> Section:
    return Section(is_table=entry.get("table", False), **{key: value for key, value in entry.items() if key != "table"})


def _tables(files: dict[str, Toml], sections: Iterable[Section]) -> Iterator[Table]:
    for table in dict.fromkeys(section.id for section in sections if section.is_table):
        if f"{table}.toml" in files:
            yield _table(table, files[f"{table}.toml"])


def _table(table_id: str, content: Toml) -> Table:
    head = content["table"]
    bands = tuple(Band(**entry) for entry in content["band"])
    return Table(
        id=table_id,
        bands=bands,
        rows=tuple(_row(entry, bands[0].id) for entry in content["row"]),
        columns=tuple(_column(entry, bands) for entry in content["column"]),
        controls=tuple(Control(**{**entry, "rows": tuple(entry["rows"])}) for entry in content.get("control", [])),
        **{key: value for key, value in head.items() if key != "id"},
    )


def _row(entry: Toml, first_band: str) -> Row:
    kind = Kind(entry["kind"]) if "kind" in entry else None
    return Row(**{"band": first_band, **entry, "kind": kind})


def _column(entry: Toml, bands: tuple[Band, ...]) -> Column:
    own = tuple(entry.get("bands", [band.id for band in bands]))
    return Column(**{**entry, "bands": own, "kind": Kind(entry.get("kind", "count"))})


def _rule(entry: Toml) -> Rule:
    known = {field.name for field in dataclasses.fields(Rule)}
    parameters = tuple(
        (key, tuple(value) if isinstance(value, list) else value) for key, value in entry.items() if key not in known
    )
    return Rule(parameters=parameters, **{key: value for key, value in entry.items() if key in known})


def _toml_mistake(error: Exception, text: str) -> str:
    """Return what the parser found wrong in `text`, with its line and column."""
    said = str(error)
    place = _PLACE.search(said)
    at = f"第 {place[1]} 行第 {place[2]} 列" if place else f"文件末尾（第 {len(text.splitlines())} 行）"
    reason = next((reason for signs, reason in _REASONS if any(sign in said for sign in signs)), "写法不对")
    return f"不是合格的 TOML，{at}：{reason}"
