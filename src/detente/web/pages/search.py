"""Search: what was said, promised and arranged, by words, kinds, parties, talks and days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from detente.archive import glances
from detente.archive import search as words_of
from detente.archive.board import named
from detente.archive.search import TELLING, Filter, Hit
from detente.archive.store import Archive, Kept
from detente.errors import InputError
from detente.follow.naming import display
from detente.record import Act, Entry, Figure, Link, Meeting, Pledge
from detente.view import STANCES, human_period
from detente.web import plain
from detente.web.desk import AtDesk
from detente.web.plain import Plain, paged
from detente.web.render import Pages, View

router = Pages()
#: Results on a page, reports shown for their text, values of a facet; hits that are counted at most.
SIZE, TEXTS, VALUES, COUNTED = 20, 6, 12, 5_000
#: What each kind of act is in words.
DOES = {kind: one for one, _, kinds, _ in STANCES for kind in kinds} | {"propose": "proposes", "pledge": "promises"}
SURE = ("0.5", "0.7", "0.9")


@router.page("/search", csv=True)
def search(
    desk: AtDesk, q: str = "", kind: str = "", party: str = "", process: str = "", since: str = "", until: str = "",
    min_confidence: str = "", page: str = "",
) -> View:  # fmt: skip
    """Entries as quotes, with counts by kind, party, process and year; and reports whose text has the words."""
    desk.following()
    wanted = Filter(
        words=q, kinds=(kind,) if kind else TELLING, parties=(party,) if party else (), since=words_of.day(since),
        until=words_of.day(until), min_confidence=_part(min_confidence),
    )  # fmt: skip
    within = named(desk.archive, process) if process else ""
    hits = glances.hits(desk.archive, wanted, within, COUNTED) if within else desk.archive.hits(wanted, COUNTED)
    told_in = glances.told_in(desk.archive, {h.report for h in hits})
    part = paged(hits, page, SIZE)
    found = [_result(kept) for kept in desk.archive.kept([h.id for h in part.items])]
    texts = (
        _texts(desk.archive, q, since, until) if q and part.at.number == 1 and not (kind or party or process) else []
    )
    data: Plain = {
        "filters": {"q": q, "kind": kind, "party": party, "process": process, "since": since, "until": until,
                    "min_confidence": min_confidence},
        "results": found, "pages": part.plain(), "more_than_counted": len(hits) >= COUNTED,
        "facets": _facets(hits, told_in), "reports": texts,
    }  # fmt: skip
    talks = {process, *(f["value"] for f in data["facets"]["process"])}
    more = {"sure": SURE, "most_texts": TEXTS, "names": glances.names(desk.archive, talks),
            "party_names": {f["value"]: display(f["value"]) for f in data["facets"]["party"]}, "bundles": plain.by_sentence(found), "asked": any(data["filters"].values())}  # fmt: skip
    return View("search.html", f"Search: {q}" if q else "Search", data, lambda: _all(desk.archive, hits), more)


def _all(archive: Archive, hits: Sequence[Hit]) -> Iterator[Plain]:
    for at in range(0, len(hits), 200):
        yield from map(_result, archive.kept([h.id for h in hits[at : at + 200]]))


def _part(asked: str) -> float:
    """A confidence as people give it. Raises InputError on what is none."""
    try:
        found = float(asked or 0)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise InputError(f"{asked!r} is no confidence", remedy="give a number from 0 to 1")
    return found


def _facets(hits: Sequence[Hit], told_in: Mapping[str, Sequence[str]]) -> Plain:
    """How many hits there are of each kind, party, process and year, the most first."""
    return {
        "kind": _counted(h.kind for h in hits),
        "party": _counted(code for h in hits for code in h.parties),
        "process": _counted(id for h in hits for id in told_in.get(h.report, ())),
        "year": sorted(_counted(h.said[:4] for h in hits if h.said), key=lambda f: str(f["value"])),
        "min_confidence": [{"value": sure, "count": sum(h.confidence >= float(sure) for h in hits)} for sure in SURE],
    }  # fmt: skip


def _counted(values: Iterable[str]) -> list[Plain]:
    return [{"value": value, "count": n} for value, n in Counter(values).most_common(VALUES)]


def _texts(archive: Archive, q: str, since: str, until: str) -> list[Plain]:
    """Reports whose text has the words."""
    found = archive.search(q, since=since or None, until=until or None, limit=TEXTS).reports
    return [{"id": p.id, "title": p.title, "date": p.date, "source": p.source, "words": p.words} for p in found]


def _result(kept: Kept) -> Plain:
    """An entry as a line: who does what to whom, with its quotes."""
    entry = kept.entry
    source = kept.sources[0]
    return {
        "ref": kept.ref, "kind": entry.kind if isinstance(entry, Act) else kept.list, **_line(entry),
        "report": kept.report, "date": kept.said, "confidence": round(entry.confidence, 2), "verdict": kept.verdict,
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
