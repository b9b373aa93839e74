"""Changes: what moved since a day, in all talks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal, get_args

from detente import days
from detente.archive import glances
from detente.archive.board import named
from detente.archive.glances import Moved
from detente.follow import Event, Following, timeline
from detente.web import plain
from detente.web.desk import AtDesk, Desk
from detente.web.plain import Day, Plain, iso, spot
from detente.web.render import Pages, View

router = Pages()
ChangeKind = Literal["", "round", "position", "pledge", "due", "link"]
KINDS = get_args(ChangeKind)[1:]
#: Changes on a page; the days, and the changes, that are looked back without a day given; rows of the CSV at a time.
SIZE, BACK, ENOUGH, ROWS = 40, 60, 2_000, 500


@router.page("/changes", csv=True)
def changes(desk: AtDesk, since: Day = "", kind: ChangeKind = "", process: str = "", page: str = "") -> View:
    """What was told, or fell due, on a day or after it; the latest first."""
    following = desk.following()
    asked = meant(desk, following, iso(since), kind, process)
    links = of_links(following, asked)
    total = glances.changes(desk.archive, asked, links, limit=0)[1]
    at = spot(total, page, SIZE)
    found, _ = glances.changes(desk.archive, asked, links, limit=SIZE, offset=at.offset)
    rows = plain.events(found, desk.archive)
    data: Plain = {
        "since": asked.since, "as_of": following.as_of, "filters": {"kind": kind, "process": process},
        "changes": rows, "pages": at.plain(),
        "ahead": bool(following.as_of) and asked.since > following.as_of,
    }  # fmt: skip
    plain.sourced(desk.archive, data)
    more = {"by_day": _by_day(rows), "kinds": KINDS, "processes": list(glances.names(desk.archive).items())}
    return View("changes.html", "Changes", data, lambda: _all(desk, asked, links), more)


def meant(desk: Desk, following: Following, since: str, kind: str, process: str) -> Moved:
    """The changes that are asked for: without a day, those of late."""
    return Moved(
        since or back(desk, following.as_of), following.as_of, kind, named(desk.archive, process) if process else ""
    )  # fmt: skip


def of_links(following: Following, asked: Moved) -> list[Event]:
    """The changes that are links: they are found across all talks, and kept apart."""
    if asked.kind not in ("", "link"):
        return []
    told = [one for one in following.linkages if asked.since <= one.date <= asked.until]
    names = {name for one in told for name in (one.what.process, one.on.process) if name}
    if asked.process:
        names &= {following.process(asked.process).name}
    return [event for name in sorted(names) for event in timeline.of_links(told, name)]


def _all(desk: Desk, asked: Moved, links: list[Event]) -> Iterator[Plain]:
    offset = 0
    while found := glances.changes(desk.archive, asked, links, limit=ROWS, offset=offset)[0]:
        yield from plain.events(found, desk.archive)
        offset += len(found)


def _by_day(rows: list[Plain]) -> list[tuple[str, list[tuple[str, str, list[list[Plain]]]]]]:
    """Changes by the day on which they were told, by process, and those of one sentence together."""
    found = []
    for told, of_day in groupby(rows, key=lambda e: str(e["told"])):
        by_process = groupby(sorted(of_day, key=lambda e: str(e["process"])), key=lambda e: str(e["process"]))
        talked = [(name, list(group)) for name, group in by_process]
        found.append((told, [(g[0]["process_id"], name, plain.by_sentence(g)) for name, g in talked]))
    return found


def back(desk: Desk, as_of: str) -> str:
    """The day from which on changes are shown when nobody says which: BACK days ago, or later where much moved."""
    if len(as_of) != 10:
        return ""
    return max(days.later(as_of, -BACK), glances.day_before(desk.archive, as_of, ENOUGH))
