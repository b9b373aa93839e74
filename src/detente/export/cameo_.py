"""CAMEO rows with Goldstein scores, tab-separated: the form that event data users load."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import IO

from detente.export.common import AnyReport, LeftOut, Pair, acts, day_of, quote, url
from detente.formats import cell
from detente.record import Act, Record
from detente.tables import parse

#: Codes are text (010 is not 10). `quad`: 1 verbal and 2 material cooperation, 3 verbal and 4 material conflict.
COLUMNS = (
    "id", "date", "source", "target", "code", "root", "quad", "goldstein", "kind", "confidence", "report",
    "url", "about", "quote",
)  # fmt: skip


def write(pairs: Iterable[Pair], file: IO[bytes]) -> LeftOut:
    """Writes one row for each actor and target of an act, as dyads are CAMEO's unit.

    Those of a meeting are paired with each other, in both directions. Acts without a code, a day or a
    second party are left out, and counted.
    """
    found = LeftOut()
    text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.DictWriter(text, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    for report, record in pairs:
        for name, place, act in acts(record):
            dyads = _dyads(act)
            reason = _missing(act, report, dyads)
            if reason:
                found[reason] += 1
                continue
            for source, target in dyads:
                row = _row(report, record, f"{name}-{place}", act) | {"source": source, "target": target}
                writer.writerow({k: cell(v) if k != "goldstein" else v for k, v in row.items()})
        for kind in ("meetings", "pledges", "links", "figures"):
            if getattr(record, kind):
                found[f"{kind}: CAMEO has events only"] += len(getattr(record, kind))
    text.detach()
    return found


def _dyads(act: Act) -> list[tuple[str, str]]:
    if act.targets:
        return [(a, t) for a in act.actors for t in act.targets if a != t]
    if act.kind in ("meet", "agree"):
        return [(a, t) for a in act.actors for t in act.actors if a != t]
    return []


def _missing(act: Act, report: AnyReport, dyads: list[tuple[str, str]]) -> str:
    if not act.cameo:
        return f"acts without a CAMEO code ({act.kind})"
    if not dyads:
        return "acts without both parties"
    return "" if day_of(act, report) else "acts without a day"


def _row(report: AnyReport, record: Record, place: str, act: Act) -> dict[str, object]:
    return {
        "id": f"{record.id}-{place}", "date": day_of(act, report), "code": act.cameo, "root": act.cameo[:2],
        "quad": quad(act.cameo), "goldstein": goldstein(act.cameo), "kind": act.kind,
        "confidence": round(act.confidence, 2), "report": record.id, "url": url(report), "about": act.about,
        "quote": quote(act),
    }  # fmt: skip


def quad(code: str) -> int:
    """The quarter that a code lies in, as event data users count them."""
    root = int(code[:2])
    return 1 if root <= 5 else 2 if root <= 8 else 3 if root <= 13 else 4


@cache
def _scores() -> dict[str, float]:
    table = resources.files("detente") / "export" / "goldstein.tsv"
    with table.open(encoding="utf-8") as lines:
        return {
            code: float(row["score"])
            for row in parse(lines, ["score", "codes"], "export/goldstein.tsv")
            for code in row["codes"].split()
        }


def goldstein(code: str) -> float | None:
    """The Goldstein score of a CAMEO code, -10 (force) to +10 (retreat); a code without one has its parent's."""
    while code and code not in _scores():
        code = code[:-1]
    return _scores().get(code)
