"""The archive followed: its reports as `detente.follow` takes them, and what people decided about processes.

What was followed is kept in the archive (`filings`, `answers`) and brought up to date when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from detente.archive import answers, database
from detente.archive.answers import EVENT, ISSUES, LINKAGES, PLEDGE, PROCESS
from detente.archive.filings import get_meta
from detente.archive.rows import Row, now
from detente.archive.schema import decisions, events, filed_processes, processes, promised_by, promises, statuses
from detente.archive.store import Archive
from detente.errors import ArchiveError
from detente.follow import Decision, Following, timeline
from detente.follow.decisions import Unknown, issues_of, marked, meant
from detente.follow.decisions import decide as settle
from detente.follow.following import by_due, ranked
from detente.follow.followup import FollowUp, followups
from detente.follow.issues import Issue
from detente.follow.linkage import Linkage, known, linkages
from detente.follow.processes import Ambiguous, Label, Process, chosen
from detente.follow.timeline import Event


def following(archive: Archive, as_of: str = "") -> Following:
    """The talks that an archive tells of, up to a day; without one, up to its latest report.

    What is new in the archive is followed first. A decision about a process that the reports up to that day do
    not tell of waits for them.
    """
    answers.bring_up_to_date(archive.engine)
    with database.reading(archive.engine) as link:
        latest = answers.latest(link)
    if as_of and as_of < latest:
        return Past(archive, as_of)
    return Kept(archive, as_of or latest)


@dataclass(eq=False)
class Kept(Following):
    """The talks as all reports of an archive tell them, out of the answers that it keeps."""

    archive: Archive = field(repr=False)
    as_of: str

    @cached_property
    def processes(self) -> list[Process]:
        """All processes, those that most reports tell of first."""
        with database.reading(self.archive.engine) as link:
            return ranked(PROCESS.unpack(packed) for packed in link.execute(select(processes.c.document)).scalars())

    def process(self, name: str) -> Process:
        """The process with that name or id, or whose names and parties hold all words of it. Raises KeyError if none."""
        with database.reading(self.archive.engine) as link:
            query = select(processes.c.document).where(processes.c.id == _named(link, name))
            return PROCESS.unpack(link.execute(query).scalar_one())

    def issues(self, name: str) -> list[Issue]:
        """What a process is about, the issues with most acts first. Raises KeyError where there is no such process."""
        with database.reading(self.archive.engine) as link:
            query = select(processes.c.issues).where(processes.c.id == _named(link, name))
            return ISSUES.unpack(link.execute(query).scalar_one())

    @cached_property
    def linkages(self) -> list[Linkage]:
        """What hangs on what, in order of time."""
        with database.reading(self.archive.engine) as link:
            packed = get_meta(link, "linkages")
        return LINKAGES.unpack(bytes.fromhex(packed)) if packed else []

    def followed(self, process: Process) -> list[FollowUp]:
        """The pledges of a process and what became of them, in order of telling."""
        with database.reading(self.archive.engine) as link:
            return self._unpacked(link, select(promises.c.document).where(promises.c.process == process.id))

    def pledges(
        self, *, status: Iterable[str] = (), due_before: str = "", by: str = "", process: str = ""
    ) -> list[FollowUp]:
        """What was promised and what became of it, by due date; those without one come last.

        `status` keeps these statuses, `due_before` what is due before that day, `by` what that party promised.
        """
        c, s = promises.c, statuses.c
        query = select(c.document).join(processes, processes.c.id == c.process)
        if wanted := list(status):
            query = query.join(statuses, s.promise_id == c.id)
            query = query.where(s.status.in_(wanted), s.since <= self.as_of, s.until > self.as_of)
        if due_before:
            query = query.where(c.due != "", c.due < due_before)
        if by:
            query = query.join(promised_by, promised_by.c.promise_id == c.id).where(promised_by.c.code == by)
        with database.reading(self.archive.engine) as link:
            if process:
                query = query.where(c.process == _named(link, process))
            p = processes.c
            return by_due(self._unpacked(link, query.order_by(p.reports.desc(), p.rounds.desc(), p.name, p.id)))

    def _unpacked(self, link: Connection, query: Select[bytes]) -> list[FollowUp]:
        found = [PLEDGE.unpack(packed) for packed in link.execute(query.order_by(promises.c.id)).scalars()]
        for pledge in found:
            pledge.as_of = self.as_of
        return found

    def timeline(self, name: str) -> list[Event]:
        """What happened in a process, in order of time. Raises KeyError where there is no such process."""
        with database.reading(self.archive.engine) as link:
            id = _named(link, name)
            title = link.execute(select(processes.c.name).where(processes.c.id == id)).scalar_one()
            query = select(events.c.document).where(events.c.process == id).order_by(events.c.id)
            found = [EVENT.unpack(packed) for packed in link.execute(query).scalars()]
        return timeline.in_order([*found, *timeline.of_links(self.linkages, title)], self.as_of)

    def changes(self, since: str) -> list[Event]:
        """What moved on a day or after it, in all processes: by the day it was told, or fell due."""
        c = events.c
        with database.reading(self.archive.engine) as link:
            query = select(c.process, c.document).where(c.told >= since, c.told <= self.as_of).order_by(c.id)
            rows = link.execute(query).all()
            p = processes.c
            heads = link.execute(select(p.id, p.name, p.reports, p.rounds)).all()
        told: dict[str, list[Event]] = {h.id: [] for h in heads}
        for row in rows:
            told[row.process].append(EVENT.unpack(row.document))
        new = [one for one in self.linkages if one.date >= since]
        ordered = sorted(heads, key=lambda h: (-h.reports, -h.rounds, h.name, h.id))
        found = (
            e for h in ordered for e in timeline.in_order([*told[h.id], *timeline.of_links(new, h.name)], self.as_of)
        )
        return timeline.since(dict.fromkeys(found), since)


def _named(link: Connection, name: str) -> str:
    """The id of the process that is meant by a name. Raises KeyError where there is none, or several fit equally well."""
    c = processes.c
    query = select(c.id, c.name, c.words, c.reports)
    exact = link.execute(query.where((c.id == name) | (c.key == name.lower()))).all()
    labels = [Label(r.id, r.name, frozenset(r.words), r.reports) for r in exact or link.execute(query).all()]
    at = chosen(name, labels, sure=True)
    if at is None:
        raise KeyError(name)
    return labels[at].id


@dataclass(eq=False)
class Past(Following):
    """The talks as they were told up to a day before the latest report; only what is asked for is told again."""

    archive: Archive = field(repr=False)
    as_of: str
    #: what was told already, by the names it was asked for by, and by its id
    _told: dict[str, Process] = field(default_factory=dict, repr=False)
    _issues: dict[str, list[Issue]] = field(default_factory=dict, repr=False)
    _followed: dict[str, list[FollowUp]] = field(default_factory=dict, repr=False)

    @cached_property
    def processes(self) -> list[Process]:
        """All processes, those that most reports tell of first."""
        with database.reading(self.archive.engine) as link:
            shelf = answers.settled(link, self.as_of)
            shelf.take(list(shelf.labels))
            return ranked(shelf.all)

    def process(self, name: str) -> Process:
        """The process with that name or id, or whose names and parties hold all words of it. Raises KeyError if none."""
        if name not in self._told:
            with database.reading(self.archive.engine) as link:
                process = answers.settled(link, self.as_of).named(name, sure=True)
            if process is None:
                raise KeyError(name)
            self._told[name] = self._told[process.id] = process
        return self._told[name]

    def issues(self, name: str) -> list[Issue]:
        """What a process is about, the issues with most acts first. Raises KeyError where there is no such process."""
        if name not in self._issues:
            self._issues[name] = issues_of(self.process(name))
        return self._issues[name]

    @cached_property
    def linkages(self) -> list[Linkage]:
        """What hangs on what, in order of time."""
        return linkages([known(p, self.issues(p.id), self.followed(p)) for p in self.processes])

    def followed(self, process: Process) -> list[FollowUp]:
        """The pledges of a process and what became of them, in order of telling."""
        if process.id not in self._followed:
            with database.reading(self.archive.engine) as link:
                reports = answers.searched(link, process, answers.Reports(), self.as_of)
            self._followed[process.id] = marked(followups(process, reports, self.as_of), process)
        return self._followed[process.id]


# -- decisions


def decided(archive: Archive) -> list[Decision]:
    """What was decided about processes and not taken back, in order."""
    with database.reading(archive.engine) as link:
        return answers.standing(link)


#: Where people find the names of things.
_LISTED = {
    "process": "detente processes lists them", "report": "detente process PROCESS --format json lists its reports",
    "issue": "detente table PROCESS shows them",
    "wording": "name some of its wordings, but not all", "pledge": "detente pledges lists them",
}  # fmt: skip


def mark(archive: Archive, pledge: str, status: str, *, author: str, reason: str) -> FollowUp:
    """Gives a pledge, named by its id, a status that stays, and gives the pledge as it then stands.

    Raises ArchiveError where there is no such pledge or status.
    """
    answers.bring_up_to_date(archive.engine)
    with database.reading(archive.engine) as link:
        process = link.execute(select(promises.c.process).where(promises.c.ref == pledge)).scalar()
    if process is None:
        raise ArchiveError(f"there is no pledge {pledge!r}", name=archive.where, remedy=_LISTED["pledge"])
    found = decide(archive, Decision("mark", process, status, (pledge,), by=author, reason=reason))
    return next(p for p in found.pledges(process=process) if p.id == pledge)


def decide(archive: Archive, decision: Decision) -> Following:
    """Keeps a decision about processes and gives the talks as they then stand.

    Processes are kept by their ids. Raises ArchiveError when the archive tells of no such process or of several that
    fit the name equally well, when the decision would change nothing, and when it is of an unknown kind.
    """
    answers.bring_up_to_date(archive.engine)
    searched = ""

    def work(link: Connection) -> None:
        nonlocal searched
        shelf = answers.settled(link)
        if (process := shelf.named(decision.process, sure=True)) is not None:
            searched = process.name
        one = meant(decision, shelf)
        settle(one, shelf)
        link.execute(insert(decisions).values(**_row(one)))

    try:
        database.write(archive.engine, work)
    except Unknown as error:
        where = f" in {searched}" if searched and error.sort != "process" else ""
        raise ArchiveError(
            f"there is no {error.sort} {error.args[0]!r}{where}", name=archive.where, remedy=_LISTED[error.sort]
        ) from None
    except Ambiguous as error:
        raise ArchiveError(
            f"{error.args[0]!r} may mean {error.candidates()}", name=archive.where, remedy="name one of them"
        ) from None
    except ValueError as error:
        raise ArchiveError(str(error), name=archive.where) from None
    return following(archive)


def _row(one: Decision) -> Row:
    return {
        "kind": one.kind, "process": one.process, "other": one.other, "reports": list(one.reports), "author": one.by,
        "at": now(), "reason": one.reason,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A decision as it was made, by its number. `name` is what the process is called, of one that it renames what reports
    call it; `other` is the other process, or the name or status that was given.
    """

    number: int
    kind: str
    process: str
    name: str
    other: str
    told: tuple[str, ...]
    by: str
    at: str
    reason: str
    undone_by: str = ""
    undone_at: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}, " + ", ".join(map(repr, (*self.told, self.other)))

    def to_dict(self) -> Row:
        """The decision as plain values."""
        return asdict(self) | {"told": list(self.told)}


def decisions_made(archive: Archive) -> list[Made]:
    """All decisions about processes, their issues and pledges, the first one first, with those taken back."""
    answers.bring_up_to_date(archive.engine)
    with database.reading(archive.engine) as link:
        called = _process_names(link)
        rows = link.execute(select(decisions).order_by(decisions.c.id)).mappings().all()
    return [_made(row, called) for row in rows]


def _process_names(link: Connection) -> tuple[dict[str, str], dict[str, str]]:
    """What the reports call processes, and what people do, each by id."""
    told, named = (
        {row.id: row.name for row in link.execute(select(table.c.id, table.c.name))}
        for table in (filed_processes, processes)
    )
    return told, told | named


def _made(row: RowMapping, names: tuple[dict[str, str], dict[str, str]]) -> Made:
    called = names[0 if row["kind"] == "rename" else 1]
    other = called.get(row["other"], row["other"]) if row["kind"] == "merge" else row["other"]
    return Made(
        row["id"], row["kind"], row["process"], called.get(row["process"], row["process"]), other, tuple(row["reports"]),
        row["author"], row["at"], row["reason"], row["undone_by"], row["undone_at"],
    )  # fmt: skip


def undo_decision(archive: Archive, number: int | None = None, *, author: str) -> Made:
    """Takes back a decision that stands, the last one unless its number says which; it is kept, with who took it back.

    Raises ArchiveError if there is none.
    """
    return database.write(archive.engine, lambda link: _undo(link, number, author, archive.where))


def _undo(link: Connection, number: int | None, author: str, where: str) -> Made:
    c = decisions.c
    query = select(decisions).where(c.undone_at == "").order_by(c.id.desc()).limit(1)
    row = link.execute(query if number is None else query.where(c.id == number)).mappings().first()
    if row is None and number is not None:
        raise ArchiveError(f"no decision {number} stands", name=where, remedy="detente decisions lists them")
    if row is None:
        raise ArchiveError("no decision about processes stands", name=where)
    called = _process_names(link)
    link.execute(update(decisions).where(c.id == row["id"]).values(undone_by=author, undone_at=now()))
    return _made(row, called)
