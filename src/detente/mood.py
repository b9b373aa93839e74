"""Whether something is told as done, planned, wanted, possible, refused or only asked about.

Climbs from a word to the root of its sentence and collects what stands over it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from detente import grammar
from detente.tables import cell, inflections, rows

if TYPE_CHECKING:
    from detente.tree import Token

#: What a governor does to what stands under it; see `moods.tsv`.
MOODS = (
    "told",
    "planned",
    "wanted",
    "offered",
    "refused",
    "failed",
    "hoped",
    "possible",
    "attempted",
    "asked",
    "begun",
)


@dataclass(slots=True)
class Mood:
    """What stands over a word. `over` are the governing words, nearest first."""

    denied: bool = False
    modal: str = ""
    labels: set[str] = field(default_factory=set)
    over: list[str] = field(default_factory=list)
    told_by: Token | None = None

    @property
    def planned(self) -> bool:
        return "planned" in self.labels

    @property
    def blocked(self) -> bool:
        """Whether it is not asserted: imagined, wanted, refused, failed, conditional or asked."""
        return self.denied or bool(self.labels & BLOCKING)


BLOCKING = frozenset("possible wanted offered refused failed hoped conditional asked purpose urged".split())


@cache
def governors() -> dict[str, str]:
    """Word forms of verbs, nouns and adjectives that set a mood, from `moods.tsv`."""
    found: dict[str, str] = {}
    for r in rows("moods", "mood words"):
        for word in cell(r["words"]):
            for form in inflections(word, "v"):
                found.setdefault(form, r["mood"])
    return found


def mood(token: Token) -> Mood:
    """The mood in which a sentence tells what the token names."""
    found = Mood()
    node = token
    if grammar.is_verb(node):
        _own(node, found)
    elif any(c.lower_ in ("no", "any", "neither", "without") for c in node.children):
        found.denied = any(c.lower_ in ("no", "neither") for c in node.children)
        if any(c.lower_ == "any" for c in node.children):
            found.labels.add("possible")
    for _ in range(20):
        head = node.head
        if head == node:
            break
        _step(node, head, found)
        node = head
    if _question(node):
        found.labels.add("asked")
    return found


def _own(verb: Token, found: Mood) -> None:
    """Negation and auxiliaries of the verb itself."""
    if grammar.negated(verb):
        found.denied = not found.denied
    for aux in grammar.auxiliaries(verb):
        if aux in ("may", "might", "could", "can", "ca"):
            found.labels.add("possible")
        elif aux in ("must", "should", "ought"):
            found.labels.add("urged")
        elif aux in ("will", "shall", "'ll", "wo", "would", "'d"):
            found.labels.add("planned")
        else:
            continue
        found.modal = found.modal or aux


#: What hangs on a governor as its complement or its subject, so that its mood counts.
_UNDER = frozenset(
    ["ccomp", "xcomp", "acl", "pcomp", "dobj", "pobj", "nsubjpass", "acomp", "attr", "oprd", "relcl", "prep", "nsubj"]
)
#: Of these, what shares the negation and the auxiliaries of its verb.
_SHARING = _UNDER - {"acl", "pcomp", "acomp", "relcl"}
#: Prepositions that only tell when, where or with whom.
_BESIDE = frozenset(["after", "during", "since", "following", "in", "at", "by", "with", "on"])


def _step(node: Token, head: Token, found: Mood) -> None:
    """What one governor adds."""
    if node.dep_ == "advcl":
        _adverbial(node, head, found)
    elif node.dep_ in _UNDER:
        label = governors().get(head.lower_, "")
        if label and _idle(label, node, head):
            label = ""
        _govern(label, node, head, found)
        _mark(label, node, head, found)
        if node.dep_ in _SHARING and grammar.is_verb(head):
            _share(label, node, head, found)


def _idle(label: str, node: Token, head: Token) -> bool:
    """Whether a word that sets a mood elsewhere sets none where it stands."""
    dep = node.dep_
    if head.dep_ in ("aux", "auxpass") or dep == "relcl":
        return True
    if dep == "acl":
        return node.tag_ in ("VBG", "VBN", "VBD") and not _with_to(node)
    if dep == "nsubj":
        return label != "possible"
    if dep == "nsubjpass":
        return label == "told"
    if dep == "prep" and node.lower_ in _BESIDE and grammar.is_verb(head):
        return True
    return dep in ("prep", "pobj") and node.lower_ in ("despite", "after", "during")


def _govern(label: str, node: Token, head: Token, found: Mood) -> None:
    """The mood that a governor sets, or that it tells what stands under it."""
    if label == "told":
        if node.dep_ in ("ccomp", "xcomp"):
            if _subjunctive(node):
                found.labels.add("wanted")
            found.told_by = found.told_by or head
    elif label and label != "begun":
        found.labels.add(label)
        found.over.append(head.lower_)


def _mark(label: str, node: Token, head: Token, found: Mood) -> None:
    """What small words add: "is to …", "without …", "until …", "whether …", "a plan to …"."""
    dep, word = node.dep_, head.lower_
    if dep == "xcomp" and word in _BE and _with_to(node):
        found.labels.add("planned")
    elif dep == "ccomp" and any(c.lower_ in ("if", "whether") and c.dep_ == "mark" for c in node.children):
        found.labels.add("asked")
    elif dep == "acl" and not label and _with_to(node):
        found.labels.add("purpose")
    elif dep in ("pobj", "pcomp"):
        if word == "without":
            found.denied = True
        elif word in ("until", "before", "unless", "pending"):
            found.labels.add("conditional")


def _share(label: str, node: Token, head: Token, found: Mood) -> None:
    """The negation and the auxiliaries of the verb above; what is told as said has its own."""
    if label == "told" or (head.dep_ == "relcl" and node.dep_ in ("nsubj", "nsubjpass")):
        return
    inner = Mood()
    _own(head, inner)
    found.denied = found.denied != inner.denied
    found.labels |= inner.labels - ({"planned"} if label == "hoped" else set())
    found.modal = found.modal or inner.modal


def _with_to(verb: Token) -> bool:
    return any(c.tag_ == "TO" for c in verb.children)


def _subjunctive(verb: Token) -> bool:
    """ "insisted that Seoul revoke the law": a bare verb after a singular subject."""
    own = next((c for c in verb.children if c.dep_ in grammar.SUBJECTS), None)
    bare = verb.tag_ in ("VB", "VBP") and not grammar.auxiliaries(verb)
    return (
        bare and own is not None and own.tag_ in ("NN", "NNP", "PRP") and own.lower_ not in ("i", "we", "they", "you")
    )


_BE = frozenset("is are was were be been 's 're".split())
_IF = frozenset(["if", "unless", "whether", "until", "once", "provided", "lest"])


def _adverbial(node: Token, head: Token, found: Mood) -> None:
    """An adverbial clause: "if …" is a condition, "to …" a purpose, the rest is told."""
    marks = [c.lower_ for c in node.children if c.dep_ in ("mark", "advmod")]
    if any(m in _IF for m in marks) or ("before" in marks and not grammar.is_verb(head)):
        found.labels.add("conditional")
    elif any(c.tag_ == "TO" and c.dep_ == "aux" for c in node.children):
        label = governors().get(head.lower_, "")
        found.labels.add(label if label in ("planned", "wanted", "refused", "failed", "begun") else "purpose")
        found.labels.discard("begun")


def _question(root: Token) -> bool:
    return root.doc[-1].text == "?" or (len(root.doc) > 1 and root.doc[-1].text in '"”' and root.doc[-2].text == "?")
