"""Bar charts as small SVG for web pages: real text, every number as a label and once more in the description.

Lengths are whole units of the drawing, which is as wide as a phone and grows to a readable line on a desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from toolkit.filing.findings import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.form.values import Figure

WIDTH = 400
SIZE = 14  # of the type
_LINE = 20  # from one line of text to the next
_BAR = 18
_GAP, _BETWEEN, _AIR = 4, 12, 8  # under a bar, between two groups of bars, beside a label
_WIDEST_LABEL = 150
# Each at least 4.5:1 on white; the first two also tell apart in grey.
COLOURS = ("#1f4e79", "#b8500c")
INK, AXIS = "#1a1a1a", "#5f6b76"


@dataclass(frozen=True, slots=True)
class Group:
    """What stands beside one label: a figure for every series, None where there is none."""

    label: str
    figures: tuple[Figure | None, ...]


def bar_chart(key: str, title: str, groups: Sequence[Group], *, series: Sequence[str] = (), unit: str = "") -> str:
    """Return horizontal bars as one `<svg role="img">`, longest bar across the width, figures at their ends.

    Args:
        key: what the ids inside begin with; another for every chart of a page.
        title: said and shown above the bars.
        groups: one label each, top to bottom; negative figures have a label and no bar.
        series: what the figures of a group are, at most two; shown beside them when there are several.
        unit: what the figures count.
    """
    body, height = _body(groups, series)
    shown = f"{title}（单位：{unit}）" if unit else title
    described = "；".join(_sentence(group, series, unit) for group in groups)
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="{SIZE}">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(described)}。</desc>'
        f"{_text(0, SIZE, shown, weight='bold')}{body}</svg>"
    )


def _body(groups: Sequence[Group], series: Sequence[str]) -> tuple[str, int]:
    left = min(max(map(text_width, (group.label for group in groups)), default=0), _WIDEST_LABEL) + _AIR
    most = max((figure for group in groups for figure in group.figures if figure is not None), default=0)
    ends = [_ending(figure, name) for group in groups for figure, name in _pairs(group, series)]
    room = WIDTH - left - max(map(text_width, ends), default=0) - 6
    parts, top = [], _LINE + _BETWEEN
    for group in groups:
        lines = wrap(group.label, left - _AIR)
        for number, line in enumerate(lines):
            parts.append(_text(left - _AIR, top + SIZE + number * _LINE, line, anchor="end"))
        for number, (figure, name) in enumerate(_pairs(group, series)):
            length = max(0, int(figure * room // most)) if figure is not None and most > 0 else 0
            parts.append(_bar(left, top + number * (_BAR + _GAP), length, COLOURS[number], _ending(figure, name)))
        top += max(len(group.figures) * (_BAR + _GAP), len(lines) * _LINE) + _BETWEEN - _GAP
    axis = f'<line x1="{left}" y1="{_LINE + 4}" x2="{left}" y2="{top}" stroke="{AXIS}" stroke-width="1"/>'
    return "".join(parts) + axis, top + 4


def _bar(x: int, y: int, length: int, colour: str, end: str) -> str:
    drawn = f'<rect x="{x}" y="{y}" width="{length}" height="{_BAR}" fill="{colour}"/>'
    return drawn + _text(x + length + 5, y + SIZE, end)


def _pairs(group: Group, series: Sequence[str]) -> Iterator[tuple[Figure | None, str]]:
    names = series if len(series) > 1 else [""] * len(group.figures)
    yield from zip(group.figures, names, strict=True)


def _ending(figure: Figure | None, name: str) -> str:
    said = "没有数" if figure is None else show(figure)
    return f"{said}（{name}）" if name else said


def _sentence(group: Group, series: Sequence[str], unit: str) -> str:
    told = (f"{name} " * bool(name) + _with_unit(figure, unit) for figure, name in _pairs(group, series))
    return f"{group.label} {'，'.join(told)}"


def _with_unit(figure: Figure | None, unit: str) -> str:
    return _ending(figure, "") if figure is None or not unit else f"{show(figure)} {unit}"


def _text(x: int, y: int, text: str, *, anchor: str = "start", weight: str = "normal") -> str:
    attributes = f'x="{x}" y="{y}" fill="{INK}" text-anchor="{anchor}" font-weight="{weight}"'
    return f"<text {attributes}>{escape(text)}</text>"


def text_width(text: str) -> int:
    """Return about how wide a text is drawn: an em for a Chinese character, a little over half for others."""
    return sum(56 if char.isascii() else 100 for char in text) * SIZE // 100


def wrap(text: str, width: int) -> tuple[str, ...]:
    """Return a text in lines no wider than `width`, broken anywhere, as Chinese may be."""
    lines = [""]
    for char in text:
        if lines[-1] and text_width(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    return tuple(lines)
