"""Errata: every published figure, sentence and report that corrections since the publication touch, old and new."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from decimal import Decimal
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.made_of import ORGANS, changed_returns, counted_receipts, left_of, records_of
from toolkit.campaign.intake.receipts import ReceiptBook, filing_of
from toolkit.campaign.merge.recording import prose_of
from toolkit.campaign.merge.tracing import Effect, differences
from toolkit.errors import InputError
from toolkit.filing.prose.agreement import check_prose
from toolkit.workbook.examining import json_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.board.made_of import Record
    from toolkit.campaign.merge.adding import Merged
    from toolkit.filing.filing import Filing
    from toolkit.form.values import Figure


@dataclass(frozen=True, slots=True)
class Sentence:
    """A published paragraph that reads otherwise now, or a sentence that states another figure than the tables do."""

    organ: str
    section: str
    old: str
    new: str


@dataclass(frozen=True)
class Errata:
    """What corrections touch since outputs were made. `folder` is where those lie, `made_at` when they were made."""

    folder: str
    made_at: str
    causes: tuple[str, ...]
    figures: tuple[Effect, ...]
    sentences: tuple[Sentence, ...]
    reports: tuple[str, ...]


def errata_of(state: Round, merged: Merged) -> Errata:
    """Return the errata of the last publication, or of the last merge where nothing was published.

    Where that is still true, they are those of the one before it: what was put right by publishing again.

    Raises:
        InputError: nothing was merged or published yet.
    """
    for folder in (state.campaign.reports, state.campaign.merged):
        records = records_of(folder)
        if records:
            chosen = next(
                (one for one in records if list(changed_returns(state.campaign, state.standings, one))), records[0]
            )
            return _errata(state, merged, chosen, folder.name)
    raise InputError(str(state.campaign.folder), ["还没有汇总或出过报告，没有可以更正的"])


def _errata(state: Round, merged: Merged, record: Record, folder: str) -> Errata:
    causes = tuple(changed_returns(state.campaign, state.standings, record))
    changed = tuple(_changed_returns(state, record))
    figures = [effect for old, new in changed for effect in differences("own", old, new)]
    figures += _sums(merged, record)
    sentences = [sentence for old, new in changed for sentence in _sentences(new, prose_of(old), new.organ)]
    sentences += _sentences(merged.whole, record.document["prose"], merged.whole.organ)
    sentences += _wrong_statements(merged.whole)
    return Errata(
        folder, record.at, causes, tuple(figures), tuple(sentences),
        tuple(_reports(state, record, folder, is_touched=bool(causes or figures or sentences))),
    )  # fmt: skip


def _changed_returns(state: Round, record: Record) -> Iterator[tuple[Filing, Filing]]:
    """Yield the returns, as they were and as they are, of which another version counts now."""
    changed = {
        code: record.returns[code][0]
        for code, receipt in counted_receipts(state.campaign, state.standings).items()
        if code in record.returns and record.returns[code][1] != receipt.answers
    }
    with ReceiptBook(state.campaign.receipts_file) as book:
        heads = {head.sha256: head for head in book.heads()} if changed else {}
        for code, sha256 in changed.items():
            if sha256 in heads:
                yield filing_of(book.whole(heads[sha256]), state.campaign.form), state.returns[code]


def _sums(merged: Merged, record: Record) -> Iterator[Effect]:
    known = record.document["levels"]
    for level in merged.levels:
        if level.organ.code in known:
            yield from _against(level.filing, known[level.organ.code], "subtotal")
    yield from _against(merged.whole, record.document["figures"], "whole")


def _against(filing: Filing, before: Mapping[str, str], scope: str) -> Iterator[Effect]:
    for field in filing.form.fields.values():
        if field.kind.is_figure:
            old, new = _figure(before.get(field.id)), filing.figure(field.id)
            if old != new:
                yield Effect(scope, filing.code, filing.organ, field.id, field.label, old, new)


def _figure(text: str | None) -> Figure | None:
    if text is None:
        return None
    return Decimal(text) if "." in text else int(text)


def _sentences(filing: Filing, before: Mapping[str, list[str]], organ: str) -> Iterator[Sentence]:
    now = prose_of(filing)
    for section, old in before.items():
        new = now.get(section, [])
        for kind, first, last, start, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                heading = filing.form.section(section).heading
                yield Sentence(organ, heading, "\n".join(old[first:last]), "\n".join(new[start:stop]))


def _wrong_statements(whole: Filing) -> Iterator[Sentence]:
    """Yield the sentences of the whole's prose that state figures the tables do not hold."""
    for finding in check_prose(whole):
        yield Sentence(whole.organ, finding.places[0].label, finding.message, "")


def _reports(state: Round, record: Record, folder: str, *, is_touched: bool) -> Iterator[str]:
    """Yield the reports to publish anew: of the making, and what earlier ones left, the whole's before the organs'."""
    place = state.campaign.folder / folder
    # The newest stand first; times may be of the same second, so later ones are left out by their place.
    made = list(dropwhile(lambda one: one.record != record, left_of(records_of(place), place, state.campaign)))
    if is_touched:
        yield from dict.fromkeys(f"{folder}/{name}" for one in made for name in one.files)
    counted, organs = counted_receipts(state.campaign, state.standings), state.campaign.roster.by_code
    touched: dict[str, None] = {}
    for one in made:
        for code in one.codes:
            known, receipt = one.record.returns.get(code), counted.get(code)
            if known is not None and code in organs and (receipt is None or receipt.answers != known[1]):
                touched[f"{folder}/{ORGANS}/{organs[code].stem}"] = None
    yield from touched


def errata_json(found: Errata) -> dict[str, Any]:
    """Return errata as the JSON of `xxgk errata`."""
    return {
        "folder": found.folder,
        "made_at": found.made_at,
        "causes": list(found.causes),
        "figures": [
            {
                "scope": one.scope,
                "code": one.code,
                "organ": one.organ,
                "field": one.field,
                "label": one.label,
                "old": json_value(one.before),
                "new": json_value(one.after),
            }
            for one in found.figures
        ],
        "sentences": [
            {"organ": one.organ, "section": one.section, "old": one.old, "new": one.new} for one in found.sentences
        ],
        "reports": list(found.reports),
    }
