"""What the encoder makes of the parties that a report names, sentence by sentence and in the report as a whole.

Who acts is a question of all parties at hand: what the encoder makes of one counts beside what it makes of the others,
of words that mean no known party, and of the same party in other sentences. Models weigh it (`parts`, `seats`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from detente.context import HEADS, columns
from detente.features import BEYOND, Features, high, within
from detente.parts import GROUPS

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.context import View
    from detente.parts import Scene


class Sighting(NamedTuple):
    """What the encoder makes of a party where a sentence names it, as log-odds: of several names the highest.

    It acts there in any way, is acted on, sits at a meeting told of there, or at any of the report.
    """

    acts: float
    acted_on: float
    seat: float
    sits: float


#: The heads that tell each field of a sighting, as places in HEADS.
_COLUMNS = (columns("actor"), columns("target"), [HEADS.index("seat")], [HEADS.index("sits")])


@dataclass(slots=True)
class Sightings:
    """All sightings of a report: of each party, by the number of the sentence, and which sentences the encoder saw."""

    sentences: set[int] = field(default_factory=set)
    of: dict[str, dict[int, Sighting]] = field(default_factory=dict)

    @classmethod
    def gather(cls, scenes: Mapping[int, Scene], views: Mapping[int, View]) -> Sightings:
        """Takes in what the encoder makes of the names of each sentence that it saw."""
        found = cls()
        for number, scene in scenes.items():
            if (view := views.get(number)) is not None:
                found._see(number, scene, view)
        return found

    def _see(self, number: int, scene: Scene, view: View) -> None:
        self.sentences.add(number)
        for token, codes in scene.named:
            piece = view.piece(token.idx)
            if piece is None:
                continue
            seen = Sighting(*(within(float(piece[of].max())) for of in _COLUMNS))
            for code in codes:
                known = self.of.setdefault(code, {})
                known[number] = Sighting(*map(max, known[number], seen)) if number in known else seen

    def sits(self, code: str) -> float | None:
        """The log-odds that a party sits at any meeting of the report; None where the encoder saw no name of it."""
        return max((seen.sits for seen in self.of.get(code, {}).values()), default=None)

    def features(self, code: str, c: Candidate, part: int) -> Features:
        """What is known of a party with regard to an act: whether it acts (`part` 0) or is acted on (1).

        Empty where the encoder did not see the sentence.
        """
        if c.sense is None:
            return {}
        group = GROUPS.get(c.kind, "one")
        own = c.seat(code, part)
        found = {f"named={own is not None}": 1.0}
        for name, value in {**_beside(code, c, part), **self._elsewhere(code, c, part)}.items():
            found[name] = found[f"{group}|{name}"] = value
        return found

    def _elsewhere(self, code: str, c: Candidate, part: int) -> Features:
        """What the encoder makes of a party in acts of any kind: in this sentence, the one before, the whole report."""
        number, of = c.sentence.number, self.of.get(code, {})
        named = "named" if code in c.seats else "unnamed"
        found: Features = {}
        if number in of:
            found |= {"any kind": of[number][part], "any other part": of[number][1 - part]}
        others = [seen[part] for at, seen in of.items() if at != number]
        found[f"elsewhere {named}"] = max(others, default=-BEYOND)
        sits = self.sits(code)
        found[f"sits {named}"] = -BEYOND if sits is None else sits
        found[f"often {named} {min(sum(odds > 0 for odds in others), 3)}"] = 1.0
        before = of.get(number - 1)
        found[f"before {named}" if before else f"not before {named}"] = before[part] if before else 1.0
        return found


def _beside(code: str, c: Candidate, part: int) -> Features:
    """What the encoder makes of a party in an act beside the other parties, and beside words that name none of them."""
    own = c.seat(code, part)
    others = [odds[part] for other, odds in c.seats.items() if other != code]
    rival = within(max(others)) if others else -BEYOND
    peak = within(c.peaks[part])
    seen = within(max((odds[part] for odds in c.seats.values()), default=-BEYOND))
    found = {
        f"rivals {min(sum(odds > 0 for odds in others), 2)} {own is not None}": 1.0,
        f"peak {own is not None}": peak, f"nobody's {own is not None}": max(0.0, peak - seen) if peak > 0 else 0.0,
    }  # fmt: skip
    if own is None:
        return found | {"rival unnamed": rival}
    here, other = within(own), within(c.seat(code, 1 - part))
    gap = within(here - rival)
    return found | {
        "rival": rival, "gap": gap, f"first {gap > 0} {here > 0}": 1.0, "apart": here - other,
        "seat": here, **high("seat", here), "seat, hardly": min(0.0, here + 2),
    }  # fmt: skip
