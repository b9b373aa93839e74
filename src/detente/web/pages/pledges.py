"""Pledges: what was promised, by what became of it, and by when it is due."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

from detente.errors import InputError
from detente.export.common import last_day
from detente.follow import Following, FollowUp
from detente.follow.followup import STATUSES
from detente.web import plain
from detente.web.desk import AtDesk
from detente.web.plain import Plain, paged
from detente.web.render import Pages, View

router = Pages()
#: So many pledges stand in a column of the board, so many on a page of one status.
COLUMN, SIZE = 8, 30
#: The columns of the board: what one has to look at, what lies ahead, what is over.
BOARD = ("overdue", "due soon", "open", "delayed", "disputed", "broken", "late", "kept", "lapsed")

Statuses = Annotated[list[str], Query()]


@router.page("/pledges", csv=True)
def pledges(
    desk: AtDesk, status: Statuses = [], party: str = "", process: str = "", month: str = "", page: str = ""  # noqa: B006
) -> View:  # fmt: skip
    """Pledges as a board by status and a calendar by due date, filtered by status, party and process."""
    following = desk.following()
    wanted = known_statuses(status)
    inside = chosen(following, (), party, process)
    found = [p for p in inside if not wanted or p.status in wanted]
    shown = _month(month, _telling_month(found, following.as_of))
    counts = Counter(p.status for p in inside)
    data: Plain = {
        "as_of": following.as_of, "filters": {"status": list(wanted), "party": party, "process": process},
        "counts": {name: counts[name] for name in BOARD}, "calendar": _calendar(found, shown),
    }  # fmt: skip
    if wanted:
        part = paged(found, page, SIZE)
        data |= {"pledges": plain.pledges(part.items), "pages": part.plain()}
    else:
        data["board"] = {s: plain.pledges([p for p in found if p.status == s][:COLUMN]) for s in BOARD if counts[s]}
    parties = Counter(code for p in following.pledges() for code in p.by)
    more = {"parties": [code for code, _ in parties.most_common(60)], "column": COLUMN,
            "processes": [(p.id, p.name) for p in following.processes if p.pledges][:100]}  # fmt: skip
    return View("pledges.html", "Pledges", plain.sourced(desk.archive, data), plain.pledges(found), more)


def known_statuses(asked: Sequence[str]) -> tuple[str, ...]:
    """The statuses asked for. Raises InputError on one that there is not."""
    for one in asked:
        if one and one not in STATUSES:
            raise InputError(f"there is no status {one!r}", remedy="one of " + ", ".join(STATUSES))
    return tuple(dict.fromkeys(s for s in asked if s))


def chosen(following: Following, status: Sequence[str], party: str, process: str) -> list[FollowUp]:
    """The pledges that were asked for, by due date."""
    return following.pledges(status=status, by=party, process=process)


def _telling_month(found: Sequence[FollowUp], as_of: str) -> str:
    """The first month from that of the latest report on in which anything is due, else the last one before."""
    due = sorted(day.isoformat()[:7] for p in found if (day := last_day(p.last_due)))
    return next((month for month in due if month >= as_of[:7]), due[-1] if due else as_of[:7])


def _month(asked: str, otherwise: str) -> dt.date:
    """The first day of the month asked for, or else of that one."""
    try:
        return dt.date.fromisoformat(f"{asked or otherwise}-01")
    except ValueError:
        if asked:
            raise InputError(f"{asked!r} is no month", remedy="write it as 2016-06") from None
        return dt.date.today().replace(day=1)


def _calendar(found: Sequence[FollowUp], month: dt.date) -> Plain:
    """The weeks of a month with what falls due on each day, and the nearest months before and after with anything."""
    due = [(day, p) for p in found if (day := last_day(p.last_due))]
    by_day: dict[dt.date, list[Any]] = {}
    for day, pledge in due:
        if (day.year, day.month) == (month.year, month.month):
            by_day.setdefault(day, []).append(pledge)
    firsts = {day.replace(day=1) for day, _ in due}
    before, after = ({m for m in firsts if m < month}, {m for m in firsts if m > month})
    weeks = months.Calendar().monthdatescalendar(month.year, month.month)
    return {
        "month": month.isoformat()[:7],
        "before": max(before).isoformat()[:7] if before else "", "after": min(after).isoformat()[:7] if after else "",
        "weeks": [[{"day": day.isoformat(), "within": day.month == month.month,
                    "due": [_short(p) for p in by_day.get(day, ())]} for day in week] for week in weeks],
    }  # fmt: skip


def _short(pledge: FollowUp) -> Plain:
    row = plain.pledges([pledge])[0]
    return {name: row[name] for name in ("id", "by", "short", "status", "process", "last_due")}
