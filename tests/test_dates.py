"""The date grammar, on sentences written for it; the base is Friday, 16 September 2005."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import dates

FRIDAY = dt.date(2005, 9, 16)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("talks opened Friday", "2005-09-16", "2005-09-16"),
        ("talks opened on Wednesday", "2005-09-14", "2005-09-14"),
        ("last Friday", "2005-09-09", "2005-09-09"),
        ("next Monday", "2005-09-19", "2005-09-19"),
        ("yesterday", "2005-09-15", "2005-09-15"),
        ("tomorrow", "2005-09-17", "2005-09-17"),
        ("in December", "2005-12", "2005-12"),
        ("mid-October", "2005-10", "2005-10"),
        ("September 13-16", "2005-09-13", "2005-09-16"),
        ("Sept. 13 to 16", "2005-09-13", "2005-09-16"),
        ("Nov. 9-11, 2004", "2004-11-09", "2004-11-11"),
        ("30 April 1997", "1997-04-30", "1997-04-30"),
        ("April 30, 1997", "1997-04-30", "1997-04-30"),
        ("2005-10-03", "2005-10-03", "2005-10-03"),
        ("last month", "2005-08", "2005-08"),
        ("earlier this month", "2005-09", "2005-09"),
        ("last week", "2005-09", "2005-09"),
        ("last year", "2004", "2004"),
        ("a year ago", "2004", "2004"),
        ("two days ago", "2005-09-14", "2005-09-14"),
        ("by the end of the year", "", "2005-12"),
        ("before the end of next month", "", "2005-10"),
        ("by June", "", "2006-06"),
        ("by 2008", "", "2008"),
        ("before June 2007", "", "2007-06"),
        ("within six months", "", "2006-03"),
        ("since 2003", "2003", ""),
        ("the 1953 armistice", "1953", "1953"),
        ("from Monday to Wednesday", "2005-09-12", "2005-09-14"),
        ("Monday or Tuesday", "2005-09-12", ""),
    ],
)
def test_expressions_of_time(words: str, start: str, end: str) -> None:
    found = dates.find(words, FRIDAY)
    assert [(m.period.start, m.period.end) for m in found] == [(start, end)]


@pytest.mark.parametrize(
    ("words", "tense", "day"),
    [("Wednesday", "past", "2005-09-14"), ("Wednesday", "future", "2005-09-21"), ("Friday", "future", "2005-09-16")],
)
def test_the_tense_decides_which_weekday(words: str, tense: str, day: str) -> None:
    assert dates.resolve(words, FRIDAY, tense).start == day


@pytest.mark.parametrize(
    "words",
    [
        "Iran may agree",
        "2,000 troops",
        "about 32,000 forces",
        "Resolution 1701",
        "the second round",
        "a march on the palace",
    ],
)
def test_what_is_no_time(words: str) -> None:
    assert dates.find(words, FRIDAY) == []


def test_without_a_base_relative_expressions_keep_their_words() -> None:
    [found] = dates.find("talks resume on Friday", None)
    assert found.words == "Friday"
    assert (found.period.start, found.period.end) == ("", "")


def test_the_year_turns() -> None:
    assert dates.resolve("in February", dt.date(2005, 12, 20), "future").start == "2006-02"
    assert dates.resolve("in November", dt.date(2006, 1, 5), "past").start == "2005-11"


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("four days of talks", 4),
        ("the two-day meeting", 2),
        ("the week-long visit", 7),
        ("three weeks of talks", 21),
        ("talks", None),
    ],
)
def test_durations(words: str, days: int | None) -> None:
    assert dates.duration(words) == days


def test_the_first_day_by_arithmetic() -> None:
    assert dates.combine(4, "2005-09-16") == "2005-09-13"


@given(st.text(max_size=120))
def test_any_text_is_survived_and_quoted(text: str) -> None:
    found = dates.find(text, FRIDAY)
    assert all(text[m.start : m.end] == m.words for m in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
