"""Filing the stories of an archive: each once, and again only where something before it changed.

What a report tells is filed on what was known by then (`detente.follow.filing`), so that the order counts. When a
story comes, changes or goes, those that follow it and share a party with a process that it changes are filed anew;
all others stay where they are. Processes are told again out of what was filed in them.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, Select, delete, insert, select, update

from detente.archive.documents import Document
from detente.archive.rows import Row
from detente.archive.schema import UNFOLLOWED, filed_in, filed_processes, filings, meta, processes, reports, stories
from detente.archive.store import with_entries
from detente.follow import words
from detente.follow.filed import Filed, Told, told
from detente.follow.filing import attach, cast
from detente.follow.following import Wanted
from detente.follow.processes import Attachment, Process, Processes, label
from detente.follow.rounds import Mention
from detente.record import Act, Link, Pledge

#: Where a story stands in time: the day and the name of its report.
Place = tuple[str, str]
#: How many stories are filed in one transaction.
BLOCK = 500
#: How many values one statement takes.
_MANY = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a report tells of a process: a meeting, an act, a pledge or a link."""

    process: str
    mention: Mention | None = None
    act: Told[Act] | None = None
    pledge: Told[Pledge] | None = None
    link: Told[Link] | None = None
    #: the id and the date of a report that is about it
    report: tuple[str, str] | None = None
    #: the persons that the report names, each as "surname|party"
    people: tuple[str, ...] = ()

    def tell(self, process: Process) -> None:
        """Files it in the process."""
        entry = self.act or self.pledge or self.link
        if self.mention is not None:
            process.add(self.mention)
        elif entry is not None:
            process.enter(entry)
        elif self.report is not None:
            process.note(*self.report, self.people)


_ITEMS: Document[list[Item]] = Document(list[Item])


def _item(filed: Filed, one: Attachment) -> Item:
    match one.entry:
        case Act() as act:
            return Item(one.process.id, act=told(filed, act))
        case Pledge() as pledge:
            return Item(one.process.id, pledge=told(filed, pledge))
        case Link() as link:
            return Item(one.process.id, link=told(filed, link))
        case None:
            return Item(one.process.id, report=(filed.report_id, filed.date), people=one.people)
    return Item(one.process.id, mention=one.mention)


def told_again(link: Connection, ids: Collection[str], until: str = "") -> dict[str, Process]:
    """Processes by id as filed, up to a day; those of which nothing was told by then are left out."""
    found: dict[str, Process] = {}
    for id in ids:
        process = Process(id)
        for _, item in _log(link, id, until):
            item.tell(process)
        if process.reports:
            found[id] = process
    return found


def _log(link: Connection, id: str, until: str = "") -> list[tuple[Place, Item]]:
    """What was filed in a process, in order, each with the place of its story."""
    c = filings.c
    query = select(c.date, c.report, c.told).join(filed_in, filed_in.c.story_id == c.story_id)
    query = query.where(filed_in.c.process == id)
    rows = link.execute(query.where(c.date <= until) if until else query).all()
    ordered = sorted(((row.date, row.report), row.told) for row in rows)
    return [(place, item) for place, items in ordered for item in _ITEMS.unpack(items) if item.process == id]


class Ledger(Processes):
    """The processes of an archive as they stood at a place in time; each is told up to there when it is needed."""

    def __init__(self, link: Connection) -> None:
        super().__init__()
        self.link = link
        self.version = _version(link)
        self.place: Place = ("", "")
        #: all parties of each process, at any time, and the processes of each party
        self.codes: dict[str, set[str]] = {}
        self.of_code: dict[str, set[str]] = defaultdict(set)
        #: what is still to be told of a process, after the place
        self.ahead: dict[str, deque[tuple[Place, Item]]] = {}
        self.live: dict[str, Process] = {}
        #: the processes that are no longer what was filed, and their parties
        self.changed: set[str] = set()
        self.touched: set[str] = set()
        for id, codes in link.execute(select(filed_processes.c.id, filed_processes.c.codes)):
            self._note(id, codes)

    def _note(self, id: str, codes: Iterable[str]) -> None:
        self.codes.setdefault(id, set()).update(codes)
        for code in codes:
            self.of_code[code].add(id)
        if id in self.changed:
            self.touched.update(codes)

    def now(self, id: str) -> Process:
        """A process as it stood before the place."""
        if id not in self.live:
            self.live[id] = Process(id)
            self.ahead[id] = deque(_log(self.link, id) if id in self.codes else ())
        process, ahead = self.live[id], self.ahead[id]
        while ahead and ahead[0][0] < self.place:
            ahead.popleft()[1].tell(process)
            _lighten(process)
        return process

    def near(self, codes: Collection[str]) -> list[Process]:
        """Those in whose meetings one of the parties was named by then, in the order of their ids."""
        ids = sorted({id for code in codes for id in self.of_code.get(code, ())})
        return [p for p in map(self.now, ids) if any(code in p.codes for code in codes)]

    def open(self, report_id: str) -> Process:
        """A new process, first told by that report; it may have been known before by this name."""
        self.opened[report_id] += 1
        return self.now(f"{report_id}:{self.opened[report_id]}")

    def know(self, process: Process) -> None:
        """Makes a process findable by all its parties."""
        self._note(process.id, process.codes)

    def file(self, filed: Filed) -> list[Item]:
        """Files a story at the place."""
        self.opened.pop(filed.report_id, None)
        items = [_item(filed, one) for one in attach(filed, self)]
        for id in {item.process for item in items}:
            _lighten(self.live[id])
            while self.ahead[id] and self.ahead[id][0][0] <= self.place:
                self.ahead[id].popleft()
        return items

    def spoil(self, ids: Iterable[str]) -> None:
        """Takes from processes all that was filed after the place: their reports are filed anew."""
        for id in ids:
            self.now(id)
            self.ahead[id].clear()
            self.changed.add(id)
            self.touched |= self.codes.setdefault(id, set())


def _lighten(process: Process) -> None:
    """Filing asks a process for the words of its entries, not for the entries."""
    process.acts.clear()
    process.pledges.clear()
    process.links.clear()


@dataclass(slots=True)
class _Step:
    """A story at its place: as it was filed (`row`), as it is now (`filed`), or both."""

    place: Place
    story: int
    codes: frozenset[str] = frozenset()
    items: bytes = b""
    filed: Filed | None = None
    gone: bool = False


@dataclass(slots=True)
class _Block:
    """What filing a block of stories came to."""

    rows: list[Row] = field(default_factory=list)
    #: the days, parties and words of the reports that came, changed or went
    news: list[tuple[str, list[str], frozenset[str]]] = field(default_factory=list)
    #: the stories that came or changed, and those that are no more
    came: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)


def file_next(link: Connection, ledger: Ledger | None = None) -> Ledger | None:
    """Files the next stories that are not filed as they are, the earliest first; None where there are none left.

    A ledger that an earlier call gave can be given again, as long as nobody else has filed meanwhile.
    """
    ids = list(link.execute(_unfollowed().limit(BLOCK)).scalars())
    if not ids:
        return None
    block = _Block()
    steps = _steps(link, ids, block)
    if steps:
        start = min(step.place for step in steps)
        if ledger is None or start <= ledger.place or ledger.version != _version(link):
            ledger = Ledger(link)
        ledger.link = link
        later = _later(link, start, {step.story for step in steps})
        for step in sorted([*steps, *later], key=lambda s: s.place):
            _take(link, ledger, step, block)
        _write(link, ledger, block)
        ledger.version += 1
        put_meta(link, "filings", str(ledger.version))
    link.execute(update(stories).where(stories.c.id.in_(ids)).values(followed=True))
    return ledger or Ledger(link)


def _version(link: Connection) -> int:
    return int(get_meta(link, "filings") or 0)


def get_meta(link: Connection, key: str) -> str:
    """What is known of the archive itself under a key; "" where nothing is."""
    return str(link.execute(select(meta.c.value).where(meta.c.key == key)).scalar() or "")


def put_meta(link: Connection, key: str, value: str) -> None:
    """Keeps something of the archive itself."""
    link.execute(delete(meta).where(meta.c.key == key))
    link.execute(insert(meta).values(key=key, value=value))


def _unfollowed() -> Select[int]:
    c = stories.c
    return select(c.id).join(reports, reports.c.id == c.lead).where(UNFOLLOWED).order_by(reports.c.date, c.id)


def _steps(link: Connection, ids: list[int], block: _Block) -> list[_Step]:
    """The stories whose report is not what was filed: where they stood, and where they stand now."""
    old = {row["story_id"]: row for row in link.execute(select(filings).where(filings.c.story_id.in_(ids))).mappings()}
    steps = []
    there = set()
    for story, filed in _filed(link, ids):
        there.add(story)
        before, row = old.get(story), _row(story, filed)
        if before is not None and before["print"] == row["print"]:
            continue
        place = (filed.date, filed.report_id)
        if before is not None:
            block.news.append((before["date"], before["codes"], unpacked(before["stems"])))
            was = (before["date"], before["report"])
            if was != place:
                steps.append(_Step(was, story, items=before["told"], gone=True))
        block.news.append((filed.date, row["codes"], unpacked(row["stems"])))
        block.rows.append(row)
        block.came.add(story)
        steps.append(_Step(place, story, items=before["told"] if before is not None else b"", filed=filed))
    return steps + [_taken_out(row, block) for story, row in old.items() if story not in there]


def _taken_out(row: RowMapping, block: _Block) -> _Step:
    """A story that no longer counts leaves its place."""
    block.news.append((row["date"], row["codes"], unpacked(row["stems"])))
    block.left.add(row["story_id"])
    return _Step((row["date"], row["report"]), row["story_id"], items=row["told"], gone=True)


def _filed(link: Connection, story_ids: Collection[int]) -> Iterator[tuple[int, Filed]]:
    """The leading reports of stories as they count now; a story of which all was taken out has none."""
    query = select(reports).join(stories, stories.c.lead == reports.c.id)
    query = query.where(stories.c.id.in_(story_ids), reports.c.current)
    for stored, record in with_entries(link, link.execute(query).mappings().all()):
        day = stored.date.isoformat() if stored.date else ""
        yield stored.story, Filed(stored.id, day, stored.title, stored.source, record)


def filed_reports(link: Connection, story_ids: Collection[int]) -> list[Filed]:
    """The leading reports of stories in order of time."""
    known = sorted(story_ids)
    found = [f for at in range(0, len(known), _MANY) for _, f in _filed(link, known[at : at + _MANY])]
    return sorted(found, key=lambda f: (f.date, f.report_id))


_FILED: Document[Filed] = Document(Filed)


def _row(story: int, filed: Filed) -> Row:
    return {
        "story_id": story, "report": filed.report_id, "date": filed.date, "codes": sorted(cast(filed)), "told": b"",
        "print": hashlib.sha256(_FILED.pack(filed)).hexdigest()[:24],
        "stems": zlib.compress(" ".join(sorted(words.stems_of_report(filed.record.text))).encode(), 1),
    }  # fmt: skip


def unpacked(stems: bytes) -> frozenset[str]:
    """The words of a report out of the column `stems`."""
    return frozenset(zlib.decompress(stems).decode().split())


def _later(link: Connection, start: Place, without: set[int]) -> list[_Step]:
    """The filed stories from a place on, but for those given."""
    c = filings.c
    rows = link.execute(select(c.date, c.report, c.story_id, c.codes).where(c.date >= start[0]))
    return [
        _Step((row.date, row.report), row.story_id, frozenset(row.codes))
        for row in rows
        if (row.date, row.report) > start and row.story_id not in without
    ]


def _take(link: Connection, ledger: Ledger, step: _Step, block: _Block) -> None:
    """Goes on to a story, filing it where it is new, changed, or after a change that may touch it."""
    ledger.place = step.place
    if step.gone:
        ledger.spoil({item.process for item in _ITEMS.unpack(step.items)})
        return
    if step.filed is None and not step.codes & ledger.touched:
        return
    row = next((r for r in block.rows if r["story_id"] == step.story), None) if step.filed else None
    if step.filed is None:
        step.filed = next(f for _, f in _filed(link, [step.story]))
        step.items = link.execute(select(filings.c.told).where(filings.c.story_id == step.story)).scalar_one()
    items = ledger.file(step.filed)
    packed = _ITEMS.pack(items)
    if packed != step.items:
        former = _ITEMS.unpack(step.items) if step.items else []
        ledger.spoil({item.process for item in [*former, *items]})
        if row is None:
            row = _row(step.story, step.filed)
            block.rows.append(row)
    if row is not None:
        row["told"] = packed


def _write(link: Connection, ledger: Ledger, block: _Block) -> None:
    ids = [*block.left, *(row["story_id"] for row in block.rows)]
    link.execute(delete(filed_in).where(filed_in.c.story_id.in_(ids)))
    link.execute(delete(filings).where(filings.c.story_id.in_(ids)))
    if block.rows:
        link.execute(insert(filings), block.rows)
    where = [
        {"process": id, "story_id": row["story_id"]}
        for row in block.rows
        for id in sorted({item.process for item in _ITEMS.unpack(row["told"])})
    ]
    if where:
        link.execute(insert(filed_in), where)
    _write_processes(link, ledger)
    for id in sorted({one["process"] for one in where if one["story_id"] in block.came}):
        link.execute(update(filed_processes).where(filed_processes.c.id == id).values(stale=True))
    _tell(link, block)


def _write_processes(link: Connection, ledger: Ledger) -> None:
    ids = sorted(ledger.changed)
    for at in range(0, len(ids), _MANY):
        link.execute(delete(filed_processes).where(filed_processes.c.id.in_(ids[at : at + _MANY])))
    fresh = [_process_row(ledger.live[id]) for id in ids if ledger.live[id].reports]
    if fresh:
        link.execute(insert(filed_processes), fresh)
    gone = [id for id in ids if not ledger.live[id].reports]
    for at in range(0, len(gone), _MANY):
        link.execute(delete(processes).where(processes.c.id.in_(gone[at : at + _MANY])))
    ledger.changed.clear()
    ledger.touched.clear()


def _process_row(process: Process) -> Row:
    one = label(process)
    return {"id": one.id, "name": one.name, "words": sorted(one.words), "reports": one.reports,
            "codes": sorted(process.codes), "stale": True}  # fmt: skip


def _tell(link: Connection, block: _Block) -> None:
    """Marks the processes of whose pledges the reports of a block may tell: their answers are found anew."""
    by_code: dict[str, list[tuple[str, Wanted]]] = defaultdict(list)
    for id, told_by in link.execute(select(processes.c.id, processes.c.wanted)):
        for made, by, matter in told_by:
            for code in by:
                by_code[code].append((id, Wanted(made, tuple(by), tuple(matter))))
    found = {
        id
        for date, codes, stems in block.news
        for code in codes
        for id, one in by_code.get(code, ())
        if one.told(date, codes, stems)
    }
    for id in sorted(found):
        link.execute(update(processes).where(processes.c.id == id).values(print=""))


def waiting(link: Connection) -> bool:
    """Whether a story is not filed as it is."""
    return link.execute(select(stories.c.id).where(UNFOLLOWED).limit(1)).first() is not None
