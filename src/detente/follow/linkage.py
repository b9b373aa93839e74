"""What hangs on what across processes, issues and pledges, and what would move if one thing moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detente import names
from detente.follow import words
from detente.follow.filed import Quote, Told
from detente.follow.followup import FollowUp
from detente.follow.issues import ALIKE as SAME
from detente.follow.issues import Issue, bag, overlap, tidy
from detente.follow.processes import Process
from detente.record import Link

#: A wording this much alike to a pledge means it.
ALIKE = 0.6
#: A wording that scores this much for a process means its talks.
MEANT = 0.5
_TALKS = re.compile(
    r"\b(?:progress|advances?|outcome|result|success|failure|talks?|negotiations?|round|process|summit)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Node:
    """A thing that moves: `kind` is process, issue, pledge, or matter where nothing known is meant."""

    kind: str
    name: str
    process: str = ""


@dataclass(frozen=True, slots=True)
class Linkage:
    """One thing (`what`) hangs on another (`on`), with the words of the reports that say so."""

    what: Node
    on: Node
    kind: str
    date: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """An issue as far as wordings may mean it: its name, its bags of words, and how many acts tell of it."""

    name: str
    bags: list[dict[str, int]]
    acts: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the wordings of one process may mean, and its links."""

    process: str
    parties: frozenset[str]
    #: the words that tell what its talks are called
    titles: frozenset[str]
    #: the words of the places where its rounds are held
    places: frozenset[str]
    links: list[Told[Link]]
    issues: list[Matter]
    pledges: list[str]


def known(process: Process, issues: Iterable[Issue], pledges: Iterable[FollowUp]) -> Known:
    """What the wordings of a process may mean."""
    return Known(
        process.name, frozenset(process.parties),
        frozenset(word for title in process.titles for word in words.telling(title)),
        frozenset(word for r in process.rounds for word in words.stems(r.place)),
        process.links, [Matter(i.name, i.bags, len(i.told)) for i in issues], [p.what for p in pledges],
    )  # fmt: skip


def linkages(known: Sequence[Known]) -> list[Linkage]:
    """The links of all processes between the things they mean, in order of time; one for each pair of things."""
    found: dict[tuple[Node, Node, str], Linkage] = {}
    links = [(one, told) for one in known for told in one.links]
    for one, told in sorted(links, key=lambda pair: pair[1].date):
        what, on = (node(side, one, known) for side in (told.entry.what, told.entry.on))
        key = (what, on, told.entry.kind)
        found[key] = _linked(key, told, found.get(key))
    return list(found.values())


def _linked(key: tuple[Node, Node, str], told: Told[Link], before: Linkage | None) -> Linkage:
    date, quotes = (before.date, before.quotes) if before is not None else (told.date, ())
    return Linkage(*key, date, (*quotes, *told.quotes))


def node(wording: str, home_: Known, known: Iterable[Known]) -> Node:
    """The thing that a wording means, looked for in its own process first."""
    if _TALKS.search(wording):
        score, meant = max(((_meant(wording, k, k is home_), k) for k in known), key=lambda s: s[0])
        if score >= MEANT:
            return Node("process", meant.process, meant.process)
    for one in [home_, *(k for k in known if k is not home_)]:
        if thing := _thing(wording, one):
            return thing
    return Node("matter", tidy(wording), home_.process)


def _meant(wording: str, known: Known, at_home: bool) -> float:
    """How surely a wording such as "progress in the pipeline talks with Peru" means a process."""
    score = 0.5 * words.shared(set(words.telling(wording)) - _PROGRESS, known.titles)
    score += 0.3 if words.stems(wording) & known.places else 0.0
    if (score or at_home) and (named := {c for n in names.find(wording) if n.sort != "capital" for c in n.codes}):
        score += 0.4 * len(named & known.parties) / len(named)
    return score + (0.1 if at_home else 0.0)


_PROGRESS = words.stems("progress advances outcome result success failure")


def _thing(wording: str, known: Known) -> Node | None:
    """The pledge or the issue of a process that a wording means."""
    mine = bag(wording)
    score, n = max(((overlap(mine, bag(what)), -n) for n, what in enumerate(known.pledges)), default=(0.0, 0))
    if score >= ALIKE:
        return Node("pledge", tidy(known.pledges[-n]), known.process)
    issues = (
        (max((overlap(one, mine) for one in i.bags), default=0.0), i.acts, -n) for n, i in enumerate(known.issues)
    )
    score, _, n = max(issues, default=(0.0, 0, 0))
    return Node("issue", known.issues[-n].name, known.process) if score >= SAME else None


def would_move(moved: Node, found: Iterable[Linkage]) -> list[Linkage]:
    """The links along which other things move when one does, the nearest first.

    What moves in a process moves the process too, and with it whatever hangs on its talks.
    """
    left, chain = list(found), []
    reached = _with_process(moved)
    while touched := [link for link in left if link.on in reached]:
        chain += touched
        left = [link for link in left if link not in touched]
        reached |= {n for link in touched for n in _with_process(link.what)}
    return chain


def _with_process(one: Node) -> set[Node]:
    whole = {Node("process", one.process, one.process)} if one.process and one.kind != "matter" else set()
    return {one} | whole
