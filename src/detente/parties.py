"""Who is meant: names, capitals, officials by office, rebels by leader, pronouns, "both sides"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from detente import names, unlisted
from detente.days import MONTHS, WEEKDAYS
from detente.names import Name, PartyName
from detente.sources import datelines
from detente.triggers import heads

if TYPE_CHECKING:
    from detente.report import Report

_CAPITAL = re.compile(r"[A-Z\u00c0-\u00de]")
_WORD = re.compile(r"[^\W_]+(?:['’.-](?=[^\W_])[^\W_]+)*|[,;:()\"“”]")
#: Small words inside a name: "Kamanda wa Kamanda", "Sheikh Hamad bin Khalifa al-Thani".
_PARTICLES = frozenset("bin ibn al el de da di du van von der den wa abu ben la le dos y ul ur".split())
_TITLES = frozenset(
    """mr mrs ms dr president premier prime minister king queen prince princess emir sheikh sultan
        secretary general gen chancellor chairman ambassador envoy spokesman spokeswoman chief leader deputy
        vice foreign interior defense defence finance unification trade senator commissioner colonel col lt
        sir lord ayatollah special representative assistant undersecretary us un uk eu state first second
        the""".split()
)
#: Peoples whose family name stands first.
_FAMILY_FIRST = frozenset("CHN KOR PRK TWN VNM HKG KHM SGP MAC".split())
_GROUP_WORDS = frozenset(
    """movement front army party union league alliance council congress force forces coalition federation
        organisation organization brigades brigade tigers group association committee faction militia
        resistance campaign""".split()
)
_PAIRS = frozenset("side party country nation neighbour neighbor government foe rival enemy leader".split())
SINGULAR = frozenset(["he", "she", "him", "her", "his", "himself", "herself"])
PLURAL = frozenset(["they", "them", "their", "themselves"])
THING = frozenset(["it", "its", "itself"])
FIRST = frozenset("i we us our me my ourselves myself".split())
_THESE = frozenset(["both", "two", "all", "warring", "opposing", "rival"])


@dataclass(slots=True)
class Member:
    """A person of the report: name, office and party as far as the text tells."""

    name: str
    role: str = ""
    party: str = ""
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class _Holders:
    """Persons of one office: where each is first named, in order, and the number of the latest found up to there."""

    starts: list[int] = field(default_factory=list)
    latest: list[int] = field(default_factory=list)
    counted: int = 0


@dataclass(slots=True)
class Cast:
    """Who appears in one report, learnt from the whole text before it is read closely."""

    text: str
    year: int
    names: list[Name] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    #: parties that the tables do not know, by code
    found: dict[str, PartyName] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    home: str = ""
    title: str = ""
    #: where the report was filed: what "here" means
    here: str = ""
    rebels: str = ""
    #: who bargains together, by the noun that names them: "unions" -> "nigerian unions"
    collectives: dict[str, str] = field(default_factory=dict)
    #: what the text says a party is that no table knows: firm, region, alliance
    sorts: dict[str, str] = field(default_factory=dict)
    #: firms by each word of their names, the first that has it
    firms: dict[str, str] = field(default_factory=dict)
    ranking: list[str] = field(default_factory=list)
    _keys: dict[str, Member] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)
    _placed: list[Member] = field(default_factory=list)
    _held: dict[str, _Holders] = field(default_factory=dict)
    _called: dict[str, list[int]] = field(default_factory=dict)
    _counted: int = 0
    _short: dict[str, list[tuple[int, str]]] | None = None
    _ends: dict[str, str] | None = None
    _speaking: frozenset[str] | None = None

    def party(self, code: str) -> PartyName:
        """What is known of a party by its code."""
        return self.found.get(code) or names.parties().get(code) or PartyName(code, code, "faction", "")

    def new(self, words: str, state: str, kind: str) -> str:
        """The code of a party that is called by a common noun, and by its state where it has one: "lebanese opposition"."""
        full = f"{names.adjectives().get(state, state)} {words}".strip()
        self.found.setdefault(full.lower(), PartyName(full.lower(), full, kind, state))
        return full.lower()

    def person(self, word: str) -> Member | None:
        """The person of the report, or the well-known one, whom a name word means."""
        word = names.unowned(word)
        if not _CAPITAL.match(word) and not word.startswith("al-"):
            return None
        if member := self._keys.get(word):
            return member
        leaders = names.leaders().get(word, ())
        for slack in (0, 1):  # in office that year, else the year before or after
            for leader in leaders:
                if not self.year or leader.first - slack <= self.year <= leader.last + slack:
                    return Member(leader.name, leader.role, leader.party)
        return None

    def add(self, member: Member, *keys: str) -> None:
        """Takes a person in; a later mention by any distinctive part of the name means them."""
        self.members.append(member)
        for key in keys:
            known = self._keys.get(key)
            if known is None or (not known.party and member.party):
                self._keys[key] = member

    def at(self, start: int, end: int) -> list[Name]:
        """The known names that overlap a stretch of the text; they are in order and don't overlap."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_left(self._starts, end)
        if first >= 0 and self.names[first].end <= start:
            first += 1
        return self.names[max(first, 0) : last]

    def people(self, start: int, end: int) -> list[Member]:
        """The persons whose name first stands in a stretch of the text, in order."""
        if len(self._placed) != len(self.members):
            self._placed = sorted(self.members, key=lambda member: member.start)
        first = bisect_left(self._placed, start, key=lambda member: member.start)
        return self._placed[first : bisect_left(self._placed, end, key=lambda member: member.start)]

    def holder(self, office: str, before: int) -> Member | None:
        """The person found last who is first named before a place, has a party, and whose role has a word in it."""
        held = self._held.setdefault(office, _Holders())
        for n in range(held.counted, len(self.members)):
            member = self.members[n]
            if member.party and office in member.role.lower():
                at = bisect_right(held.starts, member.start)
                held.starts.insert(at, member.start)
                held.latest[at:] = [n] * (len(held.latest) - at + 1)
        held.counted = len(self.members)
        place = bisect_left(held.starts, before)
        return self.members[held.latest[place - 1]] if place else None

    def called(self, words: frozenset[str]) -> list[Member]:
        """The persons whose last name, in lower case, is one of these words, in the order in which they were found."""
        for at in range(self._counted, len(self.members)):
            self._called.setdefault(self.members[at].name.split()[-1].lower(), []).append(at)
        self._counted = len(self.members)
        return [self.members[at] for at in sorted(at for word in words for at in self._called.get(word, ()))]

    def shortened(self, word: str, before: int) -> str:
        """The party last named before a place whose longer name ends in a noun, by which it is called from then on.

        "The Northern Salvation Front ... the Front"; "" where there is none, as for states.
        """
        if self._short is None:
            self._short = {}
            for name in self.names:
                single = name.sort == "name" and len(name.codes) == 1
                if single and self.party(name.codes[0]).kind != "state" and (head := _head_of(name.words)):
                    self._short.setdefault(head, []).append((name.start, name.codes[0]))
        called = self._short.get(word, [])
        at = bisect_left(called, (before, ""))
        return called[at - 1][1] if at else ""

    def ends(self) -> dict[str, str]:
        """The parties named by what their longer names end in: "Crisis Group"."""
        if self._ends is None:
            longer = [(n.words.split(), n.codes[0]) for n in self.names if " " in n.words and len(n.codes) == 1]
            self._ends = {" ".join(words[at:]): code for words, code in longer for at in range(1, len(words))}
        return self._ends

    def speaking(self) -> frozenset[str]:
        """The names that the text says something of."""
        if self._speaking is None:
            self._speaking = unlisted.speaking(self.text, 0, len(self.text))
        return self._speaking

    def index(self) -> None:
        """Makes `at` fast; called when the names are complete."""
        self._starts = [n.start for n in self.names]
        self._short = self._ends = None


def _head_of(full: str) -> str:
    """The noun that a longer name ends in, in lower case: "Party" of "Party of Workers"; "" of a single word."""
    words = re.split(r" (?:of|for|in) ", full, maxsplit=1)[0].split()
    return words[-1].lower() if len(full.split()) > 1 and words[-1][:1].isupper() else ""


def cast(report: Report, year: int = 0) -> Cast:
    """Reads who appears in a report: known names, persons by office, groups by acronym.

    Works on the words alone, without a parse; linear in the length of the text.
    """
    start, end = report.body
    text = report.text
    found = Cast(text, year, _fitting(list(names.find(text, start, end))), title=report.title)
    opening = datelines.find(text, report.body)
    told = start
    if opening is not None:
        found.here, told = opening.place, opening.end
    found.index()
    _count(found, told)
    _abroad(found)
    _organisations(found, start, end)
    _count(found, told)
    _persons(found, start, end)
    _count(found, told)
    _rebels(found)
    return found


def _fitting(found: list[Name]) -> list[Name]:
    """The names as this report means them.

    A format of talks that elsewhere means others ("four-way talks") is left out where none of its parties is named, and
    the seat of a body stands for it ("Brussels") where the body is named and the state is not.
    """
    named = {code for name in found if name.sort != "format" for code in name.codes}
    states = {name.codes[0] for name in found if name.sort in ("name", "demonym")}
    kept: list[Name] = []
    for name in found:
        if name.sort == "format" and not named & set(name.codes):
            continue
        body = names.bodies_by_seat().get(name.words, "") if name.sort == "capital" else ""
        kept.append(replace(name, codes=(body,)) if body in named and name.codes[0] not in states else name)
    return kept


def _abroad(found: Cast) -> None:
    """Takes a party whose state is never named, though others are, for its namesake: "the Social Democratic Party" of Japan."""
    named = {code for name in found.names for code in name.codes}
    founded = heads()["founded"]
    for n, name in enumerate(found.names):
        party = found.party(name.codes[0])
        if (
            found.home and party.kind == "faction" and party.state and party.state not in named
            and " " in name.words and name.words.split()[-1].lower() in founded
        ):  # fmt: skip
            code = name.words.lower()
            found.found[code] = PartyName(code, name.words, "faction", found.home)
            found.names[n] = replace(name, codes=(code,))


def _count(found: Cast, start: int) -> None:
    """Ranks parties by how often, and how early, they and their people are named.

    `start` is where the news begins: the dateline before it tells where it was written, not whom it is about.
    """
    counts: Counter[str] = Counter()
    for name in found.names:
        early = 1 if name.start < start else 3 if name.start - start < 400 else 2
        for code in name.codes if name.sort != "format" else ():
            counts[code] += early // 2 if name.sort == "capital" else early
    for member in found.members:
        counts[member.party] += 3 if member.start - start < 400 else 2
    counts.pop("", None)
    found.ranking = [code for code, _ in counts.most_common()]
    found.home = _home(found, counts)


_RULED = re.compile(
    r"(?:'s|’s)? (?:government|army|troops|authorities|regime|parliament|president|rebels?|opposition)\b", re.I
)


def _home(found: Cast, counts: Counter[str]) -> str:
    """The state that "the government" and "the army" are of: named most, and ruled over."""
    points = {code: float(n) for code, n in counts.items() if found.party(code).kind == "state"}
    for name in found.names:
        if len(name.codes) == 1 and name.codes[0] in points and _RULED.match(found.text, name.end):
            points[name.codes[0]] += 3
    titled = (name.codes[0] for name in names.find(found.title) if name.sort in ("name", "demonym"))
    for code in {code for code in titled if code in points}:  # cities of a title tell where, not whose
        points[code] += 2
    return max(points, key=lambda code: points[code]) if points else ""


_ACRONYM = re.compile(
    r"((?:[A-Z][\w'’-]{1,40} (?:(?:of|for|and|the|in) ){0,9}){1,7}[A-Z][\w'’-]{1,40}) \((?:the )?([A-Z][A-Z/-]{1,9})\)"
)


def _organisations(found: Cast, start: int, end: int) -> None:
    """Parties with an acronym in brackets that the tables do not know."""
    kind = ""
    for m in _ACRONYM.finditer(found.text, start, end):
        full, acronym = _named(m[1], m[2]), m[2]
        known = found.at(m.end(1) - len(full), m.end(1))
        first, last = m.end(1) - len(full), full.split()[-1].lower()
        whole = [
            n for n in known
            if n.end == m.end(1) and n.sort == "name" and (n.start <= first or found.party(n.codes[0]).kind != "state")
        ]  # fmt: skip
        if whole:
            found.aliases[acronym] = whole[-1].codes[0]
        elif last in heads()["matter"]:  # "the Visiting Forces Agreement (VFA)" is nobody
            continue
        elif last in heads()["organ"] and (state := _organ_of(found, full, known)):
            found.aliases |= {acronym: state, full.removeprefix("The "): state}
        elif full.split()[-1].lower() in _GROUP_WORDS or "for the" in full or _stands_for(acronym, full):
            state = next((c for n in known for c in n.codes if found.party(c).kind == "state"), "")
            code = full.lower().removeprefix("the ")
            kind = kind or ("armed group" if _REBEL_WORD.search(found.text) else "faction")
            found.found[code] = PartyName(code, full, kind, state or found.home)
            found.aliases[acronym] = code
            found.aliases[full.removeprefix("The ")] = code
    _bodies(found, start, end)
    _described(found, start, end)
    _initials(found, start, end)
    _called(found, start, end)
    # What the report itself says an acronym stands for goes before what the tables know by it.
    found.names = [n for n in found.names if found.aliases.get(n.words, n.codes[0]) == n.codes[0]]
    found.index()
    extra: list[Name] = []
    inside: set[int] = set()
    for alias, code, at in _places(found.text, found.aliases):
        known = found.at(at, at + len(alias))
        if all(at <= n.start and n.end <= at + len(alias) and len(n.words) < len(alias) for n in known):
            extra.append(Name(at, at + len(alias), alias, "name", (code,)))
            inside |= {n.start for n in known}
    found.names = sorted([*(n for n in found.names if n.start not in inside), *_apart(extra)], key=lambda n: n.start)
    found.index()


def _organ_of(found: Cast, full: str, known: list[Name]) -> str:
    """The state whose authority acts under a name: "the National Prosecuting Authority"; "" of a body of many states."""
    words = full.removeprefix("The ").split()
    if words[0] in _OF_MANY or "News" in words:
        return ""
    return next((c for n in known for c in n.codes if found.party(c).kind == "state"), found.home)


#: What the names of bodies begin with that are not of one state.
_OF_MANY = frozenset(
    "International World Global European African Asian Arab Inter-American Pan-African Joint Independent".split()
)


def _named(before: str, acronym: str) -> str:
    """The name that an acronym in brackets stands for, of the capitals before it: the shortest end that has its letters.

    "Chad and the Northern Salvation Front (FSN)" -> "Northern Salvation Front"; all of it where none has them.
    """
    words = before.split()
    for first in range(len(words) - 1, -1, -1):
        initials = Counter(word[0] for word in words[first:])
        if words[first][0].isupper() and not Counter(acronym) - initials and first < len(words) - 1:
            return " ".join(words[first:])
    return before


def _initials(found: Cast, start: int, end: int) -> None:
    """Acronyms that a report never spells out in brackets: "the Rapid Support Forces ... the RSF denied"."""
    spoken = {m.group() for m in _LETTERS.finditer(found.text, start, end)} - found.aliases.keys()
    spoken -= {name.words for name in found.names}
    if not spoken:
        return
    meant: dict[str, set[str]] = {}
    full = [(n.words, n.codes[0]) for n in found.names if n.sort == "name" and len(n.codes) == 1]
    for words, code in [*full, *found.aliases.items()]:
        meant.setdefault("".join(_letters(words)), set()).add(code)
    found.aliases |= {
        letters: code for letters in spoken for code in meant.get(letters, ()) if len(meant[letters]) == 1
    }


def _letters(full: str) -> list[str]:
    """The first letters of the words of a name that begin with a capital, in order."""
    return [word[0] for word in full.split() if word[0].isupper()]


def _called(found: Cast, start: int, end: int) -> None:
    """What a body is called once the report has named it, or a party at home: "the Fund", "Congress" in India."""
    named = {code for name in found.names for code in name.codes}
    short_names = [(short, code) for short, code in names.short_names().items() if code in named]
    short_names += [(word, by[found.home]) for word, by in names.at_home().items() if found.home in by]
    extra: list[Name] = []
    for short, code in short_names:
        if short in found.text:
            extra += [
                Name(m.start(), m.end(), short, "name", (code,))
                for m in _alone(short).finditer(found.text, start, end)
                if not found.at(m.start(), m.end()) and not _within_a_name(found.text, m.start())
            ]
    if extra:
        found.names = sorted([*found.names, *extra], key=lambda n: n.start)
        found.index()


@cache
def _alone(short: str) -> re.Pattern[str]:
    """A short name that is no part of a longer word, nor of a name that goes on: "the Fund for Peace"."""
    return re.compile(rf"(?<!\w)(?<![A-Z]\. ){short}(?![\w-]| (?:[A-Z]|of |for |on ))")


def _within_a_name(text: str, at: int) -> bool:
    """Whether a capital within a sentence just before makes one name with what follows: "the Boundary Commission"."""
    if at == 0 or text[at - 1] != " ":
        return False
    gap = text.rfind(" ", 0, at - 1)  # no further back than one word: a text may have very many
    return gap > 0 and bool(_NAMING.fullmatch(text, gap - 1, at))


_NAMING = re.compile(r"[\w,] (?!The |A |An )[A-Z][\w'’-]* ")
_LETTERS = re.compile(r"\b[A-Z]{3,7}\b")


def _stands_for(acronym: str, full: str) -> bool:
    """Whether an acronym is made of initials of a name, in order."""
    initials = iter(_letters(full))
    return len(acronym) > 1 and all(any(letter == initial for initial in initials) for letter in acronym)


def _bodies(found: Cast, start: int, end: int) -> None:
    """Parties, unions, associations and the like by their full names, where the tables know no such name."""
    trade = heads()["trade"]
    words = heads()["founded"] | trade
    for m in _CAPITALS.finditer(found.text, start, end):
        full = m.group().removeprefix("The ")
        at = m.end() - len(full)
        parts = full.split()
        head = next((n for n, word in enumerate(parts) if n and word.lower() in words), 0)
        while 0 < head < len(parts) - 1 and parts[head + 1].lower() in trade:  # "Brixton Holdings Plc"
            head += 1
        led = [n + 1 for n, word in enumerate(parts[:head]) if word in _LEADING | _DAYS or _owns(found, word, at)]
        cut = max(led, default=0)
        at += sum(len(word) + 1 for word in parts[:cut])
        parts, head = parts[cut:], head - cut
        if (len(parts) == 2 and parts[0] in _NOT_NAMES) or (head > 0 and parts[head - 1] in _NOT_NAMES):
            continue
        if head < 1 or (head + 1 < len(parts) and parts[head + 1] not in ("of", "for")):
            continue
        known = found.at(at, m.end())
        ends = at + len(" ".join(parts[: head + 1]))  # where what is of somebody begins: "Law Society of Kenya"
        longer = [n for n in known if " " in n.words and found.party(n.codes[0]).kind != "state"]  # not "Hong Kong"
        if longer or any(n.sort in ("name", "format") and n.end == ends for n in known):
            continue
        full = " ".join(parts)
        if parts[head].lower() in trade:
            own = full.rsplit(" and ", 1)[-1]  # "Telmar and Norvik Steel" are two
            _take_in(found, own, at + len(full) - len(own), "firm")
            continue
        state = next((c for n in known for c in n.codes if found.party(c).kind == "state"), "")
        found.found.setdefault(full.lower(), PartyName(full.lower(), full, "faction", state or found.home))
        found.aliases.setdefault(full, full.lower())


def _described(found: Cast, start: int, end: int) -> None:
    """Parties that the text says what they are: firms, provinces, coalitions."""

    def free(at: int, ends: int) -> bool:
        words = found.text[at:ends].split()
        return not found.at(at, ends) and not any(found.person(word) for word in words)

    for party in unlisted.find(found.text, start, end, free):
        _take_in(found, party.words, party.start, party.sort)


#: What ends the name of a firm in law and is not said of it otherwise.
_IN_LAW = frozenset("Corp Inc Ltd Plc PLC Co SA AG NV AB LLC SpA Bhd Limited".split())


def _take_in(found: Cast, full: str, at: int, sort: str) -> None:
    """Notes a party under its name, and a firm under the name that it is known by: "Telmar Plc" is Telmar."""
    parts = full.split()
    while len(parts) > 1 and parts[-1] in _IN_LAW:
        parts.pop()
    name = " ".join(parts)
    if name.lower() in heads()["trade"] | heads()["founded"] | heads()["firm"]:
        return
    if longer := found.ends().get(name):
        found.aliases.setdefault(name, longer)  # "the Crisis Group" is the International Crisis Group
        return
    state = next((c for n in found.at(at, at + len(full)) for c in n.codes if found.party(c).kind == "state"), "")
    state = state or names.places().get(name, ("",))[0] or (found.home if sort != "firm" else "")
    armed = parts[-1] in ("militants", "rebels")
    code = found.aliases.get(name) or name.lower()
    if code in names.parties():
        return
    if sort == "firm":  # "Netlink" is of China Netlink Group, once that is named
        other = found.firms.get(parts[0], "")
        code = other if set(parts) < set(found.party(other).name.split()) else code
        for part in parts:
            found.firms.setdefault(part, code)
    found.found.setdefault(code, PartyName(code, name, "armed group" if armed else "faction", state))
    found.sorts.setdefault(code, sort)
    for alias in {full, name, *(_shorter(found, parts) if sort == "firm" else ())}:
        found.aliases.setdefault(alias, code)


def _shorter(found: Cast, parts: list[str]) -> list[str]:
    """A firm's name without its first or last word, where the text calls it so: "Norvik said …" of Norvik Steel."""
    ways = [" ".join(way) for way in (parts[:-1], parts[1:], parts[1:-1]) if way]
    known = heads()["trade"] | heads()["founded"] | heads()["body"]
    return [
        way for way in ways
        if way in found.speaking() and way.lower() not in known and way not in names.places() and not any(names.find(way))
    ]  # fmt: skip


def _owns(found: Cast, word: str, at: int) -> bool:
    """Whether a word of a longer name only says whose it is: "Kenya's University Lecturers' Union", not "People's Party"."""
    return (
        word.endswith(("'s", "’s"))
        and any(n.words == word[:-2] for n in names.find(word))
        and bool(found.at(at, at + 1))
    )


#: What makes no name of a party: "the Working Party", "the Ruling Party".
_NOT_NAMES = frozenset(
    "Working Ruling Governing Opposition Joint Contact Expert Drafting Core Task Action Level Operations".split()
)
#: A name that may end in what it is: "Athens Bar Association", "Muslim Council of Britain".
_CAPITALS = re.compile(r"[A-Z][\w'’-]{1,40}(?: (?:(?:and|of|for|of the|for the) )?[A-Z][\w'’-]{1,40}){1,7}")
_LEADING = frozenset(
    "of for the But And In On At For As Both Some Many Most If While When After Before Since Under".split()
)


def _apart(names: list[Name]) -> list[Name]:
    """Names without those that lie in a longer one."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda n: (n.start, -n.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept


def _places(text: str, aliases: dict[str, str]) -> Iterator[tuple[str, str, int]]:
    """Where a text has each alias as whole words; linear in the length of the text, whatever their number."""
    if not aliases:
        return
    lengths: dict[str, set[int]] = {}  # of the aliases that begin with a word: hundreds may, but they have few lengths
    for alias in aliases:
        lengths.setdefault(re.findall(r"\w+", alias)[0], set()).add(len(alias))
    for m in re.finditer(r"\w+", text):
        for length in lengths.get(m.group(), ()):
            alias, end = text[m.start() : m.start() + length], m.start() + length
            if alias in aliases and _EDGE.match(text, end):
                yield alias, aliases[alias], m.start()


_EDGE = re.compile(r"\b")


def _persons(found: Cast, start: int, end: int) -> None:
    """Persons with their office: "US envoy Bill Richardson", "Kwon Ho-woong, chief delegate"."""
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(found.text, start, end)]
    offices = heads()["office"]
    at = 0
    while at < len(words):
        word = words[at][0]
        if word.lower() in offices or word in (
            "Mr",
            "Mrs",
            "Ms",
            "Dr",
            "Gen",
            "Col",
            "Sheikh",
            "Ayatollah",
            "Lt",
            "Sir",
        ):
            after = at + 2 if at + 1 < len(words) and words[at + 1][0] in _QUOTES else at + 1
            if at + 2 < len(words) and words[at + 1][0] == "of" and words[at + 2][0] in _PORTFOLIOS:
                after = at + 3
            run = _name_run(found, words, after)
            if run and _touching(found, words, at, run[0]):
                at = _take(found, words, at, run)
                continue
        run = _name_run(found, words, at) if word[0].isupper() or "-" in word else []
        if len(run) >= 2:
            if office := _apposition(found, words, run):
                at = _register(found, words, run, *office)
                continue
            _stranger(found, words, run)
        at += 1


#: "Secretary of State X"
_PORTFOLIOS = frozenset("State Defense Defence Commerce Energy Agriculture Labor Labour Transportation".split())


def _stranger(found: Cast, words: list[tuple[str, int, int]], run: list[int]) -> None:
    """Takes in somebody who shares a well-known surname and no given name: "Stephen Fleming" is not Melissa Fleming.

    Whoever bears that surname in the report is then of no known party.
    """
    *given, surname = (names.unowned(words[n][0]) for n in run)
    known = names.leaders().get(surname, ())
    meant = any(_may_be([*given, surname], surname, leader.name) for leader in known)
    if found.person(surname) is not None and known and not meant and not any(w.endswith("-born") for w in given):
        start, end = words[run[0]][1], words[run[-1]][1] + len(surname)
        found.add(Member(found.text[start:end], "", "", start, end), surname)


_ABBREVIATED = frozenset("mr mrs ms dr gen col lt sen rep gov".split())


def _touching(found: Cast, words: list[tuple[str, int, int]], office: int, name: int) -> bool:
    """Whether a name follows an office directly, in the same sentence."""
    gap = found.text[words[office][2] : words[name][1]].strip()
    return (
        gap in ("", '"', "”", "'")
        or gap.removeprefix("of ") in _PORTFOLIOS
        or (gap == "." and words[office][0].lower() in _ABBREVIATED)
    )


def _name_run(found: Cast, words: list[tuple[str, int, int]], at: int) -> list[int]:
    """Indices of the words of a personal name that begins at `at`; empty where none does."""
    run: list[int] = []
    while at < len(words) and len(run) < 5:
        word, a, b = words[at]
        if (
            (_CAPITAL.match(word) and word.lower() not in _TITLES and not _party_at(found, a, b))
            or (run and word in _PARTICLES and at + 1 < len(words) and _CAPITAL.match(words[at + 1][0]))
            or (word.startswith(("al-", "el-", "as-", "ul-")) and len(word) > 4)
        ):
            run.append(at)
        else:
            break
        if at + 1 < len(words) and found.text[b : words[at + 1][1]].strip():
            break
        if at + 1 < len(words) and len(found.text[b : words[at + 1][1]]) > 2:
            break
        at += 1
    if run and words[run[-1]][0] in _DAYS:
        run.pop()
    return run if run and words[run[0]][0] not in _DAYS else []


_DAYS = frozenset(
    """The A An In On At With From He She It They But And For Council Ministry Government Party House Parliament
        Committee Assembly""".split()
) | {*WEEKDAYS, *MONTHS}


def _party_at(found: Cast, start: int, end: int) -> bool:
    return any(n.sort != "person" for n in found.at(start, end))


def _take(found: Cast, words: list[tuple[str, int, int]], office: int, run: list[int]) -> int:
    """A person whose office stands before the name; looks left for the party."""
    first = office
    while first > 0 and office - first < 6:
        word, a, b = words[first - 1]
        gap = found.text[b : words[first][1]]
        if gap.strip() not in ("", "-") or word in (",", ";", ":"):
            break
        if word in _QUOTES:
            first -= 1
            continue
        if _party_at(found, a, b):
            break
        if not (_CAPITAL.match(word) or word.lower() in heads()["office"] or word in _ADJUNCTS):
            break
        if word.endswith(("'s", "’s")) and (served := found.person(word)) and served.party:
            break  # "Olmert's spokeswoman Miri Eisin"
        first -= 1
    role = found.text[words[first][1] : words[office][2]]
    party = _party_left(found, words, first)
    if not party and run[-1] + 1 < len(words) and words[run[-1] + 1][0] == ",":
        party = (_apposition(found, words, run) or ("", ""))[1]
    plain = words[office][0] in ("Mr", "Mrs", "Ms", "Dr", "Sir", "Gen", "Col", "Lt")
    if plain and not party:
        return run[-1] + 1
    if "opposition" in role.lower() and (not party or found.party(party).kind == "state"):
        own = _known([words[i][0] for i in run], found)
        party = (
            own if own and found.party(own).kind != "state" else found.new("opposition", party or found.home, "faction")
        )
    rebel = "rebel" in role.lower() or "guerrilla" in role.lower()
    if rebel and (not party or found.party(party).kind == "state"):
        leads = words[office][0].lower() in ("leader", "chief", "commander", "warlord", "head")
        party = _rebel_name(found, words, run, party) if leads else REBELS
    party = (
        party or _known([words[i][0] for i in run], found) or _domestic(found, role, words[office][0], words[first][1])
    )
    party = party or _employer(found, words, first, office)
    return _register(found, words, run, role, party)


_QUOTES = ('"', "“", "”")
#: Stands for "the rebels" until the whole text has told who they are.
REBELS = "rebels"
_ADJUNCTS = frozenset(
    """top special chief senior former deputy rebel guerrilla opposition visiting new outgoing exiled
        military political foreign prime vice assistant acting interim party affairs policy state of nuclear
        peace trade government presidential royal main key lead""".split()
)


def _known(name: list[str], found: Cast) -> str:
    """The party of a well-known person: in office then, else whatever the year where no doubt is left."""
    for word in reversed(name):
        if (member := found.person(word)) and member.party and _may_be(name, word, member.name):
            return member.party
        parties = {leader.party for leader in names.leaders().get(word, ()) if _may_be(name, word, leader.name)}
        if len(parties) == 1:
            return parties.pop()
    return ""


def _may_be(name: list[str], shared: str, full: str) -> bool:
    """Whether somebody may be the known person who shares a name with them: given names begin alike, where both have any."""
    mine, theirs = ({w[:1].lower() for w in words if w != shared} for words in (name, full.split()))
    return not mine or not theirs or bool(mine & theirs)


def _domestic(found: Cast, role: str, office: str, at: int) -> str:
    """ "President X" without a country is that of the state that the text turned to last, else the report's own."""
    national = office[0].isupper() and office.lower() in (
        "president", "minister", "king", "premier", "chancellor", "emir", "sultan", "queen"
    )  # fmt: skip
    if office.lower() == "president" and not _OF_STATES.issuperset(role.lower().split()):
        national = False  # "COP29 President"
    return (_topic(found, at) or found.home) if national or _NATIONAL.search(role) else ""


def _topic(found: Cast, at: int) -> str:
    """The state that a sentence near before begins with: "Mexico urged restraint. Economy Minister Graciela Marquez …"."""
    return next(
        (
            name.codes[0] for name in reversed(found.at(max(at - _NEAR, 0), at))
            if name.sort in ("name", "metonym", "capital") and found.party(name.codes[0]).kind == "state"
            and _BEGINNING.search(found.text, max(name.start - 4, 0), name.start)
        ),
        "",
    )  # fmt: skip


#: What a president of a state may be called, but for the state.
_OF_STATES = frozenset(
    "of president senate assembly vice deputy acting interim transitional caretaker former ex-president new outgoing incoming current late mr".split()
)
_BEGINNING = re.compile(r"(?:[.!?][\"”]?\s+|\n)$")
#: Characters that a text stays with a state whose name began a sentence.
_NEAR = 300


#: Institutions of a state; who speaks for one without a country speaks for the one the report is about.
_NATIONAL = re.compile(
    r"government|ministry|minister\b|presidential|presidency|cabinet|parliament|army|military|police|navy", re.I
)


def _employer(found: Cast, words: list[tuple[str, int, int]], first: int, office: int) -> str:
    """A party that no table knows, by who speaks for it: "Gazprom spokesman Sergei Kupriyanov" -> `gazprom`."""
    names_of = [w for w, _, _ in words[first:office] if w.lower() not in heads()["office"]]
    leads = words[office][0].lower() == "leader" and len(names_of) == 1 and _LETTERS.fullmatch(names_of[0])
    if not leads and words[office][0].lower() not in _VOICES:
        return ""
    while names_of and (names_of[0] in _ADJUNCTS or names_of[0].lower() in _ADJUNCTS or names_of[0] in _DAYS):
        names_of.pop(0)
    plain = all(_CAPITAL.match(w) and w.lower() not in heads()["body"] | _TITLES for w in names_of)
    if not names_of or len(names_of) > 3 or not plain or found.person(names_of[-1]):
        return ""
    name = names.unowned(" ".join(names_of))
    code = name.lower()
    found.found.setdefault(code, PartyName(code, name, "faction", ""))
    found.aliases.setdefault(name, code)
    return code


#: "SPO leader X"
_LETTERS = re.compile(r"[A-Z]{2,6}")
_VOICES = frozenset("spokesman spokeswoman spokesperson negotiator president chairman chief director".split())


def _party_left(found: Cast, words: list[tuple[str, int, int]], first: int) -> str:
    """The party named just before an office: "Zairean", "Kabila's", "UN"."""
    if first == 0:
        return ""
    word, a, b = words[first - 1]
    known = found.at(a, b)
    end = max(b, known[-1].end) if known else b  # "U.S." ends with a stop
    if found.text[end : words[first][1]].strip() not in ("", "-", "'s", "’s", "'"):
        return ""
    if known:
        name = known[-1]
        if len(name.codes) != 1:
            return ""
        if name.sort == "metonym" or found.party(name.codes[0]).kind == "organisation":
            # "France's UN ambassador", "Chad's Foreign Office spokesman"
            over = found.at(max(name.start - 4, 0), name.start)
            joined = over and found.text[over[-1].end : name.start] in (" ", "'s ", "’s ", "' ")
            if over and joined and found.party(over[-1].codes[0]).kind == "state":
                return over[-1].codes[0]
        return name.codes[0]
    if (member := found.person(word)) and word.endswith(("'s", "’s", "s'")):
        return member.party
    if word.lower() == "rebel":
        return ""
    return ""


def _rebel_name(found: Cast, words: list[tuple[str, int, int]], run: list[int], state: str) -> str:
    """Rebels known by their leader: "rebel leader Laurent Kabila" -> `kabila rebels`."""
    if (member := found.person(words[run[-1]][0])) and member.party and found.party(member.party).kind != "state":
        return member.party
    code = f"{words[run[-1]][0].lower().removeprefix('al-')} rebels"
    found.found.setdefault(code, PartyName(code, code.title(), "armed group", state or found.home))
    return code


_ROLE_OF = ("of", "for", "to", "at")


def _apposition(found: Cast, words: list[tuple[str, int, int]], run: list[int]) -> tuple[str, str] | None:
    """Office and party from ", head of the Sudanese delegation" or from "China's envoy, X"."""
    after = run[-1] + 1
    if after < len(words) and words[after][0] == ",":
        role, party = _office_in(found, words, after + 1, _phrase_end(words, after + 1))
        if role and party:
            return role, party
    before = run[0] - 1
    while before > 0 and words[before][0].lower() in _TITLES:  # ", Sheikh X"
        before -= 1
    if before > 0 and words[before][0] == ",":
        role, party = _office_before(found, words, _clause_start(found, words, before), before)
        if role and party:
            return role, party
    return None


def _phrase_end(words: list[tuple[str, int, int]], first: int) -> int:
    """Where a phrase that may tell an office ends: at what leads on before any office, "…, spoke with the chairman"."""
    for n in range(first, min(first + 14, len(words))):
        if words[n][0].lower() in heads()["office"]:
            break
        if words[n][0] in _LEADS_ON:
            return n
    return first + 14


_LEADS_ON = frozenset("with by in after before when while at on from to".split())
#: Those of them that no party of an office follows: "ambassador to Chad", but "minister when …".
_LEADS_OFF = _LEADS_ON - {"in", "at", "from", "to"}


def _office_before(found: Cast, words: list[tuple[str, int, int]], first: int, stop: int) -> tuple[str, str]:
    """The office nearest before a comma, with the party told behind it or at its left, else the first of the clause."""
    offices = [n for n in range(first, stop) if words[n][0].lower() in heads()["office"]]
    if offices:
        at = offices[-1]
        while at - 1 in offices:
            at -= 1
        role = found.text[words[at][1] : words[offices[-1]][2]]
        while at > first and (words[at - 1][0] in _ADJUNCTS or words[at - 1][0].lower() in _ADJUNCTS):
            at -= 1
        behind = (name for name in found.at(words[offices[-1]][2], words[stop][1]) if name.sort != "format")
        if party := _party_left(found, words, at) or next((name.codes[0] for name in behind), ""):
            return role, party
    return _office_in(found, words, first, stop)


def _clause_start(found: Cast, words: list[tuple[str, int, int]], at: int) -> int:
    """The first word, at most twelve back, of the sentence that a word stands in."""
    first = at
    while first > 0 and at - first < 12:
        gap = found.text[words[first - 1][2] : words[first][1]]
        if any(mark in gap for mark in ".!?\n") or words[first - 1][0] in _QUOTES:
            break
        first -= 1
    return first


_DASH = re.compile(r"\s[-–—]+\s")


def _office_in(found: Cast, words: list[tuple[str, int, int]], first: int, stop: int) -> tuple[str, str]:
    """The first office between two words with the party it serves, up to the next comma."""
    role, party, role_end = "", "", 0
    for n, (word, a, b) in enumerate(words[first : min(stop, len(words))]):
        if n and _DASH.fullmatch(found.text, words[first + n - 1][2], a):
            break  # "PARIS, March 7 - Negotiators"
        if word in (",", ";", ":", '"', "“", "”") or word.lower() in ("said", "says", "told", "who"):
            break
        if role and word in _LEADS_OFF:
            break
        if word.lower() in heads()["office"] and (not role or a == role_end + 1):
            role = f"{role} {word}".strip()
            role_end = b
        elif (known := found.at(a, b)) and not party and known[-1].sort != "format":
            party = known[-1].codes[0]
        elif not party and word.endswith(("'s", "’s")) and (member := found.person(word)):
            party = member.party
        elif not party and word.lower() in ("rebel", "rebels") and found.rebels:
            party = found.rebels
        elif role and not party and _NATIONAL.fullmatch(word):
            party = found.home
    return role, party


def _register(found: Cast, words: list[tuple[str, int, int]], run: list[int], role: str, party: str) -> int:
    start, end = words[run[0]][1], words[run[-1]][2]
    full = names.unowned(found.text[start:end])
    parts = full.split()
    known = found.person(parts[-1]) or (found.person(parts[0]) if len(parts) > 1 else None)
    if known and known.party and known.party != party:
        same = (known.name.split()[-1] == parts[-1] and _may_be(parts, parts[-1], known.name)) or full in known.name
        if not party or (same and found.party(known.party).kind != "state"):
            party = known.party
    keys = [
        full,
        parts[-1],
        parts[-1].split("-")[-1] if parts[-1].startswith(("al-", "el-")) else parts[-1],
    ]
    if party in _FAMILY_FIRST or ("-" in parts[-1] and len(parts) > 1):
        keys.append(parts[0])
    keys += [p for p in parts if len(p) > 3 and _CAPITAL.match(p)]
    keys += [p.split("-")[0] for p in parts[1:] if "-" in p and _CAPITAL.match(p)]  # "Min" in "Song Min-soon"
    found.add(Member(full, role.strip(), party, start, end), *keys)
    return run[-1] + 1


#: "rebels led by Laurent-Desire Kabila", "rebel forces of warlord X"
_LED = re.compile(
    r"\b(?:[Rr]ebels?|[Gg]uerrillas?|[Ii]nsurgents?)(?: \w+)? (?:led|headed|commanded) by "
    r"((?:[A-Z][\w'’-]+ ){0,3}[A-Z][\w'’-]+)"
)
_REBEL_WORD = re.compile(r"\b(rebels?|guerrillas?|insurgents?|separatists?)\b", re.I)


def _rebels(found: Cast) -> None:
    """Whom "the rebels" means in this report: the group that is named most."""
    groups = [c for c in found.ranking if found.party(c).kind == "armed group"]
    named = [m.party for m in found.members if found.party(m.party).kind == "armed group"]
    counts = Counter([*groups, *named, *named])
    for n, code in enumerate(found.ranking):
        if code in counts:
            counts[code] += len(found.ranking) - n
    counts.pop(REBELS, None)
    if counts:
        found.rebels = counts.most_common(1)[0][0]
        for member in found.members:
            if member.party == REBELS:
                member.party = found.rebels
    elif led := _LED.search(found.text):
        leader = led.group(1).removesuffix("'s").split("-")[-1].split()[-1].lower()
        found.rebels = f"{leader} rebels"
        found.found[found.rebels] = PartyName(found.rebels, found.rebels.title(), "armed group", found.home)
        for member in found.members:
            if member.party == REBELS:
                member.party = found.rebels
    elif _REBEL_WORD.search(found.text):
        found.rebels = "rebels"
        found.found["rebels"] = PartyName("rebels", "rebels", "armed group", found.home)
