"""Commands about what is published: doctor, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.one_workbook import FormsOption, JsonOption  # noqa: TC001 (Typer reads annotations when it runs)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.report.readiness import Readiness


FontDirOption = Annotated[
    Path | None, typer.Option("--font-dir", metavar="文件夹", help="先在这个文件夹里找字体，再找系统里的。")
]


def doctor(font_dir: FontDirOption = None, json: JsonOption = False) -> None:
    """检查这台电脑能不能生成 PDF：用哪些字体、缺什么、怎么装。例：xxgk doctor"""
    from toolkit.cli.printing.findings import say_json
    from toolkit.report.readiness import readiness, readiness_json

    found = readiness(font_dir)
    if json:
        say_json(readiness_json(found))
    else:
        typer.echo("\n".join(_readiness_lines(found)))
    raise typer.Exit(int(not found.can_make_pdf))


def _readiness_lines(found: Readiness) -> Iterator[str]:
    from toolkit.report.readiness import font_advice

    yield "PDF：可以生成。" if found.can_make_pdf else "PDF：不能生成，缺少中文字体；其他格式不受影响。"
    yield "字体："
    for role in found.fonts:
        family = next(iter(role.families), "")
        advice = font_advice(role)
        stand_in = f"（代用。{advice}）" if family and advice else ""
        yield f"  {role.label}：{family or '没有'}{stand_in}"
        if not family:
            yield f"      怎么办：{advice}"
    yield "可选部件（不装也能用其余功能）："
    for part in found.parts:
        yield f"  {part.library}：{'已装' if part.installed else '没有装'}，用来{part.purpose}"
        if part.advice:
            yield f"      要用就装：{part.advice}"
    yield "不需要安装 Word、WPS 或 LibreOffice。"


def compare(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="报表或文件夹…", help="两份报表，或两年的工作文件夹；只给一个文件夹时与上一轮比。"),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="文件夹", help="放对比结果的文件夹。")],
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="格式", help="xlsx、html，可写多次；不写就两种都要。")
    ] = None,
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """今年与去年、机关与机关对比：增减、占比、名次，异常的标出来。例：xxgk compare 今年.xlsx 去年.xlsx --out 对比"""
    from toolkit.campaign.compare.comparison import compare_paths, comparison_json
    from toolkit.campaign.compare.files import write_comparison
    from toolkit.campaign.compare.tables import summary
    from toolkit.cli.printing.boards import split_names
    from toolkit.cli.printing.findings import say_json

    found = compare_paths(files, forms)
    paths = write_comparison(found, out, split_names(to or ()))
    if json:
        say_json(comparison_json(found) | {"files": [str(path) for path in paths]})
    else:
        typer.echo("\n".join((summary(found), *(f"已生成 {path}" for path in paths))))
    for label in found.drafts:
        typer.echo(f"注意：{label}的报表还没有通过核对，对比只供参考，结果里已注明。", err=True)
    raise typer.Exit(int(bool(found.drafts)))
