"""The dateline that opens a wire report: "JERUSALEM, Nov. 26 (Xinhua) --"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from detente.sources.furniture import AGENCY

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thur?s?|Fri|Sat(?:ur)?|Sun)(?:day)?,?[ ])?"
_DAY = rf"{_WEEKDAY}(?:{_MONTH}[ ](?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})[ ]{_MONTH})(?:,?[ ](?P<year>(?:19|20)\d\d))?"
_UPPER = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’]+(?:[ -][A-ZÀ-Þ][A-ZÀ-Þ.'’]*)*(?:-[a-zà-ÿ]+-[A-ZÀ-Þ]+)?"
_MIXED = r"[A-ZÀ-Þ][\w.'’-]+(?:[ ][A-ZÀ-Þ][\w.'’-]+){0,3}"
_WHERE = rf"(?:{_UPPER}|{_MIXED})(?:/{_UPPER})?(?:,[ ](?:{_UPPER}|{_MIXED})){{0,2}}"
_AGENCIES = rf"{AGENCY}(?:[/,][ ]?{AGENCY})*|[A-Z]{{2,8}}(?:[ ]News)?"
_BY = rf"\((?P<agency>{_AGENCIES})\)"
#: Behind a place and a day any name in brackets is an agency.
_BY_ANY = rf"\((?P<agency>{_AGENCIES}|[A-Z][\w.]*(?:[ ][A-Z][\w.]*){{0,3}})\)"
_DASH = r"[ ]?(?:--+|—|–|-(?=[ ])|−|:(?=[ ]))\s*(?=[\"“'‘(]?[A-ZÀ-Þ\d$€£])"
#: With a day or an agency the place may be written any way; bare, it must be in capitals.
_FORMS = (
    re.compile(rf"(?P<place>{_WHERE}),?[ ](?P<day>{_DAY})(?:,?[ ]{_BY_ANY})?{_DASH}"),
    re.compile(rf"(?P<place>{_WHERE}),?[ ]{_BY}{_DASH}"),
    re.compile(rf"(?P<day>{_DAY})(?:,?[ ]{_BY}|,?[ ]\((?P<place>{_WHERE})\)){_DASH}"),
    re.compile(rf"(?P<day>{_DAY})[ ]?(?:--+|—|–)[ ]?(?=[A-ZÀ-Þ])"),
    re.compile(rf"{_BY}{_DASH}"),
    re.compile(
        rf"(?P<place>{_UPPER}(?:,[ ](?:{_UPPER}|{_MIXED})){{0,2}})[ ]?(?:--+|—|–|-(?=[ ]))\s*(?=[\"“'‘(]?[A-ZÀ-Þ])"
    ),
    re.compile(rf"(?P<place>{_MIXED}(?:,[ ]{_MIXED})?)[ ](?:--+|—)\s*(?=[A-ZÀ-Þ])"),
)
#: Longest dateline that is looked for, in characters.
_REACH = 120
#: Bodies in capitals that open a sentence as well, so that a bare one before a dash is no place.
_NO_PLACE = frozenset(
    "NATO ASEAN OPEC UNESCO UNICEF UNHCR MERCOSUR ECOWAS IGAD SAARC ANALYSIS UPDATE URGENT NOTE".split()
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """A dateline: its span up to the first word of the report, and what it says."""

    start: int
    end: int
    place: str = ""
    agency: str = ""
    day: str = ""

    def date(self, year: int | None = None) -> dt.date | None:
        """Its date, if it has a day and a year is in it or given."""
        from detente.sources.days import dates_in

        if not self.day:
            return None
        if found := dates_in(self.day):
            return found[0]
        return next(iter(dates_in(f"{self.day}, {year}" if year else "")), None)


def find(text: str, body: tuple[int, int]) -> Dateline | None:
    """The dateline that the body of a report opens with."""
    start, end = body
    while start < end and text[start].isspace():
        start += 1
    window = re.sub(r"[\s\xa0]", " ", text[start : min(end, start + _REACH)])
    for form in _FORMS:
        found = form.match(window)
        if found is None:
            continue
        groups = found.groupdict()
        place = (groups.get("place") or "").strip(" ,")
        if place in _NO_PLACE:
            continue
        return Dateline(start, start + found.end(), place, groups.get("agency") or "", groups.get("day") or "")
    return None


def dateline(text: str, body: tuple[int, int]) -> tuple[int, int] | None:
    """The span of the dateline that the body opens with, up to the first word of the report."""
    found = find(text, body)
    return (found.start, found.end) if found else None


def place(text: str, body: tuple[int, int]) -> str:
    """The place that the dateline names, as it writes it ("JERUSALEM"), or ""."""
    found = find(text, body)
    return found.place if found else ""
