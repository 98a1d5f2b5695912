"""The rules with their life and how often each was hit: of a round, or as the forms state them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.intake.standings import is_stray
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.round.lives import Stage, adjustable, stages_on
from toolkit.campaign.round.rule_effects import as_came, each
from toolkit.filing.findings import CATALOGUE
from toolkit.form.registry import load_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.lives import Life
    from toolkit.form.model import Form


@dataclass(frozen=True)
class RuleLine:
    """One rule: how grave the form has it, the stage it is in today, and the lives a round states for it.

    `hits` are the findings it gave over the newest return of every organ, `organs` whose newest return these are, and
    `ever` the organs any of whose returns it hit; all 0 without a round.
    """

    name: str
    title: str
    severity: str
    stage: str
    lives: tuple[Life, ...] = ()
    hits: int = 0
    organs: int = 0
    ever: int = 0


def rules_of(folder: Path | None, forms: Path | None = None) -> tuple[RuleLine, ...]:
    """Return the rules of a round with their hits, those hit most first; without a round those of every edition.

    Raises:
        InputError: the folder holds no round, or its settings are not sound.
    """
    if folder is None:
        titles = {name: told for form in load_forms(forms) for name, told in _titles(form).items()}
        return tuple(RuleLine(name, title, severity, _usual(severity)) for name, (title, severity) in titles.items())
    campaign = open_campaign(folder)
    receipts: tuple[Receipt, ...] = ()
    if campaign.receipts_file.exists():
        with ReceiptBook(campaign.receipts_file) as book:
            receipts = book.all()
    return tuple(_lines(campaign, receipts, datetime.now().astimezone().date()))


def _lines(campaign: Campaign, receipts: Iterable[Receipt], day: date) -> Iterator[RuleLine]:
    newest: dict[str, Receipt] = {}
    ever: defaultdict[str, set[str]] = defaultdict(set)
    for receipt in receipts:
        if not is_stray(campaign, receipt):
            newest[receipt.code] = receipt
            for name in _hit(receipt):
                ever[name].add(receipt.code)
    counts = [_hit(receipt) for receipt in newest.values()]
    stages = stages_on(campaign.lives, day)
    lines = [
        RuleLine(
            name, title, severity, stages.get(name, _usual(severity)),
            tuple(life for life in campaign.lives if life.name == name),
            sum(count[name] for count in counts), sum(name in count for count in counts), len(ever[name]),
        )
        for name, (title, severity) in _titles(campaign.form).items()
    ]  # fmt: skip
    yield from sorted(lines, key=lambda line: (-line.hits, -line.ever))


def _hit(receipt: Receipt) -> Counter[str]:
    return Counter(finding["name"] for finding in each(as_came(receipt.findings, receipt.kept)))


def _titles(form: Form) -> Mapping[str, tuple[str, str]]:
    """Return title and severity of everything whose life can be set, the form's own rules first."""
    stated = {rule.id: (rule.title, rule.severity) for rule in form.rules}
    stated |= {name: (entry.title, entry.severity.value) for name, entry in CATALOGUE.items()}
    stated |= {duty.id: (duty.title, duty.severity) for duty in form.duties}
    known = adjustable(form)
    return {name: told for name, told in stated.items() if name in known}


def _usual(severity: str) -> str:
    return {"error": Stage.BLOCK.value, "warning": Stage.WARN.value}.get(severity, severity)


def rules_json(lines: Iterable[RuleLine]) -> list[dict[str, Any]]:
    """Return the rules as the JSON of `xxgk rules` has them."""
    return [
        {
            "name": line.name, "title": line.title, "severity": line.severity, "stage": line.stage,
            "lives": [
                {
                    "stage": life.stage.value,
                    "from": life.start.isoformat() if life.start else None,
                    "until": life.until.isoformat() if life.until else None,
                }
                for life in line.lives
            ],
            "hits": line.hits, "organs": line.organs, "ever": line.ever,
        }
        for line in lines
    ]  # fmt: skip
