"""The commands by the day of work they belong to; a command's module is imported when that command is called."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from toolkit.cli.help import HELP_OPTIONS, ChineseCommand, group_help
from toolkit.cli.values import with_plain_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping

# In the order of the help: each command, and the module of `toolkit.cli.commands` it stands in.
GROUPS: Mapping[str, Mapping[str, str]] = {
    "一份报表": {
        "template": "one_workbook",
        "fill": "one_workbook",
        "check": "one_workbook",
        "mark": "one_workbook",
        "read": "documents",
        "migrate": "one_workbook",
        "report": "one_workbook",
    },
    "一轮年报（很多单位）": {
        "desk": "desk",
        "init": "round",
        "issue": "round",
        "collect": "round",
        "status": "results",
        "remind": "results",
        "accept": "decisions",
        "withdraw": "decisions",
        "review": "decisions",
        "return": "decisions",
        "waive": "decisions",
        "merge": "results",
        "why": "results",
        "freeze": "decisions",
        "sign": "paperwork",
        "published": "paperwork",
        "history": "decisions",
        "shards": "results",
        "total": "results",
    },
    "公布": {
        "publish": "publication",
        "errata": "publication",
        "compare": "publication",
        "assess": "publication",
        "audit": "documents",
    },
    "示范和查询": {"demo": "demo", "forms": "lookup", "explain": "lookup", "rules": "lookup", "doctor": "lookup"},
}
_MODULES = {name: module for group in GROUPS.values() for name, module in group.items()}


class ChineseGroup(TyperGroup):
    """All commands together. Which there are is known at once; one is made when it is asked for."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = cast("MutableMapping[str, Any]", _Commands())  # nobody adds to it

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, that of the help text among them."""
        return with_plain_values(super().get_params(ctx))

    def get_help(self, ctx: Any) -> str:  # noqa: ARG002 (the parser's own signature)
        """Return the list of all commands."""
        groups = {
            title: {name: inspect.getdoc(function_of(name)) or "" for name in group} for title, group in GROUPS.items()
        }
        return group_help(self.help or "", groups)


class _Commands(Mapping[str, Any]):
    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _command(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


def function_of(name: str) -> Callable[..., None]:
    """Return the function that is a command.

    Raises:
        KeyError: there is no such command.
    """
    module = import_module(f"toolkit.cli.commands.{_MODULES[name]}")
    function: Callable[..., None] = getattr(module, f"{name}_" if iskeyword(name) else name)
    return function


def _command(name: str) -> Any:
    """Return a command as Typer makes it of a program that has no other."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(name, cls=ChineseCommand, context_settings=HELP_OPTIONS)(function_of(name))
    return get_command(alone)
