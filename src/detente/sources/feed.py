"""RSS and Atom: the items of a feed as reports, by feedparser."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from detente.errors import InputError
from detente.report import Report
from detente.sources.text import read_text

#: An item with fewer words is only the announcement of its article.
WHOLE = 120


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed. `day` is that of its publication; `updated` a moment in UTC, "" if not said."""

    id: str
    url: str
    title: str
    day: dt.date | None
    updated: str
    text: str

    @property
    def whole(self) -> bool:
        """Whether the feed brings the article and not just its beginning."""
        return len(self.text.split()) >= WHOLE


def items(raw: bytes, name: str) -> list[Item]:
    """The items of a feed, in its order. Raises InputError on what is no feed."""
    import feedparser

    parsed = feedparser.parse(io.BytesIO(raw), sanitize_html=True, resolve_relative_uris=False)
    if not parsed.entries and not parsed.get("version"):
        raise InputError("is no feed", name=name, remedy="give the address of its RSS or Atom, or of a page")
    base = name if name.startswith("http") else str(parsed.feed.get("link", ""))
    return [_item(entry, base) for entry in parsed.entries]


def is_feed(raw: bytes, content_type: str = "") -> bool:
    """Whether some bytes look like RSS or Atom."""
    head = raw.lstrip()[:1000].lower()
    if b"<html" in head or b"<!doctype html" in head:
        return False
    return (
        any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf"))
        or "rss" in content_type
        or "atom" in content_type
    )


def read_feed(
    raw: bytes, name: str, *, date: dt.date | None = None, force: bool = False, skip: Callable[[InputError], None]
) -> Iterator[Report]:
    """The reports of a feed as it stands, without fetching anything. What can't be read is given to `skip`."""
    for item in items(raw, name):
        try:
            yield report(item, name, date=date, force=force)
        except InputError as error:
            skip(error)


def report(item: Item, name: str, *, date: dt.date | None = None, force: bool = False) -> Report:
    """A report from what the feed itself says. Raises InputError where it says too little."""
    if not item.text:
        raise InputError("the feed has no text for it", name=item.url or item.title or name, remedy="give its address")
    warnings = () if item.whole else ("only what the feed says; the article itself was not read",)
    return read_text(
        item.text, id=item.url or item.id, title=item.title, date=date or item.day, source=item.url or name,
        force=force, warnings=warnings,
    )  # fmt: skip


def _item(entry: Any, base: str) -> Item:
    markup = max((c.get("value", "") for c in entry.get("content", ())), key=len, default="")
    markup = markup or entry.get("summary", "")
    url = _joined(base, entry.get("link", ""))
    # past feedparser's own look-up, which gives one for the other with a warning
    published, changed = dict.get(entry, "published_parsed"), dict.get(entry, "updated_parsed")
    moment, updated = published or changed, changed or published
    return Item(
        id=str(entry.get("id") or url), url=url, title=_plain(entry.get("title", "")).replace("\n", " "),
        day=dt.date(*moment[:3]) if moment else None,
        updated=dt.datetime(*updated[:6]).isoformat() + "Z" if updated else "", text=_plain(markup),
    )  # fmt: skip


def _joined(base: str, link: str) -> str:
    """The address that a link of a feed means, "" for none; one that is none stays as it is, and is refused when fetched."""
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return link


def _plain(markup: str) -> str:
    """The text of a piece of HTML, paragraphs apart."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    from lxml import html

    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except Exception:  # hostile markup must not stop a feed
        return ""
    for tag in root.iter("p", "br", "div", "li", "h1", "h2", "h3", "blockquote"):
        tag.tail = "\n\n" + (tag.tail or "")
    paragraphs = (" ".join(part.split()) for part in root.text_content().split("\n\n"))
    return "\n\n".join(p for p in paragraphs if p)
