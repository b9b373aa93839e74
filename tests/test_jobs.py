"""Batches read by several processes."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Iterator

import pytest

from detente import jobs
from detente.errors import DetenteError
from detente.record import Record
from detente.report import Report

SAYS = "Freedonia rejected Sylvania's offer on Friday. Iran urged both sides to resume talks in Geneva."


def reports(n: int) -> Iterator[Report]:
    for i in range(n):
        yield Report(SAYS.replace("Iran", ("Iran", "Egypt", "Norway")[i % 3]), id=str(i), date=dt.date(2005, 9, 16))


def test_records_come_in_order_and_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MANY", 2)
    several = list(jobs.read_all(reports(7), 2))
    assert [r.id for r in several] == [str(i) for i in range(7)]
    assert several == list(jobs.read_all(reports(7)))


def test_an_ended_process_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_read", _ended)
    with pytest.raises(DetenteError, match="a reading process was ended"):
        list(jobs.read_all(reports(1), 2))


def _ended(reports: list[Report], threshold: float, gated: bool, fast: bool) -> list[Record]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def test_a_process_beside_others_multiplies_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with jobs.worker() as pool:
        assert pool.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
