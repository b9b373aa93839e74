"""The command, with good, odd and broken input."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detente.cli import main

REPORT = "Norway rejected Iceland's offer to freeze catches on Friday. Iceland urged Norway to return to the talks."


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_a_report_is_read_for_people(report: Path) -> None:
    found = run("read", "--date", "2016-03-18", str(report))
    assert found.exit_code == 0
    assert "freeze catches" in found.stdout
    assert "18 March 2016" in found.stdout


def test_without_a_date_the_output_says_how_to_give_one(report: Path) -> None:
    assert "--date" in run("read", str(report)).stdout


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_can_be_loaded_and_quotes_the_text(report: Path, form: str) -> None:
    found = json.loads(run("read", "--text", "--format", form, str(report)).stdout)
    record = found[0] if form == "json" else found
    assert record["acts"]
    for act in record["acts"]:
        quote = act["evidence"][0]
        assert record["text"][quote["start"] : quote["end"]] == quote["quote"]


def test_csv_has_one_header(report: Path) -> None:
    lines = run("read", "--format", "csv", str(report), str(report)).stdout.splitlines()
    assert sum(line.startswith("report,date") for line in lines) == 1
    assert len(lines) > 3


def test_markdown_has_a_heading(report: Path) -> None:
    assert run("read", "--format", "md", str(report)).stdout.startswith("#")


def test_what_is_unlikely_can_be_left_out(report: Path) -> None:
    everything = json.loads(run("read", "--format", "jsonl", str(report)).stdout)
    nothing = json.loads(run("read", "--format", "jsonl", "--min-confidence", "1", str(report)).stdout)
    assert everything["acts"]
    assert not nothing["acts"]


def test_standard_input_and_json_lines_and_gz(tmp_path: Path) -> None:
    assert "Norway" in run("read", "-", given=REPORT).stdout
    path = tmp_path / "wire.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "a", "date": "2016-03-18", "text": REPORT}) + "\n")
    record = json.loads(run("read", "--format", "jsonl", str(path)).stdout)
    assert (record["id"], record["date"]) == ("a", "2016-03-18")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"   \n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not text"),
        ("Le gouvernement et les rebelles ont signé un accord pour la paix dans le nord du pays avec "
         "les médiateurs, mais les deux parties sont encore en désaccord sur une partie du texte.".encode(), "French"),
    ],
)  # fmt: skip
def test_bad_input_is_a_short_error_that_names_the_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    found = run("read", str(path))
    assert found.exit_code == 2
    assert words in found.stderr
    assert "bad.txt" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "/nowhere/report.txt"),
        ("read",),
        ("read", "--date", "yesterday-ish", "x.txt"),
        ("why", "report.txt"),
        ("why", "/nowhere/report.txt:1"),
        ("evaluate",),
        ("evaluate", "/nowhere/gold.json"),
    ],
)
def test_misuse_exits_with_2(arguments: tuple[str, ...]) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert "Traceback" not in found.output


def test_one_bad_report_never_stops_the_others(report: Path, tmp_path: Path) -> None:
    (tmp_path / "zz.txt").write_bytes(b"\x00\x01")
    found = run("read", "--format", "jsonl", str(tmp_path), "/nowhere.txt")
    assert [json.loads(line)["id"] for line in found.stdout.splitlines()] == ["report"]
    assert found.exit_code == 2
    assert "skipped 2" in found.stderr
    assert "zz.txt" in found.stderr
    assert "nowhere.txt" in found.stderr


def test_a_bad_line_of_json_lines_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    path.write_text(json.dumps({"text": REPORT}) + "\nnot json\n[]\n" + json.dumps({"id": "c", "text": REPORT}) + "\n")
    found = run("read", "--format", "jsonl", str(path))
    assert len(found.stdout.splitlines()) == 2
    assert "wire.jsonl:2" in found.stderr
    assert "wire.jsonl:3" in found.stderr


def test_a_folder_without_reports_is_an_error(tmp_path: Path) -> None:
    found = run("read", str(tmp_path))
    assert found.exit_code == 2
    assert "holds no report" in found.stderr


def test_latin_1_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(
        ("Togo's envoy André Béché rejected the offer of Ghana in Lomé on Friday, an official said. " * 3).encode(
            "latin-1"
        )
    )
    record = json.loads(run("read", "--format", "jsonl", str(path)).stdout)
    assert any("UTF-8" in w for w in record["warnings"])
    assert record["acts"]


def test_html_keeps_title_and_date(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    body = "".join(
        f"<p>{REPORT} The ministers spoke of quotas, ships and patience for a long while.</p>" for _ in range(4)
    )
    path.write_text(
        "<html><head><title>Fish talks end</title><meta property='article:published_time' content='2016-03-18T10:00:00Z'>"
        f"</head><body><nav><a href='/'>Home</a></nav><article><h1>Fish talks end</h1>{body}</article><script>alert(1)</script></body></html>"
    )
    record = json.loads(run("read", "--text", "--format", "jsonl", str(path)).stdout)
    assert record["date"] == "2016-03-18"
    assert "Fish talks end" in record["title"]
    assert "alert" not in record["text"]


def test_why_names_trigger_slots_and_score(report: Path) -> None:
    found = run("why", "--date", "2016-03-18", f"{report}:1")
    assert found.exit_code == 0
    for words in ("reject", "'rejected'", "NOR", "ISL", "score"):
        assert words in found.stdout


def test_why_of_a_sentence_that_is_not_there(report: Path) -> None:
    found = run("why", f"{report}:99")
    assert found.exit_code == 2
    assert "1 to 2" in found.stderr


def test_terminal_control_characters_of_a_report_are_not_printed(tmp_path: Path) -> None:
    path = tmp_path / "hostile.txt"
    path.write_text("Norway rejected \x1b[31mIceland's offer\x1b]0;title\x07 on Friday.", encoding="utf-8")
    assert "\x1b" not in run("read", str(path)).stdout
