"""What is wrong with a command line, in Chinese: the parser's own sentences are English."""

from __future__ import annotations

import re
from typing import Any

from toolkit.errors import nearest

_QUOTED = re.compile(r"'([^']*)'")
_IN_BRACKETS = re.compile(r" \(([^()]*)\)[^()]*$")


def usage_sentence(error: Exception) -> str:
    """Return the sentence for a usage error of the parser, naming the command, option or argument at fault."""
    kinds = {
        "MissingParameter": _missing,
        "NoSuchOption": _no_option,
        "BadOptionUsage": lambda error: f"选项 {error.option_name} 后面缺少内容",
        "BadParameter": _bad_value,
    }
    said = kinds.get(type(error).__name__, _other)(error)
    return f"命令写得不对：{said}。用 xxgk --help 查看用法。"


def _missing(error: Any) -> str:
    return f"缺少 {_name(error.param)}"


def _no_option(error: Any) -> str:
    return f"没有 {error.option_name} 这个选项{nearest(error.option_name, error.possibilities or ())}"


def _bad_value(error: Any) -> str:
    wanted = "应是整数" if "integer" in error.message else error.message  # the parser's words, or ours
    return f"{_name(error.param)} 的值不对{'' if wanted.isascii() else f'，{wanted}'}"


def _other(error: Any) -> str:
    """Return what the parser has no class of its own for: an unknown command, or more arguments than are taken."""
    commands = getattr(error.cmd, "commands", None)
    word = _QUOTED.search(error.message)
    if commands is not None and word is not None:
        return f"没有 {word[1]} 这个命令{nearest(word[1], commands)}"
    rest = _IN_BRACKETS.search(error.message)
    return f"多写了 {rest[1]}" if rest is not None else str(error.message)


def _name(param: Any) -> str:
    """Return a parameter as its help calls it: an option by its longest spelling, an argument by its Chinese name."""
    longest = max(param.opts, key=len)
    return str(longest if longest.startswith("-") else param.metavar or longest)
