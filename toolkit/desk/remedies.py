"""What is to be done, said for the pages: sentences that name a command or its option name the button or field instead.

The rest of the toolkit says every remedy once, as a command. That mention is unmistakable, so it is found and replaced;
a test holds that no sentence a page can show is left with one.
"""

from __future__ import annotations

import re

# What is said of a command, and what is said on a page; the first that fits a place is taken, whole clauses first.
_WAYS = tuple(
    (re.compile(said, re.MULTILINE), here)
    for said, here in (
        (r"（xxgk [a-z]+）", ""),  # beside the name of the work itself
        (r"^--why：", "原因："),
        (r"例如 --why ([^\s；。）]+)", r"例如“\1”"),
        (r"：(?:--[a-z]+ [^\s-]\S* ?)+", ""),  # what a form asks for anyway
        (r"做过什么见 xxgk history", "做过什么，见那里的“做过什么”"),
        (r"请加 --version，各份的序号见 xxgk history", "请在“由你定”里选“哪一份”"),
        (r"请加 --undo", "请在“由你定”里撤销"),
        (r"的加 --force", "的，勾选“有人改过的也覆盖”"),
        (r"，也可以加 --workers 1", ""),
        (
            r"先用 xxgk freeze --undo --why 原因 解除封存",
            "先解除封存：封存一家的在它的页上“由你定”里，封存一轮的在“进度”页最下面",
        ),
        (r"；收件时知道是哪个机关的，用 xxgk collect 文件夹 --as 代码 文件", ""),
        (r"请用 --organ 写明机关名称再读", "知道是哪个机关的，在“归不了的文件”里归到这一家"),
        (r"请用 --year 写明报告年度再读", "就是这一年的，在“归不了的文件”里归到这一家"),
        (r"请用 --year 写明", "请在文件里写明再送来"),
        (r"接受用 xxgk accept，不用的用 xxgk withdraw 作废", "要用的点“计入这一份”，不用的点“作废这一份”"),
        (r"用 xxgk accept 接受", "点“计入这一份”接受"),
        (r"请先用 xxgk collect 收取报表", "请先收件"),
        (r"用 xxgk init 建立", "在开头的页上“用名册开始一轮”"),
        (r"见 xxgk rules", "见“规则”页"),
        (r"用 xxgk check 核对", "核对"),
        (
            r"用 xxgk migrate 把这份报表转成现在的表式，填的数都会带过去，再补填",
            "在这一家的页上下载“转成现在的表式”的一份，填的数都带过去了，请填报人补填",
        ),
        (r"用 xxgk migrate 转换时会逐项列出", "在这一家的页上可以下载“转成现在的表式”的一份"),
        (r"“[\w.]+=(.*)”：应写成“字段=数”，例如 \S+", r"“改成”里要填数，现在是“\1”"),
        (r"（用 xxgk forms \S+ --json 查看全部字段）", ""),
        (r"（用 xxgk explain 查看全部）", "（见“规则”页）"),
    )
)


def here(text: object) -> str:
    """Return a sentence as a page says it; one that names no command is returned as it is."""
    said = str(text)
    for mention, on_the_page in _WAYS:
        said = mention.sub(on_the_page, said)
    return said
