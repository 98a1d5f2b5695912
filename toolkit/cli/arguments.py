"""Command lines as people write them: several formats after one `--to`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TO = "--to"


def spread_formats(arguments: Sequence[str], formats: Iterable[str]) -> list[str]:
    """Return the arguments with `--to docx html` written out as `--to docx --to html`, which the parser can read.

    Only the names of formats are taken, so a file that follows stays a file.
    """
    known, spread, after = frozenset(formats), list[str](), False
    for argument in arguments:
        if after and argument in known and spread[-1] != TO:
            spread.append(TO)
        after = argument == TO or (after and argument in known)
        spread.append(argument)
    return spread
