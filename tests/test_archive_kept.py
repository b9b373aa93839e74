"""What an archive keeps of following is what following all its reports anew gives, however it came about."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from detente.archive import Archive, database
from detente.archive.following import decide, decided, following, undo_decision
from detente.follow import Attachment, Decision, Filed, Following, Processes, attach, follow
from detente.follow.decisions import decide as settle
from detente.reader import read_report
from detente.record import Record
from detente.report import Report
from handmade import filed

DOSSIER = Path(__file__).parent / "data" / "dossier" / "reports.jsonl"
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="module")
def dossier() -> list[tuple[Report, Record]]:
    """The reports of the dossier in order of date, each read once."""
    found = []
    for line in DOSSIER.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        day = dt.date.fromisoformat(told["date"])
        report = Report(told["text"], id=told["id"], title=told.get("title", ""), date=day)
        found.append((report, read_report(report)))
    return sorted(found, key=lambda pair: str(pair[0].date))


def add(archive: Archive, pairs: list[tuple[Report, Record]]) -> None:
    for report, record in pairs:
        archive.add(report, read=lambda _, record=record: record)  # type: ignore[misc]


def plain(found: Any) -> Any:
    """Values all the way down, to be compared."""
    if isinstance(found, list | tuple):
        return [plain(one) for one in found]
    return dataclasses.asdict(found)


def answers(found: Following, *, one_by_one: bool = True) -> dict[str, Any]:
    """All that can be asked."""
    names = [p.id for p in found.processes]
    given = {
        "processes": plain(found.processes), "pledges": plain(found.pledges()), "linkages": plain(found.linkages),
        "overdue": plain(found.pledges(status=("overdue", "lapsed"))), "statuses": [p.status for p in found.pledges()],
        "changes": plain(found.changes("2000-01-01")), "lately": plain(found.changes("2014-06-01")),
    }  # fmt: skip
    for name in names if one_by_one else ():
        given[name] = [plain(found.issues(name)), plain(found.table(name)), plain(found.timeline(name)),
                       plain(found.pledges(process=name)), plain(found.process(name))]  # fmt: skip
    return given


def anew(archive: Archive, as_of: str = "") -> Following:
    found = follow(filed(archive), as_of or None)
    for decision in decided(archive):
        with suppress(KeyError):  # on a process of which nothing was told by then: it waits
            settle(decision, found.found)
    return found


def check(archive: Archive, as_of: str = "") -> Following:
    kept = following(archive, as_of)
    assert answers(kept) == answers(anew(archive, as_of))
    return kept


@BOTH
def test_reports_added_in_any_order_are_followed_as_if_all_at_once(
    database: str, dossier: list[tuple[Report, Record]]
) -> None:
    with Archive.open(database) as archive:
        add(archive, dossier[1::3])
        check(archive)
        add(archive, dossier[0::3])
        check(archive)
        add(archive, dossier[2::3])
        assert len(check(archive).processes) > 3


def test_a_judgement_on_an_old_report_moves_what_hangs_on_it(
    tmp_path: Path, dossier: list[tuple[Report, Record]]
) -> None:
    with Archive.open(tmp_path / "talks.db") as archive:
        add(archive, dossier)
        before = answers(following(archive))
        for kept in archive.entries(kinds=("meetings", "pledges", "demand"), limit=None)[-6:]:
            archive.judge(kept.ref, "reject", author="Ada")
            check(archive)
            archive.undo(kept.ref, author="Ada")
        assert answers(following(archive)) == before
        first = archive.entries(kinds="meetings", limit=None)[-1]
        archive.judge(first.ref, "correct", author="Ada", changes={"parties": "FRA,PER", "name": "lake talks"})
        assert "lake talks" in {alias for p in check(archive).processes for alias in p.aliases}


def test_a_revised_report_takes_the_place_of_the_former(tmp_path: Path, dossier: list[tuple[Report, Record]]) -> None:
    with Archive.open(tmp_path / "talks.db") as archive:
        add(archive, dossier)
        check(archive)
        report, _ = dossier[4]
        assert report.date is not None
        text = report.text.split("\n\n")[0]
        later = Report(text, id=report.id, title=report.title, date=report.date + dt.timedelta(30))
        archive.add(later)
        check(archive)


def test_decisions_and_their_undoing_leave_the_rest_as_it_was(
    tmp_path: Path, dossier: list[tuple[Report, Record]]
) -> None:
    with Archive.open(tmp_path / "talks.db") as archive:
        add(archive, dossier[:30])
        before = answers(following(archive))
        one, other, third = (p.id for p in following(archive).processes[:3])
        reports = tuple(following(archive).process(third).reports)[1:3]
        decide(archive, Decision("merge", one, other, by="Ada"))
        check(archive)
        decide(archive, Decision("rename", one, "the great talks", by="Ada"))
        decide(archive, Decision("split", third, "the small talks", reports, by="Ada"))
        assert {"the great talks", "the small talks"} <= {p.name for p in check(archive).processes}
        add(archive, dossier[30:])
        check(archive)
        with Archive.open(tmp_path / "other.db") as plainly:
            add(plainly, dossier)
            before = answers(following(plainly))
        for _ in range(3):
            undo_decision(archive, author="Bo")
            check(archive)
        assert answers(following(archive)) == before


def test_other_days_are_told_as_they_were_or_will_be(tmp_path: Path, dossier: list[tuple[Report, Record]]) -> None:
    with Archive.open(tmp_path / "talks.db") as archive:
        add(archive, dossier)
        days = [str(dossier[n][0].date) for n in (5, 20, 40)]
        for day in (*days, "2031-01-01", str(dossier[-1][0].date)):
            check(archive, day)


def test_what_is_kept_is_not_found_again(
    tmp_path: Path, dossier: list[tuple[Report, Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(tmp_path / "talks.db") as archive:
        add(archive, dossier[:-1])
        following(archive)
        seen: list[str] = []

        def attached(one: Filed, processes: Processes) -> list[Attachment]:
            seen.append(one.report_id)
            return attach(one, processes)

        monkeypatch.setattr("detente.archive.filings.attach", attached)
        following(archive).pledges()
        assert seen == []
        add(archive, dossier[-1:])
        following(archive)
        assert seen == [dossier[-1][0].id]


def test_a_killed_following_goes_on(
    tmp_path: Path, dossier: list[tuple[Report, Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(tmp_path / "talks.db") as archive:
        add(archive, dossier)
        monkeypatch.setattr("detente.archive.filings.BLOCK", 10)
        monkeypatch.setattr("detente.archive.answers._BLOCK", 2)
        left = [0]
        write = database.write

        def dies(*given: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt
            return write(*given)

        monkeypatch.setattr(database, "write", dies)
        for steps in (1, 3, 4, 2):
            left[0] = steps
            with pytest.raises(KeyboardInterrupt):
                following(archive)
        check(archive)


def test_a_process_that_nobody_knows_is_no_answer(tmp_path: Path, dossier: list[tuple[Report, Record]]) -> None:
    with Archive.open(tmp_path / "talks.db") as archive:
        add(archive, dossier[:5])
        for day in ("", str(dossier[2][0].date)):
            for ask in (following(archive, day).process, following(archive, day).table):
                with pytest.raises(KeyError):
                    ask("the moon treaty")


def test_an_empty_archive_has_nothing_to_tell(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "talks.db") as archive:
        found = following(archive)
        assert (found.processes, found.pledges(), found.linkages, found.changes("")) == ([], [], [], [])
