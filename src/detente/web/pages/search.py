"""Search: what was said, promised and arranged, by words, kinds, parties, talks and days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from detente.archive import glances
from detente.archive import search as words_of
from detente.archive.board import named
from detente.archive.search import TELLING, Filter
from detente.archive.store import Archive, Kept
from detente.follow.naming import display
from detente.record import AWAY_KINDS, LISTS, TABLE_KINDS, Act, Entry, Figure, Link, Meeting, Pledge
from detente.view import STANCES, human_period
from detente.web import plain, twins
from detente.web.desk import AtDesk
from detente.web.plain import Day, Plain, iso, paged
from detente.web.render import Pages, View

router = Pages()
#: Results on a page, reports shown for their text, values of a facet; hits that are counted at most.
SIZE, TEXTS, VALUES, COUNTED = 20, 6, 12, 500
#: What each kind of act is in words.
DOES = {kind: one for one, _, kinds, _ in STANCES for kind in kinds} | {"propose": "proposes", "pledge": "promises"}
SURE = ("0.5", "0.7", "0.9")
Kind = Annotated[str, Query(json_schema_extra={"enum": ["", *TABLE_KINDS, *AWAY_KINDS, *LISTS]})]
Sureness = Annotated[float, Field(ge=0, le=1)] | Literal[""]


@router.page("/search", csv=True)
def search(
    desk: AtDesk, q: Annotated[str, Query(max_length=500)] = "", kind: Kind = "", party: str = "", process: str = "",
    since: Day = "", until: Day = "", min_confidence: Sureness = "", page: str = "",
) -> View:  # fmt: skip
    """Entries as quotes, with counts by kind, party, process and year; and reports whose text has the words."""
    desk.following()
    wanted = Filter(
        words=q, kinds=(kind,) if kind else TELLING, parties=(party,) if party else (), since=iso(since),
        until=iso(until), min_confidence=min_confidence or 0.0,
    )  # fmt: skip
    within = named(desk.archive, process) if process else ""
    empty = bool(q.strip()) and not words_of.asked(q)[0]
    hits = [] if empty else glances.matching(desk.archive, wanted, within, COUNTED)
    part = paged(hits, page, SIZE)
    kept = desk.archive.kept(part.items)
    told_twice = twins.twins(kept)
    found = [_result(one) | _also(told_twice.get(one.ref)) for one in twins.without(kept, told_twice)]
    texts = (
        _texts(desk.archive, q, iso(since), iso(until))
        if q and not empty and part.at.number == 1 and not (kind or party or process)
        else []
    )
    data: Plain = {
        "filters": {"q": q, "kind": kind, "party": party, "process": process, "since": iso(since), "until": iso(until),
                    "min_confidence": f"{min_confidence:g}" if min_confidence else ""},
        "results": found, "pages": part.plain(), "more_than_counted": len(hits) >= COUNTED,
        "facets": _facets(desk.archive, hits), "reports": texts,
    }  # fmt: skip
    talks = {process, *(f["value"] for f in data["facets"]["process"])}
    more = {"sure": SURE, "most_texts": TEXTS, "names": glances.names(desk.archive, talks),
            "party_names": {f["value"]: display(f["value"]) for f in data["facets"]["party"]}, "bundles": plain.by_sentence(found), "asked": any(data["filters"].values()), "only_without": empty}  # fmt: skip
    return View("search.html", f"Search: {q}" if q else "Search", data, lambda: _all(desk.archive, hits), more)


def _also(act: Kept | None) -> Plain:
    """The act that tells the same as an entry, which stands with it."""
    return {"act": {"ref": act.ref, "confidence": round(act.entry.confidence, 2)} if act is not None else None}


def _all(archive: Archive, hits: Sequence[int]) -> Iterator[Plain]:
    for at in range(0, len(hits), 200):
        yield from map(_result, archive.kept(hits[at : at + 200]))


def _facets(archive: Archive, hits: Sequence[int]) -> Plain:
    """How many hits there are of each kind, party, process and year, the most first."""
    found = glances.facets(archive, hits, [float(sure) for sure in SURE])
    return {
        "kind": _most(found.kind), "party": _most(found.party), "process": _most(found.process),
        "year": sorted(_most(Counter({y: n for y, n in found.year.items() if y})), key=lambda f: str(f["value"])),
        "min_confidence": [{"value": sure, "count": found.sure[float(sure)]} for sure in SURE],
    }  # fmt: skip


def _most(counts: Counter[str]) -> list[Plain]:
    return [{"value": value, "count": n} for value, n in counts.most_common(VALUES)]


def _texts(archive: Archive, q: str, since: str, until: str) -> list[Plain]:
    """Reports whose text has the words."""
    found = archive.passages(q, since=since, until=until, limit=TEXTS)
    return [{"id": p.id, "title": p.title, "date": p.date, "source": p.source, "words": p.words} for p in found]


def _result(kept: Kept) -> Plain:
    """An entry as a line: who does what to whom, with its quotes."""
    entry = kept.entry
    source = kept.sources[0]
    return {
        "ref": kept.ref, "kind": entry.kind if isinstance(entry, Act) else kept.list, **_line(entry),
        "report": kept.report, "date": kept.said, "confidence": round(entry.confidence, 2), "verdict": kept.verdict,
        "corrected": kept.corrected,
        "copies": len(kept.sources) - 1,
        "evidence": [
            {"report_id": kept.report, "date": kept.said, "start": e.start, "end": e.end, "quote": e.quote,
             "title": kept.title, "source": source.source}
            for e in entry.evidence
        ],
    }  # fmt: skip


def _line(entry: Entry) -> dict[str, Any]:
    match entry:
        case Act():
            return {"who": entry.actors, "does": DOES[entry.kind], "to": entry.targets, "what": entry.about, "when": ""}
        case Meeting():
            when = human_period(entry.start, entry.end)
            return {"who": entry.parties, "does": entry.status, "to": [], "what": entry.name, "when": when}
        case Pledge():
            return {"who": entry.by, "does": "promises", "to": entry.to, "what": entry.what, "when": _by(entry.due)}
        case Link():
            return {"who": [], "does": "", "to": [], "what": f"{entry.what} hangs on {entry.on}", "when": entry.kind}
        case Figure():
            what = " ".join(w for w in (f"{entry.value:,.12g}", entry.unit, entry.what) if w)
            return {"who": [], "does": "figure", "to": [], "what": what, "when": human_period(entry.time, "")}
    return {"who": [], "does": "", "to": [], "what": getattr(entry, "name", ""), "when": ""}


def _by(due: str) -> str:
    return f"by {human_period(due, due)}" if due else ""
