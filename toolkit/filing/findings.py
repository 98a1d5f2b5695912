"""Findings: what is wrong or doubtful in a filing, as values; and the catalogue of those no form states itself.

A finding's name is the id of the form's rule it broke, or a name of the catalogue below. Messages say where, what was
found and what was expected; the advice says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.model import Figure, Value


class Severity(StrEnum):
    """How bad a finding is. Only an error keeps a filing from being accepted."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The word a clerk reads."""
        return {"error": "错误", "warning": "提醒", "note": "说明"}[self.value]


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: a field with its label, and its sheet and cell once a workbook is known."""

    field: str
    label: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """Return the place as a clerk finds it."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.label or self.sheet


@dataclass(frozen=True, slots=True)
class Suspect:
    """A cell whose change would mend the finding, and the value that does it; `reason` says if others change too."""

    field: str
    label: str
    value: Figure
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt. `figures` are the numbers used, by Chinese name; `source` cites the form's sources."""

    name: str
    severity: Severity
    message: str
    advice: str
    places: tuple[Place, ...] = ()
    figures: Mapping[str, Value] = field(default_factory=dict)
    source: str = ""
    suspects: tuple[Suspect, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding of the catalogue: its severity, the wording, and what `xxgk explain` tells about it."""

    severity: Severity
    title: str
    message: str
    advice: str
    why: str
    example: str


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

CATALOGUE: Mapping[str, Entry] = {
    "file_missing": Entry(
        _ERROR,
        "文件找不到或打不开",
        "没有读到“{file}”：{reason}",
        "请核对文件名和位置后，再核对这一个；其余文件的结果不受影响。",
        "没有读到的文件无法核对。",
        "文件名打错了一个字。",
    ),
    "not_a_workbook": Entry(
        _ERROR,
        "文件不是 Excel 工作簿",
        "“{file}”不是能读取的 .xlsx 工作簿：{reason}",
        "请对方重新发送原文件；能打开的，另存为“Excel 工作簿（.xlsx）”后再报送。",
        "只有 .xlsx 工作簿里的数据能够读取。",
        "把 Word 文件改名为 .xlsx 报送。",
    ),
    "not_our_workbook": Entry(
        _ERROR,
        "不是下发的报表",
        "“{file}”是工作簿，但里面没有本工具的报表标识：{reason}",
        "请在下发给本单位的报表中填写，不要另建表格。",
        "报表的标识说明它是哪个机关、哪一年、哪个版本的报表。",
        "自己画了一张表格报送。",
    ),
    "edition_not_for_year": Entry(
        _ERROR,
        "版本与年度不符",
        "报表是 {edition} 版，用于 {years}，报告年度却是 {year} 年",
        "请向主管部门索取 {year} 年适用的报表，重新填写。",
        "不同年度的官方格式不同，用错格式的报告会被退回。",
        "用旧版报表填报新年度的数据。",
    ),
    "identity_disagrees": Entry(
        _ERROR,
        "报表的身份信息互相矛盾",
        "{what}有不同的记载：{found}",
        "请不要改动封面上锁定的机关名称、代码和年度；重新下载本单位的报表再填写。",
        "机关、代码和年度在文件里记了三处，至少要有两处一致才能确认是谁的报表。",
        "把别的单位的报表改个名字拿来用。",
    ),
    "identity_altered": Entry(
        _WARNING,
        "一处身份信息被改动",
        "{what}有一处写成了“{odd}”，其余两处是“{value}”，按“{value}”处理",
        "如确有变更（如机关更名），请告知主管部门，由主管部门重新下发。",
        "机关、代码和年度以下发时的记载为准。",
        "在封面上改了机关名称。",
    ),
    "contact_missing": Entry(
        _WARNING,
        "没有填联系方式",
        "封面上的“{label}”没有填",
        "请填上，便于有疑问时联系。",
        "数据有疑问时需要找得到人。",
        "联系电话空着。",
    ),
    "date_unreadable": Entry(
        _WARNING,
        "落款日期认不出来",
        "封面上的“{label}”填的是“{found}”，认不出是哪一天，报告将不印日期",
        "请按“年-月-日”填写，月、日各两位数字，并核对这一天是否存在。",
        "报告末尾的日期取自这一格。",
        "填了“明天”，或者二月三十日。",
    ),
    "unknown_mark": Entry(
        _WARNING,
        "文字里的数据标记不认识",
        "“{section}”第 {place} 段里的“{mark}”不是可用的数据标记，报告中会原样印出{hint}",
        "请从文字部分右侧的“数据标记”中复制，或改成文字。",
        "标记要用半角花括号，里面的名称与可用的标记一字不差，才能换成表里的数。",
        "把 {本年新收} 写成了 {新收}。",
    ),
    "formula_changed": Entry(
        _WARNING,
        "公式被改动",
        "{where}应是自动计算的公式，现在是 {found}；已按填报的数重新计算为 {expected}",
        "不必自己算总计。请恢复原公式，或重新下载报表再填写。",
        "总计由公式算出，手工改动容易与明细不符；读取时一律重新计算。",
        "取消保护后在总计格里直接打了数字。",
    ),
    "verdict_altered": Entry(
        _WARNING,
        "校验或结论的公式被改动",
        "校验表和封面有 {count} 格的公式不是下发时的样子（如 {where}），封面上的结论不可信；这里按填报的数重新判断",
        "请重新下载报表填写，不要改动校验表和封面上的公式。",
        "封面的结论靠这些公式得出，改动后会显示成“可以报送”。",
        "取消保护后把差额改成了 0。",
    ),
    "stored_total_differs": Entry(
        _NOTE,
        "文件里存的总计与重新计算的不同",
        "{where}在文件里存的是 {found}，重新计算为 {expected}，以重新计算的为准",
        "通常是保存文件的软件没有重新计算，打开后按 F9 再保存即可。",
        "有的软件保存时不计算公式，存下的结果是旧的。",
        "用程序改了数而没有重新计算。",
    ),
    "formula_in_input": Entry(
        _WARNING,
        "填报格里是算式",
        "{where}填的是算式 {found}，已按结果 {value} 读取",
        "请直接填结果 {value}。",
        "填报格应是数字，算式在别的软件里可能算出别的结果。",
        "填了 =3+4。",
    ),
    "formula_refers_elsewhere": Entry(
        _WARNING,
        "填报格引用了别处的格子",
        "{where}填的是引用其他格子的公式 {found}，已按结果 {value} 读取",
        "请直接填结果 {value}；引用的格子一变，这里会跟着变。",
        "填报格应是数字；引用别处的公式容易在改动别处时不知不觉变了数。",
        "填了 =另一格的地址。",
    ),
    "formula_not_ours": Entry(
        _ERROR,
        "填报格的公式无法核实",
        "{where}填的公式 {found} 引用了别的文件或汇总明细中不完整的区域，不能确认它的结果",
        "请改填数字；汇总报表请重新合并生成。",
        "引用的文件不在手里，或者加的不是全部明细，结果无法核实。",
        "填了 =[台账.xlsx]Sheet1!A1。",
    ),
    "anchors_disagree": Entry(
        _WARNING,
        "格子的位置被移动过",
        "工作表“{sheet}”有 {count} 格的名称与行列标识指向不同（如 {by_name} 与 {by_key}）；已按行列标识读取",
        "请不要插入、删除或移动行列；如不放心，请重新下载报表填写。",
        "每个格子有名称、行列标识和标题三种标记，不一致说明表格结构被动过。",
        "取消保护后插入了一行。",
    ),
    "definition_differs": Entry(
        _NOTE,
        "报表的定义与现行定义不是同一稿",
        "这份报表是按 {edition} 版表式的另一稿生成的，已按行列标识读取",
        "不影响填报。核对无误即可。",
        "同一版本的表式定义修订过文字说明时，先发出去的报表仍然有效。",
        "年中修订了填报说明。",
    ),
    "protection_removed": Entry(
        _NOTE,
        "取消了工作表保护",
        "工作表“{sheet}”的保护被取消了",
        "不影响读取；请留意公式和标题没有被改动。",
        "保护是为了防止误改，读取时不依赖它。",
        "取消保护后调整了格式。",
    ),
    "extra_content": Entry(
        _NOTE,
        "文件里有读取时忽略的内容",
        "文件里有外部链接、宏或嵌入对象：{parts}",
        "这些内容不会被读取或执行；不需要的请删除。",
        "来历不明的宏和链接有安全风险。",
        "工作簿里带了宏。",
    ),
    "cell_missing": Entry(
        _ERROR,
        "找不到填报的格子",
        "报表里找不到 {count} 格，例如{label}",
        "请重新下载报表再填写，不要删除工作表、行或列。",
        "格子被删掉后，里面的数就读不到了。",
        "删掉了一张工作表。",
    ),
    "covering_total_differs": Entry(
        _WARNING,
        "汇总报表与下级报表的合计不符",
        "“{organ}”的汇总报表里，“{field}”是 {total}，它下面各机关的报表相加是 {parts}，相差 {gap}",
        "请与该机关核对：差额如是它本级自己的数，不必改；否则请改正后重新报送。合计中按它的汇总报表计入，不重复计算下级。",
        "上级的汇总报表已含下级的数，两边应当对得上。",
        "汇总之后，一个下级又改报了自己的数。",
    ),
    "provisional_total": Entry(
        _WARNING,
        "报来的合计还是暂定的",
        "“{organ}”的汇总报表还没有收齐：{stamp}",
        "可以先计入，但上一级的合计也只是暂定；请该机关收齐以后重新汇总，再报一次。",
        "合计里缺几家，一级一级加上去，最上面的数就缺这几家，报告上应当写明。",
        "47 家只收到 45 家，就把汇总报表报了上去。",
    ),
    "other_year": Entry(
        _ERROR,
        "不是本年度的报表",
        "报表是 {found} 年的，现在收的是 {expected} 年的",
        "请用本年度下发的报表重新填写报送。",
        "往年的报表不能代替本年的。",
        "把去年的文件又发了一遍。",
    ),
    "not_in_roster": Entry(
        _ERROR,
        "名册里没有这个机关",
        "报表的机关代码“{code}”（{organ}）不在名册中{hint}",
        "如确应报送，请在名册里补上这个机关后重新收件；如已改名或合并，请让新机关用下发给它的报表填报。",
        "只有名册里的机关参加汇总，否则多报、重报都发现不了。",
        "已撤销的机关用旧表报送。",
    ),
    "name_differs": Entry(
        _WARNING,
        "机关名称与名册不同",
        "报表上的机关名称是“{found}”，名册里是“{expected}”",
        "如机关已改名，请重新下发报表，使报告用新名称；如名册写错，请改名册。",
        "报告标题用报表上的机关名称。",
        "下发之后机关改了名。",
    ),
    "seal_differs": Entry(
        _WARNING,
        "不是本次下发的报表",
        "报表上没有本次下发的标记，或标记不符",
        "请核实这份报表的来历；最好让填报人把数填进本次下发给本单位的报表。",
        "标记由代码、年度和表式版本算出，说明报表是本次下发给这个机关的。",
        "用别处生成的空表填报。",
    ),
    "record_differs": Entry(
        _ERROR,
        "与上一轮的记录不符",
        "{count} 格与上一轮已通过的数不同：{shown}",
        "请按上一轮已通过的数填写；上一轮的数确有错误的，先更正上一轮再报。",
        "上年结转的数应与上年报告一致，否则两年的报告互相矛盾。",
        "拿不含上年数据的空表自己填了上年结转。",
    ),
}


def raise_finding(
    name: str,
    places: Iterable[Place] = (),
    figures: Mapping[str, Value] | None = None,
    **words: object,
) -> Finding:
    """Return a finding of the catalogue, its message and advice filled with `words`.

    Raises:
        KeyError: no such name, or a word the message needs is missing; both are our own mistakes.
    """
    entry = CATALOGUE[name]
    return Finding(
        name=name,
        severity=entry.severity,
        message=entry.message.format(**words),
        advice=entry.advice.format(**words),
        places=tuple(places),
        figures=dict(figures or {}),
    )


def locate(findings: Iterable[Finding], cells: Mapping[str, tuple[str, str]]) -> tuple[Finding, ...]:
    """Return the findings with sheet and cell written into their places, where `cells` knows the field."""

    def placed(place: Place) -> Place:
        sheet, cell = cells.get(place.field, ("", ""))
        return place if place.cell or not cell else replace(place, sheet=sheet, cell=cell)

    return tuple(replace(finding, places=tuple(map(placed, finding.places))) for finding in findings)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether anything keeps the filing from being accepted."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def show(value: Value) -> str:
    """Return a value as a clerk would write it: figures without trailing zeros, blanks as （空）."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if not isinstance(value, str) else f"“{value}”"
