"""Commands over what many reports yield: processes, the table, pledges, the timeline, what moved."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from detente.errors import InputError

if TYPE_CHECKING:
    from detente.follow import Filed, Following
    from detente.follow.show import Sheet

FORMATS = ("text", "json", "csv", "md")
STATUSES = ("open", "due soon", "overdue", "kept", "late", "broken", "delayed", "disputed", "lapsed")
Command = TypeVar("Command", bound=Callable[..., Any])


def filed(source: tuple[str, ...]) -> Iterator[Filed]:
    """The records of a source, each with its report: files, folders or - for standard input, read anew.

    Every command takes its records from here, so that another source needs no other change. Raises
    InputError on a single input that can't be read; of several, those that can't are left out.
    """
    from detente.follow import Filed
    from detente.reader import read_report
    from detente.sources import open_reports

    for report in open_reports(source, on_skip=_skipped):
        record = read_report(report)
        yield Filed(record.id, record.date, record.title, record.source, record)


def _skipped(item: Any) -> None:
    from detente.view import clean

    click.echo(clean(f"skipped {item.name}: {item.reason}"), err=True)


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str:
    from detente.sources import parse_date

    return parse_date(value).isoformat() if value else ""


def _with_source(command: Command) -> Command:
    """The options that all commands share."""
    options: tuple[Any, ...] = (
        click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to write the answer."),
        click.option("--as-of", callback=_day, metavar="DATE", help="Read no report after this day; else all."),
        click.option(
            "--from", "source", multiple=True, required=True, metavar="INPUT", help="Reports: file or folder."
        ),
    )
    for option in options:
        command = option(command)
    return command


def _following(source: tuple[str, ...], as_of: str) -> Following:
    from detente.follow import follow

    return follow(filed(source), as_of or None)


def _show(sheets: list[Sheet], form: str) -> None:
    from detente.follow.show import write

    if form == "text":
        write(sheets, form, sys.stdout)
        return
    out = io.StringIO()
    write(sheets, form, out)
    click.echo(out.getvalue(), nl=False)


def _named(following: Following, name: str) -> str:
    """The id of the process with a name. Raises InputError that lists those there are."""
    try:
        return following.process(name).id
    except KeyError:
        known = "; ".join(p.name for p in following.processes[:8]) or "none was found in these reports"
        raise InputError("there is no such process", name=name, remedy=f"there are: {known}") from None


@click.command()
@_with_source
def processes(source: tuple[str, ...], as_of: str, form: str) -> None:
    """List the series of talks that reports tell of, with their last and next rounds.

    \b
    Example:
      detente processes --from reports/
    """
    from detente.follow import show

    _show(show.processes(_following(source, as_of)), form)


@click.command()
@click.argument("name")
@_with_source
def process(name: str, source: tuple[str, ...], as_of: str, form: str) -> None:
    """Show one process: its rounds, the table, what was promised, what hangs on what.

    NAME is its name, or words of it or of its parties.

    \b
    Example:
      detente process "herring talks" --from reports/
    """
    from detente.follow import show

    following = _following(source, as_of)
    _show(show.process(following, _named(following, name)), form)


@click.command()
@click.argument("name")
@click.option("--at", callback=_day, metavar="DATE", help="Where they stood on this day.")
@_with_source
def table(name: str, at: str, source: tuple[str, ...], as_of: str, form: str) -> None:
    """Show the table of a process: its issues against its parties, and where each stands.

    \b
    Examples:
      detente table "herring talks" --from reports/
      detente table "herring talks" --at 2016-04-01 --from reports/
    """
    from detente.follow import show

    following = _following(source, as_of)
    _show([show.positions(following.table(_named(following, name), at))], form)


@click.command()
@click.option("--status", multiple=True, type=click.Choice(STATUSES), help="Only these; may be given again.")
@click.option("--due-before", callback=_day, metavar="DATE", help="Only what is due before this day.")
@click.option("--by", metavar="PARTY", default="", help="Only what this party promised: its code or name.")
@_with_source
def pledges(status: tuple[str, ...], due_before: str, by: str, source: tuple[str, ...], as_of: str, form: str) -> None:
    """List what was promised, whether it is due, and what reports say became of it.

    \b
    Examples:
      detente pledges --from reports/
      detente pledges --status overdue --status broken --from reports/
      detente pledges --due-before 2016-06-01 --by Iceland --from reports/
    """
    from detente.follow import show

    following = _following(source, as_of)
    found = following.pledges(status=status, due_before=due_before, by=_party(by))
    _show([show.pledges(found, following.as_of)], form)


def _party(name: str) -> str:
    """The code of a party, given by code or by name."""
    from detente import names

    found = next(names.find(name), None)
    return found.codes[0] if found else name


@click.command()
@click.argument("name")
@_with_source
def timeline(name: str, source: tuple[str, ...], as_of: str, form: str) -> None:
    """Show what happened in a process, in order of time.

    \b
    Example:
      detente timeline "herring talks" --from reports/
    """
    from detente.follow import show

    following = _following(source, as_of)
    one = following.process(_named(following, name))
    _show([show.events(following.timeline(one.id), one.name)], form)


@click.command()
@click.option("--since", callback=_day, required=True, metavar="DATE", help="The day from which on.")
@_with_source
def changes(since: str, source: tuple[str, ...], as_of: str, form: str) -> None:
    """Show what moved since a day: positions, rounds, promises made, due, kept or broken.

    \b
    Example:
      detente changes --since 2016-03-01 --from reports/
    """
    from detente.follow import show
    from detente.view import human_date

    following = _following(source, as_of)
    _show([show.events(following.changes(since), f"Moved since {human_date(since)}")], form)


COMMANDS = (processes, process, table, pledges, timeline, changes)
