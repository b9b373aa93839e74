"""Meetings: which mentions of a report speak of one."""

from __future__ import annotations

from collections.abc import Callable

from detente.record import Meeting, Record

Say = Callable[..., Record]


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
