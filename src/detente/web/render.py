"""One view, three faces: a page for people, and the same as JSON and CSV under the same address.

A page's function gives a `View`. `Pages.page` registers it three times: `/pledges` renders the view's template,
`/pledges.json` gives its `data`, `/pledges.csv` its `rows` where it has any. The JSON addresses make the OpenAPI.
"""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from detente.archive.adding import SENT
from detente.archive.rows import today
from detente.errors import DetenteError
from detente.export.common import whole_day
from detente.follow.naming import display
from detente.formats import cell
from detente.view import clean, human_date, human_period, listed
from detente.web.guard import author, checked, csrf_field, named_by_proxy, taken_apart

_JSON, _CSV = ".json", ".csv"
HTML = "text/html; charset=utf-8"


class Refusal(BaseModel):
    """Why a request was not done, in words."""

    error: str


#: How a request may be refused, for the OpenAPI.
REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": Refusal, "description": words}
    for code, words in {
        400: "Something in it can't be understood", 401: "A token is needed", 403: "A form token is missing",
        404: "There is no such thing here", 413: "It is too large", 421: "Another name than this app's",
        422: "A value is out of its bounds", 429: "Too many at once",
    }.items()
}  # fmt: skip
#: Marks that make letters read backwards, whatever their language; no honest text needs them.
_TURNING = re.compile("[\u202d\u202e]")
_COMMAND = re.compile(r"(?:^|\s)(?:--\w|detente \w)")
_ISO_IN_WORDS = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?\b")


@dataclass(slots=True)
class View:
    """What a page shows. `data` is the JSON, plain values only; `rows` gives the CSV; `more` is for the template alone."""

    template: str
    title: str
    data: dict[str, Any]
    rows: Callable[[], Iterable[dict[str, Any]]] | None = None
    more: dict[str, Any] = field(default_factory=dict)


class Pages(APIRouter):
    """A router whose pages have three faces."""

    def page(self, path: str, *, csv: bool = False) -> Callable[[Callable[..., View]], Callable[..., View]]:
        """Registers a function that gives a View at `path`, `path.json` and, with `csv`, `path.csv`."""

        def register(view: Callable[..., View]) -> Callable[..., View]:
            bare = path.rstrip("/") or "/index"
            self.get(bare + _JSON, name=view.__name__ + "_json", responses=REFUSALS)(_face(view, _as_json))
            if csv:
                self.get(bare + _CSV, include_in_schema=False)(_face(view, _as_csv))
            self.get(path, include_in_schema=False, name=view.__name__)(_face(view, _as_page))
            return view

        return register

    def change(self, path: str, *also: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Registers a form's target at `path`: guarded by the form token, as every change must be."""
        return self.post(path, include_in_schema=False, dependencies=[*also, Depends(checked)])


def _face(view: Callable[..., View], show: Callable[[Request, View], Response]) -> Callable[..., Response]:
    """The function as FastAPI calls it: with the view's own parameters, and the request."""
    own = inspect.signature(view, eval_str=True)
    wants_request = "request" in own.parameters

    @wraps(view)
    def answer(request: Request, **given: Any) -> Response:
        return show(request, view(**given, **({"request": request} if wants_request else {})))

    asked = [p for name, p in own.parameters.items() if name != "request"]
    first = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
    signature = own.replace(parameters=[first, *asked], return_annotation=Response)
    answer.__signature__ = signature  # type: ignore[attr-defined]
    answer.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    del answer.__wrapped__  # FastAPI would look through it
    return answer


def _as_json(request: Request, view: View) -> Response:
    return JSONResponse(view.data)


def _as_csv(request: Request, view: View) -> Response:
    name = quote(request.url.path.rsplit("/", 1)[-1])
    return StreamingResponse(
        _csv_lines(view.rows() if view.rows else ()), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def _csv_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A table line by line, since it may be long; all its rows have the columns of the first."""
    out = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(out, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: cell(_in_a_cell(value)) for name, value in row.items()})
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _in_a_cell(value: Any) -> Any:
    """A value as a cell holds it: lists with semicolons between, and what has parts of its own as JSON."""
    if isinstance(value, list | tuple) and all(isinstance(one, str | int | float) for one in value):
        return "; ".join(str(one) for one in value)
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value


def _as_page(request: Request, view: View) -> Response:
    values = {**view.data, **view.more, "title": view.title, "tabled": view.rows is not None}
    return _rendered(request, view.template, values, 200)


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page from a template, with what every page has."""
    return _rendered(request, template, values, status)


def _rendered(request: Request, template: str, values: dict[str, Any], status: int) -> Response:
    html = ENVIRONMENT.get_template(template).render(values | _everywhere(request))
    return Response(html, status_code=status, media_type=HTML)


def page_as_it_comes(request: Request, template: str, **values: Any) -> Iterator[str]:
    """A page in pieces, each sent when a section of it ends, though what comes next is still to be waited for."""
    held: list[str] = []
    for piece in ENVIRONMENT.get_template(template).generate(**_everywhere(request), **values):
        held.append(piece)
        if "</section>" in piece or "</progress>" in piece:
            yield "".join(held)
            held.clear()
    yield "".join(held)


def _everywhere(request: Request) -> dict[str, Any]:
    """What every page knows."""
    return {"request": request, "path": request.url.path, "me": author(request), "signed": named_by_proxy(request)}


def failed(request: Request, status: int, words: str) -> Response:
    """An error as the asker reads best: JSON for a JSON address, else a page."""
    if request.url.path.endswith(_JSON):
        return JSONResponse({"error": words}, status_code=status)
    title = _FAILED.get(status, "That did not work")
    return page(request, "error.html", status=status, title=title, words=words, before=_before(request))


def _before(request: Request) -> str:
    """The page of this app from which a form was sent, "" for another request."""
    came = taken_apart(request.headers.get("referer", ""))
    if request.method != "POST" or came.netloc != request.headers.get("host"):
        return ""
    return back_to(came.path + (f"?{came.query}" if came.query else ""), "")


#: What the page of an error is called.
_FAILED = {
    403: "This was refused", 404: "There is nothing here", 409: "Somebody was faster", 413: "That is too much at once",
    422: "A value can't be understood", 429: "That was too fast", 500: "Something failed here",
}  # fmt: skip


def helps(remedy: str) -> str:
    """What would help, unless it is a command or an option of one, which nobody can give on a page."""
    return "" if _COMMAND.search(remedy) else remedy


def back_to(where: str, otherwise: str) -> str:
    """Where to go on: an address of this app, never of another site."""
    return where if re.match(r"/(?![/\\])[^\x00-\x20\\]*$", where) else otherwise


def asking(values: Mapping[str, Any], **others: Any) -> str:
    """The query of an address, out of these values and others in their place; empty ones are left out."""
    return urlencode({name: value for name, value in (dict(values) | others).items() if value}, doseq=True)


def dated(words: str) -> str:
    """Words in which ISO days are as people write them."""
    return _ISO_IN_WORDS.sub(lambda found: human_date(found[0]), words)


def source(words: str) -> str:
    """Where a report comes from, in short: the site of an address, the name of a file."""
    words = words.removeprefix(SENT)
    host = taken_apart(words).hostname if "://" in words else None
    return clean(host.removeprefix("www.") if host else words.rsplit("/", 1)[-1])


def told(error: DetenteError, name: str) -> str:
    """An error as a page tells it, of what has that name: without what only a command could do."""
    return str(DetenteError(error.message, name=name, remedy=helps(error.remedy)))


def upright(text: str) -> str:
    """A text as it stands, without the marks that turn its letters round: it reads as its quotes do."""
    return _TURNING.sub("", text)


def titled(title: str, id: str) -> str:
    """What a report is called: by its title, else by its name, where that is more than a number made of its text."""
    return title or ("untitled text" if id.startswith("text:") else id)


def site(words: str) -> str:
    """The site that a report comes from, "" where it comes from none."""
    return source(words) if "://" in words else ""


def days_ago(day: str) -> int:
    """How many days ago a day was, 0 where it isn't known to the day or is yet to come."""
    when = whole_day(day)
    return max(0, (today() - when).days) if when is not None else 0


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"],
    )  # fmt: skip
    filters: dict[str, Any] = {
        "clean": clean, "day": human_date, "period": lambda pair: human_period(*pair), "party": display,
        "listed": listed, "parties": lambda codes: listed([display(code) for code in codes]),
        "json": lambda value: json.dumps(value, ensure_ascii=False), "asking": asking, "source": source,
        "dated": dated, "upright": upright, "days_ago": days_ago, "titled": titled, "site": site,
    }  # fmt: skip
    made.filters.update(filters)
    made.tests["beginning"] = lambda words, beginning: str(words).startswith(beginning)
    made.globals["csrf_field"] = csrf_field
    return made


#: The templates, escaping all they are given.
ENVIRONMENT = _environment()
