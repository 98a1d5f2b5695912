"""What the text owes: every duty broken by its own example, none by a report that keeps it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import SENTENCE, example_filing, full_filing
from workbooks import by_openpyxl, filled, look_at, names_of

from toolkit.filing.prose.duties import check_duties
from toolkit.filing.prose.personal import check_personal, masked, property_findings
from toolkit.filing.unlikely import FIGURE_KINDS
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from openpyxl import Workbook

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form

FIGURES = {"natural_person": 20, "business": 1}
ODD_FIGURES = {
    "day": {"disclosure.coercion.decisions": 45296},
    "apart": {"disclosure.coercion.decisions": 84212345},
    "small_unit": {"disclosure.charges.fees": 251000},
}
NAMED = [(edition, duty.id) for edition in ("2019", "2021") for duty in form_of_edition(edition).duties]


def saying(form: Form, text: str, section: str = "overview", **more: object) -> Filing:
    figures = {f"requests.new.{column}": value for column, value in FIGURES.items()}
    figures |= {"requests.granted.natural_person": 13, "requests.carried_out.natural_person": 8}
    return full_filing(form).with_answers({**figures, section: (Paragraph(text),), **more})  # type: ignore[dict-item]


def names(filing: Filing) -> list[str]:
    return [finding.name for finding in check_duties(filing)]


@pytest.mark.parametrize(("edition", "name"), NAMED)
def test_every_duty_is_broken_by_its_own_example(edition: str, name: str) -> None:
    form = form_of_edition(edition)
    duty = next(duty for duty in form.duties if duty.id == name)
    filing = saying(form, duty.example, duty.section or "overview")
    if duty.kind == "power":
        filing = filing.with_answers({"disclosure.regulations.issued": 2})
    if duty.kind in FIGURE_KINDS:
        filing = replace(filing, year=2024).with_answers(ODD_FIGURES[duty.kind])
    if duty.kind == "movement":
        before = {f"requests.new.{column}": value - 1 for column, value in FIGURES.items()}
        rest = {field: 0 for field in form.fields if field.startswith("requests.new.")}
        filing = replace(filing, previous={**rest, **before, "requests.new.total": 19})
    found = [finding for finding in check_duties(filing) if finding.name == name]
    assert found, duty.example
    assert all(finding.severity == "warning" and finding.source for finding in found)


@pytest.mark.parametrize("name", ["suqian_2024", "suqian_2023", "erqi_2020", "shanghai_office_2019"])
def test_no_published_report_is_accused_without_cause(name: str) -> None:
    filing = replace(example_filing(name), organ="宿迁市人民政府")
    assert set(names(filing)) <= {"fee_not_stated", "aspects_missing", "brackets_open"}


@pytest.mark.parametrize(
    "text",
    [
        "收到的申请全部按时答复，上年结转的3件全部办结。",
        "2023年底建成的平台，2024年共收到申请21件，比2023年增加2件。",
        "予以公开13件，占61.9%。", "予以公开13件，占申请总数的62%。",
        "较2020年以来主动公开的数量有所增加。",
        "公开（含转载）信息30条、视频2 个。",
        "依申请公开2件，主动公开信息2条。",
        "2023年收到申请310件，2024年收到申请21件。",
    ],
)  # fmt: skip
def test_what_can_be_read_so_that_it_holds_is_left_alone(form_2021: Form, text: str) -> None:
    filing = saying(form_2021, f"{SENTENCE}{text}", **{"requests.carried_out.natural_person": 0})
    assert names(replace(filing, year=2024)) == []


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("收到的申请均已按期办结。", True), ("收到的申请全部答复，无结转。", True), ("收到的申请全部按时办结。", True),
        ("受理申请21件，均按时答复。", False), ("申请人撤回申请7件，其余14件均已答复或正在办理。", False),
        ("示例县财政局收到申请12件，全部办结。", False), ("通过网络收到的申请全部办结。", False),
        ("全部答复书均经合法性审查。", False), ("重大申请全部办结前会商。", False),
    ],
)  # fmt: skip
def test_all_done_is_denied_only_where_it_is_said_of_all(form_2021: Form, text: str, is_said: bool) -> None:  # noqa: FBT001
    assert ("all_done_denied" in names(replace(saying(form_2021, text), organ="云河县人民政府"))) is is_said


@pytest.mark.parametrize(
    ("organ", "is_said"),
    [("宿迁市人民政府", False), ("某省人民政府", False), ("松木塘镇人民政府", True), ("示例县财政局", True),
     ("示例市财政局", True), ("水利部", False)],
)  # fmt: skip
def test_only_some_organs_make_rules(form_2021: Form, organ: str, is_said: bool) -> None:  # noqa: FBT001
    filing = replace(full_filing(form_2021).with_answers({"disclosure.regulations.issued": 2}), organ=organ)
    assert ("rules_without_power" in names(filing)) is is_said


@pytest.mark.parametrize(
    ("text", "kind"),
    [("身份证11010519491231002X。", "身份证号码"), ("电话13812345678。", "手机号码"), ("手机138-1234-5678", "手机号码"),
     ("账号6222021234567890129", None), ("账号6228480402564890018", "银行账号"), ("电话0516-12345678", None),
     ("申请人住址：云河区清水路18号3幢2单元501室。", "住址"),
     ("家庭住址为幸福村三组。", "住址"),
     ("现住云河区人民路5号。", "住址"),
     ("清水花园12号楼2单元301室", "住址"), ("安居小区3幢501室", "住址"), ("地址：清水路18号行政中心3号楼501室。", None),
     ("云河区清水路18号501室", None),
     ("要求公开居住证办理条件2条，住址变更须知1条。", None), ("改造小区12个、住房3400户。", None),
     ("公开幸福小区3号楼加装电梯信息5条，惠及20户。", None), ("为1单元20户居民。", None),
     ("涉及住址登记的申请3件。", None),
     ("文号20240101123456789", None), ("身份证110105194912310021", None)],
)  # fmt: skip
def test_personal_numbers_are_told_masked(form_2021: Form, text: str, kind: str | None) -> None:
    found = list(check_personal(saying(form_2021, f"{SENTENCE}{text}")))
    assert [finding.name for finding in found] == ["personal_data"] * (kind is not None)
    for finding in found:
        assert str(kind) in finding.message
        assert not any(len(piece) > 8 and piece.isdigit() for piece in finding.message.split("*"))
        assert text.rstrip("。") not in finding.message


def test_a_private_address_on_the_cover_is_told(form_2021: Form) -> None:
    filing = saying(form_2021, SENTENCE, **{"cover.address": "云河区安居小区3幢2单元501室"})
    assert [(one.name, one.places[0].field) for one in check_personal(filing)] == [("personal_data", "cover.address")]
    assert not list(check_personal(filing.with_answers({"cover.address": "云河区清水路18号行政中心501室"})))


def test_a_masked_number_keeps_its_length() -> None:
    assert masked("13812345678") == "138******78"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("王小明", ["personal_property"]), ("欧阳小明", ["personal_property"]), ("13812345678", ["personal_data"]),
        ("财政局", []), ("办公室", []), ("管理员", []), ("Administrator", []), ("某县财政局信息公开科", []), ("", []),
        ("0527-80000001", []),
    ],
)  # fmt: skip
def test_names_and_numbers_in_the_properties_of_a_file_are_told_masked(text: str, told: list[str]) -> None:
    found = list(property_findings({"最后保存的人": text}, "某县财政局"))
    assert [finding.name for finding in found] == told
    assert all(text not in finding.message and "最后保存的人" in finding.message for finding in found)


def test_a_returned_workbook_tells_who_saved_it() -> None:
    def by_a_person(book: Workbook) -> None:
        book.properties.creator = "王小明"

    assert "personal_property" in names_of(look_at(by_openpyxl(filled("2021"), by_a_person)))
    assert "personal_property" not in names_of(look_at(filled("2021")))


def test_a_section_of_problems_that_says_nothing_is_told_once(form_2021: Form) -> None:
    assert "problems_too_short" in names(saying(form_2021, "时效有待提高。", "problems"))
    assert "problems_too_short" not in names(saying(form_2021, "无。", "problems"))
