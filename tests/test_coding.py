"""Acts as event data: which of them are events of their own, of which class, and whose."""

from __future__ import annotations

import pytest

from detente import names
from detente.reader import read_report
from detente.record import Act, Record
from detente.report import Report


def acts(text: str) -> list[Act]:
    record: Record = read_report(Report(text))
    return [*record.acts, *record.away]


def classes(text: str) -> set[str]:
    return {act.plover.event for act in acts(text) if act.plover is not None}


@pytest.mark.parametrize(
    "text",
    [
        "Bolivia announced that it will extend the curfew in La Paz.",
        "Latvia said it would tighten the blockade of Belarus.",
        "Slovenia plans to impose restrictions on Croatian imports.",
    ],
)
def test_force_that_is_only_announced_is_a_threat(text: str) -> None:
    assert "THREATEN" in classes(text)
    assert not classes(text) & {"AGREE", "COERCE"}


@pytest.mark.parametrize(
    ("text", "told", "named"),
    [
        ("Peru rejected a request from Chile to share the data.", "REJECT", "REQUEST"),
        ("Kenya accepted demands from Ugandan traders that it reform the port.", "CONCEDE", "REQUEST"),
        ("Sudan demanded that Chad renounce its claim.", "REQUEST", "REJECT"),
        ("Hundreds of students went on hunger strike in Quito to protest against the new law.", "PROTEST", "ACCUSE"),
    ],
)
def test_what_is_only_named_in_another_act_is_no_event(text: str, told: str, named: str) -> None:
    assert told in classes(text)
    assert named not in classes(text)


def test_an_accord_to_do_what_nobody_else_demands_is_no_concession() -> None:
    assert "AGREE" in classes("Estonia and Latvia agreed that their ports should share the data.")


@pytest.mark.parametrize(
    "text", ["A bomb killed four Nepalese policemen in Kathmandu.", "Crowds blocked streets in Nepal."]
)
def test_force_by_nobody_known_is_of_the_state_where_it_happens(text: str) -> None:
    assert all(act.doers == ["NPL"] and not act.actors for act in acts(text))
    assert acts(text)


def test_doers_and_recipients_stand_among_the_parties() -> None:
    record = read_report(Report("Crowds blocked streets in Nepal."))
    assert {code for act in record.away for code in act.doers} <= {party.code for party in record.parties}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("troops in the West Bank", []),
        ("farmers of New South Wales", []),
        ("a promise of the West", ["west"]),
        ("talks in Jordan", ["JOR"]),
        ("talks in the Jordan Valley", []),
    ],
)
def test_a_party_is_not_sought_in_the_name_of_a_place(text: str, codes: list[str]) -> None:
    assert [code for name in names.find(text) for code in name.codes] == codes
