"""Large batches by many workers, on this machine or on a cluster of Ray, into one folder.

The input is a list of lots (`sources.bulk`), cut into parts of so many items; a part is what is written, what is lost
with a worker, and what a second run finds done. Workers pass over the same lots and share their parts, so that no
one needs to know beforehand how many there are. Which worker reads a part changes nothing in it.

A worker that ends is replaced. A part that has ended two workers is read one report at a time, each announced before it
is read: a report that then ends two more is set aside. So are reports that raise an error or take too long.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from detente.errors import DetenteError, InputError
from detente.jobs import worker
from detente.output import Aside, Folder, Row, Settings, store
from detente.record import Record
from detente.report import Report
from detente.sources import bulk

T = TypeVar("T")
#: So many shares for each worker, so that the last ones don't wait long for each other, nor for what a lost one leaves.
_SHARES = 8
#: A part that has ended so many workers is read carefully; a report read so, that has ended so many, is set aside.
_TRIES, _BLAMED = 2, 2
#: After so many ended workers in a row without a part written, the run gives up.
_LOSSES = 50
#: A report may take so many seconds, and so many more for each million characters.
LONGEST, LONGER = 60, 60


@dataclass(frozen=True, slots=True)
class Share:
    """What a worker is given: of lot number `number`, every part whose number leaves `turn` when divided by `of`."""

    number: int
    lot: bulk.Lot
    turn: int = 0
    of: int = 1


def read_into(
    inputs: Iterable[str | Path], where: str | Path, settings: Settings | None = None, *,
    engine: str = "processes", jobs: int = 1, address: str | None = None,
    progress: Callable[[int, int], None] = lambda done, all: None,
) -> Row:  # fmt: skip
    """Reads files, folders and addresses into a folder (`detente.output`), and gives its manifest.

    What a run before has written is kept and passed over. `jobs` is how many workers read at once; with Ray and an
    `address`, the cluster decides. `progress` is told the shares that are done, and how many there are. Raises
    DetenteError where the folder holds another batch or can't be written, Ray is missing, or workers end again and
    again before they have read anything.
    """
    settings = settings or Settings()
    _needs()
    folder = Folder(store(where))
    lots = bulk.find(inputs)
    folder.begin([lot.names for lot in lots], settings)
    shares = list(_shares(lots, jobs, folder))
    engines: dict[str, Callable[..., Iterator[list[Aside]]]] = {"processes": _by_processes, "ray": _by_ray}
    unread: list[Aside] = []
    for done, missing in enumerate(engines[engine](shares, folder, settings, jobs, address), 1):
        unread += missing
        progress(done, len(shares))
    return folder.end(sorted(set(unread), key=lambda a: a.name))


def _needs() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise InputError("--out needs pyarrow", remedy="pip install 'detente[parquet]'") from None


def _shares(lots: list[bulk.Lot], jobs: int, folder: Folder) -> Iterator[Share]:
    """The shares of all lots that are not done, turn by turn, so that workers begin at different places."""
    of = max(1, -(-_SHARES * jobs // max(1, len(lots)))) if jobs > 1 else 1
    done = folder.done()
    for turn in range(of):
        for number, lot in enumerate(lots):
            if not _is_done(folder, number, done):
                yield Share(number, lot, turn, of)


def _is_done(folder: Folder, number: int, done: dict[str, Row]) -> bool:
    raw = folder.at.read(f"_work/lot-{number:05}.json")
    parts = json.loads(raw)["parts"] if raw else 0
    names = (part_name(number, part) for part in range(parts))
    return raw is not None and all(name in done and not done[name]["cut"] for name in names)


def part_name(lot: int, part: int) -> str:
    """The name of a part, by the number of its lot and its own."""
    return f"part-{lot:05}-{part:05}"


# -- a worker


def read_share(share: Share, folder: Folder, settings: Settings) -> list[Aside]:
    """Reads the parts of a share that are not there yet. Gives the lot, if it can't be read to its end."""
    part: _Part | None = None
    number = -1
    try:
        for number, item in enumerate(bulk.items(share.lot, date=settings.date, force=settings.force)):
            at, nth = divmod(number, settings.size)
            if nth == 0:
                if part is not None:
                    part.close()
                part = _open(share, at, folder, settings)
            if part is not None:
                part.take(nth, item)
    except InputError as error:
        if part is not None:
            part.close(cut=True)
        return [Aside(error.name, error.message, error.remedy)]
    if part is not None:
        part.close()
    parts = -(-(number + 1) // settings.size)
    folder.at.write(f"_work/lot-{share.number:05}.json", json.dumps({"parts": parts}).encode())
    return []


def _open(share: Share, at: int, folder: Folder, settings: Settings) -> _Part | None:
    """The part with this number, where it is this share's and still to be read."""
    name = part_name(share.number, at)
    return _Part(name, folder, settings) if at % share.of == share.turn and not folder.has(name) else None


@dataclass(slots=True)
class _Part:
    """A part that is being read. What it tried is on disk before it tries it."""

    name: str
    folder: Folder
    settings: Settings
    reports: list[Report] = field(default_factory=list)
    pairs: list[tuple[Report, Record]] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    #: how many workers tried it, the item at which the last one was, and how many ended at which item
    tries: int = 0
    ended: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        raw = self.folder.at.read(self._journal)
        before = json.loads(raw) if raw else {}
        self.tries, self.ended = before.get("tries", 0) + 1, before.get("ended", {})
        if (at := before.get("at")) is not None:
            self.ended[str(at)] = self.ended.get(str(at), 0) + 1
        self._note(None)

    @property
    def _journal(self) -> str:
        return f"_work/try-{self.name}.json"

    @property
    def careful(self) -> bool:
        """Whether one report is read at a time, because reading them together ended workers."""
        return self.tries > _TRIES

    def _note(self, at: int | None) -> None:
        note = {"tries": self.tries, "at": at, "ended": self.ended}
        self.folder.at.write(self._journal, json.dumps(note).encode())

    def take(self, number: int, item: bulk.Item) -> None:
        """Decodes an item; in a careful part, reads it as well."""
        if self.ended.get(str(number), 0) >= _BLAMED:
            name = f"{self.name}, item {number + 1}"
            self.aside.append(Aside(name, "ended the process that read it", "take it out and look at it"))
            return
        if self.careful:
            self._note(number)
        found = self._attempt(f"{self.name}, item {number + 1}", LONGEST, lambda: item(self._skip)) or []
        self.reports += [_storable(report) for report in found]
        if self.careful:
            self._read_singly()

    def _skip(self, error: InputError) -> None:
        self.aside.append(Aside(error.name, error.message, error.remedy))

    def _attempt(self, name: str, seconds: float, work: Callable[[], T]) -> T | None:
        """What `work` gives; None where it fails or takes too long, which is then told among what is set aside."""
        try:
            with time_limit(seconds):
                return work()
        except InputError as error:
            self._skip(error)
        except TooLong:
            self.aside.append(Aside(name, f"took longer than {seconds:.0f} seconds", "split it"))
        except Exception as error:  # one bad report never stops a batch
            words = str(error).strip().splitlines()[0] if str(error).strip() else "no more is known"
            self.aside.append(Aside(name, f"{type(error).__name__}: {words}", "please report it"))
        return None

    def close(self, *, cut: bool = False) -> None:
        """Reads what is left and writes the part."""
        from detente.formats import filter_confidence

        try:
            with time_limit(sum(map(_seconds, self.reports))):
                together = list(self._read(self.reports))
            self.pairs += zip(self.reports, together, strict=True)
            self.reports = []
        except (Exception, TooLong):  # which of them it was shows when each is read alone
            self._read_singly()
        if self.settings.minimum:
            self.pairs = [(report, filter_confidence(r, self.settings.minimum)) for report, r in self.pairs]
        self.folder.put(self.name, self.pairs, self.aside, cut=cut)
        self.folder.at.remove(self._journal)

    def _read_singly(self) -> None:
        for report in self.reports:
            record = self._attempt(report.id or report.source, _seconds(report), partial(self._read_one, report))
            if record is not None:
                self.pairs.append((report, record))
        self.reports = []

    def _read_one(self, report: Report) -> Record:
        return next(self._read([report]))

    def _read(self, reports: list[Report]) -> Iterator[Record]:
        from detente.reader import read_reports

        s = self.settings
        return read_reports(reports, threshold=s.threshold, gated=s.gated, fast=s.fast)


def _storable(report: Report) -> Report:
    from detente.archive.adding import storable

    return storable(report)


def _seconds(report: Report) -> float:
    return LONGEST + LONGER * len(report.text) / 1e6


class TooLong(BaseException):
    """What was tried took longer than it may. No library that catches every Exception keeps it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Ends what is done inside after so many seconds, by raising TooLong.

    Only in the main thread, and where the system has interval timers (not on Windows); else it does nothing.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# -- engines


def _by_processes(
    shares: list[Share], folder: Folder, settings: Settings, jobs: int, address: str | None
) -> Iterator[list[Aside]]:
    """Reads the shares with processes of this machine; gives what each could not read, in any order."""
    if jobs == 1:
        for share in shares:
            yield read_share(share, folder, settings)
        return
    # a pool for each worker: one of several would end all of them with the first
    waiting, running = deque(shares), dict[Future[list[Aside]], tuple[Share, ProcessPoolExecutor]]()
    losses = _Losses(folder)

    def give(pool: ProcessPoolExecutor) -> None:
        if waiting:
            share = waiting.popleft()
            running[pool.submit(read_share, share, folder, settings)] = share, pool
        else:
            pool.shutdown()

    try:
        for _ in range(min(jobs, len(shares))):
            give(worker())
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                share, pool = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    losses.count()
                    pool.shutdown()
                    waiting.appendleft(share)
                    pool = worker()
                give(pool)
    finally:
        for _, pool in running.values():
            pool.shutdown(wait=False, cancel_futures=True)


def _by_ray(
    shares: list[Share], folder: Folder, settings: Settings, jobs: int, address: str | None
) -> Iterator[list[Aside]]:
    """Reads the shares with the workers of a Ray cluster, or of one that is started on this machine."""
    # told before Ray is loaded: it would report its use over the network
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise InputError("--engine ray needs Ray", remedy="pip install 'detente[ray]'") from None
    started = not ray.is_initialized()
    if started:
        _connect(ray, address, jobs)
    try:
        task = ray.remote(num_cpus=1, max_retries=0)(read_share)
        waiting, running = deque(shares), dict[Any, Share]()
        losses = _Losses(folder)
        while waiting or running:
            while waiting and len(running) < _room(ray):
                share = waiting.popleft()
                running[task.remote(share, folder, settings)] = share
            ended, _ = ray.wait(list(running))
            for handle in ended:
                share = running.pop(handle)
                try:
                    missing = ray.get(handle)
                except ray.exceptions.RayTaskError as error:
                    raise error.cause from None
                except ray.exceptions.RayError:  # the worker or its machine is gone
                    losses.count()
                    waiting.appendleft(share)
                    continue
                yield missing
    finally:
        if started:
            ray.shutdown()


def _room(ray: Any) -> int:
    """How many shares are handed out at a time: twice what the cluster has processors for.

    So it sees that it may grow, and what a lost worker leaves is begun before the last ones.
    """
    return 2 * max(1, int(ray.cluster_resources().get("CPU", 1)))


def _connect(ray: Any, address: str | None, jobs: int) -> None:
    quiet = {"log_to_driver": False, "logging_level": "error", "configure_logging": False}
    try:
        if address:
            ray.init(address=address, **quiet)
        else:
            ray.init(address="local", num_cpus=jobs, include_dashboard=False, object_store_memory=80 << 20, **quiet)
    except Exception as error:  # Ray raises some that are no more than that, as when a machine is too busy
        words = str(error).strip().splitlines()[0]
        raise DetenteError(
            f"Ray can't be reached: {words}",
            name=address or "",
            remedy="check --address, and that the machine is not too busy",
        ) from None


@dataclass(slots=True)
class _Losses:
    """Counts ended workers; gives up where many end in a row and nothing gets done between."""

    folder: Folder
    parts: int = 0
    in_a_row: int = 0

    def count(self) -> None:
        parts = sum(name.startswith("part-") for name in self.folder.at.names("_work"))
        self.in_a_row = 1 if parts > self.parts else self.in_a_row + 1
        self.parts = max(parts, self.parts)
        if self.in_a_row >= _LOSSES:
            raise DetenteError(
                "reading processes end again and again",
                remedy="each takes 450 MB; try fewer --jobs. What was read is kept",
            )
