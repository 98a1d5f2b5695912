"""The demonstration: the main job on published figures, ending with what lies where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[文件夹]", help="放示范结果的文件夹。")] = Path("demo-output"),
) -> None:
    """用公开发表的真实数据走一遍：生成报表、填写、核对、出报告。例：xxgk demo 示范"""
    from toolkit.demo.published import run_demo

    run_demo(folder, typer.echo)
