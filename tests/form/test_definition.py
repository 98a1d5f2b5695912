"""Mistakes in a definition: each is planted in a copy of the small form, and the message must say where it is."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL

from toolkit.errors import DefinitionError
from toolkit.files import data_folder
from toolkit.form.definition import load_form

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Mistake:
    """What is changed in which file, and what the one message about it must say."""

    name: str
    file: str
    old: str
    new: str
    said: tuple[str, ...]

    def __str__(self) -> str:
        """Return the name a failing test shows."""
        return self.name


def plant(folder: Path, *mistakes: Mistake) -> Path:
    copy = folder / "small"
    shutil.copytree(SMALL / "small", copy)
    for mistake in mistakes:
        path = copy / mistake.file
        text = path.read_text(encoding="utf-8")
        assert mistake.old in text, f"{mistake.name}: the small form no longer holds {mistake.old!r}"
        path.write_text(text.replace(mistake.old, mistake.new, 1), encoding="utf-8")
    return copy


def refused(folder: Path) -> tuple[str, ...]:
    with pytest.raises(DefinitionError) as caught:
        load_form(folder)
    return caught.value.mistakes


REMARKS_RULE = '\nid = "remarks_missing"\nkind = "required_prose"\nseverity = "error"\nsource = "guidance:part 3"'
MISTAKES = [
    Mistake(
        "an unknown key, with the nearest spelling",
        "form.toml",
        'sheet = "3 Remarks"',
        'sheet = "3 Remarks"\nhelpp = "x"',
        ("form.toml", "section[remarks]", "“helpp”", "“help”"),
    ),
    Mistake(
        "an unknown key at the top of a file",
        "rules.toml",
        "# What the figures must keep.",
        "[rulez]",
        ("rules.toml", "顶层", "“rulez”", "“rule”"),
    ),
    Mistake(
        "an unknown key far from any other",
        "handling.toml",
        'stub = "Requests"',
        'stub = "Requests"\nqqqq = "x"',
        ("handling.toml", "band[all]", "“qqqq”"),
    ),
    Mistake("a missing key", "form.toml", 'heading = "Part 3. Remarks"\n', "", ("section[remarks]", "缺少“heading”")),
    Mistake("a key of the wrong type", "form.toml", "= 2000", '= "2000"', ("form.first_year", "整数", "'2000'")),
    Mistake(
        "true where a number belongs",
        "appeals.toml",
        'kind = "amount"',
        'kind = "amount"\nspan = true',
        ("column[refunds].span", "整数", "True"),
    ),
    Mistake(
        "text where a list belongs", "handling.toml", '["withheld"]', '"withheld"', ("control[withheld].rows", "列表")
    ),
    Mistake("a number in a list of names", "handling.toml", '["withheld"]', "[7]", ("control[withheld].rows", "文字")),
    Mistake("a table where a list of tables belongs", "handling.toml", "[[band]]", "[band]", ("缺少 [[band]]",)),
    Mistake(
        "an entry that is no table",
        "sources.toml",
        "# An invented act and its guidance;",
        "note = [1]\n#",
        ("sources.toml", "“note”"),
    ),
    Mistake("an empty id", "sources.toml", 'id = "guidance"', 'id = ""', ("不能为空",)),
    Mistake("an unknown kind of figure", "appeals.toml", '"amount"', '"amuont"', ("“amuont”", "amount", "是否想写")),
    Mistake("an unknown kind of rule", "rules.toml", '"not_less"', '"not_les"', ("“not_les”", "是否想写“not_less”")),
    Mistake("an unknown severity", "rules.toml", '"warning"', '"fatal"', ("severity", "“fatal”", "error、warning")),
    Mistake(
        "a parent that does not exist",
        "handling.toml",
        'parent = "withheld"',
        'parent = "witheld"',
        ("row[exempt].parent", "“witheld”", "“withheld”"),
    ),
    Mistake(
        "a parent that comes after",
        "handling.toml",
        'label = "Online"\nparent = "channel"',
        'label = "Online"\nparent = "all_channels"',
        ("column[online].parent", "应排在它之前"),
    ),
    Mistake(
        "a band that does not exist", "handling.toml", 'id = "open_after"', 'id = "open_after"\nband = "al"', ("“al”",)
    ),
    Mistake(
        "a column of a rule that does not exist",
        "rules.toml",
        'right = ["upheld", "changed"]',
        'right = ["upheld", "chagned"]',
        ("rule[appeals_lodged].right", "“chagned”", "“changed”"),
    ),
    Mistake(
        "a row of a rule that does not exist",
        "rules.toml",
        '["closed", "open_after"]',
        '["closed", "open_afte"]',
        ("rule[handling_balance].right", "“open_afte”", "“open_after”"),
    ),
    Mistake("a table of a rule that does not exist", "rules.toml", '"appeals"', '"apeals"', ("“apeals”", "“appeals”")),
    Mistake("a rule without the ids it relates", "rules.toml", 'of = ["decided"]\n', "", ("缺少“of”",)),
    Mistake(
        "a source that does not exist",
        "handling.toml",
        '"act:section 20"',
        '"atc:section 20"',
        ("handling.toml", "row[exempt].source", "“atc”"),
    ),
    Mistake(
        "a source cited by nobody",
        "sources.toml",
        "[[source]]",
        '[[source]]\nid = "unused"\ntitle = "Unused"\n\n[[source]]',
        ("source[unused]", "没有被引用"),
    ),
    Mistake(
        "a rule without a source", "rules.toml", REMARKS_RULE, REMARKS_RULE.replace("source", "why"), ("缺少“source”",)
    ),
    Mistake("a rule with an empty source", "rules.toml", '"guidance:part 3"', '""', ("rule[remarks_missing].source",)),
    Mistake(
        "a table without a source",
        "handling.toml",
        'source = "guidance:part 1"\n',
        "",
        ("handling.toml", "缺少“source”"),
    ),
    Mistake("a row twice", "handling.toml", 'id = "not_held"', 'id = "exempt"', ("row[exempt]", "2 次")),
    Mistake("a column twice in a band", "handling.toml", 'id = "web"', 'id = "mail"', ("column[mail]", "2 次")),
    Mistake("a rule twice", "rules.toml", '"not_a_sum_of_money"', '"figure_missing"', ("rule[figure_missing]", "2 次")),
    Mistake("a note twice", "form.toml", 'id = "email"', 'id = "officer"', ("note[officer]", "2 次")),
    Mistake("a sheet name too long", "form.toml", '"3 Remarks"', f'"{"R" * 32}"', ("R" * 32, "31")),
    Mistake("a sheet name with a stroke", "form.toml", '"3 Remarks"', '"3/Remarks"', ("“3/Remarks”",)),
    Mistake("a sheet name twice", "form.toml", '"3 Remarks"', '"2 Reviews"', ("2 Reviews", "2 次")),
    Mistake("advice too long for a message", "rules.toml", "Copy last year's line D.", "D" * 256, ("advice", "255")),
    Mistake(
        "a kind of cell that no rule judges",
        "rules.toml",
        'kind = "amount"',
        'kind = "finer_than_unit"',
        ("rules.toml", "“amount”"),
    ),
    Mistake(
        "a block without rows", "handling.toml", "[[band]]", '[[band]]\nid = "b"\n\n[[band]]', ("band[all]", "没有行")
    ),
    Mistake("a file that is no TOML", "rules.toml", "[[rule]]", "[[rule", ("small/rules.toml", "TOML")),
    Mistake(
        "a key twice", "form.toml", 'language = "en"', 'language = "en"\nlanguage = "fr"', ("small/form.toml", "TOML")
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_mistake_is_refused_with_its_file_and_path(mistake: Mistake, tmp_path: Path) -> None:
    mistakes = refused(plant(tmp_path, mistake))
    said = [text for text in mistakes if all(word in text for word in (mistake.file, *mistake.said))]
    assert len(said) == 1, mistakes


LIMITS = [
    Mistake("31 characters of sheet name", "form.toml", '"3 Remarks"', f'"{"R" * 31}"', ()),
    Mistake("255 characters of advice", "rules.toml", "Copy last year's line D.", "D" * 255, ()),
    Mistake("an empty label", "appeals.toml", 'label = "Internal review"', 'label = ""', ()),
]


@pytest.mark.parametrize("limit", LIMITS, ids=str)
def test_what_is_just_within_the_limits_loads(limit: Mistake, tmp_path: Path) -> None:
    assert load_form(plant(tmp_path, limit)).id == "foi_return"


# Mistakes that only show when words, ids and rules are taken together.
TAKEN_TOGETHER = [
    Mistake("two levels of prose instead of three", "form.toml", ', "Sub-heading"]', "]", ("levels",)),
    Mistake("a control total over no row", "handling.toml", '["withheld"]', '["withhold"]', ("“withhold”",)),
    Mistake("a control total in no column", "handling.toml", '"all_channels"\n\n', '"all"\n\n', ("“all”",)),
    Mistake("a computed cell nobody adds", "rules.toml", 'into = "closed"', 'into = "open_after"', ("closed",)),
    Mistake("a rule on a heading's own cells", "rules.toml", '["received", "open', '["outcome", "open', ("“outcome”",)),
    Mistake("a table called like a file", "form.toml", 'id = "handling"', 'id = "rules"', ("“rules”",)),
    Mistake("an id that no cell name can hold", "handling.toml", 'id = "post"', 'id = "po st"', ("“po st”",)),
    Mistake("rows of a heading parted", "handling.toml", '"Exempt"\nparent = "withheld"', '"Exempt"', ("拼不成",)),
    Mistake("a last year before the first", "form.toml", "= 2099", "= 1999", ("last_year",)),
    Mistake("an unknown word in the title", "form.toml", '"{organ}: free', '"{organisation}: free', ("organisation",)),
]


@pytest.mark.parametrize("mistake", TAKEN_TOGETHER, ids=str)
def test_a_mistake_of_meaning_is_refused(mistake: Mistake, tmp_path: Path) -> None:
    assert any(all(word in text for word in mistake.said) for text in refused(plant(tmp_path, mistake)))


def test_several_mistakes_of_shape_are_reported_at_once(tmp_path: Path) -> None:
    wanted = [mistake for mistake in MISTAKES if mistake.name in {"a missing key", "an unknown severity"}]
    mistakes = refused(plant(tmp_path, *wanted))
    assert [text.partition("：")[0] for text in mistakes] == ["small/form.toml", "small/rules.toml"]


def test_several_mistakes_of_meaning_are_reported_at_once(tmp_path: Path) -> None:
    names = {
        "a source that does not exist",
        "a rule twice",
        "a sheet name with a stroke",
        "advice too long for a message",
    }
    mistakes = refused(plant(tmp_path, *(mistake for mistake in MISTAKES if mistake.name in names)))
    files = {text.partition("：")[0] for text in mistakes}
    assert files == {"small/form.toml", "small/handling.toml", "small/rules.toml"}
    assert len(mistakes) == 4


def named(*names: str) -> list[Mistake]:
    return [mistake for mistake in (*MISTAKES, *TAKEN_TOGETHER) if mistake.name in names]


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("[[rule]]", "[[rule", "第 3 行第 7 列", "方括号"),
        ('id = "figure_missing"', "id = ", "第 4 行第 6 列", "写法不对"),
        ('id = "figure_missing"', 'id = "figure_missing', "第 4 行第 21 列", "引号"),
        ('id = "figure_missing"', 'id "figure_missing"', "第 4 行第 4 列", "等号"),
        ('id = "figure_missing"', 'id = "a"\nid = "b"', "第 5 行第 9 列", "两次"),
        ('id = "figure_missing"', 'id = "a" "b"', "第 4 行第 10 列", "多写"),
    ],
)
def test_a_text_that_is_no_toml_is_refused_in_chinese_with_line_and_column(
    old: str, new: str, place: str, reason: str, tmp_path: Path
) -> None:
    (said,) = refused(plant(tmp_path, Mistake("broken", "rules.toml", old, new, ())))
    assert place in said
    assert reason in said
    assert not re.search("[A-Za-z]{3,}", said.partition("：")[2].replace("TOML", ""))


def test_a_text_that_ends_too_early_is_refused_with_its_last_line(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder / "rules.toml").write_text("rule = [\n1,\n", encoding="utf-8")
    assert refused(folder) == ("small/rules.toml：不是合格的 TOML，文件末尾（第 2 行）：写法不对",)


@pytest.mark.parametrize(
    "broken",
    [("form.toml", "[form]", "[form"), ("sources.toml", "[[source]]", "[[source"), ("rules.toml", "[[r", "[r")],
)
def test_a_file_that_cannot_be_read_hides_no_mistake_of_another(broken: tuple[str, str, str], tmp_path: Path) -> None:
    others = named("an unknown key far from any other", "an unknown kind of figure")
    mistakes = refused(plant(tmp_path, Mistake("broken", *broken, ()), *others))
    assert sorted(text.partition("：")[0] for text in mistakes) == sorted(
        ["small/appeals.toml", "small/handling.toml", f"small/{broken[0]}"]
    )


def test_a_mistake_of_shape_hides_no_mistake_of_meaning_elsewhere(tmp_path: Path) -> None:
    others = named("a row of a rule that does not exist", "a sheet name with a stroke")
    shape = Mistake("shape", "appeals.toml", 'kind = "amount"', 'kind = "amuont"', ())
    mistakes = refused(plant(tmp_path, shape, *others))
    assert [text.partition("：")[0] for text in mistakes] == [
        "small/appeals.toml",
        "small/form.toml",
        "small/rules.toml",
    ]


@pytest.mark.parametrize("file", ["form.toml", "handling.toml", "appeals.toml", "rules.toml", "sources.toml"])
def test_a_file_of_the_wrong_shape_brings_no_false_mistakes_elsewhere(file: str, tmp_path: Path) -> None:
    folder = plant(tmp_path)
    path = folder / file
    path.write_text("helpp = 1\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    (said,) = refused(folder)
    assert "“helpp”" in said


@pytest.mark.parametrize("file", ["form.toml", "handling.toml", "appeals.toml", "rules.toml", "sources.toml"])
def test_an_unreadable_file_brings_no_false_mistakes_elsewhere(file: str, tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder / file).write_text("[", encoding="utf-8")
    assert [text.partition("：")[0] for text in refused(folder)] == [f"small/{file}"]


@pytest.mark.parametrize("file", ["form.toml", "requests.toml", "rules.toml", "sources.toml", "marks.toml"])
def test_an_unreadable_file_says_nothing_against_marks_and_charts(file: str, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    shutil.copytree(data_folder("workbook_templates") / "2021", folder)
    (folder / file).write_text("[", encoding="utf-8")
    assert [text.partition("：")[0] for text in refused(folder)] == [f"ours/{file}"]


def test_a_mark_on_rows_that_are_not_there_says_nothing_of_its_column(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    mark = '[[mark]]\nlabel = "m"\ntable = "handling"\nrows = ["nowhere"]\ncolumn = "mail"\n'
    (folder / "marks.toml").write_text(mark, encoding="utf-8")
    assert refused(folder) == ("small/marks.toml：mark[m].rows 的“nowhere”不存在",)


def test_a_rule_of_an_unknown_kind_is_one_mistake(tmp_path: Path) -> None:
    (said,) = refused(plant(tmp_path, Mistake("kind", "rules.toml", '"balance"', '"balence"', ())))
    assert "是否想写“balance”" in said


def test_a_key_no_rule_takes_is_named_whatever_the_kind(tmp_path: Path) -> None:
    mistakes = refused(plant(tmp_path, Mistake("kind", "rules.toml", 'kind = "balance"', 'kinf = "balance"', ())))
    assert len(mistakes) == 2
    assert any("不认识“kinf”，是否想写“kind”" in text for text in mistakes)


def test_the_message_counts_and_lists_every_mistake() -> None:
    text = str(DefinitionError(["a.toml：一", "b.toml：二"]))
    assert text.splitlines()[0].endswith("2 处错误：")
    assert [line.strip(" ·") for line in text.splitlines()[1:]] == ["a.toml：一", "b.toml：二"]


@pytest.mark.parametrize("name", ["form.toml", "rules.toml", "sources.toml", "handling.toml"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder / name).unlink()
    assert any(text.startswith(f"small/{name}：") for text in refused(folder))


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder / "rules.toml").write_bytes("# 规则".encode("gb18030"))
    assert [text for text in refused(folder) if "small/rules.toml" in text and "UTF-8" in text]


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder / "rules.toml").unlink()
    (folder / "rules.toml").mkdir()
    assert refused(folder) == ("small/rules.toml：不能读取，请检查权限",)


@pytest.mark.parametrize("name", ["cover", "control", "explanation"])
def test_a_table_may_not_take_a_reserved_name(name: str, tmp_path: Path) -> None:
    folder = plant(tmp_path, Mistake("rename", "form.toml", 'id = "handling"', f'id = "{name}"', ()))
    (folder / "handling.toml").rename(folder / f"{name}.toml")
    assert any(name in text and "保留" in text for text in refused(folder))


def test_a_rules_file_that_is_no_list_of_tables_is_refused(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder / "rules.toml").write_text("rule = 1", encoding="utf-8")
    assert refused(folder) == ("small/rules.toml：缺少 [[rule]]",)


def test_rules_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder / "rules.toml").write_text("rule = [1]", encoding="utf-8")
    assert refused(folder) == ("small/rules.toml：rule[1] 应是一张表",)


def test_a_form_without_words_and_sections_is_refused(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder / "form.toml").write_text("section = 1", encoding="utf-8")
    missing = {f"small/form.toml：缺少 {table}" for table in ("[form]", "[words]", "[[section]]")}
    assert missing <= set(refused(folder))


def test_the_fingerprint_follows_the_meaning_of_the_files_and_not_their_layout(tmp_path: Path) -> None:
    before = load_form(SMALL / "small").fingerprint
    folder = plant(tmp_path)
    path = folder / "form.toml"
    path.write_text("# another remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_form(folder).fingerprint == before
    path.write_text(path.read_text(encoding="utf-8").replace("Part 3. Remarks", "Part 3. Notes"), encoding="utf-8")
    assert load_form(folder).fingerprint != before
