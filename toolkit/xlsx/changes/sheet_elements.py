"""Elements of a sheet part beside its cells: conditional formats, links, the drawing of notes; each in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.xlsx.parts import appended, replaced
from toolkit.xlsx.xmltree import escape_text, find_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

# The children of a worksheet, in the order the format demands.
_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
_CHILDREN = frozenset(_ORDER)
_PRIORITY = re.compile(rb'(<(?:\w+:)?cfRule\b[^>]*?\bpriority=")(\d+)(")')


@dataclass(frozen=True, slots=True)
class Condition:
    """A differential format (its number) that an area shows while a formula, without `=`, is true."""

    area: str
    formula: str
    format: int


def root_tag(xml: bytes, part: str) -> tuple[bytes, str]:
    """Return the opening tag of a sheet part and the prefix of its elements."""
    root = find_spans(xml, part, frozenset({"worksheet"}))[0]
    return xml[root.start : root.inner], root.prefix


def inserted(xml: bytes, part: str, tag: str, element: bytes) -> bytes:
    """Return a sheet part with an element put where its kind belongs, before those of its kind that are there."""
    spans = find_spans(xml, part, _CHILDREN | {"worksheet"})
    later = [span.start for span in spans[1:] if span.tag in _CHILDREN and _ORDER.index(span.tag) >= _ORDER.index(tag)]
    at = min(later, default=spans[0].close)
    return replaced(xml, [(at, at, element)])


def without_elements(xml: bytes, part: str, tag: str) -> bytes:
    """Return a sheet part without the elements of a kind."""
    return replaced(xml, [(span.start, span.end, b"") for span in find_spans(xml, part, frozenset({tag}))])


def with_conditions(xml: bytes, part: str, conditions: Sequence[Condition]) -> bytes:
    """Return a sheet part with conditional formats that go before all others, the first before the second."""
    numbers = [int(found[2]) for found in _PRIORITY.finditer(xml)]
    shift = max(0, len(conditions) + 1 - min(numbers)) if numbers else 0
    if shift:
        xml = _PRIORITY.sub(lambda found: found[1] + b"%d" % (int(found[2]) + shift) + found[3], xml)
    _, prefix = root_tag(xml, part)
    elements = [_element(condition, place, prefix) for place, condition in enumerate(conditions, 1)]
    return inserted(xml, part, "conditionalFormatting", "".join(elements).encode())


def _element(condition: Condition, priority: int, p: str) -> str:
    rule = (
        f'<{p}cfRule type="expression" dxfId="{condition.format}" priority="{priority}" stopIfTrue="1">'
        f"<{p}formula>{escape_text(condition.formula)}</{p}formula></{p}cfRule>"
    )
    return f'<{p}conditionalFormatting sqref="{condition.area}">{rule}</{p}conditionalFormatting>'


def without_conditions(xml: bytes, part: str, word: str) -> bytes:
    """Return a sheet part without the conditional formats whose formula contains a word."""
    spans = find_spans(xml, part, frozenset({"conditionalFormatting", "cfRule"}))
    rules = [span for span in spans if span.tag == "cfRule"]
    ours = {span.start for span in rules if word.encode() in xml[span.inner : span.close]}
    edits: list[tuple[int, int, bytes]] = []
    for home in (span for span in spans if span.tag == "conditionalFormatting"):
        mine = [rule for rule in rules if home.inner <= rule.start < home.close]
        gone = [rule for rule in mine if rule.start in ours]
        if gone and len(gone) == len(mine):
            edits.append((home.start, home.end, b""))
        else:
            edits += [(rule.start, rule.end, b"") for rule in gone]
    return replaced(xml, edits)


def with_link(xml: bytes, part: str, cell: str, location: str) -> bytes:
    """Return a sheet part with a link from a cell to a place in the workbook."""
    spans = find_spans(xml, part, frozenset({"hyperlinks", "worksheet"}))
    prefix = spans[0].prefix
    element = f'<{prefix}hyperlink ref="{cell}" location="{escape_text(location)}"/>'.encode()
    homes = [span for span in spans if span.tag == "hyperlinks"]
    if homes:
        return replaced(xml, [appended(homes[0], element)])
    tag = f"{prefix}hyperlinks".encode()
    return inserted(xml, part, "hyperlinks", b"<%s>%s</%s>" % (tag, element, tag))


def without_links(xml: bytes, part: str, word: str) -> bytes:
    """Return a sheet part without the links whose location contains a word."""
    spans = find_spans(xml, part, frozenset({"hyperlinks", "hyperlink"}))
    links = [span for span in spans if span.tag == "hyperlink"]
    gone = [span for span in links if word in span.attributes.get("location", "")]
    homes = [span for span in spans if span.tag == "hyperlinks"]
    whole = homes if gone and len(gone) == len(links) else gone
    return replaced(xml, [(span.start, span.end, b"") for span in whole])
