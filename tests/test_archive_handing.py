"""Judgements and decisions go with the reports, out of one archive and into another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from detente.archive import Archive
from detente.archive.following import decisions_made, following
from detente.cli import main

FIRST = """Estonia and Finland ended the second round of ferry talks in Turku on Monday without a deal.

Finland rejected Estonia's proposal to lower the harbour fees, and demanded a ban on night crossings. Estonia promised \
to publish its accounts by 30 June, and both sides agreed to meet again in Tallinn in May.

The two ports have carried lorries and tourists across the gulf since the harbours were widened, and their owners have been at odds over who should pay for the dredging of the channel ever since the old pier was taken down."""
LONGER = FIRST + "\n\nEstonia threatened to suspend the ferry talks if Finland did not withdraw the demand."
SECOND = """Estonia and Finland held a third round of ferry talks in Tallinn on Tuesday. Finland accepted lower harbour \
fees. Estonia accused Finland of delay."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def add(name: str, *reports: dict[str, Any]) -> Result:
    Path("in.jsonl").write_text("".join(json.dumps(one) + "\n" for one in reports))
    return run("add", "in.jsonl", "--db", name)


def told(name: str) -> list[Any]:
    """All that people see of an archive, without the numbers of rows."""
    with Archive.open(name, create=False) as archive:
        talks = following(archive)
        judged = sorted((j.to_dict() | {"id": 0} for j in archive.history()), key=lambda j: (j["at"], j["ref"]))
        kept = [k.to_dict() for k in archive.entries(rejected=True, limit=None)]
        names = [(p.id, p.name, sorted(p.reports)) for p in talks.processes]
        made = [one.to_dict() for one in decisions_made(archive)]
        return [judged, kept, names, made, [(p.id, p.status) for p in talks.pledges()]]


def ref(kind: str, name: str = "a.db") -> str:
    with Archive.open(name, create=False) as archive:
        return archive.entries(kinds=kind)[0].ref


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive of two reports, of which people have said this and that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("said"))
        patch.setenv("DETENTE_AUTHOR", "Ada")
        _say()
        yield Path("a.db").resolve()


@pytest.fixture(autouse=True)
def workplace(said: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of it, a.db, where the test works."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_AUTHOR", "Ada")
    monkeypatch.delenv("DETENTE_DB", raising=False)
    assert run("backup", "a.db", "--db", str(said)).exit_code == 0


def _say() -> None:
    reports = [{"id": "f1", "date": "2021-03-15", "text": FIRST}, {"id": "f2", "date": "2021-05-11", "text": SECOND}]
    assert add("a.db", *reports).exit_code == 0
    for words in (
        ("reject", ref("accuse"), "--reason", "of another matter 🐟"),
        ("correct", ref("demand"), "about=a ban on ferries at night", "actors=Estonia", "time=2021-03/2021-04"),
        ("correct", ref("reject"), "quote=Finland rejected Estonia's proposal"),
        ("accept", ref("pledges")), ("undo", ref("pledges"), "--by", "Bo"), ("correct", ref("meetings"), "ordinal=3"),
        ("rename", "ferry", "Baltic ferry talks"), ("rename", "ferry", "Gulf talks"), ("rejoin",),
    ):  # fmt: skip
        found = run(*words, "--db", "a.db")
        assert found.exit_code == 0, found.output
    with Archive.open("a.db") as archive:
        pledge = following(archive).pledges()[0].id
    assert run("mark", pledge, "kept", "--reason", "it came out", "--db", "a.db").exit_code == 0


def export(name: str = "a.db", *more: str) -> list[dict[str, Any]]:
    found = run("export", "jsonl", "-o", "out.jsonl", "--db", name, *more)
    assert (found.exit_code, found.stderr) == (0, "")
    return [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]


def test_another_archive_shows_the_same() -> None:
    export()
    found = run("add", "out.jsonl", "--db", "b.db")
    assert found.stdout == "2 added, 0 known, 0 revised, 8 judgements and decisions taken in\n"
    assert told("b.db") == told("a.db")
    assert run("add", "out.jsonl", "--db", "b.db").stdout == "0 added, 2 known, 0 revised\n"
    assert run("add", "out.jsonl", "--db", "a.db").stdout == "0 added, 2 known, 0 revised\n"


def test_what_is_said_or_taken_back_later_comes_later() -> None:
    export()
    run("add", "out.jsonl", "--db", "b.db")
    assert run("undo", ref("demand"), "--db", "a.db", "--by", "Cy").exit_code == 0
    assert run("reject", ref("pledges"), "--db", "a.db").exit_code == 0
    assert run("rejoin", "--db", "a.db").exit_code == 0
    export()
    assert "3 judgements and decisions taken in" in run("add", "--jobs", "2", "out.jsonl", "--db", "b.db").stdout
    assert told("b.db") == told("a.db")


def test_what_was_said_of_a_copy_goes_with_its_story() -> None:
    add("a.db", {"id": "f9", "date": "2021-03-16", "text": LONGER})
    lines = export()
    assert [line["id"] for line in lines] == ["f9", "f2"]
    run("add", "out.jsonl", "--db", "b.db")
    with Archive.open("b.db") as archive:
        assert [k.entry.about for k in archive.entries(kinds="demand")] == ["a ban on ferries at night"]
        assert all(j.found for j in archive.history())
        assert len(archive.history()) == 5
    export("a.db", "--copies")
    run("add", "out.jsonl", "--db", "c.db")
    assert told("c.db") == told("a.db")


def test_a_revised_report_that_comes_back_is_known() -> None:
    add("a.db", {"id": "c7", "title": "CORRECTED: ferry talks", "date": "2021-03-15", "text": LONGER})
    with Archive.open("a.db") as archive:
        assert archive.counts()["revisions"] == 3
    export()
    assert run("add", "out.jsonl", "--db", "a.db").stdout == "0 added, 2 known, 0 revised\n"


def test_a_file_that_somebody_sent_says_nothing() -> None:
    export()
    with Archive.open("b.db") as archive:
        assert archive.add_all(["out.jsonl"]).said == 0
        assert (archive.history(), decisions_made(archive)) == ([], [])


@pytest.mark.parametrize(
    ("where", "change", "words"),
    [
        ("judgements", {"author": " "}, "who said it"),
        ("judgements", {"at": "yesterday"}, "who said it"),
        ("judgements", {"verdict": "burn"}, "no 'burn' of"),
        ("judgements", {"list": "reports"}, "of 'reports'"),
        ("judgements", {"ref": "../x"}, "no 'correct' of"),
        ("judgements", {"payload": {"kind": "demand", "evidence": 3}}, "evidence: Input should be a valid list"),
        ("judgements", {"payload": {"kind": "dance"}}, "kind can't be 'dance'"),
        ("judgements", {"payload": {"kind": "demand", "confidence": 7}}, "no reader gives such an entry"),
        ("judgements", {"payload": {"kind": "demand", "evidence": [{"start": 0, "end": 2**70, "quote": "x"}]}}, "no reader"),
        ("judgements", {"payload": {"kind": "demand", "confidence": float("nan")}}, "Out of range float"),
        ("judgements", {"changes": {"kind": "dance"}}, "kind can't be 'dance'"),
        ("judgements", {"changes": {"evidence": [{"start": 0, "end": 3, "quote": "not there"}]}}, "quote is gone"),
        ("judgements", {"changes": "all"}, "changes: Input should be a valid dictionary"),
        ("judgements", {"reason": "\0"}, "characters that can't be stored"),
        ("judgements", {"reason": "\ud800"}, "characters that can't be stored"),
        ("decisions", {"kind": "burn"}, "not 'burn'"),
        ("decisions", {"kind": "mark", "other": "lost", "reports": ["f1:3"]}, "not 'lost'"),
        ("decisions", {"reports": 3}, "reports: Input should be a valid list"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_in_one_line(where: str, change: dict[str, Any], words: str) -> None:
    first, second = export()
    correct = next(
        one for one in first["archive"]["judgements"] if one["verdict"] == "correct" and one["list"] == "acts"
    )
    one = (correct if where == "judgements" else first["archive"]["decisions"][0]) | change
    found = add("b.db", first | {"archive": {where: [one, "so", 3]}}, second | {"archive": {"judgements": 3}})
    assert found.exit_code == 2
    lines = found.stderr.splitlines()
    assert (found.stdout, len(lines)) == ("2 added, 0 known, 0 revised, 3 skipped\n", 4)
    assert words in lines[1]
    assert lines[1].startswith(f"f1: one of its {where} was not taken in: ")
    judged, kept, *_ = told("b.db")
    assert judged == []
    assert all(k["confidence"] for k in kept)
