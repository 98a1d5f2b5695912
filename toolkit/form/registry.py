"""Where the editions lie and which one a year is reported on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from toolkit.errors import DefinitionError, InputError, nearest
from toolkit.files import data_folder, read_file, write_files
from toolkit.form.definition import load_form
from toolkit.form.local.supplement import SUPPLEMENT, official, with_supplement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.form.model import Form


FIRST_YEAR, LAST_YEAR = 1000, 9999  # of those with four digits
# A folder with this file in it holds definitions as they were issued: they come before ours, of whatever version.
ISSUED = "issued.txt"


def load_forms(extra: Path | None = None) -> tuple[Form, ...]:
    """Return every edition that ships with the toolkit or stands in the folder `extra`, oldest first.

    A supplement.toml in `extra` adds what an office asks besides to the edition it names.

    Raises:
        DefinitionError: a definition is wrong, or two of them are the same edition or serve the same year.
        InputError: `extra` holds no definition.
    """
    return tuple(sorted(_forms(extra), key=lambda form: form.first_year))


def _forms(extra: Path | None) -> tuple[Form, ...]:
    """Return the editions of the folder `extra`, then ours; what stands in both alike counts once."""
    try:
        known = (extra / SUPPLEMENT).stat() if extra is not None else None
    except OSError:
        known = None
    if extra is None or known is None:
        return tuple(form for _, form in _found(extra))
    return _supplemented(extra, (known.st_mtime_ns, known.st_size))


@lru_cache(maxsize=8)
def _supplemented(extra: Path, stamp: tuple[int, int]) -> tuple[Form, ...]:  # noqa: ARG001 (read anew when it changes)
    return with_supplement((form for _, form in _found(extra)), extra / SUPPLEMENT)


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[Path, Form], ...]:
    """Return our own editions, loaded once for good: forms are compared by identity."""
    return tuple((folder, _load(folder)) for folder in _folders_in(data_folder("workbook_templates")))


@lru_cache(maxsize=8)
def _found(extra: Path | None) -> tuple[tuple[Path, Form], ...]:
    found: dict[str, tuple[Path, Form]] = {}
    given = [(folder, _load(folder)) for folder in (_extra_folders(extra) if extra is not None else ())]
    ours = list(_shipped())
    is_issued = extra is not None and (extra / ISSUED).is_file()
    if is_issued:
        ours = [(folder, form) for folder, form in ours if not any(_is_same_edition(form, one) for _, one in given)]
    for folder, form in (*given, *ours):
        found.setdefault(form.fingerprint, (folder, form))
    if not is_issued and (mistakes := [text for pair in combinations(found.values(), 2) for text in _rivalry(*pair)]):
        raise DefinitionError(mistakes)
    return tuple(found.values())


def _is_same_edition(one: Form, other: Form) -> bool:
    return (one.id, one.edition) == (other.id, other.edition)


def keep_issued(form: Form, extra: Path | None, folder: Path) -> None:
    """Write the definition of a form, and those of the folder `extra`, into a folder as they are issued.

    Raises:
        OutputError: the folder cannot be written.
    """
    kept = [(place, known) for place, known in _found(extra) if known is official(form) or _is_under(place, extra)]
    files = {
        folder / known.id / known.edition / path.name: read_file(path)
        for place, known in kept
        for path in sorted(place.glob("*.toml"))
    }
    if form.base is not None and extra is not None:
        files[folder / SUPPLEMENT] = read_file(extra / SUPPLEMENT)
    write_files({**files, folder / ISSUED: _ISSUED_NOTE.encode("utf-8-sig")})
    _supplemented.cache_clear()
    _found.cache_clear()
    _load.cache_clear()


def _is_under(place: Path, extra: Path | None) -> bool:
    return extra is not None and place.is_relative_to(extra)


_ISSUED_NOTE = """\
这里是这一轮下发报表时用的表式定义。工具以后更新了，这一轮仍按这里的读取和核对，不受影响。
请不要改动。确要改用新的定义：把这个文件夹移走，再下发一次；已经报来的，用 xxgk migrate 转成新的。
"""


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
    if not found and not (folder / SUPPLEMENT).is_file():
        raise InputError(str(folder), ["里面没有表式定义（每个版本一个文件夹，内有 form.toml）"])
    return found


def _folders_in(folder: Path) -> tuple[Path, ...]:
    if (folder / "form.toml").is_file():
        return (folder,)
    depths = ("*/form.toml", "*/*/form.toml") if (folder / ISSUED).is_file() else ("*/form.toml",)
    return tuple(path.parent for depth in depths for path in sorted(folder.glob(depth)))


@dataclass(frozen=True)
class _Definition:
    """A definition as it is written. Two with the same text are one, whatever folder they stand in."""

    folder: Path = field(compare=False)
    files: tuple[tuple[str, bytes], ...]


@lru_cache(maxsize=16)
def _load(folder: Path) -> Form:
    try:
        files = tuple((path.name, path.read_bytes()) for path in sorted(folder.glob("*.toml")))
    except OSError:
        return load_form(folder)  # which says what is wrong with it
    return _loaded(_Definition(folder, files))


@lru_cache(maxsize=16)
def _loaded(definition: _Definition) -> Form:
    """Return a form that every round issued with this text shares, with all that is worked out of it once."""
    return load_form(definition.folder)


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
