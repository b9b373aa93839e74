"""What people say of entries, and how it outlives every reading.

A judgement names its entry by report, list, kind, span and content. After a new reading it is found again,
in this order: the entry with the same content; else the entry of the same list whose quote overlaps (or,
in a revised text, is the same words) and whose wording is close enough; else, for what was accepted or
corrected, the entry itself is put back, as long as its quote still stands in the text. A rejection of what
is no longer read waits. `settle` does this for one story, together with counting its copies once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from detente.archive.rows import Row, alike, columns, parties, squash
from detente.archive.schema import entries, entry_parties, judgements, reports, stories

VERDICTS = ("accept", "reject", "correct")
#: Two wordings that are this alike, of 100, with overlapping quotes, are the same entry read anew.
_CLOSE = 70


@dataclass(frozen=True, slots=True)
class Judgement:
    """One thing that a person said of an entry. `changes` are the fields that a correction set."""

    id: int
    ref: str
    report: str
    list: str
    kind: str
    quote: str
    verdict: str
    changes: dict[str, Any]
    author: str
    at: str
    reason: str
    undone_by: str = ""
    undone_at: str = ""
    #: Whether it stands on an entry now; False while what it rejects isn't read, or its quote is gone.
    found: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The judgement as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


def judgement(row: RowMapping, found: bool = True) -> Judgement:
    """A judgement from its row."""
    names = [n for n in Judgement.__slots__ if n != "found"]
    return Judgement(**{name: row[name] for name in names}, found=found)


@dataclass(slots=True)
class _Member:
    """A row of the story as it should be: what the row holds, and what it comes to."""

    row: Row
    text: str
    standing: list[Row]

    @property
    def read(self) -> Row:
        return dict(self.row["read"] or self.row["payload"])


def settle(link: Connection, story_id: int) -> None:
    """Brings the entries of a story in line with its reports and with what people said of them.

    The fullest report leads; what others say too is counted with the leader's entry. Calling it twice
    changes nothing the second time.
    """
    copies = _copies(link, story_id)
    if not copies:  # all were taken out
        link.execute(update(stories).where(stories.c.id == story_id).values(size=0, followed=False))
        return
    state = {"lead": copies[0]["id"], "size": len(copies), "followed": False}
    link.execute(update(stories).where(stories.c.id == story_id).values(**state))
    standing = _standing(link, [c["name"] for c in copies])
    ids = [c["id"] for c in copies]
    if len(copies) == 1 and not standing and not _judged(link, ids):
        _count_all(link, ids)
        return
    if standing or _judged(link, ids):
        _drop_put_back(link, ids)
    members = _members(link, copies)
    for copy in copies:
        _attach(link, copy, [m for m in members if m.row["report_id"] == copy["id"]], standing, members)
    _write(link, members)


def _copies(link: Connection, story_id: int) -> list[Row]:
    """The latest revisions of a story's reports, the fullest first, then the latest."""
    c = reports.c
    query = select(c.id, c.name, c.date, c.text, c.size).where(c.story_id == story_id, c.current)
    found = [dict(row) for row in link.execute(query).mappings()]
    return sorted(found, key=lambda r: (-r["size"], tuple(-ord(x) for x in r["date"]), r["name"]))


def _standing(link: Connection, names: list[str]) -> list[Row]:
    """The judgements that hold, oldest first."""
    c = judgements.c
    query = select(judgements).where(c.report.in_(names), c.undone_at == "").order_by(c.id)
    return [dict(row) for row in link.execute(query).mappings()]


def _judged(link: Connection, ids: list[int]) -> bool:
    c = entries.c
    query = select(c.id).where(c.report_id.in_(ids), (c.verdict != "") | (c.origin != "reader")).limit(1)
    return link.execute(query).first() is not None


def _count_all(link: Connection, ids: list[int]) -> None:
    c = entries.c
    apart = c.same_as.is_not(None) | ~c.counted
    link.execute(update(entries).where(c.report_id.in_(ids), apart).values(same_as=None, counted=True))


def _drop_put_back(link: Connection, ids: list[int]) -> None:
    """Entries that only a judgement keeps are made anew each time, so that none outlives its judgement."""
    link.execute(delete(entries).where(entries.c.report_id.in_(ids), entries.c.origin != "reader"))


def _members(link: Connection, copies: list[Row]) -> list[_Member]:
    texts = {c["id"]: c["text"] for c in copies}
    rank = {c["id"]: place for place, c in enumerate(copies)}
    query = select(entries).where(entries.c.report_id.in_(texts))
    found = [_Member(dict(row), texts[row["report_id"]], []) for row in link.execute(query).mappings()]
    return sorted(found, key=lambda m: (rank[m.row["report_id"]], m.row["list"], m.row["position"], m.row["id"]))


# -- judgements find their entries


def _attach(link: Connection, copy: Row, own: list[_Member], standing: list[Row], members: list[_Member]) -> None:
    """Gives the judgements on one report to its entries, putting back what people have kept."""
    by_ref: dict[str, list[Row]] = defaultdict(list)
    for said in standing:
        if said["report"] == copy["name"]:
            by_ref[said["ref"]].append(said)
    known = {m.row["ref"]: m for m in own}
    for ref in [r for r in by_ref if r in known]:
        known[ref].standing += by_ref.pop(ref)
    for ref, all_said in by_ref.items():
        last = all_said[-1]
        member = _nearest(last, [m for m in own if not m.standing])
        if member is None and last["verdict"] != "reject":
            member = _put_back(link, copy, last)
            if member is not None:
                members.append(member)
        if member is not None:
            member.row["ref"] = ref  # the name that people know
            member.standing += all_said


def _nearest(said: Row, candidates: Iterable[_Member]) -> _Member | None:
    """The entry that a judgement means in a new reading, if one is near enough and no other as near."""
    scored = sorted(((_near(said, m), m.row["id"], m) for m in candidates), key=lambda s: (-s[0], s[1]))
    if not scored or scored[0][0] < _CLOSE:
        return None
    return scored[0][2]


def _near(said: Row, member: _Member) -> float:
    row = member.row
    if row["list"] != said["list"] or row["origin"] != "reader":
        return 0.0
    overlaps = row["start"] < said["end"] and said["start"] < row["end"]
    if squash(row["quote"]) != squash(said["quote"]) and not overlaps:
        return 0.0
    old, new = columns(said["list"], said["payload"], "")["what"], columns(said["list"], member.read, "")["what"]
    same_kind = columns(said["list"], member.read, "")["kind"] == said["kind"]
    return alike(old, new) if same_kind else alike(old, new) - 25


def _put_back(link: Connection, copy: Row, said: Row) -> _Member | None:
    """The entry that a person kept, though the reader no longer gives it; None where its quote is gone."""
    payload = dict(said["payload"])
    payload["evidence"] = found_again(payload["evidence"], copy["text"])
    if not payload["evidence"]:
        return None
    row = columns(said["list"], payload, copy["date"]) | {
        "ref": said["ref"], "report_id": copy["id"], "list": said["list"], "position": 1_000_000 + said["id"],
        "story_id": select(reports.c.story_id).where(reports.c.id == copy["id"]).scalar_subquery(),
        "origin": "person", "counted": True, "verdict": "",
    }  # fmt: skip
    made = link.execute(insert(entries).values(**row)).inserted_primary_key
    assert made is not None
    stored = link.execute(select(entries).where(entries.c.id == made[0])).mappings().one()
    _replace_parties(link, made[0], payload)
    return _Member(dict(stored), copy["text"], [])


def found_again(evidence: list[Row], text: str) -> list[Row]:
    """The quotes that still stand in a text: where they stood, or at the only other place."""
    found = []
    for quote in evidence:
        if text[quote["start"] : quote["end"]] == quote["quote"]:
            found.append(quote)
        elif quote["quote"] and text.count(quote["quote"]) == 1:
            start = text.index(quote["quote"])
            found.append({"start": start, "end": start + len(quote["quote"]), "quote": quote["quote"]})
    return found


# -- what it all comes to


def _write(link: Connection, members: list[_Member]) -> None:
    """Groups entries that say the same, applies what people said to the whole group, writes what changed."""
    groups: dict[tuple[str, str, int], list[_Member]] = defaultdict(list)
    seen: dict[tuple[int, str], int] = defaultdict(int)
    for member in members:
        row = member.row
        nth = seen[row["report_id"], row["fingerprint"]]
        seen[row["report_id"], row["fingerprint"]] += 1
        groups[row["list"], row["fingerprint"], nth].append(member)
    for group in groups.values():
        said = sorted((s for m in group for s in m.standing), key=lambda s: s["id"])
        first = group[0].row["id"]
        for member in group:
            _write_one(link, member, said, None if member.row["id"] == first else first)


def _write_one(link: Connection, member: _Member, said: list[Row], same_as: int | None) -> None:
    row, read = member.row, member.read
    changes: Row = {}
    for one in said:
        changes |= one["changes"]
    if quoted := changes.pop("evidence", None):  # it lies elsewhere in a copy, and in a revised text, or is gone
        changes |= {"evidence": there} if (there := found_again(quoted, member.text)) else {}
    payload = read | changes
    verdict = said[-1]["verdict"] if said else ""
    fresh = columns(row["list"], payload, row["said"])
    del fresh["fingerprint"]  # always that of the reading: copies must find each other
    fresh |= {
        "ref": row["ref"], "verdict": verdict, "read": read if changes else None,
        "same_as": same_as, "counted": same_as is None,
    }  # fmt: skip
    stored = link.execute(select(*(entries.c[k] for k in fresh)).where(entries.c.id == row["id"])).mappings().one()
    changed = {k: v for k, v in fresh.items() if stored[k] != v}
    if changed:
        link.execute(update(entries).where(entries.c.id == row["id"]).values(**changed))
    if "payload" in changed:
        _replace_parties(link, row["id"], payload)


def _replace_parties(link: Connection, entry_id: int, payload: Row) -> None:
    link.execute(delete(entry_parties).where(entry_parties.c.entry_id == entry_id))
    rows = [{"entry_id": entry_id, "role": role, "code": code} for role, code in parties(payload)]
    if rows:
        link.execute(insert(entry_parties), rows)
