from __future__ import annotations
import re
from dataclasses import dataclass
from detente.record import Period
MONTHS = frozenset("January February".split())
WEEKDAYS = frozenset("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
@dataclass(frozen=True, slots=True)
class Mention:
    start: int
    end: int
    words: str
    period: Period
    kind: str
def find(text, base, start=0, end=None, tense=""):
    return []
def duration(text):
    return None
def combine(days, end):
    return ""
