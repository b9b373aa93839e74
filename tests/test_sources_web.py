"""Feeds, PDF, WARC and the web, with a small site of our own."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from detente.archive import Archive, watching
from detente.cli import main
from detente.errors import InputError
from detente.sources import Skipped, feed, open_reports
from detente.sources.web import Web, WebError, is_public, read_address

WORDS = (
    "Iceland rejected Norway's offer to freeze catches of mackerel for two years on Friday, and urged Norway to return"
    " to the table. Norway promised to answer the demand by 30 May, its envoy told reporters in Port Sable. "
)
PAGE = (
    "<html><head><title>{title}</title><meta property='article:published_time' content='2016-03-18T10:00:00Z'></head>"
    "<body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1><p>"
    + "</p><p>".join([WORDS] * 3)
    + "</p></article></body></html>"
)
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Talks</title><link>{base}</link>{items}</channel></rss>"""
ITEM = """<item><title>Round {n} &amp; more</title><link>{base}/a{n}</link><guid isPermaLink="false">g{n}</guid>
<pubDate>Fri, 18 Mar 2016 10:00:00 GMT</pubDate><description>Round {n} of talks ended.</description>{more}</item>"""
WHOLE = "<content:encoded><![CDATA[<p>" + WORDS * 4 + "</p><p>They meet again.</p>]]></content:encoded>"

Pages = dict[str, tuple[int, dict[str, str], bytes]]


class Site:
    """A site on this machine: `pages` are path to (status, headers, body); `asked` what was asked for."""

    def __init__(self) -> None:
        self.pages: Pages = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                status, headers, body = site.pages.get(self.path, (404, {}, b"no"))
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {k.replace("_", "-"): v for k, v in headers.items()}, raw)
        return self.base + path

    def put_feed(self, numbers: list[int], more: str = "", **headers: str) -> str:
        items = "".join(ITEM.format(base=self.base, n=n, more=more) for n in numbers)
        return self.put("/feed", RSS.format(base=self.base, items=items), Content_Type="application/rss+xml", **headers)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(private=True, pause=0.0) as opened:
        yield opened


# -- what is never fetched


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::", "nonsense",
     "fec0::1", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "ff0e::1", "2001:0:4136:e378:8000:63bf:a247:2327"],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::93.184.216.34", "::ffff:93.184.216.34"],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["http://[bad/x", "http://a.example/" + "x" * 70_000])
def test_what_is_no_address_is_refused_in_short(web: Web, address: str) -> None:
    with pytest.raises(WebError, match=r"is no address|is not known") as told:
        web.get(address)
    assert len(str(told.value)) < 400


def test_a_feed_with_a_link_that_is_none_is_read_on() -> None:
    raw = b"""<rss version="2.0"><channel><title>T</title><link>http://a.example/</link>
      <item><title>One</title><link>http://[bad/x</link><description>Norway met Iceland.</description></item>
      <item><title>Two</title><link>/two</link><description>Iceland met Norway.</description></item></channel></rss>"""
    assert [item.url for item in feed.items(raw, "http://a.example/feed")] == ["http://[bad/x", "http://a.example/two"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_this_machine_is_not_asked(site: Site, host: str) -> None:
    with Web(pause=0.0) as web, pytest.raises(WebError, match=r"private network|not known"):
        web.get(f"http://{host}:{site.server.server_port}/")
    assert site.asked == []


def answers(*found: str) -> Callable[..., object]:
    """A name service whose answers change from one question to the next."""
    left = list(found)

    def look_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return look_up


def test_a_redirect_into_the_own_network_is_refused(site: Site, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    url = site.put("/go", "", 302, Location=f"http://inner.test:{site.server.server_port}/secret")
    site.put("/secret", "secret")
    monkeypatch.setattr("detente.sources.web.is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", answers("127.0.0.1", "127.0.0.1", "10.0.0.1"))
    web.private = False
    web.robots = False
    with pytest.raises(WebError, match="private network"):
        [web.get(url) for _ in range(2)]
    assert "/secret" not in site.paths()


def test_the_connection_goes_to_the_address_that_was_checked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, *rest: object, **more: object) -> object:
        asked.append(host)
        return real("127.0.0.1" if host == "public.test" else host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("detente.sources.web.is_public", lambda address: True)
    site.put("/x", "hello")
    with Web(pause=0.0, robots=False) as web:
        assert web.get(f"http://public.test:{site.server.server_port}/x").body == b"hello"
    assert asked.count("public.test") == 1  # looked up once, not again behind the check
    assert site.asked[0][1]["host"].startswith("public.test:")


# -- manners


def test_robots_are_heeded_and_asked_once(site: Site, web: Web) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /closed\n")
    site.put("/open", "x")
    web.get(site.base + "/open")
    with pytest.raises(WebError, match="robots"):
        web.get(site.base + "/closed/x")
    assert site.paths() == ["/robots.txt", "/open"]


def test_a_site_whose_robots_fail_is_left_alone(site: Site, web: Web) -> None:
    site.put("/robots.txt", "", 503)
    with pytest.raises(WebError, match="robots"):
        web.get(site.base + "/x")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/none", "answers 404"),
        ("/circle", "in circles"),
        ("/large", "larger than"),
        ("/bomb", "larger than"),
        ("/file", "no address of the web"),
    ],
)
def test_what_can_not_be_had_is_said(
    site: Site, web: Web, monkeypatch: pytest.MonkeyPatch, path: str, words: str
) -> None:
    monkeypatch.setattr("detente.sources.web.LARGEST", 100_000)
    site.put("/circle", "", 302, Location="/circle")
    site.put("/file", "", 302, Location="file:///etc/passwd")
    site.put("/large", b"x" * 200_000)
    site.put("/bomb", gzip.compress(b"x" * 2_000_000), Content_Encoding="gzip")
    with pytest.raises(WebError, match=words):
        web.get(site.base + path)


@pytest.mark.parametrize("url", ["http://", "http://[", "https://exa mple/", "http://nowhere.invalid/"])
def test_what_is_no_address_is_said(url: str) -> None:
    with Web() as web, pytest.raises(WebError):
        web.get(url)


# -- pages and feeds


def test_a_page_is_a_report(site: Site, web: Web) -> None:
    url = site.put("/page", PAGE.format(title="Fish talks end"), Content_Type="text/html; charset=utf-8")
    (report,) = read_address(web, url, skip=pytest.fail)
    assert (report.id, report.source, report.date) == (url, url, dt.date(2016, 3, 18))
    assert "Home" not in report.text


def test_a_feed_brings_the_articles_that_it_announces(site: Site, web: Web) -> None:
    url = site.put_feed([1, 2])
    site.put("/a1", PAGE.format(title="Round 1"), Content_Type="text/html")
    skipped: list[InputError] = []
    (report,) = read_address(web, url, skip=skipped.append)
    assert report.id == site.base + "/a1"
    assert "mackerel" in report.text
    assert ["404" in str(error) and "/a2" in str(error) for error in skipped] == [True]


def test_a_feed_with_whole_articles_needs_no_more_requests(site: Site, web: Web) -> None:
    (report,) = read_address(web, site.put_feed([1], WHOLE), skip=pytest.fail)
    assert report.title == "Round 1 & more"
    assert report.text.endswith("They meet again.")
    assert report.date == dt.date(2016, 3, 18)
    assert "/a1" not in site.paths()


def test_a_feed_in_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "talks.atom"
    path.write_text(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><id>urn:1</id><title>Fish</title>"
        f"<updated>2016-03-18T10:00:00Z</updated><link href='https://example.org/1'/><summary>{WORDS}</summary></entry>"
        "<entry><id>urn:2</id><title>Empty</title></entry></feed>"
    )
    skipped: list[Skipped] = []
    (report,) = open_reports([path], on_skip=skipped.append)
    assert (report.id, report.date) == ("https://example.org/1", dt.date(2016, 3, 18))
    assert any("only what the feed says" in w for w in report.warnings)
    assert ["no text" in s.reason for s in skipped] == [True]


@pytest.mark.parametrize("raw", [b"", b"<html><body>x</body></html>", b"\x00\x01", b"<rss"])
def test_what_is_no_feed_is_said(raw: bytes) -> None:
    with pytest.raises(InputError, match="is no feed"):
        feed.items(raw, "f.xml")


def test_an_empty_feed_is_a_feed() -> None:
    assert feed.items(b"<rss version='2.0'><channel></channel></rss>", "f.xml") == []


# -- watching


def test_watching_asks_only_for_what_changed_and_backs_off(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.sources.web.PAUSE", 0.0)
    url = site.put_feed([1], WHOLE, ETag='"v1"')
    told: list[str] = []

    def poll() -> int:
        monkeypatch.setattr(watching, "_is_due", lambda archive, url: True)
        return watching.watch_feeds(archive, [url], once=True, private=True, tell=told.append)

    with Archive.open(tmp_path / "talks.db") as archive:
        assert poll() == 0
        assert archive.counts()["reports"] == 1
        assert "1 added" in told[-1]
        poll()
        assert site.asked[-1][1]["if-none-match"] == '"v1"'
        assert len(told) == 1
        site.put_feed([1, 2], WHOLE, ETag='"v2"')
        poll()
        assert archive.counts()["reports"] == 2
        site.put("/feed", "", 503, Retry_After="36000")
        assert poll() == 1
        assert "asked again in 600 minutes" in told[-1]
        monkeypatch.undo()
        count = len(site.asked)
        watching.watch_feeds(archive, [url], once=True, private=True)
        assert len(site.asked) == count  # not due: not asked


def test_the_wait_doubles_up_to_a_day() -> None:
    assert [watching._back_off(30, n, 0.0) for n in (1, 2, 3, 9, 99)] == [60, 120, 240, 1440, 1440]
    assert watching._back_off(30, 1, 1e9) == 7 * 1440


@pytest.mark.parametrize(
    ("lines", "words"), [("", "lists no feed"), ("# a\nftp://x\n", "feeds.txt:2"), (None, "does not exist")]
)
def test_a_list_of_feeds_with_mistakes(tmp_path: Path, lines: str | None, words: str) -> None:
    path = tmp_path / "feeds.txt"
    if lines is not None:
        path.write_text(lines)
    found = CliRunner().invoke(main, ["watch", "--once", "--db", str(tmp_path / "t.db"), str(path)])
    assert found.exit_code == 2
    assert words in found.stderr


# -- PDF


def pdf(*pages: str) -> bytes:
    """A small PDF with text, written by hand."""
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for words in pages:
        lines = "".join(f"({line}) Tj 0 -14 Td " for line in words.split("\n"))
        stream = f"BT /F1 12 Tf 50 750 Td {lines}ET"
        number = len(parts) + 1
        kids.append(f"{number} 0 R")
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        parts.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    parts[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n" + "".join(f"{p:010d} 00000 n \n" for p in places)
    return (out + f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").encode()


def test_a_pdf_is_a_report(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    path = tmp_path / "communique.pdf"
    path.write_bytes(
        pdf(
            "Iceland rejected the offer of Norway on Friday\nand urged Norway to return.",
            "Norway promised to answer by 30 May.",
        )
    )
    (report,) = open_reports([path])
    assert report.id == "communique"
    assert "urged Norway" in report.text
    assert "30 May" in report.text
    assert report.date is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [(pdf(""), "no text"), (b"%PDF-1.4 broken", "can't be read as PDF"), (b"%PDF", "can't be read as PDF")],
)
def test_a_pdf_without_text_or_sense(tmp_path: Path, raw: bytes, words: str) -> None:
    pytest.importorskip("pypdf")
    (tmp_path / "x.pdf").write_bytes(raw)
    with pytest.raises(InputError, match=words):
        list(open_reports([tmp_path / "x.pdf"]))


# -- WARC


def warc(path: Path, pages: list[tuple[str, str, str, bytes]]) -> Path:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        writer.write_record(writer.create_warcinfo_record("x", {"software": "test"}))
        for url, status, kind, body in pages:
            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=io.BytesIO(body),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": "2021-07-01T00:00:00Z"},
                )
            )
    return path


def test_a_warc_with_a_record_that_has_no_address_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("warcio")
    path = tmp_path / "crawl.warc"
    path.write_bytes(
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
        b"Content-Length: 19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\r\n\r\n"
    )
    with pytest.raises(InputError, match="a record has no address"):
        list(open_reports([str(path)]))


def test_a_warc_holds_reports(tmp_path: Path) -> None:
    pytest.importorskip("warcio")
    page = PAGE.format(title="Fish talks end").encode()
    path = warc(
        tmp_path / "crawl.warc.gz",
        [("https://example.org/1", "200 OK", "text/html; charset=utf-8", page), ("https://example.org/2", "404 Not Found", "text/html", page),
         ("https://example.org/3.png", "200 OK", "image/png", b"\x89PNG"), ("https://example.org/4", "200 OK", "text/plain", WORDS.encode()),
         ("https://example.org/5", "200 OK", "text/html", b"<html></html>")],
    )  # fmt: skip
    skipped: list[Skipped] = []
    found = list(open_reports([path], on_skip=skipped.append))
    assert [(r.id, r.date) for r in found] == [
        ("https://example.org/1", dt.date(2016, 3, 18)),
        ("https://example.org/4", None),
    ]
    assert any("crawled on 2021-07-01" in w for w in found[1].warnings)
    assert [s.name for s in skipped] == ["https://example.org/5"]
    path.write_bytes(path.read_bytes()[:-200])
    assert next(open_reports([path], on_skip=skipped.append)).id == "https://example.org/1"


@pytest.mark.parametrize("raw", [b"", b"CDX N b a m s k r", b"\x1f\x8bxx", b"WARC/1.0\r\n"])
def test_a_warc_that_is_none(tmp_path: Path, raw: bytes) -> None:
    pytest.importorskip("warcio")
    (tmp_path / "x.warc").write_bytes(raw)
    skipped: list[Skipped] = []
    assert list(open_reports([tmp_path / "x.warc"], on_skip=skipped.append)) == []
    assert len(skipped) == 1
