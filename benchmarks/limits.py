"""What the worst inputs cost: 1 MB of each shape, through the entrance that takes it.

    python benchmarks/limits.py [--size BYTES] [--only SHAPE …] [--growth]

Prints processor seconds once the models are loaded, those of the slowest report, and peak memory, each shape in a
process of its own that is ended after two minutes. No report may take longer than 30 seconds: exit code 1 where one
does. Of an input of many reports no more are read after a minute. With --growth the shape is read at a quarter of its
size too, and the exponent is printed with which time grows: 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

LIMIT, ENOUGH, PATIENCE = 30, 60, 120
ACTS = (
    "Norway rejected the offer that Iceland would agree to talks with Chile and that Peru would meet and threatened Kenya "
    "and urged Sudan and promised to pay and said that it would accept the treaty"
)
DOSSIER = Path(__file__).parent.parent / "tests" / "data" / "dossier" / "reports.jsonl"
STATES = "Norway Iceland Chad Sudan Peru Chile Kenya Togo Ghana France Spain China Japan Egypt Iran Israel".split()


def repeated(*pieces: str) -> Callable[[int], bytes]:
    """A text of so many bytes in which the pieces come again and again."""
    unit = "".join(pieces)
    return lambda size: (unit * (size // len(unit.encode()) + 1)).encode()[:size]


def around(before: str, middle: str, after: str) -> Callable[[int], bytes]:
    """The same between a beginning and an end."""
    fill = repeated(middle)
    return lambda size: before.encode() + fill(size) + after.encode()


def names(size: int) -> bytes:
    """One sentence that names party after party."""
    return (" and ".join(STATES[i % 16] for i in range(size // 10)) + " met in Geneva.").encode()


def persons(size: int) -> bytes:
    """Names of people that nobody knows, no two the same."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    made = (
        f"President A{letters[i % 26]}{letters[i // 26 % 26]}{letters[i // 676 % 26]}o Borrin{letters[i % 26]}"
        for i in range(size // 22)
    )
    return "".join(f"{name} met {STATES[i % 16]}'s envoy. " for i, name in enumerate(made)).encode()[:size]


def letters(number: int) -> str:
    """Three letters that stand for a number."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(3))


def numbered(sentence: str) -> Callable[[int], bytes]:
    """Sentences that differ in the names they tell of: `{a}` and `{A}` are letters, `{n}` is a number, `{one}` and `{other}` are states."""

    def made(number: int) -> str:
        one, other = STATES[number % 16], STATES[(number // 16 + number + 1) % 16]
        a = letters(number)
        return sentence.format(a=a, A=a.upper(), n=number % 19 + 1, one=one, other=other)

    return lambda size: "".join(made(n) for n in range(size // len(sentence) + 1)).encode()[:size]


def talks(size: int) -> bytes:
    """The reports of a dossier one after the other, as one: nearly every sentence tells something."""
    return repeated(*(json.loads(line)["text"] + "\n\n" for line in DOSSIER.read_text("utf-8").splitlines()))(size)


def deep(tag: str) -> Callable[[int], bytes]:
    """A page in which one element stands in the other."""
    unit = f"<{tag}>"
    return lambda size: ("<html><body>" + unit * (size // len(unit)) + "Norway met Iceland.").encode()


def page(piece: str) -> Callable[[int], bytes]:
    """A page of one piece again and again."""
    return around("<html><head><title>Talks</title></head><body>", piece, "</body></html>")


def lines(size: int) -> bytes:
    """Many short reports."""
    return repeated(json.dumps({"text": "Norway rejected Iceland's offer."}) + "\n")(size)


def one_line_each(size: int) -> bytes:
    """The reports of a dossier again and again."""
    return repeated(DOSSIER.read_text("utf-8"))(size)


def one_line(piece: str) -> Callable[[int], bytes]:
    """One report as a line of JSON."""
    return lambda size: json.dumps({"text": repeated(piece)(size).decode()}).encode()


def feed(item: str) -> Callable[[int], bytes]:
    """A feed of so many items."""
    return around('<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>', item, "</channel></rss>")


def laughs(size: int) -> bytes:
    """Entities that are ten of the one before."""
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "Norway met Iceland. ">{entities}]>'
        "<rss version='2.0'><channel><title>W</title><item><title>T</title><description>&a9;</description></item>"
        "</channel></rss>"
    ).encode()


def bomb(size: int) -> bytes:
    """A thousand times as much as it looks, in one line."""
    return gzip.compress(b'{"text": "' + b"a" * (1000 * size) + b'"}', mtime=0)


def records(size: int) -> bytes:
    """A web archive of many small pages."""
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Norway met Iceland.</p>"
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/a\r\nWARC-Date: 2016-03-18T00:00:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    record = head + body + b"\r\n\r\n"
    return record * (size // len(record))


def pdf(size: int) -> bytes:
    """A PDF of one page whose text, when it is unpacked, has so many bytes."""
    import zlib

    drawn = zlib.compress(
        b"BT /F 12 Tf 72 720 Td " + b"(Norway rejected the offer of Iceland.) Tj " * (size // 43) + b"ET"
    )
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(drawn), drawn),
    )
    out, places = b"%PDF-1.4\n", b""
    for number, body in enumerate(objects, 1):
        places += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj%sendobj\n" % (number, body)
    tail = b"xref\n0 5\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF" % (
        places,
        len(out),
    )
    return out + tail


#: name -> (the ending of its file, what makes so many bytes of it)
SHAPES: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "talks": (".txt", talks),
    "talks, one report a line": (".jsonl", one_line_each),
    "sentences of 200 words": (".txt", repeated(" and ".join([ACTS] * 6) + ". ")),
    "many sentences": (".txt", repeated("Norway rejected Iceland's offer. ")),
    "one sentence, clauses": (".txt", repeated("Norway said that Iceland would reject the offer and ")),
    "one sentence, names": (".txt", names),
    "one sentence, that": (".txt", repeated("said that it said that ")),
    "no blank": (".txt", repeated("a")),
    "no blank, capitals": (".txt", repeated("A")),
    "no blank, both": (".txt", repeated("Aa")),
    "tabs": (".txt", around("Norway\n", "\t", "met Iceland.")),
    "one word again and again": (".txt", repeated("talks ")),
    "sentences of one word": (".txt", repeated("talks " * 200 + ". Talks ")),
    "sentences of two names": (".txt", repeated("Norway Iceland " * 100 + "talks. ")),
    "unknown persons": (".txt", persons),
    "capital letters": (".txt", repeated("A. B. C. ")),
    "capital words": (".txt", repeated("Ararat Borrin Carlo ")),
    "offices": (".txt", repeated("Foreign Minister President Prime Minister ")),
    "dates": (".txt", repeated("on Friday, May 3, 2005, by the end of June, ")),
    "sentences of dates": (".txt", repeated("Norway will pay by May 3, 2005. ")),
    "numbers": (".txt", repeated("1,000 tons and 12 percent, ")),
    "digits": (".txt", repeated("1")),
    "digits and hyphens": (".txt", repeated("1-")),
    "digits and commas": (".txt", repeated("1,")),
    "quotes": (".txt", repeated('"No," he said. ')),
    "marks of quotation": (".txt", repeated('"')),
    "open quotes": (".txt", repeated('"Norway rejected the offer. ')),
    "full stops": (".txt", repeated(".")),
    "brackets": (".txt", repeated("(")),
    "hyphens": (".txt", repeated("-")),
    "apostrophes": (".txt", repeated("'s ")),
    "blanks": (".txt", around("Norway", " ", "met Iceland.")),
    "line breaks": (".txt", around("Norway", "\n", "met Iceland.")),
    "blanks and line breaks": (".txt", around("Norway", " \n", "met Iceland.")),
    "short lines": (".txt", repeated("Talks\n")),
    "short paragraphs": (".txt", repeated("Norway met Iceland.\n\n")),
    "conditions": (".txt", repeated("if Norway agrees, Iceland will pay unless ")),
    "meetings": (".txt", repeated("The third round of six-party talks in Geneva will open in May. ")),
    "rounds": (".txt", numbered("{one} and {other} will hold round {n} of peace talks in May. ")),
    "acronyms": (".txt", numbered("The Free A{a} Party (F{A}P) rejected the offer. ")),
    "one acronym": (".txt", repeated("The Free Ararat Party (FAP) rejected the offer. ")),
    "short names": (".txt", around("The European Union met Norway. ", "A Commission official rejected it. ", "")),
    "short names of parties": (".txt", numbered("The Free A{a} Party and {one} met. The party rejected it. ")),
    "collectives": (".txt", numbered("{one}'s A{a} dock workers' unions rejected the offer. The unions want more. ")),
    "unknown officials": (".txt", numbered("President A{a}o Bor{a} spoke. The envoy rejected it. ")),
    "letters of other scripts": (".txt", repeated("和平谈判")),
    "html, div in div": (".html", deep("div")),
    "html, bold in bold": (".html", deep("b")),
    "html, tables": (".html", deep("table><tr><td")),
    "html, links": (".html", page("<a href='/x'>Norway met Iceland</a> ")),
    "html, paragraphs": (".html", page("<p>Norway rejected Iceland's offer.</p>")),
    "html, one paragraph": (".html", around("<html><body><p>", "Norway rejected Iceland's offer. ", "</p></body></html>")),
    "html, less-than signs": (".html", page("<")),
    "html, entities": (".html", page("&amp;")),
    "html, comments": (".html", page("<!-- x -->")),
    "html, an attribute": (".html", around("<html><body><p class='", "a ", "'>Norway met Iceland.</p>")),
    "html, dates in heads": (".html", page("<meta name='date' content='2016-03-18'><time>3 May 2016</time>")),
    "html, days in one paragraph": (".html", around("<html><body><p>", "<time>3 May</time> Norway met. ", "</p>")),
    "html, days in lines": (".html", page("<p><span class='date'>3 May 2016, Oslo</span></p>")),
    "html, a script": (".html", around("<html><body><script>", '{"a": [1]}; ', "</script><p>Norway met Iceland.</p>")),
    "json lines, short": (".jsonl", lines),
    "json lines, long": (".jsonl", one_line("Norway rejected Iceland's offer. ")),
    "json, deep": (".json", repeated("[")),
    "json, digits": (".json", around('{"text": ', "1", "}")),
    "gzip, a bomb": (".jsonl.gz", bomb),
    "feed, items": (".xml", feed("<item><title>Talks</title><description>Norway met Iceland.</description></item>")),
    "feed, deep": (".xml", feed("<item>")),
    "feed, entities": (".xml", laughs),
    "warc, small pages": (".warc", records),
    "pdf, packed text": (".pdf", pdf),
}  # fmt: skip


def alone(path: str) -> None:
    """Reads a file as the command does; prints its processor seconds, those of the slowest report, and peak MiB."""
    from detente.reader import read_report
    from detente.report import Report
    from detente.sources import open_reports

    read_report(Report("Norway met Iceland on Friday."), gated=False)
    ends = [time.process_time()]
    for report in open_reports([path], force=True, on_skip=lambda skipped: None, alone=False):
        read_report(report)
        ends.append(time.process_time())
        if ends[-1] - ends[0] > ENOUGH:
            break
    count = len(ends) - 1
    ends.append(time.process_time())
    slowest = max(after - before for before, after in pairwise(ends))
    print(ends[-1] - ends[0], slowest, peak(), count)


def peak() -> int:
    """The most memory that this process has held, MiB; what `getrusage` tells begins with that of the one that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) // 1024  # type: ignore[index]


def cost(name: str, size: int) -> tuple[float, float, int, int]:
    """Processor seconds of a shape and of its slowest report, MiB and reports; infinite seconds where it had to be ended."""
    suffix, make = SHAPES[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"input{suffix}"
        path.write_bytes(make(size))
        command = [sys.executable, __file__, "--alone", str(path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            told, errors = process.communicate(timeout=PATIENCE * 4)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return math.inf, math.inf, 0, 0
    if process.returncode == -signal.SIGXCPU:
        return math.inf, math.inf, 0, 0
    if process.returncode:
        raise RuntimeError(f"{name}: {errors.strip().splitlines()[-1] if errors.strip() else process.returncode}")
    seconds, slowest, memory, count = told.split()
    return float(seconds), float(slowest), int(memory), int(count)


def main() -> int:
    if sys.argv[1:2] == ["--alone"]:
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE + 5))
        alone(sys.argv[2])
        return 0
    parser = argparse.ArgumentParser(description="What the worst inputs cost.")
    parser.add_argument("--size", type=int, default=1_000_000, help="bytes of each (default 1,000,000)")
    parser.add_argument("--only", nargs="*", choices=list(SHAPES), default=list(SHAPES))
    parser.add_argument("--growth", action="store_true", help="the exponent with which time grows")
    arguments = parser.parse_args()
    slow = 0
    print(
        f"{'shape':28}{'seconds':>9}{'slowest':>9}{'MiB':>7}{'reports':>9}"
        + (f"{'growth':>8}" if arguments.growth else "")
    )
    for name in arguments.only:
        try:
            seconds, slowest, memory, count = cost(name, arguments.size)
        except RuntimeError as error:
            slow += 1
            print(f"{name:28}  BROKE  {error}", flush=True)
            continue
        growth = ""
        if arguments.growth and math.isfinite(seconds):
            quarter = cost(name, arguments.size // 4)[0]
            growth = f"{math.log(max(seconds, 0.01) / max(quarter, 0.01), 4):8.1f}"
        slow += slowest > LIMIT
        state = "  TOO LONG" if slowest > LIMIT else ""
        print(f"{name:28}{seconds:9.1f}{slowest:9.1f}{memory:7}{count:9}{growth}{state}", flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
