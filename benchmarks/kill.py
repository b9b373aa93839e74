"""Kills a run that adds reports at random moments and shows whether the archive stays whole and ends up the same.

    python benchmarks/kill.py ../shared/corpus/newswire.jsonl.gz --reports 300 --moments 50
    python benchmarks/kill.py ../shared/corpus/newswire.jsonl.gz

    python benchmarks/kill.py CORPUS --plain

With --plain words in capitals are taken for parties instead of reading the reports: what is tried is the archive alone, and
nearly all moments fall into its writing. First the reports are added without disturbance. Then `detente add` is run on a new archive and killed (SIGKILL, with its
children) again and again, at moments spread over the whole run; after each the file must pass SQLite's integrity check,
the check of its references and that of its search index, and each report in it must be complete. A last run goes to
the end, and what is then in the archive is compared with the undisturbed one, entry by entry.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from adding import add_plain, part
from detente.archive import Archive
from detente.cli import main as main_command
from detente.reader import read_report
from detente.report import Report

#: Not empty where reports are not read.
PLAIN: list[str] = []


def adding(db: str, path: Path) -> int:
    """Starts `detente add` in a process of its own, which need not load the reader anew; its id."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    code = 1
    try:
        if PLAIN:
            add_plain(db, path)
        else:
            main_command(["add", "--db", db, str(path)], standalone_mode=False)
        code = 0
    finally:
        os._exit(code)


def run(db: str, path: Path) -> float:
    """Adds all reports; how long that took, in seconds."""
    started = time.perf_counter()
    _, status = os.waitpid(adding(db, path), 0)
    if status:
        raise SystemExit(f"detente add ended with {status}")
    return time.perf_counter() - started


def killed(db: str, path: Path, after: float) -> bool:
    """Starts adding and kills it so many seconds later; whether it was still at work."""
    child, until = adding(db, path), time.perf_counter() + after
    while time.perf_counter() < until:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.002)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def whole(db: str) -> str:
    """What is wrong with an archive's file, "" where nothing is."""
    with sqlite3.connect(db) as link:
        found = link.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            return str(found)
        if wrong := link.execute("PRAGMA foreign_key_check").fetchall():
            return f"{len(wrong)} references to nothing"
        tables = {row[0] for row in link.execute("SELECT name FROM sqlite_master")}
        for index in {"entries_words", "reports_words"} & tables:
            link.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
    return ""


def content(db: str) -> list[object]:
    """All that an archive holds, in an order that does not depend on how it came there."""
    with Archive.open(db) as archive:
        found: list[object] = []
        for stored, record in archive.records(copies=True):
            sources = sorted(s.id for s in stored.sources)
            found.append((stored.id, stored.revision, sources, record.to_dict(text=True)))
        found.append(sorted((k.ref, len(k.sources)) for k in archive.entries(limit=None)))
        return found


def main() -> int:
    """Prints each moment and the outcome; 1 where anything was lost."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("corpus")
    given.add_argument("--reports", type=int)
    given.add_argument("--moments", type=int, default=50)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--plain", action="store_true", help="try the archive alone, without the reader")
    options = given.parse_args()
    PLAIN.extend(["plain"] if options.plain else [])
    chance = random.Random(options.seed)
    if not PLAIN:
        read_report(Report("Norway met Iceland."), fast=True)  # what does not change is loaded once
    with tempfile.TemporaryDirectory() as folder:
        path = part(options.corpus, options.reports, Path(folder))
        empty = Path(folder) / "empty.jsonl"
        empty.write_text(path.open(encoding="utf-8").readline(), encoding="utf-8")
        start = run(str(Path(folder) / "one.db"), empty)  # what it takes until the first report is in
        undisturbed, db = str(Path(folder) / "whole.db"), str(Path(folder) / "killed.db")
        took = run(undisturbed, path)
        print(f"undisturbed: {took:.0f} s, of which {start:.1f} s to start", flush=True)
        each, broken, hit = 2 * max(1.0, took - start) / options.moments, 0, 0
        for moment in range(options.moments):
            # one in ten falls into the start, the others anywhere in what follows
            after = chance.uniform(0.0, start) if moment % 10 == 0 else start + chance.uniform(0.0, each)
            at_work = killed(db, path, after)
            hit += at_work
            if Path(db).exists() and (wrong := whole(db)):
                broken += 1
                print(f"moment {moment}, after {after:.2f} s: {wrong}", flush=True)
            if not at_work:  # it came to the end: the next one begins anew
                for left in Path(folder).glob("killed.db*"):
                    left.unlink()
        run(db, path)
        same = content(db) == content(undisturbed)
    print(f"killed {hit} of {options.moments} times; broken archives: {broken}; content as undisturbed: {same}")
    return 0 if same and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
