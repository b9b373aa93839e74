"""Rounds of talks: the mentions of one meeting in a report become one record."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detente import grammar, names, timing
from detente.acts import clause_span, noun_actors
from detente.days import MONTHS, WEEKDAYS
from detente.mood import mood
from detente.triggers import classes

if TYPE_CHECKING:
    import datetime as dt

    from detente.language import Sentence
    from detente.parties import Cast
    from detente.tree import Token
    from detente.who import Discourse

ORDINALS = {
    w: n for n, w in enumerate(
        
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
        fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth""".split()
    , 1)
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
    #: those of them that its own words name
    own: list[str] = field(default_factory=list)
    place: str = ""
    start: str = ""
    end: str = ""
    #: how many days it lasts; 0 where the phrase doesn't say
    days: int = 0
    ordinal: int | None = None
    level: str = ""
    status: str = "ended"
    outright: bool = False
    definite: bool = False
    #: a further one: "another round", "new talks"
    another: bool = False
    #: somebody undertakes to hold it
    promised: bool = False
    #: only wanted, offered, refused or imagined
    unsure: bool = False
    #: only offered or refused: no meeting unless another mention tells of it
    refused: bool = False
    named: str = ""
    span: tuple[int, int] = (0, 0)
    kind: str = ""  # the noun: talks, summit, visit …; of "a round of talks" it is talks
    core: Token | None = None  # that noun, where it is not `token`
    score: float = 0.5


@dataclass(slots=True)
class Round:
    """A meeting put together from its mentions."""

    mentions: list[Mention] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    place: str = ""
    start: str = ""
    end: str = ""
    days: int = 0
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


_CITIES = frozenset(
    """capital city town resort village port region province island suburb ship vessel palace headquarters""".split()
)


def place_of(token: Token, sentence: Sentence, discourse: Discourse) -> str:
    """Where a meeting is held, in the words of the text: "in Pyongyang", "here", "on Jeju island"."""
    nodes = [token]
    if not grammar.is_verb(token):
        verb = grammar.verb_over(token)
        if verb is not None and token.dep_ in ("dobj", "nsubj", "nsubjpass", "pobj", "attr"):
            nodes.append(verb)
    for node in nodes:
        for prep in node.children:
            if prep.dep_ == "prep" and prep.lower_ in ("in", "at", "on", "aboard"):
                obj = grammar.child(prep, "pobj")
                if obj is not None and (found := _place_words(obj, prep.lower_, sentence, discourse)):
                    return found
    trip = timing.journey(token)
    goal = grammar.prepositional(trip, "to") if trip is not None else None
    if goal is not None and (found := _place_words(goal, "to", sentence, discourse)):
        return found
    for c in token.lefts:
        if c.dep_ in ("compound", "nmod") and c.text in names.places():
            return str(c.text)
    here = any(c.lower_ == "here" for node in nodes for c in node.children)
    return discourse.cast.here if here else ""


def _place_words(obj: Token, prep: str, sentence: Sentence, discourse: Discourse) -> str:
    """The name of the place that a preposition's object names, or ""."""
    if prep == "on" and obj.lower_ not in _CITIES | {"board"}:
        return ""
    if obj.lower_ in _CITIES:
        inner = grammar.child(obj, "appos") or grammar.prepositional(obj, "of")
        if inner is not None and inner.tag_ == "NNP":
            return _name_at(inner, sentence)
        name = next((c for c in obj.lefts if c.tag_ == "NNP" and c.dep_ in ("compound", "nmod")), None)
        return obj.doc.words(name.i, obj.i) if name is not None else ""
    return _name_at(obj, sentence) if _is_place(obj, sentence, discourse) else ""


def _name_at(noun: Token, sentence: Sentence) -> str:
    """A name with the names that lead to it, and what hyphens join: "Sharm el-Sheikh", "New York", "Port-au-Prince"."""
    doc, first = noun.doc, noun.i
    while first > 0:
        before = doc[first - 1]
        if first > 1 and before.text == "-" and not before.whitespace_ and not doc[first - 2].whitespace_:
            first -= 2
        elif before.tag_ == "NNP" and first <= before.head.i <= noun.i:
            first -= 1
        else:
            break
    return doc.words(first, noun.i)


def _is_place(token: Token, sentence: Sentence, discourse: Discourse) -> bool:
    word = token.text.rstrip(".")
    if not token.tag_.startswith("NNP") or word in WEEKDAYS or word in MONTHS or word[:3] in _MONTH_STARTS:
        return word in names.places()
    name = discourse.name_at(token, sentence)
    return name is None or (name.sort in ("name", "capital") and discourse.cast.party(name.codes[0]).kind == "state")


_MONTH_STARTS = frozenset(m[:3] for m in MONTHS)


def mention(token: Token, sentence: Sentence, discourse: Discourse, base: dt.date | None) -> Mention:
    """What one place of the text says of a meeting; `token` is its noun or its verb."""
    told = mood(token)
    if (trip := timing.journey(token)) is not None:
        told.labels |= mood(trip).labels
    verb = token if grammar.is_verb(token) else None
    noun = token if verb is None else None
    span = clause_span(token, []) if noun is not None else (token.i, clause_span(token, [])[1])
    found = Mention(token, sentence, kind=token.lower_, span=span)
    found.own = participants(token, sentence, discourse)
    found.parties = fill(found.own, token, sentence, discourse)
    found.place = place_of(token, sentence, discourse)
    found.another = verb is not None and any(c.lower_ == "again" for c in verb.children)
    if noun is not None:
        found.core = _core(noun)
        found.kind = (found.core or noun).lower_
        found.ordinal = ordinal(noun)
        words = {c.lower_ for c in noun.lefts} | {g.lower_ for c in noun.lefts if c.dep_ == "poss" for g in c.lefts}
        found.definite = bool(words & {"the", "this", "these", "their", "its", "his"})
        found.another = bool(words & {"another", "more", "further", "new", "next", "other", "previous", "earlier"})
        phrase = sentence.text[noun.left_edge.idx : noun.right_edge.idx + len(noun.right_edge)].lower()
        found.level = next((level for level in _LEVELS if level in phrase), "")
    found.unsure = bool(told.labels & {"offered", "refused", "wanted", "possible", "conditional"})
    unmet = grammar.is_verb(token) and grammar.negated(token)  # "would not negotiate"
    found.refused = unmet or bool(told.labels & {"offered", "refused"})
    timing.when(found, token, sentence, told, base)
    found.status, found.outright = timing.state(found, token, told, base)
    return found


def participants(token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    """The parties that meet, as far as the phrase itself says."""
    found: list[str] = []
    if grammar.is_verb(token):
        found = discourse.who(grammar.subject(token), sentence)
        obj = grammar.direct_object(token)
        if obj is not None and obj.lower_ not in classes()["meeting"]:
            found = found + discourse.who(obj, sentence)
        elif obj is not None and not token.lower_.startswith("discuss"):
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
        for prep in ("with", "between", "among", "of", *(("from", "to") if token.lower_ in _CALLS else ())):
            found = found + discourse.who(grammar.prepositional(token, prep), sentence)
        on = token.head if token.dep_ == "pobj" and token.head.lower_ in ("on", "during") else None
        if on is not None and not found and grammar.is_noun(on.head):  # "Portman, on a visit to India"
            found = discourse.who(on.head, sentence)
        inner = _core(token)
        if inner is not None:
            found = found + participants(inner, sentence, discourse)
        formats = [
            n
            for n in discourse.cast.at(sentence.at(token.doc[token.left_edge.i]), sentence.at(token) + len(token))
            if n.sort == "format"
        ]
        for name in formats:
            found = found + list(name.codes)
    if found and (token.lower_ in _VISITS or token.lower_ in _JOURNEYS):
        found = found + host(token, sentence, discourse)
    return list(dict.fromkeys(found))


def _core(noun: Token) -> Token | None:
    """What a round is of: the talks of "a round of talks"; None where the noun itself is the meeting."""
    inner = grammar.prepositional(noun, "of")
    return inner if inner is not None and grammar.names_round(inner) else None


_CALLS = frozenset("call calls conversation conversations".split())
_VISITS = frozenset("visit visits trip trips tour tours stopover arrival departure".split())
_JOURNEYS = frozenset(
    """visit visits visited visiting arrive arrives arrived arriving fly flies flew flown flying travel travels
        travelled traveled travelling traveling head heads headed heading toured touring go goes went come comes
        came leave leaves left""".split()
)


def host(token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    """Whose country a visit or a journey leads to: "visit to Pakistan", "arrived here"."""
    goals = [grammar.prepositional(token, p) for p in ("to", "in", "at", "for")]
    if grammar.is_verb(token) and token.lower_.startswith("visit"):
        goals.insert(0, grammar.direct_object(token))
    for goal in goals:
        if goal is not None and (state := _state_of(goal, sentence, discourse)):
            return [state]
    if any(c.lower_ == "here" for c in token.children) and discourse.cast.here:
        return [code for code in [_named_state(discourse.cast.here)] if code]
    return []


def _state_of(place: Token, sentence: Sentence, discourse: Discourse) -> str:
    name = discourse.name_at(place, sentence)
    if name is not None and len(name.codes) == 1 and discourse.cast.party(name.codes[0]).kind == "state":
        return name.codes[0]
    return _named_state(place.text) if place.tag_.startswith("NNP") else ""


def _named_state(place: str) -> str:
    """The state that a place lies in, as the tables know it; "" where they do not."""
    known = names.places().get(place) or names.places().get(place.title())
    return known[0] if known else ""


def main_talks(sentences: list[Sentence], discourse: Discourse) -> list[str]:
    """Who sits in the talks that a report is about: the parties that one phrase names together.

    The set named most often, and first, wins; empty where no phrase names two parties.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    order: dict[tuple[str, ...], list[str]] = {}
    places: dict[tuple[str, ...], str] = {}
    anywhere = ""
    title = title_parties(discourse)
    for sentence in sentences:
        for token in sentence.doc if sentence.doc is not None else ():
            noun = token.lower_ in classes()["meeting"] and grammar.is_noun(token)
            if noun or token.lower_ in ("meet", "met", "meets", "meeting", "negotiate", "talk"):
                parties = participants(token, sentence, discourse)
                if len(parties) >= 2:
                    key = tuple(sorted(parties))
                    titled = set(key) <= title
                    counts[key] += (2 if sentence.number <= 3 else 1) + 2 * titled + noun
                    order.setdefault(key, parties)
                    places[key] = places.get(key) or place_of(token, sentence, discourse)
            if noun and not anywhere:
                anywhere = place_of(token, sentence, discourse)
    if not counts:
        rebels = discourse.cast.rebels
        if rebels and discourse.cast.home:
            return [discourse.cast.home, rebels]
        return sorted(title) if len(title) == 2 else []
    best = counts.most_common(1)[0][0]
    discourse.talks_place = places[best] or anywhere
    return order[best]


def title_parties(discourse: Discourse) -> set[str]:
    """The parties that the title names."""
    cast = discourse.cast
    found = {code for name in names.find(cast.title) for code in name.codes}
    for word in re.findall(r"[\w'-]+", cast.title):
        member = cast.person(word)
        if member is not None and member.party:
            found.add(member.party)
        elif word.lower() in ("rebel", "rebels") and cast.rebels:
            found.add(cast.rebels)
    return found


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
    elsewhere = place and discourse.talks_place and place != discourse.talks_place
    if not parties and elsewhere and ordinal(token) is None:
        return parties
    if parties and parties[0] not in discourse.talks:
        return parties
    return list(discourse.talks)


#: Offices whose holders sit at a table.
_DELEGATES = re.compile(
    r"delegat|negotiat|minister|envoy|president|premier|leader|secretary|ambassador|chief|king", re.I
)


def delegates(r: Round, cast: Cast) -> list[str]:
    """The persons of its parties, with a fitting office, whom the sentences about a round name."""
    words = frozenset().union(*(m.sentence.words for m in r.mentions))
    return list(dict.fromkeys(
        person.name for person in cast.called(words) if person.party in r.parties and _DELEGATES.search(person.role)
    ))  # fmt: skip


_PAPERS = frozenset(
    "statement communique communiqué declaration memorandum accord agreement treaty protocol pact".split()
)


def outcome(r: Round) -> str:
    """What a round that ended left behind: "joint statement", "without result"; "" if unsaid."""
    for m in r.mentions:
        for token in m.sentence.doc if m.sentence.doc is not None and m.outright else ():
            if token.lower_ in _PAPERS and not grammar.negated(token):
                joint = token.i > 0 and token.nbor(-1).lower_ in ("joint", "final", "common", "peace")
                lost = any(c.lower_ in ("without", "no") for c in [*token.lefts, token.head])
                return "" if lost else token.doc.words(token.i - joint, token.i)
    return ""
