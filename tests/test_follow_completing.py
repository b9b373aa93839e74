"""What a record leaves unsaid and its report tells: rounds only named, what "that" is, days of promises."""

from __future__ import annotations

import pytest

from detente.follow.completing import completed
from detente.record import Act, Meeting, Pledge
from handmade import Maker, act, meeting, pledge


def rounds(*sentences: str, date: str = "2015-06-12") -> list[tuple[int | None, str, str, str]]:
    maker = Maker("r", date)
    for sentence in sentences:
        maker.says(sentence)
    return [(m.ordinal, m.status, m.start, m.end) for m in completed(maker.filed()).record.meetings]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Finland and Estonia ended their third round of ferry talks on Friday.", (3, "ended", "", "2015-06-12")),
        ("A fourth round will be held in Turku in September.", (4, "planned", "2015-09", "2015-09")),
        ("The fifth session has been postponed at the request of Estonia.", (5, "suspended", "", "")),
        ("A ninth is to open in Tallinn on July 6.", (9, "planned", "2015-07-06", "2015-07-06")),
        ("The delegations meet again in Turku on July 2.", (None, "planned", "2015-07-02", "2015-07-02")),
        ("A sixth round that had been cancelled in May ended on Friday.", (6, "ended", "", "2015-06-12")),
    ],
)
def test_rounds_that_only_sentences_name_are_added(sentence: str, found: tuple[int | None, str, str, str]) -> None:
    assert rounds(sentence) == [found]


@pytest.mark.parametrize(
    "sentence",
    ["It was the first time in two years.", "The second of three meetings was short.", "He lost in the second year."],
)
def test_other_numbers_are_no_rounds(sentence: str) -> None:
    assert rounds(sentence) == []


def right(one: Meeting, sentence: str, date: str = "2015-06-12") -> Meeting:
    return completed(Maker("r", date).says(sentence, one).filed()).record.meetings[0]


def test_the_words_beside_a_round_set_its_state_right() -> None:
    found = meeting("the third round", status="suspended", ordinal=3)
    assert right(found, "They wound up the third round, the first since the talks stalled.").status == "ended"


def test_days_that_cannot_be_are_left_out() -> None:
    assert right(meeting("the next round", start="2013", status="planned"), "The next round was planned.").start == ""
    assert right(meeting("talks", start="2016-03"), "They held talks, to end in March.").start == ""


def test_their_first_direct_talks_are_no_first_round() -> None:
    direct = meeting("their first direct talks", ordinal=1)
    assert right(direct, "They held their first direct talks on Friday.").ordinal is None
    assert right(meeting("the first round", ordinal=1), "They held the first round on Friday.").ordinal == 1


def acts(maker: Maker) -> list[tuple[str, list[str], str]]:
    return [(a.kind, a.actors, a.about) for a in completed(maker.filed()).record.acts]


def test_what_was_rejected_is_the_demand_before() -> None:
    maker = Maker("r", "2015-06-12")
    maker.says("Estonia demanded free berths.", act("demand", "EST", "free berths"))
    maker.says("Finland ruled that out.", act("reject", "FIN", "that"))
    assert acts(maker)[1] == ("reject", ["FIN"], "free berths")


def test_an_offer_is_not_answered_by_who_made_it() -> None:
    maker = Maker("r", "2015-06-12")
    maker.says("Estonia offered cheap berths.", act("propose", "EST", "cheap berths"))
    maker.says("Finland wanted free ones.", act("demand", "FIN", "free berths"))
    maker.says("It rejected the offer.", act("reject", "FIN EST", "the offer"))
    assert acts(maker)[2] == ("reject", ["FIN"], "cheap berths")


def test_who_will_not_act_until_something_is_done_wants_it() -> None:
    maker = Maker("r", "2015-06-12")
    maker.says("Finland won't sign until the port is dredged.", act("reject", "FIN", "sign until the port is dredged"))
    assert acts(maker)[1] == ("demand", ["FIN"], "the port is dredged")


def pledges(*found: Pledge, sentence: str) -> list[tuple[list[str], str, str]]:
    record = completed(Maker("r", "2015-06-12").says(sentence, *found).filed()).record
    return [(p.by, p.what, p.due) for p in record.pledges]


def test_the_day_of_a_pledge_comes_out_of_its_sentence() -> None:
    read = pledge("EST", "dredge the port by the end of August")
    found = pledges(read, sentence="Estonia promised to dredge the port by the end of August.")
    assert found == [(["EST"], "dredge the port", "2015-08")]


def test_a_day_before_the_promise_is_not_its_day() -> None:
    read = pledge("EST", "dredge the port", "2014-08")
    found = pledges(read, sentence="Estonia promised to dredge the port by the end of August.")
    assert found[0][2] == "2015-08"


def test_undertakings_that_nobody_read_are_added_with_who_is_bound() -> None:
    found = pledges(sentence="Finland said Estonia would dredge the port by the end of August.")
    assert found == [(["EST"], "dredge the port", "2015-08")]
    assert pledges(sentence="Finland hopes that Estonia will dredge the port by the end of August.") == []
    assert pledges(sentence="Estonia will not dredge the port by the end of August.") == []


def test_every_added_entry_has_its_sentence() -> None:
    maker = Maker("r", "2015-06-12").says("Talks went on.")
    maker.says("Estonia will dredge the port by the end of August, and a fourth round will be held in July.")
    filed = completed(maker.filed())
    added: list[Act | Meeting | Pledge] = [*filed.record.meetings, *filed.record.pledges]
    assert len(added) == 2
    for entry in added:
        for e in entry.evidence:
            assert filed.record.text[e.start : e.end] == e.quote


def test_a_promise_told_again_after_its_day_is_dated_in_the_past() -> None:
    told = "Finland freed 12 of the 30 skippers whom it had promised to release by June 1."
    assert pledges(pledge("FIN", "release by June 1", "2016-06-01"), sentence=told) == [
        (["FIN"], "release", "2015-06-01")
    ]
    charge = "Estonia accused Finland of going back on a promise to drop its lawsuit by June 1."
    found = pledges(pledge("FIN", "promise to drop its lawsuit by June 1", "2016-06-01"), sentence=charge)
    assert found == [(["FIN"], "drop its lawsuit", "2015-06-01")]


def test_by_the_same_date_is_the_date_before() -> None:
    told = "Finland will open the lock by July 1, and Estonia will free 30 skippers by the same date."
    assert pledges(pledge("EST", "free 30 skippers"), sentence=told) == [(["EST"], "free 30 skippers", "2015-07-01")]


def test_a_threat_is_no_promise() -> None:
    told = "Finland will close the lock from July 1 unless Estonia pays."
    assert pledges(pledge("FIN", "close the lock from July 1", "2015-07-01"), sentence=told) == []


def test_talks_just_held_and_the_round_to_follow_are_two() -> None:
    both = meeting("A second round", start="2015-06-08", status="ended", ordinal=2)
    maker = Maker("r", "2015-06-12").says("Finland and Estonia ended four days of talks on Friday.", both)
    maker.says("A second round is due to open in Turku on July 6.", both)
    found = [(m.ordinal, m.status, m.start) for m in completed(maker.filed()).record.meetings]
    assert found == [(None, "ended", "2015-06-08"), (2, "planned", "2015-07-06")]


def test_a_day_of_a_year_ago_is_none_of_talks_just_over() -> None:
    told = "Finland put off its toll from July 1 to August 1 after two days of talks with Estonia."
    assert right(meeting("talks", start="2014-07-31", end="2014-08-01"), told).start == ""
    said = "The talks of last year ended on August 1, 2014."
    assert right(meeting("talks", start="2014-07-31", end="2014-08-01"), said).end == "2014-08-01"


def test_a_round_that_will_not_begin_then_but_later_is_planned_for_later() -> None:
    told = "The second round of ferry talks will not begin on Monday as planned but on July 6."
    found = right(meeting("The second round of ferry talks", start="2015-06-15", status="planned", ordinal=2), told)
    assert (found.status, found.start) == ("planned", "2015-07-06")
