"""What the pages say and do: a round from its roster to its reports, the same as the commands would have it."""

from __future__ import annotations

import io
import re
import shutil
import threading
import time
from dataclasses import replace
from datetime import date
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from campaigncases import ALL_IN, NEW, asked, county, make_campaign
from casebook import SMALL, example_filing, full_answers
from desks import ORIGIN, Visitor, words_of
from rounds import BALANCED, BROKEN, ROSTER, YEAR, begin, filled, put, roster_file, zipped

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.board.made_of import RECORD
from toolkit.campaign.intake.carried.last_year import last_year_of
from toolkit.campaign.intake.standings import State
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.tracing import trace
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.campaign.round.lock import exclusively
from toolkit.desk.jobs import Outcome
from toolkit.desk.pages.organ import ways_of
from toolkit.desk.wording import ROWS
from toolkit.form.local.supplement import SUPPLEMENT
from toolkit.form.values import Paragraph
from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx
from toolkit.report.html import render_html
from toolkit.report.publish import FORMATS
from toolkit.report.retouched import as_written
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign
    from toolkit.filing.filing import Filing

FIELD = "handling.received.post"
OTHER: dict[str, object] = {"handling.received.mail": 1, "handling.in_full.mail": 1}


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin(tmp_path / "轮")


@pytest.fixture
def visitor(campaign: Campaign) -> Visitor:
    return Visitor(campaign.folder)


def step_of(visitor: Visitor) -> str:
    """Return the sentence of the next step."""
    page = visitor.text(f"/round/{visitor.key}/")
    return unescape(page.partition('id="next-title"')[2].partition('class="lead">')[2].partition("</p>")[0])


# The start -------------------------------------------------------------------------------------------------------

FAULTY = "代码,名称,上级代码,截止日期\n1,甲局,,\n1,乙局,,\n3,丙局,9,二月三十\n,丁局,,\n"
MENDED = "代码,名称,上级代码,截止日期\n1,甲局,,\n2,乙局,,\n3,丙局,1,2025-02-03\n4,丁局,,\n"


def begin_with(visitor: Visitor, roster: str, **form: object) -> int:
    given = {"year": "2024", "organ": "甲县人民政府", "code": "0", "name": "2024年报", "previous": "", **form}
    answer = visitor.post("/new", {**given, "roster": (io.BytesIO(roster.encode()), "名册.csv")})
    visitor.last = answer.text  # type: ignore[attr-defined]
    return answer.status_code


def test_a_faulty_roster_is_told_row_by_row_and_the_mended_one_begins_the_round(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    assert begin_with(visitor, FAULTY) == 400
    page = visitor.last  # type: ignore[attr-defined]
    for told in ("第 2、3 行", "第 4 行的截止日期", "第 5 行“丁局”没有写代码", "上级代码 9 不在名册中"):
        assert told in words_of(page)
    assert 'value="甲县人民政府"' in page
    assert "/" not in words_of(page).partition("要改")[2].partition("改好以后")[0]  # no path of the server's own
    assert list(tmp_path.iterdir()) == []
    assert begin_with(visitor, MENDED) == 303
    made = open_campaign(tmp_path / "2024年报")
    assert (made.organ, made.year, made.code, len(made.roster.organs)) == ("甲县人民政府", 2024, "0", 4)
    assert step_of(visitor) == "名册里有 4 家。先给每一家生成一份报表。"


def test_a_round_of_the_next_year_takes_the_one_before(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    begin_with(visitor, MENDED, year="2023", name="2023年报")
    assert "2023年报（2023 年）" in visitor.text("/")
    assert begin_with(visitor, MENDED, previous=visitor.key) == 303
    assert open_campaign(tmp_path / "2024年报").previous_campaign.year == 2023


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "轮"}, "已经有“轮”这个文件夹"),
        ({"year": "二〇二四"}, "年度应是四位数字"),
        ({"year": "1024"}, "没有用于这一年的表式"),
        ({"organ": " "}, "不能为空"),
    ],
)
def test_what_cannot_begin_is_told_and_nothing_is_made(campaign: Campaign, form: dict[str, str], told: str) -> None:
    home = campaign.folder.parent
    before = sorted(home.rglob("*"))
    visitor = Visitor(home)
    assert begin_with(visitor, MENDED, **form) == 400
    assert told in visitor.last  # type: ignore[attr-defined]
    assert sorted(home.rglob("*")) == before


def test_last_year_s_figures_come_from_published_reports_where_there_is_no_round(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    filing = replace(example_filing("suqian_2023"), organ="甲局")
    reports = [
        (io.BytesIO(render_docx(build_report(filing))), "甲局.docx"),
        (io.BytesIO("开会".encode()), "通知.txt"),
    ]
    assert begin_with(visitor, MENDED, reports=reports) == 303
    visitor.wait()
    page = words_of(visitor.text(f"/round/{visitor.key}/"))
    assert "读上年的报告做完了" in page
    assert "1 个机关的上年数据已取用 没有用：" in page
    assert "key.toml，不要发给别人" in page
    assert "通知.txt" in page
    made = open_campaign(tmp_path / "2024年报")
    assert last_year_of(made).of(made.roster.by_code["1"]) == dict(filing.figures())


CARRIED = "代码,名称,自然人,商业企业,科研机构,社会公益组织,法律服务机构,其他,总计\n1,甲局,3,1,0,0,0,0,{total}\n"


def test_last_year_s_carry_over_comes_from_a_table_or_every_fault_of_it_is_told(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    faulty, sound = (io.BytesIO(CARRIED.format(total=total).encode()) for total in (5, 4))
    assert begin_with(visitor, MENDED, table=(faulty, "结转.csv")) == 400
    assert "“结转.csv”有 1 处要改" in visitor.last  # type: ignore[attr-defined]
    assert "结转表也要再选一次" in visitor.last  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []
    assert begin_with(visitor, MENDED, table=(sound, "结转.csv")) == 303
    page = words_of(visitor.text(f"/round/{visitor.key}/"))
    assert "1 个机关的上年数据已取用" in page
    assert "没有上年数据：乙局、丙局、丁局" in page


def test_last_year_comes_from_one_place_only(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    both = {"table": (io.BytesIO(b"x"), "结转.csv"), "reports": (io.BytesIO(b"x"), "甲局.docx")}
    assert begin_with(visitor, MENDED, **both) == 400
    assert "上年数据只能取自一处" in visitor.last  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_a_round_without_a_roster_is_not_begun(tmp_path: Path) -> None:
    assert "还没有选名册" in Visitor(tmp_path).post("/new", {"year": "2024", "organ": "甲", "name": "a"}).text


def test_the_start_lists_the_rounds_and_says_which_are_damaged(campaign: Campaign) -> None:
    broken = campaign.folder.parent / "坏"
    shutil.copytree(campaign.folder, broken)
    (broken / "campaign.toml").write_text("year = ", encoding="utf-8")
    page = Visitor(campaign.folder.parent).text("/")
    assert "云溪县公开办 2050 年" in page
    assert "文件已损坏或被改坏" in page


def test_a_desk_started_in_a_round_goes_straight_to_it(visitor: Visitor) -> None:
    assert visitor.get("/").headers["Location"] == f"/round/{visitor.key}/"


# The round -------------------------------------------------------------------------------------------------------


def test_the_next_step_follows_the_round(tmp_path: Path, campaign: Campaign) -> None:
    visitor = Visitor(campaign.folder)
    key = visitor.key
    assert "把发放包发给各单位" in step_of(visitor)
    put(campaign, "财政.xlsx", filled(campaign, "01", BROKEN))
    assert "收件箱里有 1 个文件还没有读" in step_of(visitor)
    visitor.post(f"/round/{key}/collect")
    visitor.wait()
    assert "1 家要改" in step_of(visitor)
    visitor.send(key, [("财政改.xlsx", filled(campaign, "01")), ("通知.txt", b"x")])
    assert "1 个文件不知道是谁的" in step_of(visitor)
    (campaign.inbox / "通知.txt").unlink()
    assert "还差 2 家" in step_of(visitor)
    zipped(tmp_path / "两家.zip", {f"{code}.xlsx": filled(campaign, code) for code in ("02", "0201")})
    visitor.send(key, [("两家.zip", (tmp_path / "两家.zip").read_bytes())])
    assert "全部到齐" in step_of(visitor)
    (campaign.folder / "roster.csv").write_text(f"{ROSTER}03,新局,,,,\n", encoding="utf-8")
    assert "名册里新添的 1 家还没有报表" in step_of(visitor)
    visitor.post(f"/round/{key}/issue")
    visitor.wait()
    assert "已下发 4 份报表，其中新生成 1 份" in visitor.text(f"/round/{key}/")


def test_what_is_sent_is_what_collect_would_have_read(campaign: Campaign, tmp_path: Path, xxgk: Cli) -> None:
    twin = tmp_path / "又一轮"
    shutil.copytree(campaign.folder, twin)
    files = [("财政.xlsx", filled(campaign, "01", BROKEN)), ("教育.xlsx", filled(campaign, "02"))]
    for name, content in files:
        (tmp_path / name).write_bytes(content)
    visitor = Visitor(campaign.folder)
    assert visitor.send(visitor.key, files).headers["Location"] == f"/round/{visitor.key}/"
    page = words_of(visitor.text(f"/round/{visitor.key}/"))
    assert "新收 2 份。" in page
    assert "现在 1 家已通过，1 家待修改，1 家未报。" in page
    assert xxgk("collect", twin, *(tmp_path / name for name, _ in files)).code == 1
    xxgk("status", twin)
    for name in ("sendback/云溪县财政局.txt", "sendback/云溪县财政局.xlsx", "inbox/教育.xlsx", "status.html"):
        assert (campaign.folder / name).read_bytes() == (twin / name).read_bytes(), name


def test_the_date_of_a_file_is_kept_as_lateness_goes_by_it(visitor: Visitor) -> None:
    visitor.send(
        visitor.key, [("甲.txt", b"1"), ("乙.txt", b"2"), ("丙.txt", b"3")], changed=["1700000000000", "9" * 20]
    )
    times = {path.stem: path.stat().st_mtime for path in (visitor.desk.base / "inbox").iterdir()}
    assert times["甲"] == 1_700_000_000
    assert all(abs(times[name] - time.time()) < 60 for name in "乙丙")


def test_files_of_one_name_do_not_cost_each_other(visitor: Visitor) -> None:
    visitor.send(visitor.key, [("甲/报表.txt", b"1"), ("乙/报表.txt", b"2"), (".DS_Store", b""), ("~$报表.xlsx", b"")])
    assert sorted(path.name for path in (visitor.desk.base / "inbox").iterdir()) == ["报表(2).txt", "报表.txt"]


def test_the_board_is_narrowed_by_state_and_by_words(campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    visitor = Visitor(campaign.folder)
    visitor.post(f"/round/{visitor.key}/collect")
    visitor.wait()

    def shown(**asked: str) -> list[str]:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        table = visitor.text(f"/round/{visitor.key}/?{query}").partition("<tbody>")[2].partition("</tbody>")[0]
        return re.findall(r"云溪县\w+", table)

    everyone = ["云溪县财政局", "云溪县教育局", "云溪县教研室"]
    assert shown() == everyone
    assert shown(state="accepted") == ["云溪县财政局"]
    assert shown(state="missing") == everyone[1:]
    assert shown(q="教") == everyone[1:]
    assert shown(q="王五") == ["云溪县教研室"]
    assert shown(q="0571 01") == everyone[:1] + everyone[2:]
    assert shown(state="covered") == []
    assert visitor.get(f"/round/{visitor.key}/?state=nothing").status_code == 404


def test_a_long_board_has_pages(tmp_path: Path) -> None:
    names = [f"第{number:03d}局" for number in range(ROWS + 5)]
    made = begin(tmp_path / "轮", "代码,名称\n" + "".join(f"{n[1:4]}a,{n}\n" for n in names))
    visitor = Visitor(made.folder)
    first, second = (visitor.text(f"/round/{visitor.key}/?page={number}") for number in (1, 2))
    table = [re.findall(r"第\d+局</a>", page) for page in (first, second)]
    assert [len(found) for found in table] == [ROWS, 5]
    assert f"第 2 页，共 2 页，{ROWS + 5} 家" in second
    assert visitor.get(f"/round/{visitor.key}/?page=99").text == second


def test_the_words_to_chase_are_those_that_are_written_for_sending(
    visitor: Visitor, campaign: Campaign, tmp_path: Path, xxgk: Cli
) -> None:
    visitor.send(visitor.key, [("教育.xlsx", filled(campaign, "02", BROKEN))])
    place = f"/round/{visitor.key}/"
    page = unescape(visitor.text(place))
    assert "各单位：" in page
    assert "云溪县财政局：还没有报来，截止 2051-01-20　张三 0571-1" in page
    assert re.search(r"云溪县教育局：报来的一份有 \d 处要改，还没有改好重报，截止 2051-01-20　李四 0571-2", page)
    twin = tmp_path / "又"
    shutil.copytree(campaign.folder, twin)
    visitor.post(f"{place}remind")
    visitor.wait()
    xxgk("remind", twin)
    written = sorted(path.relative_to(twin) for path in (twin / "reminders").rglob("*.*"))
    assert len(written) == 5
    assert all((campaign.folder / path).read_bytes() == (twin / path).read_bytes() for path in written)
    page = unescape(visitor.text(place))
    assert "要催的 3 家，1 个上级，话都写在 reminders" in page
    under = (twin / "reminders" / "云溪县教育局.txt").read_text(encoding="utf-8-sig").replace("\r\n", "\n").strip()
    assert under in page
    linked = re.findall(r'href="(/round/\w+/file/reminders/[^"]+)"', page)
    assert visitor.get(linked[0]).data == (twin / "reminders" / unquote(linked[0].rpartition("/")[2])).read_bytes()


def test_the_words_to_chase_many_stand_on_pages_of_their_own(tmp_path: Path) -> None:
    rows = "".join(f"{number:04d},某区第{number}街道,,,,\n" for number in range(1, ROWS + 3))
    table = roster_file(tmp_path, f"代码,名称,上级代码,联系人,电话,截止日期\n{rows}")
    made = init_campaign(tmp_path / "轮", year=YEAR, organ="某区公开办", code="00", roster=table, forms=SMALL)
    visitor = Visitor(made.folder)
    assert "催报" not in words_of(visitor.text(f"/round/{visitor.key}/"))  # nobody has a workbook yet
    issue_workbooks(made.folder)
    page = visitor.text(f"/round/{visitor.key}/")
    assert "textarea" not in page.partition('id="chase"')[2].partition('id="board-title"')[0]
    assert len(page) < 64 << 10
    (place,) = re.findall(r'href="(/round/\w+/chase/\d+)"', page)
    assert f"某区第{ROWS + 2}街道：还没有报来" in visitor.text(place)
    assert visitor.get(f"{place}9").status_code == 404


def test_a_file_of_an_unknown_organ_is_given_to_the_right_one(campaign: Campaign) -> None:
    sent = filled(campaign, "0201")
    kept = [line for line in ROSTER.splitlines() if not line.startswith("0201")]
    (campaign.folder / "roster.csv").write_text("\n".join([*kept, "0202,云溪县教研中心,02,,,"]), encoding="utf-8")
    visitor = Visitor(campaign.folder)
    visitor.post(f"/round/{visitor.key}/issue")
    visitor.wait()
    visitor.send(visitor.key, [("教研.xlsx", sent), ("说明.txt", b"x")])
    page = visitor.text(f"/round/{visitor.key}/")
    sha256 = re.findall(r'name="sha256" value="(\w+)"', page.partition("教研.xlsx")[2])[0]
    for organ, told in (("没有的", "名册里没有这个代码"), ("", "名册里没有这个代码")):
        assert told in visitor.post(f"/round/{visitor.key}/assign", {"sha256": sha256, "organ": organ}).text
    assert visitor.post(f"/round/{visitor.key}/assign", {"sha256": "0", "organ": "02"}).status_code == 404
    visitor.post(f"/round/{visitor.key}/assign", {"sha256": sha256, "organ": "云溪县教研中心"})
    visitor.wait()
    state = read_round(open_campaign(campaign.folder))
    assert state.standings["0202"].state is State.ACCEPTED
    assert state.returns["0202"].figure(FIELD) == 5
    assert state.accepted["0202"].file == "inbox/云溪县教研中心（由教研归入）.xlsx"


def test_a_file_without_answers_is_given_to_nobody(visitor: Visitor) -> None:
    visitor.send(visitor.key, [("说明.txt", b"x")])
    page = visitor.text(f"/round/{visitor.key}/")
    (sha256,) = re.findall(r"/received/(\w{64})", page)
    answer = visitor.post(f"/round/{visitor.key}/assign", {"sha256": sha256, "organ": "01"})
    assert "里面读不出报表的数" in answer.text


def test_a_report_in_another_format_is_given_to_the_organ_it_is_of(tmp_path: Path) -> None:
    made = make_campaign(tmp_path / "轮")
    issue_workbooks(made.folder)
    report = build_report(asked(made.form, "", 7, "甲县国有资产监督管理局"))
    visitor = Visitor(made.folder)
    visitor.send(visitor.key, [("财政局.docx", render_docx(report))])
    (sha256,) = re.findall(r'name="sha256" value="(\w+)"', visitor.text(f"/round/{visitor.key}/"))
    visitor.post(f"/round/{visitor.key}/assign", {"sha256": sha256, "organ": "甲县财政局"})
    visitor.wait()
    place = read_round(open_campaign(made.folder)).standings["1"]
    assert place.latest is not None
    assert place.latest.values[NEW] == 7
    assert place.latest.file == "inbox/甲县财政局（由财政局归入）.xlsx"


# Decisions -------------------------------------------------------------------------------------------------------


def decide(visitor: Visitor, **form: str) -> int:
    return visitor.post(f"/round/{visitor.key}/decide", form).status_code


def test_the_coordinator_decides_and_the_history_tells(campaign: Campaign, xxgk: Cli) -> None:
    visitor = Visitor(campaign.folder)
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01"))])
    assert decide(visitor, step="withdraw", organ="01", version="1") == 400
    assert decide(visitor, step="withdraw", organ="01", version="1", why="交错了") == 303
    assert not read_round(open_campaign(campaign.folder)).returns
    assert decide(visitor, step="withdraw", organ="01", undo="yes", why="没错") == 303
    assert list(read_round(open_campaign(campaign.folder)).returns) == ["01"]
    assert decide(visitor, step="freeze", why="已公布") == 303
    assert "这一轮已封存" in visitor.text(f"/round/{visitor.key}/")
    visitor.send(visitor.key, [("二稿.xlsx", filled(campaign, "01", {**BALANCED, **OTHER}))])
    page = words_of(visitor.text(f"/round/{visitor.key}/organ/01"))
    assert "待定（已经封存）" in page
    assert "xxgk accept" not in page
    assert "1 家的报表等你定" in step_of(visitor)
    assert decide(visitor, step="accept", organ="01", version="2") == 400
    assert decide(visitor, step="freeze", undo="yes", why="更正") == 303
    assert decide(visitor, step="accept", organ="01", version="2", why="核实过") == 303
    assert read_round(open_campaign(campaign.folder)).accepted["01"].file == "inbox/二稿.xlsx"
    told = xxgk("history", campaign.folder, "01").out
    page = words_of(visitor.text(f"/round/{visitor.key}/organ/01"))
    for what in ("作废", "撤销", "封存", "解除封存", "接受", "交错了", "核实过"):
        assert what in told
        assert what in page


def test_a_finding_is_let_pass_with_a_reason_and_taken_back(campaign: Campaign, xxgk: Cli) -> None:
    visitor = Visitor(campaign.folder)
    place = f"/round/{visitor.key}/organ/01"
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01", BROKEN))])
    (finding,) = re.findall(r'name="finding" value="([^"]+)"', visitor.text(place).partition('class="warning"')[0])
    assert decide(visitor, step="waive", organ="01", finding=finding) == 400  # no reason
    assert decide(visitor, step="waive", organ="01", finding=finding, why="台账缺一张", until="明天") == 400
    assert decide(visitor, step="waive", organ="01", finding=finding, why="台账缺一张", until="2025-03-01") == 400
    assert decide(visitor, step="waive", organ="01", finding="x", why="台账缺一张") == 400
    assert decide(visitor, step="waive", organ="01", finding=finding, why="台账缺一张") == 303
    page = words_of(visitor.text(place))
    assert "已准予通过" in page
    assert "核对意见：0 处错误" in page
    assert "，另有 1 处已准予通过或已说明" in page
    for shown in (visitor.text(place), visitor.text(f"/round/{visitor.key}/problems")):
        assert "✓ 准予通过" in words_of(shown)
        assert not any(mark in shown for mark in ("✗ 错误", 'class="error"', "mark-error"))
    assert "台账缺一张" in xxgk("history", campaign.folder, "01").out
    assert "云溪县财政局-回执.html" in page
    assert decide(visitor, step="waive", organ="01", finding=finding, undo="yes") == 303
    page = words_of(visitor.text(place))
    assert "已准予通过" not in page
    assert "云溪县财政局-回执.html" not in page


def test_what_counts_has_its_receipt_on_the_page_of_its_organ(campaign: Campaign) -> None:
    visitor = Visitor(campaign.folder)
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01"))])
    page = unescape(visitor.text(f"/round/{visitor.key}/organ/01"))
    (place,) = set(re.findall(r'href="(/round/\w+/file/[^"]+?\.html)"', page))
    code = re.search(r"校验码 <strong class=\"n\">([\d-]+)</strong>", page)
    assert code
    assert f"<strong>{code[1]}</strong>" in visitor.text(place)


def test_every_problem_of_the_round_is_listed_and_narrowed(campaign: Campaign) -> None:
    visitor = Visitor(campaign.folder)
    assert "没有意见，也没有说明" in words_of(visitor.text(f"/round/{visitor.key}/problems"))
    visitor.send(visitor.key, [("一.xlsx", filled(campaign, "01", BROKEN)), ("二.xlsx", filled(campaign, "02"))])
    listed = read_round(open_campaign(campaign.folder))
    page = visitor.text(f"/round/{visitor.key}/problems")
    problems = make_board(listed, date.today()).problems  # noqa: DTZ011 (the day the desk goes by)
    assert f"共 {len(problems)} 条" in words_of(page)
    assert all(problem.message in unescape(page) for problem in problems)
    one = problems[0]
    narrow = visitor.text(f"/round/{visitor.key}/problems?name={one.name}&q={one.organ}")
    assert narrow.count("看这里") == sum((other.name, other.organ) == (one.name, one.organ) for other in problems)
    assert "没有这样的意见" in visitor.text(f"/round/{visitor.key}/problems?q=没有的局")
    assert visitor.get(f"/round/{visitor.key}/problems?name=x").status_code == 404


@pytest.mark.parametrize(
    "form", [{}, {"step": "x", "organ": "01"}, {"step": "accept"}, {"step": "accept", "organ": "99"}], ids=str
)
def test_what_is_no_decision_is_refused(visitor: Visitor, form: dict[str, str]) -> None:
    assert decide(visitor, **form) == 400


def test_a_return_is_taken_up_sent_back_for_its_wording_and_taken_back(visitor: Visitor, campaign: Campaign) -> None:
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01"))])
    place = f"/round/{visitor.key}/organ/01"
    assert "撤销上一次" not in visitor.text(place)
    assert decide(visitor, step="review", organ="01") == 303
    assert "审核中" in visitor.text(place)
    assert decide(visitor, step="return", organ="01", version="1") == 400
    refused = visitor.post(f"/round/{visitor.key}/decide", {"step": "return", "organ": "01", "version": "1"})
    assert "原因：退回要写明审核意见" in refused.text
    assert "--why" not in refused.text
    for came, leads in ((f"{ORIGIN}{place}", True), (f"http://evil.example{place}", False), ("", False)):
        refused = visitor.post(f"/round/{visitor.key}/decide", {"step": "return", "organ": "01"}, Referer=came)
        assert (f'href="{place}">回到刚才那一页' in refused.text) is leads
        assert "evil" not in refused.text
    refused = visitor.post(f"/round/{visitor.key}/decide", {"step": "x"}, Referer=f"{ORIGIN}//evil.example/")
    assert 'href="//' not in refused.text
    assert decide(visitor, step="return", organ="01", version="1", why="第一部分没有写机制建设") == 303
    page = words_of(visitor.text(place))
    assert "退回，已记下" in page
    assert "第一部分没有写机制建设" in page.partition("发给他们的话")[2]
    assert read_round(open_campaign(campaign.folder)).standings["01"].state is State.NEEDS_FIXING
    assert "撤销上一次“退回”" in page
    assert decide(visitor, step="return", organ="01", undo="yes") == 303
    assert read_round(open_campaign(campaign.folder)).standings["01"].state is State.ACCEPTED
    assert "撤销上一次“退回”" not in visitor.text(place)


def test_signing_is_noted_with_its_scan_and_a_code_of_another_version_is_told(
    visitor: Visitor, campaign: Campaign
) -> None:
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01"))])
    place = f"/round/{visitor.key}/organ/01"
    code = read_round(open_campaign(campaign.folder)).accepted["01"].check_code
    form = {"step": "sign", "organ": "01", "signer": "张三", "day": "2051-01-18"}
    assert decide(visitor, **form, code="000-0000") == 400
    assert decide(visitor, **(form | {"day": "一月"}), code=code) == 400
    answer = visitor.post(
        f"/round/{visitor.key}/decide", {**form, "code": code, "scan": (io.BytesIO(b"%PDF-1.7"), "../盖章.pdf")}
    )
    assert answer.status_code == 303
    page = visitor.text(place)
    assert f"张三 2051-01-18 签发，校验码 {code} 与第 1 份" in page
    (scan,) = re.findall(r'href="(/round/\w+/file/papers/[^"]+)"', page)
    assert visitor.get(scan).data == b"%PDF-1.7"
    assert "签发 1 家" in visitor.text(f"/round/{visitor.key}/")
    visitor.send(visitor.key, [("二稿.xlsx", filled(campaign, "01", {**BALANCED, **OTHER}))])
    assert decide(visitor, step="accept", organ="01", version="2", why="来函更正") == 303
    assert "签的是第 1 份，与计入的不同，请重签" in visitor.text(place)
    assert "签的是第 1 份，与计入的不同，请重签" in visitor.text(f"/round/{visitor.key}/")
    assert decide(visitor, step="sign", organ="01", undo="yes") == 303
    assert "未签发" in visitor.text(place)
    answer = visitor.post(f"/round/{visitor.key}/decide", {**form, "code": code, "scan": (io.BytesIO(b""), "空.pdf")})
    assert "空.pdf：是空的" in answer.text


def test_a_published_page_is_held_against_the_return_and_every_difference_is_listed(tmp_path: Path, xxgk: Cli) -> None:
    made = county(tmp_path / "2024", ALL_IN).campaign
    visitor = Visitor(made.folder)
    state = read_round(made)
    code, filing = next(iter(state.returns.items()))
    name = made.roster.by_code[code].name
    other = filing.with_answers({NEW: (filing.figure(NEW) or 0) + 1})
    form = {"step": "published", "organ": code, "day": "2025-01-20", "address": "javascript:alert(1)"}

    def seen(told: Filing) -> str:
        page = render_html(build_report(told)).encode()
        given = {**form, "page": (io.BytesIO(page), f"{name}.html")}
        assert visitor.post(f"/round/{visitor.key}/decide", given).status_code == 303
        return visitor.text(f"/round/{visitor.key}/organ/{code}")

    assert "已公布" in seen(filing)
    page = seen(other)
    papers = read_round(open_campaign(made.folder)).papers[code].published
    assert papers is not None
    assert f"公布的有 {len(papers.unequal)} 处与报表不同" in page
    assert papers.unequal
    assert all(one.label in page for one in papers.unequal)
    assert 'href="javascript' not in page
    assert decide(visitor, **(form | {"address": "https://x.cn/nb?a=1&b=2"})) == 303
    assert 'href="https://x.cn/nb?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"' in visitor.text(
        f"/round/{visitor.key}/organ/{code}"
    )
    listed = xxgk("history", made.folder, code).out
    assert listed.count("公布") >= 3
    given = {**form, "page": (io.BytesIO(b"<p>x</p>"), "别的.html")}
    answer = visitor.post(f"/round/{visitor.key}/decide", given)
    assert (answer.status_code, "别的.html" in answer.text) == (400, True)
    assert str(tmp_path) not in answer.text


# Jobs ------------------------------------------------------------------------------------------------------------


def test_a_job_is_seen_by_every_window_and_survives_a_reload(visitor: Visitor, campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    with exclusively(campaign.folder, "收件（xxgk collect）"):
        visitor.post(f"/round/{visitor.key}/collect")
        visitor.wait()
    second = Visitor.__new__(Visitor)
    second.__dict__ = {**visitor.__dict__, "client": visitor.app.test_client()}
    second.get(visitor.door.address.partition(":8123")[2])
    for window in (visitor, second, visitor):
        assert "收件没有做成" in window.text(f"/round/{visitor.key}/")
        assert "上的 收件（进程" in window.text(f"/round/{visitor.key}/")
    assert visitor.get("/job").json["running"] is False
    second.post(f"/job/{visitor.desk.jobs.latest.number}/read", {"back": visitor.key})
    assert "没有做成" not in visitor.text(f"/round/{visitor.key}/")


def test_one_job_at_a_time(visitor: Visitor) -> None:
    gate = threading.Event()
    visitor.desk.jobs.start("等一等", "", lambda _: Outcome((str(gate.wait(30)),)))
    answer = visitor.post(f"/round/{visitor.key}/collect")
    assert (answer.status_code, "正在等一等，请等它结束再来" in answer.text) == (400, True)
    assert visitor.get("/job").json | {"number": 1} == {
        "number": 1, "running": True, "said": "正在等一等：正在开始……", "done": 0, "total": 0,
    }  # fmt: skip
    assert 'http-equiv="refresh"' in visitor.text(f"/round/{visitor.key}/")
    gate.set()
    visitor.wait()
    assert visitor.post(f"/round/{visitor.key}/collect").status_code == 303
    visitor.wait()


def test_a_defect_in_a_job_ends_it_with_a_sentence(visitor: Visitor) -> None:
    visitor.desk.jobs.start("收件", "", lambda _: 1 // 0)
    visitor.wait()
    assert "程序内部出错（ZeroDivisionError" in visitor.text(f"/round/{visitor.key}/")


def test_progress_is_told_while_files_are_read(visitor: Visitor, campaign: Campaign) -> None:
    seen: list[tuple[int, int]] = []
    content = filled(campaign, "01")
    for number in range(12):
        put(campaign, f"{number}.xlsx", content + bytes([number]))
    start = visitor.desk.jobs.start

    def watched(title: str, place: str, work: Callable) -> object:
        job = start(title, place, work)
        while job.is_running:
            seen.append((job.done, job.total))
            time.sleep(0.002)
        return job

    visitor.desk.jobs.start = watched
    visitor.post(f"/round/{visitor.key}/collect")
    assert {done for done, total in seen if total == 12} & {5, 10}
    assert visitor.get("/job").json["done"] == 12


# One organ -------------------------------------------------------------------------------------------------------


def test_an_organ_shows_what_is_wrong_in_words_and_in_the_table(campaign: Campaign) -> None:
    visitor = Visitor(campaign.folder)
    place = f"/round/{visitor.key}/organ/01"
    assert "还没有报来" in visitor.text(place)
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01", BROKEN))])
    page = visitor.text(place)
    message = (campaign.sendback / "云溪县财政局.txt").read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    assert unescape(page.partition('id="message" readonly')[2].partition(">")[2].partition("</textarea>")[0]) in message
    assert 'class="data mark-error"' in page
    assert '<a class="sign" href="#finding-1"><span aria-hidden="true">✗</span>' in page
    assert (
        visitor.get(f"/round/{visitor.key}/file/sendback/云溪县财政局.xlsx").data
        == (campaign.sendback / "云溪县财政局.xlsx").read_bytes()
    )
    visitor.send(visitor.key, [("二稿.xlsx", filled(campaign, "01"))])
    page = words_of(visitor.text(place))
    assert "改了 1 格。" in page
    assert "4 3" in page
    assert re.search(r"解决 \d 条，新出现 0 条，还在 0 条", page)
    first = visitor.text(f"{place}?version=1")
    assert 'class="data mark-error"' in first
    assert visitor.get(f"{place}?version=3").status_code == 404
    (sha256,) = set(re.findall(r"/received/(\w{64})", first.partition("一稿.xlsx")[0])) - set(
        re.findall(r"/received/(\w{64})", first.partition("二稿.xlsx")[0])
    )
    answer = visitor.get(f"/round/{visitor.key}/received/{sha256}")
    assert answer.data == (campaign.inbox / "一稿.xlsx").read_bytes()
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_suspect_is_tried_and_nothing_is_changed(campaign: Campaign) -> None:
    visitor = Visitor(campaign.folder)
    place = f"/round/{visitor.key}/organ/01"
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01", BROKEN))])
    tries = re.findall(r'href="([^"]*try=[^"#]*)', unescape(visitor.text(place)))
    assert tries
    page = visitor.text(tries[0])
    assert "mark-changed" in page
    assert "mark-error" not in page
    assert "表内还有 0 处错误" in words_of(page)
    assert 'class="data mark-error"' in visitor.text(place)
    for wrong in ("0", "1", "99", "1-99", "1-0", "a", "1-a", "²"):
        assert visitor.get(f"{place}?try={wrong}").status_code == 404, wrong


SUPPLEMENT_TEXT = """\
[supplement]
edition = "2021"
title = "示例县补充问题"
sheet = "补充问题"

[[figure]]
id = "calls"
label = "热线接听量"

[[figure]]
id = "answered"
label = "当场答复量"

[[check]]
id = "answered"
kind = "at_least"
left = ["calls"]
right = ["answered"]
title = "答复量不多于接听量"
advice = "请核对两个数。"

[[paragraph]]
id = "highlights"
label = "工作亮点"
"""


def test_what_an_office_asks_besides_is_shown_marked_added_and_traced(tmp_path: Path) -> None:
    (tmp_path / SUPPLEMENT).write_text(SUPPLEMENT_TEXT, encoding="utf-8")
    table = roster_file(tmp_path, "代码,名称\n01,示例县财政局\n02,示例县教育局\n")
    made = init_campaign(tmp_path / "轮", year=2024, organ="示例县办公室", code="00", roster=table)
    issue_workbooks(made.folder)
    prose = next(field.id for field in made.form.fields.values() if field.id.startswith("local_highlights"))
    for code, answered in (("01", 7), ("02", 9)):
        local = {"local.calls.value": 8, "local.answered.value": answered, prose: (Paragraph("一件<b>实事。"),)}
        name = made.file_name(made.roster.by_code[code])
        answers = {**full_answers(made.form), **local}
        content = fill_workbook((made.outbox / name).read_bytes(), name, lambda _: answers, made.folder)  # noqa: B023
        put(made, name, content)
    visitor = Visitor(made.folder)
    visitor.post(f"/round/{visitor.key}/collect")
    visitor.wait()
    page = visitor.text(f"/round/{visitor.key}/organ/02")
    assert "热线接听量" in page.partition('id="tables"')[2]
    assert re.search(r'class="data mark-error"[^>]*data-field="local\.answered\.value"', page)
    assert "一件&lt;b&gt;实事。" in page
    whole = visitor.text(f"/round/{visitor.key}/whole/")
    assert 'whole/why/local.answered.value">7</a>' in whole
    assert "由 1 家相加" in visitor.text(f"/round/{visitor.key}/whole/why/local.answered.value")
    assert "热线接听量" not in visitor.text(f"/round/{visitor.key}/whole/preview")


def test_cells_to_be_changed_together_are_one_way_and_others_each_their_own() -> None:
    alone, first, second = {"field": "a"}, {"field": "b", "together": True}, {"field": "c", "together": False}
    assert ways_of([]) == ()
    assert ways_of([alone, first, second, alone]) == ((alone,), (first, second), (alone,))
    assert ways_of([first]) == ((first,),)


def test_an_organ_not_in_the_roster_has_no_page(visitor: Visitor) -> None:
    answer = visitor.get(f"/round/{visitor.key}/organ/99")
    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert f'href="/round/{visitor.key}/">回到这一轮' in answer.text
    assert "回到这一轮" not in visitor.get("/round/000000000000/").text


def test_a_code_with_a_stroke_has_a_page(tmp_path: Path) -> None:
    made = begin(tmp_path / "轮", "代码,名称\n甲/01,某局\n")
    visitor = Visitor(made.folder)
    (place,) = set(re.findall(r'href="(/round/\w+/organ/[^"]+)"', visitor.text(f"/round/{visitor.key}/")))
    assert "某局" in visitor.text(place)


# The whole -------------------------------------------------------------------------------------------------------


@pytest.fixture
def counted(tmp_path: Path) -> Visitor:
    return Visitor(county(tmp_path / "2024", ALL_IN).campaign.folder)


def test_every_figure_of_the_whole_leads_to_what_it_is_made_of(counted: Visitor) -> None:
    page = counted.text(f"/round/{counted.key}/whole/")
    state = read_round(open_campaign(counted.desk.base))
    merged = merge_round(state)
    figures = {name for name, field in merged.whole.form.fields.items() if field.kind.is_figure}
    linked = dict(re.findall(r'href="/round/\w+/whole/why/([\w.]+)">([^<]*)</a>', page))
    assert set(linked) == figures
    assert linked[NEW] == "131"
    found = trace(state, merged, NEW)
    why = words_of(counted.text(f"/round/{counted.key}/whole/why/{NEW}"))
    assert f"由 {len(found.contributions)} 家相加" in why
    for entry in found.contributions:
        assert f"{entry.organ} {entry.value} {entry.sheet}!{entry.cell}" in why


def test_records_of_what_was_made_are_not_offered(counted: Visitor) -> None:
    for name in (f"merged/{RECORD}", "merged/made_of-2025-01-10-090000.json", "merged/tidy.csv"):
        path = counted.desk.base / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    page = counted.text(f"/round/{counted.key}/whole/")
    assert "merged/tidy.csv" in page
    assert "made_of" not in page


def test_the_cells_a_figure_is_added_from_do_not_run_into_their_figures(campaign: Campaign, xxgk: Cli) -> None:
    visitor = Visitor(campaign.folder)
    both = {**OTHER, "handling.received.post": 2, "handling.in_full.post": 2}
    visitor.send(visitor.key, [("报表.xlsx", filled(campaign, "02", both))])
    state = read_round(campaign)
    merged = merge_round(state)
    figures = (name for name, field in merged.whole.form.fields.items() if field.kind.is_figure)
    name, added = next(
        (name, [one for one in entry.parts if one.value])
        for name in figures
        for entry in trace(state, merged, name).contributions
        if sum(bool(one.value) for one in entry.parts) > 1
    )
    shown = "＋".join(f"{one.cell}（{one.value}）" for one in added)
    assert shown in re.sub(r"<[^>]+>", "", visitor.text(f"/round/{visitor.key}/whole/why/{name}"))
    assert f"（{shown}）" in xxgk("why", campaign.folder, name).out


def test_what_would_change_is_told_and_nothing_is_changed(counted: Visitor) -> None:
    before = (counted.desk.base / "receipts.sqlite").read_bytes()
    place = f"/round/{counted.key}/whole/why/{NEW}"
    page = words_of(counted.text(f"{place}?of=1&cell={NEW}&value=21"))
    assert "全部合计" in page
    assert "131 132" in page
    assert "还会出现问题" in page
    assert "三样都要填" in counted.text(f"{place}?of=1")
    assert "“改成”里要填数，现在是“x”" in counted.text(f"{place}?of=1&cell={NEW}&value=x")
    assert "名册里没有这个代码" in counted.text(f"{place}?of=x&cell={NEW}&value=1")
    assert counted.get(f"/round/{counted.key}/whole/why/none").status_code == 404
    assert "没有合计可查" in counted.get(f"/round/{counted.key}/whole/why/overview").text
    assert (counted.desk.base / "receipts.sqlite").read_bytes() == before


def test_what_is_stale_is_told_on_both_pages_with_what_to_correct(campaign: Campaign) -> None:
    visitor = Visitor(campaign.folder)
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01"))])
    visitor.post(f"/round/{visitor.key}/whole/merge")
    visitor.wait()
    assert "过时了" not in visitor.text(f"/round/{visitor.key}/whole/")
    assert "以来没有更正" in words_of(visitor.text(f"/round/{visitor.key}/whole/errata"))
    visitor.send(visitor.key, [("二稿.xlsx", filled(campaign, "01", {**BALANCED, **OTHER}))])
    assert decide(visitor, step="accept", organ="01", version="2", why="来函更正") == 303
    for page in ("", "whole/"):
        told = words_of(visitor.text(f"/round/{visitor.key}/{page}"))
        assert "汇总结果过时了" in told
        assert "改用了“二稿.xlsx”，有 2 格不同" in told
    errata = words_of(visitor.text(f"/round/{visitor.key}/whole/errata"))
    assert "改用了“二稿.xlsx”" in errata
    assert "全部合计 A. Received in the year · E-mail 0 1" in errata


def test_there_is_nothing_to_correct_before_a_sum_was_made(visitor: Visitor, campaign: Campaign) -> None:
    assert visitor.get(f"/round/{visitor.key}/whole/errata").status_code == 404
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "01"))])
    answer = visitor.get(f"/round/{visitor.key}/whole/errata")
    assert (answer.status_code, "还没有汇总或出过报告" in answer.text) == (400, True)


def test_a_figure_is_made_of_one_level_by_either_hierarchy(tmp_path: Path) -> None:
    lines = "代码,名称,上级代码,条线上级代码\n01,甲局,,\n02,乙局,01,\n03,丙局,,01\n"
    visitor = Visitor(tmp_path)
    assert begin_with(visitor, lines, year=str(YEAR - 25)) == 303
    folder = tmp_path / "2024年报"
    issue_workbooks(folder)
    made = open_campaign(folder)
    for code in ("01", "02", "03"):
        name = made.file_name(made.roster.by_code[code])
        put(made, name, fill_workbook((made.outbox / name).read_bytes(), name, full_answers))
    visitor.post(f"/round/{visitor.key}/collect")
    visitor.wait()
    place = f"/round/{visitor.key}/whole/why/requests.new.total"
    assert "由 3 家相加" in visitor.text(place)
    assert "甲局连同下面的，由 2 家相加" in visitor.text(f"{place}?organ=01")
    assert "乙局" in visitor.text(f"{place}?organ=01")
    assert ">乙局</a>" not in visitor.text(f"{place}?organ=01&by_line=yes")
    assert ">丙局</a>" in visitor.text(f"{place}?organ=01&by_line=yes")
    visitor.post(f"/round/{visitor.key}/whole/merge", {"by_line": "yes"})
    visitor.wait()
    assert "小计按条线" in words_of(visitor.text(f"/round/{visitor.key}/whole/")).partition("下载")[2]
    for link in re.findall(r'href="(/round/\w+/file/merged_line/[^"]+)"', visitor.text(f"/round/{visitor.key}/whole/")):
        assert visitor.get(link).status_code == 200


def test_a_report_that_was_retouched_is_kept_until_one_says_otherwise(counted: Visitor) -> None:
    place = f"/round/{counted.key}/whole/publish"
    counted.post(place, {"to": "html"})
    counted.wait()
    (page,) = (counted.desk.base / "reports").glob("*.html")
    retouched = page.read_text(encoding="utf-8").replace("</p>", "，另有一句。</p>", 1)
    page.write_text(retouched, encoding="utf-8")
    counted.post(place, {"to": "html"})
    counted.wait()
    assert "勾选“有人改过的也覆盖”" in counted.text(f"/round/{counted.key}/whole/")
    assert page.read_text(encoding="utf-8") == retouched
    counted.post(place, {"to": "html", "force": "yes"})
    counted.wait()
    assert page.read_text(encoding="utf-8") != retouched


def test_nothing_is_added_where_nothing_is_in(visitor: Visitor) -> None:
    assert "还没有一份报表通过核对" in visitor.text(f"/round/{visitor.key}/whole/")
    for page in ("preview", f"why/{FIELD}"):
        assert visitor.get(f"/round/{visitor.key}/whole/{page}").status_code == 404
    assert "还没有一份报表通过核对" in visitor.get(f"/round/{visitor.key}/whole/compare").text


def test_the_report_is_shown_as_it_would_be_published(counted: Visitor, tmp_path: Path, xxgk: Cli) -> None:
    twin = tmp_path / "又"
    shutil.copytree(counted.desk.base, twin)
    xxgk("publish", twin, "--to", "html")
    (published,) = (twin / "reports").glob("*.html")
    preview = counted.text(f"/round/{counted.key}/whole/preview").encode()
    assert as_written({published: preview}) == {published: published.read_bytes()}
    xxgk("compare", twin, "--out", tmp_path / "比")
    (page,) = (tmp_path / "比").glob("*.html")
    assert counted.text(f"/round/{counted.key}/whole/compare.html") == page.read_text(encoding="utf-8")
    (table,) = (tmp_path / "比").glob("*.xlsx")
    assert counted.get(f"/round/{counted.key}/whole/compare.xlsx").data == table.read_bytes()


def test_what_is_saved_is_byte_for_byte_what_the_commands_write(
    counted: Visitor, tmp_path: Path, xxgk: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("toolkit.desk.pages.round", "toolkit.cli.printing.boards"):
        monkeypatch.setattr(f"{place}.clock", lambda: "10:30")
    twin = tmp_path / "又"
    shutil.copytree(counted.desk.base, twin)
    formats = [name for name in FORMATS if name != "pdf"]
    assert "请至少选一种格式" in counted.post(f"/round/{counted.key}/whole/publish").text
    for path, form in (("merge", {}), ("publish", {"to": formats, "all": "yes"})):
        assert counted.post(f"/round/{counted.key}/whole/{path}", form).status_code == 303
        counted.wait()
        assert counted.desk.jobs.latest.error == ""
    xxgk("merge", twin)
    xxgk("status", twin)
    xxgk("publish", twin, *(word for name in formats for word in ("--to", name)), "--all")
    paths = [
        path for folder in ("merged", "reports") for path in (twin / folder).rglob("[!.]*.*") if path.name != RECORD
    ]
    names = [path.relative_to(twin).as_posix() for path in paths]
    assert len(names) > 20
    for name in names:
        assert counted.get(f"/round/{counted.key}/file/{name}").data == (twin / name).read_bytes(), name
    assert counted.get(f"/round/{counted.key}/status.xlsx").data == (twin / "status.xlsx").read_bytes()
    page = words_of(counted.text(f"/round/{counted.key}/whole/"))
    assert all(name.rpartition("/")[2] in page for name in names if name.count("/") == 1)
    assert "5 家机关的报告" in page


def test_a_folder_that_is_gone_is_told_without_a_trace(visitor: Visitor) -> None:
    key = visitor.key
    shutil.rmtree(visitor.desk.base / "inbox")
    answer = visitor.get(f"/round/{key}/")
    assert answer.status_code in {200, 400}
    shutil.rmtree(visitor.desk.base)
    assert visitor.get(f"/round/{key}/").status_code == 404


def test_a_round_nobody_may_read_is_told(visitor: Visitor) -> None:
    (visitor.desk.base / "roster.csv").write_text("x", encoding="utf-8")
    answer = visitor.get(f"/round/{visitor.key}/")
    assert (answer.status_code, "没有找到标题行" in answer.text) == (400, True)
    assert "Traceback" not in answer.text
