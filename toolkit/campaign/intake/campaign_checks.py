"""What only the campaign can say of a return: wrong year, not in the roster, another seal, another last year."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.carried.held_against import about_differing, by_record, differing
from toolkit.campaign.intake.documents import is_read_by_labels, organ_shown
from toolkit.campaign.intake.receipts import ACCEPTED, NEEDS_FIXING, UNREADABLE, Receipt, filing_of
from toolkit.campaign.intake.waivers import is_wrong, with_waivers
from toolkit.campaign.round.lives import stages_on
from toolkit.campaign.round.rule_effects import as_came, with_lives
from toolkit.campaign.round.seals import seal_of
from toolkit.filing.bounding import few_of_each
from toolkit.filing.findings import Finding, Place, locate, raise_finding, show
from toolkit.filing.movements import moved, movement_rules
from toolkit.filing.prose.likeness import sentences_of, share_of
from toolkit.filing.prose.personal import forbidden_words
from toolkit.workbook.examining import finding_json
from toolkit.workbook.template.blank import carried_figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.campaign.intake.carried.last_year import LastYear
    from toolkit.campaign.intake.waivers import Waiver
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.values import Value

# What the campaign adds of its own and takes back when it judges anew; the wording stands in the catalogue.
OWN_FINDINGS = frozenset(
    {
        "other_year", "not_in_roster", "own_total", "name_differs", "seal_differs", "seal_not_checked",
        "file_of_another", "record_differs", "last_year_differs", "record_awaits", "prose_as_last_year",
        "forbidden_word",
    }
)  # fmt: skip
# What is wrong with a file's form is nothing to mend where the file is of another year: the right one is filled anew.
_OF_FORM = frozenset({"definition_differs", "edition_not_for_year", "field_not_in_definition", "field_only_in_earlier"})
_SHOWN = 3
_MOST_ALIKE = 0.8  # of an organ's text that it had last year too
_JUDGED_AS = 9  # counts up whenever the campaign's own checks change, so that what is recorded is judged anew


@dataclass(frozen=True)
class CampaignChecker:
    """Adds the campaign's findings to receipts and draws the verdict."""

    campaign: Campaign
    record: LastYear
    waivers: Mapping[str, tuple[Waiver, ...]] = field(default_factory=dict)

    def checked(self, receipt: Receipt) -> Receipt:
        """Return a receipt with the campaign's findings of today in place of those it had, and the verdict."""
        own = [finding for finding in as_came(receipt.findings, receipt.kept) if finding["name"] not in OWN_FINDINGS]
        if receipt.verdict == UNREADABLE:
            return replace(receipt, findings=tuple(own), kept=())
        if not receipt.code and is_read_by_labels(receipt.findings):
            shown = organ_shown(receipt, self.campaign.roster.organs)
            receipt = replace(receipt, code=shown.code, organ=shown.name) if shown else receipt
            own = [finding for finding in own if not (shown and finding["name"] == "organ_unknown")]
        own = self._moved(receipt, self._by_record(receipt, own))  # both ask whose it is
        if receipt.year != self.campaign.year:
            own = [finding for finding in own if finding["name"] not in _OF_FORM]
        today = datetime.now().astimezone().date()
        visible, kept = with_lives(own, stages_on(self.campaign.lives, today))
        found = (*map(finding_json, few_of_each(self._findings(receipt))), *visible)
        judged = with_waivers(replace(receipt, findings=found), self.waivers.get(receipt.code, ()), today)
        return replace(
            receipt, findings=judged, kept=kept, verdict=NEEDS_FIXING if any(map(is_wrong, judged)) else ACCEPTED
        )

    def _by_record(self, receipt: Receipt, found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the findings with those across the years drawn by the record, where that is not what it carries."""
        organ = self.campaign.roster.by_code.get(receipt.code)
        if organ is None or receipt.verdict == UNREADABLE or receipt.year != self.campaign.year:
            return found
        differs = bool(self._differing(receipt, organ))
        return by_record(
            receipt, found, self.record.of_form(organ, self.campaign.form), self.campaign.form, differs=differs
        )

    def _differing(self, receipt: Receipt, organ: Organ) -> tuple[str, ...]:
        """Return the fields of which it carries another figure of last year than the record, if there is any."""
        if not self.record.figures:
            return ()
        is_sum = _is_sum_from_below(receipt, organ)
        return differing(receipt, self.record.of_form(organ, self.campaign.form), self.campaign.form, is_sum=is_sum)

    def _moved(self, receipt: Receipt, found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the findings with those about movements drawn by the bound of the campaign, where it sets one."""
        form, organ = self.campaign.form, self.campaign.roster.by_code.get(receipt.code)
        if not self.campaign.movement or organ is None or receipt.verdict == UNREADABLE:
            return found
        previous = self.record.of(organ) or receipt.previous
        drawn = locate(moved(filing_of(receipt, form), previous, self.campaign.movement), receipt.cells)
        rules = movement_rules(form)
        return [*(one for one in found if one["name"] not in rules), *map(finding_json, drawn)]

    def _findings(self, receipt: Receipt) -> Iterator[Finding]:
        if receipt.year != self.campaign.year:
            yield raise_finding("other_year", found=receipt.year, expected=self.campaign.year)
            return
        organ = self.campaign.roster.by_code.get(receipt.code)
        if organ is None:
            if receipt.organ and receipt.organ in {self.campaign.organ, self.campaign.government}:
                yield raise_finding("own_total", organ=receipt.organ)
            elif receipt.code or receipt.organ:  # of others it is told that nothing shows whose they are
                whose = f"“{receipt.organ}”" + (f"（{receipt.code}）" if receipt.code else "")
                yield raise_finding("not_in_roster", whose=whose, hint=self._hint(receipt))
            return
        if receipt.organ != organ.name:
            yield raise_finding("name_differs", found=receipt.organ, expected=organ.name)
        yield from self._by_file_name(receipt, organ)
        if self.campaign.key.is_lost:
            yield raise_finding("seal_not_checked")
        elif receipt.seal != seal_of(self.campaign, organ.code) and not _is_sum_from_below(receipt, organ):
            yield raise_finding("seal_differs")
        yield from self._against_record(receipt, organ)
        yield from self._of_words(receipt, organ)

    def _by_file_name(self, receipt: Receipt, organ: Organ) -> Iterator[Finding]:
        """Ask where the file's name holds the name of another organ of the roster, and not that of this one."""
        name = receipt.file.rpartition("/")[2].rpartition(".")[0]
        if organ.name in name or organ.stem in name:
            return
        lengths = sorted({len(known) for known in self._names}, reverse=True)
        pieces = (name[at : at + length] for length in lengths for at in range(len(name) - length + 1))
        other = next((self._names[piece] for piece in pieces if piece in self._names), "")
        if other:
            yield raise_finding("file_of_another", other=other, organ=organ.name)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """The names of all organs as people and as files have them."""
        return {known: organ.name for organ in self.campaign.roster.organs for known in (organ.name, organ.stem)}

    def _hint(self, receipt: Receipt) -> str:
        for organ in self.campaign.roster.organs:
            if receipt.code in organ.predecessors:
                return f"，它已由“{organ.name}”（{organ.code}）承接"
            if receipt.organ == organ.name:
                return f"，名册里“{organ.name}”的代码是 {organ.code}"
        return ""

    def _of_words(self, receipt: Receipt, organ: Organ) -> Iterator[Finding]:
        """Warn of prose that is the organ's own of last year, and of words the office wants nobody to publish."""
        form = self.campaign.form
        before = self.record.prose_of(organ)
        own = self.record.own(sentences_of(form, receipt.values, (organ.name, organ.stem))) if before else frozenset()
        share = share_of(own, before)
        if share >= _MOST_ALIKE:
            yield raise_finding("prose_as_last_year", share=round(share * 100))
        if self.campaign.forbidden:
            yield from forbidden_words(filing_of(receipt, form), self.campaign.forbidden)

    def _against_record(self, receipt: Receipt, organ: Organ) -> Iterator[Finding]:
        form, recorded = self.campaign.form, self.record.of_form(organ, self.campaign.form)
        if names := self._differing(receipt, organ):
            yield about_differing(names, receipt, recorded, form)
        expected = carried_figures(form, self.record.of(organ))
        yield from self._awaiting(receipt, organ, expected)
        if not expected or carried_figures(form, receipt.previous) == expected:
            return  # the workbook carries the right figures, so its own checks have held what was typed against them
        wrong = [name for name, figure in expected.items() if receipt.values.get(name) != figure]
        if wrong:
            told = (f"“{form.fields[name].label}”应为 {show(expected[name])}" for name in wrong[:_SHOWN])
            places = [Place(name, form.fields[name].label, *receipt.cells.get(name, ("", ""))) for name in wrong]
            yield raise_finding("record_differs", places, count=len(wrong), shown="、".join(told))

    def _awaiting(self, receipt: Receipt, organ: Organ, expected: Mapping[str, Value]) -> Iterator[Finding]:
        """Tell of a correction of last year's return that is not decided yet and would change what carries over."""
        found = self.record.awaiting_of(organ)
        if found is None:
            return
        file, figures = found
        corrected = carried_figures(self.campaign.form, figures)
        if corrected != expected:
            fits = all(receipt.values.get(name) == figure for name, figure in corrected.items())
            words = "本报表的上年结转是对的" if fits else "上年结转也会不同"
            yield raise_finding("record_awaits", organ=organ.name, file=file.rpartition("/")[2], fits=words)


def basis_of(campaign: Campaign) -> str:
    """Return a mark that changes whenever the campaign's judgement may change: roster, key, record, stages."""
    before = campaign.previous_campaign
    told: list[Any] = [_JUDGED_AS, campaign.movement, campaign.forbidden, campaign.year, seal_of(campaign, "")]
    told += [campaign.organ, campaign.government]
    told.append(sorted(stages_on(campaign.lives, datetime.now().astimezone().date()).items()))
    told += [(organ.code, organ.name, organ.kind, organ.predecessors) for organ in campaign.roster.organs]
    if before is not None and before.receipts_file.exists():
        known = before.receipts_file.stat()
        told += [known.st_size, known.st_mtime_ns, [organ.code for organ in before.roster.organs]]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _is_sum_from_below(receipt: Receipt, organ: Organ) -> bool:
    """Return whether a return is a lower level's sum, which bears that level's own seal."""
    names = {finding["name"] for finding in (*receipt.findings, *receipt.kept)}
    return organ.is_consolidated and bool(receipt.seal) and "consolidated_return" in names
