"""Wordings compared: which words of a phrase tell its matter, and how alike two phrases are.

A phrase becomes the set of stems of its telling words. Names of parties, dates and small words are left
out, and words of one row of `synonyms.tsv` become one, so that "pulled its troops out" and "the withdrawal
of soldiers" share what they are about. Stems are cut by a short list of endings, after Porter (1980), An
algorithm for suffix stripping, but only as far as wordings of one matter need.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache, lru_cache

from detente import names
from detente.tables import cell, irregular, rows

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
#: Endings, what stands for them, and how many letters stay before them at least; the longest come first.
_ENDINGS = (
    ("ations", "", 4), ("ation", "", 4), ("ments", "", 4), ("ment", "", 4), ("ings", "", 3), ("ing", "", 3),
    ("ions", "", 5), ("ion", "", 5), ("ies", "y", 3), ("ied", "y", 3), ("ed", "", 3), ("als", "", 4), ("al", "", 4),
    ("es", "", 3), ("s", "", 3), ("e", "", 3),
)  # fmt: skip
#: As many words apart the two words of a phrase may stand.
PARTED = 6
_VOWELS = re.compile("[aeiouy]")


#: Sentences and phrases whose words are kept in mind, some two KiB each: what an app that serves a growing archive
#: remembers of it.
REMEMBERED = 4096


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word, the same for its inflections: "published" -> "publish", "sent" -> "send"."""
    word = _lemmas().get(word.lower(), word.lower())
    for ending, instead, stays in _ENDINGS:
        head = word[: -len(ending)]
        if word.endswith(ending) and len(head) >= stays and _VOWELS.search(head) and not word.endswith("ss"):
            word = head + instead
            break
    single = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sle" and word[:-1] not in _small()
    return word[:-1] if single else word


@cache
def _small() -> frozenset[str]:
    """The small words as they are written: "herring" is no "her" and "canned" no "can"."""
    return frozenset(_matter("function"))


@cache
def _lemmas() -> dict[str, str]:
    return {form: lemma for lemma, forms in irregular().items() for form in forms}


def irregular_past(word: str) -> bool:
    """Whether a word is a past form that no ending tells: "sent", "built", "withdrawn"."""
    return word in _lemmas() and not word.endswith(("ing", "s"))


@cache
def _synonyms() -> dict[tuple[str, ...], str]:
    """Stems of a word, or of a phrase of two, to the stem they stand for."""
    found: dict[tuple[str, ...], str] = {}
    for row in rows("synonyms", "word others"):
        for phrase in (row["word"], *cell(row["others"])):
            found.setdefault(tuple(stem(w) for w in phrase.split()), stem(row["word"]))
    return found


@cache
def _phrases() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for stems_, stands_for in _synonyms().items():
        if len(stems_) == 2:
            found.setdefault(stems_[0], set()).add(stands_for)
    return {word: frozenset(stands_for) for word, stands_for in found.items()}


def phrasal(word: str) -> frozenset[str]:
    """The stems for which a verb stands together with a second word: of "pull" (out, back) withdraw."""
    return _phrases().get(stem(word), frozenset())


@cache
def _fulfils() -> dict[str, frozenset[str]]:
    """Of stems of promised verbs the stems of those that tell the deed done, themselves among them."""
    found: dict[str, frozenset[str]] = {}
    for row in rows("fulfils", "promised told"):
        told = frozenset(word for phrase in cell(row["told"]) for word in _deed(phrase))
        for verb in stems("; ".join(cell(row["promised"]))):
            found[verb] = found.get(verb, frozenset({verb})) | told
    return found


def _deed(phrase: str) -> frozenset[str]:
    """The stems that tell a deed, without those that any deed may have: of "take effect" only effect."""
    found = stems(phrase)
    return found - _idle("light") or found


def fulfilling(verb: str) -> frozenset[str]:
    """The stems of verbs that tell a promised deed done, itself among them: of "pay" also "wire" and "transfer"."""
    return _fulfils().get(verb, frozenset({verb}) if verb else frozenset())


@cache
def arriving() -> frozenset[str]:
    """The stems of deeds that the thing or who gets it does, not who promised: "the money reached the ministry"."""
    return _idle("arrival")


@cache
def papers() -> frozenset[str]:
    """The stems of what is signed and of who signs, which say alone on nothing what talks are about."""
    return _idle("paper")


@cache
def ending() -> frozenset[str]:
    """The stems of deeds that end a thing or put it off: that the thing is put off does not delay them."""
    return _idle("ending")


@cache
def lasting() -> frozenset[str]:
    """The stems of deeds that keep a thing as it is: that it still is so does not break them."""
    return _idle("lasting")


@cache
def _idle(*sorts: str) -> frozenset[str]:
    """The stems of the words of these sorts in `matter.tsv`."""
    return frozenset(map(stem, _matter(*sorts)))


def _matter(*sorts: str) -> Iterator[str]:
    """The words of these sorts in `matter.tsv`, as they are written."""
    return (word for r in rows("matter", "sort words") if r["sort"] in sorts for word in cell(r["words"]))


@cache
def bodies() -> tuple[str, ...]:
    """Bodies that sit again and again, as they are written: "working party", "joint commission"."""
    return tuple(_matter("body"))


def talks_words() -> frozenset[str]:
    """The stems of words for talks as such: talks, round, summit, meeting."""
    return _idle("talks")


def without_names(text: str) -> str:
    """A text in which no party, capital or standing format is named any more; "U.N. inspectors" are still inspectors."""
    kept, at = [], 0
    for name in names.find(text):
        kept += [text[at : name.start], *_COMMON.findall(text[name.start : name.end])]
        at = name.end
    return " ".join([*kept, text[at:]])


_COMMON = re.compile(r"(?<![\w'’-])[a-z][a-z-]+")


@lru_cache(maxsize=REMEMBERED)
def telling(text: str) -> tuple[str, ...]:
    """The stems of the words that tell what a phrase is about, in order, each once."""
    idle = _idle("function", "light", "talks", "time", "number", "promise")
    return tuple(dict.fromkeys(word for word in _stems(without_names(text)) if word not in idle and len(word) > 1))


@lru_cache(maxsize=REMEMBERED)
def stems(phrase: str) -> frozenset[str]:
    """The stems of all words of a phrase or a sentence but the small ones, synonyms made one."""
    return stems_of_report(phrase)


def stems_of_report(text: str) -> frozenset[str]:
    """The same of a whole report, of which none is remembered: it may be long, and is hardly asked for twice."""
    return frozenset(_stems(text)) - _idle("function")


def _stems(text: str) -> Iterator[str]:
    found = [stem(word) for word in _WORD.findall(text.replace("’", "'").replace("'s ", " "))]
    synonyms, taken = _synonyms(), set[int]()
    for at, word in enumerate(found):
        second = _particle(found, at) if at not in taken else None
        if second is not None:
            taken.add(second)
            yield synonyms[word, found[second]]
        elif at not in taken:
            yield synonyms.get((word,), word)


def _particle(found: list[str], at: int) -> int | None:
    """Where the second word of a phrase of the synonyms stands, which may part: "let the prisoners go"."""
    near = range(at + 1, min(at + 1 + PARTED, len(found)))
    return next((n for n in near if (found[at], found[n]) in _synonyms()), None)


_AMOUNT = re.compile(r"(?<![\w.,-])\d[\d,.]*\d|(?<![\w.,-])\d(?![\w-])")
_NUMBERS = """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SPELT = re.compile(
    rf"(?<![\w-])(?:(?P<tens>{'|'.join(_TENS)})(?:-(?P<ones>one|{'|'.join(_NUMBERS[:8])}))?|{'|'.join(_NUMBERS)})(?![\w-])",
    re.I,
)
_TIMES = re.compile(r"[ -](?:hour|day|week|month|year)s?\b")
_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? $", re.I)


@lru_cache(maxsize=REMEMBERED)
def amounts(text: str) -> frozenset[str]:
    """The numbers in a text that count something, as they are written; years, lengths of time and days of a month are left out."""
    found = (
        m for m in _AMOUNT.finditer(text)
        if not _MONTH.search(text[: m.start()]) and not _TIMES.match(text, m.end())
    )  # fmt: skip
    digits = {n for m in found if not re.fullmatch(r"(?:19|20)\d\d", n := m[0].rstrip(".,"))}
    spelt = (m for m in _SPELT.finditer(text) if not _TIMES.match(text, m.end()))
    return frozenset(digits | {str(_spelt(m)) for m in spelt})


def _spelt(found: re.Match[str]) -> int:
    """The number of "twelve", "forty" or "sixty-one"."""
    if found["tens"] is None:
        return _NUMBERS.index(found[0].lower()) + 2
    ones = (found["ones"] or "").lower()
    return 10 * (_TENS.index(found["tens"].lower()) + 2) + (["", "one", *_NUMBERS].index(ones) if ones else 0)


def shared(a: Collection[str], b: Collection[str]) -> float:
    """The part of the shorter of two sets of words that the other has too, 0..1 (overlap coefficient)."""
    a, b = set(a), set(b)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def alike(a: Collection[str], b: Collection[str]) -> float:
    """How alike two sets of words are, 0..1 (Jaccard)."""
    a, b = set(a), set(b)
    return len(a & b) / len(a | b) if a and b else 0.0


@cache
def _signs() -> dict[str, re.Pattern[str]]:
    found: dict[str, list[str]] = {}
    for row in rows("signs", "sign pattern"):
        found.setdefault(row["sign"], []).append(row["pattern"])
    return {sign: re.compile("|".join(f"(?:{p})" for p in patterns)) for sign, patterns in found.items()}


def sign(name: str, text: str) -> re.Match[str] | None:
    """Where a text carries a sign of `signs.tsv`, such as "postponed"; None where it does not.

    Raises KeyError for a sign that the table does not know.
    """
    return _signs()[name].search(" ".join(text.lower().split()))
