"""The dossier in tests/data/dossier: its gold agrees with its reports and with itself."""

from __future__ import annotations

import calendar
import datetime as dt
import json
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from detente.sources import open_reports, place
from handmade import objects

DOSSIER = Path(__file__).parent / "data" / "dossier"
GOLD: dict[str, Any] = json.loads((DOSSIER / "gold.json").read_text(encoding="utf-8"))
LINES = [json.loads(line) for line in (DOSSIER / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
REPORTS: dict[str, dict[str, str]] = {line["id"]: line for line in LINES}
PROCESSES = {p["id"] for p in GOLD["processes"]}
END = GOLD["as_of"][-1]
TOLD = {"kept", "late", "broken", "delayed", "disputed"}
CALENDAR = {"open", "due soon", "overdue", "lapsed"}
ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def day(report: str) -> str:
    return REPORTS[report]["date"]


def is_iso(date: str) -> bool:
    if not ISO.fullmatch(date):
        return False
    dt.date.fromisoformat(f"{date}-01-01"[:10])
    return True


def last_day(date: str) -> str:
    """The last day of a date that may be a month or a year."""
    if len(date) == 10:
        return date
    if len(date) == 4:
        return f"{date}-12-31"
    year, month = map(int, date.split("-"))
    return f"{date}-{calendar.monthrange(year, month)[1]:02}"


def test_reports_are_read_with_date_title_and_dateline() -> None:
    read = list(open_reports([DOSSIER / "reports.jsonl"]))
    assert [r.id for r in read] == list(REPORTS)
    assert len(REPORTS) == len(LINES) >= 25
    for report in read:
        line = REPORTS[report.id]
        assert (str(report.date), report.title, report.warnings) == (line["date"], line["title"], ())
        assert place(report.text, report.body)
        assert 100 <= len(line["text"].split()) <= 300
    assert [x["date"] for x in LINES] == sorted(x["date"] for x in LINES)


def test_quotes_are_verbatim() -> None:
    quoted = [o for o in objects(GOLD) if "quote" in o]
    assert len(quoted) > 100
    for o in quoted:
        assert o["quote"]
        assert o["quote"] in REPORTS[o["report"]]["text"], o["report"]
    for link in GOLD["linkages"]:
        assert link["what"] in REPORTS[link["report"]]["text"]
        assert link["on"] in REPORTS[link["report"]]["text"]


def test_every_reference_resolves() -> None:
    for o in objects(GOLD):
        for key in ("report", "of", "since"):
            assert key not in o or o[key] in REPORTS, o
        for key in ("reports", "also", "ordinary"):
            assert set(o.get(key, [])) <= REPORTS.keys(), o
        for key in ("process", "what_process", "on_process"):
            assert key not in o or o[key] in PROCESSES, o
    for key in ("processes", "pledges", "stories"):
        ids = [o["id"] for o in GOLD[key]]
        assert len(ids) == len(set(ids))


def test_every_report_belongs_somewhere_or_is_ordinary() -> None:
    placed = {r for p in GOLD["processes"] for r in p["reports"]}
    assert placed.isdisjoint(GOLD["ordinary"])
    assert placed | set(GOLD["ordinary"]) == REPORTS.keys()
    assert len(GOLD["ordinary"]) >= 2
    of = {p["id"]: set(p["reports"]) for p in GOLD["processes"]}
    for o in (*GOLD["pledges"], *GOLD["closed"], *(x for t in GOLD["positions"].values() for x in t)):
        assert o["report"] in of[o["process"]], o
    for link in GOLD["linkages"]:
        assert link["report"] in of[link["what_process"]] & of[link["on_process"]]
        assert link["across"] == (link["what_process"] != link["on_process"])


def test_dates_are_iso() -> None:
    assert len(GOLD["as_of"]) == 3
    assert all(len(d) == 10 and is_iso(d) for d in GOLD["as_of"])
    assert max(x["date"] for x in LINES) <= END
    for o in objects(GOLD):
        for key in ("start", "end", "due", "due_by"):
            assert not o.get(key) or is_iso(o[key]), o


def test_rounds() -> None:
    assert len(GOLD["processes"]) == 4
    for process in GOLD["processes"]:
        rounds = process["rounds"]
        assert len(rounds) >= 4
        assert [r["start"] for r in rounds] == sorted(r["start"] for r in rounds)
        for r in rounds:
            assert r["reports"] == list(r["told"])
            assert set(r["reports"]) <= set(process["reports"])
            assert list(map(day, r["reports"])) == sorted(map(day, r["reports"]))
            assert r["status"] == r["told"][r["reports"][-1]]
            assert (r["status"] in {"ended", "failed"}) == bool(r["end"])
            assert r["start"] <= (r["end"] or r["start"])
            assert (r["start"] > END) == (r["status"] == "planned")
            for report, told in r["told"].items():
                assert told in {"planned", "postponed", "cancelled", "ended", "failed"}
                assert told not in {"ended", "failed"} or r["end"] <= day(report)
    assert any(len(p["names"]) > 1 for p in GOLD["processes"])


def test_stories_hold_look_alikes_and_one_correction() -> None:
    kinds = set()
    for story in GOLD["stories"]:
        for relation in story["relations"]:
            kinds.add(relation["is"])
            assert {relation["report"], relation["of"]} <= set(story["reports"])
            one, other = (REPORTS[relation[k]]["text"].split() for k in ("report", "of"))
            same = sum(m.size for m in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
            assert one != other
            assert same > 0.8 * min(len(one), len(other))
    assert kinds == {"copy", "update", "correction"}
    corrected = {x["of"] for s in GOLD["stories"] for x in s["relations"] if x["is"] == "correction"}
    assert not corrected & {o["report"] for o in objects(GOLD) if "quote" in o}


def on_calendar(pledge: dict[str, Any], at: str) -> str:
    """What the calendar alone says of a pledge that was not put off."""
    if not pledge["due_by"]:
        return "open"
    left = (dt.date.fromisoformat(pledge["due_by"]) - dt.date.fromisoformat(at)).days
    if left < 0:
        return "overdue" if left >= -90 else "lapsed"
    return "due soon" if left <= 30 else "open"


@pytest.mark.parametrize("pledge", GOLD["pledges"], ids=lambda p: p["id"])
def test_pledge_statuses_rest_on_what_was_known_that_day(pledge: dict[str, Any]) -> None:
    assert bool(pledge["due"]) == bool(pledge["due_by"])
    if pledge["due"]:
        assert pledge["due"] <= pledge["due_by"] <= last_day(pledge["due"])
    assert list(pledge["statuses"]) == GOLD["as_of"]
    assert {x["shows"] for x in pledge["evidence"]} <= TOLD | CALENDAR
    assert all(day(x["report"]) >= day(pledge["report"]) for x in pledge["evidence"])
    for at, status in pledge["statuses"].items():
        assert (status is None) == (day(pledge["report"]) > at)
        shown = {x["shows"] for x in pledge["evidence"] if day(x["report"]) <= at}
        if status in CALENDAR:
            assert not shown & (TOLD - {"delayed"})
            assert "delayed" in shown or status == on_calendar(pledge, at)
        elif status == "disputed":
            assert shown == {"kept", "broken"}
        elif status is not None:
            assert status in TOLD
            assert status in shown


def test_pledges_show_every_status() -> None:
    assert len(GOLD["pledges"]) >= 16
    assert {s for p in GOLD["pledges"] for s in p["statuses"].values()} == TOLD | CALENDAR | {None}


def test_positions_are_those_of_their_day() -> None:
    assert list(GOLD["positions"]) == GOLD["as_of"]
    parties = {p["id"]: set(p["parties"]) for p in GOLD["processes"]}
    for at, table in GOLD["positions"].items():
        cells = [(x["process"], x["party"], x["issue"]) for x in table]
        assert len(cells) == len(set(cells))
        for x in table:
            assert x["stance"] in {"wants", "offers", "accepts", "refuses"}
            assert x["party"] in parties[x["process"]]
            assert day(x["since"]) <= day(x["report"]) <= at
    moved = {
        (x["process"], x["party"], x["issue"])
        for earlier in GOLD["positions"][GOLD["as_of"][0]]
        for x in GOLD["positions"][END]
        if all(x[k] == earlier[k] for k in ("process", "party", "issue")) and x["stance"] != earlier["stance"]
    }
    assert len(moved) >= 5


def test_two_processes_are_linked() -> None:
    assert {(x["what_process"], x["on_process"]) for x in GOLD["linkages"] if x["across"]} == {("naryn", "accession")}
