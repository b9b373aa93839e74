"""Numbers that count something: "about 32,000 forces", "52 million dollars"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detente.record import Evidence, Figure

if TYPE_CHECKING:
    from detente.reader import Reading

_SCALE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER = re.compile(
    r"(?<![\w.,:/-])[$€£]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?: (hundred|thousand|million|billion|trillion))?(?![\w:/])"
)
_UNIT = re.compile(r"[ -](percent|per cent|pct|%|US dollars|U\.S\. dollars|dollars|euros|yen|pounds|won|yuan|"
                   r"tons|tonnes|barrels|kilometers|kilometres|km|miles|meters|metres|megawatts|square \w+)\b")  # fmt: skip


def find(reading: Reading) -> list[Figure]:
    """The figures of a report, each a number with the noun it counts; dates are left out."""
    found = []
    for sentence in reading.sentences:
        doc = sentence.doc
        if doc is None:
            continue
        for m in _NUMBER.finditer(sentence.text):
            token = next((t for t in doc if t.idx <= m.start(1) < t.idx + len(t)), None)
            if (
                token is None
                or _year(m.group())
                or token.dep_ not in ("nummod", "compound", "quantmod", "pobj", "dobj")
            ):
                continue
            head = token
            while head.dep_ in ("nummod", "compound", "quantmod") and head.head.i > token.i:
                head = head.head
            unit = _UNIT.match(sentence.text, m.end())
            money = "$" in m.group() or "€" in m.group() or "£" in m.group()
            if head is token and not unit and not money:
                continue
            if head.tag_.startswith("NNP") and not unit and not money:
                continue
            value = float(m.group(1).replace(",", "") + (m.group(2) or "")) * _SCALE.get(m.group(3) or "", 1)
            end = head.idx + len(head) if head.i - token.i < 8 and head.i >= token.i else m.end()
            start, end = sentence.start + m.start(), sentence.start + max(end, m.end())
            what = " ".join(reading.report.text[sentence.start + m.end() : end].split())
            found.append(Figure(
                what=what or head.text, value=value, unit=unit.group(1) if unit else ("dollars" if money else ""),
                confidence=0.8, evidence=[Evidence(start, end, reading.report.text[start:end])],
            ))  # fmt: skip
    return found


def _year(words: str) -> bool:
    return words.isdigit() and 1000 <= int(words) <= 2100
