"""How likely a candidate is right: a small logistic model over what was found about it.

The weights stand in `lexicon/weights.json`, made by `benchmarks/train.py` from annotated reports;
reading them and adding up is all that happens here.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from detente import features, grammar, odds, parts, sensing
from detente.record import AWAY_KINDS
from detente.triggers import heads

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.context import View
    from detente.links import Hanging
    from detente.reader import Reading
    from detente.sightings import Sightings


@cache
def weights() -> dict[str, dict[str, float]]:
    """The weights of the models by name ("act", "link"); empty where none were trained."""
    path = resources.files("detente") / "lexicon" / "weights.json"
    found: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def probability(known: features.Features, model: str) -> float:
    """The probability that a model gives to a set of features."""
    table = weights().get(model, {})
    total = math.fsum([value * table[name] for name, value in known.items() if name in table])  # whatever their order
    return odds.probability(total)


def known(c: Candidate, together: list[Candidate], links: list[Hanging]) -> features.Features:
    """What is known of an act, with what the encoder makes of it, where it saw the sentence."""
    found = features.act(c, together)
    if c.sense is None or c.whole is None:
        return found
    found |= features.sensed(c, together)
    if unasserted(c):
        found |= {"unasserted": 1.0, f"unasserted={c.kind}": 1.0}
    if mentioned(c, together, links):
        found |= {"mentioned": 1.0, f"mentioned={c.kind}": 1.0}
    return found


def model(name: str, c: Candidate) -> str:
    """Which model weighs a candidate: the one that heeds the encoder, or the one that does without."""
    return name if c.sense is not None else f"{name} alone"


def score(reading: Reading) -> None:
    """Gives every candidate of a reading its score, and drops what tells the same act twice."""
    by_sentence: dict[int, list[Candidate]] = {}
    for candidate in reading.candidates:
        by_sentence.setdefault(candidate.sentence.number, []).append(candidate)
    hangings: dict[int, list[Hanging]] = {}
    for hanging in reading.links:
        hangings.setdefault(hanging.sentence.number, []).append(hanging)
    few = len(reading.sentences) < FEW
    for number, all_here in by_sentence.items():
        links = hangings.get(number, [])
        together = [c for c in all_here if not c.cues]
        for statement in (c for c in all_here if c.cues):
            statement.score = probability(features.statement(statement, together), "statement")
        for candidate in together:
            if candidate.kind in AWAY_KINDS:
                candidate.score = _away(candidate)
            elif candidate.rule == sensing.RULE:
                candidate.score = probability(features.heard(candidate, together), "heard")
            elif _impossible(candidate, together, links):
                candidate.score = 0.02
            else:
                candidate.score = _told(candidate, together, links, few)
    for hanging in reading.links:
        hanging.score = _hanging(hanging, reading.views.get(hanging.sentence.number), few)
    _once_linked(reading.links)
    for sentence in by_sentence.values():
        _once(sentence)
        for candidate in sentence:
            if candidate.kind not in AWAY_KINDS:
                cast_parts(candidate, reading.sightings)
                if candidate.rule == sensing.RULE and not candidate.actors and candidate.kind in _BY_SOMEBODY:
                    candidate.score = min(candidate.score, UNLIKELY)  # nobody does it, and no word tells it
        for candidate in sentence:
            if candidate.kind == "accuse":
                _charge(candidate)
    _seat(reading)


#: Of acts less likely than this nobody needs to know who takes part; a `meet` may still seat a meeting.
UNLIKELY, UNTOLD = 0.15, 0.05
#: How likely the only party that the rules propose must be.
ALONE = 0.3
#: How likely a party must be to sit at a meeting.
SITS = 0.55
#: How likely the act and the part must be together.
TOGETHER = 0.28


def cast_parts(c: Candidate, sightings: Sightings) -> None:
    """Decides who of the parties at hand acts and on whom.

    A party stays when it is likely enough that the act is told and that the party takes part: of an
    act that is itself doubtful only parties that are beyond doubt stay.
    """
    c.reached = list(c.targets)
    if c.at_hand is None or c.score < (UNTOLD if c.kind == "meet" else UNLIKELY) or not weights().get("actor"):
        return
    proposed = list(c.actors)
    pool = parts.pool(c, c.at_hand)
    acts, known = model("actor", c), {code: parts.features(marks, c) for code, marks in pool.items()}
    c.acting = {code: probability(what | sightings.features(code, c, 0), acts) for code, what in known.items()}
    c.actors = [code for code, likely in c.acting.items() if likely * c.score >= TOGETHER]
    if not c.actors and len(proposed) == 1 and c.acting.get(proposed[0], 0.0) >= ALONE:
        c.actors = proposed
    if c.kind != "meet":
        is_acted_on = model("target", c)
        acted_on = {
            code: probability(what | sightings.features(code, c, 1), is_acted_on) for code, what in known.items()
        }
        c.targets = [code for code, likely in acted_on.items() if likely * c.score >= TOGETHER and code not in c.actors]


def _charge(accuse: Candidate) -> None:
    """Who accuses others of a breach has no part in it: "Iceland accused Norway of breaking the accord"."""
    if set(accuse.actors) & set(accuse.targets):
        return
    for breach in (c for c in accuse.of if c.kind == "breach" and set(c.actors) & set(accuse.targets)):
        accusers = [code for code in breach.actors if code in accuse.actors]
        breach.actors = [code for code in breach.actors if code not in accusers]
        breach.targets += [code for code in accusers if code in breach.reached]


def _seat(reading: Reading) -> None:
    """The parties of a mention of a meeting are those of the act that tells of it."""
    met: dict[tuple[int, int], list[str]] = {}
    for c in reading.candidates:
        if c.kind != "meet" or not c.acting:
            continue
        sitting = [code for code, likely in c.acting.items() if likely >= SITS]
        for token in (c.token, c.head):
            if token is not None and (sitting or (c.sentence.number, token.i) not in met):
                met[c.sentence.number, token.i] = sitting
    for m in reading.mentions:
        if len(m.parties) < 2:
            m.parties = met.get((m.sentence.number, m.token.i)) or m.parties


#: Kinds that mean little where nobody is said to do it.
_BY_SOMEBODY = frozenset(["reject", "threaten"])
#: Kinds of which what is denied, planned, hoped for or conditional is no act at all.
_DONE = frozenset(["agree", "comply", "concede"])
_DENIABLE = frozenset(["assess", "meet", "demand", "accuse"])


def unasserted(c: Candidate) -> bool:
    """Whether grammar alone shows that the text does not tell the act as done."""
    if c.mood.denied and c.kind not in _DENIABLE:
        return True
    if c.kind == "agree" and c.mood.labels & {"hoped", "wanted", "refused", "offered"}:
        return True
    if c.kind in _DONE and c.rule.startswith(("verb", "noun")):
        return bool(c.mood.labels & {"planned", "possible", "conditional", "asked", "failed", "purpose", "urged"})
    if c.kind == "assess" and c.content is None:
        return True
    return c.kind == "pledge" and bool(c.mood.labels & {"possible", "conditional", "hoped", "refused"})


#: The encoder has learnt from reports: of fewer sentences than this it sees too little to overrule what rules know.
FEW = 4


def _told(c: Candidate, together: list[Candidate], links: list[Hanging], few: bool) -> float:
    """How likely an act is told; in a text of a few sentences at least as likely as by what rules know of it alone.

    `links` are those of its sentence.
    """
    likely = probability(known(c, together, links), model("act", c))
    if c.sense is None or not few or unasserted(c) or mentioned(c, together, links):
        return likely
    return max(likely, probability(features.act(c, together), "act alone"))


def _hanging(h: Hanging, view: View | None, few: bool) -> float:
    """How likely a link is told; in a text of a few sentences at least as likely as by what rules know of it alone."""
    if view is None:
        return probability(features.link(h), "link alone")
    likely = probability(features.link(h, view), "link")
    return max(likely, probability(features.link(h), "link alone")) if few and h.rule != sensing.RULE else likely


def _impossible(c: Candidate, together: list[Candidate], links: list[Hanging]) -> bool:
    """Whether an act is no act whatever else is known: with the encoder only what the text asks about or imagines."""
    if c.sense is None:
        return unasserted(c) or mentioned(c, together, links)
    return bool(c.mood.labels & _IMAGINED) and c.kind in _DONE | {"pledge"} and unasserted(c)


_IMAGINED = frozenset(["possible", "conditional", "asked", "failed"])


def mentioned(c: Candidate, together: list[Candidate], links: list[Hanging]) -> bool:
    """Whether an act is only spoken of: a role, what a hope or a promise is about, a side of a link.

    "The delegate to the talks", "upbeat about the meeting", "promised another round".
    """
    if c.kind == "meet" and grammar.is_noun(c.token):
        if grammar.describes(c.token, heads()["office"]):
            return True
        over = [o for o in together if c in o.of and o.score > 0.02]
        if any(o.kind == "pledge" for o in over):
            return True
        bare = c.token.i - c.token.left_edge.i <= 1 and c.token.right_edge == c.token
        return bare and any(o.kind == "assess" for o in over)
    if c.kind == "assess" and c.token.dep_ == "relcl":
        return True
    if c.kind in ("assess", "agree"):
        return any(
            h.sentence is c.sentence and h.kind == "contingency" and side[0] <= c.token.i <= side[1]
            for h in links
            for side in (h.what, h.on)
        )
    return False


def _once(together: list[Candidate]) -> None:
    """Of candidates that tell the same act, the likeliest stays."""
    for a in together:
        for b in together:
            if a.kind == b.kind == "meet" and a.token.i < b.token.i and grammar.equated(a.token, b.token):
                a.score, b.score = max(a.score, b.score), 0.0
    together = sorted(together, key=lambda c: -c.score)
    for i, candidate in enumerate(together):
        for better in together[:i]:
            if better.score > 0 and same(candidate, better):
                candidate.score = 0.0
                break


def _once_linked(links: list[Hanging]) -> None:
    """Of links whose sides overlap, the likeliest stays."""
    kept: dict[int, list[Hanging]] = {}
    for h in sorted(links, key=lambda h: -h.score):
        here = kept.setdefault(h.sentence.number, [])
        if any(grammar.shared(h.what, k.what) + grammar.shared(h.what, k.on) and grammar.shared(h.on, k.what) + grammar.shared(h.on, k.on)
               for k in here):  # fmt: skip
            h.score = 0.0
        else:
            here.append(h)


def same(a: Candidate, b: Candidate) -> bool:
    """Whether two candidates of one sentence tell the same act."""
    if a.trigger == "verdict" and b.trigger != "verdict" and b.score >= 0.3 and _inside(a, b) >= 0.6:
        return True
    if a.kind != b.kind:
        return False
    if a.token.i == b.token.i:
        return a.content == b.content
    if a.wording is not None and a.wording == b.wording:
        return True
    if a.head is not None and b.head is not None and a.head.i == b.head.i:
        return True
    return _inside(a, b) >= 0.6 and (a.actors == b.actors or a.kind == "meet" or not a.actors)


def _inside(a: Candidate, b: Candidate) -> float:
    """The share of the shorter of two stretches that both have in common."""
    one, two = a.stretch, b.stretch
    if one is None or two is None:
        return 0.0
    shared = min(one[1], two[1]) - max(one[0], two[0]) + 1
    return shared / (min(one[1] - one[0], two[1] - two[0]) + 1)


def _away(c: Candidate) -> float:
    """The prior of acts away from the table, of which no gold is at hand."""
    if c.mood.blocked or not (c.actors or c.targets):
        return 0.2
    return 0.6 if c.targets and c.actors else 0.45


def contributions(c: Candidate, together: list[Candidate], links: list[Hanging]) -> features.Features:
    """What each feature of an act candidate adds to its log-odds."""
    if c.rule == sensing.RULE:
        table, found = weights().get("heard", {}), features.heard(c, together)
    else:
        table, found = weights().get(model("act", c), {}), known(c, together, links)
    return {name: table[name] * value for name, value in found.items() if name in table}
