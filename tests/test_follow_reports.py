"""Following on reports that the reader has read, and the commands over them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from detente.cli import main
from detente.cli_follow import filed
from detente.follow import Following, follow, show

REPORTS = str(Path(__file__).parent / "data" / "follow" / "reports.jsonl")


@pytest.fixture(scope="module")
def following() -> Following:
    return follow(filed((REPORTS,)))


def test_two_processes_are_found_with_their_rounds_in_order(following: Following) -> None:
    rounds = {
        p.name: [(r.ordinal, r.status_at(following.as_of), r.place) for r in p.rounds] for p in following.processes
    }
    assert rounds == {
        "Bolivia-Chile ministerial talks": [
            (1, "held", "Santiago"), (2, "held", "La Paz"), (3, "held", "Santiago"), (4, "held", "La Paz"),
        ],
        "Bolivia-Peru pipeline talks": [(1, "held", "Lima"), (2, "held", "La Paz"), (3, "planned", "Lima")],
    }  # fmt: skip
    assert following.process("chile").rounds[2].moved_from == ["2011-07"]
    assert following.process("Andean Dialogue") is following.process("chile")


@pytest.mark.parametrize(
    ("words", "status", "report"),
    [
        ("list of railway works", "kept", "andes-02"), ("reopen the railway", "late", "andes-07"),
        ("withdraw its complaint", "disputed", "andes-04"), ("publish a map", "lapsed", "andes-08"),
        ("supply natural gas", "due soon", "andes-08"), ("send a draft contract", "kept", "pipe-02"),
        ("pumping station", "broken", "pipe-04"), ("second round of ministerial", "kept", "andes-03"),
        ("third round of talks in Santiago", "late", "andes-08"),
    ],
)  # fmt: skip
def test_what_became_of_each_promise(following: Following, words: str, status: str, report: str) -> None:
    (found,) = [p for p in following.pledges() if words in p.what]
    assert (found.status, found.evidence[0].report_id) == (status, report)


@pytest.mark.parametrize(
    ("at", "bolivia", "chile"),
    [("2011-02-28", "wants", "refuses"), ("2011-06-30", "wants", "offers"), ("2011-12-31", "refuses", "accepts")],
)
def test_the_corridor_at_three_dates(following: Following, at: str, bolivia: str, chile: str) -> None:
    table = following.table("chile", at)
    there = {party: table.position("corridor", party) for party in ("BOL", "CHL")}
    assert {party: p.stance for party, p in there.items() if p} == {"BOL": bolivia, "CHL": chile}


def test_one_process_hangs_on_the_other(following: Following) -> None:
    (link,) = following.linkages
    assert (link.what.kind, link.on.kind, link.on.process) == ("pledge", "process", "Bolivia-Peru pipeline talks")


def test_every_quote_stands_in_its_report(following: Following) -> None:
    texts = {f.report_id: f.record.text for f in following.filed}
    quotes = [q for p in following.processes for m in p.mentions() for q in m.quotes]
    quotes += [q for p in following.pledges() for q in (*p.quotes, *p.evidence)]
    quotes += [q for p in following.processes for e in following.timeline(p.id) for q in e.quotes]
    assert quotes
    assert all(texts[q.report_id][q.start : q.end] == q.quote for q in quotes)


# -- commands

COMMANDS: list[tuple[list[str], str]] = [
    (["processes"], "pipeline"),
    (["process", "chile"], "Silala"),
    (["table", "chile", "--at", "2011-05-01"], "corridor"),
    (["pledges", "--status", "broken"], "pumping"),
    (["pledges", "--by", "Peru", "--due-before", "2011-12-01"], "draft contract"),
    (["timeline", "peru"], "transit fee"),
    (["changes", "--since", "2012-02-01"], "round 3 planned"),
]


def run(command: list[str], *more: str) -> Result:
    return CliRunner().invoke(main, [*command, "--from", REPORTS, *more])


@pytest.mark.parametrize(("command", "word"), COMMANDS)
def test_the_commands_answer_in_all_formats(command: list[str], word: str) -> None:
    text = run(command)
    assert text.exit_code == 0, text.output
    assert word in " ".join(text.output.split())
    assert run(command, "--format", "md").output.startswith("## ")
    rows: Any = json.loads(run(command, "--format", "json").output)
    assert rows
    table = list(csv.DictReader(io.StringIO(run(command, "--format", "csv").output)))
    assert table
    assert all(None not in row for row in table)


def test_as_of_reads_nothing_later() -> None:
    rows = json.loads(run(["processes"], "--as-of", "2011-03-01", "--format", "json").output)
    assert [row["process"] for row in rows] == ["Bolivia-Chile ministerial talks"]
    assert rows[0]["next"]["start"] == "2011-04"


def test_an_unknown_process_is_answered_by_those_there_are() -> None:
    found = run(["table", "whaling"])
    assert found.exit_code == 2
    assert "there is no such process" in found.output
    assert "Bolivia-Peru pipeline talks" in found.output


def test_reports_without_talks_give_empty_tables(tmp_path: Path) -> None:
    (tmp_path / "rain.txt").write_text("2011-02-11\n\nIt rained in the town for most of the long and grey afternoon.\n")
    found = CliRunner().invoke(main, ["processes", "--from", str(tmp_path / "rain.txt")])
    assert found.exit_code == 0
    assert "nothing told" in found.output


def test_what_reports_say_has_no_effect_on_the_terminal_or_the_sheet() -> None:
    sheet = show.Sheet("s", "t", ("a", "b"))
    sheet.add(("\x1b[31mred", "=1+1"), (), {"a": "=1+1", "b": "x"})
    out = io.StringIO()
    show.write([sheet], "text", out)
    assert "\x1b[31m" not in out.getvalue()
    out = io.StringIO()
    show.write([sheet], "csv", out)
    assert "'=1+1" in out.getvalue()
    with pytest.raises(ValueError, match="no format"):
        show.write([sheet], "xml", out)
