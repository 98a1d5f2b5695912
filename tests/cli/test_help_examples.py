"""The example at the end of every command's help runs as written, one after the other, as a newcomer would."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from casebook import ROOT
from terminal import CANNOT_PROCEED

from toolkit.cli.help import said_and_example
from toolkit.cli.on_demand import GROUPS, function_of
from toolkit.demo import published

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from terminal import Cli

ROUND = Path("2024年报")
ORGAN = "某县财政局"


def some_values(xxgk: Cli) -> None:  # noqa: ARG001
    shutil.copy("财政局.xlsx", "空表.xlsx")
    shutil.copy(ROOT / "examples" / "figures" / "suqian_2024.json", "数据.json")


def a_roster(xxgk: Cli) -> None:  # noqa: ARG001
    book = openpyxl.Workbook()
    for row in (("代码", "名称"), ("001", ORGAN), ("002", "某县教育局")):
        book.active.append(row)
    book.save("名册.xlsx")


def a_return(xxgk: Cli) -> None:
    outbox = {path.name: path for path in (ROUND / "outbox").glob("*.xlsx")}
    issued = next(path for name, path in outbox.items() if ORGAN in name)
    xxgk("fill", issued, "数据.json", "--out", ROUND / "inbox" / issued.name)


def two_years(xxgk: Cli) -> None:  # noqa: ARG001
    for name in ("今年.xlsx", "去年.xlsx"):
        shutil.copy("已填.xlsx", name)


def a_report(xxgk: Cli) -> None:
    xxgk("report", "已填.xlsx", "--to", "docx", "--out", "报告.docx")


def the_return_again(xxgk: Cli) -> None:
    xxgk("withdraw", ROUND, ORGAN, "--undo")


def a_return_without_a_telephone(xxgk: Cli) -> None:
    Path("无电话.json").write_text('{"cover.phone": null}', encoding="utf-8")
    came = next((ROUND / "inbox").glob("*.xlsx"))
    xxgk("fill", came, "无电话.json", "--out", ROUND / "inbox" / "无电话.xlsx")
    xxgk("collect", ROUND)


# What must lie there before a command's example can run, made as the person would have it by then.
BEFORE: dict[str, Callable[[Cli], None]] = {
    "fill": some_values,
    "init": a_roster,
    "collect": a_return,
    "waive": a_return_without_a_telephone,
    "read": a_report,
    "audit": a_report,
    "merge": the_return_again,
    "compare": two_years,
}


def test_every_example_runs_as_written(xxgk: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(published, "run_district", lambda home, *_: home)  # played in tests/demo/test_round.py
    failed = {}
    for name in (name for group in GROUPS.values() for name in group):
        BEFORE.get(name, lambda _: None)(xxgk)
        _, example = said_and_example(function_of(name).__doc__ or "")
        program, *arguments = shlex.split(example)
        assert program == "xxgk"
        assert arguments[0] == name
        ran = xxgk(*arguments)
        if ran.code == CANNOT_PROCEED:
            failed[name] = ran.err
    assert failed == {}
    assert json.loads(xxgk("check", "--json", "已填.xlsx").out)["files"][0]["verdict"] == "accepted"
