"""Findings about the prose of a workbook that came back: where it stood, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.catalogue.entry import Entry, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

PROSE: Mapping[str, Entry] = {
    "forbidden_word": Entry(
        Severity.WARNING,
        "写了名单里不得公开的词",
        "“{where}”写了“{word}”：“{shown}”",
        "这个词在 campaign.toml 的 forbidden 名单里；请改写，或与主管部门商量。",
        "公开以后收不回来，主管部门列了不得公开的词。",
        "总体情况里写了一个没有公布的项目名称。",
    ),
    "personal_property": Entry(
        Severity.WARNING,
        "文件属性里有人名",
        "{where}像是一个人的名字（{shown}），文件转发、公布时会带出去",
        "在“文件”→“信息”→“检查问题”里删除文档属性和个人信息，或改成单位名称；报告由程序生成，不带这些属性。",
        "文件属性里的作者、单位、最后保存的人，打开文件就看得见。",
        "“最后保存的人”是经办人的姓名。",
    ),
    "mark_is_blank": Entry(
        Severity.WARNING,
        "数据标记的数还没有填",
        "“{section}”第 {place} 段的 {marks} 还没有数，报告里印成空白",
        "请在表里填上这些数；没有发生的填 0。",
        "空着的数印成 0 就成了假数，所以印成空白。",
        "写了“新收{{本年新收}}件”，第三部分第一行还空着。",
    ),
    "heading_collides": Entry(
        Severity.WARNING,
        "小标题的编号与六个部分的编号相混",
        "“{section}”第 {place} 段的小标题写成了“{typed}”：“{text}”；一、二、三是六个部分的编号，生成报告时印成{number}",
        "编号可以不写，由程序按顺序编；要写请写（一）或 1.。",
        "小标题写成“二、”，读者会当作第二部分。",
        "总体情况里的小标题写成“二、依申请公开”。",
    ),
    "heading_renumbered": Entry(
        Severity.NOTE,
        "小标题的编号接不上",
        "“{section}”第 {place} 段的小标题写的是“{typed}”，按顺序是{number}（生成报告时这样印）：“{text}”",
        "少了小标题的请补上；没有少的不用改，正文里提到这个编号的请一起核对。",
        "编号跳了，多半是漏了一部分，或删了一部分没有改后面的号。",
        "小标题依次写成（一）（二）（四）。",
    ),
    "prose_elsewhere": Entry(
        Severity.NOTE,
        "段落写在别的格里",
        "“{section}”的 {cell} 不是填段落的格，里面的文字已按一段读取：“{text}”",
        "不影响读取；请尽量写在“内容”一栏，每行一段。",
        "文字写在别处，打印和报告里容易漏掉。",
        "在两段之间插入了一行。",
    ),
    "prose_not_read": Entry(
        Severity.ERROR,
        "有一段文字不知道放在哪里",
        "“{section}”的 {cell} 有一段文字没有读进去：“{text}”",
        "请把它移到“内容”一栏，每行一段；不要的请删掉。",
        "只有“内容”一栏的文字会进入报告。",
        "把一段话写在了正文右边的空格里。",
    ),
    "prose_is_formula": Entry(
        Severity.ERROR,
        "文字格里是公式或错误值",
        "“{section}”的 {cell} 应是文字，现在是 {text}，没有读进去",
        "请直接输入这一段文字；以“=”“-”开头的，前面加一个单引号。",
        "公式算出的不是写好的句子，错误值会原样印进报告。",
        "以“-”开头的一段被当成公式，显示成 #NAME?。",
    ),
    "text_in_shape": Entry(
        Severity.ERROR,
        "文字写在文本框里",
        "文本框里的文字没有读进去：“{text}”",
        "请把它移到“内容”一栏，每行一段，删掉文本框。",
        "文本框浮在格子上面，不属于任何一格。",
        "插入了一个文本框写补充说明。",
    ),
    "text_not_read": Entry(
        Severity.WARNING,
        "表格旁边或另加的工作表里有成句的文字",
        "“{sheet}”的 {cell} 写着“{text}”，不在填写的地方，没有读进去",
        "要写进报告的，请移到文字部分的“内容”一栏；只是自己的备注，可以不管。",
        "读取时只读发下去的格子。写在表格下面、旁边或另一张工作表里的话，报告里不会有。",
        "在表三下面写了一段数据说明。",
    ),
    "picture_not_read": Entry(
        Severity.WARNING,
        "工作簿里有图片",
        "工作簿里有 {count} 张图片，图片里的字和数没有读进去",
        "请把图片里要报送的内容打成字，写到相应的格子里；图片另作附件交。",
        "图片里的字程序读不出来，报告里也不会有图片。",
        "把盖章页的照片贴在了表上。",
    ),
    "paragraph_too_long": Entry(
        Severity.WARNING,
        "段落太长，一行放不下",
        "“{section}”第 {place} 段有 {length} 字，超过表格一行能有的高度，打印报表时后面的字看不见；报告不受影响",
        "请分成几段，每行一段。",
        "表格一行最高 409 磅，再长的文字打印不全。",
        "把整个第一部分写在了一格里。",
    ),
    "prose_differs": Entry(
        Severity.WARNING,
        "文字里的数与表格不一致",
        "“{section}”第 {place} 段写的是“{said}”，表里{fields}是 {value}：“{sentence}”",
        "请核对是文字错还是表格错，改成一致；文字里写数据标记（如花括号里的名称），数就自动与表格相同。",
        "文字与表格说法不一，是审核退回年度报告最多的原因。",
        "文字写新收99件，表里是3525件。",
    ),
    "personal_data": Entry(
        Severity.WARNING,
        "文字里像是有个人信息",
        "“{where}”里像是有{kind}：“{shown}”",
        "公布前请删去或改写；确实是对外公布的办公信息的，不用改。",
        "公布个人的证件号码、手机号、账号、住址会侵犯隐私；本单位公开的办公电话不算。",
        "写了“申请人张某，手机号 138********”。",
    ),
    "draft_left": Entry(
        Severity.ERROR,
        "草稿字样没有改掉",
        "“{section}”第 {place} 段还有“{mark}”",
        "请改写这一段，删去草稿字样。",
        "带草稿字样的文字不能报送和公布。",
        "汇总报表的第一段还是自动生成的草稿。",
    ),
    "blank_left": Entry(
        Severity.WARNING,
        "段落里有没有填的空",
        "“{section}”第 {place} 段还有没有填的空：“{text}”",
        "请填上数或名称；没有发生的写 0 或改写这一句。",
        "参考语句里的横线、“XX”是留给填报人写的，会原样印在报告里。",
        "复制了参考语句，忘了填横线上的件数。",
    ),
    "prose_says_nothing": Entry(
        Severity.WARNING,
        "文字部分等于没有写",
        "“{section}”只写了“{text}”",
        "请写出这一部分的内容；确实没有的，写成完整的一句话。",
        "只写“无”“略”看不出是没有还是没写，审核时会被退回。",
        "“存在的主要问题及改进情况”只写了一个“无”字。",
    ),
    "private_characters": Entry(
        Severity.WARNING,
        "文字里有别的电脑显示不出的字",
        "“{where}”里有自造字或无法显示的字符（{codes}）",
        "请换成标准汉字；姓名、地名中的生僻字可用输入法的大字符集输入。",
        "自造字只在造字的那台电脑上看得见，报告里会成为空白或方框。",
        "用造字程序造的姓名用字。",
    ),
}
