"""The command line: parse, call one function, print, exit. A command imports the heavy libraries it needs itself."""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from toolkit.cli.arguments import spread_formats
from toolkit.cli.greeting import greeting, installed_version
from toolkit.cli.help import HELP_OPTIONS
from toolkit.cli.on_demand import ChineseGroup
from toolkit.cli.usage import usage_sentence
from toolkit.errors import INTERRUPTED, ToolkitError

CLEAN, FINDINGS, CANNOT_PROCEED = 0, 1, 2
_INTERRUPTED = 130  # what Typer makes of Ctrl+C

app = typer.Typer(
    name="xxgk",
    cls=ChineseGroup,
    help="政府信息公开年报：生成报表、核对、汇总、出报告。",
    context_settings=HELP_OPTIONS,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def begin(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="显示版本。")] = False,
) -> None:
    """政府信息公开年报：生成报表、核对、汇总、出报告。"""
    if version:
        typer.echo(f"xxgk-toolkit {installed_version()}")
    elif context.invoked_subcommand is None:
        typer.echo(greeting())


FORMATS = ("docx", "html", "pdf", "txt", "md", "json", "csv", "fragment", "xlsx")  # every word that may follow --to

# Typer's own base of everything wrong on a command line; it has no public name of its own.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def main() -> None:
    """Run `xxgk`. Whatever goes wrong is one Chinese sentence on stderr and exit code 2, never a traceback."""
    _let_any_text_through()
    try:
        code = app(spread_formats(sys.argv[1:], FORMATS), standalone_mode=False)
        code = _stop(INTERRUPTED) if code == _INTERRUPTED else code
    except ToolkitError as error:
        code = _stop(str(error))
    except UsageError as error:
        code = _stop(usage_sentence(error))
    except (typer.Abort, KeyboardInterrupt):
        code = _stop(INTERRUPTED)
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLEAN
    except Exception as error:  # a defect of ours: say so and keep the trace for those who ask for it
        if os.environ.get("XXGK_DEBUG"):
            raise
        code = _stop(f"程序内部出错（{type(error).__name__}：{error}）。请把这一行和所用的命令告诉维护者。")
    sys.exit(code or CLEAN)


def _stop(message: str) -> int:
    typer.echo(message, err=True)
    return CANNOT_PROCEED


def _let_any_text_through() -> None:
    """Print a question mark for what a terminal cannot show; a name it does not know is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
