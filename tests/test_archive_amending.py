"""Changing the day of a report and taking one out: kept, undone, and followed as if it had come so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from detente.archive import Archive, answers
from detente.archive.amending import changes_of, is_out, left_out, redate, take_back, take_out
from detente.archive.following import following
from detente.cli import main
from detente.errors import ArchiveError
from detente.report import Report
from detente.sources import read_text

FIRST = (
    "BERGEN, May 3 -- Norway and Iceland opened the first round of talks on the herring quota in Bergen on Tuesday. "
    "Iceland demanded that Norway lower its quota. Norway promised to publish its catch figures by 20 May 2016.\n"
)
SECOND = (
    "REYKJAVIK, June 14 -- Norway and Iceland held the second round of their talks on the herring quota in Reykjavik. "
    "Norway rejected the demand that it lower its quota.\n"
)


def given(text: str, id: str, day: str) -> Report:
    return read_text(text, id=id, date=dt.date.fromisoformat(day))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive.open(tmp_path / "a.db")
    made.add(given(FIRST, "first", "2016-05-03"))
    made.add(given(SECOND, "second", "2016-06-14"))
    return made


def state(archive: Archive) -> tuple[str, list[tuple[str, str]], list[str]]:
    """What following comes to: the day, the pledges with their status, the rounds with their days."""
    now = following(archive)
    rounds = [f"{r.ordinal} {r.start} {r.status}" for p in now.processes for r in p.rounds]
    return now.as_of, [(p.what, p.status) for p in now.pledges()], rounds


def test_a_day_that_was_wrong_is_put_right_and_read_anew(archive: Archive, tmp_path: Path) -> None:
    before = state(archive)
    wrong = Archive.open(tmp_path / "b.db")
    wrong.add(given(FIRST, "first", "2016-05-03"))
    wrong.add(given(SECOND, "second", "2019-06-14"))
    assert state(wrong) != before
    done = redate(wrong, "second", dt.date(2016, 6, 14), author="Ada", reason="a slip")
    assert (done.was, done.now, done.before, done.after) == ("2019-06-14", "2016-06-14", 1, 2)
    assert state(wrong) == before
    assert [s.revision for s, _ in wrong.revisions("second")] == [1, 2]
    assert {k.said for k in wrong.entries(report="second")} == {"2016-06-14"}
    assert wrong.counts()["reports"] == 2
    assert wrong.add(given(SECOND, "second", "2019-06-14")).what == "known"  # the wrong one does not come back


def test_a_changed_day_is_taken_back_and_made_again(archive: Archive) -> None:
    before = state(archive)
    redate(archive, "second", dt.date(2016, 6, 20), author="Ada")
    assert following(archive).as_of == "2016-06-20"
    undone = take_back(archive, "second", author="Bo")
    assert (undone.undone_by, state(archive)) == ("Bo", before)
    again = redate(archive, "second", dt.date(2016, 6, 20), author="Ada")
    assert (again.after, following(archive).as_of) == (2, "2016-06-20")  # the revision of that day was there
    redate(archive, "second", dt.date(2016, 6, 14), author="Ada")
    assert state(archive) == before
    assert len(archive.revisions("second")) == 2
    with pytest.raises(ArchiveError, match="already"):
        redate(archive, "second", dt.date(2016, 6, 14), author="Ada")


def test_a_judgement_outlives_another_day(archive: Archive) -> None:
    ref = archive.entries(report="first", kinds="demand")[0].ref
    archive.judge(ref, "accept", author="Ada")
    redate(archive, "first", dt.date(2016, 5, 4), author="Ada")
    assert next(k.verdict for k in archive.entries(report="first") if k.ref == ref) == "accept"


def test_a_report_that_is_taken_out_counts_no_longer(archive: Archive, tmp_path: Path) -> None:
    alone = Archive.open(tmp_path / "b.db")
    alone.add(given(FIRST, "first", "2016-05-03"))
    before = state(archive)
    take_out(archive, "second", author="Ada", reason="of other talks")
    assert state(archive) == state(alone)
    assert archive.counts()["reports"] == archive.counts()["stories"] == 1
    assert not archive.entries(report="second")
    assert [s.id for s in archive.reports()] == ["first"]
    assert is_out(archive, "second") is not None
    assert [a.report for a, _ in left_out(archive)] == ["second"]
    assert archive.add(given(SECOND, "second", "2016-06-14")).what == "known"
    assert archive.counts()["reports"] == 1
    take_back(archive, "second", author="Bo")
    assert state(archive) == before
    assert [a.kind for a in changes_of(archive, "second")] == ["out"]
    assert is_out(archive, "second") is None


def test_all_reports_can_be_taken_out(archive: Archive) -> None:
    before = state(archive)
    for name in ("first", "second"):
        take_out(archive, name, author="Ada")
    assert state(archive) == ("", [], [])
    for name in ("first", "second"):
        take_back(archive, name, author="Ada")
    assert state(archive) == before


def test_of_two_copies_the_other_leads_when_one_is_taken_out(archive: Archive) -> None:
    before = state(archive)
    longer = SECOND + "It ended.\n"
    assert archive.add(given(longer, "copy", "2016-06-15")).copy_of == "second"
    following(archive)
    take_out(archive, "copy", author="Ada")
    assert state(archive) == before
    assert not [k for k in archive.entries() if len(k.sources) > 1]


def test_a_copy_under_a_wrong_day_joins_its_story_when_the_day_is_put_right(archive: Archive) -> None:
    archive.add(given(SECOND, "again", "2016-11-01"))
    assert archive.counts()["stories"] == 3
    redate(archive, "again", dt.date(2016, 6, 14), author="Ada")
    assert archive.counts()["stories"] == 2
    assert {s.id for s in archive.entries(kinds="reject")[0].sources} == {"second", "again"}
    take_back(archive, "again", author="Ada")
    assert archive.counts()["stories"] == 3


def test_days_to_come_are_passed_over(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(archive)
    archive.add(given(SECOND.replace("second", "ninth"), "ahead", "2017-01-01"))
    monkeypatch.setattr(answers, "today", lambda: dt.date(2016, 8, 1))
    as_of, pledges, _ = state(archive)
    assert (as_of, pledges) == before[:2]
    monkeypatch.setattr(answers, "today", lambda: dt.date(2017, 2, 1))  # its turn has come
    assert state(archive)[0] == "2017-01-01"
    with pytest.raises(ArchiveError, match="yet to come"):
        redate(archive, "ahead", dt.date.today() + dt.timedelta(days=9), author="Ada")


def test_what_is_not_there_cant_be_changed(archive: Archive) -> None:
    for change in (
        lambda: redate(archive, "nobody", dt.date(2016, 1, 1), author="Ada"),
        lambda: take_out(archive, "nobody", author="Ada"),
        lambda: take_back(archive, "first", author="Ada"),
        lambda: take_out(archive, "first", author=" "),
    ):
        with pytest.raises(ArchiveError):
            change()


def test_the_day_of_a_text_that_was_revised_since_is_not_taken_back(archive: Archive) -> None:
    redate(archive, "second", dt.date(2016, 6, 20), author="Ada")
    archive.add(given(SECOND + "Iceland regretted it.\n", "second", "2016-06-20"))
    with pytest.raises(ArchiveError, match="since"):
        take_back(archive, "second", author="Ada")


def test_by_command(archive: Archive) -> None:
    db = archive.where

    def call(*words: str) -> str:
        answer = CliRunner().invoke(main, [*words, "--db", db, "--by", "Ada"])
        assert answer.exit_code == 0, answer.output
        return answer.output

    assert "14 June 2016" in call("redate", "second", "2016-06-20")
    assert "taken back" in call("redate", "--undo", "second")
    assert following(archive).as_of == "2016-06-14"
    assert "taken out" in call("remove", "second", "--reason", "of other talks")
    assert following(archive).as_of == "2016-05-03"
    assert "counts again" in call("remove", "--undo", "second")
    assert following(archive).as_of == "2016-06-14"
    assert CliRunner().invoke(main, ["redate", "second", "--db", db]).exit_code != 0
