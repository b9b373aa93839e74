"""Plain text into a report."""

from __future__ import annotations

import datetime as dt
import re

from detente import detect
from detente.errors import InputError
from detente.report import Report
from detente.sources import days, layout

NO_DATE = "no date: relative dates such as 'Friday' stay unresolved; give one with --date YYYY-MM-DD"
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d)")


def read_text(
    text: str,
    *,
    id: str = "",
    title: str = "",
    date: dt.date | None = None,
    source: str = "",
    force: bool = False,
    warnings: tuple[str, ...] = (),
) -> Report:
    """A report from plain text, with the page furniture around it if there is any.

    The text is kept as it is; title, body and what to skip are found in it. A date given wins over
    one that stands on the page. Text that is not English is refused unless `force` is set.
    """
    if not text.strip():
        raise InputError("is empty", name=source, remedy="give a text to read")
    found = layout.find(text, title.strip())
    if not force:
        check_language(text[found.body[0] : found.body[1]], source)
    if date is None:
        date = _published(found)
    return Report(
        text=text,
        id=id,
        title=found.title,
        date=date,
        source=source,
        body=found.body,
        warnings=warnings + date_warnings(date),
        skips=found.skips,
    )


def check_language(body: str, name: str) -> None:
    """Refuses a body that is in another language than English."""
    code = detect.language(body)
    if code != "en":
        told = detect.NAMES.get(code, "in another language")
        raise InputError(f"seems to be {told}, not English", name=name, remedy="--force reads it all the same")


def date_warnings(date: dt.date | None) -> tuple[str, ...]:
    """What a reader should know about the date of a report."""
    if date is None:
        return (NO_DATE,)
    if date > dt.date.today():
        return (f"the date {date.isoformat()} lies in the future",)
    return ()


def _published(found: layout.Layout) -> dt.date | None:
    """The day of publication that the page or the dateline tells."""
    stamps: dict[str, dt.date] = {}
    for line in found.around:
        told = days.timestamp(line)
        if told is not None and told[1] is not None:
            stamps.setdefault(told[0], told[1])
    for label in ("published", "", "updated"):
        if label in stamps:
            return stamps[label]
    return _dateline_date(found)


def _dateline_date(found: layout.Layout) -> dt.date | None:
    if found.dateline is None:
        return None
    years = {int(y) for line in found.around for y in _YEAR.findall(line)}
    return found.dateline.date(years.pop() if len(years) == 1 else None)
