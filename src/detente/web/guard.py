"""Who may come in, and what their browser may do: hosts, tokens, form tokens, headers, sizes, rates.

On this machine alone (the default) nobody signs in; the `Host` of every request is checked, so that no other site
reaches the app by a name of its own. Beyond it a token is asked for, or a proxy that signs people in is trusted.
Every change carries a form token bound to the browser's cookie. `docs/security.md` tells what this defends.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import SplitResult, unquote, urlsplit

from fastapi import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE, NAME, FIELD, HEADER = "detente", "detente_name", "form_token", "x-form-token"
#: Names by which this machine is asked for.
LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])
#: How long a browser stays signed in, in seconds.
STAYS = 14 * 24 * 3600
#: No request is larger than this, in bytes.
LARGEST = 20 * 1024 * 1024
#: So many reports may be added in so many seconds.
ADDS, WITHIN = 30, 60.0
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """How the app is guarded. `token` "" asks for none, `hosts` None takes any name."""

    token: str = ""
    hosts: frozenset[str] | None = LOOPBACK
    #: a header in which a proxy names the person it has signed in, and the addresses that proxy comes from
    proxy_header: str = ""
    proxies: frozenset[str] = frozenset()
    #: whether cookies are for HTTPS alone
    secure: bool = False


@dataclass(slots=True)
class Guard:
    """The policy with its keys, which live as long as the app runs."""

    policy: Policy
    _signer: URLSafeTimedSerializer = field(init=False)
    _adds: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._signer = URLSafeTimedSerializer(secrets.token_bytes(32), salt="detente")

    def visitor(self, cookies: Mapping[str, str]) -> dict[str, str] | None:
        """What the cookie says of a browser: `id` and whether it `signed` in; None for a forged or old one."""
        try:
            found = self._signer.loads(cookies.get(COOKIE, ""), max_age=STAYS)
        except BadSignature:
            return None
        return found if isinstance(found, dict) else None

    def cookie(self, signed: bool) -> str:
        """A new cookie; it holds a random name for the browser and never the token."""
        return str(self._signer.dumps({"id": secrets.token_urlsafe(16), "signed": "yes" if signed else ""}))

    def form_token(self, visitor: str) -> str:
        """The token that changes from this browser carry."""
        return str(self._signer.dumps(visitor, salt="form"))

    def is_form_token(self, given: str, visitor: str) -> bool:
        """Whether a form token is one of this browser's."""
        try:
            return hmac.compare_digest(str(self._signer.loads(given, salt="form", max_age=STAYS)), visitor)
        except BadSignature:
            return False

    def knows(self, token: str) -> bool:
        """Whether this is the token, told in a time that does not depend on how much of it is right."""
        return bool(self.policy.token) and hmac.compare_digest(token.encode(), self.policy.token.encode())

    def may_add(self) -> bool:
        """Whether one more report may be added now."""
        now = time.monotonic()
        while self._adds and now - self._adds[0] > WITHIN:
            self._adds.popleft()
        if len(self._adds) >= ADDS:
            return False
        self._adds.append(now)
        return True


class Gatekeeper:
    """The guard before every page."""

    def __init__(self, app: ASGIApp, guard: Guard, refuse: Callable[[Request, int, str], Response]) -> None:
        self.app, self.guard, self._told = app, guard, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        refused = self._refused(request)
        if refused is not None:
            await refused(scope, receive, _with_headers(send, None))
            return
        visitor = self.guard.visitor(request.cookies)
        cookie = "" if visitor is not None else self.guard.cookie(False)
        if cookie:
            visitor = self.guard.visitor({COOKIE: cookie})
        scope.setdefault("state", {})["visitor"] = (visitor or {}).get("id", "")
        await self.app(scope, _bounded(receive), _with_headers(send, self._set(cookie) if cookie else None))

    def _refused(self, request: Request) -> Response | None:
        policy = self.guard.policy
        host = _host(request.headers.get("host", ""))
        if policy.hosts is not None and host not in policy.hosts:
            return PlainTextResponse("This name is not known here; `detente serve --host` sets it.", 421)
        if _length(request) > LARGEST:
            return self._told(request, 413, f"more than {LARGEST >> 20} MB at once")
        if request.method not in ("GET", "HEAD", "OPTIONS") and not _same_site(request):
            return self._told(request, 403, "this came from another site")
        if not policy.token and not policy.proxy_header:
            return None
        if request.url.path.startswith("/static/") or request.url.path == "/sign-in" or self._admitted(request):
            return None
        if request.url.path.endswith((".json", ".csv", ".ics", ".atom")):
            return self._told(request, 401, "a token is needed: Authorization: Bearer …")
        return RedirectResponse("/sign-in", 303)

    def _admitted(self, request: Request) -> bool:
        policy = self.guard.policy
        if policy.proxy_header:
            client = request.client.host if request.client else ""
            if client in policy.proxies and request.headers.get(policy.proxy_header):
                return True
        visitor = self.guard.visitor(request.cookies)
        if visitor is not None and visitor.get("signed") == "yes":
            return True
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and self.guard.knows(given.strip())

    def _set(self, value: str) -> str:
        return set_cookie(value, self.guard.policy.secure)


def set_cookie(value: str, secure: bool, name: str = COOKIE) -> str:
    """The header that sets a cookie: out of reach of scripts and of other sites."""
    made: SimpleCookie = SimpleCookie()
    made[name] = value
    morsel = made[name]
    morsel["path"], morsel["samesite"], morsel["max-age"] = "/", "Strict", str(STAYS)
    morsel["httponly"], morsel["secure"] = True, secure
    return morsel.OutputString()


def csrf_field(request: Request) -> Markup:
    """The hidden field that every form of changes carries."""
    token = _guard(request).form_token(request.state.visitor)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, escape(token))


async def checked(request: Request) -> None:
    """For every change: raises 403 unless the form token is this browser's. A bearer token needs none."""
    guard = _guard(request)
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and guard.knows(given.strip()):
        return
    token = request.headers.get(HEADER, "")
    if not token and "form" in request.headers.get("content-type", ""):
        token = str((await request.form()).get(FIELD, ""))
    if not guard.is_form_token(token, request.state.visitor):
        raise HTTPException(403, "the form is too old or from another page; load the page again")


async def paced(request: Request) -> None:
    """For adding: raises 429 where too many reports come at once."""
    if not _guard(request).may_add():
        raise HTTPException(429, f"more than {ADDS} additions a minute; wait a little, or use `detente add`")


#: Who judges where nobody said a name.
NOBODY = "reader at this desk"


def named_by_proxy(request: Request) -> str:
    """Whom a proxy has signed in; "" where none is trusted, or the request did not come from it."""
    policy = _guard(request).policy
    client = request.client.host if request.client else ""
    if not policy.proxy_header or client not in policy.proxies:
        return ""
    return request.headers.get(policy.proxy_header, "").strip()[:80]


def author(request: Request) -> str:
    """Who judges: whom the proxy names, or else who they said they were on this browser; "" if nobody said."""
    return named_by_proxy(request) or unquote(request.cookies.get(NAME, "")).strip()[:80]


def _guard(request: Request) -> Guard:
    found = request.app.state.guard
    assert isinstance(found, Guard)
    return found


def taken_apart(address: str) -> SplitResult:
    """The parts of an address that a stranger wrote; none of what is no address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _host(value: str) -> str:
    """The name in a Host header, without its port."""
    return (taken_apart(f"//{value}").hostname or "").lower()


def _same_site(request: Request) -> bool:
    """Whether the browser says that a change comes from a page of this app; programs say nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin == "null":  # a page that hides where it is; only the browser's other word counts
        return "sec-fetch-site" in request.headers
    return origin is None or taken_apart(origin).netloc == request.headers.get("host")


def _length(request: Request) -> int:
    given = request.headers.get("content-length", "0")
    return int(given) if given.isdecimal() else 0


def _bounded(receive: Receive) -> Receive:
    """What arrives, up to LARGEST: a body may come without saying how long it is."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST:
            raise HTTPException(413, f"more than {LARGEST >> 20} MB at once")
        return message

    return counted


def _with_headers(send: Send, cookie: str | None) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.setdefault("headers", [])
            present = {name.lower() for name, _ in headers}
            extra = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
            headers.extend(pair for pair in extra if pair[0] not in present)
            if cookie and b"set-cookie" not in present:
                headers.append((b"set-cookie", cookie.encode()))
        await send(message)

    return sent
