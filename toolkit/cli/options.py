"""Options and arguments that several commands take, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FormsOption = Annotated[Path | None, typer.Option("--forms", metavar="文件夹", help="另外读取这个文件夹里的表式定义。")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")]
FolderArgument = Annotated[Path, typer.Argument(metavar="[文件夹]", help="工作文件夹，不写就是当前文件夹。")]
WorkersOption = Annotated[
    int, typer.Option("--workers", metavar="个数", min=0, help="用几个进程；不写则文件多时按处理器个数。")
]
SchedulerOption = Annotated[
    str | None, typer.Option("--scheduler", metavar="地址", help="用 Dask 调度的多台机器读取，如 tcp://主机:8786。")
]
FontDirOption = Annotated[
    Path | None, typer.Option("--font-dir", metavar="文件夹", help="先在这个文件夹里找字体，再找系统里的。")
]
ForceOption = Annotated[bool, typer.Option("--force", help="生成以后有人改过的报告、同名的别的文件也覆盖。")]
ReportFormats = typer.Option("--to", metavar="格式", help="docx、html、pdf、txt、md、json、csv、fragment，可写多次。")
HERE = Path()
