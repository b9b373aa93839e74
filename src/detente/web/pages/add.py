"""Adding reports: files, text or an address, and at once what they say."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Form, Request, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from detente.archive import Archive, Summary
from detente.errors import InputError
from detente.sources import parse_date, read_text
from detente.web.desk import AtDesk
from detente.web.guard import checked, paced
from detente.web.pages.reports import Beside
from detente.web.render import Pages, View, page

router = Pages()
_PACKAGE = Path(__file__).parent.parent.parent
#: The example dossier: in an installed package, or in the repository.
EXAMPLE = next(
    (
        p
        for p in (_PACKAGE / "examples" / "dossier.jsonl", _PACKAGE.parent.parent / "tests/data/dossier/reports.jsonl")
        if p.is_file()
    ),
    _PACKAGE / "examples" / "dossier.jsonl",
)
#: Entries shown of each report that was added.
SHOWN = 40


class Given(BaseModel):
    """A report to add: its text, or the address where it stands."""

    text: str = Field("", max_length=5_000_000)
    title: str = Field("", max_length=500)
    date: str = Field("", max_length=10, description="Day of publication, YYYY-MM-DD")
    address: str = Field("", max_length=2000)


@router.page("/add")
def add() -> View:
    """The page to add reports on."""
    return View("add.html", "Add reports", {"example": EXAMPLE.is_file()})


@router.change("/add", Depends(paced))
async def added(
    request: Request, desk: AtDesk, text: Annotated[str, Form(max_length=5_000_000)] = "",
    title: Annotated[str, Form(max_length=500)] = "", date: Annotated[str, Form(max_length=10)] = "",
    address: Annotated[str, Form(max_length=2000)] = "", files: list[UploadFile] | None = None,
) -> Response:  # fmt: skip
    """Adds what the form holds and shows what came of it, entry by entry."""
    given = Given(text=text, title=title, date=date, address=address)
    sent = [f for f in files or [] if f.filename]
    summary = await run_in_threadpool(take, desk.archive, given, sent)
    values = await run_in_threadpool(outcome, desk.archive, summary)
    if len(summary.names) == 1 and not summary.skipped:
        values["only"] = summary.names[0]
    return page(request, "added.html", title="Added", **values)


@router.post("/add.json", dependencies=[Depends(paced), Depends(checked)], name="add_json")
async def added_json(desk: AtDesk, given: Given) -> JSONResponse:
    """Adds one report by its text or its address; the answer tells what was added, known, revised or skipped."""
    summary = await run_in_threadpool(take, desk.archive, given, [])
    skipped = [{"name": s.name, "reason": s.reason, "remedy": s.remedy} for s in summary.skipped]
    told = {"added": summary.added, "known": summary.known, "revised": summary.revised, "reports": summary.names}
    return JSONResponse(told | {"skipped": skipped}, 422 if skipped and not summary.names else 200)


@router.change("/add/example", Depends(paced))
async def example(desk: AtDesk) -> Response:
    """Adds the example dossier: four processes followed over two years."""
    await run_in_threadpool(desk.archive.add_all, [EXAMPLE])
    return RedirectResponse("/", 303)


def take(archive: Archive, given: Given, sent: list[UploadFile]) -> Summary:
    """Adds the files, the text and the address that were given; what fails is told in the summary."""
    if not (sent or given.text.strip() or given.address.strip()):
        raise InputError("nothing was given", name="add", remedy="choose a file, paste a text or give an address")
    inputs: list[Any] = []
    day = parse_date(given.date) if given.date else None
    if given.text.strip():
        inputs.append(read_text(given.text, title=given.title.strip(), date=day, source="pasted"))
    if given.address.strip():
        if not given.address.strip().startswith(("http://", "https://")):
            raise InputError("this is no web address", name=given.address.strip()[:80], remedy="begin it with https://")
        inputs.append(given.address.strip())
    with tempfile.TemporaryDirectory() as folder:
        for n, upload in enumerate(sent):
            path = Path(folder) / f"{n}" / (Path(upload.filename or "report.txt").name or "report.txt")
            path.parent.mkdir()
            path.write_bytes(upload.file.read())
            inputs.append(path)
        summary = archive.add_all(inputs, date=day)
    summary.skipped = [replace(s, name=Path(s.name).name) if s.name.startswith(folder) else s for s in summary.skipped]
    return summary


def outcome(archive: Archive, summary: Summary) -> dict[str, Any]:
    """What adding came to, with the entries of each report."""
    reports = []
    for name in summary.names[:20]:
        stored, _ = archive.record(name)
        kept = archive.entries(report=name, limit=SHOWN)
        reports.append({"stored": stored, "entries": [Beside.of(n, k) for n, k in enumerate(kept)]})
    return {"summary": summary, "reports": reports, "only": ""}
