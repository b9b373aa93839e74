"""What is known of a candidate, by name: what the models of `confidence` weigh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente import grammar
from detente.mood import governors
from detente.triggers import classes, heads

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.context import View
    from detente.links import Hanging
    from detente.meetings import Round
    from detente.pledges import Undertaking

Features = dict[str, float]
#: Log-odds of the encoder count up to here.
BEYOND = 6.0


def act(c: Candidate, together: list[Candidate]) -> Features:
    """What is known of an act candidate, by name; `together` are those of its sentence."""
    token, kind, mood = c.token, c.kind, c.mood
    found = {
        "bias",
        f"kind={kind}",
        f"trigger={kind}:{c.trigger}",
        f"rule={kind}:{c.rule.split()[0]}",
    }
    for label in mood.labels:
        found |= {f"mood={label}", f"mood={kind}:{label}"}
    if mood.denied:
        found |= {"denied", f"denied={kind}"}
    strong = "weak" if "weak" in c.flags else "strong"
    found |= {strong, f"{strong}={kind}", f"{strong}={c.rule.split()[0]}"}
    if not mood.blocked:
        found |= {
            "plain",
            f"plain={kind}",
            f"plain={strong}",
            f"plain={strong}:{kind}",
            f"plain={strong}:{bool(c.actors)}",
        }
    if mood.modal:
        found.add(f"modal={mood.modal}")
    for word in mood.over[:2]:
        found.add(f"over={governors().get(word, '')}:{kind}")
    found |= {f"dep={token.dep_}", f"dep={kind}:{token.dep_}", f"tag={kind}:{token.tag_}"}
    size = min(len(c.actors), 2)
    found |= {f"actors={size}", f"actors={kind}:{size}"}
    if c.targets:
        found |= {"target", f"target={kind}"}
    if c.said_by:
        found |= {f"said={kind}", f"own={kind}:{c.said_by == c.actors}"}
    else:
        found.add(f"unsaid={kind}")
    quoted = c.sentence.in_quote[0] or c.sentence.text[:1] in '"“'
    found |= {f"quote={quoted}", f"quote={kind}:{quoted}"}
    if c.content is None:
        found.add(f"empty={kind}")
    else:
        found.add(f"length={kind}:{min((c.content[1] - c.content[0]) // 4, 4)}")
    subject = grammar.child(token, *grammar.SUBJECTS) if grammar.is_verb(token) else None
    if subject is not None and subject.tag_ == "PRP":
        found.add(f"pronoun={kind}:{subject.lower_}")
    if grammar.is_noun(token):
        det = next((x.lower_ for x in token.lefts if x.dep_ in ("det", "poss")), "")
        owned = any(x.dep_ == "poss" for x in token.lefts)
        found |= {f"det={kind}:{det if det in ('the', 'a', 'an', 'this', 'no', 'any') else 'poss' if owned else ''}"}
        carrier = token.head
        if carrier.dep_ == "prep" and carrier.head.lower_ in heads()["office"]:
            found.add(f"office={kind}")
        found.add(f"carrier={kind}:{governors().get(carrier.lower_, carrier.dep_)}")
    over = {o.kind for o in together if c in o.of}
    found |= {f"inside={kind}:{o}" for o in over}
    found.add(f"inside={kind}:{bool(over)}")
    rivals = [o for o in together if o.kind == kind and o is not c]
    before = sum(1 for o in rivals if o.token.i < token.i)
    found |= {f"before={kind}:{min(before, 2)}", f"rivals={kind}:{min(len(rivals), 3)}"}
    others = {o.kind for o in together if o is not c and not o.mood.blocked}
    found |= {f"with={kind}:{o}" for o in others}
    found.add(f"alone={kind}:{not others}")
    words = c.sentence.words
    if kind == "assess":
        found |= {f"word={w}" for w in words & classes()["verdict"]}
    found.add(f"talks={kind}:{bool(words & classes()['meeting'] or words & classes()['accord'])}")
    if c.content is not None:
        first = {t.lower_ for t in token.doc[c.content[0] : c.content[0] + 2]}
        found.add(f"further={kind}:{bool(first & _FURTHER)}")
    found.add(f"early={kind}:{c.sentence.number <= 3}")
    found |= {f"report {mark}" for mark in c.setting} | {f"report {mark} {kind}" for mark in c.setting}
    return dict.fromkeys(found, 1.0)


def sensed(c: Candidate, together: list[Candidate]) -> Features:
    """What the encoder makes of an act: of its trigger, of its sentence as a whole, and of other acts of its kind there.

    Log-odds that are high, low or between speak each in their own way, so each has its own share.
    """
    here, whole, about = within(c.sense), within(c.whole), within(c.peaks[2])
    found = {"context": here, "whole": whole, f"context={c.kind}": here, f"whole={c.kind}": whole}
    found |= {"sure": max(0.0, min(here, whole)), "about": about, f"about={c.kind}": about}
    for name, odds in (("context", here), ("whole", whole)):
        found |= high(name, odds) | {f"{name}, hardly": min(0.0, odds + 2)}
    rivals = [within(o.sense) for o in together if o.kind == c.kind and o is not c and o.sense is not None]
    if rivals:
        best = max(rivals)
        found |= {"rival": best, "lead": here - best, f"lead={c.kind}": here - best}
        found[f"first={here >= best} {best > 0}"] = 1.0
    return found


def heard(c: Candidate, together: list[Candidate]) -> Features:
    """What is known of an act that the encoder alone proposes; `together` are the acts of its sentence."""
    kind, mood = c.kind, c.mood
    others = {o.kind for o in together if o.rule != c.rule and not o.mood.blocked}
    size = 0 if c.content is None else c.content[1] - c.content[0] + 1
    quoted = c.sentence.in_quote[0] or c.sentence.text[:1] in '"“'
    found = {
        "bias", f"kind={kind}", f"alone={not others}", f"length={min(size // 4, 4)}", f"quote={quoted}",
        f"said={bool(c.said_by)}", f"denied={mood.denied}", f"blocked={mood.blocked}", f"tag={c.token.tag_}",
        f"early={c.sentence.number <= 3}", f"rival={any(o.kind == kind and o is not c for o in together)}",
    }  # fmt: skip
    found |= {f"with={kind}:{o}" for o in others} | {f"report {mark}" for mark in c.setting}
    return {**dict.fromkeys(found, 1.0), **sensed(c, together)}


def high(name: str, odds: float) -> Features:
    """How far log-odds are beyond even and beyond 2: high ones speak in another way than low ones."""
    return {f"{name}, likely": max(0.0, odds), f"{name}, sure": max(0.0, odds - 2)}


def within(odds: float | None) -> float:
    """Log-odds as far as they count, 0 where there are none."""
    return 0.0 if odds is None else max(-BEYOND, min(BEYOND, odds))


#: Words for what is to come again or anew: "announced more exchanges".
_FURTHER = frozenset("more another further new additional next fresh regular".split())


def statement(c: Candidate, triggered: list[Candidate]) -> Features:
    """What is known of a statement weighed as an act; `triggered` are the acts that words tell beside it."""
    kind = c.kind
    quoted = c.sentence.in_quote[0] or c.sentence.text[:1] in '"“'
    others = {o.kind for o in triggered if not o.mood.blocked and o.trigger != "verdict"}
    found = {"bias", f"kind={kind}", f"quote={kind}:{quoted}", f"alone={kind}:{not others}"}
    found |= {f"cue={kind}:{cue}" for cue in c.cues}
    found |= {f"cue={cue}" for cue in c.cues if " " in cue}
    found |= {f"with={kind}:{o}" for o in others}
    found |= {f"mood={kind}:{label}" for label in c.mood.labels}
    found.add(f"target={kind}:{bool(c.targets)}")
    size = 0 if c.content is None else c.content[1] - c.content[0]
    found.add(f"length={kind}:{min(size // 6, 4)}")
    found |= {f"report {mark}" for mark in c.setting}
    return dict.fromkeys(found, 1.0)


def link(h: Hanging, view: View | None = None) -> Features:
    """What is known of a link candidate, by name, with what the encoder makes of it."""
    quoted = h.sentence.in_quote[0] or h.sentence.text[:1] in '"“'
    size = h.on[1] - h.on[0]
    found = {
        "bias",
        f"rule={h.rule}",
        f"kind={h.kind}",
        f"attach={h.attach}",
        f"quote={quoted}",
        f"short={size < 3}",
        f"parties={min(h.parties, 2)}",
        *(f"report {mark}" for mark in h.setting),
        f"talks={bool(h.sentence.words & classes()['meeting'] or h.sentence.words & classes()['accord'])}",
        f"dep={h.token.dep_}",
    }
    known = dict.fromkeys(found, 1.0)
    if view is not None:
        whole = within(view.told("hanging"))
        what, on = (within(view.mean(name, *h.chars(side))) for name, side in (("what", h.what), ("on", h.on)))
        known |= {"whole": whole, "what": what, "on": on, "sides": max(-4.0, min(what, on)), f"whole {h.rule}": whole}
    return known


def meeting(r: Round, told: Mapping[tuple[int, int], float], views: Mapping[int, View]) -> Features:
    """What is known of a round put together from its mentions; `told` are the scores of the acts that tell of it."""
    best = max((told.get((m.sentence.number, m.token.i), 0.0) for m in r.mentions), default=0.0)
    nouns = [m for m in r.mentions if not grammar.is_verb(m.token)]
    promised, another = any(m.promised for m in r.mentions), any(m.another for m in r.mentions)
    found = {
        "bias", f"told={int(best * 5)}", f"mentions={min(len(r.mentions), 4)}", f"parties={min(len(r.parties), 3)}",
        f"ordinal={bool(r.ordinal)}", f"start={len(r.start)}", f"place={bool(r.place)}", f"nouns={min(len(nouns), 2)}",
        f"unsure={all(m.unsure for m in r.mentions)}", f"definite={any(m.definite for m in r.mentions)}",
        f"another={another}", f"promised={promised}", f"promised={promised} another={another}",
        f"promised={promised} told={best >= 0.4}", f"promised={promised} parties={min(len(r.parties), 2)}",
        f"early={r.mentions[0].sentence.number <= 2}", f"status={r.mentions[0].status}",
        f"outright={any(m.outright for m in r.mentions)}", f"first={r.mentions[0].kind}",
        f"parties={min(len(r.parties), 2)} told={best >= 0.4}", f"start={bool(r.start)} told={best >= 0.4}",
        f"mentions={min(len(r.mentions), 2)} told={best >= 0.4}",
    }  # fmt: skip
    known = {**dict.fromkeys(found, 1.0), "best": best}
    seen = [(m, views[m.sentence.number]) for m in r.mentions if m.sentence.number in views]
    known[f"seen={bool(seen)}"] = 1.0
    if seen:
        known["whole"] = max(within(view.told("talks")) for _, view in seen)
        named = [max(within(view.at("meeting", t.idx)) for t in (m.token, m.core) if t) for m, view in seen]
        known["context"] = max(named)
        known["sure"] = max(
            0.0, *(min(within(v.told("talks")), odds) for (_, v), odds in zip(seen, named, strict=True))
        )
    return known


def pledge(u: Undertaking, view: View | None) -> Features:
    """What is known of an undertaking that an act may leave behind, with what the encoder makes of it."""
    c = u.act
    found = {"bias", f"kind={c.kind}", f"due={bool(u.due)}", f"place={bool(u.place)}", f"short={u.last - u.first < 3}"}
    found |= {f"seen={view is not None}", f"heard={u.heard}", f"heard={u.heard} {c.kind}"}
    known = {**dict.fromkeys(found, 1.0), "score": c.score, f"score {c.kind}": c.score}
    if view is not None:
        whole, inside = within(view.told("promise")), within(view.mean("promised", *u.span))
        known |= {"whole": whole, "inside": inside, f"whole {c.kind}": whole, "sure": max(0.0, min(whole, inside))}
    return known
