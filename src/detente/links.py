"""What hangs on what: conditions, exchanges, sequences, contingencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from detente import grammar
from detente.acts import clause_span
from detente.errors import LexiconError
from detente.mood import governors
from detente.record import LINK_KINDS
from detente.speech import is_speech
from detente.tables import rows

if TYPE_CHECKING:
    from detente.language import Sentence
    from detente.tree import Token


@dataclass(slots=True)
class Hanging:
    """One thing that hangs on another, as token spans [first, last] of one sentence."""

    what: tuple[int, int]
    on: tuple[int, int]
    kind: str
    token: Token
    sentence: Sentence
    rule: str
    #: how many parties the sentence brings to mind
    parties: int = 0
    #: how much the whole report is about talks
    setting: frozenset[str] = frozenset()
    score: float = 0.6

    def chars(self, side: tuple[int, int]) -> tuple[int, int]:
        """The characters [start, end) of a side in the sentence."""
        doc = self.token.doc
        return doc[side[0]].idx, doc[side[1]].idx + len(doc[side[1]])

    def words(self, side: tuple[int, int]) -> tuple[int, int]:
        """The character span of a side in the report's text."""
        doc = self.token.doc
        return self.sentence.at(doc[side[0]]), self.sentence.at(doc[side[1]]) + len(doc[side[1]])


@cache
def connectors() -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    """Connectors by first word: (all words, link kind, how they attach), longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for r in rows("links", "connector kind attach"):
        if r["kind"] not in LINK_KINDS or r["attach"] not in _ATTACH:
            raise LexiconError(f"unknown kind or attachment of {r['connector']!r}", name="links.tsv")
        words = tuple(r["connector"].split())
        found.setdefault(words[0], []).append((words, r["kind"], r["attach"]))
    for options in found.values():
        options.sort(key=lambda o: -len(o[0]))
    return found


def find(sentence: Sentence) -> Iterator[Hanging]:
    """The links that a parsed sentence tells, at most one for each connector."""
    doc = sentence.doc
    if doc is None:
        return
    at = 0
    while at < len(doc):
        for words, kind, attach in connectors().get(doc[at].lower_, ()):
            if tuple(t.lower_ for t in doc[at : at + len(words)]) == words:
                found = _ATTACH[attach](doc[at + len(words) - 1], doc[at], sentence, kind, " ".join(words))
                if found is not None and _separate(found):
                    yield found
                    at += len(words) - 1
                    break
        at += 1


def _separate(found: Hanging) -> bool:
    (a, b), (c, d) = found.what, found.on
    return b < c or d < a


def _clause(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """A subordinate clause: "if he asks politely, …", "… only after Arafat cracks down"."""
    sub = last.head if last.dep_ in ("mark", "advmod", "prep") else None
    if last.dep_ == "prep":
        sub = grammar.child(last, "pcomp", "pobj")
    if grammar.is_verb(last):  # "provided Europe continues …"
        sub = grammar.child(last, "ccomp") or sub
    if sub is None or sub.i == last.i or sub.lower_ in _SET_PHRASES or sub.tag_ == "CD" or sub.lower_ in _TIMES:
        return None
    if words in ("if",) and (sub.dep_ == "ccomp" or (first.i > 0 and first.nbor(-1).lower_ in ("as", "asked", "even"))):
        return None
    main = _main_clause(sub)
    if main is None:
        return None
    on_first, on_last = clause_span(sub, [])
    on_first = max(on_first, last.i + 1)
    if words == "before" and main.head.lower_ in governors() and governors()[main.head.lower_] == "wanted":
        what = _shrink(clause_span(main, [_top(sub, main)]), first.i, main.i)  # "insists that X act before Y"
        return Hanging((on_first, on_last), what, kind, first, sentence, "connector 'insist … before'")
    if words in ("until", "before", "after", "once", "when", "without") and not _awaited(main, first, words):
        return None
    what = clause_span(main, [_top(sub, main)])
    if not sentence.doc or what[0] <= first.i <= what[1]:
        what = _shrink(what, first.i, main.i)
    return Hanging(what, (on_first, on_last), kind, first, sentence, f"connector {words!r}")


def _top(sub: Token, main: Token) -> Token:
    node = sub
    while node.head != main and node.head != node:
        node = node.head
    return node


def _shrink(span: tuple[int, int], cut: int, keep: int) -> tuple[int, int]:
    return (span[0], cut - 1) if keep < cut else (cut + 1, span[1])


def _main_clause(sub: Token) -> Token | None:
    """The clause that a subordinate clause hangs on, below a verb of saying."""
    node = sub
    while node.dep_ in ("pcomp", "pobj", "prep", "conj", "advmod", "mark") and node.head != node:
        node = node.head
    main = node.head if node.head != node else None
    while (
        main is not None
        and not grammar.is_verb(main)
        and main.head != main
        and main.dep_ in ("advmod", "prep", "acomp", "mark")
    ):
        main = main.head
    if main is None:
        return None
    while main.dep_ == "xcomp" and main.head.dep_ in ("acomp", "oprd") and main.head.head != main.head:
        main = main.head.head  # "is not able to move forward"
    if is_speech(main):
        said = grammar.child(main, "ccomp")
        return said if said is not None and said != sub else None
    return main


def _awaited(main: Token, first: Token, words: str) -> bool:
    """Whether a clause of time is a condition: "not … until", "only after", "will … once"."""
    only = first.i > 0 and first.nbor(-1).lower_ == "only"
    denied = grammar.negated(main) or _ruled_out(main)
    if words in ("until", "before", "without"):
        return denied
    return only or (words == "once" and any(a in ("will", "would") for a in grammar.auxiliaries(main)))


#: "if necessary" and the like make nothing hang on anything.
_SET_PHRASES = frozenset("necessary possible needed any so required true not anything".split())
_TIMES = frozenset(
    """month year week day today tomorrow now then noon midnight weekend monday tuesday wednesday thursday friday
        saturday sunday january february march april may june july august september october november december
        morning evening afternoon night hours days weeks months years""".split()
)


def _ruled_out(main: Token) -> bool:
    """Whether a clause says that something cannot be: "no ceasefire is possible", "it is impossible"."""
    own = grammar.child(main, *grammar.SUBJECTS, "attr")
    nothing = own is not None and any(c.lower_ in ("no", "any") for c in own.lefts)
    over = main.head if main.dep_ in ("ccomp", "xcomp") else main
    return nothing or any(c.lower_ == "impossible" for c in main.children) or grammar.negated(over)


def _else(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "They must withdraw or else there will be war": the threat hangs on what is demanded."""
    later = next(
        (t for t in last.doc[last.i + 1 :] if grammar.is_verb(t) and t.dep_ in ("conj", "ccomp", "ROOT", "xcomp")), None
    )
    before = next(
        (t for t in reversed(last.doc[: first.i]) if grammar.is_verb(t) and t.dep_ in ("ROOT", "ccomp", "conj")), None
    )
    if later is None or before is None:
        return None
    what = (last.i + 1, clause_span(later, [])[1])
    on = (clause_span(before, [])[0], first.i - 1)
    return Hanging(what, on, kind, first, sentence, f"connector {words!r}") if on[0] <= on[1] else None


def _swap(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "Swap the soldier for prisoners": one thing is given for another."""
    obj, other = grammar.child(first, "dobj"), grammar.prepositional(first, "for")
    if not grammar.is_verb(first) or obj is None or other is None:
        return None
    return Hanging((first.i, obj.right_edge.i if obj.right_edge.i < other.left_edge.i else obj.i),
                   clause_span(other, []), kind, first, sentence, f"verb {words!r}")  # fmt: skip


#: What somebody may do or leave undone that has consequences.
_DEEDS = frozenset(
    "failure refusal attempt rejection violation breach delay defiance attack lack any non-compliance".split()
)


def _effect(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "Failure to comply would lead to sanctions": what is announced hangs on the deed."""
    subject = grammar.child(first, *grammar.SUBJECTS) if grammar.is_verb(first) else None
    if subject is None or not any(a in _MODAL for a in grammar.auxiliaries(first)):
        return None
    if subject.lower_ not in _DEEDS and not any(c.lower_ == "any" for c in subject.lefts):
        return None
    return Hanging((first.i, clause_span(first, [])[1]), clause_span(subject, []), kind, first, sentence,
                   f"verb {words!r}")  # fmt: skip


_MODAL = frozenset(["will", "would", "could", "may", "might", "shall"])


def _prep(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "… in exchange for …", "contingent on …": what stands before hangs on what stands after."""
    obj = grammar.child(last, "pobj", "pcomp")
    if obj is None:
        return None
    top = first
    while top.head.i >= first.i and top.head.i <= last.i and top.head != top:
        top = top.head
    head = top.head
    if head == top:
        return None
    if head.lower_ in _COPULA:
        subject = grammar.child(head, *grammar.SUBJECTS)
        if subject is None:
            return None
        what = clause_span(subject, [])
    else:
        what = _shrink(clause_span(head, []), first.i, head.i)
    return Hanging(what, clause_span(obj, []), kind, first, sentence, f"connector {words!r}")


def _made(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "They made any cut contingent on progress": what is made so hangs on the rest."""
    obj = grammar.child(last, "pobj", "pcomp")
    before = [t for t in last.doc[max(first.i - _FAR, 0) : first.i] if grammar.is_verb(t) or t.is_punct]
    made = before[-1] if before and before[-1].lower_ in _MAKES else None
    if obj is None or made is None or made.i + 1 == first.i:
        return _prep(last, first, sentence, kind, words)
    return Hanging((made.i + 1, first.i - 1), clause_span(obj, []), kind, first, sentence, f"connector {words!r}")


#: Forms of "make", and how far before its adjective one may stand.
_MAKES, _FAR = frozenset("make makes made making".split()), 16
_COPULA = frozenset("is are was were be been remain remained remains seem seems appeared".split())


def _verb(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "… depends on …", "… hinges on …": the subject hangs on the object."""
    subject = grammar.raised_subject(first) if grammar.is_verb(first) else None
    obj = grammar.child(last, "pobj", "pcomp")
    if subject is None or obj is None:
        return None
    return Hanging(
        clause_span(subject, []),
        clause_span(obj, []),
        kind,
        first,
        sentence,
        f"connector {words!r}",
    )


def _reverse(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "X is a condition for Y": Y hangs on X."""
    obj = grammar.child(last, "pobj", "pcomp")
    noun = first
    if obj is None:
        return None
    if noun.dep_ in ("attr", "oprd"):
        subject = grammar.child(noun.head, *grammar.SUBJECTS)
    elif noun.dep_ == "pobj" and noun.head.lower_ == "as":
        subject = grammar.direct_object(noun.head.head) if grammar.is_verb(noun.head.head) else None
    else:
        subject = None
    if subject is None:
        return None
    return Hanging(
        clause_span(obj, []),
        clause_span(subject, []),
        kind,
        first,
        sentence,
        f"connector {words!r}",
    )


_ATTACH = {
    "clause": _clause, "prep": _prep, "made": _made, "verb": _verb, "reverse": _reverse,
    "else": _else, "swap": _swap, "effect": _effect,
}  # fmt: skip
