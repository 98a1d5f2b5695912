"""What a round counts as Parquet shards, one row an organ, on any file system that fsspec knows.

A country is many offices doing a round each: every one writes its shards, and `toolkit.campaign.merge.shard_totals`
adds them up part by part, so that no figure but the sums stands in memory. A part is named by its content and the list
of parts is written last: a run that dies half way changes nothing for a reader, and the next one starts afresh.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.made_of import counted_receipts
from toolkit.campaign.board.parts import Part, parts_by
from toolkit.campaign.intake.history import now
from toolkit.campaign.intake.receipts import ReceiptBook, said_provisional
from toolkit.campaign.intake.standings import standing_by
from toolkit.campaign.round.workers import Workers, run_chunks
from toolkit.errors import InputError, OutputError
from toolkit.files import system_words
from toolkit.form.local.supplement import official
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.model import Form

MANIFEST = "shards.json"
ABOUT = ("code", "organ", "parent", "line")  # the columns before the figures
PART_ORGANS = 2000  # rows of one part: some 2 MB as Parquet, 5 MB in memory
_DIGITS, _DECIMALS = 38, 18
_SHORT_HASH = 12
_LIBRARY = re.compile(r"[Ii]nstall ([\w-]+)")
_NO_LIBRARY = "分片要用 pyarrow 和 fsspec，请先运行 pip install 'xxgk-toolkit[parquet]'"


@dataclass(frozen=True, slots=True)
class ShardPart:
    """One file of a set of shards: its name, rows, size in bytes and hash, and which of its returns are provisional."""

    name: str
    organs: int
    size: int
    sha256: str
    provisional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shards:
    """A set of shards as its manifest lists it: whose round, of which form and year, who is in, and the parts."""

    organ: str
    code: str
    year: int
    form: str
    counted: int
    missing: int
    made_at: str
    parts: tuple[ShardPart, ...]

    @property
    def is_provisional(self) -> bool:
        """Whether an organ is missing or handed in a sum that was not complete itself."""
        return bool(self.missing or any(part.provisional for part in self.parts))


@dataclass(frozen=True, slots=True)
class Store:
    """A folder on some file system. What goes wrong with it is told in words."""

    system: Any
    path: str
    address: str

    def read(self, name: str) -> bytes:
        """Return a file's bytes; InputError when it cannot be read."""
        try:
            content: bytes = self.system.cat_file(f"{self.path}/{name}")
        except FileNotFoundError as error:
            raise InputError(self.address, [f"没有 {name}；请核对位置，或先用 xxgk shards 写出分片"]) from error
        except OSError as error:
            raise InputError(self.address, [f"不能读取 {name}（{system_words(error)}）"]) from error
        return content

    def write(self, name: str, content: bytes) -> None:
        """Write a file; OutputError when it cannot be written."""
        try:
            self.system.makedirs(self.path, exist_ok=True)
            self.system.pipe_file(f"{self.path}/{name}", content)
        except OSError as error:
            raise OutputError(f"不能写入“{self.address}”的 {name}（{system_words(error)}）。") from error

    def keep_only(self, names: frozenset[str]) -> None:
        """Remove the parts of earlier runs."""
        for path in self.system.glob(f"{self.path}/part-*.parquet"):
            if path.rpartition("/")[2] not in names:
                self.system.rm_file(path)


def open_store(address: str) -> Store:
    """Return the folder at an address: a path, or a URL such as `s3://bucket/2024`; InputError says what is lacking."""
    try:
        importlib.import_module("pyarrow")
        core = importlib.import_module("fsspec.core")
    except ImportError as error:
        raise InputError(address, [_NO_LIBRARY]) from error
    try:
        system, path = core.url_to_fs(address)
    except ImportError as error:
        named = _LIBRARY.search(str(error))
        advice = f"：pip install {named[1]}" if named else ""
        raise InputError(address, [f"读写这种位置还要装别的库{advice}"]) from error
    except ValueError as error:
        raise InputError(address, ["不认识这种位置；写文件夹，或 s3:// 一类的网址"]) from error
    return Store(system, path.rstrip("/"), address)


@dataclass(frozen=True, slots=True)
class _Row:
    """An organ whose return counts: its place among them, and the receipt."""

    place: int
    organ: Organ
    receipt: Receipt


def write_shards(campaign: Campaign, address: str, workers: Workers | None = None) -> Shards:
    """Write what counts in a round as shards and return their list; a set that stood there is replaced.

    Each chunk is read from the receipt book, turned into a table and written by the worker that has it, here or behind
    a Dask scheduler whose machines see the campaign folder.

    Raises:
        InputError: nothing counts yet, a library is missing, or the address is none.
        OutputError: a part cannot be written, or a worker died; the set that stood there is whole.
    """
    store = open_store(address)
    rows, missing = _counted(campaign)
    if not rows:
        raise InputError("分片", ["还没有一份报表通过核对，没有可以写的数；请先用 xxgk collect 收取报表"])
    asked = workers or Workers()
    spread = Workers(asked.count, asked.scheduler, asked.chunk or PART_ORGANS)
    work = partial(_write_part, campaign.receipts_file, address, figure_columns(campaign.form))
    parts = tuple(part for _, part in run_chunks(work, rows, spread))
    form = f"{campaign.form.id}/{campaign.form.edition}"
    shards = Shards(campaign.organ, campaign.code, campaign.year, form, len(rows), missing, now(), parts)
    store.write(MANIFEST, (json.dumps(asdict(shards), ensure_ascii=False, indent=1) + "\n").encode())
    store.keep_only(frozenset(part.name for part in parts))
    return shards


def figure_columns(form: Form) -> Mapping[str, bool]:
    """Return the figures of the official tables in order, and of each whether it is an amount."""
    fields = official(form).fields.values()
    return {entry.id: entry.kind is Kind.AMOUNT for entry in fields if entry.kind.is_figure}


def _counted(campaign: Campaign) -> tuple[list[_Row], int]:
    """Return the organs that count, in the roster's order, and how many are missing; receipts come without values."""
    if not campaign.receipts_file.exists():
        return [], len(campaign.roster.organs)
    with ReceiptBook(campaign.receipts_file) as book:
        standings = standing_by(campaign, book.heads(), book.events())
    counted, organs = counted_receipts(campaign, standings), campaign.roster.depth_first()
    mine = [(organ, counted[organ.code]) for organ in organs if organ.code in counted]
    missing = sum(part is Part.MISSING for part in parts_by(organs, standings).values())
    return [_Row(place, organ, receipt) for place, (organ, receipt) in enumerate(mine)], missing


def _write_part(book_file: Path, address: str, columns: Mapping[str, bool], rows: Sequence[_Row]) -> ShardPart:
    with ReceiptBook(book_file) as book:
        receipts = book.wholes([row.receipt for row in rows])
    content = _parquet(_table([row.organ for row in rows], receipts, columns))
    told = hashlib.sha256(content).hexdigest()
    name = f"part-{rows[0].place:07d}-{told[:_SHORT_HASH]}.parquet"
    open_store(address).write(name, content)
    named = zip(rows, receipts, strict=True)
    provisional = tuple(row.organ.name for row, receipt in named if said_provisional(receipt))
    return ShardPart(name, len(rows), len(content), told, provisional)


def schema_of(columns: Mapping[str, bool]) -> pa.Schema:
    """Return the columns of every part: texts, whole numbers of 64 bits, and amounts as exact decimals."""
    import pyarrow as pa

    amount, count = pa.decimal128(_DIGITS, _DECIMALS), pa.int64()
    figures = [(name, amount if is_amount else count) for name, is_amount in columns.items()]
    return pa.schema([*((name, pa.string()) for name in ABOUT), *figures])


def _table(organs: Sequence[Organ], receipts: Sequence[Receipt], columns: Mapping[str, bool]) -> pa.Table:
    import pyarrow as pa

    about = ((organ.code, organ.name, organ.parent, organ.line) for organ in organs)
    figures = ([receipt.values.get(name) for receipt in receipts] for name in columns)
    return pa.table([*map(list, zip(*about, strict=True)), *figures], schema=schema_of(columns))


def _parquet(table: pa.Table) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())


def read_manifest(store: Store) -> Shards:
    """Return the list of a set of shards; InputError when there is none or it is none of ours."""
    try:
        document = json.loads(store.read(MANIFEST))
        parts = tuple(ShardPart(**{**part, "provisional": tuple(part["provisional"])}) for part in document["parts"])
        return Shards(**{**document, "parts": parts})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(store.address, [f"{MANIFEST} 不是 xxgk shards 写的，请重新写出分片"]) from error


def tables_of(store: Store, shards: Shards, columns: Mapping[str, bool]) -> Iterator[pa.Table]:
    """Yield the parts one by one, each checked against its hash; InputError when one is not as it was written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for part in shards.parts:
        content = store.read(part.name)
        if hashlib.sha256(content).hexdigest() != part.sha256:
            raise InputError(store.address, [f"{part.name} 与 {MANIFEST} 记的不一样，请重新写出分片"])
        table = pq.read_table(pa.BufferReader(content))
        if table.schema != schema_of(columns) or table.num_rows != part.organs:
            raise InputError(store.address, [f"{part.name} 的列不是 {shards.form} 的，请用同一版本的工具重新写出分片"])
        yield table
