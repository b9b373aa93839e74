"""Pledges as a board shows them: how many of each status, a part of them by due date, those due within some days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, desc, func, select, union_all

from detente.archive import database
from detente.archive.answers import NEVER, PLEDGE
from detente.archive.following import _named
from detente.archive.schema import processes, promised_by, promised_to, promises, statuses
from detente.archive.store import Archive
from detente.follow.followup import FollowUp

Due = ColumnElement[str]


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

    def found(
        self, link: Connection, due: Callable[[Due], Sequence[ColumnElement[bool]]], *, latest_first: bool = False,
        limit: int | None = None, offset: int = 0,
    ) -> Select[Any]:  # fmt: skip
        """A query for `id` and `due` of the pledges that are meant and of whose due date what is given holds, by that date.

        Raises KeyError on a process that is not known.
        """
        p, s = promises.c, statuses.c
        places: list[tuple[ColumnElement[int], Due, list[ColumnElement[bool]]]] = [(p.id, p.due, [])]
        if self.status:
            # apart, so that each is found in the order of its index: a status that lasts, and one that will be another
            ends = (s.until == NEVER, s.until < NEVER)
            held = [s.since <= self.as_of, s.until > self.as_of]
            places = [(s.promise_id, s.due, [s.status == one, end, *held]) for one in self.status for end in ends]
        whose = self._whose(link)
        order: tuple[Any, ...] = (desc("due"), desc("id")) if latest_first else ("due", "id")
        most = None if limit is None else offset + limit
        parts = []
        for id, day, meant in places:
            part = select(id.label("id"), day.label("due")).where(*meant, *due(day), *(id.in_(ids) for ids in whose))
            parts.append(select(part.order_by(*order).limit(most).subquery()))
        return select(union_all(*parts).subquery()).order_by(*order).limit(limit).offset(offset)

    def _whose(self, link: Connection) -> list[Select[int]]:
        """Queries for the numbers of pledges, one for each thing that is asked of all but their status."""
        p, by, to = promises.c, promised_by.c, promised_to.c
        found = {}
        if self.by:
            found["made"] = select(by.promise_id.label("id")).where(by.code == self.by)
        if self.to:
            found["given"] = select(to.promise_id.label("id")).where(to.code == self.to)
        if self.process:
            found["theirs"] = select(p.id).where(p.process == _named(link, self.process))
        # first, since they are few: PostgreSQL would go through all pledges by due date until it has met enough of them
        few = [query.cte(name).prefix_with("MATERIALIZED", dialect="postgresql") for name, query in found.items()]
        return [select(one.c.id) for one in few]


def named(archive: Archive, name: str) -> str:
    """The id of the process that is meant by a name or id. Raises KeyError where there is none."""
    with database.reading(archive.engine) as link:
        return _named(link, name)


def counted(archive: Archive, asked: Asked) -> Counter[str]:
    """How many of the pledges have each status on the day, whatever statuses are asked for."""
    s = statuses.c
    with database.reading(archive.engine) as link:
        query = select(s.status, func.count().label("many")).where(s.since <= asked.as_of, s.until > asked.as_of)
        query = query.where(*(s.promise_id.in_(ids) for ids in asked._whose(link)))
        return Counter({row.status: row.many for row in link.execute(query.group_by(s.status))})


def part(
    archive: Archive, asked: Asked, *, limit: int, offset: int = 0, latest_first: bool = False
) -> list[FollowUp]:  # fmt: skip
    """So many of the pledges by due date; those without one come last."""
    with database.reading(archive.engine) as link:
        dated = asked.found(link, lambda due: [due > ""], latest_first=latest_first, limit=limit, offset=offset)
        ids = list(link.execute(dated).scalars())
        if len(ids) < limit:
            before = 0
            if offset and not ids:
                all_dated = asked.found(link, lambda due: [due > ""]).subquery()
                before = link.execute(select(func.count()).select_from(all_dated)).scalar() or 0
            skipped = max(0, offset - before) if not ids else 0
            rest = asked.found(link, lambda due: [due == ""], limit=limit - len(ids), offset=skipped)
            ids += link.execute(rest).scalars()
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
    with database.reading(archive.engine) as link:
        there = asked.found(link, lambda due: [due >= first, due <= last], limit=limit)
        return _pledges(link, list(link.execute(there).scalars()), asked.as_of)


def nearest(archive: Archive, asked: Asked, first: str, last: str) -> tuple[str, str]:
    """The last day before `first`, and the first one after `last`, on which a pledge is due; "" where there is none."""
    with database.reading(archive.engine) as link:
        before = asked.found(link, lambda due: [due > "", due < first], latest_first=True, limit=1)
        after = asked.found(link, lambda due: [due > last], limit=1)
        ends = [link.execute(one).first() for one in (before, after)]
        return ends[0].due if ends[0] else "", ends[1].due if ends[1] else ""


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
