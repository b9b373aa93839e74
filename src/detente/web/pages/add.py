"""Adding reports: files, text or an address, and at once what they say."""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Annotated, Any

from fastapi import Depends, Form, Request, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from detente.archive import Added, Stored, Summary, amending
from detente.archive.adding import SENT
from detente.archive.rows import today
from detente.errors import DetenteError, InputError
from detente.sources import Skipped, open_reports, parse_date, read_text
from detente.view import clean
from detente.web.desk import AtDesk, Desk
from detente.web.guard import LARGEST, checked, paced
from detente.web.pages.reports import Beside
from detente.web.render import HTML, REFUSALS, Pages, View, helps, page_as_it_comes, told

router = Pages()
_log = logging.getLogger(__name__)
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
#: So many reports that were added are shown with their entries, and so many entries of each.
SHOWN, ENTRIES = 20, 30


class Given(BaseModel):
    """A report to add: its text, or the address where it stands."""

    text: str = Field("", max_length=5_000_000)
    title: str = Field("", max_length=500)
    date: str = Field("", max_length=10, description="Day of publication, YYYY-MM-DD")
    address: str = Field("", max_length=2000)


@router.page("/add")
def add() -> View:
    """The page to add reports on."""
    return View(
        "add.html", "Add reports", {"example": EXAMPLE.is_file()}, more={"most": LARGEST, "today": today().isoformat()}
    )


@router.change("/add", Depends(paced))
async def added(
    request: Request, desk: AtDesk, text: Annotated[str, Form(max_length=5_000_000)] = "",
    title: Annotated[str, Form(max_length=500)] = "", date: Annotated[str, Form(max_length=10)] = "",
    address: Annotated[str, Form(max_length=2000)] = "", files: list[UploadFile] | None = None,
) -> Response:  # fmt: skip
    """Adds what the form holds and shows what comes of it, report by report while they are read."""
    given = Given(text=text, title=title, date=date, address=address)
    sent = [f for f in files or [] if f.filename]
    adding = await run_in_threadpool(Adding, desk, given, sent)
    return StreamingResponse(page_as_it_comes(request, "added.html", title="Added", adding=adding), media_type=HTML)


@router.post("/add.json", dependencies=[Depends(paced), Depends(checked)], name="add_json", responses=REFUSALS)
async def added_json(desk: AtDesk, given: Given) -> JSONResponse:
    """Adds one report by its text or its address; the answer tells what was added, known, revised or skipped,
    and what of it has no day or one that is yet to come."""
    adding = await run_in_threadpool(Adding, desk, given, [])
    summary = await run_in_threadpool(adding.finish)
    skipped = [{"name": s.name, "reason": s.reason, "remedy": s.remedy} for s in summary.skipped]
    told = {"added": summary.added, "known": summary.known, "revised": summary.revised, "reports": summary.names}
    days = {name: _doubt(one.date) for name, one in desk.archive.stored(summary.names).items()}
    told |= {doubt: [name for name in summary.names if days.get(name) == doubt] for doubt in ("undated", "ahead")}
    return JSONResponse(told | {"skipped": skipped}, 422 if skipped and not summary.names else 200)


@router.change("/add/example", Depends(paced))
async def example(desk: AtDesk) -> Response:
    """Adds the example dossier: four processes followed over two years."""
    await run_in_threadpool(desk.archive.add_all, [EXAMPLE])
    return RedirectResponse("/", 303)


class Adding:
    """Reports on their way into the archive, on a thread of its own: what was begun is ended though nobody looks on.

    Raises InputError where nothing was given, or what was given is no address or no day.
    """

    def __init__(self, desk: Desk, given: Given, sent: Sequence[UploadFile]) -> None:
        self._desk = desk
        self._told: SimpleQueue[Added | None] = SimpleQueue()
        self._folder = tempfile.TemporaryDirectory()
        self.summary = Summary()
        self.trouble = ""
        try:
            day = parse_date(given.date) if given.date else None
            inputs = _inputs(given, day, sent, Path(self._folder.name))
        except BaseException:
            self._folder.cleanup()
            raise
        Thread(target=self._work, args=(inputs, day), name="adding").start()

    def _work(self, inputs: list[Any], day: dt.date | None) -> None:
        try:
            folder = self._folder.name
            skipped: list[Skipped] = []
            given = _sent(inputs, day, skipped)
            found = self._desk.archive.add_all(given, date=day, progress=self._told.put)
            found.skipped += skipped
            found.skipped = [
                replace(
                    s, name=Path(s.name).name if s.name.startswith(folder) else s.name,
                    remedy=helps(s.remedy),
                )
                for s in found.skipped
            ]  # fmt: skip
            self.summary = found
            self._desk.following()  # so that the next page need not wait for it
        except DetenteError as error:
            self.trouble = told(error, error.name)
        except Exception:  # nobody waits for this thread: who added must hear that it went wrong
            _log.exception("adding failed")
            self.trouble = "Adding failed; what was added before is kept, and the log of the app says why."
        finally:
            self._folder.cleanup()
            self._told.put(None)

    def reports(self) -> Iterator[dict[str, Any]]:
        """Each report as soon as it is kept, with its entries; of a long row of them the first ones' entries only."""
        for number, one in enumerate(iter(self._told.get, None)):
            stored = self._desk.archive.stored([one.name]).get(one.name)
            if stored is None:  # it is known, and somebody took it out
                yield {"what": "taken out", "name": one.name}
                continue
            full = one.what != "known" and number < SHOWN
            kept = self._desk.archive.entries(report=one.name, limit=ENTRIES) if full else []
            beside = [Beside.of(n, k) for n, k in enumerate(kept)]
            yield {"what": one.what, "stored": stored, "copy_of": one.copy_of, "entries": beside, "full": full,
                   "day": _doubt(stored.date), "twin": self._twin(one)}  # fmt: skip

    def _twin(self, one: Added) -> Stored | None:
        """The report of another day with the same text."""
        found = amending.same_text(self._desk.archive, one.name) if one.what == "added" else ""
        return self._desk.archive.stored([found]).get(found) if found else None

    def finish(self) -> Summary:
        """What it came to, when all is read."""
        for _ in iter(self._told.get, None):
            pass
        if self.trouble:
            raise InputError(self.trouble)
        return self.summary


def _doubt(day: dt.date | None) -> str:
    """What is doubtful about the day of a report: "undated", "ahead" of today, or nothing."""
    if day is None:
        return "undated"
    return "ahead" if day > today() else ""


def _named(told: str) -> str:
    """A name for a file that was sent: the end of the name it was sent under, which may be anything."""
    name = clean(told.replace("\\", "/").rsplit("/", 1)[-1])[-60:].strip()
    return name if name.strip(".") else "report.txt"


def _inputs(given: Given, day: dt.date | None, sent: Sequence[UploadFile], folder: Path) -> list[Any]:
    """The files, the text and the address that were given, as the archive takes them."""
    if not (sent or given.text.strip() or given.address.strip()):
        raise InputError("nothing was given", name="add", remedy="choose a file, paste a text or give an address")
    inputs: list[Any] = []
    if given.text.strip():
        inputs.append(read_text(given.text, title=given.title.strip(), date=day, source="pasted"))
    if given.address.strip():
        if not given.address.strip().startswith(("http://", "https://")):
            raise InputError("this is no web address", name=given.address.strip()[:80], remedy="begin it with https://")
        inputs.append(given.address.strip())
    for n, upload in enumerate(sent):
        path = folder / f"{n}" / _named(upload.filename or "")
        path.parent.mkdir()
        path.write_bytes(upload.file.read())
        inputs.append(path)
    return inputs


def _sent(inputs: Sequence[Any], day: dt.date | None, skipped: list[Skipped]) -> Iterator[Any]:
    """What was given, in which reports out of files that were sent tell the name of their file, not where it lay here."""
    for given in inputs:
        if not isinstance(given, Path):
            yield given
            continue
        place = f"{given.parent}/"
        for report in open_reports([given], date=day, on_skip=skipped.append, alone=False, same_ids=True):
            yield replace(report, id=report.id.replace(place, ""), source=report.source.replace(place, SENT))
