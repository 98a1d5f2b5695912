"""Make the files the organs of the example district send back, each from the workbook issued to it; deliver them."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from string import ascii_letters
from typing import TYPE_CHECKING

from toolkit.campaign.issue.issuing import read_manifest
from toolkit.errors import InputError
from toolkit.files import read_file, write_files
from toolkit.filing.filing import Filing
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook.answers.values import parse_answers
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.demo.district import ExampleReturn, ExampleRound, Raw, Wave
    from toolkit.form.model import Form
    from toolkit.form.values import Value

Files = dict[str, bytes]


def deliver(entry: ExampleRound, wave: Wave, campaign: Campaign, *, everyone: bool) -> int:
    """Put a wave's files into the campaign's inbox and return how many there are.

    With `everyone`, organs without an arrival of their own send a sound return under their name, save those absent.
    """
    issued = {sheet.code: campaign.outbox / sheet.file for sheet in read_manifest(campaign)}
    loose: Files = {}
    packed: dict[str, Files] = {}
    named = {arrival.organ for arrival in wave.arrivals} | wave.absent
    if everyone:
        for code in (code for code in entry.answers if code not in named):
            name = f"{campaign.roster.by_code[code].stem}.xlsx"
            loose[name] = _filled(campaign, issued[code], answers_of(entry, campaign, code))
    for arrival in wave.arrivals:
        home = packed.setdefault(arrival.zip, {}) if arrival.zip else loose
        home[arrival.file] = _content(arrival, entry, campaign, issued, home)
    loose |= {name: pack_as_windows_does(files) for name, files in packed.items()}
    write_files({campaign.inbox / name: content for name, content in loose.items()})
    return len(loose)


def answers_of(entry: ExampleRound, campaign: Campaign, code: str) -> Raw:
    """Return the right answers of an organ, with the contact the roster names and a date at the end of the report."""
    organ = campaign.roster.by_code[code]
    signed = f"{campaign.year + 1}-01-15"
    fields = campaign.form.fields
    local: Raw = {name: 0 for name in fields if name not in entry.form.fields and fields[name].kind.is_required_figure}
    answers = {**local, **entry.extra.get(code, {}), **entry.answers[code]}
    return {**answers, "cover.contact": organ.contact, "cover.phone": organ.phone, "cover.date": signed}


def _content(
    arrival: ExampleReturn, entry: ExampleRound, campaign: Campaign, issued: Mapping[str, Path], sent: Files
) -> bytes:
    if arrival.same_as:
        return sent[arrival.same_as]
    if arrival.text:
        return arrival.text.encode()
    if arrival.year:
        return _of_last_year(campaign, arrival.organ)
    answers = answers_of(entry, campaign, arrival.organ)
    if arrival.register:
        answers |= register_of(campaign.form, answers)
    blank = {
        name: None
        for name, field in entry.form.fields.items()
        if name.startswith(arrival.blank) and field.kind is not Kind.COMPUTED
    }
    return _filled(campaign, issued[arrival.organ], answers | blank, arrival.change)


def _of_last_year(campaign: Campaign, code: str) -> bytes:
    before = campaign.previous_campaign
    if before is None:
        raise InputError(str(campaign.folder), ["没有上一轮，拿不到上年的报表"])
    return read_file(before.inbox / f"{before.roster.by_code[code].stem}.xlsx")


def _filled(campaign: Campaign, path: Path, raw: Raw, slips: Mapping[str, object] | None = None) -> bytes:
    """Return the issued workbook filled. `slips` go in as they are: text in a number's cell too, as a clerk would."""
    typed = partial(_typed, raw=raw, slips=slips or {})
    return fill_workbook(read_file(path), path.name, typed, campaign.forms)


def _typed(form: Form, raw: Raw, slips: Mapping[str, object]) -> dict[str, Value]:
    slipped = {name: value for name, value in slips.items() if isinstance(value, int | str)}
    return {**parse_answers(form, raw, form.edition), **slipped}


def register_of(form: Form, raw: Raw) -> Raw:
    """Return the control totals a register would give for these answers, by field id."""
    filing = Filing(form, "", "", form.first_year, parse_answers(form, raw, form.edition))
    totals: Raw = {}
    for check in bind_rules(form):
        control = form.fields[check.left[0].field]
        if control.kind is Kind.CONTROL:
            totals[control.id] = sum(filing.figure(term.field) or 0 for term in check.right)
    return totals


def pack_as_windows_does(files: Files) -> bytes:
    """Return a zip whose Chinese names are in GBK without saying so, as older Windows programs write them.

    `zipfile` writes such names as UTF-8 only, so each goes in under one letter repeated to its length, replaced after.
    """
    buffer = io.BytesIO()
    names = {
        (letter * len(name.encode("gbk"))).encode(): name for letter, name in zip(ascii_letters, files, strict=False)
    }
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for letters, name in names.items():
            archive.writestr(zipfile.ZipInfo(letters.decode()), files[name])
    content = buffer.getvalue()
    for letters, name in names.items():
        content = content.replace(letters, name.encode("gbk"))
    return content
