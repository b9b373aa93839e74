"""What was promised, by whom, for when: undertakings that one could later check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente import confidence, dates, features, grammar, sensing
from detente.acts import clause_span
from detente.meetings import place_of
from detente.record import Evidence, Pledge
from detente.triggers import classes

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.context import View
    from detente.language import Sentence
    from detente.reader import Reading
    from detente.tree import Token, Tree


def of(reading: Reading) -> list[Pledge]:
    """The pledges that acts may leave: from `pledge`, from `agree` to do, from a `meet` that is agreed.

    Of several wordings of one undertaking the likeliest stays. Each undertaking of a coordination is one pledge: "to abandon its programme and return to the
    treaty" gives two.
    """
    found = [(u, _pledge(u, reading)) for u in undertakings(reading)]
    kept: list[tuple[Undertaking, Pledge]] = []
    here: dict[int, list[Undertaking]] = {}
    for u, pledge in sorted(found, key=lambda pair: -pair[1].confidence):
        beside = here.setdefault(u.act.sentence.number, [])
        if not any(shared(u, k) for k in beside):
            beside.append(u)
            kept.append((u, pledge))
    kept.sort(key=lambda pair: (pair[0].act.sentence.number, pair[0].first))
    return [pledge for _, pledge in kept]


@dataclass(slots=True)
class Undertaking:
    """What an act binds somebody to: its first and last token, by when and where ("" if unsaid)."""

    act: Candidate
    first: int
    last: int
    due: str
    place: str
    #: worded by the encoder, not by rule
    heard: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """Its characters [start, end) in its sentence."""
        doc = self.act.token.doc
        return doc[self.first].idx, doc[self.last].idx + len(doc[self.last])

    @property
    def words(self) -> str:
        """What is undertaken, as the sentence has it."""
        return self.act.sentence.text[slice(*self.span)]


def undertakings(reading: Reading) -> list[Undertaking]:
    """What likely acts bind to, by rule, and what the encoder alone takes for promised."""
    found: dict[int, list[Undertaking]] = {}
    for c in reading.candidates:
        if c.score >= UNLIKELY and c.content is not None and _binds(c):
            for part in _parts(c):
                first, last = _core(c, *part, reading)
                found.setdefault(c.sentence.number, []).append(_undertaking(c, part, first, last, reading))
    for sentence in reading.wanted:
        if (view := reading.views.get(sentence.number)) is not None and sentence.doc:
            here = found.setdefault(sentence.number, [])
            here += [u for u in _heard(sentence, view, reading) if not _known(u, here)]
    return [undertaking for here in found.values() for undertaking in here]


def _undertaking(c: Candidate, part: tuple[int, int], first: int, last: int, reading: Reading) -> Undertaking:
    doc = c.token.doc
    due = _due(c, doc[part[0]].idx, doc[part[1]].idx + len(doc[part[1]]), reading)
    return Undertaking(c, first, last, due, _place(c, *part, reading))


def _heard(sentence: Sentence, view: View, reading: Reading) -> Iterator[Undertaking]:
    """What the encoder takes for promised, by the act that likeliest tells of it."""
    if view.told("promise") < WORTH or sentence.doc is None:
        return
    acts = [c for c in reading.candidates if c.sentence is sentence and c.kind in _BINDING and c.score >= UNLIKELY / 2]
    for start, end, _ in view.runs("promised", PROMISED) if acts else ():
        span = sensing.tokens(sentence.doc, start, end)
        if span is None:
            continue
        span = _bare(sentence.doc, *span)
        c = max(acts, key=lambda c: c.score + 0.5 * _about(c, span))
        found = _undertaking(c, span, *span, reading)
        found.heard = True
        yield found


def _bare(doc: Tree, first: int, last: int) -> tuple[int, int]:
    """What is undertaken without the "will" or "to" before it: "would reopen the port" gives "reopen the port"."""
    start = first
    while start < last and doc[start].tag_ in ("MD", "TO"):
        start += 1
    return (first, last) if doc[start].lower_ == "be" else (start, last)


def _known(heard: Undertaking, ruled: list[Undertaking]) -> bool:
    """Whether rules word what the encoder takes for promised nearly as fully, or as several undertakings."""
    within = [k for k in ruled if shared(heard, k)]
    size = heard.last - heard.first + 1
    return len(within) > 1 or any(
        heard.first <= k.first and k.last <= heard.last and k.last - k.first + 1 >= NEARLY * size for k in within
    )


def shared(one: Undertaking, other: Undertaking) -> bool:
    """Whether two undertakings of a sentence have words in common."""
    return one.first <= other.last and other.first <= one.last


def _about(c: Candidate, span: tuple[int, int]) -> bool:
    """Whether an act is about tokens."""
    return c.content is not None and c.content[0] <= span[1] and span[0] <= c.content[1]


#: Acts that may leave an undertaking.
_BINDING = frozenset(["pledge", "agree", "meet", "comply", "concede", "propose"])
#: Log-odds from which on a sentence is asked for promises, and beyond which pieces are part of one.
WORTH, PROMISED = -2.0, -2.0
#: A wording by rule that holds so large a share of it goes before one by the encoder.
NEARLY = 0.6


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


def _pledge(u: Undertaking, reading: Reading) -> Pledge:
    c, sentence = u.act, u.act.sentence
    likely = confidence.probability(features.pledge(u, reading.views.get(sentence.number)), "pledge")
    return Pledge(
        by=list(c.actors), to=list(c.targets), what=" ".join(u.words.split()),
        due=u.due, place=u.place, instrument=_instrument(c), confidence=likely,
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
        if token.lower_ in _PAPERS and not (c.content and c.content[0] <= token.i <= c.content[1]):
            modifier = token.doc[token.i - 1] if token.i else token
            joint = modifier.lower_ in ("joint", "final", "common", "written", "peace")
            return token.doc.words(token.i - joint, token.i)
    return ""


_PAPERS = frozenset(
    """statement communique communiqué declaration memorandum accord agreement treaty protocol pact letter
        resolution""".split()
)
