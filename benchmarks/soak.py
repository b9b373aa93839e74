"""Adding, reading and serving at once, for a long time, with memory watched.

    python benchmarks/soak.py CORPUS.jsonl.gz [--minutes N] [--warm MINUTES]

Four processes share one archive: one adds reports of the corpus, revised each time it comes round, with one process
reading ahead; one reads reports and checks their quotes; `detente serve` answers; one asks it for pages, searches and
records. Every ten seconds the memory of each is noted. Prints what each did, its errors, and its memory after warm-up
and at the end; exit code 1 on any error, and where memory grew by more than 5 %.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGES = ("/", "/index.json", "/pledges", "/pledges.json", "/search?q=talks", "/search?q=offer&kind=reject", "/parties", "/reports.json", "/changes", "/review")  # fmt: skip
#: So many reports are added and revised over and over; the archive keeps every revision.
FEW = 150


def memory(process: int) -> float:
    """Resident MiB of a process; 0 where it has ended."""
    try:
        words = Path(f"/proc/{process}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in words.splitlines() if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return 0.0


def add(corpus: str, db: str) -> None:
    """Adds reports, and again with another last sentence: each round revises all of them."""
    from detente.archive import Archive
    from speed import reports

    found = list(itertools.islice(reports(Path(corpus)), 0, None, 16))[:FEW]
    with Archive.open(db) as archive:
        for turn in itertools.count():
            for number, report in enumerate(found):
                text = f"{report.text}\n\nThe agency sent this {turn + 1} times."
                archive.add(dataclasses.replace(report, text=text, id=f"r{number}", source="", body=(0, -1)))
                print(turn, number, flush=True)


def read(corpus: str, db: str) -> None:
    """Reads reports one after the other and checks that their quotes are true."""
    from detente.reader import read_report
    from speed import reports

    found = list(itertools.islice(reports(Path(corpus)), 7, None, 16))[:FEW]
    for turn in itertools.count():
        for number, report in enumerate(found):
            for entry in read_report(report).entries():
                assert all(report.text[e.start : e.end] == e.quote for e in entry.evidence), entry
            print(turn, number, flush=True)


def ask(address: str, db: str) -> None:
    """Asks the app for one page after the other."""
    import httpx

    with httpx.Client(base_url=address, timeout=120) as client:
        for turn in itertools.count():
            for number, page in enumerate(PAGES):
                answer = client.get(page)
                assert answer.status_code == 200, (page, answer.status_code, answer.text[:300])
                print(turn, number, flush=True)


def _free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def _until_it_listens(port: int) -> None:
    for _ in range(6000):
        with socket.socket() as own:
            if own.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the app does not listen")


def main() -> int:
    if sys.argv[1:2] == ["--do"]:
        {"add": add, "read": read, "ask": ask}[sys.argv[2]](*sys.argv[3:])
    parser = argparse.ArgumentParser(description="Adding, reading and serving at once.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--warm", type=float, default=5, help="minutes after which memory is to be flat (default 5)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return soak(arguments.corpus, arguments.minutes, arguments.warm, Path(folder))


def soak(corpus: Path, minutes: float, warm: float, folder: Path) -> int:
    """Runs all four, and tells how they fared."""
    db, port = str(folder / "soak.db"), _free_port()
    python = [sys.executable, __file__, "--do"]
    commands = {
        "add": [*python, "add", str(corpus), db],
        "read": [*python, "read", str(corpus), db],
        "serve": [sys.executable, "-m", "detente", "serve", "--db", db, "--port", str(port)],
        "ask": [*python, "ask", f"http://127.0.0.1:{port}", db],
    }
    running: dict[str, subprocess.Popen[bytes]] = {}
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for name, command in commands.items():
        if name == "ask":
            _until_it_listens(port)
        with (folder / f"{name}.out").open("wb") as out, (folder / f"{name}.err").open("wb") as err:
            running[name] = subprocess.Popen(command, stdout=out, stderr=err)
    start = time.monotonic()
    try:
        while (past := (time.monotonic() - start) / 60) < minutes and all(p.poll() is None for p in running.values()):
            for name, process in running.items():
                seen[name].append((past, memory(process.pid)))
            time.sleep(10)
        ended = [name for name, process in running.items() if process.poll() is not None]
    finally:
        for process in running.values():
            if process.poll() is None:
                os.kill(process.pid, signal.SIGTERM)
            process.wait()
    return _told(folder, seen, ended, warm)


def _told(folder: Path, seen: dict[str, list[tuple[float, float]]], ended: list[str], warm: float) -> int:
    bad = bool(ended)
    print(f"{'':8}{'done':>8}{'MiB warm':>10}{'MiB at end':>12}{'most':>7}{'growth':>8}")
    for name, values in seen.items():
        after = [m for at, m in values if at >= warm] or [m for _, m in values]
        fifth = max(1, len(after) // 5)
        first, last = statistics.median(after[:fifth]), statistics.median(after[-fifth:])
        growth = last / first - 1
        done = sum(1 for _ in (folder / f"{name}.out").open("rb"))
        flat = growth <= 0.05
        bad |= not flat
        print(f"{name:8}{done:8}{first:10.0f}{last:12.0f}{max(after):7.0f}{growth:8.1%}{'' if flat else '  GROWS'}")
        if name in ended:
            print(f"  ended: {(folder / f'{name}.err').read_text(errors='replace')[-2000:]}")
    print(f"archive: {(folder / 'soak.db').stat().st_size / 1e6:.0f} MB")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
