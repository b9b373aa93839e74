"""The commands of the README and the docs do what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from detente.cli import main

ROOT = Path(__file__).parent.parent


def blocks(path: str, language: str) -> list[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_two_commands_of_the_readme_are_there_and_can_be_run() -> None:
    lines = blocks("README.md", "sh")[0].splitlines()
    for line in lines:
        script = ROOT / line.split()[0]
        assert os.access(script, os.X_OK), script


def test_the_first_command_reads_the_example() -> None:
    last = (ROOT / "scripts" / "demo").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last == "exec .venv/bin/detente read examples/herring.txt"
    found = CliRunner().invoke(main, ["read", str(ROOT / "examples" / "herring.txt")])
    assert found.exit_code == 0
    assert "Iceland" in found.output
    assert "Who met" in found.output


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the README's commands name."""
    example = (ROOT / "examples" / "herring.txt").read_text(encoding="utf-8")
    (tmp_path / "report.txt").write_text(example, encoding="utf-8")
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "herring.txt").write_text(example, encoding="utf-8")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "one.txt").write_text(example, encoding="utf-8")
    (tmp_path / "wire.jsonl").write_text(
        '{"id": "w1", "date": "2016-03-18", "text": "Togo rejected the offer of Ghana."}\n'
    )
    (tmp_path / "gold.json").write_text(
        '[{"id": "g", "date": "2016-03-18", "title": "", "text": "Togo rejected the offer.", "sentences": [[0, 24]],'
        ' "gold": {"acts": [{"s": 1, "kind": "reject", "actors": ["TGO"], "targets": [], "about": "the offer"}],'
        ' "meetings": [], "pledges": [], "links": []}}]'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_under_use_work(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = []
    monkeypatch.setattr("uvicorn.run", lambda app, **options: served.append(app.title))
    for line in blocks("README.md", "sh")[1].splitlines():
        command = line.split("#")[0].split(">")[0].strip().replace("wire.jsonl.gz", "wire.jsonl").split()
        found = CliRunner().invoke(main, command[1:])
        assert found.exit_code == 0, (line, found.output)
        assert found.output.strip()
    assert served == ["Detente"]


@pytest.mark.parametrize("path", ["README.md", "docs/data-model.md", "docs/archive.md", "docs/follow.md"])
def test_python_in_the_docs_runs(path: str, workplace: Path) -> None:
    for block in blocks(path, "python"):
        code = block.replace("record.to_dataframe()", "record.to_dict()")
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
        assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("path", ["docs/archive.md", "docs/adding.md", "docs/exports.md"])
def test_the_commands_of_the_docs_work(path: str, workplace: Path) -> None:
    """Run as they stand; those that search and export find an archive."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    first = [sys.executable, "-m", "detente", "add", "--date", "2016-03-18", "report.txt"]
    subprocess.run(first, check=True, env=environment, capture_output=True)
    script = 'set -e\ndetente() { python -m detente "$@"; }\n' + blocks(path, "sh")[0]
    ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert ran.returncode == 0, ran.stderr


def test_every_option_has_its_help_and_every_command_an_example() -> None:
    for name, command in main.commands.items():
        assert "Example" in (command.help or ""), name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (name, parameter.name)


def test_links_in_the_docs_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_every_table_of_the_lexicon_is_documented() -> None:
    text = (ROOT / "docs" / "lexicon.md").read_text(encoding="utf-8")
    for table in (ROOT / "src" / "detente" / "lexicon").glob("*.*"):
        assert table.name.startswith(".") or table.name in text, table.name
