"""Where a published figure comes from, down to organ, file and cell; and what would change if one figure changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.parts import Part
from toolkit.campaign.merge.adding import merge_filings, names_passed
from toolkit.campaign.merge.bounds import bound_json, bound_of
from toolkit.campaign.round.roster import CONSOLIDATED, LINE_CONSOLIDATED
from toolkit.errors import InputError
from toolkit.filing.checking import check_filing
from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import typed_parts
from toolkit.form.rules import total_parts
from toolkit.workbook.answers.field_names import field_named
from toolkit.workbook.examining import json_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.board.parts import Share
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.merge.adding import Merged
    from toolkit.campaign.merge.bounds import Bound
    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Field
    from toolkit.form.values import Figure


@dataclass(frozen=True, slots=True)
class Piece:
    """One typed figure in an organ's file."""

    field: str
    label: str
    sheet: str
    cell: str
    value: Figure | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one organ adds to a figure, small, as a hundred thousand are kept: what follows from the rest is worked out.

    `typed` are the fields it typed: the figure's own, or for a total those the total adds.
    """

    field: Field
    share: Share
    receipt: Receipt
    value: Figure
    typed: tuple[Field, ...]

    @property
    def code(self) -> str:
        """The organ's code."""
        return self.share.organ.code

    @property
    def organ(self) -> str:
        """The organ's name."""
        return self.share.organ.name

    @property
    def file(self) -> str:
        """The file the figure is from, as it came."""
        return self.receipt.file

    @property
    def sha256(self) -> str:
        """The hash of that file."""
        return self.receipt.sha256

    @property
    def sheet(self) -> str:
        """The sheet the figure stands on."""
        return self._place(self.field)[0]

    @property
    def cell(self) -> str:
        """The cell the figure stands in."""
        return self._place(self.field)[1]

    @property
    def parts(self) -> tuple[Piece, ...]:
        """The cells it typed."""
        return tuple(Piece(one.id, one.label, *self._place(one), self.share.figure(one.id)) for one in self.typed)

    def _place(self, field: Field) -> tuple[str, str]:
        return self.receipt.cells.get(field.id, ("", ""))


@dataclass(frozen=True)
class Trace:
    """A published figure with everything that makes it up; the contributions add up to exactly `value`.

    `bound` says between which figures it will lie once every organ is in; None where all are or nothing tells.
    `elsewhere` are organs below the one asked about whose figures stand in the return of another (the second), so that
    they are no part of this figure.
    """

    field: Field
    value: Figure | None
    contributions: tuple[Contribution, ...]
    provisional: str
    bound: Bound | None = None
    elsewhere: tuple[tuple[Organ, Organ], ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """A published figure that would change. `scope` is `own`, `subtotal` or `whole`."""

    scope: str
    code: str
    organ: str
    field: str
    label: str
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True)
class Effects:
    """What one changed figure would bring: other published figures, and findings that are not there now.

    `only` is the field to which the changes are narrowed, empty for all.
    """

    changes: tuple[Effect, ...]
    findings: tuple[str, ...]
    only: str = ""


def trace(state: Round, merged: Merged, said: str, code: str = "") -> Trace:
    """Return what a figure of the whole, or with `code` of an organ with all below it, is made of.

    `said` is the field by id, cell or official words.

    Raises:
        InputError: there is no such field or organ, or the field is no figure.
    """
    field = _figure_field(merged, said)
    shares, value, provisional = merged.counted, merged.whole.figure(field.id), merged.provisional
    if code:
        shares, value, provisional = _level(merged, code, field.id)
    bound = None if code else bound_of(merged, lambda figure: figure(field.id))
    elsewhere = tuple(_elsewhere(state, merged, code)) if code else ()
    return Trace(field, value, tuple(_contributions(state, shares, field)), provisional, bound, elsewhere)


def _elsewhere(state: Round, merged: Merged, code: str) -> Iterator[tuple[Organ, Organ]]:
    """Yield the organs below one that another hierarchy's return covers, each with the organ that handed it in."""
    place = next(place for place, share in enumerate(merged.shares) if share.organ.code == code)
    top, *rest = merged.shares[place:]
    below = [*takewhile(lambda share: share.depth > top.depth, rest)]
    inside = {share.organ.code for share in (top, *below)}
    for share in below:
        holder = _holder(state, share.organ.code) if share.part is Part.COVERED else None
        if holder is not None and holder.code not in inside:
            yield share.organ, holder


def _holder(state: Round, code: str) -> Organ | None:
    """Return the organ above one, in either hierarchy, that handed in a return which holds it."""
    known = state.campaign.roster.by_code
    for kind, above in ((CONSOLIDATED, "block_parent"), (LINE_CONSOLIDATED, "line")):
        step: str = getattr(known[code], above)
        while step in known:
            if known[step].kind == kind and step in state.returns:
                return known[step]
            step = getattr(known[step], above)
    return None


def _figure_field(merged: Merged, said: str) -> Field:
    form = merged.whole.form
    field = form.fields[field_named(form, said)]
    if not field.kind.is_figure:
        raise InputError(f"字段“{said}”", ["不是表格里的数，没有合计可查"])
    return field


def _level(merged: Merged, code: str, field: str) -> tuple[tuple[Share, ...], Figure | None, str]:
    for level in merged.levels:
        if level.organ.code == code:
            return merged.counted[level.first : level.stop], level.filing.figure(field), level.provisional
    for share in merged.counted:
        if share.organ.code == code:
            return (share,), share.figure(field), share.provisional
    raise InputError(f"机关“{code}”", ["没有计入合计：名册里没有它，或它还没有通过，或由上级汇总报送"])


def _contributions(state: Round, shares: tuple[Share, ...], field: Field) -> Iterator[Contribution]:
    form = state.campaign.form
    typed = tuple(form.fields[name] for name in typed_parts(field.id, total_parts(form)))
    for share in shares:
        figure = share.figure(field.id)
        if figure is not None:
            yield Contribution(field, share, state.accepted[share.organ.code], figure, typed)


def what_if(state: Round, merged: Merged, organ: str, assignment: str, only: str = "") -> Effects:
    """Return what would change if one figure of one organ were another; nothing is changed.

    Args:
        state: the round as it stands.
        merged: its sum.
        organ: the organ's code or name.
        assignment: `field=value`, the field by id, cell or official words.
        only: the one published field whose changes to return; empty for all.

    Raises:
        InputError: no such organ with an accepted return, no such figure, or the value may not stand there.
    """
    only = _figure_field(merged, only).id if only else ""
    code = _code_of(state, organ)
    field, value = _parse(merged, assignment)
    before = state.returns[code]
    after = before.with_answers({field: value})
    base = merged.whole
    changed = merge_filings(
        state.campaign.roster,
        {**state.returns, code: after},
        base,
        before=merged.before,
        provisional=state.provisional,
        waivers=state.let_pass,
        passed=names_passed(state.accepted),
    )
    changes = [*differences("own", before, after), *_level_changes(merged, changed)]
    changes += differences("whole", merged.whole, changed.whole)
    known = {finding.message for finding in (*check_filing(before), *merged.findings)}
    found = [finding.message for finding in (*check_filing(after), *changed.findings) if finding.message not in known]
    shown = tuple(change for change in changes if only in {"", change.field})
    return Effects(shown, tuple(dict.fromkeys(found)), only)


def _code_of(state: Round, organ: str) -> str:
    code = state.campaign.roster.named(organ).code
    if code not in state.returns:
        raise InputError(f"机关“{organ}”", ["还没有通过核对的报表，没有数可改"])
    return code


def _parse(merged: Merged, assignment: str) -> tuple[str, Figure]:
    name, equals, text = (part.strip() for part in assignment.partition("="))
    field = _figure_field(merged, name)
    typed = _number(text) if equals else None
    if typed is None:
        raise InputError(f"“{assignment}”", ["应写成“字段=数”，例如 requests.new.natural_person=12"])
    if not field.kind.is_required_figure:
        raise InputError(f"字段“{name}”", ["是由公式算出的，请改它下面填报的数"])
    value: Figure = int(typed) if typed == typed.to_integral_value() else typed
    broken = [check.title for check in cell_checks(merged.whole.form)[field.kind] if check.judge(value)]
    if broken:
        raise InputError(f"“{assignment}”", broken)
    return field.id, value


def _number(text: str) -> Decimal | None:
    try:
        typed = Decimal(text)
    except InvalidOperation:
        return None
    return typed if typed.is_finite() else None


def _level_changes(before: Merged, after: Merged) -> Iterator[Effect]:
    new = {level.organ.code: level.filing for level in after.levels}
    for level in before.levels:
        yield from differences("subtotal", level.filing, new[level.organ.code])


def differences(scope: str, before: Filing, after: Filing) -> Iterator[Effect]:
    """Yield every figure that differs between two filings of one organ."""
    for field in before.form.fields.values():
        if field.kind.is_figure:
            old, new = before.figure(field.id), after.figure(field.id)
            if old != new:
                yield Effect(scope, before.code, before.organ, field.id, field.label, old, new)


def trace_json(found: Trace) -> dict[str, Any]:
    """Return a trace as the JSON of `xxgk why`."""
    return {
        "field": found.field.id,
        "label": found.field.label,
        "value": json_value(found.value),
        "provisional": found.provisional or None,
        "bound": bound_json(found.bound),
        "contributions": [_contribution_json(entry) for entry in found.contributions],
        "elsewhere": [
            {"code": organ.code, "organ": organ.name, "by": holder.name} for organ, holder in found.elsewhere
        ],
    }


def _contribution_json(entry: Contribution) -> dict[str, Any]:
    return {
        "code": entry.code,
        "organ": entry.organ,
        "file": entry.file,
        "sha256": entry.sha256,
        "sheet": entry.sheet,
        "cell": entry.cell,
        "value": json_value(entry.value),
        "parts": [_piece_json(piece) for piece in entry.parts],
    }


def _piece_json(piece: Piece) -> Mapping[str, Any]:
    return {
        "field": piece.field,
        "label": piece.label,
        "sheet": piece.sheet,
        "cell": piece.cell,
        "value": json_value(piece.value),
    }


def effects_json(effects: Effects) -> dict[str, Any]:
    """Return an effects as the JSON of `xxgk why --if`."""
    changes = [
        {
            "scope": change.scope,
            "code": change.code,
            "organ": change.organ,
            "field": change.field,
            "label": change.label,
            "before": json_value(change.before),
            "after": json_value(change.after),
        }
        for change in effects.changes
    ]
    return {"only": effects.only or None, "changes": changes, "findings": list(effects.findings)}
