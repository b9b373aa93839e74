"""Where reports come from: text, pages, files, folders, JSON Lines, standard input."""

from __future__ import annotations

from detente.sources.datelines import dateline, place
from detente.sources.days import parse_date
from detente.sources.text import read_text

__all__ = ["dateline", "parse_date", "place", "read_text"]
