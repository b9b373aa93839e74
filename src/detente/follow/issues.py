"""What talks are about: the wordings of one matter in the acts of a process, grouped.

Each wording is a bag of stems in which the head of its first phrase counts twice ("the release of prisoners" has two); a wording joins the issue
that holds the wording most alike to it (weighted overlap coefficient), or opens a new one. Acts are taken by
date, so that an issue never changes by what is told later, it only grows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from detente.days import MONTHS, WEEKDAYS
from detente.follow import words
from detente.follow.filed import Quote, Told
from detente.record import Act

#: The stance that each kind of act takes on what it is about; the other kinds take none.
STANCE = {
    "demand": "wants",
    "propose": "offers", "pledge": "offers",
    "agree": "accepts", "concede": "accepts", "comply": "accepts", "support": "accepts",
    "reject": "refuses", "suspend": "refuses", "threaten": "refuses",
}  # fmt: skip
#: Wordings at least this much alike are of one matter.
ALIKE = 0.6
#: Acts that tell a stance even where they are only to come.
_STANDING = ("demand", "reject")
#: Acts that arrange a round say nothing on a matter.
_ARRANGING = ("agree", "pledge", "suspend", "comply", "support")


@dataclass(slots=True, eq=False)
class Issue:
    """One matter of a process, with the acts that tell of it in order of time."""

    told: list[Told[Act]] = field(default_factory=list)
    wordings: Counter[str] = field(default_factory=Counter)
    bags: list[dict[str, int]] = field(default_factory=list, repr=False)
    #: the name that a user gave it
    title: str = ""

    @property
    def name(self) -> str:
        """Its commonest wording, of several the shortest; a user's name comes first."""
        return self.title or min(self.wordings, key=lambda w: (-self.wordings[w], len(w), w), default="")

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All that tells of it."""
        return tuple(q for t in self.told for q in t.quotes)

    def likeness(self, other: dict[str, int]) -> float:
        """How alike a wording is to the most alike wording of this issue, 0..1."""
        return max((overlap(mine, other) for mine in self.bags), default=0.0)

    def add(self, act: Told[Act]) -> None:
        """Takes an act in."""
        self.told.append(act)
        self.wordings[tidy(act.entry.about)] += 1
        if (mine := bag(act.entry.about)) not in self.bags:
            self.bags.append(mine)

    def join(self, other: Issue) -> None:
        """Takes in all that tells of another issue."""
        told = sorted([*self.told, *other.told], key=_place)
        self.told, self.wordings, self.bags = [], Counter(), []
        for act in told:
            self.add(act)

    def without(self, wordings: Collection[str]) -> tuple[Issue, Issue] | None:
        """Itself without some wordings (in small letters), and these as an issue; None where nothing or all would go."""
        stays, goes = Issue(title=self.title), Issue()
        for act in self.told:
            names = {tidy(act.entry.about).lower(), act.entry.about.lower()}
            (goes if names & set(wordings) else stays).add(act)
        return (stays, goes) if stays.told and goes.told else None


def group(acts: Iterable[Told[Act]]) -> list[Issue]:
    """The issues that acts are about; those that most acts tell of come first."""
    issues: list[Issue] = []
    for act in sorted(acts, key=_place):
        if matters(act.entry) and not _denies(act):
            found = home(act.entry.about, issues)
            if found is None:
                found = Issue()
                issues.append(found)
            found.add(act)
    return largest_first(issues)


def largest_first(issues: Iterable[Issue]) -> list[Issue]:
    """Issues, those that most acts tell of first."""
    return sorted(issues, key=lambda i: -len(i.told))


def home(wording: str, issues: Iterable[Issue]) -> Issue | None:
    """The issue that a wording belongs to, None where it is alike to none."""
    mine = bag(wording)
    scored = [(issue.likeness(mine), len(issue.told), -n, issue) for n, issue in enumerate(issues)]
    score, _, _, issue = max(scored, key=lambda s: s[:3], default=(0.0, 0, 0, None))
    return issue if score >= ALIKE else None


def matters(act: Act) -> bool:
    """Whether an act takes a stance on a matter: it is asserted, and not only about when to meet.

    Who will ask for a thing wants it, and who will never accept one refuses it.
    """
    if act.kind not in STANCE or (act.planned and act.kind not in _STANDING):
        return False
    if set(words.telling(act.about)) <= words.papers():
        return False
    return act.kind not in _ARRANGING or not _arranges(act.about)


def _arranges(about: str) -> bool:
    """Whether a wording is about a round of talks, and not about what is talked of."""
    first = re.split(_AFTER, about, maxsplit=1)[0]
    return bool(words.stems(first) & words.talks_words())


def _denies(act: Told[Act]) -> bool:
    """Whether an act only denies a charge: that is no stance on what the talks are about."""
    return act.entry.kind == "reject" and any(words.sign("denied", q.quote) for q in act.quotes)


def _place(act: Told[Act]) -> tuple[str, str, int]:
    return act.date, act.report_id, act.quotes[0].start if act.quotes else 0


# -- wordings

_AFTER = re.compile(
    r" (?:of|to|for|in|over|on|at|from|with|without|by|between|among|that|which|who|until|after|before|under|about|"
    r"against|through|across|within|towards?|into|as|if|unless|when|while|because)\b",
    re.I,
)
_OF = re.compile(r" of\b")
_ARTICLE = re.compile(
    r"^(?:(?:to|that|the|an?|its|their|his|her|this|these|those|any|all|some|such|for|on|of) )+", re.I
)
_WHEN = re.compile(
    r" (?:by|before|until|in|on|at|within|from)(?: the)?(?: end of| middle of| beginning of)?(?: early| late| next| this)?"
    rf" (?:mid-)?(?:{'|'.join([*MONTHS, *WEEKDAYS])}|"
    r"\d{4}|\d+ (?:hour|day|week|month|year)s?|year|month|week|the (?:year|month|week)|"
    r"(?:an?|one|two|three|four|five|six|ten|several) (?:day|week|month|year)s?)\b.*$",
    re.I,
)


def tidy(wording: str) -> str:
    """A wording as a name: without article before and date behind."""
    short = tidy_end(_ARTICLE.sub("", wording))
    short = re.split(r"[,;:]\s", short, maxsplit=1)[0].strip(" ,.;:\"'“”")
    return short or wording


def tidy_end(wording: str) -> str:
    """A wording without the date behind it: "free 40 prisoners within a month" -> "free 40 prisoners"."""
    return _WHEN.sub("", wording)


#: "The salaries owed", "the men held": the noun is the head.
_PARTICIPLE = re.compile(r"(?<=\ws) (?:\w{2,20}ed|due|held|frozen|taken|lost)$")


@lru_cache(maxsize=20_000)
def _bag(wording: str) -> tuple[tuple[str, int], ...]:
    telling = words.telling(wording)
    phrases = re.split(_AFTER, _ARTICLE.sub("", wording), maxsplit=2)
    # In "the release of prisoners" the deed and its object both say which matter is meant.
    of = len(phrases) > 1 and re.match(_OF, wording[wording.find(phrases[0]) + len(phrases[0]) :])
    heads = {
        word for phrase in phrases[: 2 if of else 1] for word in words.telling(_PARTICIPLE.sub("", phrase))[-1:]
    } or {*telling[:1]}
    return tuple((word, 2 if word in heads else 1) for word in telling)


_CLAUSE = re.compile(
    r",? (?:(?:which|who|whom|that|it|he|she|they) \w+(?:ed|s|n|d)|(?:on|in|to|for|with|by|under|from|through) (?:which|whom))\b"
)


def leading(wording: str) -> str:
    """The first three phrases of a wording: what stands behind them is seldom told again."""
    short = _CLAUSE.split(_ARTICLE.sub("", wording), maxsplit=1)[0]
    cuts = [m.start() for m in _AFTER.finditer(short)]
    return short[: cuts[2]] if len(cuts) > 2 else short if words.telling(short) else wording


def bag(wording: str) -> dict[str, int]:
    """The telling words of a wording; the head of its first phrase, and of one after "of", counts twice."""
    return dict(_bag(wording))


def overlap(a: dict[str, int], b: dict[str, int]) -> float:
    """The weighted overlap coefficient of two bags of words, 0..1."""
    if a.keys().isdisjoint(b):
        return 0.0
    both = sum(min(a[word], b[word]) for word in a.keys() & b.keys())
    return both / min(sum(a.values()), sum(b.values()))
