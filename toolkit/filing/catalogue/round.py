"""Findings about a return as part of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.catalogue.entry import Entry, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

ROUND: Mapping[str, Entry] = {
    "parts_above_total": Entry(
        Severity.ERROR,
        "下级合计大于汇总报表",
        "“{organ}”的汇总报表有 {count} 个数比下级各机关相加还小，差得最多的（汇总对下级合计）：{worst}",
        "请与该机关核对：要么它的汇总漏了下级，要么下级多报了；改正后重新报送。合计中仍按它的汇总报表计入。",
        "汇总报表含下级的全部数，不可能比下级相加还小。",
        "汇总之后，一个下级又改大了自己的数。",
    ),
    "covering_total_differs": Entry(
        Severity.WARNING,
        "汇总报表与本级加下级不符",
        "“{organ}”的汇总报表有 {count} 个数与本级加下级的合计不同，差得最多的（汇总对合计）：{worst}",
        "本级的数已经单列，两边应当相等；请与该机关核对，改正后重新报送。合计中按它的汇总报表计入，不重复计算。",
        "汇总报表等于本级加全部下级。",
        "汇总之后，一个下级又改报了自己的数。",
    ),
    "own_share_not_stated": Entry(
        Severity.NOTE,
        "汇总报表大于下级合计",
        "“{organ}”的汇总报表有 {count} 个数大于下级合计，应是它本级的数（汇总对下级合计）：{worst}",
        "差额是它本级自己的数，就不必改；要核对得更细，请在名册里给它的本级单列一行（类型写“本级”），让它另报本级一份。",
        "上级自己也办理申请，汇总报表里有它本级的数。",
        "县政府办既汇总各科室，自己也受理申请。",
    ),
    "provisional_total": Entry(
        Severity.WARNING,
        "报来的合计还是暂定的",
        "“{organ}”的汇总报表还没有收齐：{provisional}",
        "可以先计入，但上一级的合计也只是暂定；请该机关收齐以后重新汇总，再报一次。",
        "合计里缺几家，一级一级加上去，最上面的数就缺这几家，报告上应当写明。",
        "47 家只收到 45 家，就把汇总报表报了上去。",
    ),
    "other_year": Entry(
        Severity.ERROR,
        "不是本年度的报表",
        "报表是 {found} 年的，现在收的是 {expected} 年的",
        "请用本年度下发的报表重新填写报送。",
        "往年的报表不能代替本年的。",
        "把去年的文件又发了一遍。",
    ),
    "not_in_roster": Entry(
        Severity.ERROR,
        "名册里没有这个机关",
        "报表的机关代码“{code}”（{organ}）不在名册中{hint}",
        "如确应报送，请在名册里补上这个机关后重新收件；如已改名或合并，请让新机关用下发给它的报表填报。",
        "只有名册里的机关参加汇总，否则多报、重报都发现不了。",
        "已撤销的机关用旧表报送。",
    ),
    "name_differs": Entry(
        Severity.WARNING,
        "机关名称与名册不同",
        "报表上的机关名称是“{found}”，名册里是“{expected}”",
        "如机关已改名，请重新下发报表，使报告用新名称；如名册写错，请改名册。",
        "报告标题用报表上的机关名称。",
        "下发之后机关改了名。",
    ),
    "dated_ahead": Entry(
        Severity.WARNING,
        "文件日期在将来",
        "文件的日期是 {dated}，比收件的日子 {received} 还晚，分不清是先改的还是后改的",
        "请核实是不是最后定稿；对方电脑的时钟不准的，请对方校准后重新保存一次再发。",
        "几份报表哪一份算数，要看哪一份是后改的。",
        "对方电脑的时钟快了一年，旧稿看起来比定稿新。",
    ),
    "record_awaits": Entry(
        Severity.WARNING,
        "上一轮有一份更正还没有定",
        "上一轮收到过“{organ}”的一份更正（{file}），还没有决定是否接受；按那一份，{fits}",
        "请先在上一轮的文件夹里决定：接受用 xxgk accept，不用的用 xxgk withdraw 作废；然后在这一轮再收件一次。",
        "上年的数没有定，今年的结转就没有准数。",
        "去年的报告公布以后，机关又补交了一份数不同的更正。",
    ),
    "read_by_labels": Entry(
        Severity.WARNING,
        "不是下发的报表，按标题认数",
        "“{file}”不是下发的报表，数是按表里的标题认出来的，{unsure} 格没有把握",
        "请主管部门核对是哪个机关的，接受以前不计入汇总；最好让填报人改用下发的报表。",
        "自己画的表、从别处粘贴的表没有标识，只能看标题认数。",
        "把各表粘贴到一个新工作簿报来。",
    ),
    "document_to_confirm": Entry(
        Severity.ERROR,
        "已收到文档，待确认",
        "“{file}”不是下发的报表，数是从文档里读出来的，{unsure} 格没有把握；已填进下发的报表",
        "请打开退回的报表，对照原件核对每一格，改好后把这一份发回。",
        "文档里的数要由填报人确认过才能汇总。",
        "报来的是一份 Word 年度报告。",
    ),
    "seal_differs": Entry(
        Severity.WARNING,
        "不是本次下发的报表",
        "报表上没有本次下发的标记，或标记不符",
        "请核实这份报表的来历；主管部门用 xxgk accept 接受以前，它不计入汇总。"
        "最好让填报人把数填进本次下发给本单位的报表。",
        "标记由代码、年度和表式版本算出，说明报表是本次下发给这个机关的。",
        "用别处生成的空表填报。",
    ),
    "record_differs": Entry(
        Severity.ERROR,
        "与上一轮的记录不符",
        "{count} 格与上一轮已通过的数不同：{shown}",
        "请按上一轮已通过的数填写；上一轮的数确有错误的，先更正上一轮再报。",
        "上年结转的数应与上年报告一致，否则两年的报告互相矛盾。",
        "拿不含上年数据的空表自己填了上年结转。",
    ),
    "seal_not_checked": Entry(
        Severity.NOTE,
        "没有核对下发标记",
        "密钥文件 key.toml 不在，没有核对报表是不是本次下发的",
        "请从备份恢复 key.toml；在这之前进度和汇总照常，只是不能证明报表的来历。",
        "标记要用密钥才能核对。",
        "搬动文件夹时漏掉了 key.toml。",
    ),
    "file_of_another": Entry(
        Severity.WARNING,
        "文件名像是别的机关的",
        "文件名像是“{other}”的，报表却是下发给“{organ}”的",
        "请核实填的是谁的数；拿别家空表填的，请在下发给本机关的报表里重新填写。",
        "拿转来的别家空表填写，数会记到别家名下。",
        "乙局把转来的甲局的空表填了报上来。",
    ),
}
