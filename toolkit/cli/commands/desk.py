"""The local page of the coordinator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def desk(
    folder: Annotated[
        Path, typer.Argument(metavar="[文件夹]", help="工作文件夹，或放着几个工作文件夹的文件夹；不写就是当前文件夹。")
    ] = Path(),
    port: Annotated[int, typer.Option("--port", metavar="端口", min=0, max=65535, help="不写就自动选一个。")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="只打印地址，不打开浏览器。")] = False,
    example: Annotated[bool, typer.Option("--example", help="先准备一个虚构的区的示例，再打开。")] = False,
    launcher: Annotated[
        bool, typer.Option("--launcher", help="不打开，只在文件夹里放两个双击就能打开工作台的文件。")
    ] = False,
) -> None:
    """在浏览器里管一轮年报：名册、下发、收件、催报、汇总、公布，和命令用的是同一个文件夹。

    只有这台电脑上的你能打开。例：xxgk desk 2024年报 --launcher
    """
    if launcher:
        from toolkit.desk.launchers import write_launchers

        for path in write_launchers(folder):
            typer.echo(f"已生成 {path}，双击就能打开工作台")
        return
    from toolkit.desk.serving import serve

    serve(folder, port, typer.echo, opens_browser=not no_browser, plays_example=example)
