"""When is meant: a small grammar for the dates of news reports.

Weekdays, ranges, months, deadlines and durations, resolved against the day of publication. News
convention: "Friday" in a report of a Friday is that day, a weekday is the last one before it, and
after "will" the next one. Values are ISO at the precision that the words allow.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from detente.record import Period

WEEKDAYS = {d: n for n, d in enumerate(calendar.day_name)}
MONTHS = {m: n for n, m in enumerate(calendar.month_name) if m}
_SHORT = {m[:3]: n for m, n in MONTHS.items()} | {"Sept": 9}
_NUMBERS = {
    w: n for n, w in enumerate(
        
        """a one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty""".split()
    )
} | {"a": 1, "an": 1, "several": 3, "few": 3, "couple of": 2, "thirty": 30, "forty": 40, "sixty": 60}  # fmt: skip
_SEASONS = {
    "spring": ("03", "05"),
    "summer": ("06", "08"),
    "autumn": ("09", "11"),
    "fall": ("09", "11"),
    "winter": ("12", "02"),
}
_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14}


@dataclass(frozen=True, slots=True)
class Mention:
    """One expression of time. `kind`: day, range, week, month, year, season, deadline, since, ago."""

    start: int
    end: int
    words: str
    period: Period
    kind: str


_Rule = Callable[["re.Match[str]", "dt.date | None", str], "tuple[str, str, str] | None"]

_D = "|".join(WEEKDAYS)
_M = "|".join([*MONTHS, *(f"{s}\\." for s in _SHORT), *(s for s in _SHORT if s != "May")])
_N = r"\d{1,3}|" + "|".join(re.escape(n) for n in sorted(_NUMBERS, key=len, reverse=True))
_Y = r"(?:19|20)\d\d"
_UNIT = "minute|hour|day|night|week|fortnight|month|year|decade"


@cache
def _grammar() -> re.Pattern[str]:
    """All rules as one expression; the first alternative that fits a place wins."""
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, (pattern, _) in _RULES.items()))


def find(text: str, base: dt.date | None, start: int = 0, end: int | None = None, tense: str = "") -> list[Mention]:
    """All expressions of time in `text[start:end]`, in order and without overlap.

    `base` is the day of publication; without it relative expressions keep their words but have no
    value. `tense` ("past", "future" or "") decides which Friday or which December is meant.
    """
    found = []
    for m in _grammar().finditer(text, start, len(text) if end is None else end):
        rule = _RULES[m.lastgroup or ""][1]
        inner = re.compile(_RULES[m.lastgroup or ""][0]).match(text, m.start())
        if inner is None:
            continue
        value = rule(inner, base, tense)
        if value is not None:
            first, last, kind = value
            found.append(Mention(m.start(), m.end(), m.group(), Period(first, last, m.group()), kind))
    return found


def resolve(words: str, base: dt.date | None, tense: str = "") -> Period:
    """The period of the first expression of time in a phrase; an empty one where there is none."""
    found = find(words, base, tense=tense)
    return found[0].period if found else Period(words=words)


_DURATION = re.compile(
    rf"\b(?:(?P<n>{_N})(?: more| straight| consecutive)?[ -](?P<u>day|week|month)s?|(?P<long>day|week|month)-?long)(?: of\b|\b)",
    re.I,
)


def duration(text: str) -> int | None:
    """How many days a stretch of time lasts: "four days of", "two-day", "week-long"; None if unsaid."""
    m = _DURATION.search(text)
    if m is None:
        return None
    days = {"day": 1, "week": 7, "month": 30}
    if m["long"]:
        return days[m["long"].lower()]
    return _number(m["n"]) * days[m["u"].lower()]


def combine(duration_days: int, end: str) -> str:
    """The first day of something that lasted so many days and ended on `end`.

    Raises ValueError when `end` is not a whole ISO date.
    """
    return (dt.date.fromisoformat(end) - dt.timedelta(days=duration_days - 1)).isoformat()


# -- helpers


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS.get(words.lower(), 1)


def _month(name: str) -> int:
    return MONTHS.get(name) or _SHORT[name.rstrip(".")]


def _iso(year: int, month: int = 0, day: int = 0) -> str | None:
    if day:
        try:
            return dt.date(year, month, day).isoformat()
        except ValueError:
            return None
    return f"{year:04d}-{month:02d}" if month else f"{year:04d}"


def _shift(base: dt.date, months: int) -> str:
    at = base.year * 12 + base.month - 1 + months
    return f"{at // 12:04d}-{at % 12 + 1:02d}"


def _both(value: str | None, kind: str) -> tuple[str, str, str] | None:
    return (value, value, kind) if value is not None else None


def _nearest_year(month: int, base: dt.date | None, tense: str, day: int = 0) -> int | None:
    """The year in which a month without one lies."""
    if base is None:
        return None
    if tense == "future":
        return base.year if (month, day or 31) >= (base.month, base.day if day else 1) else base.year + 1
    if tense == "past":
        return base.year if (month, day or 1) <= (base.month, base.day if day else 31) else base.year - 1
    gap = (month - base.month + 6) % 12 - 6
    return (base.year * 12 + base.month - 1 + gap) // 12


def _weekday(name: str, base: dt.date, tense: str, which: str = "") -> dt.date:
    ahead = (WEEKDAYS[name] - base.weekday()) % 7
    if which == "next":
        return base + dt.timedelta(days=ahead or 7)
    if which in ("last", "past", "previous"):
        return base - dt.timedelta(days=(-ahead) % 7 or 7)
    if ahead == 0:
        return base
    if tense == "future" or which in ("this", "coming"):
        return base + dt.timedelta(days=ahead)
    return base - dt.timedelta(days=7 - ahead)


# -- rules


def _iso_date(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    return _both(_iso(*(int(p) for p in m[0].split("-"))), "day")


def _day_range(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    month = _month(m["rm"])
    year = int(m["ry"]) if m["ry"] else _nearest_year(month, base, tense, int(m["rb"]))
    if year is None:
        return "", "", "range"
    last_month = _month(m["rm2"]) if m["rm2"] else month
    first, last = _iso(year, month, int(m["ra"])), _iso(year, last_month, int(m["rb"]))
    return (first, last, "range") if first and last else None


def _month_day(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    month, day = _month(m["mm"] or m["mm2"]), int(m["md"] or m["md2"])
    written = m["my"] or m["my2"]
    year = int(written) if written else _nearest_year(month, base, tense, day)
    if year is None:
        return "", "", "day"
    value = _iso(year, month, day)
    if value and m["mlim"]:
        return "", value, "deadline"
    return (value, "", "since") if value and m["msince"] else _both(value, "day")


def _month_only(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    name, cue = m["om"], (m["ocue"] or "").lower().strip()
    part = m["opart"]
    if name in ("May", "March") and not (m["oy"] or cue or part):
        return None
    if name.rstrip(".") in ("Mar", "Jan", "Jun", "Sun", "Dec") and not (m["oy"] or cue):
        return None
    month = _month(name)
    if cue.startswith(("next", "last")):
        tense = "future" if cue.startswith("next") else "past"
    if cue.startswith(("by", "until", "till", "before")) and tense != "past":
        tense = "future"
    year = int(m["oy"]) if m["oy"] else _nearest_year(month, base, tense)
    if year is None:
        return "", "", "month"
    return _cued(_iso(year, month) or "", cue, "month")


def _cued(value: str, cue: str, kind: str) -> tuple[str, str, str]:
    if cue.startswith(("by", "until", "till", "before", "no later")):
        return "", value, "deadline"
    if cue.startswith("since"):
        return value, "", "since"
    return value, value, kind


def _day_name(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    if base is None:
        return "", "", "day"
    which, cue = (m["wwhich"] or "").lower(), (m["wcue"] or "").lower()
    if cue in ("by", "until", "till", "before"):
        tense = "future" if tense != "past" else tense
    first = _weekday(m["wd"], base, tense, which)
    if m["wd2"]:
        if (m["wjoin"] or "").strip() in ("or",):
            return first.isoformat(), "", "range"
        last = first + dt.timedelta(days=(WEEKDAYS[m["wd2"]] - first.weekday()) % 7)
        if tense != "future" and last > base and first <= base and (m["wjoin"] or "").strip() == "and":
            return _both(first.isoformat(), "day")
        return first.isoformat(), last.isoformat(), "range"
    value = first.isoformat()
    if cue in ("by", "until", "till", "before"):
        return "", value, "deadline"
    return (value, "", "since") if cue == "since" else _both(value, "day")


def _near_day(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    if base is None:
        return "", "", "day"
    gap = {
        "yesterday": -1,
        "tomorrow": 1,
        "overnight": 0,
        "today": 0,
        "tonight": 0,
        "earlier in the day": 0,
    }
    return _both((base + dt.timedelta(days=gap[m[0].lower()])).isoformat(), "day")


def _this(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    """ "last week", "next month", "this year", "earlier this month": the month or the year."""
    unit, which = m["tu"].lower(), m["tw"].lower()
    if base is None:
        return "", "", unit
    sign = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1}.get(which, 0)
    if unit == "year":
        value = str(base.year + sign)
    elif unit == "month":
        value = _shift(base, sign)
    elif unit == "weekend":
        saturday = base + dt.timedelta(days=(5 - base.weekday()) % 7)
        first = saturday - dt.timedelta(days=7) if sign < 0 or tense == "past" else saturday
        return first.isoformat(), (first + dt.timedelta(days=1)).isoformat(), "range"
    elif unit in _SEASONS:
        return _both(str(base.year + sign), "season")
    elif unit == "century":
        return None
    else:
        value = (base + dt.timedelta(days=7 * sign)).isoformat()[:7]
    return _cued(value, (m["tcue"] or "").lower(), unit)


def _end_of(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    """ "by the end of the year", "before the end of next month", "late March"."""
    if base is None:
        return "", "", "deadline"
    which, unit = (m["ew"] or "").lower(), m["eu"]
    sign = 1 if which == "next" else -1 if which == "last" else 0
    if unit == "year":
        value = f"{base.year + sign}-12"
    elif unit == "month":
        value = _shift(base, sign)
    elif unit == "week":
        value = (base + dt.timedelta(days=6 - base.weekday() + 7 * sign)).isoformat()
    elif unit.isdigit():
        value = f"{unit}-12"
    else:
        month = _month(unit)
        year = int(m["ey"]) if m["ey"] else _nearest_year(month, base, tense or "future")
        value = _iso(year or base.year, month) or ""
    cue = (m["ecue"] or "").lower()
    if cue in ("by", "before", "until", "till"):
        return "", value, "deadline"
    return _both(value, "month")


def _span_of(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    """ "two days ago", "within six months", "in three weeks", "a year later"."""
    unit, n = m["su"].lower().rstrip("s"), _number(m["sn"])
    cue, tail = (m["scue"] or "").lower(), (m["stail"] or "").lower()
    if base is None:
        return "", "", "ago" if tail else "deadline"
    back = tail in ("ago", "earlier", "before")
    sign = (
        -1
        if back or cue.startswith(("over the p", "in the p", "over the l", "in the l", "during the p", "for the p"))
        else 1
    )
    if unit in ("minute", "hour"):
        if unit == "hour" and n >= 24:
            value = (base + dt.timedelta(days=sign * n // 24)).isoformat()
        else:
            value = base.isoformat()
    elif unit in ("day", "week", "fortnight", "night"):
        value = (base + dt.timedelta(days=sign * n * _DAYS_IN.get(unit, 1))).isoformat()
        value = value if unit != "week" else value[:7]
    elif unit == "month":
        value = _shift(base, sign * n)
    else:
        value = str(base.year + sign * n * (10 if unit == "decade" else 1))
    if back:
        return _both(value, "ago")
    if sign < 0:
        return value, "", "since"
    if cue.startswith(
        (
            "within",
            "in the next",
            "in the coming",
            "over the next",
            "over the coming",
            "during the next",
            "in less",
        )
    ):
        return "", value, "deadline"
    return _both(value, "day" if len(value) == 10 else unit)


def _year(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    if m["yr2"]:
        return m["yr"], m["yr2"] if len(m["yr2"]) == 4 else m["yr"][:2] + m["yr2"], "range"
    return _cued(m["yr"], (m["ycue"] or "").lower(), "year")


def _part_year(m: re.Match[str], base: dt.date | None, tense: str) -> tuple[str, str, str] | None:
    return _both(m["py"], "year")


_PART = r"(?:(?:early|mid|late|the beginning of|the end of|the start of|the middle of)[ -])"
_CUE = r"(?:by|before|until|till|since|in|on|from|during|for|next|last|of|no later than)"
_RULES: dict[str, tuple[str, _Rule]] = {
    "iso": (rf"\b{_Y}-\d\d-\d\d\b", _iso_date),
    "dayrange": (
        rf"\b(?P<rm>{_M}) (?P<ra>\d{{1,2}})(?: ?[-–] ?| to | through | and )(?:(?P<rm2>{_M}) )?(?P<rb>\d{{1,2}})\b(?:,? (?P<ry>{_Y})\b)?(?![\d,.]\d)",
        _day_range,
    ),
    "monthday": (
        rf"\b(?P<mlim>[Bb]y |[Uu]ntil |[Bb]efore )?(?P<msince>[Ss]ince )?(?:(?P<mm>{_M}) (?P<md>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:\d)(?:,? (?P<my>{_Y})\b)?"
        rf"|(?P<md2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<mm2>{_M})\b(?:,? (?P<my2>{_Y})\b)?)",
        _month_day,
    ),
    "endof": (
        rf"\b(?:(?P<ecue>[Bb]y|[Bb]efore|[Uu]ntil|[Aa]t|[Tt]oward|[Tt]owards) )?(?:the )?(?:end of|year-end|late|later|end) (?:(?:the|this) )?(?:(?P<ew>next|last) )?(?P<eu>year|month|week|{_M}|{_Y})\b(?:,? (?P<ey>{_Y})\b)?",
        _end_of,
    ),
    "month": (
        rf"\b(?:(?P<ocue>[Bb]y|[Bb]efore|[Uu]ntil|[Tt]ill|[Ss]ince|[Ii]n|[Ff]rom|[Dd]uring|[Nn]ext|[Ll]ast|[Oo]f|[Tt]his) )?(?P<opart>(?:early|mid|late|beginning of|middle of|start of)[ -])?(?P<om>{_M})\b(?:,? (?:of )?(?P<oy>{_Y})\b)?",
        _month_only,
    ),
    "weekday": (
        rf"\b(?:(?P<wcue>[Bb]y|[Bb]efore|[Uu]ntil|[Tt]ill|[Ss]ince) )?(?:(?P<wwhich>[Nn]ext|[Ll]ast|[Tt]his|[Cc]oming|[Pp]ast|[Pp]revious) )?(?P<wd>{_D})\b(?:(?P<wjoin>[-–]| to | through | and | or )(?P<wd2>{_D})\b)?",
        _day_name,
    ),
    "nearday": (r"\b(?:[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight|[Oo]vernight|[Ee]arlier in the day)\b", _near_day),
    "spanof": (
        rf"\b(?P<scue>[Ww]ithin(?: the next)?|[Ii]n the (?:next|coming|past|last)|[Oo]ver the (?:next|coming|past|last)|[Dd]uring the (?:next|past)|[Ff]or the past|[Ii]n less than|[Ii]n)? ?\b(?P<sn>{_N})[ -](?P<su>(?:{_UNIT})s?)\b(?(scue)|(?= (?:ago|earlier|later|before)))(?: (?P<stail>ago|earlier|later|before))?",
        _span_of,
    ),
    "this": (
        r"\b(?:(?P<tcue>[Bb]y|[Bb]efore|[Uu]ntil|[Ss]ince) )?(?:[Ee]arlier |[Ll]ater )?(?P<tw>[Ll]ast|[Tt]his|[Nn]ext|[Pp]ast|[Pp]revious|[Cc]oming) (?P<tu>week|month|year|weekend|spring|summer|autumn|winter)\b",
        _this,
    ),
    "partyear": (rf"\b{_PART}(?P<py>{_Y})\b", _part_year),
    "year": (
        rf"\b(?:(?P<ycue>[Bb]y|[Ii]n|[Ss]ince|[Uu]ntil|[Bb]efore|[Oo]f|[Dd]uring|[Ff]rom|[Tt]he|[Aa]fter|[Hh]istoric|[Aa]) )(?P<yr>{_Y})(?:(?:-| to )(?P<yr2>{_Y}|\d\d)\b)?(?![\d,.%-]*\d)(?!(?:s| troops| soldiers| people| forces| men| dollars| points))\b",
        _year,
    ),
}  # fmt: skip
