"""The day a report is from: dates as people and machines write them, and dates on a page."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

from detente.days import MONTHS
from detente.errors import InputError

_MONTHS = {name[:3].lower(): number for name, number in MONTHS.items()}
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?P<{0}>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?<![\d.,])(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
#: Every way a full date is written on a page, numbers last. The group names end in their form's letter.
_DATE = re.compile(
    "|".join(
        (
            r"(?<![\d-])(?P<ya>(?:19|20)\d\d)[-/.](?P<ma>[01]?\d)[-/.](?P<da>[0-3]?\d)(?!\d)",
            rf"{_DAY.format('db')}(?:\s+of)?[\s,-]*{_MONTH.format('mb')}[\s,-]*{_YEAR.format('yb')}",
            rf"\b{_MONTH.format('mc')}\s*{_DAY.format('dc')}\s*,?\s*{_YEAR.format('yc')}",
            rf"(?<![\d./-])(?P<dd>[0-3]?\d)[./-](?P<md>[0-3]?\d)[./-]{_YEAR.format('yd')}",
        )
    ),
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d|\d{8}(?:T|$)")
#: What may stand around a date without saying anything of its own.
_AROUND = re.compile(
    r"""\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b\.?
    |\b\d{1,2}\s*[:.h]\s*\d\d(?:\s*[:.]\s*\d\d(?:\.\d+)?)?|\b\d{1,2}\s*(?=[ap]\.?m\b)|\b\d{3,4}\s*(?=gmt|hrs|utc|ist)
    |\b[ap]\.?m\b\.?|\b(?:GMT|UTC|UK|[ECMP][SD]?T|CES?T|[AB]ST|BDST|IST|[JKHSW]S?T|MSK|Z|ET)\b
    |\b(?:hrs?|hours|local\ time|at|on)\b|[+-]\d\d:?\d\d\b|(?<=\d)T(?=\d)|[\s|,.:;·•/()\[\]–—-]""",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(
    r"^\W*(?P<label>(?:first |last |originally |date |web )?(?:published|posted|publication date|"
    r"created|issued|released|filed|date|updated|modified|revised|page last updated)(?: date| time)?"
    r"(?: on| at)?)\b[\s:]*",
    re.IGNORECASE,
)
_FUTURE_LABELS = ("updated", "modified", "revised")
REMEDY = "write it as YYYY-MM-DD"


def parse_date(words: str) -> dt.date:
    """The day that `words` name: ISO, "16 September 2005", "Sept. 16, 2005", RFC 2822, with time or not.

    A day and month that could be swapped (05/06/2005) are refused rather than guessed.
    """
    words = words.strip()
    if _ISO.match(words):
        try:
            return dt.datetime.fromisoformat(words).date()
        except ValueError:
            pass
    found = _DATE.search(words)
    if found is not None and not _rest(words, found).strip():
        return _date_of(found, words)
    try:
        return parsedate_to_datetime(words).date()
    except (ValueError, TypeError, IndexError):
        raise InputError(f"no date is understood from {_short(words)}", remedy=REMEDY) from None


def dates_in(line: str) -> list[dt.date]:
    """The full dates that stand in a line; those that could be read in two ways are left out."""
    found = []
    for match in _DATE.finditer(line):
        try:
            found.append(_date_of(match, line))
        except InputError:
            continue
    return found


def timestamp(line: str) -> tuple[str, dt.date | None] | None:
    """The label and day of a line that holds nothing but a date ("Published: 16 September 2005").

    None where the line says anything else. The label is "published", "updated" or "".
    """
    if len(line) > 160 or not any(map(str.isdigit, line)):
        return None
    label = _LABEL.match(line)
    rest = line[label.end() :] if label else line
    found = _DATE.search(rest)
    if found is None:
        alone = label is not None and not _AROUND.sub("", rest).strip()
        return ("", None) if alone or not _AROUND.sub("", rest).strip() else None
    left = _rest(rest, found)
    more = _LABEL.sub("", left)
    again = _DATE.search(more)
    if again is not None:
        more = _rest(more, again)
    if more.strip():
        return None
    name = ""
    if label is not None:
        late = any(word in label["label"].lower() for word in _FUTURE_LABELS)
        name = "updated" if late else "published"
    try:
        return name, _date_of(found, rest)
    except InputError:
        return name, None


def _rest(words: str, found: re.Match[str]) -> str:
    return _AROUND.sub("", words[: found.start()]) + _AROUND.sub("", words[found.end() :])


def _date_of(found: re.Match[str], words: str) -> dt.date:
    day, month, year = next(
        (found[f"d{form}"], found[f"m{form}"], found[f"y{form}"]) for form in "abcd" if found[f"y{form}"]
    )
    if found["yd"]:
        day, month = _day_first(int(day), int(month), words)
    number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    try:
        return dt.date(int(year), number, int(day))
    except ValueError:
        raise InputError(f"{_short(words)} is no day of the calendar", remedy=REMEDY) from None


def _day_first(first: int, second: int, words: str) -> tuple[str, str]:
    """Day and month of a date in numbers, which must be told apart by their size."""
    if first <= 12 and second <= 12 and first != second:
        raise InputError(f"{_short(words)} can be read in two ways", remedy=REMEDY)
    return (str(first), str(second)) if second <= 12 else (str(second), str(first))


def _short(words: str) -> str:
    words = re.sub(r"\s+", " ", words)
    return f'"{words[:40]}…"' if len(words) > 41 else f'"{words}"'
