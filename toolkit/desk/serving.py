"""The desk as a running program: on this machine only, on a free port, opened in the browser, until it is ended."""

from __future__ import annotations

import html
import logging
import os
import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.desk.addresses import read_ahead
from toolkit.desk.app import make_app
from toolkit.desk.door import HOST, Door
from toolkit.desk.files import MOST_BYTES
from toolkit.desk.jobs import Jobs
from toolkit.errors import InputError
from toolkit.files import system_words

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 8
_BACKLOG = 256
_FIRST_PAGE_IS_OUT = 3.0  # seconds, and time to read the other pages from the disk
_GONE_AFTER = 30.0  # seconds after which a browser has surely read the page that leads to the desk


def make_server(base: Path, port: int, jobs: Jobs, announce: Callable[[str], None]) -> tuple[Any, Door]:
    """Return a server that has its port and is not yet running, and its door; port 0 takes a free one.

    Raises:
        InputError: there is no such folder, or the port is taken.
    """
    from waitress.server import create_server

    if not base.is_dir():
        raise InputError(str(base), ["没有这个文件夹；请先建好，或换一个"])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is no news on one's own machine
    door = Door(port, announce)
    try:
        server = create_server(
            make_app(base, door, jobs),
            host=HOST,
            port=port,
            threads=THREADS,
            backlog=_BACKLOG,
            ident=None,
            max_request_body_size=MOST_BYTES,
        )
    except OSError as error:
        raise InputError(f"端口 {port}", [f"不能使用（{system_words(error)}）；不写 --port 就自动选一个"]) from error
    door.port = server.effective_port
    return server, door


def serve(
    base: Path, port: int, say: Callable[[str], None], *, opens_browser: bool, plays_example: bool = False
) -> None:
    """Run the desk over the rounds in a folder until Ctrl+C, on request beginning with the example district.

    Raises what `make_server` raises.
    """
    jobs = Jobs()
    server, door = make_server(base, port, jobs, lambda address: say(f"再开一个窗口用：{address}"))
    say(f"工作台已打开：{door.address}")
    say("只有这台电脑上的你能打开。用完关掉这个窗口，或按 Ctrl+C；做到一半关掉也不会丢东西。")
    if plays_example:
        from toolkit.desk.tasks import begin_example

        begin_example(jobs, base)
    if opens_browser:
        open_in_browser(door.address)
    _later(_FIRST_PAGE_IS_OUT, read_ahead)
    try:
        server.run()
    finally:
        server.close()


def open_in_browser(address: str) -> None:
    """Open an address without naming it on a command line, where every user of the machine could read the token."""
    handle, name = tempfile.mkstemp(prefix="xxgk-", suffix=".html")  # for the owner's eyes only
    page = f'<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={html.escape(address)}">'
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(page)
    path = Path(name)
    webbrowser.open(path.as_uri())
    _later(_GONE_AFTER, lambda: path.unlink(missing_ok=True))


def _later(seconds: float, what: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, what)
    timer.daemon = True
    timer.start()
