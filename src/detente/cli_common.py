"""What the commands share: options, days, how they tell what was left out and how far they have come."""

from __future__ import annotations

import datetime as dt
import getpass
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from detente.errors import ArchiveError

if TYPE_CHECKING:
    from rich.progress import Progress

    from detente.archive import Archive
    from detente.sources import Skipped

#: How answers are written.
FORMATS = ("text", "json", "csv", "md")
#: More processes than this read nothing faster.
MOST_JOBS = 256
#: Databases count no further.
COUNT = click.IntRange(1, 2**31 - 1)


class _Probability(click.FloatRange):
    """A number from 0 to 1; "nan" is none, and would leave everything out."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail("it is no number from 0 to 1.", param, ctx)
        return found


PROBABILITY = _Probability(0, 1)

with_db = click.option(
    "--db", metavar="PATH|URL", envvar="DETENTE_DB", default="detente.db", show_default=True,
    help="The archive: a file, or postgresql://USER@HOST/NAME. DETENTE_DB sets it for good.",
)  # fmt: skip
with_format = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="How to write the answer."
)
with_author = click.option("--by", "author", metavar="NAME", help="Who judges; your user name if not given.")
with_reason = click.option("--reason", default="", metavar="WORDS", help="Why, for those who come later.")


def tell(message: str) -> None:
    """Tells an answer in one line, on standard output."""
    from detente.view import clean

    click.echo(clean(message))


def say(message: str) -> None:
    """Tells something beside the answer, on standard error."""
    from detente.view import clean

    click.echo(clean(message), err=True)


def left_out(skipped: list[Skipped]) -> None:
    """What was skipped, and why; exit code 2 when anything was."""
    if not skipped:
        return
    say(f"skipped {len(skipped)}:")
    for item in skipped:
        say(f"  {item.name}: {item.reason}" + (f" ({item.remedy})" if item.remedy else ""))
    raise SystemExit(2)


def day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> dt.date | None:
    """The day that an option gives, for click."""
    from detente.sources import parse_date

    return parse_date(value) if value else None


def iso_day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """The same as an ISO string, "" where none is given."""
    found = day(ctx, parameter, value)
    return found.isoformat() if found else ""


def open_archive(db: str, *, create: bool = False) -> Archive:
    """The archive that `--db` names."""
    from detente.archive import Archive

    return Archive.open(db, create=create)


def author_of(name: str | None) -> str:
    """Who judges: the name given, else the user. Raises ArchiveError where the user has no name."""
    if name or os.environ.get("DETENTE_AUTHOR"):
        return name or os.environ["DETENTE_AUTHOR"]
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise ArchiveError("a judgement needs its author", remedy="give --by NAME or set DETENTE_AUTHOR") from None


def progress_bar(things: str, *, transient: bool = False) -> Progress:
    """A bar on standard error that counts things and the time they take."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(things), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=transient)


@contextmanager
def counting(things: str) -> Iterator[Callable[[], None]]:
    """Counts on a terminal how far a batch has come; says nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with progress_bar(things, transient=True) as progress:
        task = progress.add_task(things, total=None)
        yield lambda: progress.advance(task)
