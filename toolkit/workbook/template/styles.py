"""How the workbook looks: fonts, colours and cell formats, by name. Every format is locked unless it is for typing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Colours keep at least 4.5:1 against their ground. No meaning rests on colour alone: symbols and words say the same.
INK, MUTED, LINK = "#1A1A1A", "#5F6B76", "#1F4E79"
INPUT, FILLED, LOCKED, HEAD, BAND = "#FFF6D6", "#FFFFFF", "#F0F2F5", "#E3EAF3", "#D3DEEC"
BAD, BAD_INK, DOUBT, DOUBT_INK, GOOD_INK = "#FBD9D3", "#9C1C00", "#FFE7BF", "#7A4B00", "#2F6B1E"
# The same definition must give the same bytes, so the file does not carry the clock.
CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 (XlsxWriter takes naive UTC)
LINE = "#8A97A6"

SONG, HEI = "宋体", "黑体"  # of forms in Chinese; a wording has its own
A4 = 9  # XlsxWriter's number for the paper
FOOTER = "&L&A&R第 &P 页，共 &N 页"  # of every printed sheet: its name, the page, how many there are
Properties = dict[str, Any]

_BASE: Properties = {"font_name": SONG, "font_size": 10.5, "font_color": INK, "valign": "vcenter"}
_BOXED: Properties = {**_BASE, "border": 1, "border_color": LINE, "text_wrap": True}
_PRINTED: Properties = {**_BASE, "font_size": 9, "border": 1, "border_color": INK, "text_wrap": True}
_TYPED: Properties = {**_BOXED, "bg_color": INPUT, "locked": False}
_TEXT: Properties = {**_TYPED, "num_format": "@", "valign": "top", "align": "left"}

FORMATS: Mapping[str, Properties] = {
    "title": {**_BASE, "font_name": HEI, "font_size": 16, "align": "center"},
    "plain": _BASE,
    "line": {**_BASE, "align": "left"},
    "muted": {**_BASE, "font_color": MUTED, "font_size": 9, "text_wrap": True, "valign": "top"},
    "aside": {**_BASE, "font_color": MUTED, "font_size": 9, "align": "left"},
    "strip": {**_BASE, "font_color": LINK, "bold": True, "align": "left"},
    "foot": {**_BASE, "font_color": MUTED, "align": "right"},
    "head": {**_BOXED, "font_name": HEI, "bg_color": HEAD, "align": "center"},
    "corner": {**_BOXED, "font_size": 9, "bg_color": HEAD, "align": "center"},
    "band": {**_BOXED, "font_name": HEI, "bg_color": BAND, "align": "left"},
    "stub": {**_BOXED, "align": "left"},
    "stub_group": {**_BOXED, "align": "center"},
    "example_head": {**_BASE, "font_name": HEI, "align": "left"},
    "count_shown": {**_BOXED, "num_format": "0", "align": "center"},
    "count": {**_TYPED, "num_format": "0", "align": "center"},
    "signed": {**_TYPED, "num_format": "0", "align": "center"},
    "amount": {**_TYPED, "num_format": "General", "align": "center"},
    "control": {**_TYPED, "num_format": "0", "align": "center"},
    "carried": {**_BOXED, "num_format": "0", "align": "center", "bg_color": LOCKED, "italic": True},
    "computed": {**_BOXED, "num_format": "General", "align": "center", "bg_color": LOCKED, "bold": True},
    "text": _TEXT,
    "level": {**_TYPED, "num_format": "@", "align": "center", "valign": "top"},
    "pasted": {**_TYPED, "num_format": "General", "align": "center"},
    "nought": {**_TYPED, "num_format": "@", "align": "center"},
    "note": {**_TEXT, "valign": "vcenter"},
    "explanation": _TEXT,
    "label": {**_BOXED, "bg_color": HEAD, "align": "left"},
    "identity": {**_BOXED, "bg_color": LOCKED, "num_format": "@", "align": "left", "bold": True},
    "identity_year": {**_BOXED, "bg_color": LOCKED, "num_format": "0", "align": "left", "bold": True},
    "verdict": {**_BOXED, "font_name": HEI, "font_size": 14, "align": "left"},
    "code": {**_BOXED, "font_size": 14, "bold": True, "align": "left"},
    "cell": {**_BOXED, "align": "left"},
    "number": {**_BOXED, "num_format": "General", "align": "center"},
    "result": {**_BOXED, "align": "center", "font_size": 9},
    "helper_label": {**_BASE, "font_color": MUTED, "align": "right", "font_size": 9, "text_wrap": True},
    "helper": {**_BASE, "align": "center", "font_size": 9, "num_format": "General", "text_wrap": True},
    "helper_text": {**_BASE, "align": "left", "font_size": 9, "text_wrap": True},
    "link": {**_BOXED, "font_color": LINK, "underline": 1, "align": "left"},
    "print_heading": {**_BASE, "font_name": HEI, "align": "left"},
    "print_head": {**_PRINTED, "align": "center"},
    "print_stub": {**_PRINTED, "align": "left"},
    "print_figure": {**_PRINTED, "align": "center", "text_wrap": False, "shrink": True, "num_format": "General"},
    "print_line": {**_BASE, "align": "left", "shrink": True},
    "hidden": {"hidden": True, "num_format": "General"},
}

# Laid over a cell while a condition holds.
CONDITIONS: Mapping[str, Properties] = {
    "bad": {"bg_color": BAD, "font_color": BAD_INK, "bold": True},
    "doubt": {"bg_color": DOUBT, "font_color": DOUBT_INK},
    "filled": {"bg_color": FILLED},
    "good": {"font_color": GOOD_INK},
    "waiting": {"font_color": MUTED},
}


def in_fonts(properties: Properties, fonts: Mapping[str, str]) -> Properties:
    """Return the properties of a format with the font of another language put in."""
    name = properties.get("font_name")
    return properties if name is None else {**properties, "font_name": fonts[name]}


FIRST_WIDE = "\u2e80"  # the first of the CJK blocks


def text_width(text: str) -> float:
    """Return how wide a text prints, in the width of a digit: two for a full-width character."""
    return sum(2 if character >= FIRST_WIDE or character in "“”‘’…—" else 1 for character in text)


LINE_HEIGHT, NOTE_HEIGHT = 14.0, 12.0  # points, of a line of text and of a note
SMALLER_LETTERS = 10.5 / 9  # how many more letters of a note go on a line
MOST_HEIGHT = 409.0  # no sheet shows a row higher
TEXT_WIDTH = 82.0  # of the column that holds paragraphs


def text_height(text: str, width: float) -> float:
    """Return how high a row must be to show a wrapped text whole."""
    return min(lines_needed(text, width) * LINE_HEIGHT + 3, MOST_HEIGHT)


def lines_needed(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of that width, paragraphs counted separately."""
    usable = max(width - 1.5, 2)
    return sum(max(1, -(-int(text_width(part)) // int(usable))) for part in text.split("\n"))
