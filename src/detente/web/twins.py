"""What a report tells twice: as an act of promising or meeting, and as the pledge or the meeting itself."""

from __future__ import annotations

from collections.abc import Sequence

from detente.archive import Archive, Kept, listing
from detente.archive.rows import alike
from detente.record import Act, Meeting, Pledge

#: The list of the thing that an act of this kind tells of.
THING = {"pledge": "pledges", "meet": "meetings"}
#: Two wordings of one sentence that are this alike, of 100, tell of one thing.
_CLOSE = 75
#: So many entries of one sentence are looked through.
_MOST = 40


def twins(kept: Sequence[Kept]) -> dict[str, Kept]:
    """The acts that tell what a pledge or a meeting of the same sentence tells, by the name of that entry; one each."""
    things = [k for k in kept if k.list in THING.values()]
    pairs = [
        (score, n, m)
        for n, act in enumerate(kept)
        for m, thing in enumerate(things)
        if (score := _alike(act, thing)) >= _CLOSE
    ]
    found: dict[str, Kept] = {}
    taken: set[int] = set()
    for _, n, m in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if n not in taken and things[m].ref not in found:
            found[things[m].ref] = kept[n]
            taken.add(n)
    return found


def without(kept: Sequence[Kept], told: dict[str, Kept]) -> list[Kept]:
    """The entries without those acts that stand with another one."""
    aside = {act.ref for act in told.values()}
    return [k for k in kept if k.ref not in aside]


def of(archive: Archive, kept: Kept) -> tuple[Kept, Kept | None]:
    """An entry with its twin, the pledge or meeting first; the entry alone where it has none."""
    if not kept.entry.evidence or (kept.list not in THING.values() and kept.list not in ("acts", "away")):
        return kept, None
    start = min(e.start for e in kept.entry.evidence)
    beside, _ = listing.within(archive, kept.report, start, start + 1, _MOST)
    for ref, act in twins(beside).items():
        if kept.ref in (ref, act.ref):
            return next(k for k in beside if k.ref == ref), act
    return kept, None


def _alike(act: Kept, thing: Kept) -> float:
    one, other = act.entry, thing.entry
    if not isinstance(one, Act) or not isinstance(other, Pledge | Meeting) or THING.get(one.kind) != thing.list:
        return 0.0
    if act.report != thing.report or not (_places(act) & _places(thing)):
        return 0.0
    words = other.what if isinstance(other, Pledge) else other.name
    return alike(one.about, words) if one.about and words else 0.0


def _places(kept: Kept) -> set[tuple[int, int]]:
    return {(e.start, e.end) for e in kept.entry.evidence}
