"""Every address of the desk, and which function of `toolkit/desk/pages` answers it.

A page's module is imported when its page is asked for the first time: the first page is there before the rest of the
toolkit is read.
"""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

_ROUND = "/round/<key>"
# Method, path, module and function; the latter two are also what templates and redirects call the page.
ADDRESSES: tuple[tuple[str, str, str], ...] = (
    ("GET", "/", "start.start"),
    ("GET", "/roster.xlsx", "start.roster"),
    ("POST", "/new", "start.new"),
    ("POST", "/example", "start.example"),
    ("GET", "/audit", "auditing.audit"),
    ("POST", "/audit", "auditing.review"),
    ("GET", "/audit/<path:name>", "auditing.reviewed"),
    ("GET", "/job", "start.job"),
    ("POST", "/job/<int:number>/read", "start.read"),
    ("GET", f"{_ROUND}/", "round.board"),
    ("POST", f"{_ROUND}/issue", "round.issue"),
    ("POST", f"{_ROUND}/collect", "round.collect"),
    ("POST", f"{_ROUND}/inbox", "round.inbox"),
    ("POST", f"{_ROUND}/remind", "round.remind"),
    ("POST", f"{_ROUND}/assign", "round.assign"),
    ("GET", f"{_ROUND}/problems", "round.problems"),
    ("GET", f"{_ROUND}/chase/<int:number>", "round.chase"),
    ("GET", f"{_ROUND}/history", "round.history"),
    ("GET", f"{_ROUND}/status.xlsx", "round.status"),
    ("GET", f"{_ROUND}/rules", "judging.rules"),
    ("GET", f"{_ROUND}/rules/<name>", "judging.rule"),
    ("GET", f"{_ROUND}/assess", "judging.assess"),
    ("GET", f"{_ROUND}/assess/<path:code>", "judging.assessed"),
    ("GET", f"{_ROUND}/assess.xlsx", "judging.assess_file"),
    ("GET", f"{_ROUND}/file/<path:name>", "round.file"),
    ("GET", f"{_ROUND}/received/<sha256>", "round.received"),
    ("GET", f"{_ROUND}/received/<sha256>/migrated", "round.migrated"),
    ("GET", f"{_ROUND}/organ/<path:code>", "organ.organ"),
    ("POST", f"{_ROUND}/decide", "decisions.decide"),
    ("GET", f"{_ROUND}/whole/", "whole.whole"),
    ("GET", f"{_ROUND}/whole/why/<field>", "whole.why"),
    ("GET", f"{_ROUND}/whole/errata", "whole.errata"),
    ("GET", f"{_ROUND}/whole/preview", "whole.preview"),
    ("GET", f"{_ROUND}/whole/compare", "comparing.compare"),
    ("GET", f"{_ROUND}/whole/compare.html", "comparing.compare_page"),
    ("GET", f"{_ROUND}/whole/compare.xlsx", "comparing.compare_file"),
    ("POST", f"{_ROUND}/whole/merge", "whole.merge"),
    ("POST", f"{_ROUND}/whole/publish", "whole.publish"),
)


def add_addresses(app: Flask) -> None:
    """Give an application every address."""
    for method, path, name in ADDRESSES:
        app.add_url_rule(path, name, partial(_answer, name), methods=[method])


def _answer(name: str, /, **parameters: Any) -> ResponseReturnValue:
    answer: ResponseReturnValue = page_of(name)(**parameters)
    return answer


def page_of(name: str) -> Callable[..., Any]:
    """Return the function behind an entry of `ADDRESSES`."""
    module, _, function = name.partition(".")
    return getattr(importlib.import_module(f"toolkit.desk.pages.{module}"), function)  # type: ignore[no-any-return]


def read_ahead() -> None:
    """Import every page, so that none has to wait for it."""
    for _, _, name in ADDRESSES:
        page_of(name)
