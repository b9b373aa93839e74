"""Pledges: what was promised, by what became of it, and by when it is due."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse

from detente import days
from detente.archive import Archive, board, glances
from detente.archive.board import Asked
from detente.archive.following import decided, undo_decision
from detente.archive.following import mark as marking
from detente.errors import ArchiveError
from detente.export.common import last_day
from detente.follow import FollowUp
from detente.follow.issues import tidy
from detente.record import PLEDGE_STATUSES, PledgeStatus
from detente.view import clean
from detente.web import plain
from detente.web.desk import AtDesk, ByDay
from detente.web.pages.reports import who_judges
from detente.web.plain import Plain, spot
from detente.web.render import Pages, View

router = Pages()
#: So many pledges stand in a column of the board, on a page of one status, in a month; rows of the CSV at a time.
COLUMN, SIZE, DAYS, ROWS = 6, 30, 100, 500
#: So many pledges of a status can be paged through; filters narrow them down, and the CSV has all.
PAGED = 1_500
#: The columns of the board: what one has to look at, what lies ahead, what is over.
BOARD = ("overdue", "due soon", "open", "delayed", "disputed", "broken", "late", "kept", "lapsed")

Status = Literal["", PledgeStatus]
Statuses = Annotated[list[Status], Query()]
Month = Annotated[str, Query(pattern=r"^((1[0-9]|20)[0-9]{2}-(0[1-9]|1[0-2]))?$", description="As in 2016-06")]


@router.page("/pledges", csv=True)
def pledges(
    desk: AtDesk, status: Statuses = [], party: str = "", process: str = "", month: Month = "", page: str = "",  # noqa: B006
    day: ByDay = "",
) -> View:  # fmt: skip
    """Pledges as a board by status and a calendar by due date, filtered by status, party and process.

    What is due soon or overdue goes by the day of the latest report, or by today.
    """
    as_of = desk.day(day)
    wanted = chosen(status)
    asked = Asked(as_of, wanted, party, process)
    counts = desk.statuses(asked)
    data: Plain = {
        "as_of": as_of, "filters": {"status": list(wanted), "party": party, "process": process, "day": day},
        "counts": {name: counts[name] for name in BOARD}, "calendar": _calendar(desk.archive, asked, month),
    }  # fmt: skip
    if wanted:
        many = sum(counts[s] for s in wanted)
        at = spot(min(many, PAGED), page, SIZE)
        found = board.part(desk.archive, asked, limit=SIZE, offset=at.offset)
        data |= {"total": many}
        data |= {"pledges": plain.pledges(found), "pages": at.plain()}
    else:
        data["board"] = {s: plain.pledges(_column(desk.archive, asked, s)) for s in BOARD if counts[s]}
    parties, processes = desk.who_promised(60, 100)
    more = {"parties": parties, "column": COLUMN, "processes": list(processes.items())}
    return View("pledges.html", "Pledges", plain.sourced(desk.archive, data), lambda: _all(desk.archive, asked), more)


@router.page("/pledges/{ref:path}")
def pledge(desk: AtDesk, ref: str, day: ByDay = "") -> View:
    """One pledge: what was promised, what each says became of it, with all that tells of it; and a status set by hand."""
    as_of = desk.day(day)
    one = board.one(desk.archive, ref, as_of)
    row = plain.pledges([one])[0]
    talks = glances.ids(desk.archive, [one.process])
    data = plain.sourced(desk.archive, row | {"as_of": as_of, "day": day, "process_id": talks.get(one.process, "")})
    if one.mark is not None:
        data |= {"marked_at": one.mark.at}
    last = one.mark is not None and _marked_last(desk.archive, ref)
    return View("pledge.html", tidy(one.what), data, more={"statuses": PLEDGE_STATUSES, "last": last})


@router.change("/pledges/{ref:path}/mark")
def mark(
    request: Request, desk: AtDesk, ref: str, status: Annotated[str, Form()] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> RedirectResponse:  # fmt: skip
    """Gives a pledge a status that stays, whatever reports tell later."""
    marking(desk.archive, ref, status, author=who_judges(request), reason=clean(reason))
    return RedirectResponse(f"/pledges/{quote(ref, safe='')}", 303)


@router.change("/pledges/{ref:path}/undo")
def undo(request: Request, desk: AtDesk, ref: str) -> RedirectResponse:
    """Takes the mark of a pledge back, if nothing was decided since."""
    if not _marked_last(desk.archive, ref):
        raise ArchiveError("something else was decided since", remedy="take that back first")
    undo_decision(desk.archive, author=who_judges(request))
    return RedirectResponse(f"/pledges/{quote(ref, safe='')}", 303)


def _marked_last(archive: Archive, ref: str) -> bool:
    """Whether the last decision that stands is the mark of this pledge."""
    standing = decided(archive)
    return bool(standing) and standing[-1].kind == "mark" and ref in standing[-1].reports


def _column(archive: Archive, asked: Asked, status: str) -> list[FollowUp]:
    """The top of a column: what is due next, or, of what is over, what was due last."""
    over = status not in ("open", "due soon")
    return board.part(archive, replace(asked, status=(status,)), limit=COLUMN, latest_first=over)


def _all(archive: Archive, asked: Asked) -> Iterator[Plain]:
    offset = 0
    while found := board.part(archive, asked, limit=ROWS, offset=offset):
        yield from plain.pledges(found)
        offset += len(found)


def chosen(asked: Sequence[str]) -> tuple[str, ...]:
    """The statuses asked for, each once."""
    return tuple(dict.fromkeys(s for s in asked if s))


def _month(archive: Archive, asked: Asked, month: str) -> dt.date:
    """The first day of the month asked for; else of the first one from that of the latest report on, or the last one
    before, in which anything is due."""
    if month:
        return dt.date.fromisoformat(f"{month}-01")
    if not asked.as_of:
        return dt.date.today().replace(day=1)
    start = f"{asked.as_of[:7]}-01"
    before, after = board.nearest(archive, asked, start, days.later(start, -1))
    return dt.date.fromisoformat(f"{(after or before or start)[:7]}-01")


def _calendar(archive: Archive, asked: Asked, wanted: str) -> Plain:
    """The weeks of a month with what falls due on each day, and the nearest months before and after with anything."""
    month = _month(archive, asked, wanted)
    weeks = months.Calendar().monthdatescalendar(month.year, month.month)
    last = month.replace(day=months.monthrange(month.year, month.month)[1])
    found = board.within(archive, asked, month.isoformat(), last.isoformat(), DAYS)
    by_day: dict[str, list[Plain]] = {}
    for pledge in found:
        day = last_day(pledge.last_due)
        by_day.setdefault(day.isoformat() if day else "", []).append(_short(pledge))
    before, after = board.nearest(archive, asked, month.isoformat(), last.isoformat())
    return {
        "month": month.isoformat()[:7], "before": before[:7], "after": after[:7], "shown": len(found), "most": DAYS,
        "weeks": [[{"day": day.isoformat(), "within": day.month == month.month, "due": by_day.get(day.isoformat(), [])}
                   for day in week] for week in weeks],
    }  # fmt: skip


def _short(pledge: FollowUp) -> Plain:
    return {
        "id": pledge.id, "by": pledge.by, "short": tidy(pledge.what), "status": pledge.status, "process": pledge.process,
        "last_due": pledge.last_due,
    }  # fmt: skip
