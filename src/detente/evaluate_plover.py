"""Scores event codes against PLOVER's gold records."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from detente.errors import InputError
from detente.evaluate import Reader, Values, read_json
from detente.record import Record

_CLASSES = frozenset({
    "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "REQUEST", "ACCUSE",
    "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT", "INVESTIGATE",
})  # fmt: skip
#: Classes under names of other versions of PLOVER; investigating is scored as accusing.
_SAME_CLASS = {
    "DEMAND": "REQUEST", "FIGHT": "ASSAULT", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE",
}  # fmt: skip
#: Acts that several parties do with each other when no target is named.
_JOINT = ("meet", "agree", "pledge", "suspend")
#: Misspelt and outdated country codes; a former state stands for each of its successors.
_COUNTRIES = {
    "JAP": ["JPN"], "ITL": ["ITA"], "VTN": ["VNM"], "TMP": ["TLS"], "ROM": ["ROU"],
    "PAL": ["PSE"], "MGO": ["MNE"], "ZAR": ["COD"], "BUR": ["MMR"], "ANG": ["AGO"],
    "SCG": ["SRB", "MNE"], "YUG": ["SRB", "MNE"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """A coded event: a PLOVER class (None if it has none), source and target country codes."""

    event: str | None
    source: tuple[str, ...]
    target: tuple[str, ...]

    def turned(self) -> Event:
        """The event with source and target exchanged."""
        return Event(self.event, self.target, self.source)

    def __str__(self) -> str:
        return f"{self.event} {','.join(self.source) or '–'} → {','.join(self.target) or '–'}"


def load_plover(path: str | Path) -> list[Values]:
    """PLOVER gold records out of a JSON list. Raises InputError when the file is none."""
    raw = read_json(path)
    if not isinstance(raw, list):
        raise InputError("is not a list of PLOVER records", name=str(path))
    for number, record in enumerate(raw, 1):
        if not isinstance(record, dict):
            raise InputError(f"record {number}: is not an object", name=str(path))
        for key in ("id", "event") if record.get("event") == "DOCUMENT" else ("id", "event", "text"):
            if not isinstance(record.get(key), str):
                message = f"record {record.get('id', number)}: {key}: is missing"
                raise InputError(message, name=str(path))
    return raw


def numbered(records: Iterable[Values]) -> Iterator[tuple[str, Values]]:
    """Records with their ids; the second with an id "X" is "X#2". Documentation is left out."""
    seen: Counter[str] = Counter()
    for record in records:
        if record["event"] != "DOCUMENT":
            id = record["id"]
            seen[id] += 1
            yield (id if seen[id] == 1 else f"{id}#{seen[id]}"), record


def plover_events(record: Record) -> list[Values]:
    """The coded events of a record: `class`, `source` and `target` codes.

    Parties stand for the states they belong to, organisations for IGO. Of a joint act without a
    target (they met, they agreed) all are both source and target.
    """
    states = {p.code: "IGO" if p.kind == "organisation" else p.state for p in record.parties}
    found = []
    for act in [*record.acts, *record.away]:
        if act.plover is not None:
            source, target = ([states.get(code) or code for code in side] for side in act.sides)
            if act.kind in _JOINT and len(source) > 1 and not target:
                target = source
            found.append({"class": act.plover.event, "source": source, "target": target})
    return found


def _countries(value: Any) -> list[str]:
    """The country codes of an actor field, a string, an object with `code`, or a list of these."""
    found: list[str] = []
    for item in [value] if isinstance(value, str | dict) else value or []:
        code = ((item.get("code") if isinstance(item, dict) else item) or "").strip().upper()[:3]
        if len(code) == 3 and code.isalpha():
            found += _COUNTRIES.get(code, [code])
    return found


def _coded(events: Iterable[Values], id: str) -> set[Event]:
    """The events of a prediction, each once."""
    found = set()
    for event in events:
        name = (event.get("class") or "").strip().upper() or None
        name = _SAME_CLASS.get(name, name) if name else None
        if name and name not in _CLASSES:
            raise InputError(f"unknown PLOVER class {name!r}", name=id)
        sides = (tuple(sorted({*_countries(event.get(key))})) for key in ("source", "target"))
        found.add(Event(name, *sides))
    return found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The gold event of a PLOVER record."""

    event: str
    source: list[str]
    target: list[str]

    def has_source(self, event: Event) -> bool:
        return not self.source or not {*self.source}.isdisjoint(event.source)

    def has_dyad(self, event: Event) -> bool:
        """Whether source and target are right; two sources without a target are mutual."""
        if self.target:
            return self.has_source(event) and not {*self.target}.isdisjoint(event.target)
        if len(self.source) < 2:
            return self.has_source(event)
        places = range(len(self.source))
        return any(
            self.source[i] in event.source and self.source[j] in event.target
            for i, j in product(places, places)
            if i != j
        )


def _wanted(record: Values) -> _Wanted:
    sides = [
        _countries([actor for actor in record.get(key) or [] if isinstance(actor, dict)])
        for key in ("source", "target")
    ]
    event: str = record["event"]
    return _Wanted(_SAME_CLASS.get(event, event), *sides)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


@dataclass(slots=True)
class PloverScores:
    """How many gold records have their event found, and how many coded events are right.

    `right` counts records by measure: a the class, b with its source, c with its target too, d as
    c in either direction, dyad the parties under any class. The gold has one event a sentence, so
    the precisions are lower bounds.
    """

    records: int = 0
    right: Counter[str] = field(default_factory=Counter)
    events: int = 0
    events_with_class: int = 0
    events_right: int = 0
    events_full: int = 0
    pairs: int = 0
    empty: int = 0
    by_class: dict[str, Counter[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def to_dict(self) -> Values:
        """Shares of records by measure, precisions, F1 and counts."""
        found: Values = {m: _share(self.right[m], self.records) for m in _MEASURES}
        precision, recall = _share(self.right["a"], self.pairs), found["a"]
        both = precision + recall
        found |= {
            "precision of class, all coded events": _share(self.events_right, self.events),
            "precision of class, events with a PLOVER class": _share(self.events_right, self.events_with_class),
            "precision of class+source+target, all coded events": _share(self.events_full, self.events),
            "precision of class, (sentence, class) pairs": precision,
            "F1 of class, pairs against a": round(2 * precision * recall / both, 4) if both else 0.0,
            "sentences": self.records,
            "events coded": self.events,
            "(sentence, class) pairs": self.pairs,
            "sentences with no event": self.empty,
        }
        columns = ("gold", "a", "b", "c", "predicted")
        table = {k: {c: v[c] for c in columns} for k, v in sorted(self.by_class.items())}
        return found | {"by class": table}


_MEASURES = ("a", "b", "c", "d", "dyad")


def score_plover(records: Iterable[Values], predictions: Mapping[str, Sequence[Values]]) -> PloverScores:
    """Scores coded events by record id (as `numbered` gives them) against PLOVER gold records.

    An event has a PLOVER `class` (None: a coded event that has none), `source` and `target` codes
    of which the first three letters count. Raises InputError on an unknown id or class.
    """
    gold = dict(numbered(records))
    if unknown := sorted(set(predictions) - set(gold)):
        raise InputError("is no id of the PLOVER records", name=unknown[0])
    scores = PloverScores()
    for id, record in gold.items():
        _score_record(scores, id, record, _coded(predictions.get(id) or [], id))
    return scores


def _score_record(scores: PloverScores, id: str, record: Values, events: set[Event]) -> None:
    wanted = _wanted(record)
    right = [e for e in events if e.event == wanted.event]
    full = [e for e in right if wanted.has_dyad(e)]
    hits = {
        "a": bool(right),
        "b": any(map(wanted.has_source, right)),
        "c": bool(full),
        "d": bool(full) or any(wanted.has_dyad(e.turned()) for e in right),
        "dyad": any(map(wanted.has_dyad, events)),
    }
    classes = {e.event for e in events if e.event}
    scores.records += 1
    scores.right.update({name: int(hit) for name, hit in hits.items()})
    scores.events += len(events)
    scores.events_with_class += sum(e.event is not None for e in events)
    scores.events_right += len(right)
    scores.events_full += len(full)
    scores.pairs += len(classes)
    scores.empty += not events
    row = scores.by_class.setdefault(wanted.event, Counter())
    row.update({"gold": 1} | {name: int(hits[name]) for name in "abc"})
    for name in classes:
        scores.by_class.setdefault(name, Counter())["predicted"] += 1
    if not hits["c"]:
        aim = Event(wanted.event, tuple(wanted.source), tuple(wanted.target))
        read = "; ".join(sorted(map(str, events))) or "–"
        text = " ".join(str(record.get("text", "")).split())
        scores.errors.append(f"{id}\n    gold: {aim}\n    read: {read}\n    “{text}”")


def evaluate_plover(records: str | Path | Iterable[Values], read: Reader) -> PloverScores:
    """Reads the texts of PLOVER gold records, a file or a list, and scores the events read."""
    gold = load_plover(records) if isinstance(records, str | Path) else list(records)
    predictions = {}
    for id, record in numbered(gold):
        try:
            day = dt.date.fromisoformat(record["date"]) if record.get("date") else None
        except (TypeError, ValueError):
            raise InputError(f"date: {record['date']!r} is not a day", name=id) from None
        predictions[id] = plover_events(read(record["text"], day, id, ""))
    return score_plover(gold, predictions)
