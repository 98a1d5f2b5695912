"""What only the campaign can say of a return: wrong year, not in the roster, another seal, another last year."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolkit.campaign.receipts import ACCEPTED, NEEDS_FIXING, UNREADABLE, Receipt
from toolkit.campaign.seals import seal_of
from toolkit.filing.findings import Entry, Finding, Place, Severity, show
from toolkit.workbook.intake import finding_json
from toolkit.workbook.template import carried_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.campaign.folder import Campaign
    from toolkit.campaign.record import Record
    from toolkit.campaign.roster import Organ

CAMPAIGN_CATALOGUE: Mapping[str, Entry] = {
    "other_year": Entry(
        Severity.ERROR,
        "不是本年度的报表",
        "报表是 {found} 年的，现在收的是 {expected} 年的",
        "请用本年度下发的报表重新填写报送。",
        "往年的报表不能代替本年的。",
        "把去年的文件又发了一遍。",
    ),
    "not_in_roster": Entry(
        Severity.ERROR,
        "名册里没有这个机关",
        "报表的机关代码“{code}”（{organ}）不在名册中{hint}",
        "如确应报送，请在名册里补上这个机关后重新收件；如已改名或合并，请让新机关用下发给它的报表填报。",
        "只有名册里的机关参加汇总，否则多报、重报都发现不了。",
        "已撤销的机关用旧表报送。",
    ),
    "name_differs": Entry(
        Severity.WARNING,
        "机关名称与名册不同",
        "报表上的机关名称是“{found}”，名册里是“{expected}”",
        "如机关已改名，请重新下发报表，使报告用新名称；如名册写错，请改名册。",
        "报告标题用报表上的机关名称。",
        "下发之后机关改了名。",
    ),
    "seal_differs": Entry(
        Severity.WARNING,
        "不是本次下发的报表",
        "报表上没有本次下发的标记，或标记不符",
        "请核实这份报表的来历；最好让填报人把数填进本次下发给本单位的报表。",
        "标记由代码、年度和表式版本算出，说明报表是本次下发给这个机关的。",
        "用别处生成的空表填报。",
    ),
    "record_differs": Entry(
        Severity.ERROR,
        "与上一轮的记录不符",
        "{count} 格与上一轮已通过的数不同：{shown}",
        "请按上一轮已通过的数填写；上一轮的数确有错误的，先更正上一轮再报。",
        "上年结转的数应与上年报告一致，否则两年的报告互相矛盾。",
        "拿不含上年数据的空表自己填了上年结转。",
    ),
}
_SHOWN = 3


@dataclass(frozen=True)
class Judge:
    """Adds the campaign's findings to receipts and draws the verdict."""

    campaign: Campaign
    record: Record

    def judged(self, receipt: Receipt) -> Receipt:
        """Return a receipt with the campaign's findings of today in place of those it had, and the verdict."""
        own = [finding for finding in receipt.findings if finding["name"] not in CAMPAIGN_CATALOGUE]
        if receipt.verdict == UNREADABLE:
            return replace(receipt, findings=tuple(own))
        found = (*map(finding_json, self._findings(receipt)), *own)
        is_wrong = any(finding["severity"] == Severity.ERROR for finding in found)
        return replace(receipt, findings=found, verdict=NEEDS_FIXING if is_wrong else ACCEPTED)

    def _findings(self, receipt: Receipt) -> Iterator[Finding]:
        if receipt.year != self.campaign.year:
            yield _found("other_year", found=receipt.year, expected=self.campaign.year)
            return
        organ = self.campaign.roster.by_code.get(receipt.code)
        if organ is None:
            yield _found("not_in_roster", code=receipt.code, organ=receipt.organ, hint=self._hint(receipt))
            return
        if receipt.organ != organ.name:
            yield _found("name_differs", found=receipt.organ, expected=organ.name)
        # A lower level's consolidated return bears that level's own seal.
        if receipt.seal != seal_of(self.campaign, organ.code) and not organ.covers_all_below:
            yield _found("seal_differs")
        yield from self._against_record(receipt, organ)

    def _hint(self, receipt: Receipt) -> str:
        for organ in self.campaign.roster.organs:
            if receipt.code in organ.predecessors:
                return f"，它已由“{organ.name}”（{organ.code}）承接"
            if receipt.organ == organ.name:
                return f"，名册里“{organ.name}”的代码是 {organ.code}"
        return ""

    def _against_record(self, receipt: Receipt, organ: Organ) -> Iterator[Finding]:
        form = self.campaign.form
        expected = carried_figures(form, self.record.of(organ))
        if not expected or carried_figures(form, receipt.previous) == expected:
            return  # the workbook carries the right figures, so its own checks have held what was typed against them
        wrong = [name for name, figure in expected.items() if receipt.values.get(name) != figure]
        if wrong:
            told = (f"“{form.fields[name].label}”应为 {show(expected[name])}" for name in wrong[:_SHOWN])
            places = [Place(name, form.fields[name].label, *receipt.cells.get(name, ("", ""))) for name in wrong]
            yield _found("record_differs", places, count=len(wrong), shown="、".join(told))


def _found(name: str, places: Iterable[Place] = (), **words: object) -> Finding:
    entry = CAMPAIGN_CATALOGUE[name]
    return Finding(name, entry.severity, entry.message.format(**words), entry.advice, tuple(places))


def mark_of(campaign: Campaign) -> str:
    """Return a mark that changes whenever the campaign's judgement of a return may change: roster, key, record."""
    before = campaign.previous_campaign
    told: list[Any] = [campaign.year, seal_of(campaign, "")]
    told += [(organ.code, organ.name, organ.kind, organ.predecessors) for organ in campaign.roster.organs]
    if before is not None and before.receipts_file.exists():
        known = before.receipts_file.stat()
        told += [known.st_size, known.st_mtime_ns, [organ.code for organ in before.roster.organs]]
    return hashlib.sha256(repr(told).encode()).hexdigest()
