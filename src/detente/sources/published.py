"""The day on which a web page was published, as the page itself tells it: in its data, its address, or a line of its own.

Days in the text of an article are days that it tells of (of a round to come, of a promise), so that none of them counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import html

from detente.sources.days import timestamp

#: What a page says of itself, and what its text never shows.
_DATA = "//meta | //link[@rel='canonical'] | //script[contains(@type, 'ld+json')]"
#: Elements that are made for days, and those that people name so.
_DAYS = (
    "//time | //abbr[@title] | //*[self::span or self::div or self::p or self::small or self::li]"
    "[contains(@class, 'date') or contains(@class, 'publish') or contains(@class, 'posted') or contains(@id, 'date')]"
)
#: Elements that hold the sentences of an article.
_SENTENCES = frozenset("p li td th dd blockquote figcaption h1 h2 h3 h4 h5 h6".split())
#: No line that tells a day of publication is longer, in characters.
_LONGEST = 160


def published(page: html.HtmlElement, address: str = "") -> dt.date | None:
    """The day of publication that a page tells, None where it tells none."""
    from htmldate import find_date

    lines: dict[Any, bool] = {}
    marked = [one for one in page.xpath(_DAYS) if _apart(one, lines)]
    try:
        found = find_date(
            _bare(page, marked), extensive_search=False, original_date=True, url=address or None,
            max_date=(dt.date.today() + dt.timedelta(days=1)).isoformat(),
        )  # fmt: skip
        if found:
            return dt.date.fromisoformat(found[:10])
    except Exception:  # hostile data of a page must not stop a batch; then the page tells no day
        return None
    return next(_lines(marked), None)


def _lines(marked: list[Any]) -> Iterator[dt.date]:
    for one in marked:
        told = timestamp(_words(one))
        if told is not None and told[1] is not None:
            yield told[1]


def _bare(page: html.HtmlElement, marked: list[Any]) -> html.HtmlElement:
    """The page without its text: what it says of itself, and its elements for days."""
    made = html.fromstring("<html><head></head><body></body></html>")
    for one in page.xpath(_DATA):
        made.head.append(_alone(one))
    for one in marked:
        if one.tag in ("time", "abbr"):
            made.body.append(_alone(one))
    return made


def _alone(one: Any) -> Any:
    copy = deepcopy(one)
    copy.tail = None
    return copy


def _apart(one: Any, lines: dict[Any, bool]) -> bool:
    """Whether an element stands apart from the sentences of an article, or says outright that its day is that of the page.

    `lines` keeps which paragraphs are no more than a line with a day: one may hold very many elements.
    """
    if one.get("pubdate") is not None or "published" in (one.get("itemprop") or "").lower():
        return True
    around = next((a for a in (one, *one.iterancestors()) if a.tag in _SENTENCES), None)
    if around is not None and around not in lines:
        lines[around] = timestamp(_words(around)) is not None
    return around is None or lines[around]


def _words(one: Any) -> str:
    return " ".join(str(one.text_content()).split())[: _LONGEST + 1]
