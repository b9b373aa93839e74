"""What the models learn from: reports told of other states, and which meeting a mention truly means."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente import confidence, context
from detente.evaluate import Gold
from detente.reader import examine, propose


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


def test_words_give_way_to_words_of_their_sort(lessons: Any) -> None:
    vocabulary = context.vocabulary((lessons.train.WEIGHTS.parent / "context.json").read_text("utf-8"))
    text = "Peru and Chile held quiet talks in Arica and opened both roads quickly."
    gold = Gold("one", "", None, text, [(0, len(text))])
    sorts = lessons.sorts([lessons.Lesson(gold, propose(gold.report(), gated=False), vocabulary)], vocabulary)
    of = {
        word: sorts[vocabulary.token_to_id(word)]
        for word in ("held", "opened", "talks", "roads", "quickly", "and", "##s")
    }
    assert of["held"] == of["opened"] > 0
    assert of["talks"] == of["roads"] > 0
    assert len({of["held"], of["talks"], of["quickly"]}) == 3
    assert (of["and"], of["##s"], sorts[vocabulary.token_to_id("chess")]) == (0, -1, 0)


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


def test_what_tells_a_promise_or_a_round_again_is_wrong(lessons: Any) -> None:
    """As in scoring: one entry of the gold makes one right."""
    text = (
        "Peru pledged to reopen the port and to reopen the railway. "
        "Peru and Chile held talks in 2001. Peru and Chile held talks in 2003."
    )
    gold = Gold(
        "one", "", None, text, [(0, 58), (59, 93), (94, len(text))],
        meetings=[{"s": [2, 3], "name": "talks", "parties": ["PER", "CHL"]}],
        pledges=[{"s": 1, "what": "reopen the port"}],
    )  # fmt: skip
    reading = examine(gold.report(), gated=False, fast=True)
    found = lessons.train.together(gold, reading)
    assert len(found["meeting"]) == 2
    assert sum(right for _, right in found["meeting"]) == 1
    assert len(found["pledge"]) > sum(right for _, right in found["pledge"]) == 1


def test_fitting_ends_with_every_report_weighed(lessons: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What puts acts together learns from parties that were cast, whichever part a report is in."""
    train, kept = lessons.train, dict(confidence.weights())
    examples = []
    for n in range(2 * train.INNER):
        text = f"Peru rejected an offer of Chile. Togo and Ghana held talks on day {n}."
        gold = Gold(
            str(n), "", None, text, [(0, 32), (33, len(text))],
            acts=[{"s": 1, "kind": "reject", "actors": ["PER"], "targets": ["CHL"], "about": "an offer"}],
            meetings=[{"s": [2], "name": "talks", "parties": ["TGO", "GHA"]}],
        )  # fmt: skip
        examples.append(train.Example(gold, propose(gold.report(), gated=False)))
    cast: list[bool] = []

    def seated(_: Gold, reading: Any) -> list[Any]:
        cast.append(any(c.acting for c in reading.candidates))
        return []

    monkeypatch.setattr(train, "seated", seated)

    def first(some: list[Any], _: float) -> Any:
        for example in some:
            example.reset()  # as in fitting
        return dict(kept)

    monkeypatch.setattr(train, "first", first)
    monkeypatch.setattr(train, "fit", lambda rows, strength: {"bias": 0.1})
    try:
        train.train(examples, 0.1)
    finally:
        train.use(kept)
    assert len(cast) == len(examples)
    assert all(cast)
