"""Scores the reader on every gold set at hand and prints each figure, by kind and by cause.

    python benchmarks/accuracy.py [--gold PATH …] [--plover PATH] [--corpus PATH]
                                  [--fast] [--errors] [--json]
    python benchmarks/accuracy.py --gate-cost [--gold PATH …]

Without --gold and --plover these are read, where they exist: ../shared/gold/seed.json and dev.json,
benchmarks/gold/*.json (their texts come from the corpus), ../shared/plover/gsr_dev.json.
With --gate-cost it prints act F1 of each gold set without and with the gate, and how much of the texts is read.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.errors import DetenteError
from detente.evaluate import (
    Figure,
    Scores,
    causes,
    evaluate_gold,
    load_gold,
    score,
)
from detente.evaluate_plover import PloverScores, evaluate_plover, load_plover
from detente.record import Record
from detente.view import clean

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"
CORPUS = SHARED / "corpus" / "newswire.jsonl.gz"
OWN_GOLD = HERE / "gold"
GOLD = (SHARED / "gold" / "seed.json", SHARED / "gold" / "dev.json")
PLOVER = SHARED / "plover" / "gsr_dev.json"


def read(text: str, date: dt.date | None, id: str, title: str) -> Record:
    """Reads one report with the installed Detente, which is loaded at the first call."""
    import detente

    return detente.read(text, date, title=title, id=id)


def read_fast(text: str, date: dt.date | None, id: str, title: str) -> Record:
    """Reads one report without the encoder."""
    from detente.reader import read_report
    from detente.report import Report

    return read_report(Report(text, title=title, date=date, id=id), fast=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures; returns 0, or 2 when a gold set can't be read or none is there."""
    arguments = _arguments(argv)
    golds = arguments.gold or [] if arguments.gold or arguments.plover else _gold_at_hand()
    plovers = _plover(arguments)
    if not golds and not plovers:
        print("accuracy: no gold set at hand (name one with --gold or --plover)", file=sys.stderr)
        return 2
    if arguments.gate_cost:
        return _gate_cost(golds, arguments.corpus)
    found: dict[str, Any] = {}
    failed = False
    console = Console(highlight=False, soft_wrap=True)
    for path in [*golds, *plovers]:
        try:
            scores, facts = _evaluate(path, arguments.corpus, path in plovers, read_fast if arguments.fast else read)
        except DetenteError as error:
            print(f"accuracy: {clean(str(error))}", file=sys.stderr)
            failed = True
            continue
        found[str(path)] = scores.to_dict() | _tables(scores) | facts
        if not arguments.json:
            _print(console, path, scores, facts, arguments.errors)
    if arguments.json:
        print(json.dumps(found, indent=1))
    return 2 if failed else 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--gold", nargs="+", type=Path, metavar="PATH", help="annotated reports")
    parser.add_argument("--plover", type=Path, metavar="PATH", help="PLOVER gold records")
    parser.add_argument("--corpus", type=Path, metavar="PATH", help="texts of gold without texts")
    parser.add_argument("--gate-cost", action="store_true", help="act F1 without and with the gate")
    parser.add_argument("--fast", action="store_true", help="read without the encoder")
    parser.add_argument("--errors", action="store_true", help="list each error with its sentence")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    return parser.parse_args(argv)


def _gold_at_hand() -> list[Path]:
    return [path for path in [*GOLD, *sorted(OWN_GOLD.glob("*.json"))] if path.exists()]


def _plover(arguments: argparse.Namespace) -> list[Path]:
    if arguments.plover:
        return [arguments.plover]
    return [PLOVER] if PLOVER.exists() and not arguments.gold else []


def _evaluate(
    path: Path, corpus: Path | None, plover: bool, read: Callable[..., Record]
) -> tuple[Scores | PloverScores, dict[str, Any]]:
    """The scores of one set, and what else is worth knowing: how many reports, how long it took."""
    if plover:
        records = load_plover(path)
        start = time.perf_counter()
        return evaluate_plover(records, read), _facts(len(records), start)
    reports = load_gold(path, corpus or (CORPUS if CORPUS.exists() else None))
    start = time.perf_counter()
    return evaluate_gold(reports, read), _facts(len(reports), start)


def _facts(reports: int, start: float) -> dict[str, Any]:
    return {"reports": reports, "seconds": round(time.perf_counter() - start, 2)}


def _tables(scores: Scores | PloverScores) -> dict[str, Any]:
    """What the JSON holds beside the figures."""
    if isinstance(scores, PloverScores):
        return {}
    kinds = {k: f.to_dict() | _counts(f) for k, f in sorted(scores.by_kind.items())}
    return {"by kind": kinds, "by cause": dict(causes(scores.errors))}


def _counts(figure: Figure) -> dict[str, int]:
    return {"gold": figure.gold, "predicted": figure.predicted, "hit": figure.hit}


def _gate_cost(paths: Iterable[Path], corpus: Path | None) -> int:
    """Prints a row a gold set: act F1 without and with the gate, and the share of characters that it lets through."""
    from detente import gate
    from detente.reader import _sentences, read_report

    print("| set | without | with | read |\n|---|---|---|---|")
    for path in paths:
        golds = load_gold(path, corpus or (CORPUS if CORPUS.exists() else None))
        whole: dict[str, Any] = {}
        gated: dict[str, Any] = {}
        size = passed = 0
        for gold in golds:
            report = gold.report()
            sentences = _sentences(report)
            kept = gate.passed(sentences)
            size += sum(len(s.text) for s in sentences)
            passed += sum(len(s.text) for s in kept)
            whole[gold.id] = gated[gold.id] = json.loads(read_report(report, gated=False).to_json())
            if len(kept) < len(sentences):
                gated[gold.id] = json.loads(read_report(report).to_json())
        without, with_it = (score(golds, found).to_dict()["act"]["f1"] for found in (whole, gated))
        print(
            f"| {path.stem} ({len(golds)}) | {without:.3f} | {with_it:.3f} | {passed / max(size, 1):.0%} |", flush=True
        )
    return 0


# -- printing


def _print(console: Console, path: Path, scores: Scores | PloverScores, facts: dict[str, Any], all: bool) -> None:
    reports, seconds = facts["reports"], facts["seconds"]
    console.print(Text(f"{path.name}: {reports} reports in {seconds} s", style="bold"))
    if isinstance(scores, PloverScores):
        _print_plover(console, scores)
        lines = scores.errors
    else:
        _print_scores(console, scores)
        lines = [str(error) for error in scores.errors]
    for line in lines if all else []:
        console.print(Text("\n".join(map(clean_line, line.split("\n")))))
    console.print()


def clean_line(line: str) -> str:
    """A line that is safe to print, with its indent."""
    return " " * (len(line) - len(line.lstrip(" "))) + clean(line)


def _print_scores(console: Console, scores: Scores) -> None:
    columns = ("", "gold", "read", "hit", "P", "R", "F1")
    _print_table(console, columns, (_row(k, f) for k, f in scores.figures.items()))
    shares = "  ".join(f"{name} {share:.3f}" for name, share in scores.shares.items())
    console.print(Text(f"{shares}\n"), Text(f"record {scores.record:.3f}\n", style="bold"), sep="")
    by_size = sorted(scores.by_kind.items(), key=lambda row: (-row[1].gold, row[0]))
    _print_table(console, ("kind", *columns[1:]), (_row(k, f) for k, f in by_size))
    counted = causes(scores.errors)
    _print_table(console, ("cause", "errors"), ((cause, str(n)) for cause, n in counted))


def _row(name: str, f: Figure) -> tuple[str, ...]:
    counts = map(str, (f.gold, f.predicted, f.hit))
    return (name, *counts, *(f"{x:.3f}" for x in (f.p, f.r, f.f1)))


def _print_plover(console: Console, scores: PloverScores) -> None:
    figures = scores.to_dict()
    classes = figures.pop("by class")
    rows = ((k, f"{v:.3f}" if isinstance(v, float) else str(v)) for k, v in figures.items())
    _print_table(console, ("", "figure"), rows)
    columns = ("class", "gold", "a", "b", "c", "predicted")
    table = ((name, *(str(row[c]) for c in columns[1:])) for name, row in classes.items())
    _print_table(console, columns, table)


def _print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    if table.row_count:
        console.print(table)
        console.print()


if __name__ == "__main__":
    sys.exit(main())
