"""Load a form from its folder of TOML files, reporting every mistake at once with file, path and nearest spelling.

form.toml       the form itself: words, sections in printed order, cover notes
<section>.toml  one official table each: bands, rows, columns, control totals
rules.toml      the relations the figures must keep
sources.toml    every legal text, once
marks.toml      optional: names for figures that prose may hold, standard sentences that use them, charts
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from typing import TYPE_CHECKING, Any

from toolkit.errors import DefinitionError
from toolkit.form import schema
from toolkit.form.consistency import find_mistakes
from toolkit.form.model import (
    Band,
    Chart,
    Column,
    Control,
    Draft,
    Form,
    Kind,
    Mark,
    Note,
    Row,
    Rule,
    Section,
    Source,
    Table,
    Words,
)

if TYPE_CHECKING:
    from pathlib import Path

Toml = dict[str, Any]
MARKS = "marks.toml"


def load_form(folder: Path) -> Form:
    """Return the form defined in a folder.

    Raises:
        DefinitionError: anything is misspelt, missing, of the wrong type, dangling or beyond what a workbook can hold;
            all mistakes of the folder are listed, each with its file and path.
    """
    mistakes: list[str] = []
    files = _read_files(folder, mistakes)
    if mistakes:
        raise DefinitionError(mistakes)
    for name, content in files.items():
        mistakes += [f"{folder.name}/{mistake}" for mistake in schema.check_file(name, content)]
    if mistakes:
        raise DefinitionError(mistakes)
    form = _build(files)
    mistakes += find_mistakes(form, folder.name)
    if mistakes:
        raise DefinitionError(mistakes)
    return form


def _read_files(folder: Path, mistakes: list[str]) -> dict[str, Toml]:
    files: dict[str, Toml] = {}
    for name in ("form.toml", "rules.toml", "sources.toml"):
        files[name] = _read_toml(folder / name, mistakes)
    if (folder / MARKS).exists():
        files[MARKS] = _read_toml(folder / MARKS, mistakes)
    sections = files["form.toml"].get("section", [])
    for section in sections if isinstance(sections, list) else []:
        if isinstance(section, dict) and section.get("table") is True and isinstance(section.get("id"), str):
            name = f"{section['id']}.toml"
            if name in files:
                mistakes.append(f"{folder.name}/form.toml：section 的 id“{section['id']}”与定义文件重名")
            else:
                files[name] = _read_toml(folder / name, mistakes)
    return files


def _read_toml(path: Path, mistakes: list[str]) -> Toml:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append(f"{path.parent.name}/{path.name}：没有这个文件")
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path.parent.name}/{path.name}：不是合格的 TOML（{error}）")
    except UnicodeDecodeError:
        mistakes.append(f"{path.parent.name}/{path.name}：不是 UTF-8 编码")
    return {}


def _build(files: dict[str, Toml]) -> Form:
    top = files["form.toml"]
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
        sections=sections,
        tables=tuple(_table(section.id, files[f"{section.id}.toml"]) for section in sections if section.is_table),
        notes=tuple(Note(**entry) for entry in top.get("note", [])),
        rules=tuple(_rule(entry) for entry in files["rules.toml"].get("rule", [])),
        sources=tuple(Source(**entry) for entry in files["sources.toml"].get("source", [])),
        marks=tuple(Mark(**{**entry, "rows": tuple(entry["rows"])}) for entry in _listed(files, "mark")),
        drafts=tuple(Draft(**entry) for entry in _listed(files, "draft")),
        charts=tuple(Chart(**{**entry, "marks": tuple(entry["marks"])}) for entry in _listed(files, "chart")),
    )


def _listed(files: dict[str, Toml], name: str) -> list[Toml]:
    entries: list[Toml] = files.get(MARKS, {}).get(name, [])
    return entries


def _fingerprint(files: dict[str, Toml]) -> str:
    canonical = json.dumps(files, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _words(entry: Toml) -> Words:
    first, second, third = entry["levels"]
    return Words(**{**entry, "levels": (first, second, third)})


def _section(entry: Toml) -> Section:
    return Section(is_table=entry.get("table", False), **{key: value for key, value in entry.items() if key != "table"})


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
