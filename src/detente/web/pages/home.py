"""Home: the talks at a glance."""

from __future__ import annotations

from typing import Any

from detente.follow import Following, Process
from detente.follow.rounds import Round
from detente.web.desk import AtDesk
from detente.web.render import Pages, View

router = Pages()


@router.page("/", csv=True)
def home(desk: AtDesk) -> View:
    """The processes, with their last and next round."""
    following = desk.following()
    rows = [_row(process, following) for process in following.processes]
    data = {"as_of": following.as_of, "processes": rows, "counts": desk.archive.counts()}
    return View("home.html", "Talks", data, rows)


def _row(process: Process, following: Following) -> dict[str, Any]:
    held = [r for r in process.rounds if r.status_at(following.as_of) == "held"]
    ahead = process.planned(following.as_of)
    return {
        "id": process.id, "name": process.name, "parties": process.parties, "reports": len(process.reports),
        "held": len(held), "last": _round(held[-1]) if held else None, "next": _round(ahead) if ahead else None,
    }  # fmt: skip


def _round(one: Round) -> dict[str, Any]:
    return {"ordinal": one.ordinal, "name": one.name, "start": one.start, "end": one.end, "place": one.place}
