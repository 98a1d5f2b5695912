"""The record a merge or a publication leaves of what it was made of and what came out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.made_of import RECORD, changed_returns, counted_receipts, prose_mark, records_of, seen
from toolkit.campaign.intake.history import login_name, now
from toolkit.filing.findings import show
from toolkit.filing.prose.marks import filled_paragraphs
from toolkit.form.local.supplement import official

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.merge.adding import Merged
    from toolkit.filing.filing import Filing


def record_files(
    state: Round, merged: Merged, folder: Path, workbook: Path, made: Iterable[Path], organs: Iterable[str] = ()
) -> dict[Path, bytes]:
    """Return the record of outputs in a folder, with the record before it where other returns went into that.

    `made` are the files of the whole, `organs` the codes of those whose own reports were made too.
    """
    content = (json.dumps(_record(state, merged, workbook, made, organs), ensure_ascii=False) + "\n").encode()
    files = {folder / RECORD: content}
    for before in records_of(folder)[:1]:
        if list(changed_returns(state.campaign, state.standings, before)):
            kept = folder / f"made_of-{before.at[:19].replace(':', '').replace('T', '-')}.json"
            files[kept] = (json.dumps(before.document, ensure_ascii=False) + "\n").encode()
    return files


def _record(
    state: Round, merged: Merged, workbook: Path, made: Iterable[Path], organs: Iterable[str]
) -> dict[str, Any]:
    names = {organ.code: organ.name for organ in state.campaign.roster.organs}
    return {
        "at": now(),
        "who": login_name(),
        "provisional": merged.provisional or None,
        "returns": {
            code: {"organ": names[code], "file": one.file, "sha256": one.sha256, "answers": one.answers}
            for code, one in counted_receipts(state.campaign, state.standings).items()
        },
        "workbook": workbook.name,
        "workbook_seen": seen(workbook),
        "prose_mark": prose_mark(merged.whole),
        "prose": prose_of(merged.whole),
        "figures": _figures(merged.whole),
        "levels": {level.organ.code: _figures(level.filing) for level in merged.levels},
        "files": [path.name for path in made],
        "organs": list(organs),
    }


def prose_of(filing: Filing) -> Mapping[str, list[str]]:
    """Return the paragraphs of every section as they are published, by section."""
    sections = (section.id for section in official(filing.form).sections if not section.is_table)
    return {name: [paragraph.text for paragraph in filled_paragraphs(filing, name)] for name in sections}


def _figures(filing: Filing) -> Mapping[str, str]:
    return {name: show(figure) for name, figure in filing.figures().items()}
