"""Pages of what an archive holds, without taking it all out: reports by date, entries that wait for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from detente.archive import database
from detente.archive.judgements import Judgement, judgement
from detente.archive.schema import COUNTED, CURRENT, entries, judgements, reports
from detente.archive.store import Archive, Kept, Stored, _entry_row, _kept_some, _stored

#: How much an entry of a list counts: promises and meetings carry the processes.
CONSEQUENCE = {"pledges": 3.0, "meetings": 2.5, "links": 2.0, "acts": 1.5}


def listing(archive: Archive, *, limit: int = 50, offset: int = 0) -> tuple[list[Stored], int]:
    """So many reports, the latest first, and how many there are in all."""
    c = reports.c
    columns = [column for column in c if column.name not in ("text", "sentences", "layout", "warnings")]
    query = select(c.id).where(CURRENT).order_by(c.date.desc(), c.id.desc()).limit(limit).offset(offset)
    with database.reading(archive.engine) as link:
        order = list(link.execute(query).scalars())
        rows = {row["id"]: row for row in link.execute(select(*columns).where(c.id.in_(order))).mappings()}
        total = link.execute(select(func.count()).select_from(reports).where(CURRENT)).scalar() or 0
    return [_stored(rows[id], ()) for id in order], int(total)


def one(archive: Archive, ref: str) -> Kept:
    """The entry with that name. Raises ArchiveError where there is none."""
    with database.reading(archive.engine) as link:
        return _kept_some(link, [int(_entry_row(link, ref)["id"])])[0]


def within(archive: Archive, report: str, low: int, high: int, limit: int) -> tuple[list[Kept], int]:
    """So many entries of a report whose first quote begins in a stretch of its text, and how many the report has.

    What was rejected is among them.
    """
    c = entries.c
    with database.reading(archive.engine) as link:
        own = select(reports.c.id).where(reports.c.name == report, reports.c.current).scalar_subquery()
        query = select(c.id).where(c.report_id == own)  # those of a copy too, though they count with their story
        there = query.where(c.start >= low, c.start < high).order_by(c.start, c.id).limit(limit)
        total = link.execute(select(func.count()).select_from(query.subquery())).scalar() or 0
        return _kept_some(link, list(link.execute(there).scalars())), int(total)


def said_of(archive: Archive, refs: Collection[str]) -> list[Judgement]:
    """What people said of some entries, the first one first, with what was taken back."""
    c, found = judgements.c, list(refs)
    with database.reading(archive.engine) as link:
        query = select(judgements).where(c.ref.in_(found)).order_by(c.id)
        return [judgement(row) for row in link.execute(query).mappings()]


def waiting(archive: Archive, *, limit: int = 50, skip: tuple[str, ...] = (), sample: int = 2000) -> list[Kept]:
    """Entries that nobody has judged: the least certain and the most consequential first.

    The order is uncertainty (1 at a confidence of one half, 0 at none and at one) times CONSEQUENCE. Of a large archive only
    the latest `sample` entries are ranked, so that the answer does not grow slower with it.
    """
    c = entries.c
    recent = (
        select(c.id, c.confidence, c.list)
        .where(COUNTED, c.verdict == "", c.list.in_(list(CONSEQUENCE)), c.ref.not_in(skip))
        .order_by(c.said.desc(), c.id.desc())
        .limit(sample)
        .subquery()
    )
    weight = case(*((recent.c.list == name, value) for name, value in CONSEQUENCE.items()), else_=1.0)
    rank = (1.0 - func.abs(2.0 * recent.c.confidence - 1.0)) * weight
    chosen = select(recent.c.id).order_by(rank.desc(), recent.c.id.desc()).limit(limit)
    with database.reading(archive.engine) as link:
        return _kept_some(link, [row.id for row in link.execute(chosen)])


def judged_by_others(archive: Archive, author: str, *, limit: int = 50, skip: tuple[str, ...] = ()) -> list[Kept]:
    """Entries that others have judged and this person has not, the most consequential first: for a second look."""
    c, j = entries.c, judgements.c
    mine = select(j.ref).where(j.author == author, j.undone_at == "")
    theirs = select(j.ref).where(j.author != author, j.undone_at == "")
    weight = case(*((c.list == name, value) for name, value in CONSEQUENCE.items()), else_=1.0)
    query = (
        select(c.id)
        .where(c.ref.in_(theirs), c.ref.not_in(mine), c.ref.not_in(skip), COUNTED)
        .order_by(weight.desc(), c.said.desc(), c.id.desc())
        .limit(limit)
    )
    with database.reading(archive.engine) as link:
        return _kept_some(link, list(link.execute(query).scalars()))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far people have come: entries judged, by whom, and how far two or more agree on the same entries.

    `alpha` is Krippendorff's, for nominal data: 1 for full agreement, 0 for what chance would give; None where
    nobody judged what another had judged, or all said the same of everything.
    """

    judged: int
    reviewers: list[tuple[str, int]]
    agreed: int
    differed: int
    alpha: float | None


def progress(archive: Archive) -> Progress:
    """How far people have come with judging. The last word of each person on an entry counts."""
    j = judgements.c
    query = select(j.ref, j.author, j.verdict).where(j.undone_at == "").order_by(j.id)
    said: dict[str, dict[str, str]] = {}
    with database.reading(archive.engine) as link:
        for row in link.execute(query):
            said.setdefault(row.ref, {})[row.author] = row.verdict
    who = Counter(author for words in said.values() for author in words)
    several = [list(words.values()) for words in said.values() if len(words) > 1]
    agreed = sum(len(set(words)) == 1 for words in several)
    return Progress(len(said), who.most_common(), agreed, len(several) - agreed, alpha(several))


def alpha(units: Iterable[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for nominal data, out of what several people said of each unit.

    Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability": 1 minus observed over expected disagreement.
    None where no two people said anything of one unit, or all said the same of all.
    """
    several = [Counter(words) for words in units if len(words) > 1]
    whole: Counter[str] = sum(several, Counter())
    n = whole.total()
    expected = sum(a * (n - a) for a in whole.values()) / (n - 1) if n > 1 else 0.0
    if not expected:
        return None
    observed = sum(a * (unit.total() - a) / (unit.total() - 1) for unit in several for a in unit.values())
    return 1 - observed / expected
