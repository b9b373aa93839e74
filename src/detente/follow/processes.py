"""Series of talks: which mentions of meetings belong to one process, and to which of its rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from detente import days
from detente.follow import words
from detente.follow.filed import Told
from detente.follow.naming import called, country, display, distinct, label_of, new_name, seats_of, tidy
from detente.follow.rounds import Mention, Round, put
from detente.record import Act, Entry, Link, Pledge

#: Days without a report after which talks are hardly the same, unless their name, number or matter says so.
SILENCE = 730
#: A party belongs to a process when it is named with at least this part of the mentions of the commonest one.
CORE = 0.34


@dataclass(frozen=True, slots=True)
class Decision:
    """What a user decided about processes, their issues and pledges, which no later report undoes.

    `kind` is "merge" (`other` becomes part of `process`), "split" (what the `reports` tell leaves `process`
    and becomes one named `other`) or "rename" (`process` is called `other`). Processes are named by id or name.
    "merge issues", "split issue" and "rename issue" do the same with an issue of a process, named by its name or
    any wording: the first of `reports`; when split, the wordings after it leave it. "mark" gives the pledge whose id
    is in `reports` the status `other`.
    """

    kind: str
    process: str
    other: str
    reports: tuple[str, ...] = ()
    by: str = ""
    at: str = ""
    reason: str = ""


@dataclass(slots=True, eq=False)
class Process:
    """A series of talks between parties on a matter."""

    id: str
    rounds: list[Round] = field(default_factory=list)
    #: mentions of the talks as such, of no round in particular
    general: list[Mention] = field(default_factory=list)
    acts: list[Told[Act]] = field(default_factory=list)
    pledges: list[Told[Pledge]] = field(default_factory=list)
    links: list[Told[Link]] = field(default_factory=list)
    #: the reports that tell of it, by id, with their dates
    reports: dict[str, str] = field(default_factory=dict)
    title: str = ""
    #: what users decided about it
    history: list[Decision] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter, repr=False)
    words: Counter[str] = field(default_factory=Counter, repr=False)
    titles: Counter[str] = field(default_factory=Counter, repr=False)
    levels: Counter[str] = field(default_factory=Counter, repr=False)
    renamed: list[str] = field(default_factory=list, repr=False)
    #: how often reports gave a person a party, by "surname|party"
    people: Counter[str] = field(default_factory=Counter, repr=False)

    @property
    def parties(self) -> list[str]:
        """Who sits in it, the most often named first; in five-party talks five, if so many were named."""
        if seats := seats_of(self.titles):
            hosts = {code for r in self.rounds for code in country(r.place)}
            seated = [code for code, _ in self.codes.most_common() if code not in hosts]
            return seated[:seats] if len(seated) >= seats else [code for code, _ in self.codes.most_common(seats)]
        most = max(self.codes.values(), default=0)
        return [code for code, n in self.codes.most_common() if n >= CORE * most or len(self.codes) <= 2]

    @property
    def name(self) -> str:
        """What people call it: "inter-Korean ministerial talks"; a user's name comes first."""
        return self.title or called(self.aliases, self.parties)

    @property
    def labels(self) -> set[str]:
        """What in its names tells it from all others: "five-party", "pipeline talks"."""
        return {label for name in self.titles if (label := label_of(name))}

    def named_in(self, text: str) -> bool:
        """Whether a text, in small letters, has a name that tells it from all others."""
        return any(label in text for label in self.labels)

    @property
    def aliases(self) -> list[str]:
        """Its names in the reports, without parties, numbers and places, the best first; of equals the one told first."""
        return sorted(self.titles, key=lambda n: (not distinct(n), -self.titles[n], len(n)))

    @property
    def delegates(self) -> list[str]:
        """Who was named as sitting at its table, in order of appearance."""
        told = (d for m in self.mentions() for d in m.meeting.delegates)
        return list(dict.fromkeys(told))

    def mentions(self) -> Iterator[Mention]:
        """All mentions of its meetings: those of its rounds in order, then the general ones."""
        for one in self.rounds:
            yield from one.mentions
        yield from self.general

    def planned(self, as_of: str) -> Round | None:
        """The next round, as far as the reports tell: planned or postponed, and not past on that day."""
        ahead = [r for r in self.rounds if r.open and (not r.start or r.last >= as_of)]
        return min(ahead, key=lambda r: (not r.start, r.start), default=None)

    def silent(self, day: str) -> bool:
        """Whether no report near a day tells of it: talks of years before or after are hardly the same."""
        dates = [date for date in self.reports.values() if date]
        return bool(day and dates) and min(abs(days.between(date, day)) for date in dates) > SILENCE

    def tells(self, matter: Collection[str]) -> int:
        """How many of some words are among those that it is about; in a long process, told more than once."""
        often = 1 + len(self.reports) // 20
        return sum(self.words[word] >= often for word in matter)

    def add(self, mention: Mention) -> None:
        """Files a mention of one of its meetings."""
        put(mention, self.rounds, self.general)
        self.codes.update(dict.fromkeys(mention.meeting.parties, 1))
        if mention.meeting.level:
            self.levels[mention.meeting.level] += 1
        if name := tidy(mention.meeting.name):
            self.titles[name] += 1
            self.words.update(words.telling(name))
        if (new := new_name(mention)) and new not in self.renamed:
            self.renamed.append(new)
            self.titles[new] += 1
        self.reports[mention.report_id] = mention.date

    def note(self, report_id: str, date: str, people: Iterable[str] = ()) -> None:
        """Files a report that is about it, with the persons that it names, each as "surname|party"."""
        self.reports.setdefault(report_id, date)
        self.people.update(people)

    def enter(self, entry: Told[Entry]) -> None:
        """Files an act, pledge or link that belongs to it."""
        match entry.entry:
            case Act() as act:
                self.acts.append(Told(entry.report_id, entry.date, act, entry.quotes))
            case Pledge() as pledge:
                self.pledges.append(Told(entry.report_id, entry.date, pledge, entry.quotes))
            case Link() as link:
                self.links.append(Told(entry.report_id, entry.date, link, entry.quotes))
        self.words.update(words.telling(wording(entry.entry)))
        self.reports[entry.report_id] = entry.date


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where an entry of a report was filed, how sure that is, and why; without an entry, the report as such."""

    process: Process
    entry: Entry | None
    score: float
    why: str
    #: of a meeting, what the report tells of it
    mention: Mention | None = None
    #: of the report as such, the persons that it names, each as "surname|party"
    people: tuple[str, ...] = ()


@dataclass(slots=True)
class Processes:
    """The processes known so far, to be found by their parties."""

    all: list[Process] = field(default_factory=list)
    by_party: dict[str, list[Process]] = field(default_factory=dict, repr=False)
    opened: Counter[str] = field(default_factory=Counter, repr=False)

    def __iter__(self) -> Iterator[Process]:
        return iter(self.all)

    def near(self, codes: Collection[str]) -> list[Process]:
        """Those in whose meetings one of the parties was named, in the order of their ids."""
        found = {p.id: p for code in codes for p in self.by_party.get(code, ())}
        return [found[id] for id in sorted(found)]

    def open(self, report_id: str) -> Process:
        """A new process, first told by that report."""
        self.opened[report_id] += 1
        process = Process(f"{report_id}:{self.opened[report_id]}")
        self.all.append(process)
        return process

    def know(self, process: Process) -> None:
        """Makes a process findable by all its parties."""
        for code in process.codes:
            if process not in (there := self.by_party.setdefault(code, [])):
                there.append(process)

    def named(self, name: str, *, sure: bool = False) -> Process | None:
        """The process that is meant by an id, a name or words of it and its parties: of several the one most told of.

        With `sure`, raises Ambiguous where several fit equally well.
        """
        at = chosen(name, map(label, self.all), sure=sure)
        return self.all[at] if at is not None else None

    def names_beside(self, process: Process) -> list[str]:
        """The names of all others."""
        return [one.name for one in self.all if one is not process]


def wording(entry: Entry) -> str:
    """The words of an act, a pledge or a link that tell its matter."""
    if isinstance(entry, Act):
        return entry.about
    if isinstance(entry, Pledge):
        return entry.what
    return f"{entry.what} {entry.on}" if isinstance(entry, Link) else ""


@dataclass(frozen=True, slots=True)
class Label:
    """By what a process is found: its id and name, the words of all its names and parties, and how often it is told."""

    id: str
    name: str
    words: frozenset[str]
    reports: int


def label(process: Process) -> Label:
    """By what a process is found."""
    held = [process.name, *process.titles, *(display(code) for code in process.parties), *process.parties]
    found = frozenset(word for name in held for word in words.stems(name))
    return Label(process.id, process.name, found, len(process.reports))


class Ambiguous(KeyError):
    """Several processes (`labels`, the most told of first) fit a name equally well."""

    def __init__(self, name: str, labels: Iterable[Label]) -> None:
        super().__init__(name)
        self.labels = sorted(labels, key=_most_told)

    def candidates(self, most: int = 8) -> str:
        """Those that may be meant, in words; those of one name with their ids."""
        names_ = Counter(one.name for one in self.labels)
        told = [one.name if names_[one.name] == 1 else f"{one.name} ({one.id})" for one in self.labels]
        return "; ".join(told[:most]) + (f" and {len(told) - most} more" if len(told) > most else "")


def _most_told(one: Label) -> tuple[int, str]:
    return -one.reports, one.id


def chosen(name: str, labels: Iterable[Label], *, sure: bool = False) -> int | None:
    """The place of the process that is meant by a name or id: of several the one most told of, None of none.

    With `sure`, raises Ambiguous where several fit equally well. Words for talks as such then fit all of them.
    """
    known = list(labels)
    places = _called(name, known) or _worded(name, known, vague=not sure)
    if sure and len(places) > 1:
        raise Ambiguous(name, (known[at] for at in places))
    return min(places, key=lambda at: _most_told(known[at]), default=None)


def _called(name: str, labels: Sequence[Label]) -> list[int]:
    """The places of those with that id, else of those with that name."""
    wanted = name.strip().lower()
    ids = [at for at, one in enumerate(labels) if one.id.lower() == wanted]
    return ids or [at for at, one in enumerate(labels) if one.name.lower() == wanted]


def _worded(name: str, labels: Sequence[Label], *, vague: bool) -> list[int]:
    """The places of those called by the same words, else of those whose name, else whose names and parties, hold them.

    Words for talks as such need not be held; unless `vague`, a name of nothing else fits all.
    """
    wanted = words.stems(name)
    matter = wanted - words.talks_words()
    if not matter and not vague:
        return list(range(len(labels))) if wanted else []
    called = [words.stems(one.name) for one in labels]
    if same := [at for at, own in enumerate(called) if wanted and own == wanted]:
        return same
    tried = [bag for bag in (wanted, matter) if bag]
    ways = (
        [at for at, held in enumerate(where) if bag <= held]
        for where in (called, [one.words for one in labels]) for bag in tried
    )  # fmt: skip
    return next((places for places in ways if places), [])
