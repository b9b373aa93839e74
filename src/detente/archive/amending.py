"""What people change of whole reports: the day of one, or that it counts at all.

A report whose day was wrong is read anew with the right one and becomes a new revision of itself; one that is taken
out keeps all its revisions, of which none counts. Both are kept with who did it and why, and can be taken back.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, update

from detente.archive import adding, database, stories
from detente.archive.adding import Identity, content_hash
from detente.archive.judgements import settle
from detente.archive.rows import Row, now, today
from detente.archive.schema import CURRENT, amendments, entries, reports, shingles
from detente.archive.store import Archive, read_one
from detente.errors import ArchiveError
from detente.record import Record
from detente.report import Report

DAY, OUT = "day", "out"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One thing that a person changed of a report: its day (`was`, `now`), or that it counts ("out")."""

    id: int
    report: str
    kind: str
    before: int
    after: int
    was: str
    now: str
    author: str
    at: str
    reason: str
    undone_by: str = ""
    undone_at: str = ""

    def to_dict(self) -> Row:
        """The change as plain values."""
        return dataclasses.asdict(self)


def redate(
    archive: Archive, name: str, day: dt.date, *, author: str, reason: str = "", read: adding.Reader | None = None
) -> Amendment:
    """Gives a report another day of publication; it is read anew with it, as a new revision of itself.

    Raises ArchiveError where there is no such report, it has that day already, or the day is yet to come.
    """
    _named(author)
    if day > today() + dt.timedelta(days=1):  # it is tomorrow somewhere
        raise ArchiveError("that day is yet to come", name=day.isoformat(), remedy="give the day of publication")
    with database.reading(archive.engine) as link:
        row = _current(link, name)
    if row["date"] == day.isoformat():
        raise ArchiveError("is of that day already", name=name)
    report = _report(row, day)
    record = read_one(report, read)
    return database.write(archive.engine, lambda link: _redate(link, row, report, record, author, reason))


def take_out(archive: Archive, name: str, *, author: str, reason: str = "") -> Amendment:
    """Takes a report out: it is kept, but counts no longer. Raises ArchiveError where there is no such report."""
    _named(author)

    def work(link: Connection) -> Amendment:
        row = _current(link, name)
        adding.turn_off(link, row["id"])
        settle(link, row["story_id"])
        return _keep(link, OUT, row, 0, row["date"], author, reason)

    return database.write(archive.engine, work)


def take_back(archive: Archive, name: str, *, author: str, kind: str = "") -> Amendment:
    """Takes the last change of a report back, if it is of that kind where one is given.

    The record of it stays. Raises ArchiveError where there is none, or where another text came since.
    """
    _named(author)
    return database.write(archive.engine, lambda link: _take_back(link, name, author, kind))


def changes_of(archive: Archive, name: str = "") -> list[Amendment]:
    """What people changed of a report, or of all, the first change first, with what was taken back."""
    c = amendments.c
    query = select(amendments).order_by(c.id)
    with database.reading(archive.engine) as link:
        rows = link.execute(query.where(c.report == name) if name else query).mappings()
        return [_amendment(row) for row in rows]


def left_out(archive: Archive, limit: int = 200) -> list[tuple[Amendment, str]]:
    """The reports that are taken out, the last one first, each with its title."""
    c, r = amendments.c, reports.c
    joined = amendments.join(reports, (r.name == c.report) & (r.revision == c.before))
    query = select(amendments, r.title).select_from(joined).where(c.kind == OUT, c.undone_at == "")
    with database.reading(archive.engine) as link:
        rows = link.execute(query.order_by(c.id.desc()).limit(limit)).mappings()
        return [(_amendment(row), str(row["title"])) for row in rows]


def is_out(archive: Archive, name: str) -> Amendment | None:
    """By which change a report is taken out; None where it counts, or was never there."""
    last = next((a for a in reversed(changes_of(archive, name)) if not a.undone_at), None) if name else None
    return last if last is not None and last.kind == OUT else None


def same_text(archive: Archive, name: str) -> str:
    """The name of another report with the very same text, of another story; "" where there is none."""
    c, h = reports.c, shingles.c
    with database.reading(archive.engine) as link:
        row = _current(link, name)
        sample = list(link.execute(select(h.hash).where(h.report_id == row["id"]).limit(4)).scalars())
        there = select(h.report_id).where(h.hash.in_(sample)).distinct()
        query = select(c.name).where(
            c.id.in_(there), c.size == row["size"], c.text == row["text"], c.story_id != row["story_id"], CURRENT
        )
        return str(link.execute(query.order_by(c.id).limit(1)).scalar() or "")


# -- in the database


def _named(author: str) -> None:
    if not author.strip():
        raise ArchiveError("a change needs its author", remedy="say who makes it")


def _amendment(row: RowMapping) -> Amendment:
    return Amendment(**{name: row[name] for name in Amendment.__slots__})


def _current(link: Connection, name: str) -> RowMapping:
    query = select(reports).where(reports.c.name == name, reports.c.current)
    row = link.execute(query).mappings().first()
    if row is None:
        raise ArchiveError("no such report in the archive", name=name, remedy="detente search finds them")
    return row


def _report(row: RowMapping, day: dt.date) -> Report:
    from detente.sources import read_text

    return read_text(row["text"], id=row["name"], title=row["title"], date=day, source=row["source"], force=True)


def _redate(link: Connection, row: RowMapping, report: Report, record: Record, author: str, reason: str) -> Amendment:
    assert report.date is not None
    day = report.date.isoformat()
    if _current(link, row["name"])["id"] != row["id"]:
        raise ArchiveError("was changed meanwhile", name=row["name"], remedy="look at it, and do it again")
    adding.turn_off(link, row["id"])
    hash = content_hash(report.title, day, row["text"])
    query = select(reports).where(reports.c.key == row["key"], reports.c.hash == hash)
    was_there = link.execute(query).mappings().first()
    if was_there is not None:
        _turn_on(link, was_there)
        number, story = was_there["revision"], was_there["story_id"]
    else:
        number, story = _put(link, row, report, record, hash)
    for one in {row["story_id"], story}:
        settle(link, one)
    return _keep(link, DAY, row, number, day, author, reason)


def _put(link: Connection, row: RowMapping, report: Report, record: Record, hash: str) -> tuple[int, int]:
    """Stores the report of the other day: the number of its revision, and the story to which it belongs now."""
    assert report.date is not None
    day, words = report.date.isoformat(), stories.body_words(report)
    like = stories.likest(link, day, words)
    story = like.story_id if like is not None else _story_of_its_own(link, row)
    number = adding.last_revision(link, row["name"]) + 1
    who = Identity(row["key"], row["url"], hash, weak=False)
    id = adding.insert_report(
        link, report, who, record, name=row["name"], revision=number, story_id=story, current=True
    )
    stories.remember(link, id, day, words)
    return number, story


def _story_of_its_own(link: Connection, row: RowMapping) -> int:
    """The story that it was alone in; else a new one: its copies are of other days."""
    others = select(reports.c.id).where(reports.c.story_id == row["story_id"], CURRENT).limit(1)
    return adding.new_story(link) if link.execute(others).first() is not None else int(row["story_id"])


def _turn_on(link: Connection, row: RowMapping) -> None:
    """Lets a revision count again."""
    link.execute(update(reports).where(reports.c.id == row["id"]).values(current=True))
    link.execute(update(entries).where(entries.c.report_id == row["id"]).values(counted=True))
    layout = row["layout"]
    body = Report(row["text"], body=tuple(layout["body"]), skips=tuple(tuple(s) for s in layout["skips"]))
    stories.remember(link, row["id"], row["date"], stories.body_words(body))


def _keep(link: Connection, kind: str, row: RowMapping, after: int, day: str, author: str, reason: str) -> Amendment:
    values = {
        "report": row["name"], "kind": kind, "before": row["revision"], "after": after, "was": row["date"], "now": day,
        "author": author, "at": now(), "reason": reason,
    }  # fmt: skip
    made = link.execute(insert(amendments).values(**values)).inserted_primary_key
    assert made is not None
    return _one(link, made[0])


def _one(link: Connection, id: int) -> Amendment:
    return _amendment(link.execute(select(amendments).where(amendments.c.id == id)).mappings().one())


def _take_back(link: Connection, name: str, author: str, kind: str) -> Amendment:
    c = amendments.c
    query = select(amendments).where(c.report == name, c.undone_at == "").order_by(c.id.desc()).limit(1)
    last = link.execute(query).mappings().first()
    if last is None or (kind and last["kind"] != kind):
        raise ArchiveError("there is no such change to take back", name=name)
    rows = {r["revision"]: r for r in link.execute(select(reports).where(reports.c.name == name)).mappings()}
    counting = next((r for r in rows.values() if r["current"]), None)
    if (counting["revision"] if counting is not None else 0) != last["after"]:
        raise ArchiveError("another text of it came since", name=name, remedy="change its day anew")
    if counting is not None:
        adding.turn_off(link, counting["id"])
    former = rows[last["before"]]
    _turn_on(link, former)
    for story in {former["story_id"], *([counting["story_id"]] if counting is not None else [])}:
        settle(link, story)
    link.execute(update(amendments).where(c.id == last["id"]).values(undone_by=author, undone_at=now()))
    return _one(link, last["id"])
