"""Following an archive: the same talks as from files, and decisions that stay."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from detente.archive import Archive
from detente.archive.following import decide, decided, following, undo_decision
from detente.errors import ArchiveError
from detente.follow import Decision
from detente.report import Report

TEXTS = (
    ("a", "2016-03-04", "Ghana and Togo ended their second round of cocoa talks in Accra on Friday. "
     "Ghana pledged to open the border by June 2016. Togo demanded that Ghana cut its export tax."),
    ("b", "2016-05-13", "Ghana and Togo held their third round of cocoa talks in Lome on Friday. "
     "Ghana rejected the demand of Togo to cut its export tax."),
)  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    found = Archive.open(tmp_path / "talks.db")
    for id, date, text in TEXTS:
        found.add(Report(text, id=id, date=dt.date.fromisoformat(date)))
    return found


def test_an_archive_tells_of_its_processes(archive: Archive) -> None:
    found = following(archive)
    assert [r.ordinal for r in found.processes[0].rounds] == [2, 3]
    assert set(found.processes[0].parties) == {"GHA", "TGO"}


def test_as_of_a_day_later_reports_are_not_known(archive: Archive) -> None:
    assert [r.ordinal for r in following(archive, "2016-03-31").processes[0].rounds] == [2]


def test_a_renamed_process_stays_renamed_when_reports_are_added(archive: Archive) -> None:
    name = following(archive).processes[0].name
    decide(archive, Decision("rename", name, "cocoa dialogue", by="Ada", reason="its own name"))
    archive.add(Report("Ghana and Togo will hold a fourth round of cocoa talks in Accra in September.", id="c",
                       date=dt.date(2016, 7, 1)))  # fmt: skip
    process = following(archive).process("cocoa dialogue")
    assert [r.ordinal for r in process.rounds] == [2, 3, 4]
    assert [(d.by, d.reason) for d in decided(archive)] == [("Ada", "its own name")]


def test_a_decision_can_be_taken_back_once(archive: Archive) -> None:
    name = following(archive).processes[0].name
    decide(archive, Decision("rename", name, "cocoa dialogue", by="Ada"))
    assert undo_decision(archive, author="Bo").other == "cocoa dialogue"
    assert following(archive).processes[0].name == name
    with pytest.raises(ArchiveError, match="no decision"):
        undo_decision(archive, author="Bo")


def test_a_decision_about_an_unknown_process_changes_nothing(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="no process 'tea talks'"):
        decide(archive, Decision("merge", "tea talks", "cocoa talks", by="Ada"))
    assert decided(archive) == []


def test_a_decision_waits_for_the_reports_that_tell_of_its_process(archive: Archive) -> None:
    name = following(archive).processes[0].name
    decide(archive, Decision("rename", name, "cocoa dialogue", by="Ada"))
    assert following(archive, "2016-01-01").processes == []


def test_what_older_rules_followed_is_followed_anew(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = following(archive).processes
    monkeypatch.setattr("detente.follow.filing.THRESHOLD", 9.0)
    assert [p.id for p in following(archive).processes] == [p.id for p in before]  # kept, as nothing changed
    monkeypatch.setattr("detente.archive.answers.RULES", 999)
    assert len(before) == 1
    assert len(following(archive).processes) == 2  # no second meeting goes with a known process now
