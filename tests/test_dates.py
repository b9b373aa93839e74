"""Dates in reports: what is read, what it is worth on a given day, and what is no date at all."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import dates

FRIDAY = dt.date(2005, 9, 16)
MONDAY = dt.date(2005, 12, 5)
NEW_YEAR = dt.date(2006, 1, 1)  # a Sunday
LEAP = dt.date(2008, 2, 29)  # a Friday


def values(text: str, base: dt.date | None = FRIDAY, tense: str = "") -> list[tuple[str, str, str, str]]:
    found = dates.find(text, base, tense=tense)
    return [(m.words, m.period.start, m.period.end, m.kind) for m in found]


def single(text: str, base: dt.date | None = FRIDAY, tense: str = "") -> dates.Mention:
    found = dates.find(text, base, tense=tense)
    assert len(found) == 1, values(text, base, tense)
    return found[0]


# -- single days

DAYS = [
    ("The talks ended Friday.", FRIDAY, "", "Friday", "2005-09-16"),
    ("The ministers met on Wednesday.", FRIDAY, "", "Wednesday", "2005-09-14"),
    ("The ministers met on Saturday.", FRIDAY, "", "Saturday", "2005-09-10"),
    ("The ministers meet Saturday", FRIDAY, "future", "Saturday", "2005-09-17"),
    ("talks Friday", FRIDAY, "future", "Friday", "2005-09-16"),
    ("a visit last Friday", FRIDAY, "", "last Friday", "2005-09-09"),
    ("a visit last Thursday", FRIDAY, "", "last Thursday", "2005-09-08"),
    ("a visit last Monday", FRIDAY, "", "last Monday", "2005-09-12"),
    ("a visit next Monday", FRIDAY, "", "next Monday", "2005-09-19"),
    ("a visit next Saturday", FRIDAY, "", "next Saturday", "2005-09-24"),
    ("a visit next Friday", FRIDAY, "", "next Friday", "2005-09-23"),
    ("a visit this Friday", FRIDAY, "", "this Friday", "2005-09-16"),
    ("a vote this coming Monday", FRIDAY, "", "this coming Monday", "2005-09-19"),
    ("It broke down Thursday night", FRIDAY, "", "Thursday night", "2005-09-15"),
    ("They left late Tuesday", FRIDAY, "", "late Tuesday", "2005-09-13"),
    ("They left late on Tuesday", FRIDAY, "", "late on Tuesday", "2005-09-13"),
    ("Earlier Wednesday he left", FRIDAY, "", "Earlier Wednesday", "2005-09-14"),
    ("the truce began at 6 a.m. Sunday", FRIDAY, "", "Sunday", "2005-09-11"),
    ("at 2000 GMT Friday", FRIDAY, "", "Friday", "2005-09-16"),
    ("on Friday, Nov. 18", FRIDAY, "", "Friday, Nov. 18", "2005-11-18"),
    ("on Friday, the 18th of November 2005", FRIDAY, "", "Friday, the 18th of November 2005", "2005-11-18"),
    ("on Saturday, Nov. 18", FRIDAY, "", "Saturday, Nov. 18", "2006-11-18"),
    ("Monday of next week", FRIDAY, "", "Monday of next week", "2005-09-19"),
    ("on Friday last week", FRIDAY, "", "Friday last week", "2005-09-09"),
    ("It fell yesterday.", FRIDAY, "", "yesterday", "2005-09-15"),
    ("They met today", FRIDAY, "", "today", "2005-09-16"),
    ("They meet tomorrow morning", FRIDAY, "", "tomorrow morning", "2005-09-17"),
    ("a dinner tonight", FRIDAY, "", "tonight", "2005-09-16"),
    ("shelled overnight", FRIDAY, "", "overnight", "2005-09-16"),
    ("He said last night", FRIDAY, "", "last night", "2005-09-15"),
    ("the day after tomorrow", FRIDAY, "", "the day after tomorrow", "2005-09-18"),
    ("who had arrived the day before", FRIDAY, "", "the day before", "2005-09-15"),
    ("They spoke earlier in the day.", FRIDAY, "", "earlier in the day", "2005-09-16"),
    ("on April 30", FRIDAY, "", "April 30", "2005-04-30"),
    ("on 30 April 1997", FRIDAY, "", "30 April 1997", "1997-04-30"),
    ("the 15th of May", FRIDAY, "", "the 15th of May", "2005-05-15"),
    ("on Sept. 9, 2004,", FRIDAY, "", "Sept. 9, 2004", "2004-09-09"),
    ("on Nov.6", FRIDAY, "", "Nov.6", "2005-11-06"),
    ("BEIRUT, NOV. 24 --", FRIDAY, "", "NOV. 24", "2005-11-24"),
    ("on July 8 last year", FRIDAY, "", "July 8 last year", "2004-07-08"),
    ("July 25, 2000 GMT", FRIDAY, "", "July 25", "2005-07-25"),
    ("met on the 13th.", FRIDAY, "", "the 13th", "2005-09-13"),
    ("on the 5th of next month", FRIDAY, "", "the 5th of next month", "2005-10-05"),
    ("dated 2005-11-05", FRIDAY, "", "2005-11-05", "2005-11-05"),
    ("2005/11/05", FRIDAY, "", "2005/11/05", "2005-11-05"),
    ("at Christmas", FRIDAY, "", "Christmas", "2005-12-25"),
    ("on New Year’s Day", FRIDAY, "", "New Year’s Day", "2006-01-01"),
    ("at Easter 2006", FRIDAY, "", "Easter 2006", "2006-04-16"),
    ("the September 11 attacks", FRIDAY, "", "September 11 attacks", "2001-09-11"),
    # where the year turns
    ("They met on Friday", NEW_YEAR, "", "Friday", "2005-12-30"),
    ("on Dec. 30", NEW_YEAR, "", "Dec. 30", "2005-12-30"),
    ("on Dec. 30", NEW_YEAR, "past", "Dec. 30", "2005-12-30"),
    ("on Jan. 9", dt.date(2005, 12, 28), "", "Jan. 9", "2006-01-09"),
    ("on Jan. 9", dt.date(2005, 12, 28), "past", "Jan. 9", "2006-01-09"),
    ("on March 9", dt.date(2005, 12, 28), "past", "March 9", "2005-03-09"),
    ("yesterday", NEW_YEAR, "", "yesterday", "2005-12-31"),
    ("tomorrow", LEAP, "", "tomorrow", "2008-03-01"),
    ("on February 29", dt.date(2007, 3, 1), "", "February 29", "2008-02-29"),
    # what the words around say goes before the hint
    ("leaders would meet again on Tuesday morning", MONDAY, "past", "Tuesday morning", "2005-12-06"),
    ("a meeting due on Thursday", FRIDAY, "past", "Thursday", "2005-09-22"),
    ("the conference, which ends Sunday", FRIDAY, "past", "Sunday", "2005-09-18"),
    ("are scheduled to visit Jordan on Wednesday", FRIDAY, "", "Wednesday", "2005-09-21"),
    ("an interview to be published on Wednesday", FRIDAY, "", "Wednesday", "2005-09-21"),
    ("On Tuesday, the envoy will fly home", FRIDAY, "", "Tuesday", "2005-09-20"),
    ("will go, he told reporters on Thursday", FRIDAY, "future", "Thursday", "2005-09-15"),
    ("The dialogue was last scheduled for July 25", dt.date(2006, 11, 6), "", "July 25", "2006-07-25"),
    ("They hope Saturday's session will open", FRIDAY, "", "Saturday", "2005-09-17"),
]


@pytest.mark.parametrize(("text", "base", "tense", "words", "value"), DAYS)
def test_days(text: str, base: dt.date, tense: str, words: str, value: str) -> None:
    mention = single(text, base, tense)
    assert (mention.words, mention.period.start, mention.period.end) == (words, value, value)
    assert mention.latest == value


# -- months, years and what lies between

STRETCHES = [
    ("talks in December", FRIDAY, "", "December", "2005-12", "month"),
    ("talks in December", FRIDAY, "past", "December", "2004-12", "month"),
    ("talks in February", dt.date(2006, 12, 20), "past", "February", "2006-02", "month"),
    ("talks in February", dt.date(2006, 12, 20), "future", "February", "2007-02", "month"),
    ("talks in September", FRIDAY, "future", "September", "2005-09", "month"),
    ("talks in December 2003", FRIDAY, "", "December 2003", "2003-12", "month"),
    ("in October, 2003 after", FRIDAY, "", "October, 2003", "2003-10", "month"),
    ("in early November", FRIDAY, "", "early November", "2005-11", "month"),
    ("in mid-October", FRIDAY, "", "mid-October", "2005-10", "month"),
    ("in mid November", FRIDAY, "", "mid November", "2005-11", "month"),
    ("in the first week of May", FRIDAY, "", "the first week of May", "2005-05", "month"),
    ("in September this year", FRIDAY, "", "September this year", "2005-09", "month"),
    ("in August last year", FRIDAY, "", "August last year", "2004-08", "month"),
    ("since its start last August", dt.date(1997, 4, 30), "", "last August", "1996-08", "month"),
    ("an election next March", FRIDAY, "", "next March", "2006-03", "month"),
    ("the talks last September", FRIDAY, "", "last September", "2004-09", "month"),
    ("in May", FRIDAY, "", "May", "2005-05", "month"),
    ("in March", FRIDAY, "", "March", "2005-03", "month"),
    ("the May elections", FRIDAY, "", "May", "2005-05", "month"),
    ("last month", FRIDAY, "", "last month", "2005-08", "month"),
    ("last month", NEW_YEAR, "", "last month", "2005-12", "month"),
    ("next month", MONDAY, "", "next month", "2006-01", "month"),
    ("last month", dt.date(2007, 3, 31), "", "last month", "2007-02", "month"),
    ("earlier this month", FRIDAY, "", "earlier this month", "2005-09", "month"),
    ("later this month", FRIDAY, "", "later this month", "2005-09", "month"),
    ("late last month", FRIDAY, "", "late last month", "2005-08", "month"),
    ("at the end of the month", FRIDAY, "", "the end of the month", "2005-09", "month"),
    ("at the end of 2007", FRIDAY, "", "the end of 2007", "2007-12", "month"),
    ("at year-end", FRIDAY, "", "year-end", "2005-12", "month"),
    ("last week", FRIDAY, "", "last week", "2005-09", "week"),
    ("last week", MONDAY, "", "last week", "2005-11", "week"),
    ("next week", dt.date(2005, 12, 30), "", "next week", "2006-01", "week"),
    ("earlier this week", FRIDAY, "", "earlier this week", "2005-09", "week"),
    ("last year", FRIDAY, "", "last year", "2004", "year"),
    ("early next year", FRIDAY, "", "early next year", "2006", "year"),
    ("earlier this year", FRIDAY, "", "earlier this year", "2005", "year"),
    ("in late 2004", FRIDAY, "", "late 2004", "2004", "year"),
    ("the first half of next year", FRIDAY, "", "the first half of next year", "2006", "year"),
    ("in 2000", FRIDAY, "", "2000", "2000", "year"),
    ("the 1953 armistice", FRIDAY, "", "1953", "1953", "year"),
    ("a historic 2000 summit", FRIDAY, "", "2000", "2000", "year"),
    ("in the year 2008", FRIDAY, "", "the year 2008", "2008", "year"),
    ("The Agreed Framework (1994) fell", FRIDAY, "", "1994", "1994", "year"),
    ("ended two days ago", FRIDAY, "", "two days ago", "2005-09-14", "ago"),
    ("ended two days ago", NEW_YEAR, "", "two days ago", "2005-12-30", "ago"),
    ("two weeks ago", dt.date(2005, 12, 20), "", "two weeks ago", "2005-12", "ago"),
    ("just a week ago", MONDAY, "", "a week ago", "2005-11", "ago"),
    ("six months ago", FRIDAY, "", "six months ago", "2005-03", "ago"),
    ("collapsed six years ago", FRIDAY, "", "six years ago", "1999", "ago"),
    ("a year ago", LEAP, "", "a year ago", "2007", "ago"),
    ("two and a half years ago", FRIDAY, "", "two and a half years ago", "2003", "ago"),
    ("a year and a half ago", FRIDAY, "", "a year and a half ago", "2004", "ago"),
    ("twenty-five years ago", FRIDAY, "", "twenty-five years ago", "1980", "ago"),
    ("a few days ago", FRIDAY, "", "a few days ago", "2005-09", "ago"),
    ("a few days ago", MONDAY, "", "a few days ago", "2005", "ago"),
    ("will resume in two weeks", FRIDAY, "", "in two weeks", "2005-09", "month"),
    ("in three days' time", FRIDAY, "", "in three days' time", "2005-09-19", "day"),
    ("will resume in six months", FRIDAY, "", "in six months", "2006-03", "month"),
]


@pytest.mark.parametrize(("text", "base", "tense", "words", "value", "kind"), STRETCHES)
def test_stretches(text: str, base: dt.date, tense: str, words: str, value: str, kind: str) -> None:
    assert values(text, base, tense) == [(words, value, value, kind)]


# -- with two ends, or one

RANGES = [
    ("the talks of September 13-16", FRIDAY, "September 13-16", "2005-09-13", "2005-09-16", "range"),
    ("on Sept. 13 to 16", FRIDAY, "Sept. 13 to 16", "2005-09-13", "2005-09-16", "range"),
    ("Nov. 9-11, 2005", NEW_YEAR, "Nov. 9-11, 2005", "2005-11-09", "2005-11-11", "range"),
    ("Nov. 9\N{EN DASH}11", FRIDAY, "Nov. 9\N{EN DASH}11", "2005-11-09", "2005-11-11", "range"),
    ("between April 5 and 8", FRIDAY, "between April 5 and 8", "2005-04-05", "2005-04-08", "range"),
    ("from 5 to 8 April 2004", FRIDAY, "from 5 to 8 April 2004", "2004-04-05", "2004-04-08", "range"),
    ("Sept. 30-Oct. 2", FRIDAY, "Sept. 30-Oct. 2", "2005-09-30", "2005-10-02", "range"),
    ("December 31-January 2", MONDAY, "December 31-January 2", "2005-12-31", "2006-01-02", "range"),
    ("on Nov. 5 or 6", FRIDAY, "Nov. 5 or 6", "2005-11-05", "", "range"),
    ("from Monday to Wednesday", FRIDAY, "from Monday to Wednesday", "2005-09-12", "2005-09-14", "range"),
    ("met Thursday and Friday", FRIDAY, "Thursday and Friday", "2005-09-15", "2005-09-16", "range"),
    ("will meet Monday or Tuesday", FRIDAY, "Monday or Tuesday", "2005-09-19", "", "range"),
    ("from June to August", MONDAY, "from June to August", "2005-06", "2005-08", "range"),
    ("from March 2004 to May 2005", FRIDAY, "from March 2004 to May 2005", "2004-03", "2005-05", "range"),
    ("from late June to early July", FRIDAY, "from late June to early July", "2005-06", "2005-07", "range"),
    ("from Monday until Sept. 20", FRIDAY, "from Monday until Sept. 20", "2005-09-12", "2005-09-20", "range"),
    ("from 2003 to 2005", FRIDAY, "from 2003 to 2005", "2003", "2005", "range"),
    ("the war, 1994-1996,", FRIDAY, "1994-1996", "1994", "1996", "range"),
    ("over the past year", MONDAY, "over the past year", "2004-12", "2005-12", "range"),
    ("in the past three days", FRIDAY, "in the past three days", "2005-09-13", "2005-09-16", "range"),
    ("the second time in two days", FRIDAY, "in two days", "2005-09-14", "2005-09-16", "range"),
    ("in the 1990s", FRIDAY, "the 1990s", "1990", "1999", "decade"),
    ("the 1950's war", FRIDAY, "the 1950's", "1950", "1959", "decade"),
    ("in spring", FRIDAY, "spring", "2005-03", "2005-05", "season"),
    ("last summer", FRIDAY, "last summer", "2005-06", "2005-08", "season"),
    ("last summer", dt.date(2005, 7, 1), "last summer", "2004-06", "2004-08", "season"),
    ("the summer of 2004", FRIDAY, "summer of 2004", "2004-06", "2004-08", "season"),
    ("last winter", FRIDAY, "last winter", "2004-12", "2005-02", "season"),
    ("this weekend", FRIDAY, "this weekend", "2005-09-17", "2005-09-18", "weekend"),
    ("over the weekend", MONDAY, "over the weekend", "2005-12-03", "2005-12-04", "weekend"),
    ("the first quarter of 2006", FRIDAY, "the first quarter of 2006", "2006-01", "2006-03", "quarter"),
    ("last quarter", FRIDAY, "last quarter", "2005-04", "2005-06", "quarter"),
    ("by June", FRIDAY, "by June", "", "2006-06", "deadline"),
    ("by 2008", FRIDAY, "by 2008", "", "2008", "deadline"),
    ("until 2008", FRIDAY, "until 2008", "", "2008", "deadline"),
    ("by Friday", MONDAY, "by Friday", "", "2005-12-09", "deadline"),
    ("by the end of the year", FRIDAY, "by the end of the year", "", "2005-12", "deadline"),
    ("by the end of next month", MONDAY, "by the end of next month", "", "2006-01", "deadline"),
    ("before the end of March", FRIDAY, "before the end of March", "", "2006-03", "deadline"),
    ("before June 2007", FRIDAY, "before June 2007", "", "2007-06", "deadline"),
    ("by mid-January 2007", FRIDAY, "by mid-January 2007", "", "2007-01", "deadline"),
    ("no later than Oct. 1", FRIDAY, "no later than Oct. 1", "", "2005-10-01", "deadline"),
    ("by the Dec. 31 deadline", FRIDAY, "by the Dec. 31", "", "2005-12-31", "deadline"),
    ("by Christmas", FRIDAY, "by Christmas", "", "2005-12-25", "deadline"),
    ("within six months", FRIDAY, "within six months", "", "2006-03", "deadline"),
    ("within six months", dt.date(2005, 8, 31), "within six months", "", "2006-02", "deadline"),
    ("within 48 hours", FRIDAY, "within 48 hours", "", "2005-09-18", "deadline"),
    ("in the next three days", FRIDAY, "in the next three days", "", "2005-09-19", "deadline"),
    ("within the next few weeks", dt.date(2006, 12, 13), "within the next few weeks", "", "2007-01", "deadline"),
    ("within a year", LEAP, "within a year", "", "2009", "deadline"),
    ("since 2003", FRIDAY, "since 2003", "2003", "", "since"),
    ("since Saturday", FRIDAY, "since Saturday", "2005-09-10", "", "since"),
    ("since October", FRIDAY, "since October", "2004-10", "", "since"),
    ("As of January 1", FRIDAY, "As of January 1", "2006-01-01", "", "from"),
    ("a visit beginning Monday", FRIDAY, "beginning Monday", "2005-09-19", "", "from"),
]


@pytest.mark.parametrize(("text", "base", "words", "start", "end", "kind"), RANGES)
def test_ranges_and_limits(text: str, base: dt.date, words: str, start: str, end: str, kind: str) -> None:
    assert values(text, base) == [(words, start, end, kind)]


@pytest.mark.parametrize(
    ("text", "base", "earliest", "latest"),
    [
        ("last week", FRIDAY, "2005-09-05", "2005-09-11"),
        ("next week", dt.date(2005, 12, 30), "2006-01-02", "2006-01-08"),
        ("later this week", dt.date(2005, 9, 14), "2005-09-14", "2005-09-18"),
        ("early November", FRIDAY, "2005-11-01", "2005-11-09"),
        ("earlier this month", FRIDAY, "2005-09-01", "2005-09-16"),
        ("the second half of 2006", FRIDAY, "2006-07-02", "2006-12-31"),
        ("February 2008", FRIDAY, "2008-02-01", "2008-02-29"),
        ("before June 2007", FRIDAY, "", "2007-05-31"),
        ("by June 2007", FRIDAY, "", "2007-06-30"),
        ("since 2003", FRIDAY, "2003-01-01", ""),
        ("a couple of weeks ago", FRIDAY, "2005-08-30", "2005-09-05"),
    ],
)
def test_the_days_that_the_words_allow(text: str, base: dt.date, earliest: str, latest: str) -> None:
    mention = single(text, base)
    assert (mention.earliest, mention.latest) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "words", "attributive"),
    [
        ("Friday's meeting", "Friday", True),
        ("next year\N{RIGHT SINGLE QUOTATION MARK}s summit", "next year", True),
        ("since the March 2003 invasion", "March 2003", True),
        ("after the 1994 accord", "1994", True),
        ("before Friday's meeting", "Friday", True),
        ("They met Friday in Oslo", "Friday", False),
        ("They met in 1994 in Oslo", "1994", False),
    ],
)
def test_dates_that_tell_which_one(text: str, words: str, attributive: bool) -> None:
    mention = single(text)
    assert (mention.words, mention.attributive) == (words, attributive)
    assert mention.period.start == mention.period.end != ""


def test_dates_counted_from_the_one_before() -> None:
    assert values("In 2003, three years earlier than planned")[1][1] == "2000"
    assert values("They met on Monday and again the next day.")[1][1] == "2005-09-13"
    assert values("They signed in 1994 but a year later quarrelled")[1][1] == "1995"
    assert values("A day later he left") == [("A day later", "", "", "relative")]
    assert values("two days after the vote") == [("two days after", "", "", "relative")]


@pytest.mark.parametrize(
    "text",
    [
        "The two sides may agree.",
        "May they find peace.",
        "Prime Minister May said no, and Theresa May left.",
        "March on the capital, they cried; troops march east.",
        "The March on Rome",
        "the fall of the government in the fall of Kabul",
        "a second round, in a second, the second front",
        "the Sun said so, and the Sunday Times",
        "2,000 troops and 1900 soldiers in 2000 villages",
        "a force of 2000, and a team of 1,950",
        "Resolution 1701, UN 1559, resolution 1973",
        "exports rose by 2000 and it cost $1999, 1999.5 or 2001%",
        "twice a day, barrels per day, 50 miles an hour",
        "a 33-month-old crisis, a 12-year-old boy",
        "the March 14 coalition and the Good Friday Agreement",
        "on the 13th floor and on the 13th day",
        "a score of 2-1, 25-18 and 3:0; call 555-1999",
        "5/11/2005 and 16/09/2005",
        "August Wilson and April Glaspie met",
        "February 30 and 2005-13-40",
        "the Prague Spring; a spring in the desert",
        "",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert [v for v in values(text) if v[1] or v[2]] == []


def test_without_a_day_of_publication() -> None:
    relative = "They met Friday, yesterday, last week, two days ago, in May, on May 5 and on the 13th."
    found = dates.find(relative, None)
    assert [m.words for m in found] == [
        "Friday", "yesterday", "last week", "two days ago", "May", "May 5", "the 13th",
    ]  # fmt: skip
    assert all(m.period.start == m.period.end == m.earliest == m.latest == "" for m in found)
    absolute = "From 2003 to 2005, since May 5, 2006, by June 2007 and in the 1990s"
    assert [v[1:3] for v in values(absolute, None)] == [
        ("2003", "2005"), ("2006-05-05", ""), ("", "2007-06"), ("1990", "1999"),
    ]  # fmt: skip


@pytest.mark.parametrize("base", [dt.date.min, dt.date.max])
def test_at_the_ends_of_the_calendar(base: dt.date) -> None:
    text = (
        "last week, next year, tomorrow, yesterday, 90 decades ago, within 9999 years, next Monday, the weekend, by May"
    )
    for mention in dates.find(text, base):
        assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", mention.period.start)


def test_only_the_part_that_is_asked_for() -> None:
    text = "They met by Friday, not on Monday, in Oslo."
    assert [m.words for m in dates.find(text, FRIDAY, 12, 30)] == ["Friday"]
    assert [m.words for m in dates.find(text, FRIDAY, 0, 30)] == ["by Friday"]
    assert dates.find(text, FRIDAY, 20, 10) == []
    assert dates.find(text, FRIDAY, -5, 10_000) == dates.find(text, FRIDAY)


def test_words_across_lines_and_odd_spaces() -> None:
    assert values("on Nov.\n18") == [("Nov.\n18", "2005-11-18", "2005-11-18", "day")]
    assert values("by the end\n  of\N{NO-BREAK SPACE}2007")[0][2] == "2007-12"
    assert values("on Nov. \N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT TWO}")[0][1] == "2005-11"


def test_resolve() -> None:
    assert dates.resolve("the end of next month", FRIDAY).start == "2005-10"
    assert dates.resolve("Friday", FRIDAY, "future").start == "2005-09-16"
    nothing = dates.resolve("some time", FRIDAY)
    assert (nothing.start, nothing.end, nothing.words) == ("", "", "some time")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("concluded four days of talks", 4),
        ("a two-day meeting", 2),
        ("a week-long visit", 7),
        ("a weeklong visit", 7),
        ("lasted three weeks", 21),
        ("a day of talks", 1),
        ("a four-hour session", 1),
        ("after a 72-hour break", 3),
        ("a 90-minute meeting", 1),
        ("two and a half weeks of haggling", 17),
        ("for a week", 7),
        ("ten straight days", 10),
        ("several days of talks", None),
        ("a few weeks", None),
        ("a 33-month-old crisis", None),
        ("twice a day", None),
        ("two days ago", None),
        ("in 2005", None),
        ("", None),
    ],
)
def test_duration(text: str, days: int | None) -> None:
    assert dates.duration(text) == days


def test_last_day() -> None:
    assert dates.last_day(4, "2005-09-13") == "2005-09-16"
    assert dates.last_day(1, "2008-02-29") == "2008-02-29"
    for days, start in ((0, "2008-02-29"), (2, "2008-02")):
        with pytest.raises(ValueError, match=r"duration|isoformat"):
            dates.last_day(days, start)


def test_combine() -> None:
    assert dates.combine(4, "2005-09-16") == "2005-09-13"
    assert dates.combine(2, "2006-01-01") == "2005-12-31"
    assert dates.combine(1, "2008-02-29") == "2008-02-29"
    for days, end in [(4, "2005-09"), (0, "2005-09-16"), (4, ""), (10**9, "2005-09-16"), (2, "0001-01-01")]:
        with pytest.raises(ValueError, match=r".+"):
            dates.combine(days, end)


# -- any text

WORDS = """by before until since from between to and or the last next this Friday Monday May March December Sept.
    1 13 31 2005 1999 2005-09-16 -16 ’s 's , . ( ) early end of in within two a few weeks days ago later year month
    weekend spring first quarter Christmas New Year's Day 1990s half day after will said due \n\n \N{EN DASH} ٣"""
PIECES = st.sampled_from([*WORDS.split(" "), "prior\nto", "no later  than", "up\nto", "with effect from"])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=25).map(" ".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.one_of(st.none(), st.dates()), st.sampled_from(["", "past", "future"]), st.data())
def test_any_text(text: str, base: dt.date | None, tense: str, data: st.DataObject) -> None:
    low = data.draw(st.integers(0, len(text)))
    for start, end in [(0, None), (low, None), (0, low)]:
        found = dates.find(text, base, start, end, tense)
        stop = len(text) if end is None else end
        for m in found:
            assert start <= m.start < m.end <= stop
            assert text[m.start : m.end] == m.words == m.period.words
            for value in (m.period.start, m.period.end, m.earliest, m.latest):
                assert not value or dt.date.fromisoformat(value + "-01-01"[: 10 - len(value)])
            if m.earliest and m.latest:
                assert m.earliest <= m.latest
        assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert dates.resolve(text, base, tense).words in text
    assert (dates.duration(text) or 1) >= 1


# -- work


def calls(action: Callable[[], object]) -> int:
    """How many Python and C functions an action calls: a measure of work that no clock disturbs."""
    count = 0

    def watch(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "The two sides met on Friday, Nov. 18, and will meet again by the end of next month. ",
        "in the in the the early early early of of ",
        "1999 2000 2001-2002 ",
        "a few a few a few ",
    ],
)
def test_work_grows_with_the_text_and_no_faster(piece: str) -> None:
    once, ten_times = (calls(lambda n=n: dates.find(piece * n, FRIDAY)) for n in (40, 400))
    assert ten_times <= 11 * once


def test_a_megabyte() -> None:
    text = ("The two sides met on Friday. " + "Nothing else was said about it. " * 30) * 1024
    assert len(text) > 1_000_000
    assert len(dates.find(text, FRIDAY)) == 1024


def test_every_pattern_matches_a_bounded_stretch() -> None:
    """So that each attempt to match looks at a bounded number of characters, wherever it starts."""
    patterns = [v for v in vars(dates).values() if isinstance(v, re.Pattern)]
    patterns += [pattern for _, pattern, _ in dates._RULES]
    assert len(patterns) > 30
    for pattern in patterns:
        longest = re._parser.parse(pattern.pattern).getwidth()[1]  # type: ignore[attr-defined]
        assert longest < 500, pattern.pattern


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("proposed that experts meet before the end of November", "2010-11"),
        ("if the demands are not met by Monday", "2010-11-01"),
        ("demanded an answer by June", "2011-06"),
        ("it was signed by March", "2010-03"),
        ("by Monday the troops had left", "2010-10-25"),
    ],
)
def test_a_limit_is_yet_to_come_unless_it_is_over(text: str, end: str) -> None:
    assert dates.resolve(text, dt.date(2010, 10, 26), "past").end == end
