"""What is to be done is said for the pages: no sentence a page can show names a command or one of its options."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from casebook import ROOT

from toolkit.desk.remedies import here

if TYPE_CHECKING:
    from collections.abc import Iterator

MENTION = re.compile(r"xxgk [a-z]|(?<![\w-])--[a-z]")
# Whose sentences a page may show: all below the command line, but what is for a terminal, a file or a machine.
FLOORS = ("campaign", "workbook", "filing", "form", "report", "documents", "xlsx", "audit")
ELSEWHERE = {
    "campaign/board/made_of.py",  # a heading of the terminal; the page has its own
    "campaign/board/questions.py",  # the last line of a question, which the page leaves out
    "campaign/round/workers.py",  # several machines are for commands alone
    "form/registry.py",  # a note in a folder
    "report/html.py",  # a style
    "report/readiness.py",  # what `xxgk doctor` tells
    "documents/sources/converting.py",  # how LibreOffice is called
    "campaign/merge/shards.py",  # many rounds together are for commands alone
    "campaign/merge/shard_totals.py",
}


def sentences(source: str) -> Iterator[str]:
    """Yield every text of a module that is no docstring; what is filled in stands as 某."""
    tree = ast.parse(source)
    parts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            parts |= set(map(id, node.values))
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "某" for one in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def mentioning() -> Iterator[tuple[str, str]]:
    for floor in FLOORS:
        for path in sorted((ROOT / "toolkit" / floor).rglob("*.py")):
            name = path.relative_to(ROOT / "toolkit").as_posix()
            if name not in ELSEWHERE:
                told = sentences(path.read_text(encoding="utf-8"))
                yield from ((name, said) for said in told if MENTION.search(said))


def test_no_sentence_a_page_can_show_names_a_command() -> None:
    told = list(mentioning())
    assert len(told) > 20
    # A bare option is whom a fault is laid to: it begins the sentence.
    left = {said: shown for _, said in told if MENTION.search(shown := here(f"{said}：" if " " not in said else said))}
    assert left == {}


def test_definitions_name_no_command() -> None:
    for path in (ROOT / "workbook_templates").rglob("*.toml"):
        assert not MENTION.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("--why：作废要写明原因，例如 --why 交错了", "原因：作废要写明原因，例如“交错了”"),
        (
            "签发：要写明校验码、签发人和日期：--code 123-4567 --signer 张三 --date 年-月-日",
            "签发：要写明校验码、签发人和日期",
        ),
        ("本机上的 收件（xxgk collect）（进程 7）正在使用", "本机上的 收件（进程 7）正在使用"),
        ("甲局：数不对，应为 3", "甲局：数不对，应为 3"),
        ("“requests.new.total=x”：应写成“字段=数”，例如 a.b.c=12", "“改成”里要填数，现在是“x”"),
    ],
)
def test_a_remedy_names_what_the_page_has(said: str, shown: str) -> None:
    assert here(said) == shown
