"""Parquet: the rows of the CSV with types, by pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from detente.errors import InputError
from detente.export.common import LeftOut, Pair
from detente.export.csv_ import ALL
from detente.formats import rows

_NUMBERS = {"ordinal": "int64", "from": "int64", "to": "int64", "value": "float64", "confidence": "float64"}
_LISTS = frozenset(["actors", "targets", "told_by"])
#: Entries in one row group; so many are held in memory.
_GROUP = 20_000


def write(pairs: Iterable[Pair], file: IO[bytes]) -> LeftOut:
    """Writes one row an entry; parties are lists, numbers are numbers, "" is null where a number stands."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError("Parquet needs pyarrow", remedy="pip install 'detente[parquet]'") from None
    schema = pa.schema([(name, _type(pa, name)) for name in ALL])
    found = LeftOut()
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(pairs, found):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
    return found


def _type(pa: Any, name: str) -> Any:
    if name in _NUMBERS:
        return getattr(pa, _NUMBERS[name])()
    return pa.list_(pa.string()) if name in _LISTS else pa.string()


def _groups(pairs: Iterable[Pair], found: LeftOut) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    for report, record in pairs:
        told = "; ".join(s.id for s in getattr(report, "sources", ()))
        more = {"title": report.title, "source": report.source, "told_by": told}
        group += [{k: _value(k, v) for k, v in (row | more).items()} for row in rows(record)]
        further = sum(len(e.evidence) > 1 for e in record.entries())
        if further:
            found["further quotes of an entry (the first is there)"] += further
        if len(group) >= _GROUP:
            yield group
            group = []
    if group:
        yield group


def _value(name: str, value: Any) -> Any:
    if name in _NUMBERS:
        return None if value == "" else value
    if name in _LISTS:
        return [part for part in str(value).split("; ") if part]
    return str(value)
