"""The command line run in this process: what it printed and how it ended."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from toolkit.cli import main

CLEAN, FINDINGS, CANNOT_PROCEED = 0, 1, 2


class Ran:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """The one document on stdout; nothing may stand before or after it."""
        return json.loads(self.out)


class Cli:
    """Runs `xxgk` in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: object) -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["xxgk", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.err + printed.out
        return Ran(int(ended.value.code or 0), printed.out, printed.err)
