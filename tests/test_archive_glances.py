"""What lists show is what following tells, on both databases; how far people agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from detente import days
from detente.archive import Archive, board, glances, listing
from detente.archive.board import Asked
from detente.archive.following import decide, following
from detente.archive.glances import Moved
from detente.archive.search import TELLING, Filter
from detente.follow import Decision
from detente.record import PLEDGE_STATUSES, PRESSING, Record
from detente.report import Report
from test_archive_kept import BOTH, add, dossier  # noqa: F401


@BOTH
def test_lists_say_what_following_says(database: str, dossier: list[tuple[Report, Record]]) -> None:  # noqa: F811
    with Archive.open(database) as archive:
        add(archive, dossier[:24])
        told = following(archive)
        names = [p.name for p in told.processes]
        decide(archive, Decision("rename", told.processes[0].id, "the first talks", by="Ada"))
        decide(archive, Decision("merge", told.processes[0].id, told.processes[1].id, by="Ada"))
        told = following(archive)
        as_of = told.as_of
        found = glances.ranked(archive, limit=100)
        assert glances.count(archive) == len(found) == len(names) - 1
        assert {g.id for g in found} == {p.id for p in told.processes}
        for g in found:
            process = told.process(g.id)
            held = [r for r in process.rounds if r.status_at(as_of) == "held"]
            ahead = process.planned(as_of)
            last, following_one = g.held(as_of), g.planned(as_of)
            assert (g.name, g.parties, g.reports) == (process.name, process.parties, len(process.reports))
            dated = [r for r in held if r.last] or held
            assert (last.start if last else None) == (dated[-1].start if dated else None)
            assert (following_one.start if following_one else None) == (ahead.start if ahead else None)
            pledges = told.pledges(process=g.id)
            assert glances.pledged(archive, [g.id], as_of)[g.id] == Counter(p.status for p in pledges)
            inside = glances.matching(archive, Filter(kinds=TELLING), g.id, 10_000)
            assert {k.report for k in archive.kept(inside)} <= set(process.reports)
        party = found[0].parties[0]
        everything = told.pledges()
        for asked, meant in (
            (Asked(as_of), everything), (Asked(as_of, by=party), [p for p in everything if party in p.by]),
            (Asked(as_of, to=party), [p for p in everything if party in p.to]),
            (Asked(as_of, ("open", "kept")), [p for p in everything if p.status in ("open", "kept")]),
        ):  # fmt: skip
            assert {p.id for p in board.part(archive, asked, limit=1000)} == {p.id for p in meant}
            paged = [p.id for at in range(0, len(meant), 3) for p in board.part(archive, asked, limit=3, offset=at)]
            assert Counter(paged) == Counter(p.id for p in meant)
            if not asked.status:
                assert board.counted(archive, asked) == Counter(p.status for p in meant)
        assert sum(board.counted(archive, Asked(as_of)).values()) == len(everything)
        assert set(board.counted(archive, Asked(as_of))) <= set(PLEDGE_STATUSES)
        changes, total = glances.changes(archive, Moved("2000", as_of), [], limit=10_000)
        assert total == len(changes)
        assert {e.what for e in changes} == {e.what for e in told.changes("2000") if e.kind != "link"}
        assert [e.told for e in changes] == sorted((e.told for e in changes), reverse=True)
        few, _ = glances.changes(archive, Moved("2000", as_of, "round", found[0].id), [], limit=10_000)
        assert {(e.kind, e.process) for e in few} <= {("round", found[0].name)}


@BOTH
@pytest.mark.parametrize("common", [1, 5_000])
def test_a_search_within_talks_finds_what_a_search_of_all_finds_of_them(
    database: str,
    dossier: list[tuple[Report, Record]],  # noqa: F811
    common: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("detente.archive.search._COMMON", common)  # looked through one by one, or by the index
    monkeypatch.setattr("detente.archive.search._PIECE", 3)
    with Archive.open(database) as archive:
        add(archive, dossier[:24])
        found = 0
        for process in following(archive).processes:
            party = process.parties[0]
            for wanted in (
                Filter(words="talks", kinds=TELLING), Filter(words="talk", kinds=TELLING), Filter(words="talks -agreed"),
                Filter(words='"the talks"', kinds=TELLING), Filter(words="talks", kinds=("meetings",)),
                Filter(words="talks", kinds=("reject", "pledges")), Filter(words="talks", kinds=TELLING, parties=(party,)),
                Filter(words="talks", actors=(party,)), Filter(kinds=TELLING, actors=(party,)),
            ):  # fmt: skip
                inside = glances.matching(archive, wanted, process.id, 10_000)
                everywhere = glances.matching(archive, wanted, "", 10_000)
                reports = {id: kept.report for id, kept in zip(everywhere, archive.kept(everywhere), strict=True)}
                assert inside == [id for id in everywhere if reports[id] in process.reports], wanted
                assert glances.matching(archive, wanted, process.id, 2) == inside[:2]
                found += len(inside)
        assert found > 20


@BOTH
def test_pledges_come_by_due_date(database: str, dossier: list[tuple[Report, Record]]) -> None:  # noqa: F811
    with Archive.open(database) as archive:
        add(archive, dossier)
        told = following(archive)
        everything = told.pledges()
        assert len({p.status for p in everything}) > 2
        for status in [(), *((p.status,) for p in everything), ("open", "overdue", "kept", "lapsed")]:
            meant = [p for p in everything if not status or p.status in status]
            dues = sorted(days.last(p.last_due) for p in meant if p.due)
            asked = Asked(told.as_of, status)
            for latest_first in (False, True):
                found = board.part(archive, asked, limit=1000, latest_first=latest_first)
                assert [days.last(p.last_due) for p in found if p.due] == sorted(dues, reverse=latest_first)
                assert len(found) == len(meant)
                assert not any(p.due for p in found[len(dues) :])
            if dues:
                middle = dues[len(dues) // 2]
                nearest = (
                    max((d for d in dues if d < middle), default=""),
                    min((d for d in dues if d > middle), default=""),
                )
                assert board.nearest(archive, asked, middle, middle) == nearest
                within = board.within(archive, asked, middle, middle, 1000)
                assert len(within) == dues.count(middle)


def test_agreement_of_two_people() -> None:
    same = [["accept", "accept"], ["reject", "reject"]]
    assert listing.alpha(same) == 1.0
    assert listing.alpha([["accept", "accept"]]) is None
    assert listing.alpha([["accept"], ["reject"]]) is None
    # Krippendorff 2011, section C: four observers, nominal data
    told = "1 1 . 1|2 2 3 2|3 3 3 3|3 3 3 3|2 2 2 2|1 2 3 4|4 4 4 4|1 1 2 1|2 2 2 2|. 5 5 5|. . 1 1|. . 3 ."
    units = [[word for word in unit.split() if word != "."] for unit in told.split("|")]
    assert listing.alpha(units) == pytest.approx(0.743, abs=0.001)


def test_a_second_look_is_at_what_others_judged(tmp_path, dossier: list[tuple[Report, Record]]) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    with Archive.open(tmp_path / "a.db") as archive:
        add(archive, dossier[:3])
        first, second = listing.waiting(archive, limit=2)
        archive.judge(first.ref, "accept", author="Ada")
        archive.judge(second.ref, "reject", author="Ben")
        assert [k.ref for k in listing.judged_by_others(archive, "Ben")] == [first.ref]
        assert first.ref not in {k.ref for k in listing.waiting(archive, limit=100)}
        archive.judge(first.ref, "reject", author="Ben")
        done = listing.progress(archive)
        assert (done.judged, done.agreed, done.differed) == (2, 0, 1)
        assert dict(done.reviewers) == {"Ada": 1, "Ben": 2}
        assert listing.judged_by_others(archive, "Ben") == []


def test_entries_of_a_stretch_of_a_report(tmp_path, dossier: list[tuple[Report, Record]]) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    report, record = dossier[0]
    with Archive.open(tmp_path / "a.db") as archive:
        archive.add(report, read=lambda _: replace(record))
        whole, total = listing.within(archive, report.id, -1, len(report.text), 1000)
        assert len(whole) == total > 3
        middle = sorted(k.entry.evidence[0].start for k in whole if k.entry.evidence)[2]
        parts = [
            listing.within(archive, report.id, *cut, 1000)[0] for cut in ((-1, middle), (middle, len(report.text)))
        ]
        assert sorted(k.ref for part in parts for k in part) == sorted(k.ref for k in whole)


def test_the_last_round_is_the_last_whose_day_is_told() -> None:
    def held(name: str, day: str) -> glances.Glimpse:
        return glances.Glimpse(None, name, day, day, "", "held", day, "")

    dated, undated = held("talks in Arica", "2019-05-06"), held("talks in Lima", "")
    talks = glances.Glance("1", "Peru-Chile talks", ["PER", "CHL"], 1, "2019-05-07", "2019-05-07", [dated, undated])
    assert talks.held("2019-05-08") == dated
    assert replace(talks, rounds=[undated]).held("2019-05-08") == undated
    assert replace(talks, rounds=[]).held("2019-05-08") is None


def test_every_status_of_a_pledge_has_its_place() -> None:
    from detente.web.pages.pledges import BOARD

    assert sorted(PLEDGE_STATUSES) == sorted(PRESSING) == sorted(BOARD)
