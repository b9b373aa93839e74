"""Dataclasses as packed documents in a column, and back."""

from __future__ import annotations

import zlib
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class Document(Generic[T]):
    """How values of one type are kept: as JSON, compressed."""

    def __init__(self, kind: Any) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def pack(self, value: T) -> bytes:
        """The value as bytes; the same value gives the same bytes."""
        return zlib.compress(self._adapter.dump_json(value), 1)

    def unpack(self, packed: bytes) -> T:
        """The value out of its bytes."""
        return self._adapter.validate_json(zlib.decompress(packed))
