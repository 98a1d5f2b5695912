"""Findings about what a file is, and whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.catalogue.entry import Entry, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Mapping[str, Entry] = {
    "file_missing": Entry(
        Severity.ERROR,
        "文件找不到或打不开",
        "没有读到“{file}”：{reason}",
        "请核对文件名和位置后，再核对这一个；其余文件的结果不受影响。",
        "没有读到的文件无法核对。",
        "文件名打错了一个字。",
    ),
    "not_a_workbook": Entry(
        Severity.ERROR,
        "文件不是 Excel 工作簿",
        "“{file}”不是能读取的 .xlsx 工作簿：{reason}",
        "请照上面说的办；文件坏了或办不到的，请对方重新发送原文件，或在下发的报表里填好再报送。",
        "只有 .xlsx 工作簿里的数据能够读取。",
        "把 Word 文件改名为 .xlsx 报送。",
    ),
    "not_our_workbook": Entry(
        Severity.ERROR,
        "不是下发的报表",
        "“{file}”是工作簿，但里面没有本工具的报表标识：{reason}",
        "请在下发给本单位的报表中填写，不要另建表格。",
        "报表的标识说明它是哪个机关、哪一年、哪个版本的报表。",
        "自己画了一张表格报送。",
    ),
    "edition_not_for_year": Entry(
        Severity.ERROR,
        "版本与年度不符",
        "报表是 {edition} 版，用于 {years}，报告年度却是 {year} 年",
        "请向主管部门索取 {year} 年适用的报表，重新填写。",
        "不同年度的官方格式不同，用错格式的报告会被退回。",
        "用旧版报表填报新年度的数据。",
    ),
    "identity_disagrees": Entry(
        Severity.ERROR,
        "报表的身份信息互相矛盾",
        "{what}有不同的记载：{found}",
        "请不要改动封面上锁定的机关名称、代码和年度；重新下载本单位的报表再填写。",
        "机关、代码和年度在文件里记了三处，至少要有两处一致才能确认是谁的报表。",
        "把别的单位的报表改个名字拿来用。",
    ),
    "identity_altered": Entry(
        Severity.WARNING,
        "一处身份信息被改动",
        "{what}有一处写成了“{odd}”，其余两处是“{value}”，按“{value}”处理",
        "如确有变更（如机关更名），请告知主管部门，由主管部门重新下发。",
        "机关、代码和年度以下发时的记载为准。",
        "在封面上改了机关名称。",
    ),
    "definition_differs": Entry(
        Severity.NOTE,
        "报表的定义与现行定义不是同一稿",
        "这份报表是按 {edition} 版表式的另一稿生成的，已按行列标识读取",
        "不影响填报。核对无误即可。",
        "同一版本的表式定义修订过文字说明时，先发出去的报表仍然有效。",
        "年中修订了填报说明。",
    ),
    "head_contradicts": Entry(
        Severity.ERROR,
        "表头写的是别的机关或年度",
        "“{sheet}”表头的{what}写的是“{shown}”，这份报表下发给的是“{value}”，不知道这张表是谁的数",
        "请核对这张表是不是从别的报表整张复制来的；是的，请在本机关的报表里重新填写。",
        "整张表连同表头一起贴来时，数是别人的，封面看不出来。",
        "从去年的报表或兄弟单位的报表里整张复制了表三。",
    ),
    "cover_contradicts": Entry(
        Severity.ERROR,
        "封面与报表的标识不符",
        "封面上的{what}写成了“{shown}”，报表下发给的是“{value}”，不知道填的是谁的数",
        "请在下发给本单位的报表里填写；确有更名等变更的，告知主管部门重新下发。",
        "封面和标识各说各的，就分不清是封面写错了，还是拿别的单位的报表填了自己的数。",
        "拿别的单位的报表，改了封面上的名称填报。",
    ),
    "defect_of_ours": Entry(
        Severity.ERROR,
        "读这个文件时程序出错",
        "读“{file}”时程序内部出错：{error}；其他文件的结果不受影响",
        "请把这个文件和这句话发给维护者；同时请对方用 Excel 或 WPS 打开，另存后再报送一次。",
        "程序没有料到文件会是这样，不能说它是对是错。",
        "文件里有程序没有见过的写法。",
    ),
}
