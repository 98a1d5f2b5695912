"""The cell to change: what is named, in which order, with what words, and when nothing is claimed."""

from __future__ import annotations

import random
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.filing.checking import check_filing
from toolkit.filing.filing import Filing
from toolkit.filing.findings import locate
from toolkit.filing.locating.alike import alike_told
from toolkit.filing.locating.remedies import Remedy
from toolkit.filing.locating.search import ANY_NOUGHT, MAYBE_MORE, MORE_WRONG, suspects_of, with_suspects
from toolkit.filing.locating.slips import slip_between
from toolkit.form.registry import form_for_year
from toolkit.form.rules import total_parts

BENCH = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "locating.py"))
FORM = form_for_year(2023)
REQUESTS = FORM.table("requests")
COLUMNS = BENCH["COLUMNS"]
CONTROLS = {control.id: REQUESTS.rows_under(control.rows) for control in REQUESTS.controls}
ZEROS = {name: 0 for name, field in FORM.fields.items() if field.kind.is_required_figure}
# A small sound table: 自然人 60+3 = 40+21+2, 商业企业 15+0 = 12+3+0.
SOUND = {
    "requests.new.natural_person": 60,
    "requests.carried_in.natural_person": 3,
    "requests.granted.natural_person": 40,
    "requests.refused_third_party.natural_person": 21,
    "requests.carried_out.natural_person": 2,
    "requests.new.business": 15,
    "requests.granted.business": 12,
    "requests.unavailable_not_held.business": 3,
}
REGISTER = {
    "control.new": 75, "control.carried_in": 3, "control.granted": 52, "control.partly_granted": 0,
    "control.refused": 21, "control.unavailable": 3, "control.not_processed": 0, "control.otherwise": 0,
    "control.carried_out": 2,
}  # fmt: skip


def filing(previous: dict[str, int] | None = None, **answers: object) -> Filing:
    changed = {name.replace("__", "."): value for name, value in answers.items()}
    return Filing(FORM, "某局", "", 2023, {**ZEROS, **SOUND, **REGISTER, **changed}, previous or {})


def without_register(**answers: object) -> Filing:
    return filing(**dict.fromkeys((name.replace(".", "__") for name in REGISTER), None), **answers)


def test_figures_that_agree_have_no_suspects():
    assert suspects_of(filing()) == {}
    assert suspects_of(without_register()) == {}


def test_a_swap_is_named_alone_under_every_check_it_broke():
    found = suspects_of(filing(requests__refused_third_party__natural_person=12))
    assert set(found) == {"requests_balance.natural_person", "requests_balance.total", "requests_register.refused"}
    for suspects in found.values():
        assert [(suspect.field, suspect.value) for suspect in suspects][:1] == [
            ("requests.refused_third_party.natural_person", 21)
        ]
        assert "相邻两位数字颠倒：12 应为 21" in suspects[0].reason
        assert suspects[0].label == FORM.fields[suspects[0].field].label


def test_a_wrong_register_total_accuses_itself():
    found = suspects_of(filing(control__granted=25))
    assert [(suspect.field, suspect.value) for suspect in found["requests_register.granted"]] == [
        ("control.granted", 52)
    ]


def test_one_gap_alone_never_rules_out_a_second_error():
    found = suspects_of(without_register(requests__granted__business=21))
    first = found["requests_balance.business"][0]
    assert (first.field, first.value) == ("requests.granted.business", 12)
    assert first.reason.endswith(MAYBE_MORE)


def test_figures_typed_into_each_others_cells_are_to_be_changed_together():
    found = suspects_of(filing(requests__granted__business=0, requests__partly_granted__business=12))
    first, second = found["requests_register.granted"][:2]
    assert {(first.field, first.value), (second.field, second.value)} == {
        ("requests.granted.business", 12),
        ("requests.partly_granted.business", 0),
    }
    assert {first.reason, second.reason} == {
        f"“{second.label if first.value else first.label}”里的 12 应填在这一格；两格要一起改",
        f"12 填错了格，应填在“{first.label if first.value else second.label}”，这一格应为 0；两格要一起改",
    }


def test_a_figure_in_the_neighbouring_column_is_found_without_a_register():
    moved = without_register(requests__unavailable_not_held__business=0, requests__unavailable_not_held__research=3)
    found = suspects_of(moved)
    assert {"requests_balance.business", "requests_balance.research"} == set(found)
    assert {(suspect.field, suspect.value) for suspect in found["requests_balance.business"][:2]} == {
        ("requests.unavailable_not_held.business", 3),
        ("requests.unavailable_not_held.research", 0),
    }


def test_two_figures_exchanged_say_so():
    found = suspects_of(filing(requests__granted__business=3, requests__unavailable_not_held__business=12))
    first, second = found["requests_register.granted"][:2]
    assert (first.value, second.value) == (12, 3)
    assert f"与“{second.label}”填反了：这一格 3 应为 12，那一格应为 3" in first.reason


def test_figures_their_cells_refuse_are_not_exchanged():
    wrong = {"requests__unavailable_not_held__business": 0, "requests__unavailable_not_held__research": -3}
    found = suspects_of(without_register(requests__new__business=9, **wrong))
    assert all(suspect.value >= 0 for suspects in found.values() for suspect in suspects)
    assert not any("两格" in suspect.reason for suspects in found.values() for suspect in suspects)


def test_errors_in_two_columns_are_solved_apart():
    found = suspects_of(without_register(requests__granted__business=21, requests__granted__natural_person=400))
    assert found["requests_balance.business"][0].field == "requests.granted.business"
    assert found["requests_balance.natural_person"][0].field == "requests.granted.natural_person"
    assert found["requests_balance.total"] == ()


def test_two_slips_that_have_nothing_to_do_with_each_other_are_solved_together():
    found = suspects_of(filing(requests__granted__natural_person=4, requests__refused_third_party__natural_person=12))
    for suspects in found.values():
        assert {(suspect.field, suspect.value) for suspect in suspects[:2]} == {
            ("requests.granted.natural_person", 40),
            ("requests.refused_third_party.natural_person", 21),
        }
        assert all(suspect.reason.endswith("也有错，两格要一起改") for suspect in suspects)
    reasons = {suspect.value: suspect.reason for suspect in found["requests_register.granted"]}
    assert reasons[40].startswith("少打一个 0：4 应为 40")
    assert reasons[21].startswith("相邻两位数字颠倒：12 应为 21")


def test_a_stated_total_tells_cells_apart_and_may_be_wrong_itself():
    sound = without_register()
    totals = {name: sound.values[name] for name in total_parts(FORM) if name.startswith("requests.")}
    wrong = replace(sound.with_answers({"requests.granted.business": 21}), stated=totals)
    for suspects in suspects_of(wrong).values():
        assert [(one.field, one.value) for one in suspects[:1]] == [("requests.granted.business", 12)]
    odd = replace(sound, stated={**totals, "requests.granted.total": 25})
    for suspects in suspects_of(odd).values():
        assert [(one.field, one.value) for one in suspects[:1]] == [("requests.granted.total", 52)]


def test_errors_that_no_cell_and_no_pair_explains_say_that_more_is_wrong():
    found = suspects_of(
        filing(
            requests__granted__natural_person=4, requests__refused_third_party__natural_person=12,
            requests__unavailable_not_held__business=8, requests__new__business=51,
        )
    )  # fmt: skip
    reasons = [suspect.reason for suspects in found.values() for suspect in suspects]
    assert reasons
    assert all(MORE_WRONG in reason for reason in reasons)


def test_last_years_figure_is_shown_and_decides_between_equals():
    old = {
        "requests.refused_third_party.natural_person": 190, "requests.refused_deliberative.natural_person": 20,
        **{f"requests.carried_out.{column}": 0 for column in BENCH["COLUMNS"]},
        "requests.carried_out.natural_person": 3,
    }  # fmt: skip
    typed = {
        "requests__new__natural_person": 261,
        "requests__refused_third_party__natural_person": 21,
        "requests__refused_deliberative__natural_person": 21,
        "control__new": 276, "control__refused": 222,
    }  # fmt: skip
    first = suspects_of(filing(previous=old, **typed))["requests_register.refused"][0]
    assert (first.field, first.value) == ("requests.refused_third_party.natural_person", 201)
    assert "（上年为 190）" in first.reason


def test_a_suspect_never_asks_for_a_figure_its_cell_refuses():
    for suspects in suspects_of(without_register(requests__granted__natural_person=400)).values():
        assert all(suspect.value >= 0 for suspect in suspects)


def test_a_suspect_never_breaks_a_check_of_another_kind():
    disclosure = {"issued": 9, "repealed": 0, "in_force": 12}
    answers = {f"disclosure__regulations__{column}": value for column, value in disclosure.items()}
    found = suspects_of(filing(previous={"disclosure.regulations.in_force": 30}, **answers))
    suspects = found["disclosure_in_force_chain.regulations"]
    assert {suspect.field.rsplit(".", 1)[1]: suspect.value for suspect in suspects} == {"in_force": 39, "repealed": 27}


def test_many_cells_as_good_as_each_other_give_no_list():
    rows = [row for row in BENCH["results_of"](FORM) if row.startswith("refused")]
    answers = {f"requests__{row}__research": 4 for row in rows} | {
        f"requests__{row}__natural_person": 3 for row in rows
    }
    totals = {"control__new": 108, "control__granted": 49, "control__refused": 57}
    found = suspects_of(filing(requests__new__research=33, requests__granted__natural_person=37, **totals, **answers))
    assert found["requests_register.refused"] == ()


def test_blank_cells_leave_their_checks_unjudged():
    found = suspects_of(without_register(requests__granted__business=21, requests__new__natural_person=None))
    assert set(found) == {"requests_balance.business"}


def test_findings_receive_the_suspects_of_their_own_check():
    wrong = filing(requests__granted__business=21)
    placed = locate(check_filing(wrong), {"requests.new.business": ("表三", "D5")})
    located = with_suspects(placed, wrong)
    balances = [finding for finding in located if finding.name == "requests_balance"]
    assert balances
    assert all(finding.suspects[0].field == "requests.granted.business" for finding in balances)
    assert all(not finding.suspects for finding in located if finding.name == "blank_section")


@pytest.mark.parametrize(
    ("typed", "meant", "words"),
    [
        (21, 12, "相邻两位数字颠倒"),
        (35, 355, "少打一位"),
        (352, 32, "多打一位"),
        (332, 32, "同一位打了两遍"),
        (18, 15, "打错一位"),
        (0, 15, "填了 0，可能漏填"),
        (15, 0, "这一格可能本应是 0"),
    ],
)
def test_a_usual_slip_has_its_name(typed: int, meant: int, words: str):
    slip = slip_between(typed, meant)
    assert (slip.words, slip.is_known) == (words, True)
    assert slip.chance > slip_between(481, 7).chance


def test_figures_without_likeness_are_no_usual_slip():
    assert not slip_between(481, 7).is_known


@pytest.mark.parametrize(("controls", "first", "three"), [(True, 0.85, 0.95), (False, 0.65, 0.75)])
@pytest.mark.parametrize("size", [20, 1_000])
def test_the_right_cell_leads_the_list(size: int, controls: bool, first: float, three: float):  # noqa: FBT001
    rng = random.Random(f"floor-{size}")  # noqa: S311
    ranks = [BENCH["rank_of"](BENCH["make_case"](size, rng, BENCH["Setting"](controls=controls))) for _ in range(150)]
    assert sum(rank == 1 for rank in ranks) / len(ranks) >= first
    assert sum(1 <= rank <= 3 for rank in ranks) / len(ranks) >= three


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("size", [20, 1_000])
def test_one_wrong_cell_is_always_named_first_where_every_total_was_typed(size: int, edition: str):
    rng = random.Random(f"stated-{size}")  # noqa: S311
    setting = BENCH["Setting"](controls=False, stated=True, edition=edition)
    assert {BENCH["rank_of"](BENCH["make_case"](size, rng, setting)) for _ in range(100)} == {1}


@pytest.mark.parametrize(("stated", "least"), [(True, 0.95), (False, 0.7)])
def test_two_slips_lead_the_list_as_a_pair(stated: bool, least: float):  # noqa: FBT001
    rng = random.Random(f"pairs-{stated}")  # noqa: S311
    setting = BENCH["Setting"](controls=not stated, stated=stated)
    found = [BENCH["names_pair"](*BENCH["make_double"](1_000, rng, setting)) for _ in range(100)]
    assert sum(found) / len(found) >= least


@pytest.mark.parametrize("controls", [True, False])
def test_two_errors_that_show_apart_never_pass_for_one_wrong_cell(controls: bool):  # noqa: FBT001
    rng = random.Random("two errors")  # noqa: S311
    group = {row: name for name, rows in CONTROLS.items() for row in rows}
    tried = 0
    for _ in range(150):
        wrong, cells = BENCH["make_double"](1_000, rng, BENCH["Setting"](controls=controls))
        (_, row, column), (_, other_row, other_column) = (name.split(".") for name in sorted(cells))
        if (group[row], column) != (group[other_row], other_column):
            tried += 1
            assert not any(map(BENCH["claims"], suspects_of(wrong).values()))
    assert tried > 100


def test_a_sum_of_two_errors_in_one_group_names_no_innocent_cell_alone():
    rng = random.Random("masked errors")  # noqa: S311
    for _ in range(150):
        wrong, cells = BENCH["make_double"](100, rng, BENCH["Setting"](controls=True))
        assert {found[0].field for found in suspects_of(wrong).values() if BENCH["claims"](found)} <= set(cells)


def test_one_digit_that_became_nought_is_as_likely_as_one_that_became_another_digit():
    assert slip_between(0, 5).chance == pytest.approx(slip_between(3, 5).chance, rel=0.01)
    assert slip_between(0, 5).chance > slip_between(0, 15).chance


def test_a_way_that_changes_nothing_takes_no_share():
    assert slip_between(8, 7).chance > slip_between(87, 77).chance
    assert slip_between(66, 55).is_known is False


def test_three_slips_that_have_nothing_to_do_with_each_other_are_solved_together():
    found = suspects_of(
        filing(
            requests__granted__natural_person=4, requests__refused_third_party__natural_person=12,
            requests__unavailable_not_held__business=8,
        )
    )  # fmt: skip
    wanted = {
        ("requests.granted.natural_person", 40),
        ("requests.refused_third_party.natural_person", 21),
        ("requests.unavailable_not_held.business", 3),
    }
    for suspects in found.values():
        assert {(suspect.field, suspect.value) for suspect in suspects[:3]} == wanted
        assert [suspect.together for suspect in suspects[:3]] == [True, True, False]
        assert all(suspect.reason.endswith("三格要一起改") for suspect in suspects[:3])


def test_figures_one_column_too_far_are_moved_back_together():
    row = {"natural_person": 7, "business": 5, "research": 4, "public_welfare": 0}
    new = {"natural_person": 67, "business": 20, "research": 4, "public_welfare": 0}
    shifted = dict(zip(row, (0, 7, 5, 4), strict=True))
    answers = {f"requests__partly_granted__{column}": value for column, value in shifted.items()}
    answers |= {f"requests__new__{column}": value for column, value in new.items()}
    found = suspects_of(without_register(**answers))["requests_balance.business"]
    assert {suspect.field.rsplit(".", 1)[1]: suspect.value for suspect in found} == row
    assert [suspect.together for suspect in found] == [True, True, True, False]
    assert all("错了一格" in suspect.reason for suspect in found)


def test_two_rows_taken_for_each_other_are_exchanged_as_a_whole():
    answers = {
        "requests__granted__natural_person": 21, "requests__granted__business": 0,
        "requests__refused_third_party__natural_person": 40, "requests__refused_third_party__business": 12,
        "requests__refused_security__natural_person": 5, "requests__new__natural_person": 65,
        "control__new": 80, "control__refused": 26,
    }  # fmt: skip
    found = suspects_of(filing(**answers))["requests_register.granted"]
    assert {suspect.field: suspect.value for suspect in found[:4]} == {
        "requests.granted.natural_person": 40, "requests.granted.business": 12,
        "requests.refused_third_party.natural_person": 21, "requests.refused_third_party.business": 0,
    }  # fmt: skip
    assert "“（一）予以公开”与“4.保护第三方合法权益”两行填反了" in found[0].reason


def test_last_years_figure_left_in_is_a_slip_of_its_own():
    old = {f"requests.carried_out.{column}": 0 for column in BENCH["COLUMNS"]} | {
        "requests.carried_out.natural_person": 3, "requests.granted.natural_person": 77,
    }  # fmt: skip
    first = suspects_of(filing(previous=old, requests__granted__natural_person=77))["requests_register.granted"][0]
    assert (first.field, first.value) == ("requests.granted.natural_person", 40)
    assert first.reason.startswith("还是上年的数：77 应为 40")


def test_cells_that_nothing_tells_apart_are_said_to_be_equal():
    answers = {f"requests__{row}__natural_person": 0 for row in ("refused_third_party", "granted")} | {
        f"requests__{row}__natural_person": 12 for row in ("refused_state_secret", "refused_security")
    }
    found = suspects_of(
        filing(control__refused=33, control__new=47, control__granted=12, requests__new__natural_person=32, **answers)
    )["requests_register.refused"]
    first, second = [suspect for suspect in found if suspect.field.startswith("requests.refused_s")][:2]
    assert first.equal
    assert second.equal
    assert first.reason.endswith("几处同样可疑，从数字上分不出")


@pytest.mark.parametrize(("typed", "meant", "words"), [(10, 100, "少打一个 0"), (100, 10, "多打一个 0")])
def test_a_nought_too_few_or_too_many_is_told_as_such(typed: int, meant: int, words: str):
    assert slip_between(typed, meant).words == words


@pytest.mark.parametrize("field", ["requests.new.research", "requests.granted.research", "requests.carried_in.other"])
def test_one_figure_among_noughts_is_named_though_any_nought_might_have_been_left_out(field: str):
    only = Filing(FORM, "某局", "", 2023, {**ZEROS, field: 1})
    for found in suspects_of(only).values():
        named = {suspect.field: suspect for suspect in found}
        assert named[field].value == 0
    lone = suspects_of(Filing(FORM, "某局", "", 2023, {**ZEROS, "requests.new.research": 1}))
    assert [one.reason.endswith(ANY_NOUGHT) for suspects in lone.values() for one in suspects] == [True, True]


def advice_of(wrong: Filing, name: str) -> str:
    return next(finding.advice for finding in with_suspects(check_filing(wrong), wrong) if finding.name == name)


def test_a_nought_among_many_that_may_have_been_left_out_is_told_in_groups():
    one = {"requests.new.natural_person": 10, "requests.granted.natural_person": 7}
    told = advice_of(Filing(FORM, "某局", "", 2023, {**ZEROS, **one}), "requests_balance")
    assert "可能是这 21 个 0 里有一个应为 3，从数字上分不出是哪一个" in told
    assert "“自然人”一列“（二）部分公开（区分处理的，只计这一情形，不计其他情形）”、“（三）不予公开”下 8 格、" in told
    assert told.endswith("“（六）其他处理”下 3 格、“四、结转下年度继续办理”。")


def test_noughts_of_one_group_are_told_with_the_group_alone():
    wrong = filing(requests__refused_third_party__natural_person=0, control__refused=21)
    told = advice_of(wrong, "requests_register")
    assert "可能是这 8 个 0 里有一个应为 21" in told
    assert told.endswith("：“自然人”一列“（三）不予公开”下 8 格。")


def test_cells_that_hold_something_and_are_alike_are_told_in_groups():
    rows = [row for row in BENCH["results_of"](FORM) if row.startswith("refused")]
    answers = {f"requests__{row}__research": 4 for row in rows} | {
        f"requests__{row}__natural_person": 3 for row in rows
    }
    totals = {"control__new": 108, "control__granted": 49, "control__refused": 57}
    wrong = filing(requests__new__research=33, requests__granted__natural_person=37, **totals, **answers)
    told = advice_of(wrong, "requests_register")
    assert "这 8 格同样可疑，从数字上分不出是哪一格" in told
    assert told.endswith("：“科研机构”一列“（三）不予公开”下 8 格（其中一格少填了 1）。")


def test_sets_of_cells_that_are_alike_say_how_many_cells_they_take():
    remedies = [Remedy({f"requests.{row}.{column}": 1 for row in ("new", "granted")}, {}, 1.0) for column in COLUMNS]
    told = alike_told(filing(), remedies)
    assert told.startswith("这 12 格里不止一格有错，要一起改")
    assert told.count("”一列") == 3
    assert told.endswith("”、“（一）予以公开” 等。")


def test_a_row_of_cells_that_are_alike_is_named_as_a_row_and_nothing_says_nothing():
    row = [Remedy({f"requests.carried_out.{column}": 2}, {}, 1.0) for column in COLUMNS if column != "natural_person"]
    assert "：“四、结转下年度继续办理”一行 5 格。" in alike_told(filing(), row)
    assert alike_told(filing(), []) == ""
