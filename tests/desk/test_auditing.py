"""Reports reviewed on the desk: what the command writes, in a folder of its own that holds what was sent too."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from casebook import example_filing
from desks import Visitor, words_of

from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

REPORT = render_docx(build_report(replace(example_filing("suqian_2023"), organ="甲县人民政府")))


def test_reports_are_reviewed_as_the_command_does_and_kept_with_the_result(tmp_path: Path, xxgk: Cli) -> None:
    visitor = Visitor(tmp_path)
    assert "还没有审核过" in visitor.text("/audit")
    sent = [(io.BytesIO(REPORT), "../甲县 年报.docx"), (io.BytesIO("开会".encode()), "通知.txt")]
    assert visitor.post("/audit", {"files": sent}).status_code == 303
    visitor.wait()
    page = visitor.text("/audit")
    assert " 甲县 年报.docx（甲县人民政府 2023）：" in words_of(page)
    assert "共 2 份，" in words_of(page)
    shown, saved = re.findall(r'href="(/audit/[^"]+)"', page)
    (folder,) = (tmp_path / "审核结果").iterdir()
    out = folder / "命令.xlsx"
    xxgk("audit", *sorted((folder / "原件").rglob("*.*")), "--out", out, "--out", out.with_suffix(".html"))
    assert visitor.get(saved).data == out.read_bytes()
    answer = visitor.get(shown)
    assert answer.data == out.with_suffix(".html").read_bytes()
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    (link,) = {unquote(link) for link in re.findall(r'href="([^"#]+docx)"', answer.text)}
    assert visitor.get(f"{unquote(shown).rpartition('/')[0]}/{link}").data == REPORT


def test_nothing_sent_makes_nothing_and_nothing_else_is_offered(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    (tmp_path / "秘密.txt").write_text("机密", encoding="utf-8")
    answer = visitor.post("/audit")
    assert (answer.status_code, "还没有选报告" in answer.text) == (400, True)
    assert [path.name for path in tmp_path.iterdir()] == ["秘密.txt"]
    for way in ("秘密.txt", "../秘密.txt", "..%2f秘密.txt", "x/../../秘密.txt", "/etc/passwd"):
        assert visitor.get(f"/audit/{way}").status_code in {308, 404}
