"""What the reader makes of sentences: the asserted, and the traps around it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from detente import confidence
from detente.reader import entries, examine, propose, read_report, write
from detente.record import LISTS, Act, Record
from detente.report import Report
from detente.sources import datelines, read_text

Say = Callable[..., Record]


def told(record: Record) -> set[tuple[str, str, str]]:
    return {(a.kind, ",".join(a.actors), ",".join(a.targets)) for a in record.acts}


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Norway rejected Iceland's offer.", ("reject", "NOR", "ISL")),
        ("Iceland's offer was rejected by Norway.", ("reject", "NOR", "ISL")),
        ("Peru urged Chile to withdraw its ships.", ("demand", "PER", "CHL")),
        ("Peru called on Chile to withdraw its ships.", ("demand", "PER", "CHL")),
        ("Chile accused Peru of breaking the treaty.", ("accuse", "CHL", "PER")),
        ("Ghana and Togo agreed to reopen the border.", ("agree", "GHA,TGO", "")),
        ("Lima threatened to close the border with Chile.", ("threaten", "PER", "CHL")),
        ("The United Nations welcomed the decision of Togo.", ("support", "UN", "TGO")),
        ("The Togolese government promised to release two fishermen.", ("pledge", "TGO", "")),
        (
            "Rwandan President Jean Mugabo refused to meet the Ugandan envoy.",
            ("reject", "RWA", "UGA"),
        ),
        ("Finland proposed a new border commission to Russia.", ("propose", "FIN", "RUS")),
        (
            '"Togo must leave the island," Ghanaian Foreign Minister Kofi Owusu said.',
            ("demand", "GHA", "TGO"),
        ),
        (
            '"We will not sign the treaty," Togolese President Ama Koffi said.',
            ("reject", "TGO", ""),
        ),
    ],
)
def test_an_asserted_act_is_found_with_its_parties(say: Say, text: str, act: tuple[str, str, str]) -> None:
    found = told(say(text))
    assert act in found or (act[0], act[1]) in {(k, a) for k, a, _ in found if not act[2]}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Norway has not accepted Iceland's offer.", "agree"),
        ("Neither Ghana nor Togo agreed to a ceasefire.", "agree"),
        ("Norway may accept Iceland's offer.", "agree"),
        ("If Norway accepts the offer, the ships will leave.", "agree"),
        ("Did Norway accept the offer?", "agree"),
        ("Norway hopes that Iceland accepts its offer.", "agree"),
        ("Norway urged Iceland to agree to a truce.", "agree"),
        ("Talks failed to reach an agreement between Norway and Iceland.", "agree"),
        ("Iceland did not promise to recall its ships.", "pledge"),
    ],
)
def test_what_is_denied_hoped_for_or_conditional_is_no_act(say: Say, text: str, kind: str) -> None:
    assert kind not in {a.kind for a in say(text).acts}


def test_a_refused_offer_is_two_acts_and_the_first_knows_the_second(say: Say) -> None:
    record = say("Norway rejected Iceland's offer to freeze catches.")
    kinds = [a.kind for a in record.acts]
    outer, inner = kinds.index("reject"), kinds.index("propose")
    assert record.acts[outer].of == [inner]
    assert record.acts[inner].actors == ["ISL"]
    assert record.acts[inner].targets == ["NOR"]


def test_each_clause_with_its_own_to_is_an_act(say: Say) -> None:
    record = say("Togo rejected Ghana's offers to reopen the port and to build a bridge.")
    offers = [a.about for a in record.acts if a.kind == "propose"]
    assert offers == ["reopen the port", "build a bridge"]


def test_both_sides_are_the_parties_of_the_talks(say: Say) -> None:
    record = say("Talks between Ghana and Togo opened in Accra on Friday. Both sides demanded a new border commission.")
    demand = next(a for a in record.acts if a.kind == "demand")
    assert set(demand.actors) == {"GHA", "TGO"}


def test_a_pronoun_in_reported_speech_is_the_speaker(say: Say) -> None:
    record = say("Norway urged Iceland to return to the talks. Norway said it rejected the plan of Iceland.")
    assert ("reject", "NOR") in {(a.kind, a.actors[0]) for a in record.acts if a.actors}


def test_a_quotation_that_goes_on_keeps_its_speaker(say: Say) -> None:
    record = say(
        'Togolese President Ama Koffi spoke on Friday.\n\n"We demand that Ghana leave the island," she said. "We reject its offer."'
    )
    reject = next(a for a in record.acts if a.kind == "reject")
    assert reject.actors == ["TGO"]


def test_rebels_are_named_after_their_leader(say: Say) -> None:
    record = say(
        "Chadian rebel leader Idriss Tamo rejected the ceasefire. The rebels demanded a seat in the government of Chad."
    )
    assert {a.actors[0] for a in record.acts if a.kind in ("reject", "demand")} == {"tamo rebels"}
    assert next(p for p in record.parties if p.code == "tamo rebels").state == "TCD"


def test_a_group_known_by_its_acronym(say: Say) -> None:
    record = say(
        "The River People's Front (RPF) signed a truce with Ghana on Friday. The RPF accused the army of an attack."
    )
    accuse = next(a for a in record.acts if a.kind == "accuse")
    assert accuse.actors == ["river people's front"]


def test_a_planned_meeting_has_its_day(say: Say) -> None:
    record = say("Ghana and Togo will meet in Accra on Monday.", date=dt.date(2005, 9, 16))
    meeting = record.meetings[0]
    assert (meeting.start, meeting.place, meeting.status) == ("2005-09-19", "Accra", "planned")
    assert record.acts[0].planned
    assert record.acts[0].plover is not None
    assert record.acts[0].plover.event == "AGREE"


def test_a_round_that_lasted_days_begins_where_arithmetic_says(say: Say) -> None:
    record = say("Ghana and Togo ended four days of talks in Accra on Friday.", date=dt.date(2005, 9, 16))
    meeting = record.meetings[0]
    assert (meeting.start, meeting.end, meeting.status) == ("2005-09-13", "2005-09-16", "ended")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("The ministers of Peru and Chile opened a two-day conference here on Monday.", ("2024-05-06", "2024-05-07")),
        ("The summit of Peru and Chile, scheduled for May 14-15, will discuss fish.", ("2024-05-14", "2024-05-15")),
        ("Peru and Chile will hold a summit, which opens in Arica on Friday.", ("2024-05-10", "")),
        ("Peru and Chile signed a truce on Tuesday after three days of talks in Arica.", ("2024-05-05", "2024-05-07")),
        ("Peru's president flew to Chile on Monday for a four-day official visit.", ("2024-05-06", "2024-05-09")),
        ("Hours before a summit of Peru and Chile on Thursday, Bolivia closed its port.", ("2024-05-09", "2024-05-09")),
        ("Peru postponed border talks with Chile on Monday.", ("2024-05-06", "2024-05-06")),
        ("Peru's border talks with Chile were put off to July 3.", ("2024-07-03", "2024-07-03")),
        ("Peru and Chile will hold their first talks since the 1998 ruling in June.", ("2024-06", "2024-06")),
        ("Peru's president will fly to Arica on Friday to meet the president of Chile.", ("2024-05-10", "2024-05-10")),
        ("Hopes of talks between Peru and Chile faded on Monday.", ("", "")),
        ("Peru and Chile ended talks on Monday with a plan to meet every two years.", ("", "2024-05-06")),
    ],
)
def test_the_days_of_a_meeting_come_from_all_that_is_said_of_it(say: Say, text: str, when: tuple[str, str]) -> None:
    record = say(text, date=dt.date(2024, 5, 8))
    assert when in [(m.start, m.end) for m in record.meetings]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Peru regretted the postponement of the third round of talks with Chile.", "suspended"),
        ("Peru called for resuming the third round of talks with Chile.", "suspended"),
        ("Peru's minister, after meeting with Chilean officials on Tuesday, would not say more.", "ended"),
        ("Peru's president flew to Chile on Monday for a four-day official visit.", "ongoing"),
        ("Peru and Chile, which meet in Arica on Friday for a summit, want a treaty.", "planned"),
        ("Peru and Chile are meeting in Arica for a conference on fish.", "ongoing"),
        ("Peru's president, on a visit to Chile, urged more trade.", "ongoing"),
        ("Peru's president left for Chile on Wednesday for talks with Chilean ministers.", "planned"),
        ("Peru praised its talks with Chile, which have stalled over fish.", "suspended"),
        ("Talks between Peru and Chile broke down on Monday over fish.", "failed"),
        ("Talks between Peru and Chile ended on Monday without an agreement.", "failed"),
        ("Peru's minister warned Chile at a summit in Lima.", "ended"),
    ],
)
def test_whether_a_meeting_is_over_is_told_by_words_and_days(say: Say, text: str, status: str) -> None:
    record = say(text, date=dt.date(2024, 5, 8))
    assert status in [m.status for m in record.meetings]


def test_rounds_with_different_numbers_are_different_meetings(say: Say) -> None:
    record = say(
        "Ghana and Togo opened the fifth round of talks in Accra on Friday. The fourth round of talks ended in Lomé in March."
    )
    assert [m.ordinal for m in record.meetings] == [5, 4]


def test_a_pledge_has_its_due_date(say: Say) -> None:
    record = say("Togo promised to release the fishermen by the end of the year.")
    assert [(p.by, p.due) for p in record.pledges] == [(["TGO"], "2005-12")]


def test_two_undertakings_are_two_pledges(say: Say) -> None:
    record = say("Togo pledged to close the camp and return the boats.")
    assert [p.what for p in record.pledges] == ["close the camp", "return the boats"]


@pytest.mark.parametrize(
    ("text", "what", "on", "kind"),
    [
        (
            "Togo will close the port unless Ghana pays its debts.",
            "Togo will close the port",
            "Ghana pays its debts",
            "condition",
        ),
        (
            "Progress in Accra is contingent on progress in Lomé.",
            "Progress in Accra",
            "progress in Lomé",
            "contingency",
        ),
    ],
)
def test_what_hangs_on_what(say: Say, text: str, what: str, on: str, kind: str) -> None:
    assert [(x.what, x.on, x.kind) for x in say(text).links] == [(what, on, kind)]


@pytest.mark.parametrize(
    ("text", "what", "on"),
    [
        ("Togo will open the port once Ghana names a judge.", "Togo will open the port", "Ghana names a judge"),
        ("The embargo is to be lifted after the vote in Accra.", "be lifted", "the vote in Accra"),
        ("Togo left for Accra, as troops did after the vote.", "", ""),
        ("A release of the nurses would pave the way for a truce.", "a truce", "A release of the nurses"),
        ("A census is necessary to hold the ballot.", "hold the ballot", "A census"),
        ("The only way to peace is a new census.", "The only way to peace", "a new census"),
        ("Togo signed on the understanding that the map be redrawn.", "Togo signed", "the map be redrawn"),
        ("Should the truce fail, Togo would call a vote.", "Togo would call a vote", "the truce fail"),
        ("In return, Togo would cut its tariffs.", "Togo would cut its tariffs", "In return"),
    ],
)
def test_what_may_hang_on_what_in_other_words(text: str, what: str, on: str) -> None:
    found = propose(Report(text), gated=False).links
    told = [
        tuple(h.sentence.text[slice(*h.chars(side))] for side in (h.what, h.on)) for h in found if h.rule != "context"
    ]
    assert told == ([(what, on)] if what else [])


def test_what_is_offered_for_a_demand_hangs_on_it(say: Say) -> None:
    record = say("Ghana urged Togo to close the camp in exchange for food aid.")
    assert [(x.what, x.on) for x in record.links] == [("food aid", "close the camp")]


@pytest.mark.parametrize(
    "dateline", ["ACCRA, Sept 16 (Wire) -- ", "ACCRA, Sept. 16 (Gold Coast Press) - ", "ACCRA (AFP) - "]
)
def test_a_dateline_changes_nothing(dateline: str) -> None:
    text = "Ghana rejected Togo's offer of food aid on Friday. Togo urged Ghana to return to the border talks in Lome."
    read = [
        read_report(read_text(opening + text, title="Aid", date=dt.date(2005, 9, 16))) for opening in ("", dateline)
    ]
    bare, dated = ([(a.kind, a.actors, a.targets, a.about) for a in record.acts] for record in read)
    assert bare == dated
    assert len(read[0].meetings) == len(read[1].meetings)
    assert all(dateline not in e.quote for a in read[1].acts for e in a.evidence)


@pytest.mark.parametrize(
    ("opening", "agency"),
    [("ACCRA, Sept. 16 (Gold Coast Press) - ", "Gold Coast Press"), ("ACCRA, 16 Sept (AFP/Reuters) -- ", "AFP/Reuters"),
     ("ACCRA, Sept 16 -- ", "")],
)  # fmt: skip
def test_a_dateline_tells_its_agency(opening: str, agency: str) -> None:
    text = opening + "Ghana rejected Togo's offer."
    found = datelines.find(text, (0, len(text)))
    assert found is not None
    assert (found.place, found.agency, found.end) == ("ACCRA", agency, len(opening))


def test_who_rings_up_and_who_is_rung_up_talk(say: Say) -> None:
    record = say("Iran's president received a telephone call from the German chancellor on Monday.")
    assert [set(m.parties) for m in record.meetings] == [{"IRN", "DEU"}]


def test_who_telephones_and_whom_talk_by_themselves(say: Say) -> None:
    record = say(
        "Peru, Chile and Bolivia opened three-way border talks in Lima on Friday. "
        "Peru's president telephoned the president of Chile on Thursday."
    )
    assert {"PER", "CHL"} in [set(m.parties) for m in record.meetings if m.start == "2005-09-15"]


def test_without_a_date_friday_stays_unresolved(say: Say) -> None:
    record = say("Ghana and Togo will meet in Accra on Friday.", date=None)
    assert record.meetings[0].start == ""
    assert record.date == ""


def test_violence_stands_apart_from_the_table(say: Say) -> None:
    record = say("Togolese soldiers attacked a Ghanaian village on Friday.")
    assert [a.kind for a in record.acts] == []
    assert [(a.kind, a.actors, a.targets) for a in record.away] == [("attack", ["TGO"], ["GHA"])]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Thousands of Peruvians marched through Lima on Monday to protest a tax on fuel.", "PER"),
        ("Hundreds of Bolivian miners blocked roads in La Paz on Tuesday.", "bolivian miners"),
        ("A group of Togolese soldiers attacked a Ghanaian village on Friday.", "TGO"),
    ],
)
def test_so_many_of_them_are_they(say: Say, text: str, actor: str) -> None:
    assert say(text).away[0].actors == [actor]


def test_figures_have_what_they_count(say: Say) -> None:
    record = say("Ghana promised Togo 52 million dollars and said about 32,000 refugees had fled in 1999.")
    assert {(f.value, f.unit) for f in record.figures} == {(52e6, "dollars"), (32000, "")}


def test_every_entry_quotes_the_text(records: dict[str, Record]) -> None:
    assert records["lagoon"].entries()
    assert records["highlands"].entries()
    for record in records.values():
        for entry in record.entries():
            assert entry.evidence
            assert all(record.text[e.start : e.end] == e.quote for e in entry.evidence)
            assert 0 <= entry.confidence <= 1


def test_acts_that_are_about_others_point_into_the_list(records: dict[str, Record]) -> None:
    for record in records.values():
        assert all(isinstance(record.acts[i], Act) for a in record.acts for i in a.of)


def test_the_same_text_gives_the_same_record(say: Say) -> None:
    text = "Norway rejected Iceland's offer on Friday."
    assert say(text).to_json() == say(text).to_json()


@pytest.mark.parametrize(
    "text",
    ["…", "a" * 5000, "word " * 3000, '"' * 300, "\u202e Togo \x00 rejected", "Togo.\n" * 500],
)
def test_odd_texts_give_a_record_too(say: Say, text: str) -> None:
    record = say(text)
    assert all(getattr(record, name) is not None for name in LISTS)


@pytest.mark.parametrize(
    ("text", "doer"),
    [
        ("On Monday Chile published the list of railway works that it had promised.", "CHL"),
        ("Sudan did what it had promised.", "SDN"),
        ("Togo withdrew its police from the island, as agreed in Accra.", "TGO"),
        ("The files were handed over by Iran as promised.", "IRN"),
    ],
)
def test_what_was_promised_and_is_done(text: str, doer: str) -> None:
    found = propose(Report(text), gated=False).candidates
    assert any(c.kind == "comply" and c.trigger == "as promised" and c.actors == [doer] for c in found)


@pytest.mark.parametrize(
    "text",
    [
        "Chile has not published the list of railway works that it had promised.",
        "Chile criticised the list that Peru had promised.",
        "Chile will publish the list that it had promised.",
        "Chile published the list that it had never promised.",
    ],
)
def test_what_was_promised_and_is_not_done(text: str) -> None:
    assert not any(c.trigger == "as promised" for c in propose(Report(text), gated=False).candidates)


def test_where_much_else_is_told_an_act_is_likelier() -> None:
    text = "Chile urged Peru to lower the toll. The road was wet. The bakers were pleased. The sea was calm. Snow fell."
    reading = examine(Report(text), gated=False)
    (urged,) = [c for c in reading.candidates if c.kind == "demand" and c.score > 0.1]
    urged.score = 0.5

    def likely() -> float:
        return next(p for c, p in entries(reading).acts if c is urged)

    alone = likely()
    reading.candidates += [dataclasses.replace(urged, kind="mediate", score=0.9) for _ in range(4)]
    assert 0 < alone < likely() < 1


def test_a_bound_that_is_asked_for_holds_whatever_else_is_told() -> None:
    text = "Chile urged Peru to lower the toll. The road was wet. The bakers were pleased. The sea was calm. Snow fell."
    reading = examine(Report(text), gated=False)
    for candidate in reading.candidates:
        candidate.score = 0.2
    assert write(reading, 0.1).acts
    assert not write(reading, 0.25).acts


@pytest.mark.parametrize(
    ("text", "breakers"),
    [("Iceland accused Norway of breaking the accord.", ["NOR"]), ("Iceland and Norway accused each other of breaking the accord.", ["NOR", "ISL"])],
)  # fmt: skip
def test_who_accuses_others_of_a_breach_has_no_part_in_it(text: str, breakers: list[str]) -> None:
    found = propose(Report(text), gated=False).candidates
    accuse, breach = (next(c for c in found if c.kind == kind) for kind in ("accuse", "breach"))
    if len(breakers) > 1:
        accuse.targets = list(accuse.actors)
    breach.reached, breach.actors, breach.targets = ["ISL"], ["NOR", "ISL"], []
    confidence._charge(accuse)
    assert breach.actors == breakers
    assert breach.targets == (["ISL"] if len(breakers) == 1 else [])
