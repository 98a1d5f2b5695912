"""What a page's styles say of its elements: whether their text can be seen, and which of them are laid out as a table.

Read are the style sheets inside the page and the styles of the elements, selectors of names, classes and ids among
them. Where a style cannot be known, the text can be seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.documents.sources.looks.colours import WHITE, are_alike, colour_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.documents.sources.looks.colours import Colour

Element = Any  # of lxml, which ships no types
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]|\{[^{}]*\})*\})")
_COMPOUND = re.compile(r"([a-z][\w-]*|\*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%|vw|ex|)", re.IGNORECASE)
_MOST_RULES = 3000
_MOST_KINDS = 20_000  # a page has some hundred
_SETTING = frozenset({"class", "style", "color", "bgcolor", "hidden"})  # attributes that say how an element is set
_TINY = {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "%": 10.0, "ex": 0.1, "vw": 0.05, "": 0.0}
_FAR = -500.0  # what stands so far to the left or above is outside of every screen


@dataclass(frozen=True, slots=True)
class _Rule:
    """One selector as steps from the outermost inwards, with what it states; `weight` orders rules as browsers do."""

    steps: tuple[tuple[str, frozenset[str], str], ...]
    stated: Mapping[str, str]
    weight: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Looks:
    """How the text of an element is set; what is inside it begins with the same."""

    colour: Colour | None = (0, 0, 0)
    ground: Colour | None = WHITE
    is_gone: bool = False  # whatever stands inside
    is_hidden: bool = False
    is_tiny: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    """What holds of every element set in the same way inside elements set in the same way."""

    stated: Mapping[str, str]
    looks: Looks
    is_alike: bool  # its text has the colour of its ground


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rules of a page's style sheets by what their last step asks for, and the kinds of elements met under them."""

    by_key: Mapping[str, Sequence[_Rule]]
    ids: frozenset[str]  # those that any step of a rule asks for
    kinds: dict[tuple[object, ...], _Kind]

    def rules_of(self, element: Element) -> list[_Rule]:
        """Return the rules that hold for an element, the weightiest last."""
        classes, id_ = (element.get("class") or "").split(), element.get("id") or ""
        keys = [tag_of(element), "*", *(f".{name}" for name in classes), *([f"#{id_}"] if id_ else [])]
        rules = (rule for key in keys for rule in self.by_key.get(key, ()))
        return sorted((rule for rule in rules if _fits(rule.steps, element)), key=lambda rule: rule.weight)

    def stated(self, element: Element) -> Mapping[str, str]:
        """Return what the sheets and the element itself state of it."""
        own = _declarations(element.get("style") or "")
        rules = self.rules_of(element) if self.by_key else []
        if not rules:
            return own
        found: dict[str, str] = {}
        for rule in rules:
            found.update(rule.stated)
        return {**found, **own}

    def kind(self, element: Element, above: _Kind | None) -> _Kind:
        """Return the kind of an element inside one of the kind `above`.

        Selectors ask for nothing but names, classes and ids of an element and of those around it: what all of them
        are decides, whatever page of the same sheets they stand in.
        """
        told = [(name, element.get(name)) for name in element.keys() if name in _SETTING]  # noqa: SIM118 - no mapping
        id_ = element.get("id") if self.ids else None
        key = (above, element.tag, id_ if id_ in self.ids else None, *told)
        known = self.kinds.get(key)
        if known is None:
            stated = self.stated(element)
            looks = _within(above.looks if above is not None else Looks(), element, stated)
            if len(self.kinds) >= _MOST_KINDS:
                self.kinds.clear()
            known = self.kinds[key] = _Kind(stated, looks, are_alike(looks.colour, looks.ground))
        return known


@lru_cache(maxsize=16)  # the pages of one site have the same sheets
def _sheet(text: str) -> _Sheet:
    found: dict[str, list[_Rule]] = {}
    ids: set[str] = set()
    for number, rule in enumerate(_rules(text)):
        name, classes, id_ = rule.steps[-1]
        key = f"#{id_}" if id_ else f".{min(classes)}" if classes else name
        found.setdefault(key, []).append(replace(rule, weight=(*rule.weight[:2], number)))
        ids |= {asked for _, _, asked in rule.steps}
    return _Sheet(found, frozenset(ids - {""}), {})


class Styles:
    """The styles of one page."""

    def __init__(self, root: Element) -> None:
        sheets = "\n".join(style.text or "" for style in root.iter("style"))
        self._sheet = _sheet(sheets)
        self._kinds: dict[Element, _Kind] = {}
        self._has_others = "@import" in sheets or any(
            "stylesheet" in (link.get("rel") or "") for link in root.iter("link")
        )

    def is_unseen(self, element: Element, text: str) -> bool:
        """Return whether a text of an element cannot be seen.

        Words in the colour of the paper may stand on a ground that a style sheet outside of the page lays; digits
        may be anybody's, and are left to somebody to look at.
        """
        kind = self._kind(element)
        looks = kind.looks
        if looks.is_gone or looks.is_hidden or looks.is_tiny:
            return True
        return kind.is_alike and (not self._has_others or any(sign.isdecimal() for sign in text))

    def stated(self, element: Element) -> Mapping[str, str]:
        """Return what style sheets and the element itself state of it, not what it takes from those around it."""
        return self._kind(element).stated

    def is_gone(self, element: Element) -> bool:
        """Return whether an element and whatever stands in it is no part of what is shown."""
        return self._kind(element).looks.is_gone

    def _kind(self, element: Element) -> _Kind:
        known = self._kinds.get(element)
        if known is None:
            above = element.getparent()
            inside = self._kind(above) if above is not None else None
            known = self._kinds[element] = self._sheet.kind(element, inside)
        return known


def tag_of(element: Element) -> str:
    """Return the name of an element, nothing for what is none."""
    tag = element.tag
    return tag.lower() if isinstance(tag, str) else ""


def _rules(text: str) -> Iterator[_Rule]:
    """Yield the rules of style sheets; those for paper or for narrow screens only are no part of the page."""
    plain = _AT_RULE.sub("", _COMMENT.sub("", text))
    for count, found in enumerate(_RULE.finditer(plain)):
        if count > _MOST_RULES:
            return
        stated = _declarations(found[2])
        for selector in found[1].split(",") if stated else ():
            steps = _steps(selector)
            if steps:
                names = sum(bool(name) for name, _, _ in steps)
                classes = sum(len(owned) for _, owned, _ in steps)
                ids = sum(bool(id_) for _, _, id_ in steps)
                yield _Rule(tuple(steps), stated, (ids * 100 + classes, names, 0))


def _steps(selector: str) -> Sequence[tuple[str, frozenset[str], str]]:
    """Return the steps of a selector, none where it says more than names, classes and ids."""
    steps = []
    for part in selector.replace(">", " ").split():
        found = _COMPOUND.fullmatch(part)
        if found is None:
            return ()
        marks = re.findall(r"[.#][\w-]+", found[2])
        classes = frozenset(mark[1:] for mark in marks if mark.startswith("."))
        id_ = next((mark[1:] for mark in marks if mark.startswith("#")), "")
        steps.append(((found[1] or "*").lower(), classes, id_))
    return steps


def _fits(steps: Sequence[tuple[str, frozenset[str], str]], element: Element) -> bool:
    if not _is_one(steps[-1], element):
        return False
    rest = list(steps[:-1])
    above = element.getparent()
    while rest and above is not None:
        if _is_one(rest[-1], above):
            rest.pop()
        above = above.getparent()
    return not rest


def _is_one(step: tuple[str, frozenset[str], str], element: Element) -> bool:
    name, classes, id_ = step
    return (
        name in {"*", tag_of(element)}
        and (not id_ or element.get("id") == id_)
        and (not classes or classes <= set((element.get("class") or "").split()))
    )


@lru_cache(maxsize=4096)
def _declarations(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.replace("!important", "").strip().lower()
    return found


def _within(above: Looks, element: Element, stated: Mapping[str, str]) -> Looks:
    """Return the looks of an element that stands in another."""
    if not stated and not element.attrib:
        return above
    visibility = stated.get("visibility", "")
    return Looks(
        _colour(above.colour, stated.get("color", ""), element.get("color") if tag_of(element) == "font" else None),
        _ground(above.ground, stated, element.get("bgcolor")),
        above.is_gone or _is_gone(element, stated),
        above.is_hidden if not visibility else visibility in {"hidden", "collapse"},
        _is_tiny(stated, above=above.is_tiny),
    )


def _colour(above: Colour | None, stated: str, attribute: str | None) -> Colour | None:
    said = stated if stated not in {"", "inherit"} else attribute
    return colour_of(said) if said else above


def _ground(above: Colour | None, stated: Mapping[str, str], attribute: str | None) -> Colour | None:
    if "(" in stated.get("background-image", "") or "(" in _without_colours(stated.get("background", "")):
        return None
    said = [stated[name] for name in ("background", "background-color") if name in stated] or [attribute or ""]
    words = [word for text in said for word in re.findall(r"[#\w-]+(?:\([^)]*\))?", text)]
    colours = [colour for word in words if word != "transparent" and (colour := colour_of(word)) is not None]
    return colours[-1] if colours else above


def _without_colours(text: str) -> str:
    return re.sub(r"rgba?\([^)]*\)", "", text)


def _is_gone(element: Element, stated: Mapping[str, str]) -> bool:
    """Return whether an element is taken out of the page, clear as glass, beside the screen or cut to nothing."""
    if element.get("hidden") is not None or stated.get("display") == "none" or stated.get("mso-hide") == "all":
        return True
    if _number(stated.get("opacity", "1")) == 0:
        return True
    if stated.get("position") in {"absolute", "fixed"}:
        clip = stated.get("clip", "").replace(" ", "") + stated.get("clip-path", "").replace(" ", "")
        if any(_number(stated.get(side, "0")) <= _FAR for side in ("left", "top")) or clip.startswith("rect(0"):
            return True
    sides = (stated.get(side, "") for side in ("width", "height", "max-height", "max-width"))
    is_cut = stated.get("overflow") == "hidden" and any(re.fullmatch(r"0|[01](\.\d+)?p[xt]", side) for side in sides)
    return is_cut or _number(stated.get("text-indent", "0")) <= _FAR


def _is_tiny(stated: Mapping[str, str], *, above: bool) -> bool:
    said = stated.get("font-size") or stated.get("font", "")
    found = _LENGTH.search(said)
    if found is None:
        return above
    is_relative = found[2] in {"em", "%", "ex"}
    return float(found[1]) <= _TINY.get(found[2], 0.0) or (is_relative and above)


def _number(text: str) -> float:
    found = re.match(r"-?\d*\.?\d+", text)
    return float(found[0]) if found else 1.0
