"""The rules proved: noughts and large figures satisfy every edition; what follows and what contradicts is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL

from toolkit.errors import DefinitionError
from toolkit.filing.proof import prove, require_provable
from toolkit.form.registry import load_forms

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.form.model import Form


@pytest.mark.parametrize("form", load_forms(SMALL), ids=lambda form: form.edition)
def test_every_edition_is_satisfied_by_noughts_and_by_large_figures(form: Form) -> None:
    proof = prove(form)
    assert proof.broken_by_noughts == ()
    assert proof.contradicting == ()


@pytest.mark.parametrize("form", load_forms(), ids=lambda form: form.edition)
def test_the_balance_of_the_totals_follows_from_those_of_the_columns(form: Form) -> None:
    assert set(prove(form).implied) == {"requests_balance.total", "requests_carried_in.total"}


def small_copy(folder: Path) -> Path:
    shutil.copytree(SMALL, folder)
    return folder


def test_rules_no_filing_can_satisfy_are_refused_by_name(tmp_path: Path) -> None:
    forms = small_copy(tmp_path / "forms")
    (path,) = forms.rglob("rules.toml")
    text = path.read_text(encoding="utf-8")
    start = text.index("[[rule]]", text.index('id = "handling_balance"') - 40)
    end = text.index("[[rule]]", start + 10)
    again = (
        text[start:end]
        .replace("handling_balance", "handling_again")
        .replace('left = ["received", "open_before"]', 'left = ["received"]')
    )
    assert again != text[start:end].replace("handling_balance", "handling_again")
    path.write_text(text + "\n" + again, encoding="utf-8")
    with pytest.raises(DefinitionError, match="互相矛盾的可能是"):
        require_provable(load_forms(forms))


def with_balance(form: Form, name: str, left: tuple[str, ...], right: tuple[str, ...]) -> Form:
    """Return a form with one more balance of applications."""
    rule = next(rule for rule in form.rules if rule.id == "requests_balance")
    sides = {"left": left, "right": right}
    parameters = tuple((key, sides.get(key, value)) for key, value in rule.parameters)
    return replace(form, rules=(*form.rules, replace(rule, id=name, parameters=parameters)))


@pytest.mark.parametrize("form", load_forms(), ids=lambda form: form.edition)
def test_a_balance_said_twice_follows_in_whatever_order_it_is_written(form: Form) -> None:
    left, right = ("new", "carried_in"), ("results_total", "carried_out")
    for one in permutations(left):
        for other in permutations(right):
            for sides in ((one, other), (other, one)):
                proof = prove(with_balance(form, "again", *sides))
                assert proof.contradicting == ()
                assert {"again.natural_person", "again.total"} <= set(proof.implied)


@pytest.mark.parametrize("form", load_forms(), ids=lambda form: form.edition)
def test_only_the_rules_that_contradict_each_other_are_named(form: Form) -> None:
    found = prove(with_balance(form, "no_rest", ("new", "carried_in"), ("results_total",))).contradicting
    assert {key.partition(".")[0] for key in found} == {"requests_balance", "no_rest"}


def test_the_command_names_what_follows_from_other_rules(xxgk: Cli) -> None:
    assert "别的规则成立就必然成立的：handling_balance.all_channels" in xxgk("forms", "--forms", SMALL).out
