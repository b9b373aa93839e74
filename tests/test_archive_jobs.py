"""Reading in several processes gives what reading in one gives."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from detente.archive import Archive
from detente.archive.jobs import read_ahead
from detente.cli import main
from detente.errors import ArchiveError, InputError
from detente.record import Record
from detente.report import Report

TEXTS = {
    "a": "Iceland rejected Norway's offer to freeze herring catches on Friday. The talks in Bergen ended without a deal.",
    "b": "Norway promised to publish its survey of the herring stock by June 2016, its chief delegate said in Oslo.",
    "c": "CORRECTED: Iceland rejected Norway's offer to freeze herring catches on Friday. The talks in Bergen ended late.",
}


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    lines = [{"id": name, "date": "2016-03-18", "text": text} for name, text in TEXTS.items()]
    lines += [{"id": f"n{n}", "date": f"2016-04-{n:02}", "text": f"{TEXTS['b']} Room {n}."} for n in range(1, 15)]
    lines += [
        lines[0],
        {"id": "x", "date": "2016-03-19", "text": "Den islandske delegation forlod forhandlingerne i går."},
    ]
    (folder / "wire.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (folder / "zero.txt").write_bytes(b"\x00\x01")
    return folder


def content(archive: Archive) -> list[Any]:
    kept = [(s.to_dict() | {"added": ""}, r.to_dict()) for s, r in archive.records(copies=True)]
    return [kept, [k.to_dict() for k in archive.entries(limit=None)], archive.counts()]


def test_several_jobs_give_what_one_gives(inputs: Path, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "one.db") as one, Archive.open(tmp_path / "many.db") as many:
        told, found = one.add_all([inputs]), many.add_all([inputs], jobs=3)
        assert (found.added, found.known, found.revised, found.names) == (
            told.added, told.known, told.revised, told.names,
        )  # fmt: skip
        assert {s.name for s in found.skipped} == {s.name for s in told.skipped} != set()
        assert content(one) == content(many)
        again = many.add_all([inputs], jobs=2)
        assert (again.added, again.revised, again.known) == (0, 0, found.added + found.revised + found.known)


def test_the_command_takes_a_number_of_jobs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXTS["a"])
    words = ["add", "--jobs", "2", "--date", "2016-03-18", "--db", str(tmp_path / "talks.db"), str(tmp_path / "a.txt")]
    main(words, standalone_mode=False)
    assert capsys.readouterr().out.startswith("1 added")


class Deadly(Report):
    """A report at which a reading process ends."""

    def __reduce__(self) -> Any:
        return os._exit, (1,)


def test_a_reading_process_that_dies_is_told() -> None:
    with pytest.raises(ArchiveError, match=r"has died.*fewer --jobs"):
        list(read_ahead([(Deadly(TEXTS["a"]), True)], 2))


def test_reports_keep_their_order_and_their_errors() -> None:
    given = [(Report(text, id=name), name != "b") for name, text in TEXTS.items()]
    given.insert(1, (Report(TEXTS["a"], id="torn", body=(400, 900)), True))
    found = [(report.id, type(record)) for report, record in read_ahead(given, 2)]
    assert [name for name, _ in found] == ["a", "torn", "b", "c"]
    assert dict(found)["b"] is type(None)
    assert (dict(found)["torn"], dict(found)["c"]) == (InputError, Record)
