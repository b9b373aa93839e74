"""What a pass over a large crawl takes, computed from measured figures; docs/scale.md tells where they come from.

    python benchmarks/plan.py [--pages N] [--english SHARE] [--page-ms N] [--report-ms N] [--cores N …] [--price N]

Prints core hours, and for each number of cores the days and the memory; the gigabytes read and written; the cost.
"""

from __future__ import annotations

import argparse


def main() -> None:
    parser = argparse.ArgumentParser(description="What a pass over a large crawl takes.")
    parser.add_argument("--pages", type=float, default=140e6, help="pages of the crawl (default: a year of CC-NEWS)")
    parser.add_argument("--english", type=float, default=0.4, help="share of them in English")
    parser.add_argument("--page-ms", type=float, default=21, help="processor time to take the text out of a page, ms")
    parser.add_argument("--report-ms", type=float, default=60, help="processor time to read a report, ms")
    parser.add_argument("--page-kb", type=float, default=27, help="size of a page in the WARC, kB")
    parser.add_argument("--report-kb", type=float, default=2.9, help="size of a report in the output, kB")
    parser.add_argument("--memory", type=float, default=0.45, help="memory of a worker, GiB")
    parser.add_argument("--busy", type=float, default=0.9, help="share of the time that a worker reads")
    parser.add_argument("--price", type=float, default=0.04, help="of a core hour with 4 GiB, dollars")
    parser.add_argument("--cores", type=int, nargs="*", default=[16, 64, 256])
    a = parser.parse_args()
    seconds = a.pages * (a.page_ms + a.english * a.report_ms) / 1000
    hours = seconds / 3600 / a.busy
    print(f"{a.pages / 1e6:,.0f} million pages, {a.pages * a.english / 1e6:,.0f} million of them in English")
    print(f"{hours:,.0f} core hours: {a.pages * a.page_ms / 3.6e6 / a.busy:,.0f} for pages, the rest for reading")
    print(f"{a.pages * a.page_kb / 1e9:,.1f} TB in, {a.pages * a.english * a.report_kb / 1e6:,.0f} GB out")
    print(
        f"${hours * a.price:,.0f} at ${a.price} a core hour\n\n{'cores':>6}{'days':>8}{'GiB':>8}{'pages/s':>10}{'MB/s in':>9}"
    )
    for cores in a.cores:
        rate = a.pages / (hours * 3600 / cores)
        print(f"{cores:6}{hours / cores / 24:8.1f}{cores * a.memory:8.0f}{rate:10,.0f}{rate * a.page_kb / 1000:9.1f}")


if __name__ == "__main__":
    main()
