"""What the pages work with: the archive, opened once, and the talks that it tells of."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import func, select

from detente.archive import Archive, database
from detente.archive.filings import get_meta
from detente.archive.following import following
from detente.archive.schema import judgements
from detente.follow import Following


class Desk:
    """One archive and what the pages ask of it."""

    def __init__(self, db: str) -> None:
        self.db = db
        self._counted: tuple[str, dict[str, int]] | None = None

    @cached_property
    def archive(self) -> Archive:
        """The archive; made where there is none."""
        return Archive.open(self.db)

    def following(self, as_of: str = "") -> Following:
        """The talks up to a day; without one, up to the latest report."""
        return following(self.archive, as_of)

    def counts(self) -> dict[str, int]:
        """How much the archive holds, counted again when anything was added to it or decided."""
        with database.reading(self.archive.engine) as link:
            j = judgements.c
            said = link.execute(select(func.max(j.id), func.count().filter(j.undone_at == "")))
            state = f"{get_meta(link, 'answered')}/{tuple(said.one())}"
        if self._counted is None or self._counted[0] != state:
            self._counted = state, self.archive.counts()
        return self._counted[1]


def _desk(request: Request) -> Desk:
    found = request.app.state.desk
    assert isinstance(found, Desk)
    return found


#: The desk of the app that a page belongs to.
AtDesk = Annotated[Desk, Depends(_desk)]
