"""Where the editions lie and which one a year is reported on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import InputError, nearest
from toolkit.form.definition import load_form

if TYPE_CHECKING:
    from toolkit.form.model import Form


def data_folder(name: str) -> Path:
    """Return a folder of shipped data: inside the package once installed, beside it in a checkout."""
    packaged = Path(__file__).parents[1] / "_data" / name
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / name


def load_forms(extra: Path | None = None) -> tuple[Form, ...]:
    """Return every edition that ships with the toolkit, then those in the folder `extra`, oldest first.

    Raises:
        DefinitionError: a definition is wrong.
        InputError: `extra` holds no definition.
    """
    forms = (*_forms_in(data_folder("workbook_templates")), *(_extra_forms(extra) if extra is not None else ()))
    return tuple(sorted(forms, key=lambda form: form.first_year))


def _extra_forms(folder: Path) -> tuple[Form, ...]:
    found = _forms_in(folder)
    if not found:
        raise InputError(str(folder), ["里面没有表式定义（每个版本一个文件夹，内有 form.toml）"])
    return found


@lru_cache(maxsize=8)
def _forms_in(folder: Path) -> tuple[Form, ...]:
    if (folder / "form.toml").is_file():
        return (load_form(folder),)
    return tuple(load_form(path.parent) for path in sorted(folder.glob("*/form.toml")))


def form_for_year(year: int, extra: Path | None = None) -> Form:
    """Return the edition on which a report about `year` is made: one of the folder `extra` where it has one.

    Raises:
        InputError: no edition serves that year; the message lists the editions and their years.
    """
    shipped = _forms_in(data_folder("workbook_templates"))
    for form in (*(_extra_forms(extra) if extra is not None else ()), *shipped):
        if form.serves(year):
            return form
    known = "；".join(f"{form.edition} 版用于 {years_of(form)}" for form in load_forms(extra))
    raise InputError(f"{year} 年", [f"没有用于这一年的表式。现有：{known}。请核对年度"])


def form_of_edition(edition: str, extra: Path | None = None) -> Form:
    """Return one edition by name.

    Raises:
        InputError: there is no such edition; the message lists those there are.
    """
    forms = load_forms(extra)
    for form in forms:
        if form.edition == edition:
            return form
    known = [form.edition for form in forms]
    raise InputError(f"版本“{edition}”", [f"没有这个版本{nearest(edition, known)}。现有：{'、'.join(known)}"])


def years_of(form: Form) -> str:
    """Return the report years an edition serves, in words."""
    if form.last_year is None:
        return f"{form.first_year} 年起"
    return f"{form.first_year} 年" if form.first_year == form.last_year else f"{form.first_year}—{form.last_year} 年"
