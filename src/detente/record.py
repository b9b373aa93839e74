"""The data model: what one report yields. Every entry quotes the text that says so.

The words are those of mediation and event data. All dates are ISO strings at the precision
the text allows (`2005`, `2005-12`, `2005-12-16`), "" where it says nothing. Parties are codes:
ISO 3166 alpha-3 for states, the usual acronym for organisations, a lower-case name otherwise.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    import pandas

#: What a party can do at the table, as the guidelines of the gold define it.
TABLE_KINDS = (
    "meet", "propose", "demand", "agree", "pledge", "reject", "concede", "accuse",
    "threaten", "support", "suspend", "mediate", "comply", "breach", "assess",
)  # fmt: skip
#: What happens away from it.
AWAY_KINDS = ("attack", "coerce", "mobilize", "sanction", "protest", "aid")
KINDS = TABLE_KINDS + AWAY_KINDS
PARTY_KINDS = ("state", "organisation", "armed group", "faction")
MEETING_STATUSES = ("ended", "ongoing", "planned", "suspended", "failed")
LINK_KINDS = ("condition", "exchange", "sequence", "contingency")
#: What may become of a pledge, as following tells it.
PledgeStatus = Literal["open", "due soon", "overdue", "kept", "late", "broken", "delayed", "disputed", "lapsed"]
PLEDGE_STATUSES: tuple[str, ...] = get_args(PledgeStatus)
#: The same, what somebody has to look at first.
PRESSING = ("overdue", "broken", "disputed", "due soon", "delayed", "open", "lapsed", "late", "kept")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the text says so: `text[start:end] == quote`, always."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time; `words` are those of the text that gave it."""

    start: str = ""
    end: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Plover:
    """A PLOVER event class, such as CONSULT, and its mode where one fits."""

    event: str
    mode: str | None = None


@dataclass(slots=True, kw_only=True)
class Entry:
    """What all entries share. `why` tells which rule gave the entry; it is not exported."""

    confidence: float = 0.5
    evidence: list[Evidence] = field(default_factory=list)
    why: list[str] = field(default_factory=list, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The entry as plain values, ready for JSON."""
        values = dataclasses.asdict(self)
        del values["why"]
        values["confidence"] = round(self.confidence, 2)
        values["evidence"] = values.pop("evidence")  # last, as in record.md
        return values


@dataclass(slots=True, kw_only=True)
class Act(Entry):
    """Somebody does something to somebody. `of` are the indices of acts that this one is about.

    `doers` are who does it as event data count it: the actors, else, of force and protest, the state in
    which it happens. `recipients` are whom it reaches as event data count it: the targets, else those whom its content
    names, else, for what happens inside a state, the state itself.
    """

    kind: str
    actors: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    doers: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    about: str = ""
    said_by: str | None = None
    time: Period | None = None
    planned: bool = False
    plover: Plover | None = None
    cameo: str = ""
    of: list[int] = field(default_factory=list)

    @property
    def sides(self) -> tuple[list[str], list[str]]:
        """Source and target of event data; actors and targets where a record, as older ones, does not tell them."""
        return self.doers or self.actors, self.recipients or self.targets


@dataclass(slots=True, kw_only=True)
class Meeting(Entry):
    """One distinct meeting, round or series that the report speaks of."""

    name: str
    level: str = ""
    ordinal: int | None = None
    parties: list[str] = field(default_factory=list)
    delegates: list[str] = field(default_factory=list)
    place: str = ""
    start: str = ""
    end: str = ""
    status: str = "ended"
    outcome: str = ""


@dataclass(slots=True, kw_only=True)
class Pledge(Entry):
    """An undertaking that one could later check."""

    by: list[str] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    what: str
    due: str = ""
    place: str = ""
    instrument: str = ""


@dataclass(slots=True, kw_only=True)
class Link(Entry):
    """One thing (`what`) made to hang on another (`on`)."""

    what: str
    on: str
    kind: str = "condition"


@dataclass(slots=True, kw_only=True)
class Party(Entry):
    """Who can sit at a table or act on those who do. `state`: the ISO code it belongs to, or ""."""

    code: str
    name: str
    kind: str = "state"
    state: str = ""


@dataclass(slots=True, kw_only=True)
class Person(Entry):
    """A named person with the office the text gives and the party acted for ("" if unknown)."""

    name: str
    role: str = ""
    party: str = ""


@dataclass(slots=True, kw_only=True)
class Figure(Entry):
    """A number with what it counts."""

    what: str
    value: float
    unit: str = ""
    time: str = ""


#: The lists of a record, in the order in which they are written.
LISTS = ("acts", "away", "meetings", "pledges", "links", "parties", "persons", "figures")


@dataclass(slots=True, kw_only=True)
class Record:
    """What one report says, entry by entry."""

    id: str = ""
    title: str = ""
    date: str = ""
    source: str = ""
    version: str = ""
    text: str = field(default="", repr=False)
    acts: list[Act] = field(default_factory=list)
    #: acts away from the table: violence, force, sanctions, protest, aid
    away: list[Act] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    pledges: list[Pledge] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    #: Character spans of the sentences the reader saw, in order; not exported.
    sentences: list[tuple[int, int]] = field(default_factory=list, repr=False)

    def entries(self) -> list[Entry]:
        """All entries of all kinds, list by list."""
        return [entry for name in LISTS for entry in getattr(self, name)]

    def to_dict(self, *, text: bool = False) -> dict[str, Any]:
        """The record as plain values; with `text` it carries the report's text too."""
        head = {k: getattr(self, k) for k in ("id", "title", "date", "source", "version")}
        lists = {name: [e.to_dict() for e in getattr(self, name)] for name in LISTS}
        tail: dict[str, Any] = {"warnings": list(self.warnings)}
        if text:
            tail["text"] = self.text
        return head | lists | tail

    def to_json(self, *, indent: int | None = None, text: bool = False) -> str:
        """The record as JSON; one line unless `indent` is given."""
        return json.dumps(self.to_dict(text=text), ensure_ascii=False, indent=indent)

    def to_dataframe(self) -> pandas.DataFrame:
        """One row an entry, needs the extra `pandas`.

        Raises ImportError, saying how to install it, where pandas is missing.
        """
        from detente.formats import dataframe

        return dataframe(self)

    def _repr_html_(self) -> str:
        from detente.view import html

        return html(self)
