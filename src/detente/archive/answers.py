"""Answers to what is asked of processes, kept ready: found anew only where reports or decisions changed them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import astuple, dataclass

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select, update

from detente import days
from detente.archive import database, glances
from detente.archive.documents import Document
from detente.archive.filings import (
    Ledger,
    file_next,
    filed_reports,
    get_meta,
    put_meta,
    told_again,
    unpacked,
    waiting,
)
from detente.archive.rows import Row, lexicon_version, today
from detente.archive.schema import (
    STALE,
    decisions,
    events,
    filed_processes,
    filings,
    processes,
    promised_by,
    promises,
    statuses,
    stories,
)
from detente.follow import RULES, timeline
from detente.follow.decisions import decide, issues_of, marked
from detente.follow.filed import Filed
from detente.follow.following import wanted
from detente.follow.followup import FollowUp, followups
from detente.follow.issues import Issue
from detente.follow.linkage import Known, Linkage, known, linkages
from detente.follow.processes import Decision, Label, Process, Processes, chosen, label
from detente.follow.timeline import Event

PROCESS: Document[Process] = Document(Process)
ISSUES: Document[list[Issue]] = Document(list[Issue])
PLEDGE: Document[FollowUp] = Document(FollowUp)
EVENT: Document[Event] = Document(Event)
LINKAGES: Document[list[Linkage]] = Document(list[Linkage])
_KNOWN: Document[Known] = Document(Known)
#: How many processes are answered for in one transaction.
_BLOCK = 10
#: After every day.
NEVER = "9999"


def bring_up_to_date(engine: Engine) -> None:
    """Files what is new or changed in an archive and finds the answers that this changes.

    Each step is a transaction of its own: what is interrupted goes on when it is called again.
    """
    with database.reading(engine) as link:
        if not _behind(link):
            return
    database.write(engine, _renew)
    ledger: Ledger | None = None
    while (ledger := database.write(engine, _filing(ledger))) is not None:
        pass
    database.write(engine, _turn_back)
    reports = Reports()
    while database.write(engine, lambda link: _answer_next(link, reports)):
        pass


def rules() -> str:
    """By which rules and tables reports are followed; others mean that all must be followed anew."""
    return f"{RULES}/{lexicon_version()}"


def _renew(link: Connection) -> None:
    """Marks all that was followed by other rules than today's, so that it is followed anew."""
    if get_meta(link, "rules") == rules():
        return
    link.execute(update(stories).values(followed=False))
    link.execute(update(filings).values(print=""))
    link.execute(update(processes).values(print=""))
    link.execute(update(filed_processes).values(stale=True))
    put_meta(link, "rules", rules())


def _turn_back(link: Connection) -> None:
    """Marks all answers as out of date where the day up to which reports count is no longer the same, or a later one."""
    day = _known_until(link)
    if _turned(get_meta(link, "until"), day):
        link.execute(update(processes).values(print=""))
    if get_meta(link, "until") != day:
        put_meta(link, "until", day)


def _filing(ledger: Ledger | None) -> Callable[[Connection], Ledger | None]:
    given = [ledger]
    # tried again, it must begin without a ledger that has gone ahead of what was kept
    return lambda link: file_next(link, given.pop() if given else None)


def _behind(link: Connection) -> bool:
    return (
        waiting(link)
        or get_meta(link, "rules") != rules()
        or _unanswered(link)
        or get_meta(link, "answered") != _state(link)
        or get_meta(link, "until") != _known_until(link)
    )


def _unanswered(link: Connection) -> bool:
    stale = select(filed_processes.c.id).where(STALE).limit(1)
    unknown = select(processes.c.id).where(processes.c.print == "").limit(1)
    return any(link.execute(query).first() is not None for query in (stale, unknown))


def _state(link: Connection) -> str:
    """Which filings and which decisions there are."""
    c = decisions.c
    made, undone = link.execute(select(func.count(), func.count().filter(c.undone_at != ""))).one()
    return f"{get_meta(link, 'filings')}/{made}/{undone}"


# -- decisions


def standing(link: Connection) -> list[Decision]:
    """What was decided and not taken back, in order."""
    rows = link.execute(select(decisions).where(decisions.c.undone_at == "").order_by(decisions.c.id)).mappings()
    return [decision(row) for row in rows]


def decision(row: RowMapping) -> Decision:
    """A decision from its row."""
    said = row["author"], row["at"], row["reason"]
    return Decision(row["kind"], row["process"], row["other"], tuple(row["reports"]), *said)


class Shelf(Processes):
    """The processes of an archive as filed, up to a day; each is taken off when it is named."""

    def __init__(self, link: Connection, until: str = "") -> None:
        super().__init__()
        self._link, self._until = link, until
        c = filed_processes.c
        rows = link.execute(select(c.id, c.name, c.words, c.reports))
        #: those that nobody has named yet
        self.labels = {row.id: Label(row.id, row.name, frozenset(row.words), row.reports) for row in rows}
        #: those that somebody has, by id
        self.taken: set[str] = set()

    def named(self, name: str, *, sure: bool = False) -> Process | None:
        """The process that is meant by an id, a name or words of it, as in all processes."""
        there = [*map(label, self.all), *self.labels.values()]
        at = chosen(name, there, sure=sure)
        if at is None or at < len(self.all):
            return self.all[at] if at is not None else None
        id = there[at].id
        self.take([id])
        return next((p for p in self.all if p.id == id), None)

    def names_beside(self, process: Process) -> list[str]:
        """The names of all others."""
        return [*super().names_beside(process), *(one.name for one in self.labels.values())]

    def open(self, report_id: str) -> Process:
        """A new process, first told by that report."""
        known_ids = sum(id.rpartition(":")[0] == report_id for id in (*self.labels, *self.taken))
        self.opened[report_id] = max(self.opened[report_id], known_ids)
        return super().open(report_id)

    def take(self, ids: Iterable[str]) -> None:
        """Tells these processes."""
        wanted_ids = [id for id in ids if id in self.labels]
        self.taken.update(wanted_ids)
        self.all += told_again(self._link, wanted_ids, self._until).values()
        for id in wanted_ids:
            del self.labels[id]


def settled(link: Connection, until: str = "") -> Shelf:
    """The processes with what people decided; a decision about a process that is not known waits."""
    shelf = Shelf(link, until)
    for one in standing(link):
        with suppress(KeyError):
            decide(one, shelf)
    return shelf


# -- answers


@dataclass(slots=True)
class _Head:
    """A report as far as it tells whether it may tell of a pledge."""

    story: int
    date: str
    codes: frozenset[str]


class Reports:
    """The reports of an archive by their parties, loaded when first asked, and again after others were filed."""

    def __init__(self) -> None:
        self._version = ""
        self._by_code: dict[str, list[_Head]] = defaultdict(list)

    def naming(self, link: Connection, codes: Iterable[str], since: str) -> list[_Head]:
        """The reports from a day on that name one of the parties."""
        if (version := get_meta(link, "filings")) != self._version:
            self._version = version
            self._by_code.clear()
            c = filings.c
            for row in link.execute(select(c.story_id, c.date, c.codes)):
                head = _Head(row.story_id, row.date, frozenset(row.codes))
                for code in row.codes:
                    self._by_code[code].append(head)
        found = {head.story: head for code in codes for head in self._by_code.get(code, ()) if head.date >= since}
        return list(found.values())


def searched(link: Connection, process: Process, reports: Reports, until: str = "") -> list[Filed]:
    """The reports that may tell of a process's pledges: its own, and others with the party and the matter of one."""
    told = wanted(process)
    c = filings.c
    own: set[int] = set()
    names = list(process.reports)
    for at in range(0, len(names), 500):
        own.update(link.execute(select(c.story_id).where(c.report.in_(names[at : at + 500]))).scalars())
    if told:
        since = min(one.made for one in told)
        heads = [h for h in reports.naming(link, {code for t in told for code in t.by}, since) if h.story not in own]
        for at in range(0, len(heads), 500):
            some = {h.story: h for h in heads[at : at + 500] if not until or h.date <= until}
            for row in link.execute(select(c.story_id, c.stems).where(c.story_id.in_(some))):
                head, stems = some[row.story_id], unpacked(row.stems)
                if any(one.told(head.date, head.codes, stems) for one in told):
                    own.add(head.story)
    return filed_reports(link, own)


def _answer_next(link: Connection, reports: Reports) -> bool:
    """Finds the answers that are missing or out of date, a block of them; False where none are left."""
    state = _state(link)
    if not _unanswered(link) and get_meta(link, "answered") == state:
        return False
    shelf = settled(link) if standing(link) else None
    stale = _stale(link, shelf)
    for process in stale[:_BLOCK]:
        _answer(link, process, decided=shelf is not None and process in shelf.all, reports=reports)
    if len(stale) > _BLOCK:
        return True
    _clean_up(link, shelf)
    put_meta(link, "linkages", LINKAGES.pack(_linkages(link)).hex())
    put_meta(link, "answered", state)
    return True


def _stale(link: Connection, shelf: Shelf | None) -> list[Process]:
    """Some processes whose answers are missing or out of date, more than a block where there are more."""
    c, f = processes.c, filed_processes.c
    stale = list(link.execute(select(f.id).where(STALE).order_by(f.id)).scalars())
    if shelf is not None and shelf.taken.intersection(stale):
        _forget(link, shelf)
    held = {row.id: (row.print, row.decided) for row in link.execute(select(c.id, c.print, c.decided))}
    touched = shelf.all if shelf is not None else []
    found = [p for p in touched if held.get(p.id, ("", False))[0] != _print(p)]
    aside = shelf.taken if shelf is not None else set()
    filed = set(link.execute(select(f.id)).scalars())
    again = [id for id, (print_, decided) in held.items() if (not print_ or decided) and id in filed]
    made = {p.id for p in touched}
    missing = sorted(filed - held.keys())
    ids = [id for id in dict.fromkeys([*stale, *again, *missing]) if id not in aside and id not in made]
    return found + list(told_again(link, ids[: max(0, _BLOCK + 1 - len(found))]).values())


def _forget(link: Connection, shelf: Shelf) -> None:
    """Marks all answers that decisions touch as out of date."""
    for process in shelf.all:
        link.execute(update(processes).where(processes.c.id == process.id).values(print=""))
    for id in shelf.taken:
        link.execute(update(filed_processes).where(filed_processes.c.id == id).values(stale=False))


def _print(process: Process) -> str:
    return hashlib.sha256(PROCESS.pack(process)).hexdigest()[:24]


def _answer(link: Connection, process: Process, *, decided: bool, reports: Reports) -> None:
    """Finds and keeps the answers for one process."""
    issues = issues_of(process)
    pledges = marked(followups(process, searched(link, process, reports), latest(link)), process)
    told = timeline.events(process, issues, pledges, (), "")
    one = label(process)
    link.execute(delete(processes).where(processes.c.id == process.id))
    row: Row = {
        "id": one.id, "key": one.name.lower(), "name": one.name, "words": sorted(one.words), "reports": one.reports,
        "rounds": len(process.rounds), "decided": decided, "wanted": [astuple(w) for w in wanted(process)],
        "print": _print(process), "document": PROCESS.pack(process), "issues": ISSUES.pack(issues),
        "meant": _KNOWN.pack(known(process, issues, pledges)),
    }  # fmt: skip
    link.execute(insert(processes), [row])
    _keep_pledges(link, process.id, pledges)
    glances.keep(link, process, pledges)
    if told:
        rows = [{"process": process.id, "told": e.told, "kind": e.kind, "document": EVENT.pack(e)} for e in told]
        link.execute(insert(events), rows)
    link.execute(update(filed_processes).where(filed_processes.c.id == process.id).values(stale=False))


def _keep_pledges(link: Connection, process: str, pledges: list[FollowUp]) -> None:
    if not pledges:
        return
    rows = [{"ref": p.id, "process": process, "due": _due(p), "document": PLEDGE.pack(p)} for p in pledges]
    made = insert(promises).returning(promises.c.id, sort_by_parameter_order=True)
    ids = list(link.execute(made, rows).scalars())
    who = [{"code": code, "promise_id": id} for id, p in zip(ids, pledges, strict=True) for code in dict.fromkeys(p.by)]
    if who:
        link.execute(insert(promised_by), who)
    link.execute(insert(statuses), [row for id, p in zip(ids, pledges, strict=True) for row in _status_rows(id, p)])


def _due(pledge: FollowUp) -> str:
    """The last day for a pledge, "" where it has none."""
    return days.last(pledge.last_due) if pledge.due else ""


def _status_rows(id: int, pledge: FollowUp) -> list[Row]:
    found = pledge.statuses()
    ends = [*(day for day, _ in found[1:]), NEVER]
    return [
        {"promise_id": id, "since": since, "until": until, "status": status, "due": _due(pledge)}
        for (since, status), until in zip(found, ends, strict=True)
    ]


def _clean_up(link: Connection, shelf: Shelf | None) -> None:
    """Takes out processes that became part of others or were only made by a decision that no longer stands."""
    filed = set(link.execute(select(filed_processes.c.id)).scalars())
    merged = shelf.taken if shelf is not None else set()
    wanted_ids = (filed - merged) | {p.id for p in (shelf.all if shelf is not None else ())}
    gone = [id for id in link.execute(select(processes.c.id)).scalars() if id not in wanted_ids]
    for id in gone:
        link.execute(delete(processes).where(processes.c.id == id))


def _linkages(link: Connection) -> list[Linkage]:
    c = processes.c
    rows = link.execute(select(c.id, c.name, c.reports, c.rounds, c.meant)).all()
    ordered = sorted(rows, key=lambda r: (-r.reports, -r.rounds, r.name, r.id))
    return linkages([_KNOWN.unpack(row.meant) for row in ordered])


def latest(link: Connection) -> str:
    """The day of the latest report that was filed; reports of days that are yet to come are passed over."""
    c = filings.c
    newest = str(link.execute(select(func.max(c.date))).scalar() or "")
    day = today().isoformat()
    if newest <= day:
        return newest
    return str(link.execute(select(func.max(c.date)).where(c.date <= day)).scalar() or "")


def _known_until(link: Connection) -> str:
    """Up to which day answers are found: an earlier one makes them wrong, and so does any other while reports of days
    to come are there, whose turn it may be."""
    ahead = link.execute(select(filings.c.date).where(filings.c.date > today().isoformat()).limit(1)).first()
    return f"{latest(link)}{'+' if ahead else ''}"


def _turned(before: str, after: str) -> bool:
    """Whether all answers must be found anew because the day up to which they are told went back, or passed reports."""
    return before != after and (after < before or "+" in before + after)
