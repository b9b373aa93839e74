"""Scores following on a dossier: reports of several processes over years, with their gold.

    python benchmarks/follow.py [DOSSIER] [--records reader|gold] [--errors]

DOSSIER is a folder with reports.jsonl and gold.json (tests/data/dossier). With `--records gold` the meetings, pledges
and acts are those of the gold instead of the reader's, which tells faults of following from faults of reading.
Of several reports of one story only the newest is followed, as an archive would do it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from detente import days
from detente.follow import Filed, Following, FollowUp, Process, Quote, Round, follow, words
from detente.record import Act, Evidence, Link, Meeting, Pledge, Record

DOSSIER = Path(__file__).resolve().parent.parent / "tests" / "data" / "dossier"
KIND = {"wants": "demand", "offers": "propose", "accepts": "agree", "refuses": "reject"}
SHOWN = {"kept": "comply", "late": "comply", "broken": "breach"}
Gold = dict[str, Any]


@dataclass(slots=True)
class Figure:
    """How many were right of how many, and what was wrong."""

    right: int = 0
    all: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, good: bool, error: str) -> None:
        self.right += good
        self.all += 1
        if not good:
            self.errors.append(error)

    def __str__(self) -> str:
        return f"{self.right / self.all if self.all else 0:.3f}  ({self.right} of {self.all})"


class Stories:
    """Which reports tell one story; they stand for one another."""

    def __init__(self, gold: Gold) -> None:
        self.of = {report: story["id"] for story in gold["stories"] for report in story["reports"]}
        self.newest = {story["id"]: story["reports"][-1] for story in gold["stories"]}

    def same(self, a: str, b: str) -> bool:
        return self.of.get(a, a) == self.of.get(b, b)

    def kept(self, report: str) -> bool:
        return self.newest.get(self.of.get(report, ""), report) == report


def alike(quote: Quote, report: str, wording: str, stories: Stories) -> bool:
    """Whether a quote is the one of the gold: in it or around it, or in another report of its story, much like it."""
    if not stories.same(quote.report_id, report):
        return False
    ours, theirs = (" ".join(re.findall(r"\w+", w.lower())) for w in (quote.quote, wording))
    return theirs in ours or ours in theirs or words.shared(words.stems(wording), words.stems(quote.quote)) >= 0.6


def paired(following: Following, gold: Gold) -> dict[str, Process]:
    """For each process of the gold the one found that shares most reports with it; each is used once."""
    options = sorted(
        ((len(set(g["reports"]) & set(p.reports)), g["id"], p) for g in gold["processes"] for p in following.processes),
        key=lambda o: (-o[0], o[1]),
    )
    found: dict[str, Process] = {}
    for shared, name, process in options:
        if shared and name not in found and process not in found.values():
            found[name] = process
    return found


def is_round(one: Round, gold: Gold) -> bool:
    """Whether a round found is that of the gold: by its number, else by its days."""
    if one.ordinal and gold["ordinal"] and not one.counted:
        return bool(one.ordinal == gold["ordinal"])
    gap = days.gap((one.start, one.end), (gold["start"], gold["end"]))
    return gap is not None and gap <= 3


def rounds(following: Following, gold: Gold, stories: Stories) -> dict[str, Figure]:
    pairs = paired(following, gold)
    reports, told, exact, status = Figure(), Figure(), Figure(), Figure()
    for g in gold["processes"]:
        process = pairs.get(g["id"])
        for report in filter(stories.kept, g["reports"]):
            where = [p.name for p in following.processes if report in p.reports]
            reports.add(process is not None and report in process.reports, f"{g['id']} {report}: {where}")
        for r in g["rounds"]:
            home = [o for o in process.rounds if is_round(o, r)] if process else []
            for report in filter(stories.kept, r["reports"]):
                anywhere = [
                    (p, o) for p in following.processes for o in p.rounds if report in o.reports and is_round(o, r)
                ]
                here = any(p is process for p, _ in anywhere)
                exact.add(here, f"{g['id']} {r['name']} {report}: {[p.name for p, _ in anywhere]}")
                if anywhere:
                    told.add(here, f"{g['id']} {r['name']} {report}: {[p.name for p, _ in anywhere]}")
            last = "held" if r["status"] in ("ended", "failed") else r["status"]
            found = [o.status_at(following.as_of) for o in home]
            status.add(last in found, f"{g['id']} {r['name']}: {last}, found {found}")
    return {"reports to process": reports, "rounds to process": told, "rounds found": exact, "round status": status}


def matching(pledge: Gold, found: Iterable[FollowUp], stories: Stories) -> FollowUp | None:
    """The follow-up of a pledge of the gold: by a quote of it and the words of what is promised."""
    options = []
    for one in found:
        here = any(
            alike(q, r, pledge["quote"], stories) for q in one.quotes for r in (pledge["report"], *pledge["also"])
        )
        like = words.shared(words.telling(one.what), words.telling(pledge["what"])) if one.what else 0.0
        if here:
            options.append((like, -len(options), one))
    return max(options, key=lambda o: o[:2])[2] if options else None


def pledges(following: Following, gold: Gold, stories: Stories, day: str, figures: dict[str, Figure]) -> None:
    found = following.pledges()
    for pledge in gold["pledges"]:
        if not pledge["statuses"].get(day):
            continue
        right = pledge["statuses"][day]
        one = matching(pledge, found, stories)
        name = f"{day} {pledge['id']}: {right}"
        if one is None:
            figures["pledge status"].add(False, f"{name}, no such pledge")
            continue
        good = one.status == right
        figures["pledge status"].add(good, f"{name}, found {one.status}: {[q.quote[:90] for q in one.evidence][:2]}")
        figures["pledge status, of those read"].add(good, "")
        shown = [e for e in pledge["evidence"] if e["report"].split("-")[1][:6] <= day[2:].replace("-", "")]
        if shown and right in ("kept", "late", "broken", "delayed", "disputed"):
            quoted = any(alike(q, e["report"], e["quote"], stories) for q in one.evidence for e in shown)
            figures["pledge evidence"].add(
                quoted, f"{name}: {[q.report_id for q in one.evidence]}, {[e['report'] for e in shown]}"
            )


def positions(following: Following, gold: Gold, stories: Stories, day: str, figure: Figure) -> None:
    pairs = paired(following, gold)
    for p in gold["positions"][day]:
        process = pairs.get(p["process"])
        rows = following.table(process.id).rows if process else ()
        stands = [r.positions[p["party"]] for r in rows if p["party"] in r.positions]
        good = any(
            s.stance == p["stance"] and any(alike(q, p["report"], p["quote"], stories) for q in s.quotes)
            for s in stands
        )
        near = [
            (s.stance, s.issue[:40]) for s in stands if words.shared(words.telling(s.issue), words.telling(p["issue"]))
        ]
        figure.add(good, f"{day} {p['process']} {p['party']} {p['stance']} {p['issue']} ({p['report']}): {near}")


# -- records of the gold


def of_gold(filed: Filed, gold: Gold, stories: Stories) -> Filed:
    """A report with the entries of the gold in place of the reader's."""
    record = replace(filed.record, acts=[], away=[], meetings=[], pledges=[], links=[])
    here = filed.report_id
    for process in gold["processes"]:
        for r in process["rounds"]:
            if status := r["told"].get(here):
                record.meetings.append(_meeting(r, status, process, record))
    for day in gold["as_of"]:
        for p in gold["positions"][day]:
            if stories.same(p["report"], here) and (_holds(record, p["quote"]) or p["report"] == here):
                act = Act(
                    kind=KIND[p["stance"]], actors=[p["party"]], about=p["issue"], evidence=_at(record, p["quote"])
                )
                if act not in record.acts:
                    record.acts.append(act)
    for pledge in gold["pledges"]:
        if here in (pledge["report"], *pledge["also"]):
            record.pledges.append(Pledge(by=pledge["by"], to=pledge["to"], what=pledge["what"], due=pledge["due"],
                                         evidence=_at(record, pledge["quote"])))  # fmt: skip
        for e in pledge["evidence"]:
            if e["report"] == here and e["shows"] in SHOWN:
                record.acts.append(Act(kind=SHOWN[e["shows"]], actors=pledge["by"], about=pledge["what"],
                                       said_by=e.get("claimed_by"), evidence=_at(record, e["quote"])))  # fmt: skip
    for link in gold["linkages"]:
        if link["report"] == here:
            record.links.append(
                Link(what=link["what"], on=link["on"], kind=link["kind"], evidence=_at(record, link["quote"]))
            )
    return replace(filed, record=record)


def _meeting(r: Gold, status: str, process: Gold, record: Record) -> Meeting:
    """A round as the gold tells it in one report; the gold does not say which day was planned."""
    known = status not in ("planned", "postponed")
    quote = next(
        (record.text[a:b] for a, b in record.sentences if r["name"].split()[0].lower() in record.text[a:b].lower()), ""
    )
    return Meeting(
        name=r["name"], ordinal=r["ordinal"], parties=process["parties"], place=r["place"],
        start=r["start"] if known else "", end=r["end"] if known else "",
        status={"postponed": "suspended", "cancelled": "suspended"}.get(status, status),
        evidence=_at(record, quote) if quote else _first(record),
    )  # fmt: skip


def _first(record: Record) -> list[Evidence]:
    return [Evidence(a, b, record.text[a:b]) for a, b in record.sentences[:1]]


def _holds(record: Record, quote: str) -> bool:
    return " ".join(quote.split()) in " ".join(record.text.split())


def _at(record: Record, quote: str) -> list[Evidence]:
    """The sentence that holds a quote of the gold, as the reader would give it."""
    whole = " ".join(quote.split())
    for start, end in record.sentences:
        sentence = record.text[start:end]
        if whole in " ".join(sentence.split()):
            return [Evidence(start, end, sentence)]
    return _first(record)


# -- running


def load(folder: Path) -> Iterator[Filed]:
    """The reports of a dossier, read."""
    from detente.cli_follow import filed

    yield from filed((str(folder / "reports.jsonl"),))


def score(reports: list[Filed], gold: Gold) -> dict[str, Figure]:
    """All figures of a dossier; statuses and positions as of each of its days."""
    stories = Stories(gold)
    kept = [f for f in reports if stories.kept(f.report_id)]
    figures = rounds(follow(kept), gold, stories)
    figures |= {
        name: Figure() for name in ("pledge status", "pledge status, of those read", "pledge evidence", "positions")
    }
    for day in gold["as_of"]:
        following = follow(kept, day)
        pledges(following, gold, stories, day, figures)
        positions(following, gold, stories, day, figures["positions"])
    return figures


def main() -> None:
    """Prints the figures, and with --errors what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dossier", nargs="?", type=Path, default=DOSSIER)
    parser.add_argument("--records", choices=("reader", "gold"), default="reader")
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    gold = json.loads((arguments.dossier / "gold.json").read_text(encoding="utf-8"))
    reports = list(load(arguments.dossier))
    if arguments.records == "gold":
        stories = Stories(gold)
        reports = [of_gold(f, gold, stories) for f in reports]
    for name, figure in score(reports, gold).items():
        print(f"{name:32}{figure}")
        for error, n in Counter(figure.errors).items() if arguments.errors else ():
            if error:
                print(f"    {error}" + (f" (x{n})" if n > 1 else ""))


if __name__ == "__main__":
    main()
