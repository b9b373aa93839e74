"""What users decide about processes, their issues and pledges, and what then becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from detente.follow.filed import Quote, Told
from detente.follow.followup import FollowUp
from detente.follow.issues import Issue, group, largest_first, tidy
from detente.follow.processes import Decision, Process, Processes
from detente.record import PLEDGE_STATUSES, Entry


class Unknown(KeyError):
    """A decision names a thing (`sort`: process, report, issue, wording, pledge) that the reports don't tell of."""

    def __init__(self, name: str, sort: str) -> None:
        super().__init__(name)
        self.sort = sort


def decide(decision: Decision, processes: Processes) -> None:
    """Applies what a user decided.

    Raises Unknown, a KeyError, when no such process, issue or pledge is known, ValueError on another kind.
    """
    check(decision)
    process = _known(decision.process, processes)
    if decision.kind == "rename":
        process.title = decision.other
    elif decision.kind == "merge":
        _merge(process, _known(decision.other, processes), processes)
    elif decision.kind == "split":
        _split(process, decision, processes)
    elif decision.kind == "mark":
        _check_mark(process, decision)
    else:
        _ISSUES[decision.kind](issues_of(process), decision)
    process.history.append(decision)


def check(decision: Decision) -> None:
    """Raises ValueError on a decision that can't be, whatever reports tell."""
    kinds = ["merge", "split", "rename", "mark", *_ISSUES]
    if decision.kind not in kinds:
        raise ValueError(f"a decision can be {', '.join(kinds)}, not {decision.kind!r}")
    if not decision.reports and (decision.kind == "mark" or decision.kind in _ISSUES):
        raise ValueError("a decision about an issue or a pledge must name it")
    if decision.kind == "mark" and decision.other not in PLEDGE_STATUSES:
        raise ValueError(f"a pledge can be {', '.join(PLEDGE_STATUSES)}, not {decision.other!r}")


def meant(decision: Decision, processes: Processes) -> Decision:
    """A new decision with the processes that it is about by their ids, so that no later one is taken for them.

    Raises Unknown where there is none, Ambiguous where several fit equally well, and ValueError on what says nothing:
    a process merged with itself, a name that is missing or another's, all reports split off.
    """
    check(decision)
    process = _known(decision.process, processes, sure=True)
    one = replace(decision, process=process.id, other=decision.other.strip())
    if not one.other:
        raise ValueError("a name is missing")
    if decision.kind == "merge":
        other = _known(decision.other, processes, sure=True)
        if other is process:
            raise ValueError(f"{decision.process!r} and {decision.other!r} are one process, {process.name}")
        return replace(one, other=other.id)
    if decision.kind in ("rename", "split"):
        _check_name(one, process, processes)
    if decision.kind == "split":
        _check_reports(one.reports, process)
    if decision.kind == "merge issues":
        _check_issues(one, process)
    return one


def _check_name(decision: Decision, process: Process, processes: Processes) -> None:
    taken = processes.names_beside(process) + ([process.name] if decision.kind == "split" else [])
    if decision.other.lower() in (name.lower() for name in taken):
        raise ValueError(f"a process is called {decision.other!r} already: merge them, or choose another name")


def _check_reports(reports: Iterable[str], process: Process) -> None:
    wanted = set(reports)
    if not wanted:
        raise ValueError("no report is named that tells of the new process")
    for report in sorted(wanted - process.reports.keys()):
        raise Unknown(report, "report")
    if wanted == process.reports.keys():
        raise ValueError(f"these are all reports of {process.name}: rename it instead")


def _check_issues(decision: Decision, process: Process) -> None:
    issues = issues_of(process)
    if _found(decision.reports[0], issues) is _found(decision.other, issues):
        raise ValueError(f"{decision.reports[0]!r} and {decision.other!r} are one issue already")


# -- issues and pledges


def issues_of(process: Process) -> list[Issue]:
    """What a process is about, as people decided; those that most acts tell of come first."""
    issues = group(process.acts)
    for decision in process.history:
        if decision.kind in _ISSUES:
            with suppress(Unknown):
                _ISSUES[decision.kind](issues, decision)
    return largest_first(issues)


def _issue(wording: str, issues: Iterable[Issue]) -> Issue | None:
    known = list(issues)
    named = (i for i in known if i.name.lower() == wording.lower())
    worded = (i for i in known if tidy(wording).lower() in {w.lower() for w in i.wordings})
    return next(named, None) or next(worded, None)


def _found(wording: str, issues: Iterable[Issue]) -> Issue:
    issue = _issue(wording, issues)
    if issue is None:
        raise Unknown(wording, "issue")
    return issue


def _merge_issues(issues: list[Issue], decision: Decision) -> None:
    one, other = _found(decision.reports[0], issues), _found(decision.other, issues)
    if other is not one:
        one.join(other)
        issues.remove(other)


def _rename_issue(issues: list[Issue], decision: Decision) -> None:
    _found(decision.reports[0], issues).title = decision.other


def _split_issue(issues: list[Issue], decision: Decision) -> None:
    issue = _found(decision.reports[0], issues)
    leaving = {w.lower() for w in decision.reports[1:]}
    parted = issue.without(leaving)
    if parted is None:
        raise Unknown("; ".join(decision.reports[1:]), "wording")
    stays, leaves = parted
    leaves.title = decision.other
    issues[issues.index(issue)] = stays
    issues.append(leaves)


_ISSUES: dict[str, Callable[[list[Issue], Decision], None]] = {
    "merge issues": _merge_issues, "split issue": _split_issue, "rename issue": _rename_issue,
}  # fmt: skip


def _check_mark(process: Process, decision: Decision) -> None:
    if not any(_tells(q, decision.reports[0]) for p in process.pledges for q in p.quotes):
        raise Unknown(decision.reports[0], "pledge")


def marked(pledges: list[FollowUp], process: Process) -> list[FollowUp]:
    """The pledges of a process with the statuses that people gave them."""
    for decision in process.history:
        for pledge in pledges:
            if decision.kind == "mark" and any(_tells(q, decision.reports[0]) for q in pledge.quotes):
                pledge.mark = decision
    return pledges


def _tells(quote: Quote, pledge: str) -> bool:
    """Whether a quote is the one by which a pledge is named, or stands there in a new reading."""
    report, _, start = pledge.rpartition(":")
    return quote.report_id == report and start.isdigit() and quote.start <= int(start) < max(quote.end, quote.start + 1)


# -- processes


def _known(name: str, processes: Processes, *, sure: bool = False) -> Process:
    process = processes.named(name, sure=sure)
    if process is None:
        raise Unknown(name, "process")
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
    if process.reports.keys().isdisjoint(decision.reports):
        raise Unknown("; ".join(decision.reports), "report")
    new = processes.open(decision.reports[0] if decision.reports else process.id)
    new.title = decision.other
    new.history += [*(d for d in process.history if d.kind == "mark" or d.kind in _ISSUES), decision]
    _move(process, new, set(decision.reports))
    processes.know(new)


def _move(source: Process, target: Process, reports: set[str]) -> None:
    """Moves all that some reports tell from one process to another."""
    mentions = list(source.mentions())
    entries: list[Told[Entry]] = [*source.acts, *source.pledges, *source.links]
    told = dict(source.reports)
    target.people += source.people  # who speaks for whom is the same there
    _clear(source)
    for mention in sorted(mentions, key=lambda m: (m.date, m.report_id)):
        (target if mention.report_id in reports else source).add(mention)
    for entry in entries:
        (target if entry.report_id in reports else source).enter(entry)
    for report, date in told.items():
        (target if report in reports else source).note(report, date)


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
