"""When is meant: a grammar for the expressions of time in news reports.

`find` gives every expression in a text with its offsets and its value, resolved against the day of
publication. Values are ISO at the precision the words allow ("2005", "2005-12", "2005-12-16") and ""
where they say nothing. The news convention holds: "Friday" in a report of a Friday is that day, a bare
weekday otherwise the last one, and after "will", "due" or "scheduled for" the next one.

A text is scanned once by each rule of `_RULES`; at each place the rule that reaches furthest is asked
first. A rule reads the core ("next month"), `_framed` what stands before it ("by", "since"). Every
pattern matches a bounded stretch, so the work grows with the length of the text and no faster. The
words a rule knows are rows of `lexicon/dates.tsv`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from detente.record import Period
from detente.tables import cell, rows

_TITLES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
#: Names of weekdays, Monday being 0, and of months, January being 1.
WEEKDAYS = {name: number for number, name in enumerate(_TITLES.split())}
_TITLES = "January February March April May June July August September October November December"
MONTHS = {name: number for number, name in enumerate(_TITLES.split(), 1)}
_SHORT = {name[:3]: number for name, number in MONTHS.items() if name != "May"} | {"Sept": 9}


@dataclass(frozen=True, slots=True)
class Mention:
    """One expression of time: `text[start:end] == words`.

    `kind` says how to take the period:

    - "day", "week", "weekend", "month", "quarter", "season", "year", "decade": that stretch (a week is
      given as its month, as the guidelines want it); "ago" one counted back from the report
    - "range": from `period.start` to `period.end`; of "Monday or Tuesday" only the start is known
    - "deadline": "by", "before", "until", "within": only `period.end` is known
    - "since" and "from": only `period.start` is known
    - "duration": a length, such as "four days of", "relative": "three days after ..."; neither has a period

    `earliest` and `latest` are the days the words allow, more exact than the period for a week, a part
    ("early November") or a season, and "" where open. `attributive`: the words tell which one a noun
    means ("Friday's meeting", "the 1953 armistice") and do not date the clause.
    """

    start: int
    end: int
    words: str
    period: Period
    kind: str
    earliest: str = ""
    latest: str = ""
    attributive: bool = False


def find(text: str, base: dt.date | None, start: int = 0, end: int | None = None, tense: str = "") -> list[Mention]:
    """All expressions of time in `text[start:end]`, in order and without overlap; never raises.

    `base` is the day of publication; without it relative expressions keep their words but have no
    value. `tense` ("past", "future" or "") decides which Friday or December is meant where the words
    around do not. It errs on numbers between 1900 and 2100 that count things it has no noun for, on
    people named after months, and where verbs far off decide about a weekday.
    """
    stop = len(text) if end is None else max(0, min(end, len(text)))
    start = max(0, min(start, stop))
    found: list[Mention] = []
    for read, match in _candidates(text, start, stop):
        if found and match.start() < found[-1].end:
            continue
        floor = found[-1].end if found else start
        spot = _Spot(text, match, floor, start, stop, base, tense, found[-1] if found else None)
        value = _guarded(read, spot)
        if value is not None and value.kind:
            _append(found, _framed(value, spot), text)
        elif value is not None:
            found.append(Mention(match.start(), match.end(), match[0], Period(), ""))
    return [m for m in found if m.kind]


def resolve(words: str, base: dt.date | None, tense: str = "") -> Period:
    """The period of the first expression of time in a phrase, else an empty one with its words."""
    found = find(words, base, tense=tense)
    return found[0].period if found else Period(words=words)


def duration(text: str) -> int | None:
    """How many days something lasts, "four days of", "two-day", "week-long"; None if unsaid or vague.

    A month counts 30 days, a year 365, whatever takes hours one day for each 24 begun. Ages ("a
    33-month-old crisis"), rates ("twice a day") and points in time ("two days ago") are no durations.
    """
    for m in _LENGTH.finditer(text):
        amount = (1.0, 1.0) if m["long"] else _amount(m["n"])
        unit = (m["long"] or m["unit"]).lower()
        whole = bool(m["of"] or m["lead"]) or (m["n"] or "").lower() not in ("a", "an")
        if amount is None or amount[0] != amount[1] or not whole:
            continue
        days = (amount[0] + (0.5 if m["half"] else 0)) * _DAYS[unit]
        return max(1, int(days) + (days % 1 > 0 and unit in ("hour", "minute")))
    return None


def combine(duration_days: int, end: str) -> str:
    """The first day of what lasted so many days and ended on `end`, both counted.

    Raises ValueError when `end` is not a whole ISO date or the duration not a positive number.
    """
    if duration_days < 1:
        raise ValueError(f"a duration of {duration_days} days")
    try:
        return (dt.date.fromisoformat(end) - dt.timedelta(days=duration_days - 1)).isoformat()
    except OverflowError as error:
        raise ValueError(f"{duration_days} days before {end} there is no date") from error


# -- knowledge


def _knowledge() -> dict[str, dict[str, str]]:
    """The table: kind -> word -> value."""
    known: dict[str, dict[str, str]] = {}
    for row in rows("dates", "kind value words"):
        known.setdefault(row["kind"], {}).update((w, row["value"]) for w in cell(row["words"]))
    return known


_KNOWN = _knowledge()
_S = r"\s{1,4}"
_DASH = r"[-–—‐‑]"


def _any(words: object) -> str:
    """A pattern for any of some words, the longest first, whatever their spaces and apostrophes."""
    ordered = sorted(words, key=lambda w: (-len(w), w))  # type: ignore[call-overload]
    escaped = "|".join(re.escape(w).replace(r"\ ", _S).replace("'", "['’]") for w in ordered)
    return f"(?:{escaped})"


_NUMBERS = {w: tuple(float(p) for p in (v.split("-") * 2)[:2]) for w, v in _KNOWN["number"].items()}
_PARTS = {w: tuple(int(p) for p in v.split("-")) for w, v in _KNOWN["part"].items()}
_SEASONS = {w: tuple(int(p) for p in v.split("-")) for w, v in _KNOWN["season"].items()}
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "night": 1, "week": 7, "fortnight": 14}
_DAYS |= {"month": 30, "year": 365, "decade": 3650}

_WD = f"(?:{'|'.join([*WEEKDAYS, *(w.upper() for w in WEEKDAYS)])})\\b"
_MON = rf"(?:(?:{'|'.join([*MONTHS, *(m.upper() for m in MONTHS)])})\b|(?:{'|'.join([*_SHORT, *(m.upper() for m in _SHORT)])})\b\.?)"
_Y = r"(?:19|20)[0-9]{2}(?![0-9%]|[.,:/][0-9])"
_NO_COUNT = rf"(?!{_S}{_any(_KNOWN['counted'])}\b)"
_YEAR = rf"(?P<year>{_Y}){_NO_COUNT}"
_D = r"(?:3[01]|[12][0-9]|0?[1-9])(?![0-9:%]|[.,][0-9](?![0-9]{3}(?![0-9])))"
_NTH = r"(?:st|nd|rd|th)?\b"
_N = rf"(?:[0-9]{{1,4}}(?:\.[0-9])?|(?:{_TENS})[- ](?:{_ONES})|{_any(_NUMBERS)})"
_UNIT = r"(?:minute|hour|day|night|week|fortnight|month|year|decade)"
_HALF = rf"{_S}and{_S}a{_S}half"
_OF = rf"{_S}(?:of|in){_S}(?:the{_S})?"
_PART = rf"(?i:(?:the{_S})?(?:very{_S})?(?P<part>{_any(_PARTS)})(?:{_OF}|{_S}|-))"
_OF_YEAR = rf"{_S}(?:of{_S})?(?P<of>this|last|next){_S}year\b"

_LENGTH = re.compile(
    rf"(?i)\b(?P<lead>(?:for|lasted|lasting|took|after|during){_S})?(?:(?P<long>hour|day|week|month|year)-?long\b|"
    rf"(?P<n>{_N})(?:{_S}(?:more|straight|consecutive|full|whole|further))?(?P<half>{_HALF})?[-\s]{_S[2:]}(?P<unit>{_UNIT})s?['’]?\b)"
    rf"(?!-?{_S[:-5]}*old\b)".replace("[-\\s]{1,4}", "(?:-|\\s{1,4})").replace(r"(?!-?\s*old\b)", r"(?![-\s]old\b)")
    + rf"(?!{_S}(?:ago|earlier|before|later|after|from)\b)(?P<of>{_S}of\b)?"
)
