"""A report: the text as it was given, with what is known about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Report:
    """One report of talks, as it comes out of a source.

    `text` is never changed after reading: every entry of the record points into it by character
    offsets. `body` is the part of it that is read, as (start, end); page furniture, title and
    by-lines lie outside. `skips` are the stretches inside the body that are not read either (an
    advertisement, a dateline, a sign-off), in order. `date` is the day of publication, or None
    when nobody said. `said` is what people said of it in the archive out of which it comes, as `export` writes that.
    """

    text: str
    id: str = ""
    title: str = ""
    date: dt.date | None = None
    source: str = ""
    body: tuple[int, int] = (0, -1)
    warnings: tuple[str, ...] = field(default=())
    skips: tuple[tuple[int, int], ...] = field(default=())
    said: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.body[1] < 0:
            object.__setattr__(self, "body", (self.body[0], len(self.text)))

    def parts(self) -> Iterator[tuple[int, int]]:
        """The stretches of the body that are read: all of it but the `skips`."""
        at, end = self.body
        for start, stop in self.skips:
            if at < start:
                yield at, start
            at = max(at, stop)
        if at < end:
            yield at, end
