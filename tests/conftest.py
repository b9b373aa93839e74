"""Shared fixtures: the reports written for the tests, and `--bless` for the golden files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

import detente
from detente.record import Record
from detente.report import Report

DATA = Path(__file__).parent / "data"
#: Days of publication of the reports in tests/data/reports.
DATES = {
    "lagoon": dt.date(2019, 5, 6),
    "highlands": dt.date(2008, 2, 11),
    "ordinary": dt.date(2010, 6, 5),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write the golden files anew")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))


@pytest.fixture(scope="session")
def say() -> Callable[..., Record]:
    """Reads a few sentences as a report of Friday, 16 September 2005."""

    def read(text: str, date: dt.date | None = dt.date(2005, 9, 16), title: str = "") -> Record:
        from detente.reader import read_report

        return read_report(Report(text, date=date, title=title))

    return read


@pytest.fixture(scope="session")
def records() -> dict[str, Record]:
    """The records of the reports in tests/data/reports, by name."""
    found = {}
    for path in sorted((DATA / "reports").glob("*.txt")):
        found[path.stem] = detente.read(path.read_text(encoding="utf-8"), DATES[path.stem], id=path.stem)
    return found
