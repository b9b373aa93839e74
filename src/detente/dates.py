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

from detente.days import MONTHS, WEEKDAYS
from detente.days import first as _opening
from detente.days import last as _closing
from detente.record import Period
from detente.tables import cell, rows

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
    return _counted_on(duration_days, end, -1, "before")


def last_day(duration_days: int, start: str) -> str:
    """The last day of what lasts so many days from `start` on, both counted.

    Raises ValueError when `start` is not a whole ISO date or the duration not a positive number.
    """
    return _counted_on(duration_days, start, 1, "after")


def _counted_on(duration_days: int, day: str, way: int, side: str) -> str:
    """The other end of what lasts so many days, both counted, on one side of a day."""
    if duration_days < 1:
        raise ValueError(f"a duration of {duration_days} days")
    try:
        return (dt.date.fromisoformat(day) + way * dt.timedelta(days=duration_days - 1)).isoformat()
    except OverflowError as error:
        raise ValueError(f"{duration_days} days {side} {day} there is no date") from error


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
_LOOSE = "early|mid|late|later|earlier|end"
_PART = rf"(?i:(?:the{_S})?(?:very{_S})?(?:(?P<part>{_any(_PARTS)}){_OF}|(?P<loose>{_LOOSE})(?:{_S}|-)(?:the{_S})?))"
_OF_YEAR = rf"{_S}(?:of{_S})?(?P<of>this|last|next){_S}year\b"

_SEP = r"(?:-|\s{1,4})"

_LENGTH = re.compile(
    rf"(?i)\b(?P<lead>(?:for|lasted|lasting|took|during){_S})?(?:(?P<long>hour|day|week|month|year)-?long\b|"
    rf"(?P<n>{_N})(?:{_S}(?:more|straight|consecutive|full))?(?P<half>{_HALF})?{_SEP}(?P<unit>{_UNIT})s?\b(?!-?long))"
    rf"(?![-\s]old\b)(?!{_S}(?:ago|earlier|before|later|after|from)\b)(?P<of>{_S}of\b)?"
)

# -- a place in the text


@dataclass(frozen=True, slots=True)
class _Value:
    """What a rule reads: a period, its kind ("" for what is no date) and, if narrower, its days."""

    start: str
    end: str
    kind: str
    earliest: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A match and what bears on it; `floor` is where the mention before ends, `anchor` that mention."""

    text: str
    match: re.Match[str]
    floor: int
    low: int
    high: int
    base: dt.date | None
    hint: str
    anchor: Mention | None

    def group(self, name: str) -> str:
        """What a group matched, in lower case with single spaces; "" for nothing."""
        return " ".join((self.match.groupdict().get(name) or "").lower().split())

    @property
    def part(self) -> str:
        """The part of a stretch that is meant: "early", "second half"; "" for all of it."""
        return self.group("part") or self.group("loose")

    @property
    def left(self) -> str:
        """The text just before, no further back than the clause."""
        window = self.text[max(self.low, self.match.start() - 160) : self.match.start()]
        return window[max((m.end() for m in _BREAK.finditer(window)), default=0) :]

    @property
    def right(self) -> str:
        """The text just after."""
        return self.text[self.match.end() : min(self.high, self.match.end() + 80)]

    @property
    def cue(self) -> str:
        """The word or words before that a date hangs on, as `dates.tsv` has them: "by", "no later than"; "" for none."""
        return _cue_words(_CUE.search(self.left))

    @property
    def determined(self) -> bool:
        """Whether an article, a possessive or the like stands before."""
        return _DETERMINER.search(self.left) is not None

    @property
    def attributive(self) -> bool:
        """Whether the words belong to a noun: "Friday's meeting", "the June talks"."""
        return bool(_POSSESSIVE.match(self.right)) or (self.determined and bool(_NOUN.match(self.right)))

    @property
    def tense(self) -> str:
        """The tense of the words around, "soft" for "was due", else the hint."""
        return self.tense_with(self.hint)

    @property
    def looks_ahead(self) -> bool:
        """Whether it is a limit that is yet to come whatever else is told: "demanded a reply by June"."""
        limit = self.cue in _LIMITS or (self.cue == "before" and self.part == "end")
        return limit and not self.attributive and self.tense_with("") != "past"

    def tense_with(self, hint: str) -> str:
        """The tense of the words around, "soft" for "was due", else what is given."""
        if self.attributive and _SUBJECT.match(self.right):
            return "future"
        hits = [m for m in _TENSE.finditer(self.left) if not (m["past"] and _BEING.search(self.left, 0, m.start()))]
        if not hits and len(self.left.split()) < 3:
            hits = list(_TENSE.finditer(self.right))[:1]
        if not hits:
            return hint
        last = hits[-1]
        if last["past"]:
            far = len(self.left[last.end() :].split()) > 4
            return hint if far and hint else "past"
        return "soft" if _BACKSHIFT.search(self.left, 0, last.end()) else "future"


#: What makes a participle no past: "if they are not met by Monday".
_BEING = re.compile(r"\b(?:is|are|be)(?:n['’]t)?(?: not| yet)?\s$")
#: Cues that set a limit, unless what is told is over: "it was signed by March".
_LIMITS = frozenset(["by", "no later than", "not later than", "by no later than"])
_BREAK = re.compile(r"\n{2}|[a-z0-9)\"”]{2}[.!?;][\"”)]?\s(?=[\"“A-Z])|;\s")
_CUE = re.compile(rf"(?i)(?<![\w-])(?P<cue>{_any(_KNOWN['cue'])})(?:{_S}(?:on|in|at|about|around|late|early))?{_S}$")
_DETERMINER = re.compile(r"(?i)(?:\b(?:the|a|an|its|his|her|their|our|this|that|these|those)|\w['’]s|s['’])\s{1,4}$")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
_NOUN = re.compile(
    r"\s{1,4}(?!(?:and|or|to|in|on|at|for|with|when|after|before|as|but|by|from|until|that|which)\b)[a-z]"
)
_SUBJECT = re.compile(rf"['’]?s?(?:{_S}[\w-]{{1,30}}){{1,4}}{_S}(?:will|would|is to|are to)\b")
_TENSE = re.compile(rf"\b(?:(?P<future>{_any(_KNOWN['future'])})|(?<!\bbe )(?P<past>{_any(_KNOWN['past'])}))\b")
_BACKSHIFT = re.compile(
    rf"\b(?:was|were|been|had|last){_S}(?:last{_S})?(?:due|scheduled|slated|set for|expected|planned|supposed to)$"
)


def _candidates(text: str, start: int, stop: int) -> list[tuple[_Read, re.Match[str]]]:
    """What the rules match, from left to right, at one place the longest first."""
    found = [
        (m.start(), -m.end(), order, read, m)
        for low, high, needs in _stretches(text, start, stop)
        for order, (need, pattern, read) in enumerate(_RULES)
        if need in needs
        for m in pattern.finditer(text, low, high)
    ]
    found.sort(key=lambda c: c[:3])
    return [(read, m) for _, _, _, read, m in found]


def _stretches(text: str, start: int, stop: int) -> Iterator[tuple[int, int, set[str]]]:
    """Where expressions of time can be, with the needs of rules that are met there."""
    low, high, needs = start, start, {""}
    for m in _ANCHOR.finditer(text, start, stop):
        if m.start() - _REACH > high:
            if high > low:
                yield low, high, needs
            low, needs = m.start() - _REACH, {""}
        high = min(stop, m.end() + 2 * _REACH)
        needs |= _MEETS.get(m.lastgroup or "", {m.lastgroup or ""})
    if high > low:
        yield low, high, needs


#: How far an expression reaches before its anchor; behind it, twice as far.
_REACH = 80
#: "last night" and "on Christmas Day 2005" meet more than one need.
_MEETS = {"near": {"near", "unit"}, "unit": {"near", "unit", "holiday"}}


def _guarded(read: _Read, spot: _Spot) -> _Value | None:
    """What a rule reads; nothing where the calendar ends."""
    try:
        return read(spot)
    except (OverflowError, ValueError):
        return None


def _cue_words(found: re.Match[str] | None) -> str:
    """The words of a cue as `dates.tsv` has them, however the text spaces them; "" for none."""
    return " ".join(found["cue"].lower().split()) if found else ""


def _framed(value: _Value, spot: _Spot) -> Mention:
    """The mention with the cue before it: "by June" is a deadline, "since June" has only a start."""
    start, end = spot.match.span()
    attributive = spot.attributive
    earliest, latest = value.earliest or _opening(value.start), value.latest or _closing(value.end)
    cue = _CUE.search(spot.left)
    word = _cue_words(cue)
    use = _KNOWN["cue"].get(word, "")
    if value.kind in _WHOLE and not attributive and cue and use != "plain":
        start = max(spot.floor, start - len(spot.left) + cue.start())
        if use == "deadline":
            if word in ("before", "prior to") and spot.part not in ("end", "close"):
                latest = _day_before(earliest)
            value, earliest = replace(value, start="", end=value.end or value.start, kind="deadline"), ""
        else:
            value, latest = replace(value, end="", kind=use), ""
    elif value.kind in _WHOLE and attributive and (due := _DUE.search(spot.left)) and _LIMIT.match(spot.right):
        start = max(spot.floor, start - len(spot.left) + due.start())
        value, earliest = replace(value, start="", kind="deadline"), ""
    words = spot.text[start:end]
    period = Period(value.start, value.end, words)
    return Mention(start, end, words, period, value.kind, earliest, latest, attributive and value.kind in _WHOLE)


_DUE = re.compile(rf"(?i)\b(?:by|before|until){_S}(?:the|a){_S}$")
_LIMIT = re.compile(rf"{_S}(?:deadline|cut-?off|target date)\b")
_WHOLE = frozenset("day week weekend month quarter season year decade".split())


def _append(found: list[Mention], new: Mention, text: str) -> None:
    """Adds a mention; "from late June" and "to early July" become one range."""
    old = found[-1] if found else None
    joined = old and old.kind and old.period.start and _joined(old, new, text)
    if old and joined:
        words = text[old.start : new.end]
        period = Period(old.period.start, new.period.end or new.period.start, words)
        found[-1] = Mention(old.start, new.end, words, period, "range", old.earliest, new.latest)
    else:
        found.append(new)


def _joined(old: Mention, new: Mention, text: str) -> bool:
    """Whether two mentions are the ends of one stretch."""
    last = new.period.end or new.period.start
    if not last or old.period.start[: len(last)] > last[: len(old.period.start)] or new.start - old.end > 12:
        return False
    between = " ".join(text[old.end : new.start].split())
    if new.kind == "deadline" and not between:
        return old.kind == "from" and new.words.lower().startswith(("until", "till", "through", "up to"))
    return new.kind in _WHOLE and old.kind in {*_WHOLE, "from"} and between in ("to", "through")


# -- arithmetic


def _day_before(value: str) -> str:
    day = dt.date.fromisoformat(value) if value else dt.date.min
    return (day - dt.timedelta(days=1)).isoformat() if day > dt.date.min else ""


def _iso(year: int, month: int = 0, day: int = 0) -> str:
    """An ISO value; ValueError for what is not in the calendar."""
    date = dt.date(year, month or 1, day or 1).isoformat()
    return date if day else date[:7] if month else date[:4]


def _moved(base: dt.date, months: int) -> dt.date:
    """The same day so many months on, or the last of that month."""
    at = base.year * 12 + base.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return dt.date(year, month, 1).replace(day=min(base.day, calendar.monthrange(year, month)[1]))


def _days(base: dt.date, days: float) -> dt.date:
    return base + dt.timedelta(days=days)


def _shifted(base: dt.date, amount: float, unit: str) -> dt.date:
    """A date so many units on, back where the amount is negative."""
    if unit in ("month", "year", "decade"):
        months = amount * {"month": 1, "year": 12, "decade": 120}[unit]
        return _days(_moved(base, int(months)), round((months - int(months)) * 30))
    return _days(base, int(amount * _DAYS[unit]))


def _both(value: str, kind: str, earliest: str = "", latest: str = "") -> _Value:
    return _Value(value, value, kind, earliest, latest)


def _open(kind: str) -> _Value:
    """A value that cannot be resolved."""
    return _Value("", "", kind)


def _narrowed(value: _Value, part: str, base: dt.date | None) -> _Value:
    """A value cut to its part: "early", "the second half of"; "later" begins after the report."""
    if not part or not value.start:
        return value
    first = dt.date.fromisoformat(value.earliest or _opening(value.start))
    last = dt.date.fromisoformat(value.latest or _closing(value.end))
    low, high = _PARTS[part]
    length = (last - first).days + 1
    earliest, latest = _days(first, length * low // 100), _days(first, max(1, length * high // 100) - 1)
    if part == "earlier" and base and first <= base <= last:
        latest = base
    if part in ("later", "rest", "remainder") and base and first <= base <= last:
        earliest = base
    if len(value.start) == 4 and value.start == value.end and part in ("end", "close", "beginning", "start"):
        month = f"{value.start}-{'12' if part in ('end', 'close') else '01'}"
        return _both(month, "month", _opening(month), _closing(month))
    return replace(value, earliest=earliest.isoformat(), latest=latest.isoformat())


def _amount(words: str) -> tuple[float, float] | None:
    """The least and greatest number that some words can mean."""
    words = " ".join(words.lower().split())
    if words in _NUMBERS:
        least, most = _NUMBERS[words]
        return least, most
    if words[:1].isdigit():
        return float(words), float(words)
    parts = re.split("[- ]", words)
    if len(parts) == 2 and all(p in _NUMBERS for p in parts):
        return _NUMBERS[parts[0]][0] + _NUMBERS[parts[1]][0], _NUMBERS[parts[0]][0] + _NUMBERS[parts[1]][0]
    return None


def _month(name: str) -> int:
    name = name.rstrip(".").capitalize()
    return MONTHS.get(name) or _SHORT[name]


def _year_of(month: int, base: dt.date, tense: str) -> int:
    """The year of a month given without one: the nearest that the tense allows."""
    if tense == "future":
        return base.year + (month < base.month)
    if tense == "past":
        return base.year - (month > base.month)
    gap = (month - base.month + 6) % 12 - 6
    return (base.year * 12 + base.month - 1 + gap) // 12


def _date_of(month: int, day: int, spot: _Spot, weekday: str = "") -> dt.date | None:
    """The date of a day given without a year: that of its weekday, else the nearest the tense allows."""
    assert spot.base is not None
    options = [d for y in range(-4, 5) if (d := _real(spot.base.year + y, month, day))]
    options.sort(key=lambda d: abs((d - spot.base).days))  # type: ignore[operator]
    if weekday:
        options = [d for d in options if d.weekday() == WEEKDAYS.get(weekday, d.weekday())] or options
    tense = "" if spot.attributive or weekday else spot.tense
    near = bool(options) and abs((options[0] - spot.base).days) <= 31 and tense == spot.hint
    if tense in ("past", "future") and not near:
        options = [d for d in options if (d <= spot.base if tense == "past" else d >= spot.base)] or options
    return options[0] if options else None


def _real(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _dated(spot: _Spot, month: str, day: str, year: str, weekday: str = "") -> str:
    """A month and a day as an ISO date; "" without year and base, ValueError if there is no such day."""
    number = _month(month)
    if year:
        return _iso(int(year), number, int(day))
    if spot.base is None:
        _iso(2000, number, int(day))
        return ""
    date = _date_of(number, int(day), spot, weekday)
    if date is None:
        raise ValueError(f"no {month} {day}")
    return date.isoformat()


def _relative_year(spot: _Spot, which: str) -> str:
    """The year that "this year" or "of last year" behind a date names."""
    sign = {"last": -1, "this": 0, "next": 1}.get(which)
    return "" if sign is None or spot.base is None else _iso(spot.base.year + sign)


# -- rules: named days and dates


def _trap(spot: _Spot) -> _Value | None:
    """ "Good Friday Agreement" and "the March 14 coalition" are names."""
    return _open("")


def _named(spot: _Spot) -> _Value | None:
    words = {w.lower(): v for w, v in _KNOWN["named"].items()}
    return _both(words[" ".join(spot.match[0].lower().split())], "day")


def _iso_date(spot: _Spot) -> _Value | None:
    parts = [int(p) for p in re.split("[-/]", spot.match["iso"])]
    return _both(_iso(*parts), "day" if len(parts) == 3 else "month")


def _single(spot: _Spot) -> _Value | None:
    """ "Nov. 18", "Friday, Nov. 18, 2005", "30 April 1997", "the 15th of May", "June 5 last year"."""
    year = spot.group("year") or _relative_year(spot, spot.group("of"))
    weekday = (spot.match["wd"] or "").strip(",. ").capitalize()
    return _both(_dated(spot, spot.match["month"], spot.match["day"], year, weekday), "day")


def _span(spot: _Spot) -> _Value | None:
    """ "Sept. 13-16", "between April 5 and May 8", "30 April to 2 May 2005", "Nov. 5 or 6"."""
    m, year, join = spot.match, spot.group("year"), spot.group("join")
    first_month, last_month = m["month"] or m["month2"], m["month2"] or m["month"]
    rolls = _month(last_month) < _month(first_month)
    last = _dated(spot, last_month, m["day2"], year)
    before = spot.group("year1") or (last[:4] and str(int(last[:4]) - rolls))
    first = _dated(spot, first_month, m["day"], before)
    if first > last or (first_month == last_month and int(m["day"]) >= int(m["day2"])):
        return None
    if join == "or":
        return _Value(first, "", "range", latest=last)
    if (
        join == "and"
        and not spot.group("lead")
        and first
        and _days(dt.date.fromisoformat(first), 1).isoformat() != last
    ):
        return None
    return _Value(first, last, "range")


def _nth(spot: _Spot) -> _Value | None:
    """ "on the 13th", "on the 5th of next month"."""
    if spot.base is None:
        return _open("day")
    day, which = int(spot.match["day"]), spot.group("which")
    sign = {"this": 0, "the": 0, "last": -1, "next": 1}.get(which)
    if sign is not None:
        month = _moved(spot.base.replace(day=1), sign)
        return _both(_iso(month.year, month.month, day), "day")
    options = [d for n in (-1, 0, 1) if (d := _real(*_year_month(spot.base, n), day))]
    tense = spot.tense
    fit = [d for d in options if (tense == "past" and d <= spot.base) or (tense == "future" and d >= spot.base)]
    nearest = min(fit or options, key=lambda d: abs((d - spot.base).days))  # type: ignore[operator]
    return _both(nearest.isoformat(), "day")


def _year_month(base: dt.date, months: int) -> tuple[int, int]:
    at = _moved(base.replace(day=1), months)
    return at.year, at.month


def _holiday(spot: _Spot) -> _Value | None:
    """ "Christmas", "New Year's Day", "Easter 2006": the nearest that the tense allows."""
    words = " ".join(spot.match["name"].replace("’", "'").split())
    value, year = _KNOWN["holiday"][words], spot.group("year")
    if spot.base is None and not year:
        return _open("day")
    if value.startswith("easter"):
        pivot = int(year or spot.base.year)  # type: ignore[union-attr]
        options = [_days(_easter(y), int(value[6:] or 0)) for y in ([pivot] if year else [pivot - 1, pivot, pivot + 1])]
        return _both(_nearest(options, spot).isoformat(), "day")
    if year:
        return _both(f"{year}-{value}", "day")
    date = _date_of(int(value[:2]), int(value[3:]), spot)
    return _both(date.isoformat(), "day") if date else None


def _nearest(options: list[dt.date], spot: _Spot) -> dt.date:
    if spot.base is None or len(options) == 1:
        return options[0]
    base, tense = spot.base, spot.tense
    fit = [d for d in options if (tense == "past" and d <= base) or (tense == "future" and d >= base)]
    return min(fit or options, key=lambda d: abs((d - base).days))


def _easter(year: int) -> dt.date:
    """Easter Sunday of the western churches, by the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


# -- rules: weekdays and days near


def _weekday(spot: _Spot) -> _Value | None:
    """ "Friday", "late Tuesday", "last Friday", "Monday of next week"."""
    if spot.base is None:
        return _open("day")
    day = _weekday_of(spot, spot.match["wd"], spot.group("which"), spot.group("week"))
    return _both(day.isoformat(), "day")


def _weekday_of(spot: _Spot, name: str, which: str = "", week: str = "") -> dt.date:
    assert spot.base is not None
    base, number = spot.base, WEEKDAYS[name.capitalize()]
    if week:
        return _days(base, number - base.weekday() + {"last": -7, "this": 0, "next": 7}[week])
    ahead, back = (number - base.weekday()) % 7, (base.weekday() - number) % 7
    if which in ("last", "past", "previous"):  # yesterday is not called "last Thursday"
        return _days(base, -(back if back > 1 else back + 7))
    if which == "this past":
        return _days(base, -(back or 7))
    if which in ("next", "following"):  # nor tomorrow "next Saturday"
        return _days(base, ahead if ahead > 1 else ahead + 7)
    if which in ("this coming", "coming"):
        return _days(base, ahead or 7)
    return _days(base, ahead if (which == "this" and spot.tense != "past") or _ahead(spot) else -back)


def _ahead(spot: _Spot) -> bool:
    """Whether a bare weekday or weekend lies ahead."""
    word = spot.cue
    if word in ("since", "ever since", "after", "following"):
        return False
    onward = word.startswith(("starting", "beginning", "effective")) or _KNOWN["cue"].get(word) == "deadline"
    if spot.looks_ahead or (onward and not spot.attributive and spot.hint != "past"):
        return True
    return spot.tense in ("future", "soft")


def _weekdays(spot: _Spot) -> _Value | None:
    """ "from Monday to Wednesday", "Thursday and Friday", "Monday or Tuesday"."""
    if spot.base is None:
        return _open("range")
    join = spot.group("join")
    first = _weekday_of(spot, spot.match["wd"], spot.group("which"))
    length = (WEEKDAYS[spot.match["wd2"].capitalize()] - first.weekday()) % 7
    if length == 0 or (join == "and" and not spot.group("lead") and length != 1):
        return None
    last = _days(first, length)
    if spot.tense == "past" and last > spot.base >= first:
        first, last = _days(first, -7), _days(last, -7)
    return _Value(first.isoformat(), "" if join == "or" else last.isoformat(), "range", latest=last.isoformat())


_NEAR = {"yesterday": -1, "tomorrow": 1, "last night": -1, "day after tomorrow": 2, "day before yesterday": -2}


def _near(spot: _Spot) -> _Value | None:
    """ "yesterday", "tonight", "this morning", "overnight"."""
    word = spot.group("near").removeprefix("the ")
    if spot.base is None:
        return _open("day")
    day = _days(spot.base, _NEAR.get(word, 0)).isoformat()
    return _both(day, "day", _days(spot.base, -1).isoformat() if word == "overnight" else "")


def _same_day(spot: _Spot) -> _Value | None:
    """ "the same day", "the next day", "the year before", counted from the date before it."""
    unit, which = spot.group("unit") or spot.group("unit2"), spot.group("which") or spot.group("after")
    sign = {"same": 0, "next": 1, "following": 1, "after": 1}.get(which, -1)
    if which in ("before", "after") and _ANCHORED.match(spot.right):
        return _open("relative")
    origin = _origin(spot, unit)
    if origin is None and sign < 0:
        origin = spot.base
    if origin is None:
        return _open("relative") if which != "next" or unit == "day" else None
    value = _shifted(origin, sign, unit).isoformat()
    return _both(value[: {"day": 10, "year": 4}.get(unit, 7)], unit)


_ANCHORED = re.compile(rf"{_S}(?!(?:and|but|that|when|said|in|at)\b)[\w\"“]")


def _origin(spot: _Spot, unit: str) -> dt.date | None:
    """The day that "later" and "the same day" count from: the date before, if it is exact enough."""
    old = spot.anchor
    if old is None or not old.period.start or spot.match.start() - old.end > 250:
        return None
    exact = {"month": 7, "year": 4, "decade": 4}.get(unit, 10)
    return dt.date.fromisoformat(_opening(old.period.start)) if len(old.period.start) >= exact else None


# -- rules: months, weeks, years and their parts


def _months(spot: _Spot) -> _Value | None:
    """ "in December", "early November 2005", "last June", "May next year"."""
    name, which, part = spot.match["month"], spot.group("which"), spot.part
    year = spot.group("year") or _relative_year(spot, spot.group("of"))
    if not (spot.group("year") or spot.group("of") or which or part or _is_month(spot, name)):
        return None
    number = _month(name)
    if year:
        return _narrowed(_both(_iso(int(year), number), "month"), part, None)
    if spot.base is None:
        return _open("month")
    return _narrowed(_both(_iso(_month_year(spot, number, which), number), "month"), part, None)


def _month_year(spot: _Spot, number: int, which: str) -> int:
    assert spot.base is not None
    base = spot.base
    if which == "last":
        return base.year - (number >= base.month)
    if which == "next":
        return base.year + (number <= base.month)
    if which:
        return base.year
    word = spot.cue if not spot.attributive else ""
    if word in ("since", "ever since"):
        return _year_of(number, base, "past")
    tense = "" if spot.attributive else spot.tense
    if spot.looks_ahead or (word and _KNOWN["cue"][word] == "deadline" and tense != "past"):
        tense = "future"
    return _year_of(number, base, tense)


def _is_month(spot: _Spot, name: str) -> bool:
    """Whether a bare name is a month: not the verbs, not a person, no short form without a cue."""
    short, word = name.rstrip(".").capitalize() not in MONTHS, spot.cue
    if name.isupper() or (short and not (name.endswith(".") and word)):
        return False
    if name == "May":
        person = _POSSESSIVE.match(spot.right) or _SURNAME.match(spot.right)
        return word in _SAFE or (bool(word) and word not in ("at", "to", "of") and not person) or _the_may(spot)
    if name == "March":
        walk = re.match(rf"{_S}(?:on|to|for|against|of|through|by)\b", spot.right)
        return (bool(word) or spot.determined) and not (walk and spot.determined)
    if name in ("April", "June", "August", "Jan.", "January"):
        return word in _SAFE or not _SURNAME.match(spot.right)
    return True


_SAFE = frozenset("in during since until till before next last this".split())
_SURNAME = re.compile(rf"{_S}[A-Z][a-z]")


def _the_may(spot: _Spot) -> bool:
    """ "the May talks", but not the May government."""
    return spot.determined and bool(re.match(rf"{_S}(?!government|cabinet|administration|team)[a-z]", spot.right))


def _month_range(spot: _Spot) -> _Value | None:
    """ "from June to August", "March-May 2005", "March or April"."""
    m, join = spot.match, spot.group("join")
    first, last = _month(m["month"]), _month(m["month2"])
    if join == "and" and not spot.group("lead") and (last - first) % 12 != 1:
        return None
    if spot.base is None and not spot.group("year"):
        return _open("range")
    if spot.group("year"):
        end = int(m["year"])
    else:
        assert spot.base is not None
        end = _year_of(last, spot.base, "" if spot.attributive else spot.tense)
    start = int(spot.group("year1") or end - (first > last))
    stop = _iso(end, last)
    return _Value(_iso(start, first), "" if join == "or" else stop, "range", latest=_closing(stop))


def _unit(spot: _Spot) -> _Value | None:
    """ "last week", "earlier this month", "early next year", "this summer", "next quarter"."""
    unit, part = spot.group("unit"), spot.part
    if spot.base is None:
        return _open(unit if unit not in _SEASONS else "season")
    sign = {"last": -1, "next": 1}.get(spot.group("which"), 0)
    if unit in _SEASONS:
        return _narrowed(_season(spot, unit, sign), part, spot.base)
    return _narrowed(_unit_value(spot, unit, sign, part), part, spot.base)


def _unit_value(spot: _Spot, unit: str, sign: int, part: str) -> _Value:
    assert spot.base is not None
    base = spot.base
    if unit == "week":
        return _week(base, sign, part)
    if unit == "weekend":
        return _weekend(base, sign, spot)
    if unit == "month":
        return _both(_moved(base.replace(day=1), sign).isoformat()[:7], "month")
    if unit == "quarter":
        first = _moved(base.replace(month=(base.month - 1) // 3 * 3 + 1, day=1), 3 * sign)
        return _quarter(first.year, (first.month + 2) // 3)
    if unit == "decade":
        ten = base.year // 10 * 10 + 10 * sign
        return _Value(_iso(ten), _iso(ten + 9), "decade")
    return _both(_iso(base.year + sign), "year")


def _week(base: dt.date, sign: int, part: str) -> _Value:
    """A week as the month it lies in, with its days from Monday to Sunday."""
    monday = _days(base, -base.weekday() + 7 * sign)
    sunday, middle = _days(monday, 6), _days(base, 7 * sign)
    if part == "earlier":
        middle = _days(base, -min(1, base.weekday()))
    elif part in ("later", "rest", "remainder"):
        middle = min(sunday, _days(base, 1))
    elif part in ("end", "close") and sign >= 0:
        return _both(sunday.isoformat(), "day", _days(sunday, -2).isoformat())
    elif part:
        middle = _days(monday, 3)
    return _both(middle.isoformat()[:7], "week", monday.isoformat(), sunday.isoformat())


def _weekend(base: dt.date, sign: int, spot: _Spot) -> _Value:
    saturday = _days(base, 5 - base.weekday())
    if sign:
        saturday = _days(saturday, 7 * sign)
    elif (base.weekday() < 5 and spot.group("which") != "this" and not _ahead(spot)) or (
        base.weekday() < 5 and spot.group("which") == "this" and spot.tense == "past"
    ):
        saturday = _days(saturday, -7)
    return _Value(saturday.isoformat(), _days(saturday, 1).isoformat(), "weekend")


def _the_weekend(spot: _Spot) -> _Value | None:
    """ "over the weekend", "at the weekend"."""
    return _open("weekend") if spot.base is None else _weekend(spot.base, 0, spot)


def _bare_unit(spot: _Spot) -> _Value | None:
    """ "the end of the year", "late in the month", "year-end"."""
    unit, part = spot.group("unit"), spot.part or "end"
    if spot.base is None:
        return _open("day" if unit == "day" else unit)
    if unit == "day":
        base = _origin(spot, "day") or spot.base
        return _both(base.isoformat(), "day") if part in ("earlier", "later", "late", "early") else None
    return _narrowed(_unit_value(spot, unit, 0, part), part, spot.base)


def _season(spot: _Spot, name: str, sign: int, year: int = 0) -> _Value:
    """The months of a season; a winter is the one that begins in the year."""
    first, last = _SEASONS[name]
    base = spot.base or dt.date(year, 1, 1)
    if not year:
        at, now = base.year * 12 + first - 1, base.year * 12 + base.month - 1
        options = [at - 12, at, at + 12]
        if sign < 0:
            year = max(o for o in options if o + 2 < now) // 12
        elif sign > 0:
            year = min(o for o in options if o > now) // 12
        else:
            tense = "" if spot.group("which") else spot.tense
            fit = [o for o in options if (tense == "past" and o <= now) or (tense == "future" and o + 2 >= now)]
            year = min(fit or options, key=lambda o: (abs(o + 1 - now), o)) // 12
    return _Value(_iso(year, first), _iso(year + (last < first), last), "season")


def _bare_season(spot: _Spot) -> _Value | None:
    """ "in spring", "the summer of 2005", "late summer"; not the fall of a government."""
    name, year = spot.group("unit"), spot.group("year") or _relative_year(spot, spot.group("of"))
    cue = _CUE.search(spot.left.rstrip().removesuffix("the").rstrip() + " ")
    if not (year or spot.group("of")) and (not (cue or spot.part) or re.match(rf"{_S}of\b", spot.right)):
        return None
    if name == "fall" and not year and cue and _cue_words(cue) not in ("in", "by", "since", "until", "before", "this"):
        return None
    if spot.base is None and not year:
        return _open("season")
    return _narrowed(_season(spot, name, 0, int(year or 0)), spot.part, None)


_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def _quarters(spot: _Spot) -> _Value | None:
    """ "the first quarter of 2006", "the third quarter"."""
    number, year = _QUARTERS[spot.group("q")], spot.group("year") or _relative_year(spot, spot.group("of"))
    if year:
        return _quarter(int(year), number)
    if spot.base is None:
        return _open("quarter")
    return _quarter(_year_of(number * 3 - 1, spot.base, spot.tense), number)


def _quarter(year: int, number: int) -> _Value:
    return _Value(_iso(year, number * 3 - 2), _iso(year, number * 3), "quarter")


# -- rules: years


def _year(spot: _Spot) -> _Value | None:
    """ "in 2000", "since 2003", "the 1953 armistice"; a number that counts something is none."""
    if not (spot.part or spot.group("word") or _is_year(spot, int(spot.match["year"]))):
        return None
    return _narrowed(_both(spot.match["year"], "year"), spot.part, None)


def _is_year(spot: _Spot, year: int) -> bool:
    left, right = spot.left, spot.right
    if _EVENT.match(right):
        return True
    m = _YEAR_CUE.search(left)
    cue = m["cue"].lower() if m else ""
    before = m["word"].lower() if m and m["word"] else ""
    if cue in ("in", "since", "until", "till", "during", "before", "after", "fiscal", "circa"):
        return True
    if cue in ("by", "from", "to", "through"):
        return before not in _KNOWN["change"] and not re.match(rf"{_S}to{_S}[0-9]", right)
    if cue in ("of", "for"):
        near = cue == "of" or (spot.base is not None and abs(year - spot.base.year) <= 10)
        return near and before not in _KNOWN["quantity"] and not _COUNTED.match(right)
    if cue in ("and", "or") and spot.anchor and spot.anchor.kind == "year":
        return spot.match.start() - spot.anchor.end <= 5
    if spot.determined:
        return bool(re.match(rf"{_S}[A-Za-z]", right)) and not _COUNTED.match(right)
    return left.endswith("(") and right.startswith(")")


_YEAR_CUE = re.compile(rf"(?i)(?:(?P<word>[a-z]{{1,30}}){_S})?\b(?P<cue>[a-z]{{1,12}}){_S}$")
_EVENT = re.compile(rf"{_S}(?:[\w-]{{1,30}}{_S}){{0,2}}{_any(_KNOWN['event'])}\b")
_COUNTED = re.compile(rf"{_S}(?:[\w-]{{1,30}}{_S}){{0,2}}{_any(_KNOWN['counted'])}\b")


def _year_range(spot: _Spot) -> _Value | None:
    """ "from 2003 to 2005", "1994-1996", "in 2004-05"."""
    first, second, join = spot.match["year"], spot.match["year2"], spot.group("join")
    last = first[:2] + second if len(second) == 2 else second
    if last <= first or (join == "and" and spot.group("lead") != "between"):
        return None
    season = int(last) == int(first) + 1 and bool(spot.group("lead") or spot.determined)
    return None if len(second) == 2 and not season else _Value(first, last, "range")


def _decade(spot: _Spot) -> _Value | None:
    """ "the 1990s", "the early '90s"."""
    ten = int(spot.match["ten"] or f"19{spot.match['ten2']}")
    return _narrowed(_Value(_iso(ten), _iso(ten + 9), "decade"), spot.part, None)


# -- rules: lengths and distances


def _count(spot: _Spot) -> _Value | None:
    """ "two days ago", "within six months", "in two weeks", "over the past three years", "four days of"."""
    bounds = _amount(spot.match["n"])
    if bounds is None:
        return None
    if spot.match["half"] or spot.match["half2"]:
        bounds = bounds[0] + 0.5, bounds[1] + 0.5
    unit, lead, tail = spot.group("unit"), spot.group("lead"), spot.group("tail")
    if tail:
        return _distance(spot, bounds, unit, tail)
    if lead.startswith(("within", "in", "inside")) and not _BACK.search(lead):
        return _due(spot, bounds, unit, lead)
    if _BACK.search(lead):
        return _past(spot, bounds, unit)
    if _FORWARD.search(lead):
        return _next(spot, bounds, unit)
    single = spot.group("n") in ("a", "an", "another")
    measured = lead or spot.group("sep") == "-" or _LASTING.match(spot.right)
    return _open("duration") if measured and not (single and not lead and not _LASTING.match(spot.right)) else None


_BACK = re.compile(r"\b(?:past|last|previous|preceding)$")
_FORWARD = re.compile(r"\b(?:next|coming|following)$")
_LASTING = re.compile(rf"{_S}of\b")


def _distance(spot: _Spot, bounds: tuple[float, float], unit: str, tail: str) -> _Value:
    if tail in ("after", "before", "since", "into") and _ANCHORED.match(spot.right):
        return _open("relative")
    back = tail in ("ago", "earlier", "before", "previously")
    origin = spot.base
    if tail in ("earlier", "before", "previously", "later", "after", "on"):
        origin = _origin(spot, unit) or (spot.base if back else None)
    if origin is None:
        return _open("ago" if tail == "ago" else "relative")
    low, high = sorted(_shifted(origin, -n if back else n, unit) for n in bounds)
    value = _common(low, high, unit)
    if spot.anchor and origin != spot.base and len(spot.anchor.period.start) < 10:
        return _both(value, "ago")
    return _both(value, "ago", *_slack(low, high, unit))


def _slack(low: dt.date, high: dt.date, unit: str) -> tuple[str, str]:
    """Two days with what a count of such units leaves open, half of one."""
    days = int(_DAYS[unit] / 2)
    return _days(low, -days).isoformat(), _days(high, days).isoformat()


def _common(low: dt.date, high: dt.date, unit: str) -> str:
    """Two ends as one value, no more precise than the unit and than the two agree."""
    for length in (10, 7, 4):
        if length <= _PRECISION[unit] and low.isoformat()[:length] == high.isoformat()[:length]:
            return low.isoformat()[:length]
    return ""


_PRECISION = {"minute": 10, "hour": 10, "day": 10, "night": 10, "week": 7, "fortnight": 7, "month": 7, "year": 4}
_PRECISION |= {"decade": 4}


def _due(spot: _Spot, bounds: tuple[float, float], unit: str, lead: str) -> _Value:
    """ "within 48 hours" and "in the next few weeks" set a limit, "in two weeks" a time."""
    limit = lead.startswith(("within", "inside", "in less", "in under")) or bool(_FORWARD.search(lead))
    record = _RECORD.search(spot.left)
    limit = limit and not (lead.startswith(("in less", "in under")) and (record or spot.tense == "past"))
    if re.match(rf"{_S}(?:of|after|from)\b", spot.right):
        return _open("deadline" if limit else "relative")
    if not limit and (record or (spot.tense == "past" and not spot.group("time"))):
        return _past(spot, bounds, unit) if record else _open("duration")
    if spot.base is None:
        return _open("deadline" if limit else "ago")
    low, high = (_shifted(spot.base, n, unit) for n in bounds)
    if not limit:
        kind = {10: "day", 7: "month", 4: "year"}[_PRECISION[unit]]
        return _both(_common(low, high, unit), kind, *_slack(low, high, unit))
    precision = {"month": 7, "year": 4, "decade": 4}.get(unit, 10)
    if bounds[0] != bounds[1]:  # "a few weeks": one step less exact
        precision = {"month": 4, "year": 0, "decade": 0}.get(unit, 7)
    return _Value("", high.isoformat()[:precision], "deadline", latest=high.isoformat() if precision else "")


_RECORD = re.compile(
    rf"(?i)\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[0-9]{{1,3}}th|time|times|only|\w{{1,20}}est|most|worst|best|least)"
    rf"(?:{_S}[\w-]{{1,30}}){{0,5}}{_S}$"
)


def _past(spot: _Spot, bounds: tuple[float, float], unit: str) -> _Value:
    """ "over the past three years": up to the report; a single year back is counted in months."""
    if spot.base is None:
        return _open("range")
    low, high = sorted(_shifted(spot.base, -n, unit) for n in bounds)
    size = 7 if unit == "year" and bounds == (1, 1) else _PRECISION[unit]
    start = low.isoformat()[:size] if size == 7 and unit == "year" else _common(low, high, unit)
    if bounds[0] != bounds[1] and len(start) < size:  # "the past few weeks" may begin last year
        start = ""
    end = spot.base.isoformat()
    return _Value(start, end[: len(start)], "range", low.isoformat(), end) if start else _open("range")


def _next(spot: _Spot, bounds: tuple[float, float], unit: str) -> _Value:
    """ "over the next three days": from the report on."""
    if spot.base is None:
        return _open("range")
    low, high = (_shifted(spot.base, n, unit) for n in bounds)
    end, start = _common(low, high, unit), spot.base.isoformat()
    return _Value(start[: len(end)], end, "range", start, high.isoformat()) if end else _open("range")


def _one(spot: _Spot) -> _Value | None:
    """ "over the past year", "in the coming month", "recent weeks"."""
    lead, unit = spot.group("lead"), spot.group("unit")
    if spot.group("plural") or spot.group("vague"):
        return _open("range")
    if unit in ("day", "night", "hour", "minute"):
        return None
    back = spot.group("which") in ("past", "last", "previous", "preceding")
    if not lead and not (back or spot.group("which") == "coming"):
        return None
    if back:
        return _past(spot, (1, 1), unit)
    return _due(spot, (1, 1), unit, f"{lead} next") if lead in ("in", "within") else _next(spot, (1, 1), unit)


_Read = Callable[[_Spot], _Value | None]

#: Parts of patterns; in these and in the rules a space stands for any white space, up to four.
_JOIN = rf"(?: (?P<join>to|through|until|till|and|or) |\s{{0,2}}{_DASH}{{1,2}}\s{{0,2}})"
_LEAD = r"(?:(?P<lead>(?i:from|between)) )?"
_AFTER_YEAR = rf"(?:,? {_YEAR}|{_OF_YEAR})?"
_BY_YEAR = rf"(?:,? (?:of )?{_YEAR}|{_OF_YEAR})?"
_WHICH = r"(?:(?P<which>(?i:this past|this coming|last|next|this|coming|past|previous|following)) )?"
_BEFORE_DATE = rf"(?:(?P<wd>{_WD}|(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\b\.?),? (?:the )?)?"
_HOUR = r"(?: (?i:night|morning|evening|afternoon|noon|midnight)\b)?"
_EARLY = rf"(?:(?i:late|early|earlier|later|mid|midday|noon|midnight){_SEP}(?:on )?)?"
_SEASON = "spring|summer|autumn|fall|winter"
_ITS = "(?:the|its|his|their)"
_COUNT_LEAD = (
    rf"within(?: {_ITS})?(?: (?:next|coming))?|inside|in(?: (?:less than|under|about|around|just|another"
    rf"|{_ITS} (?:next|coming|past|last|previous|preceding)))?"
    rf"|(?:over|during|for|throughout|of|after) {_ITS} (?:next|coming|past|last|previous|following)"
    rf"|{_ITS} (?:next|coming|past|last|previous)|for|after|during|lasted|lasting"
)
_TAIL = "ago|earlier|before|later|previously|from now|from today|hence|after|into"
_PREPOSED = "in|at|with|for|to|and|but|after|before|when|as|by|of"
_NO_MORE = r"(?![\w%]|[-.,:/][0-9])"

#: Rules by the word that a text must have: pattern and reader. Where two reach equally far, the
#: first is asked first.
_GRAMMAR: list[tuple[str, str, _Read]] = [
    ("", rf"\b{_any(_KNOWN['trap'])}\b", _trap),
    ("month", rf"\b{_MON} {_D}{_NTH} {_any(_KNOWN['bloc'])}\b", _trap),
    ("number", rf"(?i)\b{_any(_KNOWN['named'])}\b", _named),
    ("number", rf"(?<![\w/.-])(?P<iso>{_Y}-[01][0-9]-[0-3][0-9])(?![0-9-])", _iso_date),
    ("number", r"(?<![\w/.-])(?P<iso>(?:19|20)[0-9]{2}/[01][0-9]/[0-3][0-9])(?![\w/])", _iso_date),
    (
        "month",
        rf"\b{_LEAD}(?P<month>{_MON})\s{{0,4}}(?P<day>{_D}){_NTH}(?:, (?P<year1>{_Y}))?{_JOIN}"
        rf"(?:(?P<month2>{_MON})\s{{0,4}})?(?P<day2>{_D}){_NTH}(?:,? {_YEAR})?",
        _span,
    ),
    (
        "month",
        rf"\b{_LEAD}(?P<day>{_D}){_NTH}(?: (?P<month>{_MON})(?: (?P<year1>{_Y}))?)?{_JOIN}"
        rf"(?P<day2>{_D}){_NTH} (?:of )?(?P<month2>{_MON})(?:,? {_YEAR})?",
        _span,
    ),
    ("month", rf"\b{_BEFORE_DATE}(?P<month>{_MON})\s{{0,4}}(?P<day>{_D}){_NTH}{_AFTER_YEAR}", _single),
    ("month", rf"\b{_BEFORE_DATE}(?:the )?(?P<day>{_D}){_NTH} (?:of )?(?P<month>{_MON}){_AFTER_YEAR}", _single),
    (
        "number",
        r"(?<=\bon\s)the (?P<day>[0-9]{1,2})(?:st|nd|rd|th)\b(?: of (?P<which>this|last|next|the) month\b)?"
        rf"(?! (?!(?:{_PREPOSED})\b)[a-z])",
        _nth,
    ),
    ("holiday", rf"\b(?P<name>{_any(_KNOWN['holiday'])})(?!\w)(?:,? {_YEAR})?", _holiday),
    ("weekday", rf"\b{_LEAD}{_WHICH}(?P<wd>{_WD}){_HOUR}{_JOIN}(?P<wd2>{_WD}){_HOUR}", _weekdays),
    (
        "weekday",
        rf"\b{_EARLY}{_WHICH}(?P<wd>{_WD}){_HOUR}(?: (?:of )?(?P<week>last|this|next) week\b)?",
        _weekday,
    ),
    (
        "near",
        r"(?i)\b(?P<near>(?:the )?day (?:after tomorrow|before yesterday)|yesterday|today|tomorrow|tonight|overnight"
        rf"|last night|this (?:morning|afternoon|evening))\b{_HOUR}",
        _near,
    ),
    (
        "unit",
        r"(?i)\bthe (?:(?P<which>same|next|previous|preceding|following) (?P<unit>day|week|month|year)"
        r"|(?P<unit2>day|week|month|year) (?P<after>before|after))\b",
        _same_day,
    ),
    (
        "month",
        rf"\b{_LEAD}(?P<month>{_MON})(?: (?P<year1>{_Y}))?{_JOIN}(?P<month2>{_MON})(?:,? (?:of )?{_YEAR})?",
        _month_range,
    ),
    (
        "month",
        rf"\b(?:{_PART})?(?:(?P<which>(?i:last|next|this)) )?(?P<month>{_MON}){_BY_YEAR}(?![\w-]|\s{{0,4}}[0-9]{{1,2}}(?![0-9]))",
        _months,
    ),
    (
        "unit",
        rf"\b(?:{_PART})?(?P<which>(?i:last|this|next|the current|current)) (?:fiscal )?"
        rf"(?P<unit>week|month|year|decade|weekend|quarter|{_SEASON})\b",
        _unit,
    ),
    ("unit", rf"\b{_PART}(?:the )?(?P<unit>day|week|month|year|decade)\b(?!-)", _bare_unit),
    ("unit", r"(?i)\b(?:the )?(?P<unit>year|month|week)(?:-|['’]s )end\b", _bare_unit),
    ("unit", r"(?i)\b(?:(?:over|during|at|for) )?the (?:past )?weekend\b", _the_weekend),
    ("unit", rf"\b(?:{_PART})?(?P<unit>{_SEASON})\b(?: (?:of )?{_YEAR}|{_OF_YEAR})?", _bare_season),
    (
        "unit",
        rf"(?i)\b(?:the )?(?P<q>first|second|third|fourth|[1-4](?:st|nd|rd|th)) quarter\b(?: (?:of )?{_YEAR}|{_OF_YEAR})?",
        _quarters,
    ),
    (
        "number",
        rf"(?i)(?:\b(?P<lead>from|between|in) )?(?<![\w.$€£#/+-])(?P<year>{_Y}){_JOIN}"
        rf"(?P<year2>(?:19|20)[0-9]{{2}}|[0-9]{{2}}){_NO_MORE}{_NO_COUNT}",
        _year_range,
    ),
    (
        "number",
        rf"(?<!\w)(?:{_PART})?(?:(?i:the) )?(?<![\w.,$€£-])(?:(?P<ten>(?:19|20)[0-9]0)['’]?|['’](?P<ten2>[2-9]0))s\b",
        _decade,
    ),
    (
        "number",
        rf"(?<![\w.,$€£#/:+-])(?:{_PART}|(?P<word>(?i:(?:the )?year)) )?(?P<year>{_Y}){_NO_MORE}(?!-\w){_NO_COUNT}",
        _year,
    ),
    (
        "unit",
        rf"(?i)\b(?:(?P<lead>{_COUNT_LEAD}) )?(?:(?:about|around|nearly|almost|some|at least) )?"
        rf"(?P<n>{_N})(?P<half>{_HALF})?(?P<sep>{_SEP})(?P<unit>{_UNIT})s?\b(?![-\s]old\b)"
        rf"(?P<half2>{_HALF})?(?P<time>['’]? time\b)?(?: (?P<tail>{_TAIL})\b)?",
        _count,
    ),
    (
        "unit",
        r"(?i)\b(?:(?P<lead>in|over|during|within|for|throughout) )?"
        rf"(?:the (?P<which>past|last|next|coming|previous|preceding) (?P<unit>{_UNIT})(?P<plural>s)?"
        rf"|(?P<vague>recent) {_UNIT}s)\b(?!['’])(?! of\b)",
        _one,
    ),
]
_RULES = [(need, re.compile(pattern.replace(" ", _S)), read) for need, pattern, read in _GRAMMAR]


def _cased(words: str) -> str:
    """Words of a pattern in lower case, with a capital and in capitals."""
    return "|".join(f"{w}|{w.capitalize()}|{w.upper()}" for w in words.split("|"))


#: What an expression of time is built around; the name of the group is the need of a rule.
_ANCHOR = re.compile(
    rf"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY)"
    rf"|(?P<month>{'|'.join(f'{m}|{m.upper()}' for m in [*_SHORT, 'May'])})|(?P<number>[0-9](?:[0-9]|st|nd|rd|th))"
    rf"|(?P<near>{_cased('today|tonight|tomorrow|yesterday|overnight|morning|afternoon|evening')})"
    rf"|(?P<unit>{_cased('minute|hour|day|night|week|fortnight|month|quarter|year|decade')}|{_SEASON})"
    rf"|(?P<holiday>Christmas|Xmas|Boxing|New|Valentine|Halloween|Nowruz|Easter|Good)"
)
