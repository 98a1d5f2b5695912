"""How prose is broken into printed lines: the same in Python and as formulas, with nothing but what Excel 2010 knows.

Rows do not grow when a formula's result does, so that a paragraph is printed as lines of one row each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.workbook.wording.words import PrintWords

LONGEST = 30000  # characters of a section; a cell holds some more
LINE_FEED = "CHAR(10)"
WIDER = (10, 14, 20, 30)  # tenths of the usual characters a line: a long text is printed smaller


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: where in the section's text it starts (from 1), its room, how much it takes, what it says."""

    start: int
    room: int
    taken: int
    text: str


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A section as it is printed: its text, how many characters a line holds, and its lines."""

    text: str
    width: int
    lines: tuple[Line, ...]


@lru_cache(maxsize=16)  # the workbooks of a round begin with the same prose
def printed_text(paragraphs: tuple[str, ...], lines: int, words: PrintWords) -> PrintedText:
    """Return paragraphs as they are printed on so many lines."""
    text = joined_text(paragraphs, words)
    width = width_of(text, lines, words)
    return PrintedText(text, width, tuple(broken(text, width, lines, words)))


def joined_text(paragraphs: Sequence[str], words: PrintWords) -> str:
    """Return the text of a section as it is printed: every paragraph indented, a line feed behind it."""
    if sum(map(len, paragraphs)) > LONGEST:
        return f"{words.too_long}\n"
    return "".join(f"{words.indent}{text}\n" for text in paragraphs if text)


def widths(words: PrintWords) -> tuple[int, ...]:
    """Return how many characters a line may hold, the usual number first."""
    return tuple(words.line * tenths // 10 for tenths in WIDER)


def width_of(text: str, lines: int, words: PrintWords) -> int:
    """Return how many characters a line must hold for a text to fit so many lines, the most if none will do."""
    breaks = text.count("\n")
    fitting = (width for width in widths(words) if len(text) // (width - words.lost) + breaks <= lines)
    return next(fitting, widths(words)[-1])


def width_formula(text: str, lines: int, words: PrintWords) -> str:
    """Return the expression of `width_of` for the text in a cell."""
    breaks = f'LEN({text})-LEN(SUBSTITUTE({text},{LINE_FEED},""))'
    *others, most = widths(words)
    formula = f"{most}"
    for width in reversed(others):
        formula = f"IF(INT(LEN({text})/{width - words.lost})+{breaks}<={lines},{width},{formula})"
    return formula


def broken(text: str, width: int, lines: int, words: PrintWords) -> Iterator[Line]:
    """Yield the lines of a text whose paragraphs end with line feeds; the last one says what is left."""
    start = 1
    for place in range(lines):
        room = _room(text, start, width, words)
        end = text.find("\n", start - 1) + 1
        taken = 0 if start > len(text) else min(end - start, room)
        following = start + taken + int(text[start + taken - 1 : start + taken] == "\n")
        is_cut = place == lines - 1 and following <= len(text)
        yield Line(start, room, taken, words.cut if is_cut else text[start - 1 : start - 1 + taken])
        start = following


def _room(text: str, start: int, width: int, words: PrintWords) -> int:
    if words.at_spaces:
        spaces = text[start - 1 : start + width].count(" ")
        return text[start - 1 : start + width].rfind(" ") + 1 if spaces else width
    part = text[start - 1 : start - 1 + width]
    room = width + sum(part.count(digit) for digit in "0123456789") // 2
    following = text[start - 1 + room : start + room]
    return room + bool(following and following in words.closers)


@dataclass(frozen=True, slots=True)
class LineFormulas:
    """The expressions of one line, over the cells of its section's text and width and of the line above it."""

    text: str
    width: str
    digits: str
    words: PrintWords

    def start(self, above: tuple[str, str] | None) -> str:
        """Return where the line starts; `above` are the start of the line above and what it takes."""
        if above is None:
            return "1"
        end = f"{above[0]}+{above[1]}"
        return f"{end}+IF(MID({self.text},{end},1)={LINE_FEED},1,0)"

    def room(self, start: str) -> str:
        """Return how many characters the line may take: more where half of them are digits, never half a word."""
        if self.words.at_spaces:
            part = f"MID({self.text},{start},{self.width}+1)"
            spaces = f'LEN({part})-LEN(SUBSTITUTE({part}," ",""))'
            last = f'FIND({LINE_FEED},SUBSTITUTE(SUBSTITUTE({part},{LINE_FEED},"|")," ",{LINE_FEED},{spaces}))'
            return f"IF({spaces}=0,{self.width},{last})"
        part = f"MID({self.text},{start},{self.width})"
        room = f'{self.width}+INT(SUMPRODUCT(LEN({part})-LEN(SUBSTITUTE({part},{self.digits},"")))/2)'
        following = f"MID({self.text},{start}+{room},1)"
        # Programs do not agree where nothing is found in a text, so the length says whether there is anything.
        return f'{room}+LEN({following})*ISNUMBER(FIND({following},"{self.words.closers}"))'

    def taken(self, start: str, room: str) -> str:
        """Return how many characters the line takes."""
        return f"IF({start}>LEN({self.text}),0,MIN(FIND({LINE_FEED},{self.text},{start})-{start},{room}))"

    def line(self, start: str, taken: str, *, is_last: bool) -> str:
        """Return what the line says; the last one says whether anything is left."""
        line = f"MID({self.text},{start},{taken})"
        return f'IF({start}+{taken}<LEN({self.text}),"{self.words.cut}",{line})' if is_last else line
