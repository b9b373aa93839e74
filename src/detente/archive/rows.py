"""Entries as rows and back: what is stored of each, and what makes two of them the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from rapidfuzz import fuzz

from detente.archive import marks
from detente.record import (
    LISTS,
    Act,
    Entry,
    Evidence,
    Figure,
    Link,
    Meeting,
    Party,
    Period,
    Person,
    Pledge,
    Plover,
    Record,
)

Row = dict[str, Any]

#: What the entries of each list are.
TYPES: dict[str, type[Entry]] = {
    "acts": Act, "away": Act, "meetings": Meeting, "pledges": Pledge,
    "links": Link, "parties": Party, "persons": Person, "figures": Figure,
}  # fmt: skip
#: The fields of an entry that name parties, with the role that they give.
ROLES = {"actors": "actor", "targets": "target", "parties": "party", "by": "by", "to": "to"}
#: Letters of a quote that tell it from others, together with kind and wording.
_TAIL = 80


def now() -> str:
    """This moment in UTC, to the second."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def today() -> dt.date:
    """This day where this machine stands."""
    return dt.date.today()


@cache
def lexicon_version() -> str:
    """A short hash over the lexicon's tables: another one means that reports may read otherwise."""
    found = hashlib.sha256()
    for table in sorted((resources.files("detente") / "lexicon").iterdir(), key=lambda t: t.name):
        if table.is_file():
            found.update(table.name.encode() + b"\0" + table.read_bytes())
    return found.hexdigest()[:12]


def squash(words: str) -> str:
    """Letters and digits only, in lower case: what is left when line breaks and quotation marks differ."""
    return "".join(c for c in words.lower() if c.isalnum())


# -- into rows


def entry_rows(record: Record, name: str) -> list[Row]:
    """The rows of a record's entries; `name` is the report's name in the archive."""
    seen: Counter[str] = Counter()
    found = []
    for list_name in LISTS:
        for position, entry in enumerate(getattr(record, list_name)):
            payload = entry.to_dict()
            row = columns(list_name, payload, record.date)
            nth = seen[row["fingerprint"]]
            seen[row["fingerprint"]] += 1
            row |= {"ref": reference(name, row["fingerprint"], nth), "list": list_name, "position": position}
            found.append(row)
    return found


def columns(list_name: str, payload: Row, said: str) -> Row:
    """What is searched and sorted by, out of an entry's plain values; `said` is its report's day."""
    first = payload["evidence"][0] if payload["evidence"] else {"start": 0, "end": 0, "quote": ""}
    time = payload.get("time") or {}
    due = payload.get("due") or ""
    date = due or payload.get("start") or time.get("start") or said
    kind = str(payload.get("kind") or payload.get("level") or list_name.removesuffix("s"))
    return {
        "kind": kind, "date": date, "due": due, "said": said, "confidence": payload["confidence"],
        "start": first["start"], "end": first["end"], "quote": first["quote"], "what": wording(payload),
        "fingerprint": fingerprint(list_name, payload), "payload": payload,
        "marks": marks.of_entry(list_name, kind, said, parties(payload)),
    }  # fmt: skip


def wording(payload: Row) -> str:
    """What an entry is about, in words."""
    parts = (payload.get(key) for key in ("about", "name", "what", "on", "role", "outcome"))
    return " · ".join(str(p) for p in parts if p)


def parties(payload: Row) -> list[tuple[str, str]]:
    """The parties of an entry as (role, code), each once."""
    found = [(role, code) for field, role in ROLES.items() for code in payload.get(field) or ()]
    for field in ("code", "party"):
        if payload.get(field):
            found.append(("party", payload[field]))
    return list(dict.fromkeys(found))


def fingerprint(list_name: str, payload: Row) -> str:
    """A hash of an entry's content, the same in every copy of its story and after every reading.

    Acts, pledges, links and figures are known by kind, wording and quote; meetings by name, number and
    day, since their quotes are many; parties and persons by their names.
    """
    match list_name:
        case "meetings":
            parts = [payload["name"], payload["ordinal"], payload["start"], payload["status"]]
        case "parties":
            parts = [payload["code"]]
        case "persons":
            parts = [payload["name"], payload["party"]]
        case _:
            quote = payload["evidence"][0]["quote"] if payload["evidence"] else ""
            # by its end, since a dateline at its beginning differs from copy to copy
            parts = [payload.get("kind"), wording(payload), payload.get("value"), squash(quote)[-_TAIL:]]
    words = "\0".join([list_name, *(squash(str(p)) for p in parts)])
    return hashlib.sha256(words.encode()).hexdigest()[:24]


def reference(name: str, print_of: str, nth: int) -> str:
    """The name of an entry that people can type: it stays when the report is read anew."""
    return hashlib.sha256(f"{name}\0{print_of}\0{nth}".encode()).hexdigest()[:10]


def alike(one: str, other: str) -> float:
    """How alike two wordings are, 0..100."""
    return fuzz.token_set_ratio(one.lower(), other.lower()) if one or other else 100.0


# -- out of rows


def entry(list_name: str, payload: Row) -> Entry:
    """An entry from its plain values. Unknown fields, as a newer version may write, are left out."""
    kind = TYPES[list_name]
    names = {f.name for f in dataclasses.fields(kind)}
    values = {k: v for k, v in payload.items() if k in names}
    values["evidence"] = [Evidence(**e) for e in payload.get("evidence", ())]
    if values.get("time"):
        values["time"] = Period(**values["time"])
    if values.get("plover"):
        values["plover"] = Plover(**values["plover"])
    return kind(**values)


def record(head: Row, lists: Iterable[tuple[str, int, Row]]) -> Record:
    """A record from `head` (id, title, date, …) and its entries as (list, position in it, plain values).

    Where entries are missing, as rejected ones are, what acts are about (`of`) still points to the same acts.
    """
    found: dict[str, list[tuple[int, Entry]]] = {name: [] for name in LISTS}
    for list_name, position, payload in lists:
        found[list_name].append((position, entry(list_name, payload)))
    for pairs in found.values():
        pairs.sort(key=lambda pair: pair[0])
    place = {old: new for new, (old, _) in enumerate(found["acts"])}
    for _, act in found["acts"]:
        assert isinstance(act, Act)
        act.of = [place[i] for i in act.of if i in place]
    lists_of: dict[str, Any] = {name: [e for _, e in pairs] for name, pairs in found.items()}
    return Record(**head, **lists_of)


def record_from_dict(values: Row) -> Record:
    """A record as `Record.to_dict()` and `detente read --format jsonl` write it."""
    head = {k: str(values.get(k) or "") for k in ("id", "title", "date", "source", "version", "text")}
    head_all: Row = {**head, "warnings": list(values.get("warnings") or ())}
    return record(head_all, _listed(values))


def _listed(values: Row) -> Iterator[tuple[str, int, Row]]:
    for name in LISTS:
        for position, payload in enumerate(values.get(name) or ()):
            yield name, position, payload
