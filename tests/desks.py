"""A desk for the tests: its pages asked for in this process as a browser would, and as a stranger would."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from casebook import ROOT

from toolkit.desk.app import make_app
from toolkit.desk.door import Door

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

PORT = 8123
ORIGIN = f"http://127.0.0.1:{PORT}"
JOB_SECONDS = 600
Sent = tuple[str, bytes]


class Visitor:
    """Somebody at a desk: the one who started it, unless `is_let_in` is false."""

    def __init__(self, base: Path, *, is_let_in: bool = True) -> None:
        self.door = Door(PORT)
        self.app = make_app(base, self.door)
        self.desk = self.app.extensions["desk"]
        self.client = self.app.test_client()
        if is_let_in:
            assert self.get(self.door.address.removeprefix(ORIGIN)).status_code == 200

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=ORIGIN, headers=named(headers), buffered=True)

    def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        given = {"Origin": ORIGIN, **named(headers)}
        return self.client.post(path, base_url=ORIGIN, headers=given, data=form or {}, buffered=True)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, key: str, files: list[Sent], **form: Any) -> TestResponse:
        """Send files to a round and wait until they are read."""
        given = {"files": [(io.BytesIO(content), name) for name, content in files], "then": "collect", **form}
        answer = self.post(f"/round/{key}/inbox", given)
        self.wait()
        return answer

    def wait(self) -> None:
        job = self.desk.jobs.latest
        assert job.ended.wait(JOB_SECONDS)

    @property
    def key(self) -> str:
        """The key of the only round."""
        (key,) = self.desk.folders()
        return key


@contextmanager
def running_desk(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `xxgk desk` as a process of its own; give the address it prints, and the process."""
    command = [sys.executable, "-m", "toolkit", "desk", str(folder), "--no-browser"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield line.partition("：")[2].strip(), process
        finally:
            process.kill()


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def words_of(html: str) -> str:
    """Return what a page says, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
