"""Finding entries and reports: by words, kinds, parties and days.

SQLite's FTS5 and PostgreSQL's tsvector answer alike. On SQLite kinds, parties and months are searched as
words too (`marks`), so that no filter has to look at every row.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, Select, bindparam, column, func, or_, select, table, text
from sqlalchemy.sql import ColumnElement

from detente.archive.marks import mark
from detente.archive.schema import COUNTED, CURRENT, entries, entry_parties, reports
from detente.called import code_called
from detente.errors import ArchiveError
from detente.record import KINDS, LISTS

#: Of what a limited search finds, so many of the last added are put in order of time.
CONSIDERED = 2_000
#: How many rows are asked for by number at a time.
_CHUNK = 500
#: A word in more entries than this is common. Entries of some reports are searched for it in pieces of so many.
_COMMON, _PIECE = 5_000, 1_000
#: How FTS5 takes words apart, as the migrations have it.
_TOKENS = "porter unicode61 remove_diacritics 2"
#: What a search looks for unless told: entries that say something.
TELLING = ("acts", "away", "meetings", "pledges", "links", "figures")
#: The parts that a party takes as one who acts.
_ACTING = ("actor", "by", "party")
_ASKED = re.compile(r'(-?)"([^"]*)"|(\S+)')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """What entries must be. Kinds are those of acts, or names of lists such as "meetings"; parties are codes.

    `actors` must act, promise or take part; `since` and `until` are days of the report, both included.
    """

    words: str = ""
    kinds: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    min_confidence: float = 0.0
    verdicts: tuple[str, ...] = ()
    rejected: bool = False
    report: str = ""

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in KINDS and kind not in LISTS:
                raise ArchiveError(
                    f"there is no kind {kind!r}", remedy="kinds are " + ", ".join((*KINDS, *LISTS))
                )  # fmt: skip


def asked(words: str) -> tuple[list[str], list[str]]:
    """What must and what must not stand in a text: words and "phrases", `-` before what must not."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _ASKED.findall(words):
        found = " ".join(_WORD.findall(phrase or word))
        if found:
            (unwanted if minus or word.startswith("-") else wanted).append(found)
    return wanted, unwanted


def matching_entries(link: Connection, wanted: Filter, limit: int | None) -> Select[int]:
    """The ids of the entries that pass, the latest first."""
    c = entries.c
    query = select(c.id).where(*_plain(wanted)).order_by(c.said.desc(), c.id.desc())
    if wanted.report:
        named = select(reports.c.id).where(reports.c.name == wanted.report, reports.c.current)
        query = query.where(c.report_id == named.scalar_subquery())
    query = _in_index(link, query, c.id, "entries", wanted, limit)
    return query.limit(limit) if limit is not None else query


def matching_among(link: Connection, wanted: Filter, among: Select[int], limit: int) -> list[int]:
    """The ids of the entries of some reports, given by a query for their ids, that pass: so many, the latest first.

    Asks the table for kinds and parties: the reports are few, and the index would lead past the entries of all others.
    """
    c, p = entries.c, entry_parties.c
    words, unwanted = _words(wanted)
    query = select(c.id).where(*_plain(wanted), c.report_id.in_(among)).order_by(c.said.desc(), c.id.desc())
    if wanted.kinds:
        lists = [kind for kind in wanted.kinds if kind in LISTS]
        acts = [kind for kind in wanted.kinds if kind not in LISTS]
        query = query.where(c.list.in_(lists) | (c.kind.in_(acts) & c.list.in_(("acts", "away"))))
    for codes, roles in ((wanted.parties, ()), (wanted.actors, _ACTING)):
        for code in codes:
            named = select(p.entry_id).where(p.entry_id == c.id, p.code == code)
            query = query.where((named.where(p.role.in_(roles)) if roles else named).exists())
    if not words:
        return list(link.execute(query.limit(limit)).scalars())
    if link.dialect.name != "sqlite":
        # apart, so that PostgreSQL does not go through all that has the words
        own = query.cte("own").prefix_with("MATERIALIZED", dialect="postgresql")
        theirs = select(c.id).join(own, own.c.id == c.id).order_by(c.said.desc(), c.id.desc())
        return list(link.execute(_tsquery(theirs, words, unwanted, []).limit(limit)).scalars())
    return _with_words(link, list(link.execute(query).scalars()), words, unwanted, limit)


def _with_words(link: Connection, ids: list[int], words: list[str], unwanted: list[str], limit: int) -> list[int]:
    """The first of some entries that have the words, in the order given. Only for SQLite."""
    match = _fts5("entries", words, unwanted, [])
    index = table("entries_words", column("rowid"))
    there = select(index.c.rowid).where(text("entries_words MATCH :match").bindparams(match=match))
    found = set(link.execute(there.limit(_COMMON)).scalars())
    if len(found) < _COMMON:
        return [id for id in ids if id in found][:limit]
    passed: list[int] = []
    for at in range(0, len(ids), _PIECE):
        piece = ids[at : at + _PIECE]
        having = _indexed(link, piece, match)
        passed += [id for id in piece if id in having]
        if len(passed) >= limit:
            break
    return passed[:limit]


def _indexed(link: Connection, ids: list[int], match: str) -> set[int]:
    """Those of some entries that match, by an index made of them alone.

    FTS5 can't be asked for some rows: it lists all that match, or seeks each row anew, which takes five times as long.
    """
    c = entries.c
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute(f"CREATE VIRTUAL TABLE few USING fts5(what, quote, content='', tokenize='{_TOKENS}')")
        for at in range(0, len(ids), _CHUNK):
            rows = link.execute(select(c.id, c.what, c.quote).where(c.id.in_(ids[at : at + _CHUNK])))
            index.executemany("INSERT INTO few(rowid, what, quote) VALUES (?, ?, ?)", map(tuple, rows))
        return {id for (id,) in index.execute("SELECT rowid FROM few WHERE few MATCH ?", (match,))}


def matching_reports(link: Connection, wanted: Filter, limit: int | None) -> Select[int]:
    """The ids of the reports whose text has the words, the latest first. Kinds and parties don't count here."""
    c = reports.c
    query = select(c.id).where(CURRENT).order_by(c.date.desc(), c.id.desc())
    if wanted.since:
        query = query.where(c.date >= wanted.since)
    if wanted.until:
        query = query.where(c.date <= wanted.until, c.date != "")
    only_words = Filter(words=wanted.words, since=wanted.since, until=wanted.until)
    query = _in_index(link, query, c.id, "reports", only_words, limit)
    return query.limit(limit) if limit is not None else query


def has_party(link: Connection, code: str) -> bool:
    """Whether any entry names the party with that code."""
    c = entry_parties.c
    return link.execute(select(c.code).where(c.code == code).limit(1)).first() is not None


def code_of(link: Connection, name: str) -> str:
    """The code of a party that people name by its code or its name ("North Korea"), in any case; else the name itself.

    First as the tables of the lexicon have it, then as the archive does.
    """
    if known := code_called(name):
        return known
    c = entry_parties.c
    for code in dict.fromkeys((name, name.upper(), name.lower())):
        if has_party(link, code):
            return code
    if not asked(name)[0]:
        return name
    named = matching_entries(link, Filter(words=f'"{name}"', kinds=("parties",)), 50)
    rows = link.execute(
        select(entries.c.what, c.code).join(entry_parties, c.entry_id == entries.c.id).where(entries.c.id.in_(named))
    )
    return next((row.code for row in rows if row.what.lower() == name.lower()), name)


def _plain(wanted: Filter) -> list[ColumnElement[bool]]:
    c = entries.c
    found: list[ColumnElement[bool]] = [COUNTED]
    if wanted.since:
        found.append(c.said >= wanted.since)
    if wanted.until:
        found += [c.said <= wanted.until, c.said != ""]
    if wanted.min_confidence:
        found.append(c.confidence >= wanted.min_confidence)
    if wanted.verdicts:
        found.append(c.verdict.in_(wanted.verdicts))
    elif not wanted.rejected:
        found.append(c.verdict != "reject")
    return found


def _in_index(
    link: Connection, query: Select[int], id: ColumnElement[int], name: str, wanted: Filter, limit: int | None
) -> Select[int]:
    groups = _marks(wanted)
    words, unwanted = _words(wanted)
    if not words and not groups:
        return query
    left_out = _left_out(wanted) if words else []
    if left_out:
        groups = groups[1:]
    others = [g for g in groups if not g[0].startswith("xday")]
    if not words and not others:  # the days alone are better asked of the table
        return query
    if link.dialect.name != "sqlite":
        kinds = _kind_column(wanted.kinds) if not words and wanted.since else []
        if kinds:  # the index over kind and day looks at fewer rows than a list of all that have a mark
            query = query.where(or_(*kinds))
            others = others[1:]
        return _tsquery(query, words, unwanted, others, left_out) if words or others else query
    match = _fts5(name, words, unwanted, groups, left_out)
    index = table(f"{name}_words", column("rowid"))
    found = select(index.c.rowid).where(text(f"{name}_words MATCH :match").bindparams(bindparam("match", match)))
    if limit is not None:
        found = found.order_by(index.c.rowid.desc()).limit(max(CONSIDERED, 2 * limit))
    return query.where(id.in_(found))


def _words(wanted: Filter) -> tuple[list[str], list[str]]:
    """What must and what must not be there. Raises ArchiveError where only the latter is given."""
    words, unwanted = asked(wanted.words)
    if wanted.words.strip() and not words:
        raise ArchiveError("nothing to search for", remedy="give at least one word that must be there")
    return words, unwanted


def _marks(wanted: Filter) -> list[list[str]]:
    """Groups of marks; of each group one must be there. Marks that follow another after a space must not be there with it."""
    groups = []
    if wanted.kinds:
        groups.append([mark("list" if k in LISTS else "kind", k) for k in wanted.kinds])
    groups += [[mark("party", code)] for code in wanted.parties]
    groups += [_acting(code) for code in wanted.actors]
    if months := _months(wanted.since, wanted.until):
        groups.append([mark("day", m) for m in months])
    return groups


def _acting(code: str) -> list[str]:
    """The marks of one who acts, promises or takes part. Whom something is done or promised to has the mark of a party too."""
    return [mark("actor", code), mark("by", code), " ".join(mark(role, code) for role in ("party", "target", "to"))]


def _left_out(wanted: Filter) -> list[str]:
    """The marks of the few lists that are not asked for where most are: they are sooner taken out than the others joined."""
    if set(wanted.kinds) != set(TELLING):
        return []
    return [mark("list", name) for name in LISTS if name not in TELLING]


def _kind_column(kinds: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """Conditions on the column `kind`, one of which holds; [] where it does not tell these kinds from others."""
    c = entries.c
    if any(k in LISTS and k != "pledges" for k in kinds):
        return []
    return [(c.kind == "pledge") & (c.list == "pledges") if k == "pledges" else c.kind == k for k in kinds]


def _months(since: str, until: str) -> list[str]:
    """The months, or else the years, that a stretch of time touches; [] where it is open or too long."""
    if not since or not until or len(since) < 7 or len(until) < 7:
        return []
    first, last = (int(day[:4]) * 12 + int(day[5:7]) - 1 for day in (since, until))
    if last - first < 36:
        return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(first, last + 1)]
    return [f"{y:04d}" for y in range(first // 12, min(last // 12, first // 12 + 200) + 1)]


def _fts5(
    name: str, words: list[str], unwanted: list[str], groups: list[list[str]], left_out: Sequence[str] = ()
) -> str:  # fmt: skip
    """An FTS5 query. Everything is quoted, so that nothing a user types is taken for its syntax."""
    columns = "title text" if name == "reports" else "what quote"
    parts = [f'{{{columns}}} : "{w}"' for w in words]
    for group in groups:
        either = ("(" + " NOT ".join(f'"{m}"' for m in marks.split()) + ")" for marks in group)
        parts.append("marks : (" + " OR ".join(either) + ")")
    joined = " AND ".join(f"({p})" for p in parts)
    nots = [f'{{{columns}}} : "{w}"' for w in unwanted] + [f'marks : "{m}"' for m in left_out]
    return joined + "".join(f" NOT ({part})" for part in nots)


def _tsquery(
    query: Select[int], words: list[str], unwanted: list[str], groups: list[list[str]], left_out: Sequence[str] = ()
) -> Select[int]:  # fmt: skip
    """One tsquery of all conditions: PostgreSQL then walks their lists side by side, and estimates them better."""
    asked_for = [func.phraseto_tsquery("english", bindparam(f"word{n}", w)) for n, w in enumerate(words)]
    either = [" | ".join("(" + " & !".join(marks.split()) + ")" for marks in group) for group in groups]
    asked_for += [func.to_tsquery("simple", bindparam(f"marks{n}", one)) for n, one in enumerate(either)]
    asked_for += [
        func.tsquery_not(func.phraseto_tsquery("english", bindparam(f"not{n}", w))) for n, w in enumerate(unwanted)
    ]
    if left_out:
        asked_for.append(func.tsquery_not(func.to_tsquery("simple", bindparam("left_out", " | ".join(left_out)))))
    whole = asked_for[0]
    for part in asked_for[1:]:
        whole = func.tsquery_and(whole, part)
    indexed: ColumnElement[str] = column("words")
    return query.where(indexed.op("@@")(whole))


def day(value: dt.date | str | None) -> str:
    """A day as the archive writes it. Raises InputError where it can't be read."""
    if not value:
        return ""
    if isinstance(value, str):
        from detente.sources import parse_date

        return parse_date(value).isoformat()
    return value.isoformat()


def only(words: Sequence[str] | str) -> tuple[str, ...]:
    """One or several values as a tuple."""
    return (words,) if isinstance(words, str) else tuple(words)
