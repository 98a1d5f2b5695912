"""The one piece of long work in hand: it runs beside the pages, and every window sees the same of it."""

from __future__ import annotations

import os
import threading
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.campaign.round.progress import watching
from toolkit.errors import InputError, ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.campaign.round.progress import Progress


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a piece of work brought, in sentences; `place` is the round to look at then, '' for where one is."""

    sentences: tuple[str, ...]
    place: str = ""


@dataclass
class Job:
    """One piece of work: what it is, how far it is, and in the end its outcome or why it could not be done."""

    number: int
    title: str
    place: str
    said: str = "正在开始……"
    done: int = 0
    total: int = 0
    outcome: Outcome | None = None
    error: str = ""
    is_step: bool = False  # done at once, its title is what to say of it
    ended: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def is_running(self) -> bool:
        """Whether it is still at work."""
        return not self.ended.is_set()

    @property
    def heading(self) -> str:
        """What is said of it now."""
        if self.is_running:
            return f"正在{self.title}"
        ending = "没有做成" if self.error else "做完了"
        return self.title if self.is_step else f"{self.title}{ending}"

    def follow(self, progress: Progress) -> None:
        """Take over how far the work is."""
        self.said, self.done, self.total = progress.said, progress.done, progress.total

    def tell(self, said: str) -> None:
        """Take over what a work without counts is doing."""
        self.said = said


class Jobs:
    """Runs one job at a time and remembers the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: Job | None = None

    @property
    def latest(self) -> Job | None:
        """The job in hand or the one that ended last, None where there was none."""
        return self._latest

    def start(self, title: str, place: str, work: Callable[[Job], Outcome]) -> Job:
        """Begin a piece of work about the round `place` and return it.

        Raises:
            InputError: another one is in hand.
        """
        with self._lock:
            self.refuse_second(title)
            before = self._latest
            job = Job(before.number + 1 if before else 1, title, place)
            self._latest = job
        threading.Thread(target=_run, args=(job, work), name=f"xxgk-{title}", daemon=True).start()
        return job

    def refuse_second(self, title: str) -> None:
        """Refuse a piece of work while another is in hand.

        Raises:
            InputError: there is one.
        """
        if self._latest is not None and self._latest.is_running:
            raise InputError(title, [f"正在{self._latest.title}，请等它结束再来"])

    def note(self, heading: str, place: str, outcome: Outcome) -> None:
        """Tell every window the outcome of something that is done already; not where a job is in hand."""
        with self._lock:
            before = self._latest
            if before is not None and before.is_running:
                return
            job = Job(before.number + 1 if before else 1, heading, place, outcome=outcome, is_step=True)
            job.ended.set()
            self._latest = job

    def forget(self, number: int) -> None:
        """Put away the job of that number once it has ended and been read."""
        with self._lock:
            if self._latest and self._latest.number == number and not self._latest.is_running:
                self._latest.outcome, self._latest.error = None, ""


def _run(job: Job, work: Callable[[Job], Outcome]) -> None:
    try:
        with watching(job.follow):
            job.outcome = work(job)
    except ToolkitError as error:
        job.error = str(error)
    except Exception as error:  # noqa: BLE001 (a defect of ours must not leave a job that never ends)
        if os.environ.get("XXGK_DEBUG"):
            traceback.print_exc()
        job.error = f"程序内部出错（{type(error).__name__}：{error}）。请把这一行告诉维护者。"
    finally:
        job.ended.set()
