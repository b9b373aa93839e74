"""Whether a confidence is a probability: of the entries given 0.8, are four in five right?

    python benchmarks/reliability.py GOLD.json [GOLD.json …] [--corpus FILE] [--plot OUT.svg]

Reads annotated reports, sorts acts, meetings, pledges and links into ten bins by confidence, and
prints for each bin how many there are, the mean confidence, the share that the gold has, and the
expected calibration error (Naeini, Cooper and Hauskrecht 2015): the mean distance of the two,
weighted by the number of entries. With --plot it draws them. Also prints how many entries a report
of ordinary news (at most two acts in the gold) has that the gold does not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import detente
from detente.evaluate import Gold, align, load_gold

LISTS = ("acts", "meetings", "pledges", "links")
BINS = 10
#: A report with at most so many acts in the gold is ordinary news.
ORDINARY = 2

Points = list[tuple[float, bool]]


def points(golds: Iterable[Gold]) -> tuple[Points, list[int]]:
    """Confidence and rightness of each entry, and the number of wrong entries of each ordinary report."""
    found: Points = []
    ordinary: list[int] = []
    for gold in golds:
        record = detente.read(gold.text, gold.date, title=gold.title, id=gold.id).to_dict()
        wrong = 0
        for name, matching in align(gold, record).items():
            if name not in LISTS:
                continue
            right = {j for _, j in matching.pairs}
            for j, entry in enumerate(record[name]):
                found.append((entry["confidence"], j in right))
                wrong += j not in right
        if len(gold.acts) <= ORDINARY:
            ordinary.append(wrong)
    return found, ordinary


def bins(found: Points) -> list[tuple[int, float, float]]:
    """For each bin that is not empty: how many entries, their mean confidence, the share that is right."""
    rows = []
    for n in range(BINS):
        inside = [(p, y) for p, y in found if n <= p * BINS < n + 1 or (n == BINS - 1 and p == 1)]
        if inside:
            rows.append((len(inside), sum(p for p, _ in inside) / len(inside), sum(y for _, y in inside) / len(inside)))
    return rows


def error(rows: list[tuple[int, float, float]]) -> float:
    """The expected calibration error, 0 to 1."""
    whole = sum(n for n, _, _ in rows)
    return sum(n * abs(p - share) for n, p, share in rows) / whole if whole else 0.0


def plot(rows: list[tuple[int, float, float]]) -> str:
    """The reliability diagram as SVG: a dot a bin, its area by the number of entries."""
    most = max(n for n, _, _ in rows)
    x, y = (lambda p: 50 + 300 * p), (lambda p: 330 - 300 * p)
    dots = "".join(
        f'<circle cx="{x(p):.1f}" cy="{y(share):.1f}" r="{3 + 9 * (n / most) ** 0.5:.1f}"><title>{n} entries, confidence {p:.2f}, right {share:.2f}</title></circle>'
        for n, p, share in rows
    )
    ticks = "".join(
        f'<text x="{x(t / 5):.0f}" y="348" text-anchor="middle">{t / 5:.1f}</text><text x="42" y="{y(t / 5) + 4:.0f}" text-anchor="end">{t / 5:.1f}</text>'
        for t in range(6)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 390" font-family="sans-serif" font-size="11">'
        "<title>Reliability: share of entries that are right, by confidence</title>"
        '<rect width="380" height="390" fill="#fff"/><rect x="50" y="30" width="300" height="300" fill="none" stroke="#999"/>'
        f'<path d="M50 330 350 30" stroke="#999" stroke-dasharray="4 4"/><g fill="#1b5e8c" fill-opacity=".8">{dots}</g><g fill="#333">{ticks}'
        '<text x="200" y="372" text-anchor="middle">confidence</text>'
        '<text transform="rotate(-90 14 180)" x="14" y="180" text-anchor="middle">share that is right</text></g></svg>\n'
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    found, ordinary = points(g for path in arguments.gold for g in load_gold(path, arguments.corpus))
    rows = bins(found)
    print("entries  confidence  right")
    for n, p, share in rows:
        print(f"{n:7}  {p:10.2f}  {share:5.2f}")
    print(f"expected calibration error {error(rows):.3f} over {len(found)} entries")
    if ordinary:
        print(f"ordinary news: {sum(ordinary) / len(ordinary):.2f} wrong entries a report over {len(ordinary)} reports")
    if arguments.plot and rows:
        arguments.plot.write_text(plot(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
