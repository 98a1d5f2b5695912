"""What is wrong with a text that is no TOML, in Chinese: the parser's own sentences are English."""

from __future__ import annotations

import re

_PLACE = re.compile(r"at line (\d+), column (\d+)")
_REASONS = (
    (("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate"), "同一个名称写了两次"),
    (("Unterminated string", "Expected '\"", "Illegal character"), "引号没有配对，或有不该出现的字符"),
    (("Expected '='", "after a key"), "名称后面缺少等号"),
    (("Unclosed", "Expected ']"), "方括号没有配对"),
    (("Expected newline",), "一行里多写了内容"),
)


def toml_mistake(error: Exception, text: str) -> str:
    """Return what the parser found wrong in `text`, with its line and column."""
    said = str(error)
    place = _PLACE.search(said)
    at = f"第 {place[1]} 行第 {place[2]} 列" if place else f"文件末尾（第 {len(text.splitlines())} 行）"
    reason = next((reason for signs, reason in _REASONS if any(sign in said for sign in signs)), "写法不对")
    return f"不是合格的 TOML，{at}：{reason}"
