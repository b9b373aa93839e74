"""Acts as event data: PLOVER classes with modes, and CAMEO codes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

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
