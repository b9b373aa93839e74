"""Files, folders, JSON Lines, standard input and addresses, as a stream of reports."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from detente.errors import InputError
from detente.report import Report
from detente.sources.days import parse_date
from detente.sources.html import read_html
from detente.sources.text import read_text

#: How the warning begins that a report carries whose own date could not be read.
DATE_UNREAD = "its date was not read"
#: A single text larger than this is refused; JSON Lines files may be larger, they are streamed.
LARGEST = 50 * 1024 * 1024
TEXT = frozenset(["", ".txt", ".text", ".md"])
PAGE = frozenset([".html", ".htm", ".xhtml"])
LINES = frozenset([".jsonl", ".ndjson"])
FEED = frozenset([".rss", ".atom", ".xml"])
KNOWN = TEXT - {""} | PAGE | LINES | FEED | {".json", ".parquet", ".pdf", ".warc"}
#: What holds rows or days and no reports, as Detente's own exports do.
TABLES = frozenset([".csv", ".tsv", ".xls", ".xlsx", ".ods", ".ics", ".graphml"])
_BINARY = (b"%PDF", b"{\\rtf", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF")


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that was left out, why, and what would help."""

    name: str
    reason: str
    remedy: str = ""


@dataclass(slots=True)
class Options:
    """How the reports of a batch are opened, and the ids that it has by now."""

    date: dt.date | None
    force: bool
    on_skip: Callable[[Skipped], None] | None
    alone: bool
    taken: dict[str, int]
    private: bool = False
    same_ids: bool = False

    def skip(self, error: InputError) -> None:
        """Sets a problem aside; with a single input, or nobody to tell, it is raised."""
        if self.alone or self.on_skip is None:
            raise error
        self.on_skip(Skipped(error.name, error.message, error.remedy))

    def unique(self, id: str) -> str:
        """An id that no other report of the batch has; the id itself where several texts may share one."""
        if self.same_ids:
            return id
        count = self.taken.get(id, 0) + 1
        self.taken[id] = count
        return id if count == 1 else f"{id}-{count}"


def open_reports(
    paths: Iterable[str | Path], *, date: dt.date | None = None, force: bool = False,
    on_skip: Callable[[Skipped], None] | None = None, alone: bool | None = None, private: bool = False,
    same_ids: bool = False,
) -> Iterator[Report]:  # fmt: skip
    """Streams reports from files, folders, addresses and "-" for standard input.

    Text, HTML, JSON Lines and JSON, feeds, PDF and WARC, each also .gz; folders are searched, sorted by
    name. An address is a page, a PDF or a feed, whose articles are then fetched. What can't be read is
    given to `on_skip` and the rest goes on; an input that stands alone raises its InputError (`alone`
    says otherwise). `date` wins over what the input says. `private` allows addresses inside one's own
    network; with `same_ids`, several texts of one id keep it, as revisions of a report do.
    """
    names = [str(p) for p in paths]
    if alone is None:
        alone = len(names) == 1 and not is_address(names[0]) and not _holds_many(Path(names[0]))
    options = Options(date, force, on_skip, alone, {}, private, same_ids)
    for path in names:
        try:
            yield from _source(path, options)
        except InputError as error:
            options.skip(error)


def is_address(name: str) -> bool:
    """Whether an input is on the web and not a file."""
    return name.lower().startswith(("http://", "https://"))


def _holds_many(path: Path) -> bool:
    return path.is_dir() or suffix_of(path) in LINES | FEED | {".parquet", ".warc"}


def _source(path: str, options: Options) -> Iterator[Report]:
    if path == "-":
        yield _standard_input(options)
        return
    if is_address(path):
        yield from _address(path, options)
        return
    at = Path(path)
    if at.is_dir():
        yield from _folder(at, options)
    else:
        yield from _file(at, options)


def _folder(folder: Path, options: Options) -> Iterator[Report]:
    files, others = within(folder)
    for file in files:
        try:
            yield from _file(file, options)
        except InputError as error:
            options.skip(error)
    if not files:
        raise no_report(folder)
    if others and options.on_skip is not None:
        options.on_skip(Skipped(str(folder), _untaken(others), "save documents as text, HTML or PDF"))


def within(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files of a folder, by name: those that are taken for reports, by their ending or without one, and the others.

    What begins with a dot, and archives, are in neither. Raises InputError where the folder can't be read.
    """
    try:
        files = sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p.relative_to(folder)))
    except OSError as error:
        raise unreadable(folder, error) from None
    known = KNOWN | {""}
    return [p for p in files if suffix_of(p) in known], [p for p in files if suffix_of(p) not in known]


def _hidden(path: Path) -> bool:
    """Whether a file of a folder is none of ours to read: what begins with a dot, and archives of Detente."""
    return any(part.startswith(".") for part in path.parts) or path.suffix in (".db", ".db-wal", ".db-shm")


def no_report(folder: Path) -> InputError:
    """What is said of a folder in which nothing is read."""
    known = ", ".join(sorted(KNOWN))
    return InputError("holds no report", name=str(folder), remedy=f"files that end in {known} or in nothing are read")


def _untaken(files: list[Path]) -> str:
    """What of a folder was passed over: "2 files are of no kind that is read: a.docx, b.xls"."""
    shown = ", ".join(p.name for p in files[:3]) + (" and others" if len(files) > 3 else "")
    return f"{len(files)} {'file is' if len(files) == 1 else 'files are'} of no kind that is read: {shown}"


def suffix_of(path: Path) -> str:
    """How a name ends, in lower case, without ".gz"."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix == ".gz" else suffix


def stem_of(path: Path) -> str:
    """A name without its ending and ".gz"."""
    name = path.name.removesuffix(".gz")
    return name.rsplit(".", 1)[0] if "." in name else name


def _file(path: Path, options: Options) -> Iterator[Report]:
    suffix = suffix_of(path)
    if suffix in LINES:
        yield from _lines(path, options)
        return
    if suffix == ".warc":
        from detente.sources.warc import read_warc

        yield from read_warc(path, date=options.date, force=options.force, skip=options.skip)
        return
    if suffix == ".parquet":
        yield from _rows(path, options)
        return
    if suffix in TABLES:
        raise InputError("is a table, not a report", name=str(path), remedy="reports come as text or as JSON Lines")
    raw = _bytes(path)
    if suffix == ".json":
        yield from _objects(raw, path, options)
        return
    if suffix in FEED:
        from detente.sources.feed import read_feed

        yield from read_feed(raw, str(path), date=options.date, force=options.force, skip=options.skip)
        return
    if suffix == ".pdf" and raw.strip() and b"%PDF" not in raw[:1024]:
        raise InputError("is no PDF, whatever its name", name=str(path), remedy="save it again from where it came")
    yield read_bytes(
        raw,
        id=options.unique(stem_of(path)),
        date=options.date,
        source=str(path),
        force=options.force,
        page=suffix in PAGE,
    )


def _address(url: str, options: Options) -> Iterator[Report]:
    from detente.sources.web import Web, read_address

    with Web(private=options.private) as web:
        yield from read_address(web, url, date=options.date, force=options.force, skip=options.skip)


def read_file(path: str | Path, *, date: dt.date | None = None, force: bool = False) -> Report:
    """The first report of a file. Raises InputError, naming the file, where it can't be read."""
    return next(open_reports([path], date=date, force=force))


def _open(path: Path) -> IO[bytes] | gzip.GzipFile:
    try:
        return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from None


def _bytes(path: Path) -> bytes:
    try:
        with _open(path) as file:
            raw = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from None
    if len(raw) > LARGEST:
        raise InputError("is larger than 50 MB", name=str(path), remedy="split it; JSON Lines may be of any size")
    return raw


def unreadable(path: Path, error: Exception) -> InputError:
    """What a user is told of a file or folder that can't be read."""
    if isinstance(error, FileNotFoundError):
        return InputError("does not exist", name=str(path), remedy="check the name")
    if isinstance(error, IsADirectoryError | PermissionError):
        return InputError("may not be read", name=str(path), remedy="check its permissions")
    return InputError(f"can't be read: {error}", name=str(path), remedy="the file may be damaged")


def _standard_input(options: Options) -> Report:
    raw = sys.stdin.buffer.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise InputError("is larger than 50 MB", name="standard input", remedy="split it")
    page = raw.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html"))
    return read_bytes(
        raw,
        id=options.unique("stdin"),
        date=options.date,
        source="standard input",
        force=options.force,
        page=page,
    )


def read_bytes(
    raw: bytes,
    *,
    id: str = "",
    date: dt.date | None = None,
    source: str = "",
    force: bool = False,
    page: bool = False,
) -> Report:
    """A report from the bytes of a text or a page, whatever their encoding.

    Raises InputError on an empty or a binary file.
    """
    if not raw.strip():
        raise InputError("is empty", name=source, remedy="give a text to read")
    if raw.startswith(b"%PDF"):
        from detente.sources.pdf import read_pdf

        return read_pdf(raw, id=id, date=date, source=source, force=force)
    text, warning = decode(raw, source)
    warnings = (warning,) if warning else ()
    if page:
        return read_html(text, id=id, date=date, source=source, force=force, warnings=warnings)
    return read_text(text, id=id, date=date, source=source, force=force, warnings=warnings)


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """The text of some bytes, and a warning where their encoding had to be guessed.

    UTF-8 first, UTF-16 with its mark, then what charset-normalizer finds. Raises InputError on bytes
    that are no text.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), ""
    if raw.startswith(_BINARY) or b"\0" in raw[:8192]:
        raise InputError("is not text", name=name, remedy="save it as plain text or HTML")
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(raw[:200_000]).best()
        if best is None:
            raise InputError("is not text", name=name, remedy="save it as UTF-8") from None
        return raw.decode(best.encoding, errors="replace"), f"not UTF-8: read as {best.encoding}"


# -- JSON


def _lines(path: Path, options: Options) -> Iterator[Report]:
    try:
        with _open(path) as file:
            for number, line in enumerate(bounded(file), 1):
                if line.strip():
                    try:
                        yield of_line(line, f"{path}:{number}", options)
                    except InputError as error:
                        options.skip(error)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from None


def bounded(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    """The lines of a file. Of one that is longer than LARGEST only so much comes that this shows."""
    while line := file.readline(LARGEST + 1):
        yield line
        while len(line) > LARGEST and not line.endswith(b"\n"):
            line = file.readline(LARGEST + 1)


def _rows(path: Path, options: Options) -> Iterator[Report]:
    from detente.sources.parquet import rows

    try:
        file = path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from None
    with file:
        for number, row in enumerate(rows(file, str(path)), 1):
            try:
                yield of_object(row, f"{path}:{number}", options)
            except InputError as error:
                options.skip(error)


def of_line(line: bytes, name: str, options: Options) -> Report:
    """A report from a line of JSON Lines. Raises InputError when it is none."""
    if len(line) > LARGEST:
        raise InputError("is longer than 50 MB", name=name, remedy="split it")
    try:
        return of_object(json.loads(line), name, options)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", name=name, remedy="one object a line") from None


def _objects(raw: bytes, path: Path, options: Options) -> Iterator[Report]:
    try:
        loaded = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", name=str(path)) from None
    for number, value in enumerate(loaded if isinstance(loaded, list) else [loaded], 1):
        try:
            yield of_object(value, f"{path}:{number}", options)
        except InputError as error:
            options.skip(error)


def of_object(value: Any, name: str, options: Options) -> Report:
    """A report from a JSON object with `text`, and `id`, `date`, `title`, `source` where there are any."""
    if not isinstance(value, dict):
        raise InputError("is no JSON object", name=name, remedy='one object a line, {"text": "…"}')
    text = next((t for key in ("text", "body", "content") if isinstance(t := value.get(key), str) and t.strip()), "")
    if not text:
        raise _no_text(value, name)
    written, day = _first(value, "date", "published"), options.date
    warnings: tuple[str, ...] = ()
    if day is None and written:
        try:
            day = parse_date(written)
        except InputError as error:
            warnings = (f"{DATE_UNREAD}: {error}",)
    report = read_text(
        text, id=options.unique(_first(value, "id") or name), title=_first(value, "title", "headline"),
        date=day, source=_first(value, "source", "url") or name, force=options.force, warnings=warnings,
    )  # fmt: skip
    said = value.get("archive")
    return replace(report, said=said) if isinstance(said, dict) else report


def _no_text(value: dict[str, Any], name: str) -> InputError:
    """What an object without a text lacks; a record that was written without it can be written with it."""
    if isinstance(value.get("acts"), list):
        return InputError(
            "is a record without its text", name=name, remedy="detente read --format jsonl --text keeps it"
        )
    return InputError("has no text", name=name, remedy='put it into the field "text"')


def _first(value: dict[str, Any], *keys: str) -> str:
    return next(
        (str(value[k]) for k in keys if isinstance(value.get(k), str | int) and str(value[k]).strip()),
        "",
    )
