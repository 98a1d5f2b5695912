"""What `xxgk demo` does, step by step, on the published figures listed in examples/demo.toml."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from toolkit.cli.printing.findings import finding_lines
from toolkit.demo.round import run_district
from toolkit.files import data_folder, read_file, safe_stem, write_file
from toolkit.form.registry import form_for_year
from toolkit.report.publish import publish
from toolkit.workbook.answers.values import parse_answers, parse_json
from toolkit.workbook.carry_over import previous_figures
from toolkit.workbook.examining import Examined, Verdict, examine
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Say = Callable[[str], None]

PLACES = {
    "outbox": "下发给每个单位的空表，另有按上级打好的发放包",
    "inbox": "收到的文件，原样不动",
    "sendback": "要改的单位：一份意见表和一段可以直接发送的话",
    "status.html": "进度，可以打印或发给领导；status.xlsx 可以筛选",
    "merged": "汇总报表（每个合计都能追到单位）和数据文件",
    "reports": "全区的年度报告",
}
FORMATS = ("docx", "html", "txt", "json", "csv")


def run_demo(folder: Path, say: Say) -> None:
    """Run the published examples and then the example district in a folder, saying what happens."""
    examples = data_folder("examples")
    plan = tomllib.loads((examples / "demo.toml").read_text(encoding="utf-8"))
    filled: dict[tuple[str, int], Path] = {}
    for entry in plan["round"]:
        say(f"\n■ {entry['title']}")
        before = filled.get((entry["organ"], entry["year"] - 1)) if entry.get("previous") else None
        home = folder / safe_stem(entry["organ"])
        filled[entry["organ"], entry["year"]] = _round(entry, home, before, examples / "figures", say)
    district = run_district(folder / plan["district"]["folder"], plan["district"], say)
    _say_where(folder, district, say)
    say(plan["district"]["next"].format(folder=district))


def _say_where(folder: Path, district: Path, say: Say) -> None:
    say(f"\n完成。结果在 {folder}：")
    say("  公开发表的例子　每个机关一个文件夹，里面有空表、已填报表和报告")
    say(f"  一个区的一整轮　{district}，其中：")
    for name, what in PLACES.items():
        say(f"    {name}　{what}")
    say("用 Excel、WPS 或 LibreOffice 打开已填报表，改动任何一个数，看封面的结论怎样变化。")


def _round(entry: dict[str, Any], home: Path, before: Path | None, figures: Path, say: Say) -> Path:
    organ, code, year = entry["organ"], entry["code"], entry["year"]
    form = form_for_year(year)
    previous = previous_figures(read_file(before), before.name, organ, code, year) if before else None
    filing, locked = blank_filing(form, organ, code, year, previous)
    blank, filled = home / f"{year}-空表.xlsx", home / f"{year}-已填.xlsx"
    write_file(blank, write_workbook(filing, locked=locked))
    say(f"  空表　{blank}（{form.edition} 版，按上年锁定 {len(locked)} 格）")
    raw = parse_json(read_file(figures / entry["values"]), entry["values"])
    content = fill_workbook(read_file(blank), blank.name, lambda form: parse_answers(form, raw, entry["values"]))
    write_file(filled, content)
    say(f"  已填　{filled}（写入 {len(raw)} 个字段）")
    _judge(examine(content, filled.name), home, year, say)
    return filled


def _judge(examined: Examined, home: Path, year: int, say: Say) -> None:
    say(f"  核对　{examined.verdict.label}，{len(examined.findings)} 条意见")
    for finding in examined.findings:
        first, *_ = finding_lines(finding, None)
        say(f"    {first}")
    if examined.filing is not None:
        kind = "报告" if examined.verdict is Verdict.ACCEPTED else "报告草稿"
        paths = publish(examined.filing, FORMATS, home / f"{year}-{kind}")
        say(f"  {kind}　{paths[0].parent}（{len(paths)} 个文件）")
