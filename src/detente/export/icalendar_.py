"""iCalendar: meetings and the days by which pledges are due, by icalendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from detente.errors import InputError
from detente.export.common import AnyReport, LeftOut, Pair, last_day, legal, quote, stable, url, whole_day
from detente.record import Meeting, Pledge

if TYPE_CHECKING:
    from icalendar import Event

_STATUS = {"planned": "TENTATIVE", "suspended": "CANCELLED", "failed": "CANCELLED"}
_STATED = {"suspended": "suspended", "failed": "failed"}


def write(pairs: Iterable[Pair], file: IO[bytes]) -> LeftOut:
    """Writes meetings that have a day, and pledges that are due, as all-day events.

    The same meeting told in several reports is one event; UIDs are made of content, so that a calendar
    that reads the file again finds its events again. Meetings without a day are left out, and counted.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise InputError("iCalendar needs icalendar", remedy="pip install icalendar") from None
    found = LeftOut()
    events: dict[str, Event] = {}
    for report, record in pairs:
        for meeting in record.meetings:
            if whole_day(meeting.start) is None:
                found["meetings without a day"] += 1
                continue
            # a later report knows more: whether it was held, and what came of it
            made = _meeting(meeting, report)
            events[str(made["UID"])] = made
        for pledge in record.pledges:
            if last_day(pledge.due) is None:
                found["pledges without a day or month by which they are due"] += 1
                continue
            made = _pledge(pledge, report)
            events[str(made["UID"])] = made
        for name in ("acts", "away", "links", "figures"):
            if getattr(record, name):
                found[f"{name}: a calendar has no place for them"] += len(getattr(record, name))
    calendar = Calendar()
    calendar.add("prodid", "-//Detente//Record of talks//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Talks")
    for event in events.values():
        calendar.add_component(event)
    file.write(calendar.to_ical())
    return found


def _event(uid: str, summary: str, first: dt.date, last: dt.date, report: AnyReport, words: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uid}@detente")
    event.add("summary", legal(summary))
    event.add("dtstart", first)
    event.add("dtend", last + dt.timedelta(days=1))  # the day after the last one, as the standard has it
    # a stamp that moved with every run would make every event look changed
    day = report.date or first
    event.add("dtstamp", dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC))
    event.add("description", legal(words))
    event.add("transp", "TRANSPARENT")
    if url(report):
        event.add("url", url(report))
    return event


def _meeting(meeting: Meeting, report: AnyReport) -> Event:
    first = whole_day(meeting.start)
    assert first is not None
    last = max(whole_day(meeting.end) or first, first)
    who = ", ".join(meeting.parties)
    uid = stable("meeting", sorted(meeting.parties) or meeting.name.lower(), meeting.start, meeting.ordinal)
    stated = f" ({_STATED[meeting.status]})" if meeting.status in _STATED else ""
    event = _event(
        uid, f"{meeting.name}{stated}" + (f": {who}" if who else ""), first, last, report, _told(meeting, report)
    )
    event.add("status", _STATUS.get(meeting.status, "CONFIRMED"))
    event.add("categories", ["meeting"])
    if meeting.place:
        event.add("location", legal(meeting.place))
    return event


def _pledge(pledge: Pledge, report: AnyReport) -> Event:
    due = last_day(pledge.due)
    assert due is not None
    who = ", ".join(pledge.by)
    uid = stable("pledge", sorted(pledge.by), " ".join(pledge.what.lower().split()), pledge.due)
    words = _told(pledge, report)
    if whole_day(pledge.due) is None:
        words = f"Due by the end of {pledge.due}.\n{words}"
    event = _event(uid, f"Due: {pledge.what}" + (f" ({who})" if who else ""), due, due, report, words)
    event.add("status", "CONFIRMED")
    event.add("categories", ["pledge"])
    if pledge.place:
        event.add("location", legal(pledge.place))
    return event


def _told(entry: Meeting | Pledge, report: AnyReport) -> str:
    day = report.date.isoformat() if report.date else "no date"
    return f"“{quote(entry)}”\n{report.title or report.id}, {day}; confidence {entry.confidence:.2f}"
