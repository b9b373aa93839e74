"""A text cut where entries begin and end, so that each can be marked at its place though they overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text under the same entries; `begins` are the offsets at which a quote begins here."""

    start: int
    text: str
    entries: tuple[int, ...]
    begins: bool = False


def pieces(text: str, spans: Iterable[tuple[int, int, int]]) -> list[Piece]:
    """The text in pieces; `spans` are (start, end, number of an entry). Joined, the pieces are the text."""
    found = [(a, b, n) for a, b, n in spans if 0 <= a < b <= len(text)]
    cuts = sorted({0, len(text), *(x for a, b, _ in found for x in (a, b))})
    begins = {a for a, _, _ in found}
    over: list[tuple[int, int, int]] = []
    rest = sorted(found)
    made = []
    for start, end in pairwise(cuts):
        while rest and rest[0][0] <= start:
            over.append(rest.pop(0))
        over = [span for span in over if span[1] > start]
        under = tuple(dict.fromkeys(n for _, _, n in sorted(over, key=lambda s: s[2])))
        made.append(Piece(start, text[start:end], under, start in begins))
    return made
