"""Scores records against annotated reports, and acts against PLOVER's gold records.

The figures are those of the guidelines' scorer: micro-averaged over a set of reports, an act being
right when its sentence and kind are. Matching is one to one, greedy by falling likeness.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from detente.errors import InputError
from detente.record import KINDS, Record

Values = dict[str, Any]
Reader = Callable[[str, dt.date | None, str, str], Record]
T = TypeVar("T")


# -- gold


@dataclass(slots=True)
class Gold:
    """One annotated report. `sentences` are character spans; `s` in the lists counts them from 1."""

    id: str
    title: str
    date: dt.date | None
    text: str
    sentences: list[tuple[int, int]]
    acts: list[Values] = field(default_factory=list)
    meetings: list[Values] = field(default_factory=list)
    pledges: list[Values] = field(default_factory=list)
    links: list[Values] = field(default_factory=list)


_WORDINGS = {"acts": ("about",), "meetings": ("name",), "pledges": ("what",), "links": ("what", "on")}


def load_gold(path: str | Path, corpus: str | Path | None = None) -> list[Gold]:
    """Reads a gold file: a JSON list of reports with `sentences` and `gold`.

    Where reports stand without their text, it is taken from `corpus` (JSON Lines, also .gz) by id,
    and wordings given as [start, end] offsets become words. Raises InputError, naming the report
    and the field, on a file that is not of this form.
    """
    name = str(path)
    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", name=name) from None
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", name=name) from None
    if not isinstance(raw, list):
        raise InputError("a gold file is a list of reports", name=name)
    bare = {r.get("id") for r in raw if isinstance(r, dict) and "text" not in r}
    texts = _texts(corpus, bare, name) if bare else {}
    return [_gold(r, texts, name) for r in raw]


def _texts(corpus: str | Path | None, wanted: set[Any], name: str) -> dict[str, Values]:
    if corpus is None:
        raise InputError("holds no texts", name=name, remedy="give the corpus with --corpus FILE.jsonl.gz")
    opener = gzip.open if str(corpus).endswith(".gz") else open
    found: dict[str, Values] = {}
    try:
        with opener(corpus, "rt", encoding="utf-8") as lines:
            for line in lines:
                report = json.loads(line)
                if report["id"] in wanted:
                    found[report["id"]] = report
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", name=str(corpus)) from None
    if missing := wanted - set(found):
        raise InputError(f"lacks {len(missing)} reports, such as {sorted(missing)[0]}", name=str(corpus))
    return found


def _gold(raw: Any, texts: dict[str, Values], name: str) -> Gold:
    try:
        source = texts.get(raw["id"], raw)
        text = source["text"]
        date = source.get("date") or ""
        gold = Gold(
            raw["id"], source.get("title") or "", dt.date.fromisoformat(date) if date else None, text,
            [(a, b) for a, b in raw["sentences"]],
        )  # fmt: skip
        for kind, fields in _WORDINGS.items():
            entries = [dict(e) for e in raw["gold"].get(kind) or []]
            for entry in entries:
                for key in fields:
                    if isinstance(entry.get(key), list):
                        start, end = entry[key]
                        entry[key] = " ".join(text[start:end].split())
                if kind == "acts" and entry["kind"] not in KINDS:
                    raise InputError(f"{raw['id']}: unknown kind {entry['kind']!r}", name=name)
            setattr(gold, kind, entries)
    except (KeyError, TypeError, ValueError) as error:
        where = raw.get("id", "?") if isinstance(raw, dict) else "?"
        raise InputError(f"report {where}: {error!r} is missing or malformed", name=name) from None
    return gold


# -- likeness


def tokens(words: str | None) -> Counter[str]:
    """The words of a wording, counted, in lower case."""
    return Counter(re.findall(r"\w+", (words or "").lower()))


def overlap(a: str | None, b: str | None) -> float:
    """Token F1 of two wordings in 0..1; two empty ones agree."""
    x, y = tokens(a), tokens(b)
    if not x or not y:
        return float(not x and not y)
    return 2 * (x & y).total() / (x.total() + y.total())


def sentence_of(sentences: Sequence[Sequence[int]], start: int, end: int) -> int:
    """The number, from 1, of the sentence that overlaps a span most."""
    shared = [min(end, b) - max(start, a) for a, b in sentences]
    return shared.index(max(shared)) + 1


def where(gold: Gold, entry: Values) -> list[int]:
    """The sentences an entry stands in: its own `s`, or those that its evidence overlaps."""
    if "s" in entry:
        return list(entry["s"]) if isinstance(entry["s"], list) else [entry["s"]]
    return [sentence_of(gold.sentences, e["start"], e["end"]) for e in entry["evidence"]]


def codes(entry: Values, key: str) -> set[str]:
    """The parties of a field as comparable names."""
    return {str(p["code"] if isinstance(p, dict) else p).strip().casefold() for p in entry.get(key) or []}


def same_party(a: str, b: str) -> bool:
    """Whether two names of parties without a code may mean the same: acronyms, shared words."""
    if a == b:
        return True
    if max(len(a), len(b)) <= 3:
        return False

    def initials(name: str) -> str:
        return "".join(word[0] for word in re.findall(r"\w+", name))

    return overlap(a, b) >= 0.5 or initials(a) == b or initials(b) == a


_PARTY_FIELDS = ("actors", "targets", "parties", "by")
_PARTY_LISTS = ("acts", "meetings", "pledges")


def _renamed(gold: Gold, prediction: Values) -> Values:
    """The prediction with parties under the gold's names for them."""
    known = sorted({
        code for kind in _PARTY_LISTS for entry in getattr(gold, kind)
        for key in _PARTY_FIELDS for code in codes(entry, key)
    })  # fmt: skip

    def rename(code: str) -> str:
        return code if code in known else next((k for k in known if same_party(k, code)), code)

    found: Values = {}
    for kind in ("acts", "meetings", "pledges", "links"):
        found[kind] = [
            entry | {k: sorted({rename(c) for c in codes(entry, k)}) for k in _PARTY_FIELDS if k in entry}
            if kind in _PARTY_LISTS else dict(entry)
            for entry in prediction.get(kind) or []
        ]  # fmt: skip
    return found


def match(gold: Sequence[Values], predicted: Sequence[Values], alike: Callable[[Values, Values], float]) -> list[tuple[int, int]]:
    """Pairs of indices, one to one, the likest first; a likeness of 0 never matches."""
    scored = [(-alike(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted)]
    pairs: list[tuple[int, int]] = []
    for likeness, i, j in sorted(scored):
        if likeness < 0 and all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def _alike_acts(g: Values, p: Values) -> float:
    if g["_s"][0] != p["_s"][0] or g["kind"] != p["kind"]:
        return 0
    return 1 + (codes(g, "actors") == codes(p, "actors")) + overlap(g.get("about"), p.get("about"))


def _alike_meetings(g: Values, p: Values) -> float:
    shared = len(set(g["_s"]) & set(p["_s"]))
    a, b = codes(g, "parties"), codes(p, "parties")
    jaccard = len(a & b) / len(a | b) if a | b else 1.0
    return shared + jaccard if shared and jaccard >= 0.5 else 0


def _alike_pledges(g: Values, p: Values) -> float:
    likeness = overlap(g.get("what"), p.get("what"))
    return likeness if g["_s"][0] == p["_s"][0] and likeness >= 0.5 else 0


def _alike_links(g: Values, p: Values) -> float:
    a, b = overlap(g.get("what"), p.get("what")), overlap(g.get("on"), p.get("on"))
    return a + b if g["_s"][0] == p["_s"][0] and a >= 0.5 and b >= 0.5 else 0


_ALIKE = {"acts": _alike_acts, "meetings": _alike_meetings, "pledges": _alike_pledges, "links": _alike_links}


def _same_date(gold: str, predicted: str | None) -> bool:
    """Right at the gold's precision; an empty gold date asks for an empty one."""
    return (predicted or "")[: len(gold)] == gold if gold else not predicted


# -- figures


@dataclass(slots=True)
class Figure:
    """Precision, recall and F1 out of counts."""

    hit: int = 0
    predicted: int = 0
    gold: int = 0

    @property
    def p(self) -> float:
        return self.hit / self.predicted if self.predicted else 0.0

    @property
    def r(self) -> float:
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.p * self.r / (self.p + self.r) if self.p + self.r else 0.0

    def to_dict(self) -> Values:
        return {"p": self.p, "r": self.r, "f1": self.f1, "n": self.gold}


@dataclass(slots=True)
class Error:
    """One thing that differs from the gold, with its likely cause."""

    report: str
    sentence: int
    cause: str
    kind: str
    gold: str
    predicted: str
    quote: str

    def __str__(self) -> str:
        return f"{self.cause:15} {self.report} [{self.sentence}] {self.kind:8} gold: {self.gold or '–'}  read: {self.predicted or '–'}\n    {self.quote}"


@dataclass(slots=True)
class Scores:
    """The figures of a set of reports; `to_dict` has the scorer's names."""

    figures: dict[str, Figure] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    by_kind: dict[str, Figure] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)

    @property
    def record(self) -> float:
        """The headline: the mean F1 of act, who, meeting, pledge and link."""
        return sum(self.figures[k].f1 for k in ("act", "who", "meeting", "pledge", "link")) / 5

    def to_dict(self) -> Values:
        return {k: f.to_dict() for k, f in self.figures.items()} | self.shares | {"record": self.record}


_FIGURES = {"act": "acts", "meeting": "meetings", "pledge": "pledges", "link": "links"}


def score(reports: Iterable[Gold], predictions: dict[str, Values]) -> Scores:
    """Scores predictions, JSON objects by report id, against annotated reports."""
    figures = {k: Figure() for k in ("act", "who", "whom", "meeting", "pledge", "link")}
    right: Counter[str] = Counter()
    result = Scores(figures, {}, {})
    for gold in reports:
        predicted = _renamed(gold, predictions.get(gold.id, {}))
        for name, kind in _FIGURES.items():
            wanted = [e | {"_s": where(gold, e)} for e in getattr(gold, kind)]
            given = [e | {"_s": where(gold, e)} for e in predicted[kind]]
            pairs = match(wanted, given, _ALIKE[kind])
            _add(figures[name], len(pairs), len(given), len(wanted))
            both = [(wanted[i], given[j]) for i, j in pairs]
            _shares(right, kind, both)
            if kind == "acts":
                _parties(figures, wanted, given)
                _kinds(result.by_kind, wanted, given, both)
                result.errors += _errors(gold, wanted, given, pairs)
    for share, name in (("about", "act"), ("when", "meeting"), ("status", "meeting"), ("due", "pledge")):
        hits = figures[name].hit
        result.shares[share] = right[share] / hits if hits else 0.0
    return result


def _add(figure: Figure, hit: int, predicted: int, gold: int) -> None:
    figure.hit += hit
    figure.predicted += predicted
    figure.gold += gold


def _parties(figures: dict[str, Figure], wanted: list[Values], given: list[Values]) -> None:
    for name, key in (("who", "actors"), ("whom", "targets")):
        g, p = (Counter((e["_s"][0], e["kind"], c) for e in entries for c in codes(e, key)) for entries in (wanted, given))
        _add(figures[name], (g & p).total(), p.total(), g.total())


def _kinds(table: dict[str, Figure], wanted: list[Values], given: list[Values], pairs: list[tuple[Values, Values]]) -> None:
    for entries, key in ((wanted, "gold"), (given, "predicted"), ([g for g, _ in pairs], "hit")):
        for entry in entries:
            figure = table.setdefault(entry["kind"], Figure())
            setattr(figure, key, getattr(figure, key) + 1)


def _shares(right: Counter[str], kind: str, pairs: list[tuple[Values, Values]]) -> None:
    for g, p in pairs:
        if kind == "acts":
            right["about"] += overlap(g.get("about"), p.get("about")) >= 0.5
        elif kind == "meetings":
            right["when"] += all(_same_date(g.get(k) or "", p.get(k)) for k in ("start", "end"))
            right["status"] += g.get("status") == p.get("status")
        elif kind == "pledges":
            right["due"] += _same_date(g.get("due") or "", p.get("due"))


def _errors(gold: Gold, wanted: list[Values], given: list[Values], pairs: list[tuple[int, int]]) -> list[Error]:
    """What differs in the acts of a report, each with its cause."""
    found = []
    missed = [g for i, g in enumerate(wanted) if i not in {a for a, _ in pairs}]
    extra = [p for j, p in enumerate(given) if j not in {b for _, b in pairs}]

    def error(cause: str, g: Values | None, p: Values | None) -> Error:
        entry = g or p or {}
        start, end = gold.sentences[entry["_s"][0] - 1]

        def show(e: Values | None) -> str:
            return f"{e['kind']} {','.join(sorted(codes(e, 'actors')))} {e.get('about', '')!r}" if e else ""

        return Error(gold.id, entry["_s"][0], cause, entry["kind"], show(g), show(p), " ".join(gold.text[start:end].split()))

    for g in missed:
        near = [p for p in extra if p["_s"][0] == g["_s"][0] and (
            overlap(g.get("about"), p.get("about")) >= 0.5 or codes(g, "actors") & codes(p, "actors"))]  # fmt: skip
        found.append(error("wrong kind", g, near[0]) if near else error("missed trigger", g, None))
    for p in extra:
        mood = "wrong scope" if any(g["_s"][0] == p["_s"][0] for g in wanted) else "no such act"
        found.append(error(mood, None, p))
    for i, j in pairs:
        g, p = wanted[i], given[j]
        a, b = codes(g, "actors"), codes(p, "actors")
        if a != b:
            found.append(error("missing actor" if not b or b < a else "wrong actor", g, p))
        if codes(g, "targets") - codes(p, "targets"):
            found.append(error("wrong target", g, p))
        if overlap(g.get("about"), p.get("about")) < 0.5:
            found.append(error("wrong wording", g, p))
    return found


def causes(errors: Iterable[Error]) -> list[tuple[str, int]]:
    """How often each cause of error stands, the most frequent first."""
    return Counter(e.cause for e in errors).most_common()


def evaluate_gold(golds: Iterable[Gold], read: Reader) -> Scores:
    """Reads the reports of a gold set and scores what was read."""
    golds = list(golds)
    return score(golds, {g.id: read(g.text, g.date, g.id, g.title).to_dict() for g in golds})


# -- PLOVER gold records

_CLASSES = frozenset(
    """AGREE CONSULT SUPPORT COOPERATE AID CONCEDE RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST
    SANCTION MOBILIZE COERCE ASSAULT INVESTIGATE""".split()
)
_RENAMED_CLASSES = {"DEMAND": "REQUEST", "FIGHT": "ASSAULT", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE"}
#: Misspelt and outdated country codes of the gold records, and former states.
_COUNTRIES = {
    "JAP": ["JPN"], "ITL": ["ITA"], "VTN": ["VNM"], "TMP": ["TLS"], "ROM": ["ROU"], "PAL": ["PSE"],
    "MGO": ["MNE"], "ZAR": ["COD"], "BUR": ["MMR"], "ANG": ["AGO"], "SCG": ["SRB", "MNE"], "YUG": ["SRB", "MNE"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """A coded event: a PLOVER class (None if it has none), source and target country codes."""

    event: str | None
    source: tuple[str, ...]
    target: tuple[str, ...]


def _countries(value: Any) -> tuple[str, ...]:
    found: list[str] = []
    for item in [value] if isinstance(value, str | dict) else value or []:
        code = str((item.get("code") if isinstance(item, dict) else item) or "").strip().upper()[:3]
        if len(code) == 3 and code.isalpha():
            found += _COUNTRIES.get(code, [code])
    return tuple(found)


def events(record: Record) -> list[Event]:
    """The coded events of a record, with the countries of its parties; organisations are IGO."""
    states = {p.code: "IGO" if p.kind == "organisation" else p.state or p.code for p in record.parties}
    found = []
    for act in [*record.acts, *record.away]:
        if act.plover is None:
            continue
        source = [states.get(c, c) for c in act.actors]
        target = [states.get(c, c) for c in act.targets] or (source if len(source) > 1 else [])
        event = _RENAMED_CLASSES.get(act.plover.event, act.plover.event)
        found.append(Event(event, tuple(sorted(set(_countries(source)))), tuple(sorted(set(_countries(target))))))
    return list(dict.fromkeys(found))


@dataclass(slots=True)
class PloverScores:
    """Shares of gold records whose event was found: a class, b with source, c with target too."""

    records: int = 0
    right: Counter[str] = field(default_factory=Counter)
    events: int = 0
    events_right: int = 0
    pairs: int = 0
    by_class: dict[str, Counter[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def to_dict(self) -> Values:
        n = self.records or 1
        found: Values = {k: round(self.right[k] / n, 4) for k in ("a", "b", "c", "d", "dyad")}
        found["precision of class, all coded events"] = round(self.events_right / self.events, 4) if self.events else 0.0
        p = round(self.right["a"] / self.pairs, 4) if self.pairs else 0.0
        found["precision of class, (sentence, class) pairs"] = p
        found["F1 of class, pairs against a"] = round(2 * p * found["a"] / (p + found["a"]), 4) if p + found["a"] else 0.0
        return found | {"sentences": self.records, "by class": {k: dict(v) for k, v in sorted(self.by_class.items())}}


def _source_right(event: Event, source: Sequence[str]) -> bool:
    return not source or bool(set(event.source) & set(source))


def _dyad_right(event: Event, source: Sequence[str], target: Sequence[str]) -> bool:
    if target:
        return _source_right(event, source) and bool(set(event.target) & set(target))
    if len(source) >= 2:
        return any(
            x in event.source and set(event.target) & {*source[:i], *source[i + 1 :]} for i, x in enumerate(source)
        )
    return _source_right(event, source)


def score_plover(records: Iterable[Values], coded: Callable[[Values], list[Event]]) -> PloverScores:
    """Scores coded events against PLOVER gold records; `coded` gives those of one record."""
    result = PloverScores()
    for record in records:
        if record["event"] == "DOCUMENT":
            continue
        wanted = _RENAMED_CLASSES.get(record["event"], record["event"])
        source = _countries([x for x in record.get("source") or [] if isinstance(x, dict)])
        target = _countries([x for x in record.get("target") or [] if isinstance(x, dict)])
        found = coded(record)
        right = [e for e in found if e.event == wanted]
        turned = [Event(e.event, e.target, e.source) for e in right]
        hits = {
            "a": bool(right),
            "b": any(_source_right(e, source) for e in right),
            "c": any(_dyad_right(e, source, target) for e in right),
            "d": any(_dyad_right(e, source, target) for e in [*right, *turned]),
            "dyad": any(_dyad_right(e, source, target) for e in found),
        }
        classes = {e.event for e in found if e.event}
        result.records += 1
        result.right.update({k: int(v) for k, v in hits.items()})
        result.events += len(found)
        result.events_right += len(right)
        result.pairs += len(classes)
        row = result.by_class.setdefault(wanted, Counter())
        row.update({"gold": 1, **{k: int(hits[k]) for k in "abc"}})
        for name in classes:
            result.by_class.setdefault(str(name), Counter())["predicted"] += 1
        if not hits["c"]:
            given = "; ".join(f"{e.event} {','.join(e.source)}→{','.join(e.target)}" for e in found)
            result.errors.append(f"{record['id']}: {wanted} {','.join(source)}→{','.join(target)}, read: {given or '–'}\n    {record['text']}")
    return result


def load_plover(path: str | Path) -> list[Values]:
    """Reads a file of PLOVER gold records, a JSON list. Raises InputError when it is none."""
    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(raw, list) or not all({"id", "event"} <= set(r) for r in raw):
            raise ValueError("no list of records with id and event")
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", name=str(path)) from None
    except (TypeError, ValueError) as error:
        raise InputError(f"is no file of PLOVER records: {error}", name=str(path)) from None
    return raw


def evaluate_plover(records: Iterable[Values], read: Reader) -> PloverScores:
    """Reads the texts of PLOVER gold records and scores the events read."""

    def coded(record: Values) -> list[Event]:
        day = dt.date.fromisoformat(record["date"]) if record.get("date") else None
        return events(read(record["text"], day, record["id"], ""))

    return score_plover(records, coded)
