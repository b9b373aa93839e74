"""Home: the talks at a glance."""

from __future__ import annotations

from collections import Counter
from typing import Any

from detente.follow import Following, Process
from detente.follow.rounds import Round
from detente.web.desk import AtDesk
from detente.web.draw import sparkline
from detente.web.plain import paged
from detente.web.render import Pages, View

router = Pages()
#: So many talks stand on one page.
SIZE = 25


@router.page("/", csv=True)
def home(desk: AtDesk, page: str = "") -> View:
    """The processes: their last and next round, what was promised, how much moved of late."""
    following = desk.following()
    part = paged(following.processes, page, SIZE)
    rows = [_row(process, following) for process in part.items]
    drawn = {p.id: sparkline((e.told for e in following.timeline(p.id)), following.as_of) for p in part.items}
    data = {"as_of": following.as_of, "processes": rows, "counts": desk.archive.counts(), "pages": part.plain()}
    return View("home.html", "Talks", data, rows, {"drawn": drawn})


def _row(process: Process, following: Following) -> dict[str, Any]:
    held = [r for r in process.rounds if r.status_at(following.as_of) == "held"]
    ahead = process.planned(following.as_of)
    status = Counter(p.status for p in following.pledges(process=process.id))
    return {
        "id": process.id, "name": process.name, "parties": process.parties, "reports": len(process.reports),
        "held": len(held), "last": _round(held[-1]) if held else None, "next": _round(ahead) if ahead else None,
        "due_soon": status["due soon"], "overdue": status["overdue"], "open": status["open"], "broken": status["broken"],
        "pledges": status.total(),
    }  # fmt: skip


def _round(one: Round) -> dict[str, Any]:
    return {"ordinal": one.ordinal, "name": one.name, "start": one.start, "end": one.end, "place": one.place}
