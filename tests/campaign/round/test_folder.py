"""The campaign folder: made whole or not at all, opened afresh, its secrets kept."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_answers
from olderforms import older_forms
from rounds import ROSTER, YEAR, begin, put, roster_file

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.campaign.round.lock import LOCK, exclusively
from toolkit.campaign.round.seals import seal_of
from toolkit.errors import DefinitionError, InputError, OutputError
from toolkit.files import data_folder
from toolkit.form.registry import ISSUED, form_for_year, load_forms
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign


def make(folder: Path, **options: object) -> Campaign:
    given = {"year": YEAR, "organ": "云溪县公开办", "code": "00", "forms": SMALL}
    given["roster"] = roster_file(folder.parent, ROSTER)
    return init_campaign(folder, **{**given, **options})


def test_what_was_made_opens_as_the_same(tmp_path: Path) -> None:
    made = make(tmp_path / "a")
    opened = open_campaign(tmp_path / "a")
    assert (opened.year, opened.organ, opened.code, opened.key) == (YEAR, "云溪县公开办", "00", made.key)
    assert opened.form.edition == "small"
    assert [organ.code for organ in opened.roster.organs] == ["01", "02", "0201"]


def test_two_campaigns_have_different_keys(tmp_path: Path) -> None:
    assert make(tmp_path / "a").key != make(tmp_path / "b").key


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_owner_can_read_the_key(tmp_path: Path) -> None:
    make(tmp_path / "a")
    assert stat.S_IMODE((tmp_path / "a" / "key.toml").stat().st_mode) == 0o600


def test_the_key_is_never_shown(tmp_path: Path) -> None:
    campaign = make(tmp_path / "a")
    assert campaign.key.seal not in repr(campaign)
    assert campaign.key.password not in repr(campaign)


def test_a_second_init_leaves_the_first_alone(tmp_path: Path) -> None:
    key = make(tmp_path / "a").key
    with pytest.raises(InputError, match="已经有工作文件夹"):
        make(tmp_path / "a")
    assert open_campaign(tmp_path / "a").key == key


def test_an_interrupted_init_can_be_run_again_and_keeps_its_key(tmp_path: Path) -> None:
    key = make(tmp_path / "a").key
    (tmp_path / "a" / "campaign.toml").unlink()
    assert make(tmp_path / "a").key == key


def test_a_bad_roster_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="重复"):
        make(tmp_path / "a", roster=roster_file(tmp_path, "代码,名称\n1,甲\n1,乙", "坏.csv"))
    assert not (tmp_path / "a").exists()


def test_the_roster_is_read_afresh_each_time(tmp_path: Path) -> None:
    make(tmp_path / "a")
    roster_file(tmp_path / "a", ROSTER + "03,云溪县卫健局\n", "roster.csv")
    assert "03" in open_campaign(tmp_path / "a").roster.by_code


def test_a_roster_edited_half_way_stops_with_its_row(tmp_path: Path) -> None:
    make(tmp_path / "a")
    roster_file(tmp_path / "a", ROSTER + "03,\n", "roster.csv")
    with pytest.raises(InputError, match="第 5 行代码 03 没有写名称"):
        open_campaign(tmp_path / "a")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("year = ", "已损坏"),
        ('year = "2050"\nextra = 1', r"缺少 organ(.|\n)*不认识 extra(.|\n)*year 应是整数"),
        ("\xff", "已损坏"),
    ],
)
def test_settings_that_are_not_sound_say_so(tmp_path: Path, text: str, told: str) -> None:
    make(tmp_path / "a")
    (tmp_path / "a" / "campaign.toml").write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=told):
        open_campaign(tmp_path / "a")


def test_settings_whose_year_the_edition_does_not_serve_are_refused(tmp_path: Path) -> None:
    make(tmp_path / "a")
    settings = tmp_path / "a" / "campaign.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("year = 2050", "year = 1950"), encoding="utf-8")
    with pytest.raises(InputError, match="与 year = 1950 不符"):
        open_campaign(tmp_path / "a")


@pytest.mark.parametrize("content", ["", 'seal = "a"', "seal = 1\npassword = 2"])
def test_a_damaged_key_stops(tmp_path: Path, content: str) -> None:
    make(tmp_path / "a")
    key = tmp_path / "a" / "key.toml"
    key.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="从备份恢复"):
        open_campaign(tmp_path / "a")


def test_a_lost_key_costs_the_seal_and_not_the_round(tmp_path: Path) -> None:
    make(tmp_path / "a")
    (tmp_path / "a" / "key.toml").unlink()
    campaign = open_campaign(tmp_path / "a")
    assert campaign.key.is_lost
    assert seal_of(campaign, "01") == ""
    assert make_board(read_round(campaign), date(2051, 1, 2)).counts["roster"] > 0
    with pytest.raises(InputError, match=r"key\.toml"):
        issue_workbooks(tmp_path / "a")


def test_a_folder_that_is_no_campaign_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="xxgk init"):
        open_campaign(tmp_path)


def test_a_campaign_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不能为空"):
        make(tmp_path / "a", organ="  ")


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="不能建立文件夹"):
        make(tmp_path / "a")


def test_the_round_before_is_found_after_both_were_moved_together(tmp_path: Path) -> None:
    begin(tmp_path / "old" / "a")
    make(tmp_path / "old" / "b", year=YEAR + 1, previous=tmp_path / "old" / "a")
    (tmp_path / "old").rename(tmp_path / "new")
    before = open_campaign(tmp_path / "new" / "b").previous_campaign
    assert before is not None
    assert before.year == YEAR


def test_the_round_before_must_be_of_the_year_before(tmp_path: Path) -> None:
    make(tmp_path / "a")
    with pytest.raises(InputError, match="上一轮应是"):
        make(tmp_path / "b", year=YEAR + 2, previous=tmp_path / "a")


def test_a_second_command_is_told_who_is_at_work(tmp_path: Path) -> None:
    with (
        exclusively(tmp_path, "收件"),
        pytest.raises(InputError, match="上的 收件（进程"),
        exclusively(tmp_path, "下发"),
    ):
        pass


def test_a_lock_whose_holder_has_ended_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text('{"doing": "收件", "pid": 1, "host": "别处", "since": ""}', encoding="utf-8")
    with exclusively(tmp_path, "下发"):
        assert "下发" in (tmp_path / LOCK).read_text(encoding="utf-8")
    assert (tmp_path / LOCK).read_text(encoding="utf-8") == "{}"


def test_a_folder_that_does_not_exist_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="不能写入"), exclusively(tmp_path / "无", "下发"):
        pass


def test_a_holder_that_has_only_just_begun_is_told_without_its_name(tmp_path: Path) -> None:
    with exclusively(tmp_path, "收件"):
        (tmp_path / LOCK).write_text("", encoding="utf-8")
        with pytest.raises(InputError, match="另一个命令正在使用"), exclusively(tmp_path, "下发"):
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks in another way")
@pytest.mark.parametrize(("number", "is_held"), [(errno.ENOLCK, True), (errno.EIO, False)])
def test_a_share_that_knows_no_locks_does_not_stop_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, *, is_held: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "no locks")

    monkeypatch.setattr("fcntl.flock", refuse)
    if is_held:
        with exclusively(tmp_path, "收件"):
            assert (tmp_path / LOCK).is_file()
    else:
        with pytest.raises(InputError), exclusively(tmp_path, "收件"):
            pass


def test_a_round_on_another_drive_is_remembered_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = begin(tmp_path / "a")

    def no_way(*_: object) -> str:
        raise ValueError

    with monkeypatch.context() as patched:
        patched.setattr("os.path.relpath", no_way)
        make(tmp_path / "b", year=YEAR + 1, previous=before.folder)
    assert open_campaign(tmp_path / "b").previous == before.folder.resolve()


def test_a_key_that_cannot_be_written_leaves_no_campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def full(path: object, *rest: int, **others: object) -> int:
        if str(path).endswith("key.toml"):
            raise OSError(errno.ENOSPC, "磁盘已满")
        return opened(path, *rest, **others)

    with monkeypatch.context() as patched:
        patched.setattr("os.open", full)
        with pytest.raises(OutputError, match="磁盘已满"):
            make(tmp_path / "a")
    assert not (tmp_path / "a" / "campaign.toml").exists()


def test_results_have_their_places(tmp_path: Path) -> None:
    campaign = make(tmp_path / "a")
    assert (campaign.merged.name, campaign.reports.name) == ("merged", "reports")


def test_a_round_goes_on_with_the_definition_it_was_issued_with(tmp_path: Path) -> None:
    forms = older_forms(tmp_path / "forms")
    table = roster_file(tmp_path, ROSTER)
    made = init_campaign(tmp_path / "a", year=YEAR, organ="云溪县公开办", code="00", roster=table, forms=forms)
    issue_workbooks(made.folder)
    issued = (made.outbox / made.file_name(made.roster.by_code["01"])).read_bytes()
    shutil.rmtree(forms)
    shutil.copytree(SMALL / "small", forms / "small")  # the toolkit, or whoever keeps the definition, has changed it
    campaign = open_campaign(made.folder)
    assert campaign.form.fingerprint == made.form.fingerprint
    answers = {name: value for name, value in full_answers(campaign.form).items() if name in campaign.form.fields}
    put(campaign, "财政.xlsx", fill_workbook(issued, "财政.xlsx", lambda _: answers, campaign.forms))
    assert collect_returns(campaign.folder).is_clean
    assert issue_workbooks(campaign.folder).written == ()


def test_what_was_issued_comes_before_what_ships_of_the_same_edition(tmp_path: Path) -> None:
    shutil.copytree(data_folder("workbook_templates") / "2021", tmp_path / "forms" / "2021")
    text = (tmp_path / "forms" / "2021" / "form.toml").read_text(encoding="utf-8")
    (tmp_path / "forms" / "2021" / "form.toml").write_text(text.replace("每行一段。", "一行一段。"), encoding="utf-8")
    with pytest.raises(DefinitionError):  # a second content under the name of an edition is refused
        load_forms(tmp_path / "forms")
    (tmp_path / "forms" / ISSUED).write_text("", encoding="utf-8")
    assert [form.edition for form in load_forms(tmp_path / "forms")].count("2021") == 1
    assert form_for_year(2024, tmp_path / "forms").fingerprint != form_for_year(2024).fingerprint
