"""What happened when: the events of a process in order, and what moved since a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detente import days
from detente.follow.filed import Quote
from detente.follow.followup import FollowUp
from detente.follow.issues import Issue, tidy
from detente.follow.linkage import Linkage
from detente.follow.naming import display
from detente.follow.positions import Position, positions_on
from detente.follow.processes import Process
from detente.follow.rounds import Round


@dataclass(frozen=True, slots=True)
class Event:
    """Something that moved. `date` is when it happened, `told` when it was reported; ISO both.

    `kind` is round, position, pledge, due or link; `what` says it in words.
    """

    date: str
    told: str
    process: str
    kind: str
    what: str
    parties: tuple[str, ...]
    quotes: tuple[Quote, ...]


def events(
    process: Process, issues: Iterable[Issue], pledges: Iterable[FollowUp], links: Iterable[Linkage], as_of: str
) -> list[Event]:
    """All events of a process up to a day, in order of time."""
    found = [
        *(e for one in process.rounds for e in _of_round(one, process)),
        *(e for issue in issues for p in positions_on(issue).values() for e in _of_position(p, process)),
        *(e for pledge in pledges for e in _of_pledge(pledge, as_of)),
        *of_links(links, process.name),
    ]
    return in_order(found, as_of)


def of_links(links: Iterable[Linkage], name: str) -> list[Event]:
    """The events that the links of the process with a name are."""
    return [e for link in links for e in _of_link(link, name)]


def in_order(found: Iterable[Event], as_of: str) -> list[Event]:
    """The events of a process up to a day, in order of time."""
    known = (e for e in found if not as_of or e.told <= as_of)
    return sorted(known, key=lambda e: (days.first(e.date), e.told, e.kind, e.what))


def since(found: Iterable[Event], day: str) -> list[Event]:
    """The events that were told, or fell due, on a day or after it."""
    return sorted((e for e in found if e.told >= day), key=lambda e: (e.told, e.process, e.kind))


def _of_round(one: Round, process: Process) -> Iterator[Event]:
    name = f"round {one.ordinal}" if one.ordinal else (one.name or "a round")
    for step in one.history:
        happened = one.start if step.status in ("held", "ongoing") else step.date
        when = f" for {step.start}" if step.status == "planned" and step.start else ""
        place = f" in {one.place}" if one.place and step.status in ("planned", "held", "ongoing") else ""
        what = f"{name} {step.status}{when}{place}"
        yield Event(happened or step.date, step.date, process.name, "round", what, tuple(one.parties), step.quotes)


def _of_position(position: Position, process: Process) -> Iterator[Event]:
    """The first stance, and each that differs from the one before."""
    before = ""
    for stand in position.history:
        if stand.stance != before:
            change = f" (before: {before})" if before else ""
            what = f"{display(position.party)} {stand.stance}: {position.issue}{change}"
            told = stand.quotes[0].date if stand.quotes else stand.date
            yield Event(stand.date, told, process.name, "position", what, (position.party,), stand.quotes)
        before = stand.stance


def _of_pledge(pledge: FollowUp, as_of: str) -> Iterator[Event]:
    who, name = tuple(pledge.by), tidy(pledge.what)
    by = ", ".join(display(code) for code in pledge.by) or "somebody"
    due = f", due {pledge.due}" if pledge.due else ""
    yield Event(
        pledge.made, pledge.made, pledge.process, "pledge", f"{by} promised: {name}{due}", who, pledge.quotes[:1]
    )
    for telling in pledge.tellings:
        says = f", says {display(telling.claimant)}" if telling.claimant else ""
        sign = "late" if telling.sign == "kept" and telling.late else telling.sign
        what = f"{sign}: {name}{says}"
        yield Event(telling.when or telling.date, telling.date, pledge.process, "pledge", what, who, (telling.quote,))
    fell = days.last(pledge.due)
    if fell and (not as_of or fell <= as_of):
        yield Event(fell, fell, pledge.process, "due", f"fell due: {name} ({by})", who, pledge.quotes[:1])


def _of_link(link: Linkage, name: str) -> Iterator[Event]:
    if name in (link.what.process, link.on.process):
        what = f"{link.what.name} hangs on {link.on.name}"
        yield Event(link.date, link.date, name, "link", what, (), link.quotes)
