"""Where things stand in the drawings: a sparkline, the timeline of a process, the graph of its links.

Only geometry is found here; the templates write the SVG. Widths of words are estimated, a little too wide rather
than too narrow, so that nothing runs into anything else whatever font a reader has.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx

from detente import days
from detente.export.common import last_day, whole_day
from detente.view import clean, human_date

#: The width of one letter at the size of labels.
LETTER = 6.6


def width(words: str) -> float:
    """How wide words are, about."""
    return LETTER * len(words)


def cut(words: str, room: float) -> str:
    """Words cut to a width."""
    words = clean(words)
    fits = max(4, int(room / LETTER))
    return words if len(words) <= fits else words[: fits - 1].rstrip(" ,.;") + "…"


# -- the sparkline


@dataclass(frozen=True, slots=True)
class Bar:
    """What moved in one week."""

    x: int
    height: float
    week: str
    count: int


@dataclass(frozen=True, slots=True)
class Sparkline:
    """How much moved week by week; `words` say the same."""

    bars: tuple[Bar, ...]
    words: str
    width: int
    height: int


#: So many weeks are looked back.
WEEKS = 26


def sparkline(told: Iterable[str], as_of: str, *, weeks: int = WEEKS, height: int = 28) -> Sparkline:
    """Bars for the days on which something moved, in the weeks up to a day."""
    last = whole_day(as_of)
    counts = [0] * weeks
    if last is not None:
        for day in told:
            when = whole_day(days.first(day))
            ago = (last - when).days // 7 if when and when <= last else weeks
            if ago < weeks:
                counts[weeks - 1 - ago] += 1
    most = max(counts)
    starts = [(last - dt.timedelta(days=7 * (weeks - n) - 1)).isoformat() if last else "" for n in range(weeks)]
    bars = tuple(
        Bar(6 * n, (4 + (height - 4) * c / most) if c else 1.5, start, c)
        for n, (c, start) in enumerate(zip(counts, starts, strict=True))
    )
    return Sparkline(bars, _in_words(counts, starts, weeks), 6 * weeks - 2, height)


def _in_words(counts: Sequence[int], starts: Sequence[str], weeks: int) -> str:
    total, most = sum(counts), max(counts)
    if not total:
        return f"Nothing moved in the last {weeks} weeks"
    when = starts[counts.index(most)]
    things = "thing" if total == 1 else "things"
    return f"{total} {things} moved in the last {weeks} weeks, most of them ({most}) in the week of {human_date(when)}"


# -- the timeline

_WIDTH, _LEFT, _RIGHT = 1180, 132, 172
_AXIS, _DOT, _LABEL, _PROMISE, _STRIP = 34, 24, 34, 34, 24
#: So many steps of labels, and so many promises, are drawn at most.
_STEPS, _PROMISES = 7, 14
#: How far behind its end days farther ahead begin, how far they stand apart, and how much room they have at most.
_BREAK, _STEP, _AHEAD = 30, 28, 200
#: Marks nearer than this hide each other.
_APART = 11


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the axis."""

    x: float
    words: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """A round: where it stands, how far it lasts, and where its label hangs ("" where there is no room for it).

    `told` is the last sentence that tells of it, as the name of a report and a place in its text.
    """

    x: float
    y: float
    end: float
    number: str
    status: str
    title: str
    when: str
    label: str
    label_y: float
    moved: float | None
    told: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Arrow:
    """A promise, from the day it was made to the day it is due.

    `beyond`: that day lies outside of what is to scale, and `when` tells it.
    """

    id: str
    x: float
    due: float
    y: float
    status: str
    words: str
    title: str
    at_end: bool
    beyond: bool
    when: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """When one party took which stance."""

    party: str
    y: float
    marks: tuple[tuple[float, str, str], ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of a process over time."""

    width: int
    height: float
    left: float
    right: float
    ticks: tuple[Tick, ...]
    now: float
    as_of: str
    line: float
    dots: tuple[Dot, ...]
    promises: float
    arrows: tuple[Arrow, ...]
    missing: tuple[str, ...]
    strips: tuple[Strip, ...]
    words: str
    #: from where on days stand in their order only, None where all are to scale
    broken: float | None = None


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days on a line. Those farther `ahead` stand behind its end, one after the other; those long ago on its beginning."""

    first: dt.date
    last: dt.date
    ahead: tuple[dt.date, ...] = ()

    @property
    def edge(self) -> float:
        """Where what is to scale ends."""
        return _WIDTH - _RIGHT - (_BREAK + self.step * len(self.ahead) if self.ahead else 0)

    @property
    def step(self) -> float:
        """How far days ahead stand apart."""
        return min(_STEP, _AHEAD / max(1, len(self.ahead)))

    def __call__(self, day: dt.date) -> float:
        if day > self.last and self.ahead:
            return round(self.edge + _BREAK + self.step * bisect_left(self.ahead, day), 1)
        part = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(_LEFT + (self.edge - _LEFT) * min(1.0, max(0.0, part)), 1)


def timeline(
    rounds: Sequence[dict[str, Any]], pledges: Sequence[dict[str, Any]], stances: Sequence[tuple[str, str, str, str]],
    reports: Iterable[str], as_of: str, name: Callable[[str], str],
) -> Timeline | None:  # fmt: skip
    """The timeline of a process; None where nothing in it has a day. `stances` are (day, party, stance, issue)."""
    now = last_day(as_of)
    scale = _scale(rounds, pledges, reports, now)
    if now is None or scale is None:
        return None
    line = _AXIS + 26
    dots, low = _dots([r for r in rounds if r["start"] or r["end"]], scale, line)
    dated = [p for p in pledges if p["last_due"] and p["made"]]
    shown = sorted(sorted(dated, key=lambda p: p["last_due"])[-_PROMISES:], key=lambda p: (p["made"], p["last_due"]))
    top = low + 40
    arrows = tuple(_arrow(p, scale, top + _PROMISE * n, name) for n, p in enumerate(shown))
    below = top + _PROMISE * len(shown) - (0 if shown else 24)
    strips = _strips(stances, scale, below + 12, name)
    height = below + (_STRIP * len(strips) + 18 if strips else 0)
    held = sum(r["status"] == "held" for r in rounds)
    said = (
        f"{len(rounds)} rounds, {held} of them held; {len(pledges)} pledges, {len(shown)} of them drawn as arrows from "
        f"the day they were made to the day they are due; the stances of {len(strips)} parties; "
        f"from {human_date(scale.first.isoformat())} to {human_date(scale.last.isoformat())}."
    )
    return Timeline(
        _WIDTH, height, _LEFT, _WIDTH - _RIGHT, _ticks(scale), scale(now), as_of, line, dots, top - 22, arrows,
        _missing(len(rounds) - len(dots), len(pledges) - len(dated), len(dated) - len(shown)), strips, said, scale.edge + _BREAK / 3 if scale.ahead else None,
    )  # fmt: skip


def _missing(rounds: int, undated: int, older: int) -> tuple[str, ...]:
    """What is not drawn, in words."""
    found = (
        (rounds, "round", "without a day"),
        (undated, "pledge", "without a day"),
        (older, "pledge", "of longer ago"),
    )
    return tuple(f"{n} {what}{'' if n == 1 else 's'} {why}" for n, what, why in found if n)


def _scale(
    rounds: Sequence[dict[str, Any]], pledges: Sequence[dict[str, Any]], reports: Iterable[str], now: dt.date | None
) -> _Scale | None:
    """From a while before the first report to the last day due, though not farther ahead than half of what is past."""
    told = [d for date in reports if (d := whole_day(date))]
    if not told or now is None:
        return None
    held = [d for r in rounds if (d := whole_day(days.first(r["start"] or r["end"])))]
    due = [d for p in pledges if (d := last_day(p["last_due"]))] + [d for r in rounds if (d := last_day(r["end"]))]
    first = min([*told, *(d for d in held if d >= min(told) - dt.timedelta(days=365))])
    past = max(90, (now - first).days)
    last = min(max([now, *due]), now + dt.timedelta(days=past // 2))
    margin = dt.timedelta(days=max(7, past // 40))
    ahead = sorted({d for d in [*due, *held] if d > last + margin})
    return _Scale(first - margin, last + margin, tuple(ahead))


def _dots(rounds: Sequence[dict[str, Any]], scale: _Scale, line: float) -> tuple[tuple[Dot, ...], float]:
    """The rounds on their line, with labels on steps so that none crosses another or the thread of one.

    Labels stand right of their threads. Taken from the right, each stands a step below all that it would run into.
    """
    placed = sorted(((scale(_day(r["start"] or r["end"])), r) for r in rounds), key=lambda pair: -pair[0])
    found: list[Dot] = []
    steps: list[tuple[float, int]] = []
    for x, r in placed:
        number, when = str(r["ordinal"] or ""), human_date(r["start"] or r["end"])
        label = " · ".join(w for w in (clean(r["place"]), r["outcome"], r["status"]) if w and w != "held")
        label = cut(label or r["status"], 190)
        reach = x + max(width(label), width(when)) + 16
        step = max((n + 1 for other, n in steps if other < reach), default=0)
        steps.append((x, step))
        end = max(x, scale(last_day(r["end"]) or _day(r["start"] or r["end"])))
        moved = scale(_day(r["moved_from"][-1])) if r["moved_from"] and r["moved_from"][-1] else None
        title = f"{'Round ' + number if number else clean(r['name'])}, {when}: {r['status']}" + (
            f", {clean(r['place'])}" if r["place"] else "")  # fmt: skip
        room = step < _STEPS
        label_y = line + _DOT + 8 + _LABEL * step
        told = r["evidence"][-1] if r["evidence"] else None
        found.append(
            Dot(x, line, end, number, r["status"], title, when if room else "", label if room else "", label_y, moved,
                (told["report_id"], told["start"]) if told else None)
        )  # fmt: skip
    deepest = max((d.label_y for d in found if d.label), default=line)
    return tuple(reversed(found)), deepest + 18


def _day(date: str) -> dt.date:
    return whole_day(days.first(date)) or dt.date.min


def _arrow(pledge: dict[str, Any], scale: _Scale, y: float, name: Callable[[str], str]) -> Arrow:
    made, due = _day(pledge["made"]), last_day(pledge["last_due"]) or _day(pledge["made"])
    x, end = scale(made), scale(due)
    who = ", ".join(name(code) for code in pledge["by"])
    words = f"{who}: {clean(pledge['short'])}" if who else clean(pledge["short"])
    title = f"{words}. Promised {human_date(pledge['made'])}, due {human_date(pledge['last_due'])}: {pledge['status']}"
    start, right = min(x, end), _WIDTH - 8.0
    at_end = start > _LEFT + 0.6 * (_WIDTH - _LEFT)
    beyond = due > scale.last or due < scale.first
    when = f"due {human_date(pledge['last_due'])}" if beyond else ""
    room = ((max(x, end) - _LEFT + 60) if at_end else right - start) - width(f"{pledge['status']} {when}") - 10
    return Arrow(pledge["id"], x, end, y, pledge["status"], cut(words, room), title, at_end, beyond, when)  # fmt: skip


def _strips(
    stances: Sequence[tuple[str, str, str, str]], scale: _Scale, top: float, name: Callable[[str], str]
) -> tuple[Strip, ...]:
    """A strip for each of the parties that took most stances.

    Stances of one kind that would hide each other are one mark, those of several kinds stand side by side.
    """
    by_party: dict[str, dict[tuple[int, str], list[tuple[str, str]]]] = {}
    for day, party, stance, issue in stances:
        when = whole_day(days.first(day))
        if when and scale.first <= when <= scale.last:
            place = round(scale(when) / _APART), stance
            by_party.setdefault(party, {}).setdefault(place, []).append((issue, day))
    most = sorted(by_party.items(), key=lambda item: (-sum(map(len, item[1].values())), item[0]))[:6]
    found = []
    for n, (party, places) in enumerate(most):
        marks: list[tuple[float, str, str]] = []
        free = 0
        for (x, stance), told in sorted(places.items()):
            free = max(x, free)
            marks.append((float(free * _APART), stance, f"{name(party)} {stance}: {_first(told)}"))
            free += 1
        found.append(Strip(party, top + _STRIP * n, tuple(marks)))
    return tuple(found)


def _first(told: Sequence[tuple[str, str]]) -> str:
    issue, day = told[0]
    return f"{cut(issue, 260)}, {human_date(day)}" + (f", and {len(told) - 1} more" if len(told) > 1 else "")


def _ticks(scale: _Scale) -> tuple[Tick, ...]:
    """Beginnings of months, quarters or years, at most some fifteen of them."""
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month + 1
    every = next((n for n in (1, 3, 6, 12, 24, 60, 120, 240, 600) if months / n <= 14), 1200)
    found = []
    for month in range(scale.first.year * 12 + scale.first.month - 1, scale.last.year * 12 + scale.last.month):
        day = dt.date(month // 12, month % 12 + 1, 1)
        room = not scale.ahead or scale(day) + 2 * _BREAK < scale.edge  # for the word at the break
        if month % every == 0 and scale.first <= day <= scale.last and room:
            year = day.month == 1
            found.append(Tick(scale(day), str(day.year) if year else day.strftime("%b"), year))
    if found and not any(t.strong for t in found):
        found[0] = Tick(found[0].x, f"{found[0].words} {scale.first.year}", True)
    return tuple(found)


# -- links

_BOX, _GAP, _LINE, _BETWEEN = 300, 128, 17, 18
#: So many links are drawn at most.
_LINKS = 30


@dataclass(slots=True)
class Box:
    """A thing that hangs on another, or on which others hang. `where` names the talks it is of, if they are others."""

    kind: str
    name: str
    where: str
    lines: tuple[str, ...]
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0

    @property
    def middle(self) -> float:
        """Where its arrows begin and end."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from what hangs to what it hangs on."""

    path: str
    kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Graph:
    """Things and what they hang on, from left to right."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    left_out: int
    words: str


def graph(links: Sequence[dict[str, Any]], process: str) -> Graph | None:
    """The graph of a process's links, as rows of `show.links` have them; None where there are none but loops."""
    pairs = [(_node(k["what"]), _node(k["on"]), k["kind"]) for k in links]
    drawn = [(what, on, kind) for what, on, kind in pairs if what != on]
    if not drawn:
        return None
    whole = nx.DiGraph()
    for what, on, kind in drawn[-_LINKS:]:
        if not (whole.has_edge(on, what) or whole.has_edge(what, on)):
            whole.add_edge(what, on, kind=kind)
    boxes: dict[Any, Box] = {}
    edges: list[Edge] = []
    y, wide = 4.0, 0.0
    for part in sorted(nx.weakly_connected_components(whole), key=lambda p: (-len(p), sorted(p))):
        columns = _columns(whole.subgraph(part))
        low = _place(columns, boxes, y, process)
        edges += [_edge(boxes[a], boxes[b], k) for a, b, k in whole.subgraph(part).edges(data="kind")]
        wide, y = max(wide, len(columns) * (_BOX + _GAP) - _GAP), low + 2 * _BETWEEN
    words = "; ".join(f"{what[1]} hangs on {on[1]} ({kind})" for what, on, kind in drawn[-_LINKS:])
    return Graph(
        wide + 8, y - 2 * _BETWEEN + 4, tuple(boxes.values()), tuple(edges), max(0, len(drawn) - _LINKS), words
    )


def _node(thing: dict[str, Any]) -> tuple[str, str, str]:
    return thing["kind"], clean(thing["name"]), thing["process"]


def _columns(part: Any) -> list[list[Any]]:
    """The things of one part in columns; what hangs on each other in a ring is cut open."""
    straight = nx.DiGraph(part)
    while not nx.is_directed_acyclic_graph(straight):
        straight.remove_edge(*list(nx.find_cycle(straight))[-1][:2])
    columns = [sorted(column) for column in nx.topological_generations(straight)]
    for before, column in pairwise(columns):
        rank = {node: n for n, node in enumerate(before)}
        column.sort(key=lambda node: _mean([rank[p] for p in part.predecessors(node) if p in rank]))
    return columns


def _mean(ranks: Sequence[int]) -> float:
    return sum(ranks) / len(ranks) if ranks else 0.0


def _place(columns: Sequence[Sequence[Any]], boxes: dict[Any, Box], top: float, process: str) -> float:
    """Puts the boxes of one part below `top`, each column in the middle; returns where they end."""
    for n, column in enumerate(columns):
        for node in column:
            lines = textwrap.wrap(node[1], int((_BOX - 28) / LETTER), max_lines=3, placeholder=" …") or ["–"]
            kind, name, where = node
            other = cut(where, _BOX - 60 - width(kind)) if where not in ("", process) else ""
            boxes[node] = Box(kind, name, other, tuple(lines), 4.0 + n * (_BOX + _GAP), 0.0, 34 + _LINE * len(lines))
    heights = [sum(boxes[node].height + _BETWEEN for node in column) - _BETWEEN for column in columns]
    for column, height in zip(columns, heights, strict=True):
        y = top + (max(heights) - height) / 2
        for node in column:
            boxes[node].y = y
            y += boxes[node].height + _BETWEEN
    return top + max(heights)


def _edge(what: Box, on: Box, kind: str) -> Edge:
    """A curve between the sides that face each other."""
    back = on.x <= what.x
    start, end = (what.x, on.x + _BOX) if back else (what.x + _BOX, on.x)
    bend = _GAP / 2 * (-1 if back else 1)
    tip = end + (7 if back else -7)
    path = f"M{start:g} {what.middle:g}C{start + bend:g} {what.middle:g} {tip - bend:g} {on.middle:g} {tip:g} {on.middle:g}"
    near = end - _GAP / 2 if not back else end + _GAP / 2
    return Edge(
        path, kind, near, (on.middle if abs(on.x - what.x) > _BOX + _GAP else (what.middle + on.middle) / 2) - 6
    )
