"""Reading reports in several processes at once, while one writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

from detente.errors import ArchiveError, InputError
from detente.jobs import Workers
from detente.record import Record
from detente.report import Report

#: So many reports are read ahead for each process.
_AHEAD = 4


def read_ahead(
    reports: Iterable[tuple[Report, bool]], jobs: int
) -> Iterator[tuple[Report, Record | InputError | None]]:
    """Reports in their order, each with its record, or with the error that it gave.

    Those that come with False are not read. Raises ArchiveError where a reading process dies.
    """
    waiting: deque[tuple[Report, Future[Record | InputError] | None]] = deque()
    with Workers(jobs) as workers:
        try:
            for report, wanted in reports:
                waiting.append((report, workers.submit(_attempt, report) if wanted else None))
                if len(waiting) > _AHEAD * jobs:
                    yield _first(waiting)
            while waiting:
                yield _first(waiting)
        except BrokenProcessPool:
            raise ArchiveError("a process that was reading has died", remedy="start again, with fewer --jobs") from None


def _first(
    waiting: deque[tuple[Report, Future[Record | InputError] | None]],
) -> tuple[Report, Record | InputError | None]:
    report, future = waiting.popleft()
    return report, future.result() if future is not None else None


def _attempt(report: Report) -> Record | InputError:
    from detente.archive.store import read_one

    try:
        return read_one(report)
    except InputError as error:
        return error
