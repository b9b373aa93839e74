"""Fits the gate (`detente.gate`) to what whole reading finds in a corpus, and writes `lexicon/gate.json`.

    python benchmarks/gate.py CORPUS.jsonl.gz [--without GOLD.json …] [--every K]

No annotated text is used: a sentence counts as much as the surest entry that whole reading draws from it.
Reports of `--without` are left out, so that the gate's cost can be measured on them.
"""

from __future__ import annotations

import argparse
import json
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
from detente.reader import read_reports
from detente.sources import open_reports

WEIGHTS = Path(gate.__file__).parent / "lexicon" / "gate.json"
#: Words of fewer sentences are left out, and so are weights of less than this.
SELDOM, SLIGHT = 8, 0.05
#: Strength of the model of words.
STRENGTH = 0.05


@dataclass
class Told:
    """The marks of a sentence, and the confidence of the surest entry drawn from it, 0 where there is none."""

    report: int
    marks: set[str]
    worth: float


def told(paths: list[str], without: set[str], every: int) -> Iterator[Told]:
    """Every sentence of the reports, with what whole reading finds in it."""
    reports = (r for i, r in enumerate(open_reports(paths, force=True)) if i % every == 0 and r.id not in without)
    for number, record in enumerate(read_reports(reports, gated=False)):
        worth: dict[int, float] = {}
        for entry in [*record.acts, *record.away, *record.meetings, *record.pledges, *record.links]:
            for quote in entry.evidence:
                worth[quote.start] = max(entry.confidence, worth.get(quote.start, 0.0))
        for start, end in record.sentences:
            yield Told(number, gate.marks(record.text[start:end]), worth.get(start, 0.0))


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
    parser = argparse.ArgumentParser(description="Fits the gate to what whole reading finds.")
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--without", nargs="*", type=Path, default=[], help="gold whose reports are left out")
    parser.add_argument("--every", type=int, default=1, help="take every K-th report")
    arguments = parser.parse_args()
    without = {report["id"] for path in arguments.without for report in _reports(path)}
    rows = list(told(arguments.corpus, without, arguments.every))
    model = fitted(rows)
    # Known words that weigh nothing stay where they are triggers: only a trigger never met opens the gate.
    kept = {m: w for m, w in sorted(model.marks.items()) if w or m in gate.telling_words()}
    found = {"marks": kept} | {name: getattr(model, name) for name in ("bias", "own", "around", "base")}
    WEIGHTS.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(rows)} sentences, {sum(r.worth > 0 for r in rows)} of them told something; {len(kept)} weights")


def _reports(path: Path) -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))
    return list(found["reports"] if isinstance(found, dict) else found)


if __name__ == "__main__":
    main()
