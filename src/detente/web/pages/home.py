"""Home: the talks at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from detente import days
from detente.archive import glances
from detente.archive.glances import Glance, Glimpse
from detente.web.desk import AtDesk, ByDay, Desk
from detente.web.draw import WEEKS, sparkline
from detente.web.guard import LARGEST
from detente.web.plain import spot
from detente.web.render import Pages, View

router = Pages()
#: So many talks stand on one page, so many rows of the CSV are found at a time.
SIZE, ROWS = 25, 200
#: What may become of a pledge but that it is kept.
UNDONE = ("overdue", "due soon", "broken", "disputed", "delayed", "open", "lapsed")


@router.page("/", csv=True)
def home(desk: AtDesk, page: str = "", day: ByDay = "") -> View:
    """The processes: their last and next round, what was promised, how much moved of late."""
    as_of = desk.day(day)
    at = spot(glances.count(desk.archive), page, SIZE)
    found = glances.ranked(desk.archive, limit=SIZE, offset=at.offset)
    since = days.later(as_of, -7 * WEEKS) if as_of else ""
    told = glances.moved(desk.archive, [g.id for g in found], since, as_of)
    drawn = {id: sparkline(when, as_of) for id, when in told.items()}
    data = {
        "as_of": as_of,
        "day": day,
        "processes": _rows(desk, found, as_of),
        "counts": desk.counts(),
        "pages": at.plain(),
    }
    more = {"drawn": drawn, "weeks": WEEKS, "most": LARGEST, "undone": UNDONE}
    return View("home.html", "Talks", data, lambda: _all(desk, as_of), more)


def _all(desk: Desk, as_of: str) -> Iterator[dict[str, Any]]:
    for offset in range(0, glances.count(desk.archive), ROWS):
        yield from _rows(desk, glances.ranked(desk.archive, limit=ROWS, offset=offset), as_of)


def _rows(desk: Desk, found: list[Glance], as_of: str) -> list[dict[str, Any]]:
    status = glances.pledged(desk.archive, [g.id for g in found], as_of)
    return [_row(g, status[g.id], as_of) for g in found]


def _row(one: Glance, status: Mapping[str, int], as_of: str) -> dict[str, Any]:
    counts = Counter(status)
    return {
        "id": one.id, "name": one.name, "parties": one.parties, "reports": one.reports,
        "held": sum(r.status_at(as_of) == "held" for r in one.rounds), "last": _round(one.held(as_of)),
        "next": _round(one.planned(as_of)), "pledges": counts.total(),
        **{status.replace(" ", "_"): counts[status] for status in UNDONE},
    }  # fmt: skip


def _round(one: Glimpse | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"ordinal": one.ordinal, "name": one.name, "start": one.start, "end": one.end, "place": one.place}
