"""The reports: all of them, and each with its entries marked in its text, to look at and to correct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Form, Query, Request
from fastapi import Path as Name
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from detente import names
from detente.archive import Kept, Stored, amending, database, glances, listing
from detente.archive.amending import Amendment
from detente.archive.corrections import changeable, choices
from detente.archive.rows import today
from detente.archive.search import code_of
from detente.record import Record
from detente.sources import parse_date, read_text
from detente.view import clean
from detente.web import twins
from detente.web.desk import AtDesk, Desk
from detente.web.guard import NOBODY, author
from detente.web.marks import pieces
from detente.web.plain import spot
from detente.web.render import Pages, View, back_to, titled

router = Pages()
#: Reports on a page of the list; entries beside a part of a report, and judgements of them, at most.
MANY, BESIDE, HISTORY = 50, 120, 40
#: A text longer than this is shown in parts of this many characters.
LONG = 12_000
#: How a warning about a report's day begins: it is made for commands, the page has its own words and a form for it.
_OF_ITS_DAY = ("no date:", "the date ")
#: Why somebody changes something, in a form.
Reason = Annotated[str, Form(max_length=500)]


@router.page("/reports", csv=True)
def reports(desk: AtDesk, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> View:
    """The reports of the archive, the latest first, and those that were taken out."""
    at = spot(listing.listing(desk.archive, limit=0)[1], str(page), MANY)
    found, _ = listing.listing(desk.archive, limit=MANY, offset=at.offset)
    rows = [one.to_dict() for one in found]
    out = [one.to_dict() | {"title": title} for one, title in amending.left_out(desk.archive)]
    data = {"reports": rows, "total": at.total, "page": at.number, "pages": at.pages, "taken_out": out}
    return View("reports.html", "Reports", data, lambda: rows)


@router.page("/reports/{name:path}")
def report(desk: AtDesk, name: str, part: Annotated[int, Query(ge=1, le=100_000)] = 1) -> View:
    """One report: its text with every entry at its place, the entries, what people said of them; long texts in parts."""
    if (out := amending.is_out(desk.archive, name)) is not None:
        return _taken_out(desk, out)
    stored, record = desk.archive.record(name)
    cuts = parts(record.text)
    number = min(part, len(cuts) - 1)
    low, high = cuts[number - 1], cuts[number]
    # what is told by nothing in the text (a party named by its code) stands beside the first part
    kept, total = listing.within(desk.archive, name, low if number > 1 else -1, high, BESIDE)
    everything, told_twice = kept, twins.twins(kept)
    kept = twins.without(kept, told_twice)
    kept.sort(key=lambda k: (k.list in _ONE, _first(k), k.list))
    spans = [(max(e.start, low) - low, min(e.end, high) - low, n) for n, k in enumerate(kept) for e in k.entry.evidence]
    text = record.text[low:high]
    data = stored.to_dict() | {
        "part": number, "parts": len(cuts) - 1, "offset": low, "text": text, "entries_in_all": total,
        "talks": _talks(desk, stored),
        "entries": [k.to_dict() for k in sorted(everything, key=lambda k: (k.list in _ONE, _first(k), k.list))],
    }  # fmt: skip
    said = listing.said_of(desk.archive, {k.ref for k in everything})
    more = {
        "pieces": pieces(text, spans), "beside": [Beside.of(n, k, told_twice.get(k.ref)) for n, k in enumerate(kept)],
        "revisions": desk.archive.revisions(name), "history": [j.to_dict() for j in reversed(said)][:HISTORY],
        "warnings": [w for w in record.warnings if not w.startswith(_OF_ITS_DAY)], "changes": _amended(desk, name), "today": today().isoformat(),
    }  # fmt: skip
    return View("report.html", titled(stored.title, name), data, more=more)


def _talks(desk: Desk, stored: Stored) -> list[dict[str, str]]:
    """The talks of which a report tells, or another one of its story."""
    desk.following()
    found = glances.told_by(desk.archive, [stored.id, *(s.id for s in stored.sources)])
    return [{"id": id, "name": name} for id, name in found.items()]


def _amended(desk: Desk, name: str) -> list[dict[str, Any]]:
    """What people changed of a report, the last change first."""
    return [one.to_dict() for one in reversed(amending.changes_of(desk.archive, name))]


def _taken_out(desk: Desk, out: Amendment) -> View:
    """What is shown of a report that counts no longer: that it is so, why, and its text."""
    stored, text = next(one for one in desk.archive.revisions(out.report) if one[0].revision == out.before)
    data = stored.to_dict() | {"taken_out": out.to_dict(), "text": text[:LONG]}
    more = {"changes": _amended(desk, out.report), "cut": len(text) > LONG}
    return View("taken_out.html", titled(stored.title, out.report), data, more=more)


@router.change("/reports/{name:path}/day")
def redate(
    request: Request, desk: AtDesk, name: str, day: Annotated[str, Form(max_length=40)] = "", reason: Reason = ""
) -> RedirectResponse:
    """Gives a report another day, with which it is read anew."""
    amending.redate(desk.archive, name, parse_date(day), author=who_judges(request), reason=clean(reason))
    return RedirectResponse(f"{address(name)}#changed", 303)


@router.change("/reports/{name:path}/remove")
def remove(request: Request, desk: AtDesk, name: str, reason: Reason = "") -> RedirectResponse:
    """Takes a report out: it is kept, but counts no longer."""
    amending.take_out(desk.archive, name, author=who_judges(request), reason=clean(reason))
    return RedirectResponse(address(name), 303)


@router.change("/reports/{name:path}/restore")
def restore(request: Request, desk: AtDesk, name: str) -> RedirectResponse:
    """Takes the last change of a report back."""
    amending.take_back(desk.archive, name, author=who_judges(request))
    return RedirectResponse(address(name), 303)


def parts(text: str) -> list[int]:
    """Where a text is cut into parts of at most LONG characters: at the end of a paragraph, else of a line or word."""
    cuts = [0]
    while len(text) - cuts[-1] > LONG:
        low, high = cuts[-1], cuts[-1] + LONG
        ends = (text.rfind(mark, low + LONG // 2, high) for mark in ("\n\n", "\n", ". ", " "))
        found = next((end for end in ends if end > 0), high - 1)
        cuts.append(found + 1)
    return [*cuts, len(text)]


@router.page("/entries/{ref}")
def entry(
    desk: AtDesk, ref: Annotated[str, Name(pattern=r"^[0-9a-f]{10}$")], back: str = "", why: Literal["", "1"] = ""
) -> View:
    """One entry: its sentence, who else says so, what people said of it, a form to correct it, and why it is there.

    For the last the sentence is read anew, with what stands around it, by the reader that is installed.
    """
    kept = listing.one(desk.archive, ref)
    stored, record = desk.archive.record(kept.report)
    first = kept.entry.evidence[0] if kept.entry.evidence else None
    said = [j.to_dict() for j in listing.said_of(desk.archive, [kept.ref])]
    around = sentence_around(record, first.start, first.end) if first else ("", "", "")
    home = f"{address(kept.report)}#entry-{kept.ref}"
    reasons = _why(record, stored, first.start) if why and first else ""
    more = {"one": Beside.of(0, kept), "around": around, "back": back_to(back, home), "home": home, "reasons": reasons}
    return View("entry.html", told(kept) or heading(kept), kept.to_dict() | {"history": said}, more=more)


def _why(record: Record, stored: Stored, start: int) -> str:
    """What the reader sees in the sentence at a place, and what it makes of it; of a long text what is around it."""
    from detente.explain import explain
    from detente.reader import examine

    low = next((cut for cut in reversed(parts(record.text)) if cut <= max(0, start - LONG // 4)), 0)
    given = read_text(
        record.text[low : low + 2 * LONG], id=stored.id, title=stored.title, date=stored.date, source=stored.source,
        force=True,
    )  # fmt: skip
    reading = examine(given)
    number = next((s.number for s in reading.sentences if s.start <= start - low < s.end), 0)
    return explain(reading, number) if number else ""


@dataclass(frozen=True, slots=True)
class Beside:
    """An entry as it stands beside the text."""

    number: int
    kept: Kept
    head: str
    what: str
    #: name, value as people write it, and the values to choose from, if it is one of a few
    fields: list[tuple[str, str, tuple[str, ...]]]
    #: the act that tells the same of the same sentence: both are judged at once
    twin: Kept | None = None

    @property
    def minor(self) -> bool:
        """Whether it is a party, a person or a figure, which tell nothing by themselves."""
        return self.kept.list in _ONE

    @property
    def refs(self) -> str:
        """The names of the entries that are judged here, as a button holds them."""
        return " ".join(k.ref for k in (self.kept, self.twin) if k is not None)

    @property
    def judged(self) -> bool:
        """Whether anything that people said stands on it."""
        return any(k.verdict or k.corrected for k in (self.kept, self.twin) if k is not None)

    @classmethod
    def of(cls, number: int, kept: Kept, twin: Kept | None = None) -> Beside:
        """An entry with the fields that a person may change."""
        values = kept.entry.to_dict()
        few = choices(kept.list)
        fields = [
            (name, _written(value := values.get(name)), YES_NO if isinstance(value, bool) else few.get(name, ()))
            for name in changeable(kept.list)
        ]
        return cls(number, kept, heading(kept), told(kept), fields, twin)


YES_NO = ("yes", "no")
#: One of each list, in a word; those that tell nothing by themselves come last beside a text.
_ONE = {"parties": "party", "persons": "person", "figures": "figure"}


def _written(value: Any) -> str:
    """A field as people write it into a form, and as a correction takes it."""
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    if isinstance(value, dict):  # a stretch of time
        return "/".join(dict.fromkeys(day for day in (value["start"], value["end"]) if day))
    if isinstance(value, bool):
        return YES_NO[not value]
    return "" if value is None else clean(str(value))


def heading(kept: Kept) -> str:
    """The kind of an entry in a word."""
    kind = getattr(kept.entry, "kind", "")
    return kind if kept.list in ("acts", "away") and kind else _ONE.get(kept.list, kept.list.removesuffix("s"))


def told(kept: Kept) -> str:
    """What an entry tells, in its own words."""
    values = kept.entry.to_dict()
    words = next((values[n] for n in ("about", "what", "name", "words") if values.get(n)), "")
    return f"{words} ← {values['on']}" if values.get("on") else str(words)


def _first(kept: Kept) -> int:
    return min((e.start for e in kept.entry.evidence), default=0)


@router.change("/judge")
async def judge(request: Request, desk: AtDesk) -> Response:
    """Accepts, rejects, corrects or takes back; then back to where one was.

    A form names the entries and the verdict apart (`ref`, `verdict`), or one button both (`said`: "accept 1a2b3c").
    """
    given = await form_of(request)
    verdict, _, ref = given.get("said", "").partition(" ")
    ref, verdict = given.get("ref", ref), given.get("verdict", verdict)
    await run_in_threadpool(apply_judgement, desk, ref, verdict, who_judges(request), given)
    back = back_to(given.get("back", ""), "")
    there = back if not back or "#" in back else f"{back}#entry-{quote(ref.split(' ')[0])}"
    return RedirectResponse(there or "/reports", 303)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form that was sent, each once."""
    return {name: str(value) for name, value in (await request.form()).items()}


def apply_judgement(desk: Desk, ref: str, verdict: str, by: str, given: dict[str, str]) -> None:
    """One judgement from a form, on an entry and perhaps its twin (`ref` names both, with a space between).

    `undo` takes back, `correct` takes the fields that differ from what was shown: those of the first entry. Raises 409
    where somebody else changed one of these in the meantime, so that nobody overwrites what they have not seen.
    """
    first, *others = ref.split()[:2] or [""]
    if verdict == "undo":
        _undo(desk, [first, *others], by)
        return
    changes = {
        name.removeprefix("field."): value
        for name, value in given.items()
        if name.startswith("field.") and value != given.get(f"was.{name.removeprefix('field.')}", "")
    }
    if verdict == "correct" and not changes:
        raise HTTPException(400, "nothing was changed; change a field, or accept the entry as it is")
    _still_shown(desk, first, {name: given[f"was.{name}"] for name in changes if f"was.{name}" in given})
    changes |= {name: _coded(desk, value) for name, value in changes.items() if name in _OF_PARTIES}
    reason = given.get("reason", "")[:500]
    desk.archive.judge(first, verdict, author=by, reason=reason, changes=changes)
    for one in others if verdict != "correct" else ():
        desk.archive.judge(one, verdict, author=by, reason=reason)


def _still_shown(desk: Desk, ref: str, shown: dict[str, str]) -> None:
    """Raises 409 where fields of an entry are no longer what somebody was shown who changes them."""
    if not shown:
        return
    now = {name: clean(value) for name, value, _ in Beside.of(0, listing.one(desk.archive, ref)).fields}
    for name, was in shown.items():
        if name in now and now[name] != clean(was):
            told = f"“{now[name]}” stands there now" if now[name] else "nothing stands there now"
            raise HTTPException(409, f"somebody else changed this while you did: {told}; load the page again")


def _undo(desk: Desk, refs: list[str], by: str) -> None:
    """Takes back what was said of some entries last; where nothing was said of one, that is no matter."""
    said = {j.ref for j in listing.said_of(desk.archive, refs) if not j.undone_at}
    for one in [ref for ref in refs if ref in said] or refs[:1]:
        desk.archive.undo(one, author=by)


#: Fields that hold parties, each by its code.
_OF_PARTIES = frozenset(["actors", "targets", "doers", "recipients", "by", "to", "parties", "party"])


def _coded(desk: Desk, written: str) -> str:
    """Parties by their codes, whether they were written so or by name; a name that nobody knows stays as it is."""
    told = [word for part in written.split(",") if (word := part.strip())]
    with database.reading(desk.archive.engine) as link:
        return ", ".join(_known(word) or code_of(link, word) for word in told)


def _known(name: str) -> str:
    """The code of a party that the tables know by this name, "" if they know none."""
    return next(
        (n.codes[0] for n in names.find(name) if n.words == name and n.sort == "name" and len(n.codes) == 1), ""
    )


def who_judges(request: Request) -> str:
    """The name under which a judgement is kept."""
    return author(request) or NOBODY


def address(report_name: str, start: int | None = None) -> str:
    """The address of a report's page, at a place in its text."""
    return f"/reports/{quote(report_name, safe='')}" + (f"#e{start}" if start is not None else "")


def sentence_around(record: Record, start: int, end: int) -> tuple[str, str, str]:
    """What stands before a quote, the quote, and what stands after it: a sentence on either side."""
    spans = [s for s in record.sentences if s[1] > start - 400 and s[0] < end + 400]
    before = max((s for s in spans if s[1] <= start), default=(start, start))
    after = min((s for s in spans if s[0] >= end), default=(end, end))
    text = record.text
    return text[before[0] : start], text[start:end], text[end : after[1]]
