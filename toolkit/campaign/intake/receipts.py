"""The receipt book: what arrived, from whom, and what became of it. The only place that knows SQLite.

A receipt is about one content (one hash). Every path on which that content arrived is kept beside it.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from toolkit.campaign.intake.serializing import (
    deserialize_findings,
    deserialize_values,
    serialize_findings,
    serialize_values,
)
from toolkit.errors import InputError, OutputError
from toolkit.filing.filing import Filing
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

ACCEPTED, NEEDS_FIXING, UNREADABLE = "accepted", "needs-fixing", "unreadable"
_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS shared (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS receipts (
    seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
    code TEXT NOT NULL, organ TEXT NOT NULL, year INTEGER NOT NULL, seal TEXT NOT NULL,
    verdict TEXT NOT NULL, received_at TEXT NOT NULL, saved_at TEXT NOT NULL, check_code TEXT NOT NULL,
    fields INTEGER NOT NULL REFERENCES shared, cells INTEGER NOT NULL REFERENCES shared,
    figures BLOB NOT NULL, previous BLOB NOT NULL, findings BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS receipts_by_code ON receipts (code, seq);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

KnownFile = tuple[str, int, int]  # path relative to the campaign folder, size in bytes, mtime in nanoseconds


@dataclass(frozen=True)
class Receipt:
    """What one received file held, and the verdict. `code`, `organ` and `year` are blank where it does not say.

    `file` is where it came from, relative to the campaign folder (a file in a zip is `inbox/a.zip/b.xlsx`).
    `received_at` is when it was collected, `saved_at` when by its own date it was last changed, never later than that;
    both are ISO times with zone, and what has no date of its own was saved when it was collected. `values` holds every
    field, totals as we compute them; `previous` last year's figures the workbook carries; `cells` where each field
    stands, as sheet and cell. `findings` are as in the JSON of `xxgk check`, those about this campaign (wrong year, not
    in the roster) first.
    """

    sha256: str
    file: str
    code: str
    organ: str
    year: int
    verdict: str
    received_at: str
    check_code: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    findings: tuple[Mapping[str, Any], ...] = ()
    cells: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    seq: int = 0
    previous: Mapping[str, Figure] = field(default_factory=dict)
    seal: str = ""
    saved_at: str = ""

    @property
    def sent_on(self) -> date:
        """The day it counts as sent, by which lateness is checked."""
        return datetime.fromisoformat(self.saved_at or self.received_at).date()

    @property
    def is_accepted(self) -> bool:
        """Whether its figures may count."""
        return self.verdict == ACCEPTED


class State(StrEnum):
    """How an organ stands in the round."""

    MISSING = "missing"
    NEEDS_FIXING = "needs-fixing"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Standing:
    """Where one organ stands. `counts` is the newest acceptable version, `latest` the newest of all.

    `before` is the version right before the latest, whatever its verdict; `superseded` are the versions before the one
    that counts (before the latest, where none does), newest first; `versions` are all. `late` says that the deadline
    passed before an acceptable version was saved.
    """

    organ: Organ
    state: State
    counts: Receipt | None = None
    latest: Receipt | None = None
    before: Receipt | None = None
    superseded: tuple[Receipt, ...] = ()
    late: bool = False
    versions: tuple[Receipt, ...] = ()


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
                self._base.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}PRAGMA user_version={_VERSION};COMMIT;")
        if version not in {0, _VERSION}:
            raise InputError(str(self.path), ["是另一个版本的工具建立的，请用那个版本打开"])

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
        """LastYear receipts and the files whose hashes are known, all or nothing.

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
            serialize_findings(receipt.findings),
        )  # fmt: skip

    def _share(self, body: str) -> int:
        """Return the id of a text that nearly all receipts have in common."""
        self._base.execute("INSERT OR IGNORE INTO shared (body) VALUES (?)", (body,))
        found: int = self._base.execute("SELECT id FROM shared WHERE body = ?", (body,)).fetchone()[0]
        return found

    def known_files(self) -> Mapping[KnownFile, str]:
        """Return the hash of every file that was read, by path, size and time of change."""
        with self._told():
            rows = self._base.execute("SELECT path, size, mtime_ns, sha256 FROM files").fetchall()
        return {(path, size, mtime_ns): sha256 for path, size, mtime_ns, sha256 in rows}

    def files(self) -> Mapping[str, tuple[int, str]]:
        """Return for every path that ever arrived when what it held last was changed (ns), and the hash of that."""
        with self._told():
            rows = self._base.execute("SELECT path, mtime_ns, sha256 FROM files").fetchall()
        return {path: (mtime_ns, sha256) for path, mtime_ns, sha256 in rows}

    def has(self, sha256: str) -> bool:
        """Return whether a content has a receipt."""
        with self._told():
            found = self._base.execute("SELECT 1 FROM receipts WHERE sha256 = ?", (sha256,)).fetchone()
        return found is not None

    def heads(self) -> tuple[Receipt, ...]:
        """Return every receipt in the order of arrival without values, cells and findings, which is quick."""
        with self._told():
            rows = self._base.execute(_SELECT_HEADS).fetchall()
        return tuple(Receipt(**dict(zip(_HEADS, row, strict=True))) for row in rows)

    def whole(self, head: Receipt) -> Receipt:
        """Return a receipt that came without values, cells and findings, with them."""
        return self._receipts(f"{_SELECT} WHERE seq = ?", (head.seq,))[0]

    def all(self) -> tuple[Receipt, ...]:
        """Return every receipt in the order of arrival."""
        return self._receipts(f"{_SELECT} ORDER BY seq")

    def _receipts(self, question: str, words: tuple[int, ...] = ()) -> tuple[Receipt, ...]:
        with self._told():
            shared = {key: json.loads(body) for key, body in self._base.execute("SELECT id, body FROM shared")}
            rows = self._base.execute(question, words).fetchall()
        places = {key: _cells(body) for key, body in shared.items() if isinstance(body, dict)}
        return tuple(_receipt(row, shared[row[11]], places[row[12]]) for row in rows)

    def fact(self, name: str) -> str:
        """Return a fact the book keeps about the state of the work; empty where it was never set."""
        with self._told():
            row = self._base.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_fact(self, name: str, value: str) -> None:
        """Keep a fact."""
        with self._writing():
            self._base.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def check_anew(self, receipts: Iterable[Receipt]) -> None:
        """LastYear the verdicts and findings of known receipts, which a change of roster or record has altered."""
        with self._writing():
            for receipt in receipts:
                self._base.execute(
                    "UPDATE receipts SET verdict = ?, findings = ? WHERE sha256 = ?",
                    (receipt.verdict, serialize_findings(receipt.findings), receipt.sha256),
                )


_COLUMNS = (
    "sha256, file, code, organ, year, seal, verdict, received_at, saved_at, check_code, fields, cells, figures,"
    " previous, findings"
)
_INSERT = f"INSERT OR IGNORE INTO receipts ({_COLUMNS}) VALUES ({', '.join('?' * 15)})"  # noqa: S608 (our own words)
_SELECT = f"SELECT seq, {_COLUMNS} FROM receipts"  # noqa: S608
_HEADS = ("sha256", "file", "code", "organ", "year", "verdict", "received_at", "saved_at", "check_code", "seq")
_SELECT_HEADS = f"SELECT {', '.join(_HEADS)} FROM receipts ORDER BY seq"  # noqa: S608


def _receipt(row: tuple[Any, ...], names: list[str], cells: Mapping[str, tuple[str, str]]) -> Receipt:
    seq, sha256, file, code, organ, year, seal, verdict, received_at, saved_at, check_code = row[:11]
    figures, previous, found = row[13:]
    return Receipt(
        sha256, file, code, organ, year, verdict, received_at, check_code,
        dict(zip(names, deserialize_values(figures), strict=True)), deserialize_findings(found), cells, seq,
        deserialize_values(previous)[0], seal, saved_at,
    )  # fmt: skip


def _cells(body: Mapping[str, list[str]]) -> Mapping[str, tuple[str, str]]:
    return {name: (sheet, cell) for name, (sheet, cell) in body.items()}


def filing_of(receipt: Receipt, form: Form) -> Filing:
    """Return a receipt's answers as a filing of the form they were given on."""
    typed = {
        name: value
        for name, value in receipt.values.items()
        if value is not None and name in form.fields and form.fields[name].kind is not Kind.COMPUTED
    }
    return Filing(form, receipt.organ, receipt.code, receipt.year, typed, receipt.previous)


def standing(campaign: Campaign, book: ReceiptBook, today: date | None = None) -> Mapping[str, Standing]:
    """Return where every organ of the roster stands, by code, in roster order. `today` decides what is late."""
    return standing_by(campaign, book.all(), today)


def standing_by(campaign: Campaign, receipts: Iterable[Receipt], today: date | None = None) -> Mapping[str, Standing]:
    """Return where every organ stands by these receipts, which come in the order of arrival."""
    now = today or datetime.now().astimezone().date()
    versions: dict[str, list[Receipt]] = {code: [] for code in campaign.roster.by_code}
    for receipt in receipts:
        if receipt.year == campaign.year and receipt.code in versions and receipt.verdict != UNREADABLE:
            versions[receipt.code].append(receipt)
    return {code: _standing(campaign.roster.by_code[code], found, now) for code, found in versions.items()}


def _standing(organ: Organ, versions: list[Receipt], today: date) -> Standing:
    accepted = [receipt for receipt in versions if receipt.is_accepted]
    if not versions:
        return Standing(organ, State.MISSING, late=_is_past(organ, today))
    counts = accepted[-1] if accepted else None
    chief = counts or versions[-1]
    return Standing(
        organ=organ,
        state=State.ACCEPTED if counts else State.NEEDS_FIXING,
        counts=counts,
        latest=versions[-1],
        before=versions[-2] if versions[1:] else None,
        superseded=tuple(receipt for receipt in reversed(versions) if receipt.seq < chief.seq),
        late=_is_past(organ, min((receipt.sent_on for receipt in accepted), default=today)),
        versions=tuple(reversed(versions)),
    )


def _is_past(organ: Organ, day: date) -> bool:
    return organ.deadline is not None and day > organ.deadline
