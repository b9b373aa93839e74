"""Kind, parties and months of a row as words of the full-text index.

With them one index answers "which demands of Iceland speak of quotas, in March 2016", however many rows
hold each of these alone. They begin with `x`, which keeps them apart from words of reports.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=10_000)
def mark(sort: str, value: str) -> str:
    """One mark, such as `xpartyprk`; letters and digits only, so that it stays one word."""
    plain = "".join(c if c.isascii() and c.isalnum() else f"u{ord(c):x}u" for c in value.lower() if c != " ")
    # the final x keeps the English stemmer away from it
    return f"x{sort}{plain}x"


def of_report(date: str) -> str:
    """The marks of a report: its month and its year."""
    return " ".join(mark("day", date[:length]) for length in (4, 7) if len(date) >= length)


def of_entry(list_name: str, kind: str, said: str, parties: Iterable[tuple[str, str]]) -> str:
    """The marks of an entry: list, kind, month and year of its report, parties with their roles."""
    found = [mark("list", list_name), mark("kind", kind), of_report(said)]
    for role, code in parties:
        found += [mark("party", code), mark(role, code)]
    return " ".join(dict.fromkeys(f for f in found if f))
