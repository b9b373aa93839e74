"""Web archives (WARC): the pages and documents in them, one by one, by warcio."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from detente.errors import InputError
from detente.report import Report

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

#: One page or document larger than this is left out.
_LARGEST = 50 * 1024 * 1024
_KINDS = ("response", "resource", "conversion")


def read_warc(
    path: Path, *, date: dt.date | None = None, force: bool = False, skip: Callable[[InputError], None]
) -> Iterator[Report]:
    """The reports of a WARC file, compressed or not; each has its address as id and source.

    The day of the crawl is no day of publication and is only told as a warning. What can't be read is
    given to `skip`. Raises InputError where warcio is missing, the file is damaged or holds no page.
    """
    try:
        with path.open("rb") as file:
            for page in pages(file, str(path)):
                try:
                    yield report(page, date, force)
                except InputError as error:
                    skip(error)
    except FileNotFoundError:
        raise InputError("does not exist", name=str(path), remedy="check the name") from None
    except OSError as error:
        raise _damaged(error, str(path)) from None


def pages(file: BinaryIO, name: str) -> Iterator[ArcWarcRecord]:
    """The pages of an open WARC, each to be read before the next. Raises as `read_warc` does."""
    try:
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        raise InputError("is a WARC", name=name, remedy="pip install 'detente[warc]' reads them") from None
    found = False
    try:
        for record in _records(file):
            if _is_page(record):
                found = True
                yield record
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        raise _damaged(error, name) from None
    if not found:
        raise InputError("holds no page", name=name, remedy="it may be an index; name the WARC itself")


def _damaged(error: Exception, name: str) -> InputError:
    words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return InputError(f"can't be read as WARC: {words}", name=name, remedy="it may be cut off")


def _records(file: BinaryIO) -> Iterator[ArcWarcRecord]:
    """The records of an archive; warcio stumbles over one without an address, and over none that is cut off."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    records, last = ArchiveIterator(file), None
    try:
        for last in records:
            yield last
    except AttributeError:
        raise ArchiveLoadFailed("a record has no address") from None
    # of a page that is cut off `report` tells
    if records.offset < file.seek(0, 2) or (last is not None and not _is_page(last) and _cut_off(last)):
        raise ArchiveLoadFailed("it ends within a record")


def _is_page(record: ArcWarcRecord) -> bool:
    if record.rec_type not in _KINDS:
        return False
    http = record.http_headers
    if record.rec_type == "response" and (http is None or http.get_statuscode() != "200"):
        return False
    return _content_type(record) in ("text/html", "application/xhtml+xml", "text/plain", "application/pdf")


def _content_type(record: ArcWarcRecord) -> str:
    headers = record.http_headers if record.rec_type == "response" else record.rec_headers
    return str(headers.get_header("Content-Type") or "").split(";")[0].strip().lower()


def _cut_off(record: ArcWarcRecord) -> bool:
    """Whether the file ends before the record has all the bytes that it announces, or before it announces any."""
    while record.raw_stream.read(65536):  # what the page's own encoding leaves behind its end
        pass
    return getattr(record.raw_stream, "limit", 0) > 0 or record.rec_headers.get_header("Content-Length") is None


def report(record: ArcWarcRecord, date: dt.date | None, force: bool) -> Report:
    """The report of a page. Raises InputError where it has none, or where the file ends before the page does."""
    from dataclasses import replace

    from detente.sources.files import read_bytes

    url = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    raw = record.content_stream().read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise InputError("is larger than 50 MB", name=url, remedy="take it out of the WARC and split it")
    if _cut_off(record):
        raise InputError("is cut off", name=url, remedy="the WARC ends before the page does; fetch it again")
    page = _content_type(record) in ("text/html", "application/xhtml+xml")
    found = read_bytes(raw, id=url, date=date, source=url, force=force, page=page)
    crawled = str(record.rec_headers.get_header("WARC-Date") or "")[:10]
    if found.date is None and crawled:
        return replace(found, warnings=(*found.warnings, f"the page gives no date; it was crawled on {crawled}"))
    return found
