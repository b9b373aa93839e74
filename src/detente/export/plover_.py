"""PLOVER JSON Lines: acts as events of the scheme that succeeded CAMEO."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any

from detente.export.common import AnyReport, LeftOut, Pair, acts, day_of, stable, url
from detente.formats import escaped
from detente.record import Act, Record

#: Kinds whose class is only the nearest that PLOVER has; the event's comment says so.
_NEAREST = frozenset(["propose", "pledge", "comply", "breach"])


def write(pairs: Iterable[Pair], file: IO[bytes]) -> LeftOut:
    """Writes one event a line. Acts without a class, an actor or a day are left out, and counted."""
    found = LeftOut()
    for report, record in pairs:
        for name, place, act in acts(record):
            reason = _missing(act, report)
            if reason:
                found[reason] += 1
                continue
            line = json.dumps(_event(report, record, f"{name}-{place}", act), ensure_ascii=False)
            file.write(escaped(line).encode("utf-8") + b"\n")
        for kind in ("meetings", "pledges", "links", "figures"):
            if getattr(record, kind):
                found[f"{kind}: PLOVER has events only"] += len(getattr(record, kind))
    return found


def _missing(act: Act, report: AnyReport) -> str:
    if act.plover is None:
        return f"acts without a PLOVER class ({act.kind})"
    if not act.sides[0]:
        return "acts without a known actor"
    return "" if day_of(act, report) else "acts without a day"


def _event(report: AnyReport, record: Record, place: str, act: Act) -> dict[str, Any]:
    assert act.plover is not None
    actors, recipients = act.sides
    quote = act.evidence[0] if act.evidence else None
    event: dict[str, Any] = {
        "id": f"{record.id or stable(record.text)}-{place}",
        "date": day_of(act, report),
        "actor": [_entity(code, record) for code in actors],
        "recipient": [_entity(code, record) for code in recipients],
        "event": act.plover.event,
        "mode": [act.plover.mode] if act.plover.mode else [],
        "context": [],
        "event_text": act.about,
    }
    if quote is not None:
        event["text"] = quote.quote
        event["text_info"] = {"sequence": 0, "start": quote.start, "end": quote.end}
    event["cite_info"] = {"url": url(report), "title": report.title, "publication": "", "language": "en",
                          "coder": "Detente", "version": record.version}  # fmt: skip
    if act.kind in _NEAREST:
        event["comment"] = f"{act.kind}: PLOVER has no class of its own for it"
    # what the scheme has no field for
    event |= {"detente_kind": act.kind, "detente_confidence": round(act.confidence, 2), "detente_planned": act.planned}
    if act.said_by:
        event["detente_said_by"] = act.said_by
    return event


def _entity(code: str, record: Record) -> dict[str, str]:
    party = next((p for p in record.parties if p.code == code), None)
    return {"code": party.state or code if party else code, "entity_text": party.name if party else code}
