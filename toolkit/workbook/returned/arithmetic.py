"""The result of a formula somebody typed into an input, where it can be worked out from the file itself.

Signs, brackets, numbers, cells and SUM of cells: what clerks type. What is stored may be of an earlier
state of the file, so a result that can be worked out is, and else the stored one stands.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from toolkit.xlsx.package import Cell, Package

LONGEST = 200
_DEPTH = 4  # formulas that stand on formulas
_RANGE_LIMIT = 200
_SUM = re.compile(r"SUM\(([^()]*)\)", re.IGNORECASE)
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_PLAIN = re.compile(r"[\d\s.+\-*/()]+")
_KEPT = 15


def worked_out(cell: Cell, package: Package, sheet: str) -> Cell:
    """Return the cell with its formula's result worked out, or as it is where there is none or it cannot be."""
    if not cell.formula:
        return cell
    result = _result(cell.formula, package, sheet, _DEPTH)
    if result is None:
        return cell
    return replace(cell, value=int(result) if result == result.to_integral_value() else result, type="n", cached=True)


def _result(formula: str, package: Package, sheet: str, depth: int) -> Decimal | None:
    if len(formula) > LONGEST or depth == 0 or "!" in formula or "[" in formula:
        return None
    try:
        summed = _SUM.sub(lambda found: _sum(found[1], package, sheet, depth), formula)
        filled = _REFERENCE.sub(lambda found: _one(found, package, sheet, depth), summed)
        return _evaluated(filled) if _PLAIN.fullmatch(filled) else None
    except (SyntaxError, ValueError, InvalidOperation, DivisionByZero, RecursionError, WorkbookError):
        return None


def _sum(arguments: str, package: Package, sheet: str, depth: int) -> str:
    total = Decimal(0)
    for argument in arguments.split(","):
        found = _REFERENCE.fullmatch(argument.strip())
        total += sum(_cells(found, package, sheet, depth)) if found else Decimal(argument.strip())
    return f"({total:f})"


def _one(found: re.Match[str], package: Package, sheet: str, depth: int) -> str:
    if found[3]:
        raise ValueError(found[0])
    (value,) = _cells(found, package, sheet, depth)
    return f"({value:f})"


def _cells(found: re.Match[str], package: Package, sheet: str, depth: int) -> list[Decimal]:
    first, last = f"{found[1]}{found[2]}", f"{found[3] or found[1]}{found[4] or found[2]}"
    (top, left), (bottom, right) = split_address(first), split_address(last)
    if (bottom - top + 1) * (right - left + 1) > _RANGE_LIMIT:
        raise ValueError(found[0])
    rows, columns = range(top, bottom + 1), range(left, right + 1)
    return [_value(f"{column_letters(column)}{row}", package, sheet, depth) for row in rows for column in columns]


def _value(address: str, package: Package, sheet: str, depth: int) -> Decimal:
    cell = package.cells(sheet).get(address)
    if cell is None:
        return Decimal(0)
    if cell.formula or cell.shared:
        result = _result(cell.formula, package, sheet, depth - 1)
        if result is None:
            raise ValueError(address)
        return result
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | Decimal | None):
        raise ValueError(address)  # noqa: TRY004 (caught above with the rest: not worked out)
    return Decimal(cell.value or 0)


def _evaluated(text: str) -> Decimal:
    """Return what signs and numbers give, at the fifteen digits a sheet keeps."""
    result = _walk(ast.parse(text.strip(), mode="eval").body)
    return round(result, _KEPT - 1 - max(result.adjusted(), 0)).normalize() if result else result


def _walk(node: ast.expr) -> Decimal:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Decimal(repr(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        inner = _walk(node.operand)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        left, right = _walk(node.left), _walk(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            return left / right
    raise ValueError(ast.dump(node))
