"""Writers of one archive wait for each other: they say so where it is long, and none is left out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text

from detente.archive import Archive
from detente.archive.database import connect, write
from detente.errors import ArchiveError
from test_archive_safety import BOTH

SETTINGS = "detente.archive.database"


def put(link: Connection) -> None:
    link.execute(text("INSERT INTO stories (lead) VALUES (1)"))


def stories(link: Connection) -> int:
    return int(link.execute(text("SELECT count(*) FROM stories")).scalar_one())


@contextmanager
def held(database: str, seconds: float) -> Iterator[None]:
    """Another writer at work, until the end of the block or for so many seconds."""
    began, done = threading.Event(), threading.Event()

    def work(link: Connection) -> None:
        put(link)
        began.set()
        done.wait(seconds)

    Archive.open(database).close()
    other = threading.Thread(target=lambda: write(connect(database), work))
    other.start()
    assert began.wait(20)
    try:
        yield
    finally:
        done.set()
        other.join()


@BOTH
def test_a_writer_waits_for_another_and_says_so_once(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(f"{SETTINGS}._TURN", 0.2)
    with held(database, 1):
        assert write(connect(database), stories) == 1  # it came after, so that it sees what the other one put in
    said = [r.message for r in caplog.records if r.name == SETTINGS]
    assert len(said) == 1
    assert said[0].endswith(": another process is writing to it; waiting for it to finish")


@BOTH
def test_a_writer_that_waited_too_long_is_told_why(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SETTINGS}._TURN", 0.1)
    monkeypatch.setattr(f"{SETTINGS}._LONGEST", 0.3)
    with held(database, 60), pytest.raises(ArchiveError, match="is held by another process"):
        write(connect(database), stories)


@BOTH
def test_one_that_writes_without_end_lets_others_in(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SETTINGS}._LONG", 0.05)
    began, stop = threading.Event(), threading.Event()
    rounds: list[int] = []

    def long(link: Connection) -> None:
        began.set()
        time.sleep(0.1)

    def greedy() -> None:
        engine = connect(database)
        while not stop.is_set() and len(rounds) < 200:
            write(engine, long)
            rounds.append(1)

    Archive.open(database).close()
    other = threading.Thread(target=greedy)
    other.start()
    assert began.wait(20)
    before = len(rounds)
    write(connect(database), put)
    waited = len(rounds) - before
    stop.set()
    other.join()
    assert waited < 5
