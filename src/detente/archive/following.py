"""The archive followed: its reports as `detente.follow` takes them, and what people decided about processes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, RowMapping, insert, select, update

from detente.archive import database
from detente.archive.rows import now
from detente.archive.schema import decisions
from detente.archive.store import Archive, Stored
from detente.errors import ArchiveError
from detente.follow import Decision, Filed, Following, follow
from detente.record import Record


def filed(archive: Archive) -> Iterator[Filed]:
    """Each story of an archive once, its latest revision, with the judgements on its entries applied."""
    for stored, record in archive.records():
        yield _filed(stored, record)


def _filed(stored: Stored, record: Record) -> Filed:
    return Filed(stored.id, stored.date.isoformat() if stored.date else "", stored.title, stored.source, record)


def following(archive: Archive, as_of: str = "") -> Following:
    """The talks that an archive tells of, up to a day; without one, up to its latest report.

    A decision about a process that the reports up to that day do not tell of waits for them.
    """
    found = follow(filed(archive), as_of or None)
    return found.decided(decided(archive))


def decided(archive: Archive) -> list[Decision]:
    """What was decided about processes and not taken back, in order."""
    with database.reading(archive.engine) as link:
        rows = link.execute(select(decisions).where(decisions.c.undone_at == "").order_by(decisions.c.id)).mappings()
        return [_decision(row) for row in rows]


def decide(archive: Archive, decision: Decision) -> Following:
    """Keeps a decision about processes and gives the talks as they then stand.

    Raises ArchiveError when the archive tells of no such process, or the decision is of an unknown kind.
    """
    try:
        found = follow(filed(archive), None, [*decided(archive), decision])
    except KeyError as error:
        raise ArchiveError(
            f"there is no process {error.args[0]!r}", name=archive.where, remedy="detente processes lists them"
        ) from None
    except ValueError as error:
        raise ArchiveError(str(error), name=archive.where) from None
    row = {
        "kind": decision.kind, "process": decision.process, "other": decision.other,
        "reports": list(decision.reports), "author": decision.by, "at": now(), "reason": decision.reason,
    }  # fmt: skip
    database.write(archive.engine, lambda link: link.execute(insert(decisions).values(**row)))
    return found


def undo_decision(archive: Archive, *, author: str) -> Decision:
    """Takes back the last decision that stands; it is kept, with who took it back. Raises ArchiveError if none does."""
    return database.write(archive.engine, lambda link: _undo(link, author, archive.where))


def _undo(link: Connection, author: str, where: str) -> Decision:
    standing = select(decisions).where(decisions.c.undone_at == "").order_by(decisions.c.id.desc()).limit(1)
    row = link.execute(standing).mappings().first()
    if row is None:
        raise ArchiveError("no decision about processes stands", name=where)
    link.execute(update(decisions).where(decisions.c.id == row["id"]).values(undone_by=author, undone_at=now()))
    return _decision(row)


def _decision(row: RowMapping) -> Decision:
    said = row["author"], row["at"], row["reason"]
    return Decision(row["kind"], row["process"], row["other"], tuple(row["reports"]), *said)
