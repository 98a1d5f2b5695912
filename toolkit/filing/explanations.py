"""What a clerk says about a finding that may be explained: whether it says anything, and the finding closed by it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.filing.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from toolkit.filing.findings import Finding

LEAST_EXPLANATION = 4  # characters without spaces and punctuation; fewer cannot name a reason
EXPLAINED = "explained"
COPIED_WORDS = "；这句说明和别的单位写的一样，不能算说明，请写本单位的原因"
# Said of every figure alike, so said of none. Longer texts made of these words alone say no more.
_EMPTY_WORDS = (
    "经", "已", "均", "再次", "本单位", "我局", "我单位", "认真", "核实", "核对", "确认", "检查", "数据", "情况",
    "填报", "上述", "以上", "属实", "无误", "准确", "正确", "真实", "确实如此", "没有问题", "无问题", "没问题",
    "没有", "无", "的", "是", "了", "为", "如实", "实际", "同上", "同前", "见上", "说明", "正常", "完毕", "过", "与",
    "和", "无异议", "台账", "一致", "按",
)  # fmt: skip


def bare(text: str) -> str:
    """Return a text without spaces, punctuation and symbols, by which two explanations are compared."""
    return "".join(character for character in text if unicodedata.category(character)[0] in "LN")


def says_something(text: str) -> bool:
    """Return whether an explanation names any reason: long enough, and more than words said of every figure alike."""
    said = bare(text)
    if len(said) < LEAST_EXPLANATION or len(set(said)) == 1:
        return False
    for word in sorted(_EMPTY_WORDS, key=len, reverse=True):
        said = said.replace(word, "")
    return bool(said)


def with_explanations(findings: Iterable[Finding], written: Callable[[Finding], str]) -> tuple[Finding, ...]:
    """Return the findings with what was said about them; a warning whose explanation says something is closed.

    `written` gives the explanation that stands outside the checks' own sheet, empty where there is none.
    """

    def explained(finding: Finding) -> Finding:
        said = finding.explanation or written(finding)
        if not said:
            return finding
        told = "" if finding.explanation else f"（填报人说明：{said}）"
        if finding.severity is not Severity.WARNING:
            return replace(finding, explanation=said, message=f"{finding.message}{told}")
        if says_something(said):
            return replace(finding, explanation=said, message=f"{finding.message}{told}", closed=EXPLAINED)
        return replace(finding, explanation=said, message=f"{finding.message}{told}；这句说明没有写出原因，请写具体")

    return tuple(map(explained, findings))
