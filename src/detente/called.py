"""Parties by what people type: a code or a name, in small letters or large."""

from __future__ import annotations

from collections.abc import Iterator

from detente import names

#: Words within a name that are written small: "Democratic Republic of the Congo".
_SMALL = frozenset(["of", "the", "and", "for", "in", "on", "to"])


def code_called(name: str) -> str:
    """The code of the party that the tables know by this code or whole name, in any case; "" if they know none.

    "osce" and "european union" are found; "Council of Norway" is not Norway, and "Moscow" is a place.
    """
    for code in (name, name.upper(), name.lower()):
        if code in names.parties():
            return code
    return next((code for way in _ways(name) if (code := _whole(way))), "")


def _whole(name: str) -> str:
    for found in names.find(name):
        if found.words == name and found.sort == "name" and len(found.codes) == 1:
            return found.codes[0]
    return ""


def _ways(name: str) -> Iterator[str]:
    """A name as it was typed, and as it may be spelt in the tables."""
    yield name
    yield name.upper()
    yield " ".join(w if w in _SMALL and n else w[:1].upper() + w[1:] for n, w in enumerate(name.lower().split()))
