"""What many reports yield, in one object: processes, the table, pledges, links, the timeline, what moved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from detente import days
from detente.follow import timeline, words
from detente.follow.decisions import decide, issues_of, marked
from detente.follow.filed import Filed, in_order
from detente.follow.filing import attach, cast
from detente.follow.followup import FollowUp, followups
from detente.follow.issues import Issue
from detente.follow.linkage import Linkage, known, linkages
from detente.follow.positions import Table, table
from detente.follow.processes import Attachment, Decision, Process, Processes
from detente.follow.timeline import Event


def follow(filed: Iterable[Filed], as_of: str | None = None, decisions: Iterable[Decision] = ()) -> Followed:
    """Follows the talks that reports tell of, up to a day.

    `filed` holds each story once, in any order. `as_of` is an ISO day, without it that of the latest report.
    `decisions` are what a user settled about processes; they are applied in their order after all reports are
    filed. The result depends on nothing but the arguments. Raises KeyError on a decision about a process
    that is not known, ValueError on one of an unknown kind.
    """
    known = in_order(filed, as_of or "")
    processes = Processes()
    attachments = {f.report_id: attach(f, processes) for f in known}
    for decision in decisions:
        decide(decision, processes)
    return Followed(as_of or (known[-1].date if known else ""), known, processes, attachments)


class Following(ABC):
    """The talks as of a day: what can be asked of them, wherever the answers come from."""

    #: the day as of which they are told
    as_of: str

    @property
    @abstractmethod
    def processes(self) -> list[Process]:
        """All processes, those that most reports tell of first."""

    @abstractmethod
    def process(self, name: str) -> Process:
        """The process with that name or id, or whose names and parties hold all words of it.

        Raises KeyError where there is none, Ambiguous, a KeyError, where several fit equally well.
        """

    @abstractmethod
    def issues(self, name: str) -> list[Issue]:
        """What a process is about, the issues with most acts first. Raises KeyError where there is no such process."""

    @property
    @abstractmethod
    def linkages(self) -> list[Linkage]:
        """What hangs on what, in order of time."""

    @abstractmethod
    def followed(self, process: Process) -> list[FollowUp]:
        """The pledges of a process and what became of them, in order of telling."""

    def table(self, name: str, at: str = "") -> Table:
        """Where the parties of a process stand on its issues, on a day or now. Raises KeyError as `process`."""
        process = self.process(name)
        return table(process, at or self.as_of, self.issues(process.id))

    def pledges(
        self, *, status: Iterable[str] = (), due_before: str = "", by: str = "", process: str = ""
    ) -> list[FollowUp]:
        """What was promised and what became of it, by due date; those without one come last.

        `status` keeps these statuses, `due_before` what is due before that day, `by` what that party promised.
        """
        wanted = set(status)
        chosen = [self.process(process)] if process else self.processes
        return by_due(
            p for one in chosen for p in self.followed(one)
            if (not wanted or p.status in wanted)
            and (not due_before or (p.due and days.last(p.last_due) < due_before))
            and (not by or by in p.by)
        )  # fmt: skip

    def timeline(self, name: str) -> list[Event]:
        """What happened in a process, in order of time. Raises KeyError as `process`."""
        process = self.process(name)
        return timeline.events(process, self.issues(process.id), self.followed(process), self.linkages, self.as_of)

    def changes(self, since: str) -> list[Event]:
        """What moved on a day or after it, in all processes: by the day it was told, or fell due."""
        found = [e for p in self.processes for e in self.timeline(p.id) if e.told >= since]
        return timeline.since(dict.fromkeys(found), since)


def ranked(processes: Iterable[Process]) -> list[Process]:
    """Processes, those that most reports tell of first."""
    return sorted(processes, key=lambda p: (-len(p.reports), -len(p.rounds), p.name, p.id))


def by_due(found: Iterable[FollowUp]) -> list[FollowUp]:
    """Pledges by due date; those without one come last."""
    return sorted(found, key=lambda p: (not p.due, days.last(p.due), p.made, p.what))


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what a report shows that it may tell of a pledge: one of its parties, and half of its words."""

    made: str
    by: tuple[str, ...]
    matter: tuple[str, ...]

    def told(self, date: str, parties: Collection[str], stems: Collection[str]) -> bool:
        """Whether a report of that day, with those parties and words, may tell of the pledge."""
        there = sum(not words.fulfilling(word).isdisjoint(stems) for word in self.matter)
        return date >= self.made and any(code in parties for code in self.by) and 2 * there >= len(self.matter)


def wanted(process: Process) -> list[Wanted]:
    """By what reports show that they may tell of the pledges of a process."""
    return [Wanted(p.date, tuple(p.entry.by), words.telling(p.entry.what)) for p in process.pledges]


@dataclass(eq=False)
class Followed(Following):
    """The talks as of a day, found out of records. Lists are found when they are first asked for."""

    as_of: str
    filed: list[Filed]
    found: Processes
    #: where each report's entries were filed, with scores
    attachments: dict[str, list[Attachment]] = field(repr=False)
    _issues: dict[str, list[Issue]] = field(default_factory=dict, repr=False)
    _pledges: dict[str, list[FollowUp]] = field(default_factory=dict, repr=False)

    @cached_property
    def processes(self) -> list[Process]:
        """All processes, those that most reports tell of first."""
        return ranked(self.found)

    def process(self, name: str) -> Process:
        """The process with that name or id, or whose names and parties hold all words of it. Raises KeyError if none."""
        process = self.found.named(name, sure=True)
        if process is None:
            raise KeyError(name)
        return process

    def issues(self, name: str) -> list[Issue]:
        """What a process is about, the issues with most acts first. Raises KeyError where there is no such process."""
        process = self.process(name)
        if process.id not in self._issues:
            self._issues[process.id] = issues_of(process)
        return self._issues[process.id]

    @cached_property
    def linkages(self) -> list[Linkage]:
        """What hangs on what, in order of time."""
        return linkages([known(p, self.issues(p.id), self.followed(p)) for p in self.processes])

    def followed(self, process: Process) -> list[FollowUp]:
        """The pledges of a process and what became of them, in order of telling."""
        if process.id not in self._pledges:
            self._pledges[process.id] = marked(followups(process, self._searched(process), self.as_of), process)
        return self._pledges[process.id]

    def _searched(self, process: Process) -> list[Filed]:
        """The reports that may tell of a process's pledges: its own, and others with the party and the matter of one."""
        told = wanted(process)
        return [f for f in self.filed if f.report_id in process.reports or self._may_tell(f, told)]

    def _may_tell(self, filed: Filed, told: list[Wanted]) -> bool:
        parties, there = self._known[filed.report_id]
        return any(one.told(filed.date, parties, there) for one in told)

    @cached_property
    def _known(self) -> dict[str, tuple[set[str], frozenset[str]]]:
        """The parties and the stems of each report."""
        return {f.report_id: (set(cast(f)), words.stems_of_report(f.record.text)) for f in self.filed}
