"""Errors a user can do something about: each says what is wrong and what would help."""

from __future__ import annotations


class DetenteError(Exception):
    """A problem with the input, put in plain words. `name` is the file or source it is about."""

    def __init__(self, message: str, *, name: str = "", remedy: str = "") -> None:
        self.message = message
        self.name = name
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.name}: {self.message}" if self.name else self.message
        return f"{text} ({self.remedy})" if self.remedy else text


class InputError(DetenteError):
    """A report that can't be read: missing, empty, binary, not English, with an unreadable date."""


class LexiconError(DetenteError):
    """A malformed row in a table of the lexicon; the message names the table and the line."""


class ArchiveError(DetenteError):
    """An archive that can't be opened, read or written: not there, newer than this version, busy, damaged."""
