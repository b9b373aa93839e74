"""Turns `gold/written.txt`, reports written for training with their annotations, into gold.

Notation: `== id | date | title` opens a report. A line is a sentence. Below it, `> kind actors -> targets
| about` is an act, `> pledge: by | what | due | place` a pledge record and `L: what | on` a link.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from detente.evaluate import Gold

WRITTEN = Path(__file__).parent / "gold" / "written.txt"


def load(path: Path = WRITTEN) -> list[Gold]:
    """The reports of the file as gold; a wording that is not in its sentence is a ValueError."""
    golds: list[Gold] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            name, date, title = (part.strip() for part in line[3:].split("|"))
            golds.append(Gold(name, title, dt.date.fromisoformat(date), "", []))
        elif line.startswith(("> ", "L: ")):
            _annotate(golds[-1], line)
        else:
            gold = golds[-1]
            start = len(gold.text) + (2 if gold.text else 0)
            gold.text += ("\n\n" if gold.text else "") + line
            gold.sentences.append((start, len(gold.text)))
    return golds


def _annotate(gold: Gold, line: str) -> None:
    s = len(gold.sentences)
    parts = [part.strip() for part in line[2:].split("|")]
    if line.startswith("L: "):
        gold.links.append(_checked(gold, {"s": s, "what": parts[0], "on": parts[1]}, "what", "on"))
    elif parts[0].startswith("pledge:"):
        due, place = [*parts[2:], "", ""][:2]
        entry = {"s": s, "by": _codes(parts[0][7:]), "what": parts[1], "due": due, "place": place}
        gold.pledges.append(_checked(gold, entry, "what"))
    else:
        kind, _, who = parts[0].partition(" ")
        actors, _, targets = who.partition("->")
        entry = {
            "s": s,
            "kind": kind,
            "actors": _codes(actors),
            "targets": _codes(targets),
            "about": parts[1],
        }
        gold.acts.append(_checked(gold, entry, "about"))


def _codes(words: str) -> list[str]:
    return [code.strip() for code in words.split(",") if code.strip()]


def _checked(gold: Gold, entry: dict[str, Any], *fields: str) -> dict[str, Any]:
    start, end = gold.sentences[-1]
    for name in fields:
        if entry[name] not in gold.text[start:end]:
            raise ValueError(f"{gold.id}: {entry[name]!r} is not in {gold.text[start:end]!r}")
    return entry
