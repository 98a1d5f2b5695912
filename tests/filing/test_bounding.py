"""Of one kind the first findings are told, then one for all the rest."""

from __future__ import annotations

from dataclasses import replace

from toolkit.filing.bounding import LONGEST_MESSAGE, MOST_ALIKE, MOST_IN_ONE_PLACE, MOST_PLACES, few_of_each
from toolkit.filing.findings import Finding, Place, Severity


def finding(number: int, name: str = "alike", severity: Severity = Severity.WARNING) -> Finding:
    return Finding(name, severity, f"第 {number} 条", "改。", (Place(f"field{number}", "", "表", f"C{number}"),))


def test_as_many_as_may_be_told_stay_as_they_are() -> None:
    findings = tuple(map(finding, range(MOST_ALIKE)))
    assert few_of_each(findings) == findings


def test_the_rest_is_told_at_once_with_its_number_and_all_its_places() -> None:
    findings = [finding(number) for number in range(1700)]
    *first, last = few_of_each(findings)
    assert first == findings[: MOST_ALIKE - 1]
    assert f"还有 {1700 - len(first)} 条" in last.message
    assert last.severity is Severity.WARNING
    assert {place for one in (*first, last) for place in one.places} >= {
        place for one in findings[:MOST_PLACES] for place in one.places
    }
    assert few_of_each([*first, last]) == (*first, last)  # what is bounded already stays


def test_fewer_are_told_of_one_place() -> None:
    findings = [replace(finding(0), message=f"第 {number} 处") for number in range(1700)]
    told = few_of_each([*findings, finding(1)])
    assert len(told) == MOST_IN_ONE_PLACE + 1
    assert f"还有 {1700 - MOST_IN_ONE_PLACE + 1} 条" in told[-2].message
    assert told[-2].places == finding(0).places


def test_other_kinds_and_graver_ones_keep_their_place() -> None:
    grave = finding(0, severity=Severity.ERROR)
    other = finding(1, "other")
    told = few_of_each([grave, *map(finding, range(200)), other])
    assert (told[0], told[-1]) == (grave, other)
    assert len(told) == MOST_ALIKE + 2


def test_no_finding_is_endless_in_itself() -> None:
    places = tuple(Place("", "", "表", f"C{number}") for number in range(5_000))
    one = Finding("alike", Severity.ERROR, "长" * 30_000, "改。", places, follows=tuple(map(finding, range(200))))
    (told,) = few_of_each([one])
    assert len(told.message) < LONGEST_MESSAGE + 5
    assert len(told.places) == MOST_PLACES
    assert len(told.follows) == MOST_ALIKE
