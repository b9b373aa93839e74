"""Finds the names that the party tables know in a text: states, capitals, organisations, groups.

Works on words, not on parses, in one pass over the text, so that it also serves sentences that
are never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from detente.errors import LexiconError
from detente.tables import cell, rows

_WORD = re.compile(r"[^\W_]+(?:[.'’-](?=[^\W_])[^\W_]+)*\.?")


@dataclass(frozen=True, slots=True)
class PartyName:
    """A party as the tables know it. `state` is the state a group belongs to, "" if many."""

    code: str
    name: str
    kind: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """One mention of a name. `sort` says how: name, demonym, capital, metonym, person or format."""

    start: int
    end: int
    words: str
    sort: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leader:
    """A public person known by surname, with the years in that office (inclusive)."""

    name: str
    party: str
    role: str
    first: int
    last: int


_Entry = tuple[str, tuple[str, ...]]
#: The sort of a name that is only a place, so that no party is looked for in it.
PLACE = "place"


@cache
def parties() -> dict[str, PartyName]:
    """All parties of the tables by code. Raises LexiconError on an unknown kind or state."""
    found: dict[str, PartyName] = {}
    for r in rows("states", "code name aliases demonyms capital metonyms"):
        found[r["code"]] = PartyName(r["code"], r["name"], "state", r["code"])
    for r in rows("organisations", "code name aliases seat short"):
        found[r["code"]] = PartyName(r["code"], r["name"], "organisation")
    for r in rows("groups", "code name aliases kind state"):
        if r["kind"] not in ("armed group", "faction"):
            raise LexiconError(f"unknown kind {r['kind']!r} of {r['code']!r}", name="groups.tsv")
        if r["state"] and r["state"] not in found:
            raise LexiconError(f"unknown state {r['state']!r} of {r['code']!r}", name="groups.tsv")
        found.setdefault(r["code"], PartyName(r["code"], r["name"], r["kind"], r["state"]))
    return found


@cache
def leaders() -> dict[str, list[Leader]]:
    """Public persons by surname (also variants of it), as `people.tsv` lists them."""
    found: dict[str, list[Leader]] = {}
    for r in rows("people", "name party role from to"):
        full, *surnames = cell(r["name"])
        if r["party"] not in parties():
            raise LexiconError(f"unknown party {r['party']!r} of {full!r}", name="people.tsv")
        leader = Leader(full, r["party"], r["role"], int(r["from"] or 0), int(r["to"] or 9999))
        for surname in surnames or [full.split()[-1]]:
            found.setdefault(surname, []).append(leader)
    return found


@cache
def bodies_by_seat() -> dict[str, str]:
    """The cities that stand for a body which sits there, with its code: "Brussels"."""
    return {city: r["code"] for r in rows("organisations", "code name aliases seat short") for city in cell(r["seat"])}


@cache
def short_names() -> dict[str, str]:
    """What bodies are called once they are named, with their codes: "Commission", "Fund"."""
    return {
        short: r["code"] for r in rows("organisations", "code name aliases seat short") for short in cell(r["short"])
    }


@cache
def at_home() -> dict[str, dict[str, str]]:
    """Names in one word that mean a party in reports about its state, with the party by state: "Congress".

    Raises LexiconError on an unknown party or state.
    """
    found: dict[str, dict[str, str]] = {}
    for r in rows("shorts", "word state party"):
        for code in (r["state"], r["party"]):
            if code not in parties():
                raise LexiconError(f"unknown party {code!r} of {r['word']!r}", name="shorts.tsv")
        found.setdefault(r["word"], {})[r["state"]] = r["party"]
    return found


@cache
def demonym_states() -> dict[str, str]:
    """Demonyms to state codes, for naming groups such as "palestinian factions"."""
    return {
        d.lstrip("!"): r["code"]
        for r in rows("states", "code name aliases demonyms capital metonyms")
        for d in cell(r["demonyms"])
    }


@cache
def adjectives() -> dict[str, str]:
    """The usual adjective of each state by its code, as it is written: PSE -> Palestinian."""
    found: dict[str, str] = {}
    for word, code in demonym_states().items():
        found.setdefault(code, word)
    return found


@cache
def places() -> dict[str, tuple[str, str]]:
    """Known places by name, with the state they lie in and their kind."""
    found = {r["name"]: (r["state"], r["kind"]) for r in rows("places", "name state kind")}
    for r in rows("states", "code name aliases demonyms capital metonyms"):
        for capital in cell(r["capital"]):
            found.setdefault(capital.lstrip("!"), (r["code"], "city"))
    return found


@cache
def _index() -> dict[str, list[tuple[tuple[str, ...], _Entry]]]:
    """All known names by their first word, longest first."""
    index: dict[str, list[tuple[tuple[str, ...], _Entry]]] = {}

    def add(name: str, sort: str, codes: tuple[str, ...]) -> None:
        words = tuple(_key(m.group()) for m in _WORD.finditer(name.lstrip("!")))
        if words:
            index.setdefault(words[0], []).append((words, (sort, codes)))

    for r in rows("states", "code name aliases demonyms capital metonyms"):
        for column, sort in (
            ("name", "name"), ("aliases", "name"), ("demonyms", "demonym"),
            ("capital", "capital"), ("metonyms", "metonym"),
        ):  # fmt: skip
            for name in cell(r[column]):
                add(name, sort, (r["code"],))
    for r in rows("organisations", "code name aliases seat short"):
        for name in (r["name"], r["code"] if r["code"].isupper() else "", *cell(r["aliases"])):
            add(name, "name", (r["code"],))
    for r in rows("groups", "code name aliases kind state"):
        for name in (r["name"], *cell(r["aliases"])):
            add(name, "name", (r["code"],))
    for r in rows("formats", "name parties"):
        add(r["name"], "format", tuple(cell(r["parties"])))
    for place in places():
        add(place, PLACE, ())
    for entries in index.values():
        entries.sort(key=lambda e: -len(e[0]))  # of equals the party stays before the place
    return index


@cache
def first_words() -> frozenset[str]:
    """The words that the name of a known party begins with, as they are spelt in it."""
    return frozenset(word for word, names in _index().items() if any(sort != PLACE for _, (sort, _) in names))


def unowned(word: str) -> str:
    """A name without the possessive that it ends in."""
    return word.removesuffix("'s").removesuffix("’s")


def _key(word: str) -> str:
    """A word as names are compared: no final stop unless an acronym, no possessive."""
    if word.isalpha():
        return word
    word = word.replace("’", "'")
    if "." in word:
        letters = word.replace(".", "")
        word = letters if letters.isupper() and len(letters) <= 6 else word.rstrip(".")
    return word[:-2] if word.endswith("'s") else word


def find(text: str, start: int = 0, end: int | None = None) -> Iterator[Name]:
    """Known names in `text[start:end]`, longest first, in order, without overlap.

    Capitals matter: "US" is a state and "us" is not. Linear in the length of the text.
    """
    end = len(text) if end is None else end
    words = [(m.start(), m.end(), _key(m.group())) for m in _WORD.finditer(text, start, end)]
    at = 0
    index = _index()
    while at < len(words):
        word = words[at][2]
        found = (_named(words, at) if word in index else None) or (_two_named(words, at) if "-" in word else None)
        if found is None or (words[at][2] in ("The", "the") and _longer(words, at + 1, found[0])):
            at += 1
            continue
        count, sort, codes = found
        if sort == PLACE:  # "West Bank" is not the West
            at += count
            continue
        first, last = words[at][0], _without_tail(text, words[at][0], words[at + count - 1][1])
        yield Name(first, last, text[first:last], sort, codes)
        at += count


_Word = tuple[int, int, str]


def _named(words: list[_Word], at: int, first: str = "") -> tuple[int, str, tuple[str, ...]] | None:
    """The longest name that begins at a word (or at `first` in its place): how many words, its sort, its codes."""
    first = first or words[at][2]
    for name, (sort, codes) in _index().get(first, ()):
        rest = words[at + 1 : at + len(name)]
        if len(rest) == len(name) - 1 and all(w[2] == n for w, n in zip(rest, name[1:], strict=True)):
            return len(name), sort, codes
    return None


def _longer(words: list[_Word], at: int, count: int) -> bool:
    """Whether the name after an article reaches further: "the Sudan" within "the Sudan Liberation Movement"."""
    found = _named(words, at) if at < len(words) else None
    return found is not None and found[0] >= count


def _two_named(words: list[_Word], at: int) -> tuple[int, str, tuple[str, ...]] | None:
    """Two names with a hyphen between them, both sides of some talks: "Chad-Sudan", "US-North Korea"."""
    one, _, other = words[at][2].partition("-")
    left, right = _named([(0, 0, one)], 0), _named(words, at, other)
    if left is None or right is None or {"person", PLACE} & {left[1], right[1]}:
        return None
    return right[0], "format", left[2] + right[2]


def _without_tail(text: str, first: int, last: int) -> int:
    """The end of a name without a possessive or the full stop that ends its sentence."""
    word = text[first:last]
    if word.endswith(("'s", "’s")):
        return last - 2
    return last - 1 if word.endswith(".") and "." not in word[:-1] else last
