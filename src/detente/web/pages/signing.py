"""Signing in with the token, where one is asked for; and the name under which somebody judges."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from detente.view import clean
from detente.web.guard import NAME, Guard, set_cookie
from detente.web.render import Pages, back_to, page

router = Pages()


@router.get("/sign-in", include_in_schema=False)
def sign_in(request: Request) -> Response:
    """The page that asks for the token."""
    return page(request, "sign_in.html", title="Sign in", wrong=False)


@router.post("/sign-in", include_in_schema=False)
def signed_in(request: Request, token: Annotated[str, Form(max_length=500)]) -> Response:
    """Takes the token; a wrong one is told, and nothing else."""
    guard = request.app.state.guard
    assert isinstance(guard, Guard)
    if not guard.knows(token.strip()):
        return page(request, "sign_in.html", status=403, title="Sign in", wrong=True)
    answer = RedirectResponse("/", 303)
    answer.headers["set-cookie"] = set_cookie(guard.cookie(True), guard.policy.secure)
    return answer


@router.change("/name")
def name(
    request: Request, name: Annotated[str, Form(max_length=80)] = "", back: Annotated[str, Form()] = "/review"
) -> Response:  # fmt: skip
    """Remembers on this browser under which name somebody judges and decides."""
    guard = request.app.state.guard
    assert isinstance(guard, Guard)
    answer = RedirectResponse(back_to(back, "/review"), 303)
    answer.headers["set-cookie"] = set_cookie(quote(clean(name)), guard.policy.secure, NAME)
    return answer
