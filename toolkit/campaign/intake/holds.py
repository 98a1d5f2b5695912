"""Why a sound file waits for the coordinator's word."""

from __future__ import annotations

from enum import StrEnum


class Hold(StrEnum):
    """Why a sound file waits for somebody's word. The first three are named as the finding that says so."""

    SEAL = "seal_differs"
    NAME = "file_of_another"
    AHEAD = "dated_ahead"
    EXEMPT = "exempt"
    WITHDRAWN = "withdrawn"
    OLDER = "older"
    FROZEN = "frozen"
    MERGED = "merged"
    SETTING = "setting"

    @property
    def label(self) -> str:
        """The reason in words."""
        return _REASONS[self]


_REASONS = {
    Hold.SEAL: "不是本次下发的报表",
    Hold.NAME: "文件名像是别的机关的",
    Hold.AHEAD: "文件日期比收件还晚，分不清先后",
    Hold.EXEMPT: "名册写明这个机关不单独报送",
    Hold.WITHDRAWN: "内容与已作废的一份相同",
    Hold.OLDER: "文件日期早于已通过的一份，可能是旧稿",
    Hold.FROZEN: "已经封存",
    Hold.MERGED: "已经汇总过，这一份内容不同",
    Hold.SETTING: "campaign.toml 写明新的一份不自动采用",
}
# What such a file says of earlier ones is itself in doubt: it settles nothing.
DOUBTFUL = frozenset({Hold.SEAL, Hold.NAME, Hold.AHEAD, Hold.EXEMPT, Hold.WITHDRAWN, Hold.OLDER})
OF_ANOTHER = frozenset({Hold.SEAL.value, Hold.NAME.value})
