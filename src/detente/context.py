"""What words mean where they stand: a small transformer's view of a report, word by word.

Sentences are read together, some two hundred pieces of words at a time behind the report's title, so that a
sentence is seen among those around it. For every piece come the log-odds of what it may be a part of (`HEADS`):
what tells an act of each kind, what that act is about, who acts in it and who is acted on, what is promised, what
hangs on what, what names a meeting, who sits at one that the sentence tells of (`seat`) or at any of the report
(`sits`). Rules and the models of `confidence` weigh them; what no rule proposes may be proposed by them alone. The
encoder (`lexicon/context.onnx`, with its vocabulary) is made by `benchmarks/train_context.py` from annotated reports;
it runs on the processor alone.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, cast

import numpy as np

from detente.record import TABLE_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    from detente.language import Sentence

    Floats = NDArray[np.float32]

#: The kinds of acts, in the order in which the encoder knows them.
KINDS = sorted(TABLE_KINDS)
#: What the encoder tells of every piece of a word: for each kind whether it tells such an act, is part of what the act
#: is about, names who acts, who is acted on; and the rest.
PARTS = ("act", "about", "actor", "target")
OTHERS = ("promise", "promised", "hanging", "what", "on", "talks", "meeting", "seat", "sits")
HEADS = [f"{part} {kind}" for part in PARTS for kind in KINDS] + list(OTHERS)
_COLUMN = {name: n for n, name in enumerate(HEADS)}


def columns(part: str) -> list[int]:
    """The places of the heads of one part (of PARTS) in HEADS."""
    return [_COLUMN[f"{part} {kind}"] for kind in KINDS]


#: Heads of which a sentence has one answer: that of all its pieces together.
TOLD = [name for name in HEADS if name.startswith("act ")] + ["promise", "hanging", "talks"]
_TOLD = {name: n for n, name in enumerate(TOLD)}
_POOLED = [_COLUMN[name] for name in TOLD]
#: Pieces read together, of which at most so many of the title and of one sentence.
LONGEST, TITLE, CUT = 224, 24, 160
#: Windows of one report that are read at most, some 8,000 words: each takes up to a sixth of a second.
MOST = 50
#: Families of processors that know VNNI, as numpy names them.
VNNI = {"AVX512_CLX", "AVX512_ICL", "AVX512_SPR"}


def _first(span: tuple[int, int]) -> int:
    return span[0]


def _last(span: tuple[int, int]) -> int:
    return span[1]


@dataclass(slots=True)
class View:
    """What the encoder makes of one sentence: `odds` [pieces, HEADS], and where in it each piece stands."""

    offsets: list[tuple[int, int]]
    odds: Floats
    _told: Floats | None = None

    def told(self, head: str) -> float:
        """The log-odds that the sentence tells something at all (a head of TOLD): those of its pieces taken together."""
        if self._told is None:
            pooled = self.odds[:, _POOLED]
            top = pooled.max(axis=0, initial=-30.0)
            self._told = top + np.log(np.exp(pooled - top).sum(axis=0) + 1e-9)
        return float(self._told[_TOLD[head]])

    def piece(self, start: int) -> Floats | None:
        """The log-odds [HEADS] of the piece of a word that begins at a character; None where the sentence was cut before."""
        n = bisect_right(self.offsets, start, key=_first) - 1
        return self.odds[n] if n >= 0 and start < self.offsets[n][1] else None

    def at(self, head: str, start: int) -> float | None:
        """The log-odds of one head for that piece."""
        piece = self.piece(start)
        return None if piece is None else float(piece[_COLUMN[head]])

    def height(self, head: str) -> float:
        """The highest log-odds of a head that any piece has; -30 where there is none."""
        return float(self.odds[:, _COLUMN[head]].max(initial=-30.0))

    def mean(self, head: str, start: int, end: int) -> float | None:
        """The mean log-odds of the pieces in a stretch of characters; None where it holds none."""
        first = bisect_right(self.offsets, start, key=_last)
        last = bisect_left(self.offsets, end, key=_first)
        return float(self.odds[first:last, _COLUMN[head]].mean()) if first < last else None

    def mass(self, head: str, start: int, end: int, bound: float) -> float:
        """How much speaks for a stretch of characters: log-odds beyond `bound` summed, each within [-3, 3]."""
        first, last = bisect_right(self.offsets, start, key=_last), bisect_left(self.offsets, end, key=_first)
        return float(np.clip(self.odds[first:last, _COLUMN[head]] - bound, -3, 3).sum())

    def peak(self, head: str) -> int:
        """The character at which the likeliest piece begins."""
        return self.offsets[int(self.odds[:, _COLUMN[head]].argmax())][0]

    def run(self, head: str, near: int | None = None, bound: float = 0.0) -> tuple[int, int] | None:
        """The stretch [first, end) of characters whose pieces are likely beyond `bound`, None where none is.

        Of several the one with the largest sum counts; `near` is a character that draws the choice to itself.
        Gaps of one unlikely piece do not part a stretch.
        """
        column = self.odds[:, _COLUMN[head]] - bound
        best: tuple[float, int, int] | None = None
        for first, last in _stretches(column > 0):
            worth = float(np.clip(column[first : last + 1], -3, 3).sum())
            if near is not None:
                away = max(self.offsets[first][0] - near, near - self.offsets[last][1], 0)
                worth -= away / 12
            if best is None or worth > best[0]:
                best = worth, first, last
        return None if best is None else (self.offsets[best[1]][0], self.offsets[best[2]][1])

    def runs(self, head: str, bound: float = 0.0) -> list[tuple[int, int, float]]:
        """All stretches [first, end) of characters beyond `bound`, each with its mean log-odds."""
        column = self.odds[:, _COLUMN[head]]
        return [
            (self.offsets[first][0], self.offsets[last][1], float(column[first : last + 1].mean()))
            for first, last in _stretches(column > bound)
        ]


def _stretches(likely: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last index of each run of True, runs parted by one False taken together."""
    first = last = -9
    for n in np.flatnonzero(likely).tolist():
        if n - last > 2:
            if last >= 0:
                yield first, last
            first = n
        last = n
    if last >= 0:
        yield first, last


@dataclass(slots=True)
class Window:
    """Pieces of words that are read together; `of` is the index of each piece's sentence, -1 for what only leads in."""

    ids: list[int]
    of: list[int]
    #: for each sentence: its index, its first piece here, and where in it its pieces stand
    sentences: list[tuple[int, int, list[tuple[int, int]]]]


def windows(texts: Sequence[str], title: str, vocabulary: Tokenizer) -> Iterator[Window]:
    """The sentences of a report in windows of at most LONGEST pieces, the title and the sentence before leading in."""
    first, sep = (int(vocabulary.token_to_id(mark) or 0) for mark in ("[CLS]", "[SEP]"))
    head: list[int] = [first, *vocabulary.encode(title, add_special_tokens=False).ids[:TITLE], sep]
    pieces = vocabulary.encode_batch([t.replace("\n", " ") for t in texts], add_special_tokens=False)
    window = Window(head[:], [-1] * len(head), [])
    before: list[int] = []
    for n, piece in enumerate(pieces):
        ids = piece.ids[:CUT]
        if window.sentences and len(window.ids) + len(ids) + 1 > LONGEST:
            yield window
            room = LONGEST - len(head) - len(ids) - 2
            lead = [*before[-room:], sep] if room > 0 and before else []
            window = Window([*head, *lead], [-1] * (len(head) + len(lead)), [])
        window.sentences.append((n, len(window.ids), piece.offsets[:CUT]))
        window.ids += [*ids, sep]
        window.of += [n] * len(ids) + [-1]
        before = ids
    if window.sentences:
        yield window


@dataclass(slots=True)
class Look:
    """Windows of one report that are being read, each with what gives the log-odds of its pieces once they are there."""

    sentences: Sequence[Sentence]
    windows: list[tuple[Window, Callable[[], Floats]]]

    def views(self) -> dict[int, View]:
        """What the encoder makes of the sentences, by their number; of a very long report, of the first."""
        found: dict[int, View] = {}
        for window, odds in self.windows:
            read = odds()
            for index, first, offsets in window.sentences:
                found[self.sentences[index].number] = View(offsets, read[first : first + len(offsets)])
        return found


def look(sentences: Sequence[Sentence], title: str) -> Look:
    """Begins to read sentences of one report, beside whatever else is done until the views are asked for.

    Each window is run by itself: a processor gains nothing from several at once, and what is read must not hang on
    what else is read. Several processors read several windows; where there is one, it reads them when they are asked for.
    """
    session, vocabulary = _encoder()
    cut = islice(windows([s.text for s in sentences], title, vocabulary), MOST)
    if threads() == 1:
        return Look(sentences, [(window, partial(_read, session, window)) for window in cut])
    return Look(sentences, [(window, _readers().submit(_read, session, window).result) for window in cut])


def _read(session: InferenceSession, window: Window) -> Floats:
    """The log-odds [pieces, HEADS] of one window."""
    ids = np.array([window.ids], np.int64)
    (odds,) = session.run(None, {"ids": ids, "mask": np.ones_like(ids)})
    return cast("Floats", odds[0])


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), "encoder")


@cache
def _encoder() -> tuple[InferenceSession, Tokenizer]:
    """The encoder and its vocabulary, loaded when the first report needs them."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # windows are read side by side instead
    options.log_severity_level = 3
    if not _sums_in_one():  # unsigned weights are half as fast and can't overflow
        options.add_session_config_entry("session.x64quantprecision", "1")
    path = resources.files("detente") / "lexicon" / "context.onnx"
    session = InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # what it makes of two steps takes twice as long
    )  # fmt: skip
    assert json.loads(session.get_modelmeta().custom_metadata_map["heads"]) == HEADS
    return session, vocabulary((resources.files("detente") / "lexicon" / "context.json").read_text("utf-8"))


def threads() -> int:
    """How many windows are read side by side: as the environment tells libraries of numbers, else one for each processor, up to four."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdecimal() and int(told):
        return int(told)
    at_hand = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(at_hand, 4)


def _sums_in_one() -> bool:
    """Whether this processor adds products of eight bits in one step (VNNI), where sums of signed ones can't overflow."""
    known = np.show_config(mode="dicts") or {}
    return bool(VNNI & set(known.get("SIMD Extensions", {}).get("found", ())))


def vocabulary(text: str) -> Tokenizer:
    """The vocabulary that a file's text holds."""
    from tokenizers import Tokenizer

    found = Tokenizer.from_str(text)
    found.no_truncation()
    found.no_padding()
    return found
