"""How fast and how large the pages of a large archive are, asked of `detente serve` over loopback.

    python benchmarks/web.py --db /tmp/large.db --reports 100000 --entries 1000000

An archive that is not there is made: the reports and entries of `benchmarks/archive.py`, and the answers to what is asked
of their talks. These are found for twenty of the series of talks, and given to the others with their own names,
parties and reports: following a hundred thousand reports takes hours, and is not what is measured here. Prints a
table: of each page the mean processor time of the server, which holds on a busy machine too, the median, the 95th
percentile and the longest time as a browser sees it, and its size without a report's own text; then what is over the
limits. Exit code 1 where anything is. `--db` takes the address of an empty database of PostgreSQL as well.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy import Connection, insert, select, text, update

from archive import EACH, FIRST, fill, series, words
from detente.archive import Archive, database, glances, schema
from detente.archive.following import following

#: So many series of talks are followed; a page may take so many milliseconds and bytes without a report's own text. JSON, which
#: programs read, may be larger.
FOLLOWED, SLOWEST, LARGEST = 20, 200, 150 * 1024
PORT = 8630


# -- the archive


def make(db: str, count: int, each: int) -> None:
    """Fills an archive with `count` reports of `each` entries, and with the answers to what is asked of their talks."""
    with Archive.open(db) as archive:
        if archive.counts()["revisions"] == 0:
            fill(archive, count, each)
        with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder) / "seeds.db") as seeds:
            fill(seeds, FOLLOWED * EACH, each)
            following(seeds)
            with database.reading(seeds.engine) as link:
                rows = {name: [dict(r) for r in link.execute(select(_table(name))).mappings()] for name in _TABLES}
        talks = count // EACH
        for copy in range(talks // FOLLOWED):
            database.write(archive.engine, lambda link, copy=copy: _answers(link, rows, copy, talks, count))  # type: ignore[misc]
        database.write(archive.engine, lambda link: _end(link, rows["meta"]))
        with archive.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writes=True) as link:
            # PostgreSQL would do the same by itself, but minutes later
            link.execute(text("ANALYZE" if archive.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))


#: The tables that answers are kept in, each after those it refers to; `meta` tells that all is answered.
_TABLES = (
    "filings", "filed_processes", "filed_in", "processes", "promises", "promised_by", "promised_to", "statuses", "events",
    "glances", "seats", "told_in", "meta",
)  # fmt: skip
#: Columns in which rows are numbered, and columns that hold no names.
_NUMBERS = {("promises", "id"), ("promised_by", "promise_id"), ("promised_to", "promise_id"), ("statuses", "promise_id"), ("events", "id")}  # fmt: skip
_KEPT = frozenset(["date", "due", "print", "since", "status", "stems", "until", "told_at"])


def _table(name: str) -> Any:
    return schema.tables.tables[name]


def _answers(link: Connection, rows: dict[str, list[dict[str, Any]]], copy: int, talks: int, count: int) -> None:
    """The answers to what is asked of the followed talks, given to other talks: their reports, parties and matters."""
    series = {row["id"]: _number(row["process"]) % FOLLOWED for row in rows["promises"]}

    def of(table: str, row: dict[str, Any]) -> int:
        """Which of the followed series a row belongs to."""
        if "promise_id" in row:
            return series[row["promise_id"]]
        if "story_id" in row:
            return int(row["story_id"]) % FOLLOWED
        return _number(row["id"] if table in ("processes", "filed_processes") else row["process"]) % FOLLOWED

    def place(report: int) -> int:
        return ((report // FOLLOWED) * talks + copy * FOLLOWED + report % FOLLOWED - 1) % count + 1

    namers = [_namer(one, copy * FOLLOWED + one, place) for one in range(FOLLOWED)]
    for table in _TABLES[:-1]:
        made = []
        for row in rows[table]:
            name = namers[of(table, row)]
            made.append({column: _value(table, column, old, name, place, copy) for column, old in row.items()})
        for at in range(0, len(made), 5000):
            link.execute(insert(_table(table)), made[at : at + 5000])


def _value(
    table: str, column: str, old: Any, name: Callable[[str], str], place: Callable[[int], int], copy: int
) -> Any:  # fmt: skip
    if (table, column) in _NUMBERS:
        return old + copy * 1_000_000
    if column == "story_id":
        return place(old)
    if isinstance(old, bytes) and column != "stems":
        return zlib.compress(name(zlib.decompress(old).decode()).encode(), 1)
    if isinstance(old, list):
        return json.loads(name(json.dumps(old)))
    return name(old) if isinstance(old, str) and column not in _KEPT else old


def _namer(old: int, new: int, place: Callable[[int], int]) -> Callable[[str], str]:
    """Gives what is told of one series of talks the names of another."""
    (mine, matter), (theirs, other) = series(old), series(new)
    codes = dict(zip(mine, theirs, strict=True))
    found = re.compile(rf"\bg(\d+)\b|\b(?:{'|'.join(mine)})\b|\b{matter}(?= talks)")

    def name(match: re.Match[str]) -> str:
        if match[1]:
            return f"g{place(int(match[1]))}"
        return codes.get(match[0], other)

    return lambda words: found.sub(name, words)


def _number(process: str) -> int:
    return int(process.partition(":")[0][1:])


def _end(link: Connection, meta: list[dict[str, Any]]) -> None:
    link.execute(update(schema.stories).values(followed=True))
    told = ("rules", "filings", "answered", "linkages")
    link.execute(insert(schema.meta), [row for row in meta if row["key"] in told])


# -- the pages


def pages(archive: Archive, chance: random.Random) -> dict[str, Callable[[], str]]:
    """Addresses, each time of other processes, parties, reports and words."""
    with database.reading(archive.engine) as link:
        p, r, s = schema.processes.c, schema.reports.c, schema.seats.c
        ids = [quote(id, safe="") for id in link.execute(select(p.id)).scalars()]
        names = list(link.execute(select(r.name).order_by(r.id).limit(100_000)).scalars())
        codes = list(link.execute(select(s.code).where(s.sits).distinct()).scalars())
    last = (FIRST.year + 27, 5)

    def process() -> str:
        return "/processes/" + chance.choice(ids)

    def word() -> str:
        return words(chance, 1)

    def day() -> str:
        return f"{chance.randrange(FIRST.year + 1, last[0])}-0{chance.randrange(1, 10)}-15"

    def issue() -> str:
        # found on the page of the issues of the same process, out of what is measured
        return chance.choice(_issues(process()))

    return {
        "home": lambda: "/", "home, a later page": lambda: f"/?page={chance.randrange(2, 40)}",
        "process": process, "process as of a day": lambda: f"{process()}?at={day()}",
        "process, more issues": lambda: f"{process()}?issues={chance.randrange(2, 9)}",
        "issues": lambda: process() + "/issues", "issue": issue, "compare": lambda: f"{process()}/compare?to={day()}",
        "pledges, the board": lambda: "/pledges",
        "pledges of a status": lambda: f"/pledges?status={chance.choice(['overdue', 'lapsed', 'due+soon', 'open'])}",
        "pledges of a status, a later page": lambda: f"/pledges?status=lapsed&page={chance.randrange(2, 2000)}",
        "pledges of a party": lambda: f"/pledges?party={chance.choice(codes)}",
        "pledges of a process": lambda: f"/pledges?process={chance.choice(ids)}",
        "changes": lambda: "/changes", "changes in a process": lambda: f"/changes?process={chance.choice(ids)}",
        "search, one word": lambda: f"/search?q={word()}", "search, two words": lambda: f"/search?q={word()}+{word()}",
        "search, a kind and a party": lambda: f"/search?kind=demand&party={chance.choice(codes)}",
        "search in a process": lambda: f"/search?q={word()}&process={chance.choice(ids)}",
        "search, without words": lambda: f"/search?page={chance.randrange(1, 9)}",
        "parties": lambda: "/parties", "party": lambda: f"/parties/{chance.choice(codes)}",
        "reports": lambda: "/reports", "reports, a later page": lambda: f"/reports?page={chance.randrange(2, 2000)}",
        "report": lambda: f"/reports/{chance.choice(names)}", "review": lambda: "/review", "add": lambda: "/add",
        "process, JSON": lambda: process() + ".json", "pledges, JSON": lambda: "/pledges.json",
        "pledges, calendar": lambda: f"/pledges.ics?party={chance.choice(codes)}",
        "changes, feed": lambda: "/changes.atom", "overdue, feed": lambda: "/overdue.atom",
    }  # fmt: skip


_issue_addresses: dict[str, list[str]] = {}


def _issues(process: str) -> list[str]:
    if process not in _issue_addresses:
        told = httpx.get(f"http://127.0.0.1:{PORT}{process}/issues.json", timeout=60).json()
        _issue_addresses[process] = [f"{process}/issues/{one['key']}" for one in told["issues"]]
    return _issue_addresses[process]


def ask(client: httpx.Client, address: str) -> tuple[float, int, int, bool]:
    """One page: milliseconds, bytes without a report's own text, status, whether it is a page for people."""
    started = time.perf_counter()
    answer = client.get(address)
    taken = 1000 * (time.perf_counter() - started)
    size = len(answer.content)
    article = re.search(rb"<article[^>]*>(.*?)</article>", answer.content, re.S)
    if address.startswith("/reports/") and article:
        size -= len(re.sub(rb"<[^>]+>", b"", article[1]))
    return taken, size, answer.status_code, answer.headers["content-type"].startswith("text/html")


def busy(pid: int) -> float:
    """Milliseconds of processor time that a process has used."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def served(db: str) -> Iterator[tuple[httpx.Client, int]]:
    """A client of the archive, served in a process of its own, and the number of that process."""
    command = [str(Path(sys.executable).with_name("detente")), "serve", "--db", db, "--port", str(PORT)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=120) as client:
            for _ in range(300):
                try:
                    client.get("/static/app.css")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield client, server.pid
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--db", required=True)
    given.add_argument("--reports", type=int, default=100_000)
    given.add_argument("--entries", type=int, default=1_000_000)
    given.add_argument("--times", type=int, default=30, help="how often each page is asked for")
    given.add_argument("--only", default="", help="only pages with these letters in their name")
    options = given.parse_args()
    with Archive.open(options.db) as archive:
        made = glances.count(archive) > 0
    if not made:
        started = time.perf_counter()
        make(options.db, options.reports, options.entries // options.reports)
        print(f"made in {time.perf_counter() - started:.0f} s", flush=True)
    with Archive.open(options.db) as archive:
        print(archive.counts())
        asked = pages(archive, random.Random(3))
    over = []
    print("| page | processor, ms | median, ms | p95, ms | longest, ms | largest, KB |\n|---|---|---|---|---|---|")
    for client, pid in served(options.db):
        for name, address in asked.items():
            if options.only not in name:
                continue
            addresses = [address() for _ in range(options.times)]
            before = busy(pid)
            found = [ask(client, one) for one in addresses]
            worked = (busy(pid) - before) / len(found)
            if any(status != 200 for _, _, status, _ in found):
                over.append(f"{name}: status {max(status for _, _, status, _ in found)}")
            taken = sorted(ms for ms, _, _, _ in found)
            p95, size = taken[max(0, int(0.95 * len(taken)) - 1)], max(size for _, size, _, _ in found)
            if p95 > SLOWEST or (size > LARGEST and found[0][3]):
                over.append(f"{name}: {p95:.0f} ms, {size / 1024:.0f} KB")
            print(
                f"| {name} | {worked:.0f} | {statistics.median(taken):.0f} | {p95:.0f} | {taken[-1]:.0f} | {size / 1024:.0f} |",
                flush=True,
            )
    print(f"over {SLOWEST} ms (p95) or {LARGEST >> 10} KB: " + ("; ".join(over) or "none"))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
