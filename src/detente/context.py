"""What words mean where they stand: a small transformer's view of the acts and parts that rules propose.

Each sentence that may tell an act is read once by a three-layer encoder; from the vectors of a trigger and of
a party's name come the log-odds that the act is told, and that the party acts in it or is acted on. They are
features among others to the models of `confidence`, which decide. The encoder (`lexicon/context.onnx`, with
its vocabulary) is made by `benchmarks/train_context.py` from annotated reports; it runs on the processor alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.record import TABLE_KINDS

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    from detente.acts import Candidate
    from detente.reader import Reading

#: Sentences are cut at so many pieces of words; they are run so many at a time.
LONGEST, TOGETHER = 128, 16
#: Sentences whose acts are all less likely than this at first glance are not asked about.
BOUND = 0.08
#: The kinds of acts, in the order in which the encoder knows them.
KINDS = sorted(TABLE_KINDS)


@dataclass(slots=True)
class Question:
    """One sentence, with the acts that it may tell and the parties that may take part in them."""

    text: str
    acts: list[Candidate] = field(default_factory=list)
    #: which act, and where in the sentence a party is named
    parts: list[tuple[int, int]] = field(default_factory=list)


def questions(reading: Reading, bound: float = 0.0) -> list[Question]:
    """What is to be asked about a report: its sentences with an act at a table at least as likely as `bound`."""
    found: dict[int, Question] = {}
    worth = {c.sentence.number for c in reading.candidates if c.kind in TABLE_KINDS and c.glance >= bound}
    for c in reading.candidates:
        if c.kind in TABLE_KINDS and c.sentence.number in worth:
            question = found.setdefault(c.sentence.number, Question(c.sentence.text))
            question.acts.append(c)
            named = c.at_hand.named if c.at_hand is not None else []
            question.parts += [(len(question.acts) - 1, token.idx) for token, _ in named]
    return list(found.values())


def weigh(reading: Reading) -> None:
    """Gives every candidate its `sense`, and every party named beside it its `seats`.

    Sentences are run together within a report only: weights of eight bits round by what is run together, and what
    is read must not hang on what else is read.
    """
    # sentences of a length together: less padding
    asked = sorted(questions(reading, BOUND), key=lambda q: len(q.text))
    for n in range(0, len(asked), TOGETHER):
        some = asked[n : n + TOGETHER]
        told, seats = _answers(some)
        for candidate, odds, parts in zip((c for q in some for c in q.acts), told, seats, strict=True):
            answer(candidate, odds, parts)


def answer(c: Candidate, told: float, seats: dict[int, tuple[float, float]]) -> None:
    """Writes log-odds into a candidate: of the act; of the parties by where the sentence names them.

    Of a party that is named twice the better ones count.
    """
    c.sense, c.seats = told, {}
    for token, codes in c.at_hand.named if c.at_hand is not None else ():
        if token.idx in seats:
            acts, is_acted_on = seats[token.idx]
            for code in codes:
                before = c.seats.get(code, (acts, is_acted_on))
                c.seats[code] = max(before[0], acts), max(before[1], is_acted_on)


def feed(asked: list[Question], vocabulary: Tokenizer) -> dict[str, Any]:
    """The encoder's inputs for some sentences: pieces of words, and where in them acts and parties are named.

    `ids`, `mask`: int64 [sentences, pieces]; `row`, `at`, `kind`: [acts]; `of` (an index into acts), `who`: [parts].
    """
    pieces = [vocabulary.encode(q.text) for q in asked]
    longest = max(len(p.ids) for p in pieces)
    ids = np.zeros((len(asked), longest), np.int64)
    mask = np.zeros_like(ids)
    where: dict[str, list[int]] = {name: [] for name in ("row", "at", "kind", "of", "who")}
    for row, (question, piece) in enumerate(zip(asked, pieces, strict=True)):
        ids[row, : len(piece.ids)] = piece.ids
        mask[row, : len(piece.ids)] = 1
        first = len(where["row"])
        for candidate in question.acts:
            where["row"].append(row)
            where["at"].append(_piece(piece.offsets, candidate.token.idx))
            where["kind"].append(KINDS.index(candidate.kind))
        for n, start in question.parts:
            where["of"].append(first + n)
            where["who"].append(_piece(piece.offsets, start))
    return {"ids": ids, "mask": mask} | {name: np.array(found, np.int64) for name, found in where.items()}


def _piece(offsets: list[tuple[int, int]], start: int) -> int:
    """The piece of a word that begins at a character; the first one, which stands for the sentence, if cut off."""
    return next((n for n, (first, end) in enumerate(offsets) if first <= start < end), 0)


def _answers(some: list[Question]) -> tuple[list[float], list[dict[int, tuple[float, float]]]]:
    """The log-odds of the acts of some sentences, and for each those of the parties by where they are named."""
    session, pieces = _encoder()
    told, seats = session.run(None, feed(some, pieces))
    return told.tolist(), by_act(some, seats.tolist())


def by_act(some: list[Question], seats: list[list[float]]) -> list[dict[int, tuple[float, float]]]:
    """The log-odds of parties, sorted to the acts that they belong to."""
    found: list[dict[int, tuple[float, float]]] = []
    odds = iter(seats)
    for question in some:
        mine: list[dict[int, tuple[float, float]]] = [{} for _ in question.acts]
        for n, start in question.parts:
            acts, is_acted_on = next(odds)
            mine[n][start] = acts, is_acted_on
        found += mine
    return found


@cache
def _encoder() -> tuple[InferenceSession, Tokenizer]:
    """The encoder and its vocabulary, loaded when the first report needs them."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # many reports are read in many processes
    options.log_severity_level = 3
    path = resources.files("detente") / "lexicon" / "context.onnx"
    session = InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    assert json.loads(session.get_modelmeta().custom_metadata_map["kinds"]) == KINDS
    return session, vocabulary((resources.files("detente") / "lexicon" / "context.json").read_text("utf-8"))


def vocabulary(text: str) -> Tokenizer:
    """The vocabulary that a file's text holds, cutting sentences at LONGEST."""
    from tokenizers import Tokenizer

    found = Tokenizer.from_str(text)
    found.enable_truncation(LONGEST)
    found.no_padding()
    return found
