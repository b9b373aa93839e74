"""The other dossiers: their gold agrees with their reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handmade import objects

FOLDERS = ("dossier-second", "dossier-third", "dossier-aside")


@pytest.mark.parametrize("name", FOLDERS)
def test_gold_and_reports_agree(name: str) -> None:
    folder = Path(__file__).parent / "data" / name
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    lines = [json.loads(line) for line in (folder / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    reports = {line["id"]: line for line in lines}
    assert len(reports) == len(lines) >= 20
    assert [line["date"] for line in lines] == sorted(line["date"] for line in lines)
    for found in objects(gold):
        if "quote" in found:
            assert found["quote"] in reports[found["report"]]["text"], found
    placed = {r for p in gold["processes"] for r in p["reports"]}
    assert placed | set(gold["ordinary"]) == reports.keys()
    for pledge in gold["pledges"]:
        for day, status in pledge["statuses"].items():
            assert (status is None) == (reports[pledge["report"]]["date"] > day)
    for process in gold["processes"]:
        for one in process["rounds"]:
            assert one["status"] == list(one["told"].values())[-1]
            assert set(one["reports"]) <= set(process["reports"])
