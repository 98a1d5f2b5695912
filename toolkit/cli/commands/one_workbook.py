"""Commands on one workbook at a time: template, fill, check, mark, report."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (Typer reads annotations when it starts)
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.arguments import plain_code, plain_date
from toolkit.cli.options import FontDirOption, ForceOption, FormsOption, JsonOption, ReportFormats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.model import Form
    from toolkit.form.values import Value


def template(
    year: Annotated[int, typer.Option("--year", metavar="年度", help="报告年度，四位数字。")],
    organ: Annotated[str, typer.Option("--organ", metavar="机关", help="行政机关全称。")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="生成的报表，扩展名 .xlsx。")],
    code: Annotated[str, typer.Option("--code", metavar="代码", help="机关代码。", callback=plain_code)] = "",
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="文件",
            help="上年已通过的报表，或上年公布的报告（Word、网页、PDF），用来填好并锁定上年结转。",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="那里已有填过的报表时也覆盖。")] = False,
    forms: FormsOption = None,
) -> None:
    """生成一份锁定的报表。例：xxgk template --year 2024 --organ 某县财政局 --out 财政局.xlsx"""
    from toolkit.cli.guarding import refuse_filled, refuse_own_input, require_ending
    from toolkit.files import read_file, write_file
    from toolkit.form.registry import form_for_year, require_begun
    from toolkit.workbook.carry_over import previous_figures
    from toolkit.workbook.template.blank import blank_filing
    from toolkit.workbook.template.workbook import write_workbook

    refuse_own_input(out, previous)
    require_ending(out, ".xlsx")
    refuse_filled(out, force=force)
    form = form_for_year(year, forms)
    if forms is None:  # a form of one's own may be tried out for a year to come
        require_begun(year)
    figures = previous_figures(read_file(previous), previous.name, organ, code, year, forms) if previous else None
    filing, locked = blank_filing(form, organ, code, year, figures)
    write_file(out, write_workbook(filing, locked=locked))
    typer.echo(f"已生成 {out}：{organ} {year} 年，{form.edition} 版，{len(locked)} 格已按上年数据填好。")


def fill(
    template: Annotated[Path, typer.Argument(metavar="报表", help="要填的报表。")],
    values: Annotated[
        Path,
        typer.Argument(
            metavar="数据.json",
            help='{"字段": 数} 的 JSON（核对结果、报告的也行），或表格文件：字段和数两列，或照官方样子的表。',
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="填好的报表另存为。")],
    force: Annotated[bool, typer.Option("--force", help="那里已有别人填过的报表时也覆盖。")] = False,
    forms: FormsOption = None,
) -> None:
    """把数据填进报表，与填写无关的部分原样不动。例：xxgk fill 空表.xlsx 数据.json --out 已填.xlsx"""
    from toolkit.cli.guarding import refuse_other_answers, refuse_own_input
    from toolkit.files import read_file, write_file
    from toolkit.workbook.answers.tables import raw_answers
    from toolkit.workbook.answers.values import parse_answers
    from toolkit.workbook.filling import fill_workbook

    refuse_own_input(out, values)  # a workbook may be filled in place; it stays the same workbook
    data = read_file(values)
    raw: dict[str, object] = {}

    def answers(form: Form) -> Mapping[str, Value]:
        raw.update(raw_answers(form, data, values.name))
        return parse_answers(form, raw, values.name)

    filled = fill_workbook(read_file(template), template.name, answers, forms)
    if not (out.exists() and out.samefile(template)):
        refuse_other_answers(out, filled, force=force)
    write_file(out, filled)
    typer.echo(f"已写入 {len(raw)} 个字段：{out}")


def check(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="报表…", help="填好的报表，或 Word、网页、PDF 的报告；也可以写放报表的文件夹。"),
    ],
    prose: Annotated[bool, typer.Option("--prose", help="另外逐句列出文字里的数各是表里的哪个数。")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="不是按数字填的数（如“12 件”）都算错误。")] = False,
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """读取报表或报告，重新计算并核对，说明哪一格要改。例：xxgk check 已填.xlsx"""
    from toolkit.cli.arguments import files_of
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.documents import say_document
    from toolkit.documents.sources.converting import converting_together
    from toolkit.workbook.any_file import check_file
    from toolkit.workbook.examined_document import document_json
    from toolkit.workbook.examining import Verdict

    if prose:
        from toolkit.cli.printing.prose import prose_json, say_prose

    checked = [one for path in converting_together(files_of(files)) for one in check_file(path, forms, strict=strict)]
    if json:
        say_json({"files": [document_json(one) | (prose_json(one.examined) if prose else {}) for one in checked]})
    else:
        for one in checked:
            say_document(one)
            if prose:
                say_prose(one.examined)
    verdicts = {one.examined.verdict for one in checked}
    raise typer.Exit(2 if Verdict.UNREADABLE in verdicts else int(Verdict.NEEDS_FIXING in verdicts))


def migrate(
    old: Annotated[Path, typer.Argument(metavar="报表", help="用较早的表式定义做的报表。")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="转成现在表式的报表，扩展名 .xlsx。")],
    force: Annotated[bool, typer.Option("--force", help="那里已有别人填过的报表时也覆盖。")] = False,
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """把较早的表式做的报表转成现在的，逐项列出移了位置的、没有地方放的、要补填的。

    例：xxgk migrate 已填.xlsx --out 新表.xlsx
    """
    from toolkit.cli.guarding import refuse_other_answers, refuse_own_input, require_ending
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.migrations import say_migration
    from toolkit.files import read_file, write_file
    from toolkit.workbook.versions.migrating import migrate as carry_over
    from toolkit.workbook.versions.migrating import migration_json

    refuse_own_input(out, old)
    require_ending(out, ".xlsx")
    migrated = carry_over(read_file(old), old.name, forms)
    refuse_other_answers(out, migrated.content, force=force)
    write_file(out, migrated.content)
    say_json(migration_json(migrated)) if json else say_migration(migrated, out)
    raise typer.Exit(0 if migrated.is_whole else 1)


def mark(
    file: Annotated[Path, typer.Argument(metavar="报表", help="填好的、有意见的报表。")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="标好的报表另存为，扩展名 .xlsx。")],
    by: Annotated[
        str, typer.Option("--by", metavar="日期", help="写明哪一天以前发回，按“年-月-日”写。", callback=plain_date)
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="那里已有别人填过的报表时也覆盖。")] = False,
    forms: FormsOption = None,
) -> None:
    """在填报人自己的报表里标出每一条意见，改好可以直接发回。例：xxgk mark 已填.xlsx --out 已标.xlsx --by 2025-01-20"""
    from toolkit.cli.guarding import refuse_other_answers, refuse_own_input, require_ending
    from toolkit.cli.printing.findings import say_marked
    from toolkit.files import read_file, write_file
    from toolkit.workbook.examining import Verdict, examine
    from toolkit.workbook.marking.marks import mark_examined

    refuse_own_input(out, file)
    require_ending(out, ".xlsx")
    data = read_file(file)
    examined = examine(data, file.name, forms)
    marked = mark_examined(data, examined, f"{by} 前" if by else "")
    refuse_other_answers(out, marked, force=force)
    write_file(out, marked)
    say_marked(examined, out)
    raise typer.Exit(int(examined.verdict is not Verdict.ACCEPTED))


def report(
    file: Annotated[Path, typer.Argument(metavar="报表", help="填好的报表。")],
    to: Annotated[list[str], ReportFormats],
    out: Annotated[
        Path, typer.Option("--out", metavar="文件夹或文件", help="放报告的文件夹；只要一种格式时可写文件名。")
    ],
    forms: FormsOption = None,
    font_dir: FontDirOption = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="文件", help="本单位的 Word 模板，docx 照它的样子生成。")
    ] = None,
    preamble: Annotated[
        Path | None,
        typer.Option("--preamble", metavar="文件", help="报告开头的一段话，写在一个文本文件里，代替表式自带的。"),
    ] = None,
    force: ForceOption = False,
) -> None:
    """由报表生成正式报告。例：xxgk report 已填.xlsx --to docx --to html --out 报告"""
    from toolkit.cli.guarding import refuse_own_input
    from toolkit.cli.printing.findings import say_draft, say_warnings
    from toolkit.documents.sources.decoding import decode
    from toolkit.errors import WorkbookError
    from toolkit.files import read_file
    from toolkit.report.publish import publish
    from toolkit.workbook.examining import Verdict, examine

    refuse_own_input(out, file, template, preamble)
    examined = examine(read_file(file), file.name, forms)
    if examined.filing is None:
        raise WorkbookError(examined.findings[-1].message)
    is_draft = examined.verdict is not Verdict.ACCEPTED
    wanted = [name.strip() for names in to for name in names.replace("，", ",").split(",") if name.strip()]
    for path in publish(
        examined.filing,
        wanted,
        out,
        provisional=examined.provisional,
        preamble=decode(read_file(preamble)) if preamble else "",
        font_dir=font_dir,
        template=template,
        force=force,
    ):
        typer.echo(f"已生成 {path}")
    say_draft(examined) if is_draft else say_warnings(examined)
    raise typer.Exit(int(is_draft))
