"""The commands over the archive, with good, odd and broken input."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
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


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "talks", "--limit", "99999999999999999999"), ("rejoin", "99999999999999999999"),
        ("export", "csv", "--min-confidence", "nan"), ("read", "report.txt", "--min-confidence", "nan"),
        ("add", "report.txt", "--jobs", "9999"),
    ],
)  # fmt: skip
def test_numbers_that_nothing_can_have_are_refused(arguments: tuple[str, ...]) -> None:
    run("add", "report.txt")
    found = run(*arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "Error: Invalid value for" in found.stderr


def test_records_that_can_not_be_read_are_named(workplace: Path) -> None:
    (workplace / "folder").mkdir()
    (workplace / "bad.jsonl.gz").write_bytes(gzip.compress(b"{}")[:10] + bytes(range(200)))
    for name, words in (("folder", "may not be read"), ("bad.jsonl.gz", "the file may be damaged")):
        found = run("export", "jsonl", name)
        assert (found.exit_code, len(found.stderr.splitlines())) == (2, 1)
        assert found.stderr.startswith(f"detente: {name}: ")
        assert words in found.stderr


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


def test_a_cut_search_says_so_and_files_get_all() -> None:
    lines = [f"Norway rejected Iceland's offer number {n} to freeze catches of herring." for n in range(25)]
    wire = (json.dumps({"id": f"r{n}", "text": line}) + "\n" for n, line in enumerate(lines))
    Path("wire.jsonl").write_text("".join(wire))
    run("add", "wire.jsonl")
    people = run("search", "herring")
    assert " of 25 reports; --limit shows more" in people.stderr
    everything = run("search", "herring", "--format", "json")
    assert (len(json.loads(everything.stdout)["reports"]), everything.stderr) == (25, "")
    all_rows = len(list(csv.DictReader(io.StringIO(run("search", "herring", "--format", "csv").stdout))))
    few = run("search", "herring", "--format", "csv", "--limit", "1")
    assert len(few.stdout.splitlines()) == 2
    assert few.stderr == f"1 of {all_rows} entries; --limit shows more\n"
    assert run("search", "herring", "--limit", "100").stderr == ""


def test_a_party_that_nobody_knows_is_told_when_corrected() -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    found = run("correct", first_ref(), "actors=norway,Atlantis")
    assert "actors = ['NOR', 'Atlantis']" in found.stdout
    assert found.stderr == "no party is known as 'Atlantis': it stands as written\n"
    wrong = run("correct", first_ref(), "time=2016-99-01")
    assert (wrong.exit_code, "can't be '2016-99-01'" in wrong.stderr) == (2, True)
    assert run("processes").exit_code == 0


def test_what_people_said_is_kept_by_a_backup() -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    run("reject", first_ref())
    assert run("backup", "copy.db").exit_code == 0
    assert "reject by Ada" in run("history", "--db", "copy.db").stdout
    again = run("backup", "copy.db")
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)


def test_a_report_without_the_date_it_gave_is_told() -> None:
    Path("wire.jsonl").write_text(json.dumps({"text": REPORT, "date": "2025-02-30"}) + "\n")
    found = run("add", "wire.jsonl")
    assert (found.exit_code, found.stdout) == (0, "1 added, 0 known, 0 revised\n")
    assert 'without a date: wire.jsonl:1: its date was not read: "2025-02-30"' in found.stderr


def test_an_export_follows_a_link(workplace: Path) -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    (workplace / "real.csv").write_text("old")
    (workplace / "link.csv").symlink_to("real.csv")
    assert run("export", "csv", "-o", "link.csv").exit_code == 0
    assert (workplace / "link.csv").is_symlink()
    assert "Norway rejected" in (workplace / "real.csv").read_text()


def test_why_tells_of_one_of_several_reports_and_of_one_in_the_archive() -> None:
    lines = [{"id": "a", "text": REPORT}, {"id": "b", "text": "Georgia and Armenia opened border talks."}]
    Path("wire.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    several = run("why", "wire.jsonl:1")
    assert (several.exit_code, "--report ID: a, b" in several.stderr) == (2, True)
    assert "Georgia and Armenia" in run("why", "wire.jsonl:1", "--report", "b").stdout
    assert "no report 'c'" in run("why", "wire.jsonl:1", "--report", "c").stderr
    run("add", "wire.jsonl")
    assert "Georgia and Armenia" in run("why", "b:1").stdout
    assert "neither a file nor a report of the archive" in run("why", "c:1").stderr


def ended(ends: str, *arguments: str) -> tuple[int, str]:
    """The exit code and the errors of a command of its own, whose output goes where `ends` says."""
    command = f"{sys.executable} -m detente {' '.join(arguments)} {ends}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
@pytest.mark.parametrize("command", ["search freeze", "export csv", "read --fast report.txt"])
def test_a_full_disk_is_told_in_one_line(command: str) -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    code, told = ended("> /dev/full", command)
    assert code == 2
    assert told.splitlines()[-1].startswith("detente: the output can't be written: No space left")
    assert "Traceback" not in told


@pytest.mark.parametrize("form", ["text", "md"])
def test_a_reader_that_has_seen_enough_is_no_error(form: str) -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    command = f"search freeze --format {form}"
    assert ended("| true; exit ${PIPESTATUS[0]}", command) == (0, "")


def test_words_that_a_terminal_lacks_are_spelt_out() -> None:
    run("add", "--date", "2016-03-18", "report.txt")
    assert ended("> out.txt", "search freeze")[0] == 0
    command = f"PYTHONIOENCODING=ascii {sys.executable} -m detente search freeze"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u2192" in done.stdout
