"""Which characters of a PDF page can be seen: those in the colour of their ground, set clear or too small cannot."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.documents.sources.looks.colours import WHITE, are_alike

if TYPE_CHECKING:
    from toolkit.documents.sources.looks.colours import Colour

_Bounds = tuple[float, float, float, float]  # left, bottom, right, top, as the page counts
_CLEAR = 3  # the way of setting text that paints nothing
_TINY = 1.2  # points, of a whole box
_MOST_GROUNDS = 4000


@dataclass
class Grounds:
    """What lies behind the text of a page: areas with their colour in the order they are painted, and pictures."""

    areas: list[tuple[_Bounds, Colour]] = field(default_factory=list)
    pictures: list[_Bounds] = field(default_factory=list)

    def add_area(self, item: Any, bounds: _Bounds, pdfium: Any) -> None:
        """Add an area that is filled, unless it is as clear as glass."""
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        pdfium.FPDFPageObj_GetFillColor(item.raw, red, green, blue, alpha)
        if alpha.value and len(self.areas) < _MOST_GROUNDS:
            self.areas.append((bounds, (red.value, green.value, blue.value)))

    def is_pictured(self, x: float, y: float) -> bool:
        """Return whether a picture lies behind a point."""
        return any(_holds(bounds, x, y) for bounds in self.pictures)

    def colour(self, x: float, y: float) -> Colour | None:
        """Return the colour behind a point, None where a picture lies there."""
        if self.is_pictured(x, y):
            return None
        return next((colour for bounds, colour in reversed(self.areas) if _holds(bounds, x, y)), WHITE)


def _holds(bounds: _Bounds, x: float, y: float) -> bool:
    left, bottom, right, top = bounds
    return left <= x <= right and bottom <= y <= top


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a text object is set; `colour` is None where that is not asked."""

    colour: Colour | None = None
    is_clear: bool = False
    is_through: bool = False  # as clear as glass


_USUAL = _Setting()  # it is seen on every ground of the page


class CharacterLooks:
    """How the characters of one text page are set."""

    def __init__(self, text_page: Any, grounds: Grounds, pdfium: Any) -> None:
        self._page, self._grounds, self._pdfium = text_page, grounds, pdfium
        self._settings: dict[bytes, _Setting] = {}
        self._colours = {WHITE, *(colour for _, colour in grounds.areas)}
        self._lost: dict[Colour, bool] = {}  # whether a colour is that of a ground on the page
        self._said = tuple(ctypes.c_uint() for _ in range(4))
        self.recognised = 0  # characters set clear over a picture: what a program saw in it

    def is_unseen(self, at: int, box: _Bounds) -> bool:
        """Return whether a character cannot be seen; what was recognised in a picture can, in the picture."""
        left, bottom, right, top = box
        setting = self._setting(at)
        if setting is _USUAL:
            return 0 < top - bottom < _TINY
        if setting.is_clear:
            is_pictured = self._grounds.is_pictured((left + right) / 2, (bottom + top) / 2)
            self.recognised += is_pictured
            return not is_pictured
        if 0 < top - bottom < _TINY:
            return True
        ground = self._grounds.colour((left + right) / 2, (bottom + top) / 2)
        return setting.is_through or are_alike(setting.colour, ground)

    def _setting(self, at: int) -> _Setting:
        """Return how a character is set: as the text object is that it belongs to."""
        text = self._pdfium.FPDFText_GetTextObject(self._page.raw, at)
        key = bytes(text)  # its address
        known = self._settings.get(key)
        if known is None:
            known = self._settings[key] = self._read_setting(at, text)
        return known

    def _read_setting(self, at: int, text: Any) -> _Setting:
        if self._mode(text) == _CLEAR:
            return _Setting(is_clear=True)
        red, green, blue, alpha = self._said
        if not self._pdfium.FPDFText_GetFillColor(self._page.raw, at, red, green, blue, alpha):
            return _USUAL
        colour = (red.value, green.value, blue.value)
        is_dark = not self._grounds.areas and max(colour) < WHITE[0] // 2
        if colour not in self._lost:
            self._lost[colour] = any(are_alike(colour, ground) for ground in self._colours)
        may_be_lost = not alpha.value or self._lost[colour]
        return _USUAL if is_dark or not may_be_lost else _Setting(colour, is_through=not alpha.value)

    def _mode(self, text: Any) -> int:
        return int(self._pdfium.FPDFTextObj_GetTextRenderMode(text)) if text else 0
