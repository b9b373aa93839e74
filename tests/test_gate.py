"""What is worth parsing: the gate leaves out what tells nothing, and nothing else changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from detente import gate
from detente.explain import explain
from detente.reader import examine, read_report, read_reports
from detente.record import Record
from detente.report import Report

TALKS = (
    "Freedonia and Sylvania resumed peace talks in Geneva on Monday. "
    "Freedonian Foreign Minister Rufus Firefly rejected Sylvania's demand for the withdrawal of troops. "
    "The two sides agreed to meet again on Friday. "
    "Iran urged both sides to sign the agreement. "
    "Sylvania said it would release the prisoners if Freedonia lifted the blockade."
)
MATCH = (
    "A quiet Saturday in the league. "
    "The striker scored twice in the second half and hit the post. "
    "The coach said his players were tired after the match. "
    "City had won the cup last season and will play Rovers next week. "
    "The club's best run of the season came to an end in front of 40,000 fans."
)


def report(text: str) -> Report:
    return Report(text, date=dt.date(2005, 9, 16))


def test_a_report_of_a_match_is_not_parsed() -> None:
    assert examine(report(MATCH)).wanted == []
    assert read_report(report(MATCH)).sentences != []


def test_a_report_of_talks_is_parsed_whole() -> None:
    reading = examine(report(TALKS))
    assert len(reading.wanted) == len(reading.sentences) == 5
    assert read_report(report(TALKS)).acts == read_report(report(TALKS), gated=False).acts


def test_without_the_gate_every_sentence_with_a_telling_word_is_parsed() -> None:
    assert len(examine(report(MATCH), gated=False).wanted) >= 2


def test_short_texts_pass() -> None:
    short = report("United beat City 3-1 in the league on Saturday. The coach will resign.")
    assert len(examine(short).wanted) == 2


def test_a_trigger_that_the_model_has_not_met_opens_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "telling_words", lambda: frozenset(["stonewalled"]))
    told = MATCH.replace("hit the post", "stonewalled the referee")
    sentences = examine(report(told)).sentences
    assert gate._own(gate.marks(sentences[1].text), gate.model()) == pytest.approx(
        gate._own(gate.marks("The striker scored twice in the second half and the referee."), gate.model()) + gate.NEW
    )


def test_surroundings_are_those_near() -> None:
    likely = [0.0] * 50 + [1.0] + [0.0] * 50
    found = list(gate.around(likely))
    assert [i for i, p in enumerate(found) if p > 0] == list(range(50 - gate.NEAR, 50 + gate.NEAR + 1))
    assert list(gate.around([])) == []


def test_why_tells_what_the_gate_left_out() -> None:
    assert "--no-gate" in explain(examine(report(MATCH)), 4)
    assert "no word of the lexicon" in explain(examine(report(MATCH)), 1)


def test_many_reports_are_read_as_each_alone() -> None:
    reports = [report(TALKS), report(MATCH), report(""), report(TALKS[:150])] * 3
    for words in (1, 10_000):
        assert list(read_reports(iter(reports), words=words)) == [read_report(r) for r in reports]


def test_reports_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def some() -> Iterator[Report]:
        for n in range(1000):
            taken.append(n)
            yield report(TALKS)

    records = read_reports(some(), words=50)
    assert isinstance(next(records), Record)
    assert len(taken) < 5


def test_talks_beside_other_news_are_read() -> None:
    both = MATCH + "\n\n" + TALKS
    with_gate, without = read_report(report(both)), read_report(report(both), gated=False)
    assert [a.kind for a in with_gate.acts] == [a.kind for a in without.acts]
