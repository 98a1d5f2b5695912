"""How far a long piece of work is and how long it will take, on stderr, for people only."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

_PAUSE = 0.2  # seconds between two updates
_MINUTE = 60


@dataclass
class Progress:
    """Counts what is done of `total`. Writes nothing where stderr is no terminal."""

    doing: str
    total: int
    done: int = 0
    _began: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def add(self, count: int) -> None:
        """Count more as done, and tell now and then."""
        self.done += count
        now = time.monotonic()
        if sys.stderr.isatty() and (now - self._told > _PAUSE or self.done >= self.total):
            self._told = now
            end = "\n" if self.done >= self.total else ""
            sys.stderr.write(f"\r\x1b[K{self.text(now - self._began)}{end}")
            sys.stderr.flush()

    def text(self, elapsed: float) -> str:
        """Return the line for a time in seconds since the beginning."""
        left = elapsed / self.done * (self.total - self.done) if self.done else 0.0
        return f"{self.doing} {self.done}/{self.total}，还需约 {_duration(left)}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} 秒" if whole < _MINUTE else f"{whole // _MINUTE} 分 {whole % _MINUTE} 秒"
