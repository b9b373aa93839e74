"""What hangs on what, and what happened when."""

from __future__ import annotations

import pytest

from detente.follow import Following, Node, follow, would_move
from detente.record import Link
from handmade import Maker, act, meeting, one, pledge, round_of


@pytest.fixture
def following() -> Following:
    tunnel = Maker("t1", "2014-02-03").says("They ended the first round.", round_of(1, "2014-02-03"))
    tunnel.says("Estonia promised to open the border bridge.", pledge("EST", "open the border bridge", "2014-06-30"))
    tunnel.says("Finland demanded a toll on lorries.", act("demand", "FIN", "a toll on lorries"))
    ferry = one("f1", "2014-03-03", "Sweden and Finland met.", meeting("ferry talks", "SWE FIN", "2014-03-03"))
    linked = Maker("t2", "2014-04-03").says("Finland and Estonia met.", round_of(2, "2014-04-02"))
    linked.says("The bridge hangs on progress in the ferry talks with Sweden.",
                Link(what="the opening of the border bridge", on="progress in the ferry talks with Sweden"))  # fmt: skip
    linked.says("No toll unless the border bridge opens.",
                Link(what="the toll on lorries", on="the border bridge", kind="condition"))  # fmt: skip
    done = one("t3", "2014-06-20", "Estonia opened the border bridge.", title="Estonia and Finland")
    return follow([tunnel.filed(), ferry, linked.filed(), done], "2014-07-01")


TUNNEL, FERRY = "Finland-Estonia tunnel talks", "Sweden-Finland ferry talks"


def test_links_tie_processes_issues_and_pledges(following: Following) -> None:
    first, second = following.linkages
    assert first.what == Node("pledge", "open the border bridge", TUNNEL)
    assert first.on == Node("process", FERRY, FERRY)
    assert second.what == Node("issue", "toll on lorries", TUNNEL)
    assert second.on == first.what
    assert first.quotes[0].report_id == "t2"


def test_what_would_move_if_one_thing_moved(following: Following) -> None:
    first, second = following.linkages
    assert would_move(Node("process", FERRY, FERRY), following.linkages) == [first, second]
    assert would_move(first.what, following.linkages) == [second]
    assert would_move(Node("issue", "whales", "whaling"), following.linkages) == []


def test_what_hangs_on_itself_ends() -> None:
    circle = Maker("c1", "2014-02-03").says("They met.", round_of(1, "2014-02-03"))
    circle.says("Talks hang on the quota.", Link(what="the shared quota for cod", on="the search for mines"))
    circle.says("And back.", Link(what="the search for mines", on="the shared quota for cod"))
    following = follow([circle.filed()])
    assert len(would_move(following.linkages[0].on, following.linkages)) == 2


def test_a_link_between_unknown_things_keeps_their_words() -> None:
    report = Maker("c1", "2014-02-03").says("They met.", round_of(1, "2014-02-03"))
    report.says("Peace hangs on rain.", Link(what="the harvest", on="some rain"))
    (link,) = follow([report.filed()]).linkages
    assert (link.what.kind, link.what.name, link.on.name) == ("matter", "harvest", "rain")


def test_the_timeline_is_in_order_and_quotes_each_event(following: Following) -> None:
    events = following.timeline("tunnel")
    assert [e.date for e in events] == sorted(e.date for e in events)
    assert all(e.quotes for e in events)
    assert {e.kind for e in events} == {"round", "position", "pledge", "due", "link"}
    assert "kept: open the border bridge" in [e.what for e in events]


def test_changes_are_those_told_or_due_since_a_day(following: Following) -> None:
    assert [(e.told, e.kind) for e in following.changes("2014-06-20")] == [
        ("2014-06-20", "pledge"),
        ("2014-06-30", "due"),
    ]
    assert following.changes("2014-07-02") == []


def test_a_position_is_an_event_only_when_it_changes() -> None:
    def told(id: str, date: str, kind: str) -> Maker:
        made = Maker(id, date).says("They met.", meeting("tunnel talks", start=date))
        return made.says(f"Finland {kind} the toll.", act(kind, "FIN", "the toll"))

    days = [("p1", "2014-02-03", "demand"), ("p2", "2014-03-03", "demand"), ("p3", "2014-04-03", "agree")]
    following = follow(told(*day).filed() for day in days)
    found = [e.what for e in following.timeline("tunnel") if e.kind == "position"]
    assert found == ["Finland wants: toll", "Finland accepts: toll (before: wants)"]
