"""What the encoder's view of a sentence (`context`) adds to the acts that rules propose, and the acts it proposes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from detente.acts import Candidate, affected
from detente.context import KINDS
from detente.grammar import shared
from detente.links import Hanging
from detente.mood import mood
from detente.speech import speaker_of

if TYPE_CHECKING:
    from detente.context import View
    from detente.language import Sentence
    from detente.tree import Token, Tree
    from detente.who import Discourse

#: How candidates are called that no rule proposed.
RULE = "context"
#: Log-odds from which on an act or a link is worth proposing; beyond which a piece belongs to what an act is about
#: (tried: -2.5 to 0.3; shares of right wordings 0.79, 0.80, 0.72; with the encoder of now -1.8 to -0.6, 0.85 all), or to a side of a link.
WORTH, ABOUT, SIDE = -2.2, -1.0, -1.5


def heed(c: Candidate, view: View, together: list[Candidate]) -> None:
    """Writes into a candidate what the encoder makes of it, and of every party named beside it.

    Of a party that is named twice the better log-odds count. Where one word tells several acts ("offers to open the
    port and to build a bridge"), each keeps the wording that grammar gives it; `together` are all acts of the sentence.
    """
    c.whole = view.told(f"act {c.kind}")
    here = view.at(f"act {c.kind}", c.token.idx)
    c.sense = c.whole if here is None else here
    several = sum(o.token is c.token and o.kind == c.kind for o in together) > 1
    c.wording = None if several else _wording(c, view)
    c.peaks = view.height(f"actor {c.kind}"), view.height(f"target {c.kind}"), view.height(f"about {c.kind}")
    c.seats = {}
    for token, codes in c.at_hand.named if c.at_hand is not None else ():
        acts, acted_on = view.at(f"actor {c.kind}", token.idx), view.at(f"target {c.kind}", token.idx)
        if acts is not None and acted_on is not None:
            for code in codes:
                before = c.seats.get(code, (acts, acted_on))
                c.seats[code] = max(before[0], acts), max(before[1], acted_on)


def _wording(c: Candidate, view: View) -> tuple[int, int] | None:
    """What an act is about: as rules word it where the encoder sees nearly as much in that, else as it words it."""
    head = f"about {c.kind}"
    run = stretch(c.sentence, view, head, c.token)
    if c.content is None or run is None:
        return run
    if run[0] <= c.content[0] and c.content[1] <= run[1] and run[0] <= c.token.i < c.content[0]:
        return c.content  # "rejected the corridor and offered the port": what tells the act is no part of it
    if c.token.i < c.content[0] and c.content[1] < run[0]:
        return c.content  # … and neither is what another act is about, further on
    doc = c.token.doc
    ruled, seen = (view.mass(head, doc[a].idx, doc[z].idx + len(doc[z]), NEARLY[0]) for a, z in (c.content, run))
    return c.content if seen < LITTLE or ruled >= NEARLY[1] * seen else run


#: Beyond which log-odds a piece speaks for a wording, and which share of the other wording's sum is as good
#: (tried: -2 to 0, and 0.2 to 1; shares of right wordings 0.76 to 0.79 on dev).
NEARLY = -1.0, 0.6
#: With less than this in all the encoder does not know.
LITTLE = 2.0


def candidates(sentence: Sentence, discourse: Discourse, found: list[Candidate], view: View) -> Iterator[Candidate]:
    """Acts that the sentence likely tells although no rule proposes one of their kind."""
    proposed = {c.kind for c in found if not c.mood.blocked and not c.mood.denied}
    for kind in KINDS:
        if kind in proposed or view.told(f"act {kind}") < WORTH:
            continue
        token = token_at(sentence.doc, view.peak(f"act {kind}")) if sentence.doc else None
        if token is None or any(c.kind == kind and abs(c.token.i - token.i) <= 1 for c in found):
            continue  # or a rule has proposed just that, though not as done
        content = stretch(sentence, view, f"about {kind}", token)
        speaker = speaker_of(token, sentence, discourse)
        yield Candidate(
            kind, token, sentence, RULE, RULE, mood(token), [],
            affected(kind, token, content, sentence, discourse, speaker), content, said_by=speaker,
        )  # fmt: skip


def hangings(sentence: Sentence, view: View, found: list[Hanging]) -> Iterator[Hanging]:
    """A link that the sentence likely tells although no connector proposes one with much the same sides."""
    if sentence.doc is None or view.told("hanging") < WORTH:
        return
    what, on = (_side(sentence.doc, view, side) for side in ("what", "on"))
    if what is None or on is None or not (what[1] < on[0] or on[1] < what[0]):
        return
    if not any(_alike(h.what, what) and _alike(h.on, on) for h in found):
        yield Hanging(what, on, "condition", sentence.doc[on[0]], sentence, RULE)


def _side(doc: Tree, view: View, side: str) -> tuple[int, int] | None:
    """The tokens that the encoder takes for a side of a link."""
    run = view.run(side, bound=SIDE)
    return None if run is None else tokens(doc, *run)


def _alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches of tokens have more in common than not."""
    return 2 * shared(one, other) > max(one[1] - one[0], other[1] - other[0]) + 1


def stretch(sentence: Sentence, view: View, head: str, near: Token | None = None) -> tuple[int, int] | None:
    """The tokens [first, last] that the encoder takes for what something is about."""
    run = view.run(head, near.idx if near is not None else None, ABOUT)
    if run is None or sentence.doc is None:
        return None
    dateline = _DATELINE.match(sentence.text)
    start = max(run[0], dateline.end() if dateline else 0)
    found = tokens(sentence.doc, start, run[1])
    while found is not None and found[0] < found[1] and sentence.doc[found[1]].tag_ in _LEADING:
        found = found[0], found[1] - 1
    return found


#: Words that only lead to what follows: "a ceasefire in", "autonomy, over which".
_LEADING = frozenset(["IN", "TO", "DT", "CC", "PRP$", "WDT", "WP", "WRB"])
#: "GENEVA, May 7 (Wire) -- " is no part of what a sentence tells.
_DATELINE = re.compile(r"[A-Z][^.!?\n]{0,60}? --? ")


def tokens(doc: Tree, start: int, end: int) -> tuple[int, int] | None:
    """The first and last token of a stretch of characters, bare of punctuation at its ends."""
    inside = [t.i for t in doc if t.idx < end and t.idx + len(t) > start]
    while inside and doc[inside[0]].is_punct:
        del inside[0]
    while inside and doc[inside[-1]].is_punct:
        del inside[-1]
    return (inside[0], inside[-1]) if inside else None


def token_at(doc: Tree, start: int) -> Token | None:
    """The token that holds a character."""
    return next((t for t in doc if t.idx <= start < t.idx + len(t)), None)
