"""Which parties a phrase means, where it stands: the second half of "who", on the parse.

`Discourse` walks through a report sentence by sentence and remembers who was spoken of, so that
"he", "the minister", "both sides" and "the rebels" can be told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from detente import grammar, names
from detente.names import Name, PartyName
from detente.parties import FIRST, PLURAL, SINGULAR, THING, Cast, Member
from detente.triggers import classes, heads, triggers

if TYPE_CHECKING:
    from detente.language import Sentence
    from detente.tree import Token

_SIDES = frozenset("two both all three four six these the".split())
_TWO = frozenset("two both neighbouring neighboring warring rival".split())
_PLACE_PREPOSITIONS = frozenset("in at near from into through across around outside inside".split())
_QUESTIONABLE = frozenset("source analyst observer expert diplomat witness newspaper report media agency".split())


@dataclass(slots=True)
class Spoken:
    """Somebody the text has just spoken of."""

    sentence: int
    codes: list[str]
    person: bool
    plural: bool
    weight: int  # 2 subject or speaker, 1 otherwise
    role: str = ""


@dataclass(slots=True)
class Discourse:
    """Resolves phrases to party codes; keeps what was said so far."""

    cast: Cast
    history: list[Spoken] = field(default_factory=list)
    speaker: list[str] = field(default_factory=list)
    pair: list[str] = field(default_factory=list)
    #: who sits in the talks that the report is about, as far as one phrase says so
    talks: list[str] = field(default_factory=list)
    talks_place: str = ""

    def who(self, token: Token | None, sentence: Sentence, depth: int = 0) -> list[str]:
        """The party codes that a noun phrase means, with all it is coordinated with.

        Empty where the text does not say, or where the phrase is no party.
        """
        if token is None or depth > 4:
            return []
        token = grammar.antecedent(token)
        found: list[str] = []
        for head in grammar.coordinated(token):
            for code in self._one(head, sentence, depth):
                if code not in found:
                    found.append(code)
        return found

    # -- one head at a time

    def _one(self, head: Token, sentence: Sentence, depth: int) -> list[str]:
        word = head.lower_
        if head.tag_ in ("PRP", "PRP$", "WP$"):
            return self.pronoun(head, sentence, depth)
        name = self.name_at(head, sentence)
        if name is not None and name.sort == "format":
            return list(name.codes)
        if name is not None:
            return self._named(name, head, sentence, depth)
        if grammar.is_noun(head) and word not in _office_words():
            member = self.cast.person(_whole_word(head, sentence))
            if member is not None and member.party:
                return [member.party]
            if member is None and (party := self._just_described(head, sentence) or self._acting(head, sentence)):
                return [party]
        return self._common(head, sentence, depth)

    def _just_described(self, head: Token, sentence: Sentence) -> str:
        """News tells the office first and the name next: "A leader of Hamas said … Osama Muzini said …"."""
        named = head.tag_ == "NNP" and head.dep_ in ("nsubj", "nsubjpass") and not self.name_at(head, sentence)
        if not named or (head.head.lower_ not in classes()["said"] and head.head.dep_ != "ROOT"):
            return ""
        start = head.left_edge.i
        words = [t for t in head.doc[start : head.i + 1] if t.tag_ == "NNP"]
        if (
            len(words) < 2
            or words[0].text in ("Mr.", "Mrs.", "Ms.", "Dr.")
            or any(t.lower_ in heads()["office"] or t.lower_ in heads()["body"] for t in words)
        ):
            return ""
        described = [
            s for s in self.history if s.sentence == sentence.number - 1 and s.person and s.role and s.weight >= 2
        ]
        if not described or any(m.name.endswith(described[-1].role) for m in self.cast.members):
            return ""
        member = Member(head.doc.words(start, head.i), described[-1].role, described[-1].codes[0],
                        sentence.at(head.doc[start]), sentence.at(head) + len(head))  # fmt: skip
        self.cast.add(member, head.text, member.name)
        return member.party

    def _acting(self, head: Token, sentence: Sentence) -> str:
        """A region, an acronym that no table knows, or who is named beside a firm, said to act: "Bavaria refused"."""
        verb = _first_of(head).head
        kinds = {t.kind for t in triggers().get((verb.lower_, "v"), ())}
        if _first_of(head).dep_ != "nsubj" or not kinds & _ACTING:
            return ""
        words = head.doc.words(_name_start(head), head.i)
        state, kind = names.places().get(words, ("", ""))
        known = any(names.find(words.title())) or words.title() in names.places()  # "CAIRO, Nov. 8"
        alone = _whole_word(head, sentence) == head.text  # "JALAL-ABAD, May 12"
        told = kind in ("region", "island") or (_ACRONYM.fullmatch(words) and alone and not known)
        if not told and not self._beside_firms(head, sentence):
            return ""
        code = words.lower()
        self.cast.found.setdefault(code, PartyName(code, words, "faction", state or self.cast.home))
        return code

    def _beside_firms(self, head: Token, sentence: Sentence) -> bool:
        """Whether a proper name is joined to that of a firm: "Telmar, Iberfone and PCCX have signed"."""
        first = _first_of(head)
        name = self.name_at(first, sentence) if first is not head and head.tag_.startswith("NNP") else None
        return name is not None and self.cast.sorts.get(name.codes[0]) == "firm"

    def name_at(self, head: Token, sentence: Sentence) -> Name | None:
        start = sentence.at(head)
        known = self.cast.at(start, start + len(head))
        return known[-1] if known else None

    def _named(self, name: Name, head: Token, sentence: Sentence, depth: int) -> list[str]:
        if name.words in ("North", "South") and len(name.codes) == 1:
            return list(name.codes)
        return list(name.codes)

    def _common(self, head: Token, sentence: Sentence, depth: int) -> list[str]:
        word, classes = head.lower_, heads()
        if word in ("north", "south") and head.text[:1].isupper():
            return self._half(word)
        if word in classes["count"]:  # "thousands of Peruvians", "a group of Chadian students", "one of the ministers"
            counted = self.who(grammar.prepositional(head, "of"), sentence, depth + 1)
            if counted:
                return counted
        if word == "both" or (word == "two" and any(c.lower_ == "the" for c in head.lefts)):
            return self._two(sentence)
        if self._the(head) and (short := self.cast.shortened(word, sentence.at(head))):
            return [short]
        if word in classes["camp"] and head.tag_ == "NNS" and (party := self._camp(head, sentence)):
            return [party]
        if word in classes["firm"] and head.text.islower() and (firms := self._firms(head, sentence)):
            return firms
        modifiers = self._modifiers(head, sentence, depth)
        if self._is_sides(head):
            return self._sides(head, modifiers, sentence, depth)
        if word in classes["collective"] and head.text.islower():
            return self._collective(head, modifiers, sentence)
        if word in classes["group"]:
            return self._group(head, modifiers, sentence)
        if modifiers and (
            word in classes["office"] or word in classes["body"] or word in classes["force"]
            or word in classes["people"] or word in classes["thing"] or head.tag_.startswith("NNP")
        ):  # fmt: skip
            return modifiers
        if word in classes["office"]:
            return self._office(head, sentence)
        if word in _INSTRUMENTS:
            return self._instrument(head, sentence)
        if word in classes["body"] or word in classes["force"]:
            return self.body(head, sentence)
        if word in ("other", "others", "another"):
            return []
        return []

    def _camp(self, head: Token, sentence: Sentence) -> str:
        """ "The communists": the party of the report whose name says so, else one by that name."""
        if not any(c.lower_ == "the" for c in head.lefts):
            return ""
        stem = head.lower_.removesuffix("s")
        for code in self.cast.ranking[:40]:
            if stem in f"{code} {self.cast.party(code).name.lower()}" and self.cast.party(code).kind == "faction":
                return code
        states = [c for c in self._modifiers(head, sentence, 1) if self.cast.party(c).kind == "state"]
        return self.cast.new(head.lower_, states[0] if states else self.cast.home, "faction")

    def _firms(self, head: Token, sentence: Sentence) -> list[str]:
        """ "The company", "the Dutch carmaker", "both firms": the one spoken of last that is no state, or the ones."""
        known = any(c.lower_ in ("the", "this", "these", "both", "two") for c in head.lefts)
        if not known or head.rights or any(c.tag_.startswith("NNP") and c.dep_ == "appos" for c in head.children):
            return []
        many = head.tag_ == "NNS"
        near = [s.codes for s in reversed(self.history) if s.sentence >= sentence.number - 4]
        bodies = [codes for codes in near if many == (len(codes) > 1) and all(map(self._may_trade, codes))]
        firms = (codes for codes in bodies if all(self.cast.sorts.get(code) == "firm" for code in codes))
        return next(firms, bodies[0] if bodies else [])

    def _may_trade(self, code: str) -> bool:
        """Whether a party may be a firm, as far as one knows."""
        return self.cast.party(code).kind == "faction" and self.cast.sorts.get(code, "firm") == "firm"

    def _half(self, word: str) -> list[str]:
        """ "The North", "the South" of a divided country the report speaks of."""
        for code in self.cast.ranking:
            name = self.cast.party(code).name.lower()
            if name.startswith(word):
                return [code]
        return []

    def modifiers(self, head: Token, sentence: Sentence) -> list[str]:
        """The parties named by what stands around a noun: "UN auspices", "mediation of the AU"."""
        return self._modifiers(head, sentence, 0)

    def _modifiers(self, head: Token, sentence: Sentence, depth: int) -> list[str]:
        """Parties named by what stands around a noun: "Zairean …", "Seoul's …", "… of the UN"."""
        found: list[str] = []

        def take(codes: Iterable[str]) -> None:
            found.extend(c for c in codes if c not in found)

        for c in head.children:
            if c.dep_ in ("amod", "compound", "nmod", "poss") and c.i < head.i:
                for part in grammar.coordinated(c):
                    name = self.name_at(part, sentence)
                    if name is not None and (name.sort != "capital" or c.dep_ == "poss" or head.lower_ in _GOVERNED):
                        take(name.codes)
                    elif part.dep_ == "poss" or c.dep_ == "poss":
                        take(self.who(part, sentence, depth + 1))
                    elif part.dep_ in ("compound", "amod") and part.lower_ in (
                        "rebel",
                        "guerrilla",
                        "insurgent",
                    ):
                        take(self.rebels_of([], sentence))
                    elif part.lower_ in ("government",) and not found:
                        take(self.body(part, sentence))
                    elif part.lower_ in heads()["body"] and part.dep_ == "compound":
                        take(self._modifiers(part, sentence, depth + 1))
        if head.lower_ in _OPPOSING and any(
            c.lower_ == "opposition" and c.dep_ in ("compound", "amod") and c.i < head.i for c in head.children
        ):
            states = [c for c in found if self.cast.party(c).kind == "state"]
            groups = [c for c in found if c not in states]
            return groups or [self.cast.new("opposition", states[0] if states else self.cast.home, "faction")]
        if found:
            return found
        for c in head.children:
            if c.dep_ == "prep" and c.lower_ in ("of", "for", "from", "between", "to"):
                if c.lower_ == "to" and head.lower_ not in _SERVANTS:
                    continue
                obj = grammar.child(c, "pobj")
                if obj is not None:
                    take(self.who(obj, sentence, depth + 1))
            if (
                c.dep_ == "prep"
                and c.lower_ in ("in", "from")
                and not found
                and head.lower_ in heads()["people"] | heads()["group"]
            ):
                place = grammar.child(c, "pobj")
                name = self.name_at(place, sentence) if place is not None else None
                if name is not None and self.cast.party(name.codes[0]).kind == "state":
                    take(name.codes[:1])
            if c.dep_ == "appos" and not found:
                take(self.who(c, sentence, depth + 1))
            if c.dep_ in ("acl",) and c.lower_ in ("led", "headed") and not found:
                led_by = grammar.agent(c)
                if led_by is not None:
                    take(self.who(led_by, sentence, depth + 1))
        return found

    def _office(self, head: Token, sentence: Sentence) -> list[str]:
        """ "The minister", "the envoy": the last person of whom that office was told."""
        if head.lower_ in _QUESTIONABLE:
            return list(self.speaker) if self._the(head) and self._sourced() else []
        for spoken in reversed(self.history):
            if spoken.person and head.lower_ in spoken.role.lower():
                return spoken.codes
        at, office = sentence.at(head), head.lower_.rstrip("s")
        if (member := self.cast.holder(office, at)) is not None:
            return [member.party]
        if head.lower_ in ("president", "king", "premier", "minister", "monarch", "officials") and self.cast.home:
            return [self.cast.home]
        if head.lower_ in ("rebel", "guerrilla"):
            return self.rebels_of([], sentence)
        if head.tag_ == "NNS" and self._the(head):  # "the ministers"
            return next((s.codes for s in reversed(self.history) if len(s.codes) >= 2), list(self.talks))
        if self._the(head):
            return next(
                (s.codes for s in reversed(self.history[-12:]) if s.person and s.weight >= 2), list(self.speaker)
            )
        return []

    @staticmethod
    def _the(head: Token) -> bool:
        """Whether a noun is told as known and by nothing but itself: "the official"."""
        return (
            any(c.lower_ in ("the", "this", "these") for c in head.lefts) and len(head.lefts) == 1 and not head.rights
        )

    def _sourced(self) -> bool:
        """Whether an unnamed person of a party has spoken before."""
        return any(s.role in _QUESTIONABLE for s in self.history[-8:])

    def body(self, head: Token, sentence: Sentence) -> list[str]:
        """ "The government", "the army", "the delegation" without a country."""
        if any(c.lower_ in _OF_REGIONS for c in head.children) and (region := self._last_of("region")):
            return [region]
        if head.lower_ in ("government", "authorities", "army", "military", "parliament", "regime", "cabinet",
                           "troops", "forces", "administration", "police", "ministry", "treasury"):  # fmt: skip
            return [self.cast.home] if self.cast.home else []
        if head.lower_ in ("statement", "delegation", "organisation", "organization", "country", "group", "bloc",
                           "body", "nation", "movement", "council", "commission", "ministry", "agency", "union"):  # fmt: skip
            for spoken in reversed(self.history):
                if spoken.sentence >= sentence.number - 2 and len(spoken.codes) == 1:
                    kind = self.cast.party(spoken.codes[0]).kind
                    if (head.lower_ in ("country", "nation")) == (kind == "state") or head.lower_ in (
                        "delegation",
                        "ministry",
                    ):
                        return spoken.codes
        return []

    def _instrument(self, head: Token, sentence: Sentence) -> list[str]:
        """Whose words a statement or an accord is: both sides' when joint, else the speaker's."""
        joint = any(c.lower_ in ("joint", "common", "final") for c in head.children)
        if joint or head.lower_ in (
            "agreement",
            "accord",
            "deal",
            "pact",
            "treaty",
            "communique",
            "truce",
            "ceasefire",
        ):
            return self.both(sentence)
        if self.speaker:
            return list(self.speaker)
        return next((s.codes for s in reversed(self.history[-8:]) if s.weight >= 2), [])

    # -- groups

    def _collective(self, head: Token, modifiers: list[str], sentence: Sentence) -> list[str]:
        """Who bargains without being a state: "Nigerian unions", "the truckers"; by the first name they have in the report."""
        ours = set(self.cast.collectives.values())  # "the workers' unions" are the unions
        groups = [m for m in modifiers if self.cast.party(m).kind not in ("state", "organisation") and m not in ours]
        if groups:
            return groups
        own = [c for c in head.lefts if c.tag_ in ("NN", "NNS") and self.name_at(c, sentence) is None]
        state = next((self.cast.party(m).state for m in modifiers if self.cast.party(m).kind != "organisation"), "")
        known = self.cast.collectives.get(head.lower_)
        if known and not own:
            return [known]
        if not (own or state):
            if named := self._named_so(head):
                return [named]
            if head.tag_ == "NN":
                return self._last_of_workers() or [c for c in self.body(head, sentence) if not self._employs(c)]
        first = own[0].left_edge.i if own else head.i
        led = [t.i + 1 for t in head.doc[first : head.i] if t.tag_ in _LEADS_IN or self.name_at(t, sentence)]
        first = max((i for i in led if not own or i <= own[-1].i), default=first)  # "Ghana's dock workers' unions"
        code = self.cast.new(head.doc.words(first, head.i).lower(), state, "faction")
        self.cast.collectives.setdefault(head.lower_, code)
        return [code]

    def _named_so(self, head: Token) -> str:
        """ "The employers": the one party of the report that has the word in its name."""
        if not any(c.lower_ == "the" for c in head.lefts):
            return ""
        named = [code for code in self.cast.ranking[:40] if head.lower_ in self._called(code)]
        return named[0] if len(named) == 1 else ""

    def _last_of_workers(self) -> list[str]:
        """Those spoken of last who bargain without being a state, and employ nobody."""
        ours = set(self.cast.collectives.values())
        return self._last_alone(
            lambda code: not self._employs(code) and (code in ours or bool(self._called(code) & heads()["collective"]))
        )

    def _employs(self, code: str) -> bool:
        """Whether a party is one of employers by its name."""
        return bool(self._called(code) & _EMPLOYERS)

    def _called(self, code: str) -> frozenset[str]:
        """The words of a party's name."""
        return frozenset(self.cast.party(code).name.lower().split())

    def _group(self, head: Token, modifiers: list[str], sentence: Sentence) -> list[str]:
        """Groups with no state: "Palestinian factions", "the rebels", "Kabila's rebels"."""
        word = head.lower_
        armed = [m for m in modifiers if self.cast.party(m).kind == "armed group"]
        if armed:
            return armed
        factions = [m for m in modifiers if self.cast.party(m).kind in ("faction", "organisation")]
        if factions:
            return factions
        states = [m for m in modifiers if self.cast.party(m).kind == "state"]
        if word in _PEOPLE_LIKE and states:
            return states
        if word in ("rebel", "rebels", "guerrilla", "guerrillas", "insurgents", "separatists"):
            return self.rebels_of(states, sentence, head)
        if word in ("group", "party", "movement", "front", "alliance", "community", "clan") and not states:
            return self._last_group(sentence)
        if word in ("opposition",):
            if _is_stance(head, states):
                return []
            return [self.cast.new("opposition", states[0] if states else self.cast.home, "faction")]
        if states:
            return [self.cast.new(word, states[0], "armed group")]
        if word in ("militants", "gunmen", "fighters", "factions", "kidnappers", "militias"):
            return self._last_group(sentence) or ([self.cast.rebels] if self.cast.rebels else [])
        return []

    def rebels_of(self, states: list[str], sentence: Sentence, head: Token | None = None) -> list[str]:
        if self.cast.rebels and self.cast.rebels != "rebels":
            group = self.cast.party(self.cast.rebels)
            if not states or group.state in ("", *states):
                return [self.cast.rebels]
        if head is not None:
            for c in head.children:
                name = names.places().get(c.text)
                if c.dep_ in ("compound", "amod") and (name or c.tag_.startswith("NNP")):
                    code = f"{c.lower_} {head.lower_}"
                    self.cast.found.setdefault(
                        code, PartyName(code, code, "armed group", name[0] if name else self.cast.home)
                    )
                    return [code]
        if states:
            return [self.cast.new("rebels", states[0], "armed group")]
        return [self.cast.rebels] if self.cast.rebels else []

    def _last_group(self, sentence: Sentence) -> list[str]:
        return self._last_alone(lambda code: self.cast.party(code).kind != "state")

    def _last_alone(self, fits: Callable[[str], bool]) -> list[str]:
        """The party that was told by itself last, of those that fit."""
        alone = (s.codes for s in reversed(self.history) if len(s.codes) == 1)
        return next((codes for codes in alone if fits(codes[0])), [])

    def _last_of(self, sort: str) -> str:
        """The party spoken of last that the text says is of a sort."""
        spoken = (code for s in reversed(self.history) for code in s.codes)
        return next((code for code in spoken if self.cast.sorts.get(code) == sort), "")

    # -- both sides

    def _is_sides(self, head: Token) -> bool:
        word = head.lower_
        if word not in heads()["sides"] or (word[-1:] != "s" and word != "parties"):
            return False
        return any(c.lower_ in _SIDES or c.lower_ in ("warring", "rival", "opposing") for c in head.children) or word in (
            "sides", "parties"
        )  # fmt: skip

    def _sides(self, head: Token, modifiers: list[str], sentence: Sentence, depth: int) -> list[str]:
        marks = {c.lower_ for c in head.children}
        if head.lower_ in ("sides", "parties", "countries", "nations", "neighbours", "neighbors", "foes", "rivals",
                           "enemies", "adversaries", "governments", "leaders", "states", "delegations", "ministers",
                           "presidents", "koreas", "capitals", "counterparts", "allies", "negotiators", "belligerents"):  # fmt: skip
            if len(modifiers) >= 2:
                return modifiers
            if marks & _TWO or head.lower_ in (
                "sides", "parties", "foes", "rivals", "enemies", "adversaries", "belligerents", "delegations"
            ):  # fmt: skip
                if "six" in marks:
                    return list(_format("six-party talks"))
                if marks & _TWO:
                    return self._two(sentence)
                return self.both(sentence) if head.lower_ == "sides" and "all" not in marks else self._table(sentence)
            if modifiers:
                return modifiers
        return modifiers if head.lower_ not in ("people",) else []

    def _two(self, sentence: Sentence) -> list[str]:
        """ "Both sides": the last two that were told together, rather than three who mediate between them."""
        late = (s.codes for s in reversed(self.history) if s.sentence >= sentence.number - 6)
        pair = next((codes for codes in late if len(codes) == 2), self.talks)
        return pair if len(pair) == 2 else self.both(sentence)

    def _table(self, sentence: Sentence) -> list[str]:
        """ "The parties": both sides, and with them all who have been told together with both."""
        pair = self.both(sentence)
        wider = (s.codes for s in self.history if len(s.codes) > len(pair) > 1 and set(pair) < set(s.codes))
        return max(wider, key=len, default=pair)

    def both(self, sentence: Sentence) -> list[str]:
        """The two parties that "both sides" means: the last pair, else the two named most."""
        for spoken in reversed(self.history):
            if len(spoken.codes) >= 2 and spoken.sentence >= sentence.number - 6:
                return spoken.codes
        if len(self.talks) >= 2:
            return self.talks
        if len(self.pair) >= 2:
            return self.pair
        ranked = self.cast.ranking[:2]
        rebels = self.cast.rebels
        if rebels and rebels not in ranked and self.cast.home:
            return [self.cast.home, rebels]
        return ranked if len(ranked) == 2 else []

    # -- pronouns

    def pronoun(self, token: Token, sentence: Sentence, depth: int = 0) -> list[str]:
        """Whom a pronoun means, by number, person and what was spoken of last."""
        word = token.lower_
        if word in FIRST:
            return list(self.speaker)
        if word in ("you", "your"):
            return []
        if depth > 3:
            return []
        if (told := self._teller(token, sentence, depth)) is not None:
            return told
        here = sentence.at(token)
        earlier = self._earlier(sentence, token, depth)
        if word in SINGULAR:
            persons = [s for s in earlier if s.person]
            return persons[0].codes if persons else []
        if word in PLURAL:
            for s in earlier:
                if s.plural or len(s.codes) >= 2:
                    return s.codes
            return earlier[0].codes if earlier else []
        if word in THING:
            for s in earlier:
                if not s.person and (len(s.codes) == 1 or s.role in _INSTRUMENTS):
                    return s.codes
            if self.speaker and here >= 0:
                return list(self.speaker)
        return []

    def _teller(self, token: Token, sentence: Sentence, depth: int) -> list[str] | None:
        """ "Italy said it was ready": a pronoun in reported speech is whoever speaks."""
        if token.dep_ not in ("nsubj", "nsubjpass", "poss"):
            return None
        clause = token.head
        for over in grammar.ancestors(token):
            if over.lower_ in classes()["said"] and grammar.is_verb(over) and clause.dep_ in ("ccomp", "xcomp"):
                subject = grammar.subject(over)
                if subject is None or subject.i == token.i or subject.tag_.startswith("PRP"):
                    return None
                person = subject.lower_ in heads()["office"] or (
                    self.name_at(subject, sentence) is None and subject.tag_ == "NNP"
                )
                many = subject.tag_ in ("NNS", "NNPS") or grammar.child(subject, "conj") is not None
                fits = ((token.lower_ in SINGULAR and person and not many) or (token.lower_ in THING and not person and not many)
                        or (token.lower_ in PLURAL and many))  # fmt: skip
                return self.who(subject, sentence, depth + 2) or None if fits else None
            if over.dep_ not in ("conj", "ccomp", "xcomp", "dobj", "pobj", "prep", "advcl"):
                clause = over
                if over.dep_ == "ROOT":
                    return None
            else:
                clause = over
        return None

    def _earlier(self, sentence: Sentence, token: Token, depth: int) -> list[Spoken]:
        """What was spoken of before a token, most likely antecedent first."""
        here = [s for s in self.mentions(sentence, before=token, depth=depth + 2) if s.codes]
        past = [s for s in self.history if s.sentence < sentence.number]
        recent = [s for s in past if s.sentence >= sentence.number - 3]
        recent.sort(key=lambda s: (s.sentence, s.weight))
        here.sort(key=lambda s: s.weight)
        return [*reversed(here), *reversed(recent)]

    # -- keeping track

    def mentions(self, sentence: Sentence, before: Token | None = None, depth: int = 2) -> list[Spoken]:
        """The parties that a sentence names, as antecedents for later pronouns."""
        found: list[Spoken] = []
        if sentence.doc is None:
            return self._unparsed(sentence)
        for token in sentence.doc:
            if before is not None and token.i >= before.i:
                break
            if not grammar.is_noun(token) or token.dep_ in ("compound", "conj", "npadvmod", "nmod"):
                continue
            if before is not None and token.is_ancestor(before):
                continue
            if token.dep_ == "pobj" and token.head.lower_ in _PLACE_PREPOSITIONS:
                continue
            codes = self.who(token, sentence, depth)
            if codes:
                member = self.cast.person(token.text) if token.tag_.startswith("NNP") else None
                office = token.lower_ in heads()["office"]
                weight = 2 if token.dep_ in ("nsubj", "nsubjpass") else 1
                if token.dep_ in ("nsubj",) and token.head.dep_ == "ROOT":
                    weight = 4 if token.head.lower_ in ("said", "says", "told", "added") else 3
                plural = len(codes) > 1 or token.tag_ in ("NNS", "NNPS")
                role = (member.role if member else "") or (
                    token.lower_ if office or token.lower_ in _INSTRUMENTS else ""
                )
                person = (member is not None and self.name_at(token, sentence) is None) or (office and not plural)
                found.append(Spoken(sentence.number, codes, person, plural, weight, role))
        return found

    def _unparsed(self, sentence: Sentence) -> list[Spoken]:
        found = []
        for member in self.cast.people(sentence.start, sentence.end):
            if member.party:
                found.append(Spoken(sentence.number, [member.party], True, False, 1, member.role))
        for name in self.cast.at(sentence.start, sentence.end):
            if name.sort in ("name", "metonym"):
                found.append(Spoken(sentence.number, list(name.codes), False, False, 1))
        return found

    def remember(self, sentence: Sentence) -> None:
        """Takes in a sentence that has been read."""
        if self.speaker and (sentence.in_quote[0] or sentence.in_quote[1]):
            self.history.append(Spoken(sentence.number, list(self.speaker), True, False, 4, "speaker"))
        for spoken in self.mentions(sentence):
            self.history.append(spoken)
            if len(spoken.codes) == 2:
                self.pair = spoken.codes
        del self.history[:-40]


#: What stands before the name of a party that a common noun gives: articles, possessives, numbers.
_LEADS_IN = frozenset(["DT", "PRP$", "POS", "CD"])
_INSTRUMENTS = frozenset(
    """statement communique communiqué declaration agreement accord deal pact treaty document text truce
        ceasefire""".split()
)
#: Offices that serve whom "to" names: "an aide to Arafat", unlike "the envoy to Kosovo".
_SERVANTS = frozenset("aide aides adviser advisers advisor advisors assistant secretary counsel".split())
#: What a government, an assembly or an official is of that does not rule the whole state.
_OF_REGIONS = frozenset("state provincial regional city municipal prefectural county".split())
_PEOPLE_LIKE = frozenset("settlers settler demonstrators protesters students workers activists community".split())
#: Nouns before which a capital stands for its government: "the Khartoum government".
_GOVERNED = frozenset("government regime administration authorities leadership leaders officials side talks".split())


_EMPLOYERS = frozenset("employer employers owners companies management producers operators".split())
#: What parties do and things do not, as these do "allow" or "break".
_ACTING = frozenset("propose demand agree pledge reject accuse threaten support suspend mediate".split())
#: Who is of the opposition when told so.
_OPPOSING = frozenset(
    """party parties leader leaders lawmaker lawmakers legislator legislators politician politicians member members
        mp mps deputies coalition alliance bloc camp group groups figures spokesman spokeswoman senators chief""".split()
)
#: Letters that may stand for a party, unlike those of news agencies, which tell of others.
_ACRONYM = re.compile(r"(?!AFP|SPA|KUNA|IRNA|MENA|SANA|KCNA|ISNA|ITAR|TASS|BBC|CNN|NBC|ABC|CBS|NHK|GMT)[A-Z]{3,6}")


def _is_stance(head: Token, states: list[str]) -> bool:
    """Whether "opposition" is something that one has or voices, not who opposes a government."""
    if any(c.dep_ == "prep" and c.lower_ in ("to", "from") for c in head.children):
        return True
    told = states or any(c.lower_ in ("the", "main") or c.dep_ == "poss" for c in head.children)
    return head.dep_ in ("dobj", "pobj", "attr") and not told


def _first_of(head: Token) -> Token:
    """The first of several nouns that are joined: what stands where they all do in the sentence."""
    while head.dep_ == "conj" and head.head is not head:
        head = head.head
    return head


def _name_start(head: Token) -> int:
    """Where the proper name begins that ends in a noun."""
    start = head.i
    while start > 0 and head.doc[start - 1].tag_ == "NNP" and head.doc[start - 1].head == head:
        start -= 1
    return start


def _whole_word(token: Token, sentence: Sentence) -> str:
    """A token with what a hyphen joins to it: "young" in "Dong-young" -> "Dong-young"."""
    if token.i < 2 or token.nbor(-1).text != "-" or token.nbor(-1).whitespace_:
        return str(token.text)
    start = token.idx
    while start > 0 and not sentence.text[start - 1].isspace():
        start -= 1
    return sentence.text[start : token.idx + len(token)]


@cache
def _format(words: str) -> tuple[str, ...]:
    return next((n.codes for n in names.find(words)), ())


def _office_words() -> frozenset[str]:
    return heads()["office"]
