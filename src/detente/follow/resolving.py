"""What an act leaves to the words around it: who "she" is that offers, what "that" is that was rejected.

A reader of single sentences gives "the offer" as what was rejected, and the party named nearest as who rejected it.
Nothing is added without its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from detente import names
from detente.follow import words
from detente.follow.issues import STANCE
from detente.follow.people import NOBODY, Sitting, doer
from detente.record import Act

_ANSWERS = {"reject", "agree", "support", "concede", "comply"}
_MADE = {"demand", "propose", "pledge"}
#: What the word for it says of the act that is answered.
_CALLED = (
    (re.compile(r"\b(?:offer|proposal|suggestion|package|plan|idea)s?\b", re.I), {"propose", "pledge"}),
    (re.compile(r"\b(?:demand|request|call|condition)s?\b", re.I), {"demand"}),
)
_STANDS_FOR = re.compile(
    r"^(?:|it|this|that|them|these|those|both|all that|"
    r"(?:the|that|this|its|their|his|her|such an?|any such|those|these|both) (?:\w+ )?"
    r"(?:offers?|demands?|proposals?|ideas?|plans?|requests?|calls?|conditions?|suggestions?|terms|package|figure))$",
    re.I,
)
#: A reply that only says yes or no: "Norway again refused", "said no".
_REPLY = re.compile(
    r"\b(?:refus|reject|accept|agree|declin|turn|consent|oblig|balk|demur|decid|said (?:no|yes)|no$|yes$)\w*", re.I
)
#: What in a sentence beside a quotation stands for the matter that is answered: "he said, turning it down".
_TURNED = re.compile(
    r"\b(?:reject|refus|turn|dismiss|accept|declin|welcom|brush|wav)\w*\b (?:down |aside |off )?"
    r"(?:it|this|that|them|(?:the|this|that|its|their|his|her) (?:\w+ )?(?:offer|demand|proposal|idea|plan|request|call|condition|suggestion)s?)\b",
    re.I,
)
#: So many characters before it the act that an act answers is told at most.
_REACH = 400


def resolved(acts: Iterable[Act], text: str = "", present: Sitting = NOBODY) -> list[Act]:
    """Acts with what they leave to the words around them, in order.

    "Rejected that" says what was rejected: the matter of the latest demand or offer of somebody else. Who "she" is that
    offers is who acted before. Who will not do one thing until another is done wants the other, and so does who will
    not drop a demand. `present` is what is known of who sits at the table.
    """
    known = _own(list(acts))
    within = {n for act in known for n in act.of}
    #: what is told together with its answer is not answered again
    settled = {n for act in known if act.kind in _ANSWERS for n in act.of}
    found: list[Act] = []
    waiting: list[Act] = []
    for n, act in sorted(enumerate(known), key=lambda one: _place(one[1])):
        act = act if n in within else _done_by(act, text, present)
        act = act if act.actors else replace(act, actors=_actor(act, found, text))
        act = _given_up(_worded(act, waiting, text))
        found.append(act)
        if n not in settled:
            waiting.append(act)
        if (wanted := _condition(act) or _kept_up(act)) is not None:
            found.append(wanted)
            waiting.append(wanted)
    return found


_NO_LONGER = re.compile(
    r"^(?:[\w'’-]+ ){0,4}?no longer (?:ask\w*(?: for)?|insist\w*(?: on| that)?|demand\w*|seek\w*|sought|want\w*|call\w* for|claim\w*)"
    r" (?:(?:[A-Z][\w'’-]+ )+to )?"
)


def _given_up(act: Act) -> Act:
    """An act of no longer asking for a thing: it is on the thing, and is done."""
    asked = _NO_LONGER.match(act.about) if act.kind == "concede" else None
    return replace(act, about=act.about[asked.end() :], planned=False) if asked else act


_ITS = re.compile(
    r"^(?:its|their|his|her) (?:\w+ )?(?:demand|claim|call|request|offer|proposal|plan|promise|pledge)s?\b"
)


def _by_others(act: Act, acts: list[Act]) -> Act:
    """An answer without those whose offer or demand it answers: they do not answer themselves."""
    own = _ITS.match(act.about) is not None or act.kind not in _ANSWERS
    asked = {code for n in act.of if acts[n].kind in _MADE for code in acts[n].actors}
    others = [code for code in act.actors if code not in asked]
    return act if own or not others else replace(act, actors=others)


def _own(acts: list[Act]) -> list[Act]:
    """Acts of which one within "its demand" is that of who acts on it; a demand that was given up is none any more."""
    found = [_by_others(act, acts) for act in acts]
    for act in found.copy():
        for n in act.of if _ITS.match(act.about) and act.actors else ():
            gone = act.kind == "concede" and found[n].kind == "demand"
            found[n] = replace(found[n], actors=[] if gone else act.actors, kind="assess" if gone else found[n].kind)
    return found


def _worded(act: Act, before: list[Act], text: str) -> Act:
    """An act with the matter that it only points to."""
    points = (act.kind in _ANSWERS and _stands_for(act)) or (act.kind == "demand" and _MORE.match(act.about))
    if points and (answered := _answered(act, before)) is not None:
        others = [code for code in act.actors if code not in answered.actors]
        return replace(act, about=answered.about, actors=others or act.actors)
    if words.telling(act.about):
        return act
    short = act.kind in STANCE and (_IT.match(act.about.strip()) or _bare(act.about))
    matter = _before_which(act) or (_sentence_before(act, text) if short else "")
    return replace(act, about=matter) if matter else act


#: What asks for more than was offered.
_MORE = re.compile(r"^(?:for )?(?:more|much more|far more|a better (?:offer|deal)|better terms)$", re.I)


def _done_by(act: Act, text: str, present: Sitting) -> Act:
    """An act with the party of who does it in its own words, or of the person or government that does it."""
    if not act.evidence or act.kind not in STANCE:
        return act
    quote = " ".join(act.evidence[0].quote.split())
    at = quote.find(" ".join(act.about.split())[:20]) if act.about else -1
    if at < 0 and act.actors and act.about:
        return act
    if _bare(act.about):
        own = [n for n in names.find(act.about) if n.sort != "format"]
        if own:
            return replace(act, actors=list(own[0].codes))
    at = at if at > 0 and not _bare(act.about) else len(quote)
    found = doer(quote, at, text[: act.evidence[0].start], present, act.actors, answers=act.kind in _ANSWERS)
    return replace(act, actors=[found], targets=[c for c in act.targets if c != found]) if found else act


def _bare(about: str) -> bool:
    return bool(_REPLY.search(about)) and not words.telling(about)


def _stands_for(act: Act) -> bool:
    """Whether what an act is about only points to what was told before."""
    about = act.about.strip()
    if _STANDS_FOR.match(about) or _bare(about):
        return True
    quote = " ".join(act.evidence[0].quote.split()) if act.evidence else ""
    at = quote.find(" ".join(about.split())[:20])
    for said in re.finditer(r'["“][^"”]*["”]', quote):
        if said.start() <= at < said.end():
            return _TURNED.search(quote[: said.start()] + quote[said.end() :]) is not None
    return False


_IT = re.compile(r"(?:it|this|that|them|these|those|both)$", re.I)
#: A sentence of so many words before "it", or before a "no", tells what is meant.
_SHORT = 16


def _sentence_before(act: Act, text: str) -> str:
    """The short sentence before that of an act on "it": "Self-rule was left for later."; "" where it is long."""
    before = re.split(r"(?<=[.!?])[\"”]?\s+", text[: _place(act)].strip())[-1] if act.evidence else ""
    return before.rstrip(".!?") if 0 < len(before.split()) <= _SHORT and words.telling(before) else ""


_WHICH = re.compile(
    r"(?<![\w'’-])((?:[\w'’-]{1,40} ){0,5}[\w'’-]{1,40}), (?:which|a demand that|a claim that|something that) "
)


def _before_which(act: Act) -> str:
    """The words before "which they want": what an act in such a clause is about."""
    found = _WHICH.search(" ".join(act.evidence[0].quote.split())) if act.evidence and act.kind in STANCE else None
    return found[1] if found is not None and words.telling(found[1]) else ""


def _place(act: Act) -> int:
    return act.evidence[0].start if act.evidence else 0


def _answered(act: Act, before: Iterable[Act]) -> Act | None:
    if not act.evidence:
        return None
    plain = _MADE - {"pledge"} if act.kind == "reject" else _MADE  # who refuses does not refuse what was promised
    kinds = next((kinds for noun, kinds in _CALLED if noun.search(act.about)), plain)
    options = [
        (_place(a), n, a)
        for n, a in enumerate(before)
        if a.kind in kinds and a.evidence and 0 <= _place(act) - _place(a) <= _REACH
        and words.telling(a.about) and not set(act.actors) <= set(a.actors) and a.about != act.about
    ]  # fmt: skip
    return max(options, key=lambda o: o[:2])[2] if options else None


_PRONOUN = re.compile(r"(?:(?:but|and|instead|however|also),? )?(?:he|she|it|they|both|the two)\b", re.I)


def _actor(act: Act, before: list[Act], text: str) -> list[str]:
    """Who did an act that has no actor: the party that opens its sentence, else of a "she" who acted just before."""
    if not act.evidence or act.planned or act.kind not in STANCE:
        return []
    quote = act.evidence[0].quote
    first = next(iter(names.find(quote)), None)
    if first is not None and first.start < OPENING and first.sort != "format" and not _of_other(quote, first):
        return list(first.codes)
    if _PRONOUN.match(quote) and before and _place(act) - _place(before[-1]) <= _REACH:
        return list(before[-1].actors)
    return [act.said_by] if act.said_by and act.kind in _MADE and first is None else []


def _of_other(quote: str, name: names.Name) -> bool:
    """Whether a name stands in a dateline, or where something is done to who bears it: "to Ethiopia"."""
    return (
        quote[name.start : name.end].isupper()
        or re.search(r"\b(?:to|from|by|with|in|at|of|against|on) (?:the )?$", quote[: name.start]) is not None
    )


#: The subject of a sentence stands so early.
OPENING = 30
_UNTIL = re.compile(r"^(?P<deed>.+?) (?:until|unless|before) (?P<on>\S+ \S+.*)$")


def _condition(act: Act) -> Act | None:
    """What who refuses a thing "until" another is done wants, None where an act sets no condition."""
    found = _UNTIL.match(" ".join(act.about.split())) if act.kind == "reject" else None
    if found is None or not words.telling(found["on"]):
        return None
    return replace(act, kind="demand", about=found["on"], of=[])


_DROP = re.compile(
    r"^(?:drop|give up|abandon|withdraw|renounce|waive|soften|retreat from|back down from|budge (?:on|from)) "
    r"(?:its|their|his|her|the|a|an) (?:\w+ )?(?:demand|claim|call|request|insistence|condition)s? (?:for|that|on|of|to) (?P<on>.+)$"
)


def _kept_up(act: Act) -> Act | None:
    """What who will not drop a demand wants, None where an act is about no such thing."""
    found = _DROP.match(" ".join(act.about.split())) if act.kind == "reject" else None
    return replace(act, kind="demand", about=found["on"], of=[]) if found and words.telling(found["on"]) else None
