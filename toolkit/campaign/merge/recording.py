"""The record a merge or a publication leaves of what it was made of and what came out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.inputs import inputs_of
from toolkit.campaign.board.made_of import (
    RECORD,
    changed_returns,
    counted_receipts,
    left_of,
    prose_mark,
    records_of,
    seen,
)
from toolkit.campaign.intake.history import login_name, now
from toolkit.campaign.merge.data import PACKAGE
from toolkit.errors import InputError
from toolkit.files import digest_of, read_file
from toolkit.filing.findings import show
from toolkit.filing.prose.marks import filled_paragraphs
from toolkit.form.local.supplement import official

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.merge.adding import Merged
    from toolkit.campaign.merge.data import Pieces
    from toolkit.filing.filing import Filing


DIGESTS, OWN_WORDS = "digests", "own_words"


@dataclass(frozen=True)
class Outputs:
    """What was made in a folder: the files of the whole, the consolidated workbook it rests on, the organs' reports.

    `data` are files whose content nobody is to type into; `has_own_words` says that the workbook's text is its own and
    not that of the sum by the first hierarchy.
    """

    folder: Path
    workbook: Path
    files: Sequence[Path]
    organs: Sequence[str] = ()
    formats: Sequence[str] = ()
    data: Mapping[str, Pieces] = field(default_factory=dict)
    has_own_words: bool = False


def record_files(state: Round, merged: Merged, made: Outputs) -> dict[Path, bytes | Iterable[bytes]]:
    """Return the record of outputs in a folder, and the one before it where that is still of use.

    It is where other returns went into those outputs, or where some of them were not made anew.
    """
    folder = made.folder
    document = _record(state, merged, made)
    # The digests are known when the files before it were written.
    files: dict[Path, bytes | Iterable[bytes]] = {
        folder / RECORD: (_written({**document, DIGESTS: _digests(made)}) for _ in range(1))
    }
    for before in records_of(folder)[:1]:
        is_changed = any(changed_returns(state.campaign, state.standings, before))
        now = replace(before, document=document)
        rest = [one for one in left_of((now, before), folder, state.campaign) if one.record is before]
        if is_changed or any(one.files or one.organs for one in rest):
            files[_free_name(folder, before.at)] = _written(before.document)
    return files


def _digests(made: Outputs) -> Mapping[str, str]:
    return {name: content.digest for name, content in made.data.items()}


def refuse_edited(folder: Path, names: Iterable[str]) -> None:
    """Refuse to overwrite data files that are not as the last merge wrote them.

    Raises:
        InputError: there is one; every one is named.
    """
    known = _digests_of(folder)
    edited = [
        name
        for name in names
        if name in known and (folder / name).is_file() and digest_of(folder / name) != known[name]
    ]
    if edited:
        told = "、".join(f"“{folder.name}/{name}”" for name in edited)
        reason = "不是汇总时写成的原样（可能有人改过），没有覆盖；请改名或移走，确实要覆盖的加 --force"
        raise InputError("汇总", [f"{told}{reason}"])


def _digests_of(folder: Path) -> Mapping[str, str]:
    """Return the digests of data files as written; where the record is spoilt, those the data package tells."""
    before = next(iter(records_of(folder)), None)
    if before is not None:
        return before.document.get(DIGESTS) or {}
    try:
        resources = json.loads(read_file(folder / PACKAGE))["resources"]
        return {one["path"]: one["hash"].partition(":")[2] for one in resources}
    except (InputError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _free_name(folder: Path, at: str) -> Path:
    """Return where a record of that time is kept; several of one second are numbered, and sort in that order."""
    stem = f"{RECORD.partition('.')[0]}-{at[:19].replace(':', '').replace('T', '-')}"
    names = chain((stem,), (f"{stem}_{number}" for number in count(2)))
    return next(path for name in names if not (path := folder / f"{name}.json").exists())


def _written(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()


def _record(state: Round, merged: Merged, made: Outputs) -> dict[str, Any]:
    names = {organ.code: organ.name for organ in state.campaign.roster.organs}
    return {
        "at": now(),
        "who": login_name(),
        "provisional": merged.provisional or None,
        "returns": {
            code: {"organ": names[code], "file": one.file, "sha256": one.sha256, "answers": one.answers}
            for code, one in counted_receipts(state.campaign, state.standings).items()
        },
        "inputs": inputs_of(state.campaign, made.folder, is_complete=not (merged.missing or merged.before.recorded)),
        "workbook": made.workbook.name,
        "workbook_seen": seen(made.workbook),
        "prose_mark": prose_mark(merged.whole),
        OWN_WORDS: made.has_own_words,
        "prose": prose_of(merged.whole),
        "figures": _figures(merged.whole),
        "levels": {level.organ.code: _figures(level.filing) for level in merged.levels},
        "files": [path.name for path in made.files],
        "organs": list(made.organs),
        "formats": list(made.formats),
    }


def prose_of(filing: Filing) -> Mapping[str, list[str]]:
    """Return the paragraphs of every section as they are published, by section."""
    sections = (section.id for section in official(filing.form).sections if not section.is_table)
    return {name: [paragraph.text for paragraph in filled_paragraphs(filing, name)] for name in sections}


def _figures(filing: Filing) -> Mapping[str, str]:
    return {name: show(figure) for name, figure in filing.figures().items()}
