"""How a Word document sets the text of its runs: hidden, too small to see, or in the colour of the ground behind it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.documents.sources.looks.colours import WHITE, are_alike, colour_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.documents.sources.looks.colours import Colour

Element = Any  # of lxml, which ships no types
_TINY = 2  # half points
_TELLING = ("vanish", "color", "highlight", "shd", "rStyle", "strike", "dstrike", "vertAlign")
_MARKS = tuple(f"{{*}}{name}" for name in (*_TELLING, "sz"))
_OFF = {"0", "false", "off"}
_DEEPEST = 30  # styles based on styles
_HIGHLIGHTS = {"white": WHITE, "yellow": (255, 255, 0), "black": (0, 0, 0)}


@lru_cache(maxsize=4096)
def name_of(tag: object) -> str:
    """Return a name without its name space, nothing for what is the tag of no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def tag_of(element: Element) -> str:
    """Return the name of an element without its name space, nothing for what is none."""
    return name_of(element.tag)


def attribute(element: Element | None, wanted: str) -> str:
    """Return an attribute whatever its name space, empty where there is none."""
    if element is None:
        return ""
    for key, found in element.items():
        if name_of(key) == wanted:
            return str(found)
    return ""


def value(element: Element | None) -> str:
    """Return what an element says as its `val`."""
    return attribute(element, "val")


def is_on(look: Element, wanted: str) -> bool:
    """Return whether a property of a run is there and not switched off."""
    found = look.find(f"{{*}}{wanted}")
    return found is not None and value(found) not in _OFF


class Looks:
    """The styles of one document; `styles` is the root of its part for styles, None where it has none.

    What `body` says of its runs, paragraphs, rows and cells is gone through once: a run of which nothing is said is
    set as its paragraph is, and where no style behind that says anything either, nobody need look.
    """

    def __init__(self, styles: Element | None, body: Element) -> None:
        found = styles.findall("{*}style") if styles is not None else []
        self._styles: Mapping[str, Element] = {attribute(style, "styleId"): style for style in found}
        usual = (style for style in found if attribute(style, "default") in {"1", "true"})
        self._usual = {attribute(style, "type"): attribute(style, "styleId") for style in usual}
        self._named: dict[Element, str] = {}
        for style in body.iter("{*}pStyle"):
            if tag_of(style.getparent()) == "pPr":
                self._named.setdefault(style.getparent().getparent(), value(style))
        self._marked = {mark.getparent().getparent() for mark in body.iter(*_MARKS) if _says(mark)}
        self._quiet: dict[str, bool] = {}

    def is_quiet(self, paragraph: Element | None) -> bool:
        """Return whether no style of a paragraph says anything by which its text might be hidden."""
        name = self._style_of(paragraph)
        if name not in self._quiet:
            self._quiet[name] = not any(_says(mark) for look in self._of_style(name) for mark in look)
        return self._quiet[name]

    def is_marked(self, run: Element) -> bool:
        """Return whether a run itself says anything that is more than how large its text is."""
        return run in self._marked

    def _style_of(self, paragraph: Element | None) -> str:
        return self._named.get(paragraph, "") or self._usual.get("paragraph", "")

    def is_unseen(self, run: Element) -> bool:
        """Return whether the text of a run cannot be seen."""
        looks = list(self._looks(run))
        if not looks:
            return False
        hidden = next((found for look in looks if (found := look.find("{*}vanish")) is not None), None)
        if hidden is not None and value(hidden) not in _OFF:
            return True
        size = next((text for look in looks if (text := value(look.find("{*}sz")))), "")
        if size.isdecimal() and int(size) <= _TINY:
            return True
        said = next((text for look in looks if (text := value(look.find("{*}color")))), "")
        colour = colour_of(said) if said != "auto" else None
        return colour is not None and are_alike(colour, self._ground(run, looks))

    def _looks(self, run: Element) -> Iterator[Element]:
        """Yield what sets a run, the nearest first: itself, its own style, the style of its paragraph."""
        own = run.find("{*}rPr")
        if own is not None:
            yield own
            yield from self._of_style(value(own.find("{*}rStyle")))
        yield from self._of_style(self._style_of(paragraph_of(run)))

    def _of_style(self, name: str) -> Iterator[Element]:
        for _ in range(_DEEPEST):
            style = self._styles.get(name)
            if style is None:
                return
            look = style.find("{*}rPr")
            if look is not None:
                yield look
            name = value(style.find("{*}basedOn"))

    def _ground(self, run: Element, looks: list[Element]) -> Colour | None:
        """Return the colour behind a run, None where a table's style lays one that may or may not be here."""
        for look in looks:
            marked = value(look.find("{*}highlight"))
            if marked and marked != "none":
                return _HIGHLIGHTS.get(marked)
            if (filled := _fill(look)) is not None:
                return filled
        for above in run.iterancestors():
            properties = above.find(f"{{*}}{tag_of(above)}Pr")
            filled = _fill(properties) if properties is not None else None
            if filled is not None:
                return filled
            if tag_of(above) == "tbl":
                style = self._styles.get(value(above.find("{*}tblPr/{*}tblStyle")))
                if style is not None and any(_filled(shade) is not None for shade in style.iter("{*}shd")):
                    return None
        return WHITE


def paragraph_of(element: Element) -> Element | None:
    """Return the paragraph an element stands in."""
    return next((above for above in element.iterancestors() if tag_of(above) == "p"), None)


def _says(mark: Element) -> bool:
    """Return whether a property may hide the text it is of, strike it out or raise it."""
    tag = tag_of(mark)
    if tag == "sz":
        size = value(mark)
        return size.isdecimal() and int(size) <= _TINY
    return tag in _TELLING


def _fill(properties: Element) -> Colour | None:
    shade = properties.find("{*}shd")
    return _filled(shade) if shade is not None else None


def _filled(shade: Element) -> Colour | None:
    fill = attribute(shade, "fill")
    return colour_of(fill) if fill not in {"", "auto"} else None
