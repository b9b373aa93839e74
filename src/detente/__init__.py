"""Detente reads reports of negotiations and keeps the record.

`read()` gives what one report says: a typed `Record` in which every entry has its quote. `Archive` keeps
many reports with their records.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from detente.errors import ArchiveError, DetenteError, InputError, LexiconError
from detente.record import Record
from detente.report import Report

if TYPE_CHECKING:
    from detente.archive import Archive

__all__ = ["Archive", "ArchiveError", "DetenteError", "InputError", "LexiconError", "Record", "Report", "read"]


def __getattr__(name: str) -> Any:
    if name == "Archive":  # only then: reading one report needs no database
        from detente.archive import Archive

        return Archive
    raise AttributeError(f"module 'detente' has no attribute {name!r}")


def read(text: str, date: dt.date | str | None = None, *, title: str = "", id: str = "", source: str = "") -> Record:
    """The record of one report of talks.

    `date` is the day of publication, as a date or in words ("2005-09-16", "16 September 2005");
    without it relative dates stay unresolved. Page furniture around the text is left aside, and
    the title is found in it unless given. The result depends on nothing but the arguments and the
    installed version. Raises InputError on a text that is empty or not English, or on an
    unreadable date.
    """
    from detente.reader import read_report
    from detente.sources import parse_date, read_text

    day = parse_date(date) if isinstance(date, str) else date
    return read_report(read_text(text, id=id, title=title, date=day, source=source))
