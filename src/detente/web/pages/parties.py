"""A party: where it sits, where it stands, what it promised and was promised."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from detente import days
from detente.archive import Archive, board, glances
from detente.archive.board import Asked
from detente.archive.glances import Glance
from detente.follow import Event, Following, FollowUp
from detente.follow.naming import display
from detente.follow.positions import positions_on
from detente.follow.show import quoted
from detente.record import PRESSING
from detente.web import plain
from detente.web.desk import AtDesk
from detente.web.plain import Plain, spot
from detente.web.render import Pages, View

router = Pages()
#: So many talks stand on a page of a party, so many of their issues, promises and changes; parties in their list.
TALKS, ISSUES, PLEDGES, CHANGES, MANY = 4, 6, 8, 12, 500


@router.page("/parties", csv=True)
def parties(desk: AtDesk) -> View:
    """All who sit at a table, those in most talks first."""
    desk.following()
    found = glances.parties(desk.archive, MANY)
    rows = [{"party": code, "processes": sits, "pledges": made} for code, sits, made in found]
    return View("parties.html", "Parties", {"parties": rows}, lambda: rows)


@router.page("/parties/{code:path}")
def party(desk: AtDesk, code: str, page: str = "") -> View:
    """One party in all its talks. 404 where no talks know of it."""
    following = desk.following()
    by, to = Asked(following.as_of, by=code), Asked(following.as_of, to=code)
    counts = board.counted(desk.archive, by)
    at = spot(glances.seated(desk.archive, [code], limit=0)[1], page, TALKS)
    to_it = board.part(desk.archive, to, limit=PLEDGES, latest_first=True)
    if not (at.total or counts.total() or to_it):
        raise KeyError(code)
    seats, _ = glances.seated(desk.archive, [code], limit=TALKS, offset=at.offset)
    names = [(g.id, g.name) for g in seats]
    data: Plain = {
        "code": code, "name": display(code), "as_of": following.as_of,
        "processes": [_seat(g) | {"positions": _positions(g.id, code, following)} for g in seats],
        "pages": at.plain(), "counts": dict(counts.most_common()), "pledges_in_all": counts.total(),
        "pledges": plain.pledges(_pressing(desk.archive, by, counts)), "promised_to_it": plain.pledges(to_it),
        "changes": plain.events(_of_late(desk.archive, names, code, following.as_of), desk.archive),
    }  # fmt: skip
    return View("party.html", display(code), plain.sourced(desk.archive, data))


def _seat(one: Glance) -> Plain:
    return {
        "id": one.id, "name": one.name, "parties": one.parties, "reports": one.reports, "first": one.first,
        "latest": one.latest,
    }  # fmt: skip


def _pressing(archive: Archive, asked: Asked, counts: Counter[str]) -> list[FollowUp]:
    """Some pledges, those that somebody has to look at first."""
    found: list[FollowUp] = []
    for status in PRESSING:
        if counts[status] and len(found) < PLEDGES:
            one = replace(asked, status=(status,))
            found += board.part(archive, one, limit=PLEDGES - len(found), latest_first=status != "due soon")
    return found


def _of_late(archive: Archive, talks: list[tuple[str, str]], code: str, as_of: str) -> list[Event]:
    """What moved with a party within a year in some talks, the latest first."""
    since = days.later(as_of, -365) if as_of else ""
    found = glances.events_of(archive, [id for id, _ in talks], since, as_of)
    mine = [e for e in found if code in e.parties]
    return sorted(mine, key=lambda e: e.told, reverse=True)[:CHANGES]


def _positions(process: str, code: str, following: Following) -> list[Plain]:
    """Where a party stands in a process, what it said last first."""
    found: list[Plain] = []
    for issue in following.issues(process):
        if not any(code in told.entry.actors for told in issue.told):
            continue
        position = positions_on(issue, following.as_of).get(code)
        if position is not None:
            found.append({
                "issue": issue.name, "key": plain.key(issue), "stance": position.stance, "date": position.date,
                "since": position.since, "evidence": quoted(position.quotes[:1]),
            })  # fmt: skip
    return sorted(found, key=lambda p: str(p["date"]), reverse=True)[:ISSUES]
