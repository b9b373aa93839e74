"""Inputs for many workers: what a large batch consists of, and the reports of it, item by item.

A batch is a list of lots, the same for every worker: a large file (JSON Lines, WARC, Parquet), or some small files
together. A lot is a stream of items: a line, a page, a row, a small file. Items that another worker takes are passed
over without being decoded. Paths with a scheme (`s3://`, `https://`, `memory://`) go through fsspec.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from detente.errors import InputError
from detente.report import Report
from detente.sources import files

#: So many small files make one lot.
TOGETHER = 256
LARGE = files.LINES | {".warc", ".parquet"}

Skip = Callable[[InputError], None]
#: Decodes one item: its reports, while what can't be read is given to the function.
Item = Callable[[Skip], list[Report]]


@dataclass(frozen=True, slots=True)
class Lot:
    """A large file, or several small ones."""

    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called in a list of inputs."""
        more = f" and {len(self.names) - 1} more" if len(self.names) > 1 else ""
        return self.names[0] + more


def find(inputs: Iterable[str | Path]) -> list[Lot]:
    """The lots of files, folders, patterns (`*`) and addresses, in order.

    Raises InputError on standard input, on a folder without reports, and on a scheme that nothing here can read.
    """
    found: list[Lot] = []
    small: list[str] = []
    for given in map(str, inputs):
        for name in _names(given):
            if suffix(name) in LARGE:
                found.append(Lot((name,)))
            else:
                small.append(name)
    grouped = [Lot(tuple(small[i : i + TOGETHER])) for i in range(0, len(small), TOGETHER)]
    return found + grouped


def suffix(name: str) -> str:
    """The ending that tells what a file is, without .gz."""
    return files.suffix_of(Path(name.split("?")[0]))


def _names(given: str) -> list[str]:
    if given == "-":
        raise InputError("can't be read by several workers", name="standard input", remedy="save it as a file")
    if "://" in given:
        return _remote(given)
    path = Path(given)
    if not path.is_dir():
        return [given]
    names = [str(p) for p in files.within(path)[0]]
    if not names:
        raise files.no_report(path)
    return names


def _remote(given: str) -> list[str]:
    fs, path = filesystem(given)
    try:
        if any(c in path for c in "*[") and not files.is_address(given):
            found = fs.glob(path)
        elif not files.is_address(given) and fs.isdir(path):
            found = fs.find(path)
        else:
            return [given]
    except Exception as error:  # every store has errors of its own
        raise _unreadable(given, error) from None
    names = sorted(fs.unstrip_protocol(p) for p in found if suffix(p) in files.KNOWN)
    if not names:
        raise InputError("holds no report", name=given, remedy="check the path")
    return names


def filesystem(name: str) -> tuple[Any, str]:
    """What reads a path with a scheme, and the path as it calls it. Raises InputError where nothing does."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError("is not on this machine", name=name, remedy="pip install 'detente[ray]' reads it") from None
    try:
        fs, path = url_to_fs(name)
    except (ImportError, ValueError) as error:
        raise InputError(f"can't be reached: {error}", name=name, remedy="install what it names") from None
    return fs, path


def _open(name: str) -> BinaryIO:
    """The bytes of a file as they lie there. Raises InputError where it can't be opened."""
    try:
        if "://" not in name:
            return Path(name).open("rb")
        fs, path = filesystem(name)
        opened: BinaryIO = fs.open(path, "rb")
        return opened
    except InputError:
        raise
    except Exception as error:  # every store has errors of its own
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: Exception) -> InputError:
    if isinstance(error, OSError):
        return files.unreadable(Path(name), error) if "://" not in name else _away(name, error)
    return _away(name, error)


def _away(name: str, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError("does not exist", name=name, remedy="check the address")
    words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return InputError(f"can't be read: {words}", name=name, remedy="run it again; what was read is kept")


# -- items


def items(lot: Lot, *, date: Any = None, force: bool = False) -> Iterator[Item]:
    """The items of a lot; each must be taken, or left, before the next.

    Raises InputError where a large file can't be read, at once or from some place on.
    """
    options = files.Options(date, force, None, False, {}, same_ids=True)
    first = lot.names[0]
    kind = suffix(first)
    if kind not in LARGE:
        for name in lot.names:
            yield _small(name, options)
        return
    stream = {".warc": _pages, ".parquet": _rows}.get(kind, _lines)
    with closing(_open(first)) as file:
        try:
            yield from stream(file, first, options)
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(first, error) from None


def _small(name: str, options: files.Options) -> Item:
    if "://" not in name:
        return lambda skip: list(
            files.open_reports(
                [name], date=options.date, force=options.force, alone=False, same_ids=True,
                on_skip=lambda s: skip(InputError(s.reason, name=s.name, remedy=s.remedy)),
            )
        )  # fmt: skip

    def read(skip: Skip) -> list[Report]:
        try:
            with closing(_open(name)) as file:
                raw = (gzip.GzipFile(fileobj=file) if name.endswith(".gz") else file).read(files.LARGEST + 1)
            if len(raw) > files.LARGEST:
                raise InputError("is larger than 50 MB", name=name, remedy="split it")
            page, stem = suffix(name) in files.PAGE, files.stem_of(Path(name))
            return [files.read_bytes(raw, id=stem, date=options.date, source=name, force=options.force, page=page)]
        except InputError as error:
            skip(error)
        except (OSError, EOFError, zlib.error) as error:
            skip(_unreadable(name, error))
        return []

    return read


def _lines(file: BinaryIO, name: str, options: files.Options) -> Iterator[Item]:
    unpacked = gzip.GzipFile(fileobj=file) if name.split("?")[0].endswith(".gz") else file
    # the files of stores read no part of a line
    lines: Iterable[bytes] = file if unpacked is file and "://" in name else files.bounded(unpacked)
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _decoding(lambda line=line, number=number: files.of_line(line, f"{name}:{number}", options))


def _rows(file: BinaryIO, name: str, options: files.Options) -> Iterator[Item]:
    from detente.sources import parquet

    for number, row in enumerate(parquet.rows(file, name), 1):
        yield _decoding(lambda row=row, number=number: files.of_object(row, f"{name}:{number}", options))


def _pages(file: BinaryIO, name: str, options: files.Options) -> Iterator[Item]:
    from detente.sources import warc

    for page in warc.pages(file, name):
        yield _decoding(lambda page=page: warc.report(page, options.date, options.force))


def _decoding(decode: Callable[..., Report]) -> Item:
    def read(skip: Skip) -> list[Report]:
        try:
            return [decode()]
        except InputError as error:
            skip(error)
            return []

    return read
