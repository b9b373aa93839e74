"""What people decide about issues and pledges: it stays, counts everywhere, and can be taken back."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from detente.archive import Archive
from detente.archive.following import decide, decided, decisions_made, following, mark, undo_decision
from detente.cli import main
from detente.errors import ArchiveError
from detente.follow import Decision, follow, show
from detente.record import Evidence, Record
from detente.report import Report
from handmade import act, filed, meeting, pledge

SENTENCES = (
    ("2016-03-04", "The first round of tunnel talks ended in Turku.", meeting("tunnel talks", start="2016-03-04")),
    ("2016-03-05", "Finland demanded a lower toll.", act("demand", "FIN", "a lower toll", "EST")),
    ("2016-03-06", "Estonia rejected a ban on lorries.", act("reject", "EST", "a ban on lorries", "FIN")),
    ("2016-03-07", "Estonia proposed joint patrols.", act("propose", "EST", "joint patrols", "FIN")),
    ("2016-03-08", "Finland promised to publish the survey by June.",
     pledge("FIN", "publish the survey", "2016-06", "EST")),
)  # fmt: skip


def report(number: int) -> tuple[Report, Record]:
    day, sentence, entry = SENTENCES[number]
    talks = meeting("tunnel talks", start="2016-03-04")
    for one in (entry, talks):
        one.evidence = [Evidence(0, len(sentence), sentence)]
    lists = {"Act": "acts", "Meeting": "meetings", "Pledge": "pledges"}
    record = Record(id=f"t{number}", date=day, text=sentence, sentences=[(0, len(sentence))], meetings=[talks])
    if type(entry).__name__ != "Meeting":
        setattr(record, lists[type(entry).__name__], [entry])
    return Report(sentence, id=f"t{number}", date=dt.date.fromisoformat(day)), record


def add(archive: Archive, number: int) -> None:
    given, record = report(number)
    archive.add(given, read=lambda _: record)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    found = Archive.open(tmp_path / "talks.db")
    for number in range(len(SENTENCES)):
        add(found, number)
    return found


def issues(archive: Archive) -> dict[str, int]:
    found = {i.name: len(i.told) for i in following(archive).issues("tunnel")}
    anew = follow(filed(archive), None, decided(archive))
    assert {i.name: len(i.told) for i in anew.issues("tunnel")} == found
    return found


def test_issues_are_merged_renamed_split_and_parted_again(archive: Archive) -> None:
    before = issues(archive)
    assert before == {"lower toll": 1, "ban on lorries": 1, "joint patrols": 1}
    decide(archive, Decision("merge issues", "tunnel", "ban on lorries", ("lower toll",), "Ada"))
    decide(archive, Decision("rename issue", "tunnel", "the price", ("a ban on lorries",), "Ada"))
    assert issues(archive) == {"the price": 2, "joint patrols": 1}
    stance = following(archive).table("tunnel").position("the price", "EST")
    assert stance is not None
    assert stance.stance == "refuses"
    decide(archive, Decision("split issue", "tunnel", "charges", ("the price", "a ban on lorries"), "Ada"))
    assert issues(archive) == {"the price": 1, "charges": 1, "joint patrols": 1}
    for _ in range(3):
        undo_decision(archive, author="Bo")
    assert issues(archive) == before


def test_decisions_about_issues_stay_when_reports_are_read_again(archive: Archive) -> None:
    decide(archive, Decision("rename issue", "tunnel", "the price", ("lower toll",), "Ada"))
    records = {f"t{n}": report(n)[1] for n in range(len(SENTENCES))}
    assert [r.error for r in archive.reread(everything=True, read=lambda one: records[one.id])] == [""] * len(records)
    assert issues(archive) == {"the price": 1, "ban on lorries": 1, "joint patrols": 1}


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (Decision("merge issues", "tunnel", "fish", ("lower toll",)), "no issue 'fish'"),
        (Decision("rename issue", "tunnel", "the price", ("fish",)), "no issue 'fish'"),
        (Decision("split issue", "tunnel", "fish", ("lower toll", "fish")), "no wording 'fish'"),
        (Decision("rename issue", "tunnel", "the price"), "must name it"),
        (Decision("mark", "tunnel", "kept", ("t4:900",)), "no pledge 't4:900'"),
        (Decision("mark", "tunnel", "forgotten", ("t4:0",)), "not 'forgotten'"),
        (Decision("burn", "tunnel", ""), "not 'burn'"),
        (Decision("rename", "whaling", "x"), "no process 'whaling'"),
        (Decision("rename", "tunnel", " "), "a name is missing"),
        (Decision("rename issue", "tunnel", "", ("lower toll",)), "a name is missing"),
        (Decision("merge", "tunnel", "tunnel talks"), "one process, Finland-Estonia tunnel talks"),
        (Decision("merge issues", "tunnel", "lower toll", ("lower toll",)), "are one issue"),
        (Decision("split", "tunnel", "x", ("t0", "nosuch")), "no report 'nosuch' in Finland-Estonia tunnel talks"),
        (
            Decision("split", "tunnel", "x", ("t0", "t1", "t2", "t3", "t4")),
            "all reports of Finland-Estonia tunnel talks",
        ),
        (Decision("split", "tunnel", "x"), "no report is named"),
        (Decision("split", "tunnel", "finland-estonia Tunnel talks", ("t0",)), "already"),
    ],
)
def test_a_decision_about_what_is_not_there_changes_nothing(archive: Archive, decision: Decision, told: str) -> None:
    with pytest.raises(ArchiveError, match=told):
        decide(archive, decision)
    assert decided(archive) == []


def test_a_decision_names_its_process_by_id_and_is_refused_where_several_are_meant(archive: Archive) -> None:
    sentence = "Estonia and Latvia met for ferry talks."
    talks = meeting("ferry talks", "EST LVA", "2016-03-09")
    talks.evidence = [Evidence(0, len(sentence), sentence)]
    record = Record(id="f0", date="2016-03-09", text=sentence, sentences=[(0, len(sentence))], meetings=[talks])
    archive.add(Report(sentence, id="f0", date=dt.date(2016, 3, 9)), read=lambda _: record)
    for vague in ("talks", "Estonia"):
        with pytest.raises(ArchiveError, match=f"'{vague}' may mean .*; ") as error:
            decide(archive, Decision("rename", vague, "x", by="Ada"))
        assert "ferry talks" in str(error.value)
    with pytest.raises(ArchiveError, match="already"):
        decide(archive, Decision("rename", "tunnel", following(archive).process("ferry").name.upper(), by="Ada"))
    assert decided(archive) == []
    decide(archive, Decision("merge", "tunnel", "ferry", by="Ada"))
    assert [(d.process, d.other) for d in decided(archive)] == [("t0:1", "f0:1")]


def test_decisions_are_listed_by_name_and_any_of_them_is_taken_back(archive: Archive) -> None:
    decide(archive, Decision("rename", "tunnel", "Talsinki", by="Ada", reason="its name"))
    mark(archive, "t4:0", "kept", author="Bo", reason="seen")
    first, second = decisions_made(archive)
    as_told = "Finland-Estonia tunnel talks"
    assert (first.number, first.kind, first.name, first.other, first.by) == (1, "rename", as_told, "Talsinki", "Ada")
    assert str(second) == "mark 'Talsinki', 't4:0', 'kept'"
    assert second.to_dict()["told"] == ["t4:0"]
    assert undo_decision(archive, 1, author="Cy").undone_at == ""
    assert [(d.number, d.undone_by) for d in decisions_made(archive)] == [(1, "Cy"), (2, "")]
    assert [p.name for p in following(archive).processes] == ["Finland-Estonia tunnel talks"]
    assert [p.status for p in following(archive).pledges()] == ["kept"]
    with pytest.raises(ArchiveError, match="no decision 1 stands"):
        undo_decision(archive, 1, author="Cy")


def test_a_backup_has_all_that_people_said(archive: Archive, tmp_path: Path) -> None:
    decide(archive, Decision("rename", "tunnel", "Talsinki", by="Ada"))
    archive.judge(archive.entries(kinds="demand")[0].ref, "reject", author="Ada")
    archive.backup(tmp_path / "copy.db")
    add(archive, 0)
    with Archive.open(tmp_path / "copy.db") as copied:
        assert copied.counts() == archive.counts()
        assert [p.name for p in following(copied).processes] == ["Talsinki"]
        assert copied.history() == archive.history()
    with pytest.raises(ArchiveError, match="is there already"):
        archive.backup(tmp_path / "copy.db")
    with pytest.raises(ArchiveError, match="can't be written"):
        archive.backup(tmp_path / "no" / "copy.db")
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".part")]


def test_a_pledge_that_is_marked_stays_so_and_says_by_whom(archive: Archive) -> None:
    (before,) = following(archive, "2016-12-31").pledges()
    assert (before.id, before.status) == ("t4:0", "lapsed")
    assert mark(archive, "t4:0", "kept", author="Ada", reason="it is online").status == "kept"
    for day in ("", "2016-12-31"):
        (found,) = following(archive, day).pledges(status=["kept"])
        assert found.mark is not None
        assert (found.mark.by, found.mark.reason, bool(found.mark.at)) == ("Ada", "it is online", True)
        assert following(archive, day).pledges(status=["open", "lapsed"]) == []
    records = {f"t{n}": report(n)[1] for n in range(len(SENTENCES))}
    list(archive.reread(everything=True, read=lambda one: records[one.id]))
    assert [p.status for p in following(archive).pledges()] == ["kept"]
    undo_decision(archive, author="Bo")
    assert [p.status for p in following(archive, "2016-12-31").pledges()] == ["lapsed"]


def test_a_mark_goes_with_its_pledge_when_the_process_is_split(archive: Archive) -> None:
    mark(archive, "t4:0", "broken", author="Ada", reason="seen")
    decide(archive, Decision("split", "tunnel", "survey talks", ("t4",), "Ada"))
    (found,) = following(archive).pledges(process="survey talks")
    assert (found.status, found.process) == ("broken", "survey talks")


def run(*words: str) -> str:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_commands_mark_pledges_and_rename_issues(archive: Archive, tmp_path: Path) -> None:
    db = ("--db", str(tmp_path / "talks.db"), "--by", "Ada")
    assert "t4:0" in run("pledges", *db[:2])
    assert "kept (marked by Ada)" in run("mark", "t4:0", "kept", "--reason", "it is online", *db)
    assert "the price" in run("issue", "rename", "tunnel", "lower toll", "the price", *db)
    assert "the price" in run("issue", "merge", "tunnel", "the price", "ban on lorries", *db)
    split = ("issue", "split", "tunnel", "the price", "charges", "--wording", "ban on lorries")
    assert "charges" in run(*split, *db)
    assert "taken back: split issue" in run("rejoin", *db)


def test_a_mark_without_reason_or_of_no_pledge_is_refused(archive: Archive, tmp_path: Path) -> None:
    db = ("--db", str(tmp_path / "talks.db"), "--by", "Ada")
    without = CliRunner().invoke(main, ["mark", "t4:0", "kept", *db])
    assert without.exit_code == 2
    with pytest.raises(ArchiveError, match="no pledge 'nothing:1'"):
        mark(archive, "nothing:1", "kept", author="Ada", reason="why")


def test_decisions_are_listed_and_taken_back_by_number(archive: Archive, tmp_path: Path) -> None:
    archive.close()
    db = ("--db", str(tmp_path / "talks.db"))

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(main, [*arguments, *db], env={"DETENTE_AUTHOR": "Ada", "COLUMNS": "200"})

    run("rename", "tunnel", "Talsinki")
    run("mark", "t4:0", "kept", "--reason", "seen")
    listed = run("decisions")
    assert "Finland-Estonia tunnel talks" in listed.stdout
    assert "seen" in listed.stdout
    assert [row["kind"] for row in json.loads(run("decisions", "--format", "json").stdout)] == ["rename", "mark"]
    assert run("rejoin", "1").stdout == "taken back: rename 'Finland-Estonia tunnel talks', 'Talsinki'\n"
    assert "by Ada" in run("decisions").stdout
    assert run("rejoin", "1").exit_code == 2
    assert "says nothing" in run("mark", "t4:0", "kept", "--reason", " ").stderr


@pytest.mark.parametrize(("party", "count"), [("finland", 1), ("FIN", 1), ("Helsinki", 1), ("european union", 0)])
def test_pledges_of_a_party_by_any_of_its_names(archive: Archive, tmp_path: Path, party: str, count: int) -> None:
    archive.close()
    asked = ["pledges", "--by", party, "--format", "json", "--db", str(tmp_path / "talks.db")]
    assert len(json.loads(CliRunner().invoke(main, asked).stdout)) == count


def test_pledges_of_a_party_that_nobody_knows_are_an_error(archive: Archive, tmp_path: Path) -> None:
    archive.close()
    db = ["--db", str(tmp_path / "talks.db")]
    found = CliRunner().invoke(main, ["pledges", "--by", "Atlantis", *db])
    assert (found.exit_code, "no party is known" in found.stderr) == (2, True)
    none = CliRunner().invoke(main, ["pledges", "--by", "Brazil", "--format", "csv", *db]).stdout
    assert none.startswith("sheet,id,process,by,")


def test_a_vague_name_is_told_with_those_it_may_mean(archive: Archive, tmp_path: Path) -> None:
    decide(archive, Decision("split", "tunnel", "the other talks", ("t1",), by="Ada"))
    archive.close()
    found = CliRunner().invoke(main, ["table", "talks", "--db", str(tmp_path / "talks.db")])
    assert found.exit_code == 2
    assert "may mean several processes (name one: Finland-Estonia tunnel talks; the other talks)" in found.stderr


def test_an_id_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name = "herring-and-mackerel-quota-negotiations-20160318-final-text:1234"
    sheet = show.Sheet("pledges", "Promised", ("Pledge", "Who", "What", "Due", "Status"))
    sheet.add((name, "Iceland", "publish the survey of catches", "June 2016", "overdue"), (), {})
    out = io.StringIO()
    show.write([sheet], "text", out)
    assert name in out.getvalue()
