"""Communiqués in PDF: the text of their pages, by pypdf."""

from __future__ import annotations

import datetime as dt
import io
import logging

from detente.errors import InputError
from detente.report import Report
from detente.sources.text import read_text


def read_pdf(raw: bytes, *, id: str = "", date: dt.date | None = None, source: str = "", force: bool = False) -> Report:
    """A report from a PDF; the text that is extracted becomes the report's text, pages apart by an empty line.

    The file's own dates are those of its making, not of publication, and are not used. Raises InputError
    where the file is damaged, locked, or holds pictures of pages only, and where pypdf is missing.
    """
    try:
        from pypdf import PdfReader
    except ImportError:
        raise InputError("is a PDF", name=source, remedy="pip install 'detente[pdf]' reads them") from None
    # pypdf tells of each flaw that it mends; the report's readers have no use for that
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        document = PdfReader(io.BytesIO(raw))
        if document.is_encrypted and not document.decrypt(""):
            raise InputError("is locked with a password", name=source, remedy="save it without one")
        text = "\n\n".join(page.extract_text().strip() for page in document.pages).strip()
        title = str((document.metadata.title if document.metadata else "") or "")
    except InputError:
        raise
    except Exception as error:  # damaged files fail in pypdf in many ways
        raise InputError(f"can't be read as PDF: {error}", name=source, remedy="the file may be damaged") from None
    if not text:
        raise InputError("holds no text, perhaps scanned pages", name=source, remedy="run OCR on it first")
    return read_text(text, id=id, title=title, date=date, source=source, force=force)
