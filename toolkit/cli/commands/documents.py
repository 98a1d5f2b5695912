"""Commands on other people's files: read, audit."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (Typer reads annotations when it starts)
from typing import Annotated

import typer

from toolkit.cli.options import FormsOption, JsonOption, WorkersOption  # noqa: TC001 (Typer reads annotations when it starts)


def read(
    files: Annotated[
        list[Path], typer.Argument(metavar="文件…", help="含有年度报告表格的文件：Word、网页、PDF、工作簿、文本。")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="文件", help="读出的数填进报表，存成这个 .xlsx；多份文件时写文件夹。"),
    ] = None,
    year: Annotated[int | None, typer.Option("--year", metavar="年度", help="报告年度，文件里没有写明时用。")] = None,
    organ: Annotated[str, typer.Option("--organ", metavar="机关", help="机关全称，文件里没有写明时用。")] = "",
    force: Annotated[bool, typer.Option("--force", help="那里已有填过的报表时也覆盖。")] = False,
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """从 Word、网页、PDF、文本里读出年度报告，填进报表；拿不准的格逐一说明。

    例：xxgk read 报告.docx --out 读出.xlsx
    """
    from toolkit.cli.guarding import refuse_filled, refuse_own_input, require_ending
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.documents import say_document
    from toolkit.documents.sources.converting import converting_together
    from toolkit.files import safe_stem, write_files
    from toolkit.workbook.examined_document import document_json
    from toolkit.workbook.examining import Verdict
    from toolkit.workbook.from_document import examine_document_file
    from toolkit.workbook.marking.from_document import workbook_of

    if out is not None:
        refuse_own_input(out, *files)
        if len(files) == 1:
            require_ending(out, ".xlsx")
    opened = converting_together(files)
    read_files = [(path, one) for path in opened for one in examine_document_file(path, forms, year=year, organ=organ)]
    written: dict[Path, bytes] = {}
    for path, one in read_files:
        if out is not None and one.filing is not None:
            target = out if len(files) == 1 else out / f"{safe_stem(path.stem)}.xlsx"
            target = target if one.number == 1 else target.with_stem(f"{target.stem}（第{one.number}份）")
            refuse_filled(target, force=force)
            written[target] = workbook_of(one)
    write_files(written)
    if json:
        say_json({"files": [document_json(one) for _, one in read_files]})
    else:
        for _, one in read_files:
            say_document(one)
        for path in written:
            typer.echo(f"已写入 {path}")
    verdicts = {one.examined.verdict for _, one in read_files}
    raise typer.Exit(2 if Verdict.UNREADABLE in verdicts else int(Verdict.NEEDS_FIXING in verdicts))


def audit(
    files: Annotated[
        list[Path], typer.Argument(metavar="文件或文件夹…", help="公布的或待公布的报告，任何格式；也可以写文件夹。")
    ],
    out: Annotated[
        list[Path] | None, typer.Option("--out", metavar="文件", help="审核结果，.xlsx 或 .html，可写多次。")
    ] = None,
    workers: WorkersOption = 0,
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """成批审核报告：逐份读取、核对，列出每一处问题；有上年报告的，两年对照。例：xxgk audit 报告.docx --out 审核.xlsx"""
    from toolkit.audit.page import review_page
    from toolkit.audit.reviewing import files_in, review_files, reviewed_json
    from toolkit.audit.workbook import review_workbook
    from toolkit.campaign.round.progress import Progress
    from toolkit.campaign.round.workers import Workers
    from toolkit.cli.guarding import refuse_own_input
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.documents import say_review
    from toolkit.errors import InputError
    from toolkit.files import write_files
    from toolkit.filing.findings import has_errors
    from toolkit.workbook.examining import Verdict

    writers = {".xlsx": review_workbook, ".html": review_page}
    for path in out or ():
        refuse_own_input(path, *files)
        if path.suffix.lower() not in writers:
            raise InputError(str(path), ["审核结果只能写成 .xlsx 或 .html，请改扩展名"])
    wanted = [path for path in files_in(files) if path not in (out or ())]
    progress = Progress("已审", len(wanted))
    reviewed = review_files(wanted, Workers(workers), forms, progress.add)
    write_files({path: writers[path.suffix.lower()](reviewed, path) for path in out or ()})
    if json:
        say_json({"reports": [reviewed_json(one) for one in reviewed]})
    else:
        say_review(reviewed, out or ())
    if all(one.verdict is Verdict.UNREADABLE for one in reviewed):
        raise typer.Exit(2)
    raise typer.Exit(int(any(has_errors(one.findings) for one in reviewed)))
