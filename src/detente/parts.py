"""Who takes which part in an act: of the parties that a sentence brings to mind, who acts, on whom.

Rules (`acts`, `who`) make the first proposal. Where context decides ("whom does *he* mean, who
sits in *the talks*"), two small logistic models weigh it against every other party at hand:
those named in the sentence, the speaker, those of the talks, those spoken of last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from detente import grammar
from detente.triggers import classes

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.language import Sentence
    from detente.tree import Token
    from detente.who import Discourse

#: party code -> names of what is known of it with regard to one act
Pool = dict[str, set[str]]


@dataclass(slots=True)
class Scene:
    """The parties that a sentence brings to mind before its acts are weighed."""

    #: every noun, name or pronoun of the sentence that means a party
    named: list[tuple[Token, list[str]]] = field(default_factory=list)
    speaker: list[str] = field(default_factory=list)
    talks: list[str] = field(default_factory=list)
    pair: list[str] = field(default_factory=list)
    last: list[list[str]] = field(default_factory=list)
    ranking: list[str] = field(default_factory=list)
    title: set[str] = field(default_factory=set)


def scene(sentence: Sentence, discourse: Discourse, title: set[str]) -> Scene:
    """Who is at hand in a parsed sentence, as the discourse stands before it is remembered."""
    found = Scene(
        speaker=list(discourse.speaker), talks=list(discourse.talks), pair=list(discourse.pair),
        ranking=discourse.cast.ranking[:4], title=title,
    )  # fmt: skip
    for token in sentence.doc if sentence.doc is not None else ():
        codes = _meant(token, sentence, discourse)
        if codes:
            found.named.append((token, codes))
    previous = [s for s in discourse.history if s.sentence == sentence.number - 1 and s.codes]
    previous.sort(key=lambda s: -s.weight)
    found.last = [s.codes for s in previous[:3]]
    return found


def _meant(token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    if token.tag_ in ("PRP", "PRP$"):
        return discourse.pronoun(token, sentence)
    if not (grammar.is_noun(token) or token.tag_.startswith("JJ")):
        return []
    name = discourse.name_at(token, sentence)
    if name is not None:
        return list(name.codes)
    if not grammar.is_noun(token) or token.dep_ in ("compound", "nmod"):
        return []
    return discourse.who(token, sentence, 2)


def pool(c: Candidate, at_hand: Scene) -> Pool:
    """What is known of each party at hand with regard to an act, as names of features."""
    found: Pool = {}
    verb = c.token if grammar.is_verb(c.token) else _carrier(c.token)
    subject = grammar.subject(verb) if verb is not None else None
    root = next((t for t in c.token.doc if t.dep_ == "ROOT"), c.token)
    main = grammar.subject(root) if grammar.is_verb(root) else None
    parties = list(dict.fromkeys(code for _, codes in at_hand.named for code in codes))
    for code in dict.fromkeys([
        *c.actors, *c.targets, *c.said_by, *parties, *at_hand.speaker, *at_hand.talks, *at_hand.pair,
        *(x for codes in at_hand.last for x in codes),
    ]):  # fmt: skip
        found[code] = _known(code, c, at_hand, len(parties))
    for token, codes in at_hand.named:
        marks = _place_of(token, c, subject, main)
        for code in codes:
            found[code] |= marks
    return found


def _known(code: str, c: Candidate, at_hand: Scene, named: int) -> set[str]:
    """What is known of a party apart from where the sentence names it."""
    marks = {"bias", f"size={min(len(c.actors), 3)}", f"parties={min(named, 3)}"}
    if code in c.actors:
        marks |= {"rule", f"rule:{min(len(c.actors), 3)}", f"rule:{c.rule.split()[0]}", f"rule:{c.trigger}"}
    elif c.actors:
        marks.add("not rule")
    if code in c.targets:
        marks.add("target")
    elif c.targets:
        marks.add("not target")
    if code in c.said_by:
        marks |= {"said", f"said:{min(len(c.actors), 1)}"}
    if code in at_hand.speaker:
        marks |= {"speaker", f"speaker:{bool(c.said_by)}"}
    if at_hand.talks:
        marks |= {f"talks:{code in at_hand.talks}", f"talks:{code in at_hand.talks}:{min(len(c.actors), 2)}"}
    if code in at_hand.pair:
        marks.add("pair")
    for n, codes in enumerate(at_hand.last):
        if code in codes:
            marks |= {"last", f"last:{n}:{min(len(c.actors), 1)}"}
            break
    if code in at_hand.ranking:
        marks.add(f"rank:{at_hand.ranking.index(code)}")
    if code in at_hand.title:
        marks.add("title")
    state = len(code) == 3 and code.isupper()
    marks.add("state" if state else "no state")
    return marks


def _place_of(token: Token, c: Candidate, subject: Token | None, main: Token | None) -> set[str]:
    """Where a sentence names a party, seen from an act."""
    marks = {"named", "named:before" if token.i < c.token.i else "named:after", f"dep:{token.dep_}"}
    if token.tag_.startswith("PRP"):
        marks.add("pronoun")
    if subject is not None and subject.left_edge.i <= token.i <= subject.right_edge.i:
        marks.add("in subject" if token.i != subject.i else "subject")
    if main is not None and main.left_edge.i <= token.i <= main.right_edge.i:
        marks.add("in main" if token.i != main.i else "main")
    if c.content is not None and c.content[0] <= token.i <= c.content[1]:
        marks.add("in content")
    distance = abs(token.i - c.token.i)
    marks.add(f"near:{0 if distance < 3 else 1 if distance < 7 else 2 if distance < 15 else 3}")
    marks.add(f"path:{path(token, c.token)}")
    return marks


def path(token: Token, goal: Token) -> str:
    """The way from a noun up to an act, prepositions spelt out; "" where it is longer than four steps."""
    over = {goal.i: 0}
    for n, t in enumerate(grammar.ancestors(goal), 1):
        if n > 3:
            break
        over[t.i] = n
    steps: list[str] = []
    node = token
    for _ in range(5):
        if node.i in over:
            return ">".join(steps) + "<" * over[node.i]
        steps.append(node.lower_ if node.dep_ == "prep" else node.dep_)
        if node.head == node:
            break
        node = node.head
    return ""


def _carrier(noun: Token) -> Token | None:
    node = noun
    for _ in range(6):
        if grammar.is_verb(node):
            return node
        if node.head == node:
            return None
        node = node.head
    return None


def features(marks: set[str], c: Candidate) -> dict[str, float]:
    """The features of one party for one act: each mark alone, and with the kind of the act."""
    word = "meeting" if c.token.lower_ in classes()["meeting"] else "verb" if grammar.is_verb(c.token) else "noun"
    return dict.fromkeys(chain.from_iterable(_spread(m, c.kind, word) for m in marks), 1.0)


@lru_cache(maxsize=20_000)  # a report has the same few hundred again and again
def _spread(mark: str, kind: str, word: str) -> tuple[str, ...]:
    """A mark alone, with the kind of an act, and with the sort of word that tells it."""
    group = GROUPS.get(kind, "one")
    found = [mark, f"{group}|{mark}"]
    if not mark.startswith(("dep", "near", "rule:")):
        found.append(f"{kind}|{mark}")
    if mark.startswith(("rule", "talks", "path", "pair", "not")):
        found.append(f"{group}:{word}|{mark}")
    return tuple(found)


#: Kinds that several parties do together.
GROUPS = {"meet": "joint", "agree": "joint", "suspend": "joint"}
