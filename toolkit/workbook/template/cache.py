"""The template cache: a workbook cut where its copies differ, everything else compressed once and for all.

A copy differs in placeholder words, which may lie in any part, and in cells of certain sheets.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from isal import isal_zlib

from toolkit.xlsx.archive import Member, SharedMembers, read_archive
from toolkit.xlsx.package import NewCell, open_package
from toolkit.xlsx.patches import plan_sheet
from toolkit.xlsx.xmltree import escape_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from toolkit.xlsx.patches import Place, SheetPlan

    Content = int | Decimal | str | None  # of a cell

_LEVEL = 6
_QUICK = 2  # of igzip, which takes a fifth of the time of zlib and gives a quarter more
_LONG = 20_000  # bytes between two cells that vary, from which on compressing them for every copy costs more than room
_FORMATS_KEPT = 64  # of a few segments in a few sorts of organs; which results are whole numbers seldom differs
Address = tuple[str, str]  # sheet, cell


@dataclass(frozen=True)
class CopyContent:
    """What is put into one copy: words for placeholder words, and what its varying cells hold, in their order."""

    words: Mapping[str, str]
    values: tuple[Content, ...] = ()

    @cached_property
    def packed(self) -> Mapping[str, tuple[bytes, bytes]]:
        """Each word as it stands in a part, plain and compressed; it is in ten of them."""
        plain = {word: escape_text(text).encode() for word, text in self.words.items()}
        return {word: (text, _quickly_flushed(text)) for word, text in plain.items()}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a part that all copies share, compressed."""

    packed: bytes
    size: int
    crc: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell that varies: its place, whether it holds a result, and how it reads with a whole number in it."""

    place: Place
    is_result: bool
    whole: bytes

    @classmethod
    def of(cls, place: Place, *, is_result: bool) -> Slot:
        """Return the slot of a place."""
        nought = place.rendered(NewCell(0, cached_only=is_result))
        head, mark, tail = _escaped(nought).rpartition(b">0<")
        return cls(place, is_result, head + mark.replace(b"0", b"%d") + tail)

    def rendered(self, value: Content) -> bytes:
        """Return the cell with a value in it."""
        return self.place.rendered(NewCell(value, cached_only=self.is_result))


@dataclass(frozen=True, slots=True, eq=False)  # a key of what is kept, by identity
class Segment:
    """A stretch of a sheet with cells that vary; `first` is where their values begin among a copy's."""

    slots: tuple[Slot, ...]
    pieces: tuple[bytes, ...]  # what follows each slot
    first: int
    placeholders: tuple[str, ...]  # those that stand in it

    def make(self, content: CopyContent) -> tuple[bytes, bytes]:
        """Return the stretch of one copy, plain and compressed."""
        values = content.values[self.first : self.first + len(self.slots)]
        are_whole = tuple([type(value) is int for value in values])
        cells = zip(self.slots, values, are_whole, strict=True)
        filled = tuple([value if is_whole else slot.rendered(value) for slot, value, is_whole in cells])
        plain = _format_of(self, are_whole) % filled
        for word in self.placeholders:
            plain = plain.replace(word.encode(), content.packed[word][0])
        return plain, _quickly_flushed(plain)


@lru_cache(maxsize=_FORMATS_KEPT)
def _format_of(segment: Segment, are_whole: tuple[bool, ...]) -> bytes:
    """Return how a segment reads, with room for its numbers where they are whole and for its cells elsewhere."""
    stretches = zip(segment.slots, segment.pieces, are_whole, strict=True)
    return b"".join((slot.whole if is_whole else b"%b") + _escaped(piece) for slot, piece, is_whole in stretches)


@dataclass(frozen=True)
class TemplatePart:
    """A part of the workbook that varies: what all copies share of it is compressed once and for all.

    Between that stand placeholder words and the segments with cells that vary.
    """

    member: Member
    items: tuple[Piece | Segment | str, ...]

    def make(self, content: CopyContent) -> tuple[Member, bytes]:
        """Return the entry and the compressed bytes of one copy."""
        crc, size, stream = 0, 0, list[bytes]()
        for item in self.items:
            if isinstance(item, Piece):
                crc, size = isal_zlib.crc32_combine(crc, item.crc, item.size), size + item.size
                stream.append(item.packed)
            else:
                plain, packed = content.packed[item] if isinstance(item, str) else item.make(content)
                crc, size = isal_zlib.crc32(plain, crc), size + len(plain)
                stream.append(packed)
        whole = b"".join(stream)
        return self.member._replace(crc=crc, packed=len(whole), size=size), whole


@dataclass(frozen=True)
class WorkbookTemplate:
    """The template of all organs that know the same fields of last year."""

    shared: SharedMembers
    parts: tuple[TemplatePart, ...]
    cells: tuple[Address, ...]  # those that vary, in the order of a copy's values

    def make(self, content: CopyContent) -> bytes:
        """Return one copy; the same content give the same bytes."""
        writer = self.shared.constant.copy()
        for part in self.parts:
            writer.add(*part.make(content))
        return writer.finished(self.shared.comment)


def prepare_template(
    data: bytes, placeholders: tuple[str, ...], example: Mapping[str, Mapping[str, NewCell]]
) -> WorkbookTemplate:
    """Return a template ready for copying, cut at the cells of `example` and at the placeholders."""
    archive, package = read_archive(data), open_package(data)
    sheets = {info.part: info.name for info in package.sheets if info.name in example}
    parts: list[TemplatePart] = []
    cells: list[Address] = []
    for name, member in archive.members.items():
        xml = archive.read(name)
        items: Sequence[bytes | Segment] = [xml]
        if name in sheets:
            changes = example[sheets[name]]
            plan = plan_sheet(xml, name, changes)
            items = list(_segments(plan, changes, len(cells), placeholders))
            cells += [(sheets[name], place.address) for place in plan.places]
        if name in sheets or any(word.encode() in xml for word in placeholders):
            changed = member._replace(method=zlib.DEFLATED)
            parts.append(TemplatePart(changed, tuple(_packed(items, placeholders))))
    shared = SharedMembers.of(archive, [part.member.name for part in parts])
    return WorkbookTemplate(shared, tuple(parts), tuple(cells))


def _segments(
    plan: SheetPlan, changes: Mapping[str, NewCell], first: int, placeholders: tuple[str, ...]
) -> Iterator[bytes | Segment]:
    """Yield the stretches of a sheet that vary and those that do not; the first of its values is number `first`."""
    start = 0
    for number, piece in enumerate(plan.pieces):
        if start < number < len(plan.places) and len(piece) < _LONG:
            continue  # between two cells of one segment
        if start < number:
            places, between = plan.places[start:number], plan.pieces[start + 1 : number]
            slots = tuple(Slot.of(place, is_result=changes[place.address].cached_only) for place in places)
            words = tuple(word for word in placeholders if any(word.encode() in one for one in between))
            yield Segment(slots, (*between, b""), first + start, words)
        yield piece
        start = number


def _packed(items: Sequence[bytes | Segment], placeholders: tuple[str, ...]) -> Iterator[Piece | Segment | str]:
    """Yield the stretches of a part, what never varies cut at the placeholders and compressed; the last ends it."""
    for number, item in enumerate(items):
        if isinstance(item, Segment):
            yield item
            continue
        pieces, words = _cut(item, placeholders)
        for piece, word in zip(pieces, [*words, ""], strict=True):
            is_last = number == len(items) - 1 and not word
            yield Piece((_finished if is_last else _flushed)(piece), len(piece), zlib.crc32(piece))
            if word:
                yield word


def _cut(xml: bytes, placeholders: tuple[str, ...]) -> tuple[list[bytes], list[str]]:
    pieces, words = [xml], list[str]()
    for word in placeholders:
        mark = word.encode()
        fresh: list[bytes] = []
        names: list[str] = []
        for place, piece in enumerate(pieces):
            inner = piece.split(mark)
            fresh += inner
            names += [word] * (len(inner) - 1) + words[place : place + 1]
        pieces, words = fresh, names
    return pieces, words


def _escaped(xml: bytes) -> bytes:
    """Return bytes as they stand in a format, which `%` is to leave as they are."""
    return xml.replace(b"%", b"%%")


def _flushed(piece: bytes) -> bytes:
    # A full flush forgets what came before, so that the next piece may follow whatever is put in between.
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def _quickly_flushed(content: bytes) -> bytes:
    """Return what is compressed anew for every copy, as `_flushed` does what all copies share."""
    packer = isal_zlib.compressobj(_QUICK, isal_zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush(isal_zlib.Z_FULL_FLUSH)


def _finished(piece: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush()
