from __future__ import annotations

import pytest

from detente import names, tables, triggers
from detente.coding import plover
from detente.errors import LexiconError
from detente.links import connectors
from detente.mood import MOODS, governors
from detente.record import KINDS


def parse(text: str) -> list[dict[str, str]]:
    return list(tables.parse(iter(text.splitlines()), ["word", "kind"], "words.tsv"))


def test_comments_and_empty_lines_are_skipped_and_missing_cells_are_empty() -> None:
    assert parse("# about\nword\tkind\n\nspurn\treject\nnod\n") == [
        {"word": "spurn", "kind": "reject"},
        {"word": "nod", "kind": ""},
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("word\tkind\nspurn\treject\textra\n", "words.tsv:2"),
        ("word\tkind\n# a\n\treject\n", "words.tsv:3"),
        ("verb\tkind\n", "words.tsv:1"),
        ("", "words.tsv"),
    ],
)
def test_a_malformed_row_names_the_table_and_the_line(text: str, place: str) -> None:
    with pytest.raises(LexiconError) as raised:
        parse(text)
    assert raised.value.name == place


@pytest.mark.parametrize(
    ("lemma", "pos", "forms"),
    [
        ("reject", "v", {"rejects", "rejected", "rejecting"}),
        ("deny", "v", {"denies", "denied", "denying"}),
        ("urge", "v", {"urges", "urged", "urging"}),
        ("drop", "v", {"dropped", "dropping"}),
        ("meet", "v", {"met", "meeting", "meets"}),
        ("treaty", "n", {"treaties"}),
        ("pledge", "n", {"pledges"}),
    ],
)
def test_inflections(lemma: str, pos: str, forms: set[str]) -> None:
    assert forms <= tables.inflections(lemma, pos)
    assert "meeted" not in tables.inflections("meet", "v")


def test_every_table_of_the_lexicon_can_be_read() -> None:
    assert {t.kind for options in triggers.triggers().values() for t in options} == set(KINDS)
    assert set(governors().values()) <= set(MOODS)
    assert connectors()["unless"]
    assert triggers.classes()["meeting"] >= {"talks", "summits"}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"pos": "x"}, "unknown part of speech 'x' of 'stonewall'"),
        ({"kind": "stall"}, "unknown kind 'stall' of 'stonewall'"),
        ({"target": "obj|that"}, "unknown slot that of 'stonewall'"),
        ({"flags": "weak joined"}, "unknown flag joined of 'stonewall'"),
        ({"flags": "object:nothing"}, "unknown flag object:nothing of 'stonewall'"),
    ],
)
def test_a_trigger_with_an_unknown_cell_is_refused(
    cells: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = dict.fromkeys("trigger pos kind cameo target content flags".split(), "")
    row |= {"trigger": "stonewall", "pos": "v", "kind": "reject"} | cells
    triggers.classes(), triggers.kinds()
    monkeypatch.setattr(triggers, "rows", lambda name, columns: [row])
    with pytest.raises(LexiconError, match=message) as raised:
        triggers.triggers.__wrapped__()
    assert raised.value.name == "lexicon/triggers.tsv"


def test_every_kind_of_act_can_be_coded() -> None:
    for kind in triggers.kinds().values():
        if kind.name != "assess":
            assert plover(kind.cameo) is not None, kind.name


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Zaire and Burma", [("COD",), ("MMR",)]),
        ("the U.S. and us", [("USA",)]),
        ("Palestinians in Kosovo", [("PSE",), ("XKX",)]),
        ("Seoul's offer", [("KOR",)]),
        ("the six-party talks", [("CHN", "PRK", "USA", "KOR", "RUS", "JPN")]),
        ("the United Nations", [("UN",)]),
        ("South Korean and North Korean", [("KOR",), ("PRK",)]),
        ("she may turn to chad", []),
    ],
)
def test_names_are_found_longest_first_and_by_their_capitals(text: str, codes: list[tuple[str, ...]]) -> None:
    assert [n.codes for n in names.find(text)] == codes


def test_names_quote_the_text() -> None:
    text = "Iran's envoy met the E.U. in Geneva. Iran left."
    assert all(text[n.start : n.end] == n.words for n in names.find(text))
    assert next(n.words for n in names.find(text)) == "Iran"
