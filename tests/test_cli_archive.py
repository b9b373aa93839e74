"""The commands over the archive, with good, odd and broken input."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detente.cli import main

REPORT = "Norway rejected Iceland's offer to freeze catches on Friday. Iceland urged Norway to return to the talks."


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_AUTHOR", "Ada")
    monkeypatch.delenv("DETENTE_DB", raising=False)
    (tmp_path / "report.txt").write_text(REPORT)
    return tmp_path


def first_ref() -> str:
    return str(json.loads(run("search", "--kind", "reject", "--format", "json").stdout)["entries"][0]["ref"])


def test_add_search_judge_undo_history() -> None:
    added = run("add", "--date", "2016-03-18", "report.txt")
    assert (added.exit_code, added.stdout) == (0, "1 added, 0 known, 0 revised\n")
    assert Path("detente.db").exists()
    assert run("add", "--date", "2016-03-18", "report.txt").stdout == "0 added, 1 known, 0 revised\n"
    found = run("search", "freeze", "catches")
    assert "Norway rejected" in found.stdout
    ref = first_ref()
    assert ref in found.stdout
    assert "reject by Ada (a joke)" in run("reject", ref, "--reason", "a joke").stdout
    assert ref not in run("search", "freeze").stdout
    assert "undone by Bo" in run("undo", ref, "--by", "Bo").stdout
    assert "correct by Ada: about = a freeze" in run("correct", ref, "about=a freeze").stdout
    assert "corrected" in run("search", "freeze").stdout
    assert "accept by Ada" in run("accept", ref[:6]).stdout
    told = run("history").stdout.splitlines()
    assert [line.split()[2] for line in told] == ["reject", "correct", "accept"]
    assert json.loads(run("history", ref, "--format", "json").stdout)[0]["undone_by"] == "Bo"
    assert run("history", "--format", "csv").stdout.startswith("id,ref")
    assert run("history", "--format", "md").stdout.startswith("| at |")


def test_the_forms_of_a_search() -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    rows = csv.DictReader(io.StringIO(run("search", "freeze", "--format", "csv").stdout))
    row = next(row for row in rows if row["kind"] == "reject")
    assert (row["kind"], row["report"], row["date"]) == ("reject", "report", "2016-03-18")
    assert run("search", "freeze", "--format", "md").stdout.startswith("| ref | date |")
    nothing = run("search", "zebra")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "nothing found" in nothing.stderr
    assert json.loads(run("search", "zebra", "--format", "json").stdout) == {"entries": [], "reports": []}


def test_what_can_not_be_added_is_told_and_the_rest_is_added(workplace: Path) -> None:
    (workplace / "bad.txt").write_bytes(b"\x00\x01")
    found = run("add", "report.txt", "bad.txt", "/nowhere.txt", "http://127.0.0.1/x")
    assert found.exit_code == 2
    assert found.stdout == "1 added, 0 known, 0 revised, 3 skipped\n"
    for words in (
        "skipped 3:",
        "bad.txt: is not text",
        "/nowhere.txt: does not exist",
        "lies inside a private network",
    ):
        assert words in found.stderr


def test_standard_input_is_added_once() -> None:
    assert run("add", "-", given=REPORT).stdout.startswith("1 added")
    assert run("add", "-", given=REPORT).stdout.startswith("0 added, 1 known")


def test_reread_shows_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    assert run("reread").stdout == "0 reports read; entries: 0 new, 0 gone, 0 changed\n"
    assert run("reread", "--all").stdout == "1 reports read; entries: 0 new, 0 gone, 0 changed\n"
    for bound in ("THRESHOLD", "BRIEF"):
        monkeypatch.setattr(f"detente.reader.{bound}", 1.1)
    usual = {"threshold": 1.1, "gated": True, "fast": False}
    monkeypatch.setattr("detente.reader.read_report.__kwdefaults__", usual, raising=False)
    found = run("reread", "--all").stdout
    assert "report: - acts reject" in found
    assert "gone" in found.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("search", "x"), "no archive yet"),
        (("search",), "nothing to search for"),
        (("reread",), "no archive yet"),
        (("accept", "abc"), "no archive yet"),
        (("export", "csv"), "no archive yet"),
        (("search", "--db", "report.txt", "x"), "can't be read as an archive"),
        (("add", "--db", "no/such/folder.db", "report.txt"), "can't be opened"),
        (("add", "--date", "one day", "report.txt"), "one day"),
        (("correct", "abc", "kind"), "write FIELD=VALUE"),
        (("add", "--db", "postgresql://me:secret@127.0.0.1:1/x", "report.txt"), "127.0.0.1"),
    ],
)
def test_misuse_is_one_line_and_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert words in found.stderr
    assert "Traceback" not in found.output
    assert "secret" not in found.output
    assert len(found.stderr.splitlines()) == 1


def test_mistakes_over_an_archive_are_named() -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    for arguments, words in [
        (("search", "--kind", "shout"), "no kind 'shout'"),
        (("search", "--from", "soon", "x"), "soon"),
        (("search", "--", "---"), "nothing to search for"),
        (("accept", "zzz"), "no such entry"),
        (("undo", first_ref()), "no judgement"),
        (("correct", first_ref(), "kind=shout"), "one of"),
    ]:
        found = run(*arguments)
        assert found.exit_code == 2, arguments
        assert words in found.stderr
