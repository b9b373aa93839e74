"""What a correction may change in an entry."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

from detente.archive.rows import ROLES, TYPES, Row
from detente.errors import ArchiveError
from detente.record import AWAY_KINDS, LINK_KINDS, MEETING_STATUSES, PARTY_KINDS, TABLE_KINDS

_DATE = re.compile(r"[12][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?")
_DATES = frozenset(["start", "end", "due", "time"])
#: Fields that come from the reading itself.
_FIXED = frozenset(["evidence", "why", "of", "plover", "confidence"])
#: Fields that name parties; those of acts as they sit at the table, with those of event data that follow them.
PARTIES = frozenset([*ROLES, "doers", "recipients", "party", "code", "state"])
_FOLLOW = {"actors": "doers", "targets": "recipients"}
_ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {
    "acts": {"kind": TABLE_KINDS}, "away": {"kind": AWAY_KINDS}, "links": {"kind": LINK_KINDS},
    "parties": {"kind": PARTY_KINDS}, "meetings": {"status": MEETING_STATUSES},
}  # fmt: skip


def changeable(list_name: str) -> list[str]:
    """The fields that a correction of an entry of this list can set; `quote` besides."""
    return [f.name for f in dataclasses.fields(TYPES[list_name]) if f.name not in _FIXED]


def choices(list_name: str) -> dict[str, tuple[str, ...]]:
    """The fields of an entry of this list that take one of a few values, with these."""
    return _ALLOWED.get(list_name, {})


def changed_fields(list_name: str, payload: Row, changes: Row, ref: str, code: Callable[[str], str] = str) -> Row:
    """The changes as they will be stored: checked, lists as lists, numbers as numbers, parties by their `code`.

    Doers and recipients of event data go with the actors and targets that are corrected. Raises ArchiveError, naming
    the entry, on a field that isn't there or a value that can't stand in it, such as an end before its start.
    """
    evidence = {k: v for k, v in changes.items() if k == "evidence"}
    wanted = {k: v for k, v in changes.items() if k != "evidence"}
    if not wanted and not evidence:
        raise ArchiveError("nothing to correct", name=ref, remedy="say what, as in about='the quota'")
    known = changeable(list_name)
    for field in wanted:
        if field not in known:
            raise ArchiveError(
                f"has no field {field!r} to correct", name=ref, remedy="it has " + ", ".join([*known, "quote"])
            )
    found = {field: _value(list_name, field, payload.get(field), v, ref) for field, v in wanted.items()}
    found |= {field: _coded(value, code) for field, value in found.items() if field in PARTIES}
    found |= {
        told: found[at] for at, told in _FOLLOW.items() if found.get(at) and told in payload and told not in found
    }
    _in_order(payload | found, found, ref)
    return evidence | found


def _coded(value: Any, code: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return list(dict.fromkeys(code(name) for name in value))
    return code(value) if value else value


def _in_order(entry: Row, changed: Row, ref: str) -> None:
    """Raises ArchiveError where a period that is corrected would end before it starts."""
    period = changed.get("time") or (entry if changed.keys() & {"start", "end"} else {})
    start, end = period.get("start") or "", period.get("end") or ""
    told = min(len(start), len(end))  # a month holds all of its days
    if end[:told] < start[:told]:
        raise ArchiveError(f"can't end on {end}, before it starts on {start}", name=ref, remedy="correct both together")


def _value(list_name: str, field: str, old: Any, new: Any, ref: str) -> Any:
    allowed = _ALLOWED.get(list_name, {}).get(field)
    if allowed and new not in allowed:
        raise ArchiveError(f"{field} can't be {new!r}", name=ref, remedy="it is one of " + ", ".join(allowed))
    if field in _DATES:
        return _dated(field, new, ref)
    if field in ("ordinal", "value"):
        return _number(field, new, ref)
    if isinstance(old, list):
        values = new if isinstance(new, list) else str(new).split(",")
        return [str(v).strip() for v in values if str(v).strip()]
    if isinstance(old, bool):
        return new if isinstance(new, bool) else str(new).lower() in ("true", "yes", "1")
    return str(new)


def _dated(field: str, new: Any, ref: str) -> Any:
    if field == "time":
        if isinstance(new, dict):
            told = {"start": "", "end": "", "words": ""} | new
            return told | {name: _dated(name, told[name], ref) for name in ("start", "end")}
        start, _, end = str(new).partition("/")
        for day in (start, end):
            _dated("start", day, ref)
        return {"start": start, "end": end or start, "words": ""} if start else None
    if new and not _is_date(str(new)):
        raise ArchiveError(f"{field} can't be {new!r}", name=ref, remedy="write 2005, 2005-12 or 2005-12-16")
    return str(new or "")


def _is_date(written: str) -> bool:
    """Whether it is a day, a month or a year that the calendar has."""
    if not _DATE.fullmatch(written):
        return False
    try:
        dt.date.fromisoformat(written + "-01-01"[len(written) - 4 :])
    except ValueError:
        return False
    return True


def _number(field: str, new: Any, ref: str) -> int | float | None:
    if new in ("", None):
        return None if field == "ordinal" else 0.0
    try:
        number = int(new) if field == "ordinal" else float(new)
        if not math.isfinite(number):
            raise ValueError
        return number
    except (ValueError, TypeError, OverflowError):
        raise ArchiveError(f"{field} can't be {new!r}", name=ref, remedy="give a number") from None


def put_quote(changes: Row, text: str, ref: str) -> Row:
    """The changes with `quote` turned into evidence: it must stand in the text, once and to the letter.

    Evidence that is given as it is may say anything, and is refused.
    """
    if "evidence" in changes:
        raise ArchiveError("its evidence goes with its quote", name=ref, remedy="correct the quote")
    if "quote" not in changes:
        return changes
    changes = dict(changes)
    quote = str(changes.pop("quote"))
    count = text.count(quote) if quote else 0
    if count != 1:
        told = "stands there more than once" if count else "doesn't stand in the report"
        raise ArchiveError(f"the quote {told}", name=ref, remedy="copy a longer stretch of the text as it is")
    start = text.index(quote)
    return changes | {"evidence": [{"start": start, "end": start + len(quote), "quote": quote}]}
