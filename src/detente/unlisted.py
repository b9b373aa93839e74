"""Parties that no table knows, by what a text itself says they are: "the Dutch carmaker Telmar", "Kagome Governor …".

Works on words, not on parses. Only what a text says outright counts: that somebody has a proper name
makes no party of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from detente import names
from detente.days import MONTHS, WEEKDAYS
from detente.triggers import heads


class Unlisted(NamedTuple):
    """A party as a text calls it, where it first stands, and what it is: firm, region, group or alliance."""

    words: str
    start: int
    sort: str


_NAME = r"[A-Z][\w&’-]{1,40}(?: (?:[A-Z][\w&’-]{0,40}|& [A-Z]\w{1,40})){0,3}"
_VOICE = r"[Cc]hief [Ee]xecutive|CEO|[Mm]anaging [Dd]irector|[Ss]pokes(?:man|woman|person)"
_RULE = r"state|regional|city|municipal|prefectural|county|cantonal"
_RULED = r"government|authorities|assembly|legislature|parliament|council|cabinet"
#: Whom a coalition is against, or for: "the anti-Syrian coalition".
_STANCE = re.compile(
    r"\b(?:[Aa]nti|[Pp]ro)-(?:[A-Z]\w{1,40}|government) (?:coalition|alliance|bloc|camp|majority|front|militants|rebels)\b"
)
_REGIONS = tuple(
    map(
        re.compile,
        (
            rf"\b({_NAME})(?:'s|’s)? (?:{_RULE}) (?:{_RULED})\b",
            rf"\b(?:[Gg]overnor|[Mm]ayor|[Cc]hief [Mm]inister) of ({_NAME})(?! (?:town|city|village))",
            rf"\b({_NAME})(?:'s|’s)? (?:[Gg]overnor|[Mm]ayor|Chief Minister|chief minister) [A-Z]",
        ),
    )
)
_VOICED = (
    re.compile(rf"\b({_NAME})(?:'s|’s)? (?:{_VOICE}),? [A-Z]"),
    re.compile(rf"\b(?:{_VOICE}) of ({_NAME})"),
    re.compile(rf"\b[Ss]pokes(?:man|woman|person) (?:of|for) the ({_NAME})"),
)
#: "The liberal Neos party", but not "the Communist party", which is many.
_CALLED = re.compile(rf"\b[Tt]he (?:[a-z][\w-]{{1,30}} ){{0,2}}({_NAME}) (?:party|movement|faction)\b")
_GROUPS = ("group", "party", "movement", "faction", "union")
#: What leads in a name without being of it.
_LEADING = frozenset(
    """In On At For As But And If When While After Before Since Under With From By The A An My Our His Her Their Its
        Both""".split()
)


def find(text: str, start: int, end: int, free: Callable[[int, int], bool]) -> Iterator[Unlisted]:
    """The parties that `text[start:end]` describes, in no order; `free` tells whether a stretch is no known party or person."""
    for m in _STANCE.finditer(text, start, end):
        yield Unlisted(m.group(), m.start(), "alliance")
    firms = tuple(sorted(heads()["firm"], key=len, reverse=True))
    for sort, patterns in (
        ("region", _REGIONS), ("firm", _VOICED), ("firm", _described(firms)), ("group", (*_described(_GROUPS), _CALLED)),
    ):  # fmt: skip
        for pattern in patterns:
            for m in pattern.finditer(text, start, end):
                words, at = _bare(m[1], m.start(1))
                words = _ended(words)
                if _plain(words, sort) and free(at, at + len(words)):
                    yield Unlisted(words, at, sort)


@cache
def _described(sorts: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """A name beside the word for what it is: "the airline Air Lutece", "Telmar, a Dutch carmaker, …"."""
    what = "|".join(sorts)
    between = r"(?:(?!(?:of|for|at|with|from|in|by|to|and|who|whose)\b)[\w'’-]{1,40} )"
    return (
        re.compile(rf"\b(?:{what}) ({_NAME})"),
        re.compile(rf"\b({_NAME}), (?:an? |one of |the {between}){between}{{0,4}}(?:{what})(?=[,.;]| (?:that|which|based|in|with)\b)"),
    )  # fmt: skip


def speaking(text: str, start: int, end: int) -> frozenset[str]:
    """The names that `text[start:end]` says something of: "Norvik" of "Norvik said it would pay"."""
    return frozenset(_bare(m[1], 0)[0] for m in _SPEAKING.finditer(text, start, end))


_SPEAKING = re.compile(rf"\b({_NAME}) (?:said|says|also|will|would|has|had)\b")


def _bare(words: str, at: int) -> tuple[str, int]:
    """A name without the words that only lead in it, nor a possessive."""
    parts = names.unowned(words).split()
    while parts and (parts[0] in _LEADING or parts[0].endswith(("'s", "’s"))):
        at += len(parts.pop(0)) + 1
    return " ".join(parts), at


def _ended(words: str) -> str:
    """A name up to the word that names of firms end in: "Sosol Airlines" of "Sosol Airlines Oscar Iwu"."""
    parts = words.split()
    last = next((n for n, part in enumerate(parts) if n and part.lower() in heads()["trade"]), len(parts))
    return " ".join(parts[: last + 1])


def _plain(words: str, sort: str) -> bool:
    """Whether words may be the name of a party: no office, body or day is among them, and a place only where one rules."""
    parts = words.split()
    offices = heads()["office"] | heads()["body"] | heads()["force"]
    if sort == "group" and len(parts) == 1 and _ADJECTIVE.search(words):
        return False
    if not parts or any(part.lower() in offices or part in _NO_NAMES or part[-1] == "-" for part in parts):
        return False
    return sort == "region" or words not in names.places()


#: Words that tell of what sort a party is, rather than which.
_ADJECTIVE = re.compile(r"(?:ist|ists|crat|crats|[ie]an|ic|al|ese|ish|ive|our|bor|lim|ni|ite|i)$")

_NO_NAMES = frozenset(
    """Ministry Mr Mrs Ms Dr Sir Lt Vice Deputy Former Acting Bank Central Federal
        National Local State Provincial Foreign Prime Founder Union
        Presidential Government Parliamentary Military Royal Interim Transitional I He She We They It""".split()
) | {*WEEKDAYS, *MONTHS}
