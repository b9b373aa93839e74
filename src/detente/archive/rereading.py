"""Reading stored reports anew, and telling what changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, delete, select, update

from detente.archive.adding import put_entries, reading
from detente.archive.judgements import settle
from detente.archive.rows import Row, entry_rows, wording
from detente.archive.schema import entries, reports
from detente.record import Record
from detente.report import Report


@dataclass(frozen=True, slots=True)
class Reread:
    """What a new reading of one report changed: entries it no longer gives, gives new, gives otherwise.

    Each is "kind: wording". `error` says why the report could not be read; its entries then stay as they were.
    """

    report: str
    lost: list[str] = field(default_factory=list)
    gained: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    error: str = ""


def to_read_anew(link: Connection, after: int, versions: tuple[str, str] | None) -> RowMapping | None:
    """The next report behind row `after` that other versions of reader and lexicon have read."""
    c = reports.c
    query = select(reports).where(c.current, c.id > after).order_by(c.id).limit(1)
    if versions is not None:
        query = query.where((c.reader != versions[0]) | (c.lexicon != versions[1]))
    return link.execute(query).mappings().first()


def put_anew(link: Connection, row: RowMapping, report: Report, record: Record) -> Reread:
    """Stores a new reading of a report in place of the old one, and brings its story in line."""
    if not link.execute(select(reports.c.current).where(reports.c.id == row["id"])).scalar():
        return Reread(row["name"])  # revised by another process meanwhile
    query = select(entries).where(entries.c.report_id == row["id"], entries.c.origin == "reader")
    old = [dict(e) for e in link.execute(query).mappings()]
    new = entry_rows(record, row["name"])
    link.execute(delete(entries).where(entries.c.report_id == row["id"]))
    put_entries(link, row["id"], row["story_id"], new, counted=True)
    values = reading(report, record) | {"title": row["title"]}
    link.execute(update(reports).where(reports.c.id == row["id"]).values(**values))
    settle(link, row["story_id"])
    return _compared(row["name"], old, new)


def _compared(name: str, old: list[Row], new: list[Row]) -> Reread:
    before = {e["ref"]: e for e in old}
    after = {e["ref"]: e for e in new}
    judged = {e["ref"] for e in old if e["verdict"]}
    return Reread(
        name,
        lost=[_words(e) for ref, e in before.items() if ref not in after and ref not in judged],
        gained=[_words(e) for ref, e in after.items() if ref not in before],
        changed=[_words(e) for ref, e in after.items() if ref in before and _differs(before[ref], e)],
    )


def _differs(before: Row, after: Row) -> bool:
    one, other = dict(before["read"] or before["payload"]), dict(after["payload"])
    for values in (one, other):  # a probability that moves a little is no news
        values.pop("confidence", None)
    return one != other


def _words(row: Row) -> str:
    return f"{row['list']} {row['kind']}: {wording(row['payload'])}"
