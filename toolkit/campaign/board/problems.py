"""Every finding and every explanation of a round in one list: whose, how grave, where, what the organ says to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.filing.compact import value_row
from toolkit.filing.findings import CATALOGUE, WAIVED, Place, Severity
from toolkit.form.ids import explanation_id
from toolkit.form.rules import bind_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.campaign.board.across.round_findings import RoundFinding
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing
    from toolkit.form.checks import Check
    from toolkit.form.model import Form
    from toolkit.form.values import Value

WAIVED_LABEL, EXPLAINED_LABEL, OPEN_LABEL = "准予通过", "已说明", "待核对"
EXPLAINED = "explained"  # stands for the name of a finding where there is an explanation and none
_NAMED = 10
_TITLES = {EXPLAINED: "填报人的说明"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about one file, or one explanation that answers none.

    `organ` and `code` are empty for a file that is nobody's; `version` is which of the organ's files it is about, 0 for
    such a file. `places` is how many cells it concerns, the first of which is `sheet` and `cell`. `state` says what is
    to be done about it, in words. `is_shared` says that only a look over all organs shows it; then `called` is what
    `xxgk waive` calls it.
    """

    organ: str
    code: str
    version: int
    file: str
    name: str
    title: str
    severity: Severity
    message: str
    advice: str
    sheet: str
    cell: str
    label: str
    places: int
    explanation: str
    state: str
    is_shared: bool = False
    called: str = ""

    @property
    def is_waived(self) -> bool:
        """Whether the coordinator has let it pass."""
        return self.state == WAIVED_LABEL

    @property
    def closed(self) -> str:
        """In words why nobody is asked about it any more; empty for what is open and for what the organ only says."""
        return self.state if self.name != EXPLAINED and self.state in {WAIVED_LABEL, EXPLAINED_LABEL} else ""

    @property
    def grade(self) -> str:
        """How grave it is, in words, or was."""
        return f"原为{self.severity.label}" if self.closed else self.severity.label

    @property
    def where(self) -> str:
        """The place in words: the first cell, and how many more there are."""
        first = f"{self.sheet}!{self.cell}" if self.cell else self.label or self.sheet
        return f"{first} 等 {self.places} 格" if self.places > 1 else first


def problems_of(
    form: Form, places: Iterable[Standing], strays: Iterable[Receipt], across: Iterable[RoundFinding]
) -> tuple[Problem, ...]:
    """Return every problem of a round in roster order, then those of files that are nobody's.

    Of an organ they are those of what must be mended or else counts, and of every version that is held; `across` are
    those that only a look over all organs shows.
    """
    found: list[Problem] = []
    by_code = {place.organ.code: place for place in places}
    shared: defaultdict[str, list[Problem]] = defaultdict(list)
    for one in across:  # of a hundred thousand organs there may be as many, so none stays longer than needed
        shared[one.organ.code].append(_of_round(form, by_code[one.organ.code], one))
    for code, place in by_code.items():
        for receipt in _told_of(place):
            told = place.with_remark(receipt)
            found += _of_receipt(form, told, place.organ.name, code, place.number(receipt))
        found += shared.pop(code, ())
    for receipt in strays:
        found += _of_receipt(form, receipt, receipt.organ, "", 0)
    return tuple(found)


def _of_round(form: Form, place: Standing, one: RoundFinding) -> Problem:
    """Return what only a look over all organs shows, as a problem of one of them."""
    receipt, finding = place.counts, one.finding
    version, file = (place.number(receipt), receipt.file) if receipt else (0, "")
    first = finding.places[0] if finding.places else Place("", "")
    if receipt is not None and not first.cell:
        sheet, cell = receipt.cells.get(first.field, ("", ""))
        first = replace(first, sheet=sheet, cell=cell)
    return Problem(
        place.organ.name, place.organ.code, version, file, finding.name, title_of(form, finding.name),
        finding.severity, finding.message, finding.advice, first.sheet, first.cell, first.label, len(finding.places),
        "", _state(finding.severity, finding.closed), is_shared=True, called=one.called,
    )  # fmt: skip


def _told_of(place: Standing) -> Iterator[Receipt]:
    chief = place.unfit or place.counts
    if chief is not None:
        yield chief
    if place.unfit is not None and place.counts is not None and place.counts is not place.unfit:
        yield place.counts
    yield from (held.receipt for held in place.held)


def _of_receipt(form: Form, receipt: Receipt, organ: str, code: str, version: int) -> Iterator[Problem]:
    answered: set[str] = set()
    for finding in receipt.findings:
        key = _check_of(form, finding)
        explanation = _said(receipt, key) or str(finding.get("explanation", ""))
        answered.add(key)
        severity = Severity(finding["severity"])
        places = finding.get("places", ())
        first = places[0] if places else {}
        yield Problem(
            organ, code, version, receipt.file, finding["name"], title_of(form, finding["name"]), severity,
            finding.get("message", ""), finding.get("advice", ""), first.get("sheet", ""), first.get("cell", ""),
            first.get("label", ""), len(places), explanation, _state(severity, finding.get("closed", "")),
        )  # fmt: skip
    explainable = _explainable(form)
    given = value_row(receipt.values, tuple(map(explanation_id, explainable)))
    for (key, title), value in zip(explainable.items(), given, strict=True) if any(given) else ():
        explanation = _text(value)
        if explanation and key not in answered:
            sheet, cell = receipt.cells.get(explanation_id(key), ("", ""))
            yield Problem(
                organ, code, version, receipt.file, EXPLAINED, title_of(form, EXPLAINED), Severity.NOTE,
                f"“{title}”没有发现问题，填报人写了说明", "", sheet, cell, title, 1, explanation, EXPLAINED_LABEL,
            )  # fmt: skip


def title_of(form: Form, name: str) -> str:
    """Return the title of a finding, as people read it."""
    entry = CATALOGUE.get(name)
    return _TITLES.get(name) or _rule_titles(form).get(name) or (entry.title if entry else name)


@lru_cache(maxsize=8)
def _rule_titles(form: Form) -> Mapping[str, str]:
    return {rule.id: rule.title for rule in form.rules} | {duty.id: duty.title for duty in form.duties}


def is_open_error(problem: Problem) -> bool:
    """Return whether a problem is an error nobody has let pass."""
    return problem.severity is Severity.ERROR and not problem.is_waived


def open_across(problems: Iterable[Problem]) -> Mapping[tuple[str, Severity], int]:
    """Count by organ and severity what only a look over all organs shows and nobody has let pass."""
    return Counter((one.code, one.severity) for one in problems if one.is_shared and not one.is_waived)


def contradicted_words(problems: Iterable[Problem]) -> str:
    """Return whose return and those of others cannot both be right, in words; empty when none."""
    names = tuple(dict.fromkeys(one.organ for one in problems if one.is_shared and is_open_error(one)))
    shown = "、".join(names[:_NAMED]) + (" 等" if len(names) > _NAMED else "")
    return f"汇总比下级相加还小的 {len(names)} 家：{shown}" if names else ""


def closed_label(closed: str) -> str:
    """Return in words why a finding is asked about no more; empty for one that is."""
    return (WAIVED_LABEL if closed == WAIVED else EXPLAINED_LABEL) if closed else ""


def _state(severity: Severity, closed: str) -> str:
    if closed:
        return closed_label(closed)
    if severity is Severity.ERROR:
        return "要改"
    return OPEN_LABEL if severity is Severity.WARNING else "供参考"


@lru_cache(maxsize=8)
def _explainable(form: Form) -> Mapping[str, str]:
    return {check.key: check.title for check in bind_rules(form) if check.is_explainable}


@lru_cache(maxsize=8)
def _checks(form: Form) -> Mapping[tuple[str, frozenset[str]], Check]:
    return {(check.rule, frozenset(check.fields)): check for check in bind_rules(form)}


def _check_of(form: Form, finding: Mapping[str, Any]) -> str:
    """Return the key of the check that a finding is of, empty for a finding that is of none."""
    fields = frozenset(place.get("field", "") for place in finding.get("places", ()))
    check = _checks(form).get((finding["name"], fields))
    return check.key if check else ""


def _said(receipt: Receipt, key: str) -> str:
    return _text(receipt.values.get(explanation_id(key))) if key else ""


def _text(value: Value) -> str:
    return "" if value is None or isinstance(value, tuple) else str(value).strip()


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one finding was made in how many organs, or how many problems of each severity one organ has."""

    name: str
    title: str
    problems: int
    organs: int
    errors: int
    unexplained: int


def by_finding(problems: Iterable[Problem]) -> tuple[Tally, ...]:
    """Return the problems counted by finding, errors first, the most frequent first."""
    known = list(problems)
    groups: dict[str, list[Problem]] = {}
    for problem in known:
        groups.setdefault(problem.name, []).append(problem)
    tallies = (_tally(name, found[0].title, found) for name, found in groups.items())
    return tuple(sorted(tallies, key=lambda tally: (not tally.errors, -tally.problems)))


def of_organs(problems: Iterable[Problem]) -> Mapping[str, list[Problem]]:
    """Return the problems of every organ by its code, in their order; those of nobody's files under no code."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.code, []).append(problem)
    return groups


def by_organ(problems: Iterable[Problem]) -> tuple[Tally, ...]:
    """Return the problems counted by organ, as `of_organs` has them; `name` is the organ's code."""
    return tuple(
        _tally(code, found[0].organ if code else "不能归入机关的文件", found)
        for code, found in of_organs(problems).items()
    )


def _tally(name: str, title: str, found: list[Problem]) -> Tally:
    states = Counter(problem.state for problem in found)
    organs = len({problem.code for problem in found})
    errors = sum(map(is_open_error, found))
    return Tally(name, title, len(found), organs, errors, states[OPEN_LABEL])


def problems_json(problems: Iterable[Problem]) -> dict[str, Any]:
    """Return the problems as the JSON of `xxgk status --problems`: all, by finding, by organ."""
    known = list(problems)
    return {
        "problems": [_problem_json(problem) for problem in known],
        "by_finding": [
            {"name": tally.name, "title": tally.title, "problems": tally.problems, "organs": tally.organs,
             "errors": tally.errors, "unexplained": tally.unexplained}
            for tally in by_finding(known)
        ],
        "by_organ": [
            {"code": tally.name or None, "organ": tally.title, "problems": tally.problems, "errors": tally.errors,
             "unexplained": tally.unexplained}
            for tally in by_organ(known)
        ],
    }  # fmt: skip


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "organ": problem.organ or None,
        "code": problem.code or None,
        "version": problem.version or None,
        "file": problem.file,
        "name": problem.name,
        "title": problem.title,
        "severity": problem.severity.value,
        "message": problem.message,
        "advice": problem.advice,
        "sheet": problem.sheet,
        "cell": problem.cell,
        "label": problem.label,
        "places": problem.places,
        "explanation": problem.explanation or None,
        "state": problem.state,
    }
