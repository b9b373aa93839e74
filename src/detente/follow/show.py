"""What was followed, for people and machines: sheets as text, Markdown, CSV and JSON.

A sheet has cells for people (names, dates in words) and rows for machines (codes, ISO dates, the quotes with
their report and offsets); text and Markdown show the cells, CSV and JSON the rows.
"""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from rich import box
from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from detente.follow.filed import Quote
from detente.follow.following import Following
from detente.follow.followup import FollowUp
from detente.follow.issues import tidy
from detente.follow.linkage import Linkage, would_move
from detente.follow.naming import display
from detente.follow.positions import SILENT, Position, Table
from detente.follow.processes import Process
from detente.follow.rounds import Round, latest
from detente.follow.tellings import Telling
from detente.follow.timeline import Event
from detente.formats import cell, markdown
from detente.view import clean, human_date, human_period, listed, terminal

Cells = dict[str, Any]
#: Columns of ids, which other commands take.
IDS = frozenset(["Pledge", "Number"])
#: The columns of rows for machines, for a sheet that has none.
FIELDS = {
    "processes": "id process aliases parties delegates reports held",
    "pledges": "id process by to what due moved_to place made status calendar marked_by reason",
    "events": "date told process kind what parties",
    "decisions": "number kind process name other told by at reason undone_by undone_at",
}
_QUOTED = ("report", "from", "to_offset", "quote")


@dataclass(slots=True)
class Sheet:
    """A titled table. `cells` are rows for people, each with its quote; `rows` are those for machines."""

    name: str
    title: str
    columns: tuple[str, ...]
    cells: list[tuple[str, ...]] = field(default_factory=list)
    quotes: list[tuple[Quote, ...]] = field(default_factory=list)
    rows: list[Cells] = field(default_factory=list)

    def add(self, cells: Sequence[str], quotes: tuple[Quote, ...], row: Cells) -> None:
        """Adds one row; all words are cleaned, so that they are safe to print."""
        self.cells.append(tuple(clean(cell) for cell in cells))
        self.quotes.append(quotes)
        self.rows.append(row | {"evidence": quoted(quotes)})


# -- sheets


def processes(following: Following) -> list[Sheet]:
    """All processes: their parties, rounds held, the last and the next round."""
    sheet = Sheet("processes", "Processes", ("Process", "Parties", "Held", "Last round", "Next round", "Reports"))
    for one in following.processes:
        held = [r for r in one.rounds if r.status_at(following.as_of) == "held"]
        last, ahead = latest(held), one.planned(following.as_of)
        cells = (
            one.name, _parties(one.parties), str(len(held)), _round(last) if last else "",
            _round(ahead) if ahead else "", str(len(one.reports)),
        )  # fmt: skip
        row = _process_row(one) | {
            "held": len(held), "last": _round_row(last, following) if last else None,
            "next": _round_row(ahead, following) if ahead else None,
        }  # fmt: skip
        sheet.add(cells, _first_quote(one), row)
    return [sheet]


def process(following: Following, name: str) -> list[Sheet]:
    """One process: its rounds, the table, its pledges and links. Raises KeyError where there is none."""
    one = following.process(name)
    return [
        rounds(following, one),
        positions(following.table(one.id)),
        pledges(following.pledges(process=one.id), following.as_of),
        links([k for k in following.linkages if one.name in (k.what.process, k.on.process)], following.linkages),
    ]


def rounds(following: Following, one: Process) -> Sheet:
    """The rounds of a process in order."""
    title = f"{one.name}: {_parties(one.parties)}"
    if one.delegates:
        title += f" · {listed(one.delegates[:6])}"
    sheet = Sheet("rounds", title, ("Round", "When", "Where", "Status", "Moved from", "Reports"))
    for r in one.rounds:
        status = " · ".join(s for s in (r.status_at(following.as_of), r.outcome) if s)
        moved = listed([human_date(d) for d in r.moved_from])
        cells = (_number(r), human_period(r.start, r.end), r.place, status, moved, str(len(r.reports)))
        sheet.add(cells, _newest(r), _round_row(r, following))
    return sheet


def positions(table: Table) -> Sheet:
    """The table: issues against parties."""
    when = f" as of {human_date(table.as_of)}" if table.as_of else ""
    sheet = Sheet("table", f"The table of the {table.process}{when}", ("Issue", *(display(c) for c in table.parties)))
    for line in table.rows:
        there = [line.positions.get(code, Position(code, line.issue.name)) for code in table.parties]
        cells = (line.issue.name, *(_stance(p) for p in there))
        sheet.cells.append(tuple(clean(cell) for cell in cells))
        sheet.quotes.append(max((p for p in there), key=lambda p: p.date).quotes[:1])
        sheet.rows += [_position_row(p, table) for p in there]
    return sheet


def pledges(found: Iterable[FollowUp], as_of: str = "") -> Sheet:
    """Pledges with what became of them."""
    title = f"Promised, as of {human_date(as_of)}" if as_of else "Promised"
    sheet = Sheet("pledges", title, ("Pledge", "Who", "What", "Due", "Status", "Calendar", "They say"))
    for p in found:
        says = listed([f"{display(t.claimant)}: {t.sign}" for t in p.claims if t.interest])
        when = "" if p.status in ("kept", "late", "open") else p.calendar
        status = f"{p.status} (marked by {p.mark.by})" if p.mark is not None else p.status
        cells = (p.id, _parties(p.by), tidy(p.what), human_date(p.last_due), status, when, says)
        sheet.add(cells, p.evidence, _pledge_row(p))
    return sheet


def links(found: Iterable[Linkage], all_links: Sequence[Linkage] = ()) -> Sheet:
    """What hangs on what, and what would move further."""
    sheet = Sheet("links", "What hangs on what", ("What", "Hangs on", "How", "Would move as well"))
    for link in found:
        further = [k.what.name for k in would_move(link.what, all_links) if k.what != link.what]
        cells = (link.what.name, link.on.name, link.kind, listed(further))
        row = {"what": dataclasses.asdict(link.what), "on": dataclasses.asdict(link.on), "kind": link.kind,
               "date": link.date, "moves": further}  # fmt: skip
        sheet.add(cells, link.quotes, row)
    return sheet


def events(found: Iterable[Event], title: str) -> Sheet:
    """What happened, in order."""
    sheet = Sheet("events", title, ("When", "Told", "Process", "What"))
    for e in found:
        told = human_date(e.told) if e.told != e.date else ""
        row = {"date": e.date, "told": e.told, "process": e.process, "kind": e.kind, "what": e.what,
               "parties": list(e.parties)}  # fmt: skip
        sheet.add((human_date(e.date), told, e.process, e.what), e.quotes, row)
    return sheet


def _parties(codes: Iterable[str]) -> str:
    return listed([display(code) for code in codes])


def _number(one: Round) -> str:
    number = f"{one.ordinal}" if one.ordinal else ""
    return f"{number} (counted)" if one.counted else number or one.name


def _round(one: Round) -> str:
    return ", ".join(x for x in (human_period(one.start, one.end), one.place) if x) or one.name


def _newest(one: Round) -> tuple[Quote, ...]:
    """The quotes that told the last change of a round."""
    return one.history[-1].quotes if one.history else one.quotes


def _first_quote(one: Process) -> tuple[Quote, ...]:
    return next((m.quotes[:1] for m in one.mentions() if m.quotes), ())


def _stance(position: Position) -> str:
    return f"{position.stance} ({human_date(position.date)})" if position.history else SILENT


# -- rows for machines


def _process_row(one: Process) -> Cells:
    return {
        "id": one.id, "process": one.name, "aliases": one.aliases, "parties": one.parties,
        "delegates": one.delegates, "reports": list(one.reports),
    }  # fmt: skip


def _round_row(one: Round, following: Following) -> Cells:
    return {
        "ordinal": one.ordinal, "counted": one.counted, "name": one.name, "parties": one.parties,
        "start": one.start, "end": one.end, "place": one.place, "status": one.status_at(following.as_of),
        "outcome": one.outcome, "moved_from": one.moved_from, "reports": one.reports,
    }  # fmt: skip


def _position_row(position: Position, table: Table) -> Cells:
    return {
        "issue": position.issue, "party": position.party, "stance": position.stance, "date": position.date,
        "since": position.since, "as_of": table.as_of,
        "history": [{"stance": s.stance, "date": s.date, "report": s.report_id} for s in position.history],
        "evidence": quoted(position.quotes),
    }  # fmt: skip


def _pledge_row(p: FollowUp) -> Cells:
    return {
        "id": p.id, "process": p.process, "by": p.by, "to": p.to, "what": p.what, "due": p.due,
        "moved_to": p.moved_to, "place": p.place, "made": p.made, "status": p.status, "calendar": p.calendar,
        "marked_by": p.mark.by if p.mark is not None else "", "reason": p.mark.reason if p.mark is not None else "",
        "claims": [_telling_row(t) for t in p.claims], "reported": [_telling_row(t) for t in p.reported],
        "pledge": quoted(p.quotes),
    }  # fmt: skip


def _telling_row(t: Telling) -> Cells:
    return {
        "sign": t.sign, "date": t.date, "when": t.when, "late": t.late, "claimant": t.claimant,
        "quote": quoted([t.quote])[0],
    }  # fmt: skip


def quoted(found: Iterable[Quote]) -> list[Cells]:
    """Quotes as plain values."""
    # by hand: `dataclasses.asdict` takes five times as long, and a page has hundreds of quotes
    return [{"report_id": q.report_id, "date": q.date, "start": q.start, "end": q.end, "quote": q.quote} for q in found]


# -- writing


def write(sheets: Sequence[Sheet], form: str, file: TextIO) -> None:
    """Writes sheets as text, json, csv or md. Raises ValueError for another one."""
    writers = {"text": _text, "json": _json, "csv": _csv, "md": _markdown}
    if form not in writers:
        raise ValueError(f"no format {form!r}: {', '.join(writers)}")
    writers[form](sheets, file)


def _text(sheets: Sequence[Sheet], file: TextIO) -> None:
    console = terminal(file)
    for number, sheet in enumerate(sheets):
        if number:
            console.print()
        console.print(Text(clean(sheet.title), style="bold"))
        if not sheet.cells:
            console.print(Text("nothing told", style="dim"))
            continue
        console.print(_grid(sheet))
        for line, quotes in enumerate(sheet.quotes, 1):
            if quotes:
                console.print(Padding(Text(f"{line}  {_quote(quotes)}", style="dim"), (0, 0, 0, 1)))


def _grid(sheet: Sheet) -> Grid:
    """The rows of a sheet, numbered, since their quotes stand below under these numbers."""
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    grid.add_column("", style="dim", justify="right")
    used = _used(sheet)
    for i in used:
        # an id is there to be copied: it is never cut
        least = max(cell_len(cells[i]) for cells in sheet.cells) if sheet.columns[i] in IDS else None
        grid.add_column(Text(clean(sheet.columns[i])), no_wrap=least is not None, min_width=least)
    for line, cells in enumerate(sheet.cells, 1):
        grid.add_row(str(line), *(Text(cells[i]) for i in used))
    return grid


def _used(sheet: Sheet) -> list[int]:
    """The columns in which some row has anything."""
    return [i for i in range(len(sheet.columns)) if any(cells[i] for cells in sheet.cells)]


def _quote(quotes: tuple[Quote, ...]) -> str:
    return f"“{clean(quotes[0].quote)}” [{clean(quotes[0].report_id)}]" if quotes else ""


def _markdown(sheets: Sequence[Sheet], file: TextIO) -> None:
    parts = []
    for sheet in sheets:
        used = _used(sheet)
        lines: list[tuple[str, ...]] = [(*(clean(sheet.columns[i]) for i in used), "Quote")]
        lines.append(("---",) * len(lines[0]))
        for cells, quotes in zip(sheet.cells, sheet.quotes, strict=True):
            lines.append(tuple(map(markdown, (*(cells[i] for i in used), _quote(quotes)))))
        body = "\n".join(f"| {' | '.join(line)} |" for line in lines) if sheet.cells else "Nothing told."
        parts.append(f"## {markdown(clean(sheet.title))}\n\n{body}")
    file.write("\n\n".join(parts) + "\n")


def _json(sheets: Sequence[Sheet], file: TextIO) -> None:
    """One sheet is a list of its rows, several are an object by the names of the sheets."""
    found: Any = sheets[0].rows if len(sheets) == 1 else {sheet.name: sheet.rows for sheet in sheets}
    file.write(json.dumps(found, indent=1) + "\n")


def _csv(sheets: Sequence[Sheet], file: TextIO) -> None:
    """One row a row of all sheets; of several quotes the first, lists joined by "; "."""
    rows = [{"sheet": s.name} | _flat(row) for s in sheets for row in s.rows]
    told = dict.fromkeys(key for row in rows for key in row)
    columns = list(told) or ["sheet", *(FIELDS.get(sheets[0].name, "").split() if sheets else ()), *_QUOTED]
    writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: cell(value) for key, value in row.items()})


def _flat(row: Cells) -> Cells:
    flat: Cells = {}
    for key, value in row.items():
        if key == "evidence":
            continue
        if isinstance(value, dict):
            flat |= {f"{key}_{k}": _joined(v) for k, v in value.items()}
        elif not (isinstance(value, list) and value and isinstance(value[0], dict)):
            flat[key] = _joined(value)
    quote: Cells = next(iter(row["evidence"]), {})
    return flat | {
        "report": quote.get("report_id", ""), "from": quote.get("start", ""), "to_offset": quote.get("end", ""),
        "quote": quote.get("quote", ""),
    }  # fmt: skip


def _joined(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(str(v) for v in value)
    return "" if value is None else value
