"""The visible labels lead to the figures too, when names and keys are gone or at odds."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_filing

from toolkit.workbook.layout import lay_out
from toolkit.workbook.returned.anchors import Anchors
from toolkit.workbook.returned.labels import find_by_labels, majority
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from toolkit.form.model import Form


def test_labels_lead_to_every_figure_of_every_table(form: Form) -> None:
    layout = lay_out(form)
    found = find_by_labels(open_package(write_workbook(full_filing(form))), layout)
    figures = [name for name, field in form.fields.items() if field.kind.is_figure]
    assert {name: found.get(name) for name in figures} == {
        name: (layout.spots[name].sheet, layout.spots[name].cell) for name in figures
    }


def test_a_table_with_a_label_changed_is_not_found_by_labels(form: Form) -> None:
    layout = lay_out(form)
    package = open_package(write_workbook(full_filing(form)))
    table = next(iter(layout.tables.values()))
    label = next(cell for cell in table.grid.cells if cell.entry and cell.text)
    spot_row, column = table.grid_rows[label.row], 1 + label.column
    name = f"{chr(65 + column)}{spot_row + 1}"
    changed = package.patched({table.section.sheet: {name: NewCell("改动过的标题")}})
    assert not [
        field for field in find_by_labels(open_package(changed), layout) if field.startswith(table.table.id + ".")
    ]


A, B, C = ("一", "A1"), ("一", "B1"), ("一", "C1")


@pytest.mark.parametrize(
    ("votes", "decided"),
    [
        ((A, A, A), A),
        ((A, B, B), B),
        ((A, B, A), A),
        ((A, B, C), A),
        ((None, B, C), C),  # without keys what people see comes before the name
        ((None, None, C), C),
        ((None, None, None), None),
    ],
)
def test_two_anchors_decide_and_keys_come_first(votes: tuple[object, ...], decided: object) -> None:
    keys, names, labels = votes
    anchors = Anchors({"f": names} if names else {}, {"f": keys} if keys else {}, {"f": labels} if labels else {})
    assert anchors.place("f") == decided == majority((keys, labels, names))


def test_figures_are_read_by_label_where_names_and_keys_are_lost(form: Form) -> None:
    filing = full_filing(form)
    package = open_package(write_workbook(filing))
    layout = lay_out(form)
    keyless = {
        here.section.sheet: {
            address: NewCell(None)
            for address, cell in package.cells(here.section.sheet).items()
            if address.rstrip("0123456789") == "A" and cell.value
        }
        for here in layout.tables.values()
    }
    data = package.patched(keyless)
    nameless = _without_names(data)
    read = read_workbook(nameless, "无名.xlsx", SMALL)
    assert read.filing is not None
    figures = [name for name, field in form.fields.items() if field.kind.is_figure]
    assert {name: read.filing.values[name] for name in figures} == {name: filing.values[name] for name in figures}


def _without_names(data: bytes) -> bytes:
    """Return the workbook with its defined names gone, as some web editors save it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/workbook.xml":
                content = re.sub(rb"<definedNames>.*</definedNames>", b"", content, flags=re.DOTALL)
            new.writestr(item, content)
    return out.getvalue()
