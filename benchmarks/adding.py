"""How adding scales: time per report and memory from the start to the end, a second run, two runs at once with readers.

    python benchmarks/adding.py ../shared/corpus/newswire.jsonl.gz
    python benchmarks/adding.py ../shared/corpus/newswire.jsonl.gz --reports 400 --together
    python benchmarks/adding.py ../shared/corpus/newswire.jsonl.gz --together --plain
    python benchmarks/adding.py CORPUS --db postgresql://me@/empty?host=/run/postgresql

Without --db a new SQLite file is made and thrown away. With --together two processes add the same reports to one
archive while this one searches it, and now and then follows what is new, which writes too; then the reports are counted.
With --plain words in capitals are taken for parties instead of reading the reports, so that nearly all the time somebody writes.
"""

from __future__ import annotations

import argparse
import gzip
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from detente.archive import Archive
from detente.archive.following import following
from detente.record import Evidence, Party, Record
from detente.report import Report
from detente.sources import open_reports

PARTS = 5
#: Of so many questions asked meanwhile, one follows what is new.
FOLLOWS = 20


def plain(report: Report) -> Record:
    """A record without reading: each capitalised word is a party."""
    found = [
        Party(code=m[0].lower(), name=m[0], evidence=[Evidence(m.start(), m.end(), m[0])])
        for m in re.finditer(r"\b[A-Z][a-z]+", report.text)
    ]
    return Record(text=report.text, parties=found, version="plain")


def add_plain(db: str, path: Path) -> None:
    """Adds reports without reading them."""
    with Archive.open(db) as archive:
        for report in open_reports([path], same_ids=True):
            archive.add(report, read=plain)


def growth(db: str, corpus: str, reports: int | None) -> None:
    """Adds the reports twice and prints what each fifth took."""
    taken: list[float] = []
    sizes: list[int] = []
    with Archive.open(db) as archive:
        last = time.perf_counter()
        for report in islice(open_reports([corpus], same_ids=True), reports):
            archive.add(report)
            taken.append(time.perf_counter() - last)
            sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            last = time.perf_counter()
        first = archive.counts()
        started = time.perf_counter()
        for report in islice(open_reports([corpus], same_ids=True), reports):
            archive.add(report)
        again = time.perf_counter() - started
        same = archive.counts() == first
    print("| reports | ms a report | median | peak memory, MiB |\n|---|---|---|---|")
    step = max(1, -(-len(taken) // PARTS))
    for at in range(0, len(taken), step):
        part = taken[at : at + step]
        print(
            f"| {at + 1}-{at + len(part)} | {1000 * statistics.fmean(part):.0f} | {1000 * statistics.median(part):.0f} "
            f"| {sizes[min(at + step, len(sizes)) - 1]} |"
        )
    # the reports at the end are other reports than those at the start: words tell what their length explains
    print(f"{len(taken)} reports in {sum(taken):.0f} s; {first}")
    print(f"again in {again:.1f} s, {again / sum(taken):.1%} of the time; nothing changed: {same}")


ADD = "import sys; from detente.cli import main; sys.exit(main(sys.argv[1:]))"
ADD_PLAIN = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import adding; adding.add_plain(*sys.argv[1:])"
)


def command(db: str, path: Path, as_plain: bool = False) -> list[str]:
    """What a user types, as a process."""
    if as_plain:
        return [sys.executable, "-c", ADD_PLAIN, db, str(path)]
    return [sys.executable, "-c", ADD, "add", "--db", db, str(path)]


def part(corpus: str, reports: int | None, folder: Path) -> Path:
    """The first reports of a corpus as a file."""
    path = folder / "part.jsonl"
    raw = Path(corpus).read_bytes()
    lines = (gzip.decompress(raw) if corpus.endswith(".gz") else raw).decode().splitlines(keepends=True)
    path.write_text("".join(lines[:reports]), encoding="utf-8")
    return path


def together(db: str, path: Path, as_plain: bool) -> None:
    """Two processes add the same reports while this one asks; prints how often, and what was lost or doubled."""
    Archive.open(db).close()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command(db, path, as_plain), **quiet) for _ in range(2)]  # type: ignore[call-overload]
    asked: list[float] = []
    followed: list[float] = []
    with Archive.open(db) as archive:
        while any(p.poll() is None for p in both):
            follows = len(asked) % FOLLOWS == FOLLOWS - 1
            started = time.perf_counter()
            if follows and len(followed) <= len(asked) // FOLLOWS:
                following(archive).pledges(status=["overdue"])
                followed.append(time.perf_counter() - started)
                continue
            archive.search("talks", kinds="parties" if as_plain else ())
            archive.counts()
            asked.append(time.perf_counter() - started)
            time.sleep(0.05)
        found = archive.counts()
        names = [stored.id for stored, _ in archive.records(copies=True)]
    errors = [p.stderr.read() for p in both if p.stderr is not None]
    lines = sum(1 for _ in path.open(encoding="utf-8"))
    print(f"exit codes {[p.returncode for p in both]}; {lines} reports given twice; {found}")
    bad = sum("locked" in e or "held by" in e for e in errors)
    print(
        f"doubled: {len(names) - len(set(names))}; 'locked' or 'held' told: {bad}; waited: {sum('waiting' in e for e in errors)}"
    )
    print(f"{len(asked)} questions meanwhile, the slowest {1000 * max(asked):.0f} ms")
    print(f"followed {len(followed)} times meanwhile, the slowest {max(followed, default=0.0):.1f} s")


def main() -> None:
    """Runs one of the two."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("corpus")
    given.add_argument("--db", default="")
    given.add_argument("--reports", type=int)
    given.add_argument("--together", action="store_true")
    given.add_argument(
        "--plain", action="store_true", help="with --together: try the archive alone, without the reader"
    )
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db = options.db or str(Path(folder) / "new.db")
        if options.together:
            together(db, part(options.corpus, options.reports, Path(folder)), options.plain)
        else:
            growth(db, options.corpus, options.reports)


if __name__ == "__main__":
    main()
