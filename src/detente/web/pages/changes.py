"""Changes: what moved since a day, in all talks."""

from __future__ import annotations

from itertools import groupby

from detente.archive import glances, search
from detente.errors import InputError
from detente.follow import Event, Following, days
from detente.web import plain
from detente.web.desk import AtDesk
from detente.web.plain import Plain, paged
from detente.web.render import Pages, View

router = Pages()
KINDS = ("round", "position", "pledge", "due", "link")
#: Changes on a page, and the days that are looked back without a day given.
SIZE, BACK = 40, 60


@router.page("/changes", csv=True)
def changes(desk: AtDesk, since: str = "", kind: str = "", process: str = "", page: str = "") -> View:
    """What was told, or fell due, on a day or after it; the latest first."""
    following = desk.following()
    day = search.day(since) or back(following.as_of)
    found = moved(following, day, kind, process)
    part = paged(found, page, SIZE)
    rows = plain.events(part.items, desk.archive)
    data: Plain = {
        "since": day, "as_of": following.as_of, "filters": {"kind": kind, "process": process},
        "changes": rows, "pages": part.plain(),
    }  # fmt: skip
    plain.sourced(desk.archive, data)
    more = {"by_day": _by_day(rows), "kinds": KINDS, "processes": list(glances.names(desk.archive).items())}
    return View("changes.html", "Changes", data, lambda: plain.events(found, desk.archive), more)


def _by_day(rows: list[Plain]) -> list[tuple[str, list[tuple[str, str, list[list[Plain]]]]]]:
    """Changes by the day on which they were told, by process, and those of one sentence together."""
    found = []
    for told, of_day in groupby(rows, key=lambda e: str(e["told"])):
        by_process = groupby(sorted(of_day, key=lambda e: str(e["process"])), key=lambda e: str(e["process"]))
        talked = [(name, list(group)) for name, group in by_process]
        found.append((told, [(g[0]["process_id"], name, plain.by_sentence(g)) for name, g in talked]))
    return found


def back(as_of: str) -> str:
    """The day from which on changes are shown when nobody says which."""
    return days.later(as_of, -BACK) if len(as_of) == 10 else ""


def moved(following: Following, since: str, kind: str, process: str) -> list[Event]:
    """What moved since a day, the latest first. Raises InputError on a kind that there is not."""
    if kind and kind not in KINDS:
        raise InputError(f"there is no kind {kind!r} of change", remedy="one of " + ", ".join(KINDS))
    wanted = following.process(process).name if process else ""
    found = following.changes(since)
    chosen = [e for e in found if (not kind or e.kind == kind) and (not wanted or e.process == wanted)]
    return sorted(chosen, key=lambda e: e.told, reverse=True)
