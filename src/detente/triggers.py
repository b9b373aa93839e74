"""The words that tell of an act, out of the tables `triggers.tsv`, `kinds.tsv` and `classes.tsv`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from detente.errors import LexiconError
from detente.record import KINDS
from detente.tables import cell, inflections, rows

_POS = frozenset("vna")
_SLOTS = frozenset(
    """obj iobj clause xsubj self pobj about against at between by for from in into of on over to towards toward upon
        with""".split()
)
_FLAGS = frozenset(["joint", "binds", "also", "weak"])


@dataclass(frozen=True, slots=True)
class Kind:
    """The defaults of a kind of act; see `kinds.tsv`."""

    name: str
    target: tuple[str, ...]
    content: tuple[str, ...]
    cameo: str
    planned: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Trigger:
    """One word or phrase of the table: `head` and the words that must go with it."""

    head: str
    rest: tuple[str, ...]
    pos: str
    kind: str
    cameo: str
    target: tuple[str, ...]
    content: tuple[str, ...]
    flags: frozenset[str] = field(default_factory=frozenset)
    object_class: str = ""
    subject_class: str = ""
    needs: str = ""

    @property
    def words(self) -> str:
        return " ".join((self.head, *self.rest))

    @property
    def strictness(self) -> tuple[int, int]:
        """How much a trigger asks for: the strictest one that fits a word wins."""
        return (len(self.rest), bool(self.object_class or self.subject_class or self.needs))


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name. Raises LexiconError on an unknown or a missing kind."""
    found = {}
    for r in rows("kinds", "kind target content cameo planned"):
        if r["kind"] not in KINDS:
            raise LexiconError(f"unknown kind {r['kind']!r}", name="lexicon/kinds.tsv")
        event, _, code = r["planned"].partition(":")
        found[r["kind"]] = Kind(
            r["kind"], tuple(cell(r["target"])), tuple(cell(r["content"])), r["cameo"], (event, code),
        )  # fmt: skip
    if missing := set(KINDS) - set(found):
        raise LexiconError(f"no row for {', '.join(sorted(missing))}", name="lexicon/kinds.tsv")
    return found


@cache
def classes() -> dict[str, frozenset[str]]:
    """Classes of words by name, each with all the word forms of its nouns or verbs; without a part of speech as they stand."""
    return {r["class"]: _forms(r["words"], r["pos"]) for r in rows("classes", "class pos words")}


@cache
def heads() -> dict[str, frozenset[str]]:
    """Classes of nouns that stand for a party (`heads.tsv`), with all their word forms."""
    return {r["class"]: _forms(r["words"], "n") for r in rows("heads", "class words")}


def _forms(words: str, pos: str) -> frozenset[str]:
    return frozenset(form for word in cell(words) for form in (inflections(word, pos) if pos else (word,)))


@cache
def triggers() -> dict[tuple[str, str], list[Trigger]]:
    """All triggers by (word form, part of speech), the strictest first.

    Raises LexiconError, naming the trigger, on an unknown kind, part of speech, slot, flag or class.
    """
    found: dict[tuple[str, str], list[Trigger]] = {}
    for r in rows("triggers", "trigger pos kind cameo target content flags"):
        for words in cell(r["trigger"]):
            trigger = _trigger(words, r)
            forms = inflections(trigger.head, trigger.pos) if trigger.pos in "vn" else {trigger.head}
            for form in forms:
                found.setdefault((form, trigger.pos), []).append(trigger)
    for options in found.values():
        options.sort(key=lambda t: t.strictness, reverse=True)
    return found


@cache
def trigger_forms() -> frozenset[str]:
    """Every word form that a trigger begins with."""
    return frozenset(form for form, _ in triggers())


@cache
def telling_words() -> frozenset[str]:
    """Every word without which no sentence is read: triggers, modals, conditions, talks, verdicts."""
    return trigger_forms().union(*(classes()[name] for name in ("meeting", "accord", "verdict", "binding")))


def _trigger(words: str, r: dict[str, str]) -> Trigger:
    def bad(what: str) -> LexiconError:
        return LexiconError(f"{what} of {words!r}", name="lexicon/triggers.tsv")

    if r["pos"] not in _POS:
        raise bad(f"unknown part of speech {r['pos']!r}")
    if r["kind"] not in kinds():
        raise bad(f"unknown kind {r['kind']!r}")
    kind = kinds()[r["kind"]]
    target, content = tuple(cell(r["target"])), tuple(cell(r["content"]))
    if unknown := {*target, *content} - _SLOTS:
        raise bad(f"unknown slot {', '.join(sorted(unknown))}")
    flags = frozenset(f for f in r["flags"].split() if ":" not in f)
    if odd := flags - _FLAGS:
        raise bad(f"unknown flag {', '.join(sorted(odd))}")
    named = dict(f.split(":", 1) for f in r["flags"].split() if ":" in f)
    for key, name in named.items():
        if key not in ("object", "subject", "needs") or (key != "needs" and name not in _class_names()):
            raise bad(f"unknown flag {key}:{name}")
    parts = words.split()
    if r["pos"] == "n":  # a noun phrase ends with its head: "phone call"
        parts = [parts[-1], *parts[:-1]]
    return Trigger(
        parts[0], tuple(parts[1:]), r["pos"], r["kind"], r["cameo"] or kind.cameo,
        target or kind.target, content or kind.content, flags,
        named.get("object", ""), named.get("subject", ""), named.get("needs", ""),
    )  # fmt: skip


def _class_names() -> set[str]:
    return {*classes(), "person"}
