from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from detente import formats
from detente.record import (
    Act,
    Evidence,
    Figure,
    Link,
    Meeting,
    Party,
    Period,
    Person,
    Pledge,
    Plover,
    Record,
)

TEXT = "Iceland rejected\nNorway's offer to freeze catches. They will meet in Bergen in May."
FIRST = Evidence(0, 50, TEXT[:50])
SECOND = Evidence(51, 83, TEXT[51:])


@pytest.fixture
def record() -> Record:
    return Record(
        id="herring", title="Talks", date="2016-03-18", source="herring.txt", text=TEXT,
        sentences=[(0, 50), (51, 83)],
        acts=[
            Act(kind="reject", actors=["ISL"], targets=["NOR"], about="offer to freeze catches",
                plover=Plover("REJECT"), cameo="120", of=[2], confidence=0.9, evidence=[FIRST]),
            Act(kind="assess", actors=["ISL"], confidence=0.2, evidence=[FIRST]),
            Act(kind="propose", actors=["NOR"], targets=["ISL"], about="freeze catches", of=[1],
                confidence=0.8, evidence=[FIRST], said_by="ISL", time=Period("2016", "2016")),
        ],
        away=[Act(kind="coerce", actors=["NOR"], planned=True, evidence=[FIRST])],
        meetings=[Meeting(name="They", level="ministerial", ordinal=3, parties=["ISL", "NOR"],
                          place="Bergen", start="2016-05", status="planned",
                          evidence=[SECOND, FIRST])],
        pledges=[Pledge(by=["ISL", "NOR"], to=["FRO"], what="meet", due="2016-05",
                        evidence=[SECOND])],
        links=[Link(what="meet", on="May", kind="sequence", evidence=[SECOND])],
        parties=[Party(code="ISL", name="Iceland", evidence=[FIRST])],
        persons=[Person(name="Ann Solberg", role="negotiator", party="NOR", evidence=[FIRST])],
        figures=[Figure(what="boats", value=-3, unit="dozen", evidence=[FIRST])],
    )  # fmt: skip


def table(record: Record) -> list[dict[str, str]]:
    file = io.StringIO()
    formats.to_csv([record], file)
    return list(csv.DictReader(io.StringIO(file.getvalue())))


# -- JSON


def test_json_lines_are_one_line_each(record: Record) -> None:
    record.title = "line\u2028end \x85 \udc80 \u202e"
    line = formats.to_jsonl(record)
    assert len(line.splitlines()) == 1
    assert line.encode()
    assert json.loads(line) == record.to_dict()


def test_json_has_the_text_where_asked(record: Record) -> None:
    assert json.loads(formats.to_json(record, text=True))["text"] == TEXT
    assert "text" not in json.loads(formats.to_json(record))


# -- CSV


def test_csv_has_one_row_an_entry_and_one_header(record: Record) -> None:
    file = io.StringIO()
    formats.to_csv([record, record], file)
    found = list(csv.reader(io.StringIO(file.getvalue())))
    assert found[0] == list(formats.COLUMNS)
    assert len(found) == 1 + 2 * len(record.entries())


def test_csv_without_a_header(record: Record) -> None:
    file = io.StringIO()
    formats.to_csv([record], file, header=False)
    assert file.getvalue().startswith("herring,2016-03-18,acts,reject,ISL,NOR,")


@pytest.mark.parametrize(
    ("name", "place", "cells"),
    [
        ("acts", 0, {"kind": "reject", "actors": "ISL", "targets": "NOR", "plover": "REJECT",
                     "what": "offer to freeze catches", "cameo": "120", "confidence": "0.9",
                     "from": "0", "to": "50", "said_by": "", "status": "",
                     "quote": "Iceland rejected Norway's offer to freeze catches."}),
        ("acts", 2, {"said_by": "ISL", "start": "2016", "end": "2016"}),
        ("away", 0, {"kind": "coerce", "status": "planned"}),
        ("meetings", 0, {"kind": "ministerial", "actors": "ISL; NOR", "what": "They",
                         "place": "Bergen", "start": "2016-05", "end": "", "ordinal": "3",
                         "status": "planned", "from": "51"}),
        ("pledges", 0, {"actors": "ISL; NOR", "targets": "FRO", "due": "2016-05"}),
        ("links", 0, {"kind": "sequence", "what": "meet", "on": "May"}),
        ("parties", 0, {"kind": "state", "actors": "ISL", "what": "Iceland"}),
        ("persons", 0, {"actors": "NOR", "what": "Ann Solberg", "role": "negotiator"}),
        ("figures", 0, {"what": "boats", "value": "-3", "unit": "dozen"}),
    ],
)  # fmt: skip
def test_csv_columns(record: Record, name: str, place: int, cells: dict[str, str]) -> None:
    row = [row for row in table(record) if row["list"] == name][place]
    assert {column: row[column] for column in cells} == cells


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_csv_runs_no_formula(record: Record, words: str) -> None:
    record.acts[0].about = words
    record.id = words
    row = table(record)[0]
    assert row["what"] == row["report"] == "'" + words.strip()


def test_csv_has_no_control_characters(record: Record) -> None:
    record.acts[0].about = "a\x1b[31m\u202eb\x00\udc80"
    assert table(record)[0]["what"] == "a [31mb \ufffd"


def test_an_entry_without_evidence_has_a_row_too() -> None:
    assert formats.rows(Record(acts=[Act(kind="meet")]))[0]["quote"] == ""


# -- data frames


def test_dataframe(record: Record) -> None:
    pytest.importorskip("pandas")
    frame = record.to_dataframe()
    assert list(frame.columns) == list(formats.COLUMNS)
    assert len(frame) == len(record.entries())
    first = frame.iloc[0]
    assert TEXT[first["from"] : first["to"]] == first["quote"]
    assert frame["ordinal"].count() == 1
    assert len(Record().to_dataframe()) == 0


def test_dataframe_without_pandas_says_what_to_install(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pip install 'detente\[pandas\]'"):
        record.to_dataframe()


# -- Markdown


def test_markdown_has_a_table_a_part(record: Record) -> None:
    found = formats.to_markdown(record)
    assert found.startswith("# Talks\n\n18 March 2016 · herring.txt\n")
    assert "| Iceland | refuses | NOR | offer to freeze catches |" in found
    assert "“Iceland rejected Norway's offer to freeze catches.” (1) |" in found
    tables = [part for part in found.strip().split("\n\n") if part.startswith("|")]
    assert len(tables) == 7
    for one in tables:
        assert len({line.count("|") for line in one.split("\n")}) == 1


def test_markdown_runs_no_markup(record: Record) -> None:
    record.title = "<img src=x> [a](b) `c` *d* | e &lt; #1"
    record.warnings = ["1. first", "- second", "# third"]
    found = formats.to_markdown(record)
    assert r"# \<img src=x\> \[a\](b) \`c\` \*d\* \| e \&lt; \#1" in found
    assert "> 1\\. first\n\n> \\- second\n\n> \\# third" in found


def test_markdown_of_an_empty_record_says_why() -> None:
    assert "No act of negotiation was found" in formats.to_markdown(Record())


# -- confidence


def test_filter_keeps_of_in_step(record: Record) -> None:
    found = formats.filter_confidence(record, 0.5)
    assert [act.kind for act in found.acts] == ["reject", "propose"]
    assert found.acts[0].of == [1]  # the proposal, which stood third
    assert found.acts[1].of == []  # was about the assessment that is gone
    assert record.acts[0].of == [2]
    assert len(record.acts) == 3


def test_filter_keeps_equal_acts_apart() -> None:
    acts = [Act(kind="meet", confidence=c, of=of) for c, of in ((0.9, []), (0.9, []), (0.9, [1]))]
    assert formats.filter_confidence(Record(acts=acts), 0.5).acts[2].of == [1]


def test_filter_takes_all_lists(record: Record) -> None:
    assert formats.filter_confidence(record, 1.1).entries() == []
    assert len(formats.filter_confidence(record, 0).entries()) == len(record.entries())
