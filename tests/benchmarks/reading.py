"""What reading one filled workbook costs, against its limit (inflate, parse with no handlers) and against openpyxl.

Run: python tests/benchmarks/reading.py [FILE.xlsx] [ROUNDS]. The order is shuffled in each round; medians of one run
only compare with each other. Without a file, a workbook of the usual shape is written first.
"""

from __future__ import annotations

import gc
import io
import random
import statistics
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

import openpyxl
import xlsxwriter

from toolkit.xlsx.archive import read_archive
from toolkit.xlsx.package import NewCell, open_package
from toolkit.xlsx.sheet import read_sheet, read_strings

if TYPE_CHECKING:
    from collections.abc import Callable


def usual_workbook() -> bytes:
    """Return a workbook of the usual shape: seven sheets, 1,500 cells, formulas, names, validations, all protected."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    unlocked, plain = book.add_format({"locked": False, "border": 1}), book.add_format({"border": 1, "text_wrap": True})
    for number, (rows, columns) in enumerate([(20, 4), (12, 5), (36, 9), (14, 16), (40, 2), (60, 6), (10, 2)]):
        sheet = book.add_worksheet(f"表{number}")
        for row in range(rows):
            sheet.write(row, 1, f"第{row + 1}行的说明文字，表{number}", plain)
            for column in range(2, columns):
                if column == columns - 1:
                    sheet.write_formula(row, column, f"=SUM(B{row + 1}:C{row + 1})", plain, row)
                else:
                    sheet.write(row, column, row * column, unlocked)
                    book.define_name(f"f{number}.r{row}.c{column}", f"='表{number}'!${chr(65 + column)}${row + 1}")
        rule = {"validate": "integer", "criteria": ">=", "value": 0}
        sheet.data_validation(0, 2, rows, columns, {**rule, "error_message": "请填写不小于 0 的整数。"})
        sheet.merge_range(rows + 1, 0, rows + 1, columns, "合计说明", plain)
        sheet.protect("", {"format_rows": True})
    book.set_custom_property("code", "11000000")
    book.close()
    return buffer.getvalue()


def facts(data: bytes) -> int:
    """Read every fact and the value of every named cell, as collecting does; return how many values were looked at."""
    package = open_package(data)
    assert package.properties is not None
    assert sum(package.protection(info.name) + len(package.merges(info.name)) for info in package.sheets) >= 0
    places = [reference.replace("$", "").replace("'", "").rpartition("!") for reference in package.names.values()]
    cells = [package.cells(sheet).get(address) for sheet, _, address in places if ":" not in address]
    return len([package.is_locked(cell.style) for cell in cells if cell])


def everything(data: bytes) -> int:
    """Read every cell of every sheet; return their number."""
    package = open_package(data)
    return sum(len(list(package.cells(info.name).values())) for info in package.sheets)


def reference(data: bytes) -> int:
    """Read the same cells by the reference parser only."""
    package, archive = open_package(data), read_archive(data)
    strings = (
        read_strings(archive.read("xl/sharedStrings.xml"), "") if "xl/sharedStrings.xml" in archive.members else ()
    )
    return sum(len(read_sheet(archive.read(info.part), info.part, strings).cells) for info in package.sheets)


def limit(data: bytes) -> int:
    """Inflate the same parts by the standard library and parse them with no handlers."""
    total = 0
    archive = read_archive(data)
    for name in archive.members:
        if name.startswith("xl/worksheets/sheet") or name in {
            "xl/workbook.xml",
            "xl/sharedStrings.xml",
            "xl/styles.xml",
        }:
            xml = archive.read(name)
            expat.ParserCreate().Parse(xml, True)  # noqa: FBT003
            total += len(xml)
    return total


def by_openpyxl(data: bytes) -> int:
    """Load values with openpyxl; formulas would need a second load."""
    return len(openpyxl.load_workbook(io.BytesIO(data), data_only=True).sheetnames)


def one_patch(data: bytes) -> bytes:
    """Open a workbook and change two cells of one sheet."""
    package = open_package(data)
    return package.patched({package.sheets[0].name: {"C3": NewCell(5), "C4": NewCell("文字")}})


def rewritten_by_zipfile(data: bytes) -> bytes:
    """Read and deflate all members anew: the plain way to change one part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, old.read(info))
    return buffer.getvalue()


def measured(work: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each piece of work over shuffled rounds."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name in random.sample(list(work), len(work)):
            calls = 1 if name == "openpyxl" else 5
            gc.collect()
            begun = time.perf_counter()
            for _ in range(calls):
                work[name]()
            times[name].append((time.perf_counter() - begun) / calls)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    data = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else usual_workbook()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    work: dict[str, Callable[[], object]] = {
        "limit: inflate + expat": lambda: limit(data),
        "facts and named cells": lambda: facts(data),
        "every cell": lambda: everything(data),
        "reference only": lambda: reference(data),
        "openpyxl": lambda: by_openpyxl(data),
        "patch two cells": lambda: one_patch(data),
        "rewrite by zipfile": lambda: rewritten_by_zipfile(data),
    }
    result = measured(work, rounds)
    base = result["limit: inflate + expat"]
    print(f"{len(data):,} bytes, {everything(data):,} cells, {rounds} rounds")  # noqa: T201
    for name, seconds in result.items():
        print(f"{name:<24}{seconds * 1000:9.3f} ms{seconds / base:8.2f} ×")  # noqa: T201


if __name__ == "__main__":
    main()
