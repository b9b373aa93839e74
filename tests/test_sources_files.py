"""What files and folders are taken for: reports, tables, or nothing that is read; what their fields must be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.archive import Archive
from detente.errors import InputError
from detente.sources import Skipped, bulk, open_reports
from detente.sources.files import DATE_UNREAD

TEXT = "The second round of the lagoon talks ended on Monday, and both governments promised to publish its results.\n"


def opened(*paths: Path) -> tuple[list[str], list[Skipped]]:
    skipped: list[Skipped] = []
    found = [r.id for r in open_reports(paths, on_skip=skipped.append, alone=False)]
    return found, skipped


def test_a_folder_gives_files_without_an_ending_and_tells_what_is_left(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a",
        "c.docx",
        "d.doc",
        "e.doc",
        "f.doc",
        ".hidden",
        "talks.db",
        "talks.db-wal",
        ".git/HEAD",
        "sub/g",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    found, (skipped,) = opened(tmp_path)
    assert found == ["a", "b", "g"]
    assert skipped.name == str(tmp_path)
    assert skipped.reason == "4 files are of no kind that is read: c.docx, d.doc, e.doc and others"
    assert "text, HTML or PDF" in skipped.remedy
    (lot,) = bulk.find([tmp_path])
    assert [Path(name).name for name in lot.names] == ["a", "b.txt", "g"]


def test_a_folder_of_nothing_that_is_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text(TEXT)
    assert opened(tmp_path)[1][0].reason == "holds no report"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("e1.csv", "report,kind\na,demand\n", "is a table"),
        ("e1.tsv.gz", "", "is a table"),
        ("talks.ics", "BEGIN:VCALENDAR", "is a table"),
        ("letter.rtf", "{\\rtf1 " + TEXT, "is not text"),
        ("a.jsonl", '{"text": 5}', "has no text"),
        ("b.jsonl", '{"text": true, "body": ["x"]}', "has no text"),
        ("c.jsonl", '{"id": "r", "acts": [], "meetings": []}', "is a record without its text (detente read"),
    ],
)
def test_what_is_no_report_is_refused_with_the_remedy(tmp_path: Path, name: str, content: str, told: str) -> None:
    (tmp_path / name).write_text(content)
    found, (skipped,) = opened(tmp_path / name)
    assert found == []
    assert told in f"{skipped.reason} ({skipped.remedy})"
    with pytest.raises(InputError):
        list(open_reports([tmp_path / name]))


def test_a_date_that_the_calendar_lacks_is_told(tmp_path: Path) -> None:
    (tmp_path / "wire.jsonl").write_text(json.dumps({"text": TEXT, "date": "2025-02-30", "id": 7}))
    (report,) = open_reports([tmp_path / "wire.jsonl"])
    assert (report.id, report.date) == ("7", None)
    assert report.warnings[0].startswith(DATE_UNREAD)
    with Archive.open(tmp_path / "talks.db") as archive:
        found = archive.add_all([tmp_path / "wire.jsonl"])
    assert (found.added, found.skipped) == (1, [])
    assert found.undated == [f"{tmp_path / 'wire.jsonl'}:1: {report.warnings[0]}"]
