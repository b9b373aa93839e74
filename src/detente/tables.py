"""Reads the tables of the lexicon: tab-separated, a header row, `#` comments, `|` inside a cell.

Adding a verb or a party is adding a row. A malformed row is a LexiconError that names the table
and the line, so that whoever edits a table learns at once what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

from detente.errors import LexiconError

Row = dict[str, str]


def rows(name: str, columns: str) -> list[Row]:
    """The rows of `lexicon/NAME.tsv` as dicts; `columns` are the names its header must have.

    Missing cells at the end of a row are empty. Raises LexiconError on a wrong header, on a row
    with too many cells and on a row whose first cell is empty.
    """
    table = resources.files("detente") / "lexicon" / f"{name}.tsv"
    with table.open(encoding="utf-8") as lines:
        return list(parse(lines, columns.split(), f"lexicon/{name}.tsv"))


def parse(lines: Iterator[str] | object, columns: list[str], name: str) -> Iterator[Row]:
    """Rows out of the lines of a table; see `rows`."""
    header: list[str] | None = None
    for number, line in enumerate(lines, 1):  # type: ignore[arg-type, var-annotated]
        line = line.rstrip("\n")
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if header is None:
            header = cells
            if header != columns:
                raise _error(name, number, f"the header must be {' '.join(columns)}")
        elif len(cells) > len(header):
            raise _error(name, number, f"{len(cells)} cells where {len(header)} are named")
        elif not cells[0]:
            raise _error(name, number, f"the cell {header[0]!r} is empty")
        else:
            yield dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True))
    if header is None:
        raise LexiconError("the table is empty", name=name)


def _error(name: str, number: int, message: str) -> LexiconError:
    return LexiconError(message, name=f"{name}:{number}", remedy="cells are separated by tabs")


def cell(value: str) -> list[str]:
    """The values of a cell that holds several, `a|b` -> ["a", "b"]."""
    return [v.strip() for v in value.split("|") if v.strip()]


@cache
def irregular() -> dict[str, tuple[str, ...]]:
    """Irregular inflections: lemma -> its other forms."""
    return {r["lemma"]: tuple(cell(r["forms"])) for r in rows("irregular", "lemma forms")}


def inflections(lemma: str, pos: str) -> set[str]:
    """The word forms of an English verb ("v") or noun ("n"), spelled by rule or from the table."""
    forms = {lemma, *irregular().get(lemma, ())}
    consonant_y = lemma.endswith("y") and lemma[-2:-1] not in "aeiou"
    if lemma.endswith(("s", "x", "z", "ch", "sh")):
        forms.add(lemma + "es")
    else:
        forms.add(lemma[:-1] + "ies" if consonant_y else lemma + "s")
    if pos != "v":
        return forms
    stem = lemma[:-1] if lemma.endswith("e") and not lemma.endswith("ee") else lemma
    forms.add((lemma[:-2] + "y" if lemma.endswith("ie") else stem) + "ing")
    if lemma not in irregular():
        forms.add(lemma[:-1] + "ied" if consonant_y else stem + "ed")
    if len(lemma) > 2 and lemma[-1] in "bdglmnprt" and lemma[-2] in "aeiou" and lemma[-3] not in "aeiou":
        forms |= {lemma + lemma[-1] + "ing"} | (set() if lemma in irregular() else {lemma + lemma[-1] + "ed"})
    return forms
