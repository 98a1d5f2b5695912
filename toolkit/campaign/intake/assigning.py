"""A file that counts for nobody is given to an organ: what it holds is written into the workbook issued to that organ.

The organ's own workbook comes in then like any return, seal and all, and is judged like any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.campaign.intake.receipts import filing_of
from toolkit.campaign.round.output_files import free_name
from toolkit.errors import InputError
from toolkit.files import read_file, safe_stem, write_file
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.from_document import examine_document, unsure_in

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.values import Value


def assign_file(campaign: Campaign, receipt: Receipt, code: str) -> Path:
    """Write the workbook of an organ with what an unplaced file holds into inbox/ and return where it stands.

    The file itself stays where it lies; the next collection reads the workbook. Of a report in Word, PDF or the like,
    figures that could not be read for certain are left blank, so that somebody fills them in.

    Raises:
        InputError: no such organ, it has no issued workbook, the file holds no answers or those of another year, or a
            figure contradicts what last year settles.
        OutputError: the workbook cannot be written.
    """
    organ = campaign.roster.by_code.get(code)
    name = receipt.file.rpartition("/")[2]
    if organ is None:
        raise InputError(f"机关“{code}”", ["名册里没有这个代码，请从名册里选一个"])
    if receipt.year not in {0, campaign.year}:
        raise InputError(name, [f"是 {receipt.year} 年的报表，不能归到 {campaign.year} 年；请对方改用今年下发的报表填"])
    answers = dict(filing_of(receipt, campaign.form).answers) or _read_document(campaign, receipt, organ)
    if not answers:
        raise InputError(name, ["里面读不出报表的数，不能归到哪一家；请对方用下发的报表填好再报"])
    issued = campaign.outbox / campaign.file_name(organ)
    content = fill_workbook(read_file(issued), issued.name, lambda _: answers, campaign.forms)
    path = free_name(campaign.inbox / f"{organ.stem}（由{safe_stem(name.rpartition('.')[0] or name)}归入）.xlsx")
    write_file(path, content)
    return path


def _read_document(campaign: Campaign, receipt: Receipt, organ: Organ) -> dict[str, Value]:
    """Return what a file that is no workbook of ours says for certain; nothing where it holds no such report."""
    copy = campaign.received_copy(receipt.sha256)
    if not copy.is_file():
        return {}
    name = receipt.file.rpartition("/")[2]
    found = examine_document(read_file(copy), name, campaign.forms, year=campaign.year, organ=organ.name)
    filing = found.filing
    if filing is None or filing.year != campaign.year or filing.form.edition != campaign.form.edition:
        return {}
    unsure = frozenset(unsure_in(found))
    return {field: value for field, value in filing.answers.items() if field not in unsure}
