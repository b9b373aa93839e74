"""What became of promises: each pledge and what later reports tell of it.

Three answers are kept apart: what parties say (`claims`), what is reported (`reported`), and what the calendar
says (`calendar`). `status` draws one word out of them, and `evidence` are the quotes that decided it. That no
report tells of a fulfilment does not mean that there was none: such a pledge is overdue or lapsed, not broken.

A later sentence is about a pledge when it shares enough of its telling words (the noun that the pledge is
about counts twice), its verb, and its party; what the sentence says of it is told by the verb's form and by
the signs of `lexicon/signs.tsv`. The weights and the threshold were set by hand on reports written for the
tests. Nearest relative: the pledge tracking of Full Fact (PledgeTracker, arXiv 2509.11804).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detente import dates, names
from detente.follow import days, words
from detente.follow.filed import Filed, Quote, Told, quotes, sentences
from detente.follow.issues import bag, overlap, tidy
from detente.record import Act, Pledge

if TYPE_CHECKING:
    from detente.follow.processes import Process
    from detente.follow.rounds import Round

STATUSES = ("open", "due soon", "overdue", "kept", "late", "broken", "delayed", "disputed", "lapsed")
#: What the calendar says.
CALENDAR = ("open", "due soon", "overdue")
#: Days before the last day for it in which a pledge is due soon.
SOON = 14
#: Days after it after which a pledge that no report speaks of has lapsed.
LAPSED = 90
#: Days after it within which a report without a day of its own still tells of a fulfilment in time.
GRACE = 3
#: A sentence that scores this much is about the pledge; it must share this part of its words, more without its verb.
THRESHOLD = 0.55
SHARED, SHARED_WITHOUT_VERB = 0.5, 0.6
#: A sentence that is about another pledge by this much more is not about this one.
MARGIN = 0.15
#: A pledge told again is at least this much alike.
SAME = 0.75
#: Due dates so many days apart are those of two undertakings.
APART = 31


@dataclass(frozen=True, slots=True)
class Telling:
    """What one sentence of a later report says of a pledge.

    `sign` is kept, broken or delayed; `when` the day of it, "" where unsaid. `claimant` is the party whose word
    it is, "" where the report itself says so; `interest` whether that party speaks for itself.
    """

    sign: str
    date: str
    when: str
    late: bool
    claimant: str
    interest: bool
    quote: Quote
    score: float


@dataclass(slots=True, eq=False)
class FollowUp:
    """A pledge and what became of it, as of a day."""

    process: str
    by: list[str]
    to: list[str]
    what: str
    due: str
    place: str
    #: when it was first told
    made: str
    #: the quotes that tell of the pledge itself, in every report that does
    quotes: tuple[Quote, ...]
    as_of: str = ""
    tellings: tuple[Telling, ...] = ()
    #: new days set for it later
    moved_to: list[str] = field(default_factory=list)

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
        """One word for what became of it, one of STATUSES."""
        return self._verdict()[0]

    @property
    def evidence(self) -> tuple[Quote, ...]:
        """The quotes that decided the status; for one that only the calendar tells, those of the pledge."""
        return tuple(t.quote for t in self._verdict()[1]) or self.quotes

    def _verdict(self) -> tuple[str, list[Telling]]:
        found = decided(self.tellings, self.due)
        if found is not None:
            return found
        status = self.calendar
        over = self.last_due and self.as_of and days.between(days.last(self.last_due), self.as_of) > LAPSED
        if delays := [t for t in self.tellings if t.sign == "delayed"]:
            return ("lapsed" if over else "delayed"), delays[-1:]
        return ("lapsed" if over else status), []


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
    if not plain:
        return _claimed(telling, due)
    last = plain[-1]
    against = [t for t in telling if t.interest and t.sign != last.sign and t.date >= last.date]
    if against:
        return "disputed", [last, against[-1]]
    slipped = [t for t in tellings if t.sign == "delayed" and t.date >= last.date]
    if last.sign == "broken" and slipped:
        return "delayed", [slipped[-1], last]
    return outcome(last, due, tellings), [last]


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
    units = list(_units(filed))
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
    best = _best_scores(found, units)
    for one_ in found:
        one_.tellings = one_.tellings or tuple(tellings(one_, units, best))
    return found


def _best_scores(pledges: Iterable[FollowUp], units: Iterable[_Unit]) -> dict[tuple[str, int], float]:
    """How surely each sentence is about that pledge which it is about most, by report and place."""
    pledges = list(pledges)
    return {u.place: max((_about(p, u) for p in pledges), default=0.0) for u in units}


def _checkable(pledge: Pledge) -> bool:
    """Whether a pledge says what is to be done, and not only that there is one or when to meet."""
    return bool(words.telling(pledge.what)) and not (
        words.stems(re.split(r" (?:on|about|over) ", pledge.what)[0]) & words.talks_words()
    )


def _follow(pledge: Told[Pledge], process: Process, as_of: str) -> FollowUp:
    p = pledge.entry
    return FollowUp(process.name, list(p.by), list(p.to), p.what, p.due, p.place, pledge.date, pledge.quotes, as_of)


def _retold(pledge: Told[Pledge], found: list[FollowUp], units: list[_Unit]) -> FollowUp | None:
    """The follow-up that a pledge tells again, None where it is a new one."""
    mine, p = bag(pledge.entry.what), pledge.entry
    told = [u for u in units if any(_same_quote(u.quote, q) for q in pledge.quotes)]
    retells = any(u.kinds & {"accuse", "breach", "comply", "demand"} for u in told) or not p.by
    options = []
    for n, one in enumerate(found):
        alike = overlap(mine, bag(one.what))
        bound = bool(set(p.by) & set(one.by)) or retells
        if alike >= SAME and bound and (_dates_go(p.due, one) or _still_due(one, pledge.date, units)):
            options.append((alike, n))
    return found[max(options)[1]] if options else None


def _same_quote(a: Quote, b: Quote) -> bool:
    return a.report_id == b.report_id and a.start == b.start


def _dates_go(due: str, one: FollowUp) -> bool:
    gap = days.gap((due, due), (one.last_due, one.last_due))
    return gap is None or gap <= APART


def _still_due(one: FollowUp, day: str, units: list[_Unit]) -> bool:
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
            here = any(_same_quote(q, p) for q in mention.quotes for p in pledge.quotes)
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
            found.append(Telling(sign, step.date, one.start or step.date, False, "", False, quote, 1.0))
    return tuple(found)


def _told_by(some: Sequence[Quote], others: Sequence[Quote]) -> bool:
    return all(any(_same_quote(a, b) for b in others) for a in some)


def _telling_quote(found: Sequence[Quote], status: str) -> Quote:
    if status in ("postponed", "cancelled"):
        return next((q for q in found if words.sign(status, q.quote)), found[0])
    return found[0]


# -- sentences


@dataclass(slots=True)
class _Unit:
    """A sentence of a report with the acts that it tells."""

    quote: Quote
    acts: list[Act]
    before: _Unit | None = None

    @property
    def place(self) -> tuple[str, int]:
        return self.quote.report_id, self.quote.start

    @property
    def kinds(self) -> set[str]:
        return {act.kind for act in self.acts}

    @property
    def stems(self) -> frozenset[str]:
        return words.stems(self.quote.quote)


def _units(reports: Iterable[Filed]) -> Iterator[_Unit]:
    """The sentences of reports in order; the quotes of the entries where a record came without its text."""
    for filed in reports:
        found = list(sentences(filed)) or _quoted(filed)
        before = None
        for quote in found:
            acts = [a for a in filed.record.acts if any(e.start == quote.start for e in a.evidence)]
            before = _Unit(quote, acts, before)
            yield before


def _quoted(filed: Filed) -> list[Quote]:
    found = {(e.start, e.end): e for entry in filed.record.entries() for e in entry.evidence}
    return sorted(quotes(filed, found.values()), key=lambda q: q.start)


def tellings(
    pledge: FollowUp, units: Iterable[_Unit], best: Mapping[tuple[str, int], float] | None = None
) -> Iterator[Telling]:
    """What sentences told since a pledge was made say of it, in their order.

    `best` is how surely each sentence is about any pledge: one that another claims far better is left to it.
    """
    named: _Unit | None = None
    score = 0.0
    own = {(q.report_id, q.start) for q in pledge.quotes}
    for unit in units:
        quote = unit.quote
        if quote.date < pledge.made or _first_told(pledge, quote):
            continue
        how = _about(pledge, unit)
        if how >= max(THRESHOLD, best.get(unit.place, 0.0) - MARGIN if best else 0.0):
            named, score = unit, how
        elif not _refers(unit, named):
            continue
        sign = _sign(pledge, unit, named is unit)
        if sign and not (sign == "kept" and unit.place in own and "comply" not in unit.kinds):
            yield _telling(pledge, unit, sign, score)


def _first_told(pledge: FollowUp, quote: Quote) -> bool:
    """Whether a sentence is the one that made the pledge, or stands before it in that report."""
    made = pledge.quotes[0]
    return quote.report_id == made.report_id and quote.start <= made.start


def _parts(pledge: FollowUp) -> tuple[str, dict[str, int]]:
    """The verb of what is promised ("" where a noun says it), and its other telling words with their weights."""
    found = bag(pledge.what)
    opening = re.match(r"(?:to )?([\w-]+)(?: ([\w-]+))?", pledge.what)
    verb = ""
    for words_ in (f"{opening[1]} {opening[2]}", opening[1]) if opening else ():
        stem = next(iter(words.stems(words_)), "") if len(words.stems(words_)) == 1 else ""
        if stem in found and opening and opening[1].lower() not in ("a", "an", "the", "its", "their"):
            verb = verb or stem
    rest = {word: n for word, n in found.items() if word != verb}
    return (verb, rest) if rest else ("", found)


def _about(pledge: FollowUp, unit: _Unit) -> float:
    """How surely a sentence is about a pledge, 0..1."""
    verb, rest = _parts(pledge)
    there = unit.stems
    part = sum(n for word, n in rest.items() if word in there) / sum(rest.values()) if rest else 0.0
    if part < (SHARED if verb in there else SHARED_WITHOUT_VERB):
        return 0.0
    named = {c for n in names.find(unit.quote.quote) for c in n.codes}
    named |= {c for a in unit.acts for c in [*a.actors, *a.targets]}
    party = 0.15 if named & set(pledge.by) else 0.0 if named else 0.08
    told = 0.2 if verb in there or (not verb and unit.kinds & {"comply", "breach"}) else 0.0
    signed = (
        0.1 if any(words.sign(s, unit.quote.quote) for s in ("broken", "undone", "delayed", "kept", "late")) else 0.0
    )
    return 0.65 * part + max(told, signed) + party


def _refers(unit: _Unit, named: _Unit | None) -> bool:
    """Whether a sentence soon after one about the pledge speaks of "its promise" or "the deadline"."""
    near = unit.before is not None and named is not None and named in (unit.before, unit.before.before)
    return near and words.sign("refers", unit.quote.quote) is not None


# -- what a sentence says

_NEGATED = re.compile(
    r"\b(?:no|not|never|nothing|neither|none|without|hardly|yet to)\b(?: \S+){0,3} ?$|n['’]t(?: \S+){0,2} ?$"
)
_PASSIVE = re.compile(r"\b(?:was|were|been|is|are|being|be)(?: \w+ly)? $")
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def _sign(pledge: FollowUp, unit: _Unit, named: bool) -> str:
    """What a sentence says of the pledge: kept, broken, delayed, or "" where it says nothing of it."""
    text = unit.quote.quote
    done = _done(pledge, text) if named else ""
    if words.sign("denied", text) and (words.sign("broken", text) or "breach" in unit.kinds or not named):
        return "kept"
    if done == "kept":
        return "kept"
    if words.sign("delayed", text):
        return "delayed"
    if words.sign("broken", text) or _does(pledge, unit, "breach"):
        return "broken"
    if done == "broken" or _undone(pledge, text, named):
        early = bool(pledge.due) and unit.quote.date <= days.last(pledge.last_due)
        return "broken" if not early or _REFUSED.search(text) else ""
    return "kept" if words.sign("kept", text) or _does(pledge, unit, "comply") else ""


#: What is refused is broken before its day, what is only not done is not.
_REFUSED = re.compile(r"\b(refus|will not|won['’]t|would not|no longer)")


def _undone(pledge: FollowUp, text: str, named: bool) -> bool:
    """Whether a sentence says that the deed was not done: its verb stands after "failed to", "has not", "refused"."""
    found = words.sign("undone", text)
    if found is None or not named:
        return found is not None
    verb, _ = _parts(pledge)
    return verb in words.stems(" ".join(text.split())[found.end() :])


def _does(pledge: FollowUp, unit: _Unit, kind: str) -> bool:
    return any(a.kind == kind and not a.planned and (not a.actors or set(a.actors) & set(pledge.by)) for a in unit.acts)


def _done(pledge: FollowUp, text: str) -> str:
    """Whether a sentence tells that the promised deed was done (kept) or not (broken), by the form of its verb."""
    verb, _ = _parts(pledge)
    for token in _TOKEN.finditer(text) if verb else ():
        if verb not in words.stems(token[0]) or not _past(token[0]):
            continue
        before = text[: token.start()].lower()
        passive = bool(_PASSIVE.search(before))
        if words.sign("modal", before) or not (passive or _by_bound(pledge, text[: token.start()])):
            continue
        return "broken" if _NEGATED.search(before) else "kept"
    return ""


def _past(word: str) -> bool:
    """Whether a word may be a verb's past form: "published", "sent", "built"."""
    word = word.lower()
    return word.endswith("ed") or words.irregular_past(word)


def _by_bound(pledge: FollowUp, before: str) -> bool:
    """Whether the party named last before the verb is one that is bound; where none is named, it may be."""
    named = list(names.find(before))
    return not named or not pledge.by or bool(set(named[-1].codes) & set(pledge.by))


def _telling(pledge: FollowUp, unit: _Unit, sign: str, score: float) -> Telling:
    text = unit.quote.quote
    claimant = _claimant(unit)
    bound = claimant in pledge.by
    # A word against one's own interest counts as a report: who admits a breach, or confirms the other's good faith.
    interest = bool(claimant) and (bound if sign == "kept" else not bound) and _party_to(claimant, pledge, sign)
    when = _when(unit) if sign == "kept" else ""
    due = days.last(pledge.due) if pledge.due else ""
    own = when != unit.quote.date
    if due and not own and due < when <= days.later(due, GRACE):
        when = due
    late = sign == "kept" and words.sign("late", text) is not None and not words.sign("before", text)
    if sign == "kept" and words.sign("before", text) and due and when > due:
        when = due
    return Telling(sign, unit.quote.date, when, late, claimant, interest, unit.quote, score)


def _party_to(claimant: str, pledge: FollowUp, sign: str) -> bool:
    """Whether a claimant has a stake: a party bound, or one that the pledge is owed to; observers have none."""
    known = names.parties().get(claimant)
    return (
        claimant in pledge.by
        or known is None
        or known.kind != "organisation"
        or (sign == "kept" and claimant in pledge.by)
    )


def _claimant(unit: _Unit) -> str:
    """The party whose word a sentence gives, "" where the report says so itself."""
    for act in unit.acts:
        if act.kind == "accuse" and act.actors:
            return act.actors[0]
    if not words.sign("said", unit.quote.quote):
        return ""
    for act in unit.acts:
        if act.said_by:
            return act.said_by
    if words.sign("denied", unit.quote.quote):
        return next((a.actors[0] for a in unit.acts if a.actors), _first_named(unit))
    said = words.sign("said", unit.quote.quote)
    return _first_named(unit) if said else ""


def _first_named(unit: _Unit) -> str:
    """The party named just before the word of saying, else the only one named."""
    text = " ".join(unit.quote.quote.split())
    said = words.sign("said", text)
    near = [n for n in names.find(text) if said and n.end <= said.start() and said.start() - n.end < 40]
    speaks = [n for n in near if n.sort in ("name", "demonym") or (said and said.start() - n.end < 2)]
    return speaks[-1].codes[0] if speaks else ""


def _when(unit: _Unit) -> str:
    """The day that a sentence gives for what was done, else that of the report."""
    told = unit.quote.date
    base = dt.date.fromisoformat(told) if len(told) == 10 else None
    for found in dates.find(unit.quote.quote, base, tense="past"):
        day = found.period.start or found.period.end
        if day and found.kind in ("day", "month", "ago", "year", "week") and days.first(day) <= told:
            return day
    return told
