"""What later sentences tell of a pledge.

A later sentence is about a pledge when it shares enough of its telling words (the noun that the pledge is
about counts twice), its verb, and its party; what the sentence says of it is told by the verb's form and by
the signs of `lexicon/signs.tsv`. The weights and the threshold were set by hand (docs/follow.md).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from detente import dates, days, names
from detente.follow import words
from detente.follow.filed import Filed, Quote, quotes, sentences
from detente.follow.issues import bag, leading
from detente.record import Act

if TYPE_CHECKING:
    from detente.follow.followup import FollowUp

#: Days after the last day for a pledge within which a report without a day of its own still tells of it in time.
GRACE = 7
#: A sentence that scores this much is about the pledge; it must share this part of its words, more without its verb.
THRESHOLD = 0.55
SHARED, SHARED_WITHOUT_VERB = 0.5, 0.6
#: The first sentence of a report must have this part itself before its title counts with it.
BESIDE_TITLE = 0.25
#: The same of one that says of a party that is bound that it did "as it had promised".
SHARED_PROMISED = 0.33
#: A sentence that is about another pledge by this much more is not about this one.
MARGIN = 0.15


@dataclass(frozen=True, slots=True)
class Telling:
    """What one sentence of a later report says of a pledge.

    `sign` is kept, broken or delayed; `when` the day of it, of a delay the new day, "" where unsaid. `claimant` is the party whose word
    it is, "" where the report itself says so; `interest` whether that party speaks for itself.
    """

    sign: str
    date: str
    when: str
    late: bool
    claimant: str
    interest: bool
    quote: Quote
    score: float


@dataclass(slots=True)
class Unit:
    """A sentence of a report with the acts that it tells."""

    quote: Quote
    acts: list[Act]
    before: Unit | None = None
    #: of the first sentence of a report its title, which tells the same in other words
    title: str = ""
    #: the parties for which the persons named in it act
    people: frozenset[str] = frozenset()

    @property
    def place(self) -> tuple[str, int]:
        return self.quote.report_id, self.quote.start

    @property
    def kinds(self) -> set[str]:
        return {act.kind for act in self.acts}

    @property
    def stems(self) -> frozenset[str]:
        return words.stems(self.quote.quote)


def units_of(reports: Iterable[Filed]) -> Iterator[Unit]:
    """The sentences of reports in order; the quotes of the entries where a record came without its text."""
    for filed in reports:
        found = list(sentences(filed)) or _quoted(filed)
        before = None
        surnames = [(p.name.split()[-1], p.party) for p in filed.record.persons if p.name and p.party]
        for quote in found:
            acts = [a for a in filed.record.acts if any(e.start == quote.start for e in a.evidence)]
            people = frozenset(party for name, party in surnames if re.search(rf"\b{re.escape(name)}\b", quote.quote))
            before = Unit(quote, acts, before, "" if before else filed.title, people)
            yield before


def _quoted(filed: Filed) -> list[Quote]:
    found = {(e.start, e.end): e for entry in filed.record.entries() for e in entry.evidence}
    return sorted(quotes(filed, found.values()), key=lambda q: q.start)


def tellings(
    pledge: FollowUp, units: Iterable[Unit], best: Mapping[tuple[str, int], float] | None = None
) -> Iterator[Telling]:
    """What sentences told since a pledge was made say of it, in their order.

    `best` is how surely each sentence is about any pledge: one that another claims far better is left to it.
    """
    named: Unit | None = None
    said: tuple[Unit, Telling] | None = None
    score, half = 0.0, False
    own = {(q.report_id, q.start) for q in pledge.quotes}
    for unit in units:
        quote = unit.quote
        if quote.date < pledge.made or _first_told(pledge, quote):
            continue
        rest = half and _REST.search(quote.quote) is not None
        how = _about(pledge, unit, after=rest or (named is not None and named is unit.before))
        if how >= max(THRESHOLD, best.get(unit.place, 0.0) - MARGIN if best else 0.0):
            named, score = unit, how
        elif said and said[0] is unit.before and words.sign("contested", quote.quote):
            yield _contested(pledge, unit, said[1])
            continue
        elif said and _denies(pledge, unit, *said):
            yield replace(_telling(pledge, unit, "kept", said[1].score), when="", late=False)
            continue
        elif not _refers(pledge, unit, named):
            continue
        same = _SAME.match(quote.quote) or _OF_IT.search(quote.quote)
        sign = _sign(pledge, unit, named is unit or same is not None)
        again = unit.place in own and "comply" not in unit.kinds and not words.sign("kept", quote.quote)
        if sign and not (sign == "kept" and again):
            # Of a sentence that only refers to the pledge it is less sure than of the one that names it.
            telling = _telling(pledge, unit, sign, score if named is unit else 0.9 * score)
            said = unit, telling
            half = half or words.sign("partly", quote.quote) is not None or _in_part(pledge, quote.quote)
            yield telling


#: Of a promise kept in part the rest may be told in few of its words: "the last 50 prisoners walked out".
_REST = re.compile(r"\b[Tt]he (?:last|remaining|other|rest of the) (?!rounds?\b|time\b)\w+")


def _first_told(pledge: FollowUp, quote: Quote) -> bool:
    """Whether a sentence is the one that made the pledge, or stands before it in that report."""
    made = pledge.quotes[0]
    return quote.report_id == made.report_id and quote.start <= made.start


#: So many characters after a charge its denial may stand.
_REPLY = 900


def _denies(pledge: FollowUp, unit: Unit, charged: Unit, charge: Telling) -> bool:
    """Whether one that is bound denies, further on in a report, the charge of a breach told there."""
    near = unit.quote.report_id == charged.quote.report_id and 0 < unit.quote.start - charged.quote.start < _REPLY
    if not near or charge.sign != "broken" or not charge.claimant or charge.claimant in pledge.by:
        return False
    who = _codes(unit.quote.quote).union(unit.people, *(a.actors for a in unit.acts if a.kind == "reject"))
    return bool(who & set(pledge.by)) and words.sign("denied", unit.quote.quote) is not None


#: What an amount and the name of somebody who has no seat in the talks ("Kenyan nurses") tell of a promise, in words.
AMOUNT, FOREIGN = 3, 2


@lru_cache(maxsize=20_000)
def _parts(promised: str) -> tuple[str, dict[str, int]]:
    """The verb of what is promised ("" where a noun says it), and what else tells it, with weights.

    Amounts tell it best; places where it is to be done do not, they are seldom told again.
    """
    promised = _WITH.sub(r"\1 \3 to \2", promised)
    what = _PLACE.sub("", leading(promised))
    found = bag(what) or bag(promised)
    amounts = dict.fromkeys(words.amounts(promised), AMOUNT)
    verb = _verb(what, found)
    light = words.stems("let allow permit") if _LETS.match(what) else frozenset()
    rest = {word: n for word, n in found.items() if word != verb and word not in light} | amounts
    rest = rest or _plain_object(verb, what)
    return (verb, rest) if rest else ("", found)


#: Who gets a thing before the thing: "equip the guards with radios".
_WITH = re.compile(r"^((?:to )?(?:equip|supply|provide|furnish|issue|present)) (.{1,80}?) with (.+)$", re.S)


@lru_cache(maxsize=20_000)
def _deeds(promised: str) -> frozenset[str]:
    """The stems of verbs that tell a promise done; whatever the verb, of money those that tell it paid."""
    verb, _ = _parts(promised)
    paid = words.fulfilling(words.stem("pay")) if verb and _MONEY.search(promised) else frozenset[str]()
    return words.fulfilling(verb) | paid


#: A sum of money: "$12 million", "300 million kroner".
_MONEY = re.compile(
    r"[$€£¥]\s?\d|\b(?:thousand|million|billion|\d[\d.,]{0,30}) (?:\w{1,30} )?"
    r"(?:dollars?|euros?|pounds?|francs?|marks?|yen|yuan|won|rupees?|roubles?|rubles?|shillings?|dinars?|rials?|riyals?|"
    r"pesos?|reais|kron(?:er|or)|crowns?|lira|rand|naira|baht|dirhams?)\b"
)


#: What is signed where a sentence leaves it unsaid: "it is to be signed".
_PAPER = words.stem("agreement")


def _plain_object(verb: str, what: str) -> dict[str, int]:
    """The words of a promise in which only the verb tells anything: "sign the accord"."""
    if not verb:
        return {}
    known = words.stems(what) - {verb} - words.stems("it this that they")
    named = known & words.stems("agreement document paper text letter plan")
    named = named or (frozenset({_PAPER}) if verb == words.stem("sign") else frozenset())
    return {verb: 2} | dict.fromkeys(named, 1) if named else {}


def same_deed(promised: str, other: str) -> float:
    """How far two promises are to do one thing to one thing, 0..1; 0 where their verbs are of different deeds."""
    return 0.0 if other_deeds(promised, other) else words.shared(_parts(promised)[1], _parts(other)[1])


def other_deeds(promised: str, other: str) -> bool:
    """Whether the verbs of two promises are both known and of different deeds."""
    verb, other_verb = _parts(promised)[0], _parts(other)[0]
    apart = other_verb not in words.fulfilling(verb) and verb not in words.fulfilling(other_verb)
    return bool(verb and other_verb) and apart


def same_verb(promised: str, other: str) -> bool:
    """Whether two promises have verbs of one deed."""
    verbs = [_parts(what)[0] or next(iter(words.telling(what)[:1]), "") for what in (promised, other)]
    mine, theirs = (words.fulfilling(verb) for verb in verbs)
    return verbs[0] in theirs or verbs[1] in mine


def bare(promised: str) -> bool:
    """Whether a promise does not say what the deed is done to: "sign", "it is to be signed"."""
    verb, rest = _parts(promised)
    return rest.keys() <= {verb, _PAPER, *words.telling(promised)[:1]}


def _told_parts(pledge: FollowUp) -> tuple[str, dict[str, int]]:
    """The verb and the weighed words of a pledge, with those named in it who have no seat in the talks."""
    verb, rest = _parts(pledge.what)
    seated = words.stems(" ".join(code for code in (*pledge.by, *pledge.parties) if code == code.lower()))
    rest = {word: n for word, n in rest.items() if word not in seated} or ({verb: 2} if verb else rest)
    foreign = _codes(_PLACE.sub("", pledge.what)) - {*pledge.by, *pledge.to, *pledge.parties}
    return verb, rest | dict.fromkeys(foreign, FOREIGN)


_PLACE = re.compile(r" (?:in|at|near) (?:the )?[A-Z].*$")
_BE_DONE = re.compile(r"^(?!to )\S+ .*\b(?:was|were|be|is|are) (\w+)(?: (\w+))?")
#: Who is to do it, before the verb: "lecturers will teach".
_WILL = re.compile(
    r"(?:(?!to )[\w,'’-]{1,30} ){1,7}?(?:will|would|shall|(?:is|are|was|were) to) (?!be\b)(?:also |then |not )?(?=[a-z])"
    r"|(?:undertook|promised|pledged|vowed|agreed) to (?=[a-z])"
)
_LETS = re.compile(r"(?:to )?(?:let|allow|permit|have|see|ensure)\b", re.I)


def _verb(what: str, found: Mapping[str, int]) -> str:
    """The stem of the verb of a promise: its first word; of "let the inspectors return", the deed that is let be done."""
    if _LETS.match(what) and words.stem("free") in found:
        return words.stem("free")
    if _LETS.match(what):
        deeds = words.telling(re.split(r" (?:to|into|from|on|for) ", what, maxsplit=1)[0])
        known = [deed for deed in deeds[1:] if len(words.fulfilling(deed)) > 1]
        return known[-1] if known else deeds[-1] if len(deeds) > 2 else ""
    if (passive := _BE_DONE.search(what)) and _past(passive[1]):
        done = (words.stems(phrase) for phrase in (f"{passive[1]} {passive[2] or ''}", passive[1]))
        return next((stem for stems in done for stem in stems & found.keys()), "") or _light(passive[1])
    if (clause := _WILL.match(what)) and not _LETS.match(what[clause.end() :]):
        return _verb(what[clause.end() :], found)
    if finite := _finite(what):
        return finite
    opening = re.match(r"(?:to )?([\w-]+)(?: ([\w-]+))?", what)
    if opening is None or opening[1].lower() in ("a", "an", "the", "its", "their"):
        return ""
    firsts = (words.stems(phrase) for phrase in (f"{opening[1]} {opening[2]}", opening[1]))
    verb = next((stem for stems in firsts if len(stems) == 1 for stem in stems if stem in found), "")
    parted = words.telling(what)[:1] if _LIGHT.match(what) else ()  # "pull its troops out", "set up a fund"
    return verb or next((stem for stem in parted if stem in _phrasal(opening[1])), "") or _light(opening[1])


_LIGHT = re.compile(r"(?:to )?[a-z]+\b")
_SUBJECT_VERB = re.compile(r"(?<= )([a-z]+[^s\W]s)\b(?: (\w+))?")
#: So many characters into a promise its finite verb stands at most.
_SUBJECT = 30


def _finite(what: str) -> str:
    """The verb of a promise worded as a clause: of "truce starts" start, of "army pulls back its tanks" withdraw."""
    if any(len(words.fulfilling(stem)) > 1 for stem in words.stems(what.partition(" ")[0])):
        return ""  # "visit the sites"
    phrases = (
        phrase for m in _SUBJECT_VERB.finditer(what, 0, _SUBJECT) for phrase in (f"{m[1]} {m[2] or ''}", m[1])
    )  # fmt: skip
    return next((stem for p in phrases for stem in words.stems(p) if len(words.fulfilling(stem)) > 1), "")


@lru_cache(maxsize=5000)
def _light(word: str) -> str:
    """The stem of a verb that says little by itself, where the tables tell how its deed is done: "set up", "accept"."""
    return next((stem for stem in words.stems(word) if len(words.fulfilling(stem)) > 1), "")


@lru_cache(maxsize=5000)
def _phrasal(word: str) -> frozenset[str]:
    """The stems for which a verb stands together with a word that may be parted from it: of "pull" withdraw."""
    return words.phrasal(word)


def _about(pledge: FollowUp, unit: Unit, *, after: bool = False) -> float:
    """How surely a sentence is about a pledge, 0..1; right `after` one that is, fewer of its words will do."""
    verb, rest = _told_parts(pledge)
    text = unit.quote.quote
    there = _said(text) | _codes(text)
    if unit.title and _shared_part(rest, there, True) >= BESIDE_TITLE:
        there = there | _said(unit.title) | _codes(unit.title)
    part = _shared_part(rest, there, bool(words.amounts(text)))
    deeds = _deeds(pledge.what)
    named = _codes(text).union(unit.people, *([*a.actors, *a.targets] for a in unit.acts))
    promised = bool(_AS_PROMISED.search(text)) and bool(named & set(pledge.by))
    least = THRESHOLD if after and part and (deeds & there or _to_the_last(pledge, text)) else 0.0
    done = verb in there and _tells(pledge, text, frozenset({verb})) != ""
    plain = [word for word in rest if word[0].islower()]
    if deeds & there and verb not in there and plain and not any(word in there for word in plain):
        return least  # as many, of that country, and yet others
    heads = [word for word in plain if rest[word] > 1]
    told_so = bool(deeds & there) and (verb in there or not heads or any(word in there for word in heads))
    if part < (SHARED_PROMISED if promised or done else SHARED if told_so else SHARED_WITHOUT_VERB):
        return least
    party = 0.15 if named & set(pledge.by) else 0.0 if named and not _unsaid(text, deeds) else 0.08
    told = 0.2 if deeds & there or promised or (not verb and unit.kinds & {"comply", "breach"}) else 0.0
    return max(least, 0.65 * part + max(told, 0.1 if _signed(text) else 0.0) + party)


@lru_cache(maxsize=20_000)
def _unsaid(text: str, deeds: frozenset[str]) -> bool:
    """Whether a sentence tells one of these deeds without saying who did it: "were handed over"."""
    return any(deeds & done and past and _PASSIVE.search(before) for done, past, before in _verbs(text))


@lru_cache(maxsize=20_000)
def _verbs(text: str) -> tuple[tuple[frozenset[str], bool, str], ...]:
    """Each word of a sentence: its stems, alone and with the next word, whether it may be a past form, what is before."""
    found = list(_TOKEN.finditer(text))
    pairs = zip(found, [*found[1:], None], strict=True)
    return tuple(
        (words.stems(one[0]) | (words.stems(text[one.start() : after.end()]) if after else frozenset()),
         _past(one[0]), text[: one.start()])
        for one, after in pairs
    )  # fmt: skip


#: A party that did something "as it had promised".
_AS_PROMISED = re.compile(
    r"\bas (?:(?:it|they|he|she) )?(?:had )?(?:been )?(?:promised|pledged|agreed|undertaken)\b", re.I
)


def _shared_part(rest: Mapping[str, int], there: Collection[str], counts: bool) -> float:
    """The part of a pledge's words that a sentence has, 0..1.

    Of its amounts those that are missing weigh less, and nothing where the sentence counts otherwise.
    """
    mine = sum(n for word, n in rest.items() if word in there)
    missing = [n for word, n in rest.items() if word[0].isdigit() and word not in there]
    whole = sum(rest.values()) - sum(missing) + (0 if counts else len(missing))
    return mine / whole if whole else 0.0


# every pledge of a process asks every sentence


@lru_cache(maxsize=20_000)
def _said(text: str) -> frozenset[str]:
    """The stems and the amounts of a sentence; what is ruled out is no rule."""
    text = _RULED_OUT.sub("", text)
    return words.stems(text) | words.stems(" ".join(_HYPHENED.findall(text)).replace("-", " ")) | words.amounts(text)


_RULED_OUT = re.compile(r"\brul(?:e|es|ed|ing) out\b")
_HYPHENED = re.compile(r"\b\w{1,40}(?:-\w{1,40})+")


@lru_cache(maxsize=20_000)
def _codes(text: str) -> frozenset[str]:
    """The parties that a sentence names."""
    return frozenset(code for name in names.find(text) for code in name.codes)


@lru_cache(maxsize=20_000)
def _signed(text: str) -> bool:
    """Whether a sentence speaks of something done, undone or put off."""
    return any(words.sign(sign, text) for sign in ("broken", "undone", "unchanged", "delayed", "kept", "late"))


_PROMISE_TO = re.compile(r"\b(?:promise|pledge|commitment|undertaking|vow)s? (?:not )?to (\w+)", re.I)


def _refers(pledge: FollowUp, unit: Unit, named: Unit | None) -> bool:
    """Whether a sentence soon after one about the pledge speaks of "its promise" or "the deadline", the next one of "it"."""
    if unit.before is None or named is None or named not in (unit.before, unit.before.before):
        return False
    text = unit.quote.quote
    other = _PROMISE_TO.search(text)
    if other is not None and not words.stems(other[1]) & _deeds(pledge.what):
        return False
    if words.sign("refers", text) is not None:
        return True
    return named is unit.before and (
        _IT.match(text) is not None or (_OF_IT.search(text) is not None and _done(pledge, text) != "")
    )


_OF_IT = re.compile(r"\b(?:it|them|they|both)\b", re.I)
_SAME = re.compile(
    r"(?:it|this|that|they|these|those|both|the (?:money|sum|amount|payment|step|work|men|prisoners|papers|documents)) "
    r"(?:has|have|had|was|were|is|are|will|would)\b",
    re.I,
)
_IT = re.compile(r"(?:it|this|that|they|these|those|both) (?:has|have|had|was|were|is|are|will|would)\b", re.I)


# -- what a sentence says

_NEGATED = re.compile(
    r"\b(?:no|not|never|nothing|neither|none|without|hardly|yet to)\b(?: \S+){0,3} ?$|n['’]t(?: \S+){0,2} ?$"
)
_NONE = re.compile(
    r"^(?:none|neither|nobody|nothing|not one|no \w+)\b|\bnone of\b|\bnot (?:a|one|a single) \w+ (?:of|in)\b"
)
_PASSIVE = re.compile(
    r"\b(?:was|were|been|is|are|being|be)(?: (?:\w+ly|never|not|yet|ever|still|already|also|now|since|all))* $"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def _sign(pledge: FollowUp, unit: Unit, named: bool) -> str:
    """What a sentence says of the pledge: kept, broken, delayed, or "" where it says nothing of it."""
    text = _own_clauses(pledge, unit.quote.quote) if named else unit.quote.quote
    if _CONDITION.match(text):
        return ""  # "if they succeed, it will not be imposed"
    if (forbidden := _FORBIDS.match(pledge.what)) is not None:
        deeds = words.stems(forbidden[1]) | words.fulfilling(words.stem(forbidden[1]))
        against = named and (_tells(pledge, text, deeds) == "kept" or _anew(text, deeds))
        return "broken" if against or words.sign("despite", text) else ""
    done = _done(pledge, text) if named else ""
    over = bool(pledge.due) and unit.quote.date > days.last(pledge.last_due)
    put_off = words.sign("delayed", text) is not None or _moved(pledge, unit)
    if named and ((done == "kept" and words.sign("partly", text)) or _in_part(pledge, text)):
        return "delayed" if put_off else "broken" if over else ""
    if named and words.sign("overran", text) and not _STILL.search(text):
        return "kept"
    if words.sign("denied", text) and (words.sign("broken", text) or "breach" in unit.kinds or not named):
        return "kept"
    if words.sign("despite", text):
        return "broken"
    lasts = words.sign("undone", text) or words.sign("unchanged", text)
    if done == "kept" or (named and words.sign("after", text) and not lasts):
        return "kept"
    over_now = _no_longer(pledge, text) or (not lasts and _to_the_last(pledge, text))
    if named and done == "" and not put_off and over_now:
        return "kept"
    if put_off and not _ends(pledge, text):
        return "delayed"
    if _tells_breach(text) or _does(pledge, unit, "breach"):
        return "broken"
    if named and done == "" and _dropped(pledge, text):
        return "broken"
    unchanged = named and done == "" and (_unchanged(pledge, text) or (over and _not_so(pledge, text)))
    if done == "broken" or _undone(pledge, text, named) or unchanged:
        early = bool(pledge.due) and not over
        refused = _REFUSED.search(text) and not _IF.search(text)
        return "broken" if not early or refused else ""
    if (
        (words.sign("kept", text) and not _to_be_done(pledge, text))
        or words.sign("holds", text)
        or _does(pledge, unit, "comply")
    ):
        return "kept"
    return "delayed" if _still_to_come(pledge, unit) else ""


#: A promise not to do a thing.
_FORBIDS = re.compile(
    r"(?:to )?(?:(?:not|never) (?:to )?|(?:refrain|abstain|desist) from |\b(?=\w{1,40} no (?:new|more|further|other) ))(\w{1,40})",
    re.I,
)


_ANEW = re.compile(r"\b(?:[Tt]he first|[Aa]nother|[Aa] (?:new|fresh|second|third)) ([\w-]+)")


def _anew(text: str, deeds: frozenset[str]) -> bool:
    """Whether a sentence tells of one of some deeds as a thing that happened: "the first strike since"."""
    return any(words.stems(m[1]) & deeds for m in _ANEW.finditer(text)) and not _NEGATED_DEED.search(text)


def _moved(pledge: FollowUp, unit: Unit) -> bool:
    """Whether a sentence puts the deed off to a day behind its own: "until Christmas", "moved to November"."""
    return bool(pledge.due and words.sign("moved", unit.quote.quote) and _new_day(pledge, unit, "delayed"))


_SHARE = re.compile(
    r"(?<![\w.,-])([\w.,-]{1,40})(?: (?:thousand|million|billion))?(?: [a-z]{1,40}){0,6}?,? (?:(?:out )?of|instead of|rather than|not) "
    r"(?:the |its |their |these |those |promised ){0,3}([\w.,-]{1,40})"
)
_ONLY = re.compile(
    r"\b(?:only|just|barely|merely|hardly|no more than|fewer than|less than|the first) (?:some |about )?[$€£]?([\w.,-]+)",
    re.I,
)


def _in_part(pledge: FollowUp, text: str) -> bool:
    """Whether a sentence counts less than was promised: "61 of the 87 dockers", "just 15 million"."""
    promised = {_number(n) for n in words.amounts(pledge.what)}
    if not promised:
        return False
    shares = [(_counted(m[1]), _counted(m[2])) for m in _SHARE.finditer(text)]
    few = [_counted(m[1]) for m in _ONLY.finditer(text)]
    return any(0 < less < whole and whole in promised for less, whole in shares) or any(
        0 < less < max(promised) for less in few
    )


def _counted(word: str) -> float:
    """The number that a word says, 0 where it says none."""
    if word.lower() == "one":
        return 1.0
    return max(map(_number, words.amounts(word.strip(".,"))), default=0.0)


def _number(amount: str) -> float:
    whole = amount.replace(",", "")
    return float(whole) if whole.count(".") < 2 else 0.0


_THE_LAST = re.compile(
    r"\b[Tt]he (?:last|remaining|final|other)\b((?: (?:of the|of its|of their|of|[\w,'’-]+)){1,4})(.*)", re.S
)


def _to_the_last(pledge: FollowUp, text: str) -> bool:
    """Whether a sentence tells of the last of what was promised that something was done: a deed is done to the last.

    "The last of the foresters took up a desk", "masons set the last of the pillars".
    """
    found = _THE_LAST.search(text)
    rest = _parts(pledge.what)[1]
    if found is None or not any(rest.get(word, 0) and word[0].islower() for word in words.stems(found[1])):
        return False
    return not _NEGATED_DEED.search(text) and any(
        past and not words.sign("modal", before.lower()) and not words.sign("said", text[len(before) :].split()[0])
        for _, past, before in _verbs(text)
    )


_NEGATED_DEED = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|without|remain\w*|wait\w*|still|wo|will|would|shall|must|should|may|might|can|could|ha(?:s|ve|d) to|is to|are to)\b"
)


def _no_longer(pledge: FollowUp, text: str) -> bool:
    """Whether what a pledge is to end is told of as over: "passengers no longer pay the tax"."""
    return _parts(pledge.what)[0] in words.ending() and _NO_LONGER.search(text) is not None


_NO_LONGER = re.compile(r"\b(?:no longer|not any ?more|is (?:over|gone|history)|are (?:over|gone))\b")


def _tells_breach(text: str) -> bool:
    """Whether a sentence tells of a breach that it does not rule out: "has not broken the truce"."""
    found = words.sign("broken", text)
    return found is not None and not _HAS_NOT.search(found.string[: found.start()])


_HAS_NOT = re.compile(r"\b(?:not|never|without) (?:\w+ly |once )?$")


def _not_so(pledge: FollowUp, text: str) -> bool:
    """Whether a sentence on a promise says what did not happen, whatever it was: "has not left", "no letter has been sent"."""
    if _parts(pledge.what)[0] in words.lasting():
        return False  # who has not shot has kept the truce
    return any(not words.sign("said", m[0].lower()) and not _SILENT.search(m[0]) for m in _DID_NOT.finditer(text))


_DID_NOT = re.compile(
    r"\b(?:has|have|had|was|were|did) not (?!yet\b)(?:\w+ly |been )?\w+|^No (?:[\w-]+ ){1,6}?(?:has|have|had|was|were) (?:been )?\w+"
)
#: Who has not spoken of a thing has not left it undone.
_SILENT = re.compile(
    r"\b(?:comment|respond|repl|answer|explain|know|decid|expect|giv|mention|specif|disclos|name|rule|exclu|ask|agree|accept|want|seem)\w*$"
)


def _unchanged(pledge: FollowUp, text: str) -> bool:
    """Whether a sentence tells of a state that the deed was to end, and not of the one that it was to bring about."""
    found = words.sign("unchanged", text)
    if found is None or _parts(pledge.what)[0] in words.lasting():
        return False
    return not words.stems(found[0]) & _deeds(pledge.what)


_CONDITION = re.compile(
    r"[\"“]?(?:but |and |even )?(?:if|unless|provided that|should [A-Z]?\w+ (?!have\b)[a-z]+,?)\b", re.I
)
_CUT = re.compile(r"(?:;|,? but|, (?:and|while|whereas)| whereas) ")


def _own_clauses(pledge: FollowUp, text: str) -> str:
    """The clauses of a sentence that share a word with the pledge; all of it where the others can't be told from them.

    "He called this a breach but said that they would sign" tells nothing bad of the signing.
    """
    own = _deeds(pledge.what) | _parts(pledge.what)[1].keys()
    clauses = _CUT.split(text)
    about = [c for c in clauses if own & _said(c) or words.sign("refers", c) or _OF_IT.search(c)]
    return text if len(about) in (0, len(clauses)) else ", ".join(about)


def _ends(pledge: FollowUp, text: str) -> bool:
    """Whether a pledge is to put a thing off or to end it, and a sentence tells the delay of the thing itself."""
    verb, _ = _parts(pledge.what)
    return verb in words.ending() and verb not in words.stems(text)


_STILL = re.compile(r"\b(?:still|remain\w*|not|never|nobody|none|nothing|no)\b", re.I)


def _to_be_done(pledge: FollowUp, text: str) -> bool:
    """Whether a sentence names the deed only as one to come: "would be delivered as agreed"."""
    deeds = _deeds(pledge.what)
    found = [before.lower() for done, _, before in _verbs(text) if deeds & done]
    return bool(found) and all(words.sign("modal", _PASSIVE.sub("", before).strip() or before) for before in found)


_TO_COME = re.compile(r"\b(?:will|would|(?:is|are) (?:now )?to)\b")


def _still_to_come(pledge: FollowUp, unit: Unit) -> bool:
    """Whether a sentence names a new day for the deed once its own is past: "the sum would be transferred in May"."""
    past = bool(pledge.due) and unit.quote.date > days.last(pledge.due)
    return past and bool(_TO_COME.search(unit.quote.quote) and _new_day(pledge, unit, "delayed"))


#: What is refused is broken before its day, what is only not done is not.
_REFUSED = re.compile(r"\b(refus|will not|won['’]t|would not|no longer)")


#: What stands for any deed: "it would not carry it out".
_PERFORM = re.compile(
    r"\b(?:carry (?:it|them|this|that) out|(?:honou?r|implement|fulfil|respect) (?:it|them)|do so|comply|abide)\b"
)
#: Of what nobody has heard nobody has said that it was not done.
_NO_WORD = re.compile(r"\b(?:no|without) (?:word|news|information|report|comment)\b", re.I)
_IF = re.compile(r"\b(?:unless|until|before|if|as long as|without)\b")


def _dropped(pledge: FollowUp, text: str) -> bool:
    """Whether a sentence says that the deed was called off or kept from being done."""
    found = words.sign("dropped", text)
    if found is None or words.stems(found[0]) & _deeds(pledge.what):
        return False
    before = " ".join(text.lower().split())[: found.start()]
    return not words.sign("modal", before.rstrip()) and not _NEGATED.search(before)


def _undone(pledge: FollowUp, text: str, named: bool) -> bool:
    """Whether a sentence says that the deed was not done: its verb stands after "failed to", "has not", "refused"."""
    found = None if _NO_WORD.search(text) else words.sign("undone", text)
    if found is None:
        return False
    after = _NEXT_CLAUSE.split(" ".join(text.split())[found.end() :])[0]
    if not named:
        return _STATE.match(after) is None
    return _PERFORM.search(text) is not None or bool(_deeds(pledge.what) & words.stems(after))


_NEXT_CLAUSE = re.compile(r"; |,? (?:and (?:that |it |they |he |she )|but )")
#: What is not so is no deed that was not done: "the papers were not in order".
_STATE = re.compile(r" ?(?:in|at|on|of|from|under|with|about|enough|ready|clear|an?|the|so|very|as|good|right|true)\b")


def _does(pledge: FollowUp, unit: Unit, kind: str) -> bool:
    return any(a.kind == kind and not a.planned and (not a.actors or set(a.actors) & set(pledge.by)) for a in unit.acts)


def _done(pledge: FollowUp, text: str) -> str:
    """Whether a sentence tells that the promised deed was done (kept) or not (broken), by the form of its verb."""
    return _tells(pledge, text, _deeds(pledge.what))


def _tells(pledge: FollowUp, text: str, deeds: frozenset[str]) -> str:
    """Whether a sentence tells that one of some deeds was done (kept) or not (broken)."""
    for done, past, before in _verbs(text) if deeds else ():
        under_way = bool(_HAS_BEEN.search(before) and _ING.match(text, len(before)))
        past = (past and not _NOUN.search(before)) or under_way
        shown = past or words.sign("performed", before) or _DID.search(before) or _VOTED.search(before)
        if not deeds & done or not shown:
            continue
        low = before.lower()
        if (words.sign("modal", low) and not _VOTED.search(low)) or not (
            _PASSIVE.search(low) or done & words.arriving() or _by_bound(pledge, before)
        ):
            continue
        naught = _NEGATED.search(low) or _NONE.search(low) or _NAUGHT.match(text, len(before))
        return "broken" if naught else "kept"
    return ""


#: What stands before a noun: "the cut has been shelved".
_NOUN = re.compile(r"(?:^|\b)(?:the|an?|this|that|its|their|his|her|no|any) $", re.I)
#: "Has been flowing".
_HAS_BEEN = re.compile(r"\b(?:has|have|had) been (?:\w+ly )?$")
_ING = re.compile(r"\b\w{1,40}ing\b")
#: "Received no plan", "paid nothing".
_NAUGHT = re.compile(r"(?<![\w-])[\w-]{1,40} (?:\w{1,40} )?(?:no|none|nothing|neither)\b")
#: "Parliament voted on Friday to ratify it."
_VOTED = re.compile(r"\bvoted (?:\S+ ){0,5}to $")
#: "The movement did deliver it."
_DID = re.compile(r"\bdid (?:\w+ly |indeed |finally )?$")


def _past(word: str) -> bool:
    """Whether a word may be a verb's past form: "published", "sent", "built"."""
    word = word.lower()
    return word.endswith("ed") or words.irregular_past(word)


def _by_bound(pledge: FollowUp, before: str) -> bool:
    """Whether the party named last before the verb is one that is bound; where none is named, it may be."""
    clause = before.rpartition(" that ")[2]  # "monitors said that the rebels had surrendered"
    clause = before if not clause or _PRO.match(clause) else clause
    named = [n for n in names.find(clause) if n.sort != "demonym" or not _promised(pledge, clause[n.end :])]
    codes: set[str] = set()
    for one, after in zip(reversed(named), [None, *reversed(named)], strict=False):
        if after is not None and not _JOINED.fullmatch(clause[one.end : after.start]):
            break
        codes.update(one.codes)
    return not named or not pledge.by or bool(codes & set(pledge.by))


def _promised(pledge: FollowUp, behind: str) -> bool:
    """Whether what stands behind a demonym is what was promised: of "Finnish sailors" the sailors, who bind nobody."""
    return bool(words.stems(" ".join(behind.split()[:1])) & _parts(pledge.what)[1].keys())


_PRO = re.compile(r"(?:it|they|he|she|its|their|his|her)\b", re.I)
#: What stands between those who do a thing together: "Kyrgyzstan and Uzbekistan signed".
_JOINED = re.compile(r"(?:['’]s?)?(?: \w+)?,? (?:and|with) (?:the )?|, (?:the )?", re.I)


def _telling(pledge: FollowUp, unit: Unit, sign: str, score: float) -> Telling:
    text = unit.quote.quote
    claimant = _claimant(unit)
    kept = sign == "kept"
    # A word against one's own interest counts as a report: who admits a breach, or confirms the other's good faith.
    stake = claimant in {*pledge.by, *pledge.to, *pledge.parties}
    interest = stake and (claimant in pledge.by) is kept
    late = kept and bool(words.sign("late", text) or words.sign("after", text)) and words.sign("before", text) is None
    return Telling(
        sign,
        unit.quote.date,
        _when(pledge, unit) if kept else _new_day(pledge, unit, sign),
        late,
        claimant,
        interest,
        unit.quote,
        score,
    )


def _contested(pledge: FollowUp, unit: Unit, said: Telling) -> Telling:
    """What a sentence says that denies the one before it: "Not so, says the movement"."""
    found = _telling(pledge, unit, "broken" if said.sign == "kept" else "kept", said.score)
    return replace(found, when="", late=False, interest=found.claimant != said.claimant)


def _claimant(unit: Unit) -> str:
    """The party whose word a sentence gives, "" where the report says so itself."""
    accusers = [act.actors[0] for act in unit.acts if act.kind == "accuse" and act.actors]
    if words.sign("said", unit.quote.quote) is None:
        return ""  # who withdraws a complaint makes no charge
    if accusers:
        return accusers[0]
    speakers = [act.said_by for act in unit.acts if act.said_by]
    if not speakers and words.sign("denied", unit.quote.quote):
        speakers = [act.actors[0] for act in unit.acts if act.actors]
    return next(iter(speakers), "") or _first_named(unit)


def _first_named(unit: Unit) -> str:
    """The party named just before the word of saying, else just after it: "Not so, says Finland"."""
    text = " ".join(unit.quote.quote.split())
    said = words.sign("said", text)
    near = [n for n in names.find(text) if said and n.end <= said.start() and said.start() - n.end < 40]
    speaks = [n for n in near if n.sort in ("name", "demonym") or (said and said.start() - n.end < 2)]
    after = [n for n in names.find(text) if said and 0 <= n.start - said.end() < 6]
    return speaks[-1].codes[0] if speaks else after[0].codes[0] if after else ""


def _new_day(pledge: FollowUp, unit: Unit, sign: str) -> str:
    """The day to which a sentence says that it was put off, "" where it says none."""
    told = unit.quote.date
    base = dt.date.fromisoformat(told) if len(told) == 10 else None
    found = dates.find(unit.quote.quote, base, tense="future") if sign == "delayed" else []
    ends = [_to_come(m, unit.quote.quote, told) for m in found]
    return max((d for d in ends if d and days.last(d) > max(told, days.last(pledge.due))), key=days.last, default="")


#: What stands before a day to which a thing is put off.
_UNTIL = re.compile(r"(?:^|\b)(?:until|till|into|to)(?: (?:early|mid|late|the (?:end|middle|beginning) of))?$")


def _to_come(mention: dates.Mention, text: str, told: str) -> str:
    """The last day of an expression of time in a sentence on what is put off: "until May", told in June, is next year's."""
    day = mention.period.end or mention.period.start
    until = _UNTIL.search(text[: mention.start].rstrip()) or mention.words.startswith(("until", "till"))
    ahead = day and until and day[:4] not in mention.words and days.last(day) < told
    return days.year_after(day) if ahead else day


def _when(pledge: FollowUp, unit: Unit) -> str:
    """The day on which a sentence says that it was done, else that of the report; just after its day is in time.

    "" of what lasts, and of what is only confirmed: it is told on a day, not done on it.
    """
    told, due = unit.quote.date, days.last(pledge.due)
    if words.sign("holds", unit.quote.quote):
        return ""
    if due and due < told and words.sign("before", unit.quote.quote):
        return due
    if day := _day_of_deed(pledge, unit):
        return day
    if words.sign("confirmed", unit.quote.quote):
        return ""
    return due if due and due < told <= days.later(due, GRACE) else told


def _day_of_deed(pledge: FollowUp, unit: Unit) -> str:
    """The day that a sentence tells of the deed, "" where it tells none: of several that in the clause of its verb."""
    told, text = unit.quote.date, unit.quote.quote
    base = dt.date.fromisoformat(told) if len(told) == 10 else None
    found = [
        (m.start, _gone(m, told)) for m in dates.find(text, base, tense="past") if not _SAID_ON.search(text[: m.start])
    ]
    found = [(at, day) for at, day in found if day and days.first(day) <= told]
    clauses = _deed_clauses(pledge, text)
    own = [day for at, day in found if any(start <= at < end for start, end in clauses)]
    if own or not found:
        return own[0] if own else ""
    for start, _ in clauses:
        lag = _LAG.search(text[:start])
        earlier = [day for at, day in found if at < start and len(day) == 10]
        if lag is not None and earlier:
            return days.later(earlier[-1], -_length(lag))
    return next((day for _, day in found if len(day) == 10), found[0][1])


_DATED = ("day", "month", "ago", "year", "week", "from", "since")


def _gone(mention: dates.Mention, told: str) -> str:
    """The day of an expression of time in a sentence on what was done: one to come, told without its year, is past."""
    day = mention.period.start or mention.period.end
    if not day or mention.kind not in _DATED:
        return ""
    bare = mention.kind == "day" and len(day) == len(told) == 10 and day[:4] not in mention.words
    while bare and day > told and (before := days.year_before(day)):
        day = before
    return day


_JOINT = re.compile(r"[,;] | (?:after|before|when|while) ")
#: "Docked on Tuesday, four days after it opened the port".
_LAG = re.compile(r"\b(\w+) (day|week)s? after $")


def _deed_clauses(pledge: FollowUp, text: str) -> list[tuple[int, int]]:
    """Where the clauses of a sentence begin and end that tell a deed done."""
    deeds = _deeds(pledge.what)
    places = [len(before) for done, past, before in _verbs(text) if past and deeds & done]
    cuts = [0, *(m.end() for m in _JOINT.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(cuts) if any(start <= at < end for at in places)]


def _length(lag: re.Match[str]) -> int:
    """The days of "four days", "a week"."""
    many = lag[1] if lag[1].isdigit() else next(iter(words.amounts(lag[1])), "1")
    return int(many) * (7 if lag[2] == "week" else 1)


#: What stands before the day on which something was only said.
_SAID_ON = re.compile(
    r"\b(?:said|says|announced|told|reported|confirmed|added|stated|declared)\b(?: \w+){0,3}?(?: on)? $"
)


def best_scores(pledges: Iterable[FollowUp], units: Iterable[Unit]) -> dict[tuple[str, int], float]:
    """How surely each sentence is about that pledge which it is about most, by report and place.

    What a sentence tells as done and is yet read as promised there has no claim on it.
    """
    known = [(p, (p.quotes[0].report_id, p.quotes[0].start)) for p in pledges]
    return {
        u.place: max((_about(p, u) for p, own in known if own != u.place or "comply" not in u.kinds), default=0.0)
        for u in units
    }


def same_place(a: Quote, b: Quote) -> bool:
    """Whether two quotes begin at one place of one report."""
    return a.report_id == b.report_id and a.start == b.start
