"""What people said, handed on with the reports: out of one archive as plain values, and into another.

A judgement goes with the report of its entry, all decisions with the first report. What comes in is checked as what
people type is, since a file may come from anywhere.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, RowMapping, Table, insert, select, update

from detente.archive import database
from detente.archive.corrections import changeable, changed_fields
from detente.archive.judgements import VERDICTS, found_again, settle
from detente.archive.rows import TYPES, Row, columns
from detente.archive.schema import decisions, entries, judgements, reports
from detente.errors import ArchiveError
from detente.follow import Decision
from detente.follow.decisions import check
from detente.record import Evidence

if TYPE_CHECKING:
    from detente.archive.store import Archive, Stored
    from detente.record import Record

#: What neither database can hold, as JSON writes it.
_UNSTORABLE = re.compile(r"\\u0000|[\ud800-\udfff]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_REF = re.compile("[0-9a-f]{4,40}")
#: No text is as long; databases hold no larger numbers.
_FAR = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """Who said a thing, when and why, and who took it back."""

    author: str
    at: str
    reason: str
    undone_by: str
    undone_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged(_Said):
    """A judgement, with its entry as it was read."""

    ref: str
    list: str
    payload: dict[str, Any]
    verdict: str
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided(_Said):
    """A decision about a process."""

    kind: str
    process: str
    other: str
    reports: list[str]


_JUDGED, _DECIDED, _QUOTES = TypeAdapter(_Judged), TypeAdapter(_Decided), TypeAdapter(list[Evidence])
_ENTRIES: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in TYPES.items()}


# -- out of an archive


def with_said(
    archive: Archive, pairs: Iterable[tuple[Stored, Record]], *, copies: bool
) -> Iterator[tuple[Stored, Record]]:
    """The same reports and records, each report with what people said of it.

    What was said of its copies goes with it too, unless these come themselves (`copies`).
    """
    judged: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    with database.reading(archive.engine) as link:
        for row in link.execute(select(judgements).order_by(judgements.c.id)).mappings():
            judged[row["report"]].append((row["id"], _plain(row, _Judged)))
        decided = [_plain(row, _Decided) for row in link.execute(select(decisions).order_by(decisions.c.id)).mappings()]
    for stored, record in pairs:
        names = [stored.id] if copies else [source.id for source in stored.sources]
        own = sorted((one for name in names for one in judged.get(name, ())), key=lambda one: one[0])
        said = {"judgements": [values for _, values in own], "decisions": decided}
        yield replace(stored, said={name: values for name, values in said.items() if values}), record
        decided = []


def _plain(row: RowMapping, kind: type[_Said]) -> Row:
    return {field.name: row[field.name] for field in dataclasses.fields(kind)}


# -- into an archive


def take_in(link: Connection, name: str, said: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Keeps what was said elsewhere of a report of this archive: how much is new here, and why some was refused."""
    query = select(reports).where(reports.c.name == name, reports.c.current)
    report = link.execute(query).mappings().first()
    refused: list[str] = []

    def rows(key: str, row: Callable[[Any], Row]) -> Iterator[Row]:
        given = said.get(key)
        for one in given if isinstance(given, list) else ():
            try:
                yield row(_storable(one))
            except (ArchiveError, ValidationError, ValueError) as error:
                refused.append(f"one of its {key} was not taken in: {_first_line(error)}")

    found = 0
    if report is not None:  # of one that is taken out here nobody asks
        own = _own(link, report["id"])
        judged = rows("judgements", lambda one: _judgement(_JUDGED.validate_python(one), report, own))
        if found := _put(link, judgements, judged, ("report", "ref", "verdict")):
            settle(link, report["story_id"])
    decided = rows("decisions", lambda one: _decision(_DECIDED.validate_python(one)))
    return found + _put(link, decisions, decided, ("kind", "process", "other", "reports")), refused


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)


def _storable(values: Any) -> Any:
    """The values, if a database holds them. Raises ValueError where it does not."""
    if _UNSTORABLE.search(json.dumps(values, ensure_ascii=False, allow_nan=False)):
        raise ValueError("it has characters that can't be stored")
    return values


def _own(link: Connection, report_id: int) -> dict[str, str]:
    """The names of the entries of a report, with their fingerprints, in order."""
    c = entries.c
    query = select(c.ref, c.fingerprint).where(c.report_id == report_id).order_by(c.id)
    return {row.ref: row.fingerprint for row in link.execute(query)}


def _who(one: _Said) -> Row:
    """Who said it and when. Raises ValueError where nobody did, or at no moment."""
    if not one.author.strip() or not _MOMENT.fullmatch(one.at) or not _MOMENT.fullmatch(one.undone_at or one.at):
        raise ValueError("it tells not who said it, or when")
    return {name: getattr(one, name) for name in ("author", "at", "reason", "undone_by", "undone_at")}


def _judgement(one: _Judged, report: RowMapping, own: Mapping[str, str]) -> Row:
    """The row of a judgement on an entry of a report. Raises ArchiveError, ValueError on what can't be."""
    if one.verdict not in VERDICTS or one.list not in TYPES or not _REF.fullmatch(one.ref):
        raise ValueError(f"there is no {one.verdict!r} of {one.list!r}")
    entry = _ENTRIES[one.list].validate_python(one.payload)
    payload = entry.to_dict()
    told = {field: payload[field] for field in changeable(one.list) if payload[field]}
    changed_fields(one.list, payload, told, one.ref)
    if not 0 <= entry.confidence <= 1 or not all(0 <= e.start <= e.end < _FAR for e in entry.evidence):
        raise ValueError("no reader gives such an entry")
    row = columns(one.list, payload, "")
    same = (ref for ref, print_of in own.items() if print_of == row["fingerprint"])
    return _who(one) | {
        "ref": one.ref if one.ref in own else next(same, one.ref), "report": report["name"], "list": one.list,
        "payload": payload, "verdict": one.verdict, "changes": _changes(one, payload, report["text"]),
    } | {name: row[name] for name in ("kind", "start", "end", "quote", "fingerprint")}  # fmt: skip


def _changes(one: _Judged, payload: Row, text: str) -> Row:
    """What a correction changes. Raises ArchiveError on what can't be; evidence must stand in the text, as always."""
    wanted = {field: value for field, value in one.changes.items() if field != "evidence"}
    changed = changed_fields(one.list, payload, wanted, one.ref) if wanted else {}
    quoted = _QUOTES.validate_python(one.changes.get("evidence", []))
    evidence = found_again([dataclasses.asdict(e) for e in quoted], text)
    if one.verdict == "correct" and not (changed or evidence):
        raise ValueError("it corrects nothing, or its quote is gone")
    return changed | ({"evidence": evidence} if evidence else {})


def _decision(one: _Decided) -> Row:
    """The row of a decision. Raises ValueError on what can't be; what it is about may still come."""
    check(Decision(one.kind, one.process, one.other, tuple(one.reports)))
    values = {name: getattr(one, name) for name in ("kind", "process", "other", "reports")}
    return _who(one) | values


def _put(link: Connection, table: Table, rows: Iterable[Row], same: Sequence[str]) -> int:
    """Keeps what isn't there, and that what is there was taken back; how much that was."""
    c, found = table.c, 0
    for row in rows:
        alike = [c[name] == row[name] for name in ("author", "at")]
        there = [r for r in link.execute(select(table).where(*alike)).mappings() if all(r[n] == row[n] for n in same)]
        if not there:
            link.execute(insert(table).values(**row))
        elif row["undone_at"] and not there[0]["undone_at"]:
            undone = {name: row[name] for name in ("undone_by", "undone_at")}
            link.execute(update(table).where(c.id == there[0]["id"]).values(**undone))
        else:
            continue
        found += 1
    return found
