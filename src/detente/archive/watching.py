"""Polling feeds politely: only what changed, as robots.txt allows, and ever less often where they fail."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping, insert, select, update

from detente.archive import database
from detente.archive.rows import Row, now
from detente.archive.schema import feeds
from detente.errors import DetenteError, InputError
from detente.sources import feed
from detente.sources.web import Answer, Web, WebError, read_items

if TYPE_CHECKING:
    from detente.archive.store import Archive

#: A feed that keeps failing is asked at least this often, in minutes.
_SELDOM = 24 * 60
#: While nothing is due, so many seconds go by at most until the next look.
_NAP = 60.0


def addresses(path: str | Path) -> list[str]:
    """The addresses that a file lists, one a line; `#` begins a comment.

    Raises InputError, naming file and line, on what is no address, and where the file is missing or empty.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        told = "does not exist" if isinstance(error, FileNotFoundError) else "can't be read"
        raise InputError(told, name=str(path), remedy="name a text file with one address a line") from None
    found = []
    for number, line in enumerate(lines, 1):
        words = line.split(" #")[0].strip()
        if not words or words.startswith("#"):
            continue
        if not words.lower().startswith(("http://", "https://")):
            raise InputError(f"{words!r} is no address", name=f"{path}:{number}", remedy="write https://…")
        found.append(words)
    if not found:
        raise InputError("lists no feed", name=str(path), remedy="write one address a line")
    return list(dict.fromkeys(found))


def watch_feeds(
    archive: Archive, urls: list[str], *, every: int = 30, once: bool = False, private: bool = False,
    tell: Callable[[str], None] = lambda words: None,
) -> int:  # fmt: skip
    """Polls feeds and adds what is new, until interrupted; with `once`, those that are due, once.

    `every` is in minutes. `tell` is given a line on each feed that brought something or failed. What a
    feed answered is remembered in the archive, so that a later run goes on as politely. Gives the number
    of feeds that failed.
    """
    failed = 0
    with Web(private=private) as web:
        while True:
            for url in urls:
                if _is_due(archive, url):
                    failed += not _poll(archive, web, url, every, tell)
            if once:
                return failed
            time.sleep(_nap(archive, urls))


def _state(archive: Archive, url: str) -> RowMapping | None:
    with database.reading(archive.engine) as link:
        return link.execute(select(feeds).where(feeds.c.url == url)).mappings().first()


def _is_due(archive: Archive, url: str) -> bool:
    state = _state(archive, url)
    if state is None:
        return True
    moment = now()
    return bool(
        state["due"] <= moment or state["polled"] > moment
    )  # asked in what is the future now: the clock was set back


def _nap(archive: Archive, urls: list[str]) -> float:
    with database.reading(archive.engine) as link:
        due = link.execute(select(feeds.c.due).where(feeds.c.url.in_(urls)).order_by(feeds.c.due)).scalars().first()
    if not due:
        return _NAP
    wait = (dt.datetime.fromisoformat(due) - dt.datetime.now(dt.UTC)).total_seconds()
    return min(max(wait, 1.0), _NAP)


def _poll(archive: Archive, web: Web, url: str, every: int, tell: Callable[[str], None]) -> bool:
    """Asks one feed; whether that went well."""
    state = _state(archive, url)
    etag, modified = (state["etag"], state["modified"]) if state is not None else ("", "")
    try:
        answer = web.get(url, etag=etag, modified=modified)
        told, troubled = _take(archive, web, url, answer) if answer.status != 304 else ("", False)
    except DetenteError as error:
        failures = (state["failures"] if state is not None else 0) + 1
        wait = _back_off(every, failures, error.retry_after if isinstance(error, WebError) else 0.0)
        _remember(archive, url, {"failures": failures, "due": _in(wait), "note": error.message})
        help_ = f" ({error.remedy})" if error.remedy else ""
        tell(f"{url}: {error.message}{help_}; asked again in {wait:.0f} minutes")
        return False
    if told:
        tell(f"{url}: {told}")
    # while an article of it could not be had, the feed itself must come whole again
    marks = {} if troubled else {"etag": answer.etag or etag, "modified": answer.modified or modified}
    _remember(archive, url, {"failures": 0, "due": _in(every), "note": told} | marks)
    return True


def _take(archive: Archive, web: Web, url: str, answer: Answer) -> tuple[str, bool]:
    """Adds what a feed brings; what there is to tell of it, and whether an article could not be had."""
    missed: list[InputError] = []
    found = read_items(
        web, feed.items(answer.body, answer.url), url, skip=missed.append, fresh=lambda item: _fresh(archive, item)
    )
    summary = archive.add_all(found)
    told = str(summary) if summary.names or summary.skipped or missed else ""
    for error in missed:
        told += f"; {error}"
    for skipped in summary.skipped:
        told += f"; {skipped.name}: {skipped.reason}"
    return told, any(isinstance(error, WebError) for error in missed)


def _fresh(archive: Archive, item: feed.Item) -> bool:
    """Whether an item is not there yet, or was changed after it was added."""
    name = item.url or item.id
    added = archive.knows(name) if name else ""  # one without a name is known by its text, when it is added
    return not added or bool(item.updated and item.updated > added)


def _back_off(every: int, failures: int, asked: float) -> float:
    """Minutes until a failing feed is asked again: twice as long each time, and as long as it asks for."""
    return max(min(every * 2.0 ** min(failures, 20), _SELDOM), min(asked / 60, 7 * _SELDOM))


def _in(minutes: float) -> str:
    due = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    return due.isoformat(timespec="seconds").replace("+00:00", "Z")


def _remember(archive: Archive, url: str, values: Row) -> None:
    def work(link: Connection) -> None:
        fresh = values | {"polled": now()}
        if link.execute(select(feeds.c.url).where(feeds.c.url == url)).first() is None:
            link.execute(insert(feeds).values(url=url, **fresh))
        else:
            link.execute(update(feeds).where(feeds.c.url == url).values(**fresh))

    database.write(archive.engine, work)
