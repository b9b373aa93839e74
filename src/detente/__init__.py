"""Detente reads reports of negotiations and keeps the record."""

from __future__ import annotations

import datetime as dt

from detente.record import Record
from detente.report import Report

__all__ = ["Record", "Report", "read"]


def read(text: str, date: dt.date | str | None = None, *, title: str = "", id: str = "") -> Record:
    """The record of one report."""
    from detente.reader import read_report

    if isinstance(date, str):
        date = dt.date.fromisoformat(date)
    return read_report(Report(text, id=id, title=title, date=date))
