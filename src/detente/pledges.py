"""What was promised, by whom, for when: undertakings that one could later check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente import dates
from detente.record import Evidence, Pledge

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.reader import Reading


def of(kept: list[Candidate], reading: Reading) -> list[Pledge]:
    """The pledges among the acts: from `pledge`, from `agree` to do, from an agreed `meet`."""
    found = []
    for c in kept:
        if c.kind == "pledge" or c.kind == "agree" and c.rule.startswith(("verb", "adj")) and c.content is not None:
            found.append(_pledge(c, reading))
    return found


def _pledge(c: Candidate, reading: Reading) -> Pledge:
    start, end = c.about
    text = reading.report.text
    sentence = c.sentence
    due = ""
    for m in dates.find(text[start:end], reading.report.date, tense="future"):
        due = m.period.end or m.period.start
    return Pledge(
        by=list(c.actors), to=list(c.targets), what=" ".join(text[start:end].split()), due=due,
        confidence=c.score, evidence=[Evidence(sentence.start, sentence.end, sentence.text)], why=[c.rule],
    )  # fmt: skip
