"""The archive: adding, revisions, stories, judgements, reading anew, searching. On both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import detente
from detente.archive import Archive, Reread, rereading, stories
from detente.errors import ArchiveError, InputError
from detente.record import Act, Evidence, Record
from detente.report import Report
from detente.sources import read_text

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)

LAGOON = """Talks between Maravia and Costa Blanca on fishing rights in the lagoon ended in Port Sable on Monday \
without a deal, officials said.

Norway, which mediates, said both sides would meet again in June. Iceland rejected Norway's offer to freeze \
catches of mackerel for two years, and urged Norway to return to the table.

"We demand that Norway withdraw its patrol boats," Iceland's chief negotiator told reporters after the third \
round of talks. Norway promised to answer the demand by 30 May.

The dispute over the lagoon goes back to 1974, when the first patrols were sent, and has cost both fleets \
a third of their catch."""
ADDED = LAGOON + '\n\n"Nobody walked out," Norway\'s envoy said late on Monday. Norway threatened to suspend the talks.'
OTHER = """Togo and Ghana signed an agreement on the river crossing at Kpalime on Friday after two years of talks.

Ghana pledged to open three more posts by December, and Togo agreed to drop its fees on trucks. The European \
Union welcomed the accord and offered money for the road. Traders on both banks had asked for it since the flood."""


def report(text: str = LAGOON, id: str = "wire-1", date: str = "2019-05-06", **more: str) -> Report:
    return read_text(text, id=id, date=dt.date.fromisoformat(date) if date else None, **more)


@pytest.fixture
def archive(database: str) -> Iterator[Archive]:
    with Archive.open(database) as opened:
        yield opened


def reading(*acts: Act) -> Record:
    return Record(acts=list(acts), version="x")


def act(text: str, quote: str, kind: str = "reject", about: str = "", confidence: float = 0.8) -> Act:
    start = text.index(quote)
    return Act(kind=kind, actors=["ISL"], about=about, confidence=confidence,
               evidence=[Evidence(start, start + len(quote), quote)])  # fmt: skip


# -- adding


@BOTH
def test_the_same_report_twice_changes_nothing(archive: Archive) -> None:
    assert archive.add(report()).what == "added"
    before = archive.counts()
    assert archive.add(report()).what == "known"
    assert archive.counts() == before
    assert before["entries"] > 5


@BOTH
def test_what_comes_out_is_what_the_reader_gave(archive: Archive) -> None:
    given = report()
    archive.add(given)
    stored, record = next(archive.records())
    expected = detente.read(LAGOON, "2019-05-06", id="wire-1")
    assert record.to_dict(text=True) == expected.to_dict(text=True)
    assert record.sentences == expected.sentences
    assert (stored.id, stored.date, stored.revision) == ("wire-1", dt.date(2019, 5, 6), 1)
    for entry in record.entries():
        for quote in entry.evidence:
            assert record.text[quote.start : quote.end] == quote.quote


@BOTH
def test_the_same_id_with_another_text_is_a_revision(archive: Archive) -> None:
    archive.add(report())
    changed = LAGOON.replace("two years", "three years")
    assert archive.add(report(changed)).what == "revised"
    assert archive.add(report()).what == "known"  # the old text again
    assert archive.add(report(changed)).what == "known"
    assert [text for _, text in archive.revisions("wire-1")] == [LAGOON, changed]
    assert [record.text for _, record in archive.records()] == [changed]
    assert all("two years" not in kept.entry.evidence[0].quote for kept in archive.entries())


def test_the_same_address_with_another_text_is_a_revision(archive: Archive) -> None:
    url = "https://example.org/talks"
    archive.add(report(id=url, source=url))
    found = archive.add(report(LAGOON.replace("Monday", "Sunday"), id="other", source=url + "#top"))
    assert (found.what, found.revision) == ("revised", 2)


def test_a_number_that_two_files_use_as_id_makes_two_reports(archive: Archive) -> None:
    archive.add(report(id="1"))
    assert archive.add(report(OTHER, id="1")).name == "1-2"
    assert archive.add(report(OTHER, id="1")).what == "known"
    changed = OTHER.replace("three more posts", "four more posts")
    assert archive.add(report(changed, id="1")).name == "1-2"
    assert archive.counts()["reports"] == 2


@pytest.mark.parametrize(
    "title",
    [
        "CORRECTED: Lagoon talks end",
        "Corrects date of talks",
        "Lagoon talks end (Corrected)",
        "Here is a corrected repetition ///",
    ],
)
@pytest.mark.parametrize("first", ["right", "wrong"])
def test_a_report_that_corrects_another_takes_its_place(archive: Archive, title: str, first: str) -> None:
    wrong = report(id="w7", title="Lagoon talks end")
    right = report(LAGOON.replace("Monday", "Sunday"), id="w9", title=title)
    order = [wrong, right] if first == "wrong" else [right, wrong]
    assert [archive.add(one).what for one in order] == ["added", "revised"]
    assert archive.counts()["reports"] == 1
    assert archive.counts()["revisions"] == 2
    assert "Sunday" in next(archive.records())[1].text
    assert [archive.add(one).what for one in order] == ["known", "known"]


@BOTH
def test_copies_of_a_story_count_once_with_all_their_sources(archive: Archive) -> None:
    archive.add(report())
    alone = len(archive.entries(limit=None))
    copy = archive.add(report("PORT SABLE, May 7 (Wire) -- " + LAGOON, id="paper-5", date="2019-05-07"))
    assert copy.copy_of == "wire-1"
    assert archive.counts()["stories"] == 1
    assert len(archive.entries(limit=None)) == alone
    found = list(archive.records())
    assert len(found) == 1
    assert {s.id for s in found[0][0].sources} == {"wire-1", "paper-5"}
    assert all({s.id for s in kept.sources} == {"wire-1", "paper-5"} for kept in archive.entries(kinds="reject"))
    assert len(list(archive.records(copies=True))) == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_update_leads_its_story_whichever_comes_first(archive: Archive, order: tuple[int, int]) -> None:
    both = report(title="Lagoon talks end"), report(ADDED, id="wire-2", title="ATTENTION - ADDS quotes ///")
    for place in order:
        archive.add(both[place])
    assert [stored.id for stored, _ in archive.records()] == ["wire-2"]
    threats = archive.entries(kinds="threaten")
    assert [len(kept.sources) for kept in threats] == [1]
    assert all(len(kept.sources) == 2 for kept in archive.entries(kinds="reject"))


def test_other_reports_of_the_day_are_other_stories(archive: Archive) -> None:
    archive.add(report())
    archive.add(report(OTHER, id="wire-3"))
    archive.add(report(id="later", date="2019-06-06"))  # word for word, but a month later
    assert archive.counts()["stories"] == 3


def test_a_file_elsewhere_with_the_same_text_is_known(archive: Archive, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.txt").write_text(LAGOON)
    found = archive.add_all([tmp_path / "a", tmp_path / "b"], date=dt.date(2019, 5, 6))
    assert (found.added, found.known) == (1, 1)
    (tmp_path / "b" / "report.txt").write_text(OTHER)
    assert archive.add_all([tmp_path / "b"], date=dt.date(2019, 5, 6)).names == ["report-2"]
    (tmp_path / "b" / "report.txt").write_text(OTHER.replace("Friday", "Thursday"))
    found = archive.add_all([tmp_path / "b"], date=dt.date(2019, 5, 6))
    assert (found.revised, found.names) == (1, ["report-2"])


def test_one_bad_report_never_stops_the_others(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LAGOON)
    (tmp_path / "b.txt").write_bytes(b"\x00\x01")
    (tmp_path / "c.jsonl").write_text(
        'not json\n{"id": "x", "date": "2019-05-06", "text": ' + json.dumps(OTHER) + "}\n"
    )
    found = archive.add_all([tmp_path, tmp_path / "nowhere.txt"])
    assert found.added == 2
    assert [skipped.reason.split(":")[0] for skipped in found.skipped] == [
        "is not text",
        "is not JSON",
        "does not exist",
    ]
    assert "3 skipped" in str(found)


def test_a_reader_that_fails_is_told_and_the_report_not_kept(archive: Archive) -> None:
    def fails(report: Report) -> Record:
        raise RecursionError("too deep")

    with pytest.raises(InputError, match="RecursionError"):
        archive.add(report(), read=fails)
    assert archive.counts()["reports"] == 0


@BOTH
def test_characters_that_no_database_holds_are_replaced_one_for_one(archive: Archive) -> None:
    given = dataclasses.replace(report(LAGOON + " \0 \ud800 end"), title="a\0b")
    archive.add(given)
    _, record = next(archive.records())
    assert record.text == LAGOON + " \ufffd \ufffd end"
    assert any("replaced" in warning for warning in record.warnings)
    assert archive.add(given).what == "known"


@BOTH
def test_a_report_without_date_and_without_entries(archive: Archive) -> None:
    archive.add(report("The weather stayed fine over the whole of the coast and nobody saw any rain.", date="", id="w"))
    stored, record = next(archive.records())
    assert stored.date is None
    assert not record.acts


@BOTH
def test_records_come_in_order_of_date(archive: Archive) -> None:
    for number, day in enumerate(["2019-05-09", "2018-01-01", "", "2020-12-31"]):
        archive.add(report(f"{OTHER} Number {number}." if number else LAGOON, id=f"r{number}", date=day))
    assert [record.date for _, record in archive.records()] == ["", "2018-01-01", "2019-05-09", "2020-12-31"]


# -- near-duplicates


def test_share_tells_copies_from_others() -> None:
    one, other = (stories.body_words(report(text)) for text in (LAGOON, OTHER))
    longer = stories.body_words(report(ADDED))
    assert stories.share(one, one) == 1.0
    assert stories.share(one, longer) > 0.95
    assert stories.share(one, other) == 0.0
    assert stories.share(one[:20], longer) == 0.0  # a sentence is no story
    assert stories.share([], one) == 0.0


# -- judgements


@BOTH
def test_what_is_rejected_no_longer_counts_and_can_be_undone(archive: Archive) -> None:
    archive.add(report())
    kept = archive.entries(kinds="demand")[0]
    archive.judge(kept.ref[:7], "reject", author="Ada", reason="quoted, not said")
    assert kept.ref not in {k.ref for k in archive.entries(limit=None)}
    assert kept.entry not in next(archive.records())[1].acts
    assert [k.ref for k in archive.entries(verdicts="reject")] == [kept.ref]
    undone = archive.undo(kept.ref, author="Bo")
    assert (undone.author, undone.undone_by) == ("Ada", "Bo")
    assert kept.entry in next(archive.records())[1].acts
    assert [j.verdict for j in archive.history(kept.ref)] == ["reject"]
    with pytest.raises(ArchiveError, match="no judgement"):
        archive.undo(kept.ref, author="Bo")


@BOTH
def test_a_correction_changes_the_entry_and_keeps_the_reading(archive: Archive) -> None:
    archive.add(report())
    kept = archive.entries(kinds="demand")[0]
    before = kept.entry.to_dict()
    archive.judge(kept.ref, "correct", author="Ada", changes={"kind": "threaten", "targets": "NOR, DNK"})
    found = archive.entries(kinds="threaten", parties="DNK")
    assert [(k.ref, k.corrected, k.verdict) for k in found] == [(kept.ref, True, "correct")]
    archive.judge(kept.ref, "correct", author="Bo", changes={"about": "withdraw the boats"})
    (entry,) = (k.entry for k in archive.entries(kinds="threaten", parties="DNK"))
    assert isinstance(entry, Act)
    assert (entry.about, entry.targets) == ("withdraw the boats", ["NOR", "DNK"])
    assert archive.search("withdraw boats", kinds="threaten").entries[0].ref == kept.ref
    archive.undo(kept.ref, author="Bo")
    archive.undo(kept.ref, author="Bo")
    (same,) = (k for k in archive.entries(kinds="demand") if k.ref == kept.ref)
    assert (same.entry.to_dict(), same.corrected, same.verdict) == (before, False, "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "nothing to correct"),
        ({"colour": "red"}, "no field 'colour'"),
        ({"kind": "shout"}, "can't be 'shout'"),
        ({"time": "yesterday"}, "can't be 'yesterday'"),
        ({"time": "2016-02-31"}, "can't be '2016-02-31'"),
        ({"time": "2016-99"}, "can't be '2016-99'"),
        ({"time": "0000"}, "can't be '0000'"),
        ({"time": "2016-04-02/2016-04-01"}, "end on 2016-04-01, before it starts"),
        ({"time": "2016-05-02/2016-04"}, "end on 2016-04, before it starts"),
        ({"confidence": "1"}, "no field"),
        ({"quote": "nowhere in it"}, "doesn't stand"),
        ({"quote": "Norway"}, "more than once"),
    ],
)
def test_a_correction_that_can_not_be_is_refused(archive: Archive, changes: dict[str, str], words: str) -> None:
    archive.add(report())
    ref = archive.entries(kinds="demand")[0].ref
    with pytest.raises(ArchiveError, match=words):
        archive.judge(ref, "correct", author="Ada", changes=changes)
    assert archive.history() == []


@pytest.mark.parametrize("value", ["nan", "1e999", "many"])
def test_a_figure_is_a_number(archive: Archive, value: str) -> None:
    archive.add(read_text("Norway said 4,000 people of 12 villages had fled.", id="f"))
    ref = archive.entries(kinds="figures")[0].ref
    with pytest.raises(ArchiveError, match=f"value can't be '{value}'"):
        archive.judge(ref, "correct", author="Ada", changes={"value": value})


def test_a_month_holds_its_days(archive: Archive) -> None:
    archive.add(report())
    ref = archive.entries(kinds="demand")[0].ref
    said = archive.judge(ref, "correct", author="Ada", changes={"time": "2016-02-29/2016-02"})
    assert said.changes["time"] == {"start": "2016-02-29", "end": "2016-02", "words": ""}


def test_parties_are_corrected_by_name_or_code_and_event_data_go_with_them(archive: Archive) -> None:
    archive.add(report())
    ref = archive.entries(kinds="demand")[0].ref
    changes = {"actors": "norway, european union,dnk,Norse Herring Council", "targets": "Iceland"}
    said = archive.judge(ref, "correct", author="Ada", changes=changes)
    kept = next(k for k in archive.entries(kinds="demand") if k.ref == ref)
    assert isinstance(kept.entry, Act)
    assert kept.entry.actors == kept.entry.doers == ["NOR", "EU", "DNK", "Norse Herring Council"]
    assert kept.entry.targets == kept.entry.recipients == ["ISL"]
    assert said.changes["doers"] == kept.entry.doers
    apart = archive.judge(ref, "correct", author="Ada", changes={"actors": "SWE", "doers": "FIN"})
    assert (apart.changes["actors"], apart.changes["doers"]) == (["SWE"], ["FIN"])
    assert [archive.code(name) for name in ("sweden", "FIN", "Norse Trade Council")] == [
        "SWE",
        "FIN",
        "Norse Trade Council",
    ]
    assert [archive.has_party(code) for code in ("SWE", "BRA")] == [True, False]


def quoted(archive: Archive, name: str) -> list[str]:
    """The quotes of the demands of a report, each as its text has it."""
    record = archive.record(name)[1]
    found = [e for demand in record.acts if demand.kind == "demand" for e in demand.evidence]
    assert [record.text[e.start : e.end] for e in found] == [e.quote for e in found]
    return [e.quote for e in found]


@BOTH
def test_a_corrected_quote_goes_to_its_place_in_a_copy_and_in_a_revised_text(archive: Archive) -> None:
    before, words = (
        "PORT SABLE, May 6 (Gulf Wire) - It was a long day at the old customs house.\n\n",
        "withdraw its patrol boats",
    )
    archive.add(report())
    archive.add(report(before + LAGOON, id="copy"))
    ref = next(k.ref for k in archive.entries(kinds="demand") if words in k.entry.evidence[0].quote)
    archive.judge(ref, "correct", author="Ada", changes={"quote": words})
    assert words in quoted(archive, "wire-1")
    assert words in quoted(archive, "copy")
    archive.add(report(before + before + LAGOON))
    assert words in quoted(archive, "wire-1")
    archive.add(report(LAGOON.replace("withdraw its", "call back its")))
    assert words not in quoted(archive, "wire-1")


@BOTH
def test_a_corrected_quote_stands_in_the_text(archive: Archive) -> None:
    archive.add(report())
    ref = archive.entries(kinds="demand")[0].ref
    archive.judge(ref, "correct", author="Ada", changes={"quote": "withdraw its patrol boats"})
    record = next(archive.records())[1]
    quote = next(k.entry.evidence[0] for k in archive.entries(kinds="demand") if k.ref == ref)
    assert record.text[quote.start : quote.end] == quote.quote == "withdraw its patrol boats"


def test_unknown_and_ambiguous_entries_are_named(archive: Archive) -> None:
    archive.add(report())
    with pytest.raises(ArchiveError, match="no such entry"):
        archive.judge("zzz", "accept", author="Ada")
    with pytest.raises(ArchiveError, match="no such entry"):
        archive.judge("%", "accept", author="Ada")
    with pytest.raises(ArchiveError, match="its author"):
        archive.judge(archive.entries()[0].ref, "accept", author=" ")


def test_a_judgement_holds_for_all_copies_of_a_story(archive: Archive) -> None:
    archive.add(report())
    ref = archive.entries(kinds="demand")[0].ref
    before = len(archive.entries(kinds="demand"))
    archive.judge(ref, "reject", author="Ada")
    archive.add(report(ADDED, id="wire-2"))  # now this one leads
    assert next(archive.records())[0].id == "wire-2"
    assert len(archive.entries(kinds="demand")) == before - 1
    archive.undo(ref, author="Ada")
    assert len(archive.entries(kinds="demand")) == before


# -- reading anew

FIRST = "Iceland rejected Norway's offer to freeze catches of mackerel for two years"
SECOND = "Norway promised to answer the demand by 30 May."


@BOTH
def test_reading_anew_tells_what_changed_and_keeps_judgements(archive: Archive) -> None:
    given = report()
    one = act(LAGOON, FIRST, about="Norway's offer to freeze catches")
    two = act(LAGOON, SECOND, "pledge", "answer the demand")
    three = act(LAGOON, "Norway withdraw its patrol boats", "demand", "withdraw its patrol boats")
    archive.add(given, read=lambda r: reading(one, two, three))
    refs = {k.entry.kind: k.ref for k in archive.entries() if isinstance(k.entry, Act)}
    archive.judge(refs["reject"], "correct", author="Ada", changes={"actors": "GRL"})
    archive.judge(refs["pledge"], "accept", author="Ada")
    archive.judge(refs["demand"], "reject", author="Ada")
    # the newer reader words the first otherwise, misses the second, gives the third again, and a fourth
    other = act(LAGOON, FIRST, about="offer to freeze catches of mackerel", confidence=0.6)
    fourth = act(LAGOON, "both sides would meet again in June", "meet", "meet again")
    (told,) = archive.reread(everything=True, read=lambda r: reading(other, three, fourth))
    assert told.gained == ["acts reject: offer to freeze catches of mackerel", "acts meet: meet again"]
    assert told.lost == []
    found = {k.ref: k for k in archive.entries()}
    corrected = found[refs["reject"]].entry
    assert isinstance(corrected, Act)
    assert (corrected.actors, corrected.about) == (["GRL"], "offer to freeze catches of mackerel")
    assert found[refs["pledge"]].entry.evidence[0].quote == SECOND
    assert refs["demand"] not in found
    archive.undo(refs["pledge"], author="Ada")
    assert refs["pledge"] not in {k.ref for k in archive.entries()}


def test_only_what_another_version_read_is_read_anew(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add(report())
    assert list(archive.reread()) == []
    monkeypatch.setattr("detente.reader.version", lambda: "9.9")
    (told,) = archive.reread()
    assert told == Reread(told.report)
    assert next(archive.records())[0].reader == "9.9"
    assert list(archive.reread()) == []


def test_a_rejection_of_what_is_not_read_any_more_waits(archive: Archive) -> None:
    one = act(LAGOON, FIRST, about="the offer")
    archive.add(report(), read=lambda r: reading(one))
    ref = archive.entries()[0].ref
    archive.judge(ref, "reject", author="Ada")
    list(archive.reread(everything=True, read=lambda r: reading()))
    assert [j.found for j in archive.history()] == [False]
    list(archive.reread(everything=True, read=lambda r: reading(one)))
    assert [j.found for j in archive.history()] == [True]
    assert archive.entries() == []


def test_judgements_go_over_to_a_revision(archive: Archive) -> None:
    archive.add(report())
    accepted = archive.entries(kinds="demand")[0]
    archive.judge(accepted.ref, "reject", author="Ada")
    archive.add(report("A new first paragraph, which moves all that follows.\n\n" + LAGOON))
    assert accepted.ref not in {k.ref for k in archive.entries(kinds="demand")}
    assert [k.ref for k in archive.entries(verdicts="reject")] == [accepted.ref]


def test_a_report_that_fails_when_read_anew_stays_as_it_was(archive: Archive) -> None:
    archive.add(report())
    before = [k.to_dict() for k in archive.entries(limit=None)]

    def fails(report: Report) -> Record:
        raise ValueError("no")

    (told,) = archive.reread(everything=True, read=fails)
    assert isinstance(told, rereading.Reread)
    assert "ValueError" in told.error
    assert [k.to_dict() for k in archive.entries(limit=None)] == before


# -- searching


@BOTH
def test_search_by_words_kinds_parties_and_days(archive: Archive) -> None:
    archive.add(report())
    archive.add(report(OTHER, id="wire-3", date="2020-02-07"))
    assert [p.id for p in archive.search("agreement").reports] == ["wire-3"]
    assert {k.report for k in archive.search("patrol boats").entries} == {"wire-1"}
    assert archive.search("boat").entries  # another form of the word
    assert archive.search('"patrol boats"').entries
    assert not archive.search('"boats patrol"').entries
    assert not archive.search("mackerel -catches").entries
    assert not archive.search("mackerel", since="2020-01-01").reports
    assert archive.search("mackerel", until="2019-05-06").reports
    assert not archive.search("mackerel", since="2019-05-07", until="2019-12-31").entries
    assert {k.report for k in archive.search("", kinds="pledges").entries} == {"wire-1", "wire-3"}
    assert {k.report for k in archive.entries(kinds="pledges", parties="GHA")} == {"wire-3"}
    assert {k.report for k in archive.entries(actors="isl", since="2019-05-01", until="2019-05-31")} == {"wire-1"}
    assert archive.entries(actors="MDV") == []
    assert {k.report for k in archive.entries(kinds="pledges", parties="Ghana")} == {"wire-3"}
    assert archive.entries(parties="'") == []
    assert archive.entries(report="wire-3", kinds="acts")
    assert len(archive.entries(limit=2)) == 2


@BOTH
@pytest.mark.parametrize(
    "words", ["'", '"', 'a" OR "b', "NEAR(a b)", "x:y", "marks : xkinddemandx", "* & | ! <->", "\\", "a\0b"]
)
def test_nothing_that_is_typed_is_taken_for_the_syntax_of_the_database(archive: Archive, words: str) -> None:
    archive.add(report())
    if any(c.isalnum() for c in words):
        archive.search(words)
    else:
        with pytest.raises(ArchiveError, match="nothing to search for"):
            archive.search(words)


def test_unknown_kinds_and_days_are_refused(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="no kind 'shout'"):
        archive.entries(kinds="shout")
    with pytest.raises(InputError):
        archive.entries(since="the other day")


@BOTH
def test_kinds_of_acts_and_pledges_within_days(archive: Archive) -> None:
    archive.add(report())
    archive.add(report(OTHER, id="wire-3", date="2020-02-07"))
    for kind in ("demand", "pledges"):
        everything = {k.ref for k in archive.entries(kinds=kind)}
        dated = {k.ref for k in archive.entries(kinds=kind, since="2010-01-01", until="2030-01-01")}
        assert everything == dated != set()
    assert {k.report for k in archive.entries(kinds="pledges", since="2020-01-01")} == {"wire-3"}


def test_the_latest_entries_and_what_waits_are_found_by_an_index(tmp_path: Path) -> None:
    from sqlalchemy import event

    from detente.archive.filings import waiting

    asked: list[tuple[str, tuple[object, ...]]] = []
    with Archive.open(tmp_path / "talks.db") as archive:
        note = lambda link, cursor, sql, given, *_: asked.append((sql, given))  # noqa: E731
        event.listen(archive.engine, "before_cursor_execute", note)
        archive.entries()
        with archive.engine.connect() as link:
            waiting(link)
            queries = [(sql, given) for sql, given in asked if sql.startswith("SELECT")]
            plans = [
                row[3]
                for sql, given in queries
                for row in link.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all()
            ]
    assert any("entries_said" in plan for plan in plans)
    assert any("stories_followed" in plan for plan in plans)
    assert not any("TEMP B-TREE" in plan for plan in plans)


def test_a_source_that_is_no_address_does_not_end_a_batch(archive: Archive) -> None:
    found = [
        Report(f"Norway met Iceland {n} times.", id=f"r{n}", source=s)
        for n, s in enumerate(["", "http://[bad/x#y", ""])
    ]
    assert archive.add_all(found).added == 3
