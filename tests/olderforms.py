"""The small form as it was before a change: one row it has now was missing, and it had another that is gone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from casebook import SMALL, full_answers

from toolkit.filing.filing import Filing
from toolkit.form.definition import load_form
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.form.model import Form
    from toolkit.form.values import Value

ADDED, GONE = "exempt", "referred"  # rows of the table `handling`
YEAR, ORGAN = 2050, "云溪县财政局"


def older_forms(folder: Path) -> Path:
    """Write the earlier definition under a folder; return the folder that `--forms` would name."""
    shutil.copytree(SMALL / "small", folder / "small")
    table = folder / "small" / "handling.toml"
    text = table.read_text(encoding="utf-8")
    assert f'id = "{ADDED}"\nlabel = "Exempt"' in text
    changed = text.replace(f'id = "{ADDED}"\nlabel = "Exempt"', f'id = "{GONE}"\nlabel = "Referred on"')
    first, second = changed.index('[[row]]\nid = "in_full"'), changed.index('[[row]]\nid = "withheld"')
    # "Released in full" stood last among the outcomes, so that its figures move.
    last = changed.index('[[row]]\nid = "closed"')
    row = changed[first:second]
    table.write_text(changed[:first] + changed[second:last] + row + changed[last:], encoding="utf-8")
    example = folder / "small" / "form.toml"
    text = example.read_text(encoding="utf-8")
    example.write_text(text.replace(f'row = "{ADDED}"', f'row = "{GONE}"'), encoding="utf-8")
    return folder


def older_form(folder: Path) -> Form:
    return load_form(older_forms(folder) / "small")


def older_workbook(form: Form, answers: Mapping[str, Value], seal: str = "") -> bytes:
    """Return a workbook of the earlier definition, filled."""
    return write_workbook(Filing(form, ORGAN, "01", YEAR, {**full_answers(form), **answers}), seal=seal)
