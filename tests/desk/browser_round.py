"""A coordinator's whole round in a real browser, from a faulty roster to the reports; run on demand."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from browserdriver import chromium, drop, faults_of, look, need_driver
from desks import running_desk
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.board.made_of import RECORD
from toolkit.campaign.board.parts import tally_of
from toolkit.campaign.collecting import look_into_inbox
from toolkit.campaign.intake.standings import State
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.demo.district import Wave, load_round
from toolkit.demo.returns import deliver
from toolkit.form.local.supplement import SUPPLEMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome
    from terminal import Cli

    from toolkit.demo.district import ExampleRound

pytestmark = [pytest.mark.browser, pytest.mark.slow]
YEAR = 2024
SECONDS = 240
NEW = "requests.new.total"
MENDED = "示例市云溪区住房和城乡建设局"
WORD = ("信访局年报.docx", b"PK\x03\x04 no such thing")


class Person:
    """Somebody at the desk: looks, clicks, types, drops, waits."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.get(address)
        self.until(lambda: "/enter" not in self.driver.current_url)

    def until(self, holds: Callable[[], Any]) -> Any:
        return WebDriverWait(self.driver, SECONDS, 0.1).until(lambda _: holds())

    @property
    def words(self) -> str:
        return str(self.driver.find_element("id", "main").text)

    def sees(self, words: str) -> None:
        try:
            self.until(lambda: words in self.driver.execute_script("return document.getElementById('main').innerText"))
        except Exception as error:
            raise AssertionError(f"“{words}” is not on the page:\n{self.words[:3000]}") from error

    def press(self, label: str) -> None:
        """Press the button, follow the link or open the part of that name, as the keyboard does."""
        named = f"[normalize-space()='{label}']"
        found = self.driver.find_elements("xpath", f"//button{named} | //a{named} | //summary{named}")
        assert found, f"{label} is not on the page:\n{self.words[:2000]}"
        found[0].send_keys(Keys.ENTER)

    def type(self, label: str, words: str) -> None:
        named = self.driver.find_element("xpath", f"//label[starts-with(normalize-space(),'{label}')]")
        field = self.driver.find_element("id", named.get_attribute("for"))
        field.clear()
        field.send_keys(words)

    def choose_day(self, field: str, day: str) -> None:
        """Choose a day; what is to be typed for one differs by the browser's language."""
        self.driver.execute_script("document.getElementById(arguments[0]).value = arguments[1]", field, day)

    def done(self, what: str) -> None:
        """Wait until a piece of work has ended, and put its outcome away."""
        self.sees(f"{what}做完了")

    def downloads(self) -> dict[str, str]:
        """Return the addresses of what can be saved here, by the names shown."""
        links = self.driver.find_elements("css selector", "a[download]")
        return {link.text: link.get_attribute("href") for link in links}

    def fetch(self, address: str) -> bytes:
        """Return the bytes an address gives to a browser that is let in."""
        script = """
        const done = arguments[arguments.length - 1];
        const listed = (buffer) => done(Array.from(new Uint8Array(buffer)));
        fetch(arguments[0]).then((answer) => answer.arrayBuffer()).then(listed);
        """
        return bytes(self.driver.execute_async_script(script, address))


@pytest.fixture(scope="module")
def district() -> ExampleRound:
    return load_round(YEAR)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    need_driver()
    with chromium(tmp_path) as driver:
        yield Person(driver)


def with_faults(roster: str) -> str:
    """Return a roster in which a code stands twice, a parent is unknown and a name is missing."""
    rows = list(csv.reader(io.StringIO(roster)))
    rows[2][0], rows[5][2], rows[7][1] = rows[1][0], "999999", ""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def first_wave(entry: ExampleRound, folder: Path) -> list[tuple[str, bytes]]:
    """Return the files that come back, each under its name; made from the workbooks the desk has issued."""
    twin = shutil.copytree(folder, folder.with_name("报来"))
    deliver(entry, entry.waves[0], open_campaign(twin), everyone=True)
    paths = [path for path in sorted((twin / "inbox").rglob("*")) if path.is_file()]
    files = [(path.name, path.read_bytes()) for path in paths]
    shutil.rmtree(twin)
    return files


def test_a_whole_round_in_the_browser(tmp_path: Path, person: Person, district: ExampleRound, xxgk: Cli) -> None:
    entry, home = district, tmp_path / "年报"
    home.mkdir()
    last_year(home)
    with running_desk(home) as (address, _):
        person.open(address)
        begin(person, entry)
        folder = home / "2024年报"
        (folder / SUPPLEMENT).write_text(entry.supplement, encoding="utf-8")
        person.press("下发")
        person.done("下发")
        person.sees("把发放包发给各单位")
        files = [*first_wave(entry, folder), WORD]
        assert len(files) >= 46
        drop(person.driver, files)
        sees_it_in_another_window(person)
        person.done("收件")
        sees_counts(person, folder)
        person.sees("归不了的文件（3）")
        mend(person, entry, folder)
        decide(person, folder)
        trace_a_figure(person)
        compare_with_the_commands(person, folder, xxgk)
        told = [entry["message"] for entry in person.driver.get_log("browser")]
        assert [words for words in told if "/new - " not in words] == []  # the roster with faults was refused


def last_year(home: Path) -> None:
    """Make the round before, of which one return is still there to be sent again by mistake."""
    before = load_round(YEAR - 1)
    roster = home.parent / "名册2023.csv"
    roster.write_text(before.roster, encoding="utf-8-sig")
    folder = home / "2023年报"
    init_campaign(folder, year=before.year, organ=before.organ, code=before.code, roster=roster)
    issue_workbooks(folder)
    deliver(before, Wave("", (), frozenset(before.answers) - {"990123"}), open_campaign(folder), everyone=True)


def begin(person: Person, entry: ExampleRound) -> None:
    """Start the round: a roster with faults first, mended then and dropped again."""
    person.type("主管部门", entry.organ)
    person.type("它的代码", entry.code)
    person.type("报告年度", str(entry.year))
    person.type("文件夹叫什么", "2024年报")
    person.driver.find_element("id", "previous").send_keys("2023年报")
    drop(person.driver, [("名册.csv", with_faults(entry.roster).encode("utf-8-sig"))])
    person.sees("还什么都没有建立")
    for told in ("重复，在第 2、3 行", "第 6 行", "999999 不在名册中", "第 8 行"):
        person.sees(told)
    drop(person.driver, [("名册.csv", entry.roster.encode("utf-8-sig"))])
    person.sees("名册里有 49 家。先给每一家生成一份报表。")


def tally(folder: Path) -> dict[str, int]:
    return tally_of(read_round(open_campaign(folder)).standings)


def sees_counts(person: Person, folder: Path) -> None:
    """See on the page how many stand where, as the commands count."""
    counts = tally(folder)
    assert counts["needs-fixing"]
    told = f"现在 {counts['accepted']} 家已通过，{counts['needs-fixing']} 家待修改，{counts['missing']} 家未报。"
    person.sees(told)


def mend(person: Person, entry: ExampleRound, folder: Path) -> None:
    """Look at what is wrong with one organ, try what is suspected, and take in what was mended and what came late."""
    person.press(f"待修改 {tally(folder)['needs-fixing']}")
    person.press(MENDED)
    person.sees("应为 12")
    person.press("复制")
    person.sees("已复制")
    trial = person.driver.find_element("partial link text", "改成这样看看")
    trial.send_keys(Keys.ENTER)
    person.sees("表内还有 0 处错误")
    assert person.driver.find_elements("css selector", "td.mark-changed")
    person.press("进度")
    campaign = open_campaign(folder)
    twin = shutil.copytree(folder, folder.with_name("又报来"))
    deliver(entry, entry.waves[1], open_campaign(twin), everyone=False)
    later = twin / "inbox"
    names = {arrival.file for arrival in entry.waves[1].arrivals}
    mended = [(name.rpartition("/")[2], (later / name).read_bytes()) for name in sorted(names)]
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in mended[1:]:
            archive.writestr(name, content)
    drop(person.driver, [mended[0], ("改好的.zip", bundle.getvalue())])
    person.sees("新收 7 份")
    sees_counts(person, folder)
    assert read_round(campaign).standings["990127"].state is State.ACCEPTED


def sees_it_in_another_window(person: Person) -> None:
    """See the files being read in a second window, close it, and load the first again."""
    driver = person.driver
    first, board = driver.current_window_handle, driver.current_url
    person.until(lambda: driver.execute_script("return document.getElementById('job').dataset.running") == "yes")
    driver.switch_to.new_window("tab")
    driver.get(board)
    person.until(lambda: "正在收件" in person.words or "收件做完了" in person.words)
    driver.close()
    driver.switch_to.window(first)
    driver.refresh()


def decide(person: Person, folder: Path) -> None:
    """Take up a return, let a doubt of it pass, note its stamped copy, and see each told; then see all findings."""
    person.press(MENDED)
    person.press("审核、退回、改用哪一份、作废、封存")
    person.press("记下我在审核")
    person.sees("审核，已记下")
    state = read_round(open_campaign(folder))
    place = next(place for place in state.standings.values() if place.organ.name == MENDED)
    assert place.reviewing
    assert place.counts is not None
    person.press("登记签发")
    person.type("盖章件上的校验码", place.counts.check_code)
    person.type("签发人", "张三")
    person.choose_day("sign-day", "2025-01-18")
    person.press("记下签发")
    person.sees("签发，已记下")
    person.sees("已签发（张三 2025-01-18")
    person.press("全部意见")
    person.sees(f"共 {len(make_board(state, date.today()).problems)} 条")  # noqa: DTZ011 (the day the desk goes by)
    person.press("进度")
    person.sees("签发 1 家")


def trace_a_figure(person: Person) -> None:
    person.press("全部合计")
    person.sees("暂定：应计入 47 家，已计入 45 家，尚缺 2 家")
    person.driver.find_element("css selector", f"a[href$='/{NEW}']").send_keys(Keys.ENTER)
    person.sees("由 45 家相加")
    person.sees("四个街道报表.zip/城南街道.xlsx")
    person.type("哪一家", "示例市云溪区民政局")
    person.type("改成", "1000")
    person.press("算一算")
    person.sees("个公布的数变化")
    person.press("全部合计")


def compare_with_the_commands(person: Person, folder: Path, xxgk: Cli) -> None:
    """Publish in the browser and by the commands; everything to be saved is the same to the byte."""
    person.driver.find_element("name", "all").click()
    person.press("生成报告")
    person.done("生成报告")
    made = len(list((folder / "reports" / "各机关").iterdir()))
    person.sees(f"{made} 家机关的报告在")
    twin = shutil.copytree(folder, folder.with_name("命令"))
    shutil.rmtree(twin / "reports")
    person.press("生成汇总报表和数据文件")
    person.done("汇总")
    xxgk("publish", twin, "--to", "docx", "--to", "html", "--all")
    xxgk("merge", twin)
    written = {path.name: path for name in ("reports", "merged") for path in (twin / name).iterdir() if path.is_file()}
    offered = person.downloads()
    assert set(offered) | {RECORD} == set(written) | {RECORD}
    for name, address in offered.items():
        if name == RECORD:  # says when it was made
            continue
        assert person.fetch(address) == written[name].read_bytes(), name
    organs = [path.relative_to(twin) for path in (twin / "reports" / "各机关").rglob("*.*")]
    assert len(organs) == 2 * made
    assert all((folder / path).read_bytes() == (twin / path).read_bytes() for path in organs)


def test_a_desk_killed_while_it_collects_loses_nothing(
    tmp_path: Path, person: Person, district: ExampleRound, xxgk: Cli
) -> None:
    home = tmp_path / "年报"
    folder = issued_round(home, district)
    files = first_wave(district, folder)
    twin = shutil.copytree(folder, home / "命令")
    with running_desk(folder) as (address, process):
        person.open(address)
        drop(person.driver, files)
        bar = "const bar = document.querySelector('progress'); return bar && bar.value > 3"
        person.until(lambda: person.driver.execute_script(bar))
        process.kill()
    campaign = open_campaign(folder)
    waiting = look_into_inbox(campaign).waiting
    with running_desk(folder) as (address, _):
        person.open(address)
        if waiting:
            person.sees(f"收件箱里有 {len(waiting)} 个文件还没有读，请收件。")
            person.press("收件")
            person.done("收件")
        person.driver.refresh()
        person.sees("家要改")
    deliver_flat(twin, files)
    xxgk("collect", twin)
    assert standings(folder) == standings(twin)
    assert len(list((folder / "inbox").iterdir())) == len(files)


def issued_round(home: Path, entry: ExampleRound) -> Path:
    """Return the folder of this year's round, issued, with the year before beside it."""
    home.mkdir()
    last_year(home)
    roster = home.parent / "名册.csv"
    roster.write_text(entry.roster, encoding="utf-8-sig")
    roster.with_name(SUPPLEMENT).write_text(entry.supplement, encoding="utf-8")
    folder, previous = home / "2024年报", home / "2023年报"
    init_campaign(folder, year=YEAR, organ=entry.organ, code=entry.code, roster=roster, previous=previous)
    issue_workbooks(folder)
    return folder


def deliver_flat(folder: Path, files: list[tuple[str, bytes]]) -> None:
    for name, content in files:
        place = folder / "inbox" / name
        assert not place.exists(), name
        place.write_bytes(content)


def standings(folder: Path) -> dict[str, tuple[str, list[str]]]:
    state = read_round(open_campaign(folder))
    return {
        code: (place.state.value, sorted(receipt.sha256 for receipt in place.versions))
        for code, place in state.standings.items()
    }


# Looks -----------------------------------------------------------------------------------------------------------

LOOKS = [(1280, False, 1.0), (1280, True, 1.0), (390, False, 1.0), (390, True, 1.0), (1280, False, 2.0)]


def test_every_page_is_for_everyone(tmp_path: Path, person: Person, district: ExampleRound, xxgk: Cli) -> None:
    home = tmp_path / "年报"
    folder = issued_round(home, district)
    deliver_flat(folder, first_wave(district, folder))
    xxgk("collect", folder)
    xxgk("merge", folder)
    with running_desk(home) as (address, _):
        person.open(address)
        start = person.driver.current_url.rstrip("/")
        person.driver.find_element("css selector", ".cards a").send_keys(Keys.ENTER)
        person.sees("下一步")
        place = person.driver.current_url
        pages = ["", "organ/990112", "organ/990112?try=1-1", "organ/990147", "organ/990127", "whole/"]
        pages += [
            f"whole/why/{NEW}",
            f"whole/why/{NEW}?of=990101&cell=requests.new.natural_person&value=9",
            "organ/none",
            "problems",
            "problems?name=requests_balance",
            "chase/1",
            "whole/errata",
            "whole/compare",
            "whole/compare?table=3",
            f"whole/why/{NEW}?organ=990112",
            "assess",
            "assess/990127",
            "rules",
            "rules/requests_balance",
            "history",
            "?state=missing&q=局",
        ]
        found = {}
        for path in (f"{start}/", f"{start}/audit", *(f"{place}{page}" for page in pages)):
            for width, dark, zoom in LOOKS:
                look(person.driver, width=width, dark=dark, zoom=zoom)
                person.driver.get(path)
                person.driver.execute_script("document.querySelectorAll('details').forEach((one) => one.open = true)")
                if faults := faults_of(person.driver):
                    found[re.sub(r".*/round/\w+/", "", path), width, dark, zoom] = faults
        assert found == {}
        assert_a_fault_is_noticed(person)


def assert_a_fault_is_noticed(person: Person) -> None:
    person.driver.execute_script(
        "document.body.insertAdjacentHTML('beforeend', '<input><div class=faulty>宽</div>');"
        "document.querySelector('.faulty').style.width = '9000px';"
    )
    told = [fault.partition(":")[0] for fault in faults_of(person.driver)]
    assert {"label", "wider than the screen"} <= set(told)


def test_the_keyboard_alone_reaches_everything(tmp_path: Path, person: Person) -> None:
    """Tab walks every link, button and field of a page, in the order they stand, each with a visible ring."""
    home = tmp_path / "年报"
    home.mkdir()
    last_year(home)
    with running_desk(home) as (address, _):
        person.open(address)
        tab_through(person)
        person.driver.find_element("css selector", ".cards a").send_keys(Keys.ENTER)
        person.sees("下一步")
        tab_through(person)
        board = person.driver.current_url
        for page in ("rules", "rules/requests_balance", "assess", "history", "problems"):
            person.driver.get(f"{board}{page}")
            tab_through(person)
        person.driver.get(f"{board.partition('/round/')[0]}/audit")
        tab_through(person)


def tab_through(person: Person) -> None:
    script = """
    const able = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    return [...document.querySelectorAll(able)].filter((one) => one.checkVisibility()).length;
    """
    expected = person.driver.execute_script(script)
    assert expected > 5
    person.driver.execute_script("document.activeElement.blur(); window.getSelection().removeAllRanges()")
    reached = []
    for _ in range(expected):
        ActionChains(person.driver).send_keys(Keys.TAB).perform()
        script = """
        const one = document.activeElement;
        return [Array.from(document.querySelectorAll("*")).indexOf(one), getComputedStyle(one).outlineStyle];
        """
        reached.append(tuple(person.driver.execute_script(script)))
    places = [place for place, _ in reached]
    first = places.index(min(places))  # a click before decides where the walk begins
    assert places[first:] + places[:first] == sorted(set(places))
    assert {style for _, style in reached} == {"solid"}
