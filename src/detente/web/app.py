"""The app itself: its pages, its style and script, and what an error looks like."""

from __future__ import annotations

from http import HTTPStatus
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from detente.errors import ArchiveError, DetenteError
from detente.web.desk import Desk
from detente.web.guard import LARGEST, Gatekeeper, Guard, Policy
from detente.web.render import failed, told

_HERE = Path(__file__).parent
#: The modules of `pages/`, each with its `router`, in the order in which addresses are tried.
PAGES = (
    "home", "feeds", "pledges", "changes", "search", "parties", "processes", "add", "reports", "review", "signing",
)  # fmt: skip


def create_app(db: str | Path, policy: Policy | None = None) -> FastAPI:
    """The app over one archive, which is opened (and made, if need be) when the first page asks for it.

    Without a policy it is for this machine alone.
    """
    app = FastAPI(
        title="Detente", version=version("detente"), docs_url=None, redoc_url=None, openapi_url="/openapi.json",
        form_limits={"max_part_size": LARGEST},  # a long text in a form; the whole request is bounded by the guard
        description="What was demanded, offered, refused and promised at talks, with the sentences that say so.",
    )  # fmt: skip
    app.state.desk = Desk(str(db))
    app.state.guard = Guard(policy or Policy())
    app.add_middleware(Gatekeeper, guard=app.state.guard, refuse=failed)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    for name in PAGES:
        app.include_router(import_module(f"detente.web.pages.{name}").router)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_value)
    app.add_exception_handler(KeyError, _on_missing)
    app.add_exception_handler(DetenteError, _on_error)
    app.add_exception_handler(Exception, _on_failure)
    return app


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if 300 <= error.status_code < 400 and error.headers:  # what moved to another address
        ending = ".json" if request.url.path.endswith(".json") else ""
        return RedirectResponse(error.headers["Location"] + ending, error.status_code)
    told = error.detail
    if told == HTTPStatus(error.status_code).phrase:  # nobody said more than the number does
        told = {404: "there is no such page", 405: "this address takes what a form sends, and shows nothing"}.get(
            error.status_code, told
        )
    return failed(request, error.status_code, told)


async def _on_value(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # of a value that may be one of several sorts every sort complains; the first says what is wrong
    first: dict[Any, Any] = {}
    for one in error.errors():
        first.setdefault(one["loc"][:2], one)
    return failed(request, 422, "; ".join(map(_refusal, list(first.values())[:3]))[:500])


def _refusal(error: dict[str, Any]) -> str:
    """What is wrong with a value, in words; of an expression that it should match nobody could make anything."""
    name = str(error["loc"][1]) if len(error["loc"]) > 1 else "what was sent"
    if error["type"] == "string_pattern_mismatch" or error["type"].startswith("date_"):
        return f"{name} can't be {str(error['input'])[:40]!r}"
    if error["type"] == "string_too_long":
        return f"{name} has more than {error['ctx']['max_length']:,} characters"
    said = error["msg"].removeprefix("Value error, ")
    return f"{name}: {said[:1].lower()}{said[1:]}"


async def _on_missing(request: Request, error: Exception) -> Response:
    return failed(request, 404, f"there is no {error.args[0]!r} here" if error.args else "there is no such page")


async def _on_failure(request: Request, error: Exception) -> Response:
    """What nobody foresaw: a page in plain words; the log has the rest."""
    return failed(request, 500, "Detente did something wrong; what was kept before is kept, and its log tells more")


async def _on_error(request: Request, error: Exception) -> Response:
    missing = isinstance(error, ArchiveError) and "no such" in str(error)
    assert isinstance(error, DetenteError)
    # the name of an archive's error is that of an entry, or where the archive lies on this machine
    name = "" if isinstance(error, ArchiveError) else error.name
    return failed(request, 404 if missing else 400, told(error, name))
