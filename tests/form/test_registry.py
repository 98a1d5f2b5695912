"""Which edition serves which year, and how a folder of other forms comes in."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL

from toolkit.errors import DefinitionError, InputError
from toolkit.files import data_folder
from toolkit.form.registry import form_for_year, form_of_edition, load_forms, years_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.form.model import Form


@pytest.mark.parametrize(
    ("year", "edition"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2022, "2021"), (2099, "2021")]
)
def test_a_year_is_reported_on_its_own_edition(year: int, edition: str) -> None:
    assert form_for_year(year).edition == edition


def test_a_year_before_the_first_edition_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError) as caught:
        form_for_year(2018)
    assert all(text in str(caught.value) for text in ("2018 年", "2019 版用于 2019—2020 年", "2021 版用于 2021 年起"))


def test_the_shipped_editions_are_two_and_come_oldest_first() -> None:
    assert [form.edition for form in load_forms()] == ["2019", "2021"]


def test_a_small_form_in_another_language_loads_from_another_folder() -> None:
    form = form_of_edition("small", SMALL)
    assert (form.language, [section.id for section in form.sections]) == ("en", ["handling", "appeals", "remarks"])
    assert form.fields["handling.exempt.web"].row_label == "C. Closed in the year/Withheld/Exempt"
    assert form.fields["handling.exempt.web"].column_label == "Channel/Online/Web form"
    assert form.citation("act:section 20") == "Access to Records Act, section 20"


@pytest.mark.parametrize("year", [2000, 2020, 2099])
def test_a_form_of_another_folder_comes_before_ours(year: int) -> None:
    assert form_for_year(year, SMALL).edition == "small"


def test_a_form_of_another_folder_is_not_reached_without_it() -> None:
    with pytest.raises(InputError, match="small"):
        form_of_edition("small")


def test_one_forms_own_folder_may_be_given() -> None:
    assert form_of_edition("small", SMALL / "small").id == "foi_return"


def test_a_folder_without_forms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有表式定义"):
        load_forms(tmp_path)


def test_an_unknown_edition_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError) as caught:
        form_of_edition("202l")
    assert "是否想写“2021”" in str(caught.value)


def test_a_copy_of_ours_in_another_folder_still_serves(tmp_path: Path) -> None:
    shutil.copytree(data_folder("workbook_templates") / "2021", tmp_path / "2021")
    assert form_for_year(2023, tmp_path).edition == "2021"
    assert [form.edition for form in load_forms(tmp_path)] == ["2019", "2021"]


def test_what_is_written_alike_is_one_form_and_a_changed_copy_another(tmp_path: Path) -> None:
    forms = []
    for name in ("a", "b", "c"):
        folder = tmp_path / name / "small"
        shutil.copytree(SMALL / "small", folder)
        if name == "c":
            table = folder / "form.toml"
            table.write_text(table.read_text(encoding="utf-8").replace("Part 3. Remarks", "Part 3. Notes"), "utf-8")
        forms.append(form_of_edition("small", tmp_path / name))
    assert forms[0] is forms[1]
    assert forms[2].fingerprint != forms[0].fingerprint


def ours_changed(folder: Path, old: str, new: str) -> Path:
    copy = folder / "改过的"
    shutil.copytree(data_folder("workbook_templates") / "2021", copy)
    text = (copy / "form.toml").read_text(encoding="utf-8")
    assert old in text
    (copy / "form.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


LOADERS = [load_forms, partial(form_for_year, 2023), partial(form_of_edition, "2021")]


@pytest.mark.parametrize("load", LOADERS)
def test_another_content_under_the_name_of_an_edition_of_ours_is_refused(
    tmp_path: Path, load: Callable[[Path], object]
) -> None:
    copy = ours_changed(tmp_path, "一、总体情况", "一、总的情况")
    with pytest.raises(DefinitionError, match="同一版本") as caught:
        load(tmp_path)
    (mistake,) = caught.value.mistakes
    assert str(copy) in mistake
    assert str(data_folder("workbook_templates") / "2021") in mistake


@pytest.mark.parametrize("load", LOADERS)
def test_two_editions_of_one_form_for_the_same_year_are_refused(tmp_path: Path, load: Callable[[Path], object]) -> None:
    copy = ours_changed(tmp_path, 'edition = "2021"', 'edition = "2024"')
    with pytest.raises(DefinitionError, match="同样的年度") as caught:
        load(tmp_path)
    (mistake,) = caught.value.mistakes
    assert str(copy) in mistake
    assert str(data_folder("workbook_templates") / "2021") in mistake


def test_two_rivals_in_the_same_folder_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(SMALL / "small", tmp_path / name)
    assert [form.edition for form in load_forms(tmp_path)].count("small") == 1
    path = tmp_path / "b" / "form.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Part 3. Remarks", "Part 3. Notes"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="同一版本"):
        load_forms(tmp_path / ".." / tmp_path.name)


@pytest.mark.parametrize("year", [-1, 0, 999, 10000, 20230])
def test_a_year_without_four_digits_is_refused(year: int) -> None:
    with pytest.raises(InputError, match="四位数字"):
        form_for_year(year)


def test_years_are_said_in_words(form_2019: Form, form_2021: Form) -> None:
    assert years_of(form_2019) == "2019—2020 年"
    assert years_of(form_2021) == "2021 年起"
    assert years_of(replace(form_2019, last_year=2019)) == "2019 年"


@pytest.mark.parametrize(("edition", "counts"), [("2019", [22, 161, 15]), ("2021", [10, 175, 15])])
def test_an_edition_asks_for_as_many_figures_as_the_official_form(edition: str, counts: list[int]) -> None:
    form = form_of_edition(edition)
    figures = [field.table for field in form.fields.values() if field.kind.is_figure]
    assert [figures.count(table.id) for table in form.tables] == counts


def test_a_stroke_in_an_official_label_does_not_cut_the_short_label(form_2019: Form) -> None:
    fields = [field for field in form_2019.fields.values() if field.column_label.endswith("增/减")]
    assert fields
    assert {field.label.partition(" · ")[2] for field in fields} == {"本年增/减"}


def test_both_editions_print_the_six_headings_of_the_official_form(form_2019: Form, form_2021: Form) -> None:
    headings = [section.heading for section in form_2021.sections]
    assert headings == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]
    assert [section.heading for section in form_2019.sections] == headings


def test_what_a_form_does_not_have_is_a_key_error(form: Form) -> None:
    for look_up in (form.table, form.section, form.rule, form.citation):
        with pytest.raises(KeyError, match="nowhere"):
            look_up("nowhere")
