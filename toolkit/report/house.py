"""The report in an office's own Word template: docxtpl fills the names the template holds in double braces.

A name the report does not have is never printed as nothing: all such names are gathered, and no file is made.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Self

from toolkit.errors import InputError, nearest
from toolkit.filing.findings import show
from toolkit.filing.prose import mark_figures
from toolkit.report.docx_package import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2 import Environment

    from toolkit.filing.filing import Filing
    from toolkit.report.document import Report


class Line(str):
    """A paragraph as a template prints it: its text, with the `level` of its heading (0 is body text) beside it."""

    __slots__ = ("level",)

    def __new__(cls, text: str, level: int) -> Self:
        """Return the text with its level."""
        line = super().__new__(cls, text)
        line.level = level
        return line

    level: int


class Names(dict[str, Any]):
    """Names below one name: `requests` holds the rows of that table. `path` is what to write before them."""

    def __init__(self, path: str, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self.path = path


def template_names(report: Report, filing: Filing) -> Names:
    """Return everything a template may name; figures are text as printed, a blank one ''."""
    marks = {label: show(figure) for label, figure in mark_figures(filing).items()}
    return Names(
        "",
        {
            **{section.id: [Line(text.text, text.level) for text in section.paragraphs] for section in report.sections},
            **{table.id: _rows(table.id, table.figures) for table in report.tables},
            "organ": report.organ,
            "year": report.year,
            "title": report.title,
            "date": report.dated,
            "signature": report.signature,
            "provisional": report.provisional,
            "preamble": report.preamble,
            "headings": Names("headings", {section.id: section.heading for section in report.sections}),
            "contacts": Names("contacts", _contacts(report, filing)),
            "marks": Names("marks", marks),
        },
    )


def _rows(table: str, figures: Mapping[str, str]) -> Names:
    rows = Names(table, {})
    for field, text in figures.items():
        _, row, column = field.split(".")
        rows.setdefault(row, Names(f"{table}.{row}", {}))[column] = text
    return rows


def _contacts(report: Report, filing: Filing) -> dict[str, str]:
    blank = {note.id: "" for note in filing.form.notes if note.public}
    return blank | {contact.id: contact.text for contact in report.contacts}


def render_house(report: Report, filing: Filing, template: bytes, name: str) -> bytes:
    """Return the report as the bytes of a .docx file made from a Word template.

    Args:
        report: the report.
        filing: what it was built from.
        template: the bytes of the template.
        name: what to call the template in messages.

    Raises:
        InputError: docxtpl is not installed, or the file is no Word document, or what stands in its braces is not well
            formed or names what the report does not have; every such name is listed with the nearest one there is.
    """
    names = template_names(report, filing)
    unknown: dict[str, None] = {}
    document = _filled(template, name, names, _environment(unknown))
    if unknown:
        known = tuple(_paths(names))
        raise InputError(name, [f"报告里没有“{path}”{nearest(path, known)}" for path in unknown])
    return to_bytes(document)


def _filled(template: bytes, name: str, names: Names, environment: Environment) -> Any:
    try:
        from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # it ships no types
    except ImportError as error:
        raise InputError(name, ['套用 Word 模板要先装 docxtpl：pip install "xxgk-toolkit[house]"']) from error
    from jinja2 import TemplateError

    document = DocxTemplate(io.BytesIO(template))
    try:
        document.init_docx()
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(name, ["不是 Word 文档（.docx），请在 Word 或 WPS 里另存为 .docx"]) from error
    try:
        document.render(names, environment)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise InputError(name, [f"花括号里的写法不对：{error}"]) from error
    return document


def _environment(unknown: dict[str, None]) -> Environment:
    """Return a sandbox in which every name that is not there is added to `unknown` and prints nothing."""
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Unknown(ChainableUndefined):
        def __init__(self, hint: str | None = None, obj: Any = None, name: str | None = None, *rest: Any) -> None:
            super().__init__(hint, obj, name, *rest)
            if name is not None:
                unknown[f"{obj.path}.{name}".lstrip(".") if isinstance(obj, Names) else name] = None

    class House(SandboxedEnvironment):
        def getattr(self, obj: Any, attribute: str) -> Any:
            # A row may be called like a method of dict (`items`), so what a table holds comes first, and alone.
            if isinstance(obj, Names):
                return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
            return super().getattr(obj, attribute)

    return House(autoescape=True, undefined=Unknown)


def _paths(names: Names) -> Iterator[str]:
    for name, value in names.items():
        path = f"{names.path}.{name}".lstrip(".")
        yield path
        if isinstance(value, Names):
            yield from _paths(value)
