"""Reports in Parquet: one row a report, with the columns that JSON Lines have as fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from detente.errors import InputError

#: The columns that are read, where a file has them.
COLUMNS = ("text", "body", "content", "id", "date", "published", "title", "headline", "source", "url")
#: So many rows are held in memory.
_ROWS = 256


def rows(file: BinaryIO, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a file, some at a time, dates as ISO strings. Raises InputError where it is no Parquet."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError("is Parquet", name=name, remedy="pip install 'detente[parquet]' reads it") from None
    try:
        opened = pq.ParquetFile(file)
        columns = [c for c in COLUMNS if c in opened.schema_arrow.names]
        if not {"text", "body", "content"} & set(columns):
            raise InputError("has no column of texts", name=name, remedy='name it "text"')
        for batch in opened.iter_batches(_ROWS, columns=columns):
            for row in batch.to_pylist():
                yield {key: _plain(value) for key, value in row.items()}
    except (pa.ArrowException, OSError, ValueError) as error:
        words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(f"can't be read as Parquet: {words}", name=name, remedy="the file may be damaged") from None


def _plain(value: Any) -> Any:
    return value.isoformat()[:10] if hasattr(value, "isoformat") else value
