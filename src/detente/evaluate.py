"""Scores records against annotated reports.

An act is right when its sentence and its kind are; parties, wordings and dates are asked of what is
right in that sense. Entries are matched one to one, the likest first, and counts are summed over
all reports of a set before any share is taken (micro-average).
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, NoReturn

from detente.errors import InputError
from detente.record import KINDS, MEETING_STATUSES, Record
from detente.report import Report
from detente.sources import read_text

Values = dict[str, Any]
Span = tuple[int, int]
#: Reads one report: text, date, id, title.
Reader = Callable[[str, dt.date | None, str, str], Record]

#: Two wordings with at least this overlap are the same.
ALIKE = 0.5


# -- gold files


@dataclass(slots=True)
class Gold:
    """One annotated report.

    `sentences` are character spans of `text`; `s` in the entries counts them from 1.
    """

    id: str
    title: str
    date: dt.date | None
    text: str
    sentences: list[Span]
    acts: list[Values] = field(default_factory=list)
    meetings: list[Values] = field(default_factory=list)
    pledges: list[Values] = field(default_factory=list)
    links: list[Values] = field(default_factory=list)

    def report(self) -> Report:
        """The report as a reader gets it, laid out, without what the gold has of it."""
        return read_text(self.text, id=self.id, title=self.title, date=self.date, force=True)

    def sentence(self, number: int) -> str:
        """The words of a sentence on one line."""
        start, end = self.sentences[number - 1]
        return " ".join(self.text[start:end].split())


def load_gold(path: str | Path, corpus: str | Path | None = None) -> list[Gold]:
    """The annotated reports of a JSON file, a list of objects with `id`, `sentences` and `gold`.

    A report that stands there without its `text` takes text, date and title from `corpus` (JSON
    Lines, also .gz) by id. Wordings are strings, or [start, end] offsets into the text. Raises
    InputError, naming file, report and field, on anything else.
    """
    name = str(path)
    raw = read_json(path)
    if not isinstance(raw, list) or not all(isinstance(r, dict) for r in raw):
        raise InputError("is not a list of reports", name=name)
    ids = [r.get("id") for r in raw]
    for number, id in enumerate(ids, 1):
        if not isinstance(id, str) or not id:
            raise InputError(f"report {number}: id: {id!r} is not a name", name=name)
        if ids.index(id) != number - 1:
            raise InputError(f"report {id}: stands twice", name=name)
    bare = {r["id"] for r in raw if "text" not in r}
    sources = _sources(corpus, bare, name) if bare else {}
    return [_GoldReader(name, r, sources[r["id"]] if r["id"] in bare else r).gold() for r in raw]


def read_json(path: str | Path) -> Any:
    """The value of a JSON file. Raises InputError when it can't be read or is none."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", name=str(path)) from None
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", name=str(path)) from None


def _sources(corpus: str | Path | None, wanted: set[str], name: str) -> dict[str, Values]:
    """The reports of a corpus that a gold file without texts is about, by id."""
    if corpus is None:
        remedy = "name the corpus, JSON Lines or .jsonl.gz, that holds its reports"
        raise InputError(f"has no text for {len(wanted)} reports", name=name, remedy=remedy)
    found = {r["id"]: r for r in _corpus(corpus) if r["id"] in wanted}
    if missing := sorted(wanted - set(found)):
        message = f"lacks {len(missing)} reports of {name}, such as {missing[0]}"
        raise InputError(message, name=str(corpus))
    return found


def _corpus(path: str | Path) -> Iterator[Values]:
    opener = gzip.open if str(path).endswith(".gz") else open
    number = 0
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                number += 1
                if line.strip():
                    report = json.loads(line)
                    if not isinstance(report, dict) or not isinstance(report.get("id"), str):
                        raise ValueError("no object with an id")
                    yield report
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"can't be read: {reason}", name=str(path)) from None
    except ValueError as error:
        raise InputError(f"line {number}: {error}", name=str(path)) from None


@dataclass(slots=True)
class _GoldReader:
    """Turns the JSON of one annotated report into a Gold, or says what is wrong with it."""

    name: str
    raw: Values
    source: Values
    text: str = ""
    sentences: list[Span] = field(default_factory=list)

    def gold(self) -> Gold:
        self.text = self.source.get("text", "")
        if not isinstance(self.text, str):
            self.wrong("text", "is not a string")
        self.sentences = [self.span(f"sentences[{i}]", s) for i, s in enumerate(self.items(self.raw, "sentences"))]
        lists = self.raw.get("gold")
        if not isinstance(lists, dict):
            self.wrong("gold", "is missing" if lists is None else "is not an object")
        title = self.source.get("title") or ""
        found = Gold(self.raw["id"], title, self.date(), self.text, self.sentences)
        for name, wordings in _WORDINGS.items():
            for i, entry in enumerate(self.items({name: lists.get(name) or []}, name)):
                getattr(found, name).append(self.entry(f"{name}[{i}]", name, entry, wordings))
        return found

    def wrong(self, where: str, what: str) -> NoReturn:
        raise InputError(f"report {self.raw['id']}: {where}: {what}", name=self.name)

    def items(self, values: Values, key: str) -> list[Any]:
        value = values.get(key)
        if not isinstance(value, list):
            self.wrong(key, "is missing" if value is None else f"{value!r} is not a list")
        return value

    def date(self) -> dt.date | None:
        value = self.source.get("date") or ""
        try:
            return dt.date.fromisoformat(value) if value else None
        except (TypeError, ValueError):
            self.wrong("date", f"{value!r} is not a day")

    def span(self, where: str, value: Any) -> Span:
        pair = isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value)
        if not pair or not 0 <= value[0] <= value[1] <= len(self.text):
            self.wrong(where, f"{value!r} is no [start, end] within the text")
        return value[0], value[1]

    def entry(self, where: str, name: str, raw: Any, wordings: tuple[str, ...]) -> Values:
        if not isinstance(raw, dict):
            self.wrong(where, f"{raw!r} is not an object")
        numbers = raw.get("s")
        many = numbers if isinstance(numbers, list) else [numbers]
        if not many or not all(type(n) is int and 1 <= n <= len(self.sentences) for n in many):
            self.wrong(f"{where}.s", f"{numbers!r} is no sentence of 1 to {len(self.sentences)}")
        for key in _PARTY_FIELDS:
            if not all(isinstance(code, str) for code in self.items({key: raw.get(key) or []}, key)):
                self.wrong(f"{where}.{key}", "is not a list of codes")
        self.known(where, raw, name)
        return raw | {key: self.words(f"{where}.{key}", raw.get(key)) for key in wordings}

    def known(self, where: str, raw: Values, name: str) -> None:
        """Checks the fields that take one of a few values, and the dates."""
        if name == "acts" and raw.get("kind") not in KINDS:
            self.wrong(f"{where}.kind", f"{raw.get('kind')!r} is no kind of act")
        if name == "meetings" and raw.get("status") not in MEETING_STATUSES:
            self.wrong(f"{where}.status", f"{raw.get('status')!r} is no status of a meeting")
        for key in ("start", "end", "due"):
            value = raw.get(key) or ""
            if not isinstance(value, str) or not re.fullmatch(r"(\d{4}(-\d\d){0,2})?", value):
                self.wrong(f"{where}.{key}", f"{value!r} is no ISO date")

    def words(self, where: str, value: Any) -> str:
        if isinstance(value, str) or value is None:
            return value or ""
        start, end = self.span(where, value)
        return " ".join(self.text[start:end].split())


# -- likeness

_WORDINGS: dict[str, tuple[str, ...]] = {
    "acts": ("about",), "meetings": ("name",), "pledges": ("what",), "links": ("what", "on"),
}  # fmt: skip
#: The lists of a record whose parties are compared, and in which fields.
_WHO = {"acts": "actors", "meetings": "parties", "pledges": "by"}
_PARTY_FIELDS = ("actors", "targets", "parties", "by")


def tokens(words: str | None) -> Counter[str]:
    """The words of a wording in lower case, counted."""
    return Counter(re.findall(r"\w+", (words or "").lower()))


def overlap(a: str | None, b: str | None) -> float:
    """Token F1 of two wordings, 0..1; two empty ones agree."""
    x, y = tokens(a), tokens(b)
    if not x or not y:
        return float(not x and not y)
    return 2 * (x & y).total() / (x.total() + y.total())


def sentence_of(sentences: Sequence[Sequence[int]], start: int, end: int) -> int:
    """The number, from 1, of the sentence that shares most characters with a span."""
    shared = [min(end, b) - max(start, a) for a, b in sentences]
    return shared.index(max(shared)) + 1


def same_party(a: str, b: str) -> bool:
    """Whether two names may mean the same party: by its initials, or by shared words.

    Names of up to three letters are codes, which are the same or not.
    """
    if a == b or max(len(a), len(b)) <= 3:
        return a == b
    return b == _initials(a) or a == _initials(b) or overlap(a, b) >= ALIKE


def _initials(name: str) -> str:
    return "".join(word[0] for word in re.findall(r"\w+", name))


@dataclass(frozen=True, slots=True)
class Item:
    """An entry, of the gold or predicted, in the form in which entries are compared.

    `at` are the sentences that tell it, `parties` who does it, `wordings` its `about`, `name`,
    `what`, or `what` and `on`; dates are "" where none is given.
    """

    at: tuple[int, ...]
    kind: str
    parties: frozenset[str]
    targets: frozenset[str]
    wordings: tuple[str, ...]
    start: str = ""
    end: str = ""
    due: str = ""
    status: str | None = None

    @property
    def words(self) -> str:
        """All wordings as one."""
        return " ".join(self.wordings)


def _codes(entry: Values, key: str) -> set[str]:
    given = (p["code"] if isinstance(p, dict) else p for p in entry.get(key) or [])
    return {str(code).strip().casefold() for code in given}


def _item(name: str, entry: Values, sentences: list[Span], rename: Callable[[str], str]) -> Item:
    if "s" in entry:
        at = entry["s"] if isinstance(entry["s"], list) else [entry["s"]]
    else:
        at = [sentence_of(sentences, e["start"], e["end"]) for e in entry["evidence"]]
    return Item(
        at=tuple(at), kind=entry["kind"] if name == "acts" else name[:-1],
        parties=frozenset(map(rename, _codes(entry, _WHO.get(name, "")))),
        targets=frozenset(map(rename, _codes(entry, "targets"))),
        wordings=tuple(entry.get(key) or "" for key in _WORDINGS[name]),
        start=entry.get("start") or "", end=entry.get("end") or "", due=entry.get("due") or "",
        status=entry.get("status"),
    )  # fmt: skip


def renamer(gold: Gold) -> Callable[[str], str]:
    """Gives a predicted party the name that the gold has for it, or leaves it."""
    lists = (getattr(gold, name) for name in _WHO)
    entries = [entry for entries in lists for entry in entries]
    known = {code for entry, key in product(entries, _PARTY_FIELDS) for code in _codes(entry, key)}
    ordered = sorted(known)

    def rename(code: str) -> str:
        if code in known:
            return code
        return next((name for name in ordered if same_party(name, code)), code)

    return rename


# What makes two items of a list alike, more is liker. 0 is not at all: such never match.


def _like_acts(g: Item, p: Item) -> float:
    if (g.at[0], g.kind) != (p.at[0], p.kind):
        return 0
    return 1 + (g.parties == p.parties) + overlap(g.words, p.words)


def _like_meetings(g: Item, p: Item) -> float:
    sentences = len({*g.at} & {*p.at})
    everyone = g.parties | p.parties
    jaccard = len(g.parties & p.parties) / len(everyone) if everyone else 1.0
    return sentences + jaccard if sentences and jaccard >= 0.5 else 0


def _like_wordings(g: Item, p: Item) -> float:
    likeness = [overlap(a, b) for a, b in zip(g.wordings, p.wordings, strict=True)]
    return sum(likeness) if g.at[0] == p.at[0] and min(likeness) >= ALIKE else 0


_LIKENESS: dict[str, Callable[[Item, Item], float]] = {
    "acts": _like_acts, "meetings": _like_meetings,
    "pledges": _like_wordings, "links": _like_wordings,
}  # fmt: skip


@dataclass(slots=True)
class Matching:
    """The items of one list of one report, and which belong together, as pairs of indices."""

    gold: list[Item]
    predicted: list[Item]
    pairs: list[tuple[int, int]]

    def hits(self) -> list[tuple[Item, Item]]:
        """What was found: gold with predicted."""
        return [(self.gold[i], self.predicted[j]) for i, j in self.pairs]

    def missed(self) -> list[Item]:
        """Gold items that nothing predicted matches."""
        found = {i for i, _ in self.pairs}
        return [g for i, g in enumerate(self.gold) if i not in found]

    def spurious(self) -> list[Item]:
        """Predicted items that match nothing."""
        right = {j for _, j in self.pairs}
        return [p for j, p in enumerate(self.predicted) if j not in right]


def match(gold: list[Item], predicted: list[Item], like: Callable[[Item, Item], float]) -> Matching:
    """Pairs items one to one, the likest first; among equals, those that stand first."""
    likeness = {(i, j): like(g, p) for (i, g), (j, p) in product(enumerate(gold), enumerate(predicted))}
    free_gold, free_predicted = set(range(len(gold))), set(range(len(predicted)))
    pairs = []
    for i, j in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if likeness[i, j] > 0 and i in free_gold and j in free_predicted:
            free_gold.remove(i)
            free_predicted.remove(j)
            pairs.append((i, j))
    return Matching(gold, predicted, pairs)


def align(gold: Gold, prediction: Values) -> dict[str, Matching]:
    """A prediction laid beside an annotated report, list by list.

    Raises InputError on a prediction whose entries have no kind or no evidence.
    """
    rename = renamer(gold)
    found = {}
    for name, like in _LIKENESS.items():
        wanted = [_item(name, e, gold.sentences, lambda code: code) for e in getattr(gold, name)]
        try:
            entries = prediction.get(name) or []
            given = [_item(name, e, gold.sentences, rename) for e in entries]
        except (KeyError, TypeError, ValueError) as error:
            message = f"a prediction's {name} can't be scored: {error!r}"
            raise InputError(message, name=gold.id) from None
        if not all(item.at for item in given):
            raise InputError(f"one of the predicted {name} has no evidence", name=gold.id)
        found[name] = match(wanted, given, like)
    return found


# -- figures


@dataclass(slots=True)
class Figure:
    """Precision, recall and F1, out of counts."""

    hit: int = 0
    predicted: int = 0
    gold: int = 0

    @property
    def p(self) -> float:
        """The share of the predicted that is right."""
        return self.hit / self.predicted if self.predicted else 0.0

    @property
    def r(self) -> float:
        """The share of the gold that was found."""
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        p, r = self.p, self.r
        return 2 * p * r / (p + r) if p + r else 0.0

    def add(self, hit: int, predicted: int, gold: int) -> None:
        """Adds the counts of one more report."""
        self.hit += hit
        self.predicted += predicted
        self.gold += gold

    def to_dict(self) -> Values:
        """The figures under the names of the scorer's JSON; `n` is how many the gold has."""
        return {"p": self.p, "r": self.r, "f1": self.f1, "n": self.gold}


@dataclass(slots=True)
class Error:
    """One thing that differs from the gold, with its likely cause.

    `kind` is that of the act, or "meeting", "pledge", "link"; `gold` and `predicted` show what
    either side has, "" for nothing.
    """

    report: str
    sentence: int
    cause: str
    kind: str
    gold: str
    predicted: str
    quote: str

    def __str__(self) -> str:
        sides = (("gold", self.gold), ("read", self.predicted))
        shown = [f"    {side}: {what}" for side, what in sides if what]
        head = f"{self.cause}: {self.report} [{self.sentence}]"
        return "\n".join([head, *shown, f"    “{self.quote}”"])


_FIGURES = {"act": "acts", "meeting": "meetings", "pledge": "pledges", "link": "links"}
#: Shares of what was matched: the figure they are shares of.
_SHARES = {"about": "act", "when": "meeting", "status": "meeting", "due": "pledge"}
_HEADLINE = ("act", "who", "meeting", "pledge", "link")


@dataclass(slots=True)
class Scores:
    """The figures of a set of reports.

    `figures` are act, who, whom, meeting, pledge and link; `shares` say how many of the matched
    entries are right in their wording (about), dates (when), status and due date (due) too.
    """

    figures: dict[str, Figure] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    by_kind: dict[str, Figure] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)

    @property
    def record(self) -> float:
        """The headline: the mean F1 of act, who, meeting, pledge and link."""
        return sum(self.figures[name].f1 for name in _HEADLINE) / len(_HEADLINE)

    def to_dict(self) -> Values:
        """Plain values: objects of p, r, f1 and n, then the shares and the headline."""
        figures = {name: figure.to_dict() for name, figure in self.figures.items()}
        return figures | self.shares | {"record": self.record}


def score(reports: Iterable[Gold], predictions: Mapping[str, Values]) -> Scores:
    """Scores predictions, the objects of Detente's JSON Lines by report id.

    A report without a prediction counts as read and found empty.
    """
    names = ("act", "who", "whom", "meeting", "pledge", "link")
    scores = Scores({name: Figure() for name in names})
    right: Counter[str] = Counter()
    for gold in reports:
        aligned = align(gold, predictions.get(gold.id, {}))
        for name, list_name in _FIGURES.items():
            m = aligned[list_name]
            scores.figures[name].add(len(m.pairs), len(m.predicted), len(m.gold))
            right.update(share for pair in m.hits() for share in _right(name, *pair))
        acts = aligned["acts"]
        _count_parties(scores.figures["who"], acts, lambda item: item.parties)
        _count_parties(scores.figures["whom"], acts, lambda item: item.targets)
        _count_kinds(scores.by_kind, acts)
        scores.errors += _errors(gold, aligned)
    for share, name in _SHARES.items():
        hits = scores.figures[name].hit
        scores.shares[share] = right[share] / hits if hits else 0.0
    return scores


def _right(name: str, g: Item, p: Item) -> Iterator[str]:
    """The shares that a matched pair counts for."""
    if name == "act" and overlap(g.words, p.words) >= ALIKE:
        yield "about"
    if name == "meeting" and _same_date(g.start, p.start) and _same_date(g.end, p.end):
        yield "when"
    if name == "meeting" and g.status == p.status:
        yield "status"
    if name == "pledge" and _same_date(g.due, p.due):
        yield "due"


def _same_date(gold: str, predicted: str) -> bool:
    """Right at the gold's precision; where the gold has no date there must be none."""
    return predicted[: len(gold)] == gold if gold else not predicted


def _count_parties(figure: Figure, acts: Matching, codes: Callable[[Item], frozenset[str]]) -> None:
    """Counts parties by sentence and kind, whether or not their acts are matched."""
    gold, predicted = (
        Counter((item.at[0], item.kind, code) for item in items for code in codes(item))
        for items in (acts.gold, acts.predicted)
    )
    figure.add((gold & predicted).total(), predicted.total(), gold.total())


def _count_kinds(table: dict[str, Figure], acts: Matching) -> None:
    for item in acts.gold:
        table.setdefault(item.kind, Figure()).gold += 1
    for item in acts.predicted:
        table.setdefault(item.kind, Figure()).predicted += 1
    for item, _ in acts.hits():
        table[item.kind].hit += 1


def causes(errors: Iterable[Error]) -> list[tuple[str, int]]:
    """How often each cause of error stands, the most frequent first."""
    return Counter(e.cause for e in errors).most_common()


def evaluate_gold(gold: str | Path | Iterable[Gold], read: Reader, corpus: str | Path | None = None) -> Scores:
    """Reads the reports of a gold file, or of a set already loaded, and scores what was read."""
    reports = load_gold(gold, corpus) if isinstance(gold, str | Path) else list(gold)
    predictions = {g.id: read(g.text, g.date, g.id, g.title).to_dict() for g in reports}
    return score(reports, predictions)


# -- why it went wrong

#: Words that take back what stands under them, or leave it open.
_SCOPE = re.compile(
    r"\b(if|unless|whether|may|might|could|would|should|can|not|never|no|without|only|until|hopes?|"
    r"hoped|wants?|wanted|hints?|expected|likely|possible|possibly|perhaps)\b|n't\b|n’t\b|\?",
    re.IGNORECASE,
)


def _errors(gold: Gold, aligned: dict[str, Matching]) -> list[Error]:
    found = [*_act_errors(gold, aligned)]
    for name in ("meetings", "pledges", "links"):
        found += _other_errors(gold, name[:-1], aligned[name])
    return sorted(found, key=lambda e: e.sentence)


def _error(gold: Gold, cause: str, g: Item | None, p: Item | None) -> Error:
    item = g or p
    assert item is not None
    quote = gold.sentence(item.at[0])
    return Error(gold.id, item.at[0], cause, item.kind, _shown(g), _shown(p), quote)


def _shown(item: Item | None) -> str:
    """An item in one line: `reject PRK → KOR: offers of liaison offices`."""
    if item is None:
        return ""
    who = ", ".join(sorted(item.parties)) or "–"
    whom = f" → {', '.join(sorted(item.targets))}" if item.targets else ""
    dates = " to ".join(x for x in (item.start, item.end) if x) or item.due
    words = " ⟵ ".join(item.wordings) or "–"
    facts = ", ".join(x for x in (dates, item.status) if x)
    parties = "" if item.kind == "link" else f" {who}{whom}"
    return f"{item.kind}{parties}: {words}" + (f" ({facts})" if facts else "")


def _act_errors(gold: Gold, aligned: dict[str, Matching]) -> Iterator[Error]:
    acts = aligned["acts"]
    spurious = acts.spurious()
    for g in acts.missed():
        other = next((p for p in spurious if _same_in_other_kind(g, p)), None)
        if other is not None:
            spurious.remove(other)
            yield _error(gold, "wrong kind", g, other)
        else:
            yield _error(gold, _why_missed(g, acts), g, None)
    for p in spurious:
        yield _error(gold, _why_spurious(gold, p, aligned), None, p)
    for g, p in acts.hits():
        for cause in _differences(g, p):
            yield _error(gold, cause, g, p)


def _same_in_other_kind(g: Item, p: Item) -> bool:
    if g.at[0] != p.at[0] or g.kind == p.kind:
        return False
    return _touch(g, p) or bool(g.parties & p.parties)


def _touch(a: Item, b: Item) -> bool:
    """Whether at least half of the shorter wording stands in the longer one."""
    x, y = tokens(a.words), tokens(b.words)
    shorter = min(x.total(), y.total())
    return shorter > 0 and (x & y).total() >= shorter / 2


def _why_missed(g: Item, acts: Matching) -> str:
    here = [p for p in acts.predicted if p.at[0] == g.at[0]]
    if any(p.kind == g.kind and _touch(g, p) for p in here):
        return "merged acts"  # one was read where the gold has two
    if any(_touch(g, p) for p in here):
        return "missed inner act"  # "rebuffed the offer": the one read is about the one missed
    return "missed trigger"


def _why_spurious(gold: Gold, p: Item, aligned: dict[str, Matching]) -> str:
    acts = [g for g in aligned["acts"].gold if g.at[0] == p.at[0]]
    if any(g.kind == p.kind and (_touch(g, p) or g.parties == p.parties) for g in acts):
        return "told twice"
    links = [g for g in aligned["links"].gold if g.at[0] == p.at[0]]
    if any(_touch(g, p) for g in links) or _SCOPE.search(gold.sentence(p.at[0])):
        return "wrong scope"
    return "no such act"


def _differences(g: Item, p: Item) -> Iterator[str]:
    if p.parties < g.parties:
        yield "missing actor"
    elif p.parties != g.parties:
        yield "wrong actor"
    if p.targets != g.targets:
        yield "wrong target"
    if overlap(g.words, p.words) < ALIKE:
        yield "wrong wording"


def _other_errors(gold: Gold, name: str, m: Matching) -> Iterator[Error]:
    """Errors in meetings, pledges and links: missed, spurious, or with a wrong date or status."""
    for g in m.missed():
        yield _error(gold, f"missed {name}", g, None)
    for p in m.spurious():
        yield _error(gold, f"no such {name}", None, p)
    wrong = {"when": "wrong date", "status": "wrong status", "due": "wrong due date"}
    for g, p in m.hits():
        right = set(_right(name, g, p))
        for share, cause in wrong.items():
            if _SHARES[share] == name and share not in right:
                yield _error(gold, cause, g, p)
