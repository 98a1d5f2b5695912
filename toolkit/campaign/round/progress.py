"""How far a long piece of work is and how long it will take, for people only: on stderr, and to whoever watches."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAUSE = 0.2  # seconds between two updates
_MINUTE = 60


_WATCHER: ContextVar[Callable[[Progress], None] | None] = ContextVar("watcher", default=None)


@contextmanager
def watching(watcher: Callable[[Progress], None]) -> Iterator[None]:
    """Tell `watcher` of all progress that is made inside, at the beginning of a piece of work and at every step."""
    before = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(before)


@dataclass
class Progress:
    """Counts what is done of `total`. Writes nothing where stderr is no terminal."""

    doing: str
    total: int
    done: int = 0
    _began: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def __post_init__(self) -> None:
        """Tell that the work begins."""
        self._tell_watcher()

    def add(self, count: int) -> None:
        """Count more as done, and tell now and then."""
        self.done += count
        self._tell_watcher()
        now = time.monotonic()
        if sys.stderr is not None and sys.stderr.isatty() and (now - self._told > _PAUSE or self.done >= self.total):
            self._told = now
            end = "\n" if self.done >= self.total else ""
            sys.stderr.write(f"\r\x1b[K{self.text(now - self._began)}{end}")
            sys.stderr.flush()

    def _tell_watcher(self) -> None:
        watcher = _WATCHER.get()
        if watcher is not None:
            watcher(self)

    @property
    def said(self) -> str:
        """The line as of now."""
        return self.text(time.monotonic() - self._began)

    def text(self, elapsed: float) -> str:
        """Return the line for a time in seconds since the beginning."""
        left = elapsed / self.done * (self.total - self.done) if self.done else 0.0
        return f"{self.doing} {self.done}/{self.total}，还需约 {_duration(left)}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} 秒" if whole < _MINUTE else f"{whole // _MINUTE} 分 {whole % _MINUTE} 秒"
