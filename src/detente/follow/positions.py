"""Where the parties stand: the stance of each on each issue of a process, over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from detente.follow import days
from detente.follow.filed import Quote, Told
from detente.follow.issues import STANCE, Issue, group
from detente.follow.processes import Process
from detente.record import Act

#: What a party without an act on an issue is.
SILENT = "silent"
STANCES = ("wants", "offers", "accepts", "refuses", SILENT)


@dataclass(frozen=True, slots=True)
class Stand:
    """What one act says of a party's stance. `date` is the day the act is told for, or the report's."""

    stance: str
    date: str
    wording: str
    report_id: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A party's stance on an issue over time; `history` is in order and holds every act."""

    party: str
    issue: str
    history: tuple[Stand, ...] = ()

    @property
    def stance(self) -> str:
        """The current stance, one of STANCES."""
        return self.history[-1].stance if self.history else SILENT

    @property
    def date(self) -> str:
        """When the party last took a stance, "" where it is silent."""
        return self.history[-1].date if self.history else ""

    @property
    def since(self) -> str:
        """Since when it has held the current stance without another in between."""
        since = ""
        for stand in reversed(self.history):
            if stand.stance != self.stance:
                break
            since = stand.date
        return since

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes of the current stance."""
        return self.history[-1].quotes if self.history else ()


@dataclass(frozen=True, slots=True)
class Row:
    """An issue and where each party stands on it."""

    issue: Issue
    positions: dict[str, Position]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a process: its issues against its parties, as of a day ("" is now)."""

    process: str
    as_of: str
    parties: tuple[str, ...]
    rows: tuple[Row, ...] = field(default=())

    def position(self, issue: str, party: str) -> Position | None:
        """A cell by the name of its issue, by any wording of it, or by words of its name; None where there is no such issue."""
        exact = (row for row in self.rows if issue == row.issue.name or issue in row.issue.wordings)
        words = set(issue.lower().split())
        alike = (row for row in self.rows if words and words <= set(row.issue.name.lower().split()))
        row = next(exact, None) or next(alike, None)
        return None if row is None else row.positions.get(party, Position(party, row.issue.name))


def table(process: Process, as_of: str = "", issues: Iterable[Issue] | None = None) -> Table:
    """Where the parties of a process stand on its issues on a day. `issues` are found anew unless given."""
    rows = []
    seated: dict[str, None] = dict.fromkeys(process.parties)
    for issue in group(process.acts) if issues is None else issues:
        positions = positions_on(issue, as_of)
        if any(p.history for p in positions.values()):
            rows.append(Row(issue, positions))
            seated |= dict.fromkeys(positions)
    return Table(process.name, as_of, tuple(seated), tuple(rows))


def positions_on(issue: Issue, as_of: str = "") -> dict[str, Position]:
    """The positions of all parties that acted on an issue up to a day, by party."""
    found: dict[str, list[Stand]] = {}
    name = issue.name
    for act in issue.told:
        stand = _stand(act)
        for party in dict.fromkeys(act.entry.actors):
            if act.entry.kind == "comply" and (before := found.get(party)) and before[-1].stance == "offers":
                continue  # who does what it offered itself has not accepted another's wish
            if not as_of or (days.first(stand.date) <= as_of and act.date <= as_of):
                found.setdefault(party, []).append(stand)
    return {
        party: Position(party, name, tuple(sorted(stands, key=lambda s: days.first(s.date))))
        for party, stands in found.items()
    }


def _stand(told: Told[Act]) -> Stand:
    return Stand(stance(told.entry), _day(told), told.entry.about, told.report_id, told.quotes)


def stance(act: Act) -> str:
    """The stance that an act takes on what it is about."""
    return STANCE[act.kind]


def _day(told: Told[Act]) -> str:
    """When the act was done, as far as told; what is dated ahead of the report is done by its date."""
    time = told.entry.time
    done = (time.start or time.end) if time else ""
    return done if done and (not told.date or days.last(done) < told.date) else told.date
