"""What our work costs against the least it can cost and against a peer, in one run: the table of docs/performance.md.

Run: python tests/benchmarks/ratios.py [--rounds N] [--only WORDS] [--write]; `benchmarks.measuring` says how.
"""

from __future__ import annotations

import io
import random
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING
from xml.parsers import expat

sys.path.insert(0, str(Path(__file__).parents[1]))

import openpyxl
from benchmarks.measuring import MOST_ROUNDS, Row, command, run
from casebook import example_filing
from fillings import of_another_organ
from mangled.programs import in_the_manner_of_wps
from office import convert

from toolkit.workbook.examining import examine_reading
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.archive import read_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.filing.filing import Filing
    from toolkit.workbook.returned.reading import Reading

LIBRARIES = ("openpyxl", "xlsxwriter", "lxml", "typer")
READ_BEFORE = 4
UNREAD = 2 * MOST_ROUNDS  # two rows share what they read, another return in every round


def limit(data: bytes) -> None:
    """Inflate every part and parse it with no handlers: nobody who reads XML can do with less."""
    archive = read_archive(data)
    for name in archive.members:
        content = archive.read(name)
        if name.endswith((".xml", ".rels")):
            expat.ParserCreate().Parse(content, True)  # noqa: FBT003 (the parser's own way)


def by_openpyxl(data: bytes) -> None:
    """Load values, then formulas: openpyxl tells one or the other."""
    for data_only in (True, False):
        openpyxl.load_workbook(io.BytesIO(data), data_only=data_only)


def reading_of(returns: list[bytes]) -> Callable[[], object]:
    """Return reading returns of a round, each time one never read before, after some of the round were."""
    *unread, last = returns
    for data in (last, *unread[:READ_BEFORE]):
        read_workbook(data, "a.xlsx")
    unread = unread[READ_BEFORE:]
    return lambda: read_workbook(unread.pop(), "a.xlsx")


def returns_of(filing: Filing, seed: int) -> list[bytes]:
    """Return workbooks of ours as other organs of a round fill them; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 (see there)
    return [write_workbook(of_another_organ(filing, dice)) for _ in range(UNREAD + READ_BEFORE)]


def saved_by_libreoffice(returns: list[bytes], folder: Path) -> list[bytes]:
    """Return the same as LibreOffice saves them; nothing where it is not installed."""
    if which("soffice") is None:
        return []
    files = [folder / f"{number}.xlsx" for number in range(len(returns))]
    for file, data in zip(files, returns, strict=True):
        file.write_bytes(data)
    (folder / "saved").mkdir()
    return [file.read_bytes() for file in convert(files, folder / "saved")]


def rows(place: Path) -> Iterator[Row]:
    filing = example_filing("suqian_2024")
    ours = returns_of(filing, seed=1)
    wps = [in_the_manner_of_wps(data) for data in returns_of(filing, seed=2)]
    office = saved_by_libreoffice(returns_of(filing, seed=3), place)
    for name, returns in (("本工具写的", ours), ("照 WPS 的写法", wps), ("LibreOffice 存的", office)):
        if returns:
            work, read = f"读一份填好的报表（{name}）", reading_of(returns)
            yield Row(work, "openpyxl 读两遍", "≥ 25", read, partial(by_openpyxl, returns[0]), inverted=True)
            yield Row(work, "解压并解析，别的什么也不做", "≤ 1.6", read, partial(limit, returns[0]))
    yield Row(
        "核对一份，文字在内",
        "读它",
        "≤ 0.5",
        partial(check, read_workbook(write_workbook(filing), "a.xlsx")),
        reading_of(returns_of(filing, seed=4)),
    )
    bare = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"
    yield Row("`xxgk --help`", "空的 typer 程序", "≤ 1.3", command("-m", "toolkit", "--help"), command("-c", bare))


def check(reading: Reading) -> None:
    """Check what was read, nothing of it worked out yet."""
    assert reading.filing is not None
    examine_reading(replace(reading, filing=reading.filing.with_answers({})))


def main() -> None:
    """Measure."""
    run("ratios", rows, LIBRARIES)


if __name__ == "__main__":
    main()
