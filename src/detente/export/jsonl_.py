"""JSON Lines: one record a line, with all that it holds, and what the archive knows of its report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO

from detente.export.common import LeftOut, Pair
from detente.formats import escaped


def write(pairs: Iterable[Pair], file: IO[bytes]) -> LeftOut:
    """Writes one record a line, in UTF-8, with its text; `archive` holds revision, readers and sources."""
    for report, record in pairs:
        values = record.to_dict(text=True)
        describe = getattr(report, "to_dict", None)
        if describe is not None:
            values["archive"] = describe()
        file.write(escaped(json.dumps(values, ensure_ascii=False)).encode("utf-8") + b"\n")
    return LeftOut()
