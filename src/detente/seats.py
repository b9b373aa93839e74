"""Who sits at a round of talks: of the parties that its mentions bring to mind, those that likely meet there.

Rules (`meetings`) and the acts of meeting make the first proposal; a small logistic model weighs it against
every other party at hand, as `parts` does for single acts. All mentions of a round count together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detente import confidence, grammar, names, parts
from detente.features import BEYOND, high, within
from detente.gathering import gather
from detente.odds import log_odds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detente.acts import Candidate
    from detente.meetings import Round
    from detente.reader import Reading
    from detente.sightings import Sightings
    from detente.tree import Token

#: How likely a party must be to sit at a round.
SITS = 0.5
#: So many parties are no guess: a sentence names them.
MANY = 3
#: Beyond these log-odds an act says no more of a party's seat.
_BEYOND = 4.0


def rounds(reading: Reading) -> list[Round]:
    """The rounds of a weighed reading with those who sit at them, likeliest first; refused ones are left out."""
    found = [r for r in gather(reading.mentions) if not all(m.refused for m in r.mentions)]
    if confidence.weights().get("seat"):
        told = Told.of(reading)
        for r in found:
            take(r, reading, told)
    return found


@dataclass(slots=True)
class Told:
    """The acts of a reading by the number of their sentence, and the parties that mediate; gathered once for all rounds."""

    acts: dict[int, list[Candidate]] = field(default_factory=dict)
    mediators: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, reading: Reading) -> Told:
        found = cls()
        for c in reading.candidates:
            found.acts.setdefault(c.sentence.number, []).append(c)
            if c.kind == "mediate" and c.score > SITS:
                found.mediators.update(c.actors)
        return found


def take(r: Round, reading: Reading, told: Told) -> None:
    """Gives a round the parties that likely sit at it; it keeps those that rules gave it where none does.

    Three and more that are named together stay together.
    """
    if body := body_of(r, reading):
        r.parties = [body]
        return
    likely = {code: confidence.probability(known, "seat") for code, known in pool(r, reading, told).items()}
    sitting = sorted((code for code, p in likely.items() if p >= SITS), key=lambda code: -likely[code])
    sitting.sort(
        key=lambda code: r.parties.index(code) if code in r.parties else len(r.parties)
    )  # as the text has them
    if sitting and not (len(r.parties) >= MANY and set(sitting) < set(r.parties)):
        r.parties = sitting


#: What a body holds with its members only.
_GATHERINGS = frozenset("summit summits conference conferences forum".split())


def body_of(r: Round, reading: Reading) -> str:
    """The organisation whose meeting a round is, where its mentions name that before it and no other party: "an ASEAN
    summit"."""
    own = {code for m in r.mentions for code in m.own}
    if len(own) != 1 or not all(m.kind in _GATHERINGS for m in r.mentions):
        return ""
    code = own.pop()
    before = [name for m in r.mentions for c in m.token.lefts if (name := reading.discourse.name_at(c, m.sentence))]
    named = any(list(name.codes) == [code] for name in before)
    return code if named and _sort(code, reading) == "organisation" else ""


def pool(r: Round, reading: Reading, at_hand: Told | None = None) -> dict[str, dict[str, float]]:
    """The parties at hand where a round is told, each with its features."""
    at_hand = at_hand or Told.of(reading)
    told = [c for number in sorted({m.sentence.number for m in r.mentions}) for c in at_hand.acts.get(number, ())]
    acting = _acting(r, told)
    others = _others(r, told)
    named = {c.sentence.number: c.at_hand.named for c in told if c.at_hand is not None}
    codes = [*r.parties, *acting, *others, *(x for ones in named.values() for _, found in ones for x in found)]
    codes += [code for code in reading.sightings.of if (reading.sightings.sits(code) or 0) > 0]
    pooled: dict[str, dict[str, float]] = {}
    titled = _titled(r, reading)
    bodies = {code for code in titled if reading.discourse.cast.party(code).kind == "organisation"}
    for code in dict.fromkeys([*codes, *reading.discourse.talks]):
        marks = _known(code, r, reading) | _named(code, r, named)
        if code in at_hand.mediators:
            marks.add("mediates")
        marks |= {f"in name={code in titled}", f"in name={code in titled}:{_sort(code, reading)}:{bool(bodies)}"}
        marks.add(f"sort={_sort(code, reading)}")
        sort = "verb" if all(grammar.is_verb(m.token) for m in r.mentions) else r.mentions[0].kind
        found = dict.fromkeys({*marks, *(f"{sort}|{m}" for m in marks if m.startswith(("rule", "not", "talks")))}, 1.0)
        for name, odds in (("acting", acting.get(code)), ("elsewhere", others.get(code))):
            found[f"no {name}" if odds is None else name] = 1.0 if odds is None else odds
        found |= _seen(code, r, reading.sightings)
        pooled[code] = found
    _compare(pooled)
    return pooled


def _compare(pooled: dict[str, dict[str, float]]) -> None:
    """Sets what is known of each party beside what is known of the others: who leads, and by how much."""
    for name in ("seat", "sits", "acting"):
        odds = {code: found[name] for code, found in pooled.items() if name in found}
        likely = min(sum(value > 0 for value in odds.values()), 4)
        first, *others = [*sorted(odds.values(), reverse=True), -BEYOND]
        second = others[0] if others else -BEYOND
        for code, found in pooled.items():
            own = odds.get(code, -BEYOND)
            found[f"{name} likely {likely} {own > 0}"] = 1.0
            if code in odds:
                rival = second if own == first else first
                found |= {f"{name} gap": within(own - rival), **high(name, own)}


def _seen(code: str, r: Round, sightings: Sightings) -> dict[str, float]:
    """What the encoder makes of a party: in the sentences of a round, and in the whole report."""
    here = {m.sentence.number for m in r.mentions} & sightings.sentences
    odds = [seen.seat for number, seen in sightings.of.get(code, {}).items() if number in here]
    found: dict[str, float] = {}
    if odds:
        found |= {"seat": max(odds), "rule seat" if code in r.parties else "other seat": max(odds)}
    elif here:
        found["no seat"] = 1.0
    if (anywhere := sightings.sits(code)) is not None:
        found |= {"sits": anywhere, f"sits {bool(odds)}": anywhere}
    return found


def _titled(r: Round, reading: Reading) -> set[str]:
    """The parties that the names of a round themselves name: "an ASEAN summit", "the Geneva Iraq-Iran talks"."""
    found: set[str] = set()
    for m in r.mentions:
        if not grammar.is_verb(m.token):
            doc = m.token.doc
            start, end = m.sentence.at(doc[m.span[0]]), m.sentence.at(doc[m.span[1]]) + len(doc[m.span[1]])
            found |= {code for n in reading.discourse.cast.at(start, end) for code in n.codes}
    return found


def _sort(code: str, reading: Reading) -> str:
    """Whether a party is a state, an organisation, an armed group or a faction."""
    return reading.discourse.cast.party(code).kind


def _acting(r: Round, told: list[Candidate]) -> dict[str, float]:
    """The highest log-odds of each party to act where a `meet` tells of the round itself."""
    at = {(m.sentence.number, m.token.i) for m in r.mentions}
    meets = (c for c in told if c.kind == "meet" and at & {(c.sentence.number, t.i) for t in (c.token, c.head) if t})
    return _highest(meets)


def _others(r: Round, told: list[Candidate]) -> dict[str, float]:
    """The highest log-odds of each party to act in the sentences of a round in any other way."""
    return _highest(c for c in told if c.kind != "meet" and c.score >= confidence.UNLIKELY)


def _highest(acts: Iterable[Candidate]) -> dict[str, float]:
    found: dict[str, float] = {}
    for c in acts:
        for code, p in c.acting.items():
            odds = max(-_BEYOND, min(_BEYOND, log_odds(p)))
            found[code] = max(odds, found.get(code, -_BEYOND))
    return found


def _known(code: str, r: Round, reading: Reading) -> set[str]:
    """What is known of a party apart from where the sentences name it."""
    discourse = reading.discourse
    size = min(len(r.parties), 3)
    marks = {"bias", f"rules={size}", f"state={len(code) == 3 and code.isupper()}", f"ordinal={bool(r.ordinal)}"}
    if code in r.parties:
        marks |= {"rule", f"rule:{size}", f"rule@{min(r.parties.index(code), 3)}"}
    else:
        marks |= {"not rule", f"not rule:{size}"}
    if discourse.talks:
        marks |= {f"talks:{code in discourse.talks}", f"talks:{code in discourse.talks}:{size}"}
    if code in reading.titled:
        marks |= {"title", f"title:{size}"}
    ranking = discourse.cast.ranking[:4]
    marks.add(f"rank:{ranking.index(code) if code in ranking else 4}")
    host = names.places().get(r.place) if r.place else None
    if host and host[0] == code:
        marks.add("host")
    return marks


def _named(code: str, r: Round, named: dict[int, list[tuple[Token, list[str]]]]) -> set[str]:
    """Where the sentences of a round name a party, seen from its mentions."""
    marks: set[str] = set()
    there = 0
    for m in r.mentions:
        tokens = [token for token, codes in named.get(m.sentence.number, ()) if code in codes]
        there += bool(tokens)
        for token in tokens:
            distance = abs(token.i - m.token.i)
            marks |= {
                "named:before" if token.i < m.token.i else "named:after",
                f"near:{0 if distance < 3 else 1 if distance < 7 else 2 if distance < 15 else 3}",
                f"path:{parts.path(token, m.token)}",
            }
    return marks | {f"there:{'none' if not there else 'all' if there == len(r.mentions) else 'some'}"}
