"""The commands over the archive: add, watch, search, reread, accept, reject, correct, undo, history, export, backup."""

from __future__ import annotations

import csv
import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from detente.cli_common import (
    COUNT,
    MOST_JOBS,
    PROBABILITY,
    author_of,
    counting,
    left_out,
    open_archive,
    say,
    tell,
    with_author,
    with_db,
    with_format,
    with_reason,
)  # fmt: skip
from detente.errors import InputError
from detente.export import FORMATS as EXPORTS

if TYPE_CHECKING:
    from rich.console import Console

    from detente.archive import Archive, Found, Judgement, Kept, Reread

#: So many entries, and reports, are shown to people who do not say how many.
SHOWN = 20

with_entry = click.argument("entry", metavar="ENTRY")


# -- adding


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("--date", metavar="YYYY-MM-DD", help="Day of publication of all that is added; wins over their own.")
@click.option("--force", is_flag=True, help="Add texts that seem not to be English.")
@click.option("--private", is_flag=True, help="Fetch from addresses inside your own network too.")
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    default=1,
    show_default=True,
    metavar="N",
    help="Read in N processes at once.",
)
@with_db
def add(inputs: tuple[str, ...], date: str | None, force: bool, private: bool, jobs: int, db: str) -> None:
    """Add reports to the archive, reading each one.

    INPUT is a file (text, HTML, PDF, JSON, JSON Lines, Parquet, RSS or Atom, WARC, also .gz), a folder, what
    detente read --out has read, the address of a page, a PDF or a feed, or - for standard input. The same report
    twice changes nothing; a corrected one becomes a revision; copies of a story are counted once. What is
    interrupted goes on when started again. Of what detente export jsonl wrote, judgements and decisions come too.

    \b
    Examples:
      detente add report.txt
      detente add --jobs 4 archive-of-ten-years/
      detente add reports/ wire.jsonl.gz communique.pdf
      detente add https://example.org/talks.rss
      detente add --db postgresql://me@host/talks reports/
    """
    from detente.sources import parse_date

    day = parse_date(date) if date else None
    with open_archive(db, create=True) as archive, counting("reports") as step:
        found = archive.add_all(
            inputs, date=day, force=force, private=private, jobs=jobs, said=True, progress=lambda one: step()
        )
    click.echo(str(found))
    for told in found.undated:
        say(f"without a date: {told}")
    left_out(found.skipped)


@click.command()
@click.argument("feeds", metavar="FEEDS.txt")
@click.option("--once", is_flag=True, help="Poll every feed that is due once, and stop.")
@click.option("--every", type=click.IntRange(5), default=30, metavar="MINUTES", help="How often; 5 at least.")
@click.option("--private", is_flag=True, help="Fetch from addresses inside your own network too.")
@with_db
def watch(feeds: str, once: bool, every: int, private: bool, db: str) -> None:
    """Poll feeds and add what is new in them, until interrupted.

    FEEDS.txt lists addresses, one a line; # begins a comment. Sites are asked politely: only for what
    changed, as robots.txt allows, and ever less often where they fail.

    \b
    Examples:
      detente watch feeds.txt
      detente watch --once --db talks.db feeds.txt
    """
    from detente.archive.watching import addresses, watch_feeds

    listed = addresses(feeds)
    with open_archive(db, create=True) as archive:
        try:
            failed = watch_feeds(archive, listed, every=every, once=once, private=private, tell=say)
        except KeyboardInterrupt:
            return
    if failed:
        raise SystemExit(2)


@click.command()
@click.option("--all", "everything", is_flag=True, help="Read all reports, also those that this version has read.")
@click.option("--quiet", is_flag=True, help="Only the sum, not what changed in each report.")
@with_db
def reread(everything: bool, quiet: bool, db: str) -> None:
    """Read the stored reports with this version, and show what changed.

    What people accepted, rejected or corrected stays as they left it.

    \b
    Examples:
      detente reread
      detente reread --all --quiet
    """
    total = {"read": 0, "changed": 0, "gained": 0, "lost": 0, "failed": 0}
    with open_archive(db) as archive, counting("reports read") as step:
        for one in archive.reread(everything=everything, progress=lambda done: step()):
            total["read"] += 1
            total["changed"] += len(one.changed)
            total["gained"] += len(one.gained)
            total["lost"] += len(one.lost)
            total["failed"] += bool(one.error)
            if not quiet:
                for line in _reread_lines(one):
                    tell(line)
    click.echo(
        f"{total['read']} reports read; entries: {total['gained']} new, {total['lost']} gone, {total['changed']} changed"
    )
    if total["failed"]:
        say(f"{total['failed']} reports could not be read and stay as they were")
        raise SystemExit(2)


def _reread_lines(one: Reread) -> Iterator[str]:
    if one.error:
        yield f"{one.report}: {one.error}"
    for sign, words in (("+", one.gained), ("-", one.lost), ("~", one.changed)):
        for line in words:
            yield f"{one.report}: {sign} {line}"


# -- searching


@click.command()
@click.argument("words", nargs=-1, metavar="[WORDS]…")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="demand, reject, meetings, pledges, …; repeatable."
)
@click.option(
    "--actor",
    "actors",
    multiple=True,
    metavar="PARTY",
    help="Who acts, promises or meets: a code or a name; repeatable.",
)
@click.option("--party", "parties", multiple=True, metavar="PARTY", help="Who takes any part; repeatable.")
@click.option("--from", "since", metavar="YYYY-MM-DD", help="Reports of this day and later.")
@click.option("--to", "until", metavar="YYYY-MM-DD", help="Reports of this day and earlier.")
@click.option(
    "--limit",
    type=COUNT,
    metavar="N",
    help=f"At most N entries and N reports; {SHOWN} for people, all for csv and json, if not given.",
)
@with_format
@with_db
def search(
    words: tuple[str, ...], kinds: tuple[str, ...], actors: tuple[str, ...], parties: tuple[str, ...],
    since: str | None, until: str | None, limit: int | None, form: str, db: str,
) -> None:  # fmt: skip
    """Find entries by wording and quote, and reports by their text; the latest first.

    All WORDS must be there; "a phrase" in quotes stands together; put -- before a word with a minus, which
    must not be there. Each entry begins with its name, which accept, reject and correct take.

    \b
    Examples:
      detente search herring quota
      detente search --kind demand --actor ISL --from 2016-03-01
      detente search --format csv '"mutual trust"' > found.csv
    """
    asked = " ".join(words)
    if not (asked.strip() or kinds or actors or parties or since or until):
        raise InputError("nothing to search for", remedy="give words, --kind, --actor, --party, --from or --to")
    most = limit or (SHOWN if form in ("text", "md") else None)
    question: dict[str, Any] = {"kinds": kinds, "actors": actors, "parties": parties, "since": since, "until": until}
    with open_archive(db) as archive:
        found = archive.search(asked, **question, limit=most)
        full = most in (len(found.entries), len(found.reports))
        there = archive.matches(asked, **question) if full else (0, 0)
    _WRITERS[form](found)
    if not found.entries and not found.reports:
        say("nothing found")
    for things, shown, all_ in (("entries", found.entries, there[0]), ("reports", found.reports, there[1])):
        if shown and len(shown) < all_ and (form, things) != ("csv", "reports"):  # a CSV has entries alone
            say(f"{len(shown)} of {_so_many(all_)} {things}; --limit shows more")


def _so_many(count: int) -> str:
    from detente.archive.search import CONSIDERED

    return f"{count:,}" if count < CONSIDERED else f"{CONSIDERED:,} or more"


def _write_text(found: Found) -> None:
    from detente.view import terminal

    console = terminal()
    for kept in found.entries:
        _show_entry(kept, console)
    if found.reports:
        console.print("reports", style="bold")
    for passage in found.reports:
        _line(console, (passage.date, ""), (passage.id, "bold"), (passage.title, ""))
        _line(console, ("   " + passage.words, "dim"))


def _show_entry(kept: Kept, console: Console) -> None:
    row = _flat(kept)
    who = row["actors"] + (f" → {row['targets']}" if row["targets"] else "")
    told = f"{row['list']} {row['kind']}" if row["list"] not in ("acts", "away") else row["kind"]
    facts = (row["what"], row["on"] and f"on {row['on']}", row["due"] and f"due {row['due']}", row["place"])
    verdict = {"accept": "accepted", "reject": "rejected", "correct": "corrected"}.get(kept.verdict, "")
    _line(
        console, (kept.ref, "cyan"), (kept.said or "no date", ""), (told.strip(), "bold"), (who, "green"),
        (", ".join(str(f) for f in facts if f), ""), (verdict, "yellow"),
    )  # fmt: skip
    more = f" (and {len(kept.sources) - 1} more)" if len(kept.sources) > 1 else ""
    _line(console, (f"   “{row['quote']}” {kept.report}{more}", "dim"))


def _line(console: Console, *parts: tuple[str, str]) -> None:
    from rich.text import Text

    from detente.view import clean

    line = Text()
    for words, style in parts:
        if words:
            line.append(("  " if len(line) else "") + (" " * (len(words) - len(words.lstrip()))) + clean(words), style)
    console.print(line)


def _flat(kept: Kept) -> dict[str, Any]:
    """An entry as one row: the columns of `detente read --format csv`, with its name, verdict and sources."""
    from detente.formats import rows
    from detente.record import Record

    lists: dict[str, Any] = {kept.list: [kept.entry]}
    row = rows(Record(id=kept.report, date=kept.said, **lists))[0]
    told = "; ".join(s.id for s in kept.sources)
    return {"ref": kept.ref} | row | {"verdict": kept.verdict, "sources": told}


def _write_json(found: Found) -> None:
    reports = [dataclasses.asdict(p) for p in found.reports]
    click.echo(json.dumps({"entries": [k.to_dict() for k in found.entries], "reports": reports}, indent=1))


def _write_csv(found: Found) -> None:
    from detente.formats import COLUMNS, cell

    writer = csv.DictWriter(sys.stdout, ("ref", *COLUMNS, "verdict", "sources"), lineterminator="\n")
    writer.writeheader()
    for kept in found.entries:
        writer.writerow({k: cell(v) for k, v in _flat(kept).items()})


def _write_markdown(found: Found) -> None:
    if found.entries:
        names = ("ref", "date", "list", "kind", "actors", "targets", "what", "quote")
        _table(names, ([str(row[n]) for n in names] for row in map(_flat, found.entries)))
    if found.reports:
        click.echo()
        _table(("report", "date", "title", "words"), ((p.id, p.date, p.title, p.words) for p in found.reports))


def _table(columns: tuple[str, ...], lines: Iterable[Iterable[str]]) -> None:
    from detente.formats import markdown
    from detente.view import clean

    click.echo("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
    for line in lines:
        click.echo("| " + " | ".join(markdown(clean(c)) for c in line) + " |")


_WRITERS: dict[str, Callable[[Found], None]] = {
    "text": _write_text, "json": _write_json, "csv": _write_csv, "md": _write_markdown,
}  # fmt: skip


# -- judging


@click.command()
@with_entry
@with_reason
@with_author
@with_db
def accept(entry: str, reason: str, author: str | None, db: str) -> None:
    """Say that an entry is right; it then stays, whatever a later reading gives.

    ENTRY is its name as `detente search` prints it, or the beginning of it.

    \b
    Example:
      detente accept 2fb30c6079 --reason "checked against the communique"
    """
    _judge(db, entry, "accept", reason, author)


@click.command()
@with_entry
@with_reason
@with_author
@with_db
def reject(entry: str, reason: str, author: str | None, db: str) -> None:
    """Say that an entry is wrong; it no longer counts, but is kept.

    \b
    Example:
      detente reject 2fb30c6079 --reason "the refusal was somebody else's"
    """
    _judge(db, entry, "reject", reason, author)


@click.command()
@with_entry
@click.argument("changes", nargs=-1, required=True, metavar="FIELD=VALUE…")
@with_reason
@with_author
@with_db
def correct(entry: str, changes: tuple[str, ...], reason: str, author: str | None, db: str) -> None:
    """Correct fields of an entry; what the reader gave is kept beside it.

    Parties, by name or code, are separated by commas; a day is 2016-06-30, 2016-06 or 2016. quote="…" moves the evidence to other words of the same report.

    \b
    Examples:
      detente correct 2fb30c6079 kind=demand actors=ISL,NOR
      detente correct 2fb30c6079 due=2016-06-30 --reason "the annex says so"
    """
    fields = {}
    for change in changes:
        field, sign, value = change.partition("=")
        if not sign or not field:
            raise InputError("is no correction", name=change, remedy="write FIELD=VALUE, as in kind=demand")
        fields[field] = value
    with open_archive(db) as archive:
        unknown = _unknown(archive, fields)
        _show_judgement(archive.judge(entry, "correct", author=author_of(author), reason=reason, changes=fields))
    for name in unknown:
        say(f"no party is known as {name!r}: it stands as written")


def _unknown(archive: Archive, fields: dict[str, str]) -> list[str]:
    """The parties of a correction that nobody knows: maybe they are misspelt."""
    from detente.archive.corrections import PARTIES
    from detente.called import code_called

    written = [name.strip() for field, value in fields.items() if field in PARTIES for name in value.split(",")]
    known = [name for name in written if code_called(name) or archive.has_party(archive.code(name))]
    return [name for name in dict.fromkeys(written) if name and name not in known]


def _judge(db: str, entry: str, verdict: str, reason: str, author: str | None) -> None:
    with open_archive(db) as archive:
        _show_judgement(archive.judge(entry, verdict, author=author_of(author), reason=reason))


@click.command()
@with_entry
@with_author
@with_db
def undo(entry: str, author: str | None, db: str) -> None:
    """Take back the last judgement on an entry; that it was made stays in the history.

    \b
    Example:
      detente undo 2fb30c6079
    """
    with open_archive(db) as archive:
        _show_judgement(archive.undo(entry, author=author_of(author)))


@click.command()
@click.argument("entry", default="", metavar="[ENTRY]")
@with_format
@with_db
def history(entry: str, form: str, db: str) -> None:
    """Show the judgements on an entry, or all of them, with who made them, when and why.

    What was decided about processes, issues and pledges is listed by `detente decisions`.

    \b
    Examples:
      detente history
      detente history 2fb30c6079
    """
    with open_archive(db) as archive:
        found = archive.history(entry)
    if form == "json":
        click.echo(json.dumps([j.to_dict() for j in found], indent=1))
    elif form == "csv":
        _history_csv(found)
    elif form == "md":
        _history_markdown(found)
    else:
        for one in found:
            _show_judgement(one)
        if not found:
            say("no judgements; detente decisions lists what was decided about processes, issues and pledges")


def _history_markdown(found: list[Judgement]) -> None:
    names = ("at", "ref", "report", "verdict", "author", "reason", "undone_by")
    _table(names, ([str(getattr(one, name)) for name in names] for one in found))


def _history_csv(found: list[Judgement]) -> None:
    from detente.archive import Judgement as Columns
    from detente.formats import cell

    writer = csv.DictWriter(sys.stdout, Columns.__slots__, lineterminator="\n")
    writer.writeheader()
    for one in found:
        values = one.to_dict() | {"changes": json.dumps(one.changes, ensure_ascii=False)}
        writer.writerow({k: cell(v) for k, v in values.items()})


def _show_judgement(one: Judgement) -> None:
    changes = ", ".join(f"{k} = {v}" for k, v in one.changes.items())
    words = f"{one.at}  {one.ref}  {one.verdict} by {one.author}" + (f": {changes}" if changes else "")
    words += f" ({one.reason})" if one.reason else ""
    words += f"; undone by {one.undone_by} {one.undone_at}" if one.undone_at else ""
    words += "" if one.found else "; waits, since no reading gives the entry now"
    tell(words)


# -- exporting


@click.command()
@click.argument("form", type=click.Choice(EXPORTS), metavar="FORMAT")
@click.argument("records", nargs=-1, metavar="[RECORDS.jsonl]…")
@click.option("-o", "--output", metavar="FILE", help="Where to write; standard output if not given.")
@click.option("--copies", is_flag=True, help="Every report, also copies of a story.")
@click.option("--min-confidence", type=PROBABILITY, default=0.0, metavar="P", help="Leave out the less likely.")
@with_db
def export(
    form: str, records: tuple[str, ...], output: str | None, copies: bool, min_confidence: float, db: str
) -> None:
    """Write the archive for other programs; or records that `detente read --format jsonl` wrote.

    FORMAT is csv, jsonl, parquet, plover (JSON Lines), cameo (rows with Goldstein scores), ical or graphml.
    docs/exports.md says what each can't hold; `detente backup` copies the archive whole. In jsonl, judgements and
    decisions go with the reports, and `detente add` takes them in elsewhere. FILE may be a link, which stays one, a
    device or a pipe.

    \b
    Examples:
      detente export ical -o talks.ics
      detente export plover > events.jsonl
      detente export cameo records.jsonl -o events.tsv
    """
    from detente.archive.handing import with_said
    from detente.export import from_lines, likely, write

    if form == "parquet" and not output and sys.stdout.isatty():
        raise InputError("Parquet is no text", remedy="name a file with -o FILE.parquet")
    with _target(output) as file:
        if records:
            missing = write(form, likely(from_lines(records), min_confidence), file)
        else:
            with open_archive(db) as archive:
                pairs = archive.records(copies=copies)
                if form == "jsonl":
                    pairs = with_said(archive, pairs, copies=copies)
                missing = write(form, likely(pairs, min_confidence), file)
    for reason, count in missing.items():
        say(f"left out {count}: {reason}")


@contextmanager
def _target(output: str | None) -> Iterator[Any]:
    """A file to write bytes to, or standard output."""
    from detente.writing import written

    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with written(output) as file:
        yield file


# -- whole reports


@click.command()
@click.argument("report", metavar="REPORT")
@click.argument("day", required=False, metavar="[YYYY-MM-DD]")
@click.option("--undo", "back", is_flag=True, help="Take the last change of its day back.")
@with_reason
@with_author
@with_db
def redate(report: str, day: str | None, back: bool, reason: str, author: str | None, db: str) -> None:
    """Give a report another day of publication; it is read anew with it.

    REPORT is its name as `detente search` prints it. What it was before is kept, as an earlier revision.

    \b
    Examples:
      detente redate report-7 2016-07-10 --reason "the year was wrong"
      detente redate --undo report-7
    """
    from detente.archive.amending import DAY, take_back
    from detente.archive.amending import redate as change
    from detente.sources import parse_date
    from detente.view import human_date

    if bool(day) == back:
        raise InputError("needs a day", name="redate", remedy="give YYYY-MM-DD, or --undo alone")
    with open_archive(db) as archive:
        if day:
            done = change(archive, report, parse_date(day), author=author_of(author), reason=reason)
        else:
            done = take_back(archive, report, author=author_of(author), kind=DAY)
    was, now = (human_date(one) or "no day" for one in (done.was, done.now))
    tell(f"{report}: " + (f"{now} taken back, of {was} again" if back else f"of {now}, was of {was}"))


@click.command()
@click.argument("report", metavar="REPORT")
@click.option("--undo", "back", is_flag=True, help="Let it count again.")
@with_reason
@with_author
@with_db
def remove(report: str, back: bool, reason: str, author: str | None, db: str) -> None:
    """Take a report out: it is kept, but no longer counts.

    REPORT is its name as `detente search` prints it.

    \b
    Examples:
      detente remove report-7 --reason "an invented one"
      detente remove --undo report-7
    """
    from detente.archive.amending import OUT, take_back, take_out

    with open_archive(db) as archive:
        if back:
            take_back(archive, report, author=author_of(author), kind=OUT)
        else:
            take_out(archive, report, author=author_of(author), reason=reason)
    tell(f"{report}: counts again" if back else f"{report}: taken out; detente remove --undo lets it count again")


@click.command()
@click.argument("copy", metavar="FILE")
@with_db
def backup(copy: str, db: str) -> None:
    """Copy the whole archive into a new file, with all that people said, while others may use it.

    The copy is an archive itself: --db reads it. Of a PostgreSQL database pg_dump makes copies.

    \b
    Example:
      detente backup talks-2016-04-01.db
    """
    with open_archive(db) as archive:
        archive.backup(copy)


COMMANDS = (add, watch, search, reread, accept, reject, correct, undo, history, redate, remove, export, backup)
