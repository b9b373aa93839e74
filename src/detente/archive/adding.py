"""Adding a report: is it known, a revision of one that is, a copy of a story, or new?

A report is known when the same text, title and day came from the same place before. It revises another
when it has the same id or address and other text, or says that it corrects a report that it is nearly the
same as. Everything that one report changes is one transaction.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urldefrag

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from detente.archive import marks, stories
from detente.archive.judgements import settle
from detente.archive.rows import Row, entry_rows, lexicon_version, now, parties
from detente.archive.schema import entries, entry_parties, reports
from detente.archive.schema import stories as story_table
from detente.record import Record
from detente.report import Report

Reader = Callable[[Report], Record]

#: How the source of a report begins that came in a file which somebody sent: its name says nothing of where it is from.
SENT = "sent: "
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
#: What neither database can hold in a text. Each becomes one other character, so that offsets stay.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
#: Databases index no longer keys.
_LONGEST_KEY = 400
#: Reports with the same id that have less than this in common are different ones: many files number from 1.
_UNRELATED = 0.05


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a report came to: `what` is "added", "known" or "revised"; `copy_of` names a story's lead."""

    what: Literal["added", "known", "revised"]
    name: str
    report_id: int
    revision: int = 1
    copy_of: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """How a report is recognised. `weak`: its source gave no id, so that a file elsewhere may be the same."""

    key: str
    url: str
    hash: str
    weak: bool


def storable(report: Report) -> Report:
    """The report without characters that no database holds; each is replaced one for one."""
    if not any(_UNSTORABLE.search(part) for part in (report.text, report.title, report.id, report.source)):
        return report
    told = "characters that can't be stored were replaced"

    def mended(words: str) -> str:
        return _UNSTORABLE.sub("\ufffd", words)

    return dataclasses.replace(
        report, text=mended(report.text), title=mended(report.title), id=mended(report.id),
        source=mended(report.source), warnings=(*report.warnings, told),
    )  # fmt: skip


def identity(report: Report) -> Identity:
    """By what a report is recognised when it comes again."""
    day = report.date.isoformat() if report.date else ""
    content = content_hash(report.title, day, report.text)
    url = _page(report.source) or _page(report.id)
    file = _file(dataclasses.replace(report, source=report.source.removeprefix(SENT)))
    if file and report.source.startswith(SENT):
        file = f"text:{content[:32]}"
    if file or not report.id or report.source == "standard input":
        return Identity(_short(file or f"text:{content[:32]}"), _short(url), content, weak=not url)
    return Identity(_short(report.id), _short(url), content, weak=False)


def content_hash(title: str, day: str, text: str) -> str:
    """What tells one revision of a report from another."""
    return hashlib.sha256("\0".join((title, day, text)).encode()).hexdigest()


def _page(address: str) -> str:
    """An address without the place in its page, "" for what is none."""
    try:
        return urldefrag(address).url if _ADDRESS.match(address) else ""
    except ValueError:
        return ""


def _file(report: Report) -> str:
    """The path of a report that has its name from its file, "" for those that have an id of their own."""
    if _ADDRESS.match(report.source) or not report.source:
        return ""
    place, _, line = report.source.rpartition(":")
    if place and line.isdigit():  # an object in a file; without an id of its own it has that of its place
        return f"{Path(place).resolve()}:{line}" if report.id.startswith(report.source) else ""
    path = Path(report.source)
    stem = path.name.removesuffix(".gz").rsplit(".", 1)[0]
    return str(path.resolve()) if re.fullmatch(re.escape(stem) + r"(-\d+)?", report.id) else ""


def _short(key: str) -> str:
    if len(key) <= _LONGEST_KEY:
        return key
    return key[:_LONGEST_KEY] + "#" + hashlib.sha256(key.encode()).hexdigest()[:16]


# -- what is there already


def known(link: Connection, who: Identity) -> Added | None:
    """The stored revision that is this very report, if it was added before."""
    c = reports.c
    same = [c.key == who.key, c.name == who.key]  # by its name it comes out of an archive
    if who.url:
        same.append(c.url == who.url)
    if who.weak:
        # the same file under another path is no second source
        same.append((c.url == "") & (c.hash == who.hash))
    query = select(c.id, c.name, c.revision).where(c.hash == who.hash, or_(*same)).order_by(c.id).limit(1)
    found = link.execute(query).first()
    return Added("known", found.name, found.id, found.revision) if found else None


def _former(link: Connection, who: Identity, words: list[str]) -> RowMapping | None:
    """The latest revision of the report that this one is a new text of."""
    c = reports.c
    by_url = list(link.execute(select(reports).where(c.url == who.url, c.current)).mappings()) if who.url else []
    if by_url:
        return by_url[0]
    names = select(c.name).where(c.key == who.key)
    candidates = link.execute(select(reports).where(c.name.in_(names), c.current)).mappings().all()
    scored = [(_in_common(row, words), row) for row in candidates]
    best = max(scored, key=lambda s: s[0], default=None)
    if best is None or (best[0] < _UNRELATED and not who.weak):
        return None
    return best[1]


def _in_common(row: RowMapping, words: list[str]) -> float:
    stored = stories.shingled(stories.body_words(_stored_report(row)))
    given = stories.shingled(words)
    return len(stored & given) / max(1, min(len(stored), len(given)))


def _stored_report(row: RowMapping) -> Report:
    layout = row["layout"]
    return Report(row["text"], body=tuple(layout["body"]), skips=tuple(tuple(s) for s in layout["skips"]))


# -- putting it in


def put(link: Connection, report: Report, who: Identity, record: Record) -> Added:
    """Stores a report with its record, as new, as a revision, or as a copy of a story."""
    if (before := known(link, who)) is not None:  # another process may have been faster
        return before
    words = stories.body_words(report)
    day = report.date.isoformat() if report.date else ""
    former = _former(link, who, words)
    if former is not None:
        return _revise(link, report, who, record, former, words)
    like = stories.likest(link, day, words)
    if like is not None and stories.corrects(report.title, report.text) and not like.corrects:
        row = link.execute(select(reports).where(reports.c.id == like.report_id)).mappings().one()
        return _revise(link, report, who, record, row, words)
    if like is not None and like.corrects and not stories.corrects(report.title, report.text):
        return _precede(link, report, who, record, like)
    story = like.story_id if like is not None else new_story(link)
    name = _free_name(link, report.id or who.key)
    report_id = insert_report(link, report, who, record, name=name, revision=1, story_id=story, current=True)
    stories.remember(link, report_id, day, words)
    if like is None:
        link.execute(update(story_table).where(story_table.c.id == story).values(lead=report_id))
    else:
        settle(link, story)
    return Added("added", name, report_id, copy_of=like.name if like else "")


def _revise(
    link: Connection, report: Report, who: Identity, record: Record, former: RowMapping, words: list[str]
) -> Added:
    """The report takes the place of a former revision, whose text and entries are kept but not counted."""
    turn_off(link, former["id"])
    number = last_revision(link, former["name"]) + 1
    report_id = insert_report(
        link, report, who, record, name=former["name"], revision=number, story_id=former["story_id"], current=True
    )
    stories.remember(link, report_id, report.date.isoformat() if report.date else "", words)
    settle(link, former["story_id"])
    return Added("revised", former["name"], report_id, number)


def _precede(link: Connection, report: Report, who: Identity, record: Record, like: stories.Likeness) -> Added:
    """The report comes after the one that corrects it: it is kept, as a revision that no longer counts."""
    number = last_revision(link, like.name) + 1
    report_id = insert_report(
        link, report, who, record, name=like.name, revision=number, story_id=like.story_id, current=False
    )
    return Added("revised", like.name, report_id, number)


def turn_off(link: Connection, id: int) -> None:
    """Keeps a revision, which no longer counts."""
    link.execute(update(reports).where(reports.c.id == id).values(current=False))
    link.execute(update(entries).where(entries.c.report_id == id).values(counted=False, same_as=None))
    stories.forget(link, id)


def last_revision(link: Connection, name: str) -> int:
    """The number of the last revision of a report, 0 where there is none."""
    found = link.execute(select(func.max(reports.c.revision)).where(reports.c.name == name)).scalar()
    return int(found or 0)


def new_story(link: Connection) -> int:
    """The number of a story that was just made."""
    made = link.execute(insert(story_table).values(lead=0)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _free_name(link: Connection, wanted: str) -> str:
    """The report's own name, with a number behind it where another report has it."""
    name, number = _short(wanted), 1
    while link.execute(select(reports.c.id).where(reports.c.name == name).limit(1)).first() is not None:
        number += 1
        name = f"{_short(wanted)}-{number}"
    return name


def insert_report(
    link: Connection, report: Report, who: Identity, record: Record,
    *, name: str, revision: int, story_id: int, current: bool,
) -> int:  # fmt: skip
    """Stores one revision of a report with its entries, and gives its number."""
    day = report.date.isoformat() if report.date else ""
    made = link.execute(
        insert(reports).values(
            name=name, revision=revision, current=current, key=who.key, url=who.url, hash=who.hash,
            story_id=story_id, date=day, source=report.source, text=report.text, size=_body_size(report),
            added=now(), marks=marks.of_report(day), **reading(report, record),
        )
    ).inserted_primary_key  # fmt: skip
    assert made is not None
    report_id = int(made[0])
    put_entries(link, report_id, story_id, entry_rows(record, name), counted=current)
    return report_id


def _body_size(report: Report) -> int:
    return sum(end - start for start, end in report.parts())


def reading(report: Report, record: Record) -> Row:
    """The columns of a report that a new reading changes."""
    return {
        "title": report.title, "layout": {"body": list(report.body), "skips": [list(s) for s in report.skips]},
        "warnings": list(record.warnings), "sentences": [list(s) for s in record.sentences],
        "reader": record.version, "lexicon": lexicon_version(),
    }  # fmt: skip


def put_entries(link: Connection, report_id: int, story_id: int, rows: list[Row], *, counted: bool) -> None:
    """Stores the entries of a report and who takes part in them."""
    if not rows:
        return
    shared = {"report_id": report_id, "story_id": story_id, "counted": counted}
    ids = link.execute(
        insert(entries).returning(entries.c.id, sort_by_parameter_order=True), [row | shared for row in rows]
    ).scalars()
    involved = [
        {"entry_id": id, "role": role, "code": code}
        for id, row in zip(ids, rows, strict=True)
        for role, code in parties(row["payload"])
    ]
    if involved:
        link.execute(insert(entry_parties), involved)
