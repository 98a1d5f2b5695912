"""Read what arrived, in any process: bytes once, an untouched copy put by, a receipt for every content that is new."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.arrivals import MAX_FILE, ArchiveError, Member, open_archive, read_archive
from toolkit.campaign.intake.documents import examine_as_document, may_be_document
from toolkit.campaign.intake.receipts import UNREADABLE, Receipt, ReceiptBook
from toolkit.campaign.round.folder import received_copy
from toolkit.documents.sources.converting import OLD_ENDINGS, converted_together, is_old, old_documents
from toolkit.files import system_words, write_file
from toolkit.filing.checkcode import check_code
from toolkit.filing.findings import raise_finding
from toolkit.filing.locating.slips import ASSUMED, Shares
from toolkit.workbook.examining import examine, finding_json

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.intake.arrivals import Arrival
    from toolkit.campaign.intake.receipts import KnownFile
    from toolkit.filing.findings import Finding
    from toolkit.workbook.examining import Examined

# The reasons say themselves what to do, each something else.
MAX_KEPT = 20 << 20  # what is no return and larger than this is not copied: inbox/ must not fill the disk
CLOCKS_DIFFER = timedelta(days=1)  # and time zones
_ADVICE = "上面写了怎么办的，请照办；不是报表的，移出 inbox 即可。"


@dataclass
class Read:
    """What reading some arrivals gave, in their order.

    `files` are all paths read with their hashes, those inside zips too; `repeated` those whose content was known;
    `blocked` those that could not be opened now, with the reason. Receipts are not checked yet.
    """

    receipts: list[Receipt] = field(default_factory=list)
    files: dict[KnownFile, str] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    blocked: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)  # the hashes of `receipts`


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads arrivals of one campaign. `received_at` is the time of this collection, one for all that it finds.

    `shares` are those of the ways to mistype, as former rounds tell.
    `book` says which contents are known and need no reading; None where it cannot be asked, as from another machine.
    """

    folder: Path
    book: Path | None
    forms: Path | None
    received_at: str
    year: int
    strict: bool = False
    shares: Shares = ASSUMED

    def read(self, arrivals: Sequence[Arrival]) -> Read:
        """Return what some arrivals hold. Receipts are in order; a content that comes twice has one receipt.

        Raises:
            OutputError: the copies cannot be written.
        """
        found = Read()
        with (
            ReceiptBook(self.book) if self.book else nullcontext() as book,
            converted_together(self._unknown(old_documents(self.folder / one.path for one in arrivals), book)),
        ):
            for arrival in arrivals:
                try:
                    self._read_one(arrival, book, found)
                except OSError as error:
                    found.blocked[arrival.path] = f"打不开（{system_words(error)}）；请关闭正在使用它的程序，再收一次"
        return found

    def _read_one(self, arrival: Arrival, book: ReceiptBook | None, found: Read) -> None:
        """Read one file, without holding in memory what is too large for a return."""
        path, is_large = self.folder / arrival.path, arrival.size > MAX_FILE
        content = b"" if is_large else path.read_bytes()
        archive = open_archive(path if is_large else content)
        if archive is None:
            problem = "文件超过 100 MB，不会是年报表，没有读取" if is_large else ""
            whole = Member(arrival.path, content, problem, arrival.changed)
            found.files[arrival.known] = self._take(arrival.path, whole, book, found)
            return
        with archive:
            found.files[arrival.known] = _hash_of(path) if is_large else hashlib.sha256(content).hexdigest()
            self._read_members(arrival, archive, book, found)

    def _read_members(self, arrival: Arrival, archive: zipfile.ZipFile, book: ReceiptBook | None, found: Read) -> None:
        changed = arrival.changed
        try:
            with converted_together(self._unknown(_old_members(archive), book)):
                for member in read_archive(archive):
                    path = f"{arrival.path}/{member.name}"
                    sha256 = self._take(path, replace(member, changed=member.changed or changed), book, found)
                    found.files[path, len(member.content), arrival.mtime_ns] = sha256
        except ArchiveError as error:
            refused = Member(arrival.path, b"", str(error), changed)
            found.files[arrival.known] = self._take(arrival.path, refused, book, found)

    def _take(self, path: str, member: Member, book: ReceiptBook | None, found: Read) -> str:
        """Put the content by and make its receipt unless there is one; return its hash."""
        # What could not be had has no bytes to tell it by, so the path stands for them.
        sha256 = hashlib.sha256(member.content or path.encode()).hexdigest()
        if sha256 in found.seen or (book is not None and book.has(sha256)):
            found.repeated.append(path)
            return sha256
        found.seen.add(sha256)
        receipt = self._dated(self._receipt(path, member.content, member.problem, sha256), member)
        copy = received_copy(self.folder, sha256)
        if member.content and not copy.exists() and (receipt.verdict != UNREADABLE or len(member.content) <= MAX_KEPT):
            write_file(copy, member.content)
            copy.chmod(0o444)  # people open it from the board, and what they save must not land in it
        found.receipts.append(replace(receipt, saved_at=self._saved_at(member)))
        return sha256

    def _unknown(self, contents: Iterable[bytes], book: ReceiptBook | None) -> Iterator[bytes]:
        return (data for data in contents if book is None or not book.has(hashlib.sha256(data).hexdigest()))

    def _dated(self, receipt: Receipt, member: Member) -> Receipt:
        """Return a receipt that says where the file's own date is later than its arrival, as no date can be."""
        ahead = member.changed is not None and member.changed > datetime.fromisoformat(self.received_at) + CLOCKS_DIFFER
        if not ahead or receipt.verdict == UNREADABLE or member.changed is None:
            return receipt
        told = raise_finding("dated_ahead", dated=member.changed.date().isoformat(), received=self.received_at[:10])
        return replace(receipt, findings=(*receipt.findings, finding_json(told)))

    def _saved_at(self, member: Member) -> str:
        now = datetime.fromisoformat(self.received_at)
        # A clock that runs ahead must not make a file later than its arrival.
        return min(member.changed or now, now).isoformat(timespec="seconds")

    def _receipt(self, path: str, content: bytes, problem: str, sha256: str) -> Receipt:
        name = path.rpartition("/")[2]
        if problem:
            finding = raise_finding("not_a_workbook", file=name, reason=problem)
            return Receipt(sha256, path, "", "", 0, UNREADABLE, self.received_at, findings=_advised([finding]))
        try:
            examined = examine(content, name, self.forms, strict=self.strict, shares=self.shares)
            if may_be_document(content, examined):
                examined = examine_as_document(content, name, self.forms, self.year) or examined
            return _receipt_of(examined, sha256, path, self.received_at)
        except Exception as error:  # noqa: BLE001 (a defect of ours met in one file must not keep all others out)
            reason = f"读取时程序出错（{type(error).__name__}：{error}）；请把这个文件发给本工具的维护者"
            return self._receipt(path, content, reason, sha256)


def _old_members(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """Yield what in a zip may be an old document; it is gone through only where a name in it says there is one."""
    if any(name.lower().endswith(OLD_ENDINGS) for name in archive.namelist()):
        yield from (member.content for member in read_archive(archive) if is_old(member.content))


def _receipt_of(examined: Examined, sha256: str, path: str, received_at: str) -> Receipt:
    identity, filing = examined.reading.identity, examined.filing
    return Receipt(
        sha256=sha256,
        file=path,
        code=identity.code if identity else "",
        organ=identity.organ if identity else "",
        year=identity.year if identity else 0,
        verdict=examined.verdict.value,
        received_at=received_at,
        check_code=check_code(filing) if filing else "",
        values=dict(filing.values) if filing else {},
        findings=_advised(examined.findings),
        cells=examined.reading.cells,
        previous=dict(filing.previous) if filing else {},
        seal=identity.seal if identity else "",
    )


def _advised(findings: Iterable[Finding]) -> tuple[Mapping[str, Any], ...]:
    """Return findings as JSON; what is no workbook gets advice that fits a coordinator and contradicts no reason."""
    return tuple(
        finding_json(replace(finding, advice=_ADVICE) if finding.name == "not_a_workbook" else finding)
        for finding in findings
    )


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
