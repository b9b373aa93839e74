"""What a record leaves unsaid and its report tells: numbered rounds, what "it" is that was rejected, days and states.

A reader of single sentences misses meetings that are only named, and gives "the offer" as what was rejected. Before a
record is filed, its meetings are completed with the numbered and the next rounds that its sentences name, their state
is set right where the words beside them tell it, and acts on "it" get the matter of the act they answer. Nothing is
added without its sentence. The words are those of `lexicon/signs.tsv`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from detente import dates, days, names
from detente.follow import words
from detente.follow.filed import Filed
from detente.follow.issues import tidy_end
from detente.follow.people import NOBODY, Sitting, doer
from detente.follow.resolving import resolved
from detente.meetings import ORDINALS
from detente.record import Evidence, Meeting, Pledge

#: A plan for more days ahead than this has its year wrong.
FAR = 400
#: Talks told as over, so many days before their report, are dated with their year.
AGO = 200
#: A round that a report tells as over ended so many days before it at most, unless it says when.
RECENT = 60
#: A round is dated by what is said so many characters after it.
NEAR = 80


def completed(filed: Filed, present: Sitting = NOBODY) -> Filed:
    """A report with its meetings completed and its acts' matters resolved; the rest as it was.

    `present` is what is known of who sits at the table.
    """
    record = filed.record
    if not record.text:
        return filed
    return replace(
        filed,
        record=replace(
            record,
            meetings=_meetings(filed),
            acts=resolved(record.acts, record.text, present),
            pledges=[_by_doer(p, record.text, present) for p in _pledges(filed)],
        ),
    )


# -- pledges

_OPEN_QUOTE = re.compile(r'^([^"“”]*)["“”][^"“”]*$')
_CLOSE = re.compile(r",? (?:in return for|in the first|as part of|according to) .*$")
_UNDERTAKES = re.compile(
    r"\b(?:(?:(?:has |had |have )?(?:promised|pledged|undertook|undertaken|vowed|agreed|committed (?:itself|themselves))"
    r"|(?:is|are|was|were)(?: also| now)?|committed) to|will|shall|would) (?:also |then |now |still |soon |again )?(?=[a-z])"
)
_NO_DEED = re.compile(
    r"(?:not|never|be|have|meet|gather|return|reconvene|resume|visit|hold|begin|start|open in|like|need|take)\b"
)
_CLAUSE = re.compile(r"[;:]|, (?:and|but) | (?:but|while|although|because|if|unless|until) ")


def _pledges(filed: Filed) -> list[Pledge]:
    """The pledges of a report: those read, with their last day out of their sentence, and those only a sentence tells."""
    record = filed.record
    base = dt.date.fromisoformat(filed.date) if len(filed.date) == 10 else None
    read = [_dated(p, base) for p in record.pledges if not _not_done(p) and not _threat(p)]
    spans = {e.start for p in read for e in p.evidence}
    unread = (
        found for start, end in record.sentences if start not in spans
        if (found := _undertaking(record.text, start, end, base)) is not None
    )  # fmt: skip
    return [*read, *unread]


_NOT_TO = re.compile(
    r"\b(?:not|never|unable|refus\w{1,6}|fail\w{0,6}|without|cannot|wo)(?: be)?(?: (?:ready|able|in a position|going|willing|prepared))?(?: to)? $|n['’]t $"
)


def _not_done(pledge: Pledge) -> bool:
    """Whether a sentence says of what is taken for a promise that it will not be done: "will not be ready to pay"."""
    quote, at = _told(pledge)
    return at > 0 and _NOT_TO.search(quote[:at]) is not None


def _told(pledge: Pledge) -> tuple[str, int]:
    """The sentence that a pledge stands in, and where its wording begins there, -1 where that is not in it."""
    quote = pledge.evidence[0].quote if pledge.evidence else ""
    return quote, quote.find(pledge.what[:20]) if quote else -1


def _threat(pledge: Pledge) -> bool:
    """Whether what is taken for a promise is held over the other side: "will close the port unless the boats leave"."""
    quote, at = _told(pledge)
    return at >= 0 and _UNLESS.match(quote[at + len(pledge.what) :]) is not None


_UNLESS = re.compile(r"[^,.;:\"”]{0,40}\bunless\b")


def _by_doer(pledge: Pledge, text: str, present: Sitting) -> Pledge:
    """A pledge with the party of the person, or of "the government", that makes it."""
    quote, at = _told(pledge)
    found = doer(quote, at, text[: pledge.evidence[0].start], present, pledge.by) if at > 0 else ""
    return replace(pledge, by=[found]) if found else pledge


def _dated(pledge: Pledge, base: dt.date | None) -> Pledge:
    """A pledge without the words for its day in what is promised, and with its day where its sentence tells it."""
    what = _OPEN_QUOTE.sub(r"\1", _CLOSE.sub("", tidy_end(pledge.what))).strip(" ,")
    due = pledge.due if not base or not pledge.due or days.last(pledge.due) >= base.isoformat() else ""
    quote, after = _told(pledge)
    if quote and not due:
        limits = [m for m in dates.find(quote, base, tense="future") if m.kind == "deadline"]
        found = [m for m in limits if m.start > after >= 0]
        if not found and after >= 0 and _SAME_DAY.match(quote[after:].replace(pledge.what, "", 1)):
            found = [m for m in limits if m.end <= after][-1:]
        due = _ahead(found[0].period.end, base) if found else ""
    retold = _THAT_WAS_PROMISED.match(what)
    if retold is not None and base is not None:
        what = retold[1]
        # "That they promised them in March" gives the day of the promise.
        due = due if any(m.kind == "deadline" for m in dates.find(quote, base, tense="past")) else ""
    if base is not None and (retold or _retells(pledge)):
        due, what = _behind(due, base), _A_PROMISE.sub("", what)
    return replace(pledge, what=what or pledge.what, due=due)


#: "And the others by the same date".
_SAME_DAY = re.compile(r",? by (?:the same|that) (?:date|day|time|deadline)\b")
_A_PROMISE = re.compile(r"^(?:(?:an?|its|their|his|her|the) )?(?:promise|pledge|commitment|vow|undertaking) to ")
_HAD_PROMISED = re.compile(
    r"(?:\bhad (?:\w+ )?(?:promised|pledged|undertaken|vowed|agreed|committed (?:itself|themselves))"
    r"|\b(?:an?|its|their|his|her|the) (?:\w+ )?(?:promise|pledge|commitment|vow|undertaking)"
    r"|\b(?:that|which|who) (?:[\w'’]+ ){1,5}(?:was|were)(?: due| supposed| meant)?) to (?:\w+ ){0,2}$"
)
#: "The money that they had promised to the fund".
_THAT_WAS_PROMISED = re.compile(
    r"(.{3,80}?),? (?:that|which|whom) (?:[\w'’]+ ){1,4}?(?:promised|pledged|undertaken|undertook|vowed)\b", re.S
)


def _retells(pledge: Pledge) -> bool:
    """Whether a sentence tells of a promise made before: "had promised to", "going back on a promise to"."""
    quote, at = _told(pledge)
    return bool(quote and (_A_PROMISE.match(pledge.what) or (at > 0 and _HAD_PROMISED.search(quote[:at]))))


def _behind(day: str, base: dt.date) -> str:
    """The day of a promise that is told again: that gone by, where it is nearer than the one to come."""
    past = days.year_before(day) if len(day) > 4 else ""
    today = base.isoformat()
    return past if past and days.between(days.last(past), today) < days.between(today, days.last(day)) else day


def _ahead(day: str, base: dt.date | None) -> str:
    """The last day for a promise, a year later where it would be before the promise."""
    gone = base is not None and day and days.last(day) < base.isoformat()
    return days.year_after(day) if gone else day


def _undertaking(text: str, start: int, end: int, base: dt.date | None) -> Pledge | None:
    """What a sentence says that a party will do by a day, None where it says nothing of the kind."""
    quote = text[start:end]
    limits = [m for m in dates.find(quote, base, tense="future") if m.kind == "deadline" and m.period.end]
    for found in _UNDERTAKES.finditer(quote) if limits else ():
        limit = next((m for m in limits if m.start > found.end()), None)
        what = quote[found.end() : limit.start].strip(" ,") if limit else ""
        by = _bound(quote[: found.start()], text[max(0, start - _EARLIER) : start])
        if limit is None or not by or _NO_DEED.match(what) or _CLAUSE.search(what) or not words.telling(what):
            continue
        return Pledge(
            by=by, what=" ".join(what.split()), due=_ahead(limit.period.end, base), evidence=[Evidence(start, end, quote)],
            confidence=0.4,
        )  # fmt: skip
    return None


def _bound(before: str, earlier: str) -> list[str]:
    """Who is bound by what follows: the party named first in its clause, else the one last spoken of before.

    Of what is only hoped or asked for nobody is.
    """
    *said, clause = _SAYS.split(_CLAUSE.split(before)[-1])
    if _WISHED.search(before[-100:]):
        return []
    if own := _parties_of(clause):
        return own[0]
    if not _SPOKEN_OF.search(clause):
        return []
    speaker = [codes for part in said[:1] for codes in _parties_of(part)]
    return (speaker or _parties_of(earlier)[-1:] or [[]])[0]


def _parties_of(text: str) -> list[list[str]]:
    return [list(n.codes) for n in names.find(text) if n.sort != "format"]


_WISHED = re.compile(
    r"\b(?:hop|expect|want|urg|ask|demand|call|insist|believ|predict|fear|warn|may|might|if|whether)\w*\b", re.I
)
_SAYS = re.compile(r"\b(?:said|says|announced|that|added|stated|declared|told \w+)\b(?: that)? ")
_SPOKEN_OF = re.compile(
    r"\b(?:he|she|it|they|his|her|its|their|the (?:movement|government|rebels|guerrillas|group|ministry|ministers?))\b",
    re.I,
)
#: So far before an undertaking its party is named at least.
_EARLIER = 300


# -- rounds

_NUMBER = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)})"
_NOUN = r"(?:rounds?|sessions?|meetings?|summits?)"
_OF = r"(?: of (?:[\w'’-]+ ){0,4}(?:talks|negotiations|consultations|discussions|meetings|process|dialogue))?"
_ROUND = re.compile(
    rf"\b(?P<number>{_NUMBER})(?: and (?:last|final))?(?: [\w'’-]+)?(?: [\w'’-]+)? (?P<noun>{_NOUN}){_OF}\b"
    rf"|\b[Aa]n? (?P<alone>{_NUMBER})(?= (?:is|was|will|would|had)\b)"
    rf"|\b(?:next|following) (?P<next>{_NOUN}){_OF}\b"
    r"|\b(?P<again>(?:meet|gather|convene|sit down)s? (?:\S+ ){0,4}?again|meets? next|reconvenes?|return to [A-Z]\w+)\b"
)
#: What stands between the number and the noun where it counts something else: "the first three rounds".
_OTHER = re.compile(r"\b(?:time|day|year|since|of|in|for|to|and|two|three|four|five|several|half|phase|stage)\b")


#: "The next session, the fifth, is to be held"; "a tenth round, which may be the last, is to be held".
_THE_NTH = re.compile(rf",? (?:the|its|their) ({_NUMBER})\b,?(?: round| session| meeting)?")
_ASIDE = re.compile(r"^, (?:which|who|the|expected|perhaps|probably)\b[^,]*,")


@dataclass(frozen=True, slots=True)
class _Naming:
    """A round named in a sentence: where, its number (None where it is the next one) and the words around it."""

    name: str
    ordinal: int | None
    before: str
    after: str
    at: int
    end: int


def _named(text: str) -> Iterator[_Naming]:
    for m in _ROUND.finditer(text):
        number = m["number"] or m["alone"]
        if number and m["noun"] and _OTHER.search(m[0][len(number) : m.start("noun") - m.start()]):
            continue
        after = _ASIDE.sub("", text[m.end() :])
        if m["next"] and (told := _THE_NTH.match(text, m.end())):
            number, after = told[1], text[told.end() :]
        ordinal = (ORDINALS.get(number.lower()) or int(number[:-2])) if number else None
        yield _Naming(m[0], ordinal, text[: m.start()], after, m.start(), m.end())


def _meetings(filed: Filed) -> list[Meeting]:
    """The meetings of a report: those read, set right, and those that only its sentences name."""
    parted = (part for m in filed.record.meetings for part in _parted(m))
    read = [_right(_own_days(m, filed.date), filed) for m in parted]
    return _renewed(_numbered(_before([*read, *_unread(filed, read)])))


def _before(meetings: list[Meeting]) -> list[Meeting]:
    """Meetings of which "the last round", told with its days, has the number before that of the latest one."""
    number = max((m.ordinal for m in meetings if m.ordinal), default=0) - 1
    back = [
        m for m in meetings
        if m.ordinal is None and m.end and m.status == "ended" and m.evidence and _LAST_ROUND.search(m.evidence[0].quote)
    ]  # fmt: skip
    dated = any(m.ordinal == number and m.end for m in meetings)
    return [replace(m, ordinal=number) if number > 0 and not dated and m in back[:1] else m for m in meetings]


def _names(told: Evidence, naming: _Naming) -> bool:
    """Whether a sentence holds the words that name a meeting, however it is laid out."""
    return naming.name in " ".join(told.quote.split())


_TALKS = re.compile(r"\b(?:talks|negotiations|consultations|discussions|meetings?|summit)\b")


def _parted(meeting: Meeting) -> list[Meeting]:
    """A meeting, or the two that were taken for one: talks just held, and the numbered round that is to follow them."""
    naming = _naming_of(meeting)
    apart = [e for e in meeting.evidence if naming and _names(e, naming)]
    others = [e for e in meeting.evidence if e not in apart]
    held = next((m for e in others if (m := _TALKS.search(e.quote))), None)
    over = meeting.status in ("ended", "failed", "ongoing") and bool(meeting.start or meeting.end)
    if naming is None or held is None or not over or len(apart) != 1 or _state(naming) != "planned":
        return [meeting]
    return [
        replace(meeting, name=held[0], ordinal=None, evidence=others),
        replace(meeting, name=naming.name, status="planned", start="", end="", place="", evidence=apart),
    ]


_NEXT = re.compile(r"\b(?:next|following)\b|\bagain$|^reconvene", re.I)


def _numbered(meetings: list[Meeting]) -> list[Meeting]:
    """Meetings of which the next one has the number that follows that of the round just told of."""
    over = [m.ordinal for m in meetings if m.ordinal and m.status in ("ended", "ongoing", "failed")]
    number = max(over, default=0) + 1
    if number == 1 or any(m.ordinal and m.ordinal >= number for m in meetings):
        return meetings
    ahead = [m for m in meetings if m.ordinal is None and m.status == "planned" and _NEXT.search(m.name)]
    return [replace(m, ordinal=number) if len(ahead) == 1 and m is ahead[0] else m for m in meetings]


_NEW = re.compile(r"\b(?:new|upcoming|coming|forthcoming|present|current) (?:rounds?|sessions?)\b", re.I)


def _renewed(meetings: list[Meeting]) -> list[Meeting]:
    """Meetings of which "the new round" has the number of the one round that the report tells of as at hand."""
    at_hand = {m.ordinal for m in meetings if m.ordinal and m.status in ("planned", "ongoing")}
    number = max((m.ordinal for m in meetings if m.ordinal), default=0)
    if at_hand and max(at_hand) == number:
        return [replace(m, ordinal=number) if m.ordinal is None and _NEW.search(m.name) else m for m in meetings]
    return meetings


_LAST_ROUND = re.compile(r"\b(?:last|previous|past|earlier) (?:round|session|meeting|talks)\b", re.I)


def _own_days(meeting: Meeting, told: str) -> Meeting:
    """A numbered meeting without days that a sentence tells of "the last round", the one before it."""
    numbered = [
        e for e in meeting.evidence if any(n.ordinal == meeting.ordinal for n in _named(" ".join(e.quote.split())))
    ]
    before = [e for e in meeting.evidence if e not in numbered and _LAST_ROUND.search(e.quote)]
    if not meeting.ordinal or not before or len(told) != 10:
        return meeting
    base = dt.date.fromisoformat(told)
    days_of = {
        d for e in before for m in dates.find(e.quote, base, tense="past") for d in (m.period.start, m.period.end)
    }
    start, end = ("" if day in days_of else day for day in (meeting.start, meeting.end))
    return replace(meeting, start=start, end=end)


def _right(meeting: Meeting, filed: Filed) -> Meeting:
    """A meeting with the state that the words beside it tell, and without days that can't be its own."""
    state = ""
    naming = _naming_of(meeting)
    if naming is not None:
        state = _state(naming)
    elif meeting.status == "suspended" and meeting.evidence and not _halted(meeting.evidence[0].quote):
        state = "ended" if words.sign("closed", meeting.evidence[0].quote) else ""
    ordinal = _number(meeting) or (naming.ordinal if naming is not None else None)
    status = _told_status(state or meeting.status, meeting, filed.date)
    start, end = (_possible(day, status, filed.date) for day in (meeting.start, meeting.end))
    if status in ("ended", "failed") and _long_gone(end or start, meeting, filed.date):
        start = end = ""
    if status == "planned" and (moved := _moved_to(meeting, filed.date)):
        start = end = moved
    if naming is not None and status == "planned" and not start and len(filed.date) == 10:
        base = dt.date.fromisoformat(filed.date)
        quote = next(e.quote for e in meeting.evidence if _names(e, naming))
        start, end = _days(" ".join(quote.split()), naming, status, base, filed.date)
    elif status == "planned" and not start and not end and len(filed.date) == 10:
        start, end = _day_in(meeting, filed)
    if status == "planned" and start == filed.date and not any(words.sign("ahead", e.quote) for e in meeting.evidence):
        start = end = ""  # "hopes of talks rose on Sunday" does not say when they are
    return replace(
        meeting, status=status, start=start, end=end, ordinal=ordinal, parties=_between(meeting),
        place="" if _BUILDING.fullmatch(meeting.place) else meeting.place,
    )  # fmt: skip


def _long_gone(day: str, meeting: Meeting, told: str) -> bool:
    """Whether a day of talks just told of as over is of the year before, though no sentence on them says so.

    "Put off its duty to May 1 after two days of talks": told in March, that is no day of the talks.
    """
    gone = len(day) == 10 and len(told) == 10 and days.between(day, told) > AGO
    return gone and not any(day[:4] in e.quote or _LAST_YEAR.search(e.quote) for e in meeting.evidence)


_LAST_YEAR = re.compile(
    r"\b(?:last|previous|past|the) year\b|\byears? (?:ago|earlier|before)\b|\bmonths? (?:ago|earlier|before)\b"
)
_BUT_ON = re.compile(
    r"\bnot (?:begin|start|open|meet|be held|take place|convene|resume) [^.;]*?\bbut (?=on |in |at |from )"
)


def _moved_to(meeting: Meeting, told: str) -> str:
    """The new day of talks that will not "begin on Wednesday as planned but on April 8", "" where none is told."""
    base = dt.date.fromisoformat(told) if len(told) == 10 else None
    for e in meeting.evidence:
        if moved := _BUT_ON.search(e.quote):
            found = (m.period.start for m in dates.find(e.quote, base, tense="future") if m.start >= moved.end())
            return next((day for day in found if day), "")
    return ""


def _day_in(meeting: Meeting, filed: Filed) -> tuple[str, str]:
    """The days that the name of a planned meeting tells, or the words just behind it."""
    for e in meeting.evidence[:1]:
        quote = " ".join(e.quote.split())
        at = quote.find(" ".join(meeting.name.split()))
        naming = _Naming(meeting.name, None, quote[:at], quote[at + len(meeting.name) :], at, at)
        base = dt.date.fromisoformat(filed.date)
        return _days(quote, naming, "planned", base, filed.date) if at >= 0 else ("", "")
    return "", ""


#: A building or a country's field is no place of talks that people would name.
_BUILDING = re.compile(
    r"(?:the )?(?:[Aa]irports?|[Hh]otel|[Gg]uesthouse|[Pp]alace|[Bb]uilding|[Hh]ouse|[Cc]ent(?:er|re)|[Ee]mbassy|[Hh]eadquarters)"
)
_FIRST = re.compile(r"\b(?:first|1st)\b", re.I)
_FIRST_ROUND = re.compile(r"\b(?:first|1st)(?: and last)? (?:rounds?|sessions?|phase|stage|meetings? of)\b", re.I)


def _number(meeting: Meeting) -> int | None:
    """The number of a meeting; "their first direct talks" are none of a series."""
    told = meeting.name if _FIRST.search(meeting.name) else " ".join(e.quote for e in meeting.evidence)
    return None if meeting.ordinal == 1 and not _FIRST_ROUND.search(told) else meeting.ordinal


def _between(meeting: Meeting) -> list[str]:
    """The parties of a meeting; those "between" whom it was, where the ones read are none of them."""
    for e in meeting.evidence[:1]:
        at = e.quote.find(meeting.name[:30])
        told = re.search(r"\bbetween (.+)", e.quote[at : at + len(meeting.name) + NEAR]) if at >= 0 else None
        codes = [code for n in names.find(told[1]) for code in n.codes] if told else []
        if len(set(codes)) >= 2 and not set(codes) & set(meeting.parties):
            return list(dict.fromkeys(codes))[:2]
    return list(meeting.parties)


def _told_status(status: str, meeting: Meeting, told: str) -> str:
    """The status of a meeting: what is dated before its report is not planned, but over."""
    gone = len(told) == 10 and meeting.start and days.last(meeting.start) < told
    recent = gone and days.between(days.last(meeting.start), told) <= RECENT
    return "ended" if status == "planned" and recent else status


def _naming_of(meeting: Meeting) -> _Naming | None:
    """Where the sentences of a numbered meeting, or of the next one, name it."""
    told = [n for e in meeting.evidence for n in _named(" ".join(e.quote.split()))]
    if meeting.ordinal is None:
        return next(
            (n for n in told if n.ordinal and n.name.lower() in meeting.name.lower() and "next" in n.name), None
        )
    return next((n for n in told if n.ordinal == meeting.ordinal), None)


def _possible(day: str, status: str, told: str) -> str:
    """A day, "" where it can't be that of a meeting: a whole year gone by, a plan for the past, an end to come."""
    if not day or len(told) != 10:
        return day
    ahead = days.between(told, days.last(day))
    if status in ("planned", "suspended") and (ahead < 0 or ahead > FAR):
        return ""
    if status in ("ended", "failed") and days.first(day) > told:
        return ""
    return "" if len(day) == 4 and day < told[:4] else day


def _halted(text: str) -> bool:
    """Whether a text says that talks are put off or called off, and not that they "had been" before they were held."""
    now = without_past(text)
    return any(words.sign(sign, now) for sign in ("postponed", "cancelled"))


def without_past(text: str) -> str:
    """A text without what had been before: "a round that had been cancelled in May"."""
    return _HAD_BEEN.sub("", text)


_HAD_BEEN = re.compile(r"\bhad (?:\w+ )?been (?:\w+ )?\w+(?: off| back)?|\b(?:long-)?delayed (?=\w+ )")


#: "It was their third round."
_IT_WAS = re.compile(r"\b(?:it|this|that|these|which) (?:was|were|had been) (?:the|a|an|their|its|only the)$", re.I)
#: "They agreed on a road after a ninth round of talks."
_AFTER = re.compile(r"\b(?:after|following|in|during|at)(?: the| a| an| their| its)?$", re.I)


def _state(naming: _Naming) -> str:
    """What the words beside a round say of it: ended, planned, suspended, "" where they leave it open."""
    before = " ".join(naming.before.split()[-12:])
    after = " ".join(naming.after.split()[:9])
    if words.sign("closing", before) or (naming.ordinal is not None and _IT_WAS.search(before)):
        return "ended"
    if naming.ordinal is not None and _AFTER.search(before) and not words.sign("ahead", before):
        return "ended"
    if _halted(before) or _halted(" ".join(naming.after.split()[:25])):
        return "suspended"
    if words.sign("ahead", " ".join(after.split()[:4])):
        return "planned"
    if words.sign("closed", after):
        return "ended"
    return "planned" if words.sign("ahead", before) or naming.ordinal is None else ""


def _unread(filed: Filed, read: list[Meeting]) -> Iterator[Meeting]:
    """The rounds that sentences name and no meeting of the record tells."""
    record = filed.record
    base = dt.date.fromisoformat(filed.date) if len(filed.date) == 10 else None
    known = {m.ordinal for m in read}
    spans = {e.start for m in read for e in m.evidence}
    for start, end in record.sentences:
        quote = record.text[start:end]
        for naming in _named(quote):
            state = _state(naming)
            if naming.ordinal in known or not state or (naming.ordinal is None and start in spans):
                continue
            first, last = _days(quote, naming, state, base, filed.date)
            if naming.ordinal is None and not last:
                continue
            known.add(naming.ordinal)
            yield Meeting(
                name=naming.name, ordinal=naming.ordinal, status=state, start=first, end=last,
                evidence=[Evidence(start, end, quote)], confidence=0.5,
            )  # fmt: skip


def _days(quote: str, naming: _Naming, state: str, base: dt.date | None, told: str) -> tuple[str, str]:
    """The days said of a round: the first said after it, else the last said before it."""
    tense = "past" if state == "ended" else "future"
    found = [m for m in dates.find(quote, base, tense=tense) if m.kind in _KINDS and (m.period.start or m.period.end)]
    after = [m for m in found if naming.end <= m.start <= naming.end + NEAR]
    if state == "ended" and after:  # what came before it may be dated too: "that had been cancelled in May"
        after = sorted(after, key=lambda m: m.period.end or m.period.start, reverse=True)
    one = after[0] if after else found[-1] if found else None
    if one is None or state == "suspended":
        return "", ""
    start, end = one.period.start or one.period.end, one.period.end or one.period.start
    # A day on which it ended is not the day on which it began.
    start = "" if state == "ended" and start == end else start
    if state == "ended" and end and told and days.between(days.last(end), told) > RECENT:
        return "", ""
    return _possible(start, state, told), _possible(end, state, told)


_KINDS = ("day", "week", "weekend", "month", "season", "range", "from", "ago")
