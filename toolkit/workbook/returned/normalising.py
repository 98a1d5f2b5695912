"""Numbers typed in another way than as a number: what is unmistakable is taken and told, what is not is explained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.documents.numerals import Manner, read_number
from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Place, Severity, Suspect, raise_finding, show
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Field
    from toolkit.form.values import Figure

FIGURES = frozenset({Kind.COUNT, Kind.AMOUNT, Kind.SIGNED, Kind.CONTROL})
# What a round that takes nothing but numbers refuses.
NORMALISED = frozenset({"number_normalised", "formula_in_input"})
_SHOWN = 3
_LONGEST = 20


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """One cell whose text was taken for a number: where it stands, what was typed, what it was read as."""

    field: Field
    sheet: str
    cell: str
    typed: str
    value: Figure
    manner: Manner


def taken_number(field: Field, sheet: str, cell: str, typed: object) -> TakenNumber | None:
    """Return what a text in a figure's cell is taken for, or None where it is no text or can be misunderstood."""
    if field.kind not in FIGURES or not isinstance(typed, str):
        return None
    written = read_number(typed, field.unit)
    if written.value is None or written.manner is None:
        return None
    return TakenNumber(field, sheet, cell, typed, written.value, written.manner)


def about_taken(taken: Iterable[TakenNumber]) -> Iterator[Finding]:
    """Yield one note for each sheet and manner: how many cells, which, what was typed and what it was read as."""
    groups: dict[tuple[str, Manner], list[TakenNumber]] = {}
    for one in taken:
        groups.setdefault((one.sheet, one.manner), []).append(one)
    for (sheet, manner), cells in groups.items():
        shown = "，".join(f"{one.cell} 的“{_excerpt(one.typed)}”读作 {show(one.value)}" for one in cells[:_SHOWN])
        yield raise_finding(
            "number_normalised",
            [Place(one.field.id, one.field.label, one.sheet, one.cell) for one in cells],
            {f"{one.cell}“{_excerpt(one.typed)}”": one.value for one in cells},
            sheet=sheet, count=len(cells), manner=manner.label, shown=shown, more="等" if len(cells) > _SHOWN else "",
        )  # fmt: skip


def with_causes(findings: Iterable[Finding], filing: Filing) -> Iterator[Finding]:
    """Yield the findings; one about a text that is no number says why it was not taken, and which number is likely."""
    for finding in findings:
        field = filing.form.fields.get(finding.places[0].field) if len(finding.places) == 1 else None
        typed = filing.answers.get(field.id) if field is not None else None
        if field is None or field.kind not in FIGURES or not isinstance(typed, str):
            yield finding
            continue
        written = read_number(typed, field.unit)
        if written.doubt is None:
            yield finding
            continue
        likely = "" if written.likely is None else f"，可能应填 {show(written.likely)}"
        suspects = finding.suspects
        if written.likely is not None and not suspects:
            suspects = (Suspect(field.id, field.label, written.likely, written.doubt.label),)
        yield replace(finding, message=f"{finding.message}。{written.doubt.label}{likely}", suspects=suspects)


def strictly(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with every number that was taken although written otherwise made an error."""
    return tuple(
        replace(finding, severity=Severity.ERROR) if finding.name in NORMALISED else finding for finding in findings
    )


def _excerpt(typed: str) -> str:
    shown = typed.strip() or typed
    shown = "".join(sign if sign.isprintable() else " " for sign in shown)
    return beginning(shown, _LONGEST)
