"""How the time of every regular expression grows with its input: linear ones cannot be made to hang.

    python benchmarks/expressions.py [--size N]

Takes every expression that the package compiles while it reads examples through all entrances. Against each it builds
inputs from its own parse: what stands before a repetition, then what the repetition matches, again and again, then
something that fails; and the same with common runs (letters, blanks, digits, marks). Each is searched at N and at 4 N
characters, and matched as a whole (at a quarter of these: what is matched so are lines). Prints those whose time grows faster than linearly, with the exponent (2: quadratic), the input, and the
seconds that a megabyte of it would take. Exit code 1 where one grows faster than with the power 1.5.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from detente.cluster import TooLong, time_limit

#: Runs that texts have, and that expressions are tried with beside what they match themselves.
RUNS = ("a", "A", "1", " ", "\n", " \n", "\t", "-", ",", ".", '"', "'", "(", "<", "a ", "A ", "Aa ", "1,", "1.", "a.", "A.", "a-", "1-", "A. ", "the ", "of the ")  # fmt: skip
#: Characters out of which one that a class matches is chosen.
LETTERS = "aA1 \n-.,'\"(<>/:;_é中\x00zZ0" + "".join(map(chr, range(33, 127)))
#: What no repetition goes on with.
END = "\x00"
WORST = 1.5
TOO_LONG = 5.0

found: dict[tuple[str, int], str] = {}


def record() -> None:
    """From now on, notes every expression that a module of the package compiles, with its place."""
    compile = re._compile  # type: ignore[attr-defined]

    def noting(pattern: Any, flags: int) -> Any:
        if isinstance(pattern, str):
            frame = sys._getframe(2)
            if "/detente/" in frame.f_code.co_filename:
                place = f"{frame.f_code.co_filename.partition('/detente/')[2]}:{frame.f_lineno}"
                found.setdefault((pattern, int(flags)), place)
        return compile(pattern, flags)

    re._compile = noting  # type: ignore[attr-defined]


def exercise() -> None:
    """Goes through the package, so that what is compiled late is compiled too."""
    import importlib
    import pkgutil

    import detente

    for module in pkgutil.walk_packages(detente.__path__, "detente."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    import fuzz

    for read, good in fuzz.ENTRANCES.values():
        read(good)
    from click.testing import CliRunner

    from detente.cli import main as command

    with tempfile.TemporaryDirectory() as folder:
        db = str(Path(folder) / "a.db")
        data = Path(__file__).parent.parent / "tests" / "data" / "dossier" / "reports.jsonl"
        for arguments in (["add", str(data)], ["search", "offer"], ["processes"], ["pledges"]):
            CliRunner().invoke(command, [arguments[0], "--db", db, *arguments[1:]])


# -- inputs


def letter(items: list[Any], flags: int) -> str:
    """A character that a class matches."""
    for char in LETTERS:
        if matches(items, char):
            return char
    return "a"


def matches(items: list[Any], char: str) -> bool:
    """Whether a class, as the parser gives it, has a character."""
    negated, hit = False, False
    for op, value in items:
        if op is c.NEGATE:
            negated = True
        elif op is c.LITERAL:
            hit |= ord(char) == value
        elif op is c.RANGE:
            hit |= value[0] <= ord(char) <= value[1]
        elif op is c.CATEGORY:
            hit |= bool(re.match(CATEGORIES[value], char))
    return hit != negated


CATEGORIES = {
    c.CATEGORY_DIGIT: r"\d", c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_SPACE: r"\s", c.CATEGORY_NOT_SPACE: r"\S",
    c.CATEGORY_WORD: r"\w", c.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT, getattr(c, "POSSESSIVE_REPEAT", c.MAX_REPEAT))


def sample(tokens: Any) -> str:
    """A short text that the expression matches, as far as look-around lets it."""
    out = ""
    for op, value in tokens:
        if op is c.LITERAL:
            out += chr(value)
        elif op is c.NOT_LITERAL:
            out += "b" if value == ord("a") else "a"
        elif op is c.ANY:
            out += "a"
        elif op is c.IN:
            out += letter(value, 0)
        elif op is c.BRANCH:
            out += sample(value[1][0])
        elif op is c.SUBPATTERN or op is getattr(c, "ATOMIC_GROUP", None):
            out += sample(value[-1] if op is c.SUBPATTERN else value)
        elif op in REPEATS:
            out += sample(value[2]) * max(value[0], 1)
    return out


def repetitions(tokens: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Each repetition without an end (or a far one): what may stand before it, and what it repeats."""
    for op, value in tokens:
        if op is c.BRANCH:
            for branch in islice(value[1], 12):
                yield from repetitions(branch, before)
        elif op is c.SUBPATTERN:
            yield from repetitions(value[-1], before)
        elif op in (c.ASSERT, c.ASSERT_NOT):
            yield from repetitions(value[1], before)
        elif op in REPEATS:
            if value[1] is c.MAXREPEAT or value[1] > 20:
                yield before, sample(value[2]) or "a"
            yield from repetitions(value[2], before)
        before += sample([(op, value)])


def attacks(pattern: str, flags: int) -> Iterator[tuple[str, str]]:
    """Pairs of a beginning and what is repeated behind it."""
    tokens = _parser.parse(pattern, flags)
    own = list(dict.fromkeys(repetitions(tokens)))[:12]
    pumps = list(dict.fromkeys([pump for _, pump in own] + [b + p for b, p in own if b] + list(RUNS)))
    for before in dict.fromkeys(["", *(b for b, _ in own)]):
        for pump in pumps if own else RUNS[:3]:
            yield before, pump


def seconds(use: Callable[[str], object], text: str) -> float:
    """Processor seconds of using an expression on a text: the best of two tries; a second or more is enough to know."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        try:
            with time_limit(TOO_LONG):
                use(text)
        except TooLong:
            return TOO_LONG
        taken.append(time.process_time() - start)
    return min(taken)


def growth(use: Callable[[str], object], before: str, pump: str, size: int) -> tuple[float, float]:
    """The exponent with which time grows between `size` and four times that, and the seconds for the larger."""
    small, large = (before + pump * (n // len(pump)) + END for n in (size, 4 * size))
    first = seconds(use, small)
    if first > 0.5:
        return 9.0, first
    second = seconds(use, large)
    if second < 0.003:  # too fast to tell
        return 1.0, second
    return math.log(second / max(first, 1e-4), 4), second


def main() -> int:
    parser = argparse.ArgumentParser(description="How the time of every regular expression grows.")
    parser.add_argument("--size", type=int, default=1000, help="characters of the smaller input (default 1000)")
    arguments = parser.parse_args()
    record()
    exercise()
    bad = 0
    print(f"{len(found)} expressions")
    for (pattern, flags), place in sorted(found.items(), key=lambda item: item[1]):
        search = re.compile(pattern, flags)
        uses = (
            (lambda text, search=search: list(search.finditer(text)), arguments.size),
            (search.fullmatch, arguments.size // 4),
        )
        worst = max(
            (
                (*growth(use, before, pump, size), before, pump)
                for before, pump in attacks(pattern, flags)
                for use, size in uses
            ),
            key=lambda g: (g[0] > WORST) * g[1],
        )
        exponent, taken, before, pump = worst
        if exponent > WORST:
            bad += 1
            megabyte = taken * (1e6 / (4 * arguments.size)) ** exponent
            short = re.sub(r"\s+", " ", pattern)
            print(f"{place:32}{exponent:5.1f}{megabyte:10.0f} s/MB  {before!r} + {pump!r}…  {short[:90]}", flush=True)
    print(f"{bad} of them grow faster than with the power {WORST}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
