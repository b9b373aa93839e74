"""Where sentences begin and end: rules over characters, so that most text need not be parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Words that end in a full stop without ending a sentence, lower case and without that stop.
ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof gen lt col maj capt cmdr adm sgt brig rev hon sen rep gov pres amb st ste messrs
        jr sr no nos vs etc eg ie cf approx dept est art sec fig vol pp ed al jan feb mar apr jun jul aug
        sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun inc ltd corp co bros mt ft km bn
        mln""".split()
)
#: Of those, the ones that may well stand last in a sentence when a capital follows.
MAY_END = frozenset("etc jr sr inc ltd corp co al bn mln km ft".split())

# each begins where a run begins, and nowhere within it: else a long run without an end is tried from every place
_PARAGRAPH = re.compile(r"(?<![ \t\r\f\v\xa0])(?:[ \t\r\f\v\xa0]*\n){2,}\s*|\n(?=[ \t\xa0]{2,}\S)")
_STOP = re.compile(r"(?<![.!?…])[.!?…]+(?:[\"'”’»)\]]|(?<=[.!?…]) (?=[\"”] ?(?:\s|$))[\"”])*(?=\s|$)")
_INITIALS = re.compile(r"(?:^|[\s(\"“'-])(?:[A-Z]\.)+$|(?:^|[\s(])[a-z]\.[a-z]\.$")
_LAST_WORD = re.compile(r"([A-Za-z]+)$")
_NEXT = re.compile(r"\s+([\"“‘'(\[«]*\s?)(\S+)")
#: A capitalised word after an acronym such as "U.S." that can only open a sentence.
_OPENERS = frozenset(
    """The A An In On At But And He She It They We I This That These Those His Her Their Its There However
        Meanwhile Earlier Later After Before While When If As For From Asked Both Some Many Most Under Since
        Although Despite According Last Such To By With You Our My No Not""".split()
)


def split(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Character spans of the sentences in `text[start:end]`, trimmed of white space.

    A paragraph break (an empty line, or an indented new line) always ends a sentence. Quotes and
    brackets that close stay with the sentence they close; "Mr.", "U.S.", initials, numbers and
    stops inside a word do not end one. Linear in the length of the text.
    """
    end = len(text) if end is None else end
    at = start
    for gap in _PARAGRAPH.finditer(text, start, end):
        yield from _paragraph(text, at, gap.start())
        at = gap.end()
    yield from _paragraph(text, at, end)


def _paragraph(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and _ends(text, stop.start(), stop.end(), min(end, stop.end() + 80)):
            if span := _trim(text, at, stop.end()):
                yield span
            at = stop.end()
    if span := _trim(text, at, end):
        yield span


def _ends(text: str, stop: int, after: int, limit: int) -> bool:
    """Whether the stop at `stop` ends a sentence, judged by the words on both sides."""
    following = _NEXT.match(text, after, limit)
    if following is None:
        return True
    quotes, word = following.groups()
    bare = word.rstrip(",;:.!?\"'”’")
    if text[stop:after].startswith("..") and not quotes and not bare[:1].isupper():
        return False
    if text[stop] in "!?" and after - stop == 1 and bare[:1].islower():
        return False
    if bare[:1].islower() and not quotes:
        return False
    if text[stop] != "." or (after - stop > 1 and text[stop + 1] in ".!?"):
        return True
    before = text[max(0, stop - 24) : stop + 1]
    if _INITIALS.search(before):
        return bare in _OPENERS and not re.search(r"(?:^|[\s(])[A-Z]\.$", before)
    last = _LAST_WORD.search(before[:-1])
    if last and last.group(1).lower() in ABBREVIATIONS:
        return last.group(1).lower() in MAY_END and bare in _OPENERS
    return True


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
