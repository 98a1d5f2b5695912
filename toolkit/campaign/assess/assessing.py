"""Points for every organ by the office's own rules, each with what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.campaign.assess.measures import BY_NAME, MEASURES, Evidence, Known, returned_by_code
from toolkit.campaign.board.parts import Part
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.campaign.assess.measures import Measure
    from toolkit.campaign.board.board import Board, BoardRow
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ

FULL = Decimal(100)
_KEYS = ("measure", "points", "most", "label", "findings", "once")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the office: `points` for every unit of a measure, of some findings alone where these are named.

    `most` is how many points the rule gives or takes at most, None without a limit; `once` counts the measure as one
    however large it is.
    """

    measure: Measure
    points: Decimal
    most: Decimal | None = None
    label: str = ""
    findings: tuple[str, ...] = ()
    once: bool = False

    @property
    def title(self) -> str:
        """What the rule is called."""
        return self.label or self.measure.label

    @property
    def told(self) -> str:
        """The rule in words."""
        each = "有就" if self.once else f"每{self.measure.unit}"
        limit = f"，最多 {abs(self.most)} 分" if self.most is not None else ""
        only = f"（只看 {'、'.join(self.findings)}）" if self.findings else ""
        return f"{self.measure.label}{only}：{each}{'加' if self.points > 0 else '扣'} {abs(self.points)} 分{limit}"


@dataclass(frozen=True)
class Line:
    """One rule (or, without rules, one measure) applied to one organ."""

    title: str
    unit: str
    amount: int
    points: Decimal | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Assessed:
    """One organ judged. `total` is None without rules; `rank` 1 is the best, those alike share it."""

    organ: Organ
    parent: str
    label: str
    lines: tuple[Line, ...]
    total: Decimal | None
    rank: int = 0


@dataclass(frozen=True)
class Assessment:
    """All organs judged alike. `left_out` are those of which no return of their own is expected, with why."""

    title: str
    day: str
    full: Decimal
    rules: tuple[Rule, ...]
    organs: tuple[Assessed, ...]
    left_out: tuple[tuple[str, str], ...]


def rules_of(campaign: Campaign) -> tuple[Decimal, tuple[Rule, ...]]:
    """Return the points everybody begins with and the rules of `[assess]` in campaign.toml; none where it has none.

    Raises:
        InputError: a rule is not sound; every mistake is listed.
    """
    stated = campaign.assess
    mistakes = [
        f"[assess] 不认识 {key}{nearest(key, ('full', 'rule'))}" for key in stated if key not in {"full", "rule"}
    ]
    full = _number(stated.get("full", 100))
    if full is None:
        mistakes.append("[assess] 的 full 应是数")
    entries = stated.get("rule", [])
    if not isinstance(entries, list):
        mistakes.append("[assess] 的规则要写成 [[assess.rule]]")
        entries = []
    for place, entry in enumerate(entries, 1):
        mistakes += [f"第 {place} 条 [[assess.rule]]：{mistake}" for mistake in _mistakes(entry)]
    if mistakes:
        raise InputError(str(campaign.folder / "campaign.toml"), mistakes)
    return full or FULL, tuple(map(_rule, entries))


def _number(value: object) -> Decimal | None:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Decimal(value) if is_number and isinstance(value, int | Decimal) else None


def _mistakes(entry: object) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield "应是一张表"
        return
    yield from (f"不认识 {key}{nearest(key, _KEYS)}" for key in entry if key not in _KEYS)
    name = entry.get("measure")
    if name not in BY_NAME:
        yield f"measure 的“{name}”不认识{nearest(str(name), BY_NAME)}；可用：{'、'.join(BY_NAME)}"
    if _number(entry.get("points")) in {None, Decimal(0)}:
        yield "points 应是不为 0 的数，扣分写负数"
    if "most" in entry and (_number(entry["most"]) or Decimal(0)) <= 0:
        yield "most 应是大于 0 的数"
    findings = entry.get("findings", [])
    if not (isinstance(findings, list) and all(isinstance(one, str) for one in findings)):
        yield "findings 应是意见名称的列表"
    if not isinstance(entry.get("once", False), bool):
        yield "once 应是 true 或 false"


def _rule(entry: Mapping[str, Any]) -> Rule:
    most = _number(entry.get("most"))
    return Rule(
        BY_NAME[entry["measure"]], Decimal(entry["points"]), most, str(entry.get("label", "")),
        tuple(entry.get("findings", ())), entry.get("once", False),
    )  # fmt: skip


def assess_round(campaign: Campaign, board: Board) -> Assessment:
    """Return every organ judged by what the round knows, the best first.

    Raises:
        InputError: the rules in campaign.toml are not sound.
    """
    full, rules = rules_of(campaign)
    returned = {}
    if campaign.receipts_file.exists():
        with ReceiptBook(campaign.receipts_file) as book:
            returned = dict(returned_by_code(book.events()))
    judged, left_out = list[Assessed](), list[tuple[str, str]]()
    for row in board.rows:
        if row.part in {Part.EXEMPT, Part.COVERED}:
            left_out.append((row.organ.name, row.label))
        else:
            known = Known(row, board, campaign.form, returned.get(row.organ.code, ()))
            judged.append(_judge(known, full, rules))
    title = f"{board.organ} {board.year} 年度考核"
    return Assessment(title, board.day.isoformat(), full, rules, tuple(_ranked(judged)), tuple(left_out))


def _judge(known: Known, full: Decimal, rules: tuple[Rule, ...]) -> Assessed:
    row: BoardRow = known.row
    if not rules:
        lines = tuple(_line(Rule(measure, Decimal(0)), known) for measure in MEASURES)
        return Assessed(row.organ, row.parent, row.label, lines, None)
    lines = tuple(_line(rule, known) for rule in rules)
    total = full + sum((line.points or Decimal(0) for line in lines), Decimal(0))
    return Assessed(row.organ, row.parent, row.label, lines, _plain(max(total, Decimal(0))))


def _line(rule: Rule, known: Known) -> Line:
    evidence = tuple(one for one in rule.measure.find(known) if not rule.findings or one.finding in rule.findings)
    amount = sum(one.amount for one in evidence)
    counted = min(amount, 1) if rule.once else amount
    points = rule.points * counted
    if rule.most is not None:
        points = max(-rule.most, min(rule.most, points))
    return Line(rule.title, rule.measure.unit, amount, _plain(points) if rule.points else None, evidence)


def _plain(points: Decimal) -> Decimal:
    """Return points without noughts behind the point, and nought without a sign."""
    return Decimal(int(points)) if points == points.to_integral_value() else points.normalize()


def _ranked(judged: list[Assessed]) -> Iterator[Assessed]:
    ordered = sorted(judged, key=lambda one: -(one.total or Decimal(0)))
    totals = [one.total for one in ordered]
    for one in ordered:
        rank = totals.index(one.total) + 1 if one.total is not None else 0
        yield Assessed(one.organ, one.parent, one.label, one.lines, one.total, rank)


def assessment_json(found: Assessment) -> dict[str, Any]:
    """Return an assessment as the JSON of `xxgk assess`."""
    return {
        "title": found.title,
        "day": found.day,
        "full": str(found.full),
        "rules": [rule.told for rule in found.rules],
        "organs": [
            {
                "code": one.organ.code,
                "organ": one.organ.name,
                "state": one.label,
                "total": None if one.total is None else str(one.total),
                "rank": one.rank or None,
                "lines": [
                    {
                        "title": line.title,
                        "amount": line.amount,
                        "unit": line.unit,
                        "points": None if line.points is None else str(line.points),
                        "evidence": [
                            {"amount": each.amount, "told": each.told, "file": each.path or None}
                            for each in line.evidence
                        ],
                    }
                    for line in one.lines
                ],
            }
            for one in found.organs
        ],
        "left_out": [{"organ": organ, "state": state} for organ, state in found.left_out],
    }
