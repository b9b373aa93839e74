"""Each export is read back by a library of its format."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import detente
from detente import export
from detente.archive import Archive
from detente.archive.rows import record_from_dict
from detente.cli import main
from detente.errors import InputError
from detente.export.cameo_ import goldstein, quad
from detente.export.common import Told, last_day, whole_day
from detente.record import Act, Evidence, Link, Meeting, Party, Period, Pledge, Plover, Record
from detente.report import Report
from detente.tables import rows
from detente.triggers import kinds

TEXT = "Iceland rejected the offer. They met on 3 May. Norway will pay by June. It hangs on the vote. =1+1"


def said(quote: str) -> list[Evidence]:
    start = TEXT.index(quote)
    return [Evidence(start, start + len(quote), quote)]


@pytest.fixture
def pairs() -> list[export.Pair]:
    record = Record(
        id="r1", title="Talks \x0b on fish", date="2019-05-06", source="https://example.org/1", text=TEXT, version="1",
        acts=[
            Act(kind="reject", actors=["ISL"], targets=["NOR"], about="the offer", plover=Plover("REJECT"), cameo="120",
                time=Period("2019-05-04", "2019-05-04"), evidence=said("Iceland rejected the offer.")),
            Act(kind="meet", actors=["ISL", "NOR"], plover=Plover("CONSULT", "visit"), cameo="046", evidence=said("They met on 3 May.")),
            Act(kind="assess", actors=["ISL"], about="=1+1", evidence=said("=1+1")),
            Act(kind="propose", plover=Plover("AGREE"), cameo="030", evidence=said("They met")),
        ],
        meetings=[
            Meeting(name="third round", ordinal=3, parties=["NOR", "ISL"], place="Port; Sable", start="2019-05-03",
                    end="2019-05-04", status="planned", evidence=said("They met on 3 May.")),
            Meeting(name="talks", start="2019-05", evidence=said("They met")),
        ],
        pledges=[Pledge(by=["NOR"], to=["ISL"], what="pay", due="2019-06", evidence=said("Norway will pay by June.")),
                 Pledge(by=["NOR"], what="think", evidence=said("Norway"))],
        links=[Link(what="it", on="the vote", evidence=said("It hangs on the vote."))],
        parties=[Party(code="ISL", name="Iceland", state="ISL", evidence=said("Iceland"))],
    )  # fmt: skip
    later = Record(id="r2", date="2019-05-20", text="x", meetings=[
        Meeting(name="the third round", ordinal=3, parties=["ISL", "NOR"], start="2019-05-03", status="ended")])  # fmt: skip
    return [
        (Report(TEXT, id="r1", title=record.title, date=dt.date(2019, 5, 6), source=record.source), record),
        (Told.of(later), later),
    ]


def written(form: str, pairs: list[export.Pair]) -> tuple[bytes, dict[str, int]]:
    file = io.BytesIO()
    left_out = export.write(form, pairs, file)
    return file.getvalue(), left_out


def test_csv(pairs: list[export.Pair]) -> None:
    raw, left_out = written("csv", pairs)
    found = list(csv.DictReader(io.StringIO(raw.decode())))
    assert len(found) == 11
    assert found[0]["quote"] == "Iceland rejected the offer."
    assert found[2]["what"] == "'=1+1"
    assert not left_out


def test_jsonl_can_be_read_back_as_records(pairs: list[export.Pair]) -> None:
    raw, _ = written("jsonl", pairs)
    found = [record_from_dict(json.loads(line)) for line in raw.splitlines()]
    assert [r.to_dict(text=True) for r in found] == [r.to_dict(text=True) for _, r in pairs]


def test_parquet(pairs: list[export.Pair], tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    raw, _ = written("parquet", pairs)
    table = pq.read_table(io.BytesIO(raw))
    found = table.to_pylist()
    assert len(found) == 11
    assert found[0]["actors"] == ["ISL"]
    assert [row["ordinal"] for row in found if row["list"] == "meetings"] == [3, None, 3]
    assert found[0]["from"] == 0
    raw, _ = written("parquet", [])
    assert pq.read_table(io.BytesIO(raw)).num_rows == 0


def test_plover(pairs: list[export.Pair]) -> None:
    raw, left_out = written("plover", pairs)
    found = [json.loads(line) for line in raw.splitlines()]
    assert [(e["event"], e["mode"], e["date"]) for e in found] == [
        ("REJECT", [], "2019-05-04"), ("CONSULT", ["visit"], "2019-05-06"),
    ]  # fmt: skip
    first = found[0]
    assert {"id", "date", "actor", "recipient", "event", "mode", "context", "text", "text_info", "cite_info"} <= set(
        first
    )
    assert first["actor"] == [{"code": "ISL", "entity_text": "Iceland"}]
    assert TEXT[first["text_info"]["start"] : first["text_info"]["end"]] == first["text"]
    assert first["cite_info"]["url"] == "https://example.org/1"
    assert left_out["acts without a known actor"] == 1
    assert left_out["acts without a PLOVER class (assess)"] == 1
    assert left_out["pledges: PLOVER has events only"] == 2


def test_cameo(pairs: list[export.Pair]) -> None:
    raw, left_out = written("cameo", pairs)
    found = list(csv.DictReader(io.StringIO(raw.decode()), delimiter="\t"))
    assert [(r["source"], r["target"], r["code"], r["root"], r["quad"], r["goldstein"]) for r in found] == [
        ("ISL", "NOR", "120", "12", "3", "-4.0"),
        ("ISL", "NOR", "046", "04", "1", "7.0"),
        ("NOR", "ISL", "046", "04", "1", "7.0"),
    ]
    assert left_out["acts without both parties"] == 1


def test_every_code_of_the_lexicon_has_a_score() -> None:
    codes = {r["cameo"] for r in rows("cameo", "cameo plover mode")}
    codes |= {kind.cameo for kind in kinds().values()} - {""}
    scores = {code: goldstein(code) for code in codes}
    assert None not in scores.values()
    assert (scores["040"], scores["0874"], scores["1823"], scores["1822"]) == (1.0, 10.0, -10.0, -9.0)
    assert [quad(code) for code in ("010", "057", "06", "08", "120", "14", "20")] == [1, 1, 2, 2, 3, 4, 4]


def test_icalendar(pairs: list[export.Pair]) -> None:
    from icalendar import Calendar

    raw, left_out = written("ical", pairs)
    events = {str(e["SUMMARY"]): e for e in Calendar.from_ical(raw).walk("VEVENT")}
    assert set(events) == {"the third round: ISL, NOR", "Due: pay (NOR)"}  # two reports, one meeting
    meeting = events["the third round: ISL, NOR"]
    assert (meeting.decoded("DTSTART"), meeting.decoded("DTEND")) == (dt.date(2019, 5, 3), dt.date(2019, 5, 4))
    assert str(meeting["STATUS"]) == "CONFIRMED"
    due = events["Due: pay (NOR)"]
    assert due.decoded("DTSTART") == dt.date(2019, 6, 30)
    assert "by the end of 2019-06" in due["DESCRIPTION"]
    assert written("ical", pairs)[0] == raw  # UIDs and all
    only_first = Calendar.from_ical(written("ical", pairs[:1])[0]).walk("VEVENT")[0]
    assert only_first["UID"] == meeting["UID"]
    assert only_first.decoded("DTEND") == dt.date(2019, 5, 5)
    assert str(only_first["LOCATION"]) == "Port; Sable"
    assert left_out["meetings without a day"] == 1


def test_graphml(pairs: list[export.Pair], tmp_path: Path) -> None:
    import networkx

    (tmp_path / "g.graphml").write_bytes(written("graphml", pairs)[0])
    graph = networkx.read_graphml(tmp_path / "g.graphml")
    assert graph.nodes["ISL"]["label"] == "Iceland"
    kinds = sorted(data.get("kind", data["sort"]) for _, _, data in graph.edges(data=True))
    assert kinds == [
        "promised to",
        "promises",
        "promises",
        "reject",
        "takes part",
        "takes part",
        "takes part",
        "takes part",
    ]
    assert sum(data["sort"] == "meeting" for _, data in graph.nodes(data=True)) == 2


@pytest.mark.parametrize("form", export.FORMATS)
def test_every_format_takes_what_is_odd(form: str) -> None:
    odd = "a \x00\x1b\ud800 ]]> <b> \u2028 “x”"
    record = Record(
        id=odd, title=odd, source=odd, text=odd, acts=[Act(kind="reject", actors=[odd], targets=["B"], about=odd)],
        meetings=[Meeting(name=odd, start="2019-02-31", parties=[odd])], pledges=[Pledge(what=odd, due="2019-13")],
    )  # fmt: skip
    dated = detente.read("Iceland rejected Norway's offer on Friday.", date="2016-03-18", id=odd)
    pairs: list[export.Pair] = [(Told.of(record), record), (Told.of(dated), dated)]
    if form != "parquet":
        assert written(form, pairs)[0].decode("utf-8")
    assert written(form, [])[1] == {}


def test_days() -> None:
    assert last_day("2019") == dt.date(2019, 12, 31)
    assert last_day("2020-02") == dt.date(2020, 2, 29)
    assert last_day("2019-02-31") is None
    assert last_day("soon") is None
    assert whole_day("2019-05") is None


# -- the command


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = str(tmp_path / "talks.db")
    with Archive.open(path) as archive:
        archive.add(Report("Iceland rejected Norway's offer on Friday.", id="a", date=dt.date(2016, 3, 18)))
    return path


@pytest.mark.parametrize("form", export.FORMATS)
def test_the_archive_is_exported(db: str, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out"
    found = CliRunner().invoke(main, ["export", form, "--db", db, "-o", str(target)])
    assert found.exit_code == 0, found.output
    assert target.stat().st_size > 50
    assert not (tmp_path / "out.part").exists()


def test_what_detente_read_wrote_is_exported(tmp_path: Path) -> None:
    record = detente.read("Iceland rejected Norway's offer on Friday.", date="2016-03-18", id="a")
    (tmp_path / "records.jsonl").write_text(record.to_json() + "\n")
    found = CliRunner().invoke(main, ["export", "cameo", str(tmp_path / "records.jsonl")])
    assert found.stdout.splitlines()[1].startswith("a-acts-0\t2016-03-18\tISL\tNOR\t12")


@pytest.mark.parametrize("line", ["not json", "[]", '{"acts": [{"colour": 1}]}', '{"acts": 3}'])
def test_what_is_no_record_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "records.jsonl").write_text("\n" + line + "\n")
    with pytest.raises(InputError, match=r"records.jsonl:2: is no record"):
        list(export.from_lines([tmp_path / "records.jsonl"]))


def test_a_target_that_can_not_be_written_is_a_short_error(db: str, tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["export", "csv", "--db", db, "-o", str(tmp_path / "no" / "x.csv")])
    assert found.exit_code == 2
    assert "can't be written" in found.stderr
