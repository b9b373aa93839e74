"""What the reader makes of the reports written for the tests, entry by entry.

A change that alters an entry shows as a diff of a text file. When it is meant, write the files anew:
`pytest tests/test_golden.py --bless`.
"""

from __future__ import annotations

import pytest

from conftest import DATA, DATES
from detente.record import Record


def render(record: Record) -> str:
    """A record as short lines, one an entry, without the confidence (models change it)."""
    sentence = {start: n for n, (start, _) in enumerate(record.sentences, 1)}

    def places(entry: object) -> str:
        return ",".join(str(sentence.get(e.start, "-")) for e in entry.evidence)  # type: ignore[attr-defined]

    lines = [f"{record.title or '(no title)'} | {record.date}"]
    for a in [*record.acts, *record.away]:
        mark = " planned" if a.planned else ""
        lines.append(f"[{places(a)}] {a.kind}{mark} {','.join(a.actors)} -> {','.join(a.targets)} | {a.about}")
    for m in record.meetings:
        lines.append(
            f"[{places(m)}] meeting {m.ordinal or ''} {','.join(m.parties)} | {m.place} | {m.start} to {m.end} | {m.status}"
        )
    for p in record.pledges:
        lines.append(f"[{places(p)}] pledge {','.join(p.by)} | {p.what} | {p.due} | {p.place}")
    for x in record.links:
        lines.append(f"[{places(x)}] link {x.kind} | {x.what} <- {x.on}")
    for q in record.persons:
        lines.append(f"person {q.name} | {q.role} | {q.party}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", sorted(DATES))
def test_the_entries_are_those_of_the_golden_file(name: str, records: dict[str, Record], bless: bool) -> None:
    golden = DATA / "reports" / f"{name}.golden"
    found = render(records[name])
    if bless:
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
