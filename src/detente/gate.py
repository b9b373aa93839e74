"""Decides cheaply which sentences are worth parsing, and so which reports are read at all.

A linear model over the words of a sentence and of those around it tells how likely whole reading would find
anything in it. Its weights stand in `lexicon/gate.json`; `benchmarks/gate.py` fits them to annotated reports and to what
whole reading finds in others. A trigger that is new to the model speaks for its sentence.
Reports that use the words of talks themselves are parsed whole.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate

from detente.language import Sentence
from detente.names import first_words
from detente.odds import log_odds, probability
from detente.triggers import classes, telling_words

#: A sentence of `USUAL` characters that is less likely than this to tell anything is not parsed; a shorter one,
#: which costs less, may be less likely in proportion, and a longer one must be likelier.
BOUND, USUAL = 0.08, 150
#: A report in which no stretch of sentences is on average as likely as this to tell anything is not read at all.
LEAST = 0.16
#: Texts of fewer sentences are parsed whole: they say too little about what they are part of.
SHORT = 4
#: A report whose first sentences, or several of any, use a word of talks is parsed whole.
HEAD, SEVERAL = 3, 3
#: How many sentences on either side count as the surroundings of one.
NEAR = 6
#: What a trigger that the model has not seen adds.
NEW = 2.0

_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by mark, and how the log-odds of a sentence and of its surroundings are put together."""

    marks: dict[str, float]
    bias: float = 0.0
    own: float = 1.0
    around: float = 0.0
    base: float = 0.0


@cache
def model() -> Model:
    """The trained model; it takes every sentence for likely where none was trained."""
    path = resources.files("detente") / "lexicon" / "gate.json"
    return Model(**json.loads(path.read_text(encoding="utf-8")))


def marks(text: str, words: list[str] | None = None) -> set[str]:
    """What the model weighs of a sentence: its words, how many known names begin in it, whether it quotes."""
    words = _WORD.findall(text) if words is None else words
    found = set(map(str.lower, words))
    found.add(f"<{min(sum(map(first_words().__contains__, words)), 2)}>")
    if '"' in text or "“" in text:
        found.add("<quote>")
    return found


def passed(sentences: list[Sentence]) -> list[Sentence]:
    """The sentences that are worth parsing; all of a short text. Linear in the number of sentences."""
    if len(sentences) < SHORT:
        return sentences
    spelt = [sentence.spelt() for sentence in sentences]
    if _of_talks(sentences):
        return sentences
    chosen = model()
    odds = [_own(marks(s.text, words), chosen) for s, words in zip(sentences, spelt, strict=True)]
    near = around([probability(x) for x in odds])
    likely = [_together(own, p, chosen) for own, p in zip(odds, near, strict=True)]
    if max(around(likely)) < LEAST:
        return []
    return [s for s, p in zip(sentences, likely, strict=True) if p * USUAL >= BOUND * len(s.text)]


def _of_talks(sentences: list[Sentence]) -> bool:
    """Whether the words of talks stand at the head of a report, or in several of its sentences.

    What such a report is about may be new to the model, which knows the matters of the corpus it was fitted to.
    """
    spoken = classes()["parley"]
    at = [n for n, sentence in enumerate(sentences) if sentence.words & spoken]
    return len(at) >= SEVERAL or (bool(at) and at[0] < HEAD)


def _together(own: float, near: float, chosen: Model) -> float:
    """How likely a sentence tells anything, by its own words and by how likely those near it do."""
    return probability(chosen.base + chosen.own * own + chosen.around * log_odds(near, 1e-4))


def _own(found: set[str], chosen: Model) -> float:
    """The log-odds of a sentence by its own words."""
    known = chosen.marks
    new = sum(mark not in known for mark in found & telling_words())
    return chosen.bias + math.fsum([known[mark] for mark in found if mark in known]) + NEW * new


def around(likely: list[float]) -> Iterator[float]:
    """The mean over each sentence and those near it."""
    sums = [0.0, *accumulate(likely)]
    for i in range(len(likely)):
        first, last = max(i - NEAR, 0), min(i + NEAR + 1, len(likely))
        yield (sums[last] - sums[first]) / (last - first)
