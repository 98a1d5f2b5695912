"""The template cache: a workbook cut where its copies differ, everything else compressed once and for all.

A copy differs in placeholder words words, which may lie in any part, and in cells of certain sheets.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.xlsx.archive import Member, SharedMembers, read_archive
from toolkit.xlsx.package import NewCell, open_package
from toolkit.xlsx.patches import SheetPlan, plan_sheet
from toolkit.xlsx.xmltree import escape_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.values import Value

_LEVEL = 6
_LONG = 4000  # bytes between two cells that vary, from which on compressing them apart costs little room
Address = tuple[str, str]  # sheet, cell


@dataclass(frozen=True)
class CopyContent:
    """What is put into one copy: words for placeholder words, and new contents of cells by sheet."""

    words: Mapping[str, str]
    cells: Mapping[str, Mapping[str, NewCell]]

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
class WordPart:
    """A part in which only placeholder words vary: compressed between them once and for all."""

    member: Member
    pieces: tuple[Piece, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, member: Member, xml: bytes, placeholders: tuple[str, ...]) -> WordPart:
        """Return the part cut at every placeholder words."""
        pieces, words = _cut(xml, placeholders)
        packed = [*map(_flushed, pieces[:-1]), _finished(pieces[-1])]
        return cls(member._replace(method=zlib.DEFLATED), tuple(map(Piece.of, pieces, packed)), tuple(words))

    def make(self, content: CopyContent) -> tuple[Member, bytes]:
        """Return the entry and the compressed bytes of one copy."""
        first, *rest = self.pieces
        crc, size, stream = first.crc, first.size, [first.packed]
        for word, piece in zip(self.words, rest, strict=True):
            text, packed = content.packed[word]
            crc = piece.joined(zlib.crc32(text, crc))
            size += len(text) + piece.size
            stream += (packed, piece.packed)
        whole = b"".join(stream)
        return self.member._replace(crc=crc, packed=len(whole), size=size), whole


@dataclass(frozen=True)
class SheetPart:
    """A sheet in which cells vary too: filled, and compressed again but for the long stretches without any."""

    member: Member
    sheet: str
    plan: SheetPlan
    kept: Mapping[int, Piece]  # of the pieces of the plan those that are compressed once and for all

    @classmethod
    def of(cls, member: Member, sheet: str, plan: SheetPlan) -> SheetPart:
        """Return the part with its long stretches compressed."""
        last = len(plan.pieces) - 1
        long = {place: piece for place, piece in enumerate(plan.pieces) if len(piece) >= _LONG}
        kept = {
            place: Piece.of(piece, (_finished if place == last else _flushed)(piece)) for place, piece in long.items()
        }
        return cls(member._replace(method=zlib.DEFLATED), sheet, plan, kept)

    def make(self, content: CopyContent) -> tuple[Member, bytes]:
        """Return the entry and the compressed bytes of one copy."""
        changes = content.cells[self.sheet]
        between = (place.rendered(changes[place.address]) for place in self.plan.places)
        crc, size, stream, waiting = 0, 0, list[bytes](), list[bytes]()
        for number, piece in enumerate(self.plan.pieces):
            known = self.kept.get(number)
            if known is None:
                waiting.append(piece)
            else:
                fresh = b"".join(waiting)
                crc, size = known.joined(zlib.crc32(fresh, crc)), size + len(fresh) + known.size
                stream += (_flushed(fresh), known.packed)
                waiting = []
            waiting.append(next(between, b""))
        if number not in self.kept:
            fresh = b"".join(waiting)
            crc, size = zlib.crc32(fresh, crc), size + len(fresh)
            stream.append(_finished(fresh))
        whole = b"".join(stream)
        return self.member._replace(crc=crc, packed=len(whole), size=size), whole


@dataclass(frozen=True)
class WorkbookTemplate:
    """The template of all organs that know the same fields of last year."""

    shared: SharedMembers
    parts: tuple[WordPart | SheetPart, ...]
    results: Mapping[Address, Value]  # what the formulas give in the template, as far as no copy may differ from it
    variable: frozenset[Address]

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
    variable: frozenset[Address],
) -> WorkbookTemplate:
    """Return a template ready for copying, cut at the cells of `example` and at the placeholders."""
    archive, package = read_archive(data), open_package(data)
    sheets = {info.part: info.name for info in package.sheets if info.name in example}
    parts: list[WordPart | SheetPart] = []
    for name, member in archive.members.items():
        xml = archive.read(name)
        if name in sheets:
            sheet = sheets[name]
            parts.append(SheetPart.of(member, sheet, plan_sheet(xml, name, example[sheet])))
        elif any(word.encode() in xml for word in placeholders):
            parts.append(WordPart.of(member, xml, placeholders))
    shared = SharedMembers.of(archive, [part.member.name for part in parts])
    return WorkbookTemplate(shared, tuple(parts), results, variable)


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
