"""The record for people: in a terminal, and as HTML in notebooks."""

from __future__ import annotations

import html as _html
import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from detente.record import Act, Entry, Record

_MONTHS = "January February March April May June July August September October November December".split()
#: What an act says of its party's stance, in the order in which a table shows it.
STANCES = {
    "wants": ("demand",), "offers": ("propose", "pledge"), "accepts": ("agree", "concede", "comply", "support"),
    "refuses": ("reject", "suspend", "breach"), "warns": ("threaten",), "blames": ("accuse",),
    "mediates": ("mediate",), "says": ("assess",),
}  # fmt: skip
_COLOURS = {"wants": "yellow", "offers": "cyan", "accepts": "green", "refuses": "red", "warns": "red", "blames": "magenta", "mediates": "blue", "says": "default"}
#: Control characters, and marks that turn the direction of text: they never reach a terminal.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")


def clean(text: str) -> str:
    """A text that is safe to print on one line: no control characters, no bidirectional overrides."""
    return " ".join(_UNSAFE.sub(" ", text).split())


def human_date(iso: str) -> str:
    """An ISO date as people write it: "16 September 2005", "December 2005", "2005"; "" for ""."""
    parts = iso.split("-")
    if len(parts) == 3:
        return f"{int(parts[2])} {_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    if len(parts) == 2:
        return f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return iso


def human_period(start: str, end: str) -> str:
    """A stretch of time as people write it: "13–16 September 2005", "until June 1997"."""
    if not start or start == end:
        return human_date(end) if start or not end else f"until {human_date(end)}"
    if not end:
        return f"from {human_date(start)}"
    if len(start) == len(end) == 10 and start[:7] == end[:7]:
        return f"{int(start[8:])}–{human_date(end)}"
    return f"{human_date(start)} – {human_date(end)}"


def show(record: Record, console: Console) -> None:
    """Prints a record, reading well from 40 columns up."""
    console.print(_page(record))


def _page(record: Record) -> Group:
    names = {p.code: p.name for p in record.parties}
    parts: list[RenderableType] = [Text(clean(record.title) or record.id or "Report", style="bold")]
    parts.append(Text(" · ".join(x for x in (human_date(record.date) or "no date", clean(record.source)) if x), style="dim"))
    sections = [
        ("Who met", [_meeting(m, names) for m in record.meetings]),
        ("The table", _stances(record, names)),
        ("What was promised, for when", [_pledge(p, names) for p in record.pledges]),
        ("What hangs on what", [_link(e) for e in record.links]),
        ("Away from the table", [_act(a, names, record) for a in record.away]),
    ]
    for title, entries in sections:
        if entries:
            parts += [Text(), Text(title, style="bold underline"), *entries]
    if record.persons:
        people = ", ".join(f"{clean(p.name)} ({', '.join(x for x in (clean(p.role), names.get(p.party, p.party)) if x)})" for p in record.persons)
        parts += [Text(), Text("Persons", style="bold underline"), Padding(Text(people), (0, 0, 0, 2))]
    if not record.entries():
        parts += [Text(), Text("No entry: nothing in this text reads as an act of negotiation.")]
    parts += [Text(f"! {clean(w)}", style="yellow") for w in record.warnings]
    return Group(*parts)


def _named(codes: Iterable[str], names: dict[str, str]) -> str:
    found = [clean(names.get(c, c)) for c in codes]
    return ", ".join(found[:-1]) + " and " + found[-1] if len(found) > 1 else "".join(found)


def _quote(entry: Entry, number: str = "") -> Padding:
    words = clean(entry.evidence[0].quote)
    words = words if len(words) <= 240 else words[:237].rsplit(" ", 1)[0] + " …"
    return Padding(Text(f"“{words}”{number}", style="dim"), (0, 0, 0, 4))


def _sentence(record: Record, entry: Entry) -> str:
    start = entry.evidence[0].start
    number = next((i for i, (a, b) in enumerate(record.sentences, 1) if a <= start < b), 0)
    return f" [{number}]" if number else ""


def _line(*parts: tuple[str, str]) -> Padding:
    text = Text()
    for words, style in parts:
        text.append(words, style=style)
    return Padding(text, (0, 0, 0, 2))


def _meeting(m: Any, names: dict[str, str]) -> Group:
    title = clean(m.name)
    title = title if len(title) <= 100 else title[:97].rsplit(" ", 1)[0] + " …"
    facts = " · ".join(x for x in (
        f"round {m.ordinal}" if m.ordinal else "", _named(m.parties, names), clean(m.place),
        human_period(m.start, m.end), m.status, clean(m.outcome)) if x)  # fmt: skip
    return Group(_line((title, "bold")), _line((facts, "")), _quote(m))


def _stances(record: Record, names: dict[str, str]) -> list[RenderableType]:
    """The table: for each party what it wants, offers, accepts and refuses."""
    by_party: dict[str, list[Act]] = {}
    for act in record.acts:
        if act.kind != "meet":
            by_party.setdefault(_named(act.actors, names) or "not said who", []).append(act)
    found: list[RenderableType] = []
    for party, acts in by_party.items():
        found.append(_line((party, "bold")))
        for stance, kinds in STANCES.items():
            for act in acts:
                if act.kind in kinds:
                    found.append(_stance(act, stance, names, record))
    return found


def _stance(act: Act, stance: str, names: dict[str, str], record: Record) -> Group:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=9, style=_COLOURS[stance])
    grid.add_column(ratio=1)
    toward = f" → {_named(act.targets, names)}" if act.targets else ""
    about = clean(act.about) or act.kind
    grid.add_row(stance, Text(f"{about}{toward}"))
    return Group(Padding(grid, (0, 0, 0, 4)), Padding(_quote(act, _sentence(record, act)), (0, 0, 0, 10)))


def _pledge(p: Any, names: dict[str, str]) -> Group:
    due = f"due {human_date(p.due)}" if p.due else "no date"
    facts = " · ".join(x for x in (_named(p.by, names) or "not said who", due, clean(p.place), clean(p.instrument)) if x)
    return Group(_line((clean(p.what), "bold")), _line((facts, "")), _quote(p))


def _link(e: Any) -> Group:
    return Group(_line((clean(e.what), "bold"), (" hangs on ", "yellow"), (clean(e.on), "bold"), (f"  ({e.kind})", "dim")), _quote(e))


def _act(a: Act, names: dict[str, str], record: Record) -> Group:
    toward = f" → {_named(a.targets, names)}" if a.targets else ""
    return Group(_line((f"{_named(a.actors, names) or 'somebody'} ", "bold"), (a.kind, "red"), (f"{toward}: {clean(a.about)}", "")), _quote(a, _sentence(record, a)))


def html(record: Record) -> str:
    """A self-contained HTML fragment for notebooks: tables, quotes to unfold, everything escaped."""
    from detente.formats import rows

    by_list: dict[str, list[dict[str, Any]]] = {}
    for row in rows(record):
        by_list.setdefault(row["list"], []).append(row)
    parts = [f"<h3>{_html.escape(clean(record.title) or record.id or 'Report')}</h3><p>{_html.escape(human_date(record.date) or 'no date')}</p>"]
    for name, entries in by_list.items():
        columns = [c for c in entries[0] if c not in ("report", "date", "list", "from", "to", "quote") and any(e[c] for e in entries)]
        head = "".join(f"<th scope=col>{_html.escape(c)}</th>" for c in [*columns, "quote"])
        body = "".join(
            "<tr>" + "".join(f"<td>{_html.escape(clean(str(e[c])))}</td>" for c in columns)
            + f"<td><details><summary>…</summary>{_html.escape(clean(e['quote']))}</details></td></tr>" for e in entries
        )  # fmt: skip
        parts.append(f"<h4>{_html.escape(name)}</h4><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    parts += [f"<p><em>{_html.escape(clean(w))}</em></p>" for w in record.warnings]
    return "<div class='detente-record'>" + "".join(parts) + "</div>"
