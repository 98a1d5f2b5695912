"""Findings about the prose of a workbook that came back: where it stood, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.catalogue.entry import Entry, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

PROSE: Mapping[str, Entry] = {
    "prose_elsewhere": Entry(
        Severity.NOTE,
        "段落写在别的格里",
        "“{section}”的 {cell} 不是填段落的格，里面的文字已按一段读取：“{text}”",
        "不影响读取；请尽量写在“内容”一栏，每行一段。",
        "文字写在别处，打印和报告里容易漏掉。",
        "在两段之间插入了一行。",
    ),
    "prose_not_read": Entry(
        Severity.ERROR,
        "有一段文字不知道放在哪里",
        "“{section}”的 {cell} 有一段文字没有读进去：“{text}”",
        "请把它移到“内容”一栏，每行一段；不要的请删掉。",
        "只有“内容”一栏的文字会进入报告。",
        "把一段话写在了正文右边的空格里。",
    ),
    "prose_is_formula": Entry(
        Severity.ERROR,
        "文字格里是公式或错误值",
        "“{section}”的 {cell} 应是文字，现在是 {text}，没有读进去",
        "请直接输入这一段文字；以“=”“-”开头的，前面加一个单引号。",
        "公式算出的不是写好的句子，错误值会原样印进报告。",
        "以“-”开头的一段被当成公式，显示成 #NAME?。",
    ),
    "text_in_shape": Entry(
        Severity.ERROR,
        "文字写在文本框里",
        "文本框里的文字没有读进去：“{text}”",
        "请把它移到“内容”一栏，每行一段，删掉文本框。",
        "文本框浮在格子上面，不属于任何一格。",
        "插入了一个文本框写补充说明。",
    ),
}
