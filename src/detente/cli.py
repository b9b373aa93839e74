"""The command `detente`: thin commands over the library."""

from __future__ import annotations

import datetime as dt
import errno
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from detente import cli_archive, cli_follow, cli_serve
from detente.cli_common import MOST_JOBS, PROBABILITY, day, left_out, open_archive, progress_bar, say, with_db
from detente.errors import ArchiveError, DetenteError, InputError

if TYPE_CHECKING:
    from detente.output import Settings
    from detente.record import Record
    from detente.report import Report

#: Who reads a large batch: processes of this machine, or a cluster of Ray.
ENGINES = ("processes", "ray")
FORMATS = ("text", "json", "jsonl", "csv", "md")
#: Of many reports so many are named.
MENTIONED = 8


class _Commands(click.Group):
    """Turns errors that a user can mend into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            _spell_out(stream)
        # The parser's products are small: a second thread for them gains little and keeps the encoder from its processor.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded, which is later
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()
            return found
        except DetenteError as error:
            say(f"detente: {error}")
            ctx.exit(2)
        except BrokenPipeError:
            _drop_output()
            ctx.exit(0)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            _drop_output()
            say(f"detente: the output can't be written: {error.strerror} (make room, or write elsewhere)")
            ctx.exit(2)


#: What the system says when no more can be written.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def _spell_out(stream: TextIO) -> None:
    """What the encoding of a terminal lacks is written in its codes, and ends no command."""
    if isinstance(stream, io.TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
        stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Lets go of what can't be written, so that Python does not try again at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="detente", prog_name="detente")
def main() -> None:
    """Reads reports of negotiations and keeps the record.

    \b
    Example:
      detente read examples/herring.txt
    """


for _command in (*cli_archive.COMMANDS, *cli_follow.COMMANDS, *cli_serve.COMMANDS):
    main.add_command(_command)


@main.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option(
    "--date",
    callback=day,
    metavar="YYYY-MM-DD",
    help='Day of publication; "Friday" is told from it.',
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to write the record.")
@click.option(
    "--min-confidence",
    type=PROBABILITY,
    default=None,
    metavar="P",
    help="Leave out what is less likely than this; usually 0.5 for acts, 0.27 to 0.45 for the rest.",
)
@click.option("--force", is_flag=True, help="Read texts that seem not to be English.")
@click.option("--text", "with_text", is_flag=True, help="Put the report's text into the JSON.")
@click.option(
    "--no-gate",
    "gated",
    is_flag=True,
    default=True,
    flag_value=False,
    help="Parse also what seems to tell nothing; slower.",
)
@click.option("--fast", is_flag=True, help="Without the encoder: some five times as fast on talks, right less often.")
@click.option(
    "--jobs", type=click.IntRange(1, MOST_JOBS), default=1, metavar="N", help="Read with N processes; for batches."
)
@click.option(
    "--out",
    metavar="FOLDER",
    help="Write Parquet in parts into FOLDER; what is interrupted goes on when started again.",
)
@click.option("--engine", type=click.Choice(ENGINES), default=ENGINES[0], help="Who reads with --out.")
@click.option("--address", metavar="HOST:PORT", help="The Ray cluster; without it Ray starts on this machine.")
@click.option("--part", type=click.IntRange(1), default=256, metavar="N", help="Items of the input in one part.")
def read(
    inputs: tuple[str, ...],
    date: dt.date | None,
    form: str,
    min_confidence: float | None,
    force: bool,
    with_text: bool,
    gated: bool,
    fast: bool,
    jobs: int,
    out: str | None,
    engine: str,
    address: str | None,
    part: int,
) -> None:
    """Read reports and write what they say, entry by entry, each with its sentence.

    INPUT is a file (text, HTML, PDF, JSON, JSON Lines, Parquet, RSS or Atom, WARC, also .gz), a folder, the address
    of a page, a PDF or a feed, or - for standard input.

    \b
    Examples:
      detente read examples/herring.txt
      detente read --date 2005-09-16 report.txt
      detente read --format jsonl reports/ wire.jsonl.gz > records.jsonl
      detente read --jobs 8 --out read/ crawl/*.warc.gz
      detente read --engine ray --address auto --out s3://mine/read/ "s3://crawl/2024/*.warc.gz"
    """
    from detente.jobs import read_all
    from detente.output import Settings
    from detente.reader import THRESHOLD
    from detente.sources import open_reports

    bound = THRESHOLD if min_confidence is None else min_confidence
    if out:
        if form != "text" or with_text:
            raise InputError("--out writes Parquet, with the texts", remedy="leave --format and --text out")
        settings = Settings(date, force, bound, min_confidence or 0.0, gated, fast, part)
        _read_into(inputs, out, settings, engine, jobs, address)
        return
    if engine != ENGINES[0] or address:
        raise InputError("--engine and --address are for --out", remedy="name a folder with --out")
    skipped: list[Any] = []
    reports = _counted(open_reports(inputs, date=date, force=force, on_skip=skipped.append), inputs)
    records = _filtered(read_all(reports, jobs, threshold=bound, gated=gated, fast=fast), min_confidence)
    _WRITERS[form](records, with_text)
    left_out(skipped)


def _read_into(
    inputs: tuple[str, ...], out: str, settings: Settings, engine: str, jobs: int, address: str | None
) -> None:
    """Reads into a folder and says what came of it; exit code 2 when anything was left out."""
    from detente.cluster import read_into

    with _shares_done() as step:
        found = read_into(inputs, out, settings, engine=engine, jobs=jobs, address=address, progress=step)
    parts = len(found["parts"])
    click.echo(f"{found['reports']:,} reports read, {found['entries']:,} entries, in {parts:,} parts: {out}")
    for missing in found["unread"]:
        say(f"  {missing['name']}: {missing['error']}" + (f" ({missing['remedy']})" if missing["remedy"] else ""))
    if found["aside"]:
        say(f"set aside {found['aside']:,}: {out.rstrip('/')}/aside tells which, and why")
    if found["aside"] or found["unread"]:
        raise SystemExit(2)


@contextmanager
def _shares_done() -> Iterator[Callable[[int, int], None]]:
    """Shows on a terminal how much of a batch is read; says nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, all: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)
        yield lambda done, all: progress.update(task, completed=done, total=all)


def _filtered(records: Iterator[Record], minimum: float | None) -> Iterator[Record]:
    from detente.formats import filter_confidence

    for record in records:
        yield filter_confidence(record, minimum) if minimum else record


def _counted(reports: Iterator[Report], inputs: tuple[str, ...]) -> Iterator[Report]:
    """Shows on a terminal how far a batch has come, while its output goes elsewhere."""
    batch = len(inputs) > 1 or not Path(inputs[0]).is_file() or ".jsonl" in inputs[0]
    if not batch or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from reports
        return
    with progress_bar("reports read") as progress:
        yield from progress.track(reports)


# -- writers


def _write_text(records: Iterator[Record], with_text: bool) -> None:
    from detente.view import show, terminal

    console = terminal()
    for number, record in enumerate(records):
        if number:
            console.rule(style="dim")
        show(record, console)


def _write_json(records: Iterator[Record], with_text: bool) -> None:
    from detente.formats import to_json

    click.echo("[", nl=False)
    for number, record in enumerate(records):
        click.echo(",\n" if number else "\n", nl=False)
        click.echo(to_json(record, text=with_text).rstrip("\n"), nl=False)
    click.echo("\n]")


def _write_jsonl(records: Iterator[Record], with_text: bool) -> None:
    from detente.formats import to_jsonl

    for record in records:
        click.echo(to_jsonl(record, text=with_text))


def _write_csv(records: Iterator[Record], with_text: bool) -> None:
    from detente.formats import to_csv

    to_csv(records, sys.stdout)


def _write_markdown(records: Iterator[Record], with_text: bool) -> None:
    from detente.formats import to_markdown

    for record in records:
        click.echo(to_markdown(record))


_WRITERS = {
    "text": _write_text,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "md": _write_markdown,
}


# -- why


@main.command()
@click.argument("place", metavar="FILE:SENTENCE")
@click.option("--date", callback=day, metavar="YYYY-MM-DD", help="Day of publication.")
@click.option("--force", is_flag=True, help="Read texts that seem not to be English.")
@click.option("--report", "id", metavar="ID", default="", help="Which report, of a file or folder with several.")
@with_db
def why(place: str, date: dt.date | None, force: bool, id: str, db: str) -> None:
    """Show which trigger, slots and rule gave each entry of a sentence.

    FILE may also be the name of a report in the archive. SENTENCE is its number as `detente read` prints it, in
    brackets after the quote.

    \b
    Examples:
      detente why examples/herring.txt:3
      detente why wire.jsonl:3 --report 20160318-a
      detente why 20160318-a:3
    """
    from detente.explain import explain
    from detente.reader import examine

    name, number = _place(place)
    report = _one(name, date, force, id, db)
    reading = examine(report)
    if not 1 <= number <= len(reading.sentences):
        raise InputError(
            f"there is no sentence {number}",
            name=name,
            remedy=f"it has 1 to {len(reading.sentences)}",
        )
    click.echo(explain(reading, number))


def _place(place: str) -> tuple[str, int]:
    name, colon, number = place.rpartition(":")
    if not colon or not number.isdigit():
        raise InputError("name a sentence by its number", name=place, remedy=f"as in {place}:3")
    return name, int(number)


def _one(name: str, date: dt.date | None, force: bool, id: str, db: str) -> Report:
    """The report that is meant: that of a file, one of several by its id, or one of the archive by its name."""
    from detente.sources import open_reports
    from detente.sources.files import is_address

    if name != "-" and not is_address(name) and not Path(name).exists() and Path(db).exists():
        return _archived(id or name, date, db)
    ids: list[str] = []
    first: Report | None = None
    for report in open_reports([name], date=date, force=force, on_skip=lambda item: None):
        if id and report.id == id:
            return report
        first = first or report
        ids.append(report.id)
        if not id and len(ids) > MENTIONED:
            break
    if first is None or id:
        raise InputError(f"has no report {id!r}" if id else "holds no report", name=name, remedy=_listed(ids))
    if len(ids) > 1:
        raise InputError("holds several reports", name=name, remedy=f"say which with --report ID: {_listed(ids)}")
    return first


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:MENTIONED]) + (" and more" if len(ids) > MENTIONED else "")


def _archived(name: str, date: dt.date | None, db: str) -> Report:
    from detente.sources import read_text

    with open_archive(db) as archive:
        try:
            stored, record = archive.record(name)
        except ArchiveError:
            raise InputError(
                "is neither a file nor a report of the archive", name=name, remedy="check the name"
            ) from None
    day = date or stored.date
    return read_text(record.text, id=stored.id, title=stored.title, date=day, source=stored.source, force=True)


# -- evaluate


@main.command()
@click.argument("gold", nargs=-1, metavar="[GOLD.json]…")
@click.option(
    "--plover",
    "plover",
    metavar="RECORDS.json",
    help="Score event codes against PLOVER gold records.",
)
@click.option("--corpus", metavar="FILE.jsonl.gz", help="Where the texts of a gold file without texts are.")
@click.option("--errors", is_flag=True, help="List what was missed and what was wrong, with its cause.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="How to write the figures.")
@click.option("--json", "as_json", is_flag=True, hidden=True, help="The same as --format json.")
def evaluate(
    gold: tuple[str, ...], plover: str | None, corpus: str | None, errors: bool, form: str, as_json: bool
) -> None:
    """Score the reader against annotated reports.

    \b
    Examples:
      detente evaluate gold.json
      detente evaluate --errors gold.json
      detente evaluate --plover records.json
    """
    from detente import evaluate as ev
    from detente.evaluate_plover import evaluate_plover, load_plover
    from detente.reader import read_report
    from detente.sources import read_text

    as_json = as_json or form == "json"
    if not gold and not plover:
        raise InputError("nothing to evaluate", remedy="name a gold file, or --plover RECORDS.json")

    def reads(text: str, date: dt.date | None, id: str, title: str) -> Record:
        return read_report(read_text(text, id=id, title=title, date=date, force=True))

    found: dict[str, Any] = {}
    for path in gold:
        scores = ev.evaluate_gold(ev.load_gold(path, corpus), reads)
        found[path] = scores.to_dict()
        if not as_json:
            _print_scores(path, scores, errors)
    if plover:
        coded = evaluate_plover(load_plover(plover), reads)
        found[plover] = coded.to_dict()
        if not as_json:
            _print_plover(plover, coded, errors)
    if as_json:
        click.echo(json.dumps(found, indent=1))


def _table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    from rich.table import Table

    from detente.view import terminal

    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i else "left")
    for row in rows:
        table.add_row(*row)
    terminal().print(table)


def _print_scores(path: str, scores: Any, errors: bool) -> None:
    from detente.evaluate import causes

    def line(name: str, f: Any) -> list[str]:
        return [name, f"{f.p:.3f}", f"{f.r:.3f}", f"{f.f1:.3f}", str(f.gold)]

    columns = ["", "precision", "recall", "F1", "in gold"]
    _table(Path(path).name, columns, [line(k, f) for k, f in scores.figures.items()])
    shares = "  ".join(f"{k} {v:.3f}" for k, v in scores.shares.items())
    click.echo(f"{shares}\nrecord {scores.record:.3f}\n")
    _table("by kind", columns, [line(k, f) for k, f in sorted(scores.by_kind.items())])
    click.echo("\ncauses: " + ", ".join(f"{cause} {n}" for cause, n in causes(scores.errors)))
    if errors:
        click.echo("\n" + "\n".join(str(e) for e in scores.errors))


def _print_plover(path: str, coded: Any, errors: bool) -> None:
    figures = coded.to_dict()
    classes = figures.pop("by class")
    _table(
        Path(path).name,
        ["", "figure"],
        [[k, f"{v:.3f}" if isinstance(v, float) else str(v)] for k, v in figures.items()],
    )
    columns = ["class", "gold", "a", "b", "c", "predicted"]
    _table(
        "\nby class",
        columns,
        [[name, *(str(row.get(c, 0)) for c in columns[1:])] for name, row in classes.items()],
    )
    if errors:
        click.echo("\n" + "\n".join(coded.errors))
