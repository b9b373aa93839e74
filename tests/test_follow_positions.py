"""Which wordings are of one matter, and where the parties stand."""

from __future__ import annotations

import pytest

from detente.follow import Filed, Following, follow
from detente.follow import words as w
from detente.follow.issues import bag, overlap, tidy
from detente.record import Period
from handmade import Maker, act, meeting, one


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("published", "publish"), ("publication", "published"), ("withdrawal", "withdrew"), ("pull-out", "pull-out"),
        ("supplies", "supply"), ("planned", "plan"), ("sent", "send"), ("observers", "monitors"), ("truce", "ceasefire"),
    ],
)  # fmt: skip
def test_forms_and_synonyms_of_a_word_have_one_stem(a: str, b: str) -> None:
    assert w.telling(a) == w.telling(b)


@pytest.mark.parametrize(("a", "b"), [("station", "state"), ("nation", "native"), ("port", "part")])
def test_other_words_have_other_stems(a: str, b: str) -> None:
    assert w.stem(a) != w.stem(b)


def test_names_dates_and_small_words_tell_nothing() -> None:
    assert w.telling("the opening of Finland's border by the end of March 2014") == ("open", "border")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("a sovereign corridor to the sea", "the corridor", True),
        ("pull out its soldiers", "the withdrawal of troops", True),
        ("withdraw its complaint", "withdraw its troops", False),
        ("the release of prisoners", "a release of the draft", False),
        ("a lower transit fee", "the fee", True),
    ],
)
def test_wordings_of_one_matter_are_alike(a: str, b: str, same: bool) -> None:
    assert (overlap(bag(a), bag(b)) >= 0.6) is same


def test_a_wording_as_a_name_has_no_article_and_no_date() -> None:
    assert tidy("the opening of the border by the end of March") == "opening of the border"


def told(id: str, date: str, *acts: tuple[str, str, str]) -> Filed:
    made = Maker(id, date).says("They met for tunnel talks.", meeting("tunnel talks", start=date))
    for kind, who, about in acts:
        made.says(f"{who} {kind} {about}.", act(kind, who, about))
    return made.filed()


@pytest.fixture
def following() -> Following:
    return follow([
        told("p1", "2014-02-03", ("demand", "FIN", "a toll on lorries"), ("reject", "EST", "the toll")),
        told("p2", "2014-05-12", ("propose", "EST", "a lower toll on lorries"), ("demand", "FIN", "drilling at night")),
        told("p3", "2014-09-08", ("agree", "EST FIN", "a toll on lorries")),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("at", "finland", "estonia"),
    [
        ("2014-02-03", "wants", "refuses"), ("2014-05-11", "wants", "refuses"), ("2014-06-01", "wants", "offers"),
        ("2014-09-08", "accepts", "accepts"), ("", "accepts", "accepts"),
    ],
)  # fmt: skip
def test_the_table_shows_where_parties_stood_on_a_day(
    following: Following, at: str, finland: str, estonia: str
) -> None:
    table = following.table("tunnel", at)
    for party, stance in (("FIN", finland), ("EST", estonia)):
        position = table.position("toll on lorries", party)
        assert position is not None
        assert position.stance == stance


def test_a_position_has_its_history_and_quotes(following: Following) -> None:
    position = following.table("tunnel").position("toll on lorries", "EST")
    assert position is not None
    assert [s.stance for s in position.history] == ["refuses", "offers", "accepts"]
    assert position.quotes[0].report_id == "p3"
    assert position.since == "2014-09-08"


def test_who_never_spoke_of_an_issue_is_silent(following: Following) -> None:
    position = following.table("tunnel").position("drilling at night", "EST")
    assert position is not None
    assert (position.stance, position.date, position.quotes) == ("silent", "", ())
    assert following.table("tunnel").position("whales", "EST") is None


def test_since_is_the_first_day_of_the_current_stance() -> None:
    following = follow([
        told("p1", "2014-02-03", ("demand", "FIN", "a toll")), told("p2", "2014-05-12", ("demand", "FIN", "the toll")),
    ])  # fmt: skip
    position = following.table("tunnel").position("toll", "FIN")
    assert position is not None
    assert (position.since, position.date) == ("2014-02-03", "2014-05-12")


def test_an_act_told_later_counts_from_its_own_day() -> None:
    back = act("reject", "EST", "the toll", time=Period("2014-01", "2014-01"))
    filed = Maker("p1", "2014-02-03").says("They met for tunnel talks.", meeting("tunnel talks", start="2014-02-03"))
    filed.says("Estonia, which refused the toll in January, now accepts it.", back, act("agree", "EST", "the toll"))
    position = follow([filed.filed()]).table("tunnel").position("toll", "EST")
    assert position is not None
    assert [(s.stance, s.date) for s in position.history] == [("refuses", "2014-01"), ("accepts", "2014-02-03")]


def test_acts_that_only_arrange_a_round_or_are_only_planned_are_no_stance() -> None:
    filed = Maker("p1", "2014-02-03").says("They met for tunnel talks.", meeting("tunnel talks", start="2014-02-03"))
    filed.says("They agreed to meet.", act("agree", "FIN EST", "hold the next round of talks in May"))
    filed.says("Finland will propose a toll.", act("propose", "FIN", "a toll", planned=True))
    filed.says("Estonia praised a mood.", act("assess", "EST", "the good mood on board"))
    assert follow([filed.filed()]).table("tunnel").rows == ()


def test_a_charge_denied_is_no_stance() -> None:
    denied = act("reject", "EST", "it had broken the rules on noise")
    filed = one("p1", "2014-02-03", "Estonia denied that it had broken the rules.", denied,
                meeting("tunnel talks", start="2014-02-03"))  # fmt: skip
    assert follow([filed]).table("tunnel").rows == ()


def test_who_no_longer_asks_for_a_thing_has_given_it_up() -> None:
    asked = told("r1", "2014-02-03", ("demand", "EST", "end to subsidies for ferries"))
    dropped = "no longer asks Finland to end subsidies for ferries"
    report = one("r2", "2014-03-03", f"Estonia {dropped}.", meeting("tunnel talks", start="2014-03-03"),
                 act("concede", "EST", dropped, planned=True))  # fmt: skip
    table = follow([asked, report]).table("tunnel")
    assert [(row.issue.name, row.positions["EST"].stance) for row in table.rows] == [
        ("end subsidies for ferries", "accepts")
    ]


@pytest.mark.parametrize("about", ["They signed", "the decree", "the text"])
def test_papers_and_signing_alone_are_no_matter(about: str) -> None:
    found = follow([told("r1", "2014-02-03", ("agree", "EST", about))])
    assert found.table("tunnel").rows == ()
