"""What was followed as plain values: what the pages show and their JSON gives.

The rows are those of `detente.follow.show`, so that a page and a command say the same of a thing; here they get
what a page needs besides: names for addresses, the history of a cell, and the source of every quote.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from detente.archive import Archive, glances
from detente.export.common import stable
from detente.follow import Following, show
from detente.follow.followup import FollowUp
from detente.follow.issues import Issue, tidy
from detente.follow.naming import display
from detente.follow.positions import Position, Row
from detente.follow.processes import Process
from detente.follow.timeline import Event

Plain = dict[str, Any]


#: So many mentions of a round are quoted.
LAST = 4


def _written(value: Any) -> Any:
    """A day as people write it; a bare number, which would count as seconds since 1970, is none."""
    if isinstance(value, str) and value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("write a day as 2016-05-04")
    return value


#: A day in an address; "" where a form left it empty.
Day = Annotated[dt.date | Literal[""], BeforeValidator(_written)]
_FIRST, _LAST = dt.date(1000, 1, 1), dt.date(9998, 12, 31)


def iso(day: Day) -> str:
    """A day as the archive writes it, "" for none; those past all reckoning are put at the ends of it."""
    return min(max(day, _FIRST), _LAST).isoformat() if day else ""


def rounds(following: Following, process: Process) -> list[Plain]:
    """The rounds of a process in order, each with the last quotes that tell of it, and how many tell of it in all."""
    rows = show.rounds(following, process).rows
    return [
        row | {"evidence": show.quoted(q for m in r.mentions[-LAST:] for q in m.quotes),
               "quotes": sum(len(m.quotes) for m in r.mentions)}
        for row, r in zip(rows, process.rounds, strict=True)
    ]  # fmt: skip


def pledges(found: Sequence[FollowUp]) -> list[Plain]:
    """Pledges with what became of them."""
    rows = show.pledges(found).rows
    return [
        row | {"short": tidy(p.what), "last_due": p.last_due, "pledge": show.quoted(dict.fromkeys(p.quotes))}
        for row, p in zip(rows, found, strict=True)
    ]


def promised(found: Iterable[FollowUp]) -> list[Plain]:
    """Pledges as far as a drawing shows them."""
    return [
        {"id": p.id, "by": p.by, "short": tidy(p.what), "made": p.made, "last_due": p.last_due, "status": p.status}
        for p in found
    ]


def events(found: Sequence[Event], archive: Archive) -> list[Plain]:
    """What happened, in the order given."""
    ids = glances.ids(archive, {e.process for e in found})
    return [row | {"process_id": ids.get(row["process"], "")} for row in show.events(found, "").rows]


def links(following: Following, process: Process) -> list[Plain]:
    """What hangs on what in a process."""
    found = [k for k in following.linkages if process.name in (k.what.process, k.on.process)]
    return show.links(found, following.linkages).rows


def grid(rows: Iterable[Row], parties: Sequence[str]) -> list[Plain]:
    """Rows of a table, each an issue: its cells in the order of the parties, each with its whole history."""
    return [
        {"issue": row.issue.name, "key": key(row.issue), "cells": [_cell(row.positions.get(c), c) for c in parties]}
        for row in rows
    ]  # fmt: skip


def _cell(position: Position | None, party: str) -> Plain:
    if position is None or not position.history:
        return {"party": party, "stance": "silent", "date": "", "since": "", "history": []}
    history = [
        {"stance": s.stance, "date": s.date, "wording": s.wording, "evidence": show.quoted(s.quotes)}
        for s in reversed(position.history)
    ]
    return {
        "party": party, "stance": position.stance, "date": position.date, "since": position.since, "history": history,
    }  # fmt: skip


def key(issue: Issue) -> str:
    """A name for an issue in addresses: by the act that first told of it, so that it stays when more is told."""
    first = issue.told[0]
    return stable(first.report_id, first.quotes[0].start if first.quotes else 0, first.entry.about)[:8]


def described(process: Process) -> Plain:
    """A process in a line."""
    dates = sorted(d for d in process.reports.values() if d)
    return {
        "id": process.id, "name": process.name, "parties": process.parties, "aliases": process.aliases[:6],
        "reports": len(process.reports), "first": dates[0] if dates else "", "latest": dates[-1] if dates else "",
    }  # fmt: skip


def by_sentence(rows: Iterable[Plain]) -> list[list[Plain]]:
    """Rows with evidence, those whose first quote is the same together."""
    found: dict[Any, list[Plain]] = {}
    for n, row in enumerate(rows):
        quote = row["evidence"][0] if row["evidence"] else None
        found.setdefault((quote["report_id"], quote["start"]) if quote else n, []).append(row)
    return list(found.values())


def party_names(codes: Iterable[str]) -> str:
    """Parties as people call them, one after the other."""
    return ", ".join(display(code) for code in codes)


def sourced(archive: Archive, data: Plain) -> Plain:
    """The same values, in which every quote knows the title and the source of its report."""
    found = list(_told(data))
    known = archive.stored({q["report_id"] for q in found})
    for quote in found:
        report = known.get(quote["report_id"])
        quote["title"], quote["source"] = (report.title, report.source) if report else ("", "")
    return data


def _told(value: Any) -> Iterator[Plain]:
    """The quotes in plain values, however deep."""
    if isinstance(value, dict):
        if "quote" in value and "report_id" in value:
            yield value
        else:
            for inner in value.values():
                yield from _told(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _told(inner)


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """A place in a long list: its number from 1, how many there are, and of how many items in all."""

    number: int
    pages: int
    total: int
    size: int

    @property
    def offset(self) -> int:
        """How many items come before."""
        return (self.number - 1) * self.size

    def plain(self) -> Plain:
        """Where in the list it is."""
        return {"number": self.number, "pages": self.pages, "total": self.total}


def spot(total: int, asked: str, size: int) -> Spot:
    """The part of a list that an address asks for; the nearest one where it asks for no such part."""
    pages = max(1, -(-total // size))
    number = min(max(1, int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1), pages)
    return Spot(number, pages, total, size)


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A part of a long list with its items."""

    items: list[Any]
    at: Spot

    def plain(self) -> Plain:
        """Where in the list it is."""
        return self.at.plain()


def paged(items: Sequence[Any], asked: str, size: int) -> Page:
    """The part of a list that an address asks for; the nearest one where it asks for no such part."""
    at = spot(len(items), asked, size)
    return Page(list(items[at.offset : at.offset + size]), at)
