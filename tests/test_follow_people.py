"""Who speaks for whom across the reports of talks, and what an act leaves to the words around it."""

from __future__ import annotations

import pytest

from detente.follow import Filed, follow
from detente.follow.people import Sitting, doer, sitting, told_people
from handmade import Maker, act, meeting, one, pledge

PRESENT = Sitting({"Lund": "NOR", "Kask": "EST"}, "EST")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Norway's chief negotiator, Ivar Lund, left.", {"Lund|NOR"}),
        ("Ivar Lund, the Norwegian minister, left.", {"Lund|NOR"}),
        ("Mari Kask, for Estonia, said no.", {"Kask|EST"}),
        ("Estonia's Mari Kask demanded more.", {"Kask|EST"}),
        ("Norway will open the strait, its envoy Ivar Lund said.", {"Lund|NOR"}),
        ("Norway and Estonia met in Old Harbour.", set()),
        ("Ivar Lund spoke to Estonia.", set()),
    ],
)
def test_a_person_is_of_the_party_that_stands_beside_the_name(sentence: str, told: set[str]) -> None:
    assert set(told_people(one("r1", "2014-02-03", sentence))) == told


def test_of_two_parties_told_of_one_person_none_counts_unless_one_is_told_far_more_often() -> None:
    assert sitting({"Lund|NOR": 3, "Lund|EST": 1}, ["NOR", "EST"]).people == {"Lund": "NOR"}
    assert sitting({"Lund|NOR": 2, "Lund|EST": 2}, ["NOR", "EST"]).people == {}
    assert sitting({"Lund|SWE": 3}, ["NOR", "EST"]).people == {}


@pytest.mark.parametrize(
    ("sentence", "matter", "said", "party"),
    [
        ("Lund offered a ferry.", "a ferry", ["EST"], "NOR"),
        ("The government offered the rebels a ferry.", "the rebels a ferry", ["NOR"], "EST"),
        ("Estonia offered a ferry.", "a ferry", ["EST"], ""),
        ("Estonia told Lund that it wanted a ferry.", "a ferry", ["EST"], ""),
        ("Lund offered a ferry, as Estonia has long demanded.", "a ferry", ["EST"], ""),
        ("She offered a ferry.", "a ferry", [], "EST"),
    ],
)
def test_who_does_it_is_the_person_who_is_known(sentence: str, matter: str, said: list[str], party: str) -> None:
    assert doer(sentence, sentence.index(matter), "Kask spoke first. ", PRESENT, said) == party


@pytest.mark.parametrize(
    ("sentence", "said", "party"),
    [
        ("The union promised a ferry.", [], "ferry crews union"),
        ("The line promised a ferry.", [], "norway ferry line"),
        ("The union's lawyer spoke of a ferry.", [], ""),
        ("The Norway Ferry Line promised a ferry.", ["norway ferry line"], ""),
    ],
)
def test_the_last_word_of_a_name_tells_who_at_the_table_is_meant(sentence: str, said: list[str], party: str) -> None:
    present = Sitting(parties=("ferry crews union", "norway ferry line"))
    assert doer(sentence, sentence.index("a ferry"), "", present, said) == party


def talks(id: str, date: str) -> Maker:
    return Maker(id, date).says("Norway and Estonia met.", meeting("ferry talks", "NOR EST", date))


def stance(reports: list[Filed], party: str) -> str:
    table = follow(reports).table("ferry")
    position = table.position("ferry fares", party)
    return position.stance if position is not None else ""


def test_a_surname_in_a_later_report_tells_the_party() -> None:
    first = talks("r1", "2014-02-03").says("Norway's chief negotiator, Ivar Lund, smiled.").filed()
    later = talks("r2", "2014-03-03").says(
        "Lund asked for lower ferry fares.", act("demand", "EST", "lower ferry fares")
    )
    assert stance([first, later.filed()], "NOR") == "wants"


@pytest.mark.parametrize("answer", ["Estonia refused.", "Estonia again said no.", "Estonia rejected that."])
def test_a_bare_answer_is_to_what_was_asked_before(answer: str) -> None:
    report = talks("r1", "2014-02-03").says(
        "Norway wants lower ferry fares.", act("demand", "NOR", "lower ferry fares")
    )
    report.says(answer, act("reject", "EST", answer.removeprefix("Estonia ").rstrip(".")))
    assert stance([report.filed()], "EST") == "refuses"


def test_who_will_not_drop_a_demand_wants_the_thing() -> None:
    report = talks("r1", "2014-02-03").says(
        "Norway would not drop its demand for lower ferry fares.",
        act("reject", "NOR", "drop its demand for lower ferry fares"),
    )
    assert follow([report.filed()]).table("ferry").position("lower ferry fares", "NOR").stance == "wants"  # type: ignore[union-attr]


def test_who_pledges_what_another_asked_for_accepts_it() -> None:
    report = talks("r1", "2014-02-03").says(
        "Norway wants lower ferry fares.", act("demand", "NOR", "lower ferry fares")
    )
    report.says("Estonia will bring in lower ferry fares.", act("pledge", "EST", "bring in lower ferry fares"))
    assert stance([report.filed()], "EST") == "accepts"


def test_a_day_in_what_is_wanted_is_not_the_day_on_which_it_is_wanted() -> None:
    from detente.record import Period

    wants = act(
        "demand", "NOR", "lower fares from April to August", time=Period("2013-04", "2013-08", "from April to August")
    )
    report = talks("r1", "2014-02-03").says("Norway wants lower fares from April to August.", wants)
    assert follow([report.filed()]).table("ferry").position("lower fares", "NOR").date == "2014-02-03"  # type: ignore[union-attr]


def test_a_host_by_its_capital_has_no_seat_and_a_body_is_the_name_of_its_talks() -> None:
    first = Maker("r1", "2014-02-03").says(
        "The joint commission of Norway and Estonia held its third meeting in Helsinki.",
        meeting("third meeting of the joint commission", "NOR EST", "2014-02-03", ordinal=3, place="Helsinki"),
    )
    later = Maker("r2", "2014-05-03").says(
        "The fourth meeting of the joint commission took place, Finland and Norway said.",
        meeting("the fourth meeting of the joint commission", "FIN NOR", "2014-05-03", ordinal=4),
    )
    (process,) = follow([first.filed(), later.filed()]).processes
    assert [r.ordinal for r in process.rounds] == [3, 4]
    assert process.parties == ["NOR", "EST"]


@pytest.mark.parametrize(
    ("what", "sentence", "status"),
    [
        ("pull its troops out of the port", "Estonian troops are still in the port, Norway said.", "broken"),
        ("pull its troops out of the port", "Estonia withdrew its troops from the port on June 20.", "kept"),
        ("free 12 sailors", "Estonia called off the release of the sailors.", "broken"),
        ("hand in 40 rifles", "Only 30 of the 40 rifles have been handed in.", "broken"),
        (
            "accept the ruling on the ferry",
            "Estonia will not accept the ruling on the ferry, its minister said.",
            "broken",
        ),
        ("lift the ferry ban", "Not a single part of the ferry ban has been lifted.", "broken"),
        ("sell gas to the islands", "Estonia's parliament blocked the sale of gas to the islands.", "broken"),
        ("open the ferry port", "The ferry port is to open two months later, Estonia said.", "delayed"),
    ],
)
def test_what_later_reports_tell_in_other_words(what: str, sentence: str, status: str) -> None:
    first = talks("r1", "2014-02-03").says(f"Estonia promised to {what}.", pledge("EST", what, "2014-06-30")).filed()
    later = talks("r2", "2014-07-10").says(sentence).filed()
    (found,) = follow([first, later], "2014-07-10").pledges()
    assert found.status == status


def test_the_last_word_of_a_name_and_it_after_it_bind_that_party() -> None:
    present = sitting({}, ["EST", "seto fishing guild"])
    told = "In return the Guild will lift its nets by May 1."
    assert doer(told, told.index("lift"), "", present, ["EST"]) == "seto fishing guild"
    then = "It will hand in its nets by June 1."
    assert (
        doer(then, then.index("hand"), "Talks ended. In return the Guild will stop. ", present, ["EST"])
        == "seto fishing guild"
    )
    assert doer(then, then.index("hand"), "Talks ended. Estonia will stop. ", present, ["EST"]) == ""
