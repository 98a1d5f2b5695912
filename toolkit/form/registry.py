"""Where the editions lie and which one a year is reported on."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import DefinitionError, InputError, nearest
from toolkit.form.definition import load_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.form.model import Form


FIRST_YEAR, LAST_YEAR = 1000, 9999  # of those with four digits


def data_folder(name: str) -> Path:
    """Return a folder of shipped data: inside the package once installed, beside it in a checkout."""
    packaged = Path(__file__).parents[1] / "_data" / name
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / name


def load_forms(extra: Path | None = None) -> tuple[Form, ...]:
    """Return every edition that ships with the toolkit or stands in the folder `extra`, oldest first.

    Raises:
        DefinitionError: a definition is wrong, or two of them are the same edition or serve the same year.
        InputError: `extra` holds no definition.
    """
    return tuple(sorted(_forms(extra), key=lambda form: form.first_year))


@lru_cache(maxsize=8)
def _forms(extra: Path | None) -> tuple[Form, ...]:
    """Return the editions of the folder `extra`, then ours; what stands in both alike counts once."""
    found: dict[str, tuple[Path, Form]] = {}
    ours = data_folder("workbook_templates")
    for folder in [*(_extra_folders(extra) if extra is not None else ()), *_folders_in(ours)]:
        form = _load(folder)
        found.setdefault(form.fingerprint, (folder, form))
    if mistakes := [text for pair in combinations(found.values(), 2) for text in _rivalry(*pair)]:
        raise DefinitionError(mistakes)
    return tuple(form for _, form in found.values())


def _rivalry(one: tuple[Path, Form], other: tuple[Path, Form]) -> Iterator[str]:
    """Two editions of one form must differ in name and serve different years, or nobody knows which one is meant."""
    (folder, form), (other_folder, other_form) = one, other
    both = f"“{folder}”与“{other_folder}”"
    if form.id != other_form.id:
        return
    if form.edition == other_form.edition:
        yield f"{both}是同一表式的同一版本（{form.id}，{form.edition} 版），内容却不同；请只留一个，或改 edition"
    elif form.serves(other_form.first_year) or other_form.serves(form.first_year):
        yield (
            f"{both}是同一表式（{form.id}）的两个版本，却用于同样的年度（{years_of(form)}，{years_of(other_form)}）；"
            "请改 first_year 或 last_year"
        )


def _extra_folders(folder: Path) -> tuple[Path, ...]:
    found = _folders_in(folder)
    if not found:
        raise InputError(str(folder), ["里面没有表式定义（每个版本一个文件夹，内有 form.toml）"])
    return found


def _folders_in(folder: Path) -> tuple[Path, ...]:
    if (folder / "form.toml").is_file():
        return (folder,)
    return tuple(path.parent for path in sorted(folder.glob("*/form.toml")))


@lru_cache(maxsize=16)
def _load(folder: Path) -> Form:
    return load_form(folder)


def form_for_year(year: int, extra: Path | None = None) -> Form:
    """Return the edition on which a report about `year` is made: one of the folder `extra` where it has one.

    Raises:
        InputError: the year has not four digits, or no edition serves it; the message lists those there are.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"{year} 年", ["年度应是四位数字，请核对"])
    for form in _forms(extra):
        if form.serves(year):
            return form
    known = "；".join(f"{form.edition} 版用于 {years_of(form)}" for form in load_forms(extra))
    raise InputError(f"{year} 年", [f"没有用于这一年的表式。现有：{known}。请核对年度"])


def require_begun(year: int) -> None:
    """Refuse a report year that has not begun.

    Raises:
        InputError: the year is later than this one.
    """
    this_year = dt.datetime.now().astimezone().year
    if year > this_year:
        raise InputError(f"{year} 年", [f"还没有到；报告年度最晚是今年（{this_year} 年），请核对年度"])


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
