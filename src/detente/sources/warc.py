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
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        raise InputError("is a WARC", name=str(path), remedy="pip install 'detente[warc]' reads them") from None
    found = False
    try:
        with path.open("rb") as file:
            for record in _records(file):
                if not _is_page(record):
                    continue
                found = True
                try:
                    yield _report(record, date, force)
                except InputError as error:
                    skip(error)
    except FileNotFoundError:
        raise InputError("does not exist", name=str(path), remedy="check the name") from None
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(f"can't be read as WARC: {words}", name=str(path), remedy="it may be cut off") from None
    if not found:
        raise InputError("holds no page", name=str(path), remedy="it may be an index; name the WARC itself")


def _records(file: BinaryIO) -> Iterator[ArcWarcRecord]:
    """The records of an archive; warcio stumbles over one without an address."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        yield from ArchiveIterator(file)
    except AttributeError:
        raise ArchiveLoadFailed("a record has no address") from None


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


def _report(record: ArcWarcRecord, date: dt.date | None, force: bool) -> Report:
    from dataclasses import replace

    from detente.sources.files import read_bytes

    url = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    raw = record.content_stream().read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise InputError("is larger than 50 MB", name=url, remedy="take it out of the WARC and split it")
    page = _content_type(record) in ("text/html", "application/xhtml+xml")
    report = read_bytes(raw, id=url, date=date, source=url, force=force, page=page)
    crawled = str(record.rec_headers.get_header("WARC-Date") or "")[:10]
    if report.date is None and crawled:
        return replace(report, warnings=(*report.warnings, f"the page gives no date; it was crawled on {crawled}"))
    return report
