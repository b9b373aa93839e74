"""The archive: stored reports, what they say, and what people said of that."""

from detente.archive.adding import Added
from detente.archive.judgements import Judgement
from detente.archive.rereading import Reread
from detente.archive.store import DEFAULT, Archive, Found, Kept, Passage, Source, Stored, Summary

__all__ = [
    "DEFAULT", "Added", "Archive", "Found", "Judgement", "Kept", "Passage", "Reread", "Source", "Stored", "Summary",
]  # fmt: skip
