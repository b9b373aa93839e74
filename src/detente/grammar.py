"""What a dependency parse says: subjects, objects, clauses, negation, mood. Token in, token out.

Reads spaCy's English labels (ClearNLP style) and Penn tags; knows no word of diplomacy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from detente.days import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from detente.tree import Token

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
CLAUSES = ("ccomp", "xcomp")
#: Verbs whose object does what their complement says ("urged Iran to stop").
OBJECT_CONTROL = frozenset(
    """ask urge press tell order force push call invite allow permit persuade convince coax want get
        encourage advise warn request require expect help let make remind instruct pressure lead enable beg
        implore commit oblige compel prompt appeal allow cause challenge authorize authorise""".split()
)


def is_verb(token: Token) -> bool:
    """A verb by its tag, modals left out."""
    return token.tag_.startswith("VB")


def is_noun(token: Token) -> bool:
    """A noun or a name by its tag."""
    return token.tag_.startswith("NN")


def children(token: Token, *deps: str) -> list[Token]:
    """The children of a token with one of these labels, in order."""
    return [c for c in token.children if c.dep_ in deps]


def child(token: Token, *deps: str) -> Token | None:
    """The first child with one of these labels."""
    return next((c for c in token.children if c.dep_ in deps), None)


def coordinated(head: Token) -> list[Token]:
    """A head with all that is joined to it by "and": "Iran, Iraq and Syria"."""
    found = [head]
    for token in found:  # which grows meanwhile
        if token.children:
            found += [c for c in token.children if c.dep_ == "conj"]
    return found


def passive(verb: Token) -> bool:
    """Whether the verb is in the passive voice; a participle after a noun counts."""
    if child(verb, "auxpass", "nsubjpass"):
        return True
    if torn_off(verb):
        return False
    if verb.tag_ == "VBN" and verb.dep_ in ("acl", "amod") and not child(verb, "aux"):
        return True
    if verb.dep_ == "conj" and verb.tag_ == "VBN" and is_verb(verb.head):
        return not child(verb, *SUBJECTS, "aux", "dobj") and passive(verb.head)
    return False


def torn_off(verb: Token) -> bool:
    """A main verb that the parser took for a participle: "The commission, which …, called on …"."""
    if verb.dep_ != "acl" or verb.tag_ not in ("VBN", "VBD") or verb.head.dep_ != "ROOT" or not is_noun(verb.head):
        return False
    aside = any(c.dep_ in ("relcl", "appos") and c.i < verb.i for c in verb.head.children)
    return aside and verb.i > 0 and verb.nbor(-1).text == "," and agent(verb) is None


def antecedent(token: Token) -> Token:
    """The noun that a relative pronoun stands for; any other token is its own."""
    if token.tag_ not in ("WDT", "WP", "WP$") and token.lower_ != "that":
        return token
    verb = token.head
    while verb.dep_ in ("xcomp", "ccomp", "conj", "prep", "pcomp", "auxpass") and verb.dep_ != "relcl":
        verb = verb.head
    if verb.dep_ == "relcl":
        return verb.head
    return token


def raised_subject(verb: Token) -> Token | None:
    """The grammatical subject of a verb, through control, coordination and relative clauses.

    For a passive it is the one acted on. None where the clause has no subject that can be found.
    """
    for _ in range(12):
        own = child(verb, *SUBJECTS)
        if own is not None and own.dep_ != "expl":
            return antecedent(own)
        head = verb.head
        if head == verb:
            return None
        if verb.dep_ == "acl":
            return head
        if verb.dep_ == "relcl":
            return head if own is None else None
        if verb.dep_ == "xcomp" and (controlled := controller(head)) is not None:
            return controlled
        if verb.dep_ == "pcomp" and head.lower_ in ("of", "for", "from") and charged(head.head):
            return direct_object(head.head)
        if verb.dep_ in ("pcomp", "prep") or (not is_verb(head) and verb.dep_ in ("conj", "advcl", "xcomp", "ccomp")):
            if is_noun(head) and verb.dep_ in ("prep", "xcomp", "ccomp"):
                return owner(head)
            if head.dep_ == "ROOT" and not is_verb(head):
                return child(head, *SUBJECTS)
        verb = head
    return None


#: Verbs after which "of …ing" or "for …ing" is what their object does.
_CHARGES = frozenset(
    """accuse accused accuses accusing blame blamed blames blaming criticise criticised criticising criticize
    criticized criticizing condemn condemned condemning suspect suspected praise praised praising thank thanked
    stop stopped prevent prevented charge charged denounce denounced slam slammed""".split()
)


def charged(verb: Token) -> bool:
    """Whether a verb says of its object what its preposition tells: "accused Norway of breaking …"."""
    return verb.lower_ in _CHARGES and is_verb(verb)


def owner(noun: Token) -> Token | None:
    """Who a noun belongs to: "Seoul's offer", or the subject of the verb that carries it."""
    possessor = child(noun, "poss")
    if possessor is not None:
        return possessor
    if noun.dep_ in ("dobj", "pobj", "attr", "conj", "appos"):
        verb = carrier(noun, ("prep", "conj", "appos", "dobj"))
        if verb is not None and not passive(verb):
            return raised_subject(verb)
    return None


def verb_over(token: Token) -> Token | None:
    """The nearest verb that a token stands under, whatever is between; None where there is none."""
    return next((t for t in ancestors(token) if is_verb(t)), None)


def carrier(noun: Token, through: tuple[str, ...]) -> Token | None:
    """The verb that a noun hangs on, through governors with these labels: "made an offer", "began a round of talks"."""
    node = noun.head
    while node.dep_ in through and not is_verb(node) and node.head != node:
        node = node.head
    return node if is_verb(node) else None


def controller(verb: Token) -> Token | None:
    """The object that controls the complement of a verb such as "urge"."""
    if stem(verb) not in OBJECT_CONTROL:
        return None
    if passive(verb):
        return child(verb, "nsubjpass")
    found = child(verb, "dobj", "dative")
    if found is not None:
        return found
    for prep in children(verb, "prep"):
        if prep.lower_ in ("on", "upon", "to", "for"):
            return child(prep, "pobj")
    return None


def stem(token: Token) -> str:
    """A rough lemma, good enough to look a verb up in OBJECT_CONTROL."""
    word = token.lower_
    for tail, put in (("ied", "y"), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(tail) and len(word) - len(tail) >= 3:
            base = word[: -len(tail)] + put
            for option in (base, base + "e", base[:-1] if base[-1:] == base[-2:-1] else base):
                if option in OBJECT_CONTROL:
                    return option
    return {"told": "tell", "got": "get", "made": "make", "led": "lead"}.get(word, word)


def agent(verb: Token) -> Token | None:
    """Who does it in a passive: "by the rebels"."""
    by = child(verb, "agent")
    if by is None:
        by = next((p for p in children(verb, "prep") if p.lower_ == "by"), None)
    if by is None:
        return None
    visiting = child(by, "pcomp")  # "by visiting US envoy X", which parsers take for a verb
    return child(by, "pobj") or (child(visiting, "dobj") if visiting is not None else None)


def subject(verb: Token) -> Token | None:
    """Who does what the verb says, whatever its voice."""
    return agent(verb) if passive(verb) else raised_subject(verb)


def direct_object(verb: Token) -> Token | None:
    """Whom or what the verb acts on, whatever its voice."""
    if passive(verb):
        if verb.dep_ == "acl" and child(verb, "nsubjpass") is None:
            return verb.head
        return raised_subject(verb)
    found = child(verb, "dobj", "oprd")
    if found is not None:
        return antecedent(found)
    if verb.dep_ == "relcl" and child(verb, *SUBJECTS) is not None:
        gap = not any(c.tag_ in ("WDT", "WP") and c.dep_ in SUBJECTS for c in verb.children)
        return verb.head if gap and child(verb, *CLAUSES) is None else None
    return None


def clause(token: Token) -> Token | None:
    """The clause that says what: complement of a verb, or "to …"/"that …" after a noun."""
    found = child(token, "ccomp", "xcomp")
    if found is None:
        found = next(
            (c for c in token.children if c.dep_ in ("acl", "advcl", "relcl") and _infinitive(c)),
            None,
        )
    if found is None and is_verb(token):  # "promised in a letter to cut …"
        inner = (child(p, "pobj") for p in children(token, "prep"))
        found = next(
            (c for n in inner if n is not None for c in n.children if c.dep_ == "acl" and _infinitive(c)),
            None,
        )
    if found is None and not is_verb(token):
        found = next((c for c in token.children if c.dep_ in ("acl", "relcl", "ccomp") and _that(c)), None)
    return found


def _infinitive(verb: Token) -> bool:
    return any(c.tag_ == "TO" and c.dep_ == "aux" for c in verb.children)


def _that(verb: Token) -> bool:
    return any(c.lower_ == "that" and c.dep_ == "mark" for c in verb.children)


def preposition(token: Token, *names: str) -> Token | None:
    """The preposition child with one of these names, also the particle's own preposition; "on Friday" is none."""
    for c in token.children:
        if c.dep_ in ("prep", "dative", "agent", "prt") and c.lower_ in names and not dates_it(c):
            return c
    return None


def dates_it(preposition: Token) -> bool:
    """Whether a preposition only says when: "on Friday", "in May"."""
    when = child(preposition, "pobj")
    return when is not None and when.text in _DAYS


_DAYS = WEEKDAYS.keys() | MONTHS.keys()


def prepositional(token: Token, *names: str) -> Token | None:
    """What stands after a preposition: "with Seoul" -> Seoul; a clause after it counts."""
    found = preposition(token, *names)
    return child(found, "pobj", "pcomp") if found is not None else None


def auxiliaries(verb: Token) -> list[str]:
    """The auxiliaries of a verb in lower case, shared ones of a coordination too."""
    own = [c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if not own and verb.dep_ == "conj" and is_verb(verb.head) and child(verb, *SUBJECTS) is None:
        return auxiliaries(verb.head)
    return own


def negated(token: Token) -> bool:
    """Whether the token itself is denied: not, never, no, neither, without, nor."""
    for c in token.children:
        if c.dep_ == "neg" or c.lower_ in ("never", "neither", "nor", "no", "hardly", "scarcely"):
            return True
    own = child(token, *SUBJECTS) if is_verb(token) else None
    if own is not None and any(c.lower_ in ("no", "neither", "nobody") for c in [own, *own.children]):
        return True
    obj = child(token, "dobj") if is_verb(token) else None
    if obj is not None and any(c.lower_ == "no" and c.dep_ in ("det", "neg") for c in obj.children):
        return True
    return token.dep_ == "pcomp" and token.head.lower_ == "without"


def describes(noun: Token, offices: frozenset[str]) -> bool:
    """Whether a noun only tells what an office is for: "chief delegate to the talks"."""
    prep = noun.head
    return (
        noun.dep_ == "pobj"
        and prep.dep_ == "prep"
        and prep.lower_ in ("to", "at", "for")
        and prep.head.lower_ in offices
    )


def equated(a: Token, b: Token) -> bool:
    """Whether a copula equates two nouns: "the talks were the 16th meeting"."""
    first, second = sorted((a, b), key=lambda t: t.i)
    return first.head == second.head and first.dep_ == "nsubj" and second.dep_ == "attr"


def ancestors(token: Token) -> Iterator[Token]:
    """The governors of a token, nearest first."""
    while token.head != token:
        token = token.head
        yield token


def span(token: Token, *, without: tuple[Token | None, ...] = ()) -> tuple[int, int]:
    """Token indices [first, last] of a phrase, leaving out the subtrees of `without`."""
    out = {t.i for w in without if w is not None for t in w.subtree}
    inside = [t.i for t in token.subtree if t.i not in out]
    # a phrase is contiguous: keep the stretch that holds its head
    first = last = token.i
    held = set(inside)
    while first - 1 in held:
        first -= 1
    while last + 1 in held:
        last += 1
    return first, last


def shared(one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many tokens two stretches [first, last] have in common."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]) + 1)


def names_round(token: Token) -> bool:
    """Whether a noun only says what a round is of: "a round of talks", "another round of reunions"."""
    over = token.head.head
    return token.dep_ == "pobj" and token.head.lower_ == "of" and over.lower_ in _ROUNDS


_ROUNDS = frozenset("round rounds session sessions series phase day days hours".split())
