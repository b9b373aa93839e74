"""Where the parties stand: the stance of each on each issue of a process, over time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from detente import days
from detente.follow import words
from detente.follow.filed import Quote, Told
from detente.follow.issues import STANCE, Issue, group
from detente.follow.processes import Process
from detente.follow.tellings import same_place
from detente.record import Act

#: What a party without an act on an issue is.
SILENT = "silent"
#: So many days back an act told without more is at most.
RECENT = 60
#: What is said so many characters behind the matter of an act still is said of the act.
CLOSE = 12
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
        wanted = set(issue.lower().split())
        alike = (row for row in self.rows if wanted and wanted <= set(row.issue.name.lower().split()))
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
    found: dict[str, list[tuple[Stand, float]]] = {}
    name = issue.name
    answers = [t for t in issue.told if t.quotes and stance(t.entry) in ("accepts", "refuses")]
    for act in issue.told:
        stand = _stand(act, answering=act.entry.kind == "pledge" and _wished(act, issue.told))
        for party in dict.fromkeys(act.entry.actors):
            before = found.setdefault(party, [])
            if before and _same(before[-1][0], stand) and _retold(act, party, answers):
                continue
            if act.entry.kind == "comply" and before and before[-1][0].stance == "offers":
                continue  # who does what it offered itself has not accepted another's wish
            if not as_of or (days.first(stand.date) <= as_of and act.date <= as_of):
                _take(before, stand, act.entry.confidence)
    return {
        party: Position(party, name, tuple(sorted((s for s, _ in stands), key=lambda s: days.first(s.date))))
        for party, stands in found.items() if stands
    }  # fmt: skip


def _same(a: Stand, b: Stand) -> bool:
    """Whether two stands are one stance, on one amount."""
    mine, theirs = (words.amounts(s.quotes[0].quote if s.quotes else s.wording) for s in (a, b))
    return a.stance == b.stance and not (mine and theirs and mine.isdisjoint(theirs))


def _retold(act: Told[Act], party: str, answers: Iterable[Told[Act]]) -> bool:
    """Whether an offer is only told again with the answer that another party gives it."""
    if act.entry.kind != "propose" or not act.quotes:
        return False
    return any(same_place(t.quotes[0], act.quotes[0]) and party not in t.entry.actors for t in answers)


def _take(stands: list[tuple[Stand, float]], stand: Stand, sure: float) -> None:
    """Adds a stand; of two that one sentence tells of one party the surer counts: a party takes one stance at a time."""
    if stands and stands[-1][0].stance != stand.stance and _one_sentence(stands[-1][0], stand):
        if sure < stands[-1][1]:
            return
        stands.pop()
    stands.append((stand, sure))


def _one_sentence(a: Stand, b: Stand) -> bool:
    return bool(a.quotes and b.quotes) and a.date == b.date and same_place(a.quotes[0], b.quotes[0])


#: Who will study a demand has not accepted it.
_STUDIES = re.compile(
    r"^(?:to )?(?:study|consider|discuss|examine|weigh|look (?:at|into)|review|raise|think|talk)\b", re.I
)


def _wished(pledge: Told[Act], told: Iterable[Told[Act]]) -> bool:
    """Whether another party had asked for what one pledges to do, not only to study."""
    if _STUDIES.match(pledge.entry.about):
        return False
    return any(
        t.entry.kind == "demand" and t.date <= pledge.date and set(t.entry.actors) - set(pledge.entry.actors)
        for t in told
    )  # fmt: skip


def _stand(told: Told[Act], *, answering: bool) -> Stand:
    return Stand(
        "accepts" if answering else stance(told.entry), _day(told), told.entry.about, told.report_id, told.quotes
    )


def stance(act: Act) -> str:
    """The stance that an act takes on what it is about."""
    return STANCE[act.kind]


def _day(told: Told[Act]) -> str:
    """When the act was done, as far as told; what is dated ahead of the report is done by its date.

    A day in what is wanted is not the day on which it is wanted, and one long past counts only where it is told of the
    act itself: before its matter, or right behind it.
    """
    time = told.entry.time
    done = (time.start or time.end) if time else ""
    if time is None or not done or (told.date and days.last(done) >= told.date):
        return told.date
    if time.words and time.words in told.entry.about:
        return told.date
    past = len(told.date) == 10 and days.between(days.last(done), told.date) > RECENT
    return told.date if past and time.words and not _beside(told, time.words) else done


def _beside(told: Told[Act], when: str) -> bool:
    """Whether a day stands before the matter of an act in its sentence, or right behind it."""
    quote = told.quotes[0].quote if told.quotes else ""
    at, matter = quote.find(when), quote.find(told.entry.about[:20]) if told.entry.about else -1
    return at < 0 or matter < 0 or at < matter or at - matter - len(told.entry.about) <= CLOSE
