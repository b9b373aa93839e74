"""Which meetings belong to one process, and which mentions to one round."""

from __future__ import annotations

import itertools

import pytest

from detente.follow import Decision, Filed, Following, Processes, attach, follow, words
from detente.follow.naming import tidy
from detente.follow.processes import Ambiguous
from handmade import Maker, act, meeting, one, round_of


def rounds(following: Following, name: str = "tunnel") -> list[tuple[int | None, str, str, str]]:
    return [(r.ordinal, r.start, r.status, r.place) for r in following.process(name).rounds]


HELD_1 = one("r1", "2014-02-03", "They ended the first round.", round_of(1, "2014-02-03", place="Tallinn"))
PLAN_2 = one("r2", "2014-02-20", "A second round is planned.", round_of(2, "2014-05", "planned", "Helsinki"))
HELD_2 = one("r3", "2014-05-13", "They ended the second round.", round_of(2, "2014-05-12", place="Helsinki"))


def test_mentions_of_one_round_are_joined_whatever_the_order_of_the_reports() -> None:
    expected = [(1, "2014-02-03", "held", "Tallinn"), (2, "2014-05-12", "held", "Helsinki")]
    for order in itertools.permutations([HELD_1, PLAN_2, HELD_2]):
        assert rounds(follow(order)) == expected


def test_reports_filed_late_change_a_round_as_if_they_had_come_in_time() -> None:
    processes = Processes()
    for filed in (HELD_2, PLAN_2, HELD_1):
        attach(filed, processes)
    assert [(r.ordinal, r.status) for r in processes.all[0].rounds] == [(1, "held"), (2, "held")]
    assert len(processes.all) == 1


def test_a_report_is_filed_without_filing_the_others_anew() -> None:
    processes = Processes()
    attach(HELD_1, processes)
    found = attach(PLAN_2, processes)
    assert found[0].process is processes.all[0]
    assert found[0].score > 0.45
    assert "parties" in found[0].why


def test_as_of_leaves_later_reports_out() -> None:
    following = follow([HELD_1, PLAN_2, HELD_2], "2014-03-01")
    assert rounds(following)[1] == (2, "2014-05", "planned", "Helsinki")
    ahead = following.process("tunnel").planned("2014-03-01")
    assert ahead is not None
    assert ahead.ordinal == 2
    assert follow([HELD_1, PLAN_2, HELD_2]).process("tunnel").planned("2014-06-01") is None


def test_a_round_put_off_keeps_the_day_it_was_planned_for() -> None:
    put_off = act("suspend", "FIN EST", "the second round of tunnel talks")
    third = round_of(2, "2014-09", "suspended")
    report = one("r4", "2014-05-02", "Finland and Estonia postponed the second round to September.", put_off, third)
    following = follow([HELD_1, PLAN_2, report])
    second = following.process("tunnel").rounds[1]
    assert (second.status, second.start, second.moved_from) == ("postponed", "2014-09", ["2014-05"])
    held = one("r5", "2014-09-09", "The second round ended.", round_of(2, "2014-09-08"))
    second = follow([HELD_1, PLAN_2, report, held]).process("tunnel").rounds[1]
    assert (second.status, second.start, second.moved_from) == ("held", "2014-09-08", ["2014-05"])
    assert [step.status for step in second.history] == ["planned", "postponed", "held"]


def test_a_round_called_off_is_cancelled_though_only_an_act_tells_of_it() -> None:
    report = one("r4", "2014-05-02", "Estonia called off the second round of tunnel talks.",
                 act("suspend", "EST", "the second round of tunnel talks", "FIN"))  # fmt: skip
    assert follow([HELD_1, PLAN_2, report]).process("tunnel").rounds[1].status == "cancelled"


def test_what_was_held_does_not_become_planned_again() -> None:
    looking_back = one(
        "r6", "2014-06-01", "The second round had been planned for May.", round_of(2, "2014-05", "planned")
    )
    assert rounds(follow([HELD_1, PLAN_2, HELD_2, looking_back]))[1][2] == "held"


def test_talks_under_way_count_as_held_two_weeks_later() -> None:
    opened = one("r1", "2014-02-03", "The first round opened.", round_of(1, "2014-02-03", "ongoing"))
    first = follow([opened]).process("tunnel").rounds[0]
    assert first.status_at("2014-02-05") == "ongoing"
    assert first.status_at("2014-03-01") == "held"


def test_a_meeting_without_number_is_the_planned_round_when_the_day_fits() -> None:
    met = one("r3", "2014-05-13", "Finland and Estonia met.", meeting("a meeting", start="2014-05-12"))
    assert rounds(follow([HELD_1, PLAN_2, met]))[1] == (2, "2014-05-12", "held", "Helsinki")


def test_a_round_just_before_the_second_is_counted_as_the_first() -> None:
    met = one("r1", "2014-02-03", "They held tunnel talks.", meeting("tunnel talks", start="2014-02-03"))
    first = follow([met, PLAN_2]).process("tunnel").rounds[0]
    assert (first.ordinal, first.counted) == (1, True)


def test_other_parties_make_another_process() -> None:
    other = one("s1", "2014-03-03", "Finland and Sweden met.", round_of(1, "2014-03-03", parties="FIN SWE"))
    following = follow([HELD_1, PLAN_2, other])
    assert len(following.processes) == 2
    assert following.process("Sweden").parties == ["FIN", "SWE"]


def test_the_same_parties_on_another_matter_make_another_process() -> None:
    def told(id: str, date: str, talks: str, matter: list[str]) -> Filed:
        made = Maker(id, date).says(f"They ended {talks}.", meeting(talks, start=date))
        for about in matter:
            made.says(f"Finland demanded {about}.", act("demand", "FIN", about))
        return made.filed()

    tunnel = ["a rail tunnel under the gulf", "Estonian money for the tunnel", "drilling from both shores"]
    wolves = ["a ban on hunting wolves", "new rules for lynx and bears", "a reserve for seals"]
    reports = [
        told("t1", "2014-02-03", "tunnel talks", tunnel), told("w1", "2014-02-20", "wildlife talks", wolves),
        told("t2", "2014-06-03", "tunnel talks", tunnel), told("w2", "2014-07-20", "wildlife talks", wolves),
    ]  # fmt: skip
    found = {p.name: sorted(p.reports) for p in follow(reports).processes}
    assert found == {"Finland-Estonia tunnel talks": ["t1", "t2"], "Finland-Estonia wildlife talks": ["w1", "w2"]}


def test_talks_that_start_counting_anew_are_another_process() -> None:
    later = one("n1", "2016-08-01", "The first round of quota talks opened.",
                meeting("the first round of quota talks", start="2016-08-01", ordinal=1))  # fmt: skip
    assert len(follow([HELD_1, PLAN_2, HELD_2, later]).processes) == 2


def test_renamed_talks_stay_one_process_and_know_both_names() -> None:
    renamed = one("r4", "2014-09-09", "They opened the third round of what they now call the Gulf Dialogue.",
                  meeting("the third round of what they now call the Gulf Dialogue", start="2014-09-09", ordinal=3))  # fmt: skip
    again = one("r5", "2014-12-01", "The Gulf Dialogue ended its fourth round.",
                meeting("the fourth round of the Gulf Dialogue", start="2014-12-01", ordinal=4))  # fmt: skip
    following = follow([HELD_1, PLAN_2, HELD_2, renamed, again])
    assert len(following.processes) == 1
    assert following.process("Gulf Dialogue") is following.process("tunnel talks")
    assert [r.ordinal for r in following.processes[0].rounds] == [1, 2, 3, 4]


def test_a_report_without_a_meeting_goes_with_the_process_of_its_parties_and_matter() -> None:
    tunnel = act("demand", "FIN", "a tunnel under the gulf", "EST")
    report = one("r7", "2014-03-03", "Finland again demanded of Estonia a tunnel.", tunnel)
    assert "r7" in follow([HELD_1, PLAN_2, report]).process("tunnel").reports


def test_a_meeting_without_parties_goes_by_the_cast_of_its_report() -> None:
    report = one("r7", "2014-03-03", "A second round follows.", round_of(2, "2014-05", "planned", parties=""),
                 title="Finland and Estonia to meet again")  # fmt: skip
    assert "r7" in follow([HELD_1, report]).process("tunnel").reports


def test_two_rebel_groups_of_one_state_are_akin() -> None:
    first = one("d1", "2006-01-02", "Sudan met the rebels.", meeting("peace talks", "SDN slm", "2006-01-02"))
    second = one("d2", "2006-02-02", "Sudan met the rebels.", meeting("peace talks", "SDN jem", "2006-02-02"))
    assert len(follow([first, second]).processes) == 1


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("the second round of their pipeline talks in La Paz", "pipeline talks"),
        ("The 16th high-level meeting between North and South Korea", "high-level meeting"),
        ("its pipeline talks with Peru", "pipeline talks"),
        ("the fifth round of six-party talks", "six-party talks"),
        ("the second round in La Paz in April", "round"),
        ("Friday", ""),
    ],
)
def test_names_lose_numbers_places_and_parties(told: str, name: str) -> None:
    assert tidy(told) == name


def test_a_process_is_named_as_people_name_it() -> None:
    koreas = one("k1", "2005-09-16", "They ended the 16th ministerial talks.",
                 meeting("the 16th ministerial talks", "KOR PRK", "2005-09-16", ordinal=16))  # fmt: skip
    assert follow([koreas]).processes[0].name == "inter-Korean ministerial talks"


def test_talks_that_were_moved_and_count_anew_stay_one_process() -> None:
    moved = one(
        "r4", "2014-11-03", "The first session opened.", meeting("the first session", start="2014-11-03", ordinal=1)
    )
    following = follow([HELD_1, PLAN_2, HELD_2, moved])
    assert [(r.ordinal, r.start) for r in following.process("tunnel").rounds][-1] == (1, "2014-11-03")
    assert len(following.processes) == 1


def test_a_mediator_has_no_seat() -> None:
    report = one(
        "r3", "2014-05-13", "Swedish mediators met them.", meeting("tunnel talks", "SWE FIN EST", "2014-05-12")
    )
    assert follow([HELD_1, report]).process("tunnel").parties == ["FIN", "EST"]


def test_a_phase_is_part_of_its_round() -> None:
    phase = meeting("the first phase of the fifth round of tunnel talks", start="2014-05-12", ordinal=1)
    assert follow([one("r3", "2014-05-13", "A phase ended.", phase)]).processes[0].rounds[0].ordinal == 5


def test_meetings_of_one_side_or_with_the_press_are_no_talks() -> None:
    press = meeting("a press conference", start="2014-05-12")
    assert follow([one("r3", "2014-05-13", "They met the press.", press)]).processes == []


def test_talks_named_by_their_number_are_known_by_it() -> None:
    first = one("v1", "2014-05-13", "The five-party talks opened.",
                meeting("five-party talks", "PRK KOR CHN USA JPN", "2014-05-12"))  # fmt: skip
    second = one("v2", "2014-09-13", "The five-nation talks went on.",
                 meeting("five-nation talks", "PRK USA", "2014-09-12"), title="Japan, China and South Korea wait")  # fmt: skip
    assert len(follow([first, second]).processes) == 1


# -- what users decide

OTHER = one("s1", "2014-03-03", "Finland and Sweden met.", meeting("ferry talks", "FIN SWE", "2014-03-03"))


def test_a_process_can_be_renamed() -> None:
    decision = Decision("rename", "tunnel", "Talsinki", by="R. Aho", at="2014-06-01", reason="that is its name")
    process = follow([HELD_1], decisions=[decision]).process("Talsinki")
    assert process.name == "Talsinki"
    assert process.history == [decision]


def test_processes_can_be_merged() -> None:
    following = follow([HELD_1, HELD_2, OTHER], decisions=[Decision("merge", "tunnel", "ferry")])
    (process,) = following.processes
    assert sorted(process.reports) == ["r1", "r3", "s1"]
    assert len(process.rounds) == 3
    assert process.history[0].kind == "merge"


def test_a_process_can_be_split() -> None:
    decision = Decision("split", "tunnel", "the other talks", reports=("r3",))
    following = follow([HELD_1, HELD_2], decisions=[decision])
    assert list(following.process("the other talks").reports) == ["r3"]
    assert list(following.process("tunnel").reports) == ["r1"]
    assert following.process("tunnel").history == [decision]


HERRING = one("h1", "2016-03-04", "Iceland and Norway opened negotiations on herring.",
              meeting("negotiations on herring quotas", "ISL NOR", "2016-03-04"))  # fmt: skip
BORDER = one("b1", "2016-03-05", "Georgia and Armenia met for border talks.",
             meeting("border talks", "GEO ARM", "2016-03-05"))  # fmt: skip
GRAIN = one("g1", "2016-03-06", "Georgia and Turkey met for grain talks.",
            meeting("grain talks", "GEO TUR", "2016-03-06"))  # fmt: skip


def test_herring_is_no_small_word() -> None:
    assert words.stems("the herring of her talks") == words.stems("herrings talk") != words.stems("talks")
    assert words.telling("herring quotas canned") == ("herr", "quota", "cann")


@pytest.mark.parametrize("name", ["herring", "herring talks", "the Herring summit", "Iceland", "herring of Norway"])
def test_words_of_a_name_or_a_party_find_the_process_that_has_them(name: str) -> None:
    assert list(follow([HERRING, BORDER, GRAIN]).process(name).reports) == ["h1"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("talks", ["b1:1", "g1:1", "h1:1"]),
        ("the round of talks", ["b1:1", "g1:1", "h1:1"]),
        ("Georgia", ["b1:1", "g1:1"]),
    ],
)
def test_what_fits_several_processes_equally_well_names_none(name: str, told: list[str]) -> None:
    with pytest.raises(Ambiguous) as error:
        follow([HERRING, BORDER, GRAIN]).process(name)
    assert [one.id for one in error.value.labels] == told
    assert follow([HERRING, BORDER, GRAIN]).process("border talks").id == "b1:1"
    with pytest.raises(KeyError):
        follow([HERRING, BORDER]).process("whaling talks")


def test_a_single_process_is_meant_by_any_name_for_talks() -> None:
    assert follow([BORDER]).process("the talks").id == "b1:1"


def test_those_of_one_name_are_told_with_their_ids() -> None:
    found = follow([BORDER, GRAIN], decisions=[Decision("rename", "g1:1", "BORDER TALKS")])
    found.process("b1:1").title = "BORDER TALKS"
    with pytest.raises(Ambiguous) as error:
        found.process("border talks")
    assert error.value.candidates() == "BORDER TALKS (b1:1); BORDER TALKS (g1:1)"
    assert error.value.candidates(1) == "BORDER TALKS (b1:1) and 1 more"


def test_a_decision_of_old_means_the_process_most_told_of() -> None:
    more = one("b2", "2016-03-07", "Georgia and Armenia went on with the border talks.",
               meeting("border talks", "GEO ARM", "2016-03-07"))  # fmt: skip
    assert follow([GRAIN, BORDER, more], decisions=[Decision("rename", "talks", "x")]).process("x").id == "b1:1"


def test_a_split_by_reports_that_do_not_tell_of_it_makes_nothing() -> None:
    with pytest.raises(KeyError):
        follow([HELD_1, OTHER], decisions=[Decision("split", "tunnel", "x", reports=("s1",))])


def test_a_decision_about_an_unknown_process_or_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        follow([HELD_1], decisions=[Decision("rename", "whaling", "x")])
    with pytest.raises(ValueError, match="merge, split, rename"):
        follow([HELD_1], decisions=[Decision("forget", "tunnel", "x")])


def test_nothing_comes_of_nothing() -> None:
    following = follow([])
    assert following.processes == []
    assert following.pledges() == []
    assert following.linkages == []
    with pytest.raises(KeyError):
        following.process("tunnel")
