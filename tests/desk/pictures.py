"""The pictures of the handbook, taken of the real desk over a round of eight organs: python tests/desk/pictures.py.

With a folder behind it, every page is taken there at both widths, light and dark, to be looked at.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browserdriver import chromium, faults_of, look, picture  # noqa: E402 (found once the folder of tests is known)
from casebook import example_filing  # noqa: E402
from desks import running_desk  # noqa: E402

from toolkit.campaign.collecting import collect_returns  # noqa: E402
from toolkit.campaign.deciding import accept_return  # noqa: E402
from toolkit.campaign.issue.issuing import issue_workbooks  # noqa: E402
from toolkit.campaign.merge.consolidated import merge_round, write_merged  # noqa: E402
from toolkit.campaign.round.folder import init_campaign, open_campaign  # noqa: E402
from toolkit.campaign.round.workers import Workers  # noqa: E402
from toolkit.cli.printing.boards import open_board  # noqa: E402
from toolkit.form.values import Kind  # noqa: E402
from toolkit.workbook.filling import fill_workbook  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selenium.webdriver import Chrome

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.values import Value

PICTURES = ROOT / "docs" / "pictures"
EXAMPLE = example_filing("suqian_2024")
# Without the register's totals, which would tell of every figure that is otherwise.
FIGURES = {name: value for name, value in EXAMPLE.answers.items() if EXAMPLE.form.fields[name].kind is not Kind.CONTROL}
ROSTER = """\
代码,名称,上级代码,联系人,电话,截止日期
A01,示例县财政局,,张同志,0000-0000001,2025-01-20
A02,示例县教育局,,李同志,0000-0000002,2025-01-20
A0201,示例县第一中学,A02,王同志,0000-0000003,
A03,示例县民政局,,赵同志,0000-0000004,
A04,示例县水利局,,钱同志,0000-0000005,
A05,示例县卫生健康局,,孙同志,0000-0000006,2025-01-20
A06,示例县自然资源和规划局,,周同志,0000-0000007,
A07,示例县交通运输局,,吴同志,0000-0000008,
"""
NATURAL = "requests.new.natural_person"
GRANTED = "requests.granted.natural_person"
NEW, OPENED = 3440, 1408  # as the example has them
# What each organ's return says otherwise than the figures; an answer that is missing makes an error.
CHANGES: Mapping[str, Mapping[str, Value]] = {
    "A01": {},
    "A02": {NATURAL: NEW + 9},
    "A0201": {},
    "A03": {},
    "A04": {NATURAL: NEW + 2, GRANTED: OPENED + 2},
}
WIDE, NARROW = (1280, False), (390, False)
SHOWN = {"board": (WIDE,), "organ-A02": (WIDE,), "whole": (WIDE,)}  # in the handbook
SHUT = {"preview"}  # documents that bring their own style may run no script, axe-core neither
SCREENS = (WIDE, (1280, True), NARROW, (390, True))


def filled(campaign: Campaign, code: str, changes: Mapping[str, Value]) -> bytes:
    """Return an organ's workbook filled with the figures and what is to be otherwise."""
    name = campaign.file_name(campaign.roster.by_code[code])
    return fill_workbook((campaign.outbox / name).read_bytes(), name, lambda _: {**FIGURES, **changes})


def play(folder: Path) -> Campaign:
    """Return a round of eight organs: some accepted, one to be mended, one to be decided, others missing."""
    roster = folder.with_suffix(".csv")
    roster.write_text(ROSTER, encoding="utf-8")
    campaign = init_campaign(folder, year=2024, organ="示例县政务公开办公室", code="A00", roster=roster)
    issue_workbooks(folder, Workers(1))
    for code, changes in CHANGES.items():
        name = campaign.roster.by_code[code].name
        (campaign.inbox / f"{name}.xlsx").write_bytes(filled(campaign, code, changes))
    (campaign.inbox / "会议通知.txt").write_text("开会", encoding="utf-8")
    collect_returns(folder, (), Workers(1))
    state, board = open_board(folder)
    write_merged(merge_round(state), state, board)
    later = {NATURAL: NEW + 1, GRANTED: OPENED + 1}
    (campaign.inbox / "财政局更正.xlsx").write_bytes(filled(campaign, "A01", later))
    (campaign.inbox / "民政局更正.xlsx").write_bytes(filled(campaign, "A03", later))
    collect_returns(folder, (), Workers(1))
    accept_return(folder, "A03", number=2, why="来函更正")
    return open_campaign(folder)


def addresses(driver: Chrome) -> Iterator[tuple[str, str]]:
    """Yield every page of the desk by a name for it."""
    board = driver.current_url
    origin = board.split("/round/")[0]
    yield "board", board
    for code in ("A02", "A01", "A05"):
        yield f"organ-{code}", f"{board}organ/{code}"
    yield "trial", f"{board}organ/A02?try=1-1"
    yield "problems", f"{board}problems"
    yield "whole", f"{board}whole/"
    yield "errata", f"{board}whole/errata"
    yield "why", f"{board}whole/why/requests.new.total"
    yield "compare", f"{board}whole/compare"
    yield "compare-organs", f"{board}whole/compare?table=2&q=财政"
    yield "preview", f"{board}whole/preview"
    yield "assess", f"{board}assess"
    yield "assessed", f"{board}assess/A02"
    yield "rules", f"{board}rules"
    yield "rule", f"{board}rules/requests_balance"
    yield "error", f"{board}organ/none"
    yield "start", f"{origin}/"


def take(driver: Chrome, target: Path, *, everything: bool) -> None:
    """Take the pictures of the handbook, or of every page with what axe-core has against it."""
    target.mkdir(parents=True, exist_ok=True)
    for name, address in [*addresses(driver)]:
        wanted = SCREENS if everything else SHOWN.get(name, ())
        for width, dark in wanted:
            look(driver, width=width, dark=dark)
            driver.get(address)
            mark = f"-{width}{'-dark' if dark else ''}" if everything or width != SCREENS[0][0] else ""
            picture(driver, target / f"desk-{name}{mark}.png", tallest=2600 if everything else 1150)
            if everything and name not in SHUT and (faults := faults_of(driver)):
                sys.stdout.write(f"{name} {width} {'dark' if dark else 'light'}: {faults}\n")


def main(arguments: list[str]) -> None:
    """Play the round, open the desk on it, take the pictures."""
    with tempfile.TemporaryDirectory() as place, chromium(Path(place)) as driver:
        home = Path(place) / "年报"
        home.mkdir()
        campaign = play(home / "2024年报")
        with running_desk(campaign.folder if not arguments else home) as (address, _):
            driver.get(address)
            driver.get(f"{address.partition('/enter')[0]}/")
            if arguments:
                driver.find_element("css selector", "a[href*='/round/']").click()
            take(driver, Path(arguments[0]) if arguments else PICTURES, everything=bool(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
