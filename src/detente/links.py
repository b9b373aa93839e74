"""What hangs on what: conditions, exchanges, sequences, contingencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from detente import grammar
from detente.acts import clause_span
from detente.days import MONTHS, WEEKDAYS
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
    #: how its connector attaches
    attach: str = ""
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
                    found.attach = attach
                    yield found
                    at += len(words) - 1
                    break
        at += 1


def _separate(found: Hanging) -> bool:
    (a, b), (c, d) = found.what, found.on
    return b < c or d < a


def _clause(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """A subordinate clause: "if he asks politely, …", "… only after Arafat cracks down"."""
    bare = last.lower_ == "that" and last.i > first.i  # which a parser may take for a part of the clause
    sub = last.head if bare or last.dep_ in ("mark", "advmod", "prep") else None
    if last.dep_ == "prep":
        sub = grammar.child(last, "pcomp", "pobj")
    if grammar.is_verb(last):  # "provided Europe continues …"
        sub = grammar.child(last, "ccomp") or sub
    if sub is None or sub.i == last.i or sub.lower_ in _SET_PHRASES or sub.tag_ == "CD" or sub.lower_ in _TIMES:
        return None
    if words in ("if",) and (sub.dep_ == "ccomp" or (first.i > 0 and first.nbor(-1).lower_ in ("as", "asked", "even"))):
        return None
    main = _main_clause(sub)
    if main is not None and first.i <= main.i <= last.i:  # "on the understanding that …"
        main = first.head
    if main is None:
        return None
    on_first, on_last = clause_span(sub, [])
    on_first = max(on_first, last.i + 1)
    if words == "before" and main.head.lower_ in governors() and governors()[main.head.lower_] == "wanted":
        what = _shrink(clause_span(main, [_top(sub, main)]), first.i, main.i)  # "insists that X act before Y"
        return Hanging((on_first, on_last), what, kind, first, sentence, "connector 'insist … before'")
    rule = f"connector {words!r}"
    if words in _OF_TIME and not _awaited(main, first, words):
        if not _ahead(main):
            return None
        rule += " ahead"
    what = clause_span(main, [_top(sub, main)])
    if not sentence.doc or what[0] <= first.i <= what[1]:
        what = _shrink(what, first.i, main.i)
    return Hanging(what, (on_first, on_last), kind, first, sentence, rule)


#: Connectors that tell of time as often as of a condition.
_OF_TIME = frozenset(["until", "before", "after", "once", "when", "without"])
_YET = frozenset("will would can could may might must should shall 'll wo ca".split())


def _ahead(main: Token) -> bool:
    """Whether a clause tells what is yet to be: "will", "can", "is to", "to …"."""
    if main.dep_ in ("xcomp", "pcomp") and grammar.is_verb(main.head) and _ahead(main.head):
        return True
    return any(a in _YET or a == "to" for a in grammar.auxiliaries(main)) or (
        grammar.child(main, "acomp") is not None and main.tag_ in ("VBZ", "VBP")
    )


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
    if sub.dep_ == "pobj" and sub.head.dep_ == "prep" and grammar.is_verb(sub.head.head):  # "lifted after verification"
        node = sub.head
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
    """month year week day today tomorrow now then noon midnight weekend morning evening afternoon night hours days
        weeks months years""".split()
) | {word.lower() for word in (*WEEKDAYS, *MONTHS)}


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
    if obj is None and last.dep_ == "aux" and last.head.i > last.i:  # "necessary to maintain the coalition"
        obj = last.head
    if obj is None:
        return None
    if noun.dep_ in ("attr", "oprd", "acomp"):
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


def _opens(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "A truce would pave the way for talks": what the way is opened for hangs on who opens it."""
    way = first.doc[last.i - 1] if last.dep_ in ("prep", "aux") else last
    verb = next((t for t in (way.head, way.head.head) if grammar.is_verb(t)), None)
    subject = grammar.raised_subject(verb) if verb is not None else None
    goal = last.head if last.dep_ == "aux" else grammar.child(last, "pobj", "pcomp")
    if subject is None or goal is None or goal.i <= last.i:
        return None
    return Hanging(clause_span(goal, []), clause_span(subject, []), kind, first, sentence, f"connector {words!r}")


def _way(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "The only way to peace is through elections": what the way leads to hangs on the way."""
    if last.dep_ not in grammar.SUBJECTS or last.head.lower_ not in _COPULA:
        return None
    told = grammar.child(last.head, "attr", "ccomp", "xcomp", "prep")
    if told is not None and told.dep_ == "prep":
        told = grammar.child(told, "pobj", "pcomp")
    if told is None or told.i < last.head.i:
        return None
    return Hanging(clause_span(last, []), clause_span(told, []), kind, first, sentence, f"connector {words!r}")


def _inverted(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "Should the talks fail, they will fight": a condition without "if"."""
    sub = first.head
    subject = grammar.child(sub, *grammar.SUBJECTS)
    if (
        first.dep_ not in ("aux", "auxpass")
        or sub.dep_ not in ("advcl", "ccomp")
        or subject is None
        or subject.left_edge.i != first.i + 1
    ):
        return None
    main = sub.head
    on = first.i + 1, clause_span(sub, [])[1]
    what = clause_span(main, [sub])
    if what[0] <= first.i <= what[1]:
        what = _shrink(what, first.i if main.i < first.i else on[1], main.i)
    return Hanging(_trimmed(what, main), on, kind, first, sentence, f"inverted {words!r}")


def _trimmed(span: tuple[int, int], head: Token) -> tuple[int, int]:
    """A stretch without the marks that it begins with."""
    first, last = span
    while first < last and head.doc[first].is_punct:
        first += 1
    return first, last


def _alone(last: Token, first: Token, sentence: Sentence, kind: str, words: str) -> Hanging | None:
    """ "In return, they will open the border": what it hangs on was told before."""
    if first.dep_ != "prep" or not grammar.is_verb(first.head) or last.rights:
        return None
    main = first.head
    what = _shrink(clause_span(main, []), last.i if first.i < main.i else first.i, main.i)
    return Hanging(_trimmed(what, main), (first.i, last.i), kind, first, sentence, f"alone {words!r}")


_ATTACH = {
    "clause": _clause, "prep": _prep, "made": _made, "verb": _verb, "reverse": _reverse,
    "else": _else, "swap": _swap, "effect": _effect, "opens": _opens, "way": _way,
    "inverted": _inverted, "alone": _alone,
}  # fmt: skip
