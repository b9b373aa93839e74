"""ISO dates at the precision they were told with: "2005", "2005-12", "2005-12-16"; "" says nothing."""

from __future__ import annotations

import calendar
import datetime as dt

_TITLES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
#: Names of weekdays, Monday being 0, and of months, January being 1.
WEEKDAYS = {name: number for number, name in enumerate(_TITLES.split())}
_TITLES = "January February March April May June July August September October November December"
MONTHS = {name: number for number, name in enumerate(_TITLES.split(), 1)}


def first(date: str) -> str:
    """The first day that a date covers: "2005-12" -> "2005-12-01"."""
    return (date + "-01-01"[len(date) - 4 :]) if 4 <= len(date) < 10 else date


def last(date: str) -> str:
    """The last day that a date covers: "2005-12" -> "2005-12-31"."""
    if len(date) == 4:
        return f"{date}-12-31"
    if len(date) == 7:
        year, month = int(date[:4]), int(date[5:])
        return f"{date}-{calendar.monthrange(year, month)[1]:02}"
    return date


def between(start: str, end: str) -> int:
    """Days from one whole date to another, negative when the second is earlier."""
    return (dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days


def later(date: str, days: int) -> str:
    """The day so many days after a whole date."""
    return (dt.date.fromisoformat(date) + dt.timedelta(days=days)).isoformat()


def year_before(date: str) -> str:
    """The same day or month of the year before; "" for a 29th of February."""
    return f"{int(date[:4]) - 1}{date[4:]}" if date[5:] != "02-29" else ""


def year_after(date: str) -> str:
    """The same day or month of the year after; of a 29th of February the 28th, of a whole year that year itself."""
    return f"{int(date[:4]) + 1}{date[4:]}".replace("-02-29", "-02-28") if len(date) > 4 else date


def gap(a: tuple[str, str], b: tuple[str, str]) -> int | None:
    """The days between two periods, 0 when they touch; None when one of them says nothing."""
    if not any(a) or not any(b):
        return None
    (a_first, a_last), (b_first, b_last) = bounds(*a), bounds(*b)
    return max(0, between(a_last, b_first), between(b_last, a_first))


def bounds(start: str, end: str) -> tuple[str, str]:
    """The first and the last day of a period, of which one side may be unsaid."""
    low, high = first(start or end), last(end or start)
    return (low, high) if low <= high else (low, last(start))
