"""What happens when the machine fails: full disk, damaged files, killed workers, a wrong clock, no network."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from detente import context, language, parties, reader
from detente.archive import Archive, watching
from detente.cluster import time_limit
from detente.errors import InputError
from detente.jobs import Workers
from detente.report import Report
from detente.sources import Skipped, furniture, open_reports
from test_archive_safety import finish, start, wire

ROOT = Path(__file__).parent.parent


def command(*arguments: str | Path, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs `detente` in a process of its own."""
    whole = [sys.executable, "-m", "detente", *map(str, arguments)]
    return subprocess.run(whole, capture_output=True, text=True, check=False, preexec_fn=before, timeout=300)


def refused(ran: subprocess.CompletedProcess[str], words: str) -> None:
    """A clear error, and no more."""
    assert ran.returncode == 2, ran.stderr
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) <= 3


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of sixty reports."""
    db = tmp_path / "a.db"
    finish(start(str(db), wire(tmp_path / "wire.jsonl")))
    with sqlite3.connect(db) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db


# -- the disk


def test_a_full_disk_is_told_and_what_was_kept_stays(archive: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.txt"
    more.write_text("The weather in the north was fine all day. " * 20_000)
    size = archive.stat().st_size

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with Archive.open(archive) as found:
        before = found.counts()
    refused(command("add", "--db", archive, more, before=no_room), "full")
    with Archive.open(archive) as found:
        assert found.counts() == before
    assert command("add", "--db", archive, more).returncode == 0
    with Archive.open(archive) as found:
        assert found.counts()["reports"] == before["reports"] + 1


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_archive_is_told(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("Norway rejected Iceland's offer on Friday.")
    archive.chmod(0o444)
    archive.parent.chmod(0o555)
    try:
        refused(command("add", "--db", archive, tmp_path / "more.txt"), "check its permissions")
    finally:
        archive.parent.chmod(0o755)


def test_an_archive_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Norway rejected Iceland's offer on Friday.")
    refused(command("add", "--db", tmp_path / "a.txt" / "a.db", tmp_path / "a.txt"), "can't be opened")


@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_page_of_an_archive_is_told_and_the_file_is_left_alone(archive: Path, seed: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(archive.read_bytes())
    page = int.from_bytes(raw[16:18]) or 65536
    for number in range(1, len(raw) // page, 3):
        raw[number * page : number * page + 200] = chance.randbytes(200)
    archive.write_bytes(raw)
    for arguments in (["search", "clause"], ["processes"], ["export", "csv"]):
        ran = command(arguments[0], "--db", archive, *arguments[1:])
        assert ran.returncode in (0, 2), ran.stderr
        assert "Traceback" not in ran.stderr
        assert ran.returncode == 0 or "take a copy that is whole" in ran.stderr
    assert archive.read_bytes()[page:] == bytes(raw[page:])


# -- inputs


@pytest.mark.parametrize("packed", [False, True])
def test_a_web_archive_that_is_cut_off_gives_what_is_whole(tmp_path: Path, packed: bool) -> None:
    pytest.importorskip("warcio", reason="web archives are not tested here: warcio is missing")
    from test_sources_web import PAGE, warc

    page = PAGE.format(title="Fish talks end").encode()
    path = tmp_path / f"crawl.warc{'.gz' * packed}"
    warc(path, [(f"https://example.org/{i}", "200 OK", "text/html", page + b"<p>%d</p>" % i) for i in range(4)])
    raw = path.read_bytes()
    for missing in (20, 300, 450, 925, 1258):  # in a page's text, in its heads, in the WARC's heads
        path.write_bytes(raw[: len(raw) - missing])
        skipped: list[Skipped] = []
        found = [r.id for r in open_reports([path], on_skip=skipped.append)]
        assert found == [f"https://example.org/{i}" for i in range(len(found))]
        assert 1 <= len(found) <= 3
        assert len(skipped) == 1
        assert "cut off" in skipped[0].reason + skipped[0].remedy


def test_a_line_that_unpacks_to_more_than_there_is_room_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gzip

    from detente.sources import files

    path = tmp_path / "bomb.jsonl.gz"
    good = json.dumps({"id": "good", "text": "Norway rejected Iceland's offer on Friday."})
    path.write_bytes(gzip.compress(b'{"text": "' + b"a" * 500_000 + b'"}\n' + good.encode()))
    monkeypatch.setattr(files, "LARGEST", 100_000)
    skipped: list[Skipped] = []
    assert [r.id for r in open_reports([path], on_skip=skipped.append)] == ["good"]
    assert [(s.name, s.reason) for s in skipped] == [(f"{path}:1", "is longer than 50 MB")]


def test_a_sentence_of_a_million_letters_is_read() -> None:
    from detente.reader import read_report
    from detente.report import Report

    record = read_report(Report("Norway and Iceland met, and " + "so on and " * 110_000 + "so on."), gated=False)
    assert {"NOR", "ISL"} <= {p.code for p in record.parties}


# -- processes


def test_add_tells_of_a_reading_process_that_was_killed_and_goes_on_later(tmp_path: Path) -> None:
    path = wire(tmp_path / "wire.jsonl", 12)
    whole = [sys.executable, "-m", "detente", "add", "--jobs", "2", "--db", str(tmp_path / "a.db"), str(path)]
    process = subprocess.Popen(whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    workers: list[int] = []
    deadline = time.monotonic() + 120
    while not workers and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
        listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for child in listed.read_text().split() if listed.exists() else ():
            if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text():
                workers.append(int(child))
    if not workers:
        process.communicate()
        pytest.skip("this system doesn't tell of the processes of a process")
    os.kill(workers[0], signal.SIGKILL)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == 2, errors
    assert "a process that was reading has died (start again, with fewer --jobs)" in errors
    assert "Traceback" not in errors
    assert command("add", "--db", tmp_path / "a.db", path).returncode == 0
    with Archive.open(tmp_path / "a.db") as found:
        assert found.counts()["reports"] == 13


def test_a_process_that_dies_while_another_is_started_ends_the_work_and_not_the_waiting() -> None:
    def give_on() -> None:
        for answer in [first, *(workers.submit(time.sleep, 0) for _ in range(4))]:
            answer.result(timeout=60)

    with Workers(2) as workers:
        first = workers.submit(time.sleep, 0)
        for started in active_children():
            started.kill()
        with pytest.raises(BrokenProcessPool):
            give_on()


# -- the clock


def test_a_clock_that_was_set_back_does_not_stop_the_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        monkeypatch.setattr(watching, "now", lambda: "2035-01-01T00:00:00Z")
        watching._remember(archive, "https://example.org/feed", {"failures": 0, "due": "2035-01-01T00:30:00Z"})
        assert not watching._is_due(archive, "https://example.org/feed")
        monkeypatch.setattr(watching, "now", lambda: "2026-01-01T00:00:00Z")
        assert watching._is_due(archive, "https://example.org/feed")


def test_a_clock_that_was_set_back_mixes_up_no_judgements(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.archive import store

    with Archive.open(archive) as found:
        ref = found.entries(limit=1)[0].ref
        for moment, verdict in (("2035-01-01T00:00:00Z", "reject"), ("2026-01-01T00:00:00Z", "accept")):
            monkeypatch.setattr(store, "now", lambda moment=moment: moment)
            found.judge(ref, verdict, author="Ada")
        assert next(k for k in found.entries(limit=None) if k.ref == ref).verdict == "accept"


# -- reports without end

TALKS = "Norway rejected Iceland's offer of talks in round %d. "


def test_a_very_long_report_is_read_to_a_bound_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "FAR", 600)
    text = "".join(TALKS % i for i in range(40))
    record = reader.read_report(Report(text), gated=False)
    last = max(e.end for entry in record.entries() for e in entry.evidence)
    assert 400 < last <= 600
    assert record.warnings == ["too long: of 40 sentences that may tell something only the first 11 were read"]


def test_one_sentence_beyond_all_bounds_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "FAR", 20)
    assert reader.read_report(Report("Norway rejected Iceland's offer of talks."), gated=False).acts


def test_of_a_long_report_the_first_sentences_are_read_in_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "MOST", 1)
    text = "".join(TALKS % i for i in range(40))
    record = reader.read_report(Report(text), gated=False)
    (told,) = record.warnings
    assert told.startswith("long: of 40 sentences read only the first ")
    fast = reader.read_report(Report(text), gated=False, fast=True)
    assert fast.warnings == []
    late = [[(a.kind, a.actors) for a in r.acts if a.evidence[0].start > len(text) - 200] for r in (record, fast)]
    assert late[0] == late[1] != []


def test_spacy_forgets_words_once_it_knows_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Report("Norway rejected the offer of the Zwirgulonian envoy Brandukaskel on Friday.")
    before = reader.read_report(said)
    monkeypatch.setattr(language, "KNOWN", 0)
    strings = len(language.pipeline().vocab.strings)
    for number in range(20):
        name = "".join(chr(97 + (number * k) % 26) for k in range(1, 9))
        assert reader.read_report(Report(f"Norway rejected the offer of the envoy X{name}ov on Friday.")).acts
    assert len(language.pipeline().vocab.strings) == strings
    assert reader.read_report(said) == before


# -- lines with many readings


@pytest.mark.parametrize(
    "line",
    [
        "by " + "A" * 300 + "!", "skip to " + "a" * 600 + "!a", "0" * 60 + "x",
        "a · " * 40 + "z" * 90, "a | " * 60 + "z" * 90, "©" * 60 + "x" * 620, "Share " + "1" * 50 + " x",
    ],
)  # fmt: skip
def test_a_line_that_can_be_cut_in_many_ways_is_no_furniture_and_takes_no_time(line: str) -> None:
    with time_limit(20):  # before, none of them came to an end
        assert furniture.kind(line) == ""


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("The envoys leave the hall in Geneva [File Photo]", "caption"),
        ("The envoys leave the hall in Geneva (PICTURE: B. Writer)", "caption"),
        ("The envoys leave the hall AFP/B. Writer", "caption"),
        ("The envoys leave the hall. Getty Images", "caption"),
        ("Your Web Browser is out of date and this page may not look right", "menu"),
        ("Please enable JavaScript to see the comments", "menu"),
        ("By staying here you accept Cookies from us and our partners", "menu"),
        ("This page and what stands on it: All Rights Reserved by the Herald", "end"),
        ("Geneva talks open, envoys say ///", "slug"),
        ("The envoys accept the picture that the browser shows / on Friday", ""),
    ],
)
def test_what_is_looked_for_first_in_a_line_hides_no_furniture(line: str, kind: str) -> None:
    assert furniture.kind(line) == kind


# -- long sentences and reports of many rounds


def test_of_a_sentence_that_is_cut_the_tree_has_the_text_that_was_parsed() -> None:
    for text in ("Norway  met\nIceland on Friday.", "Norway and Iceland met, " * 100, ""):
        sentence = language.Sentence(1, 0, len(text), text)
        language.parse([sentence])
        assert sentence.doc is not None
        assert sentence.doc.text == "".join(t.text + t.whitespace_ for t in sentence.doc)
        assert len(sentence.doc) <= language.LONGEST


def test_days_are_not_looked_for_in_what_is_not_parsed() -> None:
    text = "Norway will pay on May 3, 2005, and then again " * 1000
    found = language.Sentence(1, 0, len(text), text).dates(None, "")
    assert 0 < len(found) < 600


def test_a_report_of_acronyms_takes_no_time() -> None:
    numbers = range(6000)
    text = "".join(f"The Free A{chr(97 + n % 26)}r{n} Party (F{n}P) met Norway. " for n in numbers)
    text += "".join(f"The Front for the A{chr(97 + n % 26)} Road (FA{chr(65 + n % 26)}R) met Norway. " for n in numbers)
    with time_limit(20):  # minutes, before
        found = parties.cast(Report(text))
    assert "FAAR" in found.aliases


def test_the_last_holder_of_an_office_is_found_without_asking_everyone() -> None:
    chance = random.Random(1)
    for _ in range(100):
        cast = parties.Cast("", 0)
        for _ in range(40):
            role, party = chance.choice(["Envoy", "chief envoy", "king", ""]), chance.choice(["", "CHL", "NOR"])
            cast.members.append(parties.Member("A B", role, party, chance.randrange(50)))
            office, before = chance.choice(["envoy", "king"]), chance.randrange(55)
            holders = [m for m in cast.members if m.start < before and m.party and office in m.role.lower()]
            assert cast.holder(office, before) is (holders[-1] if holders else None)
    many = parties.Cast("", 0, members=[parties.Member("A B", "king", "NOR", n) for n in range(2000)])
    many.holder("king", 1)
    assert steps(lambda: [many.holder("king", n) for n in range(2000)]) < 40_000  # 2,000,000 where each is asked


def steps(work: Callable[[], object]) -> int:
    """How many lines of Detente's own code are run; unlike time it is the same on every machine."""
    ran = 0

    def count(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        nonlocal ran
        ran += event == "line"
        return count if "detente" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return ran


def test_a_report_of_many_rounds_is_written_in_linear_time() -> None:
    states = "Norway Iceland Chad Sudan Peru Chile Kenya Togo Ghana France Spain China".split()

    def reading(rounds: int) -> reader.Reading:
        return reader.examine(Report(" ".join(
            f"{states[n % 12]} and {states[(n // 12 + n + 1) % 12]} will hold round {n % 19 + 1} of talks in May {1990 + n % 37}."
            for n in range(rounds)
        )), fast=True)  # fmt: skip

    few, many = reading(60), reading(240)
    reader.write(few)  # what is kept for the next report is made
    small, large = steps(lambda: reader.write(few)), steps(lambda: reader.write(many))
    assert len(reader.write(many).meetings) > 200
    assert large < 4.6 * small, (small, large)


# -- the network

_NO_NETWORK = """
import socket, sys

def refuse(*arguments, **more):
    raise SystemExit(f"the network was asked for: {arguments}")

connect = socket.socket.connect
socket.socket.connect = lambda self, address: connect(self, address) if self.family == socket.AF_UNIX else refuse(address)
socket.getaddrinfo = socket.create_connection = socket.gethostbyname = refuse
import pkgutil, importlib, detente
for module in pkgutil.walk_packages(detente.__path__, "detente."):
    if "migrations" not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
from detente.cli import main
for arguments in (["read", "REPORT"], ["add", "REPORT"], ["search", "offer"], ["processes"], ["pledges"],
                  ["export", "jsonl"], ["read", "--out", "out", "REPORT"]):
    try:
        main([a.replace("REPORT", sys.argv[1]) for a in arguments])
    except SystemExit as end:
        assert end.code in (0, None), (arguments, end.code)
print("nothing asked for the network")
"""


def test_neither_import_nor_use_asks_for_the_network(tmp_path: Path) -> None:
    report = ROOT / "examples" / "herring.txt"
    ran = subprocess.run(
        [sys.executable, "-c", _NO_NETWORK, str(report)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("nothing asked for the network\n")


def test_asking_for_the_network_would_be_seen(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _NO_NETWORK.replace('["read", "REPORT"]', '["read", "https://example.org/"]'), "x"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode != 0
    assert "the network was asked for" in ran.stderr


def test_a_missing_file_is_an_input_error() -> None:
    with pytest.raises(InputError, match="does not exist"):
        next(open_reports(["none.jsonl"], alone=True))
