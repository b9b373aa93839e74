"""Fits the gate (`detente.gate`) to what reports tell, and writes `lexicon/gate.json`.

    python benchmarks/gate.py CORPUS.jsonl.gz --gold GOLD.json … [--without GOLD.json …] [--records RECORDS.jsonl]

A sentence of an annotated report (`--gold`; those without a text are in the corpus) counts where an entry of the gold stands
in it; one of another report of the corpus as much as the surest entry that whole reading draws from it; both count where
somebody likely does something to somebody away from the table. Reports of `--without` are left out, so that the gate's cost
can be measured on them. Whole reading takes half an hour; `--records` are what it wrote before (`detente read --no-gate
--format jsonl`).
"""

from __future__ import annotations

import argparse
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from detente import gate
from detente.evaluate import Gold, load_gold
from detente.reader import _sentences, read_report
from detente.report import Report
from detente.sources import open_reports

WEIGHTS = Path(gate.__file__).parent / "lexicon" / "gate.json"
#: Words of fewer sentences are left out, and so are weights of less than this.
SELDOM, SLIGHT = 6, 0.05
#: Strength of the model of words.
STRENGTH = 0.05


#: An act away from the table less likely than this is no reason to read a sentence.
LIKELY = 0.5


@dataclass
class Told:
    """The marks of a sentence, and the confidence of the surest entry drawn from it, 0 where there is none."""

    report: int
    marks: set[str]
    worth: float


def told(reports: Iterable[Report], golds: dict[str, Gold], records: dict[str, dict[str, Any]]) -> Iterator[Told]:
    """Every sentence of the reports, with what the gold has of it, or what whole reading finds in it."""
    for number, report in enumerate(reports):
        record = records.get(report.id) or json.loads(read_report(report, gated=False).to_json())
        gold = golds.get(report.id)
        sentences = _sentences(report)
        worth = [0.0] * len(sentences)
        for start, sure in [*_away(record), *(_read(record) if gold is None else _annotated(gold))]:
            at = max(bisect_right(sentences, start, key=lambda s: s.start) - 1, 0)
            worth[at] = max(sure, worth[at])
        for sentence, sure in zip(sentences, worth, strict=True):
            yield Told(number, gate.marks(sentence.text), sure)


def _read(record: dict[str, Any]) -> Iterator[tuple[int, float]]:
    """Where each entry stands that whole reading found, and how sure it is."""
    for name in ("acts", "meetings", "pledges", "links"):
        for entry in record[name]:
            yield from ((quote["start"], entry["confidence"]) for quote in entry["evidence"])


def _away(record: dict[str, Any]) -> Iterator[tuple[int, float]]:
    for entry in record["away"]:
        if entry["confidence"] > LIKELY:
            yield from ((quote["start"], entry["confidence"]) for quote in entry["evidence"])


def _annotated(gold: Gold) -> Iterator[tuple[int, float]]:
    """Where each entry of the gold stands."""
    for entry in [*gold.acts, *gold.meetings, *gold.pledges, *gold.links]:
        numbers = entry["s"] if isinstance(entry["s"], list) else [entry["s"]]
        yield from ((gold.sentences[n - 1][0], 1.0) for n in numbers)


def fitted(rows: list[Told]) -> gate.Model:
    """The model of the words, and over it the one that puts a sentence together with its surroundings."""
    counts = Counter(mark for row in rows for mark in row.marks)
    column = {mark: i for i, mark in enumerate(sorted(m for m, n in counts.items() if n >= SELDOM))}
    table = _table([row.marks for row in rows], column)
    worth = numpy.array([row.worth for row in rows])
    reports = numpy.array([row.report for row in rows])
    seen = worth > 0
    weight = numpy.where(seen, worth, 1.0)
    words = LogisticRegression(C=STRENGTH, max_iter=500)
    unseen = cross_val_predict(
        words, table, seen, groups=reports, cv=GroupKFold(5), method="predict_proba", params={"sample_weight": weight}
    )[:, 1]
    words.fit(table, seen, sample_weight=weight)
    near = numpy.concatenate([list(gate.around(list(unseen[reports == n]))) for n in range(reports.max() + 1)])
    both = LogisticRegression().fit(numpy.c_[_log_odds(unseen), _log_odds(near)], seen, sample_weight=weight)
    weights = {m: round(float(words.coef_[0][i]), 2) for m, i in column.items()}
    return gate.Model(
        {m: w if abs(w) >= SLIGHT else 0.0 for m, w in weights.items()},
        bias=round(float(words.intercept_[0]), 3), own=round(float(both.coef_[0][0]), 3),
        around=round(float(both.coef_[0][1]), 3), base=round(float(both.intercept_[0]), 3),
    )  # fmt: skip


def _table(rows: Iterable[set[str]], column: dict[str, int]) -> Any:
    places, ends = [], [0]
    for marks in rows:
        places += [column[m] for m in marks if m in column]
        ends.append(len(places))
    return csr_matrix((numpy.ones(len(places)), places, ends), shape=(len(ends) - 1, len(column)))


def _log_odds(p: Any) -> Any:
    p = numpy.clip(p, 1e-4, 1 - 1e-4)
    return numpy.log(p / (1 - p))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits the gate to what reports tell.")
    parser.add_argument("corpus")
    parser.add_argument("--gold", nargs="*", type=Path, default=[], help="annotated reports")
    parser.add_argument("--without", nargs="*", type=Path, default=[], help="gold whose reports are left out")
    parser.add_argument("--records", type=Path, help="what whole reading wrote before")
    given = parser.parse_args()
    without = {gold.id for path in given.without for gold in load_gold(path, given.corpus)}
    golds = {gold.id: gold for path in given.gold for gold in load_gold(path, given.corpus)}
    lines = given.records.open(encoding="utf-8") if given.records else ()
    records = {record["id"]: record for record in map(json.loads, lines)}
    rows = list(told(_reports(given.corpus, golds, without), golds, records))
    model = fitted(rows)
    # Known words that weigh nothing stay where they are triggers: only a trigger never met opens the gate.
    kept = {m: w for m, w in sorted(model.marks.items()) if w or m in gate.telling_words()}
    found = {"marks": kept} | {name: getattr(model, name) for name in ("bias", "own", "around", "base")}
    WEIGHTS.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(rows)} sentences, {sum(r.worth > 0 for r in rows)} of them told something; {len(kept)} weights")


def _reports(corpus: str, golds: dict[str, Gold], without: set[str]) -> Iterator[Report]:
    """The reports of the corpus, and the annotated ones that are not in it."""
    seen: set[str] = set()
    for report in open_reports([corpus], force=True):
        seen.add(report.id)
        if report.id not in without:
            yield report
    for gold in golds.values():
        if gold.id not in seen:
            yield gold.report()


if __name__ == "__main__":
    main()
