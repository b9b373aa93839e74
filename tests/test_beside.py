"""How likely an entry is in view of what else its report tells."""

from __future__ import annotations

import math

import pytest

from detente import confidence
from detente.beside import Beside
from detente.reader import entries, examine
from detente.report import Report

TALKS = Beside([0.9, 0.8], 3.7, [0.7, 0.4], 12, 2.5, 3.0)
NEWS = Beside([0.4], 0.5, [], 12, -3.0, 0.2)


def test_an_entry_does_not_stand_beside_itself() -> None:
    assert TALKS.features("act", 0.9)["best"] == 0.8
    assert TALKS.features("act", 0.8)["best"] == 0.9
    assert TALKS.features("pledge", 0.9)["best"] == 0.9
    assert TALKS.features("meeting", 0.7)["meets"] == 0.4
    assert NEWS.features("act", 0.4)["others"] == pytest.approx(math.log(0.1 + 0.2))
    assert NEWS.features("act", 0.4)["best"] == NEWS.features("meeting", 0.4)["meets"] == 0.0


@pytest.mark.parametrize("sort", ["act", "meeting", "pledge", "link"])
def test_an_entry_is_likelier_beside_talks_and_the_likelier_by_itself(sort: str) -> None:
    assert NEWS.likely(sort, 0.4) < TALKS.likely(sort, 0.4) < TALKS.likely(sort, 0.8)


def test_without_the_encoder_another_model_weighs() -> None:
    bare = Beside([0.9], 0.9, [], 5)
    assert bare.model("link") == "link beside alone"
    assert "talks" not in bare.features("link", 0.5)


def test_where_no_model_was_fitted_an_entry_is_as_likely_as_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.beside.weights", dict)
    assert NEWS.likely("act", 0.4, "meet") == 0.4


def test_certain_and_impossible_entries_are_weighed_too() -> None:
    assert 0 < NEWS.likely("act", 0.0) < NEWS.likely("act", 1.0) < 1
    assert "act beside" in confidence.weights()


def test_what_tells_an_act_once_more_gets_no_chance() -> None:
    reading = examine(Report("Chile rejected a plan of Peru."), gated=False)
    (rejected,) = [c for c in reading.candidates if c.kind == "reject" and c.score]
    assert {id(c): p for c, p in entries(reading).acts}[id(rejected)] > 0
    rejected.score = 0.0  # as `confidence` leaves what a better candidate tells
    assert {id(c): p for c, p in entries(reading).acts}[id(rejected)] == 0
