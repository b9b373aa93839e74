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
from detente import confidence, parts
from detente.evaluate import Gold, load_gold, overlap, renamer, sentence_of
from detente.reader import THRESHOLD, Reading, propose, write
from detente.record import TABLE_KINDS
from detente.report import Report

#: Strength of the models that cast parts; there are many features to few acts.
PARTS = 0.05
WEIGHTS = Path(confidence.__file__).parent / "lexicon" / "weights.json"


Rows = list[tuple[Any, int]]


def parts_of(gold: Gold, reading: Reading) -> dict[str, Rows]:
    """Each party at hand in each act that the gold has, with whether it acts or is acted on."""
    found: dict[str, Rows] = {"actor": [], "target": []}
    name = renamer(gold)
    told = defaultdict(list)
    for c in reading.candidates:
        told[sentence_of(gold.sentences, c.sentence.start, c.sentence.end), c.kind].append(c)
    wanted = defaultdict(list)
    for act in gold.acts:
        wanted[act["s"], act["kind"]].append(act)
    for key, acts in wanted.items():
        for act, c in _pairs(acts, told[key], gold.text):
            for model, field in (("actor", "actors"), ("target", "targets")):
                right = {code.casefold() for code in act[field]}
                for code, marks in c.pool.items():
                    found[model].append((parts.features(marks, c), int(name(code.casefold()) in right)))
    return found


def _pairs(acts: list[Any], candidates: list[Any], text: str) -> list[tuple[Any, Any]]:
    """Gold acts with the candidates of their sentence and kind, one to one, the likest wording first."""
    scored = sorted(
        (
            (overlap(g["about"], text[slice(*c.about)]) + 0.3 * bool(set(g["actors"]) & set(c.actors)), -i, -j)
            for i, g in enumerate(acts) for j, c in enumerate(candidates)
        ),
        reverse=True,
    )  # fmt: skip
    taken: dict[int, int] = {}
    for _, i, j in scored:
        if -i not in taken and -j not in taken.values():
            taken[-i] = -j
    return [(acts[i], candidates[j]) for i, j in taken.items()]


def labelled(gold: Gold, reading: Reading) -> dict[str, Rows]:
    """The candidates of one report as (features, right or not), for each model."""
    by_sentence = defaultdict(list)
    for c in reading.candidates:
        if c.kind in TABLE_KINDS:
            by_sentence[c.sentence.number].append(c)
    wanted = defaultdict(list)
    for act in gold.acts:
        wanted[act["s"], act["kind"]].append(act)
    acts: Rows = []
    statements: Rows = []
    for together in by_sentence.values():
        triggered = [c for c in together if not c.cues]
        s = sentence_of(gold.sentences, together[0].sentence.start, together[0].sentence.end)
        for kind in {c.kind for c in together}:
            right = _pair(wanted[s, kind], [c for c in together if c.kind == kind], gold.text)
            for c in together:
                if c.kind == kind and c.cues:
                    statements.append((confidence.statement_features(c, triggered), int(id(c) in right)))
                elif c.kind == kind:
                    acts.append((confidence.features(c, triggered), int(id(c) in right)))
    links: Rows = []
    for h in reading.links:
        s = sentence_of(gold.sentences, h.sentence.start, h.sentence.end)
        what, on = (gold.text[a:b] for a, b in (h.words(h.what), h.words(h.on)))
        right = any(g["s"] == s and overlap(g["what"], what) >= 0.4 and overlap(g["on"], on) >= 0.4 for g in gold.links)
        links.append((confidence.link_features(h), int(right)))
    return {"act": acts, "statement": statements, "link": links}


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
    readings = [propose(Report(g.text, id=g.id, title=g.title, date=g.date)) for g in golds]
    proposed = [[(c, list(c.actors), list(c.targets)) for c in r.candidates] for r in readings]
    cast = [parts_of(g, r) for g, r in zip(golds, readings, strict=True)]

    def reset(i: int) -> None:
        for c, actors, targets in proposed[i]:
            c.actors, c.targets = list(actors), list(targets)

    def train(chosen: list[int]) -> dict[str, dict[str, float]]:
        found = {
            model: fit([row for i in chosen for row in cast[i][model]], PARTS) for model in ("actor", "target")
        }
        rows: dict[str, Rows] = defaultdict(list)
        for i in chosen:
            reset(i)
            for model, more in labelled(golds[i], readings[i]).items():
                rows[model] += more
        return found | {model: fit(found_rows, arguments.strength) for model, found_rows in rows.items()}

    if not arguments.cross:
        WEIGHTS.write_text(json.dumps(train(list(range(len(golds)))), indent=0, sort_keys=True) + "\n")
        return
    weights = confidence.weights()
    for fold in range(10):
        found = train([i for i in range(len(golds)) if i % 10 != fold or i >= tested])
        weights.clear()
        weights.update(found)
        for i in range(fold, tested, 10):
            reset(i)
            confidence.score(readings[i])
            sys.stdout.write(write(readings[i], THRESHOLD).to_json() + "\n")


if __name__ == "__main__":
    main()
