"""How fast a large archive answers: makes one of N reports and M entries, and prints p95 of what people ask.

    python benchmarks/archive.py --db /tmp/large.db --reports 100000 --entries 1000000
    python benchmarks/archive.py --db postgresql://me@/large?host=/run/postgresql

    python benchmarks/archive.py --db /tmp/growing.db --growth 1000 10000 100000

An archive that has the reports already is only asked. With --growth it is filled to each of these sizes in turn, and then
takes in fifty reports as `detente add` does, but for their reading: what adding and asking take as it grows. With --search nothing is followed, and only what needs no following
is asked. On a machine that others use too, the processor time tells more than the clock; with PostgreSQL the server's own
is not in it.

Words, parties and kinds are drawn as unevenly as
in real reports, so that some words are in every tenth entry and most in few.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from sqlalchemy import insert, text

from detente.archive import Archive, database, marks
from detente.archive.following import following
from detente.archive.rows import columns, parties
from detente.archive.schema import entries, entry_parties, reports, stories
from detente.record import TABLE_KINDS, Act, Evidence, Record
from detente.report import Report

CODES = [f"{a}{b}{c}" for a in "ABCDEFGH" for b in "AEIOU" for c in "KLMNR"]
STEMS = [a + b + c for a in ("quo", "bor", "pri", "tal", "fle", "gran", "mer", "vis") for b in ("ta", "de", "so", "li", "ne", "ro", "ka") for c in ("n", "r", "s", "l", "m", "t", "nd", "rk", "st", "lt")]  # fmt: skip
FIRST = dt.date(1995, 1, 1)
#: So many reports tell of each series of talks, which has two parties and a name of its own.
EACH = 100


def words(chance: random.Random, number: int) -> str:
    """Words as uneven as in language: the commonest stands in a tenth of all places."""
    return " ".join(STEMS[min(int(chance.paretovariate(0.6)) - 1, 10**6) % len(STEMS)] for _ in range(number))


def fill(archive: Archive, count: int, per_report: int, after: int = 0) -> None:
    """Puts generated reports and entries in, past the reader, those with numbers beyond `after`."""
    chance = random.Random(1 + after)
    for first in range(after + 1, count + 1, 2000):
        block = list(_rows(chance, range(first, min(first + 2000, count + 1)), per_report, max(1, count // EACH)))
        database.write(archive.engine, lambda link, block=block: _insert(link, block))  # type: ignore[misc]
    with archive.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writes=True) as link:
        link.execute(text("ANALYZE"))


def _rows(
    chance: random.Random, ids: range, per_report: int, talks: int
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for id in ids:
        day = (FIRST + dt.timedelta(days=id * 10_000 // (talks * EACH))).isoformat()
        body = words(chance, 250)
        report = {
            "id": id, "name": f"g{id}", "revision": 1, "current": True, "key": f"g{id}", "url": "", "hash": f"{id:064x}",
            "story_id": id, "title": words(chance, 7), "date": day, "source": f"generated:{id}", "text": body, "size": len(body),
            "layout": {"body": [0, len(body)], "skips": []}, "warnings": [], "sentences": [], "reader": "0", "lexicon": "0",
            "added": "2026-01-01T00:00:00Z", "marks": marks.of_report(day),
        }  # fmt: skip
        yield report, [_entry(chance, id, place, day, talks) for place in range(per_report)]


@cache
def series(number: int) -> tuple[tuple[str, ...], str]:
    """The parties and the matter of a series of talks; some parties sit in many."""
    chance = random.Random(number)
    actors = chance.sample(CODES, 2, counts=[1 + 2000 // (20 + n) for n in range(len(CODES))])
    return tuple(actors) if actors[0] != actors[1] else ("USA", actors[0]), chance.choice(STEMS)


def _entry(chance: random.Random, report: int, place: int, day: str, talks: int) -> dict[str, Any]:
    parties_to_it, matter = series(report % talks)
    actors = chance.sample(parties_to_it, 2)
    quote = words(chance, 22)
    sort = chance.choices(("acts", "meetings", "pledges"), (7, 2, 1))[0]
    payload: dict[str, Any] = {"confidence": 0.7, "evidence": [{"start": 0, "end": len(quote), "quote": quote}]}
    if sort == "acts":
        payload |= {
            "kind": chance.choice(TABLE_KINDS),
            "actors": actors[:1],
            "targets": actors[1:],
            "about": words(chance, 6),
        }
    elif sort == "meetings":
        ordinal = 1 + report // talks // 5
        payload |= {"name": f"{matter} talks", "ordinal": ordinal, "start": day, "end": day, "parties": actors,
                    "status": "ended", "level": "", "place": "", "delegates": [], "outcome": ""}  # fmt: skip
    else:
        payload |= {"by": actors[:1], "to": actors[1:], "what": words(chance, 6), "due": day[:7]}
    row = columns(sort, payload, day)
    return row | {"ref": f"{report:06x}{place:04x}", "report_id": report, "story_id": report, "list": sort,
                  "position": place, "counted": True, "id": report * 100 + place}  # fmt: skip


def _insert(link: Any, block: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> None:
    link.execute(insert(stories), [{"id": r["id"], "lead": r["id"]} for r, _ in block])
    link.execute(insert(reports), [r for r, _ in block])
    found = [e for _, es in block for e in es]
    link.execute(insert(entries), found)
    involved = [
        {"entry_id": e["id"], "role": role, "code": code} for e in found for role, code in parties(e["payload"])
    ]
    link.execute(insert(entry_parties), involved)


def questions(archive: Archive, chance: random.Random, search: bool = False) -> dict[str, Callable[[], Any]]:
    """What is asked, each time with other words and parties."""

    def word() -> str:
        return words(chance, 1)

    def code() -> str:
        return CODES[min(int(chance.paretovariate(0.8)) - 1, 199)]

    def stretch(days: int) -> dict[str, dt.date]:
        since = FIRST + dt.timedelta(days=chance.randrange(9000))
        return {"since": since, "until": since + dt.timedelta(days=days)}

    return {
        "search, one word": lambda: archive.search(word()),
        "search, two words": lambda: archive.search(f"{word()} {word()}"),
        "search, word, kind and actor": lambda: archive.search(word(), kinds="demand", actors=code()),
        "search, word within a month": lambda: archive.search(word(), **stretch(30)),
        "entries of a kind": lambda: archive.entries(kinds=chance.choice(TABLE_KINDS)),
        "entries of a party": lambda: archive.entries(parties=code()),
        "pledges of an actor within a year": lambda: archive.entries(kinds="pledges", actors=code(), **stretch(365)),
        "the latest entries": lambda: archive.entries(),
    } | ({} if search else _about_talks(archive, chance, code))


def _about_talks(archive: Archive, chance: random.Random, code: Callable[[], str]) -> dict[str, Callable[[], Any]]:
    """What is asked of the talks; each question first sees whether anything is new in the archive."""
    names = [p.id for p in chance.sample(following(archive).processes, 100)]

    def day(days: int) -> str:
        return (dt.date.fromisoformat(following(archive).as_of) + dt.timedelta(days)).isoformat()

    soon = day(30)
    return {
        "the table of a process": lambda: following(archive).table(chance.choice(names)).rows,
        "the table of a process as of a day": lambda: following(archive).table(chance.choice(names), day(-3652)).rows,
        "the pledges of a process": lambda: following(archive).pledges(process=chance.choice(names)),
        "the timeline of a process": lambda: following(archive).timeline(chance.choice(names)),
        "overdue pledges of a party": lambda: following(archive).pledges(status=["overdue"], by=code()),
        "pledges due within a month": lambda: following(archive).pledges(
            status=["open", "due soon"], due_before=soon
        ),
        "what moved in a week": lambda: following(archive).changes(day(-7)),
        "the table of a process, read only to a day": lambda: following(archive, day(-3652)).table(chance.choice(names)).rows,
    }  # fmt: skip


#: So many reports are added at each size.
ADDED = 50


def growth(archive: Archive, sizes: list[int], per_report: int, times: int) -> None:
    """Prints for each size what adding a report and asking take; each added report has its own words and entries."""
    chance = random.Random(3)
    print("| reports | | median, ms | p95, ms | median of our own processor time, ms |\n|---|---|---|---|---|")
    before = 0
    for size in sizes:
        fill(archive, size, per_report, before)
        before = size + SPARE
        archive.add(_report(chance, size), read=_read)
        new = [_report(chance, number) for number in range(size + 1, size + 1 + ADDED)]
        asked = [words(chance, 1) for _ in range(times)]
        for what, taken in (
            ("adding one", [_taken(partial(archive.add, report, read=_read)) for report in new]),
            ("a search", [_taken(partial(archive.search, word)) for word in asked]),
        ):
            clock, own = (sorted(each) for each in zip(*taken, strict=True))
            p95 = clock[int(0.95 * len(clock)) - 1]
            print(
                f"| {size:,} | {what} | {statistics.median(clock):.0f} | {p95:.0f} | {statistics.median(own):.0f} |",
                flush=True,
            )


#: Numbers that are left free for the reports that are added between.
SPARE = 1000


def _taken(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of processor time."""
    started, at_work = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - at_work)


def _report(chance: random.Random, number: int) -> Report:
    """A report like those that `fill` makes."""
    return Report(
        words(chance, 250), id=f"added{number}", title=words(chance, 7), date=FIRST + dt.timedelta(days=number % 9000)
    )


def _read(report: Report) -> Record:
    """A record of ten acts, one for each stretch of the report, without reading."""
    acts = []
    for n in range(10):
        quote = report.text[120 * n : 120 * n + 100]
        one, other = series(len(quote) * n)[0]
        about = Evidence(120 * n, 120 * n + len(quote), quote)
        acts.append(
            Act(kind="reject", actors=[one], targets=[other], about=quote[:40], evidence=[about], confidence=0.7)
        )
    day = report.date.isoformat() if report.date else ""
    return Record(id=report.id, title=report.title, date=day, text=report.text, acts=acts, version="generated")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--db", required=True)
    given.add_argument("--reports", type=int, default=100_000)
    given.add_argument("--entries", type=int, default=1_000_000)
    given.add_argument("--times", type=int, default=100, help="how often each question is asked")
    given.add_argument(
        "--growth", type=int, nargs="*", metavar="REPORTS", help="sizes to fill an empty archive to, in order"
    )
    given.add_argument("--search", action="store_true", help="ask only what needs no following")
    options = given.parse_args()
    with Archive.open(options.db) as archive:
        if options.growth:
            growth(archive, options.growth, options.entries // options.reports, options.times)
            return
        if archive.counts()["revisions"] == 0:
            started = time.perf_counter()
            fill(archive, options.reports, options.entries // options.reports)
            print(f"made in {time.perf_counter() - started:.0f} s", flush=True)
        if not options.search:
            started = time.perf_counter()
            following(archive)
            print(f"followed in {time.perf_counter() - started:.0f} s", flush=True)
        print(archive.counts())
        print("| question | median, ms | p95, ms | p95 of our own processor time, ms | found |\n|---|---|---|---|---|")
        for name, ask in questions(archive, random.Random(2), options.search).items():
            taken, worked, found = [], [], 0
            for _ in range(options.times):
                started, at_work = time.perf_counter(), time.process_time()
                answer = ask()
                taken.append(1000 * (time.perf_counter() - started))
                worked.append(1000 * (time.process_time() - at_work))
                found += len(answer if isinstance(answer, list | tuple) else answer.entries) > 0
            p95, cpu = (sorted(each)[int(0.95 * len(each)) - 1] for each in (taken, worked))
            share = f"{found / options.times:.0%}"
            print(f"| {name} | {statistics.median(taken):.0f} | {p95:.0f} | {cpu:.0f} | {share} |", flush=True)


if __name__ == "__main__":
    main()
