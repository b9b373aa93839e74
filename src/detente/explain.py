"""Why an entry is in the record: the trigger, the slots, the mood and the score behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente import confidence
from detente.view import clean

if TYPE_CHECKING:
    from detente.acts import Candidate
    from detente.language import Sentence
    from detente.reader import Reading


def explain(reading: Reading, number: int) -> str:
    """What the reader saw in a sentence, numbered from 1, and what it made of it.

    Raises IndexError where the report has no such sentence.
    """
    from detente.reader import Bounds, entries

    found = entries(reading)
    likely, bounds = {id(c): p for c, p in found.acts}, Bounds.of(reading)
    sentence = reading.sentences[number - 1]
    parts = [f"[{number}] {clean(sentence.text)}", ""]
    if sentence.doc is None:
        return "\n".join([*parts, _unparsed(sentence)])
    together = [c for c in reading.candidates if c.sentence.number == number]
    for c in sorted(together, key=lambda c: -likely[id(c)]):
        parts += _candidate(c, together, reading, likely[id(c)], likely[id(c)] >= bounds.of_act(c))
    for h, link in zip(reading.links, found.links, strict=True):
        if h.sentence.number == number:
            what, on = (reading.report.text[a:b] for a, b in (h.words(h.what), h.words(h.on)))
            parts += [
                f"link ({h.kind}) {link.confidence:.2f} by {h.rule}",
                f"  what: {clean(what)}",
                f"  on:   {clean(on)}",
                "",
            ]
    for m in reading.mentions:
        if m.sentence.number == number:
            when = f"{m.start or '?'} to {m.end or '?'}" if m.start or m.end else "no date"
            parts += [
                f"meeting named by {m.token.text!r}: {', '.join(m.parties) or 'parties not said'}; {m.place or 'no place'}; {when}; {m.status}",
                "",
            ]
    if len(parts) == 2:
        parts.append("No trigger of the lexicon stands in it.")
    return "\n".join(parts).rstrip()


def _candidate(c: Candidate, together: list[Candidate], reading: Reading, likely: float, kept: bool) -> list[str]:
    start, end = c.about
    mood = ", ".join(sorted(c.mood.labels | ({"denied"} if c.mood.denied else set()))) or "told as a fact"
    weights = confidence.contributions(c, together, reading.links)
    strongest = sorted(weights.items(), key=lambda w: -abs(w[1]))[:5]
    return [
        f"{c.kind} {likely:.2f} {'kept' if kept else 'left out'} by {c.rule} at {c.token.text!r}",
        f"  who:   {', '.join(c.actors) or '–'}",
        f"  whom:  {', '.join(c.targets) or '–'}",
        f"  about: {clean(reading.report.text[start:end]) or '–'}",
        f"  mood:  {mood}" + (f" (under {', '.join(c.mood.over)})" if c.mood.over else ""),
        f"  said by: {', '.join(c.said_by) or 'the report itself'}",
        f"  score: by itself {c.score:.2f}: " + ", ".join(f"{name} {weight:+.2f}" for name, weight in strongest),
        "",
    ]


def _unparsed(sentence: Sentence) -> str:
    from detente.reader import matters

    if matters(sentence):
        return "Not parsed: by its words and those around it, it hardly tells anything (see --no-gate)."
    return "Not parsed: no word of the lexicon that could tell an act stands in it."
