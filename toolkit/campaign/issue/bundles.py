"""What a coordinator hands on: for every parent one zip of workbooks, with a plain note beside it."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.campaign.issue.letters import HOW, what_to_include
from toolkit.campaign.round.output_files import write_if_new
from toolkit.errors import OutputError
from toolkit.files import safe_stem, system_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ

Content = tuple[str, str]  # a workbook's file in outbox/ and its hash


def write_bundles(campaign: Campaign, contents: Mapping[str, Content]) -> None:
    """Write the zip and the note of the coordinator and of every parent; what has not changed is left untouched.

    `contents` names each organ's workbook by the organ's code.

    Raises:
        OutputError: a file cannot be written, or a workbook cannot be read back.
    """
    for above, organs in _parcels(campaign):
        title = above.name if above else campaign.organ
        note = _note(campaign, title, organs, above).encode("utf-8-sig")
        write_if_new(campaign.outbox / f"{safe_stem(f'发放说明-{title}')}.txt", note)
        _write_zip(
            campaign.outbox / f"{safe_stem(f'发放包-{title}')}.zip", [contents[organ.code] for organ in organs], note
        )


def _parcels(campaign: Campaign) -> Iterator[tuple[Organ | None, tuple[Organ, ...]]]:
    """Yield every group with who hands it on: a parent with its children; nobody with the rest of the top."""
    roster = campaign.roster
    alone = tuple(one for one in roster.roots() if not one.ground and not roster.children(one.code))
    if alone:
        yield None, alone
    for organ in roster.organs:
        if children := roster.children(organ.code):
            leaves = [child for child in children if not roster.children(child.code)]
            yield organ, tuple(one for one in (organ, *leaves) if not one.ground)


def _note(campaign: Campaign, title: str, organs: Sequence[Organ], above: Organ | None) -> str:
    deadlines = sorted({organ.deadline for organ in organs if organ.deadline})
    where = f"发到 {campaign.return_to}" if campaign.return_to else "交回"
    several = f"请按各自的截止日期{where}。" if deadlines else ""
    until = f"请于 {deadlines[0]:%Y-%m-%d} 前{where}。" if len(deadlines) == 1 else several
    call = f"有疑问请联系 {campaign.call}。" if campaign.call else ""
    lines = [
        f"{title}：" if above else "各有关机关：",
        "",
        f"现发放 {campaign.year} 年{campaign.form.title}填报表，共 {len(organs)} 份。{until}{call}",
        *(["请把下面各机关的各一份转发给它们。"] if any(organ is not above for organ in organs) and above else []),
        *(what_to_include(campaign, above) if above and above in organs else ()),
        "",
        "怎样填：",
        *(f"  {line}" for line in HOW),
        "",
        "清单：",
    ]
    for organ in organs:
        day = f"，截止 {organ.deadline:%Y-%m-%d}" if organ.deadline else ""
        lines.append(f"  {organ.code}　{organ.name}　{campaign.file_name(organ)}{day}")
    return "\r\n".join([*lines, "", campaign.organ, ""])


def _write_zip(path: Path, contents: Sequence[Content], note: bytes) -> None:
    """Write a zip of workbooks unless the one that stands there was made of the same; its comment says of what."""
    mark = hashlib.sha256(repr(contents).encode() + note).hexdigest().encode()
    if _comment(path) == mark:
        return
    with tempfile.TemporaryDirectory(prefix=".xxgk-", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        try:
            _fill_zip(fresh, path.parent, contents, note, mark)
            fresh.replace(path)
        except OSError as error:
            raise OutputError(
                f"不能写入“{path}”：{system_words(error)}。请检查磁盘是否已满、文件是否正被别的程序打开，然后重试。"
            ) from error


def _fill_zip(path: Path, outbox: Path, contents: Sequence[Content], note: bytes, mark: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # workbooks are compressed already
        archive.comment = mark
        archive.writestr(zipfile.ZipInfo("填报说明.txt"), note)
        for name, _ in contents:
            archive.writestr(zipfile.ZipInfo(name), (outbox / name).read_bytes())


def _comment(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment
    except (OSError, zipfile.BadZipFile):
        return b""
