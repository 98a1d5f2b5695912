"""Work in chunks over many cores or machines; results come in the order of the chunks, whichever is done first."""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import re
import signal
import threading
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from toolkit.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future
    from multiprocessing.process import BaseProcess

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 50  # files in one task: with one file a task, handing it over costs more than the work
_FEW = 200  # below this, starting processes takes longer than they save
_ADDRESS = re.compile(r"([a-z]+://)?[^\s/:]+:\d{1,5}/?|[a-z]+://[^\s/]+/?|[a-z]+://\[[0-9a-fA-F:]+\]:\d{1,5}")
_GO_ON = "已经收下的不会丢，再运行一次会接着做"
_LOGS = ("distributed", "distributed.client", "distributed.core", "tornado.application", "asyncio")
_ANSWER = 10  # seconds in which a scheduler must answer, and after which is asked whether it is still there
_AHEAD = 3  # chunks in hand per worker; more would only pile up results in memory


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work: `count` processes here (0: as many as fit), or the machines behind a Dask scheduler.

    `chunk` files are one task (0: as many as are best for the work); of smaller ones one hears sooner.

    Raises:
        InputError: what is named as a scheduler is no address.
    """

    count: int = 0
    scheduler: str | None = None
    chunk: int = 0

    def __post_init__(self) -> None:
        if self.scheduler is not None and not _ADDRESS.fullmatch(self.scheduler):
            raise InputError(
                "--scheduler", [f"“{self.scheduler}”不是地址；要写成 tcp://主机:端口，如 tcp://10.0.0.5:8786"]
            )

    def needed(self, items: int) -> int:
        """Return how many processes to start for so many items; 1 means this process alone."""
        if self.count:
            return self.count
        return 1 if items < _FEW else os.cpu_count() or 1


def run_chunks(
    work: Callable[[Sequence[Item]], Result], items: Sequence[Item], workers: Workers
) -> Iterator[tuple[Sequence[Item], Result]]:
    """Yield every chunk with its result, in order. `work` must be importable, as it may run in another process.

    Raises:
        InputError: a scheduler is named and Dask is not installed or does not answer.
        OutputError: a process died; chunks whose results were given are done.
    """
    size = workers.chunk or CHUNK
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    processes = workers.needed(len(items))
    if not workers.scheduler and (processes == 1 or len(chunks) == 1):
        for chunk in chunks:
            yield chunk, work(chunk)
        return
    try:
        if workers.scheduler:
            yield from _run_on_cluster(work, chunks, workers.scheduler)
        else:
            yield from _run_many(work, chunks, processes)
    except BrokenExecutor as error:
        reason = "一个处理进程意外退出，可能是内存不够；再运行一次会接着做，也可以加 --workers 1"
        raise OutputError(reason) from error


def _run_many(
    work: Callable[[Sequence[Item]], Result], chunks: Sequence[Sequence[Item]], processes: int
) -> Iterator[tuple[Sequence[Item], Result]]:
    # spawn: a forked child hangs when a library of ours has started threads
    executor = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _start_worker)
    try:
        yield from _in_order(executor, work, chunks, processes)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _in_order(
    executor: Executor,
    work: Callable[[Sequence[Item]], Result],
    chunks: Sequence[Sequence[Item]],
    processes: int,
    is_gone: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Sequence[Item], Result]]:
    """Yield every chunk with its result; CancelledError when those who should work at it are gone."""
    waiting: deque[tuple[Sequence[Item], Future[Result]]] = deque()
    for chunk in chunks:
        if is_gone():
            raise CancelledError
        waiting.append((chunk, executor.submit(work, chunk)))
        if len(waiting) > processes * _AHEAD:
            first, future = waiting.popleft()
            yield first, _result_of(future, is_gone)
    for chunk, future in waiting:
        yield chunk, _result_of(future, is_gone)


def _result_of(future: Future[Result], is_gone: Callable[[], bool]) -> Result:
    """Return a result; what is handed to a scheduler just as it goes away would be waited for without end."""
    while not wait([future], timeout=_ANSWER).done:
        if is_gone():
            raise CancelledError
    return future.result()


def _start_worker() -> None:  # pragma: no cover (runs in the children)
    # Ctrl+C reaches every process of the terminal; the parent ends the work, without a trace from each child.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parent that is killed cannot end its workers, and they would wait for work for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: BaseProcess) -> None:  # pragma: no cover (runs in the children)
    parent.join()
    os._exit(1)


def _run_on_cluster(
    work: Callable[[Sequence[Item]], Result], chunks: Sequence[Sequence[Item]], address: str
) -> Iterator[tuple[Sequence[Item], Result]]:
    """Hand the chunks to a scheduler, which gives those of a machine that is lost to the others."""
    with _cluster(address) as client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise InputError("--scheduler", [f"{address} 上没有一台工作机；请先在各台机器上启动 dask worker"])
        lost = importlib.import_module("distributed").scheduler.KilledWorker
        try:
            yield from _in_order(client.get_executor(), work, chunks, threads, lambda: client.status != "running")
        except lost as error:
            reason = f"工作机接连意外退出（{error.task}），可能是内存不够；{_GO_ON}"
            raise OutputError(reason) from error
        except CancelledError as error:
            raise OutputError(f"和调度程序 {address} 断开了；{_GO_ON}") from error


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        advice = "用多台机器需要 Dask，请先运行 pip install 'xxgk-toolkit[cluster]'；不写 --scheduler 就在本机处理"
        raise InputError("--scheduler", [advice]) from error
    for name in _LOGS:  # it would print English traces beside what we say
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client = distributed.Client(address, timeout=_ANSWER)
    except (OSError, ValueError) as error:
        advice = f"{address} 在 {_ANSWER} 秒内没有回应；请核对地址，并确认调度程序已启动"
        raise InputError("--scheduler", [advice]) from error
    try:
        yield client
    finally:
        client.close()
