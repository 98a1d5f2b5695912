"""The campaign folder: one year's round as plain files, opened afresh by every command."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import tomllib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.campaign.round.lives import Life, read_lives
from toolkit.campaign.round.roster import Roster
from toolkit.campaign.round.roster_reading import read_roster, roster_csv
from toolkit.errors import InputError, OutputError
from toolkit.files import read_file, system_words, write_file
from toolkit.filing.proof import require_provable
from toolkit.form.local.supplement import SUPPLEMENT
from toolkit.form.registry import (
    ISSUED,
    form_for_year,
    form_of_edition,
    keep_issued,
    load_forms,
    require_begun,
    years_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.campaign.round.roster import Organ
    from toolkit.form.model import Form

SETTINGS, KEYS = "campaign.toml", "key.toml"
DEFINITION = "definition"  # the form as it was issued
FOLDERS = ("outbox", "inbox", "sendback", "received")
_SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class Key:
    """The campaign's secrets: what seals are made with, and the sheets' password. Never shown; empty once lost."""

    seal: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def is_lost(self) -> bool:
        """Whether the key file is gone: seals can be neither made nor verified, sheets not unlocked."""
        return not self.seal


@dataclass(frozen=True)
class Campaign:
    """One year's round. `previous` is the folder of the round before.

    `forms` is one of further form definitions; once the workbooks are issued, of those they were issued with.
    `strict` makes an error of every number that was not typed as a number.
    `takes_newer` says that before the first merge a newer sound version takes the place of an accepted one by itself,
    `keeps_older` that an accepted version goes on counting while a newer one must be mended, `reviewed` that somebody
    has to look at every return. `deadline` is that of the
    organs for which the roster states none, `publish_by` likewise until when they have to publish; `return_to` is where
    returns are to be sent, `call` whom to ask. `movement` is how many times last year's figure, or what part of it,
    must be explained; 0 leaves that to the form. `assess` are the rules of the assessment as they are written, `lives`
    the stages stated for single rules. `forbidden` are words nobody may publish; `government` is whose report that of
    the whole is, where that is not the organ which compiles it; `preamble` what stands before the first part of every
    report in place of the form's words.
    """

    folder: Path
    year: int
    organ: str
    code: str
    form: Form
    roster: Roster
    key: Key
    previous: Path | None = None
    forms: Path | None = None
    strict: bool = False
    takes_newer: bool = True
    keeps_older: bool = False
    reviewed: bool = False
    deadline: dt.date | None = None
    publish_by: dt.date | None = None
    return_to: str = ""
    call: str = ""
    movement: int = 0
    assess: Mapping[str, Any] = field(default_factory=dict)
    lives: tuple[Life, ...] = ()
    forbidden: tuple[str, ...] = ()
    government: str = ""
    preamble: str = ""

    @property
    def outbox(self) -> Path:
        """Where issued workbooks stand."""
        return self.folder / "outbox"

    @property
    def manifest(self) -> Path:
        """The list of the workbooks that were issued, with their hashes."""
        return self.outbox / "manifest.csv"

    @property
    def inbox(self) -> Path:
        """Where returned files are put, as they come."""
        return self.folder / "inbox"

    @property
    def sendback(self) -> Path:
        """Where the sheets and messages for organs that must mend something stand."""
        return self.folder / "sendback"

    @property
    def papers(self) -> Path:
        """Where scans of stamped copies and saved pages of published reports are kept."""
        return self.folder / "papers"

    @property
    def received(self) -> Path:
        """Where the untouched copies of received files stand."""
        return self.folder / "received"

    @property
    def receipts_file(self) -> Path:
        """The receipt book."""
        return self.folder / "receipts.sqlite"

    @property
    def merged(self) -> Path:
        """Where consolidated results are put."""
        return self.folder / "merged"

    @property
    def merged_by_line(self) -> Path:
        """Where results consolidated by the second hierarchy of the roster are put."""
        return self.folder / "merged_line"

    @property
    def reports(self) -> Path:
        """Where reports are put."""
        return self.folder / "reports"

    def file_name(self, organ: Organ) -> str:
        """Return the name of an organ's workbook in outbox/."""
        return f"{organ.stem}-{self.year}.xlsx"

    def received_copy(self, sha256: str) -> Path:
        """Return where the untouched copy of a received file stands."""
        return received_copy(self.folder, sha256)

    @cached_property
    def previous_campaign(self) -> Campaign | None:
        """The round before, opened; None when none was named. InputError when it cannot be opened."""
        return open_campaign(self.previous) if self.previous else None


def received_copy(folder: Path, sha256: str) -> Path:
    """Return where a campaign folder keeps the untouched copy of a received file."""
    return folder / copy_name(sha256)


def copy_name(sha256: str) -> str:
    """Return the same relative to the folder, with `/`."""
    return f"received/{sha256[:2]}/{sha256}.xlsx"


def open_campaign(folder: Path, *, has_roster: bool = True) -> Campaign:
    """Return the campaign in a folder, its roster read afresh; one without organs where the roster is not wanted.

    Raises:
        InputError: the folder holds no campaign, or its settings, key or roster are not sound; all mistakes are listed.
    """
    path = folder / SETTINGS
    if not path.is_file():
        reason = f"这里没有工作文件夹（缺少 {SETTINGS}）；请先用 xxgk init 建立，或换到正确的文件夹"
        raise InputError(str(folder), [reason])
    settings = _settings(path)
    kept = folder / DEFINITION
    extra = kept if (kept / ISSUED).is_file() else _forms_of(folder, settings.get("forms"))
    form = form_of_edition(settings["edition"], extra)
    if not form.serves(settings["year"]):
        raise InputError(str(path), [f"{form.edition} 版表式用于{years_of(form)}，与 year = {settings['year']} 不符"])
    lives, mistakes = read_lives(settings.get("rules", ()), form)
    if mistakes:
        raise InputError(str(path), mistakes)
    return Campaign(
        folder=folder,
        year=settings["year"],
        organ=settings["organ"],
        code=settings["code"],
        form=form,
        roster=_roster_of(folder, settings) if has_roster else Roster(()),
        key=_read_key(folder / KEYS),
        previous=_beside(folder, settings.get("previous")),
        forms=extra,
        lives=lives,
        **{key: _choice(settings[key]) for key in _CHOICES if key in settings},
    )


def _roster_of(folder: Path, settings: Mapping[str, Any]) -> Roster:
    roster = read_roster(folder / settings["roster"], settings["code"], settings["organ"])
    return roster.due(settings.get("deadline"), settings.get("publish_by"))


def keep_definition(campaign: Campaign) -> Campaign:
    """Keep the definition in the round's folder as it is issued, unless one is kept; return the round read by it.

    A later version of the toolkit may define the edition otherwise; the round goes on as it began.

    Raises:
        OutputError: the folder cannot be written.
    """
    kept = campaign.folder / DEFINITION
    if (kept / ISSUED).is_file():
        return campaign
    keep_issued(campaign.form, campaign.forms, kept)
    return replace(campaign, form=form_of_edition(campaign.form.edition, kept), forms=kept)


def _forms_of(folder: Path, stated: str | None) -> Path | None:
    """Return the folder of further definitions: the one stated, or the campaign's own where it has a supplement."""
    has_supplement = (folder / SUPPLEMENT).is_file()
    if stated and has_supplement:
        raise InputError(str(folder / SUPPLEMENT), ["不能与另外的表式（forms）同时用；请把要补充的写进那份表式"])
    return folder if has_supplement else _beside(folder, stated)


def init_campaign(
    folder: Path,
    *,
    year: int,
    organ: str,
    roster: Path,
    code: str = "",
    previous: Path | None = None,
    forms: Path | None = None,
) -> Campaign:
    """Make a campaign folder and return the campaign; the roster is copied into it as it is.

    So is a supplement.toml that lies beside the roster.

    Raises:
        InputError: the folder already holds a campaign, or what was given is not sound; nothing has been written then.
        OutputError: the folder cannot be written.
    """
    if (folder / SETTINGS).exists():
        raise InputError(str(folder), ["这里已经有工作文件夹，请换一个文件夹；要改名册请直接改里面的名册文件"])
    if not organ.strip():
        raise InputError("机关名称", ["不能为空"])
    form = form_for_year(year, forms)
    if forms is None:  # a form of one's own may be tried out for a year to come
        require_begun(year)
    else:
        require_provable([form])
    known = read_roster(roster, code.strip(), " ".join(organ.split()))
    supplement = roster.parent / SUPPLEMENT
    if supplement.is_file():
        load_forms(roster.parent)  # refuses one that is not sound before anything is written
    if previous is not None:
        _check_previous(open_campaign(previous), year)
    content = roster_csv(known) if known.has_given_codes else read_file(roster)
    copy = folder / ("roster.xlsx" if content.startswith(b"PK\3\4") else "roster.csv")
    settings = {
        "year": year,
        "organ": " ".join(organ.split()),
        "code": code.strip(),
        "edition": form.edition,
        "created_on": dt.datetime.now().astimezone().date(),
        "roster": copy.name,
        "previous": _relative(previous, folder),
        "forms": _relative(forms, folder),
    }
    _make_folders(folder)
    write_file(copy, content)
    if supplement.is_file():
        write_file(folder / SUPPLEMENT, read_file(supplement))
    _write_key(folder / KEYS)
    # Written last: a folder without settings is no campaign, so an interrupted init can simply be run again.
    write_file(folder / SETTINGS, _toml(settings).encode())
    made = open_campaign(folder)
    return replace(made, roster=replace(made.roster, notes=known.notes))  # how the file that was given was read


def _check_previous(before: Campaign, year: int) -> None:
    if before.year != year - 1:
        raise InputError(str(before.folder), [f"是 {before.year} 年的，{year} 年的上一轮应是 {year - 1} 年"])


def _make_folders(folder: Path) -> None:
    try:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"不能建立文件夹“{error.filename}”：{system_words(error)}。请检查位置是否可写，然后重试。"
        ) from error


def _relative(path: Path | None, folder: Path) -> str | None:
    """Return a path as seen from the campaign folder, so that both can be moved together; on another drive, in full."""
    if path is None:
        return None
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # Windows has no way from one drive to another
        return path.resolve().as_posix()


def _beside(folder: Path, stated: str | None) -> Path | None:
    return folder / stated if stated else None


_TYPES: Mapping[str, type] = {
    "year": int, "organ": str, "code": str, "edition": str, "roster": str,
    "created_on": dt.date, "previous": str, "forms": str, "strict": bool, "takes_newer": bool, "keeps_older": bool,
    "reviewed": bool, "deadline": dt.date, "publish_by": dt.date, "return_to": str, "call": str, "movement": int,
    "assess": dict, "rules": list, "forbidden": list, "government": str, "preamble": str,
}  # fmt: skip
_CHOICES = (
    "strict", "takes_newer", "keeps_older", "reviewed", "deadline", "publish_by", "return_to", "call", "movement",
    "assess", "forbidden", "government", "preamble",
)  # fmt: skip
KNOWN_SETTINGS = tuple(_TYPES)  # the keys of campaign.toml
_LEAST_MOVEMENT = 2
_OPTIONAL = ("previous", "forms", "rules", *_CHOICES)
_TYPE_NAMES = {
    int: "整数", str: "文字", dt.date: "日期", bool: "true 或 false",
    dict: "一张表，如 [assess]", list: "列表，如 [[rules]]",
}  # fmt: skip


def _settings(path: Path) -> dict[str, Any]:
    found = _read_toml(path)
    mistakes = [f"缺少 {key}" for key in _TYPES if key not in found and key not in _OPTIONAL]
    mistakes += [f"不认识 {key}" for key in found if key not in _TYPES]
    mistakes += [
        f"{key} 应是{_TYPE_NAMES[kind]}，现在是 {found[key]!r}"
        for key, kind in _TYPES.items()
        if key in found and type(found[key]) is not kind
    ]
    if "movement" in found and not mistakes and found["movement"] < _LEAST_MOVEMENT:
        mistakes.append(f"movement 是变动到几倍要说明，应不小于 {_LEAST_MOVEMENT}，现在是 {found['movement']}")
    words = found.get("forbidden", [])
    if isinstance(words, list) and not all(isinstance(word, str) and word.strip() for word in words):
        mistakes.append("forbidden 的每一项应是一个词，写在引号里")
    if mistakes:
        raise InputError(str(path), mistakes)
    return found


def _choice(value: object) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_file(path).decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), [f"文件已损坏或被改坏（{error}）；请改正，或从备份恢复"]) from error


def _toml(settings: Mapping[str, object]) -> str:
    # A JSON string is a TOML string; white space has been made plain, so no control character is left in one.
    return "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False) if isinstance(value, str) else value}\n"
        for key, value in settings.items()
        if value is not None
    )


def _read_key(path: Path) -> Key:
    if not path.is_file():
        return Key("", "")
    found = _read_toml(path)
    seal, password = found.get("seal"), found.get("password")
    if not isinstance(seal, str) or not isinstance(password, str) or not seal or not password:
        raise InputError(str(path), ["密钥文件不完整，请从备份恢复"])
    return Key(seal, password)


def _write_key(path: Path) -> None:
    if path.exists():  # left by an init that was interrupted; workbooks may already bear its seal
        return
    content = _toml({"seal": secrets.token_hex(_SECRET_BYTES), "password": secrets.token_urlsafe(_SECRET_BYTES)})
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(content)
    except OSError as error:
        reason = f"不能写入“{path}”：{system_words(error)}。请检查位置是否可写、磁盘是否已满，然后重试。"
        raise OutputError(reason) from error
