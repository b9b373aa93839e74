"""Processes at a glance: what lists of them show, kept beside the answers so that no list unpacks every process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, insert, select

from detente.archive import database, search
from detente.archive.documents import Document
from detente.archive.schema import (
    entries,
    events,
    glances,
    processes,
    promised_by,
    promised_to,
    promises,
    reports,
    seats,
    statuses,
)
from detente.archive.schema import told_in as telling
from detente.archive.search import Filter, Hit
from detente.archive.store import Archive
from detente.follow import days
from detente.follow.followup import FollowUp
from detente.follow.processes import Process
from detente.follow.rounds import CLOSED, Round
from detente.follow.timeline import Event

#: How many rows are asked for by name at a time.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A round in a line. From the day `closed` on ("" where that is no question) it counts as held."""

    ordinal: int | None
    name: str
    start: str
    end: str
    place: str
    status: str
    last: str
    closed: str

    def status_at(self, day: str) -> str:
        """Its status on a day, as `Round.status_at` tells it."""
        return "held" if self.closed and day >= self.closed else self.status


@dataclass(frozen=True, slots=True)
class Glance:
    """A process in a line; `first` and `latest` are the days of its reports."""

    id: str
    name: str
    parties: list[str]
    reports: int
    first: str
    latest: str
    rounds: list[Glimpse]

    def held(self, as_of: str) -> Glimpse | None:
        """The last round that was held."""
        return next((r for r in reversed(self.rounds) if r.status_at(as_of) == "held"), None)

    def planned(self, as_of: str) -> Glimpse | None:
        """The next round, as `Process.planned` tells it."""
        ahead = [r for r in self.rounds if r.status in ("planned", "postponed") and (not r.start or r.last >= as_of)]
        return min(ahead, key=lambda r: (not r.start, r.start), default=None)


_GLANCE: Document[Glance] = Document(Glance)
_EVENT: Document[Event] = Document(Event)


def of(process: Process) -> Glance:
    """A process in a line."""
    dates = sorted(date for date in process.reports.values() if date)
    return Glance(
        process.id, process.name, process.parties, len(process.reports), dates[0] if dates else "",
        dates[-1] if dates else "", [_glimpse(one) for one in process.rounds],
    )  # fmt: skip


def _glimpse(one: Round) -> Glimpse:
    told = one.last or (one.mentions[-1].date if one.mentions else "")
    closed = days.later(days.last(told), CLOSED + 1) if one.status == "ongoing" and told else ""
    return Glimpse(one.ordinal, one.name, one.start, one.end, one.place, one.status, one.last, closed)


def keep(link: Connection, process: Process, pledges: Iterable[FollowUp]) -> None:
    """Keeps what lists show of a process whose answers were just kept."""
    link.execute(insert(glances).values(process=process.id, document=_GLANCE.pack(of(process))))
    sitting = set(process.parties)
    named = dict.fromkeys([*process.codes, *(code for a in process.acts for code in a.entry.actors)])
    _put(link, seats, [{"code": code, "process": process.id, "sits": code in sitting} for code in named])
    _put(link, telling, [{"process": process.id, "report": name} for name in process.reports])
    ids = select(promises.c.id).where(promises.c.process == process.id).order_by(promises.c.id)
    pairs = zip(link.execute(ids).scalars(), pledges, strict=True)
    _put(link, promised_to, [{"code": code, "promise_id": id} for id, p in pairs for code in dict.fromkeys(p.to)])


def _put(link: Connection, table: object, rows: list[dict[str, object]]) -> None:
    if rows:
        link.execute(insert(table), rows)  # type: ignore[arg-type]


# -- what is asked


def ranked(archive: Archive, *, limit: int, offset: int = 0) -> list[Glance]:
    """So many processes, those that most reports tell of first."""
    with database.reading(archive.engine) as link:
        ids = _ordered(select(processes.c.id)).limit(limit).offset(offset)
        return _glances(link, list(link.execute(ids).scalars()))


def count(archive: Archive) -> int:
    """How many processes there are."""
    with database.reading(archive.engine) as link:
        return int(link.execute(select(func.count()).select_from(glances)).scalar() or 0)


def names(archive: Archive, ids: Collection[str] | None = None, limit: int = 100) -> dict[str, str]:
    """The names of some processes by their ids, or of those that most reports tell of."""
    c = processes.c
    with database.reading(archive.engine) as link:
        if ids is None:
            return {row.id: row.name for row in link.execute(_ordered(select(c.id, c.name)).limit(limit))}
        wanted = list(ids)
        parts = (wanted[at : at + _CHUNK] for at in range(0, len(wanted), _CHUNK))
        return {r.id: r.name for part in parts for r in link.execute(select(c.id, c.name).where(c.id.in_(part)))}


def ids(archive: Archive, called: Collection[str]) -> dict[str, str]:
    """The ids of processes by their names."""
    c = processes.c
    with database.reading(archive.engine) as link:
        query = select(c.name, c.id).where(c.key.in_({name.lower() for name in called})).order_by(c.reports)
        return {row.name: row.id for row in link.execute(query)}


def seated(archive: Archive, codes: Collection[str], *, limit: int, offset: int = 0) -> tuple[list[Glance], int]:
    """Processes in which one of some parties is named, those that most reports tell of first; and how many there are."""
    there = select(seats.c.process).where(seats.c.code.in_(list(codes))).distinct()
    with database.reading(archive.engine) as link:
        total = link.execute(select(func.count()).select_from(there.subquery())).scalar() or 0
        query = _ordered(select(processes.c.id).where(processes.c.id.in_(there))).limit(limit).offset(offset)
        return _glances(link, list(link.execute(query).scalars())), int(total)


def parties(archive: Archive, limit: int) -> list[tuple[str, int, int]]:
    """Those who sit in most processes: (code, in how many it sits, how many pledges it made)."""
    s, b = seats.c, promised_by.c
    many = func.count().label("many")
    with database.reading(archive.engine) as link:
        query = select(s.code, many).where(s.sits).group_by(s.code).order_by(many.desc(), s.code).limit(limit)
        sits = link.execute(query).all()
        made = {row.code: row.many for row in link.execute(select(b.code, many).group_by(b.code))}
    return [(row.code, row.many, made.get(row.code, 0)) for row in sits]


def told_in(archive: Archive, reports: Collection[str]) -> dict[str, list[str]]:
    """The processes that some reports tell of, by report."""
    wanted, found = list(dict.fromkeys(reports)), dict[str, list[str]]()
    with database.reading(archive.engine) as link:
        for at in range(0, len(wanted), _CHUNK):
            query = select(telling.c.report, telling.c.process).where(telling.c.report.in_(wanted[at : at + _CHUNK]))
            for row in link.execute(query):
                found.setdefault(row.report, []).append(row.process)
    return found


def hits(archive: Archive, wanted: Filter, process: str, limit: int) -> list[Hit]:
    """What passes a filter in the reports that tell of a process, the latest first, as `Archive.hits` gives it."""
    with database.reading(archive.engine) as link:
        there = select(telling.c.report).where(telling.c.process == process)
        inside = select(reports.c.id).where(reports.c.name.in_(there), reports.c.current)
        query = search.matching_entries(link, wanted, None).where(entries.c.report_id.in_(inside))
        return search.hits_of(link, list(link.execute(query.limit(limit)).scalars()))


def pledged(archive: Archive, ids: Sequence[str], as_of: str) -> dict[str, Counter[str]]:
    """How many pledges of each status some processes have on a day."""
    p, s = promises.c, statuses.c
    query = (
        select(p.process, s.status, func.count().label("many"))
        .join(statuses, s.promise_id == p.id)
        .where(p.process.in_(ids), s.since <= as_of, s.until > as_of)
        .group_by(p.process, s.status)
    )
    found: dict[str, Counter[str]] = {id: Counter() for id in ids}
    with database.reading(archive.engine) as link:
        for row in link.execute(query):
            found[row.process][row.status] = row.many
    return found


def moved(archive: Archive, ids: Sequence[str], since: str, until: str) -> dict[str, list[str]]:
    """The days on which something was told to have moved in some processes."""
    e = events.c
    query = select(e.process, e.told).where(e.process.in_(ids), e.told >= since, e.told <= until)
    found: dict[str, list[str]] = {id: [] for id in ids}
    with database.reading(archive.engine) as link:
        for row in link.execute(query):
            found[row.process].append(row.told)
    return found


def events_of(archive: Archive, ids: Sequence[str], since: str, until: str) -> list[Event]:
    """What was told to have moved in some processes, links apart."""
    e = events.c
    query = select(e.document).where(e.process.in_(ids), e.told >= since, e.told <= until).order_by(e.id)
    with database.reading(archive.engine) as link:
        return [_EVENT.unpack(packed) for packed in link.execute(query).scalars()]


def _ordered(query: Select[str]) -> Select[str]:
    c = processes.c
    return query.order_by(c.reports.desc(), c.rounds.desc(), c.name, c.id)


def _glances(link: Connection, ids: Sequence[str]) -> list[Glance]:
    """The glances of some processes, in the order of their ids."""
    g = glances.c
    found = {r.process: _GLANCE.unpack(r.document) for r in link.execute(select(glances).where(g.process.in_(ids)))}
    return [found[id] for id in ids if id in found]
