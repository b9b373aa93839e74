"""Who speaks: attributions, and quotations that run over several sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detente import grammar
from detente.triggers import classes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detente.language import Sentence
    from detente.tree import Token
    from detente.who import Discourse


_MARKS = re.compile('["“”]')


def mark_quotes(sentences: Iterable[Sentence]) -> None:
    """Sets `in_quote` of each sentence: whether a quotation is open at its start and its end.

    A paragraph that opens with a quotation mark opens anew, as newspapers do.
    """
    inside = False
    paragraph = -1
    for sentence in sentences:
        text = sentence.text
        if sentence.paragraph != paragraph:
            paragraph = sentence.paragraph
            if text[:1] in '"“' or ('"' not in text and "”" not in text):
                inside = False
        before = inside
        for mark in _MARKS.findall(text):
            if mark == '"':
                inside = not inside
            elif mark == "“":
                inside = True
            elif mark == "”":
                inside = False
        sentence.in_quote = (before, inside)


def is_speech(verb: Token) -> bool:
    """A verb of saying."""
    return grammar.is_verb(verb) and verb.lower_ in classes()["said"]


def attribution(sentence: Sentence) -> Token | None:
    """The verb of saying that a sentence's own words hang on, or None; looked for once."""
    if sentence.said is False:
        sentence.said = _attribution(sentence)
    return sentence.said or None


def _attribution(sentence: Sentence) -> Token | None:
    if sentence.doc is None:
        return None
    root = next((t for t in sentence.doc if t.dep_ == "ROOT"), None)
    if root is not None and is_speech(root):
        return root
    return next(
        (t for t in sentence.doc if is_speech(t) and t.dep_ in ("parataxis", "ccomp", "conj", "advcl", "ROOT")
         and grammar.child(t, "nsubj") is not None), None
    )  # fmt: skip


def _sayer(said: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    """Who says it; "he said" after a quotation is the one who spoke last."""
    subject = grammar.subject(said)
    if subject is not None and subject.lower_ in ("he", "she") and discourse.speaker:
        return list(discourse.speaker)
    return discourse.who(subject, sentence)


def speaker_of(token: Token, sentence: Sentence, discourse: Discourse) -> list[str]:
    """The party whose words a clause is: its verb of saying, or the quotation it stands in."""
    for over in (token, *grammar.ancestors(token)):
        if is_speech(over) and over != token:
            found = _sayer(over, sentence, discourse)
            if found:
                return found
            return []
    said = attribution(sentence)
    if said is not None and said != token:
        found = _sayer(said, sentence, discourse)
        if found:
            return found
    if sentence.in_quote[0] or sentence.text[:1] in '"“':
        return list(discourse.speaker)
    according = next((t for t in sentence.doc if t.lower_ == "according"), None) if sentence.doc is not None else None
    if according is not None:
        to = grammar.preposition(according, "to")
        if to is not None:
            return discourse.who(grammar.child(to, "pobj"), sentence)
    return []


def note_speaker(sentence: Sentence, discourse: Discourse) -> None:
    """Remembers who spoke in a sentence, for "we", "I" and the quotation that goes on."""
    said = attribution(sentence)
    if said is not None:
        found = _sayer(said, sentence, discourse)
        if found:
            discourse.speaker = found
    elif not sentence.in_quote[1] and not sentence.in_quote[0] and sentence.text[:1] not in '"“':
        root = next((t for t in sentence.doc if t.dep_ == "ROOT"), None) if sentence.doc is not None else None
        if root is not None:
            subject = grammar.subject(root)
            if subject is not None and (codes := discourse.who(subject, sentence)):
                discourse.speaker = codes
