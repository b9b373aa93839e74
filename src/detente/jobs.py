"""Many reports on several processors: each process loads the models once and reads some reports at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from detente.errors import DetenteError
from detente.reader import THRESHOLD, read_reports
from detente.record import Record
from detente.report import Report

#: What one process is given at a time: reports of so many characters, so many at most.
SIZE, MANY = 100_000, 64


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
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    waiting: deque[Future[list[Record]]] = deque()
    try:
        for some in _portions(reports):
            waiting.append(pool.submit(_read, some, threshold, gated, fast))
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool:
        raise DetenteError("a reading process was ended", remedy="try fewer --jobs; each takes 250 MB") from None
    finally:
        pool.shutdown(cancel_futures=True)


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
