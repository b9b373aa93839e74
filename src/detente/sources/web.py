"""Pages, documents and feeds from the web: politely, and never from inside one's own network.

Addresses come from feeds and redirects that strangers write. Each host name is therefore looked up here,
every address that it has is checked, and the connection goes to the very address that was checked.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import time
import urllib.robotparser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType

import httpx

from detente.errors import InputError
from detente.report import Report
from detente.sources import feed

AGENT = "detente"
#: Larger answers are refused.
LARGEST = 20 * 1024 * 1024
_TIMEOUT = httpx.Timeout(20, connect=10)
#: One answer may take no longer than this until its body has come, however slowly that trickles in.
_LONGEST = 60.0
_REDIRECTS = 5
#: Of an address that is none, errors show so many characters.
_SHOWN = 200
#: Seconds between two requests to one host, unless its robots.txt asks for more.
PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_PAGES = ("text/html", "application/xhtml")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `url` is where it came from after redirects. Empty with status 304: nothing new."""

    url: str
    status: int
    type: str
    body: bytes
    etag: str = ""
    modified: str = ""


class WebError(InputError):
    """A page that can't be had. `retry_after`: the seconds after which the host wants to be asked again."""

    def __init__(self, message: str, *, name: str = "", remedy: str = "", retry_after: float = 0.0) -> None:
        super().__init__(message, name=name, remedy=remedy)
        self.retry_after = retry_after


@dataclass(slots=True)
class Web:
    """Fetches pages. `private` allows addresses inside one's own network; `pause` is in seconds."""

    private: bool = False
    pause: float = PAUSE
    robots: bool = True
    _rules: dict[str, urllib.robotparser.RobotFileParser] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)
    _client: httpx.Client | None = None

    def __enter__(self) -> Web:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._client is not None:
            self._client.close()

    def get(self, url: str, *, etag: str = "", modified: str = "") -> Answer:
        """Fetches a page; with `etag` and `modified` of the last time only if it is new.

        Raises WebError where the address is private, robots.txt forbids it, the host can't be reached,
        or the answer is an error or too large.
        """
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        return self._follow(url, {k: v for k, v in headers.items() if v}, self.robots)

    def _follow(self, url: str, headers: dict[str, str], robots: bool) -> Answer:
        first = url
        for _ in range(_REDIRECTS + 1):
            if robots and not self._allowed(url):
                raise WebError("robots.txt of the site forbids it", name=url, remedy="save the page and add the file")
            answer, onward = self._once(url, headers)
            if not onward:
                return answer
            url = onward
        raise WebError("leads in circles", name=first, remedy="give the address that it should lead to")

    def _once(self, url: str, headers: dict[str, str]) -> tuple[Answer, str]:
        """One request, without following: the answer, and where it leads to, if anywhere."""
        target = _address(url)
        if target.scheme not in ("http", "https") or not target.host:
            raise WebError("is no address of the web", name=url, remedy="give http://… or https://…")
        address = self._checked(target)
        self._wait(target.host)
        host = target.netloc.decode("ascii")
        until = time.monotonic() + _LONGEST
        headers = {"Host": host, "User-Agent": f"{AGENT} (reads reports of negotiations)", **headers}
        try:
            with self._http().stream(
                "GET", target.copy_with(host=address), headers=headers, extensions={"sni_hostname": target.host}
            ) as response:
                return self._answer(target, response, until)
        except httpx.TimeoutException:
            raise WebError("did not answer in time", name=url, remedy="try again later") from None
        except httpx.HTTPError as error:
            raise WebError(f"can't be fetched: {error}", name=url, remedy="check the address") from None

    def _answer(self, url: httpx.URL, response: httpx.Response, until: float) -> tuple[Answer, str]:
        headers, name = response.headers, str(url)
        if response.status_code in (301, 302, 303, 307, 308) and "location" in headers:
            return Answer(name, response.status_code, "", b""), str(url.join(_address(headers["location"])))
        if response.status_code != 304 and not 200 <= response.status_code < 300:
            raise WebError(
                f"the site answers {response.status_code} {response.reason_phrase}", name=name,
                remedy="check the address, or try later", retry_after=_seconds(headers.get("retry-after", "")),
            )  # fmt: skip
        body = b"" if response.status_code == 304 else _body(response, name, until)
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        told = headers.get("etag", ""), headers.get("last-modified", "")
        return Answer(name, response.status_code, kind, body, *told), ""

    def _http(self) -> httpx.Client:
        if self._client is None:
            # proxies of the environment would look the names up again, behind the check
            self._client = httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)
        return self._client

    def _checked(self, url: httpx.URL) -> str:
        """An address of the host to connect to. Raises WebError where any of its addresses is private."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise WebError("the host is not known", name=str(url), remedy="check the address") from None
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if not self.private:
            for address in addresses:
                if not is_public(address):
                    raise WebError(
                        "lies inside a private network", name=str(url),
                        remedy="--private fetches it all the same, if you trust whoever gave the address",
                    )  # fmt: skip
        return addresses[0]

    def _wait(self, host: str) -> None:
        rules = next((r for origin, r in self._rules.items() if httpx.URL(origin).host == host), None)
        asked = float(rules.crawl_delay(AGENT) or 0) if rules is not None and rules.mtime() else 0.0
        pause = min(max(self.pause, asked), _LONGEST_PAUSE)
        since = time.monotonic() - self._last.get(host, -_LONGEST_PAUSE)
        if since < pause:
            time.sleep(pause - since)
        self._last[host] = time.monotonic()

    def _allowed(self, url: str) -> bool:
        """Whether robots.txt lets us (RFC 9309: none allows all, a failing one forbids all)."""
        target = _address(url)
        if target.scheme not in ("http", "https"):
            return True  # refused later, with a better word
        origin = str(target.copy_with(raw_path=b"/", fragment=None, query=None))
        if origin not in self._rules:
            try:
                self._rules[origin] = self._robots(origin)
            except WebError as error:  # told of the page that was asked for
                raise WebError(error.message, name=url, remedy=error.remedy, retry_after=error.retry_after) from None
        return self._rules[origin].can_fetch(AGENT, url)

    def _robots(self, origin: str) -> urllib.robotparser.RobotFileParser:
        rules = urllib.robotparser.RobotFileParser()
        try:
            answer = self._follow(origin + "robots.txt", {}, robots=False)
            rules.parse(answer.body.decode("utf-8", "replace").splitlines())
            rules.modified()
        except WebError as error:
            if "answers 5" in error.message:
                rules.parse(["User-agent: *", "Disallow: /"])
            elif "answers 4" not in error.message:
                raise
            rules.modified()
        return rules


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: no private, loopback, link-local or reserved one."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped
        if inner is None and found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        tunnel = found.sixtofour or (found.teredo[1] if found.teredo else None)
        return found in _UNICAST and found.is_global and (tunnel is None or is_public(str(tunnel)))
    return found.is_global and not found.is_multicast


#: The addresses of the sixth version that lead anywhere on the open internet (RFC 4291), and those that stand for one
#: of the fourth (RFC 6052).
_UNICAST, _TRANSLATED = ipaddress.IPv6Network("2000::/3"), ipaddress.IPv6Network("64:ff9b::/96")


def _address(url: str) -> httpx.URL:
    """An address taken apart. Raises WebError where it is none."""
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise WebError("is no address", name=url[:_SHOWN], remedy="give http://… or https://…") from None


def _body(response: httpx.Response, name: str, until: float) -> bytes:
    parts, size = [], 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise WebError("is larger than 20 MB", name=name, remedy="save it and add the file")
        if time.monotonic() > until:
            raise WebError("did not answer in time", name=name, remedy="try again later")
    return b"".join(parts)


def _seconds(words: str) -> float:
    """The seconds of a Retry-After header, which is a number or a date."""
    from email.utils import parsedate_to_datetime

    if words.isdigit():
        return float(words)
    try:
        return max(0.0, (parsedate_to_datetime(words) - dt.datetime.now(dt.UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


# -- reports


def read_address(
    web: Web, url: str, *, date: dt.date | None = None, force: bool = False, skip: Callable[[InputError], None],
    fresh: Callable[[feed.Item], bool] = lambda item: True,
) -> Iterator[Report]:  # fmt: skip
    """The report of a page or a PDF, or those of a feed with the articles that it announces.

    `fresh` says which items of a feed are wanted. What can't be read is given to `skip`. Raises
    WebError where the address itself can't be had.
    """
    answer = web.get(url)
    if feed.is_feed(answer.body, answer.type):
        yield from read_items(
            web, feed.items(answer.body, answer.url), answer.url, date=date, force=force, skip=skip, fresh=fresh
        )
        return
    yield _report(answer, url, date, force)


def read_items(
    web: Web, items: list[feed.Item], name: str, *, date: dt.date | None = None, force: bool = False,
    skip: Callable[[InputError], None], fresh: Callable[[feed.Item], bool] = lambda item: True,
) -> Iterator[Report]:  # fmt: skip
    """The reports of the items of a feed. Where it has only an announcement, the article is fetched."""
    for item in items:
        if not fresh(item):
            continue
        try:
            yield _article(web, item, name, date, force)
        except InputError as error:
            skip(error)


def _article(web: Web, item: feed.Item, name: str, date: dt.date | None, force: bool) -> Report:
    if item.whole or not item.url:
        return feed.report(item, name, date=date, force=force)
    return _report(web.get(item.url), item.url, date or item.day, force)


def _report(answer: Answer, url: str, date: dt.date | None, force: bool) -> Report:
    from detente.sources.files import read_bytes

    page = answer.type.startswith(_PAGES) or answer.body.lstrip()[:200].lower().startswith((b"<!doctype", b"<html"))
    return read_bytes(answer.body, id=url, date=date, source=url, force=force, page=page)
