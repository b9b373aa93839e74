"""A process: its timeline, its table, its promises, its links, the reports behind it; and what people decide of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote as escaped

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from detente import days
from detente.archive import glances
from detente.archive.following import decide, decided, undo_decision
from detente.errors import ArchiveError
from detente.follow import Decision, Following, FollowUp, Process
from detente.follow.following import by_due
from detente.follow.issues import Issue, tidy
from detente.follow.naming import display
from detente.follow.positions import Table, positions_on
from detente.follow.positions import table as table_of
from detente.follow.show import positions, quoted
from detente.record import PRESSING
from detente.view import clean
from detente.web import draw, plain
from detente.web.desk import AtDesk, Desk
from detente.web.pages.reports import who_judges
from detente.web.plain import Day, Plain, iso, paged
from detente.web.render import Pages, View

router = Pages()
#: So many issues, promises and reports stand on one page of a process, so many stances in one cell.
ISSUES, PLEDGES, REPORTS, STANCES, ROUNDS = 12, 10, 15, 2, 12
#: So many persons that are named are shown.
PEOPLE = 20
#: So many stances that moved stand on one page; wordings of an issue, and other issues that it may be one with.
MOVED, WORDINGS, OTHERS, LIKENED = 40, 30, 40, 6
#: So many processes that share a party, and so many others, are offered to merge with.
LIKELY = 40
ABOUT_ISSUES = ("rename issue", "merge issues", "split issue")


@router.page("/processes/{id:path}/compare", csv=True)
def compare(
    desk: AtDesk, id: str, since: Annotated[Day, Query(alias="from")] = "", to: Day = "", page: str = ""
) -> View:  # fmt: skip
    """What moved in the table of a process between two days."""
    following = desk.following()
    process = following.process(id)
    day = iso(to) or following.as_of
    before = iso(since) or _half_year_before(day)
    found = following.issues(process.id)
    everything, stayed = _moved(table_of(process, before, found), table_of(process, day, found))
    part = paged(everything, page, MOVED)
    data = plain.sourced(
        desk.archive,
        {"process": plain.described(process), "from": before, "to": day, "moved": part.items, "pages": part.plain(),
         "stayed": stayed},
    )  # fmt: skip
    rows = [{k: v for k, v in row.items() if k != "evidence"} for row in everything]
    more = {"first": before, "query": {"from": before, "to": day}}
    return View("compare.html", f"{process.name}: what moved", data, lambda: rows, more)


@router.page("/processes/{id:path}/issues/{key}")
def issue(desk: AtDesk, id: str, key: str, page: str = "") -> View:
    """One issue: where each party stands, and all that was said of it."""
    following = desk.following()
    process, one = _issue(desk, id, key, following)
    part = paged(_stands(one), page, 30)
    found = positions_on(one, following.as_of)
    data = {
        "process": plain.described(process), "name": one.name, "key": key, "as_of": following.as_of,
        "wordings": [{"words": w, "acts": n} for w, n in one.wordings.most_common(WORDINGS)],
        "wordings_in_all": len(one.wordings), "pages": part.plain(), "history": part.items,
        "positions": [{"party": p.party, "stance": p.stance, "date": p.date, "since": p.since} for p in found.values()],
        "decisions": [d for d in _decisions(process) if d["kind"] in ABOUT_ISSUES],
    }  # fmt: skip
    nearest = sorted(following.issues(process.id), key=lambda i: -_likeness(one, i))
    others = [(plain.key(i), i.name) for i in nearest if plain.key(i) != key][:OTHERS]
    return View(
        "issue.html",
        one.name,
        plain.sourced(desk.archive, data),
        more={"others": others, "bundles": plain.by_sentence(part.items)},
    )


def _issue(desk: Desk, id: str, key: str, following: Following | None = None) -> tuple[Process, Issue]:
    """An issue of a process by its key. Raises KeyError where there is none."""
    following = following or desk.following()
    process = following.process(id)
    one = next((i for i in following.issues(process.id) if plain.key(i) == key), None)
    if one is None:
        raise KeyError(key)
    return process, one


def _likeness(one: Issue, other: Issue) -> float:
    """How alike the most alike wordings of two issues are: what may be the same comes first where one is chosen."""
    return max((other.likeness(mine) for mine in one.bags[:LIKENED]), default=0.0)


@router.page("/processes/{id:path}/issues", csv=True)
def issues(desk: AtDesk, id: str, page: str = "") -> View:
    """All that a process is about."""
    following = desk.following()
    process = following.process(id)
    found = following.issues(process.id)
    part = paged(found, page, 40)
    shown = [_issue_row(i, following) for i in part.items]
    data = {"process": plain.described(process), "issues": shown, "pages": part.plain()}
    return View(
        "issues.html", f"{process.name}: the issues", data, lambda: (_issue_row(i, following) for i in found)
    )  # fmt: skip


@router.page("/processes/{id:path}", csv=True)
def process(desk: AtDesk, id: str, at: Day = "", step: str = "", issues: str = "", reports: str = "") -> View:
    """One process: rounds, the table as of a day (`at`, or the nth day on which it moved), promises, links, reports."""
    following = desk.following()
    one = _found(desk, following, id)
    all_issues = following.issues(one.id)
    now = table_of(one, following.as_of, all_issues)
    stances = _stances(now)
    steps = _steps(stances, following.as_of)
    day = iso(at) or _step(step, steps) or following.as_of
    table = now if day == following.as_of else table_of(one, day, all_issues)
    grid = paged(table.rows, issues, ISSUES)
    pledges = _pressing_first(following, one)
    behind = paged(sorted(one.reports.items(), key=lambda pair: pair[1], reverse=True), reports, REPORTS)
    data: Plain = {
        "process": plain.described(one), "as_of": following.as_of, "delegates": _delegates(one), "named": _named(desk, one),
        "rounds": plain.rounds(following, one), "rounds_shown": ROUNDS, "next": _next(one, following.as_of),
        "table": {"at": day, "parties": list(table.parties), "issues": plain.grid(grid.items, table.parties), "pages": grid.plain()},
        "pledges": plain.pledges(pledges[:PLEDGES]), "pledges_in_all": len(pledges), "links": plain.links(following, one),
        "reports": _reports(desk, behind.items), "report_pages": behind.plain(),
        "decisions": _decisions(one, {p.id: tidy(p.what) for p in pledges}),
    }  # fmt: skip
    plain.sourced(desk.archive, data)
    more = {
        "drawn": draw.timeline(data["rounds"], plain.promised(pledges), stances, one.reports.values(),
                               following.as_of, lambda code: clean(display(code))),
        "graph_of": draw.graph(data["links"], one.name), "steps": steps, "at_step": _nearest(day, steps), "shown": STANCES,
        "others": _others(desk, one), "last_decided": bool(one.history) and _last_is_of(desk, one),
    }  # fmt: skip
    return View("process.html", one.name, data, lambda: positions(table).rows, more)


def _found(desk: Desk, following: Following, id: str) -> Process:
    """A process by its id; of one that was merged into another, the way leads on to that. Raises KeyError for none."""
    try:
        return following.process(id)
    except KeyError:
        merged = {d.other: d.process for d in decided(desk.archive) if d.kind == "merge"}
        into, seen = merged.get(id, ""), {id}
        while into in merged and into not in seen:
            seen.add(into)
            into = merged[into]
        if not into or into in seen:
            raise
    raise HTTPException(307, headers={"Location": f"/processes/{escaped(into, safe='')}"})


def _half_year_before(day: str) -> str:
    return days.later(day, -182) if len(day) == 10 else day


def _moved(before: Table, after: Table) -> tuple[list[Plain], int]:
    """The cells in which the stance differs, the latest first, and how many others there are."""
    known = {plain.key(row.issue): row.positions for row in before.rows}
    moved, stayed = [], 0
    for row in after.rows:
        was = known.get(plain.key(row.issue), {})
        for party, now in row.positions.items():
            old = was.get(party)
            if old is not None and old.stance == now.stance:
                stayed += 1
                continue
            moved.append({
                "issue": row.issue.name, "key": plain.key(row.issue), "party": party,
                "was": old.stance if old else "silent", "was_date": old.date if old else "",
                "now": now.stance, "date": now.date, "evidence": quoted(now.quotes),
            })  # fmt: skip
    return sorted(moved, key=lambda m: m["date"], reverse=True), stayed


def _stands(one: Issue) -> list[Plain]:
    """All stances on an issue, the latest first."""
    found = [
        {"party": p.party, "stance": s.stance, "date": s.date, "wording": s.wording, "evidence": quoted(s.quotes)}
        for p in positions_on(one).values() for s in p.history
    ]  # fmt: skip
    return sorted(found, key=lambda s: s["date"], reverse=True)


def _issue_row(one: Issue, following: Following) -> Plain:
    found = positions_on(one, following.as_of)
    return {
        "key": plain.key(one), "issue": one.name, "acts": len(one.told), "latest": max(t.date for t in one.told),
        "positions": [{"party": p.party, "stance": p.stance, "date": p.date} for p in found.values()],
    }  # fmt: skip


def _stances(table: Table) -> list[tuple[str, str, str, str]]:
    """All stances in a table as (day, party, stance, issue)."""
    return [
        (s.date, p.party, s.stance, p.issue) for row in table.rows for p in row.positions.values() for s in p.history
    ]


def _steps(stances: Sequence[tuple[str, str, str, str]], as_of: str) -> list[str]:
    """The days on which the table moved, and the day up to which it is told."""
    told = {day for day, *_ in stances} | {as_of}
    return sorted(day for day in told if len(day) == 10 and day <= as_of)


def _step(asked: str, steps: Sequence[str]) -> str:
    """The nth of these days, "" where none is asked for."""
    if not asked.isdecimal() or not steps or len(asked) > 6:
        return ""
    return steps[min(int(asked), len(steps) - 1)]


def _nearest(day: str, steps: Sequence[str]) -> int:
    """The number of the last of these days up to a day."""
    return max(0, sum(step <= day for step in steps) - 1)


def _pressing_first(following: Following, one: Process) -> list[FollowUp]:
    return sorted(by_due(following.followed(one)), key=lambda p: PRESSING.index(p.status))


def _delegates(one: Process) -> list[Plain]:
    """Who was named as sitting at the table, with the rounds at which they were."""
    return [
        {"name": name, "rounds": [r.ordinal for r in one.rounds if name in r.delegates and r.ordinal]}
        for name in one.delegates
    ]  # fmt: skip


def _named(desk: Desk, one: Process) -> list[Plain]:
    """The persons whom its reports name, those that most name first, but for delegates."""
    found = glances.persons(desk.archive, one.id, PEOPLE)
    return [{"name": name, "role": role, "party": party} for name, role, party in found if name not in one.delegates]


def _next(one: Process, as_of: str) -> Plain | None:
    ahead = one.planned(as_of)
    if ahead is None:
        return None
    return {"ordinal": ahead.ordinal, "start": ahead.start, "end": ahead.end, "place": ahead.place}


def _reports(desk: Desk, found: Sequence[tuple[str, str]]) -> list[Plain]:
    known = desk.archive.stored(name for name, _ in found)
    return [
        {"id": name, "date": date, "title": known[name].title if name in known else name,
         "source": known[name].source if name in known else ""}
        for name, date in found
    ]  # fmt: skip


def _decisions(one: Process, pledges: Mapping[str, str] = {}) -> list[Plain]:
    """What people decided about a process; of a pledge that was marked, also its words."""
    return [
        {"kind": d.kind, "other": d.other, "named": list(d.reports[:6]), "reports": len(d.reports), "by": d.by, "at": d.at,
         "reason": d.reason, "pledge": pledges.get(d.reports[0], "") if d.kind == "mark" and d.reports else ""}
        for d in one.history
    ]  # fmt: skip


def _last_is_of(desk: Desk, one: Process) -> bool:
    """Whether the last decision that stands is about this process, so that it can be taken back here."""
    standing = decided(desk.archive)
    return bool(standing) and standing[-1].process == one.id


def _others(desk: Desk, one: Process) -> list[tuple[str, str]]:
    """Processes that it may be one with: those that share a party first, then those that most reports tell of."""
    sharing = glances.sharing(desk.archive, one.parties, LIKELY)
    found = sharing | glances.names(desk.archive, limit=LIKELY)
    return [(id, name) for id, name in found.items() if id != one.id]


# -- what people decide

Words = Annotated[str, Form(max_length=500)]


@router.change("/processes/{id:path}/issues/{key}/rename")
def rename_issue(
    request: Request, desk: AtDesk, id: str, key: str, name: Words = "", reason: Words = ""
) -> RedirectResponse:  # fmt: skip
    """Gives an issue another name."""
    process, one = _issue(desk, id, key)
    return _on_issue(request, desk, process, "rename issue", (one.name,), _given(name, "a name"), reason)


@router.change("/processes/{id:path}/issues/{key}/merge")
def merge_issues(
    request: Request, desk: AtDesk, id: str, key: str, other: Words = "", reason: Words = ""
) -> RedirectResponse:  # fmt: skip
    """Makes another issue part of this one."""
    process, one = _issue(desk, id, key)
    _, joined = _issue(desk, id, _given(other, "another issue"))
    return _on_issue(request, desk, process, "merge issues", (one.name,), joined.name, reason)


@router.change("/processes/{id:path}/issues/{key}/split")
async def split_issue(request: Request, desk: AtDesk, id: str, key: str) -> RedirectResponse:
    """Makes some wordings of an issue one of their own."""
    form = await request.form()
    leaving = tuple(str(wording) for wording in form.getlist("wording"))
    name, reason = str(form.get("name", ""))[:500], str(form.get("reason", ""))[:500]

    def work() -> RedirectResponse:
        process, one = _issue(desk, id, key)
        if not leaving:
            raise ArchiveError("no wording is chosen", remedy="tick those that are about another matter")
        told = (one.name, *leaving)
        return _on_issue(request, desk, process, "split issue", told, _given(name, "a name"), reason)

    return await run_in_threadpool(work)


@router.change("/processes/{id:path}/rename")
def rename(request: Request, desk: AtDesk, id: str, name: Words = "", reason: Words = "") -> RedirectResponse:
    """Gives a process another name."""
    return _settle(request, desk, "rename", id, _given(name, "a name"), reason)


@router.change("/processes/{id:path}/merge")
def merge(request: Request, desk: AtDesk, id: str, other: Words = "", reason: Words = "") -> RedirectResponse:
    """Makes another process part of this one."""
    return _settle(request, desk, "merge", id, _given(other, "another process"), reason)


@router.change("/processes/{id:path}/split")
async def split(request: Request, desk: AtDesk, id: str) -> RedirectResponse:
    """Moves what some reports tell into a process of its own."""
    form = await request.form()
    told = tuple(str(name) for name in form.getlist("report"))
    if not told:
        raise ArchiveError("no report is chosen", remedy="tick those that tell of the other talks")
    name, reason = _given(str(form.get("name", "")), "a name"), str(form.get("reason", ""))[:500]
    return await run_in_threadpool(_settle, request, desk, "split", id, name, reason, told)


@router.change("/processes/{id:path}/undo")
def undo(request: Request, desk: AtDesk, id: str) -> RedirectResponse:
    """Takes back the last decision that stands, if it is about this process."""
    standing = decided(desk.archive)
    if not standing or standing[-1].process != id:
        raise ArchiveError("the last decision is about other talks", remedy="take that back first")
    undo_decision(desk.archive, author=who_judges(request))
    known = desk.following()
    try:
        return RedirectResponse(f"/processes/{escaped(known.process(id).id, safe='')}#decided", status_code=303)
    except KeyError:  # it was made by that very decision
        return RedirectResponse("/", status_code=303)


def _given(words: str, what: str) -> str:
    if not clean(words):
        raise ArchiveError(f"{what} is missing", remedy="go back and fill it in")
    return clean(words)


def _settle(
    request: Request, desk: Desk, kind: str, id: str, other: str, reason: str, reports: tuple[str, ...] = ()
) -> RedirectResponse:
    one = desk.following().process(id)
    _decide(request, desk, kind, one.id, other, reason, reports)
    return RedirectResponse(f"/processes/{escaped(one.id, safe='')}#decided", status_code=303)


def _on_issue(
    request: Request, desk: Desk, process: Process, kind: str, told: tuple[str, ...], other: str, reason: str
) -> RedirectResponse:
    """Decides about an issue, and shows the issue that then has its name."""
    now = _decide(request, desk, kind, process.id, other, reason, told)
    wanted = told[0] if kind == "merge issues" else other
    found = next((i for i in now.issues(process.id) if wanted == i.name or wanted in i.wordings), None)
    where = f"/processes/{escaped(process.id, safe='')}/issues"
    return RedirectResponse(f"{where}/{plain.key(found)}" if found else where, status_code=303)


def _decide(
    request: Request, desk: Desk, kind: str, process: str, other: str, reason: str, told: tuple[str, ...]
) -> Following:
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return decide(desk.archive, Decision(kind, process, other, told, who_judges(request), at, clean(reason)))
