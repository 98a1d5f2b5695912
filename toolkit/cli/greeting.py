"""What `xxgk` says when it is called alone: what it is, three first commands, where the handbook lies."""

from __future__ import annotations


def installed_version() -> str:
    """Return the version of the installed package."""
    from importlib.metadata import version

    return version("xxgk-toolkit")


def greeting() -> str:
    """Return the few lines for someone who has never used the toolkit."""
    from toolkit.files import data_folder

    return f"""政府信息公开年报工具 xxgk（{installed_version()}）：给每个单位一份 Excel 报表，收回来核对、汇总、出报告。

先试这三个：
  xxgk demo 示范            用公开的数据把整个过程走一遍，结果放在“示范”文件夹
  xxgk check 已填.xlsx      核对一份填好的报表，指出哪一格要改
  xxgk init -h              看怎样由一份名册开始一轮年报

全部命令：xxgk -h　　使用手册：{data_folder("docs") / "handbook.md"}"""
