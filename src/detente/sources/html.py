"""Web pages: the article's text, title and date, by trafilatura."""

from __future__ import annotations

import datetime as dt
from typing import Any

from detente.errors import InputError
from detente.report import Report
from detente.sources.published import published
from detente.sources.text import read_text


def read_html(
    markup: str | bytes, *, id: str = "", title: str = "", date: dt.date | None = None,
    source: str = "", force: bool = False, warnings: tuple[str, ...] = (),
) -> Report:  # fmt: skip
    """A report from a web page; the text that is extracted becomes the report's text.

    Title and date are what the page says of itself unless they are given; a day in the text is never taken for its
    own. Raises InputError where the page holds no article.
    """
    from trafilatura import bare_extraction, load_html

    try:
        tree = load_html(markup)
        if date is None and tree is not None:
            date = published(tree, source if source.startswith(("http://", "https://")) else "")
        page = bare_extraction(
            markup if tree is None else tree,
            with_metadata=True,
            date_extraction_params={"extensive_search": False},
            include_comments=False,
            include_tables=False,
            deduplicate=False,
        )
    except Exception as error:  # hostile markup must not stop a batch, whatever lxml makes of it
        raise InputError(f"can't be read as a web page: {error}", name=source) from None
    found: dict[str, Any] = page if isinstance(page, dict) else page.as_dict() if page is not None else {}
    text = (found.get("text") or "").strip()
    if not text:
        raise InputError("holds no article", name=source, remedy="save the text of the page and read that")
    heading = title or str(found.get("title") or "")
    text = "\n\n".join(line for line in text.splitlines() if line.strip())
    return read_text(text, id=id, title=heading, date=date, source=source, force=force, warnings=warnings)
