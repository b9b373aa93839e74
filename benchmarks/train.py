"""Trains the models of `detente.confidence` and writes `lexicon/weights.json`.

    python benchmarks/train.py GOLD.json [GOLD.json …] [--cross]

With `--cross` nothing is written: the reports are read by models that have not seen them (ten
folds), and the predictions go to stdout as JSON Lines for scoring.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import written
from detente import confidence
from detente.evaluate import Gold, load_gold, overlap, sentence_of
from detente.reader import THRESHOLD, Reading, examine, write
from detente.record import TABLE_KINDS
from detente.report import Report

WEIGHTS = Path(confidence.__file__).parent / "lexicon" / "weights.json"


def labelled(gold: Gold, reading: Reading) -> tuple[list[tuple[Any, int]], list[tuple[Any, int]]]:
    """The candidates of one report as (features, right or not): acts, then links."""
    by_sentence = defaultdict(list)
    for c in reading.candidates:
        if c.kind in TABLE_KINDS:
            by_sentence[c.sentence.number].append(c)
    wanted = defaultdict(list)
    for act in gold.acts:
        wanted[act["s"], act["kind"]].append(act)
    acts = []
    for together in by_sentence.values():
        s = sentence_of(gold.sentences, together[0].sentence.start, together[0].sentence.end)
        for kind in {c.kind for c in together}:
            right = _pair(wanted[s, kind], [c for c in together if c.kind == kind], gold.text)
            for c in together:
                if c.kind == kind:
                    acts.append((confidence.features(c, together), int(id(c) in right)))
    links = []
    for h in reading.links:
        s = sentence_of(gold.sentences, h.sentence.start, h.sentence.end)
        what, on = (gold.text[a:b] for a, b in (h.words(h.what), h.words(h.on)))
        right = any(g["s"] == s and overlap(g["what"], what) >= 0.4 and overlap(g["on"], on) >= 0.4 for g in gold.links)
        links.append((confidence.link_features(h), int(right)))
    return acts, links


def _pair(wanted: list[Any], candidates: list[Any], text: str) -> set[int]:
    """The candidates that match gold acts one to one, the likest first."""
    scored = sorted(
        (
            (overlap(g["about"], text[slice(*c.about)]) + 0.7 * (set(g["actors"]) == set(c.actors)) - 0.01 * j, i, j)
            for i, g in enumerate(wanted) for j, c in enumerate(candidates)
        ),
        reverse=True,
    )  # fmt: skip
    used: set[int] = set()
    right: set[int] = set()
    for _, i, j in scored:
        if i not in used and id(candidates[j]) not in right:
            used.add(i)
            right.add(id(candidates[j]))
    return right


def fit(rows: list[tuple[Any, int]], strength: float) -> dict[str, float]:
    """The weights of a logistic model, small ones left out."""
    vectors = DictVectorizer()
    x = vectors.fit_transform([f for f, _ in rows])
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(x, [y for _, y in rows])
    weights = dict(zip(vectors.feature_names_, model.coef_[0], strict=True))
    weights["bias"] = weights.get("bias", 0.0) + float(model.intercept_[0])
    return {name: round(float(w), 3) for name, w in sorted(weights.items()) if abs(w) >= 0.01}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--cross", action="store_true", help="score unseen reports, write nothing")
    parser.add_argument("--strength", type=float, default=0.3)
    arguments = parser.parse_args()
    golds = [g for path in arguments.gold for g in load_gold(path, arguments.corpus)]
    tested = len(golds)
    golds += written.load()
    readings = [examine(Report(g.text, id=g.id, title=g.title, date=g.date)) for g in golds]
    data = [labelled(g, r) for g, r in zip(golds, readings, strict=True)]

    def train(chosen: list[int]) -> dict[str, dict[str, float]]:
        acts = [row for i in chosen for row in data[i][0]]
        links = [row for i in chosen for row in data[i][1]]
        return {"act": fit(acts, arguments.strength), "link": fit(links, arguments.strength)}

    if not arguments.cross:
        WEIGHTS.write_text(json.dumps(train(list(range(len(golds)))), indent=0, sort_keys=True) + "\n")
        return
    weights = confidence.weights()
    for fold in range(10):
        weights.clear()
        weights.update(train([i for i in range(len(golds)) if i % 10 != fold or i >= tested]))
        for i in range(fold, tested, 10):
            confidence.score(readings[i])
            sys.stdout.write(write(readings[i], THRESHOLD).to_json() + "\n")


if __name__ == "__main__":
    main()
