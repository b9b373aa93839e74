"""Who does what to whom: the triggers of the lexicon applied to the parse of a sentence.

A candidate is found by a trigger and its slots; `moods` decide whether the text asserts it. What
words alone can't decide is left to the score in `confidence.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detente import grammar
from detente.days import MONTHS
from detente.grammar import child, is_noun, is_verb
from detente.mood import Mood, mood
from detente.triggers import Trigger, classes, heads, trigger_forms, triggers

if TYPE_CHECKING:
    from detente.language import Sentence
    from detente.parts import Scene
    from detente.tree import Token
    from detente.who import Discourse


#: Acts beyond so many in one sentence are not looked for: each is compared with each (a real sentence has 11 at most).
MANY = 24


@dataclass(slots=True, eq=False)  # each is itself: sentences with hundreds of them compare them often
class Candidate:
    """An act as a sentence may tell it, before it is scored."""

    kind: str
    token: Token
    sentence: Sentence
    rule: str
    trigger: str
    mood: Mood
    actors: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    content: tuple[int, int] | None = None  # token indices, first and last
    cameo: str = ""
    flags: frozenset[str] = frozenset()
    said_by: list[str] = field(default_factory=list)
    planned: bool = False
    of: list[Candidate] = field(default_factory=list)
    head: Token | None = None  # the noun that names a meeting or an accord
    #: what in a statement without a trigger speaks for the act
    cues: list[str] = field(default_factory=list)
    #: how much the whole report is about talks, as names of features
    setting: frozenset[str] = frozenset()
    #: the parties at hand, see `parts`
    at_hand: Scene | None = None
    #: whom the rules alone take it to reach
    reached: list[str] = field(default_factory=list)
    #: how likely each of them acts, if the act is told at all
    acting: dict[str, float] = field(default_factory=dict)
    #: what the encoder makes of it, as log-odds: told by its trigger, told by its sentence at all; and each party
    #: named beside it, acting or acted on
    sense: float | None = None
    whole: float | None = None
    #: the highest log-odds of any word of its sentence to name who acts, who is acted on, what it is about
    peaks: tuple[float, float, float] = (0.0, 0.0, 0.0)
    #: the tokens that the encoder takes for what it is about
    wording: tuple[int, int] | None = None
    seats: dict[str, tuple[float, float]] = field(default_factory=dict)
    score: float = 0.5

    def seat(self, code: str, part: int) -> float | None:
        """The log-odds that a party acts (`part` 0) or is acted on (1); None where the encoder can't tell."""
        odds = self.seats.get(code)
        return None if odds is None else odds[part]

    @property
    def stretch(self) -> tuple[int, int] | None:
        """The tokens, first and last, of what it is about: by grammar, else as the encoder words it."""
        return self.content or self.wording

    @property
    def about(self) -> tuple[int, int]:
        """Character span of what it is about in the report's text; empty span where there is none."""
        span = self.wording or self.content
        if span is None:
            return self.sentence.start, self.sentence.start
        doc = self.token.doc
        first, last = doc[span[0]], doc[span[1]]
        return self.sentence.at(first), self.sentence.at(last) + len(last)


def candidates(sentence: Sentence, discourse: Discourse) -> list[Candidate]:
    """All acts that a parsed sentence may tell, in the order of their triggers."""
    if sentence.doc is None:
        return []
    found: list[Candidate] = []
    for token in sentence.doc:
        for trigger in readings(token):
            found += _apply(trigger, token, sentence, discourse)
        if len(found) >= MANY:
            break
    return found


def matching(token: Token) -> Trigger | None:
    """The strictest trigger of the lexicon that fits a token, or None."""
    return next(iter(readings(token)), None)


def readings(token: Token) -> list[Trigger]:
    """The triggers that fit a token, the strictest first, one of each kind.

    "China hosted four rounds" tells that rounds were held and that China helped to hold them.
    """
    word = token.lower_
    if word not in trigger_forms():
        return []
    pos = "v" if is_verb(token) else "n" if is_noun(token) else "a" if token.tag_.startswith("JJ") else ""
    if not pos or (token.tag_ == "NNP" and token.text in MONTHS):  # "March" is no protest
        return []
    options = triggers().get((word, pos), [])
    if pos == "v" and token.tag_ in ("VBN", "VBG"):
        states = triggers().get((word, "a"), [])
        stative = grammar.passive(token) and grammar.agent(token) is None
        options = states + options if stative else options + states
    found: dict[str, Trigger] = {}
    for trigger in options:
        both = not found or "also" in trigger.flags
        if both and trigger.kind not in found and _fits(trigger, token):
            found[trigger.kind] = trigger
    return list(found.values())


#: What makes a conference one for the press or an audience, where nobody meets the other side.
_PRESS = frozenset("press news media training academic user customers investors sports".split())


def for_press(token: Token) -> bool:
    """A press conference or a news briefing: no meeting of parties."""
    return any(c.lower_ in _PRESS for c in token.lefts)


def no_meeting(token: Token) -> bool:
    """What only sounds like a meeting: "meets the standards", "another round of strikes", for the press."""
    if grammar.is_verb(token):
        met = grammar.child(token, "nsubjpass") if grammar.passive(token) else grammar.direct_object(token)
        return token.lower_ in _MET and met is not None and met.lower_ in classes()["need"]
    inner = grammar.prepositional(token, "of")
    if token.lower_ in _PARTS and inner is not None and inner.lower_ in classes()["strife"]:
        return True
    return for_press(token)


_MET = frozenset("meet meets met meeting".split())
_PARTS = frozenset("round rounds phase phases stage stages".split())


def _fits(trigger: Trigger, token: Token) -> bool:
    if trigger.kind == "meet":
        held = grammar.direct_object(token) if trigger.pos == "v" else None
        if no_meeting(token) or (held is not None and grammar.is_noun(held) and no_meeting(held)):
            return False
    if trigger.kind == "attack" and _stops_work(token):
        return False
    if trigger.rest and not _rest(trigger, token):
        return False
    if trigger.object_class and not _of_class(
        grammar.direct_object(token) if trigger.pos == "v" else _complement(token),
        trigger.object_class,
    ):
        return False
    if trigger.subject_class and not _of_class(_topic(token), trigger.subject_class):
        return False
    return not trigger.needs or grammar.preposition(token, trigger.needs) is not None


def _stops_work(token: Token) -> bool:
    """Whether a strike is one of those who work: "the union will hold a strike"."""
    if token.lower_ not in ("strike", "strikes") or not grammar.is_noun(token):
        return False
    of = {c.lower_ for c in token.lefts}
    return not of & _ARMS and any(t.lower_ in heads()["collective"] for t in token.doc)


_ARMS = frozenset("air missile rocket drone bomb military artillery suicide israeli u.s. american russian nato".split())


def _topic(token: Token) -> Token | None:
    """What a state such as "stalled" is said of."""
    if token.tag_.startswith("JJ") or token.dep_ in ("amod", "acomp"):
        return token.head if token.dep_ == "amod" else child(token.head, *grammar.SUBJECTS)
    return grammar.raised_subject(token)


def _complement(noun: Token) -> Token | None:
    """The noun that a noun is about: "suspension of the talks"."""
    own = grammar.prepositional(noun, "of", "in", "on", "to", "over")
    if own is not None:
        return own
    return next((c for c in noun.children if c.dep_ in ("compound", "poss")), None)


def _of_class(token: Token | None, name: str) -> bool:
    if token is None:
        return False
    if name == "person":
        return token.tag_.startswith("NNP") or token.tag_ == "PRP"
    return any(t.lower_ in classes()[name] for t in grammar.coordinated(token))


def _rest(trigger: Trigger, token: Token) -> bool:
    """Whether the further words of a trigger stand where they must."""
    doc = token.doc
    if trigger.pos == "n":
        first = token.i - len(trigger.rest)
        return first >= 0 and [t.lower_ for t in doc[first : token.i]] == list(trigger.rest)
    if len(trigger.rest) == 1:
        word = trigger.rest[0]
        return any(
            c.lower_ == word and c.i > token.i and (c.i - token.i < 10 or c.dep_ == "prt") and not grammar.dates_it(c)
            for c in token.children
        )
    at = token.i
    for word in trigger.rest:
        at = next((t.i for t in doc[at + 1 : at + 4] if t.lower_ == word), -1)
        if at < 0:
            return False
    return True


# -- from a trigger to candidates


def _apply(trigger: Trigger, token: Token, sentence: Sentence, discourse: Discourse) -> Iterator[Candidate]:
    told = mood(token)
    actors = _actors(trigger, token, sentence, discourse)
    targets = _targets(trigger, token, sentence, discourse, actors)
    contents = _contents(trigger, token)
    if "joint" in trigger.flags and trigger.pos == "v":
        actors = _union(actors, _party_at(token, "with", sentence, discourse))
    contents_or_none: list[tuple[int, int] | None] = [*contents] or [None]
    for content in contents_or_none:
        yield Candidate(
            trigger.kind, token, sentence, f"{_POS[trigger.pos]} {trigger.words!r}", trigger.words, told,
            list(actors), targets or affected(trigger.kind, token, content, sentence, discourse, actors),
            content, trigger.cameo, trigger.flags, head=_meeting_noun(token),
        )  # fmt: skip


#: Kinds that are never directed at anybody.
_UNDIRECTED = frozenset(["meet", "assess", "suspend"])


def affected(
    kind: str, token: Token, content: tuple[int, int] | None, sentence: Sentence,
    discourse: Discourse, actors: list[str],
) -> list[str]:  # fmt: skip
    """Whom an act is directed at when no slot says so: the first party that its content names."""
    if content is None or kind in _UNDIRECTED:
        return []
    doc = token.doc
    start, end = sentence.at(doc[content[0]]), sentence.at(doc[content[1]]) + len(doc[content[1]])
    for name in discourse.cast.at(start, end):
        if name.sort in ("capital", "format") and kind not in ("attack", "coerce"):
            continue
        codes = [c for c in name.codes if c not in actors]
        if codes:
            return codes
    for t in doc[content[0] : content[1] + 1]:
        if grammar.is_noun(t) and t.dep_ in ("dobj", "nsubj", "pobj", "poss", "nsubjpass") and t.i != token.i:
            codes = [c for c in discourse.who(t, sentence) if c not in actors]
            if codes:
                return codes
    return []


_POS = {"v": "verb", "n": "noun", "a": "adjective"}


def _meeting_noun(token: Token) -> Token | None:
    """The noun that names the meeting a trigger tells of."""
    if token.lower_ in classes()["meeting"]:
        return token
    if is_verb(token):
        for noun in (
            grammar.direct_object(token),
            child(token, "nsubj"),
            *(grammar.prepositional(token, p) for p in ("for", "in", "to", "at")),
        ):
            if noun is not None and noun.lower_ in classes()["meeting"]:
                return noun
    return None


def _union(*lists: list[str]) -> list[str]:
    return list(dict.fromkeys(code for codes in lists for code in codes))


def _party_at(token: Token, prep: str, sentence: Sentence, discourse: Discourse) -> list[str]:
    return discourse.who(grammar.prepositional(token, prep), sentence)


def _actors(trigger: Trigger, token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    if trigger.pos == "v":
        if "binds" in trigger.flags and (grammar.passive(token) or child(token, "dobj") is not None):
            bound = discourse.who(grammar.direct_object(token), sentence)
            return bound or discourse.who(grammar.subject(token), sentence)
        found = discourse.who(grammar.subject(token), sentence)
        if not found and "joint" in trigger.flags and grammar.passive(token):
            for prep in ("between", "by", "among"):
                found = found or _party_at(token, prep, sentence, discourse)
        if not found and token.dep_ == "acl" and token.tag_ == "VBG":
            found = discourse.who(_main_subject(token), sentence)
        return found
    if trigger.pos == "a":
        noun = token.head if token.dep_ == "amod" else _topic(token)
        return discourse.who(noun, sentence)
    if trigger.kind == "mediate":
        return discourse.modifiers(token, sentence)
    return noun_actors(token, sentence, discourse)


def _main_subject(token: Token) -> Token | None:
    """The subject of the clause that a participle stands in: "concluded talks promising to …"."""
    verb = grammar.verb_over(token)
    return grammar.subject(verb) if verb is not None else None


def noun_actors(token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    """Who does what a noun names: "Seoul's offer", "Palestinian demands", "a deal between …"."""
    found: list[str] = []
    for c in token.children:
        if c.dep_ in ("poss", "amod", "compound", "nmod"):
            name = discourse.name_at(c, sentence)
            if c.dep_ == "poss" or c.lower_ in ("rebel", "government", "opposition", "guerrilla"):
                found = _union(found, discourse.who(c, sentence) or _as_noun(c, sentence, discourse))
            elif name is not None and name.sort != "capital":
                found = _union(found, list(name.codes))
    for prep in ("by", "between", "among", "from"):
        found = _union(found, _party_at(token, prep, sentence, discourse))
    for participle in grammar.children(token, "acl"):
        if participle.tag_ in ("VBN", "VBD"):
            if (by := grammar.agent(participle)) is not None:
                found = _union(found, discourse.who(by, sentence))
            for prep in ("between", "among", "with"):
                found = _union(found, _party_at(participle, prep, sentence, discourse))
    if (not found and token.dep_ in ("dobj", "pobj", "conj")) or (found and _own_light(token)):
        carrier = grammar.carrier(token, ("prep", "conj", "pobj", "appos", "dobj"))
        if carrier is not None and carrier.lower_ in classes()["light"]:
            found = _union(discourse.who(grammar.subject(carrier), sentence), found)
    if not found:
        found = _party_at(token, "of", sentence, discourse)
    if not found:  # a verb that the parser took for a modifier: "Chung expressed regret"
        torn = next(
            (t for t in token.lefts if t.lower_ in classes()["light"] and t.tag_ in ("VBN", "VBD") and t.i),
            None,
        )
        found = discourse.who(token.doc[torn.i - 1], sentence) if torn is not None else []
    return found


def _as_noun(token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    if token.lower_ in ("rebel", "guerrilla"):
        return discourse.rebels_of([], sentence)
    if token.lower_ == "government":
        return discourse.body(token, sentence)
    return []


def _own_light(token: Token) -> bool:
    return any(c.dep_ == "poss" and c.tag_ == "PRP$" for c in token.children)


def _targets(trigger: Trigger, token: Token, sentence: Sentence, discourse: Discourse, actors: list[str]) -> list[str]:
    if trigger.kind == "mediate":
        between = _party_at(token, "between", sentence, discourse) or discourse.talks
        return [c for c in between if c not in actors]
    for slot in trigger.target:
        codes = [c for c in _slot_party(slot, trigger, token, sentence, discourse) if c not in actors]
        if codes:
            return codes
    return []


def _slot_party(slot: str, trigger: Trigger, token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    if slot == "obj":
        noun = grammar.direct_object(token) if is_verb(token) else None
        found = discourse.who(noun, sentence)
        if not found and noun is not None:
            found = noun_actors(noun, sentence, discourse) if is_noun(noun) else []
        return found
    if slot == "iobj":
        return discourse.who(child(token, "dative", "iobj"), sentence)
    if slot == "xsubj":
        clause = grammar.clause(token)
        return discourse.who(child(clause, "nsubj", "nsubjpass"), sentence) if clause is not None else []
    if slot == "pobj":
        for word in trigger.rest:
            if codes := _party_at(token, word, sentence, discourse):
                return codes
        return []
    if slot in ("self", "clause"):
        return []
    noun = grammar.prepositional(token, slot)
    found = discourse.who(noun, sentence)
    if not found and noun is not None and is_noun(noun):
        found = noun_actors(noun, sentence, discourse)
    return found


def _contents(trigger: Trigger, token: Token) -> list[tuple[int, int]]:
    """The phrases that say what: one for each clause of a coordination with its own "to"."""
    for slot in trigger.content:
        head = _slot_head(slot, trigger, token)
        if head is None:
            continue
        if slot == "self":
            topic = _topic(token) if trigger.subject_class else None
            if topic is not None and topic.i < token.i:
                return [(topic.left_edge.i, token.i)]
            return [self_span(token)]
        if slot == "clause" and trigger.kind in ("propose", "demand", "pledge"):
            parts = [head, *(c for c in head.children if c.dep_ == "conj" and _has_to(c))]
            return [clause_span(part, _others(part, parts)) for part in parts]
        parts = [head, *(c for c in head.children if c.dep_ == "conj" and _own_thing(c))]
        if trigger.kind in ("propose", "demand", "pledge") and len(parts) > 1:
            return [clause_span(part, _others(part, parts)) for part in parts]
        whole = clause_span(head, [])
        return [_with_tail(whole, token) if trigger.kind in ("pledge", "agree") and is_verb(token) else whole]
    return [self_span(token)] if trigger.kind in ("meet", "suspend", "mediate", "comply", "breach") else []


def _with_tail(span: tuple[int, int], token: Token) -> tuple[int, int]:
    """A content with the adverbials of its verb that follow at once: "… to talks in December on Jeju"."""
    first, last = span
    for c in token.rights:
        if (
            c.dep_ == "prep"
            and c.left_edge.i == last + 1
            and c.lower_ in ("in", "on", "at", "by", "before", "within", "until")
        ):
            last = c.right_edge.i
    return first, last


def _slot_head(slot: str, trigger: Trigger, token: Token) -> Token | None:
    if slot == "self":
        return token
    if slot == "obj":
        return grammar.direct_object(token) if is_verb(token) else None
    if slot == "clause":
        return grammar.clause(token)
    if slot in ("iobj", "xsubj", "pobj"):
        return None
    return grammar.prepositional(token, slot)


def _others(part: Token, parts: list[Token]) -> list[Token]:
    """The conjuncts that hang below one of them."""
    return [p for p in parts if p.i != part.i and part.is_ancestor(p)]


def _own_thing(noun: Token) -> bool:
    """Whether a conjunct is a thing of its own: "more exchanges as well as a commitment to …"."""
    return is_noun(noun) and any(c.dep_ in ("det", "poss") for c in noun.lefts) and grammar.clause(noun) is not None


def _has_to(verb: Token) -> bool:
    return any(c.tag_ == "TO" and c.dep_ == "aux" for c in verb.children)


def clause_span(head: Token, without: list[Token]) -> tuple[int, int]:
    """A phrase without what only introduces it ("to", "that") or is added after a comma."""
    added = [c for c in head.subtree if c.dep_ in ("relcl", "appos") and c.i > head.i and _after_comma(c)]
    first, last = grammar.span(head, without=(*without, *added))
    doc = head.doc
    while first < last and (doc[first].lower_ in ("to", "that", '"', "``", "“", ",") or doc[first].dep_ == "mark"):
        first += 1
    while last > first and (
        (doc[last].is_punct and doc[last].text not in ")") or doc[last].dep_ == "cc" or doc[last].lower_ in _TRAILING
    ):
        last -= 1
    return first, last


_TRAILING = frozenset(["as", "well", "and", "or", "but"])


def _after_comma(token: Token) -> bool:
    left = token.left_edge.i
    return left > 0 and token.doc[left - 1].text in (",", "--", "-", "(")


def self_span(token: Token) -> tuple[int, int]:
    """The trigger's own phrase: a noun phrase whole, a verb with what follows it."""
    if is_verb(token):
        first, last = clause_span(token, [])
        subject = child(token, *grammar.SUBJECTS)
        passive_or_absent = subject is not None and grammar.is_noun(subject) and subject.lower_ in classes()["talks"]
        return (first if passive_or_absent else token.i), last
    torn = [c for c in token.children if c.dep_ == "acl" and c.tag_ == "VBG" and matching(c) is not None]
    return clause_span(token, torn)


def nest(found: list[Candidate]) -> None:
    """An act inside the content of another is what that one is about."""
    for outer in found:
        if outer.content is None:
            continue
        first, last = outer.content
        outer.of = [c for c in found if c is not outer and first <= c.token.i <= last and c.token.i != outer.token.i]
        for inner in outer.of:
            if outer.kind in _ANSWERS and inner.kind in _ASKS:
                inner.targets = inner.targets or [a for a in outer.actors if a not in inner.actors]
                outer.targets = outer.targets or [a for a in inner.actors if a not in outer.actors]


#: What answers something, and what it may answer: "rebuffed the South's offer".
_ANSWERS = frozenset(["reject", "agree", "support", "accuse", "assess"])
_ASKS = frozenset(["propose", "demand", "threaten"])
