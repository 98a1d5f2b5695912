"""Shares, rises and falls in the text: what follows from no reading is told, everything else is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import SENTENCE, full_filing

from toolkit.filing.prose.agreement import statements
from toolkit.filing.prose.duties import check_duties, with_proportions
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.values import Figure

FIGURES: Mapping[str, Figure] = {
    "requests.new.natural_person": 180, "requests.new.business": 20, "requests.granted.natural_person": 130,
    "requests.partly_granted.natural_person": 20, "requests.carried_out.natural_person": 50,
}  # fmt: skip
LAST_YEAR: Mapping[str, Figure] = {
    "requests.new.total": 150, "requests.new.natural_person": 140, "requests.new.business": 10,
    "requests.granted.total": 140, "requests.carried_in.total": 3, "requests.results_total.total": 140,
}  # fmt: skip
OURS = {"share_differs", "shares_do_not_add", "change_differs"}


def saying(edition: str, text: str) -> Filing:
    form = form_of_edition(edition)
    noughts = {name: 0 for name, field in form.fields.items() if field.kind.is_figure}
    filing = full_filing(form).with_answers({**FIGURES, "overview": (Paragraph(f"{SENTENCE}{text}"),)})
    return replace(filing, year=2024, previous={**noughts, **LAST_YEAR})


def told(filing: Filing) -> list[tuple[str, str]]:
    return [(one.name, one.message) for one in check_duties(filing) if one.name in OURS]


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("新收政府信息公开申请200件，比上年增加12件。", "change_differs", "200件，比上年增加12件"),
        ("新收政府信息公开申请200件，比上年增加50件，增长30%。", "change_differs", "增长30%"),
        ("新收政府信息公开申请200件，较2023年减少50件。", "change_differs", "减少50件"),
        ("全年新收政府信息公开申请数量比上年增加12件。", "change_differs", "新收政府信息公开申请数量比上年增加12件"),
        ("新收政府信息公开申请200件，与上年相比，增加了60件。", "change_differs", "增加了60件"),
        ("予以公开130件，同比增加10件。", "change_differs", "130件，同比增加10件"),
        ("新收政府信息公开申请200件（其中自然人180件，占80%）。", "share_differs", "180件，占80%"),
        ("予以公开占99%。", "share_differs", "予以公开占99%"),
        ("法人或其他组织申请占5%。", "share_differs", "法人或其他组织申请占5%"),
        ("收到政府信息公开申请200件，其中通过网络提交100件，占60%；信函60件，占30%；当面40件，占10%。",
         "shares_do_not_add", "100件，占60%；信函60件，占30%；当面40件，占10%"),
        ("收到政府信息公开申请200件，其中网络、信函、当面提交的100件、60件、40件，分别占60%、30%和10%。",
         "shares_do_not_add", "分别占60%、30%和10%"),
        ("通过网络、信函、当面提交的分别占60%、30%、20%。", "shares_do_not_add", "60%＋30%＋20%＝110%"),
        ("通过网络提交申请占60%，信函占30%，当面占20%。", "shares_do_not_add", "60%＋30%＋20%＝110%"),
    ],
)  # fmt: skip
def test_what_follows_from_no_reading_is_told_once(edition: str, text: str, name: str, shown: str) -> None:
    found = told(saying(edition, text))
    assert [one for one, _ in found] == [name]
    assert shown in found[0][1]


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize(
    "text",
    [
        "新收政府信息公开申请200件，比上年增加50件，增长33.3%。",
        "新收政府信息公开申请200件，较2022年减少50件。", "新收政府信息公开申请200件，比2019年增长500%。",
        "收到政府信息公开申请200件，比上年增加47件。",  # with what was carried in: 200 against 153
        "新收政府信息公开申请200件，比上年增加50余件，增长约三成。",
        "新收政府信息公开申请200件，比上年增加近60件。", "新收200件申请，比上年增加到200件。",
        "新收政府信息公开申请200件，同比增加50件，其中自然人占比提高10个百分点。",
        "新收申请200件，其中网络100件，比上年增加5件。", "收到申请200件，办理质量比上年提高50%。",
        "予以公开130件，同比减少10件，下降7.1%。", "主动公开信息比上年增加12条，增长90%。",
        "办理建议提案20件，比上年增加3件，增长90%。",
        "自然人申请占90%，法人或其他组织申请占10%。", "予以公开占65%。", "予以公开130件，占86.7%。",
        "予以公开130件，占网上申请的50%。", "予以公开130件，约占七成，超过60%。",
        "收到政府信息公开申请200件，其中网络100件，占50%；信函60件，占30%；当面40件，占20%。",
        "收到政府信息公开申请200件，其中涉及征地100件，占50%，涉及社保100件，占已办结的66.7%。",
        "通过网络提交申请占60%，涉及征地的占30%，涉及拆迁的占20%。", "自然人申请占90%，网络申请占80%。",
        "全市新收政府信息公开申请200件，其中市直部门80件，占40%，县区120件，占60%。",
        "全年门户网站发布信息300条，占60%；微信公众号占50%。",
    ],
)  # fmt: skip
def test_what_one_reading_bears_out_is_left_alone(edition: str, text: str) -> None:
    assert told(saying(edition, text)) == []


def test_changes_need_last_years_figures() -> None:
    filing = saying("2021", "新收政府信息公开申请200件，比上年增加12件。")
    assert told(replace(filing, previous={})) == []
    unknown = {name: figure for name, figure in filing.previous.items() if name != "requests.new.total"}
    assert told(replace(filing, previous=unknown)) == []


def bound(edition: str, text: str) -> list[tuple[str, str, object, object]]:
    filing = saying(edition, text)
    said = with_proportions(filing, statements(filing))
    return [(one.numeral.text, one.standing.value, one.value, one.before) for one in said if one.before is not None]


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_a_rise_or_fall_is_bound_to_the_figures_of_both_years(edition: str) -> None:
    text = "新收政府信息公开申请200件，比上年增加50件，增长30%。"
    assert bound(edition, text) == [("50件", "equal", 200, 150), ("30%", "different", 200, 150)]
    assert bound(edition, "新收政府信息公开申请200件，比前年增加50件。") == []


def shares(edition: str, text: str) -> list[tuple[str, str, object, object]]:
    filing = saying(edition, text)
    said = with_proportions(filing, statements(filing))
    percents = [one for one in said if one.numeral.unit == "%"]
    assert all(bool(one.of) == (one.whole is not None) == bool(one.fields) for one in percents)
    return [(one.numeral.text, one.standing.value, one.value, one.whole) for one in percents]


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("予以公开130件，占86.7%，部分公开20件，占比17%。",
         [("86.7%", "equal", 130, 150), ("17%", "different", 20, 200)]),
        ("予以公开130件，所占比例为86.7%；部分公开的比例为13.3%。",
         [("86.7%", "equal", 130, 150), ("13.3%", "equal", 20, 150)]),
        ("予以公开、部分公开的比例分别为86.7%、13.3%。",
         [("86.7%", "unknown", None, None), ("13.3%", "unknown", None, None)]),
        ("予以公开130件，部分公开20件，分别占86.7%和13.3%。",
         [("86.7%", "equal", 130, 150), ("13.3%", "equal", 20, 150)]),
        ("自然人申请占百分之九十；予以公开占百分之八十六点七。",
         [("百分之九十", "equal", 180, 200), ("百分之八十六点七", "equal", 130, 150)]),
        ("予以公开120件，占86.7%。", [("86.7%", "equal", 130, 150)]),  # the number before it is told already
        ("通过网络提交100件，占60%。", [("60%", "unknown", None, None)]),
        ("群众满意度98%。", [("98%", "other", None, None)]),
    ],
)  # fmt: skip
def test_a_share_is_bound_to_its_part_and_its_whole(
    edition: str, text: str, found: list[tuple[str, str, object, object]]
) -> None:
    assert shares(edition, text) == found


def test_a_part_that_is_told_already_is_not_told_again_by_its_share() -> None:
    assert told(saying("2021", "予以公开120件，占99%。")) == []
