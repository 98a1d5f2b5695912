"""The help texts, in Chinese throughout: the parser's own frame around them is English.

A command's docstring is what it does, then `例：` and a command line that runs as written.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from toolkit.cli.values import with_plain_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

EXAMPLE = "例："
HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}
_COLUMN = 18


class ChineseCommand(TyperCommand):
    """A command whose help is what it does, how it is written, its parameters and an example."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, that of the help text among them."""
        return with_plain_values(super().get_params(ctx))

    def get_help(self, ctx: Any) -> str:
        """Return the whole help text."""
        text, example = said_and_example(self.help or "")
        return "\n".join(_command_lines(ctx, self, text, example))


def said_and_example(docstring: str) -> tuple[str, str]:
    """Return what a command's docstring says and the example at its end; either may be empty."""
    text, _, example = docstring.partition(EXAMPLE)
    return text.strip(), example.strip()


def group_help(said: str, groups: Mapping[str, Mapping[str, str]]) -> str:
    """Return the list of all commands: under each day of work their names, each with the docstring of its function."""
    return "\n".join(_group_lines(said, groups))


def _group_lines(said: str, groups: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield said
    yield ""
    yield "用法：xxgk 命令 …　　看一个命令的用法：xxgk 命令 -h　　看版本：xxgk --version"
    for title, commands in groups.items():
        yield f"\n{title}"
        yield from _table((name, said_and_example(text)[0].split("\n")[0]) for name, text in commands.items())


def _command_lines(ctx: Any, command: Any, said: str, example: str) -> Iterator[str]:
    options = [param for param in command.get_params(ctx) if param.param_type_name == "option"]
    arguments = [param for param in command.get_params(ctx) if param.param_type_name == "argument"]
    needed = [f"{_longest(param)} {param.metavar}" for param in options if param.required]
    words = [str(param.metavar or param.name) for param in arguments]
    yield f"{ctx.command_path}：{said}"
    yield ""
    yield f"用法：{' '.join([ctx.command_path, *words, *needed, '[选项]'])}"
    if arguments:
        yield "\n要给的"
        yield from _table((str(param.metavar), _told(param)) for param in arguments)
    yield "\n选项"
    yield from _table((_spelling(param), _told(param)) for param in options)
    if example:
        yield f"\n{EXAMPLE}{example}"


def _spelling(param: Any) -> str:
    if "--help" in param.opts:
        return ", ".join(sorted(param.opts, key=len))
    metavar = "" if param.is_flag else f" {param.metavar or ''}"
    return f"{', '.join(sorted(param.opts, key=len))}{metavar}".rstrip()


def _told(param: Any) -> str:
    if "--help" in param.opts:
        return "显示这段说明。"
    needed = "必写。" if param.required and param.param_type_name == "option" else ""
    return f"{needed}{param.help or ''}"


def _longest(param: Any) -> str:
    return str(max(param.opts, key=len))


def _table(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    entries = list(rows)
    widest = max((_width(head) for head, _ in entries), default=0)
    column = max(widest + 2, _COLUMN) if widest < 2 * _COLUMN else _COLUMN
    for head, text in entries:
        if _width(head) + 2 > column:
            yield f"  {head}"
            yield f"  {' ' * column}{text}"
        else:
            yield f"  {head}{' ' * (column - _width(head))}{text}"


def _width(text: str) -> int:
    """Return how many columns a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
