"""The application: its pages put together, everything before and after a request, and what is said when it fails."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, g, make_response, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from toolkit.desk.addresses import add_addresses
from toolkit.desk.door import ENTRANCE, Door, protect
from toolkit.desk.files import MOST_BYTES, MOST_PARTS
from toolkit.desk.jobs import Jobs
from toolkit.desk.remedies import here
from toolkit.desk.rounds import EXTENSION, Desk, desk
from toolkit.errors import ToolkitError
from toolkit.filing.findings import show

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Response

_WORDS = {
    400: "这个请求看不懂。",
    403: "不能打开。",
    404: "地址不对，或者它说的机关、文件已经不在了。",
    405: "不支持这种请求。",
    413: "一次送来的太多了。一次最多 1 GB，请分几次。",
}


def make_app(base: Path, door: Door, jobs: Jobs | None = None) -> Flask:
    """Return the desk's application over the rounds in a folder."""
    app = Flask(__name__, static_folder="assets", static_url_path="/assets")
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_PARTS=MOST_PARTS, TRAP_HTTP_EXCEPTIONS=False)
    app.extensions[EXTENSION] = Desk(base, jobs or Jobs(), door)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(show=show, here=here)
    app.before_request(_ask)
    app.after_request(protect)
    app.context_processor(lambda: {"desk": desk(), "job": desk().jobs.latest})
    app.add_url_rule(ENTRANCE, "enter", _enter, methods=["GET"])
    app.add_url_rule("/favicon.ico", "icon", lambda: app.send_static_file("desk.svg"))
    add_addresses(app)
    app.register_error_handler(ToolkitError, _say_error)
    app.register_error_handler(HTTPException, _say_refusal)
    app.register_error_handler(Exception, _say_defect)
    return app


def _ask() -> Response | None:
    refusal = desk().door.refusal(request)
    if not refusal:
        g.let_in = True
        return None
    return _closed(refusal)


def _closed(refusal: str) -> Response:
    """Return the page for those who may not come in; it links to nothing of ours."""
    return make_response(render_template("closed.html", refusal=refusal), 403)


def _enter() -> Response:
    """Exchange a token for the cookie.

    The page that follows is asked for by a link of ours, not by a redirect: the browser would take a redirect for a
    request of whoever opened the address, and keep the cookie back.
    """
    door = desk().door
    held = door.admit(request.args.get("token", ""))
    if not held:
        return _closed("这个地址已经用过了。再开一个窗口，请用启动它的窗口里最新打印的地址。")
    response = make_response(render_template("enter.html"))
    response.set_cookie(door.cookie, held, httponly=True, samesite="Strict", path="/")
    return response


def _say_error(error: Exception) -> tuple[str, int]:
    return _error_page("没有做成", str(error)), 400


def _error_page(heading: str, message: str) -> str:
    """Return the page that says what is wrong; it leads back to where one came from, else to the round."""
    key = (request.view_args or {}).get("key", "")
    ours = f"http://{desk().door.host}/"
    came = request.referrer or ""
    back = came.removeprefix(ours).lstrip("/\\") if request.method == "POST" and came.startswith(ours) else None
    return render_template(
        "error.html", heading=heading, message=message, key=key if key in desk().folders() else "", back=back
    )


def _say_refusal(error: Exception) -> tuple[str, int]:
    code = (error.code if isinstance(error, HTTPException) else None) or 500
    message = _WORDS.get(code, f"不能处理（{code}）。")
    if not g.get("let_in"):
        return render_template("closed.html", refusal=message), code
    return _error_page("没有这一页" if code == HTTPStatus.NOT_FOUND else "没有做成", message), code


def _say_defect(error: Exception) -> tuple[str, int]:
    message = f"程序内部出错（{type(error).__name__}：{error}）。请把这一行告诉维护者。"
    return _error_page("没有做成", message), 500
