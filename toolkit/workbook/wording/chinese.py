"""The words in Chinese."""

from __future__ import annotations

from toolkit.workbook.wording.words import CoverWords, HelpWords, Wording

CHINESE = Wording(
    cover=CoverWords(
        title="{form}填报表",
        due_label="报送期限",
        due="{year}年{month}月{day}日前",
        office_label="报送到",
        send_to="{office}　发到 {address}",
        ask_label="有疑问找",
        steps=(
            "第一步　填：打开下面各张表，只填浅黄色的格子。没有发生的填 0，不要留空。",
            "第二步　看：“能否报送”写着还差什么。“✗”要改，“…”要补填，“！”请核对。",
            "第三步　交：显示“可以报送”后保存，把这个文件原样发回，文件名改了没有关系。",
        ),
        verdict_label="能否报送",
        code_label="校验码（核对纸质件与电子件用）",
        heads=("各部分（点击打开，或按住 Ctrl 点击）", "状态", "错误", "待填", "请核对"),
        total="合计（点击看校验明细）",
        edition="报表版本：{edition} 版 · {citation}",
        usage=(
            "灰色的格子是公式或下发时已经填好的，不用改也改不了。空着的格子算“待填”，不算 0。",
            "点各表上方的蓝字可跳到第一处要看的格子。文字部分每行写一段，需要小标题的在左边选级别。",
            "校验码由全部数字算出，印在封面和每张表下面；纸质件和电子件的校验码应当一致。",
        ),
    ),
    help=HelpWords(
        title="填报说明",
        heads=("部分", "项目", "填什么", "依据"),
        nought="没有的填 0。",
        column="列：{label}",
    ),
)
