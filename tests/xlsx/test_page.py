"""The page about the file format: its example runs, it names every module, and the folder knows no form."""

from __future__ import annotations

import ast
import io
import re

import openpyxl
from casebook import ROOT
from openpyxl.styles import Protection

FOLDER = ROOT / "toolkit" / "xlsx"
PAGE = (ROOT / "docs" / "xlsx.md").read_text(encoding="utf-8")


def a_workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active["B2"] = 12
    book.active["B2"].protection = Protection(locked=False)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "docs/xlsx.md", "exec"), {"data": a_workbook()})  # noqa: S102 - our own page


def test_every_module_is_on_the_page() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in FOLDER.glob("*.py") if path.name != "__init__.py")


def test_it_imports_nothing_of_ours_but_errors_and_files() -> None:
    ours = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("toolkit"):
                ours.add(node.module)
    assert {name for name in ours if not name.startswith("toolkit.xlsx")} <= {"toolkit.errors", "toolkit.files"}
