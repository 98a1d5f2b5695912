"""Findings about the cells of a workbook that came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.catalogue.entry import Entry, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

CELLS: Mapping[str, Entry] = {
    "formula_changed": Entry(
        Severity.WARNING,
        "公式被改动",
        "{where}应是自动计算的公式，现在是 {found}；已按填报的数重新计算为 {expected}",
        "不必自己算总计。请恢复原公式，或重新下载报表再填写。",
        "总计由公式算出，手工改动容易与明细不符；读取时一律重新计算。",
        "取消保护后在总计格里直接打了数字。",
    ),
    "verdict_altered": Entry(
        Severity.WARNING,
        "校验或结论的公式被改动",
        "校验表和封面有 {count} 格的公式不是下发时的样子（如 {where}），封面上的结论不可信；这里按填报的数重新判断",
        "请重新下载报表填写，不要改动校验表和封面上的公式。",
        "封面的结论靠这些公式得出，改动后会显示成“可以报送”。",
        "取消保护后把差额改成了 0。",
    ),
    "stored_total_differs": Entry(
        Severity.NOTE,
        "文件里存的总计与重新计算的不同",
        "{where}在文件里存的是 {found}，重新计算为 {expected}，以重新计算的为准",
        "通常是保存文件的软件没有重新计算，打开后按 F9 再保存即可。",
        "有的软件保存时不计算公式，存下的结果是旧的。",
        "用程序改了数而没有重新计算。",
    ),
    "formula_in_input": Entry(
        Severity.WARNING,
        "填报格里是算式",
        "{where}填的是算式 {found}，已按结果 {value} 读取",
        "请直接填结果 {value}。",
        "填报格应是数字，算式在别的软件里可能算出别的结果。",
        "填了 =3+4。",
    ),
    "formula_refers_elsewhere": Entry(
        Severity.WARNING,
        "填报格引用了别处的格子",
        "{where}填的是引用其他格子的公式 {found}，已按结果 {value} 读取",
        "请直接填结果 {value}；引用的格子一变，这里会跟着变。",
        "填报格应是数字；引用别处的公式容易在改动别处时不知不觉变了数。",
        "填了 =另一格的地址。",
    ),
    "formula_not_ours": Entry(
        Severity.ERROR,
        "填报格的公式无法核实",
        "{where}填的公式 {found} 引用了别的文件或汇总明细中不完整的区域，不能确认它的结果",
        "请改填数字；汇总报表请重新合并生成。",
        "引用的文件不在手里，或者加的不是全部明细，结果无法核实。",
        "填了 =[台账.xlsx]Sheet1!A1。",
    ),
    "anchors_disagree": Entry(
        Severity.WARNING,
        "格子的位置被移动过",
        "工作表“{sheet}”有 {count} 格的名称与行列标识指向不同（如 {by_name} 与 {by_key}）；已按行列标识读取",
        "请不要插入、删除或移动行列；如不放心，请重新下载报表填写。",
        "每个格子有名称、行列标识和标题三种标记，不一致说明表格结构被动过。",
        "取消保护后插入了一行。",
    ),
    "protection_removed": Entry(
        Severity.NOTE,
        "取消了工作表保护",
        "工作表“{sheet}”的保护被取消了",
        "不影响读取；请留意公式和标题没有被改动。",
        "保护是为了防止误改，读取时不依赖它。",
        "取消保护后调整了格式。",
    ),
    "extra_content": Entry(
        Severity.NOTE,
        "文件里有读取时忽略的内容",
        "文件里有外部链接、宏或嵌入对象：{parts}",
        "这些内容不会被读取或执行；不需要的请删除。",
        "来历不明的宏和链接有安全风险。",
        "工作簿里带了宏。",
    ),
    "cell_missing": Entry(
        Severity.ERROR,
        "找不到填报的格子",
        "报表里找不到 {count} 格，例如{label}",
        "请重新下载报表再填写，不要删除工作表、行或列。",
        "格子被删掉后，里面的数就读不到了。",
        "删掉了一张工作表。",
    ),
}
