"""What the coordinator has to decide: sound files that wait for a word, and sound files that took another's place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.parts import Part
from toolkit.campaign.sendback.versions import difference
from toolkit.filing.findings import show
from toolkit.filing.headlines import headlines
from toolkit.form.checks import is_number, number
from toolkit.workbook.examining import json_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.roster import Organ
    from toolkit.campaign.sendback.versions import Change
    from toolkit.filing.headlines import Headline
    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

SHOWN = 5  # cells and totals that are named
_LONGEST = 30  # characters of a text that are shown


@dataclass(frozen=True, slots=True)
class Question:
    """Whether one version of an organ's return is the right one.

    `kind` is `held` for a version that does not count yet, `replaced` for one that took the place of `other`. `number`
    and `other_number` say which versions they are; `other` is None where nothing else stands. `gains` is by how much
    each figure of the whole would be (or is) another, by field; `heads` likewise for the few a round is judged by.
    `is_frozen` says that nothing can be decided before the organ is unfrozen, `is_kept` that `other` does not count
    now, `part` what part the return has in the sum.
    """

    kind: str
    organ: Organ
    receipt: Receipt
    number: int
    other: Receipt | None
    other_number: int
    reason: str
    changes: tuple[Change, ...]
    gains: tuple[tuple[str, str, Figure], ...]
    labels: tuple[str, ...]
    heads: tuple[tuple[str, Figure], ...] = ()
    is_frozen: bool = False
    is_kept: bool = False
    part: Part = Part.COUNTED

    @property
    def lines(self) -> tuple[str, ...]:
        """The question in words: what came, how it differs, what to do."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[str]:
        organ, code = self.organ.name, self.organ.code
        new = f"第 {self.number} 份“{self.receipt.name}”"
        old = f"第 {self.other_number} 份“{self.other.name}”" if self.other else ""
        if self.kind == "replaced":
            yield f"{organ}（{code}）：两份都合格、内容不同，现在计入较晚的{new}，{old}不计。"
        else:
            kept = f"，{old}暂不计入（新交的一份要改）" if self.is_kept else f"，仍按{old}计入"
            stands = kept if old else "，现在没有计入"
            yield f"{organ}（{code}）：{new}待定（{self.reason}）{stands}。"
        if self.changes:
            more = f" 等 {len(self.changes)} 格" if len(self.changes) > SHOWN else ""
            yield f"有 {len(self.changes)} 格不同：{'；'.join(self.labels)}{more}"
        yield from self._effect()
        yield self._advice()

    def _effect(self) -> Iterator[str]:
        """Yield by how much the whole would be (or is) another, where that is this return's doing alone."""
        if self.part is Part.COVERED:
            yield "它由上级汇总报送，全部合计不因它变"
        elif self.organ.is_consolidated and self.kind == "held" and (self.other is None or self.is_kept):
            yield "接受后改按它的汇总计，它下面的不再另加"
        elif self.gains:
            verb = "比用旧的一份，" if self.kind == "replaced" else "接受后"
            shown = self.heads or tuple((label, gain) for _, label, gain in self.gains[:SHOWN])
            told = "、".join(f"{label} {_signed(gain)}" for label, gain in shown)
            more = f"，共 {len(self.gains)} 个数变" if len(self.gains) > len(shown) else ""
            yield f"{verb}全部合计：{told}{more}"

    def _advice(self) -> str:
        code = self.organ.code
        if self.kind == "replaced":
            return (
                f"请核实是更正还是各报了一半。较晚的对：xxgk accept 工作文件夹 {code}；"
                f"要用旧的：xxgk accept 工作文件夹 {code} --version {self.other_number}"
            )
        first = "先解除封存（xxgk freeze 加 --undo --why 原因）。" if self.is_frozen else ""
        return (
            f"{first}要用它：xxgk accept 工作文件夹 {code} --version {self.number}；"
            f"不用它：xxgk withdraw 工作文件夹 {code} --version {self.number}"
        )


def _signed(figure: Figure) -> str:
    return f"{'+' if figure > 0 else '−'}{show(figure if figure > 0 else -figure)}"


def questions_of(form: Form, where: Standing, part: Part) -> tuple[Question, ...]:
    """Return what has to be decided about an organ; receipts must come with their values."""
    stands = where.counts or where.kept
    found = [_question(form, where, "held", one.receipt, stands, one.reason.label) for one in where.held]
    if where.replaced is not None and where.counts is not None:
        found.append(_question(form, where, "replaced", where.counts, where.replaced, ""))
    return tuple(replace(one, part=part, gains=() if part is Part.COVERED else one.gains) for one in found)


def _question(form: Form, where: Standing, kind: str, new: Receipt, old: Receipt | None, reason: str) -> Question:
    changes = difference(form, old, new).changes if old else ()
    is_kept = old is not None and where.counts is None
    added = None if is_kept else old  # what is in the total now
    labels = tuple(
        f"{f'{change.sheet}!{change.cell} ' if change.cell else ''}{form.fields[change.field].label} "
        f"{_text(change.old)} → {_text(change.new)}"
        for change in changes[:SHOWN]
    )
    gains = tuple(
        (name, field.label, gain)
        for name, field in form.fields.items()
        if field.kind.is_figure and (gain := _figure(new, name) - _figure(added, name))
    )
    heads = tuple((line.label, gain) for line in headlines(form) if (gain := _of(line, new) - _of(line, added)))
    other = where.number(old) if old else 0
    return Question(
        kind,
        where.organ,
        new,
        where.number(new),
        old,
        other,
        reason,
        changes,
        gains,
        labels,
        heads,
        where.frozen,
        is_kept,
    )


def _of(line: Headline, receipt: Receipt | None) -> Figure:
    return line.of(lambda name: _figure(receipt, name)) if receipt else 0


def _figure(receipt: Receipt | None, name: str) -> Figure:
    value = receipt.values.get(name) if receipt else None
    return number(value) if is_number(value) else 0


def _text(value: Value) -> str:
    text = "".join(paragraph.text for paragraph in value) if isinstance(value, tuple) else show(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def question_json(question: Question) -> dict[str, Any]:
    """Return a question as JSON has it."""
    return {
        "kind": question.kind,
        "code": question.organ.code,
        "organ": question.organ.name,
        "reason": question.reason or None,
        "number": question.number,
        "file": question.receipt.file,
        "sha256": question.receipt.sha256,
        "other_number": question.other_number or None,
        "other_file": question.other.file if question.other else None,
        "changes": [
            {
                "field": change.field,
                "sheet": change.sheet,
                "cell": change.cell,
                "old": json_value(change.old),
                "new": json_value(change.new),
            }
            for change in question.changes
        ],
        "totals": [{"field": field, "label": label, "by": json_value(gain)} for field, label, gain in question.gains],
        "text": "\n".join(question.lines),
    }
