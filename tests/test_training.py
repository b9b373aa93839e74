"""What the models learn from: reports told of other states, and which meeting a mention truly means."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente import context
from detente.evaluate import Gold
from detente.reader import propose


@pytest.fixture
def lessons(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "benchmarks"))
    return importlib.import_module("lessons")


def test_a_report_is_told_of_other_states(lessons: Any) -> None:
    vocabulary = context.vocabulary((lessons.train.WEIGHTS.parent / "context.json").read_text("utf-8"))
    states = lessons.States(vocabulary)
    ids = vocabulary.encode(
        "France let us see the Malian plan. French and Malian envoys met.", add_special_tokens=False
    ).ids
    packed = {"ids": np.array(ids), "window": np.array([0, len(ids)]), "report": np.array([0])}
    told = states.form(packed, 1)
    new = told["ids1"].tolist()

    named = [(called[1], called[2]) for n in range(len(new)) if (called := states.named(new, n))]
    assert [sort for _, sort in named] == ["name", "demonyms", "demonyms", "demonyms"]
    first, second, again, other = (code for code, _ in named)
    assert (first, second) == (again, other)
    assert {first, second}.isdisjoint({"FRA", "MLI"})

    kept = [piece for piece, source in zip(new, told["source1"], strict=True) if piece == ids[source]]
    assert "let us see the" in vocabulary.decode(kept)
    assert told["window1"].tolist() == [0, len(new)]
    assert all(states.named(new, n) is None for n in np.flatnonzero(told["tail1"]))


def test_the_meeting_that_a_mention_truly_means(lessons: Any) -> None:
    text = "Peru and Chile held talks in Arica. The talks went on while Norway prepared a summit in Oslo."
    meetings = [
        {"s": [1, 2], "name": "the talks", "parties": ["PER", "CHL"]},
        {"s": [2], "name": "summit in Oslo", "parties": ["NOR"]},
    ]
    gold = Gold("one", "", None, text, [(0, 35), (36, len(text))], meetings=meetings)
    meant = {m.kind: number for m, number in lessons.train.meant(gold, propose(gold.report(), gated=False))}
    assert meant["talks"] == 0
    assert meant["summit"] == 1


def test_a_mention_that_may_mean_either_meeting_teaches_nothing(lessons: Any) -> None:
    text = "Peru and Chile held talks in Arica."
    twice = [{"s": [1], "name": "talks", "parties": ["PER", "CHL"]}] * 2
    gold = Gold("one", "", None, text, [(0, len(text))], meetings=twice)
    assert {number for _, number in lessons.train.meant(gold, propose(gold.report(), gated=False))} == {None}
