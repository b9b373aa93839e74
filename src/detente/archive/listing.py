"""Pages of what an archive holds, without taking it all out: reports by date, entries that wait for a person."""

from __future__ import annotations

from sqlalchemy import case, func, select

from detente.archive import database
from detente.archive.schema import entries, judgements, reports
from detente.archive.store import Archive, Kept, Stored, _kept, _stored

#: How much an entry of a list counts: promises and meetings carry the processes.
CONSEQUENCE = {"pledges": 3.0, "meetings": 2.5, "links": 2.0, "acts": 1.5}


def listing(archive: Archive, *, limit: int = 50, offset: int = 0) -> tuple[list[Stored], int]:
    """So many reports, the latest first, and how many there are in all."""
    c = reports.c
    query = select(reports).where(c.current).order_by(c.date.desc(), c.id.desc()).limit(limit).offset(offset)
    with database.reading(archive.engine) as link:
        rows = link.execute(query).mappings().all()
        total = link.execute(select(func.count()).select_from(reports).where(c.current)).scalar() or 0
    return [_stored(row, ()) for row in rows], int(total)


def waiting(archive: Archive, *, limit: int = 50, skip: tuple[str, ...] = (), sample: int = 5000) -> list[Kept]:
    """Entries that nobody has judged: the least certain and the most consequential first.

    The order is uncertainty (1 at a confidence of one half, 0 at none and at one) times CONSEQUENCE. Of a large archive only
    the latest `sample` entries are ranked, so that the answer does not grow slower with it.
    """
    c = entries.c
    recent = (
        select(c.id, c.confidence, c.list)
        .where(c.counted, c.verdict == "", c.list.in_(list(CONSEQUENCE)), c.ref.not_in(skip))
        .order_by(c.said.desc(), c.id.desc())
        .limit(sample)
        .subquery()
    )
    weight = case(*((recent.c.list == name, value) for name, value in CONSEQUENCE.items()), else_=1.0)
    rank = (1.0 - func.abs(2.0 * recent.c.confidence - 1.0)) * weight
    chosen = select(recent.c.id).order_by(rank.desc(), recent.c.id.desc()).limit(limit)
    with database.reading(archive.engine) as link:
        ids = [row.id for row in link.execute(chosen)]
        found = {k.ref: k for k in _kept(link, select(c.id).where(c.id.in_(ids)))} if ids else {}
        refs = {row.id: row.ref for row in link.execute(select(c.id, c.ref).where(c.id.in_(ids)))} if ids else {}
    return [found[refs[i]] for i in ids if refs.get(i) in found]


def progress(archive: Archive) -> dict[str, int]:
    """How many entries count, how many of them a person has judged, and on how many two persons agree or differ."""
    c, j = entries.c, judgements.c
    with database.reading(archive.engine) as link:
        total = link.execute(select(func.count()).select_from(entries).where(c.counted)).scalar() or 0
        judged = link.execute(select(func.count(func.distinct(j.ref))).where(j.undone_at == "")).scalar() or 0
        several = link.execute(
            select(func.count(func.distinct(j.author)).label("people"), func.count(func.distinct(j.verdict)).label("words"))
            .where(j.undone_at == "").group_by(j.ref).having(func.count(func.distinct(j.author)) > 1)
        ).all()  # fmt: skip
    agreed = sum(row.words == 1 for row in several)
    return {"entries": int(total), "judged": int(judged), "agreed": agreed, "differed": len(several) - agreed}
