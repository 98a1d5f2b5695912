"""The template cache: a workbook cut where its copies differ, everything else compressed once and for all.

A copy differs in placeholder words, which may lie in any part, and in cells of certain sheets.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from toolkit.xlsx.archive import Member, SharedMembers, read_archive
from toolkit.xlsx.package import NewCell, open_package
from toolkit.xlsx.patches import plan_sheet
from toolkit.xlsx.xmltree import escape_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from toolkit.form.values import Value
    from toolkit.xlsx.patches import Place, SheetPlan

    Content = int | Decimal | str | None  # of a cell

_LEVEL = 6
_LONG = 2000  # bytes between two cells that vary, from which on compressing them apart costs little room
_MOST, _KEPT = 8, 12  # cells that vary of one segment, and how often it is kept
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
        return {word: (text, _flushed(text)) for word, text in plain.items()}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a part that all copies share: compressed, and what it makes of the checksum of what precedes it."""

    packed: bytes
    size: int
    crc: int
    turns: tuple[tuple[int, ...], ...]  # the checksum of what precedes, byte by byte, moved on over the stretch

    @classmethod
    def of(cls, content: bytes, packed: bytes) -> Piece:
        """Return the stretch with its checksum; to move one on is linear, so each bit is moved by itself."""
        blanks, full = bytes(len(content)), 0xFFFFFFFF
        bits = [zlib.crc32(blanks, (1 << bit) ^ full) ^ full for bit in range(32)]
        turns = [[0], [0], [0], [0]]
        for bit, moved in enumerate(bits):
            turns[bit // 8] += [known ^ moved for known in turns[bit // 8]]
        return cls(packed, len(content), zlib.crc32(content), tuple(map(tuple, turns)))

    def joined(self, crc: int) -> int:
        """Return the checksum of something with this one followed by the stretch, which need not be gone through."""
        first, second, third, fourth = self.turns
        moved = first[crc & 255] ^ second[crc >> 8 & 255] ^ third[crc >> 16 & 255] ^ fourth[crc >> 24]
        return moved ^ self.crc


@dataclass(frozen=True)
class Segment:
    """A short stretch of a sheet with cells that vary; `first` is where their values begin among a copy's.

    What most organs have alike, noughts above all, is made once: the last few that were made are kept.
    """

    places: tuple[Place, ...]
    pieces: tuple[bytes, ...]  # what follows each place
    are_results: tuple[bool, ...]
    first: int
    placeholders: tuple[str, ...]

    def make(self, content: CopyContent) -> tuple[bytes, bytes]:
        """Return the stretch of one copy, plain and compressed."""
        values = content.values[self.first : self.first + len(self.places)]
        # Equal figures may be written with different digits, which `repr` tells apart.
        plain, packed = self._made(values, repr(values))
        if packed:
            return plain, packed
        for word in self.placeholders:
            plain = plain.replace(word.encode(), content.packed[word][0])
        return plain, _flushed(plain)

    @cached_property
    def _made(self) -> Callable[[tuple[Content, ...], str], tuple[bytes, bytes]]:
        return lru_cache(_KEPT)(self._make)

    def _make(self, values: tuple[Content, ...], _: str) -> tuple[bytes, bytes]:
        """Return the stretch with these values; it is not compressed where words are still to be put into it."""
        filled: list[bytes] = []
        for place, piece, is_result, value in zip(self.places, self.pieces, self.are_results, values, strict=True):
            filled += (place.rendered(NewCell(value, cached_only=is_result)), piece)
        plain = b"".join(filled)
        has_words = any(word.encode() in plain for word in self.placeholders)
        return plain, b"" if has_words else _flushed(plain)


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
                crc, size = item.joined(crc), size + item.size
                stream.append(item.packed)
            else:
                plain, packed = content.packed[item] if isinstance(item, str) else item.make(content)
                crc, size = zlib.crc32(plain, crc), size + len(plain)
                stream.append(packed)
        whole = b"".join(stream)
        return self.member._replace(crc=crc, packed=len(whole), size=size), whole


@dataclass(frozen=True)
class WorkbookTemplate:
    """The template of all organs that know the same fields of last year."""

    shared: SharedMembers
    parts: tuple[TemplatePart, ...]
    results: Mapping[Address, Value]  # what the formulas give in the template, as far as no copy may differ from it
    cells: tuple[Address, ...]  # those that vary, in the order of a copy's values

    def make(self, content: CopyContent) -> bytes:
        """Return one copy; the same content give the same bytes."""
        writer = self.shared.constant.copy()
        for part in self.parts:
            writer.add(*part.make(content))
        return writer.finished(self.shared.comment)


def prepare_template(
    data: bytes,
    placeholders: tuple[str, ...],
    example: Mapping[str, Mapping[str, NewCell]],
    results: Mapping[Address, Value],
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
    return WorkbookTemplate(shared, tuple(parts), results, tuple(cells))


def _segments(
    plan: SheetPlan, changes: Mapping[str, NewCell], first: int, placeholders: tuple[str, ...]
) -> Iterator[bytes | Segment]:
    """Yield the stretches of a sheet that vary and those that do not; the first of its values is number `first`."""
    start = 0
    for number, piece in enumerate(plan.pieces):
        if start < number < len(plan.places) and number - start < _MOST and len(piece) < _LONG:
            continue  # between two cells of one segment
        if start < number:
            places = plan.places[start:number]
            are_results = tuple(changes[place.address].cached_only for place in places)
            yield Segment(places, (*plan.pieces[start + 1 : number], b""), are_results, first + start, placeholders)
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
            yield Piece.of(piece, (_finished if is_last else _flushed)(piece))
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


def _flushed(piece: bytes) -> bytes:
    # A full flush forgets what came before, so that the next piece may follow whatever is put in between.
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def _finished(piece: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush()
