"""Acts that no single word tells: "must", "will not", "will", and what a speaker says of the talks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from detente import grammar
from detente.acts import Candidate, affected, clause_span, matching
from detente.grammar import child, is_verb
from detente.mood import mood
from detente.speech import speaker_of
from detente.tables import cell, rows
from detente.triggers import classes

if TYPE_CHECKING:
    from detente.language import Sentence
    from detente.links import Hanging
    from detente.tree import Token
    from detente.who import Discourse

_MUST = frozenset(["must", "should", "ought"])
_NEED = frozenset(["has", "have", "had", "need", "needs", "needed"])
_WILL = frozenset(["will", "'ll", "wo", "shall", "would", "'d"])
_CAN = frozenset(["can", "could", "ca"])
_WANT = frozenset(
    "want wants wanted intend intends intended plan plans planned wish wishes accept tolerate allow".split()
)
#: Verbs that a "will" in front of makes a forecast, not an undertaking.
_STATES = frozenset(
    """be have become remain depend take happen occur begin start last lead bring come result mean seem
        appear need know see find fail prove lose win die fall rise grow cause suffer face prolong cost risk
        get feel want think hold open resume end focus include cover expire arrive run meet talk visit
        discuss attend travel""".split()
)


def candidates(sentence: Sentence, discourse: Discourse) -> Iterator[Candidate]:
    """Acts by construction in a parsed sentence; `acts.candidates` gives those by word."""
    if sentence.doc is None:
        return
    for verb in sentence.doc:
        if not is_verb(verb):
            continue
        found = _must(verb, sentence, discourse) or _will(verb, sentence, discourse) or _kept(verb, sentence, discourse)
        if found is not None:
            yield found


def _must(verb: Token, sentence: Sentence, discourse: Discourse) -> Candidate | None:
    """ "Mobutu must quit power", said by somebody, is that party's demand."""
    modal = next((c for c in verb.children if c.dep_ == "aux" and c.lower_ in _MUST), None)
    needs = verb.dep_ == "xcomp" and verb.head.lower_ in _NEED and any(c.tag_ == "TO" for c in verb.children)
    if modal is None and not needs:
        return None
    clause = verb if modal is not None else verb.head
    speaker = speaker_of(clause, sentence, discourse)
    if not speaker:
        return None
    own = child(clause, *grammar.SUBJECTS)
    subject = discourse.who(own, sentence) if own is not None else []
    targets = [c for c in subject if c not in speaker]
    told = mood(clause)
    told.labels.discard("urged")
    return Candidate(
        "demand", verb, sentence, f"construction {(modal or clause).lower_!r}", "must", told,
        list(speaker), targets, clause_span(clause, []), said_by=list(speaker),
    )  # fmt: skip


def _will(verb: Token, sentence: Sentence, discourse: Discourse) -> Candidate | None:
    """Refusals and undertakings: "We will not stop", "Israel would show restraint"."""
    aux = next((c for c in verb.children if c.dep_ == "aux" and c.lower_ in _WILL | _CAN), None) or _bound_to(verb)
    denied = grammar.negated(verb)
    wants = denied and verb.lower_ in _WANT and any(c.lower_ in ("do", "does", "did") for c in verb.children)
    if aux is None and not wants:
        return None
    subject = grammar.raised_subject(verb)
    if grammar.passive(verb):
        return _ordain(verb, aux, sentence, discourse) if aux is not None and not denied else None
    if subject is None:
        return None
    actors = discourse.who(subject, sentence)
    if denied:
        return _refuse(verb, wants, actors, sentence, discourse)
    return _undertake(verb, aux, actors, sentence, discourse) if aux is not None else None


def _kept(verb: Token, sentence: Sentence, discourse: Discourse) -> Candidate | None:
    """What a party has done that it had promised: "published the list that it had promised", "withdrew, as agreed"."""
    if verb.tag_ not in ("VBD", "VBN", "VBZ", "VBP") or verb.dep_ == "relcl":
        return None
    subject = grammar.subject(verb)
    done = subject if grammar.passive(verb) else grammar.direct_object(verb)
    promise = next((t for t in _after(verb, done) if _promises(t)), None)
    if promise is None or grammar.negated(promise):
        return None
    told, trigger = mood(verb), matching(verb)
    if told.blocked or told.planned or (trigger is not None and trigger.kind not in ("comply", "concede")):
        return None
    doer = grammar.agent(verb) or grammar.subject(promise) if grammar.passive(verb) else subject
    actors = discourse.who(doer, sentence) if doer is not None else []
    span = clause_span(verb, [])
    return Candidate("comply", verb, sentence, "construction 'as promised'", "as promised", told, actors, [], span)


def _after(verb: Token, done: Token | None) -> Iterator[Token]:
    """Where the word of a promise may stand: in a clause on what is done, after "what", after "as"."""
    for token in done.doc[done.left_edge.i : done.right_edge.i + 1] if done is not None else ():
        if token.dep_ == "relcl" and _had(token):
            yield token
    for token in verb.children:
        if token.dep_ in ("ccomp", "dobj") and any(c.lower_ == "what" for c in token.children) and _had(token):
            yield token
        if token.dep_ == "advcl" and any(c.lower_ == "as" for c in token.children):
            yield token
        if token.dep_ == "prep" and token.lower_ == "as":
            yield from token.children


def _had(verb: Token) -> bool:
    """Whether a verb tells what was done before: "had promised"."""
    return any(c.dep_ == "aux" and c.lower_ in ("had", "'d", "has", "have") for c in verb.children)


def _promises(token: Token) -> bool:
    """Whether a verb tells of a promise or an accord."""
    trigger = matching(token) if is_verb(token) else None
    return trigger is not None and trigger.kind in ("pledge", "agree")


def _bound_to(verb: Token) -> Token | None:
    """The word that makes an infinitive a plan: "is to send", "are due to sign"."""
    over = verb.head
    if verb.dep_ != "xcomp" or not any(c.tag_ == "TO" for c in verb.children) or verb.i < over.i:
        return None
    if over.lower_ in _DUE:
        return over
    complete = any(c.dep_ in ("acomp", "attr", "expl", "dobj") for c in over.children)
    return over if over.lower_ in _IS and not complete else None


_IS = frozenset(["is", "are", "was", "were", "'s", "'re", "am", "'m"])
_DUE = frozenset(["due", "set", "slated", "scheduled"])


def _refuse(verb: Token, wants: bool, actors: list[str], sentence: Sentence, discourse: Discourse) -> Candidate | None:
    """What a party says it will not, cannot or does not want to do."""
    trigger = matching(verb)
    if trigger is not None and trigger.kind in ("reject", "accuse"):
        return None
    told = mood(verb)
    told.denied = False
    told.labels -= {"planned", "possible"}
    wanted = (grammar.clause(verb) or grammar.direct_object(verb)) if wants else None
    first, last = clause_span(wanted or verb, [])
    span = (verb.i if wanted is None else first, last)
    return Candidate(
        "reject", verb, sentence, f"construction 'not {verb.lower_}'",
        "will not be" if verb.lower_ in _STATES else "will not", told,
        actors, affected("reject", verb, span, sentence, discourse, actors), span,
    )  # fmt: skip


#: Kinds whose own trigger says more than the "will" before it.
_OWN = frozenset("meet pledge demand assess threaten reject mediate".split())


def _undertake(
    verb: Token, aux: Token, actors: list[str], sentence: Sentence, discourse: Discourse
) -> Candidate | None:
    """What a party says it will do, unless the verb makes it a forecast."""
    trigger = matching(verb)
    if aux.lower_ in _CAN or verb.lower_ in _STATES or verb.dep_ == "relcl":
        return None
    if trigger is not None and trigger.kind in _OWN:
        return None
    told = mood(verb)
    told.labels.discard("planned")
    content = (verb.i, clause_span(verb, [])[1])
    return Candidate(
        "pledge", verb, sentence, f"construction {aux.lower_!r}", "will", told,
        actors, affected("pledge", verb, content, sentence, discourse, actors), content,
    )  # fmt: skip


def _ordain(verb: Token, aux: Token, sentence: Sentence, discourse: Discourse) -> Candidate | None:
    """What a party says will be done: "a transition government would be formed, he added"."""
    speaker = speaker_of(verb, sentence, discourse)
    by = discourse.who(grammar.agent(verb), sentence)
    if aux.lower_ in _CAN or not (speaker or by) or verb.dep_ in ("relcl", "advcl") or verb.lower_ in _STATES:
        return None
    told = mood(verb)
    told.labels.discard("planned")
    subject = child(verb, *grammar.SUBJECTS)
    first = subject.left_edge.i if subject is not None else verb.i
    return Candidate(
        "pledge", verb, sentence, f"construction '{aux.lower_} be {verb.lower_}'", "will be done", told,
        by or list(speaker), [], (first, clause_span(verb, [])[1]), said_by=list(speaker),
    )  # fmt: skip


def verdict(sentence: Sentence, discourse: Discourse) -> Candidate | None:
    """What a speaker says of the talks where no other word tells an act: an `assess`.

    "This is a historic occasion", "no conclusion has been reached".
    """
    if sentence.doc is None:
        return None
    root = next(t for t in sentence.doc if t.dep_ == "ROOT")
    clause = root
    if speech := _said(root):
        clause = speech
    speaker = speaker_of(clause, sentence, discourse)
    if not speaker or not is_verb(clause):
        return None
    words = sentence.words
    if not (words & classes()["talks"] or words & classes()["verdict"] or words & classes()["accord"]):
        return None
    told = mood(clause)
    return Candidate(
        "assess", clause, sentence, "construction: a speaker's verdict", "verdict", told,
        list(speaker), [], clause_span(clause, []), said_by=list(speaker),
    )  # fmt: skip


@cache
def tones() -> tuple[dict[str, list[tuple[str, str]]], int]:
    """Stems by which a statement may be an act, each with its kinds, and the longest stem, from `tones.tsv`."""
    found: dict[str, list[tuple[str, str]]] = {}
    for r in rows("tones", "kind stems"):
        for stem in cell(r["stems"]):
            found.setdefault(stem, []).append((r["kind"], stem))
    return found, max(map(len, found))


def toned(words: Iterable[str]) -> dict[str, list[str]]:
    """For each kind the stems that words begin with; stems of up to four letters must be whole words."""
    stems, longest = tones()
    found: dict[str, list[str]] = {}
    for word in words:
        told = list(stems.get(word, ()))
        for n in range(5, min(len(word), longest + 1)):
            told += stems.get(word[:n], ())
        for kind, stem in told:
            if stem not in found.setdefault(kind, []):
                found[kind].append(stem)
    return found


def statements(sentence: Sentence, discourse: Discourse, found: list[Candidate]) -> Iterator[Candidate]:
    """What a speaker says, weighed as an act of each kind that its words allow.

    "What right have they to speak" is a reproach, "the job should be left empty" a proposal; only
    kinds that no trigger of the sentence tells are tried.
    """
    if sentence.doc is None:
        return
    root = next(t for t in sentence.doc if t.dep_ == "ROOT")
    clause = _said(root) or root
    if not is_verb(clause):
        return
    speaker = speaker_of(clause, sentence, discourse)
    if not speaker:
        return
    told = {c.kind for c in found if c.trigger != "verdict"}
    span = clause_span(clause, [])
    whom = affected("accuse", clause, span, sentence, discourse, speaker)
    for kind, cues in toned(t.lower_ for t in clause.doc[span[0] : span[1] + 1]).items():
        if kind in told:
            continue
        candidate = Candidate(
            kind, clause, sentence, "construction: a speaker's statement", "statement", mood(clause),
            list(speaker), list(whom), span, said_by=list(speaker),
        )  # fmt: skip
        candidate.cues = _cues(clause, cues, speaker, sentence, discourse)
        yield candidate


def _cues(clause: Token, stems: list[str], speaker: list[str], sentence: Sentence, discourse: Discourse) -> list[str]:
    """What in a statement speaks for an act: its words, and whether it is about its speaker or another."""
    own = child(clause, *grammar.SUBJECTS)
    about = discourse.who(own, sentence) if own is not None else []
    topic = "own" if set(about) & set(speaker) else "other" if about else "thing" if own is not None else "none"
    modal = next((c.lower_ for c in clause.children if c.dep_ == "aux" and c.tag_ == "MD"), "")
    verdict = clause.lower_ in ("is", "are", "was", "were", "'s", "be")
    return [
        *stems[:6], f"topic {topic}", f"modal {modal}", f"denied {grammar.negated(clause)}",
        f"passive {grammar.passive(clause)}", f"tag {clause.tag_}", f"verdict {verdict}", f"topic {topic} {verdict}",
        f"topic {topic} {modal}", f"topic {topic} {clause.tag_}", f"cues {min(len(stems), 3)}",
    ]  # fmt: skip


def rewards(found: list[Candidate], exchanges: list[Hanging], discourse: Discourse) -> list[Candidate]:
    """What is offered in exchange for what is demanded: a `propose` by those who demand.

    The link is turned: the incentive hangs on the demand being met.
    """
    offers = []
    for link in exchanges:
        demand = next((c for c in found if c.kind == "demand" and c.content is not None
                       and c.content[0] <= link.what[0] and link.token.i <= c.content[1] + 1), None)  # fmt: skip
        if link.kind != "exchange" or link.rule.startswith("verb") or demand is None or not demand.targets:
            continue
        link.what, link.on = link.on, link.what
        offers.append(Candidate(
            "propose", link.token, link.sentence, "construction 'in exchange'", "in exchange", demand.mood,
            list(demand.actors), list(demand.targets), link.what, said_by=list(demand.said_by),
        ))  # fmt: skip
    return offers


#: What is violence or force when done is a threat when announced.
_FORCE = frozenset(["attack", "coerce", "sanction", "mobilize"])


def threats(found: list[Candidate]) -> None:
    """Turns force that is only announced into a `threaten`: "it would tighten the blockade"."""
    for c in found:
        if c.kind in _FORCE and c.mood.planned and not c.mood.blocked and c.actors and c.rule.startswith("verb"):
            c.kind, c.cameo, c.content = "threaten", "130", (c.token.i, clause_span(c.token, [])[1])


def _said(root: Token) -> Token | None:
    from detente.speech import is_speech

    return child(root, "ccomp") if is_speech(root) else None
