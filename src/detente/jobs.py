"""Many reports on several processors: each process loads the models once and reads some reports at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Self, TypeVar

from detente.errors import DetenteError
from detente.reader import THRESHOLD, read_reports
from detente.record import Record
from detente.report import Report

#: What one process is given at a time: reports of so many characters, so many at most.
SIZE, MANY = 25_000, 64

Answer = TypeVar("Answer")


def worker() -> ProcessPoolExecutor:
    """One process for calls, started anew: a copy of this one would hold its files and their locks.

    It reads in one thread, since the other processors have processes of their own.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read by numpy and the encoder in the new process
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


class Workers:
    """So many processes, each a pool of its own.

    In one pool of several, a process that dies while another is being started leaves the pool waiting for ever.
    Leaving the context ends them, without what they have not begun.
    """

    def __init__(self, number: int) -> None:
        self._pools = [worker() for _ in range(number)]
        self._open: list[set[Future[Any]]] = [set() for _ in range(number)]

    def submit(self, call: Callable[..., Answer], *given: Any) -> Future[Answer]:
        """The answer to come of the process that has least to do. Raises BrokenProcessPool where it has died."""
        pool, still_open = min(zip(self._pools, self._open, strict=True), key=lambda one: len(one[1]))
        future = pool.submit(call, *given)
        still_open.add(future)
        future.add_done_callback(still_open.discard)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._pools:
            pool.shutdown()


def read_all(
    reports: Iterable[Report], jobs: int = 1, *, threshold: float = THRESHOLD, gated: bool = True, fast: bool = False
) -> Iterator[Record]:
    """The records of many reports, in order, read by so many processes at a time.

    The reports are taken as they are needed, so that memory does not grow with their number. Raises
    DetenteError where a process was ended from outside.
    """
    if jobs == 1:
        yield from read_reports(reports, threshold=threshold, gated=gated, fast=fast)
        return
    waiting: deque[Future[list[Record]]] = deque()
    with Workers(jobs) as workers:
        try:
            for some in _portions(reports):
                waiting.append(workers.submit(_read, some, threshold, gated, fast))
                if len(waiting) > 2 * jobs:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool:
            raise DetenteError("a reading process was ended", remedy="try fewer --jobs; each takes 250 MB") from None


def _read(reports: list[Report], threshold: float, gated: bool, fast: bool) -> list[Record]:
    return list(read_reports(reports, threshold=threshold, gated=gated, fast=fast))


def _portions(reports: Iterable[Report]) -> Iterator[list[Report]]:
    portion: list[Report] = []
    for report in reports:
        portion.append(report)
        if len(portion) >= MANY or sum(len(r.text) for r in portion) >= SIZE:
            yield portion
            portion = []
    if portion:
        yield portion
