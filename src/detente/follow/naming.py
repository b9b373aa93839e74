"""What talks are called: names out of the reports, without numbers, places and parties."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from detente import names
from detente.follow import words
from detente.follow.rounds import Mention
from detente.meetings import ORDINALS
from detente.tables import cell, rows

_SERIES = re.compile(r"\b(?:rounds?|sessions?|phases?|stages?|series|meeting) of (?=\S)", re.I)
_LEAD = re.compile(
    r"^(?:(?:the|an?|no|every|each|its|their|his|her|this|that|these|those|our|more|new|next|last|latest|previous|another|further|"
    r"upcoming|planned|long-delayed|current|own|same|whose|such|both|two-day|three-day|four-day|fresh|working|formal|informal|regular|face-to-face|one|two|\d+(?:st|nd|rd|th)|"
    rf"{'|'.join(ORDINALS)}|final|opening) )+",
    re.I,
)
_TAIL = re.compile(
    r",|;| (?:in|at|between|with|among|of what|which|that|who|on (?:\w+day|\w+ \d)|this|next|last|from|after|before|by|"
    r"aimed|scheduled|to be|held|here|due|until|for|since|involving|and its?|over the weekend|close to|amid|following|despite|today|tomorrow|yesterday) ?"
)
_NEW_NAME = re.compile(
    r"(?:now (?:called|known as|call)|renamed|under the (?:new )?name(?: of)?)(?: as)? (?:the )?"
    r"[\"“]?([A-Z][\w’'-]{1,40}(?: (?:(?:of|on|for) )?[A-Z][\w’'-]{1,40}){0,8})"
)


def tidy(name: str) -> str:
    """A name of talks without articles, numbers, days, places and parties.

    "the second round of their pipeline talks in La Paz" -> "pipeline talks".
    """
    name = " ".join(name.split())
    if body := body_of(name):
        return body
    name = _SERIES.split(name)[-1]
    name = _LEAD.sub("", name)
    cut = _TAIL.search(name)
    name = name[: cut.start()] if cut and cut.start() else name
    if _NO_NAME.match(name):
        return ""
    if _FORMAT.search(name):
        return name
    name = _POSSESSIVE.sub("", " ".join(words.without_names(name).split()))
    name = _LEAD.sub("", name).strip(" -–\"“”'").removeprefix("of ")
    return name if words.stems(name) & words.talks_words() else ""


_POSSESSIVE = re.compile(r"(?:^|(?<= ))['’]s? ")


@cache
def _bodies() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words.bodies()))})\b", re.I)


def body_of(text: str) -> str:
    """The body of many sittings that a text names, in small letters: "working party"; "" where it names none."""
    found = _bodies().search(text)
    return found[0].lower() if found else ""


#: What is no name though it has a word for talks: "met the chairman", "what they now call a dialogue".
_NO_NAME = re.compile(
    r"(?:what|me(?:e?t|ets|eting with)|visit(?:s|ed|ing)?|held|holding|hold|negotiat(?:e[sd]?|ing)|discuss|agree) |press|news conference|\W|s "
)


#: No name of talks has more words than this.
LONGEST = 6
_FORMAT = re.compile(
    r"\b\w{1,40}-(?:party|nation|way|sided)\b|[A-Z]\w{1,40} (?:Group|[Ff]ormat|Dialogue|[Pp]rocess|[Tt]rack)\b"
)
_BARE = frozenset(
    """meet meets met visit visits conference contact contacts talks talk round rounds meeting meetings session
    sessions negotiations dialogue discussions summit""".split()
)


#: Talks named by how many sit in them.
SIDED = re.compile(r"\b(three|four|five|six|seven|eight)-(?:party|nation|way|sided)\b", re.I)


_NUMBERED = {word: n for n, word in enumerate("three four five six seven eight".split(), 3)}


@lru_cache(maxsize=5000)
def country(place: str) -> tuple[str, ...]:
    """The codes of the states that a place names: PRK of "Pyongyang"."""
    return tuple(code for n in names.find(place) for code in n.codes)


def seats_of(names_: Iterable[str]) -> int:
    """How many sit in talks whose names say so: 5 of "five-party talks", 0 where they don't."""
    return next((_NUMBERED[m[1].lower()] for name in names_ if (m := SIDED.search(name))), 0)


def label_of(name: str) -> str:
    """What in a name tells talks from all others, in small letters: "five-party" (also for "five-nation"), or a distinct name."""
    sided = SIDED.search(name)
    if sided:
        return f"{sided[1].lower()}-party"
    return body_of(name) or (name.lower() if distinct(name) and words.telling(name) else "")


def distinct(name: str) -> bool:
    """Whether a name says more than "talks", and is one: "trade talks", "talks on a gas pipeline"."""
    head = re.split(r" (?:on|about|over|of|for) ", name)[0].split()[-1:]
    talks = bool(head) and bool(words.stems(head[0]) & words.talks_words())
    known = talks or bool(_FORMAT.search(name)) or bool(body_of(name))
    return known and name.lower() not in _BARE and len(name.split()) <= LONGEST


def new_name(mention: Mention) -> str:
    """The name that a report says talks bear now: "what they now call the Andean Dialogue"."""
    found = (_NEW_NAME.search(q.quote) for q in mention.quotes)
    return next((m[1].strip() for m in found if m), "")


def called(aliases: Iterable[str], parties: list[str]) -> str:
    """A name for people, out of the names in the reports and the parties."""
    name = next((alias for alias in aliases if distinct(alias)), "talks")
    alone = name[:1].isupper() or _FORMAT.search(name)
    return name if alone or not parties else f"{_between(parties)} {name}"


def _between(parties: list[str]) -> str:
    """The parties as they stand before "talks": "inter-Korean", "Bolivia-Chile"."""
    return _adjectives().get(frozenset(parties)) or "-".join(display(code) for code in parties[:3])


@cache
def _adjectives() -> dict[frozenset[str], str]:
    """Words such as "inter-Korean", by the parties that they stand for."""
    found = ((frozenset(cell(r["parties"])), r["name"]) for r in rows("formats", "name parties"))
    return {codes: name for codes, name in found if "-" in name and name[0].islower() and len(codes) == 2}


def display(code: str) -> str:
    """The name of a party for people."""
    party = names.parties().get(code)
    return party.name if party is not None else code
