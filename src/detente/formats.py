"""Records as JSON, JSON Lines, CSV, Markdown and data frames."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from detente.record import LISTS, Act, Entry, Record

if TYPE_CHECKING:
    import pandas

COLUMNS = (
    "report", "date", "list", "kind", "actors", "targets", "what", "on", "due", "start", "end",
    "place", "ordinal", "status", "said_by", "plover", "cameo", "confidence", "from", "to", "quote",
)  # fmt: skip


def rows(record: Record) -> list[dict[str, Any]]:
    """One flat row an entry, with the columns of COLUMNS; `from` and `to` are offsets of its first quote."""
    found = []
    for name in LISTS:
        for entry in getattr(record, name):
            quote = entry.evidence[0]
            row = dict.fromkeys(COLUMNS, "") | _fields(entry) | {
                "report": record.id, "date": record.date, "list": name,
                "confidence": round(entry.confidence, 2), "from": quote.start, "to": quote.end,
                "quote": " ".join(quote.quote.split()),
            }  # fmt: skip
            found.append(row)
    return found


_SAME = {"about": "what", "name": "what", "by": "actors", "parties": "actors", "value": "on", "party": "actors", "code": "kind", "role": "status", "unit": "status"}


def _fields(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in (f.name for f in dataclasses.fields(entry)):
        value = getattr(entry, key)
        column = _SAME.get(key, key)
        if key == "to":
            column = "targets"
        if column not in COLUMNS or column in ("confidence",) or value in (None, "", []):
            continue
        found[column] = "; ".join(value) if isinstance(value, list) else value
    if isinstance(entry, Act):
        found["plover"] = entry.plover.event if entry.plover else ""
    return found


def write_csv(records: Iterable[Record], out: TextIO) -> None:
    """Writes a table with a header row, one row an entry, as RFC 4180 asks.

    A cell that a spreadsheet would take for a formula (it begins with = + - @) is given a leading
    apostrophe, since reports may come from anywhere.
    """
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerows({k: _safe(v) for k, v in row.items()} for row in rows(record))


def _safe(value: Any) -> Any:
    risky = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return "'" + value if risky else value


def to_markdown(record: Record) -> str:
    """The record as Markdown: a heading, then a table for each list that has entries."""
    parts = [f"# {_md(record.title or record.id or 'Report')}", f"{record.date or 'no date'} · {_md(record.source or record.id)}"]
    for name in LISTS:
        entries = getattr(record, name)
        if not entries:
            continue
        table = [_fields(e) | {"quote": " ".join(e.evidence[0].quote.split()), "confidence": f"{e.confidence:.2f}"} for e in entries]
        columns = [c for c in COLUMNS if any(c in row for row in table)]
        parts += [f"## {name.capitalize()}", "\n".join([
            "| " + " | ".join(columns) + " |",
            "|" + " --- |" * len(columns),
            *("| " + " | ".join(_md(str(row.get(c, ""))) for c in columns) + " |" for row in table),
        ])]  # fmt: skip
    parts += [f"> {_md(w)}" for w in record.warnings]
    return "\n\n".join(parts) + "\n"


def _md(text: str) -> str:
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())


def dataframe(record: Record) -> pandas.DataFrame:
    """One row an entry, the columns of COLUMNS. Raises ImportError where pandas is missing."""
    try:
        import pandas
    except ImportError:
        raise ImportError("to_dataframe needs pandas: pip install 'detente[pandas]'") from None
    return pandas.DataFrame(rows(record), columns=list(COLUMNS))


def confident(record: Record, minimum: float) -> Record:
    """The record without entries less likely than `minimum`; what acts are about is kept in step."""
    kept: dict[str, list[Any]] = {n: [e for e in getattr(record, n) if e.confidence >= minimum] for n in LISTS}
    places = {i: kept["acts"].index(a) for i, a in enumerate(record.acts) if a.confidence >= minimum}
    kept["acts"] = [dataclasses.replace(a, of=[places[i] for i in a.of if i in places]) for a in kept["acts"]]
    return dataclasses.replace(record, **kept)
