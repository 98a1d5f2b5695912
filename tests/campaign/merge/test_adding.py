"""Adding returns up the hierarchy: exact, each counted once, nothing missing taken for zero."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from campaigncases import asked, filled
from casebook import example_filing
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.campaign.board.parts import Part
from toolkit.campaign.merge.adding import figures_frame, merge_filings
from toolkit.campaign.merge.year_before import YearBefore
from toolkit.campaign.round.roster import Organ, Roster, make_roster
from toolkit.errors import InputError
from toolkit.filing.checking import check_filing
from toolkit.filing.filing import Filing
from toolkit.filing.findings import has_errors
from toolkit.form.registry import form_of_edition
from toolkit.workbook.template.blank import blank_filing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.campaign.merge.adding import Merged
    from toolkit.form.model import Form

NEW = "requests.new.natural_person"
TOTAL = "requests.new.total"
FEES = "disclosure.charges.fees"


def roster(*lines: str) -> Roster:
    """Return a roster of `code parent kind` lines."""
    split = [(*line.split(" "), "", "")[:3] for line in lines]
    return Roster(tuple(Organ(code, f"机关{code}", parent, kind) for code, parent, kind in split))


COUNTY = roster("1", "2", "21 2", "22 2", "3  汇总", "31 3", "32 3")


def base(form: Form) -> Filing:
    return blank_filing(form, "主管部门", "0", 2024)[0]


def merged_of(form: Form, organs: Roster, numbers: Mapping[str, int]) -> Merged:
    return merge_filings(organs, {code: asked(form, code, n) for code, n in numbers.items()}, base(form))


def test_the_whole_and_every_parent_are_sums_with_the_parents_own_share(form_2021: Form) -> None:
    merged = merged_of(form_2021, COUNTY, {"1": 20, "2": 7, "21": 3, "22": 1, "3": 100})
    assert merged.whole.figure(TOTAL) == 131
    assert [(level.organ.code, level.filing.figure(NEW)) for level in merged.levels] == [("2", 11), ("3", 100)]
    assert merged.provisional == ""


def test_a_covering_return_counts_once_and_those_below_it_not_at_all(form_2021: Form) -> None:
    merged = merged_of(form_2021, COUNTY, {"1": 20, "3": 100, "31": 60, "32": 40})
    assert merged.whole.figure(NEW) == 120
    parts = {share.organ.code: share.part for share in merged.shares}
    assert parts["31"] is Part.COVERED
    assert parts["3"] is Part.COUNTED
    assert merged.findings == ()


@pytest.mark.parametrize(
    ("whole", "own", "name"),
    [
        (100, None, "parts_above_total"),  # below: 60 + 41
        (101, None, ""),
        (109, None, "own_share_not_stated"),
        (109, 8, ""),
        (109, 7, "covering_total_differs"),
        (109, 9, "parts_above_total"),
    ],
)
def test_a_covering_return_is_held_against_those_below_it_in_one_finding(
    form_2021: Form, whole: int, own: int | None, name: str
) -> None:
    organs = roster("3  汇总", "31 3", "32 3", *([] if own is None else ["30 3 本级"]))
    numbers = {"3": whole, "31": 60, "32": 41} | ({} if own is None else {"30": own})
    merged = merged_of(form_2021, organs, numbers)
    assert [finding.name for finding in merged.findings] == ([name] if name else [])
    assert merged.has_errors is (name == "parts_above_total")
    for finding in merged.findings:
        assert {NEW, TOTAL} <= {place.field for place in finding.places}
        assert f"{whole} 对 {101 + (own or 0)}" in finding.message
        assert finding.message.count(" 对 ") == 3
    assert merged.whole.figure(NEW) == whole


@pytest.mark.parametrize(("below", "differs"), [(99, False), (101, True)])
def test_while_returns_below_are_missing_only_more_than_the_covering_total_is_wrong(
    form_2021: Form, below: int, *, differs: bool
) -> None:
    assert bool(merged_of(form_2021, COUNTY, {"3": 100, "31": below}).findings) is differs


def test_without_the_covering_return_those_below_count_and_it_is_missing(form_2021: Form) -> None:
    merged = merged_of(form_2021, COUNTY, {"31": 60, "32": 40})
    assert merged.whole.figure(NEW) == 100
    assert "3" in {share.organ.code for share in merged.missing}


def test_nothing_is_covered_until_the_covering_return_is_in(form_2021: Form) -> None:
    parts = {share.organ.code: share.part for share in merged_of(form_2021, COUNTY, {"31": 60}).shares}
    assert (parts["3"], parts["31"], parts["32"]) == (Part.MISSING, Part.COUNTED, Part.MISSING)
    parts = {share.organ.code: share.part for share in merged_of(form_2021, COUNTY, {"3": 9, "31": 60}).shares}
    assert (parts["3"], parts["31"], parts["32"]) == (Part.COUNTED, Part.COVERED, Part.COVERED)


def test_what_is_missing_is_named_and_the_sum_is_stamped(form_2021: Form) -> None:
    merged = merged_of(form_2021, COUNTY, {"1": 20, "3": 100})
    assert [share.organ.code for share in merged.missing] == ["2", "21", "22"]
    assert merged.provisional == "暂定：应计入 5 家，已计入 2 家，尚缺 3 家"


def test_nothing_in_is_no_sum_of_zeros(form_2021: Form) -> None:
    with pytest.raises(InputError, match="还没有一份报表"):
        merge_filings(COUNTY, {}, base(form_2021))


def test_returns_of_another_edition_are_not_added(form_2021: Form, form_2019: Form) -> None:
    with pytest.raises(InputError, match="不是 2021 版"):
        merge_filings(COUNTY, {"1": asked(form_2019, "1", 1)}, base(form_2021))


def test_a_level_with_nothing_in_it_has_no_figures(form_2021: Form) -> None:
    assert [level.organ.code for level in merged_of(form_2021, COUNTY, {"1": 1, "3": 1}).levels] == ["3"]


def test_amounts_are_added_exactly(form_2021: Form) -> None:
    returns = {code: filled(form_2021, code, **{FEES: Decimal(fee)}) for code, fee in (("1", "0.1"), ("2", "0.2"))}
    assert merge_filings(COUNTY, returns, base(form_2021)).whole.figure(FEES) == Decimal("0.3")


def test_the_sum_of_sound_returns_is_sound(form_2021: Form) -> None:
    returns = {"1": example_filing("suqian_2023"), "2": example_filing("suqian_2024"), "3": asked(form_2021, "3", 5)}
    merged = merge_filings(COUNTY, returns, base(form_2021))
    assert not has_errors(merged.findings)
    assert merged.whole.figure(TOTAL) == 3511 + 3525 + 5


def test_last_years_figures_are_added_where_every_return_has_them(form_2021: Form) -> None:
    returns = {code: replace(asked(form_2021, code, 1), previous={TOTAL: 4}) for code in ("1", "2")}
    assert merge_filings(COUNTY, returns, base(form_2021)).whole.previous == {TOTAL: 8}
    returns["3"] = asked(form_2021, "3", 1)
    assert merge_filings(COUNTY, returns, base(form_2021)).whole.previous == {}
    new = YearBefore(new=frozenset({"3"}))
    assert merge_filings(COUNTY, returns, base(form_2021), before=new).whole.previous == {TOTAL: 8}


def test_the_record_of_last_year_holds_in_place_of_what_a_return_carries(form_2021: Form) -> None:
    returns = {code: replace(asked(form_2021, code, 1), previous={TOTAL: 4, NEW: 4}) for code in ("1", "2")}
    before = YearBefore({"2": {TOTAL: 30}})
    assert merge_filings(COUNTY, returns, base(form_2021), before=before).whole.previous == {TOTAL: 34}
    nothing = YearBefore({"2": {}})
    assert merge_filings(COUNTY, returns, base(form_2021), before=nothing).whole.previous == {}


def test_a_missing_figure_does_not_turn_a_column_into_floats(form_2021: Form) -> None:
    partial = asked(form_2021, "1", 9)
    blank = Filing(form_2021, "机关2", "2", 2024, {**partial.answers, NEW: None, FEES: None})
    returns = {"1": partial.with_answers({FEES: Decimal("12.34")}), "2": blank}
    frame = figures_frame(merge_filings(COUNTY, returns, base(form_2021)))
    assert str(frame[NEW].dtype) == "Int64"
    assert frame[NEW].iloc[0] == 9
    assert frame[NEW].isna().tolist() == [False, True]
    assert frame[FEES].tolist() == [Decimal("12.34"), None]


def random_roster(dice: random.Random, size: int) -> Roster:
    organs = []
    for number in range(size):
        parent = "" if not organs or dice.random() < 0.3 else dice.choice(organs).code
        kind = "汇总" if dice.random() < 0.3 else "部门"
        organs.append(Organ(f"{number:03d}", f"机关{number:03d}", parent, kind))
    dice.shuffle(organs)
    return Roster(tuple(organs))


def sums_by_hand(organs: Roster, returns: Mapping[str, Filing], under: str) -> Counter[str]:
    """Add every return at or below an organ (all for '') that no accepted covering return above it already holds."""
    found: Counter[str] = Counter()
    for code, filing in returns.items():
        above, step = [], organs.by_code[code].parent
        while step:
            above.append(step)
            step = organs.by_code[step].parent
        is_covered = any(up in returns and organs.by_code[up].kind == "汇总" for up in above)
        if not is_covered and under in ("", code, *above):
            found.update({name: figure for name, figure in filing.figures().items() if isinstance(figure, int)})
    return found


@given(seed=st.integers(0, 2**32), size=st.integers(1, 25))
@settings(max_examples=60, deadline=None)
def test_every_level_equals_an_independent_sum_whatever_the_order(seed: int, size: int) -> None:
    form, dice = form_of_edition("2021"), random.Random(seed)  # noqa: S311
    organs = random_roster(dice, size)
    codes = [organ.code for organ in organs.organs if dice.random() < 0.7] or [organs.organs[0].code]
    typed = [field.id for field in form.fields.values() if field.kind.value == "count"]
    returns = {code: Filing(form, code, code, 2024, {name: dice.randrange(10**6) for name in typed}) for code in codes}
    merged = merge_filings(organs, returns, base(form))
    shuffled = merge_filings(organs, dict(dice.sample(list(returns.items()), len(returns))), base(form))
    assert shuffled.whole.figures() == merged.whole.figures()
    assert whole_numbers(merged.whole) == sums_by_hand(organs, returns, "")
    for level in merged.levels:
        assert whole_numbers(level.filing) == sums_by_hand(organs, returns, level.organ.code)
    assert len(merged.counted) + len(merged.missing) == merged.expected


def held_by_hand(organs: Roster, handed_in: Mapping[str, Filing], code: str) -> bool:
    """Return whether an accepted return above an organ, in the hierarchy that return sums up, holds it."""
    for kind, up in (("汇总", "parent"), ("条线汇总", "line")):
        step = getattr(organs.by_code[code], up)
        while step:
            if step in handed_in and organs.by_code[step].kind == kind:
                return True
            step = getattr(organs.by_code[step], up)
    return False


@given(seed=st.integers(0, 2**32), size=st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_by_either_hierarchy_the_whole_is_the_same_and_nothing_is_counted_twice(seed: int, size: int) -> None:
    form, dice = form_of_edition("2021"), random.Random(seed)  # noqa: S311
    known: list[Organ] = []
    for organ in random_roster(dice, size).organs:
        codes = {one.code for one in known}
        line = dice.choice(known).code if known and dice.random() < 0.6 else ""
        kind = "条线汇总" if dice.random() < 0.2 else organ.kind
        plain = replace(organ, parent=organ.parent if organ.parent in codes else "", kind="部门")
        try:
            known = list(make_roster([*known, replace(plain, kind=kind, line=line)], "名册").organs)
        except InputError:  # it would be counted twice
            known.append(plain)
    organs = make_roster(known, "名册")
    codes = [organ.code for organ in organs.organs if dice.random() < 0.7] or [organs.organs[0].code]
    returns = {code: asked(form, code, dice.randrange(10**6)) for code in codes}
    merged = merge_filings(organs, returns, base(form))
    by_hand = sum(
        filing.figure(NEW) or 0 for code, filing in returns.items() if not held_by_hand(organs, returns, code)
    )
    assert merged.whole.figure(NEW) == by_hand
    if not organs.has_lines:
        return
    turned = merge_filings(organs.by_line(), returns, base(form))
    assert turned.whole.figures() == merged.whole.figures()
    assert {share.organ.code for share in turned.counted} == {share.organ.code for share in merged.counted}
    for level in turned.levels:
        inside = [
            share
            for share in turned.counted
            if level.organ.code in (share.organ.code, *lines_above(organs, share.organ.code))
        ]
        assert level.filing.figure(NEW) == sum(share.figure(NEW) or 0 for share in inside)


def lines_above(organs: Roster, code: str) -> list[str]:
    step, found = organs.by_code[code].line, list[str]()
    while step:
        found.append(step)
        step = organs.by_code[step].line
    return found


def test_a_head_of_a_line_holds_those_below_it_once_it_has_sent(form_2021: Form) -> None:
    organs = make_roster(
        [Organ("1", "镇"), Organ("11", "镇所", "1", line="9"), Organ("9", "县局", "", "条线汇总"), Organ("2", "别镇")],
        "名册",
    )
    assert merged_of(form_2021, organs, {"1": 1, "11": 10, "2": 5}).whole.figure(NEW) == 16
    merged = merged_of(form_2021, organs, {"1": 1, "11": 10, "9": 30, "2": 5})
    assert merged.whole.figure(NEW) == 36
    assert [finding.name for finding in merged.findings] == ["own_share_not_stated"]


def test_an_organ_in_two_sums_is_refused_when_the_roster_is_read() -> None:
    held = [Organ("1", "镇", "", "汇总"), Organ("11", "镇所", "1", line="9"), Organ("9", "县局", "", "条线汇总")]
    with pytest.raises(InputError, match="“镇所”既在“镇”的汇总里，又在“县局”的条线汇总里"):
        make_roster(held, "名册")
    make_roster([held[0], held[1], replace(held[2], parent="1")], "名册")  # then the one return holds the other
    with pytest.raises(InputError, match="条线关系成了一圈"):
        make_roster([Organ("1", "甲", line="2"), Organ("2", "乙", line="1")], "名册")
    with pytest.raises(InputError, match="条线上级代码 7 不在名册中"):
        make_roster([Organ("1", "甲", line="7")], "名册")


def whole_numbers(filing: Filing) -> Counter[str]:
    return Counter({name: figure for name, figure in filing.figures().items() if isinstance(figure, int)})


def test_findings_about_prose_are_left_to_the_coordinator(form_2021: Form) -> None:
    merged = merged_of(form_2021, COUNTY, {"1": 1})
    assert has_errors(check_filing(merged.whole))
    assert merged.findings == ()
