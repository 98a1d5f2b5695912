"""The made-up district of the demonstration: who is in it, what each organ answers, and how its returns arrive.

All of it is data in examples/district; nothing here knows a single organ.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.files import data_folder
from toolkit.filing.checking import largest_table
from toolkit.form.ids import nought_id
from toolkit.form.registry import form_for_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.form.model import Form

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?=,)")  # not the phone numbers
Raw = dict[str, object]


@dataclass(frozen=True, slots=True)
class ExampleReturn:
    """One file that comes back. `file` is its path in the inbox, or its name in the archive `zip`."""

    organ: str
    file: str
    zip: str = ""
    change: Mapping[str, object] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    register: bool = False
    year: int = 0
    text: str = ""
    same_as: str = ""
    story: str = ""


@dataclass(frozen=True, slots=True)
class Wave:
    """Files that arrive together. `absent` organs send nothing in it."""

    title: str
    arrivals: tuple[ExampleReturn, ...]
    absent: frozenset[str]


@dataclass(frozen=True, slots=True)
class ExampleRound:
    """One year of the district: the coordinator, the roster, the answers by organ code, the waves of returns.

    `roster` is the text of a CSV whose deadlines have been moved so that the story happens today. `supplement` is the
    text of what the district asks beyond the official form, '' for nothing, `extra` the answers to it.
    """

    form: Form
    year: int
    organ: str
    code: str
    previous: int
    roster: str
    answers: Mapping[str, Raw]
    waves: tuple[Wave, ...]
    supplement: str = ""
    extra: Mapping[str, Raw] = field(default_factory=dict)


def load_round(year: int, folder: Path | None = None) -> ExampleRound:
    """Return one year of the example district; `answers` are as `parse_answers` takes them, zeros included."""
    folder = folder or data_folder("examples") / "district"
    story = tomllib.loads((folder / f"round_{year}.toml").read_text(encoding="utf-8"))
    form = form_for_year(year)
    return ExampleRound(
        form=form,
        year=year,
        organ=story["organ"],
        code=story["code"],
        previous=story.get("previous", 0),
        roster=_moved((folder / f"roster_{year}.csv").read_text(encoding="utf-8"), _today() - story["today"]),
        answers=_answers(form, folder, year),
        waves=tuple(map(_wave, story["wave"])),
        supplement=_supplement(folder, year),
        extra=_extra(folder, year),
    )


def _supplement(folder: Path, year: int) -> str:
    path = folder / f"supplement_{year}.toml"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _extra(folder: Path, year: int) -> dict[str, Raw]:
    path = folder / f"supplement_{year}.csv"
    extra: dict[str, Raw] = {}
    for figure in _rows(path) if path.is_file() else ():
        extra.setdefault(figure["code"], {})[figure["field"]] = _number(figure["value"])
    return extra


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _moved(text: str, by: dt.timedelta) -> str:
    return _DATE.sub(lambda day: (dt.date.fromisoformat(day[0]) + by).isoformat(), text)


def _wave(entry: Mapping[str, Any]) -> Wave:
    arrivals = tuple(ExampleReturn(**raw | {"blank": tuple(raw.get("blank", ()))}) for raw in entry.get("arrival", ()))
    return Wave(entry["title"], arrivals, frozenset(entry.get("absent", ())))


def _answers(form: Form, folder: Path, year: int) -> dict[str, Raw]:
    """Return what every organ answers: zero where no figure is listed, declared where a table has none at all."""
    zeros: Raw = {name: 0 for name, entry in form.fields.items() if entry.kind.is_required_figure}
    answers: dict[str, Raw] = {}
    for words in _rows(folder / f"words_{year}.csv"):
        prose: Raw = {name: text.splitlines() for name, text in words.items() if name != "code"}
        answers[words["code"]] = zeros | prose
    for figure in _rows(folder / f"figures_{year}.csv"):
        answers[figure["code"]][figure["field"]] = _number(figure["value"])
    return {code: {**_declared(form, raw), **raw} for code, raw in answers.items()}


def _declared(form: Form, raw: Raw) -> Raw:
    """Return the declaration that the largest table is all nought, where it is."""
    table = largest_table(form)
    figures = [value for name, value in raw.items() if name.startswith(f"{table}.")]
    return {} if any(figures) else {nought_id(table): True}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)
