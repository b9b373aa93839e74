"""The review queue: one entry at a time, the least certain and the most consequential first."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from detente.archive.listing import progress, waiting
from detente.web.desk import AtDesk
from detente.web.pages.reports import Beside, _author, apply_judgement, sentence_around
from detente.web.render import Pages, View

router = Pages()
#: So many entries that were put off are remembered in the address.
PUT_OFF = 40


@router.page("/review")
def review(desk: AtDesk, later: Annotated[list[str] | None, Query(max_length=PUT_OFF)] = None) -> View:
    """The entry to look at next, in its sentence, and how far the work has come."""
    put_off = tuple(later or ())[-PUT_OFF:]
    queue = waiting(desk.archive, limit=12, skip=put_off)
    counts = progress(desk.archive)
    data = {
        "next": queue[0].to_dict() if queue else None,
        "queue": [k.to_dict() for k in queue[1:]],
        "progress": counts,
    }
    more: dict[str, object] = {"later": put_off, "entry": None, "around": ("", "", ""), "then": []}
    if queue:
        _, record = desk.archive.record(queue[0].report)
        first = queue[0].entry.evidence[0]
        more |= {
            "entry": Beside.of(0, queue[0]), "around": sentence_around(record, first.start, first.end),
            "then": [Beside.of(n, k) for n, k in enumerate(queue[1:])],
        }  # fmt: skip
    return View("review.html", "Review", data, more=more)


@router.change("/review")
async def reviewed(
    request: Request, desk: AtDesk, ref: Annotated[str, Form()], verdict: Annotated[str, Form()]
) -> Response:
    """Takes a judgement, or puts the entry off, and goes on to the next."""
    form = await request.form()
    given = {name: str(value) for name, value in form.items()}
    later = [str(value) for value in form.getlist("later")]
    if verdict == "later":
        later = [*later, ref][-PUT_OFF:]
    else:
        apply_judgement(desk, ref, verdict, _author(request, given), given)
    return RedirectResponse("/review" + "".join(f"{'&' if i else '?'}later={x}" for i, x in enumerate(later)), 303)
