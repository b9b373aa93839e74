"""Batches read into a folder: the same whoever reads, nothing lost with a worker, taken in by an archive."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import http.server
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from detente import cluster, output, reader
from detente.archive import Archive
from detente.cli import main
from detente.cluster import Share, read_into
from detente.errors import DetenteError
from detente.output import Aside, Folder, Settings
from detente.record import Record
from detente.report import Report
from detente.sources import bulk

pytest.importorskip("pyarrow", reason="reading into a folder is not tested here: pyarrow is missing")

NAMES = ("Norway", "Iceland", "Chad", "Sudan", "Peru", "Chile", "Kenya")
SMALL = Settings(size=4, fast=True)


def wire(path: Path, count: int = 22, poison: int = -1) -> Path:
    """A file of so many reports; the one with number `poison` has a word that ends its reader."""
    lines = []
    for i in range(count):
        one, other = NAMES[i % 7], NAMES[(i + 3) % 7]
        words = f"{one} rejected {other}'s offer number {i} on Friday. Both sides will meet in Geneva in May."
        text = words + (" POISON." if i == poison else "")
        lines.append(
            json.dumps({"id": f"w{i}", "date": "2005-09-16", "title": f"Talks {i}", "source": "wire", "text": text})
        )
    path.write_text("\n".join(lines) + "\n")
    return path


def files(folder: Path) -> dict[str, bytes]:
    """All that a batch came to, without what only an interrupted run needs."""
    found = [p for p in folder.rglob("*") if p.is_file() and "_work" not in p.parts]
    return {str(p.relative_to(folder)): p.read_bytes() for p in found}


def pairs(folder: Path) -> list[tuple[Report, Record | None]]:
    return [one for one in output.read(folder) if not isinstance(one, Exception)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return wire(tmp_path / "wire.jsonl")


@pytest.fixture
def alone(path: Path, tmp_path: Path) -> Path:
    """The output of one process."""
    read_into([path], tmp_path / "alone", SMALL)
    return tmp_path / "alone"


def test_a_folder_holds_the_reports_with_their_records(path: Path, alone: Path) -> None:
    import pyarrow.parquet as pq

    found = pairs(alone)
    assert [report.id for report, _ in found] == [f"w{i}" for i in range(22)]
    report, record = found[3]
    assert record is not None
    expected = reader.read_report(report, fast=True)
    assert record.to_dict(text=True) == expected.to_dict(text=True)
    assert record.sentences == expected.sentences
    manifest = json.loads((alone / "manifest.json").read_bytes())
    assert (manifest["reports"], manifest["aside"], len(manifest["parts"])) == (22, 0, 6)
    assert manifest["entries"] == sum(len(r.entries()) for _, r in found if r is not None)
    assert pq.read_table(alone / "entries").num_rows == manifest["entries"]


# -- workers that end; these stand in for `read_share` in the workers


def _ends_once(share: Share, to: Folder, settings: Settings) -> list[Aside]:
    """Ends the first worker that begins when a part has been written."""
    assert isinstance(to.at, output.Local)
    if any(to.at.root.glob("_work/part-*")):
        with contextlib.suppress(FileExistsError):
            (to.at.root / "ended").touch(exist_ok=False)
            os.kill(os.getpid(), signal.SIGKILL)
    return _READ_SHARE(share, to, settings)


def _poisoned(share: Share, to: Folder, settings: Settings) -> list[Aside]:
    """Reading a report that says POISON ends the worker."""

    def read(reports: list[Report], **options: object) -> Iterator[Record]:
        if any("POISON" in report.text for report in reports):
            os.kill(os.getpid(), signal.SIGKILL)
        return (Record(id=report.id) for report in reports)  # without models: many workers start here

    reader.read_reports = read  # type: ignore[assignment]
    return _READ_SHARE(share, to, settings)


_READ_SHARE, _READ_REPORTS = cluster.read_share, reader.read_reports


@pytest.mark.parametrize("engine", ["processes", "ray"])
def test_a_worker_that_ends_loses_nothing(
    engine: str, path: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "ray":
        pytest.importorskip("ray", reason="the Ray engine is not tested here: Ray is missing")
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))  # its workers look for _ends_once
    folder = tmp_path / engine
    monkeypatch.setattr(cluster, "read_share", _ends_once)
    steps: list[tuple[int, int]] = []
    read_into([path], folder, SMALL, jobs=2, engine=engine, progress=lambda done, all: steps.append((done, all)))
    assert steps[-1] == (16, 16)
    assert (folder / "ended").exists()
    (folder / "ended").unlink()
    assert files(folder) == files(alone)


def test_a_report_that_ends_its_workers_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wire(tmp_path / "wire.jsonl", 10, poison=5)
    monkeypatch.setattr(cluster, "read_share", _poisoned)
    found = read_into([path], tmp_path / "out", SMALL, jobs=2)
    assert (found["reports"], found["aside"]) == (9, 1)
    assert [r.id for r, _ in pairs(tmp_path / "out")] == [f"w{i}" for i in range(10) if i != 5]
    told = json.loads((tmp_path / "out" / "aside" / "part-00000-00001.jsonl").read_text())
    assert told["name"] == "part-00000-00001, item 2"
    assert "ended the process" in told["error"]


def test_workers_that_always_end_are_given_up(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "read_share", _ends_always)
    monkeypatch.setattr(cluster, "_LOSSES", 2)
    with pytest.raises(DetenteError, match="end again and again"):
        read_into([path], tmp_path / "out", SMALL, jobs=2)


def _ends_always(share: Share, to: Folder, settings: Settings) -> list[Aside]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def test_a_report_that_fails_or_takes_too_long_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wire(tmp_path / "wire.jsonl", 10, poison=5)

    def read(reports: list[Report], *, then: Callable[[], object], **options: object) -> Iterator[Record]:
        if any("POISON" in report.text for report in reports):
            then()
        return _READ_REPORTS(reports, **options)  # type: ignore[arg-type]

    def fails() -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(reader, "read_reports", functools.partial(read, then=fails))
    found = read_into([path], tmp_path / "fails", SMALL)
    assert (found["reports"], found["aside"]) == (9, 1)
    told = json.loads((tmp_path / "fails" / "aside" / "part-00000-00001.jsonl").read_text())
    assert (told["name"], told["error"]) == ("w5", "ZeroDivisionError: by zero")

    monkeypatch.setattr(reader, "read_reports", functools.partial(read, then=lambda: time.sleep(60)))
    monkeypatch.setattr(cluster, "_seconds", lambda report: 0.3 if "POISON" in report.text else 10.0)
    monkeypatch.setattr(cluster, "LONGEST", 1)
    monkeypatch.setattr(cluster, "time_limit", lambda seconds: _LIMIT(min(seconds, 1.0)))
    found = read_into([path], tmp_path / "slow", SMALL)
    assert (found["reports"], found["aside"]) == (9, 1)
    assert "took longer than" in (tmp_path / "slow" / "aside" / "part-00000-00001.jsonl").read_text()


_LIMIT = cluster.time_limit


# -- going on


def test_a_second_run_reads_only_what_is_missing(path: Path, alone: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in alone.glob("reports/*")}
    whole = files(alone)
    lost = "part-00000-00002"
    (alone / "_work" / f"{lost}.json").unlink()
    (alone / "reports" / f"{lost}.parquet").unlink()
    read_into([path], alone, SMALL)
    after = {p: p.stat().st_mtime_ns for p in alone.glob("reports/*")}
    assert [p.stem for p in after if after[p] != before[p]] == [lost]
    assert files(alone) == whole


def test_a_run_that_is_over_is_passed_over(path: Path, alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "items", lambda *_, **__: pytest.fail("it was read again"))
    assert read_into([path], alone, SMALL)["reports"] == 22


def test_more_inputs_may_follow_but_not_others(path: Path, alone: Path, tmp_path: Path) -> None:
    more = wire(tmp_path / "later.jsonl", 3)
    assert read_into([path, more], alone, SMALL)["reports"] == 25
    with pytest.raises(DetenteError, match="holds other inputs"):
        read_into([more], alone, SMALL)
    with pytest.raises(DetenteError, match="begun with other settings"):
        read_into([path, more], alone, Settings(size=5, fast=True))


def test_what_is_cut_off_is_kept_and_tried_again(tmp_path: Path) -> None:
    import gzip

    whole = gzip.compress(wire(tmp_path / "wire.jsonl").read_bytes(), mtime=0)
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    found = read_into([path], tmp_path / "out", SMALL)
    assert 0 < found["reports"] < 22
    assert [m["name"] for m in found["unread"]] == [str(path)]
    path.write_bytes(whole)
    found = read_into([path], tmp_path / "out", SMALL)
    assert (found["reports"], found["unread"]) == (22, [])


def test_a_full_disk_is_told_and_the_next_run_goes_on(path: Path, alone: Path, tmp_path: Path) -> None:
    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    command = [sys.executable, "-m", "detente", "read", "--out", str(tmp_path / "out"), "--part", "4", "--fast"]
    ran = subprocess.run([*command, str(path)], preexec_fn=no_large_files, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "can't be written: File too large (make room" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert subprocess.run([*command, str(path)], capture_output=True, check=False).returncode == 0
    assert files(tmp_path / "out") == files(alone)


def test_a_folder_that_can_not_be_is_told(path: Path, tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match="can't be written"):
        read_into([path], path / "out", SMALL)


# -- inputs


def test_small_files_come_after_the_large_ones(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(3):
        (folder / f"{i}.txt").write_text(f"Norway rejected offer {i} of Iceland on Friday.")
    (folder / "empty.txt").write_text("")
    found = read_into([folder, path], tmp_path / "out", SMALL)
    assert (found["reports"], found["aside"]) == (25, 1)
    assert [lot.name for lot in bulk.find([folder, path])] == [str(path), f"{folder / '0.txt'} and 3 more"]


def test_parquet_and_web_archives_are_read(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pytest.importorskip("warcio", reason="web archives are not tested here: warcio is missing")
    from test_sources_web import PAGE, warc

    rows = [
        {"id": "p1", "text": "Norway rejected Iceland's offer.", "date": dt.date(2016, 3, 18)},
        {"id": "p2", "text": ""},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    page = PAGE.format(title="Fish talks end").encode()
    warc(tmp_path / "crawl.warc.gz", [("https://example.org/1", "200 OK", "text/html", page)])
    found = read_into([tmp_path], tmp_path / "out", SMALL)
    assert (found["reports"], found["aside"]) == (2, 1)
    assert sorted((r.id, str(r.date)) for r, _ in pairs(tmp_path / "out")) == [
        ("https://example.org/1", "2016-03-18"), ("p1", "2016-03-18"),
    ]  # fmt: skip
    (tmp_path / "in.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "crawl.warc.gz").write_bytes((tmp_path / "crawl.warc.gz").read_bytes()[:-50])
    found = read_into([tmp_path / "crawl.warc.gz", tmp_path / "in.parquet"], tmp_path / "broken", SMALL)
    assert (found["reports"], found["aside"], len(found["unread"])) == (0, 1, 1)
    assert "can't be read as Parquet" in found["unread"][0]["error"]


def test_stores_are_read_and_written_through_fsspec(path: Path, alone: Path) -> None:
    fsspec = pytest.importorskip("fsspec", reason="stores are not tested here: fsspec is missing")
    memory = fsspec.filesystem("memory")
    memory.pipe_file("/in/wire.jsonl", path.read_bytes())
    found = read_into(["memory://in/*.jsonl"], "memory://out", SMALL)
    assert (found["reports"], found["unread"]) == (22, [])
    assert found["inputs"] == [["memory:///in/wire.jsonl"]]
    name = "reports/part-00000-00000.parquet"
    assert memory.cat_file(f"/out/{name}") == (alone / name).read_bytes()
    assert read_into(["memory://in/"], "memory://out", SMALL) == found
    with pytest.raises(DetenteError, match="holds no report"):
        read_into(["memory://elsewhere/*.jsonl"], "memory://out", SMALL)
    memory.rm("/", recursive=True)


def test_files_are_read_over_http(path: Path, alone: Path, tmp_path: Path) -> None:
    pytest.importorskip("aiohttp", reason="HTTP is not tested here: aiohttp is missing")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        found = read_into([f"{address}/wire.jsonl", f"{address}/none.jsonl"], tmp_path / "out", SMALL)
        server.shutdown()
    assert found["reports"] == 22
    assert [(m["name"], m["error"]) for m in found["unread"]] == [(f"{address}/none.jsonl", "does not exist")]


# -- into an archive


def content(db: Path) -> list[object]:
    with Archive.open(db, create=False) as archive:
        return [(stored.id, stored.revision, r.to_dict(text=True)) for stored, r in archive.records(copies=True)]


def test_an_archive_takes_a_folder_in_as_if_it_had_read_it(path: Path, tmp_path: Path) -> None:
    read_into([path], tmp_path / "out", Settings(size=4))
    for db, given in (("read.db", path), ("taken.db", tmp_path / "out")):
        found = CliRunner().invoke(main, ["add", "--db", str(tmp_path / db), str(given)])
        assert found.exit_code == 0, found.output
        assert "22 added" in found.output
    assert content(tmp_path / "taken.db") == content(tmp_path / "read.db")
    assert "22 known" in CliRunner().invoke(main, ["add", "--db", str(tmp_path / "taken.db"), str(path)]).output


def test_a_damaged_part_is_told_and_the_others_are_taken_in(path: Path, alone: Path, tmp_path: Path) -> None:
    part = alone / "reports" / "part-00000-00002.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with Archive.open(tmp_path / "a.db") as archive:
        found = archive.add_all([alone])
    assert found.added == 18
    assert [s.name for s in found.skipped] == [str(part)]
    assert "_work/part-00000-00002.json" in found.skipped[0].remedy


def test_what_another_version_has_read_is_read_anew(
    path: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads((alone / "manifest.json").read_bytes())
    (alone / "manifest.json").write_text(json.dumps(manifest | {"lexicon": "older"}))
    read: list[str] = []
    monkeypatch.setattr(reader, "read_report", lambda report: (read.append(report.id), Record(id=report.id))[1])
    with Archive.open(tmp_path / "a.db") as archive:
        assert archive.add_all([alone]).added == 22
    assert len(read) == 22


# -- the command


def test_the_command_says_what_came_of_it(path: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"text": ""}\n')
    arguments = ["read", "--out", str(tmp_path / "out"), "--fast", str(path), str(tmp_path / "bad.jsonl")]
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 2
    assert "22 reports read" in found.output
    assert "set aside 1" in found.output
    assert CliRunner().invoke(main, [*arguments, "--format", "csv"]).exit_code == 2
    assert "are for --out" in CliRunner().invoke(main, ["read", "--engine", "ray", str(path)]).output
    assert "standard input" in CliRunner().invoke(main, ["read", "--out", str(tmp_path / "o"), "-"]).output
