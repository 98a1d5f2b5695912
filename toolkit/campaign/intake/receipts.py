"""The receipt book: what arrived, from whom, and what became of it. The only place that knows SQLite.

A receipt is about one content (one hash). Every path on which that content arrived is kept beside it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from toolkit.campaign.intake.history import Event, Step, login_name, now
from toolkit.campaign.intake.serializing import (
    deserialize_findings,
    deserialize_values,
    serialize_findings,
    serialize_values,
    with_shared,
    without_collecting,
)
from toolkit.errors import InputError, OutputError
from toolkit.filing.compact import CompactFiling, Places, ValuesByName, places_of, typed_among
from toolkit.filing.findings import show
from toolkit.workbook.identity import PROVISIONAL_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

ACCEPTED, NEEDS_FIXING, UNREADABLE = "accepted", "needs-fixing", "unreadable"
_VERSION = 4
# The findings for which a sound file waits for somebody's word, the gravest first.
DOUBTS = ("seal_differs", "file_of_another", "dated_ahead")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS shared (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS receipts (
    seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
    code TEXT NOT NULL, organ TEXT NOT NULL, year INTEGER NOT NULL, seal TEXT NOT NULL,
    verdict TEXT NOT NULL, received_at TEXT NOT NULL, saved_at TEXT NOT NULL, check_code TEXT NOT NULL,
    fields INTEGER NOT NULL REFERENCES shared, cells INTEGER NOT NULL REFERENCES shared,
    figures BLOB NOT NULL, previous BLOB NOT NULL, findings BLOB NOT NULL,
    answers TEXT NOT NULL DEFAULT '', doubt TEXT NOT NULL DEFAULT '', collection INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS receipts_by_code ON receipts (code, seq);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_HISTORY = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, step TEXT NOT NULL, code TEXT NOT NULL, sha256 TEXT NOT NULL, why TEXT NOT NULL,
    told TEXT NOT NULL, undoes INTEGER NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, after INTEGER NOT NULL,
    details TEXT NOT NULL DEFAULT ''
);
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events stay'); END;
CREATE TRIGGER IF NOT EXISTS events_as_told BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events stay'); END;
"""
# What a book of an earlier version lacks: columns of which older receipts know nothing, and the history.
_FROM_2 = """
ALTER TABLE receipts ADD COLUMN answers TEXT NOT NULL DEFAULT '';
ALTER TABLE receipts ADD COLUMN doubt TEXT NOT NULL DEFAULT '';
ALTER TABLE receipts ADD COLUMN collection INTEGER NOT NULL DEFAULT 0;
"""
_FROM_3 = "ALTER TABLE events ADD COLUMN details TEXT NOT NULL DEFAULT '';"

_MARK = 32  # hexadecimal digits of a mark of answers
KnownFile = tuple[str, int, int]  # path relative to the campaign folder, size in bytes, mtime in nanoseconds


def _nothing() -> dict[str, Any]:
    """Return what every receipt without values has in common; nobody writes into it."""
    return _NOTHING


_NOTHING: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one received file held, and the verdict. `code`, `organ` and `year` are blank where it does not say.

    `file` is where it came from, relative to the campaign folder (a file in a zip is `inbox/a.zip/b.xlsx`).
    `received_at` is when it was collected, `saved_at` when by its own date it was last changed, never later than that;
    both are ISO times with zone, and what has no date of its own was saved when it was collected. `values` holds every
    field, totals as we compute them; `previous` last year's figures the workbook carries; `cells` where each field
    stands, as sheet and cell. `findings` are as in the JSON of `xxgk check`, those about this campaign (wrong year, not
    in the roster) first. `collection` is the number of the collection that found it. The book adds `answers`, which is
    the same for the same answers, and `doubt`, the finding for which a sound file waits for somebody's word. `kept` are
    the findings as they came of which the life of their rule shows something else, or nothing.
    """

    sha256: str
    file: str
    code: str
    organ: str
    year: int
    verdict: str
    received_at: str
    check_code: str = ""
    values: Mapping[str, Value] = field(default_factory=_nothing)
    findings: tuple[Mapping[str, Any], ...] = ()
    cells: Mapping[str, tuple[str, str]] = field(default_factory=_nothing)
    seq: int = 0
    previous: Mapping[str, Figure] = field(default_factory=_nothing)
    seal: str = ""
    saved_at: str = ""
    collection: int = field(default=0, compare=False)
    answers: str = field(default="", compare=False)
    doubt: str = field(default="", compare=False)
    kept: tuple[Mapping[str, Any], ...] = ()

    @property
    def sent_at(self) -> datetime:
        """When it counts as sent, by which versions are ordered."""
        return datetime.fromisoformat(self.saved_at or self.received_at)

    @property
    def sent_on(self) -> date:
        """The day it counts as sent, by which lateness is checked."""
        return self.sent_at.date()

    @property
    def name(self) -> str:
        """The file's name as it came, without its folder."""
        return self.file.rpartition("/")[2]

    @property
    def is_accepted(self) -> bool:
        """Whether its figures may count."""
        return self.verdict == ACCEPTED


class ReceiptBook:
    """The receipts of one campaign; use it in a `with` statement. Nothing in it is ever deleted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        """Open the book, making an empty one where there is none."""
        with self._told():
            self._base = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            self._prepare()
        except BaseException:
            self._base.close()
            raise
        return self

    def _prepare(self) -> None:
        with self._told():
            version = self._base.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                self._base.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}{_HISTORY}PRAGMA user_version={_VERSION};COMMIT;")
            elif version in {2, 3}:
                self._bring_up(version)
        if version not in {0, 2, 3, _VERSION}:
            raise InputError(str(self.path), ["是另一个版本的工具建立的，请用那个版本打开"])

    def _bring_up(self, version: int) -> None:
        """Bring a book of an earlier version up to this one; all or nothing."""
        lacking = f"{_FROM_2}{_HISTORY}" if version == 2 else _FROM_3  # noqa: PLR2004 (the books' own numbers)
        self._base.executescript(f"BEGIN IMMEDIATE;{lacking}PRAGMA user_version={_VERSION};")
        for receipt in self._receipts(f"{_SELECT} ORDER BY seq"):
            told = (answers_mark(receipt.values), _doubt(receipt.findings), receipt.sha256)
            self._base.execute("UPDATE receipts SET answers = ?, doubt = ? WHERE sha256 = ?", told)
        self._base.execute("COMMIT")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the book; what was not committed is as if it had not been."""
        self._base.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite says into a sentence about what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutputError(
                f"不能读写收件记录“{self.path}”（{error}）。请检查磁盘是否已满、文件夹是否可写，"
                "是否有另一个收件正在进行，然后重试；已记下的都在。"
            ) from error
        except sqlite3.DatabaseError as error:
            raise InputError(
                str(self.path),
                [f"收件记录已损坏（{error}）；请从备份恢复，或把它改名后重新收件，收到的文件都在 inbox 和 received"],
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All of what is written inside, or nothing."""
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def add(self, receipts: Iterable[Receipt], files: Mapping[KnownFile, str] | None = None) -> None:
        """Record receipts and the files whose hashes are known, all or nothing.

        A receipt whose content is already known is left out; `seq` is given by the book, in the order of arrival.
        """
        with self._writing():
            for receipt in receipts:
                self._base.execute(_INSERT, self._row(receipt))
            for (path, size, mtime_ns), sha256 in (files or {}).items():
                self._base.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (path, size, mtime_ns, sha256))

    def _row(self, receipt: Receipt) -> tuple[object, ...]:
        names = self._share(json.dumps(list(receipt.values), ensure_ascii=False))
        cells = self._share(json.dumps(dict(receipt.cells), ensure_ascii=False))
        return (
            receipt.sha256, receipt.file, receipt.code, receipt.organ, receipt.year, receipt.seal,
            receipt.verdict, receipt.received_at, receipt.saved_at, receipt.check_code, names, cells,
            serialize_values(receipt.values.values()), serialize_values([dict(receipt.previous)]),
            serialize_findings(receipt.findings, receipt.kept), answers_mark(receipt.values), _doubt(receipt.findings),
            receipt.collection,
        )  # fmt: skip

    def _share(self, body: str) -> int:
        """Return the id of a text that nearly all receipts have in common."""
        self._base.execute("INSERT OR IGNORE INTO shared (body) VALUES (?)", (body,))
        found: int = self._base.execute("SELECT id FROM shared WHERE body = ?", (body,)).fetchone()[0]
        return found

    def files(self) -> Iterator[tuple[KnownFile, str]]:
        """Yield every file that was read, with the hash of what it held, one at a time, as there are very many."""
        with self._told():
            for *known, sha256 in self._base.execute("SELECT path, size, mtime_ns, sha256 FROM files"):
                yield tuple(known), sha256

    def has(self, sha256: str) -> bool:
        """Return whether a content has a receipt."""
        with self._told():
            found = self._base.execute("SELECT 1 FROM receipts WHERE sha256 = ?", (sha256,)).fetchone()
        return found is not None

    def heads(self, code: str | None = None) -> tuple[Receipt, ...]:
        """Return every receipt, or those of one code, in the order of arrival without values, cells and findings.

        That is quick.
        """
        which, words = ("", ()) if code is None else ("WHERE code = ?", (code,))
        with self._told():
            rows = self._base.execute(f"{_SELECT_HEADS} {which} ORDER BY seq", words)
            return tuple([Receipt(**with_shared(dict(zip(_HEADS, row, strict=True)))) for row in rows])

    def whole(self, head: Receipt) -> Receipt:
        """Return a receipt that came without values, cells and findings, with them."""
        return self.wholes((head,))[0]

    def wholes(self, heads: Sequence[Receipt]) -> tuple[Receipt, ...]:
        """Return some thousand receipts that came without values, cells and findings, with them, in the same order."""
        numbers = tuple(head.seq for head in heads)
        found = self._receipts(f"{_SELECT} WHERE seq IN ({', '.join('?' * len(numbers))})", numbers)
        by_number = {receipt.seq: receipt for receipt in found}
        return tuple(by_number[number] for number in numbers)

    def all(self) -> tuple[Receipt, ...]:
        """Return every receipt in the order of arrival."""
        return self._receipts(f"{_SELECT} ORDER BY seq")

    def _receipts(self, question: str, words: tuple[int, ...] = ()) -> tuple[Receipt, ...]:
        with self._told():
            shared = {key: json.loads(body) for key, body in self._base.execute("SELECT id, body FROM shared")}
            cells = {key: _cells(body) for key, body in shared.items() if isinstance(body, dict)}
            names = {key: places_of(tuple(body)) for key, body in shared.items() if isinstance(body, list)}
            with without_collecting():
                return tuple([_receipt(row, names, cells) for row in self._base.execute(question, words)])

    def fact(self, name: str) -> str:
        """Return a fact the book keeps about the state of the work; empty where it was never set."""
        with self._told():
            row = self._base.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def facts(self, begin: str) -> Iterator[tuple[str, str]]:
        """Yield the facts whose names begin so, each with the rest of its name."""
        with self._told():
            named = self._base.execute("SELECT name, value FROM facts WHERE name GLOB ?", (f"{begin}*",))
            yield from ((name[len(begin) :], value) for name, value in named)

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Keep facts, all or none."""
        with self._writing():
            self._base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def check_anew(self, receipts: Iterable[Receipt]) -> None:
        """Record the verdicts and findings of known receipts, which a change of roster or record has altered."""
        with self._writing():
            for receipt in receipts:
                self._base.execute(
                    "UPDATE receipts SET verdict = ?, findings = ?, doubt = ? WHERE sha256 = ?",
                    (
                        receipt.verdict, serialize_findings(receipt.findings, receipt.kept), _doubt(receipt.findings),
                        receipt.sha256,
                    ),
                )  # fmt: skip

    def record(self, event: Event) -> Event:
        """Add a step to the history and return it as it stands there: numbered, with who and when."""
        with self._writing():
            after = self._base.execute("SELECT coalesce(max(seq), 0) FROM receipts").fetchone()[0]
            told = (
                event.step, event.code, event.sha256, event.why, event.told, event.undoes, event.who or login_name(),
                event.at or now(), after, event.details,
            )  # fmt: skip
            seq = self._base.execute(_RECORD, told).lastrowid or 0
        return self._events("WHERE seq = ?", (seq,))[0]

    def events(self) -> tuple[Event, ...]:
        """Return every step that was taken, in order."""
        return self._events("ORDER BY seq")

    def _events(self, which: str, words: tuple[int, ...] = ()) -> tuple[Event, ...]:
        with self._told():
            rows = self._base.execute(f"SELECT {_EVENT} FROM events {which}", words).fetchall()  # noqa: S608
        return tuple(Event(Step(step), *told) for step, *told in rows)


_WHOLE = (
    "seq", "sha256", "file", "code", "organ", "year", "seal", "verdict", "received_at", "saved_at", "check_code",
    "fields", "cells", "figures", "previous", "findings", "answers", "doubt", "collection",
)  # fmt: skip
_INSERT = (
    f"INSERT OR IGNORE INTO receipts ({', '.join(_WHOLE[1:])})"  # noqa: S608 (our own words)
    f" VALUES ({', '.join('?' * len(_WHOLE[1:]))})"
)
_SELECT = f"SELECT {', '.join(_WHOLE)} FROM receipts"  # noqa: S608
_HEADS = (
    "sha256", "file", "code", "organ", "year", "verdict", "received_at", "saved_at", "check_code", "seq", "answers",
    "doubt", "collection",
)  # fmt: skip
_EVENT = "step, code, sha256, why, told, undoes, who, at, seq, after, details"
_RECORD = (
    "INSERT INTO events (step, code, sha256, why, told, undoes, who, at, after, details)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT_HEADS = f"SELECT {', '.join(_HEADS)} FROM receipts"  # noqa: S608


def _receipt(row: tuple[Any, ...], names: Mapping[int, Places], cells: Mapping[int, Any]) -> Receipt:
    told = with_shared(dict(zip(_WHOLE, row, strict=True)))
    values = ValuesByName(names[told.pop("fields")], tuple(deserialize_values(told.pop("figures"))))
    findings, kept = deserialize_findings(told.pop("findings"))
    (previous,) = deserialize_values(told.pop("previous"))
    told |= {"cells": cells[told["cells"]], "previous": previous or _NOTHING, "findings": findings, "kept": kept}
    return Receipt(**told, values=values)


def answers_mark(values: Mapping[str, Value]) -> str:
    """Return a mark that is the same for the same answers, however the file was saved; a blank is no answer."""
    given = {name: value for name, value in values.items() if value not in (None, "", ())}
    told = [(name, _said(given[name])) for name in sorted(given)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:_MARK]


def _said(value: Value) -> object:
    if isinstance(value, tuple):
        return [(paragraph.text, paragraph.level) for paragraph in value]
    return show(value) if isinstance(value, int | Decimal) else value


def _doubt(findings: Iterable[Mapping[str, Any]]) -> str:
    found = {finding["name"] for finding in findings}
    return next((name for name in DOUBTS if name in found), "")


def _cells(body: Mapping[str, list[str]]) -> Mapping[str, tuple[str, str]]:
    return {name: (sheet, cell) for name, (sheet, cell) in body.items()}


def said_provisional(receipt: Receipt) -> str:
    """Return how far a return that is itself a sum is from final, in words; empty where it is final or no sum."""
    found = (one["figures"][PROVISIONAL_LABEL] for one in receipt.findings if one["name"] == "provisional_total")
    return next(found, "")


def filing_of(receipt: Receipt, form: Form) -> Filing:
    """Return a receipt's answers as a filing of the form they were given on."""
    answers = typed_among(receipt.values, form)
    told = (form, receipt.organ, receipt.code, receipt.year, answers, receipt.previous)
    return CompactFiling(*told, recorded=receipt.values)
