"""Pledges as a board shows them: how many of each status, a part of them by due date, those due within some days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from detente.archive import database
from detente.archive.answers import PLEDGE
from detente.archive.following import _named
from detente.archive.schema import processes, promised_by, promised_to, promises, statuses
from detente.archive.store import Archive
from detente.follow.followup import FollowUp

#: More pledges than this are many.
FREQUENT = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pledges are meant: those of these statuses on the day `as_of`, made by a party, of a process, to a party."""

    as_of: str
    status: tuple[str, ...] = ()
    by: str = ""
    process: str = ""
    to: str = ""

    @property
    def narrow(self) -> bool:
        """Whether only pledges of one party or process are meant, which are few."""
        return bool(self.by or self.process or self.to)

    def chosen(self, link: Connection, *columns: Any, frequent: bool = False) -> Select[Any]:
        """A query for columns of the pledges that are meant. Raises KeyError on a process that is not known.

        `frequent`: what else is asked leaves few pledges, or a good part of all have the status, so that it is soonest
        asked of one pledge after the other.
        """
        p, s = promises.c, statuses.c
        query = select(*columns).select_from(promises)
        if self.status:
            now = (s.status.in_(self.status), s.since <= self.as_of, s.until > self.as_of)
            if frequent:
                # the function keeps the database from going through all promises of the status for each
                theirs = (s.promise_id == p.id, func.lower(s.status).in_(self.status), *now[1:])
                query = query.where(select(s.promise_id).where(*theirs).exists())
            else:
                query = query.join(statuses, s.promise_id == p.id).where(*now)
        for table, code in ((promised_by, self.by), (promised_to, self.to)):
            if code:
                query = query.where(p.id.in_(select(table.c.promise_id).where(table.c.code == code)))
        return query.where(p.process == _named(link, self.process)) if self.process else query


def named(archive: Archive, name: str) -> str:
    """The id of the process that is meant by a name or id. Raises KeyError where there is none."""
    with database.reading(archive.engine) as link:
        return _named(link, name)


def counted(archive: Archive, asked: Asked) -> Counter[str]:
    """How many of the pledges have each status on the day, whatever statuses are asked for."""
    s = statuses.c
    whole = Asked(asked.as_of, (), asked.by, asked.process, asked.to)
    with database.reading(archive.engine) as link:
        query = select(s.status, func.count().label("many")).where(s.since <= asked.as_of, s.until > asked.as_of)
        if asked.narrow:
            query = query.where(s.promise_id.in_(whole.chosen(link, promises.c.id)))
        return Counter({row.status: row.many for row in link.execute(query.group_by(s.status))})


def part(
    archive: Archive, asked: Asked, *, limit: int, offset: int = 0, latest_first: bool = False, many: int = 0
) -> list[FollowUp]:  # fmt: skip
    """So many of the pledges by due date; those without one come last. `many`: how many there are, where that is known."""
    p = promises.c
    order = (p.due.desc(), p.id.desc()) if latest_first else (p.due, p.id)
    with database.reading(archive.engine) as link:
        frequent = asked.narrow or many > FREQUENT
        dated = asked.chosen(link, p.id, frequent=frequent).where(p.due > "").order_by(*order)
        ids = list(link.execute(dated.limit(limit).offset(offset)).scalars())
        if len(ids) < limit:
            before = 0
            if offset and not ids:
                before = link.execute(asked.chosen(link, func.count()).where(p.due > "")).scalar() or 0
            rest = asked.chosen(link, p.id).where(p.due == "").order_by(p.id)
            skipped = max(0, offset - before) if not ids else 0
            ids += link.execute(rest.limit(limit - len(ids)).offset(skipped)).scalars()
        return _pledges(link, ids, asked.as_of)


def one(archive: Archive, ref: str, as_of: str) -> FollowUp:
    """The pledge with that name. Raises KeyError where there is none."""
    with database.reading(archive.engine) as link:
        ids = list(link.execute(select(promises.c.id).where(promises.c.ref == ref).limit(1)).scalars())
        if not ids:
            raise KeyError(ref)
        return _pledges(link, ids, as_of)[0]


def within(archive: Archive, asked: Asked, first: str, last: str, limit: int) -> list[FollowUp]:
    """The pledges due from one day to another, both included, by due date; at most so many."""
    p = promises.c
    with database.reading(archive.engine) as link:
        query = (
            asked.chosen(link, p.id, frequent=True)
            .where(p.due >= first, p.due <= last)
            .order_by(p.due, p.id)
            .limit(limit)
        )
        return _pledges(link, list(link.execute(query).scalars()), asked.as_of)


def nearest(archive: Archive, asked: Asked, first: str, last: str) -> tuple[str, str]:
    """The last day before `first`, and the first one after `last`, on which a pledge is due; "" where there is none."""
    p = promises.c
    with database.reading(archive.engine) as link:
        if asked.narrow:  # few: the index by due date would lead past all others
            days = sorted(link.execute(asked.chosen(link, p.due, frequent=True)).scalars())
            ends = [day for day in days if "" < day < first][-1:], [day for day in days if day > last][:1]
            return "".join(ends[0]), "".join(ends[1])
        before = (
            asked.chosen(link, p.due, frequent=True).where(p.due > "", p.due < first).order_by(p.due.desc()).limit(1)
        )
        after = asked.chosen(link, p.due, frequent=True).where(p.due > last).order_by(p.due).limit(1)
        return str(link.execute(before).scalar() or ""), str(link.execute(after).scalar() or "")


def promisers(archive: Archive, limit: int) -> list[str]:
    """The parties that made most pledges."""
    c = promised_by.c
    query = select(c.code).group_by(c.code).order_by(func.count().desc(), c.code).limit(limit)
    with database.reading(archive.engine) as link:
        return list(link.execute(query).scalars())


def promising(archive: Archive, limit: int) -> dict[str, str]:
    """The names, by id, of the processes with most reports in which anything was promised."""
    c = processes.c
    made = select(promises.c.id).where(promises.c.process == c.id).exists()
    query = select(c.id, c.name).where(made).order_by(c.reports.desc(), c.rounds.desc(), c.name, c.id).limit(limit)
    with database.reading(archive.engine) as link:
        return {row.id: row.name for row in link.execute(query)}


def _pledges(link: Connection, ids: list[int], as_of: str) -> list[FollowUp]:
    c = promises.c
    rows = {row.id: row.document for row in link.execute(select(c.id, c.document).where(c.id.in_(ids)))}
    found = [PLEDGE.unpack(rows[id]) for id in ids]
    for pledge in found:
        pledge.as_of = as_of
    return found
