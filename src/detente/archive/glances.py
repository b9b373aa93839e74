"""Processes at a glance: what lists of them show, kept beside the answers so that no list unpacks every process."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, insert, select

from detente import days
from detente.archive import database, search
from detente.archive.documents import Document
from detente.archive.schema import (
    entries,
    entry_parties,
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
from detente.archive.search import Filter
from detente.archive.store import Archive, _coded
from detente.follow.followup import FollowUp
from detente.follow.processes import Process
from detente.follow.rounds import CLOSED, Round, latest
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
        """The last round that was held; one whose day is not told only where no other was."""
        return latest([r for r in self.rounds if r.status_at(as_of) == "held"])

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


def sharing(archive: Archive, codes: Collection[str], limit: int) -> dict[str, str]:
    """The names, by id, of processes in which one of some parties is named, those that most reports tell of first."""
    c = processes.c
    there = select(seats.c.process).where(seats.c.code.in_(list(codes)))
    with database.reading(archive.engine) as link:
        query = _ordered(select(c.id, c.name).where(c.id.in_(there))).limit(limit)
        return {row.id: row.name for row in link.execute(query)}


def parties(archive: Archive, limit: int) -> list[tuple[str, int, int]]:
    """All that talks know of, those who sit in most processes first: (code, in how many it sits, how many pledges it made)."""
    s, b, t = seats.c, promised_by.c, promised_to.c
    many = func.count().label("many")
    with database.reading(archive.engine) as link:
        sits = {row.code: row.many for row in link.execute(select(s.code, many).where(s.sits).group_by(s.code))}
        made = {row.code: row.many for row in link.execute(select(b.code, many).group_by(b.code))}
        others = {code for c in (s.code, t.code) for code in link.execute(select(c).distinct()).scalars()}
    known = sorted(others | made.keys(), key=lambda code: (-sits.get(code, 0), -made.get(code, 0), code))
    return [(code, sits.get(code, 0), made.get(code, 0)) for code in known[:limit]]


def persons(archive: Archive, process: str, limit: int, sample: int = 2000) -> list[tuple[str, str, str]]:
    """The persons whom the reports of a process name, those that most name first: (name, office, party).

    Of a process of many reports the latest `sample` mentions are looked at.
    """
    e, r, t = entries.c, reports.c, telling.c
    there = select(r.id).join(telling, t.report == r.name).where(t.process == process, r.current)
    query = select(e.payload).where(e.list == "persons", e.report_id.in_(there), e.verdict != "reject")
    named: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    with database.reading(archive.engine) as link:
        for one in link.execute(query.order_by(e.id.desc()).limit(sample)).scalars():
            named[one["name"]][one.get("role", ""), one.get("party", "")] += 1
    most = sorted(named.items(), key=lambda item: (-item[1].total(), item[0]))[:limit]
    return [(name, *max(told.items(), key=lambda pair: (bool(pair[0][0]), pair[1]))[0]) for name, told in most]


def told_by(archive: Archive, names: Collection[str]) -> dict[str, str]:
    """The names, by id, of the processes of which one of some reports tells."""
    c = processes.c
    there = select(telling.c.process).where(telling.c.report.in_(list(names)))
    with database.reading(archive.engine) as link:
        return {row.id: row.name for row in link.execute(_ordered(select(c.id, c.name).where(c.id.in_(there))))}


def matching(archive: Archive, wanted: Filter, process: str, limit: int) -> list[int]:
    """The entries that pass a filter, the latest first, by their numbers; those of one process, where one is given."""
    with database.reading(archive.engine) as link:
        wanted = _coded(link, wanted)
        if not process:
            return list(link.execute(search.matching_entries(link, wanted, limit)).scalars())
        there = select(telling.c.report).where(telling.c.process == process)
        inside = select(reports.c.id).where(reports.c.name.in_(there), reports.c.current)
        return search.matching_among(link, wanted, inside, limit)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of some entries there are of each kind, party, process and year, and how many are at least so sure."""

    kind: Counter[str]
    party: Counter[str]
    process: Counter[str]
    year: Counter[str]
    sure: dict[float, int]


def facets(archive: Archive, found: Sequence[int], sure: Sequence[float]) -> Facets:
    """Counts over entries, by their numbers. The kind of what is no act is its list."""
    e, p, r, t = entries.c, entry_parties.c, reports.c, telling.c
    counts = Facets(Counter(), Counter(), Counter(), Counter(), dict.fromkeys(sure, 0))
    with database.reading(archive.engine) as link:
        for at in range(0, len(found), _CHUNK):
            part = list(found[at : at + _CHUNK])
            told: Counter[str] = Counter()
            rows = select(e.list, e.kind, e.said, e.confidence, r.name).join(reports, e.report_id == r.id)
            for row in link.execute(rows.where(e.id.in_(part))):
                counts.kind[row.kind if row.list in ("acts", "away") else row.list] += 1
                counts.year[row.said[:4]] += 1
                told[row.name] += 1
                for least in sure:
                    counts.sure[least] += row.confidence >= least
            many = func.count(p.entry_id.distinct()).label("many")
            for code, number in link.execute(select(p.code, many).where(p.entry_id.in_(part)).group_by(p.code)):
                counts.party[code] += number
            for name, process in link.execute(select(t.report, t.process).where(t.report.in_(told))):
                counts.process[process] += told[name]
    return counts


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


@dataclass(frozen=True, slots=True)
class Moved:
    """Which changes are meant: told from a day to another, both included; of a kind, of a process by its id."""

    since: str
    until: str
    kind: str = ""
    process: str = ""


def changes(
    archive: Archive, asked: Moved, links: Sequence[Event], *, limit: int, offset: int = 0
) -> tuple[list[Event], int]:  # fmt: skip
    """So many of the changes, the latest first, and how many there are. `links` are those that links make."""
    e = events.c
    meant = [e.told >= asked.since, e.told <= asked.until]
    meant += [e.kind == asked.kind] if asked.kind else []
    meant += [e.process == asked.process] if asked.process else []
    with database.reading(archive.engine) as link:
        total = int(link.execute(select(func.count()).select_from(events).where(*meant)).scalar() or 0)
        latest = select(e.told, e.id).where(*meant).order_by(e.told.desc(), e.process, e.id)
        rows: list[tuple[str, int | Event]] = [(r.told, r.id) for r in link.execute(latest.limit(offset + limit))]
        merged = sorted([*rows, *((one.told, one) for one in links)], key=lambda pair: pair[0], reverse=True)
        part = [one for _, one in merged[offset : offset + limit]]
        ids = [one for one in part if isinstance(one, int)]
        known = {r.id: r.document for r in link.execute(select(e.id, e.document).where(e.id.in_(ids)))}
    return [_EVENT.unpack(known[one]) if isinstance(one, int) else one for one in part], total + len(links)


def day_before(archive: Archive, until: str, number: int) -> str:
    """The day from which on so many things were told to have moved; "" where there were fewer."""
    e = events.c
    query = select(e.told).where(e.told <= until).order_by(e.told.desc()).limit(1).offset(number)
    with database.reading(archive.engine) as link:
        return str(link.execute(query).scalar() or "")


def _ordered(query: Select[str]) -> Select[str]:
    c = processes.c
    return query.order_by(c.reports.desc(), c.rounds.desc(), c.name, c.id)


def _glances(link: Connection, ids: Sequence[str]) -> list[Glance]:
    """The glances of some processes, in the order of their ids."""
    g = glances.c
    found = {r.process: _GLANCE.unpack(r.document) for r in link.execute(select(glances).where(g.process.in_(ids)))}
    return [found[id] for id in ids if id in found]
