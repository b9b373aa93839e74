"""Records as JSON, JSON Lines, CSV, Markdown and data frames.

JSON has everything. The table forms (CSV, data frame) have one row an entry and one quote a row.
"""

from __future__ import annotations

import csv
import dataclasses
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from detente.record import LISTS, Act, Entry, Figure, Link, Meeting, Party, Person, Pledge, Record
from detente.view import Section, clean, empty_note, heading, sections

if TYPE_CHECKING:
    import pandas

Cells = dict[str, Any]

# -- JSON

#: Letters that JSON allows as they are, but that end lines for some readers of JSON Lines, act on
#: a terminal, or can't be encoded.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(record: Record, *, text: bool = False) -> str:
    """The record as indented JSON; with `text` it carries the report's text too."""
    return escaped(record.to_json(indent=1, text=text))


def to_jsonl(record: Record, *, text: bool = False) -> str:
    """The record as one line of JSON Lines, without the line end."""
    return escaped(record.to_json(text=text))


def escaped(line: str) -> str:
    """A line of JSON that no reader of lines breaks, and no terminal acts on."""
    return _UNSAFE.sub(lambda m: f"\\u{ord(m.group()):04x}", line)


# -- tables

#: What a table of entries holds. `kind` is that of an act, link or party, and a meeting's level;
#: `what` is the wording or name of the entry; `from` and `to` are character offsets of the quote.
COLUMNS = (
    "report", "date", "list", "kind", "actors", "targets", "what", "on", "due", "start", "end",
    "place", "ordinal", "status", "role", "value", "unit", "said_by", "plover", "cameo",
    "confidence", "from", "to", "quote",
)  # fmt: skip


def rows(record: Record) -> list[Cells]:
    """One row an entry, with all of COLUMNS; "" where an entry has nothing to say.

    Of an entry with several quotes the first stands here; parties are joined by "; ".
    """
    return [
        dict.fromkeys(COLUMNS, "")
        | {"report": record.id, "date": record.date, "list": name}
        | {key: value for key, value in _cells(entry).items() if value is not None}
        | _evidence(entry)
        for name in LISTS
        for entry in getattr(record, name)
    ]


def _evidence(entry: Entry) -> Cells:
    found: Cells = {"confidence": round(entry.confidence, 2)}
    for quote in entry.evidence[:1]:
        found |= {"from": quote.start, "to": quote.end, "quote": quote.quote}
    return found


def _cells(entry: Entry) -> Cells:
    """An entry's own fields, under the names of the columns."""
    match entry:
        case Act():
            return _act(entry)
        case Meeting():
            return {"kind": entry.level, "actors": _many(entry.parties), "what": entry.name,
                    "place": entry.place, "start": entry.start, "end": entry.end,
                    "ordinal": entry.ordinal, "status": entry.status}  # fmt: skip
        case Pledge():
            return {"actors": _many(entry.by), "targets": _many(entry.to), "what": entry.what,
                    "due": entry.due, "place": entry.place}  # fmt: skip
        case Link():
            return {"kind": entry.kind, "what": entry.what, "on": entry.on}
        case Party():
            return {"kind": entry.kind, "actors": entry.code, "what": entry.name}
        case Person():
            return {"actors": entry.party, "what": entry.name, "role": entry.role}
        case Figure():
            return {"what": entry.what, "value": entry.value, "unit": entry.unit,
                    "start": entry.time}  # fmt: skip
    raise TypeError(f"no columns for {type(entry).__name__}")


def _act(act: Act) -> Cells:
    time = act.time
    return {
        "kind": act.kind, "actors": _many(act.actors), "targets": _many(act.targets),
        "what": act.about, "start": time and time.start, "end": time and time.end,
        "status": "planned" if act.planned else "", "said_by": act.said_by,
        "plover": act.plover and act.plover.event, "cameo": act.cameo,
    }  # fmt: skip


def _many(codes: list[str]) -> str:
    return "; ".join(codes)


def to_csv(records: Iterable[Record], file: TextIO, *, header: bool = True) -> None:
    """Writes one row an entry of all records, after one header row.

    `file` is best opened with newline="". Line breaks in quotes become blanks. A cell that a
    spreadsheet would run as a formula (one that begins with = + - @ or a tab) gets a leading
    apostrophe, since what reports say is not to be trusted.
    """
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    if header:
        writer.writeheader()
    for record in records:
        for row in rows(record):
            writer.writerow({column: cell(value) for column, value in row.items()})


def cell(value: Any) -> Any:
    """A value as a spreadsheet may safely open it: on one line, and never run as a formula."""
    if not isinstance(value, str):
        return value
    risky = value[:1] in {"\t", "\r", "\n"}
    value = clean(value)
    return f"'{value}" if risky or value[:1] in {*"=+-@＝＋－＠"} else value


_NUMBERS = {
    "ordinal": "Int64", "value": "Float64", "confidence": "float64", "from": "Int64", "to": "Int64",
}  # fmt: skip


def dataframe(record: Record) -> pandas.DataFrame:
    """One row an entry with the columns of COLUMNS; quotes stand as they do in the text.

    Raises ImportError, saying how to install it, where pandas is missing.
    """
    try:
        import pandas
    except ImportError:
        message = "to_dataframe() needs pandas: pip install 'detente[pandas]'"
        raise ImportError(message) from None
    frame = pandas.DataFrame(
        [{k: v if v != "" or k not in _NUMBERS else None for k, v in r.items()} for r in rows(record)],
        columns=list(COLUMNS),
    )
    return frame.astype(_NUMBERS)


# -- Markdown


def to_markdown(record: Record) -> str:
    """The record as Markdown: a heading, and a table for each part that has entries.

    Parties stand with their names and dates as people write them; marks of Markdown and HTML in
    what the report says have no effect.
    """
    title, facts = heading(record)
    parts = [f"# {markdown(title)}", markdown(facts)]
    parts += [_md_section(section) for section in sections(record)]
    if note := empty_note(record):
        parts += [markdown(note[0]), "\n".join(f"- {markdown(line)}" for line in note[1:])]
    parts += [f"> {markdown(warning)}" for warning in map(clean, record.warnings)]
    return "\n\n".join(parts) + "\n"


def _md_section(section: Section) -> str:
    columns = (*section.columns, "Quote")
    lines: list[tuple[str, ...]] = [columns, ("---",) * len(columns)]
    for row in section.rows:
        number, quote = row.quotes[0] if row.quotes else (0, "")
        shown = f"“{quote}”" + (f" ({number})" if number else "") if quote else ""
        lines.append(tuple(map(markdown, (*row.cells, shown))))
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## {section.title}\n\n{table}"


#: Marks with a meaning in Markdown: anywhere, and where a line begins.
_MARKS = re.compile(r"([\\`*_\[\]<>|&~$#])")
_FIRST_MARK = re.compile(r"^(\d*)([-+=.)])")


def markdown(words: str) -> str:
    """Words in which marks of Markdown and HTML have no effect."""
    return _FIRST_MARK.sub(r"\1\\\2", _MARKS.sub(r"\\\1", words))


# -- what is kept


def filter_confidence(record: Record, minimum: float) -> Record:
    """A record without the entries whose confidence is below `minimum`, 0..1.

    What acts are about (`of`) points to the same acts as before, as far as they are kept.
    """
    kept: dict[str, Any] = {
        name: [entry for entry in getattr(record, name) if entry.confidence >= minimum] for name in LISTS
    }
    likely = [i for i, act in enumerate(record.acts) if act.confidence >= minimum]
    place = {old: new for new, old in enumerate(likely)}
    kept["acts"] = [dataclasses.replace(act, of=[place[i] for i in act.of if i in place]) for act in kept["acts"]]
    return dataclasses.replace(record, **kept)
