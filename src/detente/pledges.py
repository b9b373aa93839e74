"""What was promised, by whom, for when: undertakings that one could later check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from detente import confidence, dates, features, grammar
from detente.acts import clause_span
from detente.meetings import place_of
from detente.record import Evidence, Pledge
from detente.triggers import classes

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.reader import Reading
    from detente.tree import Token


def of(reading: Reading) -> list[Pledge]:
    """The pledges that acts may leave: from `pledge`, from `agree` to do, from a `meet` that is agreed.

    Each undertaking of a coordination is one pledge: "to abandon its programme and return to the
    treaty" gives two.
    """
    return [_pledge(*undertaking) for undertaking in undertakings(reading)]


def undertakings(reading: Reading) -> Iterator[tuple[Candidate, int, int, str, str]]:
    """Acts with the first and last token of what they bind to, by when and where ("" if unsaid)."""
    for c in reading.candidates:
        if c.score >= UNLIKELY and c.content is not None and _binds(c):
            doc = c.token.doc
            for part in _parts(c):
                first, last = _core(c, *part, reading)
                due = _due(c, doc[part[0]].idx, doc[part[1]].idx + len(doc[part[1]]), reading)
                yield c, first, last, due, _place(c, *part, reading)


#: Acts less likely than this leave no pledge.
UNLIKELY = 0.3


def _binds(c: Candidate) -> bool:
    """Whether an act leaves an undertaking behind."""
    if c.kind == "pledge":
        return True
    if c.kind == "meet":
        return c.planned and not c.mood.blocked and grammar.is_verb(c.token)
    if c.kind != "agree" or c.rule.startswith("noun") or c.content is None:
        return False
    head = _head(c)
    return c.trigger == "accept" or head.lower_ not in classes()["accord"]


def _head(c: Candidate) -> Token:
    """The head of an act's content."""
    doc = c.token.doc
    first, last = c.content or (c.token.i, c.token.i)
    return next(
        (t for t in doc[first : last + 1] if not first <= t.head.i <= last or t.head == t),
        doc[first],
    )


def _parts(c: Candidate) -> list[tuple[int, int]]:
    head = _head(c)
    first, last = c.content or (head.i, head.i)
    verbs = [v for v in head.children if v.dep_ == "conj" and v.tag_ == "VB" and grammar.is_verb(head)]
    if c.kind == "meet" or not verbs or grammar.child(verbs[0], *grammar.SUBJECTS) is not None:
        return [(first, last)]
    rest = clause_span(head, verbs)
    return [
        (first, min(last, rest[1])),
        *(clause_span(v, [w for w in verbs if w.i > v.i]) for v in verbs),
    ]


def _core(c: Candidate, first: int, last: int, reading: Reading) -> tuple[int, int]:
    """What is undertaken in as few words as make sense: without who does it, why, and what else comes then.

    "Zaire would send a team to Goma after the vote" gives "send a team to Goma".
    """
    doc = c.token.doc
    head = next((t for t in doc[first : last + 1] if not first <= t.head.i <= last or t.head == t), doc[first])
    if not grammar.is_verb(head):
        return first, last
    subject = grammar.subject(head)
    if subject is not None and first <= subject.i < head.i and c.kind != "meet" and _same(subject, c, reading):
        first = head.i
    if last - first < LONG:
        return first, last
    ends = [t.left_edge.i for t in head.children if t.i > head.i + 1 and _apart(t)]
    ends = [end for end in ends if first + 2 < end <= last]
    last = min(ends) - 1 if ends else last
    while last > first and (doc[last].is_punct or doc[last].lower_ in ("and", "but")):
        last -= 1
    return first, last


#: Undertakings of so many words are told whole.
LONG = 9


def _same(subject: Token, c: Candidate, reading: Reading) -> bool:
    """Whether a subject is who makes the pledge."""
    if subject.tag_ == "PRP":
        return True
    return bool(set(reading.discourse.who(subject, c.sentence)) & set(c.actors))


def _apart(t: Token) -> bool:
    """Whether a part of a clause tells why, when or how something is done, rather than what."""
    if t.dep_ in ("advcl", "cc", "conj", "punct", "parataxis"):
        return t.dep_ != "punct" or t.lower_ in (",", ";", "-", "--")
    return t.dep_ == "prep" and t.lower_ in _APART


_APART = frozenset("in at during under after before following despite because amid as by".split())


def _pledge(c: Candidate, first: int, last: int, due: str, place: str) -> Pledge:
    sentence, doc = c.sentence, c.token.doc
    start, end = doc[first].idx, doc[last].idx + len(doc[last])
    likely = confidence.probability(features.pledge(c, due, place, last - first + 1), "pledge")
    return Pledge(
        by=list(c.actors), to=list(c.targets), what=" ".join(sentence.text[start:end].split()),
        due=due, place=place, instrument=_instrument(c), confidence=likely,
        evidence=[Evidence(sentence.start, sentence.end, sentence.text)], why=[c.rule],
    )  # fmt: skip


def _due(c: Candidate, start: int, end: int, reading: Reading) -> str:
    """By when: the last date in the undertaking itself that does not lie in the past."""
    base = reading.report.date
    today = base.isoformat() if base else ""
    due = ""
    for m in dates.find(c.sentence.text, base, start, end, tense="future"):
        value = m.period.end or m.period.start
        if value and m.kind not in ("since", "ago") and value >= today[: len(value)]:
            due = value
    return due


def _place(c: Candidate, first: int, last: int, reading: Reading) -> str:
    """Where: told only inside the undertaking."""
    for token in c.token.doc[first : last + 1]:
        held = grammar.is_verb(token) or token.lower_ in classes()["meeting"]
        if held and (found := place_of(token, c.sentence, reading.discourse)):
            return found
    return ""


def _instrument(c: Candidate) -> str:
    """The paper that holds it: "Friday's joint statement", "in a memorandum"."""
    for token in c.token.doc:
        if token.lower_ in _PAPERS and not c.content[0] <= token.i <= c.content[1]:  # type: ignore[index]
            modifier = token.doc[token.i - 1] if token.i else token
            joint = modifier.lower_ in ("joint", "final", "common", "written", "peace")
            return token.doc.words(token.i - joint, token.i)
    return ""


_PAPERS = frozenset(
    """statement communique communiqué declaration memorandum accord agreement treaty protocol pact letter
        resolution""".split()
)
