"""Between which figures a sum will lie once all are in: true as often as it says, and shown where the sum is."""

from __future__ import annotations

import io
import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from campaigncases import NEW, asked, hand_in, make_campaign, receipt_of, written

from toolkit.campaign.board.parts import Part, Share
from toolkit.campaign.merge.bounds import bound_of
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.ledger_sheets import REMARK_SHEET
from toolkit.campaign.merge.tracing import trace, trace_json
from toolkit.campaign.publish.reports import provisional_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.merge.adding import Merged
    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.filing import Filing
    from toolkit.form.values import Figure

ORGANS = [f"{number:02d}" for number in range(1, 31)]
IN = ORGANS[:20]


def read(figure: Callable[[str], Figure | None]) -> Figure | None:
    return figure(NEW)


def rounds(folder: Path, numbers: dict[str, int]) -> Round:
    campaign = make_campaign(folder, [f"{code},第{code}局,,,,," for code in ORGANS])
    return hand_in(
        campaign, [receipt_of(asked(campaign.form, code, number, f"第{code}局")) for code, number in numbers.items()]
    )


def share_of(organ: Organ, filing: Filing | None) -> Share:
    return Share(organ, 0, Part.COUNTED if filing else Part.MISSING, filing)


def with_last_year(merged: Merged, numbers: dict[str, int]) -> Merged:
    return replace(merged, last_year={code: {NEW: number} for code, number in numbers.items()})


def test_the_interval_holds_the_final_sum_as_often_as_it_says(tmp_path: Path) -> None:
    rng = random.Random("bounds")  # noqa: S311
    merged = merge_round(rounds(tmp_path / "a", dict.fromkeys(IN, 10)))
    hits = 0
    for _ in range(300):
        last = {code: round(rng.gammavariate(1, 40)) for code in ORGANS}
        growth = rng.uniform(0.7, 1.5)
        now = {code: round(size * growth * rng.gammavariate(8, 1 / 8)) for code, size in last.items()}
        filings = {code: asked(merged.whole.form, code, now[code]) for code in IN}
        shares = tuple(share_of(share.organ, filings.get(share.organ.code)) for share in merged.shares)
        whole = asked(merged.whole.form, "0", sum(now[code] for code in IN))
        bound = bound_of(with_last_year(replace(merged, whole=whole, shares=shares), last), read)
        assert bound is not None
        assert (bound.compared, bound.missing, bound.without) == (20, 10, 0)
        hits += bound.low <= sum(now.values()) <= bound.high
    assert hits / 300 >= 0.9


@pytest.mark.parametrize("largest_missing", [False, True])
@pytest.mark.parametrize("mean", [2, 30])
def test_it_does_so_where_figures_are_small_uneven_or_the_largest_are_missing(
    tmp_path: Path, mean: int, *, largest_missing: bool
) -> None:
    """A hundred and twenty organs, half of them missing; sizes differ a hundredfold, and small counts are chance."""
    rng = random.Random(f"bounds {mean} {largest_missing}")  # noqa: S311
    merged, hits = merge_round(rounds(tmp_path / "a", dict.fromkeys(IN, 10))), 0
    like = {share.organ.code: share.organ for share in merged.shares}[ORGANS[0]]
    codes = [f"{number:03d}" for number in range(120)]
    for _ in range(100):
        sizes = {code: mean * math.exp(rng.gauss(0, 1.2)) for code in codes}
        last = {code: counted(rng, size) for code, size in sizes.items()}
        now = {code: counted(rng, size * math.exp(rng.gauss(0, 0.3))) for code, size in sizes.items()}
        order = sorted(codes, key=lambda code: last[code]) if largest_missing else codes
        filings = {code: asked(merged.whole.form, code, now[code]) for code in order[:60]}
        shares = tuple(share_of(replace(like, code=code), filings.get(code)) for code in codes)
        whole = asked(merged.whole.form, "0", sum(now[code] for code in order[:60]))
        bound = bound_of(with_last_year(replace(merged, whole=whole, shares=shares), last), read)
        assert bound is not None
        hits += bound.low <= sum(now.values()) <= bound.high
    assert hits >= 90


def counted(rng: random.Random, mean: float) -> int:
    """Return how many of many things came to be, each by chance and `mean` of them usually."""
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    left, number = math.exp(-mean), 0
    while (left := left / max(rng.random(), 1e-12)) < 1:
        number += 1
    return number


def test_without_figures_of_last_year_or_with_few_organs_nothing_is_claimed(tmp_path: Path) -> None:
    state = rounds(tmp_path / "a", dict.fromkeys(IN, 10))
    merged = merge_round(state)
    assert bound_of(merged, read) is None
    assert trace_json(trace(state, merged, NEW))["bound"] is None
    few = with_last_year(merged, dict.fromkeys((*IN[:4], ORGANS[-1]), 9))
    assert bound_of(few, read) is None


def test_organs_nobody_knows_of_are_left_out_and_said_so(tmp_path: Path) -> None:
    merged = merge_round(rounds(tmp_path / "a", dict.fromkeys(IN, 10)))
    bound = bound_of(with_last_year(merged, dict.fromkeys(ORGANS[:-1], 10)), read)
    assert bound is not None
    assert (bound.missing, bound.without) == (9, 1)
    assert bound.low < 290 < bound.high
    assert "另有 1 家没有上年数，未算在内" in bound.words


def test_the_interval_stands_in_the_workbook_the_note_of_the_report_and_why(tmp_path: Path) -> None:
    before = rounds(tmp_path / "2023", dict.fromkeys(ORGANS, 10))
    state = rounds(tmp_path / "2024", dict.fromkeys(IN, 11))
    state = replace(state, campaign=replace(state.campaign, previous=before.campaign.folder))
    merged = merge_round(state)
    found = trace(state, merged, NEW)
    assert found.bound is not None
    assert found.bound.low < 330 < found.bound.high
    words = f"到齐后估计 {found.bound.low}～{found.bound.high}（按 20 家"
    assert trace_json(found)["bound"] == {
        "low": found.bound.low, "high": found.bound.high, "compared": 20, "missing": 10, "without": 0
    }  # fmt: skip
    assert words in provisional_of(merged)
    sheet = openpyxl.load_workbook(io.BytesIO(written(state)))[REMARK_SHEET]
    assert any(words in str(cell.value) for row in sheet.iter_rows() for cell in row)
