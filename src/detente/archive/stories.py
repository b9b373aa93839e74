"""Wire copies, updates and reprints of one story: finding them, and counting what they say once.

Two reports are of one story when most of the shorter one stands in the longer. That is asked of few: every
report leaves a sample of its word shingles in an index (those whose hash is a multiple of 16, which keeps
the share that two texts have in common; Broder 1997, "On the resemblance and containment of documents"),
and only reports of the same days with several of them in common are compared word by word.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq
from sqlalchemy import Connection, func, insert, select

from detente.archive.schema import reports, shingles
from detente.report import Report

_WORD = re.compile(r"[^\W_]+")
_SIZE = 4
_EVERY = 16
#: A report leaves at least and at most so many samples.
_FEWEST, _MOST = 4, 200
#: Days that copies of a story lie apart at most.
WINDOW = 3
#: The share of the shorter report that must stand in the longer. Looked at on 2,419 wire reports: pairs
#: between 0.35 and 0.6 are updates that recast the lead; the order of words then decides.
_ENOUGH = 0.6
_PERHAPS = 0.3
_IN_ORDER = 0.75
#: Reports shorter than this must also be of about the same length: a sentence is no story.
_SHORT = 60
_ALMOST_ALL = 0.8
#: "ADDS quotes", "UPDATES with reaction", "RECASTS": a later version of the same story says so.
_CORRECTS = re.compile(
    r"^\W*(?:attention\W+)?(?:CORRECTED|CORRECTION|CORRECTS|Correct(?:ed|ion|s)\b\W*[:\-–—/(])|\bCORRECT(?:ED|ION|S)\b"
    r"|\((?:[Cc]orrect(?:ed|ion|s|ing))\b|^\W*[Cc]orrects\b|\b[Cc]orrected (?:repetition|repeat|version|copy)\b",
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stored report that a new one is a copy of; `share` is what they have in common, 0..1."""

    report_id: int
    story_id: int
    name: str
    share: float
    corrects: bool
    current: bool


def corrects(title: str, text: str) -> bool:
    """Whether a report says of itself that it corrects an earlier one."""
    return any(_CORRECTS.search(line) for line in (title, text.lstrip()[:120].split("\n")[0]))


def body_words(report: Report) -> list[str]:
    """The words of a report's body, without the page around it."""
    return [w.lower() for start, end in report.parts() for w in _WORD.findall(report.text[start:end])]


def shingled(words: list[str]) -> set[int]:
    """Hashes of all runs of four words."""
    last = max(1, len(words) - _SIZE + 1)
    return {zlib.crc32(" ".join(words[i : i + _SIZE]).encode("utf-8", "replace")) for i in range(last)}


def sample(all_of_them: set[int]) -> list[int]:
    """The shingles that go into the index."""
    ordered = sorted(all_of_them)
    chosen = [h for h in ordered if h % _EVERY == 0][:_MOST]
    return chosen if len(chosen) >= _FEWEST else sorted({*chosen, *ordered[:_FEWEST]})


def share(one: list[str], other: list[str]) -> float:
    """The share of the shorter text that stands in the longer, 0..1; 0 where they are no copies."""
    first, second = shingled(one), shingled(other)
    common, shorter = len(first & second), min(len(first), len(second))
    if not common:
        return 0.0
    if min(len(one), len(other)) < _SHORT:
        both = common / len(first | second)
        return both if both >= _ALMOST_ALL else 0.0
    contained = common / shorter
    if contained >= _ENOUGH:
        return contained
    if contained < _PERHAPS:
        return 0.0
    in_order: float = LCSseq.similarity(one, other) / min(len(one), len(other))
    return contained if in_order >= _IN_ORDER else 0.0


def day_number(date: str) -> int:
    """The day as a number; 0 where it isn't known."""
    return dt.date.fromisoformat(date).toordinal() if date else 0


def remember(link: Connection, report_id: int, date: str, words: list[str]) -> None:
    """Puts a report's sample into the index."""
    day = day_number(date)
    link.execute(insert(shingles), [{"hash": h, "day": day, "report_id": report_id} for h in sample(shingled(words))])


def forget(link: Connection, report_id: int) -> None:
    """Takes a report out of the index."""
    link.execute(shingles.delete().where(shingles.c.report_id == report_id))


def likest(link: Connection, date: str, words: list[str]) -> Likeness | None:
    """The stored report that these words are a copy of, if there is one within the days."""
    wanted, day = sample(shingled(words)), day_number(date)
    close = (shingles.c.day == 0) if not day else shingles.c.day.between(day - WINDOW, day + WINDOW)
    common = func.count().label("common")
    near = link.execute(
        select(shingles.c.report_id, common)
        .where(shingles.c.hash.in_(wanted), close)
        .group_by(shingles.c.report_id)
        .having(common >= min(2, len(wanted)))
        .order_by(common.desc(), shingles.c.report_id)
        .limit(12)
    ).all()
    best: Likeness | None = None
    for report_id, _ in near:
        found = _compared(link, report_id, words)
        if found.share and (best is None or found.share > best.share):
            best = found
    return best


def _compared(link: Connection, report_id: int, words: list[str]) -> Likeness:
    columns = reports.c
    row = link.execute(
        select(columns.id, columns.story_id, columns.name, columns.title, columns.text, columns.layout, columns.current)
        .where(columns.id == report_id)
    ).one()  # fmt: skip
    layout = row.layout
    stored = Report(row.text, body=tuple(layout["body"]), skips=tuple(tuple(s) for s in layout["skips"]))
    common = share(words, body_words(stored))
    return Likeness(row.id, row.story_id, row.name, common, corrects(row.title, row.text), row.current)
