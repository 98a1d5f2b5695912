"""Who may come in: a browser of this machine that was given the address, and pages of the desk itself; nobody else.

The address holds a token for one use. It is exchanged for a cookie that scripts cannot read, and another token is made
for the next browser. A page of another site in the same browser has neither, and what it sends is known by its headers.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response

HOST = "127.0.0.1"
ENTRANCE = "/enter"
_SECRET_BYTES = 32
_METHODS = frozenset({"GET", "HEAD", "POST"})
# What browsers say of who asks for a page: a page of ours, or the person by the address bar.
_OWN_SITES = frozenset({"same-origin", "none"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# For documents that bring their own style: they may show themselves, and nothing else.
DOCUMENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: Chromium would then send `Origin: null` with every upload.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass
class Door:
    """The secrets of one running desk. `announce` is told every new address that may be opened once."""

    port: int
    announce: Callable[[str], None] = lambda _: None
    _token: str = field(default="", repr=False)
    _pass: str = field(default_factory=lambda: secrets.token_urlsafe(_SECRET_BYTES), repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        """Make the first token."""
        self._token = secrets.token_urlsafe(_SECRET_BYTES)

    @property
    def host(self) -> str:
        """What a browser must have asked for."""
        return f"{HOST}:{self.port}"

    @property
    def address(self) -> str:
        """The address that opens the desk once."""
        return f"http://{self.host}{ENTRANCE}?token={self._token}"

    @property
    def cookie(self) -> str:
        """The cookie's name; cookies are shared by all ports, so it has ours."""
        return f"xxgk-{self.port}"

    def admit(self, token: str) -> str:
        """Return what the cookie has to hold, once for every token; an empty text for a wrong or used one."""
        with self._lock:
            if not compare_digest(token.encode(), self._token.encode()):
                return ""
            self._token = secrets.token_urlsafe(_SECRET_BYTES)
        self.announce(self.address)
        return self._pass

    def refusal(self, request: Request) -> str:
        """Return why a request is refused, in words for people; an empty text for one that is let in."""
        if request.headers.get("Host", "") != self.host:
            return "地址不对。"
        if request.method not in _METHODS:
            return "不支持这种请求。"
        if request.path == ENTRANCE and request.method != "POST":
            return ""
        if not self._is_own(request):
            return "请求来自别的网页。"
        held = request.cookies.get(self.cookie, "")
        return "" if compare_digest(held.encode(), self._pass.encode()) else "这个页面只给启动它的人用。"

    def _is_own(self, request: Request) -> bool:
        """Return whether a page of ours or the person asks; older browsers say only the one or the other."""
        is_own_origin = request.method != "POST" or request.headers.get("Origin") == f"http://{self.host}"
        return is_own_origin and request.headers.get("Sec-Fetch-Site", "none") in _OWN_SITES


def protect(response: Response) -> Response:
    """Return a response with the headers that keep the browser from doing more with it than showing it."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.extend(_HEADERS)
    return response
