"""Meetings: which mentions of a report speak of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from detente import confidence, gathering
from detente.meetings import Mention
from detente.reader import examine
from detente.record import Meeting, Record
from detente.report import Report

Say = Callable[..., Record]

TEXT = """Peru and Chile held border talks in Arica in May. Peru and Chile will hold a summit in Lima on 3 July.
The summit will take two days."""


def _rounds(record: Record) -> list[Meeting]:
    return sorted(record.meetings, key=lambda m: (m.ordinal or 0, m.start))


def test_later_mentions_join_the_round_that_they_mean(say: Say) -> None:
    record = say(
        "Peru and Chile opened talks on their sea border in Arica on Monday. The talks are the first in two years. "
        "Peru's minister said the negotiations with Chile went well. Both sides will go on talking in Arica."
    )
    largest = max(record.meetings, key=lambda m: len(m.evidence))
    assert len(largest.evidence) >= 2
    assert {"PER", "CHL"} <= set(largest.parties)


def test_rounds_with_other_numbers_stay_apart(say: Say) -> None:
    record = say(
        "Peru and Chile held the third round of their border talks in Arica in May. The fourth round of the border "
        "talks between Peru and Chile will open in Lima on Monday. Peru's minister welcomed the plan for the talks."
    )
    assert [m.ordinal for m in _rounds(record) if m.ordinal] == [3, 4]


def test_meetings_without_a_party_in_common_stay_apart(say: Say) -> None:
    record = say(
        "Peru's president met the president of Chile in Lima on Monday. Norway's prime minister met the "
        "president of Iceland in Oslo on Monday. Peru and Norway have no talks planned. Iceland has none either."
    )
    together = [set(m.parties) for m in record.meetings]
    assert {"PER", "CHL"} in together
    assert {"NOR", "ISL"} in together


@pytest.fixture
def mentions() -> list[Mention]:
    return examine(Report(TEXT), gated=False, fast=True).mentions


def _weigh(monkeypatch: pytest.MonkeyPatch, same: dict[str, float]) -> None:
    monkeypatch.setattr(confidence, "weights", lambda: {"same": same})


def test_a_mention_joins_the_round_that_it_likely_means(
    mentions: list[Mention], monkeypatch: pytest.MonkeyPatch
) -> None:
    _weigh(monkeypatch, {"place differ": -5.0, "bias": 2.0})
    assert [{m.place for m in r.mentions} - {""} for r in gathering.gather(mentions)] == [{"Arica"}, {"Lima"}]


@pytest.mark.parametrize(("bias", "count"), [(9.0, 1), (-9.0, 3)])
def test_what_is_likely_or_not_decides_alone(
    mentions: list[Mention], monkeypatch: pytest.MonkeyPatch, bias: float, count: int
) -> None:
    _weigh(monkeypatch, {"bias": bias})
    assert len(gathering.gather(mentions)) == count


def test_rules_put_mentions_together_where_nothing_is_learnt(
    mentions: list[Mention], monkeypatch: pytest.MonkeyPatch
) -> None:
    _weigh(monkeypatch, {})
    assert len(gathering.gather(mentions)) == 2


def test_what_is_learnt_of_each_mention_is_each_round_before_it(mentions: list[Mention]) -> None:
    truth = {"Arica": 0, "Lima": 1}
    rows = gathering.shared((m, truth.get(m.place)) for m in mentions)
    assert [y for _, y in rows] == [0]
    assert "place differ" in rows[0][0]
    rows = gathering.shared((m, truth.get(m.place, 1)) for m in mentions if m.place or m.sentence.number > 2)
    assert [y for _, y in rows] == [0, 0, 1]
    assert {"place round", "rule this"} <= set(rows[2][0])


def test_to_meet_again_is_another_round() -> None:
    text = "Peru and Chile ended talks in Arica on Monday. Both sides will meet again in June."
    again = examine(Report(text), gated=False, fast=True).mentions[-1]
    assert (again.kind, again.another) == ("meet", True)


def test_what_tells_when_a_round_was_is_another_one() -> None:
    text = "The talks in Arica were the fourth high-level meeting between Peru and Chile since a historic 1998 summit between the two."
    mentions = examine(Report(text), gated=False).mentions
    meeting = next(m for m in mentions if m.token.text == "meeting")
    summit = next(m for m in mentions if m.token.text == "summit")
    rounds = gathering.gather(mentions)
    assert not any(meeting in r.mentions and summit in r.mentions for r in rounds)


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("Peru and Chile met on the sidelines of the Pacific summit in Lima.", "met", "summit"),
        ("Peru and Chile held talks in Arica, hours before the summit in Lima.", "talks", "summit"),
        ("Peru discussed the summit with Chile.", "discussed", "summit"),
        ("Peru settled the line in the third round and the wells in the fourth round.", "round", "round"),
        (
            "Talks between Peru and Chile will resume in Lima on July 3. The last round ended in March.",
            "Talks",
            "round",
        ),
        ("Peru, Chile and Bolivia held talks in Lima. Peru's envoy met with Chile's minister.", "talks", "met"),
    ],
)
def test_what_cannot_be_one_meeting_stays_apart(text: str, one: str, other: str) -> None:
    found = examine(Report(text, date=dt.date(2024, 5, 8)), gated=False).mentions
    first = next(m for m in found if m.token.text == one)
    second = next(m for m in reversed(found) if m.token.text == other)
    assert not any(first in r.mentions and second in r.mentions for r in gathering.gather(found))


def test_the_summit_of_a_body_is_its_own(say: Say) -> None:
    record = say(
        "Peru, Chile and Bolivia opened three-way border talks in Lima on Friday. The negotiators of Peru, Chile and "
        "Bolivia might also attend the African Union summit slated for mid-November in Cairo."
    )
    assert ["AU"] in [m.parties for m in record.meetings]


@pytest.mark.parametrize(("day", "count"), [("", 1), (" in May", 2)])
def test_without_days_the_same_parties_in_the_same_place_held_one_meeting(
    monkeypatch: pytest.MonkeyPatch, day: str, count: int
) -> None:
    text = f"Peru and Chile held talks in Arica. The talks in Arica between Peru and Chile{day} went well."
    report = Report(text, date=dt.date(2024, 6, 8))
    found = [m for m in examine(report, gated=False, fast=True).mentions if m.kind == "talks"]
    _weigh(monkeypatch, {"bias": -9.0})
    assert len(gathering.gather(found)) == count


def test_a_round_does_not_end_before_it_begins() -> None:
    day = dt.date(2020, 2, 3)
    mentions = examine(Report("Peru met Chile. Peru and Chile held talks.", date=day), gated=False, fast=True).mentions
    first, second = mentions[:2]
    first.start, first.end, second.start, second.end = "2020-02-03", "", "", "2020-02-01"
    found = gathering.Round()
    gathering.join(found, first)
    gathering.join(found, second)
    assert (found.start, found.end) == ("2020-02-03", "")
