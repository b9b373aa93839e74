"""Who speaks for whom: the persons that reports name beside a party, and who does what a sentence tells.

A report names a person with the party once ("Norway's chief negotiator, Ivar Lund"), later reports of the same talks
by the surname alone. What one report says is kept with its process, and the party that most reports give counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from detente import names
from detente.follow.filed import Filed
from detente.tables import cell, rows

_FULL = r"(?:[A-Z][\w’'-]{1,40} )(?:(?:[a-z]{1,3}|[A-Z][\w’'-]{0,40}) )?(?:[A-Z][\w’'-]{1,40} )?[A-Z][\w’'-]{1,40}"
#: What stands between a party and who acts for it: "'s chief negotiator, ", " trade minister ".
_BEHIND = re.compile(rf"(?P<own>['’]s?)?(?P<role>(?: [\w-]+){{0,4}}?),? (?P<name>{_FULL})\b")
#: The same of the party that a sentence tells of: "Norway will open the port, its minister Ivar Lund said".
_ITS = re.compile(rf"^[^.;:\"“]*?\bits(?P<own>)(?P<role>(?: [\w-]+){{1,4}}?),? (?P<name>{_FULL})\b")
#: The same the other way round: "Ivar Lund, for the", "Ivar Lund, the chief".
_BEFORE = re.compile(
    rf"(?P<name>{_FULL}), (?:who (?:leads|heads|speaks for) |(?:leading|speaking|negotiating) )?"
    r"(?:(?:for|of|from|the|an?|its|[\w-]{1,40}) ){0,3}$"
)
_SAYS_FOR = re.compile(r"\b(?:for|of|from|leads|heads)\b")
#: Reports name the office and the person at most so far apart from the party.
_WINDOW = 70


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who sits at a table, as far as known: the party of each surname, the only state there, if there is one, and all."""

    people: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    parties: tuple[str, ...] = ()


NOBODY = Sitting()


def sitting(people: Mapping[str, int], parties: Collection[str]) -> Sitting:
    """Who sits at a table of these parties; `people` counts how often "surname|party" was told."""
    votes: dict[str, Counter[str]] = {}
    for told, n in people.items():
        surname, _, party = told.partition("|")
        votes.setdefault(surname, Counter())[party] += n
    best = {surname: code for surname, found in votes.items() if (code := _foremost(found))}
    states = [code for code in parties if code.isupper() and _kind(code) == "state"]
    groups = [code for code in parties if _kind(code) in ("armed group", "faction", "")]
    state = states[0] if len(states) == 1 and groups else ""
    return Sitting({surname: code for surname, code in best.items() if code in parties}, state, tuple(parties))


def _foremost(votes: Counter[str]) -> str:
    """The party told most often of a person, "" where another is told half as often."""
    (code, most), *others = votes.most_common(2)
    return code if all(2 * n < most for _, n in others) else ""


def _kind(code: str) -> str:
    known = names.parties().get(code)
    return known.kind if known is not None else ""


def told_people(filed: Filed) -> tuple[str, ...]:
    """The persons that a report names with their party, as "surname|party"; what stands beside the name counts three times."""
    read = [(p.name, p.party) for p in filed.record.persons if p.party and " " in p.name and not p.name.isupper()]
    beside = list(_beside(" ".join(filed.record.text.split())))
    spoken = {name.split()[-1] for name, _ in beside}
    found = [*beside, *((name, party) for name, party in read if name.split()[-1] not in spoken)]
    told = dict.fromkeys(f"{name.split()[-1]}|{party}" for name, party in found)
    return tuple(one for one in told for _ in range(3 if one.split("|")[0] in spoken else 1))


def _beside(text: str) -> Iterator[tuple[str, str]]:
    known = [n for n in names.find(text) if n.sort in ("name", "demonym", "capital", "metonym") and len(n.codes) == 1]
    for one in known:
        of_it = _ITS.search(text[one.end : one.end + 3 * _WINDOW])
        if of_it is not None and _office(of_it) and not _is_name(of_it["name"]) and not _named(of_it[0]):
            yield of_it["name"], one.codes[0]
        after = _BEHIND.match(text[one.end : one.end + _WINDOW])
        if after is not None and _office(after) and not _is_name(after["name"]):
            yield after["name"], one.codes[0]
        before = _BEFORE.search(text[max(0, one.start - _WINDOW) : one.start])
        if before is not None and not _is_name(before["name"]) and _apposed(before[0], text[one.end :]):
            yield before["name"], one.codes[0]


def _office(found: re.Match[str]) -> bool:
    """Whether the words between a party and a person are an office of it, or only "'s"."""
    role = found["role"].split()
    return role[-1].lower() in _offices() if role else bool(found["own"])


def _apposed(before: str, after: str) -> bool:
    """Whether a party that stands after a person's name tells for whom the person acts."""
    role = re.match(r"(?:['’]s?)?((?: [\w-]+){1,4}?)(?=[,.]| (?:said|told|who|in|at)\b)", after)
    return bool(_SAYS_FOR.search(before)) or (role is not None and role[1].split()[-1].lower() in _offices())


def _is_name(words_: str) -> bool:
    """Whether words are the name of a party or a place rather than that of a person."""
    return any(n.sort != "person" for n in names.find(words_))


@cache
def _offices() -> frozenset[str]:
    found = (r for r in rows("heads", "class words") if r["class"] == "office")
    return frozenset(word.split()[-1] for r in found for word in cell(r["words"]))


# -- who does what a sentence tells

#: What stands before who is spoken to or of, and does not act.
_OBJECT = re.compile(
    r"\b(?:to|with|by|from|of|against|for|than|told|asked|urged|met|between|offered|gave|promised|granted|let|made) (?:the |[\w-]+ ){0,2}$",
    re.I,
)
_GOVERNMENT = re.compile(r"\b[Tt]he (?:government|army|authorities|administration|state)\b(?! of\b)(?!['’]s)")
_SHE = re.compile(r"(?:but |and |instead,? |however,? |then )?(?:he|she)\b", re.I)
_QUOTED = re.compile(r'["“][^"”]*["”,]')
#: So far before a sentence who "she" is stands at most.
_EARLIER = 400


def doer(quote: str, at: int, before: str, present: Sitting, said: Collection[str], *, answers: bool = False) -> str:
    """The party that does what is told at a place of a sentence, where those read (`said`) do not stand in it.

    A person, "the government" or "she" does it, else the one party that the sentence names before that place.
    `before` is the text before the sentence; of what `answers`, who does it may be named behind it. "" where nothing says otherwise.
    """
    told = _told_before(quote, at)
    if short := _short(told, before, present):
        return "" if short in said and len(said) == 1 else short
    if any(set(n.codes) & set(said) and _acts(n, quote, at) for n in names.find(quote)):
        return ""
    if any(" " in code and code in told.lower() for code in said):
        return ""  # "the Kenya Ports Authority" is not Kenya
    persons = [f for f in _persons(quote if answers else told, present) if not _OBJECT.search(quote[: f[0]])]
    if any(code in said for _, _, code in persons) or _group(quote if answers else told, said):
        return ""
    subject = max([*_persons(told, present), *_government(told, present), *_bodies(told, present)], default=None)
    if subject is not None and not _OBJECT.search(told[: subject[0]]):
        return subject[2]
    if _SHE.match(quote):
        earlier = list(_persons(before[-_EARLIER:], present))
        return max(earlier)[2] if earlier else ""
    opening = [n for n in _named(told) if not _OBJECT.search(told[: n.start])]
    if len(opening) == 1 and not _OTHERS.search(told[opening[0].end :]) and not _OF.match(told[opening[0].end :]):
        return opening[0].codes[0]
    return ""


_BY_SHORT = re.compile(r"\b[Tt]he ([A-Z][\w-]+)(?: (?:will|would|shall|is|are|has|had|to|also|now|then))+ $")
_IT_DOES = re.compile(r"It (?:will|would|is to|has to)(?: also)? $")
_DOES = re.compile(r"\b[Tt]he ([A-Z][\w-]+) (?:will|would|shall|is to|has|had|\w+ed)\b")


def _short(told: str, before: str, present: Sitting) -> str:
    """The party that does what follows, told by the last word of its name, or as "it" after a sentence on it.

    "The Front will disarm" of the talks of a National Front.
    """
    found = _BY_SHORT.search(told)
    if found is None and _IT_DOES.match(told):
        found = _DOES.search(re.split(r"(?<=[.!?])\s", before.strip()[-_EARLIER:])[-1])
    word = found[1].lower() if found else ""
    known = [code for code in present.parties if word and code == code.lower() and code.split()[-1] == word]
    return known[0] if len(known) == 1 else ""


def _acts(name: names.Name, quote: str, at: int) -> bool:
    """Whether a party named in a sentence may be the one that does what is told at a place."""
    if _OBJECT.search(quote[: name.start]):
        return False
    return name.start < at or _VERB.match(quote[name.end :]) is not None


#: What stands behind who does something: "as Norway has long demanded".
_VERB = re.compile(r" (?:\w+ly |long |also |still |again )?(?:ha[sd]|have|is|was|will|would|[a-z]+(?:ed|s|t))\b")


def _told_before(quote: str, at: int) -> str:
    """What a sentence says before a place; of one in a quotation what it says outside of it."""
    for said in _QUOTED.finditer(quote):
        if said.start() <= at < said.end():
            return f"{quote[: said.start()]} {quote[said.end() :]}"
    return quote[:at]


def _group(text: str, said: Collection[str]) -> bool:
    """Whether a text tells of those read as "the rebels", who do something."""
    if not any(_kind(code) in ("armed group", "faction", "") for code in said):
        return False
    return any(m[1].lower() in _groups() and not _OBJECT.search(text[: m.start()]) for m in _THE.finditer(text))


_THE = re.compile(r"\b[Tt]he ([a-z]+)\b(?!['’]s?)")


@cache
def _groups() -> frozenset[str]:
    found = (r for r in rows("heads", "class words") if r["class"] == "group")
    return frozenset(form for r in found for word in cell(r["words"]) for form in (word, f"{word}s"))


def _named(text: str) -> list[names.Name]:
    """The parties that a text names; neither a dateline nor those who are but described: "Norwegian boats"."""
    return [
        n for n in names.find(text)
        if len(n.codes) == 1 and n.sort in ("name", "capital", "metonym") and not text[n.start : n.end].isupper()
    ]  # fmt: skip


#: Others who may act, between a party and what is done: "Norway said the rebels offered".
_OTHERS = re.compile(
    r"\b(?:that|who|which|whom|and|but|while|as|after|before|when) "
    r"(?:(?:the|an?|its|their|his|her|some|both) |(?:it|they|he|she|who|which)\b|[A-Z])"
)
_OF = re.compile(r"(?:['’]s?|-| \w+ing\b)")


def _persons(text: str, present: Sitting) -> Iterator[tuple[int, int, str]]:
    for m in re.finditer(r"\b[A-Z][\w’'-]+", text):
        if (code := present.people.get(names.unowned(m[0]), "")) and not _possessive(m[0]):
            start = re.search(r"(?:\b[A-Z][\w’'-]{1,40} ){0,6}$", text[max(m.start() - 250, 0) : m.start()])
            yield m.start() - len(start[0]) if start else m.start(), m.end(), code


def _possessive(word: str) -> bool:
    return word.endswith(("'s", "’s"))


def _government(text: str, present: Sitting) -> Iterable[tuple[int, int, str]]:
    return [(m.start(), m.end(), present.state) for m in _GOVERNMENT.finditer(text)] if present.state else []


def _bodies(text: str, present: Sitting) -> Iterator[tuple[int, int, str]]:
    """Those at the table told by the last word of their names: "the union" of a dock workers union, if only one has it."""
    last = Counter(code.split()[-1] for code in present.parties if code == code.lower())
    for code in present.parties:
        *first, word = code.split()
        if first and code == code.lower() and last[word] == 1:
            for m in re.finditer(rf"\b[Tt]he {re.escape(word)}\b(?! of\b)(?!['’]s)", text):
                yield m.start(), m.end(), code
