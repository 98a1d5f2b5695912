"""What is typed on a command line as text, whole numbers and paths, without more than Python itself.

Typer has pydantic turn it, which takes longer to import than Typer itself. Whatever else a parameter is stays with it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin

import typer

_PLAIN = frozenset({str, int, Path, bool})  # a flag comes as a bool, or not at all


def with_plain_values(parameters: list[Any]) -> list[Any]:
    """Return parameters, those of plain kinds turning values themselves: single ones, several, a fixed number."""
    for parameter in parameters:
        if is_plain(parameter):
            parameter.get_runtime_param = partial(_PlainValue, parameter.type_descriptor)
    return parameters


def is_plain(parameter: Any) -> bool:
    """Return whether we can turn a parameter's values; a Typer that needs no pydantic does not ask us to."""
    annotation = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    return set(get_args(annotation) if get_origin(annotation) in {list, tuple} else [annotation]) <= _PLAIN


class _PlainValue:
    """What Typer asks for a parameter's value."""

    def __init__(self, descriptor: Any) -> None:
        self._annotation, self._info = descriptor.annotation, descriptor.parameter_info

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return what was typed as what the command takes."""
        kinds, several = get_args(self._annotation), get_origin(self._annotation)
        try:
            if several is list:
                return [kinds[0](one) for one in value or ()]
            if value is None:
                return None
            if several is tuple:
                return tuple(kind(one) for kind, one in zip(kinds, value, strict=True))
            return self._within(self._annotation(value))
        except ValueError as error:
            raise typer.BadParameter(self._wanted(), ctx=ctx, param=param) from error

    def _within(self, value: Any) -> Any:
        least, most = self._info.min, self._info.max
        if (least is not None and value < least) or (most is not None and value > most):
            raise ValueError(value)
        return value

    def _wanted(self) -> str:
        least, most = self._info.min, self._info.max
        if least is None:
            return "应是整数"
        return f"应是不小于 {least} 的整数" if most is None else f"应是 {least} 到 {most} 的整数"
