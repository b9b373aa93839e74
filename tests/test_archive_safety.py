"""What must never happen to an archive: lost or doubled reports, a broken file, an upgrade gone wrong."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from detente.archive import Archive, database, schema
from detente.errors import ArchiveError

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
ROOT = Path(__file__).parent.parent
NAMES = "Togo Ghana Norway Iceland Japan China France Spain Chad Sudan Kenya Mali Niger Peru Chile Cuba".split()
MATTERS = "quotas ports fees patrols prisoners rivers visas cables".split()

#: A quick stand-in for the reader, so that the archive and not the parse is what the tests wait for.
ADDER = """
import re, sys
from detente.archive import Archive
from detente.record import Act, Evidence, Record
from detente.sources import open_reports

def read(report):
    found = [Act(kind="reject", actors=["NOR"], about=m.group(), evidence=[Evidence(m.start(), m.end(), m.group())])
             for m in re.finditer(r"rejected [^.]+", report.text)]
    return Record(acts=found, version="test")

with Archive.open(sys.argv[1]) as archive:
    print("open", flush=True)
    for report in open_reports([sys.argv[2]], same_ids=True):
        archive.add(report, read=read)
print("done")
"""


def wire(path: Path, number: int = 60) -> Path:
    """So many reports, a copy and a revision among each ten."""
    chance = random.Random(7)
    lines = []
    for i in range(number):
        one, other = chance.sample(NAMES, 2)
        told = [
            f"{one} rejected {chance.choice(MATTERS)} of {chance.randint(2, 9999)} from {other} in clause {j}."
            for j in range(9)
        ]
        words = " ".join(
            f"{chance.choice(NAMES)} and {chance.choice(MATTERS)} number {chance.randint(1, 99999)} stood."
            for _ in range(9)
        )
        line = {
            "id": f"w{i}",
            "date": f"2011-{i % 12 + 1:02d}-{i % 27 + 1:02d}",
            "title": f"Talks {i}",
            "text": " ".join(told) + " " + words,
        }
        lines.append(line)
        if i % 10 == 3:
            lines.append(line | {"id": f"copy{i}"})
        if i % 10 == 7:
            lines.append(line | {"text": line["text"].replace("clause 1", "clause 21")})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def start(db: str, path: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(
        [sys.executable, "-c", ADDER, db, str(path)],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors


def content(db: str) -> list[object]:
    """All that an archive says, without row numbers and moments."""
    with Archive.open(db, create=False) as archive:
        found: list[object] = []
        for stored, record in archive.records(copies=True):
            sources = sorted(s.id for s in stored.sources)
            found.append((stored.id, stored.revision, sources, record.to_dict(text=True)))
        found.append(sorted((k.ref, len(k.sources)) for k in archive.entries(limit=None)))
        return found


def test_killed_at_any_moment_the_archive_is_whole_and_the_next_run_goes_on(tmp_path: Path) -> None:
    path = wire(tmp_path / "wire.jsonl")
    finish(start(str(tmp_path / "whole.db"), path))
    db = str(tmp_path / "killed.db")
    chance = random.Random(3)
    for _ in range(5):
        process = start(db, path)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.25))
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        process.stdout.close()
        assert process.stderr is not None
        process.stderr.close()
        with sqlite3.connect(db) as link:
            assert link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert link.execute("PRAGMA foreign_key_check").fetchall() == []
            link.execute("INSERT INTO entries_words(entries_words, rank) VALUES ('integrity-check', 1)")
    finish(start(db, path))
    assert content(db) == content(str(tmp_path / "whole.db"))


@BOTH
def test_two_processes_adding_at_once_lose_and_double_nothing(database: str, tmp_path: Path) -> None:
    path = wire(tmp_path / "wire.jsonl", 40)
    processes = [start(database, path) for _ in range(2)]
    with Archive.open(database) as archive:  # a reader meanwhile
        while any(p.poll() is None for p in processes):
            names = [stored.id for stored, _ in archive.records(copies=True)]
            assert len(names) == len(set(names))
            archive.search("clause")
    for process in processes:
        finish(process)
    with Archive.open(database) as archive:
        found = archive.counts()
        assert (found["reports"], found["revisions"], found["stories"]) == (44, 48, 40)
        assert [len(archive.revisions(f"w{i}")) for i in (7, 17, 27, 37)] == [2, 2, 2, 2]


# -- the schema


@BOTH
def test_the_migrations_make_the_tables_that_the_code_uses(database: str) -> None:
    from alembic.autogenerate import compare_metadata

    with Archive.open(database) as archive, archive.engine.connect() as link:
        context = MigrationContext.configure(link, opts={"compare_type": True, "include_object": _ours})
        assert compare_metadata(context, schema.tables) == []


def _ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    return not (name or "").startswith(("entries_words", "reports_words", "alembic")) and name != "words"


def upgrade_to(db: str, version: str) -> None:
    from alembic import command

    engine = database.connect(db)
    database.write(engine, lambda link: command.upgrade(database._config(link), version))
    engine.dispose()


OLD_REPORT = """INSERT INTO reports (id, name, revision, current, key, url, hash, story_id, title, date, source, text, size,
 layout, warnings, sentences, reader, lexicon, added) VALUES (1, 'w', 1, true, 'w', '', 'h', 1, 'Quotas', '2016-03-18', '',
 'Norway rejected the quota.', 26, '{"body": [0, 26], "skips": []}', '[]', '[]', '0.1', 'x', '2016-03-19T00:00:00Z')"""
OLD_ENTRY = """INSERT INTO entries (id, ref, report_id, story_id, list, position, kind, date, due, said, confidence, start,
 "end", quote, what, fingerprint, payload, counted) VALUES (1, 'abc', 1, 1, 'acts', 0, 'reject', '2016-03-18', '', '2016-03-18',
 0.9, 0, 26, 'Norway rejected the quota.', 'the quota', 'f', :payload, true)"""
PAYLOAD = {"kind": "reject", "actors": ["NOR"], "about": "the quota", "confidence": 0.9,
           "evidence": [{"start": 0, "end": 26, "quote": "Norway rejected the quota."}]}  # fmt: skip


@BOTH
@pytest.mark.parametrize("version", ["0001", "0002"])
def test_an_older_archive_is_upgraded_in_place(database: str, version: str) -> None:
    upgrade_to(database, version)
    engine = _engine(database)
    with engine.begin() as link:
        link.execute(text("INSERT INTO stories (id, lead) VALUES (1, 1)"))
        link.execute(text(OLD_REPORT.replace(":", "\\:")))
        link.execute(text(OLD_ENTRY), {"payload": json.dumps(PAYLOAD)})
        link.execute(text("INSERT INTO entry_parties VALUES (1, 'actor', 'NOR')"))
    engine.dispose()
    with Archive.open(database, create=False) as archive:
        assert [k.ref for k in archive.search("quotas", actors="NOR", kinds="reject").entries] == ["abc"]
        assert [p.id for p in archive.search("norway").reports] == ["w"]
        archive.judge("abc", "accept", author="Ada")
        assert next(archive.records())[1].acts[0].about == "the quota"


@BOTH
def test_an_upgraded_archive_knows_when_each_status_is_due(database: str) -> None:
    upgrade_to(database, "0006")
    engine = _engine(database)
    process = "INSERT INTO processes VALUES ('p', 'p', 'p', '[]', 1, 0, false, '[]', 'x', :none, :none, :none)"
    with engine.begin() as link:
        link.execute(text(process), {"none": b""})
        for id, due in ((1, "2016-03-18"), (2, "")):
            promise = "INSERT INTO promises (id, ref, process, due, document) VALUES (:id, 'r', 'p', :due, :none)"
            link.execute(text(promise), {"id": id, "due": due, "none": b""})
            link.execute(text("INSERT INTO statuses VALUES (:id, '2016-01-01', '9999', 'open')"), {"id": id})
    with Archive.open(database, create=False) as archive, archive.engine.connect() as link:
        found = link.execute(text("SELECT promise_id, due FROM statuses ORDER BY promise_id")).all()
        assert [tuple(row) for row in found] == [(1, "2016-03-18"), (2, "")]
    engine.dispose()


def _engine(where: str):  # type: ignore[no-untyped-def]
    return create_engine(
        where.replace("postgresql:", "postgresql+psycopg:") if "://" in where else f"sqlite:///{where}"
    )


@BOTH
def test_a_newer_archive_is_refused_and_left_alone(database: str) -> None:
    Archive.open(database).close()
    engine = _engine(database)
    with engine.begin() as link:
        link.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(ArchiveError, match=r"newer Detente \(schema 0999.*update Detente"):
        Archive.open(database)
    with engine.begin() as link:
        assert link.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0999"
    engine.dispose()


def test_an_upgrade_that_fails_leaves_the_old_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = str(tmp_path / "talks.db")
    upgrade_to(db, "0001")

    def fails(*_: object) -> str:
        raise RuntimeError("in the middle of it")

    monkeypatch.setattr("detente.archive.marks.of_report", fails)
    with sqlite3.connect(db) as link:
        link.execute("INSERT INTO stories (id, lead) VALUES (1, 1)")
        link.execute(OLD_REPORT)
    with pytest.raises(RuntimeError):
        Archive.open(db)
    monkeypatch.undo()
    with sqlite3.connect(db) as link:
        assert link.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert "judgements" not in {row[0] for row in link.execute("SELECT name FROM sqlite_master")}
    with Archive.open(db) as archive:
        assert archive.counts()["reports"] == 1


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("This is a text and no database at all. " * 50)
    with pytest.raises(ArchiveError, match="can't be read as an archive"):
        Archive.open(tmp_path / "text.db")
    with sqlite3.connect(tmp_path / "other.db") as link:
        link.execute("CREATE TABLE cats (name TEXT)")
    with pytest.raises(ArchiveError, match="no archive of Detente"):
        Archive.open(tmp_path / "other.db")
    with pytest.raises(ArchiveError, match="no archive yet"):
        Archive.open(tmp_path / "none.db", create=False)
    assert not (tmp_path / "none.db").exists()
    with pytest.raises(ArchiveError, match="can't be opened"):
        Archive.open(tmp_path / "no" / "folder.db")
    with pytest.raises(ArchiveError, match="neither a file nor PostgreSQL"):
        Archive.open("mysql://me@host/talks")


def test_a_password_is_never_shown() -> None:
    with pytest.raises(ArchiveError) as error:
        Archive.open("postgresql://me:secret@127.0.0.1:1/talks")
    assert "secret" not in str(error.value)
    assert "***" in str(error.value)
