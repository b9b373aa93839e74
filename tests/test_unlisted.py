"""Parties that no table knows, as far as a text says what they are."""

from __future__ import annotations

import datetime as dt

import pytest

from detente.parties import Cast, cast
from detente.reader import read_report
from detente.record import Act
from detente.report import Report


def of(text: str) -> Cast:
    return cast(Report(text, date=dt.date(2020, 2, 3)), 2020)


def called(text: str, words: str) -> list[str]:
    """Whom the text means by words, wherever they stand."""
    return [code for name in of(text).names if name.words == words for code in name.codes]


def acts(text: str, kind: str) -> list[Act]:
    return [act for act in read_report(Report(text, date=dt.date(2020, 2, 4))).acts if act.kind == kind]


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("The Dutch carmaker Telmar rejected the offer of Norway.", "telmar"),
        ("Telmar, a Dutch carmaker, rejected the offer of Norway.", "telmar"),
        ("Telmar chief executive Jan Brouwer met ministers in Norway.", "telmar"),
        ("Norway and Telmar Holdings Plc signed a lease.", "telmar holdings"),
        ("Norway and Brandt and Telmar Motors signed a lease.", "telmar motors"),
        ("Norwegian engineering group Telmar rejected the bid.", "telmar"),
        ("A spokesman for the Telmar Estate met Norway.", "telmar estate"),
        ("Norway met the Hong Kong Institute of Fine Accounts.", "hong kong institute of fine accounts"),
    ],
)
def test_a_firm_is_known_by_what_the_text_says_it_is(text: str, party: str) -> None:
    assert party in of(text).found


@pytest.mark.parametrize(
    "text",
    [
        "Norway's company Chairman Jan Brouwer signed.",
        "Norway said the airline Monday refused to fly.",
        "In Norway the presidential spokesman said so. Presidential Spokesman Jan Brouwer left.",
        "Jan Brouwer, the head of a Norwegian carmaker, signed.",
        "A spokesman for the Foreign Ministry met Norway. A spokesman for the Norwegian Army left.",
        "Norway met the Joint Working Group in Oslo.",
        "Norway signed the Visiting Forces Agreement (VFA) in Oslo.",
        "Norway's anti-royal alliance is an idea that nobody likes.",
    ],
)
def test_what_only_looks_like_a_name_is_no_party(text: str) -> None:
    assert not of(text).found


def test_a_firm_keeps_its_party_when_its_name_is_cut() -> None:
    text = "Norway and China Netlink Group signed a lease. Netlink said it would pay. Netlink spokesman Li Hua agreed."
    assert set(called(text, "Netlink")) == {"china netlink group"}


@pytest.mark.parametrize(
    ("text", "words", "party"),
    [
        ("Kagome Governor Hiro Tanabe refused to sign. Japan wants Kagome to give way.", "Kagome", "kagome"),
        ("The mayor of Galdeston refused to sign. Norway wants Galdeston to give way.", "Galdeston", "galdeston"),
        ("Galdeston's city council met Norway. Norway wants Galdeston to give way.", "Galdeston", "galdeston"),
    ],
)
def test_who_rules_a_place_makes_it_a_party(text: str, words: str, party: str) -> None:
    assert set(called(text, words)) == {party}


def test_a_capital_stays_with_its_state() -> None:
    assert called("Oslo Mayor Nils Berg met Denmark.", "Oslo") == ["NOR"]


def test_a_coalition_is_named_by_whom_it_is_against() -> None:
    text = "Lebanon is tense. The anti-Syrian coalition rejected the plan of Hezbollah."
    assert called(text, "anti-Syrian coalition") == ["anti-syrian coalition"]
    assert not called(text, "Syrian")


def test_an_authority_acts_for_its_state_and_a_body_of_many_for_itself() -> None:
    assert called("Ghana wept. The National Water Authority (NWA) agreed. The NWA left.", "NWA") == ["GHA", "GHA"]
    assert "world water authority" in of("Ghana wept. The World Water Authority (WWA) agreed.").found


def test_an_acronym_after_a_country_is_not_the_country() -> None:
    text = "Ghana wept. The Harbour Party of Ghana (HPG) agreed to talk. The HPG left."
    assert set(called(text, "HPG")) == {"harbour party of ghana"}


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("India is tense. Congress demanded a vote.", ["congress party"]),
        ("The United States is tense. Congress demanded a vote.", []),
        ("India is tense. Congress of Vienna dances are danced.", []),
    ],
)
def test_a_word_means_a_party_only_at_home(text: str, party: list[str]) -> None:
    assert [code for code in called(text, "Congress") if code != "USA"] == party


def test_a_namesake_in_another_country_is_a_party_of_its_own() -> None:
    at_home = called("Germany is tense. The Social Democratic Party left.", "Social Democratic Party")
    abroad = called("Norway and Japan are tense. The Social Democratic Party left.", "Social Democratic Party")
    assert (at_home, abroad) == (["social democrats"], ["social democratic party"])


def test_south_americans_are_not_of_the_united_states() -> None:
    assert called("South American countries met.", "South American countries") == ["south american countries"]
    assert not called("A South American film was shown.", "American")


def test_the_company_is_the_firm_spoken_of_last() -> None:
    text = (
        "Norway met the Dutch carmaker Telmar on Monday. Telmar rejected the offer of Norway. "
        "The company demanded more money from the government."
    )
    assert [act.actors for act in acts(text, "demand")] == [["telmar"]]


def test_opposition_that_is_voiced_is_nobody() -> None:
    found = read_report(
        Report(
            "Norway has voiced opposition to the plan of Denmark and rejected it on Monday.", date=dt.date(2020, 2, 4)
        )
    )
    assert found.acts
    assert not [code for act in found.acts for code in act.actors if "opposition" in code]


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Ghana is tense. Opposition lawmakers rejected the budget of the government on Monday.", ["ghanaian opposition"]),
        ("Germany is tense. Bavaria rejected the budget of the government on Monday.", ["bavaria"]),
        ("Ghana is tense. The NTUX rejected the budget of the government on Monday.", ["ntux"]),
        ("Ghana is tense. The communists rejected the budget of the government on Monday.", ["ghanaian communists"]),
    ],
)  # fmt: skip
def test_who_acts_is_a_party(text: str, actors: list[str]) -> None:
    assert [act.actors for act in acts(text, "reject")] == [actors]


def test_a_name_before_the_word_for_a_party() -> None:
    said = "The liberal Nuvo party left the talks. The Communist party stayed. TPL leader Lu Moore was glad."
    found = cast(Report(said), 2020)
    assert {"nuvo", "tpl"} <= set(found.found)
    assert "communist" not in found.found


def test_a_strike_of_those_who_work_is_no_attack() -> None:
    day = dt.date(2020, 2, 3)
    away = {
        words: {act.kind for act in read_report(Report(words, date=day), threshold=0.2).away}
        for words in (
            "The miners' union held a strike in Accra on Monday.",
            "Ghana's army began a strike on Lome on Monday.",
        )
    }
    assert [("attack" in kinds) for kinds in away.values()] == [False, True]


def test_the_employers_and_the_union_of_a_dispute() -> None:
    text = (
        "The Harbour Employers Association offered the dockers a raise on Monday. The union refused. "
        "The employers accused the union of delay."
    )
    record = read_report(Report(text, date=dt.date(2020, 2, 3)))
    acts = {act.kind: (act.actors, act.targets) for act in record.acts}
    assert acts["reject"][0] == ["dockers"]
    assert acts["accuse"] == (["harbour employers association"], ["dockers"])


def test_a_dateline_in_capitals_is_no_acronym_that_acts() -> None:
    text = "PORT-ABAD, Feb 3 (WPS) -- Engineers from Ghana and Togo held a meeting here on Monday."
    record = read_report(Report(text, date=dt.date(2020, 2, 3)))
    assert all("abad" not in meeting.parties for meeting in record.meetings)
    assert record.meetings
