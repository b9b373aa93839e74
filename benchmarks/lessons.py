"""What the encoder of `detente.context` learns from: annotated reports, cut into windows, each piece with what it is.

    python benchmarks/lessons.py GOLD.json [GOLD.json …] [--corpus FILE] [--but GOLD.json …] --out lessons.npz

With `--but` the reports of the corpus that no GOLD annotates come too, for a teacher to tell what is in them, without those
that these files annotate: what is set aside is not even read. Needs nothing but Detente; `train_context.py` takes the
file on any machine that has torch.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import train
import written
from detente import context, tables
from detente.evaluate import Gold, load_gold, renamer, sentence_of
from detente.reader import Reading, propose
from detente.sources import open_reports

HEADS = {name: n for n, name in enumerate(context.HEADS)}
TOLD = {name: n for n, name in enumerate(context.TOLD)}
UNKNOWN = -1


class Lesson:
    """A report with what is right of each of its pieces and sentences; -1 where nothing is known."""

    def __init__(self, gold: Gold, reading: Reading, vocabulary: Any) -> None:
        self.gold, self.reading = gold, reading
        self.windows = list(context.windows([s.text for s in reading.sentences], gold.title, vocabulary))
        self.offsets = {n: offsets for w in self.windows for n, _, offsets in w.sentences}
        self.pieces = {n: self._blank(len(offsets)) for n, offsets in self.offsets.items()}
        self.told = {n: np.zeros(len(TOLD), np.int8) for n in self.offsets}
        self.of_gold: dict[int, list[int]] = {}
        for n, s in enumerate(reading.sentences):
            self.of_gold.setdefault(sentence_of(gold.sentences, s.start, s.end), []).append(n)
        self._acts()
        self._undertakings()
        self._meetings()

    @staticmethod
    def _blank(pieces: int) -> Any:
        found = np.full((pieces, len(HEADS)), UNKNOWN, np.int8)
        found[:, [HEADS[name] for name in ("promised", "what", "on", "meeting")]] = 0
        return found

    def _acts(self) -> None:
        name = renamer(self.gold)
        for act in self.gold.acts:
            kind = act["kind"]
            for n in self._at(act["s"], act["about"]):
                self.told[n][TOLD[f"act {kind}"]] = 1
                self._mark(n, f"about {kind}", act["about"])
                self._cast(n, f"actor {kind}", {c.casefold() for c in act["actors"]}, name)
                self._cast(n, f"target {kind}", {c.casefold() for c in act["targets"]}, name)
        for c, right in train.told(self.gold, self.reading):
            n = c.sentence.number - 1
            piece = self._piece(n, c.token.idx)
            if piece is not None and not c.cues:
                column = HEADS[f"act {c.kind}"]
                self.pieces[n][piece, column] = max(self.pieces[n][piece, column], right)

    def _at(self, s: int, words: str) -> Iterator[int]:
        """The reader's sentences that a sentence of the gold is: of several the one that holds the words."""
        numbers = self.of_gold.get(s, [])
        if len(numbers) > 1:
            holding = [n for n in numbers if words and words in " ".join(self.reading.sentences[n].text.split())]
            numbers = holding[:1] or numbers[:1]
        yield from numbers

    def _span(self, n: int, words: str) -> tuple[int, int] | None:
        """Where in a sentence words stand, however their white space is."""
        if not words:
            return None
        found = re.search(r"\s+".join(map(re.escape, words.split())), self.reading.sentences[n].text)
        return found.span() if found else None

    def _mark(self, n: int, head: str, words: str) -> None:
        column = self.pieces[n][:, HEADS[head]]
        column[column == UNKNOWN] = 0
        span = self._span(n, words)
        for piece, (first, end) in enumerate(self.offsets[n]):
            if span and first < span[1] and end > span[0]:
                column[piece] = 1

    def _cast(self, n: int, head: str, right: set[str], name: Any) -> None:
        """Marks the names of a sentence that mean one of the right parties."""
        for piece, codes in self.named(n):
            is_right = bool({name(code.casefold()) for code in codes} & right)
            self.pieces[n][piece, HEADS[head]] = max(self.pieces[n][piece, HEADS[head]], is_right)

    def named(self, n: int) -> Iterator[tuple[int, list[str]]]:
        """The pieces of a sentence at which names of parties begin, each with whom it may mean."""
        scene = self.scene(n)
        for token, codes in scene.named if scene is not None else ():
            piece = self._piece(n, token.idx)
            if piece is not None:
                yield piece, codes

    def scene(self, n: int) -> Any:
        """The parties at hand in a sentence."""
        return self.reading.scenes.get(n + 1)

    def _piece(self, n: int, start: int) -> int | None:
        return next((i for i, (first, end) in enumerate(self.offsets[n]) if first <= start < end), None)

    def _undertakings(self) -> None:
        for pledge in self.gold.pledges:
            for n in self._at(pledge["s"], pledge["what"]):
                self.told[n][TOLD["promise"]] = 1
                self._mark(n, "promised", pledge["what"])
        for link in self.gold.links:
            for n in self._at(link["s"], link["what"]):
                self.told[n][TOLD["hanging"]] = 1
                self._mark(n, "what", link["what"])
                self._mark(n, "on", link["on"])

    def _meetings(self) -> None:
        """Marks what names the meetings of a sentence and who sits at them, and who sits at any of the report."""
        name = renamer(self.gold)
        everybody: set[str] = set()
        for meeting in self.gold.meetings:
            sitting = {code.casefold() for code in meeting["parties"]}
            everybody |= sitting
            for n in (n for s in meeting["s"] for n in self.of_gold.get(s, [])):
                self.told[n][TOLD["talks"]] = 1
                self._mark(n, "meeting", meeting["name"])
                if sitting:
                    self._cast(n, "seat", sitting, name)
        for n in self.pieces if everybody else ():
            self._cast(n, "sits", everybody, name)


def pack(lessons: list[Lesson], annotated: int) -> dict[str, Any]:
    """Lessons as arrays: pieces one after the other, with where windows, sentences and reports begin.

    `ids` int32 [pieces], `of` int32 [pieces] (sentence, -1 for what leads in), `pieces` int8 [pieces, HEADS], `named` bool
    [pieces] (names of parties); `told` int8 [sentences, TOLD]; `window` int32 [windows + 1] (first piece), `report` int32
    [windows]; `annotated` bool [reports]: the first ones are.
    """
    ids, of, pieces, named, told, window, report = [], [], [], [], [], [0], []
    sentences = 0
    for number, lesson in enumerate(lessons):
        for w in lesson.windows:
            labels = np.full((len(w.ids), len(HEADS)), UNKNOWN, np.int8)
            names = np.zeros(len(w.ids), bool)
            for n, start, offsets in w.sentences:
                labels[start : start + len(offsets)] = lesson.pieces[n]
                names[[start + piece for piece, _ in lesson.named(n)]] = True
            ids += w.ids
            of += [sentences + n if n >= 0 else -1 for n in w.of]
            pieces.append(labels)
            named.append(names)
            window.append(len(ids))
            report.append(number)
        told += [lesson.told[n] for n in sorted(lesson.told)]
        sentences += len(lesson.told)
    return {
        "ids": np.array(ids, np.int32), "of": np.array(of, np.int32), "pieces": np.concatenate(pieces),
        "named": np.concatenate(named), "told": np.array(told), "window": np.array(window, np.int32),
        "report": np.array(report, np.int32), "annotated": np.arange(len(lessons)) < annotated,
        "source": np.arange(len(ids), dtype=np.int32), "tail": np.zeros(len(ids), bool),
        "names": np.array(json.dumps([lesson.gold.id for lesson in lessons])),
        "heads": np.array(json.dumps(context.HEADS)), "told heads": np.array(json.dumps(context.TOLD)),
    }  # fmt: skip


def sorts(lessons: list[Lesson], vocabulary: Any) -> Any:
    """What sort of word each piece of the vocabulary mostly is, int16: 0 none known, -1 what goes on with a word.

    Sorts are spaCy's tags of verbs, nouns, adjectives and adverbs.
    """
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for lesson in lessons:
        for sentence in lesson.reading.sentences:
            for token in sentence.doc or ():
                seen[token.lower_][token.tag_] += 1
    tags = sorted({tag for of in seen.values() for tag in of if tag[:2] in ("VB", "NN", "JJ", "RB")})
    found = np.zeros(vocabulary.get_vocab_size(), np.int16)
    for piece, n in vocabulary.get_vocab().items():
        tag = max(seen[piece], key=seen[piece].__getitem__) if piece in seen else ""
        found[n] = -1 if piece.startswith("##") else tags.index(tag) + 1 if tag in tags else 0
    return found


#: Ways in which each report is told with other states in it.
FORMS = 4


@dataclass
class States:
    """The names of states as the encoder's pieces, to tell the same story of other states.

    What an encoder learns of who does what shall not hang on who it was in the reports that it learnt from. Its pieces do
    not know capitals, so "US" is left alone for the sake of "us".
    """

    vocabulary: Any
    #: by first piece: the pieces of a name, the state, the sort of name and its place among these
    found: dict[int, list[tuple[list[int], str, str, int]]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, dict[str, list[list[int]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        vocabulary = self.vocabulary.get_vocab()
        self.inner = {n for piece, n in vocabulary.items() if piece.startswith("##")}
        for row in tables.rows("states", "code name aliases demonyms capital metonyms"):
            code, sorts = row["code"], ("name", "aliases", "demonyms", "capital")
            plain = {
                sort: [form for form in tables.cell(row[sort]) if form[0] != "!" and form != "US"] for sort in sorts
            }
            self.names[code] = {sort: [self._pieces(form) for form in forms] for sort, forms in plain.items()}
            for sort, forms in self.names[code].items():
                for place, pieces in enumerate(forms):
                    self.found[pieces[0]].append((pieces, code, sort, place))
        for forms in self.found.values():
            forms.sort(key=lambda form: -len(form[0]))
        self.codes = [code for code, of in self.names.items() if of["demonyms"] and len(of["name"][0]) < 3]

    def _pieces(self, form: str) -> list[int]:
        return list(self.vocabulary.encode(form, add_special_tokens=False).ids)

    def named(self, ids: list[int], start: int) -> tuple[list[int], str, str, int] | None:
        """The longest name that begins at a piece."""
        for form in self.found.get(ids[start], ()):
            end = start + len(form[0])
            if ids[start:end] == form[0] and (end == len(ids) or ids[end] not in self.inner):
                return form
        return None

    def other(self, code: str, sort: str, place: int) -> list[int] | None:
        """How another state is called in the same way."""
        forms = self.names[code]["name" if sort == "aliases" else sort]
        return forms[min(place, len(forms) - 1) if sort == "demonyms" else 0] if forms else None

    def form(self, packed: dict[str, Any], number: int) -> dict[str, Any]:
        """All windows with other states in the place of those named, each state of a report with another everywhere.

        `source` tells for each piece which one it stands for, `tail` which are not the first of a name put in.
        """
        rng = random.Random(number)
        ids: list[int] = []
        source: list[int] = []
        tail: list[bool] = []
        window, instead, before = [0], {}, -1
        for w, report in enumerate(packed["report"]):
            if report != before:
                instead, before = {}, report
            start, end = packed["window"][w : w + 2]
            here = packed["ids"][start:end].tolist()
            n = 0
            while n < len(here):
                called = self.named(here, n)
                old, new = called[0] if called else here[n : n + 1], None
                if called:
                    new = self.other(instead.setdefault(called[1], rng.choice(self.codes)), called[2], called[3])
                new = new or old
                ids += new
                source += [start + n + min(place, len(old) - 1) for place in range(len(new))]
                tail += [called is not None and place > 0 for place in range(len(new))]
                n += len(old)
            window.append(len(ids))
        found = {"ids": np.array(ids, np.int32), "source": np.array(source, np.int32), "tail": np.array(tail)}
        return {f"{k}{number}": x for k, x in (found | {"window": np.array(window, np.int32)}).items()}


def bare(corpus: Path, but: set[str]) -> Iterator[tuple[Gold, Reading]]:
    """The reports of a corpus that are not annotated, as if nothing were told in them."""
    for report in open_reports([str(corpus)], force=True):
        if report.id not in but:
            reading = propose(report, gated=False)
            sentences = [(s.start, s.end) for s in reading.sentences]
            yield Gold(report.id, report.title, report.date, report.text, sentences), reading


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument(
        "--but", nargs="+", type=Path, default=[], help="take the rest of the corpus too, without these"
    )
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    golds = [g for path in arguments.gold for g in load_gold(path, arguments.corpus)]
    vocabulary = context.vocabulary((train.WEIGHTS.parent / "context.json").read_text("utf-8"))
    lessons = [Lesson(gold, propose(gold.report(), gated=False), vocabulary) for gold in golds + written.load()]
    annotated = len(lessons)
    if arguments.but:
        known = {g.id for g in golds} | {g.id for path in arguments.but for g in load_gold(path, arguments.corpus)}
        for gold, reading in bare(arguments.corpus, known):
            lesson = Lesson(gold, reading, vocabulary)
            if lesson.windows:
                lessons.append(lesson)
    packed = pack(lessons, annotated) | {"sort": sorts(lessons, vocabulary)}
    states = States(vocabulary)
    for number in range(1, FORMS + 1):
        packed |= states.form(packed, number)
    np.savez_compressed(arguments.out, **packed)


if __name__ == "__main__":
    main()
