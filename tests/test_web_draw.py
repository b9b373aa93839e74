"""Where things stand in the drawings."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from detente.web import draw

STANCES = [
    ("2016-05-04", "NOR", "wants", "quota"), ("2016-05-04", "NOR", "offers", "survey"),
    ("2016-05-05", "NOR", "refuses", "quota"), ("2016-05-04", "ISL", "accepts", "survey"),
    ("2016-05-04", "ISL", "accepts", "quota"),
]  # fmt: skip


def pledge(**given: Any) -> dict[str, Any]:
    base = {"id": "p1", "by": ["NOR"], "short": "survey the ridge", "made": "2016-05-04", "last_due": "2016-09-01"}
    return base | {"status": "open"} | given


def drawn(pledges: list[dict[str, Any]]) -> draw.Timeline:
    found = draw.timeline([], pledges, STANCES, ["2016-01-04", "2016-05-06"], "2016-05-06", str)
    assert found is not None
    return found


def test_stances_of_one_day_stand_side_by_side() -> None:
    by_party = {strip.party: strip.marks for strip in drawn([pledge()]).strips}
    places = [x for x, *_ in by_party["NOR"]]
    assert len(by_party["NOR"]) == 3
    assert all(b - a >= 11 for a, b in pairwise(places))
    assert len(by_party["ISL"]) == 1  # two of one kind are one mark, which tells of both
    assert by_party["ISL"][0][2].endswith("and 1 more")


def test_the_words_of_a_pledge_leave_room_for_its_status() -> None:
    told = pledge(short="survey the ridge and everything that lies beyond it as far as anybody has ever been " * 3)
    arrow = drawn([told]).arrows[0]
    assert arrow.id == "p1"
    assert min(arrow.x, arrow.due) + draw.width(arrow.words) + draw.width(arrow.status) < drawn([told]).width


def test_what_is_of_other_talks_says_so() -> None:
    here, there = "herring talks", "border talks"
    links = [
        {"what": {"kind": "pledge", "name": "lower the quota", "process": here},
         "on": {"kind": "issue", "name": "a line in the sea", "process": there}, "kind": "condition"},
    ]  # fmt: skip
    found = draw.graph(links, here)
    assert found is not None
    assert {box.name: box.where for box in found.boxes} == {"lower the quota": "", "a line in the sea": there}
    assert draw.graph([], here) is None
