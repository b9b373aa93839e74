"""Trains the models of `detente.confidence` and writes `lexicon/weights.json`.

    python benchmarks/train.py GOLD.json [GOLD.json …] [--cross]

Five models weigh what rules propose: `act`, `statement`, `link`, `actor`, `target`, a sixth (`heard`) what the encoder alone
does. Others put together what belongs together: `same` (which mentions mean one round), `seat` (who sits at it). Two more
weigh what came of it: `meeting`, `pledge`; the last ones each entry in view of what else its report tells ("beside"). Each is
fitted to what those before it make of reports that they had not seen (inner folds), so that a confidence means on new
reports what it says.

With `--cross` nothing is written: the reports are read by models that have not seen them (ten
folds), and the predictions go to stdout as JSON Lines for scoring.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer

import written
from detente import confidence, context, features, gathering, parts, pledges, reader, seats, sensing
from detente.beside import Beside
from detente.evaluate import ALIKE, Gold, align, load_gold, overlap, renamer, sentence_of
from detente.language import Sentence
from detente.meetings import Mention, Round
from detente.reader import THRESHOLD, Reading, entries, propose, write
from detente.record import TABLE_KINDS
from detente.sentences import split

#: Strength of the models that cast parts; there are many features to few acts.
PARTS = 0.05
#: Strength of the models over what acts tell together.
TOGETHER = 0.2
#: Strength of the models of who sits at a round, and of which mentions speak of one.
SEAT, SAME = 0.05, 0.07
#: A mention means the likest of several meetings of its sentence if it is by so much liker than the next.
CLEAR = 0.15
#: Strength of the models over what stands beside an entry, and how likely it must be by itself to be learnt from.
BESIDE, LEAST = 0.3, 0.15
INNER = 4
WEIGHTS = Path(confidence.__file__).parent / "lexicon" / "weights.json"

#: What encoders make of reports that they have not seen.
UNSEEN = Path(__file__).parent / "gold" / "unseen.npz"

Rows = list[tuple[Any, int]]
Weights = dict[str, dict[str, float]]


@dataclass
class Example:
    """A report with its gold, and what the rules propose before anything is weighed."""

    gold: Gold
    reading: Reading

    def __post_init__(self) -> None:
        self.proposed = [(list(c.actors), list(c.targets)) for c in self.reading.candidates]
        self.seated = [list(m.parties) for m in self.reading.mentions]
        self.parts = parts_of(self.gold, self.reading)

    def reset(self) -> None:
        """Takes back what weighing has changed."""
        for c, (actors, targets) in zip(self.reading.candidates, self.proposed, strict=True):
            c.actors, c.targets, c.acting = list(actors), list(targets), {}
        for m, seated in zip(self.reading.mentions, self.seated, strict=True):
            m.parties = list(seated)


# -- what is right


def parts_of(gold: Gold, reading: Reading) -> dict[str, Rows]:
    """Each party at hand in each act that the gold has, with whether it acts or is acted on."""
    found: dict[str, Rows] = {"actor": [], "target": []}
    name = renamer(gold)
    for act, c in matched(gold, reading):
        for part, (model, field) in enumerate((("actor", "actors"), ("target", "targets"))):
            right = {code.casefold() for code in act[field]}
            for code, marks in parts.pool(c, c.at_hand).items():
                known = parts.features(marks, c) | reading.sightings.features(code, c, part)
                found[model].append((known, int(name(code.casefold()) in right)))
    return found


def matched(gold: Gold, reading: Reading) -> list[tuple[Any, Any]]:
    """The acts of the gold, each with the candidate that tells it, where one does."""
    told = defaultdict(list)
    for c in reading.candidates:
        told[_at(gold, c.sentence), c.kind].append(c)
    wanted = defaultdict(list)
    for act in gold.acts:
        wanted[act["s"], act["kind"]].append(act)
    return [pair for key, acts in wanted.items() for pair in _pairs(acts, told[key], gold.text)]


def _at(gold: Gold, sentence: Sentence) -> int:
    """The number that the gold gives to a sentence."""
    return sentence_of(gold.sentences, sentence.start, sentence.end)


def _pairs(acts: list[Any], candidates: list[Any], text: str) -> list[tuple[Any, Any]]:
    """Gold acts with the candidates of their sentence and kind, one to one, the likest first."""
    scored = sorted(
        (
            (overlap(g["about"], text[slice(*c.about)]) + 0.5 * (set(g["actors"]) == set(c.actors)) - 0.01 * j, -i, -j)
            for i, g in enumerate(acts) for j, c in enumerate(candidates)
        ),
        reverse=True,
    )  # fmt: skip
    taken: dict[int, int] = {}
    for _, i, j in scored:
        if -i not in taken and -j not in taken.values():
            taken[-i] = -j
    return [(acts[i], candidates[j]) for i, j in taken.items()]


def told(gold: Gold, reading: Reading) -> list[tuple[Any, int]]:
    """The candidates at the table of one report, with whether they are right."""
    right = {id(c) for _, c in matched(gold, reading)}
    return [(c, int(id(c) in right)) for c in reading.candidates if c.kind in TABLE_KINDS]


def labelled(gold: Gold, reading: Reading) -> dict[str, Rows]:
    """The candidates of one report as (features, right or not), for each model."""
    found: dict[str, Rows] = {"act": [], "statement": [], "heard": [], "link": []}
    triggered = defaultdict(list)
    for c in reading.candidates:
        if c.kind in TABLE_KINDS and not c.cues:
            triggered[c.sentence.number].append(c)
    for c, right in told(gold, reading):
        together = triggered[c.sentence.number]
        if c.cues:
            found["statement"].append((features.statement(c, together), right))
        elif c.rule == sensing.RULE:
            found["heard"].append((features.heard(c, together), right))
        else:
            found["act"].append((confidence.known(c, together, reading.links), right))
    for h in reading.links:
        found["link"].append((features.link(h, reading.views.get(h.sentence.number)), int(_is_link(h, gold))))
    return found


def _is_link(h: Any, gold: Gold) -> bool:
    s = _at(gold, h.sentence)
    what, on = (gold.text[a:b] for a, b in (h.words(h.what), h.words(h.on)))
    return any(g["s"] == s and overlap(g["what"], what) >= 0.4 and overlap(g["on"], on) >= 0.4 for g in gold.links)


def together(gold: Gold, reading: Reading) -> dict[str, Rows]:
    """Rounds and undertakings of one weighed report as (features, right or not).

    A round or undertaking of the gold makes one right, as in scoring: what tells it a second time is wrong.
    """
    told = reader._told(reading.candidates)
    rounds, undertaken = seats.rounds(reading), pledges.undertakings(reading)
    read = {
        "meetings": [{"s": sorted(_told_at(gold, r)), "parties": list(r.parties)} for r in rounds],
        "pledges": [{"s": [_at(gold, u.act.sentence)], "what": u.words} for u in undertaken],
    }
    right = {name: {j: i for i, j in matching.pairs} for name, matching in align(gold, read).items()}
    meeting = [(features.meeting(r, told, reading.views), int(j in right["meetings"])) for j, r in enumerate(rounds)]
    kept = {j: gold.pledges[i] for j, i in right["pledges"].items()}
    pledge = [
        (features.pledge(u, reading.views.get(u.act.sentence.number)), int(j in kept or _also(u, kept, undertaken)))
        for j, u in enumerate(undertaken)
    ]
    return {"meeting": meeting, "pledge": pledge}


def besides(gold: Gold, reading: Reading) -> dict[str, Rows]:
    """The entries of one weighed report, in view of what else it tells, as (features, right or not).

    As long as no model weighs that, entries are as likely as they are by themselves.
    """
    record = write(reading, LEAST)
    right = {name: {j for _, j in matching.pairs} for name, matching in align(gold, record.to_dict()).items()}
    beside = Beside.of(reading, [m.confidence for m in entries(reading).meetings])
    found: dict[str, Rows] = {}
    for sort, name in (("act", "acts"), ("meeting", "meetings"), ("pledge", "pledges"), ("link", "links")):
        found[beside.model(sort)] = [
            (
                beside.features(sort, x.confidence, x.kind if sort == "act" else ""),
                int(j in right[name]),
            )
            for j, x in enumerate(getattr(record, name))
        ]
    return found


def _also(u: pledges.Undertaking, kept: dict[int, Any], undertaken: list[pledges.Undertaking]) -> bool:
    """Whether an undertaking is a further wording of one that is right, and would be as right in its place."""
    return any(
        undertaken[j].act.sentence is u.act.sentence and pledges.shared(u, undertaken[j])
        and overlap(g["what"], u.words) >= ALIKE
        for j, g in kept.items()
    )  # fmt: skip


def meant(gold: Gold, reading: Reading) -> Iterator[tuple[Mention, int | None]]:
    """The mentions of meetings, each with the meeting of the gold that it means; None where that is not clear."""
    name = renamer(gold)
    for m in reading.mentions:
        s = _at(gold, m.sentence)
        phrase = m.token.doc.words(*m.span)
        sitting = {name(code.casefold()) for code in m.parties}
        likest = sorted(
            (
                (overlap(g["name"], phrase) + _shared(sitting, {code.casefold() for code in g["parties"]}), n)
                for n, g in enumerate(gold.meetings) if s in g["s"]
            ),
            reverse=True,
        )  # fmt: skip
        clear = likest and (len(likest) == 1 or likest[0][0] > likest[1][0] + CLEAR)
        yield m, likest[0][1] if clear else None


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def seated(gold: Gold, reading: Reading) -> Rows:
    """Each party at hand at each round that the gold has, with whether it sits there."""
    found: Rows = []
    name = renamer(gold)
    for r in gathering.gather(reading.mentions):
        at = _told_at(gold, r)
        meeting = max(gold.meetings, key=lambda g: len(set(g["s"]) & at), default=None)
        if meeting is None or not set(meeting["s"]) & at:
            continue
        right = {code.casefold() for code in meeting["parties"]}
        found += [(known, int(name(code.casefold()) in right)) for code, known in seats.pool(r, reading).items()]
    return found


def _told_at(gold: Gold, r: Round) -> set[int]:
    """The sentences that tell of a round, by the numbers of the gold."""
    return {_at(gold, m.sentence) for m in r.mentions}


# -- fitting


def fit(rows: Rows, strength: float) -> dict[str, float]:
    """The weights of a logistic model, small ones left out."""
    vectors = DictVectorizer()
    x = vectors.fit_transform([f for f, _ in rows])
    model = LogisticRegression(C=strength, max_iter=2000, tol=3e-4)  # half the time, the same answers
    model.fit(x, [y for _, y in rows])
    weights = dict(zip(vectors.feature_names_, model.coef_[0], strict=True))
    weights["bias"] = weights.get("bias", 0.0) + float(model.intercept_[0])
    return {name: round(float(w), 3) for name, w in sorted(weights.items()) if abs(w) >= 0.01}


def first(examples: list[Example], strength: float) -> Weights:
    """The models over what rules and the encoder propose."""
    rows: dict[str, Rows] = defaultdict(list)
    for e in examples:
        e.reset()
        for model, more in weighed(e).items():
            rows[model] += more
            rows[model] += [(_out_of_context(f), y) for f, y in more if not model.startswith(("actor", "target"))]
    return {
        model: fit(rows[model], PARTS if model.startswith(("actor", "target")) else strength)
        for model in rows if len({y for _, y in rows[model]}) > 1
    }  # fmt: skip


def weighed(e: Example) -> dict[str, Rows]:
    """What the models over single candidates learn from a report; those that do without the encoder are "alone"."""
    found = labelled(e.gold, e.reading) | e.parts
    if e.reading.views:
        return found
    return {
        model if model == "statement" else f"{model} alone": rows for model, rows in found.items() if model != "heard"
    }


def _out_of_context(known: dict[str, float]) -> dict[str, float]:
    """A candidate as it stands in a text too short to tell what it is about, so that these are learnt too."""
    return {name: value for name, value in known.items() if not name.startswith("report ")}


def both(gold: Gold, unseen: NDArray[np.int8]) -> list[Example]:
    """A report as seen by an encoder that was not trained on it, and as read without any."""
    return [seen(gold, unseen), Example(gold, propose(gold.report(), gated=False))]


def seen(gold: Gold, unseen: NDArray[np.int8]) -> Example:
    """A report as seen by an encoder that was not trained on it: log-odds times STEP [pieces, heads]."""
    report = gold.report()
    texts = [gold.text[a:b] for part in report.parts() for a, b in split(gold.text, *part)]
    views: dict[int, context.View] = {}
    at = 0
    for window in context.windows(texts, gold.title, vocabulary()):
        for n, _, offsets in window.sentences:
            odds = unseen[at : at + len(offsets)].astype(np.float32) / STEP
            views[n + 1] = context.View(offsets, odds)
            at += len(offsets)
    if at != len(unseen):
        raise SystemExit(f"{gold.id}: is not what the encoders have seen: run lessons.py and train_context.py anew")
    return Example(gold, propose(report, gated=False, views=views))


@cache
def vocabulary() -> Tokenizer:
    """The vocabulary of the encoder."""
    return context.vocabulary((WEIGHTS.parent / "context.json").read_text("utf-8"))


def views_of(path: Path) -> dict[str, NDArray[np.int8]]:
    """What encoders make of reports that they have not seen, by report: log-odds times STEP [pieces, heads]."""
    found = np.load(path)
    odds, first = found["odds"].T, found["first"]
    return {name: odds[first[n] : first[n + 1]] for n, name in enumerate(json.loads(str(found["names"])))}


#: Log-odds are kept in steps of one over this.
STEP = 2.0
#: How many times a report counts whose annotation two people have settled.
SETTLED = 3


def use(weights: Weights) -> None:
    """Puts weights in the place of those that are shipped."""
    shipped = confidence.weights()
    shipped.clear()
    shipped.update(weights)


def train(examples: list[Example], strength: float) -> Weights:
    """All models; those over what others make of a report learn from inner folds, whose others have not seen it."""
    number = {name: n for n, name in enumerate(dict.fromkeys(e.gold.id for e in examples))}
    folds = [number[e.gold.id] % INNER for e in examples]  # the two readings of a report together
    inner = [first([e for e, f in zip(examples, folds, strict=True) if f != fold], strength) for fold in range(INNER)]
    for e, fold in zip(examples, folds, strict=True):  # all are fitted by now: fitting takes back what weighing changed
        use(inner[fold])
        e.reset()
        confidence.score(e.reading)
    found: Weights = {}

    def learn(strength: float, rows: Callable[[Gold, Reading], dict[str, Rows]]) -> None:
        """Adds models over what those before it, fitted without a report, make of it."""
        rows_of: list[dict[str, Rows]] = []
        for e, fold in zip(examples, folds, strict=True):
            use(inner[fold])
            rows_of.append(rows(e.gold, e.reading))
        for model in sorted({name for some in rows_of for name in some}):
            of = [some.get(model, []) for some in rows_of]
            if len({y for some in of for _, y in some}) < 2:
                continue
            for fold in range(INNER):
                inner[fold] = inner[fold] | {model: fit(_others(of, folds, fold), strength)}
            found[model] = fit([row for some in of for row in some], strength)

    learn(SAME, lambda gold, reading: {"same": gathering.shared(meant(gold, reading))})
    learn(SEAT, lambda gold, reading: {"seat": seated(gold, reading)})
    learn(TOGETHER, together)
    learn(BESIDE, besides)
    return first(examples, strength) | found


def _others(rows_of: list[Rows], folds: list[int], fold: int) -> Rows:
    """The rows of all examples but those of one fold."""
    return [row for rows, f in zip(rows_of, folds, strict=True) if f != fold for row in rows]


def cross(examples: list[Example], tested: set[str], strength: float, threshold: float, folds: int) -> Iterator[str]:
    """The reports of `tested` as read by models that have not seen them, as JSON."""
    ids = list(dict.fromkeys(e.gold.id for e in examples))
    fold_of = {name: n % folds for n, name in enumerate(ids)}
    once = list({id(e): e for e in examples}.values())
    for fold in range(folds):
        use(train([e for e in examples if fold_of[e.gold.id] != fold], strength))
        for e in once:
            if fold_of[e.gold.id] == fold and e.gold.id in tested and e.reading.views:
                e.reset()
                confidence.score(e.reading)
                yield write(e.reading, threshold).to_json()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--settled", nargs="*", type=Path, default=[], help=f"gold that counts {SETTLED} times")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--unseen", type=Path, default=UNSEEN, help="what `train_context.py` wrote")
    parser.add_argument("--cross", action="store_true", help="score unseen reports, write nothing")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--strength", type=float, default=0.1)
    parser.add_argument(
        "--threshold", type=float, default=THRESHOLD, help="with --cross: write entries from this confidence on"
    )
    arguments = parser.parse_args()
    settled = [g for path in arguments.settled for g in load_gold(path, arguments.corpus)]
    golds = settled + [g for path in arguments.gold for g in load_gold(path, arguments.corpus)]
    tested = {g.id for g in golds}
    golds += written.load()
    unseen = views_of(arguments.unseen)
    examples = [e for g in golds for e in both(g, unseen[g.id])]
    certain = {g.id for g in settled}
    examples += [e for e in examples if e.gold.id in certain] * (SETTLED - 1)
    if arguments.cross:
        for line in cross(examples, tested, arguments.strength, arguments.threshold, arguments.folds):
            sys.stdout.write(line + "\n")
        return
    WEIGHTS.write_text(json.dumps(train(examples, arguments.strength), indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
