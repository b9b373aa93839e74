"""What became of promises: each pledge and what later reports tell of it.

Three answers are kept apart: what parties say (`claims`), what is reported (`reported`), and what the calendar
says (`calendar`). `status` draws one word out of them, and `evidence` are the quotes that decided it. That no
report tells of a fulfilment does not mean that there was none: such a pledge is overdue or lapsed, not broken.

Nearest relative: the pledge tracking of Full Fact (PledgeTracker, arXiv 2509.11804).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from detente import days, names
from detente.follow import words
from detente.follow.filed import Filed, Quote, Told
from detente.follow.issues import bag, overlap, tidy
from detente.follow.processes import Decision, Process
from detente.follow.tellings import (
    Telling,
    Unit,
    bare,
    best_scores,
    other_deeds,
    same_deed,
    same_place,
    same_verb,
    tellings,
    units_of,
)
from detente.record import Pledge

if TYPE_CHECKING:
    from detente.follow.rounds import Round

#: Days before the last day for it in which a pledge is due soon.
SOON = 30
#: Days after it after which a pledge that no report speaks of has lapsed.
LAPSED = 90
#: Days after which a delay of which nothing more is told has lapsed too, if no new day was set.
SILENT = 180
#: A pledge told again is at least this much alike.
SAME = 0.75
#: Due dates so many days apart are those of two undertakings.
APART = 31


@dataclass(slots=True, eq=False)
class FollowUp:
    """A pledge and what became of it, as of a day."""

    process: str
    by: list[str]
    to: list[str]
    what: str
    due: str
    place: str
    #: who sits at the table, and so has a stake in it
    parties: list[str]
    #: when it was first told
    made: str
    #: the quotes that tell of the pledge itself, in every report that does
    quotes: tuple[Quote, ...]
    as_of: str = ""
    tellings: tuple[Telling, ...] = ()
    #: new days set for it later
    moved_to: list[str] = field(default_factory=list)
    #: the status that a user gave it, if one did
    mark: Decision | None = None

    @property
    def id(self) -> str:
        """Report and place of its first quote: the same as long as that report is."""
        return f"{self.quotes[0].report_id}:{self.quotes[0].start}" if self.quotes else self.what

    @property
    def claims(self) -> tuple[Telling, ...]:
        """What parties say of it, each with its claimant."""
        return tuple(t for t in self.tellings if t.claimant)

    @property
    def reported(self) -> tuple[Telling, ...]:
        """What reports say in their own words, or by who has no interest in it."""
        return tuple(t for t in self.tellings if not t.interest)

    @property
    def calendar(self) -> str:
        """What the calendar says, whatever became of it: open, due soon or overdue."""
        return calendar(self.last_due, self.as_of)

    @property
    def last_due(self) -> str:
        """The day set for it last."""
        return self.moved_to[-1] if self.moved_to else self.due

    @property
    def status(self) -> str:
        """One word for what became of it, one of PLEDGE_STATUSES."""
        return self.mark.other if self.mark is not None else self._verdict()[0]

    @property
    def evidence(self) -> tuple[Quote, ...]:
        """The quotes that decided the status; those of the pledge where the calendar or a user did."""
        told = () if self.mark is not None else tuple(t.quote for t in self._verdict()[1])
        return told or self.quotes

    def statuses(self) -> list[tuple[str, str]]:
        """The status from its day on, and from which days on it will be another if no report tells more of it."""
        found = [(self.as_of, self.status)]
        for day in self._turns():
            status = replace(self, as_of=day).status
            if day > self.as_of and status != found[-1][1]:
                found.append((day, status))
        return found

    def _turns(self) -> list[str]:
        """The days, in order, on which the calendar may change the status."""
        delays = [t for t in self.tellings if t.sign == "delayed"]
        dues = {days.last(d) for d in (self.last_due, *(t.when for t in delays[-1:])) if d}
        turns = {days.later(due, n) for due in dues for n in (-SOON, 1, LAPSED + 1)}
        turns |= {days.later(t.date, SILENT + 1) for t in delays[-1:] if t.date}
        return sorted(turns) if self.as_of else []

    def _verdict(self) -> tuple[str, list[Telling]]:
        found = decided(self.tellings, self.due)
        if found is not None:
            return found
        delays = [t for t in self.tellings if t.sign == "delayed"]
        new = delays[-1].when if delays else ""
        due = max(self.last_due, new, key=days.last)
        over = days.between(days.last(due), self.as_of) if due and self.as_of else 0
        if delays and not (new and over > 0):
            since = days.between(delays[-1].date, self.as_of) if self.as_of and delays[-1].date else 0
            return ("lapsed" if over > LAPSED and since > SILENT else "delayed"), delays[-1:]
        return ("lapsed" if over > LAPSED else calendar(due, self.as_of)), delays[-1:]


def calendar(due: str, as_of: str) -> str:
    """Open, due soon or overdue: "2005-12" is due on the last day of December."""
    if not due or not as_of:
        return "open"
    left = days.between(as_of, days.last(due))
    if left < 0:
        return "overdue"
    return "due soon" if left <= SOON else "open"


def decided(tellings: Sequence[Telling], due: str) -> tuple[str, list[Telling]] | None:
    """What tellings in order of time say of a pledge, with those that decide it; None where they leave it open.

    What is reported, or said against one's own interest, goes before claims. Claims against one another, or a
    claim against what was reported before, make it disputed. A delay stands until something else is told.
    """
    telling = [t for t in tellings if t.sign != "delayed"]
    if not telling:
        return None
    plain = [t for t in telling if not t.interest]
    last = _clearest(plain or telling)
    slipped = [t for t in tellings if t.sign == "delayed" and not t.interest and t.date >= last.date]
    if not plain:
        missed = all(t.sign == "broken" for t in telling)
        return ("delayed", slipped[-1:]) if missed and slipped else _claimed(telling, due)
    against = [t for t in telling if t.interest and t.sign != last.sign and t.date >= last.date]
    if against:
        return "disputed", [last, against[-1]]
    if last.sign == "broken" and slipped:
        return "delayed", [slipped[-1], last]
    return outcome(last, due, tellings), _since(last, plain)


def _since(last: Telling, plain: Sequence[Telling]) -> list[Telling]:
    """The telling that decides, and the first one since which all say the same."""
    run = list(takewhile(lambda t: t.sign == last.sign, reversed(plain)))
    return [last] if last is run[-1] or same_place(last.quote, run[-1].quote) else [last, run[-1]]


def _clearest(plain: list[Telling]) -> Telling:
    """The last telling; of several in its report that say the same, the one that is most surely about the pledge."""
    last = plain[-1]
    same = [t for t in plain if t.quote.report_id == last.quote.report_id and t.sign == last.sign]
    return max(same, key=lambda t: t.score)


def _claimed(claims: list[Telling], due: str) -> tuple[str, list[Telling]]:
    last = claims[-1]
    against = [t for t in claims if t.sign != last.sign]
    if against:
        return "disputed", [last, against[-1]]
    return outcome(last, due, claims), [last]


def outcome(telling: Telling, due: str, tellings: Iterable[Telling] = ()) -> str:
    """Kept, late or broken, as one telling says; what was missed before and then done was late."""
    if telling.sign == "broken":
        return "broken"
    missed = any(t.sign == "broken" and not t.interest and t.date < telling.date for t in tellings)
    over = bool(due and telling.when and days.first(telling.when) > days.last(due))
    return "late" if telling.late or over or (missed and due) else "kept"


# -- gathering pledges


def followups(process: Process, reports: Iterable[Filed], as_of: str) -> list[FollowUp]:
    """The pledges of a process and what became of each by `as_of`; `reports` are searched in order of time."""
    filed = [f for f in reports if not as_of or f.date <= as_of]
    found: list[FollowUp] = []
    pledges = sorted(process.pledges, key=lambda p: (p.date, p.report_id, p.quotes[0].start if p.quotes else 0))
    units = list(units_of(filed))
    for pledge in pledges:
        if as_of and pledge.date > as_of:
            continue
        one = _one_round(pledge, process)
        if one is None and not _checkable(pledge.entry):
            continue
        again = _retold(pledge, found, units)
        if again is not None:
            _join(again, pledge)
            continue
        new = _follow(pledge, process, as_of)
        new.tellings = _of_round(one, new) if one is not None else ()
        if one is not None:
            new.due = new.due or (one.moved_from[0] if one.moved_from else one.start)
        found.append(new)
    # A round that was promised is told of by its meetings: no sentence on another promise is left to it.
    best = best_scores((o for o in found if not (o.tellings or words.stems(o.what) & words.talks_words())), units)
    for one_ in found:
        one_.tellings = one_.tellings or tuple(tellings(one_, units, best))
    return found


def _checkable(pledge: Pledge) -> bool:
    """Whether a pledge says what is to be done, and not only that there is one or when to meet."""
    told = bool(words.telling(pledge.what)) or any(names.find(pledge.what))
    talks = words.talks_words() - words.stems(_PERSONS)  # an envoy may be promised, and a minister's dismissal
    return told and not words.stems(re.split(r" (?:on|about|over) ", pledge.what)[0]) & talks


_PERSONS = "minister president leader negotiator delegate envoy spokesman spokeswoman representative"


def _follow(pledge: Told[Pledge], process: Process, as_of: str) -> FollowUp:
    p = pledge.entry
    return FollowUp(
        process.name, list(p.by), list(p.to), p.what, p.due, p.place, process.parties, pledge.date, pledge.quotes, as_of
    )


def _retold(pledge: Told[Pledge], found: list[FollowUp], units: list[Unit]) -> FollowUp | None:
    """The follow-up that a pledge tells again, None where it is a new one."""
    mine, p = bag(pledge.entry.what), pledge.entry
    told = [u for u in units if any(same_place(u.quote, q) for q in pledge.quotes)]
    retells = any(u.kinds & {"accuse", "breach", "comply", "demand"} for u in told) or not p.by
    options = []
    for n, one in enumerate(found):
        if bool(words.stems(one.what) & words.talks_words()) != bool(words.stems(p.what) & words.talks_words()):
            continue  # to meet in a place is not to do what else is promised there
        if other_deeds(p.what, one.what):
            continue  # to put a duty off is not to impose it
        theirs = bag(one.what)
        alike = overlap(mine, theirs) if len(mine.keys() & theirs.keys()) > 1 or len(mine) == len(theirs) else 0.0
        if one.due and pledge.date > days.last(one.due):  # what was missed is often promised anew in fewer words
            alike = max(alike, same_deed(p.what, one.what))
        bound = bool(set(p.by) & set(one.by)) or retells
        if _past_promise(pledge, one):
            alike, bound = max(alike, SAME), True
        if p.due == one.due and len(p.due) == 10 and same_verb(p.what, one.what) and (bare(p.what) or bare(one.what)):
            alike = max(alike, SAME)
        if (
            alike >= SAME
            and bound
            and not _otherwise(p.what, one.what)
            and (_dates_go(p.due, one) or _still_due(one, pledge.date, units))
        ):
            options.append((alike, n))
    return found[max(options)[1]] if options else None


def _past_promise(pledge: Told[Pledge], one: FollowUp) -> bool:
    """Whether a pledge told after its day is one of that day and of the same deed, however it is worded."""
    due = pledge.entry.due
    missed = len(due) == 10 and due < pledge.date and due in (one.due, one.last_due)
    return missed and same_verb(pledge.entry.what, one.what)


def _otherwise(what: str, other: str) -> bool:
    """Whether two undertakings count otherwise: 300 cubic metres are not 270."""
    mine, theirs = words.amounts(what), words.amounts(other)
    return bool(mine and theirs) and not mine & theirs


def _dates_go(due: str, one: FollowUp) -> bool:
    gap = days.gap((due, due), (one.last_due, one.last_due))
    return gap is None or gap <= APART


def _still_due(one: FollowUp, day: str, units: list[Unit]) -> bool:
    """Whether a pledge that was due by then had not been kept: promising it again sets a new day for it."""
    past = [u for u in units if u.quote.date < day]
    kept = any(t.sign == "kept" for t in tellings(one, past))
    return not kept and (not one.due or (bool(day) and days.between(day, days.last(one.due)) < SOON))


def _join(one: FollowUp, again: Told[Pledge]) -> None:
    one.quotes += again.quotes
    one.to = one.to or list(again.entry.to)
    one.place = one.place or again.entry.place
    due = again.entry.due
    gap = days.gap((due, due), (one.last_due, one.last_due))
    if not one.due:
        one.due = due
    elif gap and gap > APART:
        one.moved_to.append(due)
    elif gap == 0 and len(due) > len(one.due):
        one.due = due


# -- rounds promised


def _one_round(pledge: Told[Pledge], process: Process) -> Round | None:
    """The round of talks that a pledge promises to hold."""
    if not words.stems(pledge.entry.what) & words.talks_words():
        return None
    for one in process.rounds:
        for mention in one.mentions:
            here = any(same_place(q, p) for q in mention.quotes for p in pledge.quotes)
            number = mention.ordinal and mention.meeting.name.lower() in pledge.entry.what.lower()
            if here and (number or tidy(mention.meeting.name).lower() in pledge.entry.what.lower()):
                return one
    return None


_OF_ROUND = {"held": "kept", "ongoing": "kept", "postponed": "delayed", "cancelled": "broken"}


def _of_round(one: Round, pledge: FollowUp) -> tuple[Telling, ...]:
    """What the reports tell of a promised round, as tellings of the pledge."""
    found = []
    for step in one.history:
        sign = _OF_ROUND.get(step.status)
        if sign and step.date >= pledge.made and step.quotes and not _told_by(step.quotes, pledge.quotes):
            quote = _telling_quote(step.quotes, step.status)
            when = (one.start or step.date) if sign == "kept" else ""
            found.append(Telling(sign, step.date, when, False, "", False, quote, 1.0))
    return tuple(found) or _resumed(one, pledge)


def _resumed(one: Round, pledge: FollowUp) -> tuple[Telling, ...]:
    """What reports tell of a round that was opened before it was promised: that it went on."""
    return tuple(
        Telling("kept", m.date, "", False, "", False, m.quotes[0], 1.0)
        for m in one.mentions
        if m.date > pledge.made and m.status in ("held", "ongoing") and m.quotes
        and days.last(m.meeting.end or m.meeting.start) > pledge.made
    )  # fmt: skip


def _told_by(some: Sequence[Quote], others: Sequence[Quote]) -> bool:
    return all(any(same_place(a, b) for b in others) for a in some)


def _telling_quote(found: Sequence[Quote], status: str) -> Quote:
    if status in ("postponed", "cancelled"):
        return next((q for q in found if words.sign(status, q.quote)), found[0])
    return found[0]
