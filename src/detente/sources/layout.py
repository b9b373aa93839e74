"""Where the report is on a page of plain text: its title, its body, and what to skip inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detente.sources import datelines, furniture

_LINE = re.compile(r"[^\r\n]+")
_FINAL = re.compile(r"[.!?…][\"'”’»)\]]*$")
_INITIALS = re.compile(r"(?:^|\W)(?:[A-Z]\.){2,}$|\b(?:Jr|Sr|Inc|Ltd|Co|Corp)\.$")
_INNER_STOP = re.compile(r"[a-z\d]{2}[.!?][\"'”’)]*\s+[\"'“‘(]?[A-Z]")
#: Lines shorter than this are lists and menus, not wrapped prose.
_NARROWEST = 36
#: Lines longer than this stand for whole paragraphs.
_WIDEST = 160
#: A line without a final stop is prose from this many words on; no headline is so long.
_LONG_LINE = 26


@dataclass(slots=True)
class Unit:
    """A paragraph or a line that stands alone. `kind`: "prose", "short" or a kind of furniture."""

    start: int
    end: int
    kind: str

    @property
    def furniture(self) -> bool:
        """Whether it belongs to the page and not to the report."""
        return self.kind not in ("prose", "short")


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found on a page: the title's words, the body's span, spans inside to skip."""

    title: str
    body: tuple[int, int]
    skips: tuple[tuple[int, int], ...]
    around: tuple[str, ...]
    dateline: datelines.Dateline | None


def find(text: str, title: str = "") -> Layout:
    """The layout of a text, with or without a title known beforehand."""
    units = list(_units(text))
    first = _first(text, units, title)
    last = _last(units, first)
    found = title or _title(text, units[:first])
    if not found and first + 1 < last and _asks(text, units[first]) and units[first + 1].kind == "prose":
        found = _words(text, units[first])
        first += 1
    inside = units[first:last]
    if not inside:
        body = _trim(text)
        return Layout(found, body, (), (), None)
    body = (inside[0].start, inside[-1].end)
    body = (body[0] + furniture.opening(text[body[0] : body[0] + 200]), body[1])
    around = tuple(text[u.start : u.end] for u in units[:first] + units[last:] if u.furniture)
    line = datelines.find(text, body)
    return Layout(found, body, tuple(_skips(text, inside, line)), around, line)


def _units(text: str) -> Iterator[Unit]:
    for block in _blocks(text):
        for start, end in _joined(text, block):
            yield Unit(start, end, _kind(text[start:end]))


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Runs of lines without an empty line or a new indent between them."""
    block: list[tuple[int, int]] = []
    at, indent = 0, 0
    for match in _LINE.finditer(text):
        line = match.group()
        bare = line.strip()
        if not bare:
            continue
        start = match.start() + line.index(bare[0])
        deeper = start - match.start()
        gap = text[at : match.start()]
        if block and (_breaks(gap) > 1 or (deeper >= 2 and deeper > indent)):
            yield block
            block = []
        block.append((start, start + len(bare)))
        at, indent = match.end(), deeper
    if block:
        yield block


def _breaks(gap: str) -> int:
    """How many lines end in what stands between two."""
    return gap.count("\n") + gap.count("\r") - gap.count("\r\n")


def _joined(text: str, block: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The paragraphs of a block: lines that were broken only for width are put together."""
    width = max(end - start for start, end in block)
    start, end = block[0]
    for following in block[1:]:
        if not _wrapped(text[start:end], text[end : following[1]].lstrip(), end - _line_start(text, end), width):
            yield start, end
            start = following[0]
        end = following[1]
    yield start, end


def _line_start(text: str, end: int) -> int:
    return max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1


def _wrapped(before: str, line: str, length: int, width: int) -> bool:
    """Whether `line` goes on with the sentence of the line before, which had no room for its first word."""
    if not _NARROWEST <= width <= _WIDEST or _FINAL.search(before):
        return False
    word = line.split(None, 1)[0]
    if word[0].islower():
        return True
    if length + 1 + len(word) <= width:
        return False
    return not furniture.kind(line) and not (len(before) <= width and furniture.kind(before))


def _kind(unit: str) -> str:
    words = " ".join(unit.split()) if len(unit) < 1000 else unit
    return furniture.kind(words) or ("prose" if _is_prose(words) else "short")


def _is_prose(words: str) -> bool:
    count = len(words.split())
    if _FINAL.search(words) and not (count < 18 and _INITIALS.search(words)):
        return count >= 4
    return count >= _LONG_LINE or (count >= 12 and _INNER_STOP.search(words) is not None)


def _first(text: str, units: list[Unit], title: str) -> int:
    """The unit that the body begins with: the first prose, else the first that is no furniture."""
    known = _bare(title)
    for kinds in (("prose",), ("prose", "short")):
        for i, unit in enumerate(units):
            if unit.kind in kinds and not (known and _bare(_words(text, unit)) == known):
                return i
    return 0


def _last(units: list[Unit], first: int) -> int:
    """The unit after the last of the body."""
    total = sum(u.end - u.start for u in units[first:] if u.kind == "prose")
    seen, last = 0, len(units)
    for i in range(first, len(units)):
        if units[i].kind == "end" and i > first and 2 * seen >= total:
            last = i
            break
        seen += units[i].end - units[i].start if units[i].kind == "prose" else 0
    prose = max((i for i in range(first, last) if units[i].kind == "prose"), default=last - 1)
    for i in range(prose + 1, last):
        if units[i].furniture:
            last = i
            break
    return last


def _title(text: str, before: list[Unit]) -> str:
    """The last short line ahead of the body; one of three words or more, if there is any."""
    short = [_words(text, u) for u in before if u.kind == "short"]
    full = [words for words in short if len(words.split()) >= 3]
    return (full or short or [""])[-1]


def _asks(text: str, unit: Unit) -> bool:
    words = _words(text, unit)
    return words.endswith(("?", "!")) and len(words.split()) <= 14 and not re.search(r"[.\"“”]", words)


def _skips(text: str, inside: list[Unit], line: datelines.Dateline | None) -> Iterator[tuple[int, int]]:
    if line is not None:
        yield line.start, line.end
    boxed = False
    for unit in inside:
        if unit.kind == "prose":
            boxed = False
        elif unit.kind == "box":
            boxed = True
        if unit.furniture or boxed:
            yield unit.start, unit.end
    last = inside[-1]
    cut = furniture.sign_off(text[last.start : last.end])
    if cut is not None and not last.furniture:
        yield last.start + cut, last.end


def _words(text: str, unit: Unit) -> str:
    return " ".join(text[unit.start : unit.end].split())


def _bare(words: str) -> str:
    return "".join(filter(str.isalnum, words.lower()))


def _trim(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip())
    return start, max(start, len(text.rstrip()))
