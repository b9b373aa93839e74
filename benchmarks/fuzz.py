"""Feeds every entrance with broken input: text, HTML, JSON Lines, JSON, feeds, WARC, Parquet, PDF, dates, lexicon
tables, and what a browser sends.

    python benchmarks/fuzz.py [--examples N] [--only ENTRANCE …]     as many for each entrance
    python benchmarks/fuzz.py --inputs 100000                        so many in all; the long run, an hour and more

Inputs are written at random, or are good ones cut, doubled and broken (Hypothesis). An entrance may refuse with a
DetenteError; anything else that it raises, and an input that takes longer than 30 seconds, is printed, shrunk to the
smallest input that shows it. What is read must quote its text. Exit code 1 when anything was found.
`benchmarks/fuzz_covered.py` feeds the same entrances, led by what code an input reaches.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import datetime as dt
import gzip
import io
import json
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente import dates, tables
from detente.archive import Archive
from detente.cluster import TooLong, time_limit
from detente.errors import DetenteError
from detente.reader import read_report
from detente.sources import open_reports, parse_date, read_text
from detente.web import create_app

TEXT = (
    "Talks\nBy A Writer\n\nGENEVA, May 3 (Agency) - Norway's envoy, Ms. Å. Berg, rejected Iceland's offer on Friday. "
    '"We will not sign until the U.N. lifts sanctions," she said.\n\nBoth sides agreed to meet on May 13-16.\n'
)
HTML = f"<html><head><title>Talks</title><meta name=date content=2016-03-18></head><body><p>{TEXT}</p></body></html>"
LINE = json.dumps({"id": "a", "date": "2016-03-18", "title": "Talks", "text": TEXT})
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><item><title>Talks</title>'
    f"<pubDate>Fri, 18 Mar 2016 10:00:00 GMT</pubDate><description>{TEXT}</description></item></channel></rss>"
)
PAGE = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{HTML}"
WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/a\r\nWARC-Date: 2016-03-18T00:00:00Z\r\n"
    "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
    f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(PAGE.encode())}\r\n\r\n{PAGE}\r\n\r\n"
)
TABLE = "word\tkind\n# a comment\noffer\tpropose\nturn down\treject\n"
DATE = "18 March 2016"


def _pdf() -> bytes:
    """A PDF of one page that says one sentence."""
    drawn = "BT /F 12 Tf 72 720 Td (Norway rejected Iceland's offer on Friday.) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
    )
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(f"{len(out):010} 00000 n \n")
        out += f"{number} 0 obj{body}endobj\n"
    size, at = len(objects) + 1, len(out)
    out += f"xref\n0 {size}\n0000000000 65535 f \n{''.join(places)}trailer<</Root 1 0 R/Size {size}>>\nstartxref\n{at}\n%%EOF"
    return out.encode()


def _quotes(path: str) -> None:
    """Reads a file as the command does, and checks every quote."""
    for report in open_reports([path], date=dt.date(2016, 3, 18), force=True, on_skip=lambda skipped: None):
        record = read_report(report, gated=False, fast=True)
        for entry in record.entries():
            assert entry.evidence, entry
            assert all(report.text[e.start : e.end] == e.quote for e in entry.evidence), entry


def _file(suffix: str) -> Callable[[bytes], None]:
    """An entrance that takes a file with a suffix."""

    def read(raw: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"input{suffix}"
            path.write_bytes(raw)
            _quotes(str(path))

    return read


def _words(read: Callable[[str], object]) -> Callable[[bytes], None]:
    """An entrance that takes words."""
    return lambda raw: (read(raw.decode("utf-8", "replace")), None)[1]


def _expressions(words: str) -> None:
    for base in (dt.date(2016, 3, 18), dt.date.min, dt.date.max, None):
        for tense in ("past", "future"):
            for found in dates.find(words, base, tense=tense):
                assert 0 <= found.start < found.end <= len(words)


def _report(words: str) -> None:
    read_report(read_text(words, date=dt.date(2016, 3, 18), force=True), gated=False)


def _parquet() -> bytes:
    """A table of one report."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"id": "a", "date": "2016-03-18", "text": TEXT}]), out)
    return out.getvalue()


@cache
def _browser() -> TestClient:
    """A visitor of the web app, whose archive has one report. It raises what a page raises."""
    db = Path(tempfile.mkdtemp(prefix="detente-fuzz-")) / "a.db"
    with Archive.open(db) as archive:
        archive.add(read_text(TEXT, id="a", date=dt.date(2016, 3, 18)))
    atexit.register(shutil.rmtree, db.parent, ignore_errors=True)
    return TestClient(create_app(db), base_url="http://127.0.0.1", follow_redirects=False)


def _http(raw: bytes) -> None:
    """The first line is an address, the second a header, the rest what is sent there."""
    address, _, rest = raw.partition(b"\n")
    header, _, body = rest.partition(b"\n")
    name, _, value = header.partition(b":")
    where = "/" + quote(address.lstrip(b"/"), safe="/?=&%.-")
    _browser().get(where)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if name.strip().isalpha() and b"\r" not in value:
        headers[name.decode("ascii")] = value.strip().decode("latin-1").encode("ascii", "replace").decode()
    for field in (b"", b"form_token=" + _token() + b"&"):
        answer = _browser().post(where, content=field + body, headers=headers)
        assert answer.status_code < 500, answer.text[:300]


@cache
def _token() -> bytes:
    found = re.search(r'name="form_token" value="([^"]+)"', _browser().get("/add").text)
    assert found is not None
    return found[1].encode()


#: How many of a thousand inputs of the long run each entrance gets; what only looks at a few bytes gets more,
#: the whole reader with its encoder ("text") the fewest.
SHARES = {
    "text": 5, "text file": 25, "html": 30, "json lines": 60, "json": 60, "gzip": 80, "feed": 30, "warc": 40,
    "parquet": 60, "pdf": 60, "http": 10, "day of publication": 190, "expressions of time": 150, "lexicon table": 200,
}  # fmt: skip
#: No input may take longer than so many seconds.
LONGEST = 30

#: name -> (what takes the input, a good input)
ENTRANCES: dict[str, tuple[Callable[[bytes], None], bytes]] = {
    "text": (_words(_report), TEXT.encode()),
    "text file": (_file(".txt"), TEXT.encode()),
    "html": (_file(".html"), HTML.encode()),
    "json lines": (_file(".jsonl"), LINE.encode()),
    "json": (_file(".json"), f"[{LINE}]".encode()),
    "gzip": (_file(".jsonl.gz"), gzip.compress(LINE.encode(), mtime=0)),
    "feed": (_file(".xml"), FEED.encode()),
    "warc": (_file(".warc"), WARC.encode()),
    "parquet": (_file(".parquet"), _parquet()),
    "pdf": (_file(".pdf"), _pdf()),
    "http": (
        _http,
        b"search?q=offer&kind=reject\nAccept: text/html\ntext=Norway+rejected+the+offer.&title=a&date=2016-03-18",
    ),
    "day of publication": (_words(parse_date), DATE.encode()),
    "expressions of time": (_words(_expressions), b"on Friday, September 13-16, by the end of the year"),
    "lexicon table": (
        _words(lambda words: list(tables.parse(iter(words.splitlines()), ["word", "kind"], "words.tsv"))),
        TABLE.encode(),
    ),
}

_PIECES = st.one_of(
    st.binary(max_size=12),
    st.text(max_size=12).map(lambda s: s.encode("utf-8", "replace")),
    st.sampled_from(
        [b"\x00", b"\xff\xfe", "\u2028\u202e".encode(), b'"', b"\n\n", b"\t", b"<", b"&#0;", b"{", b"99999999999"]
    ),
)


@st.composite
def broken(draw: st.DrawFn, good: bytes) -> bytes:
    """A good input, cut, doubled and broken in a few places; sometimes nothing of it is left."""
    if draw(st.integers(0, 5)) == 0:
        return draw(
            st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda s: s.encode("utf-8", "replace")))
        )
    raw = good
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 40)))
        raw = raw[:start] + draw(st.one_of(_PIECES, st.just(raw[start:end] * 2))) + raw[end:]
    return raw


def _in_time(read: Callable[[bytes], None], raw: bytes) -> bool:
    """Whether an input is dealt with in time. Raises what dealing with it raises."""
    try:
        with time_limit(LONGEST):
            read(raw)
    except TooLong:
        return False
    return True


def attack(name: str, examples: int) -> None:
    """Feeds one entrance; raises what it raised, where that is no DetenteError."""
    read, good = ENTRANCES[name]
    read(good)

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(broken(good))
    def feed(raw: bytes) -> None:
        with contextlib.suppress(DetenteError):
            if not (_in_time(read, raw) or _in_time(read, raw)):  # twice: a machine that stood still is no hang
                raise TimeoutError(f"took longer than {LONGEST} seconds")  # Hypothesis shrinks what is an Exception

    with contextlib.redirect_stderr(io.StringIO()):  # what parsers of broken files grumble
        feed()


def main() -> int:
    parser = argparse.ArgumentParser(description="Feeds every entrance with broken input.")
    parser.add_argument("--examples", type=int, default=500, help="inputs for each entrance (default 500)")
    parser.add_argument("--inputs", type=int, help="inputs in all, in shares (instead of --examples)")
    parser.add_argument("--only", nargs="*", choices=list(ENTRANCES), default=list(ENTRANCES))
    arguments = parser.parse_args()
    failed = 0
    for name in arguments.only:
        examples = arguments.inputs * SHARES[name] // 1000 if arguments.inputs else arguments.examples
        start, told = time.perf_counter(), io.StringIO()
        try:
            attack(name, examples)
        except Exception:  # the point is to find what breaks
            failed += 1
            traceback.print_exc(file=told)
        state = "BROKEN" if told.getvalue() else "held"
        print(f"{name:22}{examples:6} inputs {time.perf_counter() - start:7.1f} s  {state}", flush=True)
        print(told.getvalue(), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
