"""The archive: many reports, one record. Everything that the command line does is a method here."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, Table, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from detente.archive import adding, database, search
from detente.archive.adding import Added
from detente.archive.corrections import changed_fields, put_quote
from detente.archive.judgements import VERDICTS, Judgement, judgement, settle
from detente.archive.rereading import Reread, put_anew, to_read_anew
from detente.archive.rows import Row, lexicon_version, now
from detente.archive.rows import entry as unpack
from detente.archive.rows import record as assemble
from detente.archive.schema import COUNTED, CURRENT, entries, judgements, reports
from detente.archive.schema import stories as story_table
from detente.archive.search import Filter
from detente.errors import ArchiveError, DetenteError, InputError
from detente.record import Entry, Record
from detente.report import Report
from detente.sources import Skipped
from detente.sources.files import DATE_UNREAD

#: Where the archive lies unless somebody says otherwise.
DEFAULT = "detente.db"
#: How many reports are taken out of the database at a time.
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Source:
    """One report that tells a story: its name in the archive, and where it came from."""

    id: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a report in the archive. `sources` are all copies of its story, itself first.

    `said` is what people said of it, where that is handed on.
    """

    id: str
    title: str
    date: dt.date | None
    source: str
    revision: int
    story: int
    added: str
    reader: str
    lexicon: str
    sources: tuple[Source, ...] = ()
    said: Row = field(default_factory=dict, repr=False, compare=False)

    def to_dict(self) -> Row:
        """The report's data as plain values."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values |= values.pop("said")
        values["date"] = self.date.isoformat() if self.date else ""
        values["sources"] = [{"id": s.id, "source": s.source, "date": s.date} for s in self.sources]
        return values


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry in the archive: `ref` names it, `sources` are all reports that say so, its own first."""

    ref: str
    list: str
    entry: Entry
    report: str
    title: str
    said: str
    verdict: str
    sources: tuple[Source, ...]
    corrected: bool = False

    def to_dict(self) -> Row:
        """The entry as plain values."""
        sources = [{"id": s.id, "source": s.source, "date": s.date} for s in self.sources]
        head = {"ref": self.ref, "list": self.list, "report": self.report, "title": self.title, "said": self.said}
        return head | self.entry.to_dict() | {"verdict": self.verdict, "corrected": self.corrected, "sources": sources}


@dataclass(frozen=True, slots=True)
class Passage:
    """A report whose text has the words, with the first place that has one of them."""

    id: str
    title: str
    date: str
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: entries by wording and quote, and reports by their text."""

    entries: list[Kept]
    reports: list[Passage]


@dataclass(slots=True)
class Summary:
    """What adding many reports came to; nothing that was left out goes untold."""

    added: int = 0
    known: int = 0
    revised: int = 0
    copies: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    #: reports that are in without the date they gave, and why
    undated: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    #: judgements and decisions that came with the reports
    said: int = 0

    def count(self, one: Added) -> None:
        """Counts one report in."""
        setattr(self, one.what, getattr(self, one.what) + 1)
        self.copies += bool(one.copy_of)
        if one.what != "known":
            self.names.append(one.name)

    def __str__(self) -> str:
        copies = f" ({self.copies} of them copies or updates of a story)" if self.copies else ""
        said = f", {self.said} judgements and decisions taken in" if self.said else ""
        left_out = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.added} added{copies}, {self.known} known, {self.revised} revised{said}{left_out}"


class Archive:
    """Reports and what they say, in one SQLite file or a PostgreSQL database.

    Use it as a context manager, or call `close()`. Several processes may use one archive at once.
    """

    def __init__(self, engine: Engine) -> None:
        #: The database behind it, for those who ask in SQL; `docs/archive.md` tells of its tables.
        self.engine = engine

    @classmethod
    def open(cls, where: str | Path | None = None, *, create: bool = True) -> Archive:
        """Opens an archive: a file, or `postgresql://USER@HOST/NAME`; "detente.db", or DETENTE_DB, if not given.

        A missing one is made unless `create` is off; one of an older version is upgraded in place, in one
        transaction. Raises ArchiveError where it is newer than this version, no archive, or can't be reached.
        """
        engine = database.connect(str(where or os.environ.get("DETENTE_DB") or DEFAULT))
        try:
            database.prepare(engine, create=create)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def where(self) -> str:
        """The file or address of the archive, without a password."""
        url = self.engine.url
        return url.database or "" if self.engine.dialect.name == "sqlite" else url.render_as_string()

    def backup(self, target: str | Path) -> None:
        """Copies the whole archive into a new file, with all that people said, while others may use it.

        Raises ArchiveError where the file is there already or can't be written, and where the archive is no file.
        """
        database.copy(self.engine, Path(target))

    # -- adding

    def add(self, report: Report, *, read: adding.Reader | None = None) -> Added:
        """Adds one report. Tells whether it was added, known already, or a revision of a known one.

        The same report twice changes nothing. Raises InputError where the reader fails on it.
        """
        report = adding.storable(report)
        before = self._known(report)
        return before if before is not None else self._put(report, read_one(report, read))

    def _known(self, report: Report) -> Added | None:
        with database.reading(self.engine) as link:
            return adding.known(link, adding.identity(report))

    def _put(self, report: Report, record: Record) -> Added:
        who = adding.identity(report)
        return database.write(self.engine, lambda link: adding.put(link, report, who, record))

    def add_all(
        self, inputs: Iterable[str | Path | Report], *, date: dt.date | None = None, force: bool = False,
        private: bool = False, jobs: int = 1, said: bool = False, progress: Callable[[Added], None] | None = None,
    ) -> Summary:  # fmt: skip
        """Adds reports, files, folders, addresses, feeds; "-" is standard input. A folder that `detente read --out`
        wrote is taken in as it was read.

        One bad report never stops the others: `Summary.skipped` tells which were left out, why, and what
        would help. Each report is kept as soon as it is read, so that an interrupted run goes on where it
        stopped when it is started again. `private` allows addresses inside one's own network. With `jobs`, so
        many processes read at once, which changes nothing in the result; a script that asks for it must keep what
        it does behind `if __name__ == "__main__"`. With `said`, judgements and decisions that an export of another
        archive has are taken in too; leave it off for files that strangers send.
        """
        from detente import output
        from detente.sources import open_reports

        summary = Summary()
        outputs: list[str | Path] = []

        def each() -> Iterator[Report]:
            for report in opened():
                undated = (told for told in report.warnings if told.startswith(DATE_UNREAD))
                summary.undated += [f"{report.source or report.id}: {told}" for told in undated]
                yield report

        def opened() -> Iterator[Report]:
            for given in inputs:
                if isinstance(given, Report):
                    yield given
                elif output.is_output(given):
                    outputs.append(given)
                else:
                    yield from open_reports(
                        [given], date=date, force=force, private=private, on_skip=summary.skipped.append,
                        alone=False, same_ids=True,
                    )  # fmt: skip

        taken_in = ((None, one) for folder in outputs for one in self._taken_in(output.read(folder)))
        for report, one in chain(self._added(each(), jobs), taken_in):
            if isinstance(one, InputError):
                summary.skipped.append(Skipped(one.name, one.message, one.remedy))
                continue
            summary.count(one)
            if said and report is not None and report.said:
                self._take_in(one.name, report, summary)
            if progress is not None:
                progress(one)
        return summary

    def _take_in(self, name: str, report: Report, summary: Summary) -> None:
        """Keeps what people said elsewhere of a report that is there."""
        from detente.archive.handing import take_in

        count, refused = database.write(self.engine, lambda link: take_in(link, name, report.said))
        summary.said += count
        summary.skipped += [Skipped(report.id, why) for why in refused]

    def _added(self, given: Iterable[Report], jobs: int) -> Iterator[tuple[Report, Added | InputError]]:
        """Many reports, in their order, with what adding each came to."""
        if jobs < 2:
            for report in given:
                try:
                    yield report, self.add(report)
                except InputError as error:
                    yield report, error
            return
        from detente.archive.jobs import read_ahead

        reports = (adding.storable(report) for report in given)
        for report, record in read_ahead(((r, self._known(r) is None) for r in reports), jobs):
            if isinstance(record, InputError):
                yield report, record
            else:
                yield report, self._put(report, record) if record is not None else self.add(report)

    def _taken_in(self, found: Iterable[tuple[Report, Record | None] | InputError]) -> Iterator[Added | InputError]:
        """What adding reports came to that were read before (`detente.output`); those without a record are read."""
        for one in found:
            if isinstance(one, InputError):
                yield one
                continue
            try:
                yield self.add(one[0], read=partial(_read_before, one[1]) if one[1] is not None else None)
            except InputError as error:
                yield error

    def knows(self, key: str) -> str:
        """When the latest text with this id or address was added; "" where there is none."""
        c = reports.c
        query = select(c.added).where((c.key == key) | (c.url == key), c.current).order_by(c.id.desc()).limit(1)
        with database.reading(self.engine) as link:
            return str(link.execute(query).scalar() or "")

    # -- what is there

    def records(self, *, copies: bool = False) -> Iterator[tuple[Stored, Record]]:
        """Streams every story in order of date, as its fullest report and that report's record.

        Latest revisions only; what people rejected is left out, what they corrected is corrected. With
        `copies`, every report comes, copies of a story too. Undated reports come first.
        """
        after = ("", 0)
        # one view of the archive throughout: a report revised meanwhile would else come twice
        with database.reading(self.engine) as link:
            while heads := link.execute(_heads(after, copies)).mappings().all():
                yield from with_entries(link, heads)
                after = (heads[-1]["date"], heads[-1]["id"])

    def record(self, name: str) -> tuple[Stored, Record]:
        """One report and its record, by the report's name. Raises ArchiveError where there is none."""
        with database.reading(self.engine) as link:
            query = select(reports).where(reports.c.name == name, reports.c.current)
            heads = link.execute(query).mappings().all()
            if not heads:
                raise ArchiveError("no such report in the archive", name=name, remedy="detente search finds them")
            return next(with_entries(link, heads))

    def reports(self) -> Iterator[Stored]:
        """Streams all reports, latest revisions, in order of date; copies of a story one by one."""
        for stored, _ in self.records(copies=True):
            yield stored

    def stored(self, names: Iterable[str]) -> dict[str, Stored]:
        """What is known of some reports, by their names; those that are not there are left out."""
        wanted, found = list(names), dict[str, Stored]()
        c = reports.c
        columns = [column for column in c if column.name not in ("text", "sentences", "layout", "warnings")]
        with database.reading(self.engine) as link:
            for at in range(0, len(wanted), _CHUNK):
                query = select(*columns).where(c.name.in_(wanted[at : at + _CHUNK]), c.current)
                found |= {row["name"]: _stored(row, ()) for row in link.execute(query).mappings()}
        return found

    def revisions(self, name: str) -> list[tuple[Stored, str]]:
        """All texts of a report, the first one first. Raises ArchiveError where there is no such report."""
        with database.reading(self.engine) as link:
            query = select(reports).where(reports.c.name == name).order_by(reports.c.revision)
            rows = link.execute(query).mappings().all()
        if not rows:
            raise ArchiveError("no such report in the archive", name=name, remedy="detente search finds them")
        return [(_stored(row, ()), row["text"]) for row in rows]

    def entries(
        self, *, kinds: Sequence[str] | str = (), parties: Sequence[str] | str = (), actors: Sequence[str] | str = (),
        since: dt.date | str | None = None, until: dt.date | str | None = None, min_confidence: float = 0.0,
        verdicts: Sequence[str] | str = (), rejected: bool = False, report: str = "", limit: int | None = 100,
    ) -> list[Kept]:  # fmt: skip
        """Entries, those of the latest reports first, each once with all reports that say so.

        `kinds` are kinds of acts, or lists such as "meetings"; parties are codes or names. `since` and `until` are
        days of the report. Raises ArchiveError on an unknown kind, InputError on an unreadable day.
        """
        only = search.only
        wanted = Filter(
            kinds=only(kinds), parties=only(parties), actors=only(actors), since=search.day(since),
            until=search.day(until), min_confidence=min_confidence, verdicts=only(verdicts), rejected=rejected,
            report=report,
        )  # fmt: skip
        with database.reading(self.engine) as link:
            return _kept(link, search.matching_entries(link, _coded(link, wanted), limit))

    def search(
        self, words: str, *, kinds: Sequence[str] | str = (), parties: Sequence[str] | str = (),
        actors: Sequence[str] | str = (), since: dt.date | str | None = None, until: dt.date | str | None = None,
        limit: int | None = 20,
    ) -> Found:  # fmt: skip
        """Entries whose wording or quote has all the words, and reports whose text has them; latest first.

        "Phrases" in double quotes stand together; a word after `-` must not be there. Word forms are
        found too (talks, talk). Parties and persons are found when their kind is asked for. With a kind, party or actor only entries are looked for. Raises
        ArchiveError on an unknown kind or where no word is left, InputError on an unreadable day.
        """
        given = bool(kinds or parties or actors)
        wanted = _asked(words, kinds, parties, actors, since, until)
        with database.reading(self.engine) as link:
            kept = _kept(link, search.matching_entries(link, _coded(link, wanted), limit))
        return Found(
            kept, [] if given or not words.strip() else self.passages(words, since=since, until=until, limit=limit)
        )

    def matches(
        self, words: str, *, kinds: Sequence[str] | str = (), parties: Sequence[str] | str = (),
        actors: Sequence[str] | str = (), since: dt.date | str | None = None, until: dt.date | str | None = None,
    ) -> tuple[int, int]:  # fmt: skip
        """How many entries and reports a search finds, CONSIDERED of each at most."""
        wanted = _asked(words, kinds, parties, actors, since, until)
        texts = Filter(words=words, since=wanted.since, until=wanted.until)
        given = bool(kinds or parties or actors) or not words.strip()
        with database.reading(self.engine) as link:
            entries_ = search.matching_entries(link, _coded(link, wanted), search.CONSIDERED)
            reports_ = None if given else search.matching_reports(link, texts, search.CONSIDERED)
            return len(link.execute(entries_).all()), len(link.execute(reports_).all()) if reports_ is not None else 0

    def passages(
        self, words: str, *, since: dt.date | str | None = None, until: dt.date | str | None = None,
        limit: int | None = 20,
    ) -> list[Passage]:  # fmt: skip
        """The reports whose text has all the words, the latest first. Raises ArchiveError, InputError as `search`."""
        wanted = Filter(words=words, since=search.day(since), until=search.day(until))
        with database.reading(self.engine) as link:
            return _passages(link, search.matching_reports(link, wanted, limit), words)

    def kept(self, ids: Sequence[int]) -> list[Kept]:
        """The entries with some ids, in that order."""
        with database.reading(self.engine) as link:
            return _kept_some(link, list(ids))

    def counts(self) -> dict[str, int]:
        """How many reports, revisions, stories, entries and judgements the archive holds."""
        with database.reading(self.engine) as link:

            def count(of: Table, *conditions: ColumnElement[bool]) -> int:
                return int(link.execute(select(func.count()).select_from(of).where(*conditions)).scalar() or 0)

            return {
                "reports": count(reports, CURRENT),
                "revisions": count(reports),
                "stories": count(story_table, story_table.c.size > 0),
                "entries": count(entries, COUNTED),
                "judgements": count(judgements, judgements.c.undone_at == ""),
            }

    # -- reading anew

    def reread(
        self, *, everything: bool = False, read: adding.Reader | None = None,
        progress: Callable[[Reread], None] | None = None,
    ) -> Iterator[Reread]:  # fmt: skip
        """Reads stored reports with the installed reader and lexicon, and tells what changed in each.

        Only those that another version has read, unless `everything`. What people accepted, rejected
        and corrected stays. One report that fails is told with its error, and the rest goes on.
        """
        from detente.reader import version

        after = 0
        while True:
            with database.reading(self.engine) as link:
                row = to_read_anew(link, after, None if everything else (version(), lexicon_version()))
            if row is None:
                return
            after = row["id"]
            done = self._reread(row, read)
            if progress is not None:
                progress(done)
            yield done

    def _reread(self, row: RowMapping, read: adding.Reader | None) -> Reread:
        from detente.sources import read_text

        day = dt.date.fromisoformat(row["date"]) if row["date"] else None
        try:
            report = read_text(
                row["text"], id=row["name"], title=row["title"], date=day, source=row["source"], force=True
            )
            record = read_one(report, read)
        except DetenteError as error:
            return Reread(row["name"], error=error.message)
        return database.write(self.engine, lambda link: put_anew(link, row, report, record))

    # -- judging

    def judge(
        self, ref: str, verdict: str, *, author: str, reason: str = "", changes: dict[str, Any] | None = None
    ) -> Judgement:
        """Accepts, rejects or corrects ("correct", with the fields to change) the entry `ref`.

        The judgement is kept beside the entry and stands on it after every new reading. Raises
        ArchiveError where there is no such entry or a change can't be.
        """
        if verdict not in VERDICTS:
            raise ArchiveError(f"there is no verdict {verdict!r}", remedy="it is " + ", ".join(VERDICTS))
        if not author.strip():
            raise ArchiveError("a judgement needs its author", remedy="say who judges")
        return database.write(self.engine, lambda link: _judge(link, ref, verdict, author, reason, changes or {}))

    def code(self, party: str) -> str:
        """The code of a party, given by code or name, as the tables have it, else as some entry has; else the name."""
        with database.reading(self.engine) as link:
            return search.code_of(link, party)

    def has_party(self, code: str) -> bool:
        """Whether any entry names the party with that code."""
        with database.reading(self.engine) as link:
            return search.has_party(link, code)

    def undo(self, ref: str, *, author: str) -> Judgement:
        """Takes back the last judgement on an entry that still holds; the record of it stays.

        Raises ArchiveError where there is none.
        """
        return database.write(self.engine, lambda link: _undo(link, ref, author))

    def history(self, ref: str = "") -> list[Judgement]:
        """All judgements, or those on one entry, the first one first, with those that were undone."""
        c = judgements.c
        query = select(judgements).order_by(c.at, c.id)  # those of another archive came in report by report
        if ref:
            query = query.where(c.ref.startswith(ref, autoescape=True))
        with database.reading(self.engine) as link:
            rows = link.execute(query).mappings().all()
            standing = entries.join(reports, entries.c.report_id == reports.c.id)
            live = set(
                link.execute(
                    select(entries.c.ref)
                    .select_from(standing)
                    .where(entries.c.ref.in_({r["ref"] for r in rows}), reports.c.current)
                ).scalars()
            )
        return [judgement(row, row["ref"] in live) for row in rows]


def _read_before(record: Record, report: Report) -> Record:
    """The record that a report came with."""
    return record


def read_one(report: Report, read: adding.Reader | None = None) -> Record:
    """The record of a report; whatever goes wrong in reading becomes an InputError about this report."""
    from detente.reader import read_report

    try:
        return (read or read_report)(report)
    except DetenteError:
        raise
    except Exception as error:  # one report that breaks the reader must not end a batch of thousands
        raise InputError(
            f"the reader failed on it: {type(error).__name__}: {error}", name=report.source or report.id,
            remedy="please report this text",
        ) from error  # fmt: skip


# -- out of the database


def _asked(
    words: str, kinds: Sequence[str] | str, parties: Sequence[str] | str, actors: Sequence[str] | str,
    since: dt.date | str | None, until: dt.date | str | None,
) -> Filter:  # fmt: skip
    """The filter for the entries that a search asks for."""
    only = search.only
    return Filter(
        words=words, kinds=only(kinds) or search.TELLING, parties=only(parties), actors=only(actors),
        since=search.day(since), until=search.day(until),
    )  # fmt: skip


def _coded(link: Connection, wanted: Filter) -> Filter:
    """The same question with codes where it names parties."""
    actors, parties = (tuple(search.code_of(link, n) for n in names) for names in (wanted.actors, wanted.parties))
    return replace(wanted, actors=actors, parties=parties)


def _heads(after: tuple[str, int], copies: bool) -> Select[Any]:
    c = reports.c
    query = select(reports).where(CURRENT).order_by(c.date, c.id).limit(_CHUNK)
    if not copies:
        query = query.join(story_table, story_table.c.lead == c.id)
    day, id = after
    return query.where((c.date > day) | ((c.date == day) & (c.id > id)))


def with_entries(link: Connection, heads: Sequence[RowMapping]) -> Iterator[tuple[Stored, Record]]:
    """The records of rows of `reports`; what people rejected is left out, what they corrected is corrected."""
    c = entries.c
    lists: dict[int, list[tuple[str, int, Row]]] = {h["id"]: [] for h in heads}
    query = select(c.report_id, c.list, c.position, c.payload).where(c.report_id.in_(lists), c.verdict != "reject")
    for row in link.execute(query):
        lists[row.report_id].append((row.list, row.position, row.payload))
    told = _sources(link, {h["story_id"] for h in heads})
    for h in heads:
        record = assemble(
            {"id": h["name"], "title": h["title"], "date": h["date"], "source": h["source"], "version": h["reader"],
             "text": h["text"], "warnings": h["warnings"], "sentences": [(s, e) for s, e in h["sentences"]]},
            lists[h["id"]],
        )  # fmt: skip
        own = [s for s in told[h["story_id"]] if s.id == h["name"]]
        others = [s for s in told[h["story_id"]] if s.id != h["name"]]
        yield _stored(h, (*own, *others)), record


def _sources(link: Connection, story_ids: Iterable[int]) -> dict[int, list[Source]]:
    c = reports.c
    found: dict[int, list[Source]] = {id: [] for id in story_ids}
    query = select(c.story_id, c.name, c.source, c.date).where(c.story_id.in_(found), c.current).order_by(c.date, c.id)
    for row in link.execute(query):
        found[row.story_id].append(Source(row.name, row.source, row.date))
    return found


def _stored(row: RowMapping, sources: tuple[Source, ...]) -> Stored:
    day = dt.date.fromisoformat(row["date"]) if row["date"] else None
    return Stored(
        id=row["name"], title=row["title"], date=day, source=row["source"], revision=row["revision"],
        story=row["story_id"], added=row["added"], reader=row["reader"], lexicon=row["lexicon"], sources=sources,
    )  # fmt: skip


def _kept(link: Connection, ids: Select[int]) -> list[Kept]:
    numbers: list[int] = [row[0] for row in link.execute(ids)]
    found: list[Kept] = []
    for at in range(0, len(numbers), _CHUNK):
        found += _kept_some(link, numbers[at : at + _CHUNK])
    return found


def _kept_some(link: Connection, ids: list[int]) -> list[Kept]:
    e, r = entries.c, reports.c
    both = entries.join(reports, e.report_id == r.id)
    columns = (e.id, e.ref, e.list, e.payload, e.said, e.verdict, e.read, r.name, r.title, r.source, r.date)
    rows = {row.id: row for row in link.execute(select(*columns).select_from(both).where(e.id.in_(ids)))}
    others: dict[int, list[Source]] = {id: [] for id in ids}
    query = select(e.same_as, r.name, r.source, r.date).select_from(both).where(e.same_as.in_(ids), r.current)
    for row in link.execute(query.order_by(r.date, r.id)):
        others[row.same_as].append(Source(row.name, row.source, row.date))
    return [
        Kept(
            ref=row.ref, list=row.list, entry=unpack(row.list, row.payload), report=row.name, title=row.title,
            said=row.said, verdict=row.verdict, corrected=row.read is not None,
            sources=(Source(row.name, row.source, row.date), *others[row.id]),
        )
        for row in (rows[id] for id in ids)
    ]  # fmt: skip


#: Letters on each side of the word in a passage.
_AROUND = 90


def _passages(link: Connection, ids: Select[int], words: str) -> list[Passage]:
    order: list[int] = [row[0] for row in link.execute(ids)]
    c = reports.c
    query = select(c.id, c.name, c.title, c.date, c.source, c.text).where(c.id.in_(order))
    rows = {row.id: row for row in link.execute(query)}
    wanted, _ = search.asked(words)
    return [Passage(r.name, r.title, r.date, r.source, _around(r.text, wanted)) for r in (rows[id] for id in order)]


def _around(text: str, wanted: list[str]) -> str:
    lower = text.lower()
    stems = [w.lower()[: max(4, len(w) - 3)] for w in wanted]
    at = min((lower.find(s) for s in stems if s in lower), default=0)
    start, end = max(0, at - _AROUND), min(len(text), at + _AROUND)
    shown = " ".join(text[start:end].split())
    return ("…" if start else "") + shown + ("…" if end < len(text) else "")


# -- judging


def _entry_row(link: Connection, ref: str) -> RowMapping:
    """The entry that people mean by `ref`, or by its first characters."""
    joined = entries.join(reports, entries.c.report_id == reports.c.id)
    query = (
        select(entries, reports.c.name.label("report"), reports.c.text)
        .select_from(joined)
        .where(entries.c.ref.startswith(ref, autoescape=True), reports.c.current)
        .limit(2)
    )
    rows = link.execute(query).mappings().all() if ref else []
    if not rows:
        raise ArchiveError("no such entry in the archive", name=ref, remedy="detente search shows them, name first")
    if len(rows) > 1:
        raise ArchiveError("begins the names of several entries", name=ref, remedy="give more of it")
    return rows[0]


def _judge(link: Connection, ref: str, verdict: str, author: str, reason: str, changes: dict[str, Any]) -> Judgement:
    row = _entry_row(link, ref)
    read = row["read"] or row["payload"]
    if changes and verdict != "correct":
        raise ArchiveError("only a correction changes fields", name=ref, remedy="use correct")
    if verdict == "correct":
        changes = put_quote(changes, row["text"], ref)
        changes = changed_fields(row["list"], row["payload"], changes, ref, lambda name: search.code_of(link, name))
    made = link.execute(
        insert(judgements).values(
            ref=row["ref"], report=row["report"], list=row["list"], kind=row["kind"], start=row["start"],
            end=row["end"], quote=row["quote"], fingerprint=row["fingerprint"], payload=read, verdict=verdict,
            changes=changes, author=author, at=now(), reason=reason,
        )
    ).inserted_primary_key  # fmt: skip
    assert made is not None
    settle(link, row["story_id"])
    return judgement(link.execute(select(judgements).where(judgements.c.id == made[0])).mappings().one())


def _undo(link: Connection, ref: str, author: str) -> Judgement:
    c = judgements.c
    query = select(judgements).where(c.ref.startswith(ref, autoescape=True), c.undone_at == "").order_by(c.id.desc())
    row = link.execute(query.limit(1)).mappings().first() if ref else None
    if row is None:
        raise ArchiveError("there is no judgement on it to undo", name=ref, remedy="detente history shows them all")
    link.execute(update(judgements).where(c.id == row["id"]).values(undone_by=author, undone_at=now()))
    story = select(reports.c.story_id).where(reports.c.name == row["report"], reports.c.current)
    settle(link, link.execute(story).scalar_one())
    return judgement(link.execute(select(judgements).where(c.id == row["id"])).mappings().one())
