"""What the pages work with: the archive, opened once, and the talks that it tells of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Request
from sqlalchemy import func, select

from detente.archive import Archive, board, database
from detente.archive.board import Asked
from detente.archive.filings import get_meta
from detente.archive.following import following
from detente.archive.rows import today
from detente.archive.schema import judgements
from detente.follow import Following

T = TypeVar("T")
#: By which day the calendar goes: that of the latest report, or today.
ByDay = Literal["", "today"]


class Desk:
    """One archive and what the pages ask of it."""

    def __init__(self, db: str) -> None:
        self.db = db
        self._known: dict[str, tuple[str, Any]] = {}

    @cached_property
    def archive(self) -> Archive:
        """The archive; made where there is none."""
        return Archive.open(self.db)

    def following(self, as_of: str = "") -> Following:
        """The talks up to a day; without one, up to the latest report."""
        return following(self.archive, as_of)

    def day(self, asked: ByDay) -> str:
        """The day as of which a page tells: that of the latest report, or today, if that is asked for."""
        latest = self.following().as_of
        return max(latest, today().isoformat()) if asked and latest else latest

    def counts(self) -> dict[str, int]:
        """How much the archive holds, counted again when anything was added to it or decided."""
        return self._remembered("counts", self.archive.counts)

    def statuses(self, asked: Asked) -> Counter[str]:
        """How many pledges have each status."""
        if asked.narrow:
            return board.counted(self.archive, asked)
        return self._remembered(f"statuses {asked.as_of}", lambda: board.counted(self.archive, asked))

    def who_promised(self, parties: int, processes: int) -> tuple[list[str], dict[str, str]]:
        """The parties that made most pledges; and processes with pledges, by id, those that most reports tell of."""
        return self._remembered(
            "who promised",
            lambda: (board.promisers(self.archive, parties), board.promising(self.archive, processes)),
        )

    def _remembered(self, name: str, find: Callable[[], T]) -> T:
        """What was found before, as long as nothing was added to the archive, judged or decided."""
        with database.reading(self.archive.engine) as link:
            j = judgements.c
            said = link.execute(select(func.max(j.id), func.count().filter(j.undone_at == "")))
            state = f"{get_meta(link, 'answered')}/{tuple(said.one())}"
        known = self._known.get(name)
        if known is None or known[0] != state:
            known = self._known[name] = state, find()
        found: T = known[1]
        return found


def _desk(request: Request) -> Desk:
    found = request.app.state.desk
    assert isinstance(found, Desk)
    return found


#: The desk of the app that a page belongs to.
AtDesk = Annotated[Desk, Depends(_desk)]
