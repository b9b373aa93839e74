"""The record for people: in a terminal, and as HTML in notebooks.

Reports may come from anywhere. What they say is printed as plain text: no control character, no
mark that turns the direction of text and no markup of theirs has an effect.
"""

from __future__ import annotations

import html as _html
import re
import textwrap
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from detente.days import MONTHS
from detente.record import Act, Entry, Figure, Link, Meeting, Person, Pledge, Record


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        """Leaves it to the command, which ends quietly, where Rich would end it with an error."""
        raise BrokenPipeError


def terminal(file: TextIO | None = None) -> Console:
    """Where text for people goes: a file, else standard output."""
    return _Terminal(file=file, highlight=False)


#: Lines longer than this are hard to read, however wide the terminal is.
WIDEST = 100

# -- words


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """A text on one line, safe to print: no control characters, no bidirectional overrides."""
    text = _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", _CONTROLS.sub(" ", text)))
    return " ".join(text.split())


_MONTHS = tuple(MONTHS)
_ISO = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


def human_date(iso: str) -> str:
    """An ISO date as people write it: "16 September 2005", "December 2005", "2005".

    What is no such date is given back, cleaned.
    """
    return " ".join(_parts(iso)) or clean(iso)


def _parts(iso: str) -> list[str]:
    """Day, month and year of a date, as far as it has them."""
    found = _ISO.fullmatch(iso)
    if not found:
        return []
    year, month, day = found.groups()
    name = _MONTHS[int(month) - 1] if month else ""
    return [part for part in (str(int(day)) if day else "", name, year) if part]


def human_period(start: str, end: str) -> str:
    """A stretch of time as people write it: "13–16 September 2005", "March–May 2005".

    One that is open reads "from 13 September 2005" or "until 2006".
    """
    if not start or not end or start == end:
        return _open_period(start, end)
    first, last = _parts(start), _parts(end)
    if not first or len(first) != len(last):
        return f"{human_date(start)} – {human_date(end)}"
    while first[-1:] == last[len(first) - 1 : len(first)] and len(first) > 1:
        first.pop()  # year, then month, when they are those of the end
    short = len(first) == 1
    return f"{' '.join(first)}{'–' if short else ' – '}{' '.join(last)}"


def _open_period(start: str, end: str) -> str:
    if start and not end:
        return f"from {human_date(start)}"
    if end and not start:
        return f"until {human_date(end)}"
    return human_date(start)


def listed(names: Sequence[str]) -> str:
    """Names in a row: "China, Russia and Japan"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


#: What an act says of its party: one party does, several do, the kinds of acts, the colour.
STANCES = (
    ("wants", "want", ("demand",), "yellow"),
    ("offers", "offer", ("propose", "pledge"), "cyan"),
    ("accepts", "accept", ("agree", "concede"), "green"),
    ("refuses", "refuse", ("reject",), "red"),
    ("meets", "meet", ("meet",), "none"),
    ("complies", "comply", ("comply",), "green"),
    ("supports", "support", ("support",), "green"),
    ("mediates", "mediate", ("mediate",), "blue"),
    ("suspends", "suspend", ("suspend",), "red"),
    ("breaches", "breach", ("breach",), "red"),
    ("threatens", "threaten", ("threaten",), "red"),
    ("accuses", "accuse", ("accuse",), "magenta"),
    ("assesses", "assess", ("assess",), "none"),
    ("attacks", "attack", ("attack",), "red"),
    ("coerces", "coerce", ("coerce",), "red"),
    ("mobilizes", "mobilize", ("mobilize",), "red"),
    ("sanctions", "sanction", ("sanction",), "red"),
    ("protests", "protest", ("protest",), "magenta"),
    ("aids", "aid", ("aid",), "green"),
)
_PLACE = {kind: i for i, (_, _, kinds, _) in enumerate(STANCES) for kind in kinds}


def _does(act: Act) -> str:
    one, many, _, _ = STANCES[_PLACE[act.kind]]
    return many if len(act.actors) > 1 else one


def _start(span: tuple[int, int, int]) -> int:
    return span[0]


@dataclass(slots=True)
class _Names:
    """Parties by name, entries by sentence."""

    record: Record
    names: dict[str, str] = field(default_factory=dict)
    #: start, end and number of each sentence, as they stand in the text
    spans: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.spans = sorted((start, end, n) for n, (start, end) in enumerate(self.record.sentences, 1))
        self.names = {p.code: clean(p.name) for p in self.record.parties if clean(p.name)}

    def party(self, code: str) -> str:
        return self.names.get(code) or clean(code)

    def parties(self, codes: Iterable[str]) -> str:
        return listed([self.party(code) for code in codes])

    def sentences(self, entry: Entry) -> list[int]:
        """The numbers of the sentences that tell an entry, as `detente why` takes them."""
        found: list[int] = []
        for e in entry.evidence:
            at = bisect_right(self.spans, e.start, key=_start) - 1
            if at >= 0 and e.start < self.spans[at][1]:
                found.append(self.spans[at][2])
        return found

    def quote(self, entry: Entry) -> str:
        return clean(entry.evidence[0].quote) if entry.evidence else ""

    def groups(self) -> list[tuple[str, list[Act]]]:
        """The table: acts by who does them, in order of appearance, then by stance."""
        told = {n for meeting in self.record.meetings for n in self.sentences(meeting)}
        found: dict[frozenset[str], list[Act]] = {}
        for act in self.record.acts:
            if act.kind != "meet" or not told.intersection(self.sentences(act)):
                found.setdefault(frozenset(act.actors), []).append(act)
        return [
            (self.parties(acts[0].actors) or NOBODY, sorted(acts, key=lambda a: _PLACE[a.kind]))
            for acts in found.values()
        ]


NOBODY = "Not said who"
_WHY_EMPTY = "No act of negotiation was found in this text."
_WHAT_TO_TRY = (
    "Is it a report of talks, in English? Detente keeps who met, demanded, offered, refused and promised what.",
    "Where --min-confidence is set, lower it.",
    "`detente why FILE:SENTENCE` shows what was seen in a sentence, and why it was left out.",
)


def empty_note(record: Record) -> tuple[str, ...]:
    """Why a record has no act, meeting, pledge or link, then what to try; () where it has one."""
    if record.acts or record.away or record.meetings or record.pledges or record.links:
        return ()
    found = record.sentences or not record.text
    why = _WHY_EMPTY if found else "No sentence was found in this text."
    return (why, *_WHAT_TO_TRY)


def _join(*facts: str) -> str:
    return " · ".join(fact for fact in facts if fact)


def heading(record: Record) -> tuple[str, str]:
    """The two lines over a record: its title; its date and source."""
    title = clean(record.title) or clean(record.id) or "Report"
    return title, _join(human_date(record.date) or "no date", clean(record.source))


def _number(figure: Figure) -> str:
    """A figure as words: "32,000 forces", "52,000,000 dollars in aid"."""
    value = f"{figure.value:,.12g}" if abs(figure.value) < 1e12 else f"{figure.value:g}"
    what, unit = clean(figure.what), clean(figure.unit)
    return " ".join(x for x in (value, unit if unit not in what else "", what) if x)


def _act_notes(act: Act, names: _Names) -> str:
    """What else is worth knowing of an act: that it is planned, when it was done, who said so, that it is unsure."""
    told = (names.record.date or "", "")
    time = (act.time.start, act.time.end) if act.time and act.time.words not in act.about else told
    said = act.said_by if act.said_by and act.said_by not in act.actors else None
    return _join(
        "planned" if act.planned else "",
        human_period(*time) if any(time) and time[0] != told[0] else "",
        f"according to {names.party(said)}" if said else "",
        f"{act.confidence:.0%} sure" if act.confidence < 0.5 else "",
    )


# -- in a terminal


def show(record: Record, console: Console) -> None:
    """Prints a record: who met, the table, what was promised, what hangs on what.

    It reads well from 40 columns up. Colours and encoding are those that the console can show.
    """
    _Page(record, console).print()


def _trimmed(line: list[Segment]) -> list[Segment]:
    """A line without the blanks that fill it up, which would go into files and pipes."""
    line = list(line)
    while line and not line[-1].text.rstrip():
        line.pop()
    if line:
        last = line.pop()
        line.append(Segment(last.text.rstrip(), last.style, last.control))
    return line


#: For terminals that cannot show the marks themselves.
_ASCII = {"⟵": "<-", "→": "->", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "--",
          "…": "...", "·": "|", "─": "-", "!": "!"}  # fmt: skip


class _Page:
    """Lays a record out for one console."""

    def __init__(self, record: Record, console: Console) -> None:
        self.record = record
        self.console = console
        self.names = _Names(record)
        self.width = min(console.width, WIDEST)
        self.ascii = not console.encoding.lower().startswith("utf")

    def print(self) -> None:
        for part in self.parts():
            options = self.console.options.update(width=self.width)
            for line in self.console.render_lines(part, options, pad=False):
                self.console.print(Segments([*_trimmed(line), Segment.line()]), end="")

    def parts(self) -> Iterable[RenderableType]:
        record = self.record
        title, facts = heading(record)
        yield self.text((title, "bold"))
        yield self.text((facts, "dim"))
        yield from self.section("Who met", map(self.meeting, record.meetings))
        yield from self.section("The table", self.table())
        yield from self.section("Promised", map(self.pledge, record.pledges))
        yield from self.section("What hangs on what", map(self.link, record.links))
        yield from self.section("Away from the table", map(self.away, record.away))
        yield from self.section("Persons", self.run_in(map(self.person, record.persons)))
        yield from self.section("Figures", self.run_in(map(self.figure, record.figures)))
        yield from self.empty()
        if record.warnings:
            yield Text()
        for warning in record.warnings:
            yield self.text(("! ", "bold yellow"), (clean(warning), "yellow"))

    # parts of all sections

    def words(self, text: str) -> str:
        """A text in what the console can encode."""
        if not self.ascii:
            return text
        text = "".join(_ASCII.get(letter, letter) for letter in text)
        return text.encode(self.console.encoding, "replace").decode(self.console.encoding)

    def text(self, *spans: tuple[str, str]) -> Text:
        found = Text(overflow="fold")
        for words, style in spans:
            found.append(self.words(words), style=style)
        return found

    def section(self, title: str, entries: Iterable[RenderableType]) -> Iterable[RenderableType]:
        """A heading with its entries, set apart by empty lines; nothing without entries."""
        for number, entry in enumerate(entries):
            yield Text()
            if not number:
                line = "-" if self.ascii else "─"
                yield Rule(Text(title, style="bold"), align="left", style="dim", characters=line)
            yield Padding(entry, (0, 0, 0, 2))

    def quote(self, entry: Entry, indent: int) -> Padding:
        """The sentence, cut to two lines, with its number."""
        numbers = self.names.sentences(entry)
        room = max(self.width - 2 - indent, 16)
        told = textwrap.shorten(", ".join(map(str, numbers)), room - 6, placeholder=" …")
        mark = f" [{told}]" if numbers else ""
        words, end, cut = map(self.words, (f"“{self.names.quote(entry)}", f"”{mark}", f" …”{mark}"))
        lines = self.wrap(words + end, room)
        if len(lines) > 2:
            lines = [*self.wrap(words, room), ""][:2]
            while len(lines[1] + cut) > room and " " in lines[1]:
                lines[1] = lines[1].rpartition(" ")[0]
            lines[1] += cut
        return Padding(Text("\n".join(lines), "dim", overflow="fold"), (0, 0, 0, indent))

    def wrap(self, words: str, room: int) -> list[str]:
        return textwrap.wrap(words, room, break_on_hyphens=False)

    # one entry of each list

    def meeting(self, m: Meeting) -> Group:
        when = human_period(m.start, m.end)
        outcome = _join(clean(m.status), clean(m.outcome))
        who = self.names.parties(m.parties) or NOBODY
        lines = [
            self.text((clean(m.name) or "Meeting", "bold")),
            self.text((_join(who, clean(m.place), when), "")),
            self.text((outcome, "green" if m.status == "ended" else "yellow")),
        ]
        if m.delegates:
            lines.insert(2, self.text((f"with {listed([*map(clean, m.delegates)])}", "")))
        return Group(*lines, self.quote(m, 2))

    def table(self) -> Iterable[RenderableType]:
        for who, acts in self.names.groups():
            yield Group(self.text((who, "bold")), *self.stances(acts))

    def stances(self, acts: list[Act]) -> Iterable[RenderableType]:
        """A party's acts; a sentence that several acts in a row share is quoted once."""
        label = ""
        for act, following in zip(acts, [*acts[1:], None], strict=True):
            does = _does(act)
            grid = Table.grid(padding=(0, 1, 0, 0))
            grid.add_column(width=9, style=STANCES[_PLACE[act.kind]][3])
            grid.add_column(ratio=1)
            grid.add_row("" if does == label else does, self.what(act))
            yield Padding(grid, (0, 0, 0, 2))
            if following is None or following.evidence[:1] != act.evidence[:1]:
                yield self.quote(act, 12 if self.width >= 60 else 4)
            label = does

    def what(self, act: Act) -> Text:
        toward = self.names.parties(act.targets)
        notes = _act_notes(act, self.names)
        about = clean(act.about)
        room = self.width - 14
        last = len((self.wrap(about, room) or [""])[-1])  # the arrow stays with its target
        gap = "" if not about else " " if last + len(f" → {toward}") <= room else "\n"
        return self.text(
            (about, ""),
            (f"{gap}→ {toward}" if toward else "", "cyan"),
            (f"{' ' if about or toward else ''}({notes})" if notes else "", "dim"),
            ("" if about or toward or notes else "–", "dim"),
        )

    def away(self, act: Act) -> Group:
        who = self.names.parties(act.actors) or NOBODY
        colour = STANCES[_PLACE[act.kind]][3]
        line = self.text((f"{who} ", "bold"), (f"{_does(act)} ", colour))
        return Group(line.append_text(self.what(act)), self.quote(act, 2))

    def pledge(self, p: Pledge) -> Group:
        facts = _join(
            self.names.parties(p.by) or NOBODY,
            f"to {self.names.parties(p.to)}" if p.to else "",
            f"due {human_date(p.due)}" if p.due else "no date",
            clean(p.place),
            f"in the {clean(p.instrument)}" if p.instrument else "",
        )
        head = self.text((clean(p.what) or "–", "bold"))
        return Group(head, self.text((facts, "")), self.quote(p, 2))

    def link(self, hanging: Link) -> Group:
        head = self.text(
            (clean(hanging.what), "bold"), (" ⟵ ", "yellow"), (clean(hanging.on), "bold"),
            (f"  {clean(hanging.kind)}", "dim"),
        )  # fmt: skip
        return Group(head, self.quote(hanging, 2))

    def person(self, person: Person) -> str:
        party = self.names.party(person.party) if person.party else ""
        facts = ", ".join(fact for fact in (clean(person.role), party) if fact)
        return clean(person.name) + (f" ({facts})" if facts else "")

    def figure(self, figure: Figure) -> str:
        when = f" ({human_date(clean(figure.time))})" if figure.time else ""
        return _number(figure) + when

    def run_in(self, items: Iterable[str]) -> Iterable[RenderableType]:
        """Short entries one after the other."""
        if words := "; ".join(items):
            yield self.text((words, ""))

    def empty(self) -> Iterable[RenderableType]:
        for number, line in enumerate(empty_note(self.record)):
            if number:
                grid = Table.grid(padding=(0, 1, 0, 0))
                grid.add_row(self.text(("·", "dim")), self.text((line, "")))
                yield grid
            else:
                yield Text()
                yield self.text((line, "bold"))


# -- as tables, for HTML and Markdown


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of plain words, and the sentences behind them as (number or 0, quote)."""

    cells: tuple[str, ...]
    quotes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled table of a record."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def sections(record: Record) -> list[Section]:
    """A record as tables for people, in the order of the terminal's; empty ones are left out.

    All words are cleaned, none are escaped.
    """
    names = _Names(record)
    acts = [act for _, group in names.groups() for act in group]
    does = ("Who", "Does", "To", "What", "Note")
    found = [
        _section("Who met", ("Meeting", "Parties", "Place", "When", "Status"), names,
                 [(m, _meeting_cells(m, names)) for m in record.meetings]),
        _section("The table", does, names, [(a, _act_cells(a, names)) for a in acts]),
        _section("Promised", ("Who", "To", "What", "For when", "Where", "In"), names,
                 [(p, _pledge_cells(p, names)) for p in record.pledges]),
        _section("What hangs on what", ("What", "Hangs on", "How"), names,
                 [(e, (e.what, e.on, e.kind)) for e in record.links]),
        _section("Away from the table", does, names,
                 [(a, _act_cells(a, names)) for a in record.away]),
        _section("Persons", ("Name", "Role", "Party"), names,
                 [(p, (p.name, p.role, names.party(p.party))) for p in record.persons]),
        _section("Figures", ("Figure", "When"), names,
                 [(f, (_number(f), human_date(f.time))) for f in record.figures]),
    ]  # fmt: skip
    return [section for section in found if section.rows]


def _section(
    title: str,
    columns: tuple[str, ...],
    names: _Names,
    entries: Sequence[tuple[Entry, tuple[str, ...]]],
) -> Section:
    """A table without the columns in which no entry has anything."""
    used = [i for i in range(len(columns)) if any(clean(cells[i]) for _, cells in entries)]
    rows = []
    for entry, cells in entries:
        numbers = names.sentences(entry) or [0] * len(entry.evidence)
        quotes = zip(numbers, (clean(e.quote) for e in entry.evidence), strict=False)
        rows.append(Row(tuple(clean(cells[i]) for i in used), tuple(quotes)))
    return Section(title, tuple(columns[i] for i in used), tuple(rows))


def _meeting_cells(m: Meeting, names: _Names) -> tuple[str, ...]:
    status = _join(m.status, clean(m.outcome))
    return m.name, names.parties(m.parties), m.place, human_period(m.start, m.end), status


def _act_cells(act: Act, names: _Names) -> tuple[str, ...]:
    who = names.parties(act.actors) or NOBODY
    return who, _does(act), names.parties(act.targets), act.about, _act_notes(act, names)


def _pledge_cells(p: Pledge, names: _Names) -> tuple[str, ...]:
    who = names.parties(p.by) or NOBODY
    return who, names.parties(p.to), p.what, human_date(p.due), p.place, p.instrument


_STYLE = (
    ".detente-record table{border-collapse:collapse;margin:.3em 0 1em}"
    ".detente-record th,.detente-record td{text-align:left;vertical-align:top;padding:.2em .7em}"
    ".detente-record th{border-bottom:1px solid;font-weight:600}"
    ".detente-record h4{margin:.8em 0 0}"
    ".detente-record summary{cursor:pointer}"
    ".detente-record blockquote{margin:.3em 0;max-width:40em;opacity:.8}"
)


def html(record: Record) -> str:
    """A self-contained HTML fragment for notebooks: tables, with the quotes to unfold.

    Everything that a report says is escaped; there is no script and nothing is fetched.
    """
    title, facts = map(_html.escape, heading(record))
    parts = [f"<style>{_STYLE}</style>", f"<h3>{title}</h3>", f"<p>{facts}</p>"]
    parts += [_html_section(section) for section in sections(record)]
    if note := [_html.escape(line) for line in empty_note(record)]:
        advice = "".join(f"<li>{line}</li>" for line in note[1:])
        parts.append(f"<p><strong>{note[0]}</strong></p><ul>{advice}</ul>")
    parts += [f"<p><em>{_html.escape(clean(w))}</em></p>" for w in record.warnings]
    return f'<div class="detente-record">{"".join(parts)}</div>'


def _html_section(section: Section) -> str:
    head = "".join(f'<th scope="col">{_html.escape(c)}</th>' for c in (*section.columns, "Quote"))
    body = "".join(_html_row(row) for row in section.rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<h4>{_html.escape(section.title)}</h4>{table}"


def _html_row(row: Row) -> str:
    cells = "".join(f"<td>{_html.escape(cell)}</td>" for cell in row.cells)
    numbers = ", ".join(str(number) for number, _ in row.quotes if number)
    hover = _html.escape(row.quotes[0][1]) if row.quotes else ""
    quotes = "".join(f"<blockquote>{_html.escape(quote)}</blockquote>" for _, quote in row.quotes)
    label = f"sentence {numbers}" if numbers else "quote"
    unfold = f'<details><summary title="{hover}">{label}</summary>{quotes}</details>'
    return f"<tr>{cells}<td>{unfold if quotes else ''}</td></tr>"
