"""The reports: all of them, and each with its entries marked in its text, to look at and to correct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from detente.archive import Kept
from detente.archive.corrections import changeable
from detente.archive.listing import listing
from detente.record import Record
from detente.view import clean
from detente.web.desk import AtDesk, Desk
from detente.web.guard import author
from detente.web.marks import pieces
from detente.web.render import Pages, View

router = Pages()
#: Reports on a page of the list; entries beside a report.
MANY, BESIDE = 50, 400
#: A text longer than this is shown in parts of this many characters.
LONG = 60_000


@router.page("/reports", csv=True)
def reports(desk: AtDesk, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> View:
    """The reports of the archive, the latest first."""
    found, total = listing(desk.archive, limit=MANY, offset=(page - 1) * MANY)
    rows = [one.to_dict() for one in found]
    last = max(1, -(-total // MANY))
    data = {"reports": rows, "total": total, "page": page, "pages": last}
    return View("reports.html", "Reports", data, lambda: rows)


@router.page("/reports/{name:path}")
def report(desk: AtDesk, request: Request, name: str, part: Annotated[int, Query(ge=1, le=100_000)] = 1) -> View:
    """One report: its text with every entry at its place, the entries, what people said of them."""
    stored, record = desk.archive.record(name)
    kept = desk.archive.entries(report=name, rejected=True, limit=BESIDE)
    kept.sort(key=lambda k: (k.list in _ONE, _first(k), k.list))
    text = record.text
    parts = max(1, -(-len(text) // LONG))
    low, high = (min(part, parts) - 1) * LONG, min(part, parts) * LONG
    spans = [(max(e.start, low) - low, min(e.end, high) - low, n) for n, k in enumerate(kept) for e in k.entry.evidence]
    data = stored.to_dict() | {"entries": [k.to_dict() for k in kept], "text": text}
    beside = [Beside.of(n, k) for n, k in enumerate(kept) if parts == 1 or low <= _first(k) < high]
    more = {
        "pieces": pieces(text[low:high], spans), "low": low, "beside": beside, "part": min(part, parts), "parts": parts,
        "revisions": desk.archive.revisions(name), "history": _history(desk, kept),
        "warnings": record.warnings, "me": _me(request),
    }  # fmt: skip
    return View("report.html", stored.title or name, data, more=more)


@dataclass(frozen=True, slots=True)
class Beside:
    """An entry as it stands beside the text."""

    number: int
    kept: Kept
    head: str
    what: str
    fields: list[tuple[str, str]]

    @classmethod
    def of(cls, number: int, kept: Kept) -> Beside:
        """An entry with the fields that a person may change."""
        values = kept.entry.to_dict()
        fields = [(name, _written(values.get(name))) for name in changeable(kept.list)]
        return cls(number, kept, heading(kept), told(kept), fields)


#: One of each list, in a word; those that tell nothing by themselves come last beside a text.
_ONE = {"parties": "party", "persons": "person", "figures": "figure"}


def _written(value: Any) -> str:
    """A field as people write it into a form, and as a correction takes it."""
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
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


def _history(desk: Desk, kept: list[Kept]) -> list[dict[str, Any]]:
    refs = {k.ref for k in kept}
    return [j.to_dict() for j in desk.archive.history() if j.ref in refs] if refs else []


def _me(request: Request) -> str:
    return author(request)


@router.change("/judge")
async def judge(
    request: Request, desk: AtDesk, ref: Annotated[str, Form()], verdict: Annotated[str, Form()]
) -> Response:
    """Accepts, rejects, corrects or takes back; then back to where one was."""
    form = await request.form()
    given = {name: str(value) for name, value in form.items()}
    apply_judgement(desk, ref, verdict, _author(request, given), given)
    return RedirectResponse(_back(given), 303)


def apply_judgement(desk: Desk, ref: str, verdict: str, by: str, given: dict[str, str]) -> None:
    """One judgement from a form: `undo` takes back, `correct` takes the fields that differ from what was shown."""
    if verdict == "undo":
        desk.archive.undo(ref, author=by)
        return
    changes = {
        name.removeprefix("field."): value
        for name, value in given.items()
        if name.startswith("field.") and value != given.get(f"was.{name.removeprefix('field.')}", "")
    }
    if verdict == "correct" and not changes:
        raise HTTPException(400, "nothing was changed; change a field, or accept the entry as it is")
    desk.archive.judge(ref, verdict, author=by, reason=given.get("reason", "")[:500], changes=changes)


def _author(request: Request, given: dict[str, str]) -> str:
    return author(request) or given.get("author", "").strip()[:80] or "reader at this desk"


def _back(given: dict[str, str]) -> str:
    """Where to go on: an address of this app, never of another site."""
    where = given.get("back", "/reports")
    return where if where.startswith("/") and not where.startswith(("//", "/\\")) else "/reports"


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
