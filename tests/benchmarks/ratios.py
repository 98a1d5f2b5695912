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
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

sys.path.insert(0, str(Path(__file__).parents[1]))

import openpyxl
from benchmarks.measuring import MOST_ROUNDS, Row, command, run
from casebook import example_filing

from toolkit.workbook.examining import judge
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.archive import read_archive
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.values import Value

LIBRARIES = ("openpyxl", "xlsxwriter", "lxml", "typer")
FILLED = Path(__file__).parents[1] / "filled"
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


def reading_of_others(make: Callable[[random.Random], bytes], seed: int) -> Callable[[], object]:
    """Return reading a return of a round: each time one with other figures, never read before; a row has its seed."""
    dice = random.Random(seed)  # noqa: S311 (the same figures every time)
    read_workbook(make(dice), "a.xlsx")
    unread = [make(dice) for _ in range(UNREAD)]
    return lambda: read_workbook(unread.pop(), "a.xlsx")


def written_anew(filing: Filing, dice: random.Random) -> bytes:
    """Return a workbook of ours with other figures and everything that follows from them."""
    return write_workbook(
        replace(filing, organ=f"示例市第{dice.randint(1, 999)}局", answers=others(filing.answers, dice))
    )


def patched(data: bytes, dice: random.Random) -> bytes:
    """Return a workbook with other figures typed; the results of formulas stay as the program has stored them."""
    reading = read_workbook(data, "a.xlsx")
    assert reading.filing is not None
    changed: dict[str, dict[str, NewCell]] = {}
    for name, value in others(reading.filing.answers, dice).items():
        if isinstance(value, int):
            sheet, cell = reading.cells[name]
            changed.setdefault(sheet, {})[cell] = NewCell(value)
    return open_package(data).patched(changed)


def others(answers: Mapping[str, Value], dice: random.Random) -> dict[str, Value]:
    return {
        name: dice.randint(1, 2 * value) if isinstance(value, int) and value else value
        for name, value in answers.items()
    }


def rows(_: Path) -> Iterator[Row]:
    filing = example_filing("suqian_2024")
    ours = write_workbook(filing)
    office = (FILLED / "libreoffice_suqian_2024.xlsx").read_bytes()
    for name, data, make in (
        ("本工具写的", ours, partial(written_anew, filing)),
        ("LibreOffice 存的", office, partial(patched, office)),
    ):
        work, read = f"读一份填好的报表（{name}）", reading_of_others(make, seed=1)
        yield Row(work, "openpyxl 读两遍", "≥ 25", read, partial(by_openpyxl, data), inverted=True)
        yield Row(work, "解压并解析，别的什么也不做", "≤ 1.6", read, partial(limit, data))
    yield Row(
        "核对一份，文字在内",
        "读它",
        "≤ 0.5",
        lambda: judge(fresh(filing)),
        reading_of_others(partial(written_anew, filing), seed=2),
    )
    bare = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"
    yield Row("`xxgk --help`", "空的 typer 程序", "≤ 1.3", command("-m", "toolkit", "--help"), command("-c", bare))


def fresh(filing: Any) -> Any:
    """Return the filing with nothing worked out yet."""
    return filing.with_answers({})


def main() -> None:
    """Measure."""
    run("ratios", rows, LIBRARIES)


if __name__ == "__main__":
    main()
