"""The review queue: one entry at a time, the least certain and the most consequential first."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from detente.archive import Kept, listing
from detente.errors import ArchiveError
from detente.web import twins
from detente.web.desk import AtDesk, Desk
from detente.web.pages.reports import Beside, apply_judgement, heading, sentence_around, told, who_judges
from detente.web.render import Pages, View

router = Pages()
#: So many entries that were put off are remembered in the address; so many are shown as coming next.
PUT_OFF, AHEAD = 40, 6


@router.page("/review")
def review(
    desk: AtDesk, request: Request, later: Annotated[list[str], Query(max_length=PUT_OFF)] = [], again: str = "",  # noqa: B006
    last: Annotated[str, Query(pattern=r"^([0-9a-f]{10}( [0-9a-f]{10})?)?$")] = "",
) -> View:  # fmt: skip
    """The entry to look at next, in its sentence, and how far the work has come.

    With `again`, those that others have judged and oneself has not, so that agreement can be told. `last` names what was
    judged just now, which can be taken back.
    """
    put_off = tuple(later)[-PUT_OFF:]
    if again:
        queue = listing.judged_by_others(desk.archive, who_judges(request), limit=2 * AHEAD + 2, skip=put_off)
    else:
        queue = listing.waiting(desk.archive, limit=2 * AHEAD + 2, skip=put_off)
    queue, twin = _queue(desk, queue, put_off)
    done = listing.progress(desk.archive)
    data: dict[str, Any] = {
        "next": queue[0].to_dict() if queue else None, "twin": twin.ref if twin is not None else "", "queue": [k.to_dict() for k in queue[1:]],
        "progress": {
            "entries": desk.counts()["entries"], "judged": done.judged, "agreed": done.agreed, "differed": done.differed,
            "alpha": None if done.alpha is None else round(done.alpha, 2),
            "reviewers": [{"name": name, "judged": n} for name, n in done.reviewers],
        },
    }  # fmt: skip
    more: dict[str, object] = {"later": put_off, "again": again, "entry": None, "around": ("", "", ""), "then": [],
                               "last": _last(desk, last)}  # fmt: skip
    if queue:
        more |= {"entry": Beside.of(0, queue[0], twin), "around": _around(desk, queue[0]),
                 "then": [Beside.of(n, k) for n, k in enumerate(queue[1:])]}  # fmt: skip
    return View("review.html", "Review", data, more=more)


def _queue(desk: Desk, found: list[Kept], put_off: tuple[str, ...]) -> tuple[list[Kept], Kept | None]:
    """The entries to look at, without acts that stand with another of them; and the twin of the first."""
    if not found:
        return [], None
    first, twin = twins.of(desk.archive, found[0])
    if twin is not None and {first.ref, twin.ref} & set(put_off):
        return _queue(desk, found[1:], put_off)
    if twin is not None and twin.verdict != first.verdict:  # one of them was judged alone: the other is as well
        first, twin = found[0], None
    rest = [k for k in found[1:] if k.ref not in (first.ref, twin.ref if twin is not None else "")]
    return [first, *twins.without(rest, twins.twins(rest))[:AHEAD]], twin


def _last(desk: Desk, named: str) -> dict[str, Any] | None:
    """What was judged just now, as long as that stands."""
    if not named:
        return None
    with suppress(ArchiveError):
        kept = listing.one(desk.archive, named.split()[0])
        if kept.verdict:
            return {"refs": named, "verdict": kept.verdict, "words": told(kept) or heading(kept)}
    return None


def _around(desk: AtDesk, kept: Kept) -> tuple[str, str, str]:
    if not kept.entry.evidence:
        return "", "", ""
    _, record = desk.archive.record(kept.report)
    first = kept.entry.evidence[0]
    return sentence_around(record, first.start, first.end)


@router.change("/review")
async def reviewed(request: Request, desk: AtDesk) -> Response:
    """Takes a judgement, or puts the entry off, and goes on to the next."""
    form = await request.form()
    given = {name: str(value) for name, value in form.items()}
    later = [str(value) for value in form.getlist("later")]
    ref, verdict = given.get("ref", ""), given.get("verdict", "")
    last = ""
    if verdict == "later":
        later = [*later, *ref.split()][-PUT_OFF:]
    else:
        await run_in_threadpool(apply_judgement, desk, ref, verdict, who_judges(request), given)
        last = "" if verdict == "undo" else ref
    asked = [("later", x) for x in later] + ([("again", "1")] if given.get("again") else [])
    asked += [("last", last)] if last else []
    return RedirectResponse("/review" + (f"?{urlencode(asked)}" if asked else ""), 303)
