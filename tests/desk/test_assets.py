"""What the pages are made of works in a browser of five years ago: Chromium 86, as offices still have it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import toolkit.campaign.sendback.receipt_pages
import toolkit.desk

DESK = Path(toolkit.desk.__file__).parent
PAGES = Path(toolkit.campaign.sendback.receipt_pages.__file__).parent / "templates"
# Each with the first Chromium that knows it. What an older one passes over without harm is not listed (accent-color).
NEWER_STYLES = {
    r":has\(": 105, r":is\(": 88, r":where\(": 88, r":not\([^)]*,": 88, r"@container": 105, r"@layer": 99,
    r"@scope": 118, r"@starting-style": 117, r"\b\d+(?:dvh|svh|lvh|dvw|svw|cqw|cqi)\b": 108, r"\binset\s*:": 87,
    r"\binset-(?:inline|block)": 87, r"\baspect-ratio\s*:": 88, r"color-mix\(": 111, r"\b(?:oklch|lab|lch)\(": 111,
    r"\bsubgrid\b": 117, r"\btext-wrap\s*:": 114, r"\boverflow\s*:\s*clip": 90, r"(?:^|[{;}])\s*&": 112,
    r"\bfield-sizing\b": 123, r"\blight-dark\(": 123, r"\bscrollbar-(?:color|width|gutter)\b": 94,
}  # fmt: skip
NEWER_SCRIPT = {
    r"\.at\(": 92, r"\bstructuredClone\b": 98, r"\bObject\.hasOwn\b": 93, r"\.findLast(?:Index)?\(": 97,
    r"\.to(?:Sorted|Reversed|Spliced)\(": 110, r"\bObject\.groupBy\b": 117, r"\brandomUUID\b": 92,
    r"\.replaceAll\(": 85,
    r"(?:\?\?|\|\||&&)=": 85, r"\bshowPicker\b": 99, r"\bpopover\b": 114, r"\bAbortSignal\.timeout\b": 103,
    r"\bsetHTML\b": 105, r"\bArray\.fromAsync\b": 121, r"\bPromise\.(?:any|withResolvers)\b": 85, r"\d_\d": 75,
}  # fmt: skip
NEWER_MARKUP = {
    r"\bpopover\b": 114,
    r"\binert\b": 102,
    r"<search\b": 118,
    r"\bcommandfor\b": 135,
    r"<selectlist\b": 119,
}


def newer(text: str, features: dict[str, int]) -> list[str]:
    return [feature for feature in features if re.search(feature, text, re.MULTILINE)]


def styles_in(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text if path.suffix == ".css" else "\n".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))


def without_comments(path: Path) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"[^\"\n]*\"", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize(
    "path", [*DESK.glob("assets/*.css"), *DESK.glob("templates/*.html"), *PAGES.glob("*")], ids=lambda path: path.name
)
def test_styles_are_understood_by_an_old_browser(path: Path) -> None:
    assert newer(styles_in(path), NEWER_STYLES) == []


@pytest.mark.parametrize("path", [*DESK.glob("assets/*.js")], ids=lambda path: path.name)
def test_script_runs_in_an_old_browser(path: Path) -> None:
    assert newer(without_comments(path), NEWER_SCRIPT) == []


@pytest.mark.parametrize("path", [*DESK.glob("templates/*.html"), *PAGES.glob("*")], ids=lambda path: path.name)
def test_pages_use_no_element_or_attribute_an_old_browser_passes_over(path: Path) -> None:
    assert newer(path.read_text(encoding="utf-8"), NEWER_MARKUP) == []


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("a:has(b) { }", NEWER_STYLES),
        (".a { &:hover { } }", NEWER_STYLES),
        ("main { height: 100dvh; }", NEWER_STYLES),
        ("li:not(.a, .b) { }", NEWER_STYLES),
        ("list.at(-1)", NEWER_SCRIPT),
        ("a ??= b", NEWER_SCRIPT),
        ('<div popover id="a">', NEWER_MARKUP),
    ],
)
def test_what_is_newer_is_noticed(text: str, features: dict[str, int]) -> None:
    assert newer(text, features) != []
