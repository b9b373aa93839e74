"""Filing a report: which process its meetings, acts, pledges and links belong to.

A report is filed on what is known so far: `attach` scores its meetings against the processes that share a
party with it, and files each with the best one, or opens a new one. Its acts, pledges and links follow the
parties and the matter. The method is incremental clustering with a single pass over dated items, as in
topic detection and tracking (Allan and others 1998, On-line new event detection and tracking); the weights
were set by hand (docs/follow.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from detente import days, names
from detente.follow import words
from detente.follow.completing import completed, without_past
from detente.follow.filed import Filed, quotes, told
from detente.follow.naming import SIDED, body_of, country, distinct, label_of, seats_of, tidy
from detente.follow.people import sitting, told_people
from detente.follow.processes import Attachment, Process, Processes, wording
from detente.follow.rounds import Mention, in_sequence
from detente.record import Act, Entry, Meeting, Pledge

#: A meeting or a report goes with a process that it scores this much for; below, a new one is opened.
THRESHOLD = 0.45
#: An act, pledge or link goes with a process that it scores this much for; below, it stays without one.
ENTRY_THRESHOLD = 0.45
#: Of parties that are less alike than this, no meeting is of the process, whatever else goes with it.
SEATED = 0.45

#: Meetings of one body are as alike as if they shared this part of their parties.
SAME_BODY = 0.6


def attach(filed: Filed, processes: Processes) -> list[Attachment]:
    """Files one report and says what went where. Reports are best filed by date, but need not be."""
    found: list[Attachment] = []
    given, filed = filed, completed(filed)
    parties = cast(filed)
    matter = _matter(filed)
    text = SIDED.sub(r"\1-party", f"{filed.title} {filed.record.text}").lower()
    hosts = _hosts(filed)
    for meeting in sorted(_meetings(filed, hosts), key=_order):
        mention = _mention(filed, meeting)
        process, score, why = _best(meeting, mention, parties, matter, text, processes)
        if process is None and (full := _seated(meeting, filed, hosts)) != meeting:
            # What a report does not say of who sat there is guessed only where no known talks go with it.
            meeting, mention = full, _mention(filed, full)
            process, score, why = _best(meeting, mention, parties, matter, text, processes)
        if process is None and len(meeting.parties) >= 2:
            process, score, why = processes.open(filed.report_id), 1.0, "new"
        if process is not None:
            mention = replace(mention, meeting=_at_table(meeting=mention.meeting, process=process))
            process.add(mention)
            processes.know(process)
            found.append(Attachment(process, meeting, score, why, mention))
    homes = _homes(found) or _report_home(text, parties, matter, processes)
    people = told_people(given)
    for process in homes:
        if people or filed.report_id not in process.reports:
            process.note(filed.report_id, filed.date, people)
            found.append(Attachment(process, None, ENTRY_THRESHOLD, "parties and matter", people=people))
    return found + list(_entries(_spoken(given, homes), homes, processes, hosts))


def _spoken(filed: Filed, homes: Iterable[Process]) -> Filed:
    """A report completed with what is known of those who sit in the talks that it tells of."""
    people: Counter[str] = Counter()
    seated: dict[str, None] = {}
    for process in homes:
        people += process.people
        seated |= dict.fromkeys(process.parties)
    return completed(filed, sitting(people, list(seated)))


def _order(meeting: Meeting) -> tuple[bool, bool, int]:
    """Meetings that tell most come first: those with two parties, then those with a name."""
    return (
        len(meeting.parties) < 2,
        not words.telling(tidy(meeting.name)),
        meeting.evidence[0].start if meeting.evidence else 0,
    )


def _homes(found: Iterable[Attachment]) -> list[Process]:
    return list({id(a.process): a.process for a in found}.values())


def cast(filed: Filed) -> Counter[str]:
    """The parties of a report, by how often its entries, its title and its text name them."""
    record = filed.record
    found = Counter(c for a in [*record.acts, *record.away] for c in [*a.actors, *a.targets])
    found.update(c for m in record.meetings for c in m.parties)
    found.update(c for p in record.pledges for c in [*p.by, *p.to])
    found.update(c for n in names.find(filed.title or record.title) for c in n.codes)
    own = [(p.code, m) for p in record.parties if " " in p.name for m in re.finditer(re.escape(p.name), record.text)]
    found.update(code for code, _ in own if code not in names.parties())
    found.update(_in_text(record.text, [m.span() for _, m in own]))
    return found


_AT = re.compile(r"\b(?:in|at|to|from|near|via|outside|of) (?:the )?(?:capital )?$")
_IN = re.compile(r"\bin (?:the )?$")
_CAPITAL = re.compile(r" (?:capital|city|town|resort|port)\b")
#: So far into a text its dateline may stand.
_DATELINE = 60


def _in_text(text: str, own: Collection[tuple[int, int]] = ()) -> Iterator[str]:
    """The parties that a text names; where something happens is a place and no party.

    Nor is the state a party in the names that a report's parties have of their `own`: "the Kenya Ports Authority".
    """
    for name in names.find(text):
        within = any(start <= name.start and name.end < end for start, end in own)
        if len(name.codes) <= 2 and not within and not _is_place(name, text):
            yield from name.codes


def _is_place(name: names.Name, text: str) -> bool:
    """Whether a name only says where: "in Qatar", "the Qatari capital", a capital in a dateline or after "at"."""
    before = text[max(0, name.start - 20) : name.start]
    if name.sort == "capital":
        return name.start < _DATELINE or bool(_AT.search(before))
    return bool(_IN.search(before) or (name.sort == "demonym" and _CAPITAL.match(text, name.end)))


def _matter(filed: Filed) -> set[str]:
    """The words that tell what a report is about."""
    record = filed.record
    told = [*(a.about for a in record.acts), *(p.what for p in record.pledges), filed.title]
    return {word for wording in told for word in words.telling(wording)}


def _meetings(filed: Filed, hosts: set[str]) -> Iterator[Meeting]:
    """The meetings of a report without their hosts, and those that only an act of putting them off tells of."""
    record = filed.record
    for meeting in record.meetings:
        if not (words.sign("inner", meeting.name) or _only_visit(meeting) or _of_body(meeting)):
            yield replace(meeting, parties=_without(meeting, filed, hosts))
    spans = {(e.start, e.end) for m in record.meetings for e in m.evidence}
    for act in record.acts:
        halted = act.kind == "suspend" and words.stems(act.about) & words.talks_words()
        if halted and not any((e.start, e.end) in spans for e in act.evidence):
            yield Meeting(
                name=act.about, parties=[*act.actors, *act.targets], ordinal=in_sequence(act.about),
                status="suspended", evidence=act.evidence, confidence=act.confidence,
            )  # fmt: skip


def _only_visit(meeting: Meeting) -> bool:
    """Whether a meeting is told as a journey, with no word for talks and no number."""
    talks = words.stems(meeting.name) & (words.talks_words() - words.stems("minister president leader"))
    return not meeting.ordinal and not talks and words.sign("visit", meeting.name) is not None


_SITTING = re.compile(r" (?:\w+ )?(?:summit|conference|assembly|forum)\b", re.I)


def _of_body(meeting: Meeting) -> bool:
    """Whether a meeting is that of an organisation of many, and none of the parties': "the APEC summit"."""
    known = names.parties()
    first = next(iter(names.find(meeting.name)), None)
    body = first is not None and all(c in known and known[c].kind == "organisation" for c in first.codes)
    return body and first is not None and _SITTING.match(meeting.name, first.end) is not None


_CHAIRED = re.compile(r"\b(?:chaired|mediated|brokered|hosted|sponsored|facilitated|moderated|convened) by (?:the )?")
_HOST = re.compile(
    r"(?:,| is| was| will be| as| acts as)? (?:the |its |their )?hosts?(?:ed|ing)?\b(?! of)|(?:-(?:mediated|brokered|hosted|sponsored)| (?:\w+ )?(?:mediators?|mediation|facilitators?|hosts?|brokers?))\b"
)


def _hosts(filed: Filed) -> set[str]:
    """The parties that a report tells of as mediators or hosts; they have no seat of their own."""
    text = filed.record.text
    found = {n.codes[0] for n in names.find(text) if len(n.codes) == 1 and _HOST.match(text, n.end)}
    for chaired in _CHAIRED.finditer(text):
        near = [n for n in names.find(text[chaired.end() : chaired.end() + 60]) if n.start < 30]
        found |= {code for n in near[:2] for code in n.codes}
    return found | {code for act in filed.record.acts if act.kind == "mediate" for code in act.actors}


def _without(meeting: Meeting, filed: Filed, hosts: set[str]) -> list[str]:
    """The parties of a meeting but hosts and those that only say where it was; all where none would be left."""
    parties = [code for code in meeting.parties if code not in hosts and _is_party(code)]
    elsewhere = _only_places(filed)
    seated = [code for code in parties if code not in elsewhere]
    if len(seated) >= 2 or len([c for c in _often(filed, hosts) if c not in elsewhere]) >= 2:
        parties = seated
    if not parties and len(meeting.parties) >= 2:
        return [] if len(_often(filed, hosts)) >= 2 else list(meeting.parties)
    guests = _guests(meeting, parties, filed)
    return [code for code in parties if code not in guests] or parties


def _is_party(code: str) -> bool:
    """Whether a code is that of a party: "working party" or "both sides" is none."""
    return code in names.parties() or bool(words.telling(code))


def _only_places(filed: Filed) -> set[str]:
    """The states that a report names only as where something is: in its dateline, "in Vienna"."""
    text = filed.record.text
    told = [n for n in names.find(text) if len(n.codes) <= 2]
    placed = {code for n in told if _is_place(n, text) for code in n.codes}
    people = {p.party for p in filed.record.persons}
    return placed.difference(people, (code for n in told if not _is_place(n, text) for code in n.codes))


def _seated(meeting: Meeting, filed: Filed, hosts: set[str]) -> Meeting:
    """A meeting that has a name or a number but no two parties, with those of its report."""
    parties = list(meeting.parties)
    sided = SIDED.search(meeting.name) or (SIDED.search(filed.record.text) if len(parties) < 2 else None)
    seats = seats_of([sided[0]]) if sided else 2
    named = meeting.ordinal or sided or distinct(tidy(meeting.name))
    if len(parties) < seats and named:
        listed = _listed(filed, seats, hosts) if sided else []
        full = list(dict.fromkeys([*parties, *listed, *_often(filed, hosts)]))[:seats]
        parties = full if len(full) >= 2 else parties
    return replace(meeting, parties=parties)


def _guests(meeting: Meeting, parties: Collection[str], filed: Filed) -> list[str]:
    """The parties of a meeting that only its place makes them: "negotiations in Qatar" of two that are told of more."""
    text = f"{meeting.name} in {meeting.place}"
    told = [(code, _is_place(n, text)) for n in names.find(text) if n.sort != "capital" for code in n.codes]
    only = [code for code in parties if (code, True) in told and (code, False) not in told]
    counts = cast(filed) if only else Counter[str]()
    return [code for code in only if sum(n >= counts[code] for c, n in counts.items() if c != code) >= 2]


def _often(filed: Filed, hosts: set[str]) -> list[str]:
    """Who a report names more than once; organisations come last, they are more often spoken to than seated."""
    known = names.parties()
    found = [code for code, n in cast(filed).most_common() if n > 1 and code not in hosts]
    return sorted(found, key=lambda code: code in known and known[code].kind == "organisation")


def _listed(filed: Filed, seats: int, hosts: set[str]) -> list[str]:
    """The parties of the sentence that lists who sits at a table of so many seats, empty where none does."""
    text = filed.record.text
    for start, end in filed.record.sentences:
        sentence = text[start:end]
        codes = dict.fromkeys(code for code in _in_text(sentence) if code not in hosts)
        if SIDED.search(sentence) and len(codes) >= seats:
            return list(codes)[:seats]
    return []


def _mention(filed: Filed, meeting: Meeting) -> Mention:
    place = meeting.place or next((m[1] for m in _PLACE.finditer(meeting.name)), "")
    ordinal = in_sequence(meeting.name) if _PHASE.search(meeting.name) else meeting.ordinal
    meeting = replace(meeting, place=place, ordinal=ordinal)
    return Mention(filed.report_id, filed.date, meeting, quotes(filed, meeting.evidence), _halt(filed, meeting))


#: A place in the name of talks: "the second round in La Paz"; neither months nor days are places.
_PLACE = re.compile(
    r" in ((?!(?:Jan|Feb|Mar|Apr|May|June|July|Aug|Sep|Oct|Nov|Dec)\w*\b)[A-Z][\w’'-]+(?: (?!\w+day\b)[A-Z][\w’'-]+)*)"
)
_PHASE = re.compile(r"\b(?:phase|stage)\b", re.I)


def _halt(filed: Filed, meeting: Meeting) -> str:
    """Whether the report says that a meeting is put off or called off: "postponed", "cancelled" or ""."""
    if meeting.name.lower().startswith("no "):
        return "cancelled"
    halts = {(e.start, e.end) for a in filed.record.acts if a.kind == "suspend" for e in a.evidence}
    for e in meeting.evidence:
        if meeting.status == "suspended" or (e.start, e.end) in halts:
            for sign in ("cancelled", "postponed"):
                if words.sign(sign, without_past(e.quote)):
                    return sign
    return ""


# -- scores


def _best(
    meeting: Meeting, mention: Mention, cast: Counter[str], matter: set[str], text: str, processes: Processes
) -> tuple[Process | None, float, str]:
    """The process that a meeting goes with best, if any does, with the score and what made it."""
    options = [
        (*likeness(meeting, mention, cast, matter, text, process), process)
        for process in processes.near(meeting.parties or list(cast))
    ]
    if not options:
        return None, 0.0, ""
    score, why, process = max(options, key=lambda o: (o[0], len(o[2].reports)))
    return (process if round(score, 6) >= THRESHOLD else None), score, why


def likeness(
    meeting: Meeting, mention: Mention, cast: Collection[str], matter: set[str], text: str, process: Process
) -> tuple[float, str]:
    """How well a meeting goes with a process, about 0..1, and the parts that the score is made of."""
    seats = _parties_score(_at_table(meeting, process).parties, cast, process.parties)
    if _same_name(meeting, process) or (not distinct(tidy(meeting.name)) and process.named_in(text)):
        # Talks with a name of their own are known by it, even where a report names only some who sit in them.
        seats = max(seats, 0.8 * len(set(process.parties) & set(cast)) / max(1, len(process.parties)))
    if (body := body_of(meeting.name)) and body in process.labels and set(process.parties) & set(cast):
        seats = max(seats, SAME_BODY)
    if seats < SEATED:
        return 0.0, ""
    name = _name_score(meeting, process)
    if name < 0 and process.named_in(text) and not _proper(meeting):
        name = 0.0  # the report calls the talks by their name elsewhere
    parts = {
        "parties": 0.6 * seats,
        "name": name,
        "matter": _matter_score(matter, process),
        "time": -0.2 if process.silent(mention.date) else 0.0,
    }
    parts["round"] = _round_score(mention, process, other_name=parts["name"] < 0)
    why = ", ".join(f"{name} {value:+.2f}" for name, value in parts.items() if value)
    return sum(parts.values()), why


def _at_table(meeting: Meeting, process: Process) -> Meeting:
    """A meeting without the parties that have no seat in a process but its rounds in their country."""
    core = process.parties
    hosts = {code for r in process.rounds for code in country(r.place)}.difference(core)
    return replace(meeting, parties=[code for code in meeting.parties if code not in hosts]) if hosts else meeting


def _parties_score(parties: Collection[str], cast: Collection[str], core: Collection[str]) -> float:
    """How well parties go with those of a process; where the report names fewer than two, its cast helps."""
    wanted, there = set(core), set(parties)
    if len(there) >= 2:
        # A report may name one side with its host; its cast then has the other side too.
        one = any(_stands_for(code, there) for code in wanted)
        one_side = 0.5 if one and len(wanted) == 2 and all(_stands_for(code, cast) for code in wanted) else 0.0
        return max(_sides(there, wanted), one_side)
    if there and not there & wanted:
        return 0.0
    return 0.8 * len(wanted & set(cast)) / len(wanted) if wanted else 0.0


def _sides(a: set[str], b: set[str]) -> float:
    """Jaccard of two sets of parties, in which groups of one state count half for one another."""
    both = a & b
    half = sum(max((_akin(x, y) for y in b - both), default=0.0) for x in a - both)
    return (len(both) + half) / (len(a | b) - half) if a | b else 0.0


def _stands_for(code: str, others: Collection[str]) -> bool:
    return code in others or any(_akin(code, other) == 1 for other in others)


def _akin(a: str, b: str) -> float:
    """How far one group stands for another: "rebels" for "kabila rebels" in full, two groups of one state by half."""
    if not (a.isupper() or b.isupper()) and (set(a.split()) < set(b.split()) or set(b.split()) < set(a.split())):
        return 1.0
    known = names.parties()
    states = {known[code].state if code in known and code == code.lower() else "" for code in (a, b)}
    return 0.5 if len(states) == 1 and "" not in states else 0.0


def _name_score(meeting: Meeting, process: Process) -> float:
    mine = set(words.telling(tidy(meeting.name)))
    theirs = {word for name in process.titles for word in words.telling(name)}
    level = 0.0
    if meeting.level and process.levels:
        level = 0.05 if meeting.level in process.levels else -0.1
    if body := body_of(meeting.name):
        return level + (0.2 if body in process.labels else -0.15)
    if not mine or not theirs:
        return level
    if _same_name(meeting, process):
        return level + 0.2
    return level + (0.2 * words.shared(mine, theirs) if mine & theirs else -0.15)


def _proper(meeting: Meeting) -> bool:
    """Whether the name of a meeting is no mere description of its matter: "the Andean Dialogue", "working party"."""
    name = tidy(meeting.name)
    return bool(body_of(name) or SIDED.search(name) or name[:1].isupper())


def _same_name(meeting: Meeting, process: Process) -> bool:
    """Whether a meeting bears the name of a process, with a word in it that tells them from others."""
    name = tidy(meeting.name)
    mine = set(words.telling(name))
    return label_of(name) in process.labels or any(mine and mine == set(words.telling(t)) for t in process.titles)


def _matter_score(matter: set[str], process: Process) -> float:
    if len(matter) < 3 or len(process.words) < 3:
        return 0.0
    part = process.tells(matter) / min(len(matter), len(process.words), 8)
    return 0.15 * min(1.0, part) if part else -0.1


def _round_score(mention: Mention, process: Process, other_name: bool) -> float:
    """Whether the number, the day and the place of a meeting go with the rounds known so far.

    Talks that begin to count anew are others if they bear another name; else they were only moved or renamed.
    """
    again = -0.25 if other_name else -0.05
    numbers = [r.ordinal for r in process.rounds if r.ordinal]
    score = 0.0
    if mention.ordinal and numbers:
        same = next((r for r in process.rounds if r.ordinal == mention.ordinal), None)
        if same is not None:
            score += 0.15 if same.fit(mention) else again
        elif mention.ordinal < min(numbers) and mention.meeting.status != "ended":
            score += again
        else:
            score += 0.1 if mention.ordinal - 1 in numbers else 0.0
    day = (mention.meeting.start, mention.meeting.end)
    place = mention.meeting.place
    same_day = len(day[0]) == 10
    there = [
        r for r in process.rounds
        if days.gap(day, (r.start, r.end)) == 0 and (r.place == place if r.place and place else same_day and r.start == day[0])
    ]  # fmt: skip
    return score + (0.15 if there else 0.0)


def _report_home(text: str, cast: Counter[str], matter: set[str], processes: Processes) -> list[Process]:
    """The process that a report without a meeting is about: by its name, or by all its parties and its matter."""
    options = []
    for process in processes.near(list(cast)):
        core = process.parties
        part = sum(c in cast for c in core) / len(core) if core else 0.0
        named = 0.3 if process.named_in(text) else 0.0
        if (told := process.tells(matter)) or named:
            options.append((0.6 * part + 0.4 * min(1.0, told / 3) + named, process))
    score, process = max(options, key=lambda o: (o[0], len(o[1].reports)), default=(0.0, Process("")))
    return [process] if score >= THRESHOLD else []


def _entries(filed: Filed, homes: list[Process], processes: Processes, hosts: set[str]) -> Iterator[Attachment]:
    record = filed.record
    hosted = [p for p in record.pledges if p.by and set(p.by) <= hosts]
    entries: list[Entry] = [*record.acts, *record.pledges, *record.links]
    for entry in entries:
        others = processes.near(_who(entry)) if len(_who(entry)) >= 2 else []
        scored = [(_entry_score(entry, p, True), p) for p in homes]
        if any(entry is p for p in hosted):  # what a host promises to those who talk there belongs to the talks
            scored = [(max(score, ENTRY_THRESHOLD), p) for score, p in scored]
        scored += [(_entry_score(entry, p, False), p) for p in others if p not in homes]
        score, process = max(scored, key=lambda o: o[0], default=(0.0, Process("")))
        if score >= ENTRY_THRESHOLD:
            process.enter(told(filed, entry))
            yield Attachment(process, entry, score, "home" if process in homes else "parties and matter")


def _who(entry: Entry) -> list[str]:
    """The parties of an act or a pledge."""
    if isinstance(entry, Act):
        return [*entry.actors, *entry.targets]
    return [*entry.by, *entry.to] if isinstance(entry, Pledge) else []


def _entry_score(entry: Entry, process: Process, home: bool) -> float:
    """How well an act, pledge or link goes with a process, 0..1."""
    who, matter = set(_who(entry)), set(words.telling(wording(entry)))
    part = len(who & set(process.parties)) / len(who) if who else 0.5
    known = sum(word in process.words for word in matter) / len(matter) if matter else 0.0
    return 0.3 + 0.5 * part + 0.2 * known if home else 0.4 * part + 0.4 * known
