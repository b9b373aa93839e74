"""A report: the text as it was given, with what is known about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Report:
    """One report of talks, as it comes out of a source.

    `text` is never changed after reading: every entry of the record points into it by character
    offsets. `body` is the part of it that is read, as (start, end); page furniture, title and
    by-lines lie outside. `date` is the day of publication, or None when nobody said.
    """

    text: str
    id: str = ""
    title: str = ""
    date: dt.date | None = None
    source: str = ""
    body: tuple[int, int] = (0, -1)
    warnings: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.body[1] < 0:
            object.__setattr__(self, "body", (self.body[0], len(self.text)))
