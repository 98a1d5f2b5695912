"""How often the right cell is named, on made-up tables of four sizes with one typing error or more. A page of tables.

Run as `python tests/benchmarks/locating.py [cases per size [edition...]]`: it prints the tables of docs/locating.md. A
share of 4,000 cases strays by about half a percentage point either way; every round has dice of its own, and where a
share is near what is promised all of ROUNDS are measured and pooled. The tables are drawn from a multinomial over
rows and columns whose shares vary from table to table; the error is one of four slips, each as likely, whatever the
ranking believes about them. Cells that hold 0 are left alone. tests/filing/locating/test_search.py uses the same cases.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from toolkit.filing.filing import Filing
from toolkit.filing.locating.search import MAYBE_MORE, MORE_WRONG, suspects_of
from toolkit.form.registry import form_of_edition
from toolkit.form.rules import total_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.findings import Suspect
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

COLUMNS = [column.id for column in form_of_edition("2021").table("requests").leaf_columns("all")][:-1]
COLUMN_SHARES = (80, 9, 2, 2, 4, 3)
ROW_SHARES = {
    "granted": 32, "partly_granted": 8, "unavailable_not_held": 26, "unavailable_needs_making": 4,
    "not_processed_petition": 4, "refused_third_party": 3, "refused_internal_affairs": 2, "refused_deliberative": 2,
}  # fmt: skip
_NAMES = {2: "double", 3: "triple"}
SIZES = (20, 100, 1_000, 10_000)
YEARS = {"2021": 2023, "2019": 2020}
ROUNDS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Case:
    """A filing with one figure mistyped, and what was meant where."""

    filing: Filing
    field: str
    meant: int


@dataclass(frozen=True)
class Setting:
    """What a filing offers to hold on to: control totals, typed totals, last year, columns that resemble each other."""

    controls: bool
    stated: bool = False
    previous: bool = False
    alike: bool = True
    edition: str = field(default="2021", repr=False)
    round: int = field(default=1, repr=False)

    @property
    def form(self) -> Form:
        """The form the tables are of."""
        return form_of_edition(self.edition)

    @property
    def seed(self) -> str:
        """What the dice are seeded with besides the size."""
        edition = "" if self.edition == "2021" else f" {self.edition}"
        return f"{self}{edition}" if self.round == 1 else f"{self}{edition} {self.round}"


def results_of(form: Form) -> list[str]:
    """Return the rows of results that are typed."""
    return [row for row in form.table("requests").rows_under(["results"]) if row != "results_total"]


def make_filing(size: int, rng: random.Random, setting: Setting) -> Filing:
    """Return a filing whose figures add up, of about `size` applications."""
    columns = [share * rng.gammavariate(2, 0.5) for share in COLUMN_SHARES]
    form, year = setting.form, YEARS[setting.edition]
    rows = _row_shares(form, rng, alike=setting.alike)
    answers, zeros = _table(form, size, rows, columns, rng), dict.fromkeys(_typed(form), 0)
    before = _before(answers, _table(form, round(size * rng.uniform(0.7, 1.3)), rows, columns, rng))
    old = Filing(form, "某局", "", year - 1, zeros | before).figures() if setting.previous else {}
    answers = zeros | answers | (_controls(form, answers) if setting.controls else {})
    filing = Filing(form, "某局", "", year, answers, old)
    totals = [name for name in total_parts(form) if name.startswith("requests.")]
    return replace(filing, stated={name: filing.values[name] for name in totals}) if setting.stated else filing


def make_case(size: int, rng: random.Random, setting: Setting) -> Case:
    """Return a filing with one typing error in a cell of the requests table that is not 0."""
    filing = make_filing(size, rng, setting)
    name = rng.choice(typed_cells(filing))
    return Case(mistyped(filing, name, rng), name, filing.typed_figure(name))


def typed_cells(filing: Filing) -> list[str]:
    """Return the cells of the requests table that were typed and are not 0, typed totals among them."""
    return [
        name for name in (*filing.answers, *filing.stated) if name.startswith("requests.") and filing.typed_figure(name)
    ]


def mistyped(filing: Filing, field: str, rng: random.Random) -> Filing:
    """Return a filing with one cell mistyped."""
    wrong = mistype(filing.typed_figure(field), rng)
    if field in filing.stated:
        return replace(filing, stated={**filing.stated, field: wrong})
    return filing.with_answers({field: wrong})


def make_double(size: int, rng: random.Random, setting: Setting, count: int = 2) -> tuple[Filing, dict[str, int]]:
    """Return a filing with typing errors in two cells or more, and what was meant in them."""
    filing = make_filing(size, rng, setting)
    meant = {name: filing.typed_figure(name) for name in rng.sample(typed_cells(filing), count)}
    wrong = filing
    for name in meant:
        wrong = mistyped(wrong, name, rng)
    return wrong, meant


def names_pair(filing: Filing, meant: dict[str, int]) -> bool:
    """Return whether all cells come first with what was meant: as a set, or each under checks of its own."""
    lists = [[(suspect.field, suspect.value) for suspect in found] for found in suspects_of(filing).values() if found]
    wanted = set(meant.items())
    return bool(lists) and (
        all(set(named[: len(meant)]) == wanted for named in lists) or {named[0] for named in lists} == wanted
    )


def claims(suspects: tuple[Suspect, ...]) -> bool:
    """Return whether one cell alone is named without a word that more may be wrong."""
    return len(suspects) == 1 and not any(word in suspects[0].reason for word in (MORE_WRONG, MAYBE_MORE))


def mistype(meant: int, rng: random.Random) -> int:
    """Return the figure with one digit changed, added, dropped or swapped with its neighbour."""
    while True:
        text, at = str(meant), rng.randrange(len(str(meant)))
        slip, digit = rng.choice(("changed", "added", "dropped", "swapped")), rng.choice("0123456789")
        typed = {
            "changed": text[:at] + digit + text[at + 1 :],
            "added": text[:at] + digit + text[at:],
            "dropped": text[:at] + text[at + 1 :],
            "swapped": text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
        }[slip]
        if typed and int(typed) != meant:
            return int(typed)


def rank_of(case: Case) -> int:
    """Return the place of the right cell with the right value, the same under every broken check; 0 where it lacks."""
    return _worst_place(suspects_of(case.filing), (case.field, case.meant))


def _worst_place(found: Mapping[str, tuple[Suspect, ...]], wanted: tuple[str, Figure]) -> int:
    worst = 0
    for suspects in found.values():
        named = [(suspect.field, suspect.value) for suspect in suspects]
        if wanted not in named:
            return 0
        worst = max(worst, named.index(wanted) + 1)
    return worst


def _row_shares(form: Form, rng: random.Random, *, alike: bool) -> dict[str, list[float]]:
    """Return each column's shares of the rows: one law for all, or each column its own and no row favoured."""
    law = [ROW_SHARES.get(row, 1) * rng.gammavariate(1, 1) for row in results_of(form)]
    return {column: law if alike else [rng.gammavariate(0.5, 1) + 1e-9 for _ in law] for column in COLUMNS}


def _table(
    form: Form, size: int, rows: dict[str, list[float]], columns: list[float], rng: random.Random
) -> dict[str, int]:
    results, sizes = results_of(form), Counter(rng.choices(COLUMNS, columns, k=size))
    answers = {
        _cell(row, column): count
        for column in COLUMNS
        for row, count in Counter(rng.choices(results, rows[column], k=sizes[column])).items()
    }
    for row in ("carried_in", "carried_out"):
        waiting = Counter(rng.choices(COLUMNS, columns, k=round(size * rng.uniform(0, 0.1))))
        answers |= {_cell(row, column): waiting[column] for column in COLUMNS}
    for column in COLUMNS:
        done = sum(answers.get(_cell(row, column), 0) for row in [*results, "carried_out"])
        carried = min(done, answers[_cell("carried_in", column)])
        answers |= {_cell("carried_in", column): carried, _cell("new", column): done - carried}
    return answers


def _before(answers: dict[str, int], old: dict[str, int]) -> dict[str, int]:
    return old | {_cell("carried_out", column): answers[_cell("carried_in", column)] for column in COLUMNS}


def _controls(form: Form, answers: dict[str, int]) -> dict[str, int]:
    table = form.table("requests")
    return {
        f"control.{control.id}": sum(
            answers.get(_cell(row, column), 0) for row in table.rows_under(control.rows) for column in COLUMNS
        )
        for control in table.controls
    }


def _typed(form: Form) -> list[str]:
    return [name for name, entry in form.fields.items() if entry.kind.is_required_figure]


def _cell(row: str, column: str) -> str:
    return f"requests.{row}.{column}"


@dataclass
class Tally:
    """What came of a number of tables: how often each thing that is counted was so, and how long each table took."""

    counts: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.counts + other.counts, self.times + other.times)

    def add(self, seconds: float, **facts: bool) -> None:
        """Count one table."""
        self.times.append(seconds * 1000)
        self.counts.update(name for name, fact in facts.items() if fact)

    def share(self, name: str) -> str:
        """Return how often something was so, as it is printed."""
        return f"{self.counts[name] / len(self.times):.1%}"

    @property
    def took(self) -> str:
        """The median of the processor's time, in milliseconds."""
        return f"{median(self.times):.1f}"


def measure(size: int, cases: int, setting: Setting) -> Tally:
    """Return how often the right cell with the right value comes first and among the first three."""
    rng, tally = random.Random(f"{size}-{setting.seed}"), Tally()  # noqa: S311
    for _ in range(cases):
        case = make_case(size, rng, setting)
        start = time.process_time()
        found = suspects_of(case.filing)
        seconds = time.process_time() - start
        rank = _worst_place(found, (case.field, case.meant))
        tally.add(seconds, first=rank == 1, three=1 <= rank <= 3)
    return tally


def measure_several(size: int, cases: int, setting: Setting, count: int) -> Tally:
    """Return of several errors in one table: all first, one claimed, an innocent claimed, a wrong one listed."""
    rng, tally = random.Random(f"{_NAMES[count]}-{size}-{setting.seed}"), Tally()  # noqa: S311
    for _ in range(cases):
        filing, meant = make_double(size, rng, setting, count)
        start = time.process_time()
        found = suspects_of(filing).values()
        seconds = time.process_time() - start
        alone = {suspects[0].field for suspects in found if claims(suspects)}
        fields = {suspect.field for suspects in found for suspect in suspects}
        right = names_pair(filing, meant)
        tally.add(
            seconds, right=right, alone=bool(alone), innocent=not alone <= set(meant), hit=bool(fields & {*meant})
        )
    return tally


def _given(size: int, setting: Setting, *, short: bool = False) -> str:
    flags = (setting.controls, setting.stated, setting.previous, setting.alike)[: 2 if short else 4]
    return f"| {size:,} | " + " | ".join("有" if flag else "无" for flag in flags) + " |"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _singles(cases: int, edition: str) -> None:
    made = partial(Setting, edition=edition)
    _say("| 件数 | 台账核对数 | 总计也手填 | 上年数 | 列相似 | 首位 | 前三位 | 中位毫秒 |")
    _say("|--:|:-:|:-:|:-:|:-:|--:|--:|--:|")
    others = (made(controls=False), made(controls=True, previous=True), made(controls=True, alike=False))
    for setting in (made(controls=False, stated=True), *others):
        for size in SIZES:
            tally = measure(size, cases, setting)
            _say(f"{_given(size, setting)} {tally.share('first')} | {tally.share('three')} | {tally.took} |")


def _pooled(cases: int, edition: str) -> None:
    """Print what the control totals are worth, by every seed and over all of them."""
    _say("| 件数 | 首位：各组 | 合计 | 前三位：各组 | 合计 | 中位毫秒 |")
    _say("|--:|--|--:|--|--:|--:|")
    for size in SIZES:
        rounds = [measure(size, cases, Setting(controls=True, edition=edition, round=number)) for number in ROUNDS]
        whole = sum(rounds, Tally())
        shares = [
            f"{' '.join(tally.share(name) for tally in rounds)} | {whole.share(name)}" for name in ("first", "three")
        ]
        _say(f"| {size:,} | {' | '.join(shares)} | {whole.took} |")


def _several(cases: int, edition: str, count: int) -> None:
    """Print what is found of several errors in one table, over all seeds."""
    first = f"{'两三'[count - 2]}格在前"
    _say(f"| 件数 | 台账核对数 | 总计也手填 | {first} | 单指一格 | 其中指错 | 列出的格里有真错的 | 中位毫秒 |")
    _say("|--:|:-:|:-:|--:|--:|--:|--:|--:|")
    given = [{"controls": False, "stated": True}, {"controls": True}, {"controls": False}]
    for flags in given if count == 2 else given[:2]:
        for size in SIZES:
            settings = [Setting(**flags, edition=edition, round=number) for number in ROUNDS]
            tally = sum(
                (measure_several(size, max(cases // len(ROUNDS), 1), each, count) for each in settings), Tally()
            )
            shares = " | ".join(tally.share(name) for name in ("right", "alone", "innocent", "hit"))
            _say(f"{_given(size, settings[0], short=True)} {shares} | {tally.took} |")


def main() -> None:
    """Print the tables of docs/locating.md."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    for edition in sys.argv[2:] or YEARS:
        _say(f"{edition} 版，有台账核对数，打错一处，每行 {len(ROUNDS)} 组种子各 {cases:,} 张")
        _pooled(cases, edition)
        _say(f"{edition} 版，打错一处，每行 {cases:,} 张")
        _singles(cases, edition)
        _say(f"{edition} 版，打错两处，每行 {len(ROUNDS)} 组种子共 {cases:,} 张")
        _several(cases, edition, 2)
        _say(f"{edition} 版，打错三处，每行 {len(ROUNDS)} 组种子共 {cases // 10:,} 张")
        _several(cases // 10, edition, 3)


if __name__ == "__main__":
    main()
