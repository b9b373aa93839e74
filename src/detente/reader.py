"""The pipeline: report → sentences → acts, meetings, pledges, links → record."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from itertools import accumulate, islice

from detente import (
    acts,
    coding,
    confidence,
    constructions,
    context,
    features,
    gate,
    grammar,
    links,
    meetings,
    parties,
    parts,
    pledges,
    seats,
    sensing,
    sentences,
    speech,
    timing,
)
from detente.acts import Candidate
from detente.beside import SHORT, Beside
from detente.figures import find as find_figures
from detente.language import Sentence, parse
from detente.meetings import Mention, Round
from detente.names import Name
from detente.record import (
    AWAY_KINDS,
    TABLE_KINDS,
    Act,
    Entry,
    Evidence,
    Link,
    Meeting,
    Party,
    Period,
    Person,
    Pledge,
    Record,
)
from detente.report import Report
from detente.sightings import Sightings
from detente.tree import Token
from detente.triggers import classes, telling_words, trigger_forms
from detente.who import Discourse

#: Acts less likely than this are not put into a record, unless another bound is asked for: nearly as right by F1 as 0.4
#: on reports that no model had seen, with one in seven fewer wrong entries in ordinary news (tried: 0.3 to 0.52).
THRESHOLD = 0.5
#: The same for acts away from the table, which are as likely as `confidence` says.
AWAY = 0.45
#: The same for acts of a sentence by itself, beside which nothing is told that could speak for it.
SINGLE = 0.3
#: The same for meetings, pledges and links; bounds from 0.25 to 0.4, 0.38 to 0.46 and 0.34 to 0.46 balance alike.
MEETS, BINDS, HANGS = 0.27, 0.42, 0.37
#: How many words of several reports are parsed together, and how many reports are held back for it.
BATCH, MANY = 4000, 64
#: Sentences beyond so many, or beyond so many characters, are not parsed, so that no report takes longer than half a
#: minute: some 32,000 words of those that may tell something.
MOST, FAR = 8000, 200_000
#: Meetings beyond so many named in one sentence are not looked for: each is compared with those before.
MEETINGS = 12


@dataclass(slots=True)
class Reading:
    """What the reader found in a report before it is written as a record; `why` shows it."""

    report: Report
    sentences: list[Sentence]
    discourse: Discourse
    #: the sentences that are parsed
    wanted: list[Sentence]
    candidates: list[Candidate] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    links: list[links.Hanging] = field(default_factory=list)
    #: what the encoder is at work on; what it makes of each sentence, and which parties are at hand there, by number
    look: context.Look | None = None
    views: dict[int, context.View] = field(default_factory=dict)
    scenes: dict[int, parts.Scene] = field(default_factory=dict)
    sightings: Sightings = field(default_factory=Sightings)
    #: the parties that the title names
    titled: set[str] = field(default_factory=set)


@cache
def version() -> str:
    """The installed version of the reader."""
    try:
        return metadata.version("detente")
    except metadata.PackageNotFoundError:
        return "0"


def read_report(report: Report, *, threshold: float = THRESHOLD, gated: bool = True, fast: bool = False) -> Record:
    """The record of one report. A pure function of the report and the installed version.

    Sentences that hardly tell anything (`gate`) are not parsed unless `gated` is False. `fast` does without the
    encoder (`context`): some five times as fast on reports of talks, and right less often.
    """
    return write(examine(report, gated=gated, fast=fast), threshold)


def read_reports(
    reports: Iterable[Report], *, threshold: float = THRESHOLD, gated: bool = True, fast: bool = False,
    words: int = BATCH,
) -> Iterator[Record]:  # fmt: skip
    """The records of many reports, in order: those of `read_report`, faster.

    Sentences of several reports are parsed together, as many as hold about so many `words`.
    """
    pending: list[Reading] = []
    size = 0
    for report in reports:
        pending.append(_begin(report, gated, fast))
        size += sum(len(s.text) // 6 for s in pending[-1].wanted)
        if size >= words or len(pending) >= MANY:
            yield from _read_together(pending, threshold)
            pending, size = [], 0
    yield from _read_together(pending, threshold)


def _read_together(readings: list[Reading], threshold: float) -> Iterator[Record]:
    parse(s for reading in readings for s in reading.wanted)
    for reading in readings:
        _weigh(reading)
        yield write(reading, threshold)


def examine(report: Report, *, gated: bool = True, fast: bool = False) -> Reading:
    """Finds candidates of all kinds in a report, each with its score."""
    reading = _begin(report, gated, fast)
    parse(reading.wanted)
    _weigh(reading)
    return reading


def _begin(report: Report, gated: bool, fast: bool) -> Reading:
    """Opens a report, and lets the encoder begin with it beside the parser, unless it is to be read fast."""
    reading = _open(report, gated)
    if reading.wanted and not fast:
        reading.look = context.look(reading.wanted, report.title)
    return reading


def _weigh(reading: Reading) -> None:
    """Finds what the parsed sentences of a report tell, each with its score; nothing where none is parsed."""
    if reading.wanted:
        _see(reading)
        _tell(reading)
        confidence.score(reading)


def _see(reading: Reading) -> None:
    """Takes what the encoder makes of a report, and says how far it has come in a very long one."""
    if reading.look is not None:
        reading.views, reading.look = reading.look.views(), None
        if (seen := len(reading.views)) < (of := len(reading.wanted)):
            told = f"long: of {of:,} sentences read only the first {seen:,} were read in context, the others as with --fast"
            reading.report = _warned(reading.report, told)


def _warned(report: Report, told: str) -> Report:
    return dataclasses.replace(report, warnings=(*report.warnings, told))


def propose(report: Report, *, gated: bool = True, views: dict[int, context.View] | None = None) -> Reading:
    """Finds candidates of all kinds in a report: nothing is scored yet.

    By rule alone, unless `views` tell what an encoder makes of its sentences.
    """
    reading = _open(report, gated)
    parse(reading.wanted)
    reading.views = views or {}
    _tell(reading)
    return reading


def _open(report: Report, gated: bool) -> Reading:
    """A report with its sentences and who appears in it, before anything is parsed."""
    split = _sentences(report)
    speech.mark_quotes(split)
    wanted = [s for s in (gate.passed(split) if gated else split) if matters(s)]
    near = max(1, bisect_right(list(accumulate(len(s.text) for s in wanted[:MOST])), FAR))
    if len(wanted) > near:
        told = f"too long: of {len(wanted):,} sentences that may tell something only the first {near:,} were read"
        report, wanted = _warned(report, told), wanted[:near]
    year = report.date.year if report.date else 0
    unread = gated and not wanted
    cast = parties.Cast(report.text, year, title=report.title) if unread else parties.cast(report, year)
    return Reading(report, split, Discourse(cast), wanted)


def _tell(reading: Reading) -> None:
    """Finds what the parsed sentences of a report tell."""
    split, discourse = reading.sentences, reading.discourse
    discourse.talks = meetings.main_talks(split, discourse)
    reading.titled = meetings.title_parties(discourse)
    for sentence in split:
        _read_sentence(sentence, reading)
    reading.sightings = Sightings.gather(reading.scenes, reading.views)
    setting = _setting(reading)
    for candidate in reading.candidates:
        candidate.setting = setting
    for hanging in reading.links:
        hanging.setting = setting


def _setting(reading: Reading) -> frozenset[str]:
    """How much a report is about talks: the share of its sentences that speak of them, and its parties.

    Ordinary news uses the same verbs; what they tell there is seldom an act at a table.
    """
    if len(reading.sentences) < SHORT:
        return frozenset()
    talks = classes()["meeting"] | classes()["accord"]
    speak = sum(1 for s in reading.sentences if s.words & talks)
    share = speak / max(len(reading.sentences), 1)
    parties = len(reading.discourse.cast.ranking)
    told = sum(1 for c in reading.candidates if c.kind in TABLE_KINDS and not c.cues and not c.mood.blocked)
    busy = told / max(len(reading.sentences), 1)
    words = frozenset(re.findall(r"[a-z]+", reading.report.title.lower()))
    return frozenset([
        f"talks={sum(share > bound for bound in (0.08, 0.2, 0.35, 0.6))}", f"sides={min(parties, 4)}",
        f"busy={sum(busy > bound for bound in (0.3, 0.7, 1.2))}", f"title={bool(words & (talks | telling_words()))}",
        f"pair={len(reading.discourse.talks) >= 2}",
    ])  # fmt: skip


def _sentences(report: Report) -> list[Sentence]:
    text = report.text
    found: list[Sentence] = []
    paragraph = 0
    spans = (span for part in report.parts() for span in sentences.split(text, *part))
    for number, (start, end) in enumerate(spans, 1):
        if found and "\n" in text[found[-1].end : start]:
            paragraph += 1
        found.append(Sentence(number, start, end, text[start:end], paragraph=paragraph))
    return found


def matters(sentence: Sentence) -> bool:
    """Whether a sentence holds a word that could tell anything."""
    return len(sentence.text) > 12 and bool(sentence.words & telling_words() or _BOUND.search(sentence.text))


#: "Rome is to send 2,500 troops" has no other word that tells of an undertaking.
_BOUND = re.compile(r"\b(?:is|are|was|were|due|set|slated|scheduled) to\b")


def _read_sentence(sentence: Sentence, reading: Reading) -> None:
    """Finds what one sentence tells. What it says of speakers and parties counts for those after it."""
    discourse = reading.discourse
    if sentence.doc is None:
        discourse.remember(sentence)
        return
    _hear_speaker(sentence, reading)
    view = reading.views.get(sentence.number)
    found, hanging = _proposed(sentence, discourse, view)
    for candidate in found:
        _complete(candidate, sentence, discourse)
    at_hand = parts.scene(sentence, discourse, reading.titled) if found or hanging else parts.Scene()
    reading.scenes[sentence.number] = at_hand
    for candidate in found:
        candidate.at_hand = at_hand
        if view is not None and candidate.kind in TABLE_KINDS:
            sensing.heed(candidate, view, found)
    for hang in hanging:
        hang.parties = len({code for _, codes in at_hand.named for code in codes})
    bound = _bound(found)
    reading.candidates += found
    reading.mentions += islice(_mentions(sentence, discourse, bound, reading.report.date), MEETINGS)
    reading.links += hanging
    speech.note_speaker(sentence, discourse)
    discourse.remember(sentence)


def _hear_speaker(sentence: Sentence, reading: Reading) -> None:
    """Notes who speaks, before a sentence with a quotation is read."""
    quoted = _speaker_ahead(sentence, reading)
    if quoted:
        reading.discourse.speaker = quoted
    elif '"' in sentence.text or "“" in sentence.text:
        speech.note_speaker(sentence, reading.discourse)


def _proposed(
    sentence: Sentence, discourse: Discourse, view: context.View | None
) -> tuple[list[Candidate], list[links.Hanging]]:
    """The acts and links that rules propose, and the encoder where there is a view."""
    found = acts.candidates(sentence, discourse)
    found += constructions.candidates(sentence, discourse)
    if (verdict := constructions.verdict(sentence, discourse)) is not None:
        found.append(verdict)
    if view is None:
        found += constructions.statements(sentence, discourse, found)
    else:
        found += sensing.candidates(sentence, discourse, found, view)
    hanging = list(links.find(sentence))
    if view is not None:
        hanging += sensing.hangings(sentence, view, hanging)
    found += constructions.rewards(found, hanging, discourse)
    constructions.threats(found)
    acts.nest(found)
    return found, hanging


def _complete(candidate: Candidate, sentence: Sentence, discourse: Discourse) -> None:
    """Gives an act its speaker and its mood, and the parties that follow from its kind."""
    if not candidate.said_by:
        candidate.said_by = speech.speaker_of(candidate.token, sentence, discourse)
    candidate.planned = candidate.mood.planned
    if candidate.kind in AWAY_KINDS and not candidate.targets:
        candidate.targets = coding.domestic(candidate, discourse.cast)
        if not (candidate.targets or candidate.actors):
            candidate.targets = coding.where(candidate, discourse.cast)
    if candidate.kind == "meet":
        names = {t.i: t for t in (candidate.token, candidate.head) if t is not None}
        both = [code for t in names.values() for code in meetings.participants(t, sentence, discourse)]
        candidate.actors = list(dict.fromkeys([*candidate.actors, *both]))
        candidate.actors = meetings.fill(candidate.actors, candidate.head or candidate.token, sentence, discourse)
        candidate.targets = []


def _mentions(
    sentence: Sentence, discourse: Discourse, bound: dict[int, list[str]], base: dt.date | None
) -> Iterator[Mention]:
    """The meetings that a sentence names; `bound` are those that somebody undertakes to hold, by token."""
    talks, forms = classes()["meeting"], trigger_forms()
    for token in sentence.doc or ():
        if (token.lower_ in forms or token.lower_ in talks) and _names_meeting(token):
            mention = meetings.mention(token, sentence, discourse, base)
            mention.parties = mention.parties or bound.get(token.i, [])
            mention.promised = token.i in bound
            yield mention


def _names_meeting(token: Token) -> bool:
    """Whether a word names a meeting, and not only what another is a round of."""
    talks = classes()["meeting"]
    trigger = acts.matching(token)
    noun = token.lower_ in talks and token.tag_.startswith("NN") and not acts.no_meeting(token)
    meets = trigger is not None and trigger.kind == "meet" and not (trigger.object_class or trigger.subject_class)
    meets = meets or (token.lower_ in classes()["phoning"] and grammar.direct_object(token) is not None)
    return (noun or meets) and not (grammar.names_round(token) and token.head.head.lower_ in talks)


def _bound(found: list[Candidate]) -> dict[int, list[str]]:
    """Meetings that somebody undertakes to hold are theirs: "commits both sides to more talks"."""
    parties: dict[int, list[str]] = {}
    for outer in found:
        for inner in outer.of if outer.kind in ("pledge", "agree") else ():
            if inner.kind == "meet":
                inner.actors = inner.actors or list(outer.actors)
                parties[(inner.head or inner.token).i] = list(outer.actors)
    return parties


def _speaker_ahead(sentence: Sentence, reading: Reading) -> list[str]:
    """The speaker of a quotation that names its source only in a later sentence."""
    if not (sentence.in_quote[1] and sentence.text[:1] in '"“') or speech.attribution(sentence) is not None:
        return []
    for later in reading.sentences[sentence.number : sentence.number + 4]:
        if not later.in_quote[0]:
            break
        said = speech.attribution(later)
        if said is not None:
            return reading.discourse.who(grammar.subject(said), later)
    return []


# -- writing it down


def write(reading: Reading, threshold: float = THRESHOLD) -> Record:
    """The record: candidates that are likely enough, each with its quote."""
    report = reading.report
    found = entries(reading)
    bounds = Bounds.of(reading, threshold)
    record = Record(
        id=report.id, title=report.title, date=report.date.isoformat() if report.date else "",
        source=report.source, version=version(), text=report.text, warnings=list(report.warnings),
        sentences=[(s.start, s.end) for s in reading.sentences],
    )  # fmt: skip
    likely = [(c, p) for c, p in found.acts if p >= bounds.of_act(c)]
    kept = [(c, p) for c, p in likely if c.kind in TABLE_KINDS]
    beside: dict[int, list[Candidate]] = {}
    for c in reading.candidates:
        beside.setdefault(c.sentence.number, []).append(c)
    record.away = [_act(c, p, reading, beside[c.sentence.number]) for c, p in likely if c.kind in AWAY_KINDS]
    record.acts = [_act(c, p, reading, beside[c.sentence.number]) for c, p in kept]
    index = {id(c): i for i, (c, _) in enumerate(kept)}
    for (candidate, _), act in zip(kept, record.acts, strict=True):
        act.of = sorted(index[id(c)] for c in candidate.of if id(c) in index)
    record.meetings = [m for m in found.meetings if m.confidence >= bounds.meetings]
    record.pledges = [p for p in found.pledges if p.confidence >= bounds.pledges]
    record.links = [h for h in found.links if h.confidence >= bounds.links]
    record.parties = _parties(record, reading)
    record.persons = _persons(reading)
    record.figures = find_figures(reading)
    return record


@dataclass(frozen=True, slots=True)
class Entries:
    """All that a report may tell, with how likely it is: acts by themselves, the others in their confidence."""

    acts: list[tuple[Candidate, float]]
    meetings: list[Meeting]
    pledges: list[Pledge]
    links: list[Link]


def entries(reading: Reading) -> Entries:
    """What a reading whose candidates are scored may tell, each entry weighed in view of the others.

    What tells a better entry once more has been given no chance, and gets none here.
    """
    told = _told(reading.candidates)
    found = [_meeting(r, reading, told) for r in seats.rounds(reading)]
    beside = Beside.of(reading, [m.confidence for m in found])
    given = Entries(
        [(c, beside.likely("act", c.score, c.kind) if c.score and c.kind in TABLE_KINDS else c.score)
         for c in reading.candidates],
        found, list(pledges.of(reading)), [_link(h, reading) for h in reading.links],
    )  # fmt: skip
    for sort, some in (("meeting", given.meetings), ("pledge", given.pledges), ("link", given.links)):
        for entry in some:
            if entry.confidence:
                entry.confidence = beside.likely(sort, entry.confidence)
    return given


@dataclass(frozen=True, slots=True)
class Bounds:
    """From which confidence on entries of each list are written."""

    acts: float = THRESHOLD
    away: float = AWAY
    meetings: float = MEETS
    pledges: float = BINDS
    links: float = HANGS

    @classmethod
    def of(cls, reading: Reading, threshold: float = THRESHOLD) -> Bounds:
        """Those of a report: all the same where another bound is asked for than THRESHOLD."""
        if threshold != THRESHOLD:
            return cls(*[threshold] * 5)
        return cls(acts=SINGLE, away=SINGLE) if len(reading.sentences) == 1 else cls()

    def of_act(self, c: Candidate) -> float:
        """That of one act."""
        return self.acts if c.kind in TABLE_KINDS else self.away


def evidence(report: Report, start: int, end: int) -> Evidence:
    """A quote of the report's text."""
    return Evidence(start, end, report.text[start:end])


def _sentence_evidence(sentence: Sentence, report: Report) -> Evidence:
    return evidence(report, sentence.start, sentence.end)


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _act(c: Candidate, likely: float, reading: Reading, beside: list[Candidate]) -> Act:
    start, end = c.about
    cast = reading.discourse.cast
    event, cameo = coding.code(c, beside)
    return Act(
        kind=c.kind, actors=list(c.actors), targets=list(c.targets),
        doers=coding.doers(c, cast), recipients=coding.recipients(c, cast), about=_words(reading.report.text[start:end]),
        said_by=c.said_by[0] if c.said_by else None, time=_time(c, reading), planned=c.planned,
        plover=event, cameo=cameo, confidence=likely,
        evidence=[_sentence_evidence(c.sentence, reading.report)],
        why=[c.rule, *sorted(c.mood.labels)],
    )  # fmt: skip


def _time(c: Candidate, reading: Reading) -> Period | None:
    found = timing.of_act(c.token, c.sentence, c.planned, reading.report.date)
    return found.period if found is not None else None


def _told(candidates: list[Candidate]) -> dict[tuple[int, int], float]:
    """Where a `meet` names its meeting, by sentence number and token index, with its score."""
    told: dict[tuple[int, int], float] = {}
    for c in candidates:
        for token in (c.token, c.head) if c.kind == "meet" else ():
            if token is not None:
                key = (c.sentence.number, token.i)
                told[key] = max(c.score, told.get(key, 0.0))
    return told


def _meeting(r: Round, reading: Reading, told: dict[tuple[int, int], float]) -> Meeting:
    best = max(r.mentions, key=lambda m: (len(m.parties), bool(m.ordinal), bool(m.start)))
    numbers = sorted({m.sentence.number for m in r.mentions})
    doc = best.token.doc
    first, last = doc[best.span[0]], doc[best.span[1]]
    name = reading.report.text[best.sentence.at(first) : best.sentence.at(last) + len(last)]
    quotes = [_sentence_evidence(reading.sentences[n - 1], reading.report) for n in numbers]
    status = timing.status(r, reading.report.date)
    return Meeting(
        name=_words(name), level=r.level, ordinal=r.ordinal, parties=list(r.parties), place=r.place,
        start=r.start, end=r.end, status=status, outcome=meetings.outcome(r) if status == "ended" else "",
        delegates=meetings.delegates(r, reading.discourse.cast), evidence=quotes,
        confidence=confidence.probability(features.meeting(r, told, reading.views), "meeting"),
        why=[f"mention {m.token.text!r} in sentence {m.sentence.number}" for m in r.mentions],
    )  # fmt: skip


def _link(h: links.Hanging, reading: Reading) -> Link:
    text = reading.report.text
    what, on = h.words(h.what), h.words(h.on)
    return Link(
        what=_words(text[what[0] : what[1]]), on=_words(text[on[0] : on[1]]), kind=h.kind,
        confidence=h.score, evidence=[_sentence_evidence(h.sentence, reading.report)], why=[h.rule],
    )  # fmt: skip


def _parties(record: Record, reading: Reading) -> list[Party]:
    """The parties to acts and meetings, and those whom acts reach.

    Each with the words that first name it, or the first sentence that tells of it.
    """
    cast = reading.discourse.cast
    told: dict[str, Entry] = {}
    for act in [*record.acts, *record.away]:
        for code in [*act.actors, *act.targets, *act.doers, *act.recipients]:
            told.setdefault(code, act)
    for meeting in record.meetings:
        for code in meeting.parties:
            told.setdefault(code, meeting)
    named: dict[str, Name] = {}
    for name in cast.names:
        for code in name.codes:
            named.setdefault(code, name)
    found = []
    for code, entry in told.items():
        party, at = cast.party(code), named.get(code)
        quotes = [evidence(reading.report, at.start, at.end)] if at is not None else entry.evidence[:1]
        found.append(
            Party(code=code, name=party.name, kind=party.kind, state=party.state, confidence=0.9, evidence=quotes)
        )
    return found


def _persons(reading: Reading) -> list[Person]:
    found: dict[str, Person] = {}
    for m in reading.discourse.cast.members:
        last = m.name.split()[-1]
        if m.role and last not in found:
            found[last] = Person(
                name=m.name,
                role=m.role,
                party=m.party,
                confidence=0.85,
                evidence=[evidence(reading.report, m.start, m.end)],
            )
    return list(found.values())
