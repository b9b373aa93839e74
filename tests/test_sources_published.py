"""The day of a web page: told by the page itself, never by its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import InputError
from detente.sources import open_reports
from detente.sources.html import read_html

_HEAD = "Peru and Chile agree to meet"
_TEXT = (
    "<p>Peru promised to publish its water data. The second round of talks with Chile will be held in Lima on "
    "12 October 2026.</p><p>Chile rejected the demand of Peru to open the sluices.</p>"
)


def page(head: str = "", line: str = "", title: str = _HEAD) -> str:
    article = f"<article><h1>{title}</h1>{line}{_TEXT}</article>"
    return f"<html><head><title>{title}</title>{head}</head><body>{article}</body></html>"


@pytest.mark.parametrize(
    "markup",
    [
        page(),
        page(title="Talks of 12 October 2026 are set"),
        page(line='<p>They meet on <time datetime="2026-10-12">12 October</time>, Lima said.</p>'),
        page(line='<p>They meet on <span class="date">12 October 2026</span>, Lima said.</p>'),
        page(head='<script type="application/ld+json">{"datePublished": "soon"</script>'),
    ],
)
def test_a_day_that_the_text_tells_of_is_not_that_of_the_page(markup: str) -> None:
    report = read_html(markup)
    assert report.date is None
    assert any("no date" in words for words in report.warnings)


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ('<meta property="article:published_time" content="2026-07-01T10:00:00Z">', ""),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-07-01"}</script>', ""),
        ('<link rel="canonical" href="https://example.org/2026/07/01/peru">', ""),
        ("", '<p class="meta"><time datetime="2026-07-01">1 July 2026</time></p>'),
        ("", '<div>By Ana Ruiz <time datetime="2026-07-01">1 July</time></div>'),
        ("", '<div class="date">1 July 2026</div>'),
        ("", "<p>Published on 1 July 2026</p>"),
        ("", "<p>LIMA, July 1, 2026 -- Peru and Chile talk.</p>"),
    ],
)
def test_a_page_tells_its_day(head: str, line: str) -> None:
    assert str(read_html(page(head, line)).date) == "2026-07-01"


def test_an_address_tells_the_day() -> None:
    assert str(read_html(page(), source="https://example.org/2026/07/01/peru").date) == "2026-07-01"


def test_what_is_called_a_pdf_and_is_none_is_not_read(tmp_path: Path) -> None:
    junk = tmp_path / "bad.pdf"
    junk.write_bytes(b"The talks of Peru and Chile are junk \x01\x02 and so is this.")
    with pytest.raises(InputError, match="no PDF"):
        list(open_reports([junk]))
