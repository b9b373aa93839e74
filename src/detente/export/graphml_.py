"""GraphML: parties, meetings and pledges as nodes, acts and ties between them as edges, by networkx."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

from detente.export.common import AnyReport, LeftOut, Pair, acts, day_of, legal, quote, stable
from detente.record import Meeting, Party, Pledge, Record

if TYPE_CHECKING:
    from networkx import MultiDiGraph


def write(pairs: Iterable[Pair], file: IO[bytes]) -> LeftOut:
    """Writes one graph of all records. Links in words and figures have no ends to tie and are left out."""
    import networkx  # slow to load

    found = LeftOut()
    graph = networkx.MultiDiGraph()
    for report, record in pairs:
        _add(graph, report, record, found)
    networkx.write_graphml(graph, file, encoding="utf-8", prettyprint=False)
    return found


def _add(graph: MultiDiGraph[str], report: AnyReport, record: Record, found: LeftOut) -> None:
    for party in record.parties:
        _party(graph, party.code, party)
    for name, place, act in acts(record):
        if not act.actors or not act.targets:
            if act.kind != "meet":
                found["acts without both parties"] += 1
            continue
        for actor in act.actors:
            for target in act.targets:
                graph.add_edge(
                    _party(graph, actor), _party(graph, target),
                    **_plain(sort="act", kind=act.kind, date=day_of(act, report), about=act.about, cameo=act.cameo,
                             confidence=round(act.confidence, 2), fact=f"{record.id}-{name}-{place}",
                             report=record.id, quote=quote(act)),
                )  # fmt: skip
    for meeting in record.meetings:
        _meeting(graph, meeting, record)
    for pledge in record.pledges:
        _pledge(graph, pledge, record)
    for name in ("links", "figures"):
        if getattr(record, name):
            found[f"{name}: they tie words, not nodes"] += len(getattr(record, name))


def _meeting(graph: MultiDiGraph[str], meeting: Meeting, record: Record) -> None:
    same = (sorted(meeting.parties) or meeting.name.lower(), meeting.start or record.id, meeting.ordinal)
    node = f"meeting-{stable(*same)}"
    graph.add_node(
        node,
        **_plain(sort="meeting", label=meeting.name, start=meeting.start, end=meeting.end, place=meeting.place,
                 status=meeting.status, level=meeting.level, ordinal=meeting.ordinal, quote=quote(meeting)),
    )  # fmt: skip
    for code in meeting.parties:
        graph.add_edge(_party(graph, code), node, **_plain(sort="takes part", report=record.id))


def _pledge(graph: MultiDiGraph[str], pledge: Pledge, record: Record) -> None:
    node = f"pledge-{stable(sorted(pledge.by), ' '.join(pledge.what.lower().split()), pledge.due)}"
    graph.add_node(
        node, **_plain(sort="pledge", label=pledge.what, due=pledge.due, place=pledge.place, quote=quote(pledge))
    )
    for code in pledge.by:
        graph.add_edge(_party(graph, code), node, **_plain(sort="promises", report=record.id))
    for code in pledge.to:
        graph.add_edge(node, _party(graph, code), **_plain(sort="promised to", report=record.id))


def _party(graph: MultiDiGraph[str], code: str, party: Party | None = None) -> str:
    """The node of a party, made where it is not there yet."""
    code = legal(code)
    if party is not None:
        graph.add_node(code, **_plain(sort="party", label=party.name, kind=party.kind, state=party.state))
    elif code not in graph:
        graph.add_node(code, **_plain(sort="party", label=code))
    return code


def _plain(**values: Any) -> dict[str, Any]:
    """Values as GraphML holds them: no empty ones, no lists."""
    return {k: legal(v) if isinstance(v, str) else v for k, v in values.items() if v not in ("", None)}
