"""A workbook of an earlier definition: nobody is blamed for what it did not ask, and every value is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import SMALL
from olderforms import ADDED, GONE, older_form, older_workbook
from terminal import CLEAN, FINDINGS
from workbooks import by_openpyxl, filled, issued

from toolkit.errors import InputError
from toolkit.form.registry import load_forms
from toolkit.workbook.examining import examine
from toolkit.workbook.layout import lay_out
from toolkit.workbook.versions.migrating import Fate, migrate

if TYPE_CHECKING:
    from pathlib import Path

    import openpyxl
    from terminal import Cli

    from toolkit.form.model import Form

ANSWERS = {
    "handling.received.post": 5, "handling.in_full.post": 3, f"handling.{GONE}.post": 1, "handling.open_after.post": 1,
}  # fmt: skip
DROPPED = {"post": "1", "mail": "0", "web": "0"}


@pytest.fixture
def older(tmp_path: Path) -> Form:
    return older_form(tmp_path / "older")


@pytest.fixture
def data(older: Form) -> bytes:
    return older_workbook(older, ANSWERS, "the-seal")


def test_a_row_it_did_not_ask_for_is_told_once_and_blamed_on_nobody(data: bytes) -> None:
    found = [one for one in examine(data, "旧.xlsx", SMALL).findings if one.severity == "error"]
    assert [one.name for one in found] == ["field_not_in_definition"]
    assert {place.field for place in found[0].places} == {f"handling.{ADDED}.{way}" for way in ("post", "mail", "web")}
    assert "xxgk migrate" in found[0].advice


def test_what_is_read_by_nobody_any_more_is_told(data: bytes) -> None:
    (told,) = [one for one in examine(data, "旧.xlsx", SMALL).findings if one.name == "field_only_in_earlier"]
    assert "“Referred on · Post”1；" in told.message  # noughts are no loss


def test_a_row_the_clerk_deleted_is_told_as_such_though_the_definition_has_changed(older: Form, data: bytes) -> None:
    spot = lay_out(older).spots["handling.received.post"]

    def delete(book: openpyxl.Workbook) -> None:
        book[spot.sheet].delete_rows(spot.row + 1)
        for name in [name for name in book.defined_names if name.startswith("handling.received.")]:
            del book.defined_names[name]

    names = [one.name for one in examine(by_openpyxl(data, delete), "旧.xlsx", SMALL).findings]
    assert {"cell_missing", "field_not_in_definition"} <= set(names)


def test_every_value_is_kept_moved_dropped_or_asked_for(data: bytes) -> None:
    migrated = migrate(data, "旧.xlsx", SMALL)
    by_fate = {fate: {entry.field: entry.value for entry in migrated.of(fate)} for fate in Fate}
    assert by_fate[Fate.MOVED]["handling.in_full.post"] == "3"
    assert by_fate[Fate.DROPPED] == {
        f"handling.{GONE}.post": "1",
        f"handling.{GONE}.mail": "0",
        f"handling.{GONE}.web": "0",
    }
    assert set(by_fate[Fate.NEEDS_ANSWER]) == {f"handling.{ADDED}.{way}" for way in ("post", "mail", "web")}
    assert by_fate[Fate.KEPT]["handling.received.post"] == "5"
    assert not migrated.is_whole


def test_the_new_workbook_holds_what_the_old_one_held(older: Form, data: bytes) -> None:
    (form,) = [form for form in load_forms(SMALL) if form.edition == "small"]
    before = examine(data, "旧.xlsx", SMALL)
    after = examine(migrate(data, "旧.xlsx", SMALL).content, "新.xlsx", SMALL)
    assert before.filing is not None
    assert after.filing is not None
    shared = [name for name in form.fields if name in older.fields and form.fields[name].kind.is_required_figure]
    assert [after.filing.values[name] for name in shared] == [before.filing.values[name] for name in shared]
    assert after.filing.values["remarks"] == before.filing.values["remarks"]
    identity = after.reading.identity
    assert identity is not None
    assert (identity.fingerprint, identity.seal, identity.organ) == (form.fingerprint, "the-seal", "云溪县财政局")
    assert "figure_missing" in {one.name for one in after.findings}


def test_a_workbook_of_the_present_version_comes_back_byte_for_byte() -> None:
    data = filled("2021")
    migrated = migrate(data, "今.xlsx")
    assert (migrated.content == data, migrated.is_current, migrated.is_whole) == (True, True, True)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_what_is_no_workbook_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        migrate(content, "别的.xlsx")


def test_the_command_lists_each_value_and_ends_with_one_where_something_is_left_to_do(
    xxgk: Cli, tmp_path: Path, data: bytes
) -> None:
    old, new = tmp_path / "旧.xlsx", tmp_path / "新.xlsx"
    old.write_bytes(data)
    ran = xxgk("migrate", old, "--out", new, "--forms", SMALL)
    assert ran.code == FINDINGS
    for words in ("换了位置的", "没有带过去的（3 项）", "Referred on · Post　1", "要补填的（3 项）", "Exempt · Post"):
        assert words in ran.out
    listed = xxgk("migrate", old, "--out", new, "--forms", SMALL, "--json", "--force").json["fields"]
    assert {entry["fate"] for entry in listed} == {"kept", "moved", "dropped", "needs-answer"}
    assert next(entry["value"] for entry in listed if entry["field"] == f"handling.{GONE}.post") == "1"
    assert xxgk("check", new, "--forms", SMALL).code == FINDINGS
    ran = xxgk("migrate", new, "--out", tmp_path / "再.xlsx", "--forms", SMALL)
    assert (ran.code, "本来就是现在的" in ran.out) == (CLEAN, True)


def test_a_blank_workbook_can_be_carried_over() -> None:
    assert migrate(issued("2021"), "空.xlsx").is_current
