"""What the pages work with: the archive, opened once, and the talks that it tells of."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request

from detente.archive import Archive
from detente.archive.following import following
from detente.follow import Following


class Desk:
    """One archive and what the pages ask of it."""

    def __init__(self, db: str) -> None:
        self.db = db

    @cached_property
    def archive(self) -> Archive:
        """The archive; made where there is none."""
        return Archive.open(self.db)

    def following(self, as_of: str = "") -> Following:
        """The talks up to a day; without one, up to the latest report."""
        return following(self.archive, as_of)


def _desk(request: Request) -> Desk:
    found = request.app.state.desk
    assert isinstance(found, Desk)
    return found


#: The desk of the app that a page belongs to.
AtDesk = Annotated[Desk, Depends(_desk)]
