"""A small round for the tests: a roster, a campaign folder on the small form, returns as they come back."""

from __future__ import annotations

import re
import zipfile
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from casebook import SMALL, full_answers

from toolkit.campaign import waiving
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import SETTINGS, init_campaign, open_campaign
from toolkit.files import write_file
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pytest

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.model import Form
    from toolkit.form.values import Value

YEAR = 2050
_ISSUED: dict[tuple[str, str, int], Mapping[Path, bytes]] = {}
_FILLED: dict[tuple[bytes, str, str], bytes] = {}
MINUTE = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d")  # a receipt tells when its return came
ROSTER = """\
代码,名称,上级代码,联系人,电话,截止日期
01,云溪县财政局,,张三,0571-1,2051-01-20
02,云溪县教育局,,李四,0571-2,2051-01-20
0201,云溪县教研室,02,王五,0571-3,
"""
BALANCED: dict[str, Value] = {"handling.received.post": 5, "handling.in_full.post": 3, "handling.open_after.post": 2}
BROKEN: dict[str, Value] = {**BALANCED, "handling.in_full.post": 4}


def roster_file(folder: Path, text: str, name: str = "名册.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def begin(folder: Path, roster: str = ROSTER, year: int = YEAR, previous: Path | None = None) -> Campaign:
    """Return a campaign that has issued its workbooks.

    Those of one name, roster and year are issued once and copied, keys with them, but for a round with one before it.
    """
    table = roster_file(folder.parent, roster, f"{folder.name}.csv")
    init_campaign(folder, year=year, organ="云溪县公开办", code="00", roster=table, previous=previous, forms=SMALL)
    if previous is not None:
        issue_workbooks(folder)
    else:
        for path, content in _issued(folder, roster, year).items():
            write_file(folder / path, content)
    return open_campaign(folder)


def _issued(folder: Path, roster: str, year: int) -> Mapping[Path, bytes]:
    """Return the files of a round that has issued its workbooks, but for its settings, which say where it lies."""
    key = folder.name, roster, year
    if key not in _ISSUED:
        issue_workbooks(folder)
        files = (path for path in folder.rglob("*") if path.is_file() and path.name != SETTINGS)
        _ISSUED[key] = {path.relative_to(folder): path.read_bytes() for path in files}
    return _ISSUED[key]


def filled(campaign: Campaign, code: str, changes: Mapping[str, Value] = BALANCED) -> bytes:
    """Return an organ's workbook filled: noughts and a sentence, and these values; the same one is filled once."""
    name = campaign.file_name(campaign.roster.by_code[code])
    issued = (campaign.outbox / name).read_bytes()

    def answers(form: Form) -> Mapping[str, Value]:
        carried = {field for field in form.fields if field.startswith("handling.open_before") and campaign.previous}
        return {**{key: value for key, value in full_answers(form).items() if key not in carried}, **changes}

    if campaign.previous is not None:
        return fill_workbook(issued, name, answers, SMALL)
    key = issued, name, repr(changes)
    if key not in _FILLED:
        _FILLED[key] = fill_workbook(issued, name, answers, SMALL)
    return _FILLED[key]


def begin_broken(folder: Path) -> Campaign:
    """Return a campaign that has collected one return, which does not balance."""
    campaign = begin(folder)
    put(campaign, "财政.xlsx", filled(campaign, "01", BROKEN))
    collect_returns(campaign.folder)
    return campaign


def put(campaign: Campaign, path: str, content: bytes) -> Path:
    """Put a file into inbox/."""
    place = campaign.inbox / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


@contextmanager
def waiving_on(monkeypatch: pytest.MonkeyPatch, day: date) -> Iterator[None]:
    """Let findings pass as if it were another day; whatever else is done is done today."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls(day.year, day.month, day.day, 12, tzinfo=tz)

    with monkeypatch.context() as patched:
        patched.setattr(waiving, "datetime", Clock)
        yield


def zipped(path: Path, members: Mapping[str, bytes], encoding: str = "") -> None:
    """Write a zip; with an encoding, as an old Windows program does: names in it, and no word about that."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(_named(name, encoding), content)


def _named(name: str, encoding: str) -> zipfile.ZipInfo:
    if not encoding:
        return zipfile.ZipInfo(name)
    return _Unflagged(name.encode(encoding).decode("cp437"))


class _Unflagged(zipfile.ZipInfo):
    """An entry whose name's bytes are written as they are, without the mark of UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (zipfile's own name)
        return self.filename.encode("cp437"), self.flag_bits & ~0x800
