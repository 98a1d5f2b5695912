"""What going out and coming in did, as a coordinator reads it on the terminal or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from toolkit.campaign.board.questions import question_json
from toolkit.campaign.intake.outcomes import outcome_of
from toolkit.campaign.intake.waivers import is_wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from toolkit.campaign.board.questions import Question
    from toolkit.campaign.collecting import Collected, Repeat
    from toolkit.campaign.intake.carried.published_reports import Carried
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.issue.issuing import Issued
    from toolkit.campaign.round.folder import Campaign

SHOWN = 20
SHOWN_ATTACHMENTS = 3
FEW = 3  # files that came twice and are told one by one; more are a copied folder
_SHOWN_ORGANS = 5


def issued_json(issued: Issued) -> dict[str, Any]:
    """Return what issuing did as JSON has it."""
    return {
        "issued": [
            {"code": sheet.code, "organ": sheet.organ, "file": sheet.file, "sha256": sheet.sha256}
            for sheet in issued.sheets
        ],
        "written": list(issued.written),
        "withdrawn": list(issued.withdrawn),
        "without_previous": [{"code": code, "reason": reason} for code, reason in issued.without_previous.items()],
    }


def say_issued(folder: Path, issued: Issued) -> None:
    """Tell the coordinator what issuing did and what to look at."""
    same = len(issued.sheets) - len(issued.written)
    told = f"新生成 {len(issued.written)} 份，{same} 份没有变化"
    typer.echo(f"已下发 {len(issued.sheets)} 份：{told}。都在 {folder / 'outbox'}。")
    if issued.withdrawn:
        typer.echo(
            f"名册里已没有的 {len(issued.withdrawn)} 份移到了 outbox/已撤回：{'、'.join(issued.withdrawn[:SHOWN])}"
        )
    if issued.without_previous:
        names = {sheet.code: sheet.organ for sheet in issued.sheets}
        typer.echo(f"{len(issued.without_previous)} 个机关没有填上年数据：")
        for code, reason in list(issued.without_previous.items())[:SHOWN]:
            typer.echo(f"  {code} {names[code]}：{reason}")
        if len(issued.without_previous) > SHOWN:
            typer.echo("  ……其余用 --json 查看")


def collected_json(collected: Collected) -> dict[str, Any]:
    """Return what collecting found as JSON has it."""
    return {
        "files": collected.files,
        "new": [_receipt_json(receipt) for receipt in collected.new],
        "repeated": [
            {"file": one.file, "same_as": one.same_as, "organ": one.organ or None, "counts": one.counts or None}
            for one in collected.repeated
        ],
        "blocked": [{"file": file, "reason": reason} for file, reason in collected.blocked.items()],
        "attachments": list(collected.attachments),
        "unplaced": [receipt.file for receipt in collected.unplaced],
        "unreadable": [_receipt_json(receipt) for receipt in collected.unreadable],
        "to_mend": [_standing_json(place) for place in collected.to_mend],
        "questions": [question_json(question) for question in collected.questions],
        "organs": dict(collected.counts),
    }


def _standing_json(place: Standing) -> dict[str, Any]:
    latest, counts = place.latest, place.counts
    return {
        "code": place.organ.code,
        "organ": place.organ.name,
        "file": latest.file if latest else None,
        "counts": counts.file if counts else None,
        "sendback": f"sendback/{place.organ.stem}.xlsx",
    }


def _receipt_json(receipt: Receipt) -> dict[str, Any]:
    return {
        "file": receipt.file,
        "sha256": receipt.sha256,
        "organ": receipt.organ or None,
        "code": receipt.code or None,
        "year": receipt.year or None,
        "verdict": receipt.verdict,
        "check_code": receipt.check_code or None,
        "received_at": receipt.received_at,
        "saved_at": receipt.saved_at or None,
        "findings": [dict(finding) for finding in receipt.findings],
    }


def say_collected(collected: Collected) -> None:
    """Tell the coordinator what came in and how the round stands."""
    from toolkit.campaign.intake.standings import State

    to_mend_first = sorted(collected.new, key=lambda receipt: receipt.is_accepted)
    for receipt in to_mend_first[:SHOWN]:
        typer.echo(f"  {receipt.file}　{_taken_in(collected, receipt)}")
    if len(collected.new) > SHOWN:
        typer.echo(f"  ……共 {len(collected.new)} 份，其余用 xxgk status 查看")
    for file, reason in collected.blocked.items():
        typer.echo(f"  {file}　没有收进来：{reason}")
    if len(collected.repeated) <= FEW:
        for one in collected.repeated:
            typer.echo(f"  {one.file}　{_repeat_text(one)}")
    else:
        named = "、".join(one.file for one in collected.repeated[:FEW])
        typer.echo(f"  {named} 等 {len(collected.repeated)} 个文件与收过的内容相同，没有重复登记；逐个的见 --json")
    repeated = f"，{len(collected.repeated)} 份与已收的内容相同" if collected.repeated else ""
    typer.echo(f"inbox 有 {collected.files} 个文件，新收 {len(collected.new)} 份{repeated}。")
    accepted, fixing, missing = (
        collected.count(state) for state in (State.ACCEPTED, State.NEEDS_FIXING, State.MISSING)
    )
    covered = f"，{collected.counts['covered']} 个由上级汇总报送" if collected.counts["covered"] else ""
    more = ((State.HELD, "待定"), (State.EXEMPT, "不单独报送"))
    others = "".join(f"，{collected.count(state)} 个{label}" for state, label in more if collected.count(state))
    typer.echo(f"机关：{accepted} 个已通过，{fixing} 个需要修改，{missing} 个没有报来{covered}{others}。")
    say_questions(collected.questions)
    if collected.to_mend:
        typer.echo("要改的见 sendback：每个机关一份意见表和一段可以直接发送的话。")
    say_attachments(collected.attachments)
    if collected.unplaced:
        typer.echo(f"有 {len(collected.unplaced)} 个文件不能归入机关，见 sendback/无法归入机关的文件.txt。")


def _taken_in(collected: Collected, receipt: Receipt) -> str:
    """Return whose a file is, what the checks say, and what became of it where it does not simply count."""
    from toolkit.workbook.examining import Verdict

    errors = [finding for finding in receipt.findings if finding["severity"] == "error"]
    wrong = sum(map(is_wrong, errors))
    told = f"{Verdict(receipt.verdict).label}{f'，{wrong} 处错误' if wrong else ''}"
    told += f"，准予通过 {len(errors) - wrong} 处" if len(errors) > wrong else ""
    place = collected.places.get(receipt.code)
    known = next((one for one in place.versions if one.sha256 == receipt.sha256), None) if place else None
    outcome = outcome_of(place, known) if place and known else ""
    return f"{receipt.organ or '不知道是谁的'}：{told}{f'；{outcome}' if outcome else ''}"


def say_attachments(files: Sequence[str]) -> None:
    """Print on one line what came beside sound returns and was not read."""
    if files:
        more = f" 等 {len(files)} 个" if len(files) > SHOWN_ATTACHMENTS else ""
        typer.echo(f"附件，没有读取：{'、'.join(files[:SHOWN_ATTACHMENTS])}{more}。")


def say_questions(questions: Iterable[Question]) -> None:
    """Print what the coordinator has to decide, a few lines each."""
    known = list(questions)
    if known:
        typer.echo("要您决定的：")
    for question in known[:SHOWN]:
        first, *rest = question.lines
        typer.echo(f"  {first}")
        for line in rest:
            typer.echo(f"      {line}")
    if len(known) > SHOWN:
        typer.echo(f"  ……共 {len(known)} 项，其余用 --json 查看")


def _repeat_text(one: Repeat) -> str:
    same = f"与收过的 {one.same_as} 内容相同，没有重复登记"
    if not one.organ:
        return same
    if not one.counts:
        return f"{same}；{one.organ}还没有合格的一份"
    if one.counts == one.same_as:
        return f"{same}；{one.organ}计入的就是这一份"
    accept = f"xxgk accept 工作文件夹 {one.code} --version {one.number}"
    return f"{same}；{one.organ}计入的仍是 {one.counts}。要改用这一份的：{accept}"


def say_begun(folder: Path, made: Campaign) -> None:
    """Print what round was made, and how its roster was read."""
    first, *notes = begun_lines(made)
    typer.echo(f"已建立 {folder}：{first}")
    for note in notes:
        typer.echo(f"  {note}")


def begun_lines(made: Campaign) -> Iterator[str]:
    """Yield what round was made, and how its roster was read."""
    yield f"{made.organ} {made.year} 年，{made.form.edition} 版，{len(made.roster.organs)} 个机关。"
    yield from made.roster.notes
    if added := [section.heading for section in made.form.sections if section.local]:
        yield f"连同补充内容（supplement.toml）：{'、'.join(f'“{heading}”' for heading in added)}"


def say_carried(campaign: Campaign, carried: Carried) -> None:
    """Print what was taken of last year's figures, and for whom nothing was."""
    for line in carried_lines(campaign, carried):
        typer.echo(f"  {line}")


def carried_lines(campaign: Campaign, carried: Carried) -> Iterator[str]:
    """Yield what was taken of last year's figures, and for whom nothing was."""
    yield from carried.notes
    yield f"{len(carried.taken)} 个机关的上年数据已取用"
    yield from (f"没有用：{mistake}" for mistake in carried.mistakes)
    if carried.missing:
        names = [campaign.roster.by_code[code].name for code in carried.missing]
        more = f"等 {len(names)} 个" if len(names) > _SHOWN_ORGANS else ""
        yield f"没有上年数据：{'、'.join(names[:_SHOWN_ORGANS])}{more}，上年结转由填报人填写"
