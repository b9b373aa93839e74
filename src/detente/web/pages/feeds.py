"""What other programs subscribe to: pledges as a calendar; changes, what is due and what is overdue as Atom feeds.

Every event and every entry is named by what it is about, so that a program that reads again knows it again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from icalendar import Calendar
from icalendar import Event as Entry
from lxml import etree
from lxml.builder import ElementMaker

from detente import days
from detente.archive import board, glances
from detente.archive.answers import NEVER
from detente.archive.board import Asked
from detente.export.common import last_day, legal, stable, whole_day
from detente.follow import Event, FollowUp
from detente.follow.issues import tidy
from detente.view import clean, human_date
from detente.web.desk import AtDesk, Desk
from detente.web.pages.changes import ChangeKind, meant, of_links
from detente.web.pages.pledges import Statuses, chosen
from detente.web.plain import Day, iso, party_names
from detente.web.render import Pages, asking, dated

router = Pages()
_ATOM = "http://www.w3.org/2005/Atom"
#: Entries of a feed, events of a calendar at most; days that a calendar looks back.
LONGEST, MOST, BACK = 100, 1_000, 730


@router.get("/pledges.ics", include_in_schema=False)
def calendar(desk: AtDesk, status: Statuses = [], party: str = "", process: str = "") -> Response:  # noqa: B006
    """Pledges on the days on which they are due, to subscribe to."""
    made = Calendar()
    made.add("prodid", "-//Detente//Record of talks//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Promised at talks")
    made.add("refresh-interval", dt.timedelta(hours=12), parameters={"VALUE": "DURATION"})
    as_of, latest = desk.day("today"), desk.following().as_of
    asked = Asked(as_of, chosen(status), party, process)
    since = days.later(latest, -BACK) if latest else ""
    for pledge in board.within(desk.archive, asked, since or "0", NEVER, MOST):
        if day := last_day(pledge.last_due):
            made.add_component(_due(pledge, day))
    return Response(made.to_ical(), media_type="text/calendar; charset=utf-8")


def _due(pledge: FollowUp, day: dt.date) -> Entry:
    """An all-day event on the last day for a pledge."""
    event, who = Entry(), party_names(pledge.by)
    event.add("uid", f"{stable('followed', pledge.id)}@detente")
    event.add(
        "summary",
        legal(
            f"{'Due' if not pledge.reported else pledge.status.capitalize()}: {tidy(pledge.what)}"
            + (f" ({who})" if who else "")
        ),
    )
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    # the day of the last report that tells of it: a stamp that moved by itself would make every event look changed
    told = max([pledge.made, *(t.date for t in pledge.tellings)])
    stamp = whole_day(told) or day
    event.add("dtstamp", dt.datetime(stamp.year, stamp.month, stamp.day, tzinfo=dt.UTC))
    event.add("description", legal(_words(pledge)))
    event.add("categories", ["pledge", pledge.status])
    event.add("transp", "TRANSPARENT")
    if pledge.place:
        event.add("location", legal(clean(pledge.place)))
    return event


def _words(pledge: FollowUp) -> str:
    said = f"“{clean(pledge.quotes[0].quote)}”\n" if pledge.quotes else ""
    due = f"due {human_date(pledge.last_due)}" if pledge.due else "no day"
    return f"{said}{pledge.process}: promised {human_date(pledge.made)}, {due}. Status: {pledge.status}."


# -- Atom


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed. `key` is what it is about, `address` where it is shown."""

    key: tuple[object, ...]
    title: str
    day: str
    words: str
    address: str


@router.get("/changes.atom", include_in_schema=False)
def changes_feed(
    desk: AtDesk, request: Request, since: Day = "", kind: ChangeKind = "", process: str = ""
) -> Response:  # fmt: skip
    """What moved, the latest first."""
    following = desk.following()
    asked = meant(desk, following, iso(since), kind, process)
    found, _ = glances.changes(desk.archive, asked, of_links(following, asked), limit=LONGEST)
    return _feed(request, "Changes in talks", "/changes", map(_change, found))


@router.get("/due.atom", include_in_schema=False)
def due_feed(desk: AtDesk, request: Request, party: str = "", process: str = "") -> Response:
    """Pledges that will soon be due."""
    return _pledge_feed(desk, request, "Promises due soon", ("due soon",), party, process)


@router.get("/overdue.atom", include_in_schema=False)
def overdue_feed(desk: AtDesk, request: Request, party: str = "", process: str = "") -> Response:
    """Pledges whose day has passed without a report of what became of them, also if that is long ago."""
    return _pledge_feed(desk, request, "Overdue promises", ("overdue", "lapsed"), party, process)


def _pledge_feed(
    desk: Desk, request: Request, title: str, status: tuple[str, ...], party: str, process: str
) -> Response:
    """Who subscribes lives today: the calendar of today counts, whenever the latest report came."""
    as_of = desk.day("today")
    found = board.part(desk.archive, Asked(as_of, status, party, process), limit=LONGEST, latest_first=True)
    asked = asking({"status": status, "party": party, "process": process, "day": "today"})
    return _feed(request, title, f"/pledges?{asked}", (_pledge(p, as_of, status[0]) for p in found))


def _change(event: Event) -> Item:
    told = event.quotes[0] if event.quotes else None
    words = f"“{clean(told.quote)}”" if told else event.what
    return Item(
        ("change", event.process, event.kind, event.what, event.date, event.told),
        f"{event.process}: {dated(event.what)}", event.told or event.date, words, f"/changes?since={event.told}",
    )  # fmt: skip


def _pledge(pledge: FollowUp, as_of: str, key: str) -> Item:
    who = party_names(pledge.by)
    title = f"{pledge.status.capitalize()}: {tidy(pledge.what)}" + (f" ({who})" if who else "")
    # an overdue pledge is news from its day on, one that will be due from the day on which that was seen
    day = last_day(pledge.last_due)
    since = day.isoformat() if day and day.isoformat() <= as_of else pledge.made
    address = f"/pledges/{quote(pledge.id, safe='')}?day=today"
    return Item((key, pledge.id, pledge.last_due), title, since, _words(pledge), address)


def _feed(request: Request, title: str, address: str, items: Iterable[Item]) -> Response:
    base = str(request.base_url).rstrip("/")
    atom = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})
    shown = sorted(items, key=lambda item: item.day, reverse=True)[:LONGEST]
    feed = atom.feed(
        atom.id(_named(title)), atom.title(f"Detente: {title}"), atom.updated(_moment(shown[0].day if shown else "")),
        atom.link(rel="self", href=str(request.url), type="application/atom+xml"),
        atom.link(rel="alternate", href=base + address, type="text/html"),
        atom.author(atom.name("Detente")), *(_entry(atom, item, base) for item in shown),
    )  # fmt: skip
    whole = etree.tostring(feed, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return Response(whole, media_type="application/atom+xml; charset=utf-8")


def _entry(atom: Callable[..., etree._Element], item: Item, base: str) -> etree._Element:
    return atom(
        "entry", atom("id", _named(*item.key)), atom("title", legal(clean(item.title))), atom("updated", _moment(item.day)),
        atom("link", rel="alternate", href=base + item.address, type="text/html"), atom("summary", legal(item.words)),
    )  # fmt: skip


def _named(*key: object) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, "detente:" + "\0".join(map(str, key))).urn


def _moment(day: str) -> str:
    found = last_day(day) or dt.date(1970, 1, 1)
    return f"{found.isoformat()}T00:00:00Z"
