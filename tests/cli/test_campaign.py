"""The commands of a round that go out and come in: what they print, what JSON they give, how they end."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from casebook import SMALL
from rounds import BALANCED, BROKEN, ROSTER, YEAR, begin, filled, put, roster_file

from toolkit.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs `xxgk` in this process and gives exit code, stdout and stderr."""

    def ran(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["xxgk", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return ran


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin(tmp_path / "a")


def told(answer: tuple[int, str, str]) -> Any:
    return json.loads(answer[1])


def test_init_makes_a_folder_and_says_what_is_next(run: Run, tmp_path: Path) -> None:
    roster = roster_file(tmp_path, ROSTER)
    words = ("--year", YEAR, "--organ", "云溪县公开办", "--roster", roster, "--forms", SMALL)
    code, out, _ = run("init", tmp_path / "a", *words)
    assert code == 0
    assert "3 个机关" in out
    assert "xxgk issue" in out
    code, _, err = run("init", tmp_path / "a", *words)
    assert (code, "已经有工作文件夹" in err) == (2, True)


def test_init_never_shows_the_key(run: Run, tmp_path: Path) -> None:
    roster = roster_file(tmp_path, ROSTER)
    _, out, err = run("init", tmp_path / "a", "--year", YEAR, "--organ", "甲", "--roster", roster, "--forms", SMALL)
    secrets = (tmp_path / "a" / "key.toml").read_text(encoding="utf-8").split('"')[1::2]
    assert [secret for secret in secrets if secret in out + err] == []


def test_issue_lists_every_workbook(run: Run, campaign: Campaign) -> None:
    found = told(run("issue", campaign.folder, "--json"))
    assert [sheet["code"] for sheet in found["issued"]] == ["01", "02", "0201"]
    assert (found["written"], found["withdrawn"], found["without_previous"]) == ([], [], [])
    roster_file(campaign.folder, "代码,名称\n05,新机关\n", "roster.csv")
    code, out, _ = run("issue", campaign.folder)
    assert code == 0
    assert "新生成 1 份" in out
    assert "移到了 outbox/已撤回" in out


def test_issue_says_who_has_no_figures_of_last_year(run: Run, campaign: Campaign, tmp_path: Path) -> None:
    lines = "".join(f"1{place:02d},机关{place}\n" for place in range(25))
    after = begin(tmp_path / "b", f"代码,名称\n{lines}", YEAR + 1, campaign.folder)
    _, out, _ = run("issue", after.folder)
    assert "25 个机关没有填上年数据" in out
    assert "100 机关0：" in out
    assert "其余用 --json 查看" in out


def test_collect_ends_clean_when_everything_is_accepted(run: Run, campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    code, out, _ = run("collect", campaign.folder)
    assert code == 0
    assert "云溪县财政局：可以报送" in out
    assert "1 个已通过，0 个需要修改，2 个没有报来" in out


def test_collect_ends_with_findings_when_something_must_be_mended(run: Run, campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01", BROKEN))
    put(campaign, "通知.doc", b"x")
    put(campaign, "财政又一.xlsx", (campaign.inbox / "财政.xlsx").read_bytes())
    code, out, _ = run("collect", campaign.folder)
    assert "云溪县财政局还没有合格的一份" in out
    assert code == 1
    assert "云溪县财政局：需要修改" in out
    assert "要改的见 sendback" in out
    assert "不能归入机关" in out
    found = told(run("collect", campaign.folder, "--json"))
    assert found["organs"] == {
        "missing": 2, "needs-fixing": 1, "accepted": 0, "covered": 0, "held": 0, "exempt": 0,
    }  # fmt: skip
    assert (found["new"], found["unplaced"]) == ([], ["inbox/通知.doc"])
    assert found["to_mend"] == [
        {
            "code": "01", "organ": "云溪县财政局", "file": "inbox/财政.xlsx", "counts": None,
            "sendback": "sendback/云溪县财政局.xlsx",
        }
    ]  # fmt: skip
    assert [(one["file"], one["findings"][0]["name"]) for one in found["unreadable"]] == [
        ("inbox/通知.doc", "not_a_workbook")
    ]


def test_a_content_that_comes_again_is_named_with_what_counts(run: Run, campaign: Campaign) -> None:
    older = filled(campaign, "01")
    put(campaign, "一.xlsx", older)
    run("collect", campaign.folder)
    put(
        campaign,
        "二.xlsx",
        filled(campaign, "01", {**BALANCED, "handling.received.mail": 1, "handling.in_full.mail": 1}),
    )
    put(campaign, "注.txt", b"x")
    run("collect", campaign.folder)
    for name, content in (
        ("又一.xlsx", older),
        ("又二.xlsx", (campaign.inbox / "二.xlsx").read_bytes()),
        ("又注.txt", b"x"),
    ):
        put(campaign, name, content)
    _, out, _ = run("collect", campaign.folder)
    assert "inbox/又一.xlsx　与收过的 inbox/一.xlsx 内容相同" in out
    assert "云溪县财政局计入的仍是 inbox/二.xlsx" in out
    assert "inbox/又二.xlsx　与收过的 inbox/二.xlsx 内容相同，没有重复登记；云溪县财政局计入的就是这一份" in out
    assert "inbox/又注.txt　与收过的 inbox/注.txt 内容相同，没有重复登记\n" in out
    (campaign.inbox / "又一.xlsx").rename(campaign.inbox / "又又一.xlsx")
    found = told(run("collect", campaign.folder, "--json"))
    assert found["repeated"] == [
        {"file": "inbox/又又一.xlsx", "same_as": "inbox/一.xlsx", "organ": "云溪县财政局", "counts": "inbox/二.xlsx"}
    ]


def test_collect_takes_files_by_hand_and_tells_their_findings(run: Run, campaign: Campaign, tmp_path: Path) -> None:
    (tmp_path / "财政.xlsx").write_bytes(filled(campaign, "01", BROKEN))
    code, out, _ = run("collect", campaign.folder, tmp_path / "财政.xlsx", "--json")
    (receipt,) = json.loads(out)["new"]
    assert code == 1
    assert (receipt["code"], receipt["verdict"], receipt["year"]) == ("01", "needs-fixing", YEAR)
    assert receipt["findings"][0]["places"][0]["cell"]


def test_collect_shows_twenty_and_counts_the_rest(run: Run, campaign: Campaign) -> None:
    for place in range(25):
        put(campaign, f"{place}.txt", str(place).encode())
    put(campaign, "再来.txt", b"1")
    _, out, _ = run("collect", campaign.folder)
    assert "共 25 份" in out
    assert "1 份与已收的内容相同" in out


def test_collect_names_files_that_could_not_be_opened(
    run: Run, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))

    def held(*_: object) -> bytes:
        raise PermissionError(13, "denied")

    monkeypatch.setattr("toolkit.campaign.intake.reading.Reader._read_one", held)
    code, out, _ = run("collect", campaign.folder)
    assert code == 1
    assert "inbox/财政.xlsx　没有收进来：打不开（没有权限）；" in out


@pytest.mark.parametrize("command", ["issue", "collect"])
def test_outside_a_campaign_nothing_is_done(run: Run, tmp_path: Path, command: str) -> None:
    code, out, err = run(command, tmp_path)
    assert (code, out) == (2, "")
    assert "xxgk init" in err
    assert list(tmp_path.iterdir()) == []
