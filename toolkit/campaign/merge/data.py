"""The sum of a round as plain data for other programs, with a dictionary that says what every field means."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.campaign.merge.adding import figures_frame
from toolkit.files import csv_bytes, csv_cell, csv_pieces
from toolkit.filing.compact import figure_row
from toolkit.filing.findings import show
from toolkit.form.values import Kind
from toolkit.workbook.examining import finding_json, json_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolkit.campaign.merge.adding import Merged
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Field, Form
    from toolkit.form.values import Figure

TIDY, TOTALS, WIDE, WHOLE, PACKAGE = "tidy.csv", "totals.csv", "wide.parquet", "merged.json", "datapackage.json"
_KEYS = (
    ("organ", "机关名称"),
    ("code", "机关代码"),
)
_ABOUT_FIELD = (
    ("field", "字段标识，与报表里的名称相同"),
    ("table", "官方表格的标识"),
    ("row", "行标题，上下级之间用“/”隔开"),
    ("column", "列标题，上下级之间用“/”隔开"),
)
_SCOPE = (
    ("scope", "whole 是全部合计，subtotal 是一个机关连同它下面所有机关的合计"),
    ("counted", "已计入的机关数"),
    ("missing", "尚缺的机关数；不是 0 时合计只是暂定"),
)
_WIDE = (("code", "机关代码"), ("organ", "机关名称"), ("parent", "上级代码"))
_About = tuple[str, str, str, str]  # the columns of _ABOUT_FIELD
_MARK = "\0"  # stands for the organ in lines that all have in common; no text has it
_PLAIN = 10**9  # below it a count is shown digit for digit
_WHOLE_NUMBERS = {"counted", "missing"}


def has_parquet() -> bool:
    """Return whether the library that writes Parquet is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def tidy_files(merged: Merged) -> dict[str, Pieces]:
    """Return the data files by name, each in pieces to be taken once, in this order; wide.parquet if `has_parquet`.

    tidy.csv has one line per organ and figure, totals.csv the sums of every level, wide.parquet one row per organ.
    CSV files begin with a mark by which Excel knows UTF-8. Of ten thousand organs tidy.csv is some 400 MB, so it never
    stands in memory whole; datapackage.json tells its size and hash and is made last.
    """
    files = {
        TIDY: Pieces(_tidy_pieces(merged)),
        TOTALS: Pieces(csv_pieces(_total_rows(merged))),
        WHOLE: Pieces([_json(whole_json(merged))]),
    }
    if has_parquet():
        files[WIDE] = Pieces([figures_frame(merged).to_parquet(None, index=False)])
    return {**files, PACKAGE: Pieces(_json(_package(merged, files)) for _ in range(1))}


@dataclass
class Pieces:
    """The content of one file, to be taken once; after that its size in bytes and its hash are known."""

    content: Iterable[bytes]
    size: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """The hash of all that was taken."""
        return str(self.hash.hexdigest())

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.content:
            self.size += len(piece)
            self.hash.update(piece)
            yield piece


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _figures(form: Form) -> list[Field]:
    return [field for field in form.fields.values() if field.kind.is_figure]


def _tidy_pieces(merged: Merged) -> Iterator[bytes]:
    """Yield tidy.csv as `csv_pieces` would: of each line only the figure is new, the rest is written once."""
    form = merged.whole.form
    names = tuple(entry.id for entry in _figures(form))
    about = [_part(what).replace("%", "%%") for what in _about_figures(form)]
    lines = "".join([f"{_MARK},{what},%s\r\n" for what in about])
    yield csv_bytes([tuple(name for name, _ in (*_KEYS, *_ABOUT_FIELD, ("value", "")))])
    for share in merged.counted:
        if share.filing is not None:
            organ = _part((share.organ.name, share.organ.code))
            yield (lines % _all_shown(figure_row(share.filing, names))).replace(_MARK, organ).encode()


def _part(texts: tuple[str, ...]) -> str:
    """Return a part of a line of CSV."""
    return csv_bytes([texts]).decode("utf-8-sig").removesuffix("\r\n")


def _all_shown(figures: Sequence[Figure | None]) -> tuple[object, ...]:
    """Return figures as they stand in lines of CSV; plain counts, which nearly all are, are looked at once for all."""
    counts: Sequence[Any] = figures if {int}.issuperset(map(type, figures)) else (-1,)
    is_plain = min(counts, default=0) >= 0 and max(counts, default=0) < _PLAIN
    return tuple(figures if is_plain else map(_shown, figures))


def _shown(figure: Figure | None) -> object:
    """Return a figure as it stands in a line of CSV."""
    if type(figure) is int and 0 <= figure < _PLAIN:
        return figure
    return "" if figure is None else csv_cell(show(figure))


def _total_rows(merged: Merged) -> Iterator[tuple[str | int, ...]]:
    yield tuple(name for name, _ in (*_KEYS, *_SCOPE, *_ABOUT_FIELD, ("value", "")))
    about, counted = _about_figures(merged.whole.form), len(merged.counted)
    sums = [("whole", counted, len(merged.missing), merged.whole)]
    sums += [("subtotal", level.stop - level.first, level.missing, level.filing) for level in merged.levels]
    for scope, inside, missing, filing in sums:
        for what, value in _values(filing.figure, about):
            yield (filing.organ, filing.code, scope, inside, missing, *what, value)


def _about_figures(form: Form) -> list[_About]:
    return [(entry.id, entry.table, entry.row_label, entry.column_label) for entry in _figures(form)]


def _values(figure_of: Callable[[str], Figure | None], about: list[_About]) -> Iterator[tuple[_About, str]]:
    for what in about:
        figure = figure_of(what[0])
        yield what, "" if figure is None else show(figure)


def whole_json(merged: Merged) -> dict[str, Any]:
    """Return the sum, every level, who is counted and who is missing, and the findings, as plain data."""
    whole = merged.whole
    return {
        "organ": whole.organ,
        "code": whole.code,
        "year": whole.year,
        "form": f"{whole.form.id}/{whole.form.edition}",
        "provisional": merged.provisional or None,
        "expected": merged.expected,
        "counted": [_organ(share.organ.code, share.organ.name) for share in merged.counted],
        "missing": [_organ(share.organ.code, share.organ.name) for share in merged.missing],
        "values": _numbers(whole),
        "levels": [
            {**_organ(level.organ.code, level.organ.name), "missing": level.missing, "values": _numbers(level.filing)}
            for level in merged.levels
        ],
        "findings": [finding_json(finding) for finding in merged.findings],
    }


def _organ(code: str, name: str) -> dict[str, str]:
    return {"code": code, "organ": name}


def _numbers(filing: Filing) -> dict[str, Any]:
    return {name: json_value(figure) for name, figure in filing.figures().items()}


def _package(merged: Merged, files: Mapping[str, Pieces]) -> dict[str, Any]:
    whole, form = merged.whole, merged.whole.form
    value = [{"name": "value", "type": "number", "title": "数", "description": "空白表示没有这个数，不是 0"}]
    described = {
        TIDY: ("每个机关的每个数", [*_plain(_KEYS), *_plain(_ABOUT_FIELD), *value], ["code", "field"]),
        TOTALS: (
            "全部和各级合计",
            [*_plain(_KEYS), *_plain(_SCOPE), *_plain(_ABOUT_FIELD), *value],
            ["scope", "code", "field"],
        ),
        WIDE: ("每个机关一行", [*_plain(_WIDE), *(_dictionary(form, field) for field in _figures(form))], ["code"]),
    }
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"xxgk-{whole.year}",
        "title": form.words.report_title.format(organ=whole.organ, year=whole.year),
        "description": merged.provisional or "应计入的机关全部到齐。",
        "sources": [{"title": form.citation(form.source)}],
        "resources": [_resource(name, files[name], *described[name]) for name in described if name in files],
    }


def _plain(columns: tuple[tuple[str, str], ...]) -> Iterator[dict[str, Any]]:
    for name, title in columns:
        yield {"name": name, "type": "integer" if name in _WHOLE_NUMBERS else "string", "title": title}


def _dictionary(form: Form, field: Field) -> dict[str, Any]:
    """Return what a data dictionary says about one figure."""
    about = f"{field.row_label} / {field.column_label}".strip(" /")
    notes = (about, field.help, f"单位：{field.unit}" if field.unit else "")
    return {
        "name": field.id,
        "type": "number" if field.kind is Kind.AMOUNT else "integer",
        "title": field.label,
        "description": "。".join(note.rstrip("。") for note in notes if note),
        "source": form.citation(field.source),
    }


def _resource(name: str, content: Pieces, title: str, fields: list[dict[str, Any]], key: list[str]) -> dict[str, Any]:
    ending = name.rpartition(".")[2]
    media = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
    return {
        "name": name.partition(".")[0],
        "title": title,
        "path": name,
        "format": ending,
        "mediatype": media[ending],
        "encoding": "utf-8",
        "bytes": content.size,
        "hash": f"sha256:{content.digest}",
        "schema": {"fields": fields, "primaryKey": key, "missingValues": [""]},
    }
