"""Who is meant, as far as the words of a whole report tell."""

from __future__ import annotations

import datetime as dt

import pytest

from detente import names
from detente.parties import Cast, cast
from detente.reader import read_report
from detente.report import Report


def of(text: str, title: str = "") -> Cast:
    return cast(Report(text, title=title, date=dt.date(2020, 2, 3)), 2020)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Chad and the Northern Salvation Front (FSN) signed a truce.", "northern salvation front"),
        ("Kenya's University Lecturers' Union (ULU) went back to work.", "university lecturers' union"),
        ("Ghana met the Front for the Freedom of the Coast (FFC).", "front for the freedom of the coast"),
    ],
)
def test_a_name_reaches_no_further_than_its_acronym(text: str, code: str) -> None:
    assert code in of(text).found
    assert set(of(text).aliases.values()) == {code}


def test_an_acronym_that_is_never_spelt_out_is_known_by_its_letters() -> None:
    found = of("The Coastal Workers Party met Ghana on Monday. The CWP wants more.")
    assert found.aliases["CWP"] == "coastal workers party"


def test_a_dateline_does_not_tell_whose_government_is_meant() -> None:
    found = of(
        "ACCRA, Ghana, Feb 3 (WPS) - Togo's army left the valley. Ghana said so. The army is tired.", "Togo leaves"
    )
    assert found.home == "TGO"


def test_a_minister_is_of_the_state_that_the_text_turned_to() -> None:
    found = of(
        "Ghana broke off talks with Ghana's creditors.\n\nTogo urged restraint. Trade Minister Ama Koffi said so."
    )
    assert next(m.party for m in found.members if m.name == "Ama Koffi") == "TGO"


def test_a_namesake_is_somebody_else() -> None:
    found = of(
        "Mexico was ready to talk. Its economy minister, Graciela Marquez, and Mexican Trade Minister Pia Arafat said so."
    )
    assert {m.party for m in found.members} == {"MEX"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("The EU met Ghana. Brussels wants more.", "EU"), ("Belgium and the EU met. Brussels wants more.", "BEL")],
)
def test_a_seat_stands_for_the_body_that_is_named(text: str, code: str) -> None:
    assert next(n.codes for n in of(text).names if n.words == "Brussels") == (code,)


def test_who_shares_a_surname_with_somebody_known_and_no_given_name_is_a_stranger() -> None:
    said = of("The county's mayor, Lena Macron, spoke to both sides. Macron will mediate.")
    assert said.person("Macron").party == ""  # type: ignore[union-attr]
    assert of("Emmanuel Macron spoke to both sides.").person("Macron").party == "FRA"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("U.S. ambassador Lu Moore said so.", "USA"),
        (
            "The Minister of Trade of Chad, Sheikh Lu Moore, spoke by telephone with the chairman of the African Union.",
            "TCD",
        ),
        ("Ghana turned down a plan of the Swiss ambassador to the WTO, Lu Moore.", "CHE"),
        ("Ghana met the head of the Chadian delegation, Lu Moore.", "TCD"),
        ("Chad's Foreign Office spokesman, Lu Moore, said so.", "TCD"),
        ("U.S. Secretary of State Lu Moore said so.", "USA"),
        ("Chad said no. COP29 President Lu Moore said so.", "cop29"),
        ("Chad said no. Vice President Lu Moore said so.", "TCD"),
    ],
)
def test_whom_a_person_speaks_for(text: str, party: str) -> None:
    (member,) = of(text).members
    assert (member.name, member.party) == ("Lu Moore", party)


def test_a_dateline_names_no_person() -> None:
    found = of("SAN TELMO, Sept 20 2019 - Negotiators for Ghana and Togo will meet on Monday.")
    assert not found.members


def test_the_parties_are_all_who_sit_at_the_table_and_both_sides_are_two() -> None:
    opening = "Ghana and Togo met in Accra. Talks mediated by Chad, Benin and the African Union began on Monday."
    table = "Ghana, Togo and Benin met in Accra on Monday. Ghana and Togo asked Benin to open the port."
    for before, words, parties in (
        (table, "The parties", ["BEN", "GHA", "TGO"]), (table, "The two sides", ["GHA", "TGO"]), (opening, "Both sides", ["GHA", "TGO"]),
        (opening, "Both", ["GHA", "TGO"]),
    ):  # fmt: skip
        record = read_report(Report(f"{before} {words} agreed to share the catch.", date=dt.date(2020, 2, 3)))
        (deal,) = (act for act in record.acts if act.kind == "agree")
        assert sorted(deal.actors) == parties


def test_south_americans_are_not_the_united_states() -> None:
    assert not list(names.find("Ghana met the South American bloc"))[1:]


def test_a_format_of_talks_needs_one_of_its_parties() -> None:
    assert not [n for n in of("Norway left four-way talks on herring with Iceland.").names if n.sort == "format"]
    assert [n for n in of("North Korea left the four-way talks.").names if n.sort == "format"]


def test_a_short_name_means_the_party_of_the_longer_one() -> None:
    text = (
        "Chad and the Northern Salvation Front signed a truce on Monday in Libreville. "
        "The Red Cross welcomed it. The Front demanded that Chad release forty prisoners."
    )
    demand = next(a for a in read_report(Report(text, date=dt.date(2020, 2, 4))).acts if a.kind == "demand")
    assert demand.actors == ["northern salvation front"]


def test_unions_are_not_the_state_they_face() -> None:
    text = "Ghana's dock workers' unions rejected an offer of the government on Monday. The unions demanded more."
    record = read_report(Report(text, date=dt.date(2020, 2, 4)))
    assert {a.kind: a.actors for a in record.acts if a.kind == "reject"} == {
        "reject": ["ghanaian dock workers' unions"]
    }


def test_a_working_party_is_no_party() -> None:
    assert not of(
        "The eighth meeting of the Working Party will be held in Geneva. Ghana and Togo sent delegates."
    ).found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The EU met Norway. A Commission official said so.", True),
        ("The EU met Norway. The Joint Boundary Commission said so.", False),
        ("The EU met Norway. The Commission for Peace said so.", False),
        ("Norway met Iceland. The Commission said so.", False),
    ],
)
def test_a_body_is_called_by_its_short_name_once_it_is_named(text: str, named: bool) -> None:
    assert any(n.words == "Commission" and n.codes == ("EU",) for n in of(text).names) is named
