"""Findings about what was answered, besides the form's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.catalogue.entry import Entry, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWERS: Mapping[str, Entry] = {
    "contact_missing": Entry(
        Severity.WARNING,
        "没有填联系方式",
        "封面上的“{label}”没有填",
        "请填上，便于有疑问时联系。",
        "数据有疑问时需要找得到人。",
        "联系电话空着。",
    ),
    "date_missing": Entry(
        Severity.NOTE,
        "没有填落款日期",
        "封面上的“{label}”没有填，报告末尾将不印日期",
        "请填上报告公布的日期，按“年-月-日”写。",
        "报告末尾的日期取自这一格；公布的报告都要有日期。",
        "落款只有机关名称，没有日期。",
    ),
    "date_unreadable": Entry(
        Severity.WARNING,
        "落款日期认不出来",
        "封面上的“{label}”填的是“{found}”，认不出是哪一天，报告将不印日期",
        "请按“年-月-日”填写，月、日各两位数字，并核对这一天是否存在。",
        "报告末尾的日期取自这一格。",
        "填了“明天”，或者二月三十日。",
    ),
    "date_unlikely": Entry(
        Severity.WARNING,
        "落款日期不像是次年的",
        "封面上的“{label}”是 {day}，而报告的是 {year} 年度",
        "请核对年份；年度报告在次年公布，落款一般也在次年。",
        "落款日期印在报告末尾，年份打错一看就知道。",
        "沿用去年的报表，忘了改日期。",
    ),
    "unknown_mark": Entry(
        Severity.WARNING,
        "文字里的数据标记不认识",
        "“{section}”第 {place} 段里的“{mark}”不是可用的数据标记，报告中会原样印出{hint}",
        "请从文字部分右侧的“数据标记”中复制，或改成文字。",
        "标记要用半角花括号，里面的名称与可用的标记一字不差，才能换成表里的数。",
        "把 {本年新收} 写成了 {新收}。",
    ),
    "nought_declared": Entry(
        Severity.NOTE,
        "声明了空格都是 0",
        "“{section}”上方选了“{words}”，空着的 {count} 格按 0 计",
        "确实没有发生的，不用改；漏填的，请把数填上。",
        "没有发生的一次说清，不必一格一格填 0；这是填报人的声明，下发时从不替人选好。",
        "没有收到申请的乡镇，第三张表一格没填，只选了这一句。",
    ),
    "all_nought": Entry(
        Severity.WARNING,
        "整张表填的都是 0",
        "{sections}的每一格填的都是 0，上方没有选“{words}”",
        "全年确实没有发生的，在表上方选“{words}”，就不再问；还没有统计的，请把数填上。",
        "一列填 0 往下一拉，和真的没有发生，看上去一样；问一次，由填报人说清。",
        "没有收到申请的乡镇在第三张表填了一百多个 0。",
    ),
    "nought_unclear": Entry(
        Severity.WARNING,
        "表上方的选择看不明白",
        "“{sheet}”的 {cell} 写的是“{found}”，只能选“{words}”或者空着；现在空格不按 0 计",
        "没有发生的，请从列表里选“{words}”；不是的，请清空这一格。",
        "这一格决定空着的格子算 0 还是算没有填，不能猜。",
        "在这一格里写了“无”。",
    ),
    "amount_in_small_unit": Entry(
        Severity.ERROR,
        "金额像是按元填的",
        "“{label}”填的是 {value}，上年是 {before}，相差上万倍；单位是{unit}，可能应填 {likely}",
        "请核对单位，换算后再填；数确实如此的，请与主管部门联系。",
        "把元当成万元填，金额会大一万倍，汇总数就全错了。",
        "上年 7.27 万元，今年填了 251000。",
    ),
}
