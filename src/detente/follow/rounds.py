"""Rounds of talks: the mentions of one round in many reports joined, and its status as last told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol, TypeVar

from detente import days
from detente.follow import words
from detente.follow.filed import Quote
from detente.meetings import ORDINALS
from detente.record import Meeting

#: What a report can say of a round. A round that was opened was held, whatever came of it.
STATUSES = ("planned", "postponed", "cancelled", "ongoing", "suspended", "held")
_TOLD = {"ended": "held", "failed": "held", "ongoing": "ongoing", "planned": "planned", "suspended": "suspended"}
#: Days that a round may begin before or after the days told for it and still be the same one.
SLACK = 3
#: Days after the plan within which a round of no other number is the planned one, held late.
LATE = 45
#: Days after which a round that nobody said was closed counts as held.
CLOSED = 14
#: Days within which talks without a date are those of the round just told of.
CURRENT = 21
#: Days after its day within which a round is told to have been called off.
GONE = 7
#: Two rounds of one number so many days apart are rounds of two series.
SERIES = 400
#: So many days after a round was held, another one of its number is another round.
AGAIN = 120
_ORDINAL = re.compile(rf"\b(?:\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)})\b", re.I)
_SINGLE = re.compile(
    r"\b(another|next|further|new|fresh|follow-up|upcoming|summit|visit|meeting|round|session)\b", re.I
)
_BACK = re.compile(r"\b(last|previous|past|earlier)\b", re.I)


class Dated(Protocol):
    """What has a last day, "" where none is told."""

    @property
    def last(self) -> str: ...


_Dated = TypeVar("_Dated", bound=Dated)


def latest(rounds: Sequence[_Dated]) -> _Dated | None:
    """The last of rounds in order; one whose day is not told only where no other has a day."""
    return next(reversed([r for r in rounds if r.last] or list(rounds)), None)


@dataclass(frozen=True, slots=True)
class Mention:
    """A meeting as one report tells it; `halt` is "postponed" or "cancelled" where it says so."""

    report_id: str
    date: str
    meeting: Meeting
    quotes: tuple[Quote, ...]
    halt: str = ""

    @property
    def ordinal(self) -> int | None:
        """The number of the round."""
        return self.meeting.ordinal

    @property
    def status(self) -> str:
        """What the report says of it, one of STATUSES. What is dated ahead of the report is planned."""
        if self.halt:
            return self.halt
        found = _TOLD.get(self.meeting.status, "planned")
        ahead = self.date and days.first(self.meeting.start or self.meeting.end) > self.date
        return "planned" if ahead and found in ("held", "ongoing") else found


@dataclass(frozen=True, slots=True)
class Step:
    """What a report changed in what is known of a round."""

    date: str
    status: str
    start: str
    quotes: tuple[Quote, ...]


@dataclass(slots=True, eq=False)
class Round:
    """One round of talks, as far as it has been told. Dates are ISO, "" where unsaid."""

    mentions: list[Mention] = field(default_factory=list)
    ordinal: int | None = None
    #: whether the number was counted rather than told
    counted: bool = False
    start: str = ""
    end: str = ""
    place: str = ""
    status: str = ""
    outcome: str = ""
    #: the dates that it was planned for before
    moved_from: list[str] = field(default_factory=list)
    history: list[Step] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the reports call it, the fullest name; of a numbered round one with its number."""
        found = [m.meeting.name for m in self.mentions]
        numbered = [name for name in found if in_sequence(name) == self.ordinal]
        return max(numbered or found, key=len, default="")

    @property
    def parties(self) -> list[str]:
        """Who took part or is to."""
        return list(dict.fromkeys(code for m in self.mentions for code in m.meeting.parties))

    @property
    def delegates(self) -> list[str]:
        """Who was named as sitting there."""
        return list(dict.fromkeys(name for m in self.mentions for name in m.meeting.delegates))

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All that tells of it, in order of telling."""
        return tuple(q for m in self.mentions for q in m.quotes)

    @property
    def reports(self) -> list[str]:
        """The ids of the reports that tell of it."""
        return list(dict.fromkeys(m.report_id for m in self.mentions))

    @property
    def open(self) -> bool:
        """Whether it is still to come, as far as is told."""
        return self.status in ("planned", "postponed")

    @property
    def last(self) -> str:
        """The last day told for it."""
        return days.bounds(self.start, self.end)[1]

    def status_at(self, day: str) -> str:
        """Its status on a day: that last told, except that talks long under way were held."""
        closes = self.last or (self.mentions[-1].date if self.mentions else "")
        if self.status == "ongoing" and day and closes and days.between(days.last(closes), day) > CLOSED:
            return "held"
        return self.status

    def add(self, mention: Mention) -> None:
        """Adds what a report tells of it; the order in which reports come does not matter."""
        self.mentions.append(mention)
        self.mentions.sort(key=lambda m: (m.date, m.report_id))
        self._retell()

    def _retell(self) -> None:
        self.ordinal = next((m.ordinal for m in self.mentions if m.ordinal), None)
        self.start = self.end = self.place = self.status = self.outcome = ""
        self.counted = False
        self.moved_from, self.history = [], []
        for mention in self.mentions:
            self._take(mention)

    def _take(self, mention: Mention) -> None:
        before = (self.status, self.start)
        held = self.status == "held"
        self._date(mention, held)
        told = mention.meeting
        if told.place and (not held or not self.place):
            self.place = self._told_place(mention)
        self.outcome = told.outcome or ("failed" if told.status == "failed" else self.outcome)
        backwards = held or (self.status == "ongoing" and mention.status == "planned")
        self.status = self.status if backwards else mention.status
        if (self.status, self.start) != before:
            self.history.append(Step(mention.date, self.status, self.start, mention.quotes))

    def _told_place(self, mention: Mention) -> str:
        """The place told by a mention, unless more of those before it tell another."""
        upto = self.mentions[: self.mentions.index(mention) + 1]
        counts = Counter(m.meeting.place for m in upto if m.meeting.place)
        own = mention.meeting.place
        return own if counts[own] * 2 >= max(counts.values()) else max(counts, key=lambda place: counts[place])

    def _date(self, mention: Mention, held: bool) -> None:
        """Takes the dates of a mention where they are new, narrower, or a change of plan."""
        start, end = mention.meeting.start, mention.meeting.end
        gap = days.gap((start, end), (self.start, self.end))
        if gap is None:
            if start or end:
                self.start, self.end = start or end, end
        elif gap <= SLACK:
            if len(start) > len(self.start) or (len(start) == len(self.start) == 10 and start < self.start):
                self.start = start
            if len(end) > len(self.end) or (len(end) == len(self.end) and end > self.end):
                self.end = end
            if self.start and self.end and days.first(self.end) < days.first(self.start):
                self.end = self.start
        elif not held:
            self.moved_from.append(self.start or self.end)
            self.start, self.end = start or end, end

    def fit(self, mention: Mention) -> float:
        """How well a mention goes with this round, 0..1; 0 when it can't be the same."""
        gap = days.gap((self.start, self.end), (mention.meeting.start, mention.meeting.end))
        if self.ordinal and mention.ordinal:
            return _numbered(self, mention, gap)
        if mention.ordinal and not (self.open or gap == 0) and not self.counted:
            return 0.0
        place = _place(self.place, mention.meeting.place)
        if gap is None:
            return _undated(self, mention) and max(0.05, _undated(self, mention) + place)
        if gap <= SLACK:
            return max(0.0, 0.8 + place)
        moved = self.open and (mention.halt == "postponed" or self.status == "postponed")
        if moved and mention.date >= self.mentions[-1].date:
            return 0.6
        late = (
            self.open and mention.status in ("held", "ongoing") and gap <= LATE and mention.meeting.start > self.start
        )
        return max(0.0, 0.45 + place) if late else 0.0


def _numbered(one: Round, mention: Mention, gap: int | None) -> float:
    """Whether a mention with a number is this round: not when it is too far from one held, which then is of a series
    that began to count anew."""
    if one.ordinal != mention.ordinal:
        return 0.0
    if one.open or mention.status not in ("planned", "held", "ongoing"):
        return 0.0 if gap is not None and gap > SERIES else 1.0
    if gap is None:
        day = one.last or one.mentions[-1].date
        again = mention.status == "planned" and day and mention.date and days.between(day, mention.date) > AGAIN
        return 0.0 if again else 1.0
    return 0.0 if gap > AGAIN else 1.0


def _place(mine: str, theirs: str) -> float:
    if not mine or not theirs:
        return 0.0
    return 0.15 if words.stems(mine) & words.stems(theirs) else -0.4


def _undated(one: Round, mention: Mention) -> float:
    """The fit where the round or the mention has no date."""
    if _BACK.search(mention.meeting.name) and not mention.meeting.start:
        return 0.0 if one.open else 0.3
    if mention.status in ("planned", "postponed", "cancelled"):
        over = one.start and mention.date and one.last < mention.date
        if over and mention.status == "cancelled":  # told when its day had come
            over = days.between(days.last(one.last), mention.date) > GONE
        return 0.5 if one.open and not over else 0.0
    if one.open and one.start and mention.date and days.first(one.start) > mention.date:
        return 0.0
    near = days.gap((one.start or one.mentions[-1].date, one.end), (mention.meeting.start or mention.date, ""))
    return 0.5 if near is not None and near <= CURRENT else 0.0


def put(mention: Mention, rounds: list[Round], general: list[Mention]) -> Round | None:
    """Files a mention with the round it fits best, as a new round, or among the general mentions.

    Returns the round, None where the mention is of the talks as such.
    """
    options = [(r.fit(mention), n) for n, r in enumerate(rounds)]
    score, at = max(options, default=(0.0, 0))
    if score > 0:
        home = rounds[at]
    elif _is_round(mention):
        home = Round()
        rounds.append(home)
    else:
        general.append(mention)
        return None
    home.add(mention)
    rounds.sort(key=_when)
    count(rounds)
    return home


def _is_round(mention: Mention) -> bool:
    """Whether a mention tells of one round rather than of the talks as such."""
    told = mention.meeting
    if told.ordinal or told.start:
        return True
    return bool(told.place or _SINGLE.search(told.name)) and not _BACK.search(told.name)


def _when(one: Round) -> tuple[str, int]:
    return days.first(one.start or one.end) or one.mentions[0].date, one.ordinal or 0


def count(rounds: list[Round]) -> None:
    """Numbers a round without a number that stands just before the second, third … of the series."""
    numbers = {r.ordinal for r in rounds if r.ordinal and not r.counted}
    for one, following in pairwise(rounds):
        number = (following.ordinal or 0) - 1
        held = one.status in ("held", "ongoing")
        if (one.ordinal is None or one.counted) and held and number > 0 and number not in numbers:
            one.ordinal, one.counted = number, True


def in_sequence(words_: str) -> int | None:
    """The number in the name of a round: "the third round of talks" -> 3; None where it has none.

    A phase is part of a round: "the first phase of the fifth round" -> 5, "the first phase" -> None.
    """
    found = [(m[0].lower(), m.end()) for m in _ORDINAL.finditer(words_)]
    for word, end in found:
        if re.match(r"[ -]rounds?\b", words_[end:], re.I):
            return _value(word)
    of_round = [word for word, end in found if not re.match(r"[ -](?:phase|stage|day|part)\b", words_[end:], re.I)]
    return _value(of_round[0]) if of_round else None


def _value(word: str) -> int:
    return ORDINALS.get(word) or int(word[:-2])
