"""The review queue: one entry at a time, the least certain and the most consequential first."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from detente.archive import Kept, listing
from detente.web.desk import AtDesk
from detente.web.pages.reports import Beside, apply_judgement, sentence_around, who_judges
from detente.web.render import Pages, View

router = Pages()
#: So many entries that were put off are remembered in the address; so many are shown as coming next.
PUT_OFF, AHEAD = 40, 6


@router.page("/review")
def review(
    desk: AtDesk, request: Request, later: Annotated[list[str], Query(max_length=PUT_OFF)] = [], again: str = ""  # noqa: B006
) -> View:  # fmt: skip
    """The entry to look at next, in its sentence, and how far the work has come.

    With `again`, those that others have judged and oneself has not, so that agreement can be told.
    """
    put_off = tuple(later)[-PUT_OFF:]
    if again:
        queue = listing.judged_by_others(desk.archive, who_judges(request), limit=AHEAD + 1, skip=put_off)
    else:
        queue = listing.waiting(desk.archive, limit=AHEAD + 1, skip=put_off)
    done = listing.progress(desk.archive)
    data: dict[str, Any] = {
        "next": queue[0].to_dict() if queue else None, "queue": [k.to_dict() for k in queue[1:]],
        "progress": {
            "entries": desk.counts()["entries"], "judged": done.judged, "agreed": done.agreed, "differed": done.differed,
            "alpha": None if done.alpha is None else round(done.alpha, 2),
            "reviewers": [{"name": name, "judged": n} for name, n in done.reviewers],
        },
    }  # fmt: skip
    more: dict[str, object] = {"later": put_off, "again": again, "entry": None, "around": ("", "", ""), "then": []}
    if queue:
        more |= {"entry": Beside.of(0, queue[0]), "around": _around(desk, queue[0]),
                 "then": [Beside.of(n, k) for n, k in enumerate(queue[1:])]}  # fmt: skip
    return View("review.html", "Review", data, more=more)


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
    if verdict == "later":
        later = [*later, ref][-PUT_OFF:]
    else:
        await run_in_threadpool(apply_judgement, desk, ref, verdict, who_judges(request), given)
    asked = [("later", x) for x in later] + ([("again", "1")] if given.get("again") else [])
    return RedirectResponse("/review" + (f"?{urlencode(asked)}" if asked else ""), 303)
