"""Which mentions speak of one round of talks: each joins the round that it likely means, or opens a new one.

Rules over days, places, numbers, parties and words make the first choice (`_ruled`); a small logistic model (`same`)
weighs it against every other round of the report by what mention and round share, as `parts` does for single acts.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from detente import confidence, days, grammar, tables, timing
from detente.meetings import Mention, Round
from detente.triggers import classes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detente.features import Features

#: How many rounds back a mention may mean one, and how many of its mentions are looked at: a bound on the work for
#: very long texts.
RECENT, LATEST = 12, 16
#: How likely a mention must be to mean a round that was spoken of before; from 0.45 to 0.55 as right by F1.
SAME = 0.48


def gather(mentions: Iterable[Mention]) -> list[Round]:
    """Puts mentions together: one record for each distinct round."""
    found: list[Round] = []
    for m in mentions:
        home = _home(m, found[-RECENT:])
        if home is None:
            home = Round()
            found.append(home)
        join(home, m)
    for r in found:
        timing.lengthen(r)
    return found


def join(r: Round, m: Mention) -> None:
    """Adds a mention to a round, with what it is the first to say."""
    r.mentions.append(m)
    r.parties = r.parties if len(r.parties) >= len(m.parties) else m.parties
    r.place = r.place or m.place
    start, end = r.start or m.start, r.end or m.end
    if not end or start[: len(end)] <= end[: len(start)]:  # what ends before it begins was told of two
        r.start, r.end = start, end
    r.days = r.days or m.days
    r.ordinal = r.ordinal or m.ordinal
    r.level = r.level or m.level


def _home(m: Mention, before: Sequence[Round]) -> Round | None:
    """The round that a mention belongs to, or None when it opens a new one."""
    ruled = _ruled(m, before)
    if not confidence.weights().get("same") or (ruled is not None and _bare(m)):
        return ruled
    likely = [
        (confidence.probability(likeness(m, r, before, ruled), "same"), n)
        for n, r in enumerate(before) if not _apart(m, r)
    ]  # fmt: skip
    best = max(likely, default=(0.0, 0))
    if best[0] > SAME:
        return before[best[1]]
    return ruled if ruled is not None and not _apart(m, ruled) and _held_there(m, ruled) else None


def _held_there(m: Mention, r: Round) -> bool:
    """Whether a mention tells of the same parties in the same place, and neither says when: of two rounds one would."""
    undated = not (m.start or m.end or r.start or r.end)
    met = m.status != "planned" and all(x.status != "planned" for x in r.mentions[-LATEST:])
    there = bool(m.place) and m.place == r.place and _sorts(m, r.mentions[-LATEST:]) == "same"
    return undated and met and there and len(m.parties) > 1 and set(m.parties) == set(r.parties)


def _bare(m: Mention) -> bool:
    """Whether a mention says nothing new: "the talks"."""
    return m.definite and not (m.place or m.start or m.end or m.another or _words(m))


def _apart(m: Mention, r: Round) -> bool:
    """Whether a mention can't mean a round: it is of another year or number, one ends before the other starts, it tells
    when or beside what that was, or it is of wholly other parties."""
    years = bool(m.start and r.start) and m.start[:4] != r.start[:4]
    return (
        years
        or _ends_before(m, r)
        or _ends_before(r, m)
        or any(_differ(m, x) or _differ(x, m) for x in r.mentions[-LATEST:])
        or (min(len(m.parties), len(r.parties)) > 1 and not set(m.parties) & set(r.parties))
    )


def _differ(one: Mention, other: Mention) -> bool:
    return _dates(one, other) or _numbered_apart(one, other) or _between_two(one, other)


def _ends_before(one: Mention | Round, other: Mention | Round) -> bool:
    """Whether of one only the end is known and lies before the other's start."""
    n = min(len(one.end), len(other.start))
    return n > 0 and not one.start and one.end[:n] < other.start[:n]


def _numbered_apart(m: Mention, other: Mention) -> bool:
    """Whether both are numbered, by the same word and otherwise: "the third round", "the fourth round"."""
    return bool(m.ordinal and other.ordinal) and m.ordinal != other.ordinal and m.token.lower_ == other.token.lower_


def _between_two(one: Mention, other: Mention) -> bool:
    """Whether two are said to meet each other, beside the talks of three and more: "met with Japan's envoy"."""
    return len(one.own) == 2 and grammar.is_verb(one.token) and set(one.own) < set(other.own)


def _dates(m: Mention, other: Mention) -> bool:
    """Whether a mention tells when or where another was: "the third meeting since the summit in March", "met on the
    sidelines of the summit"; or what it was about: "discussed the talks"."""
    if m.sentence is not other.sentence or m.token is other.token:
        return False
    before = m.token.head
    if m.token.dep_ == "pobj" and before.lower_ in _DATING and before.head in (other.token, other.core):
        return True
    if m.token.dep_ == "dobj" and before is other.token and before.lower_ in classes()["debate"]:
        return True
    return timing.ahead_of(m.token) and other.token not in m.token.subtree


_DATING = frozenset("since after before following until".split())


# -- what a mention and a round share


def shared(gold: Iterable[tuple[Mention, int | None]]) -> list[tuple[Features, int]]:
    """What each mention shares with each round before it, and whether it is the same: what the model learns from.

    Each mention comes with the number of the round that it truly means; those with None are passed over.
    """
    rows: list[tuple[Features, int]] = []
    found: dict[int, Round] = {}
    for m, number in gold:
        if number is None:
            continue
        before = list(found.values())[-RECENT:]
        ruled = _ruled(m, before)
        true = found.setdefault(number, Round())
        rows += [(likeness(m, r, before, ruled), int(r is true)) for r in before]
        join(true, m)
    return rows


def likeness(m: Mention, r: Round, before: Sequence[Round], ruled: Round | None) -> Features:
    """What a mention shares with one of the rounds before it; `ruled` is the one that rules take it for."""
    late = r.mentions[-LATEST:]
    choice = "new" if ruled is None else "this" if ruled is r else "other"
    first, away = next(n for n, x in enumerate(before) if x is r), _away(m, r)
    alike = _sorts(m, late)
    facts = {
        "ordinal": _beside(m.ordinal, r.ordinal),
        "start": _beside(m.start, r.start, _dates_fit(m, r)),
        "place": _beside(m.place, r.place),
        "parties": _overlap(m.parties, r.parties),
        "sort": alike,
        "family": _families(m, late),
        "away": str(away),
        "definite": str(m.definite),
        "another": str(m.another),
        "unsure": f"{m.unsure} {all(x.unsure for x in late)}",
        "planned": f"{m.status == 'planned'} {_all_or_some(x.status == 'planned' for x in late)}",
    }
    clash = [name for name in ("ordinal", "start", "place") if facts[name] == "differ"]
    alike_kind = any(x.kind == m.kind for x in late)
    marks = {f"{name} {value}" for name, value in facts.items()}
    marks |= {f"{mark} rule {choice}" for mark in marks}
    marks |= {
        "bias", f"rule {choice}", f"rule {choice} fits {_same(m, r)}", f"rule {choice} of {min(len(before), 4)}",
        f"parties {facts['parties']} {min(len(set(m.parties)), 2)} {min(len(set(r.parties)), 3)}",
        f"parties {facts['parties']} definite {m.definite}", f"sort {alike} definite {m.definite}",
        f"family {facts['family']} beside {away == 0}", f"family {facts['family']} definite {m.definite}",
        f"families {_family(m)} {_family(late[-1])}", f"family {_family(m)} definite {m.definite}",
        f"sort {alike} verb {grammar.is_verb(m.token)}", f"sort {alike} beside {away == 0}",
        f"start {facts['start']} place {facts['place']}",
        f"kind {alike_kind}", f"words {_words_shared(m, late)}",
        f"back {min(len(before) - 1 - first, 3)}", f"first {first == 0}", f"size {min(len(r.mentions), 4)}",
        f"latest {max(_number(x) for x in before) == _number(r)}",
        f"equated {_equated(m, r)}", f"outright {m.outright} {any(x.outright for x in late)}",
        f"status {m.status} {late[-1].status}",
    }  # fmt: skip
    marks |= {f"{name} differ beside {away == 0} kind {alike_kind}" for name in clash} | {f"clash {len(clash)}"}
    if clash:
        marks |= {f"clash parties {facts['parties']}", f"clash definite {m.definite}"}
    return dict.fromkeys(marks, 1.0)


def _beside(one: object, other: object, fit: bool | None = None) -> str:
    """How two values that may be missing compare: same, differ, one (which), none."""
    if one and other:
        return "same" if (one == other if fit is None else fit) else "differ"
    return "mention" if one else "round" if other else "none"


def _all_or_some(told: Iterable[bool]) -> str:
    found = list(told)
    return "all" if all(found) else "some" if any(found) else "none"


def _overlap(one: list[str], other: list[str]) -> str:
    """How the parties of a mention compare with those of a round."""
    a, b = set(one), set(other)
    if not a or not b:
        return "mention" if a else "round" if b else "none"
    if a == b:
        return "same"
    if a <= b or b <= a:
        return "inside"
    share = len(a & b) / len(a | b)
    return "half" if share >= 0.5 else "some" if share else "apart"


def _away(m: Mention, r: Round) -> int:
    """How far back a round was last spoken of, in five steps."""
    sentences = m.sentence.number - _number(r)
    return next((n for n, bound in enumerate((0, 1, 3, 8)) if sentences <= bound), 4)


def _number(r: Round) -> int:
    """The sentence that last spoke of a round."""
    return r.mentions[-1].sentence.number


def _sorts(m: Mention, late: list[Mention]) -> str:
    if _sort(m.kind) in {_sort(x.kind) for x in late}:
        return "same"
    return "verb" if grammar.is_verb(m.token) else "differ"


def _family(m: Mention) -> str:
    """What sort of meeting a mention's word means: the negotiations are the talks, a summit is not."""
    return "verb" if grammar.is_verb(m.token) else _families_of_words().get(m.kind, "other")


def _families(m: Mention, late: list[Mention]) -> str:
    own, others = _family(m), {_family(x) for x in late}
    if own in others:
        return "same"
    return "verb" if own == "verb" or others == {"verb"} else "differ"


@cache
def _families_of_words() -> dict[str, str]:
    """The family of each word for a round, from `families.tsv`."""
    return {word: r["family"] for r in tables.rows("families", "family words") for word in tables.cell(r["words"])}


def _words(m: Mention) -> set[str]:
    """The words of a mention's phrase that tell it from others, without its noun and words of time."""
    phrase = m.token.doc[m.span[0] : m.span[1] + 1]
    return {t.lower_ for t in phrase if t.tag_[:2] in ("NN", "JJ", "CD") and len(t.text) > 2} - {m.kind} - _TIME


_TIME = frozenset(w.lower() for w in (*days.WEEKDAYS, *days.MONTHS)) | frozenset(
    """week month year day today weekend morning evening last next round session two three first second""".split()
)


def _words_shared(m: Mention, late: list[Mention]) -> str:
    own = _words(m)
    return "none" if not own else str(any(own & _words(x) for x in late))


def _equated(m: Mention, r: Round) -> bool:
    """Whether the sentence itself says that the two are one: "the talks, the first since May"."""
    return any(grammar.equated(x.token, m.token) for x in r.mentions[-LATEST:] if x.sentence is m.sentence)


# -- the choice of rules


def _ruled(m: Mention, before: Sequence[Round]) -> Round | None:
    """The round that rules take a mention for, or None."""
    for r in before[-3:]:
        if _equated(m, r):
            return r
    options = [(_fitness(m, r), n) for n, r in enumerate(before) if _same(m, r)]
    return before[max(options)[1]] if options else None


def _fitness(m: Mention, r: Round) -> int:
    """How much speaks for a mention meaning a round; of equals the later one wins."""
    found = 3 if m.ordinal and m.ordinal == r.ordinal else 0
    found += 3 if m.start and r.start else 0
    found += 2 if m.place and m.place == r.place else 0
    found += 1 if m.parties and set(m.parties) == set(r.parties) else 0
    late = r.mentions[-LATEST:]
    found += 1 if _sort(m.kind) in {_sort(x.kind) for x in late} else 0
    found -= 2 if m.status != "planned" and all(x.status == "planned" for x in late) else 0
    return found - (4 if all(x.unsure for x in late) and not m.unsure else 0)


def _same(m: Mention, r: Round) -> bool:
    """Whether a mention may mean a round that was spoken of before."""
    if m.ordinal and r.ordinal and m.ordinal != r.ordinal:
        return False
    there = bool(m.place) and m.place == r.place and set(m.parties) <= set(r.parties)
    if not _alike(m, r) or not (there or _parties_fit(m.parties, r.parties)):
        return False
    if m.start and r.start and not _dates_fit(m, r):
        return False
    if m.place and r.place and m.place != r.place:
        return False
    if m.another:
        return False
    if m.definite or (m.start and m.start == r.start):
        return True
    if m.unsure:  # "offered meetings": no meeting that was held
        return False
    states = {x.status == "planned" for x in r.mentions[-LATEST:]}
    if (m.status == "planned") not in states:
        return False
    return bool(m.parties) or m.place == r.place


#: What names one of these names no other; anything else may be called talks.
_DISTINCT = frozenset(["summit", "visit", "call", "conference", "reunion"])


def _sort(word: str) -> str:
    family = _families_of_words().get(word, "")
    return family if family in _DISTINCT else ""


def _alike(m: Mention, r: Round) -> bool:
    return _sorts(m, r.mentions[-LATEST:]) != "differ" or (m.definite and m.kind == "meeting")


def _parties_fit(a: list[str], b: list[str]) -> bool:
    if not a or not b:
        return True
    one, two = set(a), set(b)
    if len(one) == 1 and len(two) > 2:
        return False
    return one <= two or two <= one or len(one & two) / len(one | two) >= 0.5


def _dates_fit(m: Mention, r: Round) -> bool:
    n = min(len(m.start), len(r.start))
    return m.start[:n] == r.start[:n] or m.start == r.end or (bool(r.end) and r.start <= m.start <= r.end)
