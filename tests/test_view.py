from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from detente import view
from detente.record import (
    Act,
    Evidence,
    Figure,
    Link,
    Meeting,
    Party,
    Person,
    Pledge,
    Record,
)

SENTENCES = (
    "Iceland and Norway ended three days of talks in Bergen on Friday with a joint statement.",
    "Norway rejected Iceland's offer to freeze catches and to open a fisheries office in Oslo.",
    "Iceland demanded that Norway withdraw its trawlers.",
    "Both promised to exchange catch data by May.",
    "Any cut hangs on the mackerel talks, said Ann Solberg of Norway.",
    "Norway seized a trawler.",
)
TEXT = " ".join(SENTENCES)
SPANS = [(TEXT.index(s), TEXT.index(s) + len(s)) for s in SENTENCES]


def quote(*numbers: int) -> list[Evidence]:
    return [Evidence(*SPANS[n - 1], SENTENCES[n - 1]) for n in numbers]


def herring() -> Record:
    return Record(
        id="herring", title="Herring talks end", date="2016-03-18", source="herring.txt",
        text=TEXT, sentences=SPANS,
        acts=[
            Act(kind="meet", actors=["ISL", "NOR"], about="talks", evidence=quote(1)),
            Act(kind="reject", actors=["NOR"], targets=["ISL"], evidence=quote(2),
                about="Iceland's offer to freeze catches"),
            Act(kind="propose", actors=["ISL"], targets=["NOR"], about="freeze catches",
                evidence=quote(2)),
            Act(kind="propose", actors=["ISL"], targets=["NOR"], about="open a fisheries office",
                evidence=quote(2)),
            Act(kind="demand", actors=["ISL"], targets=["NOR"], about="withdraw its trawlers",
                evidence=quote(3), confidence=0.4, said_by="NOR", planned=True),
            Act(kind="pledge", actors=["ISL", "NOR"], about="exchange catch data",
                evidence=quote(4)),
            Act(kind="suspend", evidence=quote(5)),
        ],
        away=[Act(kind="coerce", actors=["NOR"], about="a trawler", evidence=quote(6))],
        meetings=[Meeting(name="talks", parties=["ISL", "NOR"], place="Bergen", status="ended",
                          start="2016-03-16", end="2016-03-18", outcome="joint statement",
                          delegates=["Ann Solberg"], evidence=quote(1, 4))],
        pledges=[Pledge(by=["ISL", "NOR"], what="exchange catch data", due="2016-05",
                        evidence=quote(4))],
        links=[Link(what="any cut", on="the mackerel talks", evidence=quote(5))],
        parties=[Party(code="ISL", name="Iceland", evidence=quote(1)),
                 Party(code="NOR", name="Norway", evidence=quote(1))],
        persons=[Person(name="Ann Solberg", role="negotiator", party="NOR", evidence=quote(5))],
        figures=[Figure(what="days", value=3, evidence=quote(1))],
        warnings=["the title was guessed"],
    )  # fmt: skip


def shown(record: Record, width: int = 80, *, terminal: bool = False, encoding: str = "") -> str:
    """What `show` prints, as a file or a terminal of a width gets it."""
    if encoding:
        raw = io.BytesIO()
        file = io.TextIOWrapper(raw, encoding=encoding)
        view.show(record, Console(file=file, width=width))
        file.flush()
        return raw.getvalue().decode(encoding)
    out = io.StringIO()
    colours: Literal["256", "auto"] = "256" if terminal else "auto"
    view.show(record, Console(file=out, width=width, force_terminal=terminal, color_system=colours))
    return out.getvalue()


# -- dates


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2005-09-16", "16 September 2005"), ("2005-12", "December 2005"), ("2005", "2005"),
        ("", ""), ("2005-13", "2005-13"), ("soon", "soon"),
    ],
)  # fmt: skip
def test_human_date(iso: str, words: str) -> None:
    assert view.human_date(iso) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2005-09-13", "2005-09-16", "13–16 September 2005"),
        ("2005-09-16", "2005-09-16", "16 September 2005"),
        ("2005-02-28", "2005-03-03", "28 February – 3 March 2005"),
        ("2004-12-30", "2005-01-02", "30 December 2004 – 2 January 2005"),
        ("2005-03", "2005-05", "March–May 2005"),
        ("2004-12", "2005-01", "December 2004 – January 2005"),
        ("2004", "2005", "2004–2005"),
        ("2005-03-16", "2006-03-16", "16 March 2005 – 16 March 2006"),
        ("2005", "2006-03", "2005 – March 2006"),
        ("2005-09-13", "", "from 13 September 2005"), ("", "2006", "until 2006"),
        ("", "", ""), ("soon", "2006", "soon – 2006"),
    ],
)  # fmt: skip
def test_human_period(start: str, end: str, words: str) -> None:
    assert view.human_period(start, end) == words


def test_listed() -> None:
    assert [view.listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip


# -- hostile text


HOSTILE = "a\x1b[31mb\x9b\x00\u202ec\u2066\u2028d\r\n\te\u200f\udc80 [bold]f[/bold] <b>g</b> :smile:"
ESCAPES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def test_clean() -> None:
    assert view.clean(HOSTILE) == "a [31mb c d e\ufffd [bold]f[/bold] <b>g</b> :smile:"


def hostile(words: str) -> Record:
    """A record in which all that comes from a report is the same words."""
    said = [Evidence(0, len(words), words)]
    return Record(
        id=words, title=words, date=words, source=words, text=words, warnings=[words],
        acts=[Act(kind="demand", actors=[words], targets=[words], about=words, said_by="x",
                  evidence=said)],
        away=[Act(kind="attack", actors=[words], about=words, evidence=said)],
        meetings=[Meeting(name=words, parties=[words], delegates=[words], place=words, start=words,
                          end=words, status=words, outcome=words, evidence=said)],
        pledges=[Pledge(by=[words], to=[words], what=words, due=words, place=words,
                        instrument=words, evidence=said)],
        links=[Link(what=words, on=words, kind=words, evidence=said)],
        parties=[Party(code=words, name=words, evidence=said)],
        persons=[Person(name=words, role=words, party=words, evidence=said)],
        figures=[Figure(what=words, value=1, unit=words, time=words, evidence=said)],
    )  # fmt: skip


@given(st.text(max_size=60))
def test_nothing_of_a_report_steers_the_terminal(words: str) -> None:
    assert not ESCAPES.search(shown(hostile(words + HOSTILE)))


def test_markup_of_a_report_is_shown_as_it_is() -> None:
    assert "[bold]f[/bold]" in shown(hostile(HOSTILE))
    assert ":smile:" in shown(hostile(HOSTILE))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(st.text(max_size=60) | st.sampled_from(['"><script>', "<img onerror=x>", "</style>", "'"]))
def test_html_has_no_tags_but_its_own(words: str) -> None:
    tags = Tags()
    tags.feed(view.html(hostile(words + "<script>alert(1)</script>\" onclick='x' &")))
    tags.close()
    assert tags.open == []
    assert tags.seen <= {
        "div", "style", "h3", "h4", "p", "em", "strong", "ul", "li", "table", "thead", "tbody",
        "tr", "th", "td", "details", "summary", "blockquote",
    }  # fmt: skip
    assert tags.attributes <= {"class", "scope", "title"}


# -- in a terminal


def test_it_reads_well_in_80_columns() -> None:
    assert (
        shown(herring())
        == """\
Herring talks end
18 March 2016 · herring.txt

Who met ────────────────────────────────────────────────────────────────────────
  talks
  Iceland and Norway · Bergen · 16–18 March 2016
  with Ann Solberg
  ended · joint statement
    “Iceland and Norway ended three days of talks in Bergen on Friday with a
    joint statement.” [1, 4]

The table ──────────────────────────────────────────────────────────────────────
  Norway
    refuses   Iceland's offer to freeze catches → Iceland
              “Norway rejected Iceland's offer to freeze catches and to open a
              fisheries office in Oslo.” [2]

  Iceland
    wants     withdraw its trawlers → Norway (planned · according to Norway ·
              40% sure)
              “Iceland demanded that Norway withdraw its trawlers.” [3]
    offers    freeze catches → Norway
              open a fisheries office → Norway
              “Norway rejected Iceland's offer to freeze catches and to open a
              fisheries office in Oslo.” [2]

  Iceland and Norway
    offer     exchange catch data
              “Both promised to exchange catch data by May.” [4]

  Not said who
    suspends  –
              “Any cut hangs on the mackerel talks, said Ann Solberg of Norway.”
              [5]

Promised ───────────────────────────────────────────────────────────────────────
  exchange catch data
  Iceland and Norway · due May 2016
    “Both promised to exchange catch data by May.” [4]

What hangs on what ─────────────────────────────────────────────────────────────
  any cut ⟵ the mackerel talks  condition
    “Any cut hangs on the mackerel talks, said Ann Solberg of Norway.” [5]

Away from the table ────────────────────────────────────────────────────────────
  Norway coerces a trawler
    “Norway seized a trawler.” [6]

Persons ────────────────────────────────────────────────────────────────────────
  Ann Solberg (negotiator, Norway)

Figures ────────────────────────────────────────────────────────────────────────
  3 days

! the title was guessed
"""
    )


@pytest.mark.parametrize("width", [20, 40, 60, 80, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = shown(herring(), width).split("\n")
    assert max(map(len, lines)) <= min(width, view.WIDEST)
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_long_quote_is_cut_to_two_lines() -> None:
    record = Record(
        acts=[Act(kind="meet", about="x", evidence=[Evidence(0, 300, "word " * 60)])],
        sentences=[(0, 300)],
    )
    lines = shown(record).rstrip("\n").split("\n")
    assert len(lines) - next(i for i, line in enumerate(lines) if "“word" in line) == 2
    assert lines[-1].endswith("word …” [1]")


@pytest.mark.parametrize("times", [60, 3000])
def test_a_meeting_told_again_and_again_has_its_first_sentences(times: int) -> None:
    sentence = "Iceland met Norway."
    spans = [(n * 20, n * 20 + len(sentence)) for n in range(times)]
    told = [Evidence(*span, sentence) for span in spans]
    record = Record(text=(sentence + " ") * times, sentences=spans)
    record.meetings = [Meeting(name="met", parties=["ISL", "NOR"], status="ended", evidence=told)]
    lines = shown(record).splitlines()
    assert any("“Iceland met Norway.” [1," in line for line in lines)
    assert any(line.endswith("…]") for line in lines)
    assert max(map(len, lines)) <= 80


def test_a_meet_that_no_meeting_tells_stands_in_the_table() -> None:
    record = herring()
    assert "meet " not in shown(record)
    record.meetings = []
    assert "    meet      talks" in shown(record)


def test_an_empty_record_says_why_and_what_to_try() -> None:
    assert (
        shown(Record(title="Shares fall", text="Shares fell.", sentences=[(0, 12)]))
        == """\
Shares fall
no date

No act of negotiation was found in this text.
· Is it a report of talks, in English? Detente keeps who met, demanded, offered,
  refused and promised what.
· Where --min-confidence is set, lower it.
· `detente why FILE:SENTENCE` shows what was seen in a sentence, and why it was
  left out.
"""
    )
    assert "No sentence was found" in shown(Record(text="…"))


def test_colours_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in shown(herring())
    assert "\x1b[33m" in shown(herring(), terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*3[0-7]m", shown(herring(), terminal=True))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_terminals_of_other_encodings(encoding: str) -> None:
    found = shown(herring(), encoding=encoding)
    assert "any cut <- the mackerel talks" in found
    assert '"Norway seized a trawler." [6]' in found
    assert "16-18 March 2016" in found
    assert max(map(len, found.split("\n"))) <= 80


# -- HTML


def test_html_has_the_tables_with_their_quotes() -> None:
    found = view.html(herring())
    assert "<h4>The table</h4>" in found
    row = "<td>Norway</td><td>refuses</td><td>Iceland</td><td>Iceland&#x27;s offer to freeze"
    assert row in found
    assert "<summary title=" in found
    assert "sentence 1, 4" in found
    assert "http" not in found
    assert herring()._repr_html_() == found


def test_html_of_an_empty_record_says_why() -> None:
    assert "No act of negotiation was found" in view.html(Record())


def test_sections_leave_out_empty_columns() -> None:
    found = {section.title: section.columns for section in view.sections(herring())}
    assert found["Promised"] == ("Who", "What", "For when")
    assert found["Figures"] == ("Figure",)
