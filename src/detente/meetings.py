"""Rounds of talks: the mentions of one meeting in a report become one record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detente import dates, grammar, names
from detente.acts import Candidate, clause_span, noun_actors
from detente.mood import Mood, mood
from detente.triggers import classes

if TYPE_CHECKING:
    import datetime as dt

    from spacy.tokens import Doc, Token

    from detente.language import Sentence
    from detente.who import Discourse

ORDINALS = {
    w: n for n, w in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
        thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
        twentieth""".split(), 1)
}  # fmt: skip
_NUMERAL = re.compile(r"^(\d{1,3})(?:st|nd|rd|th)$")
_LEVELS = ("high-level", "ministerial", "minister-level", "ministerial-level", "summit", "working-level",
           "ambassadorial", "vice-ministerial", "presidential", "expert-level", "technical", "top-level")  # fmt: skip


@dataclass(slots=True)
class Mention:
    """One place of the text that speaks of a meeting."""

    token: Token
    sentence: Sentence
    parties: list[str] = field(default_factory=list)
    place: str = ""
    start: str = ""
    end: str = ""
    ordinal: int | None = None
    level: str = ""
    status: str = "ended"
    definite: bool = False
    named: str = ""
    span: tuple[int, int] = (0, 0)
    kind: str = ""  # the noun: talks, summit, visit …
    score: float = 0.5


@dataclass(slots=True)
class Round:
    """A meeting put together from its mentions."""

    mentions: list[Mention] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    place: str = ""
    start: str = ""
    end: str = ""
    ordinal: int | None = None
    level: str = ""


def ordinal(noun: Token) -> int | None:
    """The number of a round: "16th high-level meeting", "the fifth round" -> 16, 5."""
    for c in [*noun.lefts, *(g for p in noun.children if p.dep_ == "prep" for g in p.children)]:
        if c.i > noun.i and c.lower_ not in ("round", "session", "phase"):
            continue
        for word in [c, *c.lefts]:
            found = _ordinal_word(word.lower_)
            if found is not None:
                return found
    return None


def _ordinal_word(word: str) -> int | None:
    word = word.split("-")[0]
    m = _NUMERAL.match(word)
    return int(m.group(1)) if m else ORDINALS.get(word)


def place_of(token: Token, sentence: Sentence, discourse: Discourse) -> str:
    """Where a meeting is held, in the words of the text: "in the Nigerian capital of Abuja"."""
    nodes = [token]
    if token.dep_ in ("dobj", "nsubj", "nsubjpass", "pobj", "attr", "ROOT", "xcomp") and token.head != token:
        nodes.append(token.head if grammar.is_verb(token.head) else token.head.head)
    for node in nodes:
        for prep in node.children:
            if prep.dep_ == "prep" and prep.lower_ in ("in", "at", "on", "aboard"):
                obj = grammar.child(prep, "pobj")
                if obj is not None and (found := _place_words(obj, sentence, discourse)):
                    return found
        if node.dep_ == "conj":
            continue
    for c in token.lefts:
        if c.dep_ in ("compound", "nmod") and c.text in names.places() and c.lower_ not in ("six-party",):
            return str(c.text)
    return ""


def _place_words(obj: Token, sentence: Sentence, discourse: Discourse) -> str:
    for t in [obj, *obj.subtree]:
        if t.text in names.places() and t.dep_ in ("pobj", "appos", "conj", "nmod", "compound") or t == obj and _is_place(t, sentence, discourse):
            start = t.left_edge.i if t == obj and t.left_edge.tag_.startswith("NNP") else t.i
            while start < t.i and not t.doc[start].tag_.startswith("NNP"):
                start += 1
            return str(t.doc[start : t.i + 1].text)
    return ""


def _is_place(token: Token, sentence: Sentence, discourse: Discourse) -> bool:
    if not token.tag_.startswith("NNP") or token.text in dates.WEEKDAYS or token.text in dates.MONTHS:
        return False
    name = discourse._name(token, sentence)
    return name is None or name.sort in ("name", "capital") and discourse.cast.party(name.codes[0]).kind == "state"


def mention(
    token: Token, sentence: Sentence, discourse: Discourse, base: dt.date | None, dateline: str
) -> Mention:
    """What one place of the text says of a meeting; `token` is its noun or its verb."""
    told = mood(token)
    verb = token if grammar.is_verb(token) else None
    noun = token if verb is None else None
    span = clause_span(token, []) if noun is not None else (token.i, clause_span(token, [])[1])
    found = Mention(token, sentence, kind=token.lower_, span=span)
    found.parties = fill(participants(token, sentence, discourse), token, sentence, discourse)
    found.place = place_of(token, sentence, discourse)
    if noun is not None:
        found.ordinal = ordinal(noun)
        found.definite = any(c.lower_ in ("the", "this", "these", "their", "its", "his") for c in noun.lefts)
        phrase = sentence.text[noun.left_edge.idx : noun.right_edge.idx + len(noun.right_edge)].lower()
        found.level = next((level for level in _LEVELS if level in phrase), "")
    _when(found, token, sentence, told, base)
    found.status = _status(found, token, told, base)
    return found


def participants(token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    """The parties that meet, as far as the phrase itself says."""
    found: list[str] = []
    if grammar.is_verb(token):
        found = discourse.who(grammar.subject(token), sentence)
        obj = grammar.direct_object(token)
        if obj is not None and obj.lower_ not in classes()["meeting"]:
            found = found + discourse.who(obj, sentence)
        elif obj is not None:
            found = found + participants(obj, sentence, discourse)
        for prep in ("with", "to"):
            noun = grammar.prepositional(token, prep)
            if noun is not None and noun.lower_ not in classes()["meeting"]:
                found = found + discourse.who(noun, sentence)
        for prep in ("for", "in"):
            noun = grammar.prepositional(token, prep)
            if noun is not None and noun.lower_ in classes()["meeting"]:
                found = found + participants(noun, sentence, discourse)
    else:
        found = noun_actors(token, sentence, discourse)
        for prep in ("with", "between", "among", "of"):
            found = found + discourse.who(grammar.prepositional(token, prep), sentence)
        formats = [n for n in discourse.cast.at(sentence.at(token.doc[token.left_edge.i]), sentence.at(token) + len(token)) if n.sort == "format"]
        for name in formats:
            found = found + list(name.codes)
    return list(dict.fromkeys(found))


def main_talks(sentences: list[Sentence], discourse: Discourse) -> list[str]:
    """Who sits in the talks that a report is about: the parties that one phrase names together.

    The set named most often, and first, wins; empty where no phrase names two parties.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    order: dict[tuple[str, ...], list[str]] = {}
    places: dict[tuple[str, ...], str] = {}
    for sentence in sentences:
        for token in sentence.doc if sentence.doc is not None else ():
            noun = token.lower_ in classes()["meeting"] and grammar.is_noun(token)
            if noun or token.lower_ in ("meet", "met", "meets", "meeting", "negotiate", "talk"):
                parties = participants(token, sentence, discourse)
                if len(parties) >= 2:
                    key = tuple(sorted(parties))
                    counts[key] += 2 if sentence.number <= 3 else 1
                    order.setdefault(key, parties)
                    places.setdefault(key, place_of(token, sentence, discourse))
    if not counts:
        rebels = discourse.cast.rebels
        return [discourse.cast.home, rebels] if rebels and discourse.cast.home else []
    best = counts.most_common(1)[0][0]
    discourse.talks_place = places[best]
    return order[best]


def fill(parties: list[str], token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    """The parties of a meeting that a phrase names in part: the rest are those of the talks.

    "The negotiations" after a sentence that names three parties and more are theirs.
    """
    if not parties and any(c.lower_ in ("the", "these") for c in token.lefts):
        last = [s for s in discourse.history if s.sentence == sentence.number - 1]
        if any(len(s.codes) >= 3 for s in last):
            return list(dict.fromkeys(c for s in last for c in s.codes))
    if len(parties) >= 2 or not discourse.talks:
        return parties
    place = place_of(token, sentence, discourse)
    if not parties and place and discourse.talks_place and place != discourse.talks_place:
        return parties
    if parties and parties[0] not in discourse.talks:
        return parties
    return list(discourse.talks)


def _when(found: Mention, token: Token, sentence: Sentence, told: Mood, base: dt.date | None) -> None:
    """The dates that the meeting's own clause gives, with arithmetic for "four days of talks"."""
    tense = "future" if told.planned else "past"
    clause = token
    while clause.dep_ != "ROOT" and not (grammar.is_verb(clause) and clause.dep_ in ("relcl", "ccomp", "advcl", "conj", "acl")):
        clause = clause.head
    best = None
    told_at = sentence.dates(base, tense)
    if not told_at:
        return
    own = {t.i for t in token.subtree}
    near = own | {t.i for c in clause.children if c.dep_ in _BESIDE for t in c.subtree}
    for m in told_at:
        where = _tokens_at(token.doc, m.start, m.end)
        if not m.period.start and not m.period.end or m.kind in ("since", "duration"):
            continue
        rank = 2 if where & own else 1 if where & near else 0
        if rank and (best is None or rank > best[0]):
            best = (rank, m)
    if best is None:
        return
    period = best[1].period
    found.start, found.end = period.start, period.end
    words = " ".join(t.lower_ for t in clause.subtree)
    days = dates.duration(words)
    verb = clause.lower_
    if days and days > 1 and len(found.end) == 10 and verb in _ENDS:
        found.start = dates.combine(days, found.end)
    elif verb in _STARTS and len(found.start) >= 7:
        found.end = ""
    elif verb in _ENDS:
        found.start = ""


def _tokens_at(doc: Doc, start: int, end: int) -> set[int]:
    found = doc.char_span(start, end, alignment_mode="expand")
    return {t.i for t in found} if found is not None else set()


_BESIDE = frozenset("npadvmod prep advmod pobj nmod dobj nsubj nsubjpass".split())
_ENDS = frozenset("ended end ends ending concluded wrapped finished closed closing conclude".split())
_STARTS = frozenset("started start opened open began begin begins opens starts resumed resume resumes kicked launched launch reopened beginning starting".split())
_FAILS = frozenset("failed collapsed collapse".split())
_STALLS = frozenset("stalled suspended deadlocked frozen postponed stall broken adjourned stalemate froze postpone cancelled canceled interrupted".split())


def _status(found: Mention, token: Token, told: Mood, base: dt.date | None) -> str:
    words = {t.lower_ for t in grammar.ancestors(token)} | {t.lower_ for t in token.lefts} | {token.lower_}
    verbs = {t.lower_ for t in grammar.ancestors(token) if grammar.is_verb(t)} | {token.lower_}
    if words & _STALLS:
        return "suspended"
    if verbs & _FAILS:
        return "failed"
    today = base.isoformat() if base else ""
    if told.labels & {"planned", "wanted", "offered", "hoped", "refused", "possible", "conditional", "urged"} or words & {
        "upcoming", "next", "forthcoming", "planned", "future", "scheduled", "new"} & {t.lower_ for t in token.lefts}:  # fmt: skip
        return "planned"
    if found.start and today and found.start > today[: len(found.start)]:
        return "planned"
    if verbs & _ENDS:
        return "ended"
    if verbs & _STARTS or words & {"ongoing", "continue", "continuing", "underway", "current"}:
        return "ongoing" if not found.end or found.end >= today else "ended"
    if found.end and today and found.end < today[: len(found.end)]:
        return "ended"
    if any(t.tag_ in ("VBZ", "VBP") for t in [token.head] if t.dep_ == "ROOT"):
        return "ongoing"
    return "ended"


def gather(mentions: Iterable[Mention], discourse: Discourse) -> list[Round]:
    """Puts mentions together: one record for each distinct round."""
    rounds: list[Round] = []
    for m in mentions:
        home = _home(m, rounds)
        if home is None:
            home = Round()
            rounds.append(home)
        home.mentions.append(m)
        home.parties = home.parties if len(home.parties) >= len(m.parties) else m.parties
        home.place = home.place or m.place
        home.start, home.end = home.start or m.start, home.end or m.end
        home.ordinal = home.ordinal or m.ordinal
        home.level = home.level or m.level
    return rounds


def _home(m: Mention, rounds: list[Round]) -> Round | None:
    """The round that a mention belongs to, or None when it opens a new one."""
    options = [r for r in reversed(rounds) if _same(m, r)]
    return options[0] if options else None


def _same(m: Mention, r: Round) -> bool:
    if m.ordinal and r.ordinal and m.ordinal != r.ordinal:
        return False
    if m.parties and r.parties:
        a, b = set(m.parties), set(r.parties)
        if not a & b or len(a & b) / min(len(a), len(b)) < 0.99 and len(a & b) / len(a | b) < 0.5:
            return False
        if len(a) == 1 and len(b) > 2:
            return False
    if m.start and r.start:
        n = min(len(m.start), len(r.start))
        if m.start[:n] != r.start[:n] and m.start != r.end:
            return False
    if m.place and r.place and m.place != r.place and not (m.definite and not m.parties):
        return False
    planned = {x.status == "planned" for x in r.mentions[-1:]}
    if (m.status == "planned") not in planned and not m.definite and not (m.start and m.start == r.start):
        return m.parties == r.parties and not m.start
    if m.ordinal and not r.ordinal and r.mentions[-1].sentence.number < m.sentence.number - 3:
        return False
    return bool(m.parties or m.definite or m.token.lower_ in ("talks", "meeting"))
