"""The editions there are, on the terminal or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from toolkit.cli.printing.as_json import say_json
from toolkit.form.registry import years_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.form.model import Form


def say_forms(forms: Iterable[Form], *, as_json: bool, proved: bool = False) -> None:
    """Print the editions and the years each serves; if `proved`, also which rules follow from others."""
    if as_json:
        keys = ("id", "edition", "title", "first_year", "last_year", "fingerprint")
        say_json([{key: getattr(form, key) for key in keys} | {"fields": len(form.fields)} for form in forms])
        return
    for form in forms:
        typer.echo(f"{form.edition}  {form.title}  用于 {years_of(form)}  {form.citation(form.source)}")
        if proved:
            _say_implied(form)


def _say_implied(form: Form) -> None:
    from toolkit.filing.proof import prove

    if implied := prove(form).implied:
        typer.echo(f"  别的规则成立就必然成立的：{'、'.join(implied)}")
