"""How likely an entry is right in view of what else its report tells.

The same words tell of talks in a report of talks, and of a match or a market elsewhere: what stands beside an entry says
which. A logistic model for each list of a record weighs that, fitted by `benchmarks/train.py` to reports that the models
before it had not seen, so that what comes out is a probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING

from detente import odds
from detente.confidence import probability, weights
from detente.features import Features, within
from detente.record import TABLE_KINDS

if TYPE_CHECKING:
    from detente.reader import Reading

#: A report of fewer sentences is too short to say what it is about.
SHORT = 4


@dataclass(frozen=True, slots=True)
class Beside:
    """What a report tells in all.

    `told` is how many acts at the table are to be expected; `acts` and `meetings` are how likely the two likeliest are.
    Of the encoder, where it was asked, come the log-odds of the sentence that likeliest tells of talks, and how many do.
    """

    acts: list[float]
    told: float
    meetings: list[float]
    sentences: int
    talks: float | None = None
    of_talks: float = 0.0

    @classmethod
    def of(cls, reading: Reading, meetings: list[float]) -> Beside:
        """That of a reading whose candidates are scored and whose meetings are so likely."""
        acts = [c.score for c in reading.candidates if c.kind in TABLE_KINDS]
        talks = [within(view.told("talks")) for view in reading.views.values()]
        return cls(
            nlargest(2, acts), sum(acts), nlargest(2, meetings), max(len(reading.sentences), 1),
            max(talks, default=None), sum(map(odds.probability, talks)),
        )  # fmt: skip

    def likely(self, sort: str, own: float, kind: str = "") -> float:
        """How likely an entry is in view of the rest: `sort` is "act", "meeting", "pledge" or "link", `own` what it is
        without; the same where no model was fitted."""
        model = self.model(sort)
        return probability(self.features(sort, own, kind), model) if model in weights() else own

    def model(self, sort: str) -> str:
        """The name of the model that weighs entries of a sort."""
        return f"{sort} beside alone" if self.talks is None else f"{sort} beside"

    def features(self, sort: str, own: float, kind: str = "") -> Features:
        """What is known of an entry and of what stands beside it, by name."""
        others = self.told - (own if sort == "act" else 0.0)
        found = {
            "bias": 1.0, "own": odds.log_odds(own, 0.001), "others": math.log(max(others, 0.0) + 0.2), "share": others / self.sentences,
            "best": _best(self.acts, own if sort == "act" else None),
            "meets": _best(self.meetings, own if sort == "meeting" else None),
            "length": math.log(self.sentences), f"short={self.sentences < SHORT}": 1.0,
        }  # fmt: skip
        if kind:
            found[f"kind={kind}"] = 1.0
        if self.talks is not None:
            found |= {"talks": self.talks, "of talks": math.log(self.of_talks + 0.1)}
        return found


def _best(likely: list[float], own: float | None) -> float:
    """The likeliest of the two likeliest, but for one that is so likely itself."""
    first = 1 if own is not None and likely and likely[0] == own else 0
    return likely[first] if len(likely) > first else 0.0
