"""How people write numbers, each way typed into a workbook of both editions and read back: taken, asked, wrong.

`python tests/numberkinds.py` prints the table.
"""

from __future__ import annotations

import dataclasses
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casebook import full_filing

from toolkit.documents.numerals import Doubt, Manner
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Kind
from toolkit.workbook.examining import examine
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.form.model import Form
    from toolkit.workbook.examining import Examined

CASES: Mapping[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "documents" / "numerals.toml").read_text(encoding="utf-8"), parse_float=Decimal
)
EDITIONS = ("2019", "2021")


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of one kind of writing in the workbooks of one edition; the last three are numbers of cells."""

    edition: str
    kind: str
    cells: int
    taken: int
    asked: int
    wrong: int


def typing(form: Form, cases: Iterable[Mapping[str, Any]]) -> tuple[Examined, dict[str, Mapping[str, Any]]]:
    """Return a sound workbook with texts typed into its counts, read again, and which field holds which case."""
    fields = [field.id for field in form.fields.values() if field.kind is Kind.COUNT and field.table == "requests"]
    typed = dict(zip(fields, cases, strict=False))
    cells: dict[str, dict[str, NewCell]] = {}
    for name, case in typed.items():
        spot = lay_out(form).spots[name]
        cells.setdefault(spot.sheet, {})[spot.cell] = NewCell(case["text"])
    return examine(open_package(write_workbook(full_filing(form))).patched(cells), "报表.xlsx"), typed


def measured() -> Iterator[Measured]:
    """Yield a row for every edition and kind of writing."""
    for edition in EDITIONS:
        for part, kinds in (("taken", Manner), ("asked", Doubt)):
            counts: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
            cases = [case for case in CASES[part] if "unit" not in case]
            examined, typed = typing(form_of_edition(edition), cases)
            for name, case in typed.items():
                counts[case.get("manner") or case["doubt"]][_became(examined, name, case)] += 1
            for kind in kinds:
                found = counts[kind]
                yield Measured(edition, kind.label, found.total(), found["taken"], found["asked"], found["wrong"])


def _became(examined: Examined, name: str, case: Mapping[str, Any]) -> str:
    assert examined.filing is not None
    about = [found for found in examined.findings if name in {place.field for place in found.places}]
    if any(found.name == "number_normalised" for found in about) and examined.filing.values[name] == case.get("value"):
        return "taken"
    # An error about the one cell, not about a balance that the number breaks.
    return "asked" if any(len(f.places) == 1 and f.severity.value == "error" for f in about) else "wrong"


def shown(case: Mapping[str, Any]) -> str:
    """Return what was typed, with what cannot be seen written out, and the unit of the cell where it matters."""
    text = "".join(sign if sign.isprintable() and sign != "\u3000" else f"⟨{ord(sign):04X}⟩" for sign in case["text"])
    return f"{text}（{case['unit']}）" if "unit" in case else text


if __name__ == "__main__":
    for row in measured():
        sys.stdout.write("\t".join(map(str, dataclasses.astuple(row))) + "\n")
