"""Where reports come from: text, pages, files, folders, JSON Lines, standard input."""

from __future__ import annotations

from detente.sources.datelines import dateline, place
from detente.sources.days import parse_date
from detente.sources.files import Skipped, open_reports, read_file
from detente.sources.html import read_html
from detente.sources.text import read_text

__all__ = [
    "Skipped", "dateline", "open_reports", "parse_date", "place", "read_file", "read_html", "read_text",
]  # fmt: skip
