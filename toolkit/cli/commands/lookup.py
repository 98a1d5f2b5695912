"""Commands that look things up: forms, explain, rules, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.options import FontDirOption, FormsOption, JsonOption  # noqa: TC001 (Typer reads annotations at start)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.report.readiness import Readiness


def forms(
    edition: Annotated[str, typer.Argument(metavar="[版本]", help="版本名。不写则列出全部版本。")] = "",
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """列出表式版本，或一个版本的全部字段。例：xxgk forms --json"""
    from toolkit.form.registry import form_of_edition, load_forms

    if edition:
        from toolkit.cli.printing.lists import say_fields

        say_fields(form_of_edition(edition, forms), as_json=json)
        return
    from toolkit.cli.printing.editions import say_forms

    known = load_forms(forms)
    if forms is not None:
        from toolkit.filing.proof import require_provable

        require_provable(known)
    say_forms(known, as_json=json, proved=forms is not None)


def explain(
    name: Annotated[
        str, typer.Argument(metavar="[名称]", help="问题或规则的名称、标题，或一格的官方名称、格号。不写则列出全部。")
    ] = "",
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """说明一种问题：是什么、为什么、怎么改、例子。例：xxgk explain requests_balance"""
    from toolkit.cli.printing.explanations import explanation_of, explanations, field_explained, is_explained
    from toolkit.cli.printing.lists import say_explanation, say_explanations, say_field

    if not name:
        say_explanations(explanations(forms), as_json=json)
    elif is_explained(name, forms) or (found := field_explained(name, forms)) is None:
        say_explanation(explanation_of(name, forms), as_json=json)
    else:
        say_field(*found, as_json=json)


def rules(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[文件夹]", help="工作文件夹；不写则列出各版表式的规则。")
    ] = None,
    slips: Annotated[
        bool, typer.Option("--slips", help="数一数退回后改好的报表里，原来是怎样打错的，和排序时假定的份额对照。")
    ] = False,
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """列出核对的规则：试行、提醒、退回还是停用，各命中多少。例：xxgk rules 2024年报"""
    from toolkit.campaign.rule_list import rules_json, rules_of
    from toolkit.campaign.slip_counts import slips_json, slips_of
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.rules import say_rules, say_slips

    if slips:
        counted = slips_json(slips_of([folder or Path()]))
        say_json(counted) if json else say_slips(counted)
        return
    lines = rules_of(folder, forms)
    say_json(rules_json(lines)) if json else say_rules(lines, of_round=folder is not None)


def doctor(font_dir: FontDirOption = None, json: JsonOption = False) -> None:
    """检查这台电脑能不能生成 PDF：用哪些字体、缺什么、怎么装。例：xxgk doctor"""
    from toolkit.cli.printing.as_json import say_json
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
