"""Values typed on a command line: turned as Typer turns them, without pydantic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from toolkit.cli.help import ChineseCommand
from toolkit.cli.on_demand import GROUPS, function_of
from toolkit.cli.values import is_plain

COMMANDS = [name for group in GROUPS.values() for name in group]
SEEN: dict[str, Any] = {}


def every_kind(  # noqa: PLR0913, PLR0917
    files: Annotated[list[Path] | None, typer.Argument()] = None,
    text: Annotated[str, typer.Option()] = "",
    number: Annotated[int | None, typer.Option()] = None,
    share: Annotated[int, typer.Option(min=1, max=9)] = 3,
    place: Annotated[Path, typer.Option()] = Path("甲"),
    to: Annotated[list[str] | None, typer.Option()] = None,
    pair: Annotated[tuple[str, int] | None, typer.Option()] = None,
    flag: Annotated[bool, typer.Option("--flag")] = False,  # noqa: FBT002
) -> None:
    """Take a parameter of every kind that commands have."""
    SEEN.update(files=files, text=text, number=number, share=share, place=place, to=to, pair=pair, flag=flag)


def app_of(**how: Any) -> typer.Typer:
    app = typer.Typer(add_completion=False)
    app.command(**how)(every_kind)
    return app


WRITTEN = [
    [],
    ["a.xlsx", "乙", "--flag"],
    ["--text", "", "--number", "-3", "--share", "9"],
    ["--number", " 12 ", "--place", "/", "--to", "docx", "--to", "html"],
    ["--pair", "甲", "7", "--text", "=1"],
]


@pytest.mark.parametrize("words", WRITTEN, ids=" ".join)
def test_values_are_what_typer_makes_of_them(words: list[str]) -> None:
    found = []
    for how in ({}, {"cls": ChineseCommand}):
        SEEN.clear()
        assert CliRunner().invoke(app_of(**how), words).exit_code == 0
        found.append(dict(SEEN))
    assert found[0] == found[1]
    assert [type(value) for value in found[0].values()] == [type(value) for value in found[1].values()]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--number", "x"], "应是整数"),
        (["--number", "1.5"], "应是整数"),
        (["--share", "0"], "应是 1 到 9 的整数"),
        (["--share", "10"], "应是 1 到 9 的整数"),
        (["--pair", "甲", "乙"], "应是整数"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_is_wanted(words: list[str], told: str) -> None:
    with pytest.raises(typer.BadParameter) as raised:
        get_command(app_of(cls=ChineseCommand)).main(words, standalone_mode=False)
    assert raised.value.message == told


@pytest.mark.parametrize("name", COMMANDS)
def test_every_parameter_of_every_command_is_plain(name: str) -> None:
    """One that is not would cost every run of its command pydantic, and its refusal the parser's English."""
    app = typer.Typer(add_completion=False)
    app.command()(function_of(name))
    assert [parameter.name for parameter in get_command(app).params if not is_plain(parameter)] == []
