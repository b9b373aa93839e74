"""When a meeting is held, how long it lasts, and whether it is over: from its words, its clause and the calendar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from detente import dates, grammar
from detente.mood import governors
from detente.triggers import classes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from detente.language import Sentence
    from detente.meetings import Mention, Round
    from detente.mood import Mood
    from detente.tree import Token, Tree


def when(found: Mention, token: Token, sentence: Sentence, told: Mood, base: dt.date | None) -> None:
    """The dates that the meeting's own clause gives, with arithmetic for "four days of talks"."""
    found.days = _lasting(token)
    past = _lead(token) in _PAST or _at_its_end(token)
    dated = (
        m for m in _told_days(token, sentence, told, past, base)
        if m.kind not in ("since", "duration") and (m.period.start or m.period.end) and not (past and _to_come(m, base))
        and not (m.attributive and _of_another(m, token))
    )  # fmt: skip
    nearest = _nearest(dated, token, _closeness)
    if nearest is None:
        return
    at_first, best = nearest
    verb = grammar.verb_over(token.doc[at_first]) or token
    found.start, found.end = best.period.start, best.period.end
    if ahead_of(token):
        return
    if verb.lower_ in classes()["closing"] or (past and found.days > 1):
        days = found.days or _after_days(verb)
        found.start = dates.combine(days, found.end) if days > 1 and len(found.end) == 10 else ""
    elif verb.lower_ in classes()["opening"] and len(found.start) >= 7 and best.kind != "range":
        found.end = ""


def _told_days(token: Token, sentence: Sentence, told: Mood, past: bool, base: dt.date | None) -> list[dates.Mention]:
    """The expressions of time of a meeting's sentence, taken for what lies ahead or behind as the meeting is told.

    What something happens before is near: "hours before a meeting on Thursday" means the nearest one. What is put off
    lies ahead where it is put to.
    """
    if past:
        return sentence.dates(base, "past")
    if ahead_of(token):
        pairs = zip(sentence.dates(base, "past"), sentence.dates(base, "future"), strict=False)
        return [min(pair, key=lambda m: _distance(m, base)) for pair in pairs]
    if told.planned or _present(token):
        return sentence.dates(base, "future")
    behind = sentence.dates(base, "past")
    if _put_off(token):
        ahead = sentence.dates(base, "future")
        return [m for m in behind if not _put_to(m, token)] + [m for m in ahead if _put_to(m, token)]
    return behind


def _distance(found: dates.Mention, base: dt.date | None) -> int:
    """How many days lie between an expression of time and the report; 0 where it is less exact."""
    day = found.period.start or found.period.end
    return abs((dt.date.fromisoformat(day) - base).days) if base is not None and len(day) == 10 else 0


def _of_another(found: dates.Mention, token: Token) -> bool:
    """Whether a day tells which one another noun means: "talks since the 1998 ruling"."""
    return not any(token.doc[i].head in (token, *token.lefts) for i in _tokens_at(token.doc, found.start, found.end))


def _after_days(verb: Token) -> int:
    """How many days passed before something ended, as its verb has it: "ended after four days"; 1 if unsaid."""
    after = [c for c in verb.children if c.dep_ == "prep" and c.lower_ == "after"]
    return dates.duration(" ".join(t.lower_ for c in after for t in c.subtree)) or 1


def of_act(token: Token, sentence: Sentence, planned: bool, base: dt.date | None) -> dates.Mention | None:
    """The expression of time that tells when an act was done, or for what time it is planned; None where none does.

    It belongs to the act's own clause, or to the verb that reports it ("said on Monday that it refused"). Days of
    other clauses ("since the raid in May"), of what is asked for, and those that tell which one a noun means ("the 2015
    accord") are none.
    """
    past = _lead(token) in _PAST
    dated = (
        m for m in sentence.dates(base, "future" if planned else "past")
        if m.kind not in ("since", "duration", *(() if planned else ("deadline",)))
        and not m.attributive and not (past and _to_come(m, base))
    )  # fmt: skip

    def rank(at: set[int], token: Token) -> int:
        close = _closeness(at, token)
        if close == 1 and not grammar.is_verb(token):  # beside another noun of the verb
            close = 0
        return close or int(not planned and any(_reports(token.doc[i], token) for i in at))

    nearest = _nearest(dated, token, rank)
    return nearest[1] if nearest is not None else None


def _nearest(
    dated: Iterable[dates.Mention], token: Token, rank: Callable[[set[int], Token], int]
) -> tuple[int, dates.Mention] | None:
    """The expression of time that ranks highest for a token, of equals the nearest, with its first token; None if none ranks."""
    options = []
    for m in dated:
        at = _tokens_at(token.doc, m.start, m.end)
        if close := rank(at, token):
            options.append((-close, abs(min(at) - token.i), min(at), m))
    return min(options, key=lambda o: o[:3])[2:] if options else None


def _closeness(at: set[int], token: Token) -> int:
    """How closely an expression of time, by its tokens, belongs to a token: as its closest one does."""
    return max((_attached(token.doc[i], at, token) for i in at), default=0)


def _to_come(found: dates.Mention, base: dt.date | None) -> bool:
    """Whether an expression of time means what is after the report's day, on which nothing can be that is over."""
    first = found.period.start or found.period.end
    return base is not None and first[:10] > base.isoformat()[: len(first)]


def _reports(date: Token, token: Token) -> bool:
    """Whether a day is that of the verb by which an act is told: "Iceland said on Monday that it refused"."""
    verb = grammar.verb_over(date)
    return verb is not None and verb.lower_ in classes()["said"] and verb.is_ancestor(token)


def _present(token: Token) -> bool:
    """Whether a meeting is told in the present, as what is fixed to come is: "they meet on Friday"."""
    verb = token if grammar.is_verb(token) else grammar.verb_over(token) or token
    return verb.tag_ in ("VBP", "VBZ")


def _lead(token: Token) -> str:
    """The preposition that leads to a meeting: "after three days of talks"."""
    while token.dep_ == "pobj" and token.head.lower_ == "of":
        token = token.head.head
    return token.head.lower_ if token.dep_ in ("pobj", "pcomp") else ""


_PAST = frozenset(["after", "following"])
_BEFORE = frozenset(["before", "ahead", "eve", "prior", "run-up", "sidelines", "margins", "sideline"])
_ENDS = frozenset(["end", "close", "conclusion"])
_STARTS = frozenset(["start", "opening", "beginning", "resumption"])


def _at_its_end(token: Token) -> bool:
    """Whether a meeting is told by its last day: "a communique at the end of a five-day visit"."""
    over = _part_of(token)
    return over.lower_ in _ENDS and over.dep_ == "pobj"


def _part_of(token: Token) -> Token:
    """The noun that tells which part of a meeting is meant, "the end of the talks"; the meeting's own without one."""
    return token.head.head if token.dep_ == "pobj" and token.head.lower_ == "of" else token


def _put_off(token: Token) -> bool:
    """Whether a meeting is moved or halted."""
    verb = grammar.verb_over(token) or token
    return verb.lower_ in classes()["stalling"] or any(c.dep_ == "prt" and c.lower_ == "off" for c in verb.children)


def _put_to(found: dates.Mention, token: Token) -> bool:
    """Whether a day is the one that something is put off to: "postponed the visit to January"."""
    return found.kind == "deadline" or any(
        token.doc[i].head.lower_ in ("to", "until", "till") for i in _tokens_at(token.doc, found.start, found.end)
    )


def ahead_of(token: Token) -> bool:
    """Whether something is told to happen ahead of a meeting or beside it: "hours before a meeting", "on the eve of the
    talks", "on the sidelines of the summit"."""
    while token.dep_ == "pobj":
        lead = token.head
        token = lead.head
        if lead.lower_ in _BEFORE or (lead.lower_ in ("of", "to") and token.lower_ in _BEFORE):
            return True
        if lead.lower_ != "of" or token.lower_ in _ENDS:
            return False
    return False


def _lasting(token: Token) -> int:
    """How many days a meeting lasts by its own words: "a two-day conference", "three days of talks"; 0 if unsaid."""
    if grammar.is_verb(token):
        return 0
    first = token.head.head.left_edge.i if grammar.names_round(token) else token.left_edge.i
    return dates.duration(token.doc.words(first, token.i).lower()) or 0


def _attached(date: Token, words: set[int], token: Token) -> int:
    """How closely a date belongs to a meeting: 3 to its noun, 2 to its verb or to one that tells of it ("a summit that
    opens on Friday"), 1 to its verb beside another noun ("met officials on Monday"), 0 not at all."""
    node, rank = date, 2
    while node.head != node:
        if node == token:
            return 3
        head = node.head
        if head == token:
            return 3 if rank == 2 else 1
        if grammar.is_verb(head):
            raised = head.dep_ == "xcomp" and _governs(head.head, token, date)  # "talks are set to resume in May"
            return rank if raised or _governs(head, token, date) or _tells_of(head, token) else 0
        if head.i not in words and (head.dep_ not in ("prep", "npadvmod", "advmod") or grammar.is_noun(head)):
            if not _beside(head):
                return 0
            rank = 1
        node = head
    return 0


def _beside(noun: Token) -> bool:
    """Whether a date after a noun may as well belong to the verb: the noun is no event of its own."""
    return (
        grammar.is_noun(noun)
        and noun.dep_ in ("pobj", "dobj")
        and noun.lower_ not in classes()["event"] | classes()["meeting"] | classes()["accord"]
    )


def _tells_of(verb: Token, token: Token) -> bool:
    """Whether a clause tells of a meeting's noun, or of a name that ends its phrase: "the summit of the Forum, held in May"."""
    if verb.dep_ not in ("relcl", "acl"):
        return False
    noun = verb.head
    while noun != token and noun.dep_ in ("pobj", "appos", "prep", "conj", "compound") and noun.head != noun:
        noun = noun.head
    return noun == token


def _governs(verb: Token, token: Token, date: Token) -> bool:
    """Whether a meeting is named in the verb's own clause, not in one below it.

    A day that stands before what completes the verb is the verb's alone: "agreed on Wednesday to hold talks".
    """
    trip = journey(token)
    node = token
    while node != verb:
        if node is token and verb is trip:
            return True
        if node.dep_ in ("relcl", "acl", "advcl", "ccomp") or node.head == node or _only_hoped(node, token):
            return False
        if node.dep_ == "xcomp" and verb.i < date.i < node.i:
            return False
        node = node.head
    return True


def _only_hoped(noun: Token, token: Token) -> bool:
    """Whether a noun tells of a meeting as hoped for or offered, so that its verb's day is not the meeting's: "hopes of
    talks faded on Monday"."""
    return (
        noun is not token
        and grammar.is_noun(noun)
        and (noun.lower_ in classes()["feeling"] or governors().get(noun.lower_, "") in ("hoped", "offered", "wanted"))
    )


def journey(token: Token) -> Token | None:
    """The verb of the journey that somebody makes to meet: "will fly to Oslo to meet the king" -> fly."""
    to = any(c.tag_ == "TO" for c in token.children)
    return token.head if to and token.dep_ in ("advcl", "xcomp") and token.head.lower_ in classes()["journey"] else None


def _tokens_at(doc: Tree, start: int, end: int) -> set[int]:
    return {t.i for t in doc if t.idx < end and start < t.idx + len(t)}


_UNSURE = frozenset("planned wanted offered hoped refused possible conditional urged".split())
_SOON = frozenset("upcoming next forthcoming planned future scheduled".split())
_OVER = frozenset("recent just-concluded just-ended recently-concluded concluded previous".split())
_ON = frozenset("ongoing continue continuing continued underway current fledgling".split())


def state(found: Mention, token: Token, told: Mood, base: dt.date | None) -> tuple[str, bool]:
    """The status of a meeting as one mention tells it, and whether its words say so outright."""
    over = _over(token)
    over += [c for t in over[:1] for c in t.children if c.dep_ in ("acomp", "oprd", "xcomp", "attr")]
    own = _own_words(token)
    verbs = {t.lower_ for t in over if grammar.is_verb(t) or t.dep_ in ("acomp", "oprd")} | {token.lower_} | own
    near = {t.lower_ for t in token.lefts} | verbs
    today = base.isoformat() if base else ""
    named = {t.lower_ for t in over if grammar.is_noun(t)}
    unsure = told.labels & _UNSURE - (_ELSEWHERE if at_it(token) else frozenset())
    if found.start and today and found.start > today[: len(found.start)]:
        return "planned", True
    if _lost(over):
        return "failed", True
    if near & classes()["stalling"] or named & classes()["halt"]:
        return "suspended", True
    if verbs & classes()["failing"]:
        return "failed", True
    if _lead(token) in _PAST or _at_its_end(token) or near & _OVER:
        return "ended", True
    if _bound_for(token) and not (found.start and today and found.start < today):
        return "planned", True
    undated = not (found.start or found.end)
    if undated and (named & classes()["revival"] or (unsure and verbs & classes()["reviving"])):
        return "suspended", True
    if unsure or near & _SOON:
        return "planned", bool(unsure - {"conditional"} if ahead_of(token) else unsure)
    if verbs & classes()["closing"]:
        return "ended", True
    if verbs & classes()["opening"] or near & _ON or _under_way(token, over):
        over_by = found.end or (found.start if len(found.start) < 10 else "")
        return ("ended" if over_by and today and over_by < today[: len(over_by)] else "ongoing"), True
    if found.end and today and found.end < today[: len(found.end)]:
        return "ended", True
    present = any(t.tag_ in ("VBZ", "VBP") for t in over[:1])
    return ("ongoing" if present or "progress" in named else "ended"), False


#: What the words around say of something else where a meeting is only where it is said or done.
_ELSEWHERE = _UNSURE - {"planned", "conditional"}


def at_it(token: Token) -> bool:
    """Whether a meeting is told as where something is said or done: "warned at the summit", "during their meeting"."""
    lead = token.head
    return token.dep_ == "pobj" and (
        lead.lower_ == "during" or (lead.lower_ == "at" and (lead.head.dep_ in grammar.SUBJECTS or _says(lead.head)))
    )


def _says(token: Token) -> bool:
    return token.lower_ in classes()["said"]


def _own_words(token: Token) -> set[str]:
    """The words that a clause about a meeting's noun turns on: "a conference which is under way", "talks that broke off"."""
    if grammar.is_verb(token):
        return set()
    clauses = [t for t in token.subtree if t.i > token.i and _tells_of(t, token)]
    return {t.lower_ for c in clauses for t in (c, *c.children) if t is c or t.dep_ in ("acomp", "advmod")}


def _under_way(token: Token, over: list[Token]) -> bool:
    """Whether words tell that a meeting goes on: "are meeting", "on a visit", "in Oslo for talks", "at the start of"."""
    doing = token if grammar.is_verb(token) else next(iter(over), token)
    if doing.tag_ == "VBG" and set(grammar.auxiliaries(doing)) & _BE:
        return True
    lead = _lead(token)
    if lead == "on" and token.lower_ in _STAYS:
        return True
    start = _part_of(token)
    if start.lower_ in _STARTS and start.dep_ == "pobj" and start.head.lower_ == "at":
        return True
    return lead == "for" and token.head.head.lower_ in ("is", "are")


def _bound_for(token: Token) -> bool:
    """Whether somebody has set out for a meeting: "left for Oslo for talks"."""
    return _lead(token) == "for" and token.head.head.lower_ in classes()["departure"]


_BE = frozenset("is are was were been".split())
_STAYS = frozenset("visit trip tour".split())


def _lost(over: list[Token]) -> bool:
    """Whether talks ended without their aim: "broke down", "ended without a breakthrough"."""
    for verb in over:
        if verb.lower_ in classes()["stalling"] and any(c.dep_ == "prt" and c.lower_ == "down" for c in verb.children):
            return True
        if verb.lower_ in classes()["closing"] and grammar.prepositional(verb, "without") is not None:
            return True
    return False


def _over(token: Token) -> list[Token]:
    """What a meeting's noun hangs on, nearest first, up to the verb of its clause and the one that this completes."""
    found: list[Token] = []
    for t in grammar.ancestors(token):
        if found and grammar.is_verb(found[-1]) and found[-1].dep_ not in ("xcomp", "pcomp"):
            break
        found.append(t)
    return found[:3]


def status(r: Round, base: dt.date | None) -> str:
    """The status of a round: what its mentions say outright, a halt first; else what its days say, else the first guess."""
    said = [m.status for m in r.mentions if m.outright]
    for halt in ("suspended", "failed"):
        if halt in said:
            return halt
    return _by_days(r, base.isoformat() if base else "") or (said[0] if said else r.mentions[0].status)


def _by_days(r: Round, today: str) -> str:
    """Whether a round is past, to come or under way on a day, as far as its days tell; "" where they don't."""
    if not today or not r.start:
        return ""
    first, last = today[: len(r.start)], today[: len(r.end)]
    if r.start > first:
        return "planned"
    if r.end and r.end < last:
        return "ended"
    return "ongoing" if len(r.start) == 10 and r.end != r.start and r.end > today else ""


def lengthen(r: Round) -> None:
    """The last day of a round of which the first is known and how long it lasts, or the first by the last."""
    if r.days > 1 and len(r.start) == 10 and r.end in ("", r.start):
        r.end = dates.last_day(r.days, r.start)
    elif r.days > 1 and len(r.end) == 10 and not r.start:
        r.start = dates.combine(r.days, r.end)
