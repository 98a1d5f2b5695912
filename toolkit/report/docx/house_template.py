"""The report in an office's own Word template: docxtpl fills the names the template holds in double braces.

A name the report does not have is never printed as nothing, nor a whole table as a program sees it: all such names are
gathered, and no file is made.
"""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from toolkit.errors import InputError, nearest
from toolkit.filing.findings import show
from toolkit.filing.prose.marks import blank_marks, mark_figures
from toolkit.report.docx.package import to_bytes
from toolkit.report.docx.template_faults import explain_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jinja2 import Environment

    from toolkit.filing.filing import Filing
    from toolkit.report.document import Report, ReportSection


class Line(str):
    """A paragraph as a template prints it: its text, with the `level` of its heading (0 is body text) beside it."""

    __slots__ = ("level",)

    def __new__(cls, text: str, level: int) -> Self:
        """Return the text with its level."""
        line = super().__new__(cls, text)
        line.level = level
        return line

    level: int


class Prose(list[Line]):
    """The paragraphs of a section. `path` is what a template calls them."""

    def __init__(self, path: str, lines: Iterable[Line]) -> None:
        super().__init__(lines)
        self.path = path


class Names(dict[str, Any]):
    """Names below one name: `requests` holds the rows of that table. `path` is what to write before them."""

    def __init__(self, path: str, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self.path = path


def template_names(report: Report, filing: Filing) -> Names:
    """Return everything a template may name; figures are text as printed, a blank one ''."""
    blank = blank_marks(filing)
    marks = {label: "" if label in blank else show(figure) for label, figure in mark_figures(filing).items()}
    return Names(
        "",
        {
            **{section.id: _prose(section) for section in report.sections},
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


def _prose(section: ReportSection) -> Prose:
    return Prose(section.id, (Line(text.text, text.level) for text in section.paragraphs))


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
            formed, or names what the report does not have or what is not one figure or text; all such names are listed
            with what to write instead.
    """
    names = template_names(report, filing)
    mistakes: dict[str, None] = {}
    document = _opened(template, name)
    fault = _fill(document, names, _environment(names, mistakes))
    if mistakes or fault:
        raise InputError(name, mistakes or [f"花括号里的写法不对：{fault}"])  # what cannot be named may be the fault
    return to_bytes(document)


def _opened(template: bytes, name: str) -> Any:
    try:
        from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # it ships no types
    except ImportError as error:
        raise InputError(name, ['套用 Word 模板要先装 docxtpl：pip install "xxgk-toolkit[house]"']) from error
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.init_docx()
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(name, ["不是 Word 文档（.docx），请在 Word 或 WPS 里另存为 .docx"]) from error
    return document


def _fill(document: Any, names: Names, environment: Environment) -> str:
    """Fill what is in braces; return what stopped it, '' when nothing did."""
    from jinja2 import TemplateError

    try:
        document.render(names, environment)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        return explain_fault(error)
    return ""


def _environment(names: Names, mistakes: dict[str, None]) -> Environment:
    """Return a sandbox in which what cannot be printed is added to `mistakes` and prints nothing."""
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import SandboxedEnvironment

    known = tuple(_paths(names))

    class Unknown(ChainableUndefined):
        def __init__(self, hint: str | None = None, obj: Any = None, name: Any = None, **rest: Any) -> None:
            super().__init__(hint, obj, name, **rest)
            if name is not None:
                path = _path_of(obj, name)
                mistakes[f"报告里没有“{path}”{nearest(path, known)}"] = None

    class House(SandboxedEnvironment):
        def getattr(self, obj: Any, attribute: str) -> Any:
            # A row may be called like a method of dict (`items`), so what a table holds comes first, and alone.
            if isinstance(obj, Names):
                return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
            return super().getattr(obj, attribute)

    def printed(value: Any) -> Any:
        if isinstance(value, str | int | float | Decimal | Unknown) and not isinstance(value, bool):
            return value
        mistakes[_unprintable(value)] = None
        return ""

    return House(autoescape=True, undefined=Unknown, finalize=printed)


def _path_of(obj: Any, name: Any) -> str:
    if isinstance(obj, Names):
        return f"{obj.path}.{name}".lstrip(".")
    return str(name) if isinstance(name, str) else f"{getattr(obj, 'path', '')}[{name}]"


def _unprintable(value: Any) -> str:
    """Return what is wrong with printing a value that is neither a text nor a number, and what to write instead."""
    if isinstance(value, Prose):
        lines = f"{{%p for line in {value.path} %}}、{{{{ line }}}}、{{%p endfor %}}"
        return f"“{value.path}”是一段一段的文字，不能一次印出；请写成三行：{lines}"
    if isinstance(value, Names):
        example = next((path for path in _paths(value) if not isinstance(_at(value, path), Names)), "")
        return f"“{value.path}”下面还有许多项，不能一次印出；请写其中一项，如 {{{{ {example} }}}}"
    return "双花括号里有一处既不是文字也不是数，印不出来；请写一个字段编号或名称"


def _at(names: Names, path: str) -> Any:
    found: Any = names
    for part in path.removeprefix(f"{names.path}.").split("."):
        found = found[part]
    return found


def _paths(names: Names) -> Iterator[str]:
    for name, value in names.items():
        path = f"{names.path}.{name}".lstrip(".")
        yield path
        if isinstance(value, Names):
            yield from _paths(value)
