"""What outputs are made of besides the returns: whose they are, the roster, the form, last year's record, the seal.

All of it is recorded with the outputs, so that whatever changes later can be named.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.carried.published_reports import kept_figures
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.intake.standings import standing_by
from toolkit.campaign.round.seals import seal_of
from toolkit.errors import InputError
from toolkit.form.local.supplement import official

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ

# What an input is called. Which a folder's outputs rest on is said in `_used`.
_LABELS = {
    "organ": "编报的机关（campaign.toml 的 organ）",
    "code": "编报机关的代码（campaign.toml 的 code）",
    "government": "报告是谁的（campaign.toml 的 government，没有写的是 organ）",
    "preamble": "报告开头的一段话（campaign.toml 的 preamble）",
    "form": "表式定义或补充内容（supplement.toml）",
    "last_year": "上一轮的记录，上年的数和还没有到齐时的区间由它得来",
    "seal": "这一轮的密钥（key.toml）",
}
# The keys of campaign.toml that outputs rest on, and those that touch them only by what is accepted, or not at all.
SETTINGS = frozenset({"year", "edition", "roster", "previous", "forms", "organ", "code", "government", "preamble"})
_LONGEST = 30  # characters of a value that is told
_ROSTER = {"ground": "不报原因", "kind": "类型", "parent": "上级", "line": "条线上级"}


def inputs_of(campaign: Campaign, folder: Path, *, is_complete: bool) -> Mapping[str, Any]:
    """Return what the outputs of a folder rest on besides the returns, as it goes into their record.

    Of a complete sum nothing is foreseen, so that last year's record is none of its inputs, unless figures are from it.
    """
    known: dict[str, Any] = dict(_used(campaign, folder))
    if not is_complete:
        known["last_year"] = _last_year(campaign)
    known["roster"] = {organ.code: _line(campaign, folder, organ) for organ in campaign.roster.organs}
    return known


def _used(campaign: Campaign, folder: Path) -> Iterator[tuple[str, str]]:
    if folder == campaign.reports:
        yield "government", campaign.government or campaign.organ
        yield "preamble", campaign.preamble
        yield "form", official(campaign.form).fingerprint
    else:
        yield "organ", campaign.organ
        yield "code", campaign.code
        yield "form", campaign.form.fingerprint
        yield "seal", seal_of(campaign, campaign.code)


def _line(campaign: Campaign, folder: Path, organ: Organ) -> Mapping[str, str]:
    """Return what outputs show of an organ: a report who is expected, a sum besides who is above whom."""
    shown = {"name": organ.name, "ground": organ.ground}
    if folder == campaign.reports:
        return shown
    above = {"line": organ.line} if folder == campaign.merged_by_line else {"parent": organ.parent}
    return shown | {"kind": organ.kind} | above


def _last_year(campaign: Campaign) -> str:
    """Return a mark of last year's figures, the same wherever the folders are copied."""
    try:
        before = campaign.previous_campaign
    except InputError:
        return ""
    if before is None:
        told: list[Any] = sorted((code, sorted(kept.items())) for code, kept in kept_figures(campaign.folder).items())
    elif not before.receipts_file.exists():
        return ""
    else:
        with ReceiptBook(before.receipts_file) as book:
            places = standing_by(before, book.heads(), book.events())
        told = [(code, place.counts.answers) for code, place in places.items() if place.counts]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def changed_inputs(campaign: Campaign, folder: Path, known: Mapping[str, Any], counted: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for every input that is no longer as it was recorded; `counted` have sentences of their own."""
    now = inputs_of(campaign, folder, is_complete="last_year" not in known)
    for name, label in _LABELS.items():
        if name in known and known[name] != now.get(name):
            yield f"{label}改了{_from_to(name, known[name], now[name])}"
    before, lines, told = known.get("roster"), now["roster"], frozenset(counted)
    if isinstance(before, dict):
        for code in dict.fromkeys((*before, *lines)):
            if change := _changed_line(campaign, before.get(code), lines.get(code), is_counted=code in told):
                yield f"名册：{change}"


def _from_to(name: str, old: str, new: str) -> str:
    if name in {"form", "last_year", "seal"}:
        return ""
    return f"：原来{_quoted(old)}，现在{_quoted(new)}" if max(len(old), len(new)) <= _LONGEST else ""


def _quoted(text: str) -> str:
    return f"是“{text}”" if text else "没有写"


def _changed_line(
    campaign: Campaign, old: Mapping[str, str] | None, new: Mapping[str, str] | None, *, is_counted: bool
) -> str:
    """Return what became of an organ's line, empty where nothing did or the sentence about its return says it."""
    if new is None:
        return "" if old is None or is_counted else f"去掉了{old['name']}"
    if old is None:
        return "" if is_counted else f"新增了{new['name']}"
    names = {organ.code: organ.name for organ in campaign.roster.organs}
    told = [
        f"的{label}原来{_quoted(names.get(old[key], old[key]))}，现在{_quoted(names.get(new[key], new[key]))}"
        for key, label in _ROSTER.items()
        if key in old and key in new and old[key] != new[key]
    ]
    if old["name"] != new["name"] and not is_counted:
        told.insert(0, f"原来叫“{old['name']}”")
    return f"{new['name']}{'，'.join(told)}" if told else ""
