"""Commands over what many reports yield: processes, the table, pledges, the timeline, what moved."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from detente.cli_common import (
    COUNT,
    author_of,
    iso_day,
    open_archive,
    say,
    with_author,
    with_db,
    with_format,
    with_reason,
)
from detente.errors import InputError
from detente.record import PLEDGE_STATUSES

if TYPE_CHECKING:
    from detente.follow import Filed, Following
    from detente.follow.show import Sheet

Command = TypeVar("Command", bound=Callable[..., Any])


def filed(source: tuple[str, ...]) -> Iterator[Filed]:
    """The records of inputs, each with its report: files, folders or - for standard input, read anew.

    Raises InputError on a single input that can't be read; of several, those that can't are left out.
    """
    from detente.follow import Filed
    from detente.reader import read_report
    from detente.sources import open_reports

    for report in open_reports(source, on_skip=lambda item: say(f"skipped {item.name}: {item.reason}")):
        record = read_report(report)
        yield Filed(record.id, record.date, record.title, record.source, record)


def _with_source(command: Command) -> Command:
    """The options that all commands share."""
    options: tuple[Any, ...] = (
        with_format,
        click.option("--as-of", callback=iso_day, metavar="DATE", help="Read no report after this day; else all."),
        click.option(
            "--from",
            "source",
            multiple=True,
            metavar="INPUT",
            help="Reports to read now, file or folder, instead of the archive.",
        ),
        with_db,
    )
    for option in options:
        command = option(command)
    return command


def _following(source: tuple[str, ...], as_of: str, db: str) -> Following:
    if source:
        from detente.follow import follow

        return follow(filed(source), as_of or None)
    from detente.archive.following import following

    with open_archive(db) as archive:
        return following(archive, as_of)


def _show(sheets: list[Sheet], form: str) -> None:
    from detente.follow.show import write

    if form == "text":
        write(sheets, form, sys.stdout)
        return
    out = io.StringIO()
    write(sheets, form, out)
    click.echo(out.getvalue(), nl=False)


def _named(following: Following, name: str) -> str:
    """The id of the process with a name. Raises InputError that lists those there are, or those that may be meant."""
    from detente.follow.processes import Ambiguous

    try:
        return following.process(name).id
    except Ambiguous as error:
        raise InputError("may mean several processes", name=name, remedy=f"name one: {error.candidates()}") from None
    except KeyError:
        known = "; ".join(p.name for p in following.processes[:8]) or "none was found in these reports"
        raise InputError("there is no such process", name=name, remedy=f"there are: {known}") from None


@click.command()
@_with_source
def processes(source: tuple[str, ...], as_of: str, form: str, db: str) -> None:
    """List the series of talks that reports tell of, with their last and next rounds.

    \b
    Example:
      detente processes
      detente processes --from reports/
    """
    from detente.follow import show

    _show(show.processes(_following(source, as_of, db)), form)


@click.command()
@click.argument("name")
@_with_source
def process(name: str, source: tuple[str, ...], as_of: str, form: str, db: str) -> None:
    """Show one process: its rounds, the table, what was promised, what hangs on what.

    NAME is its name, or words of it or of its parties that no other process has as well.

    \b
    Example:
      detente process "herring talks"
    """
    from detente.follow import show

    following = _following(source, as_of, db)
    _show(show.process(following, _named(following, name)), form)


@click.command()
@click.argument("name")
@click.option("--at", callback=iso_day, metavar="DATE", help="Where they stood on this day.")
@_with_source
def table(name: str, at: str, source: tuple[str, ...], as_of: str, form: str, db: str) -> None:
    """Show the table of a process: its issues against its parties, and where each stands.

    \b
    Examples:
      detente table "herring talks"
      detente table "herring talks" --at 2016-04-01
    """
    from detente.follow import show

    following = _following(source, as_of, db)
    _show([show.positions(following.table(_named(following, name), at))], form)


@click.command()
@click.option("--status", multiple=True, type=click.Choice(PLEDGE_STATUSES), help="Only these; may be given again.")
@click.option("--due-before", callback=iso_day, metavar="DATE", help="Only what is due before this day.")
@click.option("--by", metavar="PARTY", default="", help="Only what this party promised: its code or name.")
@_with_source
def pledges(
    status: tuple[str, ...], due_before: str, by: str, source: tuple[str, ...], as_of: str, form: str, db: str
) -> None:
    """List what was promised, whether it is due, and what reports say became of it.

    What is due soon or overdue counts from the day of the last report, or of --as-of, not from today. The id comes
    first, which `detente mark` takes.

    \b
    Examples:
      detente pledges
      detente pledges --status overdue --status broken
      detente pledges --due-before 2016-06-01 --by Iceland
    """
    from detente.follow import show

    party = _party(by, None if source else db)
    following = _following(source, as_of, db)
    found = following.pledges(status=status, due_before=due_before, by=party)
    _show([show.pledges(found, following.as_of)], form)


def _party(name: str, db: str | None) -> str:
    """The code of a party, given by code or by name, in any case. Raises InputError where neither tables nor archive know it."""
    from detente import names
    from detente.called import code_called

    named = (n.codes[0] for n in names.find(name) if n.words == name and len(n.codes) == 1)
    code = code_called(name) or next(named, "")
    if name and not code and db is not None:
        with open_archive(db) as archive:
            there = archive.code(name)
            code = there if archive.has_party(there) else ""
    if name and not code:
        raise InputError(
            "no party is known by this code or name", name=f"--by {name}", remedy="search --kind parties lists them"
        )
    return code


@click.command()
@click.argument("name")
@_with_source
def timeline(name: str, source: tuple[str, ...], as_of: str, form: str, db: str) -> None:
    """Show what happened in a process, in order of time.

    \b
    Example:
      detente timeline "herring talks"
    """
    from detente.follow import show

    following = _following(source, as_of, db)
    one = following.process(_named(following, name))
    _show([show.events(following.timeline(one.id), one.name)], form)


@click.command()
@click.option("--since", callback=iso_day, required=True, metavar="DATE", help="The day from which on.")
@_with_source
def changes(since: str, source: tuple[str, ...], as_of: str, form: str, db: str) -> None:
    """Show what moved since a day: positions, rounds, promises made, due, kept or broken.

    \b
    Example:
      detente changes --since 2016-03-01
    """
    from detente.follow import show
    from detente.view import human_date

    following = _following(source, as_of, db)
    _show([show.events(following.changes(since), f"Moved since {human_date(since)}")], form)


# -- what people decide about processes

_process = click.argument("process", metavar="PROCESS")
_other = click.argument("other", metavar="OTHER")


def _decide(
    kind: str, process: str, other: str, reports: tuple[str, ...], author: str | None, reason: str, db: str
) -> None:
    from detente.archive.following import decide
    from detente.follow import Decision, show

    decision = Decision(kind, process, other, reports, author_of(author), "", reason)
    with open_archive(db) as archive:
        found = decide(archive, decision)
    _show(show.processes(found), "text")


@click.command()
@_process
@click.argument("name", metavar="NAME")
@with_author
@with_reason
@with_db
def rename(process: str, name: str, author: str | None, reason: str, db: str) -> None:
    """Call a process by another name, whatever later reports call it.

    \b
    Example:
      detente rename "herring talks" "North Sea quota talks"
    """
    _decide("rename", process, name, (), author, reason, db)


@click.command()
@_process
@_other
@with_author
@with_reason
@with_db
def merge(process: str, other: str, author: str | None, reason: str, db: str) -> None:
    """Say that two processes are one: OTHER becomes part of PROCESS.

    \b
    Example:
      detente merge "Doha talks" "Geneva process" --reason "moved in May"
    """
    _decide("merge", process, other, (), author, reason, db)


@click.command()
@_process
@click.argument("name", metavar="NAME")
@click.option(
    "--report", "reports", multiple=True, required=True, metavar="ID", help="A report that tells of the new one."
)
@with_author
@with_reason
@with_db
def split(process: str, name: str, reports: tuple[str, ...], author: str | None, reason: str, db: str) -> None:
    """Say that what some reports tell of a process is another one, called NAME.

    \b
    Example:
      detente split "herring talks" "mackerel talks" --report 20160401-a
    """
    _decide("split", process, name, reports, author, reason, db)


@click.command()
@click.argument("pledge", metavar="PLEDGE")
@click.argument("status", type=click.Choice(PLEDGE_STATUSES), metavar="STATUS")
@click.option("--reason", required=True, metavar="WORDS", help="Why: what shows that it is so.")
@with_author
@with_db
def mark(pledge: str, status: str, reason: str, author: str | None, db: str) -> None:
    """Say what became of a pledge; the status then stays, whatever later reports tell.

    PLEDGE is its id, which `detente pledges` shows first. STATUS is open, "due soon", overdue, kept, late, broken,
    delayed, disputed or lapsed. `detente rejoin` takes a mark back.

    \b
    Examples:
      detente mark 20160318-a:412 kept --reason "the ministry published the list"
      detente mark 20160318-a:412 "due soon" --reason "the annex gives the day" --by Ada
    """
    from detente.archive.following import mark as keep
    from detente.follow import show

    if not reason.strip():
        raise InputError("says nothing", name="--reason", remedy="say what shows that it is so")
    with open_archive(db) as archive:
        found = keep(archive, pledge, status, author=author_of(author), reason=reason)
    _show([show.pledges([found], found.as_of)], "text")


@click.group()
def issue() -> None:
    """Merge, split or rename what a process is about; `detente table` shows its issues.

    \b
    Example:
      detente issue rename "herring talks" "freeze catches" "catch limits"
    """


_issue = click.argument("named", metavar="ISSUE")


def _decide_issue(
    kind: str, process: str, other: str, named: tuple[str, ...], author: str | None, reason: str, db: str
) -> None:
    from detente.archive.following import decide
    from detente.follow import Decision, show

    decision = Decision(kind, process, other, named, author_of(author), "", reason)
    with open_archive(db) as archive:
        found = decide(archive, decision)
        _show([show.positions(found.table(process))], "text")


@issue.command("merge")
@_process
@_issue
@_other
@with_author
@with_reason
@with_db
def merge_issues(process: str, named: str, other: str, author: str | None, reason: str, db: str) -> None:
    """Say that two issues are one: OTHER becomes part of ISSUE.

    \b
    Example:
      detente issue merge "herring talks" "herring quota" "freeze on catches"
    """
    _decide_issue("merge issues", process, other, (named,), author, reason, db)


@issue.command("rename")
@_process
@_issue
@click.argument("name", metavar="NAME")
@with_author
@with_reason
@with_db
def rename_issue(process: str, named: str, name: str, author: str | None, reason: str, db: str) -> None:
    """Call an issue by another name.

    \b
    Example:
      detente issue rename "herring talks" "freeze catches" "catch limits"
    """
    _decide_issue("rename issue", process, name, (named,), author, reason, db)


@issue.command("split")
@_process
@_issue
@click.argument("name", metavar="NAME")
@click.option("--wording", "wordings", multiple=True, required=True, metavar="WORDS", help="A wording that leaves it.")
@with_author
@with_reason
@with_db
def split_issue(
    process: str, named: str, name: str, wordings: tuple[str, ...], author: str | None, reason: str, db: str
) -> None:
    """Say that some wordings of an issue are about another matter, called NAME.

    \b
    Example:
      detente issue split "herring talks" "catch limits" "mackerel" --wording "the mackerel quota"
    """
    _decide_issue("split issue", process, name, (named, *wordings), author, reason, db)


@click.command()
@with_format
@with_db
def decisions(form: str, db: str) -> None:
    """List what was decided about processes, issues and pledges: by whom, when, why, and what was taken back.

    The number comes first, which `detente rejoin` takes.

    \b
    Examples:
      detente decisions
      detente decisions --format csv
    """
    from detente.archive.following import decisions_made
    from detente.follow.show import Sheet

    with open_archive(db) as archive:
        found = decisions_made(archive)
    sheet = Sheet(
        "decisions", "Decided", ("Number", "When", "Who", "What", "Process", "Of it", "Becomes", "Why", "Taken back")
    )
    for one in found:
        when, what = one.at.replace("T", " ")[:16], "; ".join(one.told)
        undone = f"by {one.undone_by}, {one.undone_at[:10]}" if one.undone_at else ""
        cells = (str(one.number), when, one.by, one.kind, one.name, what, one.other, one.reason, undone)
        sheet.add(cells, (), one.to_dict())
    _show([sheet], form)


@click.command()
@click.argument("number", type=COUNT, required=False, metavar="[NUMBER]")
@with_author
@with_db
def rejoin(number: int | None, author: str | None, db: str) -> None:
    """Take back a rename, merge, split or mark, the last one unless NUMBER says which; that it was made is kept.

    `detente decisions` lists them with their numbers.

    \b
    Examples:
      detente rejoin
      detente rejoin 3
    """
    from detente.archive.following import undo_decision

    with open_archive(db) as archive:
        decision = undo_decision(archive, number, author=author_of(author))
    click.echo(f"taken back: {decision}")


COMMANDS = (
    processes, process, table, pledges, timeline, changes, rename, merge, split, mark, issue, decisions, rejoin,
)  # fmt: skip
