"""The language of a text, told from its commonest words and its script; no model, no network."""

from __future__ import annotations

import re
from collections import Counter

#: Languages that are told apart, by ISO 639-1 code.
NAMES: dict[str, str] = {
    "en": "English", "fr": "French", "es": "Spanish", "de": "German", "pt": "Portuguese", "it": "Italian",
    "nl": "Dutch", "id": "Indonesian", "tr": "Turkish", "pl": "Polish", "sv": "Swedish", "ru": "Russian",
    "ar": "Arabic", "he": "Hebrew", "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "el": "Greek",
    "hi": "Hindi", "th": "Thai",
}  # fmt: skip
#: The commonest small words of each language, as far as they differ from English ones.
_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        """the of and to in that is was for on with as by at from has have had it its said he they be are were
        will not an this who which their but after""".split()
    ),
    "fr": frozenset(
        """le la les des et du une est dans pour que qui sur avec par au aux ont été pas ce cette plus leur
        mais après entre deux sont""".split()
    ),
    "es": frozenset(
        """el los las del que una por con para se su como más pero fue entre sobre han dijo este esta según
        también desde""".split()
    ),
    "de": frozenset(
        """der die das und den dem ein eine ist nicht mit für auf von im zu sich des auch werden wurde nach bei
        sie haben hat dass zwischen""".split()
    ),
    "pt": frozenset(
        """os uma não para com por que dos das em ao pela pelo mais foi entre sobre disse também são está seu
        sua""".split()
    ),
    "it": frozenset(
        """il di che gli della per una con non del sono alla dei nel anche più è ha tra dopo questo hanno stato
        delle""".split()
    ),
    "nl": frozenset(
        """de het een van en dat met voor niet zijn op aan door ook werd naar bij zij hebben heeft tussen over""".split()
    ),
    "id": frozenset(
        """yang dan di dengan untuk dari pada ini itu akan tidak telah oleh dalam kepada antara juga kata
        mereka""".split()
    ),
    "tr": frozenset("ve bir bu için ile olarak daha olan gibi kadar sonra göre ancak değil olduğu".split()),
    "pl": frozenset("się nie na do że jest oraz przez dla ale został który która między po od".split()),
    "sv": frozenset("och att det som är på av för med inte till har den ett om från men efter mellan".split()),
}  # fmt: skip
_SCRIPTS = (
    ("ja", 0x3040, 0x30FF), ("ko", 0xAC00, 0xD7AF), ("zh", 0x4E00, 0x9FFF), ("ru", 0x0400, 0x04FF),
    ("ar", 0x0600, 0x06FF), ("he", 0x0590, 0x05FF), ("el", 0x0370, 0x03FF), ("hi", 0x0900, 0x097F), ("th", 0x0E00, 0x0E7F),
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
#: Characters looked at in a long text.
_SAMPLE = 20_000


def language(text: str) -> str:
    """The ISO 639-1 code of the language of a text; "en" where there is too little to tell.

    Counts the commonest words of each language, in a sample of a long text; texts in other
    scripts are told by their letters.
    """
    sample = text[:_SAMPLE]
    letters = sum(c.isalpha() for c in sample) if not sample.isascii() else 0
    foreign = [ord(c) for c in sample if c > "\x7f" and c.isalpha()] if letters else []
    for code, first, last in _SCRIPTS:
        if foreign and sum(first <= c <= last for c in foreign) > 0.3 * letters:
            return code
    words = Counter(map(str.lower, _WORD.findall(sample)))
    counts = {code: sum(words[w] for w in words.keys() & known) for code, known in _WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    total = words.total()
    if total < 20 or best == "en" or counts[best] < 0.08 * total:
        return "en"
    return best if counts[best] > 1.5 * counts["en"] else "en"
