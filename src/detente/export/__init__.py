"""Records for other programs, one module a format. `docs/exports.md` says what each can't hold.

Every module has `write(pairs, file)`: `pairs` are (report, record), as `Archive.records()` streams them or
as `from_lines()` makes them of what `detente read --format jsonl` wrote; `file` takes bytes. It gives the
counts of what was left out, by reason.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from detente.errors import InputError
from detente.export.common import LeftOut, Pair, Told

FORMATS = ("csv", "jsonl", "parquet", "plover", "cameo", "ical", "graphml")

__all__ = ["FORMATS", "LeftOut", "Pair", "Told", "from_lines", "likely", "write"]


def write(form: str, pairs: Iterable[Pair], file: IO[bytes]) -> LeftOut:
    """Writes records in a format of FORMATS; gives what was left out, as {reason: count}.

    Raises InputError on an unknown format, and where the library that it needs is missing.
    """
    if form not in FORMATS:
        raise InputError(f"there is no format {form!r}", remedy="formats are " + ", ".join(FORMATS))
    module: Any = import_module(f"detente.export.{'icalendar_' if form == 'ical' else form + '_'}")
    found: LeftOut = module.write(pairs, file)
    return found


def likely(pairs: Iterable[Pair], minimum: float) -> Iterator[Pair]:
    """The same records without the entries that are less likely than `minimum`, 0..1."""
    from detente.formats import filter_confidence

    for report, record in pairs:
        yield report, filter_confidence(record, minimum) if minimum else record


def from_lines(paths: Iterable[str | Path]) -> Iterator[Pair]:
    """The records of JSON Lines files as `detente read --format jsonl` writes them, each with its report.

    Raises InputError, naming file and line, on what is no record.
    """
    from detente.archive.rows import record_from_dict
    from detente.sources.files import unreadable

    for path in map(Path, paths):
        try:
            with (
                gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file
            ):
                for number, line in enumerate(file, 1):
                    if line.strip():
                        try:
                            record = record_from_dict(json.loads(line))
                        except (ValueError, TypeError, KeyError, AttributeError):
                            raise InputError(
                                "is no record",
                                name=f"{path}:{number}",
                                remedy="detente read --format jsonl writes them",
                            ) from None
                        yield Told.of(record), record
        except (OSError, UnicodeDecodeError, EOFError, zlib.error) as error:
            raise unreadable(path, error) from None
