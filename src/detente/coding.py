"""Acts as event data: PLOVER classes with modes, and CAMEO codes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from detente.names import places
from detente.record import AWAY_KINDS, Plover
from detente.tables import rows
from detente.triggers import kinds

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.parties import Cast


@cache
def cameo_classes() -> dict[str, tuple[str, str]]:
    """CAMEO codes to PLOVER (event class, mode); the longest known prefix of a code counts."""
    return {r["cameo"]: (r["plover"], r["mode"]) for r in rows("cameo", "cameo plover mode")}


def plover(cameo: str) -> Plover | None:
    """The PLOVER class of a CAMEO code, or None for codes that PLOVER drops (01, 02)."""
    while cameo and cameo not in cameo_classes():
        cameo = cameo[:-1]
    if not cameo:
        return None
    event, mode = cameo_classes()[cameo]
    return Plover(event, mode or None)


def domestic(candidate: Candidate, cast: Cast) -> list[str]:
    """The target of force or protest that names nobody else: the actor's own country.

    That is CAMEO's convention for what happens inside a state, such as a curfew or a rally.
    """
    own = {cast.party(code).state for code in candidate.actors if cast.party(code).state}
    foreign = _states(_named(candidate, cast), cast) - own
    return sorted(own) if own and not foreign else []


def where(candidate: Candidate, cast: Cast) -> list[str]:
    """The state in which something happened that names neither a doer nor a victim of any party."""
    states = states_at(candidate, cast)
    return sorted(states) if len(states) == 1 else []


def states_at(candidate: Candidate, cast: Cast) -> set[str]:
    """The states that a sentence names, or, where it names no party, those of its places."""
    if named := _named(candidate, cast):
        return _states(named, cast)
    words = (w.strip(".,;:'\"()") for w in candidate.sentence.text.split())
    return {places()[w][0] for w in words if w in places() and places()[w][0]}


def _named(candidate: Candidate, cast: Cast) -> set[str]:
    """The parties that the sentence of an act names."""
    sentence = candidate.sentence
    return {code for name in cast.at(sentence.start, sentence.end) for code in name.codes}


def _states(codes: set[str], cast: Cast) -> set[str]:
    return {code for code in codes if cast.party(code).kind == "state"}


#: Kinds that inside a state are directed at the state itself, as CAMEO counts them.
_INWARD = frozenset("concede threaten accuse reject demand coerce".split())


def recipients(candidate: Candidate, cast: Cast) -> list[str]:
    """Whom an act reaches as event data count it: targets, else whom its content names, else its own state."""
    found = [*dict.fromkeys([*candidate.reached, *candidate.targets])]
    found = [code for code in found if code not in candidate.actors]
    if not found and (candidate.kind in _INWARD):
        return domestic(candidate, cast)
    return found or list(candidate.targets)


#: Kinds that somebody must do, of whom often nobody says who.
_UNCLAIMED = frozenset("attack coerce protest".split())


def doers(candidate: Candidate, cast: Cast) -> list[str]:
    """Who acts as event data count it: the actors, else, of force and protest, the one state in which it happens."""
    if candidate.actors or candidate.kind not in _UNCLAIMED:
        return list(candidate.actors)
    here = states_at(candidate, cast)
    left = here - set(candidate.reached) - set(candidate.targets) or here
    return sorted(left) if len(left) == 1 else []


#: How likely an act must be to count beside another.
LIKELY = 0.3
#: What is a threat when it is only announced.
_HARM = frozenset("threaten attack coerce sanction".split())


def _threatens(candidate: Candidate, beside: list[Candidate]) -> bool:
    """Whether what is undertaken is force itself: "would tighten the blockade", "plans to impose restrictions".

    `constructions.threats` makes a threat of the force; the undertaking beside it stays a pledge, of that threat.
    """
    if candidate.kind not in ("pledge", "agree") or candidate.stretch is None:
        return False
    first, last = candidate.stretch
    return any(
        inner.kind in _HARM and inner.rule.startswith("verb") and not inner.mood.denied
        and first <= inner.token.i <= last and not first <= inner.token.head.i <= last
        and (bool(inner.targets) or inner.kind != "attack")
        for inner in beside
    )  # fmt: skip


#: What is only asked for, offered or announced has not happened.
_ASKING = frozenset("demand propose threaten".split())
#: What often is but the occasion of something else: "agreed at a summit", "a curfew after a rally".
_OCCASIONS = frozenset("meet attack coerce protest mobilize".split())


def own(candidate: Candidate, beside: list[Candidate]) -> bool:
    """Whether event data count an act as an event of its own.

    They code what a sentence tells itself, not what is only named in what that is about ("rejected a request",
    "lifted the blockade", "demanded that they renounce violence") nor its occasion.
    """
    others = [c for c in beside if c is not candidate]
    noun = candidate.rule.startswith("noun")
    if any(
        candidate in c.of and (noun or (c.kind in _ASKING and not set(candidate.actors) & set(c.actors)))
        for c in others
    ):
        return False
    if _passing(candidate, beside):
        return False
    occasion = noun and candidate.kind in _OCCASIONS and candidate.token.dep_ == "pobj"
    return not (occasion and any(c.rule.startswith("verb") and not _passing(c, beside) for c in others))


def _passing(candidate: Candidate, beside: list[Candidate]) -> bool:
    """Whether an act is told in passing: "the banned movement", or what a protest is about."""
    return _outcry(candidate, beside) or (candidate.kind in AWAY_KINDS and candidate.token.dep_ == "amod")


def _outcry(candidate: Candidate, beside: list[Candidate]) -> bool:
    """Whether what sounds like a reproach is what people march for: "a hunger strike to protest against …"."""
    protests = candidate.kind == "accuse" and candidate.token.lower_.startswith("protest")
    return protests and any(c.kind == "protest" for c in beside)


def code(candidate: Candidate, beside: list[Candidate]) -> tuple[Plover | None, str]:
    """The PLOVER event of an act, None where it is none of its own, and its CAMEO code.

    `beside` are all candidates of its sentence.
    """
    event, cameo = _code(candidate, beside)
    return (event if own(candidate, [c for c in beside if c.score >= LIKELY]) else None), cameo


def _code(candidate: Candidate, beside: list[Candidate]) -> tuple[Plover | None, str]:
    kind = kinds()[candidate.kind]
    if candidate.planned and kind.planned[0]:
        return Plover(kind.planned[0]), kind.planned[1]
    if _threatens(candidate, beside):
        return plover("130"), "130"
    cameo, _, named = (candidate.cameo or kind.cameo).partition(":")
    if named:  # where PLOVER's classes part from CAMEO's
        return Plover(named), cameo
    if candidate.kind == "agree" and any(
        c.kind == "demand" and not set(c.actors) & set(candidate.actors) for c in candidate.of
    ):
        return Plover("CONCEDE"), "083"
    return (plover(cameo), cameo) if cameo and not cameo.startswith("01") else (None, cameo)
