"""PDF with text: characters and ruling lines of every page, as lines of text and tables, ruled or told by words."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from toolkit.documents.grids import Collector, plain, unseen
from toolkit.documents.sources.looks.pdf import CharacterLooks, Grounds
from toolkit.documents.sources.rulings import Box, RuledTable, Ruling, find_tables
from toolkit.documents.sources.signs import Sign, by_line, text_lines
from toolkit.documents.sources.word_tables import find_word_tables
from toolkit.documents.sources.words import runs_on
from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents.grids import Document
    from toolkit.documents.sources.signs import TextLine

_MOST_PAGES = 400
_MOST_CHARACTERS = 250_000  # of all pages; a report has some ten thousand
_MOST_OBJECTS = 100_000
_MOST_FIELDS = 20_000  # of the grids that lines make
_MOST_SEGMENTS = 60_000  # of one page
_DEEPEST = 3  # forms in forms
_SHORTEST = 4.0  # points; shorter strokes are the ends of thin rectangles and parts of signs
_STRAIGHT = 1.0
_THIN = 2.5  # a filled rectangle no thicker than this is a line
_PAGE_NUMBER = re.compile(r"[-—–―·•.第\s]*\d{1,4}(?:\s*/\s*\d{1,4})?[-—–―·•.页\s]*")
_ODDLY_TALL = 4
_LEVEL, _UPRIGHT = True, False
_DAMAGED = "已损坏或不完整，请让对方重新发送"
_FEW = 8  # characters a scanned page may have all the same: a stamp, a page number


def read_pdf(data: bytes, name: str) -> Document:
    """Return the document of a PDF; pages that are pictures are named, not guessed at.

    Raises:
        DocumentError: it is damaged, guarded by a password, or longer than any report.
    """
    import pypdfium2

    try:
        book = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        reason = "设了打开密码，请提供不带密码的文件" if locked else _DAMAGED
        raise DocumentError(name, f"PDF {reason}。") from error
    try:
        if len(book) > _MOST_PAGES:
            raise DocumentError(name, f"PDF 有 {len(book)} 页，超过 {_MOST_PAGES} 页，不是一份年度报告。")
        return _read(book, name)
    except pypdfium2.PdfiumError as error:  # a page of it, or what stands on one
        raise DocumentError(name, f"PDF {_DAMAGED}。") from error
    finally:
        book.close()


def _read(book: Any, name: str) -> Document:
    collector = Collector(name)
    scanned: list[int] = []
    recognised: list[int] = []
    writer = _Writer(collector)
    left = _Left(name)
    for number in range(1, len(book) + 1):
        page = book[number - 1]
        try:
            contents = _contents(page, left)
        finally:
            page.close()
        if contents.has_picture and len(contents.signs) <= _FEW:
            scanned.append(number)
        elif 2 * contents.recognised > len(contents.signs):
            recognised.append(number)
        tables = find_tables(contents.rulings)
        left.take(fields=sum(table.fields for table in tables))
        writer.page(number, contents.signs, tables)
    writer.finish()
    return collector.document("pdf", tuple(scanned), tuple(recognised))


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a page holds; `recognised` counts the characters that lie unseen over a picture."""

    signs: list[Sign]
    rulings: list[Ruling]
    has_picture: bool
    recognised: int


@dataclass
class _Left:
    """What a document may still hold before it is no report."""

    name: str
    objects: int = _MOST_OBJECTS
    characters: int = _MOST_CHARACTERS
    fields: int = _MOST_FIELDS

    def take(self, objects: int = 0, characters: int = 0, fields: int = 0) -> None:
        """Count what a page holds.

        Raises:
            DocumentError: it is too much.
        """
        self.objects -= objects
        self.characters -= characters
        self.fields -= fields
        if min(self.objects, self.characters, self.fields) < 0:
            most = f"{_MOST_CHARACTERS} 字、{_MOST_OBJECTS} 条线或图形、{_MOST_FIELDS} 格"
            told = f"PDF 里的内容比年度报告多得多（最多读 {most}）。请只留报告的几页另存后再试。"
            raise DocumentError(self.name, told)


def _contents(page: Any, left: _Left) -> _Contents:
    """Return the characters and ruling lines of a page, turned as it is shown, and whether it holds a picture."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    turn = _Turn(page.get_rotation(), width, height, page.get_mediabox())
    rulings: list[Ruling] = []
    grounds = Grounds()
    left.take(pdfium.FPDFPage_CountObjects(page.raw))
    for kind, raw in _objects(page.raw, pdfium):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            grounds.pictures.append(pypdfium2.PdfObject(raw, page).get_bounds())
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and len(rulings) < _MOST_SEGMENTS:
            ends = _segments(pypdfium2.PdfObject(raw, page), grounds, pdfium)
            rulings += [ruling for one in ends if (ruling := turn.ruling(one)) is not None]
    text_page = page.get_textpage()
    try:
        left.take(characters=text_page.count_chars())
        looks = CharacterLooks(text_page, grounds, pdfium)
        signs = list(_signs(text_page, turn, looks, pdfium))
    finally:
        text_page.close()
    return _Contents(signs, rulings, bool(grounds.pictures), looks.recognised)


def _objects(page: Any, pdfium: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    """Yield what is painted on a page or in a form, by kind; most of it is text, which is read as characters."""
    count, get = (
        (pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)
        if depth
        else (pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)
    )
    for at in range(count(page)):
        item = get(page, at)
        kind = pdfium.FPDFPageObj_GetType(item)
        yield kind, item
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            yield from _objects(item, pdfium, depth + 1)


@dataclass(frozen=True, slots=True)
class _Turn:
    """From the coordinates of a page to those of the eye: turned as the page says, y growing downwards."""

    degrees: int
    width: float
    height: float
    media: tuple[float, float, float, float]

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.media[0], y - self.media[1]
        if self.degrees == 90:  # noqa: PLR2004
            return y, x
        if self.degrees == 180:  # noqa: PLR2004
            return self.width - x, y
        if self.degrees == 270:  # noqa: PLR2004
            return self.width - y, self.height - x
        return x, self.height - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        if not self.degrees:  # as nearly every page stands
            across, down = self.media[:2]
            x1, y1, x2, y2 = left - across, self.height - (bottom - down), right - across, self.height - (top - down)
            if x1 <= x2 and y2 <= y1:
                return Box(x1, y2, x2, y1)
        else:
            (x1, y1), (x2, y2) = self.point(left, bottom), self.point(right, top)
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))

    def ruling(self, ends: tuple[float, float, float, float]) -> Ruling | None:
        box = self.box(*ends)
        across, down = box.right - box.left, box.bottom - box.top
        if down <= _STRAIGHT and across >= _SHORTEST:
            return Ruling(_LEVEL, (box.top + box.bottom) / 2, box.left, box.right)
        if across <= _STRAIGHT and down >= _SHORTEST:
            return Ruling(_UPRIGHT, (box.left + box.right) / 2, box.top, box.bottom)
        return None


def _segments(item: Any, grounds: Grounds, pdfium: Any) -> Iterator[tuple[float, float, float, float]]:
    """Yield the straight parts of a path in the coordinates of the page.

    What is only filled is a line where it is thin, and else the ground behind a text.
    """
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item.raw, fill, stroke)
    for points in _figures(item, pdfium):
        across, down = [x for x, _ in points], [y for _, y in points]
        left, right, low, high = min(across), max(across), min(down), max(down)
        if fill.value and min(right - left, high - low) > _THIN:
            grounds.add_area(item, (left, low, right, high), pdfium)
        if stroke.value:
            yield from ((*one, *other) for one, other in pairwise(points))
        elif fill.value and min(right - left, high - low) <= _THIN:
            x, y = (left + right) / 2, (low + high) / 2
            yield (left, y, right, y) if right - left > high - low else (x, low, x, high)


def _figures(item: Any, pdfium: Any) -> list[list[tuple[float, float]]]:
    """Return the closed or open figures of a path as points."""
    a, b, c, d, e, f = item.get_matrix().get()
    x, y = ctypes.c_float(), ctypes.c_float()
    figures: list[list[tuple[float, float]]] = []
    for at in range(min(pdfium.FPDFPath_CountSegments(item.raw), _MOST_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(item.raw, at)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not figures:
            figures.append([])
        figures[-1].append(here)
        if pdfium.FPDFPathSegment_GetClose(segment):
            figures[-1].append(figures[-1][0])
    return figures


@lru_cache(maxsize=16384)
def _character(code: int) -> str:
    """Return a character that can be seen by its code, nothing for blanks and for what is no character."""
    is_text = code not in {0, 0xFFFE, 0xFFFF} and not 0xD800 <= code < 0xE000  # noqa: PLR2004 - surrogates
    return chr(code) if is_text and plain(chr(code)) else ""


def _signs(text_page: Any, turn: _Turn, looks: CharacterLooks, pdfium: Any) -> Iterator[Sign]:
    """Yield the characters of a page in the order of the text, without those the library adds for gaps."""
    found = []
    page, rect = text_page.raw, pdfium.FS_RECTF()
    for at in range(text_page.count_chars()):
        text = _character(pdfium.FPDFText_GetUnicode(page, at))
        if text:  # what the library adds for gaps is blank
            if not pdfium.FPDFText_GetLooseCharBox(page, at, rect):
                text_page.get_charbox(at, loose=True)  # says what is wrong
            found.append((at, text, (rect.left, rect.bottom, rect.right, rect.top)))
    usual = median([box[3] - box[1] for _, _, box in found]) if found else 0.0
    tallest = _ODDLY_TALL * usual
    for at, text, box in found:
        if box[3] - box[1] > tallest:  # some fonts state an em many times their size
            left, bottom, right, top = text_page.get_charbox(at)
            box = left, bottom, max(right, left + usual / 2), max(top, bottom + usual / 2)  # noqa: PLW2901
        yield Sign(text, turn.box(*box), looks.is_unseen(at, box))


class _Writer:
    """Puts the pages together: tables as they stand, lines joined into paragraphs, also over the end of a page."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._open: list[TextLine] = []
        self._margins = (0.0, 0.0)
        self._place = ""

    def page(self, number: int, signs: Sequence[Sign], tables: Sequence[RuledTable]) -> None:
        """Add one page."""
        inside: dict[int, list[Sign]] = {at: [] for at in range(len(tables))}
        outside: list[Sign] = []
        for sign in signs:
            home = _home(sign, tables)
            if home is not None:
                inside[home].append(sign)
            elif not sign.is_unseen:
                outside.append(sign)
        worded, outside = find_word_tables(_without_number(outside))
        lines = [line for line in text_lines(outside) if not _PAGE_NUMBER.fullmatch(line.text)]
        if lines:
            self._margins = (min(line.box.left for line in lines), max(line.box.right for line in lines))
        waiting = list(lines)
        place = f"第 {number} 页"
        rows = [(table.box.top, table.rows(_texts_of(inside[at]), place), False) for at, table in enumerate(tables)]
        rows += [(table.top, table.rows(place), True) for table in worded]
        for top, cells, by_words in sorted(rows, key=lambda entry: entry[0]):
            while waiting and waiting[0].box.top < top:
                self._line(waiting.pop(0), place)
            self.finish()
            self._collector.table(cells, name=f"第 {number} 页的表格", by_words=by_words)
        for line in waiting:
            self._line(line, place)

    def _line(self, line: TextLine, place: str) -> None:
        if self._open and self._begins_anew(line):
            self.finish()
        self._place = self._place if self._open else place
        self._open.append(line)

    def _begins_anew(self, line: TextLine) -> bool:
        left, right = self._margins
        before = self._open[-1]
        is_indented = line.box.left > left + line.size
        ends_early = before.box.right < right - 2.5 * before.size
        return is_indented or ends_early or abs(before.size - line.size) > before.size / 5

    def finish(self) -> None:
        """Hand over the paragraph that is open."""
        text = ""
        for line in self._open:
            apart = text[-1:].isascii() and text[-1:].isalpha() and line.text[:1].isascii() and line.text[:1].isalpha()
            text += f" {line.text}" if apart else line.text
        self._collector.line(text, place=self._place)
        self._open = []


def _home(sign: Sign, tables: Sequence[RuledTable]) -> int | None:
    """Return the number of the table a character stands in."""
    across, down = sign.box.middle
    for at, table in enumerate(tables):
        if table.box.holds(across, down):
            return at
    return None


def _without_number(signs: Sequence[Sign]) -> list[Sign]:
    """Return characters without a page number in the first or the last line."""
    lines = by_line(signs)
    ends = [line for line in (*lines[:1], *lines[-1:]) if _PAGE_NUMBER.fullmatch("".join(sign.text for sign in line))]
    gone = {sign for line in ends for sign in line}
    return [sign for sign in signs if sign not in gone]


def _texts_of(signs: Sequence[Sign]) -> list[tuple[float, float, str]]:
    """Return characters in reading order, as points with text: down, then across.

    The digits of a number all stand in its middle: one that is wider than its cell runs over the line beside it.
    """
    middles: dict[Sign, float] = {}
    number: list[Sign] = []
    for sign in (*signs, None):
        if sign is not None and number and sign.text.isdecimal() and runs_on(number[-1], sign):
            number.append(sign)
            continue
        if len(number) > 1:
            middle = (number[0].box.left + number[-1].box.right) / 2
            middles |= dict.fromkeys(number, middle)
        number = [sign] if sign is not None and sign.text.isdecimal() else []
    return [
        (middles.get(sign, sign.box.middle[0]), sign.box.middle[1], unseen(sign.text) if sign.is_unseen else sign.text)
        for line in by_line(signs)
        for sign in line
    ]
