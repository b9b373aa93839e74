"""What users decide about processes, and what then becomes of them."""

from __future__ import annotations

from detente.follow.filed import Told
from detente.follow.processes import Decision, Process, Processes
from detente.record import Entry


def decide(decision: Decision, processes: Processes) -> None:
    """Applies what a user decided. Raises KeyError when no such process is known, ValueError on another kind."""
    process = _known(decision.process, processes)
    if decision.kind == "rename":
        process.title = decision.other
    elif decision.kind == "merge":
        _merge(process, _known(decision.other, processes), processes)
    elif decision.kind == "split":
        _split(process, decision, processes)
    else:
        raise ValueError(f"a decision can be merge, split or rename, not {decision.kind!r}")
    process.history.append(decision)


def _known(name: str, processes: Processes) -> Process:
    process = processes.named(name)
    if process is None:
        raise KeyError(name)
    return process


def _merge(process: Process, other: Process, processes: Processes) -> None:
    if other is process:
        return
    _move(other, process, set(other.reports))
    process.history += other.history
    processes.all.remove(other)
    for there in processes.by_party.values():
        if other in there:
            there.remove(other)
    processes.know(process)


def _split(process: Process, decision: Decision, processes: Processes) -> None:
    new = processes.open(decision.reports[0] if decision.reports else process.id)
    new.title = decision.other
    new.history.append(decision)
    _move(process, new, set(decision.reports))
    processes.know(new)


def _move(source: Process, target: Process, reports: set[str]) -> None:
    """Moves all that some reports tell from one process to another."""
    mentions = list(source.mentions())
    entries: list[Told[Entry]] = [*source.acts, *source.pledges, *source.links]
    _clear(source)
    for mention in sorted(mentions, key=lambda m: (m.date, m.report_id)):
        (target if mention.report_id in reports else source).add(mention)
    for entry in entries:
        (target if entry.report_id in reports else source).enter(entry)


def _clear(process: Process) -> None:
    kept = process.id, process.title, process.history
    empty = Process(*kept[:1])
    for name in (
        "rounds",
        "general",
        "acts",
        "pledges",
        "links",
        "reports",
        "codes",
        "words",
        "titles",
        "levels",
        "renamed",
    ):
        setattr(process, name, getattr(empty, name))
