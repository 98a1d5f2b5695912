"""Drives a running LibreOffice through edits, saving after each; run by a Python that has `uno`.

usage: handsdriver.py WORKBOOK STEPS.json OUT_FOLDER
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.sheet.FillDirection import TO_BOTTOM

CONTENT = 1 | 2 | 4 | 16  # values, dates, texts, formulas
RED = 0xFF0000
TRIES, PAUSE = 120, 0.5
DELIVER = True  # who still uses the document closes it


def option(name: str, *, value: Any) -> PropertyValue:
    """Return a named option as the interface wants it."""
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


class Hands:
    """A document open in the office, and what may be done to it."""

    def __init__(self, desktop: Any, source: Path) -> None:
        self.desktop = desktop
        self.document = desktop.loadComponentFromURL(source.as_uri(), "_blank", 0, (option("Hidden", value=True),))

    def cells(self, sheet: str, area: str) -> Any:
        """Return a range of cells."""
        return self.document.Sheets.getByName(sheet).getCellRangeByName(area)

    def type(self, sheet: str, cell: str, value: Any) -> None:
        """Type into a cell."""
        enter(self.cells(sheet, cell), value)

    def move(self, sheet: str, area: str, target: str) -> None:
        """Cut a range and paste it."""
        to = self.cells(sheet, target).CellAddress
        self.document.Sheets.getByName(sheet).moveRange(to, self.cells(sheet, area).RangeAddress)

    def copy(self, sheet: str, area: str, target: str) -> None:
        """Copy a range and paste it."""
        to = self.cells(sheet, target).CellAddress
        self.document.Sheets.getByName(sheet).copyRange(to, self.cells(sheet, area).RangeAddress)

    def paste(self, sheet: str, cell: str, rows: list[list[Any]]) -> None:
        """Do what pasting from another book does: contents, formats, locks come, validation and conditions go."""
        first = self.cells(sheet, cell).CellAddress
        fresh = self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (option("Hidden", value=True),))
        theirs = fresh.Sheets.getByIndex(0).getCellByPosition(0, 0)
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                mine = self.document.Sheets.getByName(sheet).getCellByPosition(first.Column + column, first.Row + row)
                enter(mine, value)
                mine.CellBackColor = RED
                for name in ("Validation", "ConditionalFormat", "CellProtection", "NumberFormat"):
                    setattr(mine, name, getattr(theirs, name))
        fresh.close(DELIVER)

    def clear(self, sheet: str, area: str) -> None:
        """Delete what stands in a range."""
        self.cells(sheet, area).clearContents(CONTENT)

    def fill(self, sheet: str, area: str) -> None:
        """Fill a range down from its first row."""
        self.cells(sheet, area).fillAuto(TO_BOTTOM, 1)

    def insert(self, sheet: str, row: int) -> None:
        """Take the protection away and insert a row."""
        self.document.Sheets.getByName(sheet).unprotect("")
        self.document.Sheets.getByName(sheet).Rows.insertByIndex(row, 1)

    def copysheet(self, sheet: str, name: str) -> None:
        """Copy a sheet within the book, after its structure was unlocked."""
        self.document.unprotect("")
        self.document.Sheets.copyByName(sheet, name, self.document.Sheets.Count)

    def undo(self) -> None:
        """Take the last step back."""
        self.document.UndoManager.undo()

    def save(self, path: Path) -> None:
        """Save what now stands there."""
        self.document.calculateAll()
        self.document.storeToURL(path.as_uri(), (option("FilterName", value="Calc MS Excel 2007 XML"),))


def enter(cell: Any, value: Any) -> None:
    """Put a number, a formula or a text into a cell."""
    if isinstance(value, str) and value.startswith("="):
        cell.Formula = value
    elif isinstance(value, str):
        cell.String = value
    else:
        cell.Value = value


def connect(pipe: str) -> Any:
    """Return the desktop of the office that listens on a pipe."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(TRIES):
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 (not listening yet)
            time.sleep(PAUSE)
        else:
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    raise SystemExit("the office does not listen")


def main(source: Path, steps: list[list[Any]], out: Path) -> None:
    """Do every step and save after each."""
    pipe = f"hands{uuid.uuid4().hex}"
    profile = (out / "profile").as_uri()
    options = ["--headless", "--norestore", f"-env:UserInstallation={profile}", f"--accept=pipe,name={pipe};urp;"]
    office = subprocess.Popen(["soffice", *options])
    try:
        desktop = connect(pipe)
        hands = Hands(desktop, source)
        for place, (step, *arguments) in enumerate(steps):
            getattr(hands, step)(*arguments)
            hands.save(out / f"{place}.xlsx")
        hands.document.close(DELIVER)
        desktop.terminate()
    finally:
        try:
            office.wait(timeout=30)
        except subprocess.TimeoutExpired:
            office.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), Path(sys.argv[3]))
