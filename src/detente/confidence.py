"""How likely a candidate is right: a logistic model over what was found, or a prior without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.reader import Reading


def score(reading: Reading) -> None:
    """Gives every candidate of a reading its score."""
    for candidate in reading.candidates:
        candidate.score = act(candidate)


def act(candidate: Candidate) -> float:
    """The probability that an act candidate is right."""
    if candidate.mood.denied:
        return 0.05
    if not candidate.actors:
        return 0.3 if candidate.kind in ("suspend",) else 0.12
    labels = set(candidate.mood.labels)
    if candidate.kind == "meet":
        labels.discard("planned")
    if candidate.trigger == "verdict":
        return 0.4
    if labels & {"wanted", "offered", "refused", "hoped"} and candidate.kind in ("propose", "demand", "threaten", "accuse", "pledge") and candidate.rule.startswith("noun"):
        return 0.6
    if labels & {"possible", "conditional", "asked", "purpose", "failed", "wanted", "hoped", "offered", "refused", "urged"}:
        return 0.2
    return 0.7
