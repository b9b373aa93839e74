"""How fast and how large the pages of a large archive are, asked of `detente serve` over loopback.

    python benchmarks/web.py --db /tmp/large.db --reports 100000 --entries 1000000

An archive that is not there is made: the reports of `benchmarks/archive.py`, of which some are followed and then
multiplied with other names, parties and matters, since following a hundred thousand reports of random words takes
hours and is not what is measured here. Prints a table: of each page the mean processor time of the server, which holds
on a busy machine too, the median, the 95th percentile and the longest time as a browser sees it, and its size without a
report's own text; then what is over the limits. Exit code 1 where anything is.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy import Connection, insert, select, text

from archive import CODES, FIRST, STEMS, fill, words
from detente.archive import Archive, database, marks, schema
from detente.archive.following import following
from detente.archive.rows import parties

#: So many reports are followed at first.
SEEDS = 2_000
#: What a page may take, in milliseconds, and weigh, in bytes without a report's own text.
SLOWEST, LARGEST = 200, 150 * 1024
PORT = 8630
#: Names of reports and of talks, and codes of parties: what tells copies apart.
_NAMES = re.compile(rf"\bg\d+\b|\b[A-H][AEIOU][KLMNR]\b|\b(?:{'|'.join(STEMS)})(?= talks)")
#: Columns, and fields of entries, that hold no names.
_KEPT = frozenset([
    "text", "title", "quote", "what", "about", "fingerprint", "marks", "evidence", "kind", "date", "due", "said", "list",
    "layout", "sentences", "warnings", "hash", "print", "stems", "status", "since", "until",
])  # fmt: skip
_PLACE = {word: n for n, word in enumerate(STEMS)}
_RANK = {code: n for n, code in enumerate(CODES)}


# -- the archive


def make(archive: Archive, count: int, each: int) -> None:
    """Fills an archive with `count` reports of `each` entries, followed."""
    seeds = min(SEEDS, count)
    fill(archive, seeds, each)
    following(archive)
    with database.reading(archive.engine) as link:
        rows = {
            name: [dict(r) for r in link.execute(select(schema.tables.tables[name])).mappings()] for name in _TABLES
        }
    for copy in range(1, count // seeds):
        database.write(archive.engine, lambda link, copy=copy: _copy(link, rows, copy, seeds))  # type: ignore[misc]
    with archive.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writes=True) as link:
        link.execute(text("ANALYZE"))


#: The tables that are multiplied, each after those it refers to.
_TABLES = (
    "stories", "reports", "entries", "entry_parties", "filings", "filed_in", "filed_processes", "processes", "promises",
    "promised_by", "promised_to", "statuses", "events", "glances", "seats", "told_in",
)  # fmt: skip
#: Columns with the number of a row of which table.
_NUMBERS = {
    ("stories", "id"): 1, ("stories", "lead"): 1, ("reports", "id"): 1, ("reports", "story_id"): 1, ("entries", "id"): 100,
    ("entries", "report_id"): 1, ("entries", "story_id"): 1, ("entry_parties", "entry_id"): 100, ("filings", "story_id"): 1,
    ("filed_in", "story_id"): 1, ("promises", "id"): 100, ("promised_by", "promise_id"): 100,
    ("promised_to", "promise_id"): 100, ("statuses", "promise_id"): 100, ("events", "id"): 100,
}  # fmt: skip


def _copy(link: Connection, rows: dict[str, list[dict[str, Any]]], copy: int, seeds: int) -> None:
    def name(found: re.Match[str]) -> str:
        word = found[0]
        if word[0] == "g" and word[1:].isdecimal():
            return f"g{int(word[1:]) + copy * seeds}"
        if word in _RANK:
            return CODES[(_RANK[word] + 7 * copy) % len(CODES)]
        return STEMS[(_PLACE[word] + 3 * copy) % len(STEMS)]

    def value(table: str, column: str, old: Any) -> Any:
        if by := _NUMBERS.get((table, column)):
            return old + by * copy * seeds
        if column in _KEPT:
            return old
        if isinstance(old, bytes):
            try:
                return zlib.compress(_NAMES.sub(name, zlib.decompress(old).decode()).encode(), 1)
            except (zlib.error, UnicodeDecodeError):
                return old
        if isinstance(old, list):
            return [value(table, column, one) for one in old]
        if isinstance(old, dict):
            return {key: value(table, key, one) for key, one in old.items()}
        return _NAMES.sub(name, old) if isinstance(old, str) else old

    for table in _TABLES:
        made = [{column: value(table, column, old) for column, old in row.items()} for row in rows[table]]
        for row in made:
            if table == "reports":
                row["hash"] = f"{row['id']:064x}"
            if table == "entries":
                row["ref"] = f"{row['report_id']:06x}{row['position']:04x}"
                row["marks"] = marks.of_entry(row["list"], row["kind"], row["said"], parties(row["payload"]))
        if made:
            link.execute(insert(schema.tables.tables[table]), made)


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


def ask(client: httpx.Client, address: str) -> tuple[float, int, int]:
    """One page: milliseconds, bytes without a report's own text, status."""
    started = time.perf_counter()
    answer = client.get(address)
    taken = 1000 * (time.perf_counter() - started)
    size = len(answer.content)
    article = re.search(rb"<article[^>]*>(.*?)</article>", answer.content, re.S)
    if address.startswith("/reports/") and article:
        size -= len(re.sub(rb"<[^>]+>", b"", article[1]))
    return taken, size, answer.status_code


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
        if archive.counts()["revisions"] == 0:
            started = time.perf_counter()
            make(archive, options.reports, options.entries // options.reports)
            print(f"made in {time.perf_counter() - started:.0f} s", flush=True)
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
            if any(status != 200 for _, _, status in found):
                over.append(f"{name}: status {max(status for _, _, status in found)}")
            taken = sorted(ms for ms, _, _ in found)
            p95, size = taken[max(0, int(0.95 * len(taken)) - 1)], max(size for _, size, _ in found)
            if p95 > SLOWEST or size > LARGEST:
                over.append(f"{name}: {p95:.0f} ms, {size / 1024:.0f} KB")
            print(
                f"| {name} | {worked:.0f} | {statistics.median(taken):.0f} | {p95:.0f} | {taken[-1]:.0f} | {size / 1024:.0f} |",
                flush=True,
            )
    print(f"over {SLOWEST} ms (p95) or {LARGEST >> 10} KB: " + ("; ".join(over) or "none"))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
