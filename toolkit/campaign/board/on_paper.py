"""How far every organ's report is on paper and published, as the board tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from toolkit.campaign.intake.standings import Standing


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What is on paper of one organ, held against the version that counts on a day."""

    where: Standing
    day: date
    papers: Papers = Papers()

    @property
    def is_signed(self) -> bool:
        """Whether the stamped copy is of the version that counts."""
        signed, counts = self.papers.signed, self.where.counts
        return signed is not None and counts is not None and signed.check_code == counts.check_code

    @property
    def is_published(self) -> bool:
        """Whether the version that counts was published, and nothing on the page is known to be otherwise."""
        published, counts = self.papers.published, self.where.counts
        is_of_it = published is not None and counts is not None and published.answers == counts.answers
        return is_of_it and published is not None and not published.unequal

    @property
    def is_late(self) -> bool:
        """Whether the day to publish passed before the report was published."""
        due = self.where.organ.publish_by
        if due is None or (self.where.organ.ground and self.where.counts is None):
            return False
        published = self.papers.published
        return (published.day if published else self.day) > due

    @property
    def signed_label(self) -> str:
        """How far signing is, in words."""
        signed = self.papers.signed
        if signed is None:
            return "未签发" if self.where.counts else ""
        if self.is_signed:
            return "已签发"
        return f"签的是{self._version(signed.sha256)}，与计入的不同，请重签"

    @property
    def published_label(self) -> str:
        """How far publishing is, in words."""
        published, late = self.papers.published, "，逾期" if self.is_late else ""
        if published is None:
            return f"未公布{late}" if self.where.counts or late else ""
        if self.where.counts is None or published.answers != self.where.counts.answers:
            return f"公布的是{self._version(published.sha256)}，与计入的不同，请更正{late}"
        if published.unequal:
            return f"公布的有 {len(published.unequal)} 处与报表不同，请更正{late}"
        checked = "" if published.page else "，没有核对网页"
        return f"已公布{checked}{late}"

    @property
    def must_look(self) -> bool:
        """Whether something on paper contradicts the return that counts, or is late."""
        is_wrong = (self.papers.signed and not self.is_signed) or (self.papers.published and not self.is_published)
        return bool(is_wrong) or self.is_late

    def _version(self, sha256: str) -> str:
        found = next((one for one in self.where.versions if one.sha256 == sha256), None)
        return f"第 {self.where.number(found)} 份" if found else "别的一份"


def paper_lines(papers: Iterable[OnPaper]) -> Iterator[str]:
    """Yield how far signing and publishing are, then whom to look at; nothing where nobody has stated anything."""
    accepted, known = 0, []
    for one in papers:  # of a hundred thousand organs most may have nothing stated
        accepted += one.where.counts is not None
        if one.papers != Papers() or one.where.organ.publish_by:
            known.append(one)
    if not known:
        return
    counted = [one for one in known if one.where.counts]
    signed = _how_many([one.is_signed for one in counted if one.papers.signed])
    published = _how_many([one.is_published for one in counted if one.papers.published])
    late = sum(one.is_late for one in known)
    yield f"签发 {signed}，公布 {published}；已通过 {accepted} 家，公布逾期 {late} 家。"
    for one in known:
        if one.must_look:
            told = "；".join(word for word in (one.signed_label, one.published_label) if word)
            yield f"{one.where.organ.name}（{one.where.organ.code}）：{told}"


def _how_many(fit: Collection[bool]) -> str:
    """Return of how many organs something is stated, and of how many of them it is not that of the return."""
    wrong = len(fit) - sum(fit)
    return f"{len(fit)} 家（其中 {wrong} 家与计入的不同）" if wrong else f"{len(fit)} 家"


def paper_json(paper: OnPaper) -> dict[str, Any]:
    """Return what is on paper as one organ's entry in the JSON of `xxgk status` has it."""
    signed, published, due = paper.papers.signed, paper.papers.published, paper.where.organ.publish_by
    return {
        "publish_by": due.isoformat() if due else None,
        "publish_late": paper.is_late,
        "signed": signed and {
            "signer": signed.signer, "date": signed.day.isoformat(), "check_code": signed.check_code,
            "scan": signed.scan or None, "fits": paper.is_signed, "told": paper.signed_label,
        },
        "published": published and {
            "address": published.address, "date": published.day.isoformat(), "page": published.page or None,
            "compared": published.compared, "unread": published.unread, "fits": paper.is_published,
            "told": paper.published_label,
            "unequal": [
                {"field": one.field, "label": one.label, "returned": one.returned, "published": one.published}
                for one in published.unequal
            ],
        },
    }  # fmt: skip
