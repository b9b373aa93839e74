"""What following works on: dated records, and the quotes that their entries carry over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from detente.record import Entry, Evidence, Record

E = TypeVar("E", bound=Entry, covariant=True)
F = TypeVar("F", bound=Entry)


@dataclass(frozen=True, slots=True)
class Filed:
    """The record of one report with what is known of the report. `date` is ISO, "" where unknown."""

    report_id: str
    date: str
    title: str
    source: str
    record: Record


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a report says so: its `text[start:end] == quote`; `date` is the report's."""

    report_id: str
    date: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True)
class Told(Generic[E]):
    """An entry of a record, with its report and its quotes."""

    report_id: str
    date: str
    entry: E
    quotes: tuple[Quote, ...]


def told(filed: Filed, entry: F) -> Told[F]:
    """An entry with the report that tells it."""
    return Told(filed.report_id, filed.date, entry, quotes(filed, entry.evidence))


def quotes(filed: Filed, evidence: Iterable[Evidence]) -> tuple[Quote, ...]:
    """The quotes of an entry, with their report."""
    return tuple(Quote(filed.report_id, filed.date, e.start, e.end, e.quote) for e in evidence)


def sentences(filed: Filed) -> Iterator[Quote]:
    """The sentences of a report in order; none where its record came without the text."""
    text = filed.record.text
    for start, end in filed.record.sentences if text else ():
        yield Quote(filed.report_id, filed.date, start, end, text[start:end])


def in_order(filed: Iterable[Filed], as_of: str = "") -> list[Filed]:
    """The reports up to a day, by date; those of one day by their id, so that the order is always the same.

    Reports without a date stand first: nothing can be told from when they were written.
    """
    known = (f for f in filed if not as_of or f.date <= as_of)
    return sorted(known, key=lambda f: (f.date, f.report_id))
