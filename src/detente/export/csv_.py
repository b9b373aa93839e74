"""CSV: one row an entry, as `detente read --format csv`, with the sources of its story."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import IO

from detente.export.common import LeftOut, Pair
from detente.formats import COLUMNS, cell, rows

#: The columns: those of `detente read`, and all reports that tell the story.
ALL = (*COLUMNS, "title", "source", "told_by")


def write(pairs: Iterable[Pair], file: IO[bytes]) -> LeftOut:
    """Writes one row an entry after one header row, in UTF-8."""
    found = LeftOut()
    text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.DictWriter(text, ALL, lineterminator="\n")
    writer.writeheader()
    for report, record in pairs:
        told = "; ".join(s.id for s in getattr(report, "sources", ()))
        more = {"title": report.title, "source": report.source, "told_by": told}
        for row in rows(record):
            writer.writerow({column: cell(value) for column, value in (row | more).items()})
        further = sum(len(e.evidence) > 1 for e in record.entries())
        if further:
            found["further quotes of an entry (the first is there)"] += further
    text.detach()
    return found
