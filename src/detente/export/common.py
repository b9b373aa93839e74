"""What all formats share: the pair that they are given, and days."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from detente import days
from detente.record import Act, Record

#: What a format could not hold, by reason.
LeftOut = Counter[str]
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class AnyReport(Protocol):
    """What an export asks of a report: `Report`, and `Stored` of the archive, both have it."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def date(self) -> dt.date | None: ...
    @property
    def source(self) -> str: ...


Pair = tuple[AnyReport, Record]


@dataclass(frozen=True, slots=True)
class Told:
    """A report of which only its record is at hand."""

    id: str
    title: str
    date: dt.date | None
    source: str

    @classmethod
    def of(cls, record: Record) -> Told:
        """The report of a record."""
        return cls(record.id, record.title, whole_day(record.date), record.source)


def whole_day(date: str) -> dt.date | None:
    """The day that a date names; None where it is only a month or a year, or no date."""
    if not _DAY.fullmatch(date):
        return None
    try:
        return dt.date.fromisoformat(date)
    except ValueError:
        return None


def last_day(date: str) -> dt.date | None:
    """The last day of what a date names, since "by 2005-12" is by its end; None where it names nothing."""
    try:
        return whole_day(days.last(date))
    except ValueError:
        return None


def url(report: AnyReport) -> str:
    """The report's address on the web, "" where it has none."""
    return report.source if _ADDRESS.match(report.source) else report.id if _ADDRESS.match(report.id) else ""


def quote(entry: Any) -> str:
    """The first quote of an entry, on one line."""
    return " ".join(entry.evidence[0].quote.split()) if entry.evidence else ""


def stable(*parts: object) -> str:
    """A name made of content alone: the same after every run."""
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()[:20]


def acts(record: Record) -> Iterator[tuple[str, int, Act]]:
    """All acts of a record, at the table and away, with list and place."""
    for name in ("acts", "away"):
        for place, act in enumerate(getattr(record, name)):
            yield name, place, act


def day_of(act: Act, report: AnyReport) -> str:
    """The day of an act as event data have it: when it took place if the text says so, else the report's.

    Planned acts are dated by their report: what took place on that day is the announcement.
    """
    if act.time is not None and not act.planned and whole_day(act.time.start):
        return act.time.start
    return report.date.isoformat() if report.date else ""


_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal(words: str) -> str:
    """Words without the characters that XML and calendars can't hold."""
    return _CONTROLS.sub("\ufffd", words)
