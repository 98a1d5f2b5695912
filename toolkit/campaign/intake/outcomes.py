"""What became of one version of an organ's return beside the verdict on it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing

HELD = "待定"


def outcome_of(where: Standing, receipt: Receipt) -> str:
    """Return what became of a version; empty where it counts, or the verdict says all."""
    held = next((one for one in where.held if one.receipt is receipt), None)
    if held is not None:
        return f"{HELD}：{held.reason.label}"
    if receipt in where.withdrawn:
        return "已作废"
    if receipt is where.kept:
        return "通过过，因新交的一份要改，暂不计入"
    return _beside_another(where, receipt)


def _beside_another(where: Standing, receipt: Receipt) -> str:
    stands = where.counts or where.kept
    if stands is not None and receipt is not stands and receipt.answers == stands.answers != "":
        return f"内容与第 {where.number(stands)} 份相同，{'计入的不变' if where.counts else '仍待修改'}"
    if receipt is where.unfit and where.kept is not None:
        return f"原来通过的第 {where.number(where.kept)} 份暂不计入"
    if receipt is where.unfit and where.counts is not None and where.counts is not receipt:
        return f"仍按第 {where.number(where.counts)} 份计入"
    same = (one.receipt for one in where.held if receipt.answers == one.receipt.answers != "")
    if (twin := next(same, None)) is not None:
        return f"内容与第 {where.number(twin)} 份相同，也{HELD}"
    if where.returned is not None and receipt.answers == where.returned.receipt.answers and receipt.is_accepted:
        return "" if receipt is where.returned.receipt else "与审核退回的一份相同，仍算退回"
    return ""
