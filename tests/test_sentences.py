from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.sentences import split


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in split(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Haugen met Dr. Lind in Oslo.", "They talked."],
        ["The U.S. envoy left.", "He said no."],
        ["It was signed by the U.S.", "The pact holds."],
        ["J. R. Moreau signed on Jan. 5.", "Nobody spoke."],
        ['"We refuse."', "He left the room."],
        ['"Will they come?" she asked.', "Nobody knew."],
        ["The price rose 3.5 percent.", "Talks go on."],
        ["They waited ... and waited.", "Then it rained."],
        ["Is it over?", "Yes!", "It is."],
        ["Gen. Ruiz and Lt. Col. Paz agreed.", "Both signed."],
    ],
)
def test_a_paragraph_is_cut_where_a_reader_would_cut_it(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences


def test_an_empty_line_ends_a_sentence_without_a_stop() -> None:
    assert cut("Talks end in Bern\n\nThe two sides went home.") == [
        "Talks end in Bern",
        "The two sides went home.",
    ]


def test_a_single_line_break_does_not() -> None:
    assert cut("The two sides\nwent home.") == ["The two sides\nwent home."]


@given(st.text(alphabet="aB .!?\"'”\n\t…U.S", max_size=200))
def test_spans_are_in_order_and_hold_all_words(text: str) -> None:
    spans = list(split(text))
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
