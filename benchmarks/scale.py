"""Measures how reading scales: with processes, and with the length of one report.

    python benchmarks/scale.py CORPUS.jsonl.gz [--jobs N …] [--reports N] [--words N …]

Prints words a second for each number of processes of one thread each (their start included), then processor time and peak
memory for single reports of a given length, put together from reports of the corpus; each in its own process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

from detente.jobs import read_all
from detente.reader import read_report
from detente.report import Report
from speed import in_one_thread, reports


def with_jobs(found: list[Report], jobs: int) -> float:
    """Words a second of a batch."""
    start = time.perf_counter()
    for _ in read_all(found, jobs):
        pass
    return sum(len(r.text.split()) for r in found) / (time.perf_counter() - start)


def long_report(found: list[Report], words: int) -> Report:
    """A report of so many words, put together from others."""
    parts: list[str] = []
    for report in cycle(found):
        parts.append(report.text)
        words -= len(report.text.split())
        if words <= 0:
            return Report("\n\n".join(parts), date=dt.date(2005, 9, 16))
    raise ValueError("the corpus is empty")


def alone(report: Report, gated: bool) -> tuple[float, int, int]:
    """Seconds of processor time and MiB that one report takes once the models are loaded, and its entries."""
    read_report(Report("Norway met Iceland."), gated=False)
    start = time.process_time()
    record = read_report(report, gated=gated)
    seconds = time.process_time() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, len(record.entries())


def main() -> None:
    in_one_thread()
    parser = argparse.ArgumentParser(description="How reading scales.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--jobs", nargs="*", type=int, default=[1, 2, 4])
    parser.add_argument("--reports", type=int, default=800, help="how many are read by several processes (default 800)")
    parser.add_argument("--words", nargs="*", type=int, default=[100, 1_000, 10_000, 100_000])
    arguments = parser.parse_args()
    found = list(reports(arguments.corpus))
    some = found[:: max(1, len(found) // arguments.reports)]
    print(f"{len(os.sched_getaffinity(0))} cores\n{'processes':>10}{'words/s':>9}{'times':>7}")
    first = 0.0
    for jobs in arguments.jobs:
        speed = with_jobs(some, jobs)
        first = first or speed
        print(f"{jobs:10}{speed:9.0f}{speed / first:7.2f}", flush=True)
    print(f"\n{'words':>10}{'MB':>7}{'gate':>6}{'seconds':>9}{'µs/word':>9}{'MiB':>6}{'entries':>9}")
    for words in arguments.words:
        report = long_report(list(islice(found, 0, None, 5)), words)
        words = len(report.text.split())
        for gated in (True, False):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as own:
                seconds, memory, entries = own.submit(alone, report, gated).result()
            gate, size = "on" if gated else "off", len(report.text) / 1e6
            print(
                f"{words:10}{size:7.2f}{gate:>6}{seconds:9.1f}{seconds / words * 1e6:9.0f}{memory:6}{entries:9}",
                flush=True,
            )


if __name__ == "__main__":
    main()
