"""The sum of one or many sets of shards, added part by part: a province of its counties, a country of its provinces."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.campaign.merge.shards import figure_columns, open_store, read_manifest, tables_of
from toolkit.errors import InputError
from toolkit.files import csv_bytes
from toolkit.filing.checking import check_filing
from toolkit.filing.filing import Filing
from toolkit.filing.findings import show
from toolkit.form.registry import load_forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from toolkit.campaign.merge.shards import Shards, Store
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

_NAMED = 5


@dataclass(frozen=True)
class ShardTotal:
    """The sum of sets of shards: of each set its list and its figures, then the whole and its findings."""

    form: Form
    sets: tuple[tuple[Shards, Mapping[str, Figure]], ...]
    whole: Filing
    findings: tuple[Finding, ...]

    @property
    def counted(self) -> int:
        """How many returns are in the sum."""
        return sum(shards.counted for shards, _ in self.sets)

    @property
    def missing(self) -> int:
        """How many returns the rounds still wait for."""
        return sum(shards.missing for shards, _ in self.sets)

    @property
    def is_provisional(self) -> bool:
        """Whether any of the sets is not complete."""
        return any(shards.is_provisional for shards, _ in self.sets)


def total_shards(addresses: Sequence[str], forms: Path | None = None) -> ShardTotal:
    """Return the sum of the shards at these addresses.

    Raises:
        InputError: a set cannot be read, is of another form or year than the first, or an organ stands in two sets.
    """
    stores = [open_store(address) for address in addresses]
    manifests = [read_manifest(store) for store in stores]
    form = _form_of(stores[0], manifests[0], forms)
    _refuse_strangers(stores, manifests)
    columns, seen = figure_columns(form), dict[tuple[str, str], str]()
    sets = []
    for store, shards in zip(stores, manifests, strict=True):
        sums: dict[str, Figure] = {}
        for table in tables_of(store, shards, columns):
            _note_organs(store, table, seen)
            for name, figure in _sums(table, columns):
                sums[name] = sums.get(name, 0) + figure
        sets.append((shards, sums))
    whole = _whole(form, manifests, [sums for _, sums in sets])
    figures = {entry.id for entry in form.fields.values() if entry.kind.is_figure}
    findings = (one for one in check_filing(whole) if {place.field for place in one.places} & figures)
    return ShardTotal(form, tuple(sets), whole, tuple(findings))


def _form_of(store: Store, shards: Shards, forms: Path | None) -> Form:
    found = [form for form in load_forms(forms) if f"{form.id}/{form.edition}" == shards.form]
    if not found:
        raise InputError(store.address, [f"表式“{shards.form}”不认识；自己的表式请用 --forms 指出它的文件夹"])
    return found[0]


def _refuse_strangers(stores: Sequence[Store], manifests: Sequence[Shards]) -> None:
    first = manifests[0]
    for store, shards in zip(stores, manifests, strict=True):
        if (shards.form, shards.year) != (first.form, first.year):
            found, wanted = f"{shards.form} {shards.year} 年", f"{first.form} {first.year} 年"
            raise InputError(store.address, [f"是 {found}的，不能和 {wanted}的（{stores[0].address}）相加"])


def _note_organs(store: Store, table: pa.Table, seen: dict[tuple[str, str], str]) -> None:
    """Remember who is in; an organ that stands in two sets, or in one twice, would be counted twice."""
    organs = list(zip(table["code"].to_pylist(), table["organ"].to_pylist(), strict=True))
    twice = [organ for organ, times in Counter(organs).items() if times > 1 or organ in seen]
    if twice:
        shown = "、".join(f"“{name}”（{code}）" for code, name in twice[:_NAMED])
        more = f"等 {len(twice)} 家" if len(twice) > _NAMED else ""
        other = seen.get(twice[0], store.address)
        raise InputError(store.address, [f"{shown}{more}在 {other} 里已经有了，会算两次；请去掉其中一处"])
    seen.update(dict.fromkeys(organs, store.address))


def _sums(table: pa.Table, columns: Mapping[str, bool]) -> Iterator[tuple[str, Figure]]:
    """Yield each figure's sum; a column without a single figure has none."""
    import pyarrow.compute as pc

    for name in columns:
        added = pc.sum(table[name]).as_py()
        if added is not None:
            yield name, int(added) if added == int(added) else added.normalize()


def _whole(form: Form, manifests: Sequence[Shards], sets: Sequence[Mapping[str, Figure]]) -> Filing:
    """Return the sums as a filing of the first office, totals recomputed from what they add."""
    typed = [entry.id for entry in form.fields.values() if entry.kind.is_required_figure]
    figures = {name: [sums[name] for sums in sets if name in sums] for name in typed}
    added = {name: sum(each) for name, each in figures.items() if each}
    first = manifests[0]
    organ = first.organ if len(manifests) == 1 else f"{first.organ}等 {len(manifests)} 处"
    return Filing(form, organ, first.code, first.year, added)


def total_csv(total: ShardTotal) -> bytes:
    """Return one line per figure: its id and labels, the whole, then every set under the name of its office."""
    heads = ["field", "table", "row", "column", "whole", *(shards.organ for shards, _ in total.sets)]
    return csv_bytes([tuple(heads), *_lines(total)])


def _lines(total: ShardTotal) -> Iterator[tuple[str, ...]]:
    for entry in total.form.fields.values():
        if entry.kind.is_figure:
            figures = [total.whole.figure(entry.id), *(sums.get(entry.id) for _, sums in total.sets)]
            shown = ("" if figure is None else show(figure) for figure in figures)
            yield (entry.id, entry.table, entry.row_label, entry.column_label, *shown)
