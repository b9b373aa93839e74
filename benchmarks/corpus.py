"""Reads a whole corpus and checks every entry: no crash, and `text[start:end] == quote`.

    python benchmarks/corpus.py CORPUS.jsonl.gz

Prints reports, entries, crashes, broken quotes, words a second and the peak memory after each
quarter of the corpus. Exit code 1 when anything crashed or did not quote the text.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from detente.reader import read_report
from detente.sources import open_reports


def main() -> int:
    parser = argparse.ArgumentParser(description="Reads a corpus and checks every entry.")
    parser.add_argument("corpus")
    start, memory = time.perf_counter(), []
    reports = entries = words = crashed = broken = 0
    for report in open_reports([parser.parse_args().corpus], force=True, on_skip=lambda s: print("skipped", s)):
        reports += 1
        words += len(report.text.split())
        try:
            record = read_report(report)
        except Exception as error:  # the point is to count what breaks
            crashed += 1
            print(f"{report.id}: {error!r}", file=sys.stderr)
            continue
        entries += len(record.entries())
        broken += sum(
            not e.evidence or any(report.text[q.start : q.end] != q.quote for q in e.evidence) for e in record.entries()
        )
        if reports % 500 == 0:
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    seconds = time.perf_counter() - start
    print(f"{reports} reports, {entries} entries, {crashed} crashed, {broken} without a true quote")
    print(f"{words / seconds:.0f} words/s; peak memory every 500 reports: {memory} MiB")
    return 1 if crashed or broken else 0


if __name__ == "__main__":
    sys.exit(main())
