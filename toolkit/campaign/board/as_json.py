"""The board as the JSON of `xxgk status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.on_paper import paper_json
from toolkit.campaign.board.questions import question_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.campaign.board.board import Board, BoardRow, Version


def board_json(board: Board) -> dict[str, Any]:
    """Return the board as the JSON of `xxgk status`."""
    return {
        "organ": board.organ,
        "year": board.year,
        "day": board.day.isoformat(),
        "complete": board.is_complete,
        "counts": dict(board.counts),
        "organs": [_row_json(row) for row in board.rows],
        "questions": [question_json(question) for question in board.questions],
        "stale": [{"folder": one.folder, "made_at": one.made_at, "reasons": list(one.reasons)} for one in board.stale],
        "chase": [{"parent": parent, "codes": _codes(rows)} for parent, rows in board.chase.items()],
    }


def _codes(rows: Iterable[BoardRow]) -> list[str]:
    return [row.organ.code for row in rows]


def _row_json(row: BoardRow) -> dict[str, Any]:
    organ, latest = row.organ, row.latest
    return {
        "code": organ.code,
        "organ": organ.name,
        "parent": organ.parent,
        "state": row.state.value,
        "part": row.part.value,
        "told": row.label,
        "stage": row.standing.stage,
        "returned": _remark_json(row),
        "ground": organ.ground or None,
        "frozen": row.standing.frozen,
        "issued": row.issued,
        "late": row.late,
        "deadline": organ.deadline.isoformat() if organ.deadline else None,
        "received_at": latest.received_at if latest else None,
        "saved_at": latest.saved_at if latest else None,
        "versions": row.versions,
        "superseded": row.superseded,
        "errors": row.errors,
        "warnings": row.doubts,
        "file": latest.file if latest else None,
        "sha256": latest.sha256 if latest else None,
        "check_code": latest.check_code if latest else None,
        "returns": [_version_json(version) for version in row.history],
        "contact": organ.contact,
        "phone": organ.phone,
        **paper_json(row.paper),
    }


def _remark_json(row: BoardRow) -> dict[str, Any] | None:
    returned = row.standing.returned
    if returned is None:
        return None
    number = row.standing.number(returned.receipt)
    return {"version": number, "why": returned.why, "who": returned.who, "at": returned.at}


def _version_json(version: Version) -> dict[str, Any]:
    receipt = version.receipt
    return {
        "number": version.number,
        "file": receipt.file,
        "sha256": receipt.sha256,
        "received_at": receipt.received_at,
        "saved_at": receipt.saved_at,
        "verdict": receipt.verdict,
        "check_code": receipt.check_code,
        "counts": version.counts,
        "remark": version.remark or None,
    }
