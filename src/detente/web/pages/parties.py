"""A party: where it sits, where it stands, what it promised and was promised."""

from __future__ import annotations

from collections import Counter
from typing import Any

from detente.follow import Following, Process, days
from detente.follow.naming import display
from detente.follow.positions import positions_on
from detente.web import plain
from detente.web.desk import AtDesk
from detente.web.plain import Plain
from detente.web.render import Pages, View

router = Pages()
#: So many issues of a process, promises and changes stand on the page of a party.
ISSUES, PLEDGES, CHANGES = 8, 12, 12


@router.page("/parties", csv=True)
def parties(desk: AtDesk) -> View:
    """All who sit at a table, those in most talks first."""
    following = desk.following()
    seats = Counter(code for p in following.processes for code in p.parties)
    made = Counter(code for p in following.pledges() for code in p.by)
    rows = [{"party": code, "processes": n, "pledges": made[code]} for code, n in seats.most_common(500)]
    return View("parties.html", "Parties", {"parties": rows}, rows)


@router.page("/parties/{code:path}")
def party(desk: AtDesk, code: str) -> View:
    """One party in all its talks. 404 where no talks know of it."""
    following = desk.following()
    seats = [p for p in following.processes if code in p.codes or any(code in a.entry.actors for a in p.acts)]
    by = following.pledges(by=code)
    to = [p for p in following.pledges() if code in p.to]
    if not (seats or by or to):
        raise KeyError(code)
    counts = Counter(p.status for p in by)
    since = days.later(following.as_of, -365) if following.as_of else ""
    moved = [e for e in following.changes(since) if code in e.parties]
    data: Plain = {
        "code": code, "name": display(code), "as_of": following.as_of,
        "processes": [plain.described(p) | {"positions": _positions(p, code, following)} for p in seats[:20]],
        "sits_in": len(seats), "counts": dict(counts.most_common()), "pledges_in_all": len(by),
        "pledges": plain.pledges(_by_status(by)[:PLEDGES]), "promised_to_it": plain.pledges(to[:PLEDGES]),
        "changes": plain.events(list(reversed(moved))[:CHANGES], following),
    }  # fmt: skip
    return View("party.html", display(code), plain.sourced(desk.archive, data))


def _by_status(found: list[Any]) -> list[Any]:
    over = ("overdue", "broken", "disputed", "due soon", "delayed", "open")
    return sorted(found, key=lambda p: over.index(p.status) if p.status in over else len(over))


def _positions(process: Process, code: str, following: Following) -> list[Plain]:
    """Where a party stands in a process, what it said last first."""
    found: list[dict[str, Any]] = []
    for issue in following.issues(process.id):
        position = positions_on(issue, following.as_of).get(code)
        if position is not None:
            found.append({
                "issue": issue.name, "key": plain.key(issue), "stance": position.stance, "date": position.date,
                "since": position.since, "evidence": plain.quotes(position.quotes[:1]),
            })  # fmt: skip
    return sorted(found, key=lambda p: p["date"], reverse=True)[:ISSUES]
