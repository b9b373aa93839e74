"""Acts as event data: PLOVER classes with modes, and CAMEO codes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from detente.names import places
from detente.record import Plover
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
    sentence = candidate.sentence
    named = {code for name in cast.at(sentence.start, sentence.end) for code in name.codes}
    own = {cast.party(code).state for code in candidate.actors if cast.party(code).state}
    foreign = {c for c in named if cast.party(c).kind == "state"} - own
    return sorted(own) if own and not foreign else []


def where(candidate: Candidate, cast: Cast) -> list[str]:
    """The state in which something happened that names neither a doer nor a victim of any party."""
    sentence = candidate.sentence
    named = {code for name in cast.at(sentence.start, sentence.end) for code in name.codes}
    states = {c for c in named if cast.party(c).kind == "state"}
    if not named:
        words = (w.strip(".,;:'\"()") for w in sentence.text.split())
        states = {places()[w][0] for w in words if w in places() and places()[w][0]}
    return sorted(states) if len(states) == 1 else []


#: Kinds that inside a state are directed at the state itself, as CAMEO counts them.
_INWARD = frozenset("concede threaten accuse reject demand coerce".split())


def recipients(candidate: Candidate, cast: Cast) -> list[str]:
    """Whom an act reaches as event data count it: targets, else whom its content names, else its own state."""
    found = [*dict.fromkeys([*candidate.reached, *candidate.targets])]
    found = [code for code in found if code not in candidate.actors]
    if not found and (candidate.kind in _INWARD):
        return domestic(candidate, cast)
    return found or list(candidate.targets)


def code(candidate: Candidate) -> tuple[Plover | None, str]:
    """The PLOVER event and the CAMEO code of an act."""
    kind = kinds()[candidate.kind]
    if candidate.planned and kind.planned[0]:
        return Plover(kind.planned[0]), kind.planned[1]
    cameo, _, named = (candidate.cameo or kind.cameo).partition(":")
    if named:  # where PLOVER's classes part from CAMEO's
        return Plover(named), cameo
    if candidate.kind == "agree" and any(c.kind == "demand" for c in candidate.of):
        return Plover("CONCEDE"), "083"
    return (plover(cameo), cameo) if cameo and not cameo.startswith("01") else (None, cameo)
