"""How far two annotations of the same reports agree, in the figures by which the reader is scored.

    python benchmarks/agreement.py --corpus FILE

Takes `gold/second.json` for the prediction and what `gold/train.json` and `gold/aside.json` say of the same reports
for the gold.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from detente.evaluate import load_gold, score

GOLD = Path(__file__).parent / "gold"
LISTS = ("acts", "meetings", "pledges", "links")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--corpus", type=Path, required=True)
    arguments = parser.parse_args()
    second = {g.id: g for g in load_gold(GOLD / "second.json", arguments.corpus)}
    first = [
        g for name in ("train", "aside") for g in load_gold(GOLD / f"{name}.json", arguments.corpus) if g.id in second
    ]
    predictions = {g.id: {name: getattr(second[g.id], name) for name in LISTS} for g in first}
    print(f"{len(first)} reports annotated twice")
    found = score(first, predictions)
    for name, figure in found.figures.items():
        print(f"{name:8} F1 {figure.f1:.3f} ({figure.gold})")
    for name, share in found.shares.items():
        print(f"{name:8} {share:.3f}")
    print(f"record   {found.record:.3f}")


if __name__ == "__main__":
    main()
