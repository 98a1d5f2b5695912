"""Which rounds lie in the folder the desk was started in. Nothing a browser sends is ever joined to a path.

What a browser names is looked up among what is there, so that no name can lead anywhere else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from flask import abort, current_app

from toolkit.campaign.round.folder import SETTINGS, open_campaign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.assess.assessing import Assessment
    from toolkit.campaign.board.board import Board, Round
    from toolkit.campaign.compare.comparison import Comparison
    from toolkit.campaign.intake.history import Event
    from toolkit.campaign.merge.adding import Merged
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.rule_list import RuleLine
    from toolkit.desk.door import Door
    from toolkit.desk.jobs import Jobs

EXTENSION = "desk"
_DEPTHS = ("", "*/", "*/*/")
_KEY_LENGTH = 12


@dataclass(frozen=True)
class Desk:
    """What a running desk knows: the folder it was started in, the job in hand, and who may come in."""

    base: Path
    jobs: Jobs
    door: Door

    @property
    def is_one_round(self) -> bool:
        """Whether the folder is itself a round, so that there is nothing to choose."""
        return (self.base / SETTINGS).is_file()

    def folders(self) -> Mapping[str, Path]:
        """Return the folders of all rounds here by the key they have in addresses, in the order of their names."""
        return {key_of(self.base, folder): folder for folder in self._found()}

    def _found(self) -> Iterator[Path]:
        base = self.base.resolve()
        for depth in _DEPTHS[:1] if self.is_one_round else _DEPTHS:
            for settings in sorted(self.base.glob(f"{depth}{SETTINGS}")):
                if settings.resolve().is_relative_to(base):
                    yield settings.parent


def key_of(base: Path, folder: Path) -> str:
    """Return what a round is called in addresses."""
    return hashlib.sha256(folder.relative_to(base).as_posix().encode()).hexdigest()[:_KEY_LENGTH]


def desk() -> Desk:
    """Return the desk that serves this request."""
    return cast("Desk", current_app.extensions[EXTENSION])


def folder_of(key: str) -> Path:
    """Return the folder of a round; the request ends with 404 where there is none."""
    folder = desk().folders().get(key)
    return folder if folder is not None else abort(404)


def campaign_of(key: str) -> Campaign:
    """Return a round's campaign, opened afresh; the request ends with 404 where there is none."""
    return open_campaign(folder_of(key))


def board_of(key: str) -> tuple[Round, Board]:
    """Return how a round stands today; the request ends with 404 where there is none."""
    folder = folder_of(key)
    return _read(folder, _stamp(folder))


def events_of(campaign: Campaign) -> Sequence[Event]:
    """Return every step of a round so far, the oldest first."""
    from toolkit.campaign.intake.receipts import ReceiptBook

    if not campaign.receipts_file.exists():
        return ()
    with ReceiptBook(campaign.receipts_file) as book:
        return tuple(book.events())


def sum_of(key: str, *, by_line: bool = False) -> Merged:
    """Return the sum of a round as it stands today, its levels by either hierarchy; InputError where nothing is in."""
    folder = folder_of(key)
    return _added(folder, _stamp(folder), by_line)


def comparison_of(key: str) -> Comparison:
    """Return a round beside the one before, or its organs beside each other; InputError where nothing is in yet."""
    folder = folder_of(key)
    before = open_campaign(folder).previous
    return _compared(folder, (*_stamp(folder), *(_stamp(before) if before and before.is_dir() else ())))


def rules_of(key: str) -> tuple[Sequence[RuleLine], Mapping[str, Any]]:
    """Return the rules of a round with their hits, and the slips that were mended in it."""
    folder = folder_of(key)
    return _listed(folder, _stamp(folder))


def assessment_of(key: str) -> Assessment:
    """Return how the organs of a round did; InputError where the rules in campaign.toml are not sound."""
    folder = folder_of(key)
    return _assessed(folder, _stamp(folder))


# A round of thousands takes seconds to read, and a page is looked at again and again. What is kept is what the files
# said when they were last changed; nothing is ever written from it.
@lru_cache(maxsize=4)
def _read(folder: Path, stamp: tuple[object, ...]) -> tuple[Round, Board]:  # noqa: ARG001
    from toolkit.cli.printing.boards import open_board

    return open_board(folder)


@lru_cache(maxsize=2)
def _added(folder: Path, stamp: tuple[object, ...], by_line: bool) -> Merged:  # noqa: FBT001 (a part of the key)
    from toolkit.campaign.merge.consolidated import merge_round

    return merge_round(_read(folder, stamp)[0], by_line=by_line)


@lru_cache(maxsize=2)
def _compared(folder: Path, stamp: tuple[object, ...]) -> Comparison:  # noqa: ARG001
    from toolkit.campaign.compare.comparison import compare_paths

    return compare_paths([folder])


@lru_cache(maxsize=2)
def _listed(folder: Path, stamp: tuple[object, ...]) -> tuple[Sequence[RuleLine], Mapping[str, Any]]:  # noqa: ARG001
    from toolkit.campaign import rule_list
    from toolkit.campaign.slip_counts import slips_json, slips_of

    return rule_list.rules_of(folder), slips_json(slips_of([folder]))


@lru_cache(maxsize=2)
def _assessed(folder: Path, stamp: tuple[object, ...]) -> Assessment:
    from toolkit.campaign.assess.assessing import assess_round

    state, board = _read(folder, stamp)
    return assess_round(state.campaign, board)


def _stamp(folder: Path) -> tuple[object, ...]:
    """Return what changes whenever a round may stand otherwise: the day, its files, how far the job in hand is."""
    latest = desk().jobs.latest
    done = (latest.number, latest.done, latest.is_running) if latest else ()
    told = [*folder.glob("*"), *(folder / "outbox").glob("*.csv"), *(folder / "merged").glob("*.xlsx")]
    known = ((path.name, path.stat()) for path in sorted(told) if path.is_file())
    return (dt.date.today(), done, *((name, stat.st_size, stat.st_mtime_ns) for name, stat in known))  # noqa: DTZ011
