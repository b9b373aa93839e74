"""The encoder's view of sentences: windows, log-odds, stretches, and what they add to the rules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from detente import context, gathering, seats, sensing
from detente.acts import Candidate
from detente.context import HEADS, View
from detente.reader import Reading, examine
from detente.report import Report
from detente.sightings import Sighting, Sightings

TEXT = """Harbour talks between Iceland and Norway opened in Bergen on Monday.

Oslo turned down a plan to share the herring. It will send observers in May if Reykjavik lifts its ban.

"We are not happy at all with how this is going," the Icelandic minister said."""


@pytest.fixture
def view() -> View:
    """Six pieces: "Oslo turned down a plan ." of which the last three but one are likely about the refusal."""
    odds = np.full((6, len(HEADS)), -5.0, np.float32)
    odds[1, HEADS.index("act reject")] = 2.0
    odds[[3, 5], HEADS.index("about reject")] = 2.5
    odds[0, HEADS.index("about reject")] = 0.5
    return View([(0, 4), (5, 11), (12, 16), (17, 18), (19, 23), (23, 24)], odds)


def test_a_sentence_tells_what_its_likeliest_piece_tells(view: View) -> None:
    assert view.told("act reject") == pytest.approx(2.0, abs=0.1)
    assert view.told("act agree") < -3
    assert view.peak("act reject") == 5


def test_a_piece_is_found_by_any_of_its_characters(view: View) -> None:
    assert view.at("act reject", 7) == 2.0
    assert view.at("act reject", 4) is None
    assert view.at("act reject", 99) is None


def test_a_gap_of_one_piece_does_not_part_a_stretch(view: View) -> None:
    assert view.run("about reject") == (17, 24)
    assert view.run("about reject", bound=3.0) is None
    assert [(first, end) for first, end, _ in view.runs("about reject")] == [(0, 4), (17, 24)]


def test_the_place_of_an_act_draws_the_choice_between_stretches(view: View) -> None:
    assert view.run("about reject", near=20) == (17, 24)
    view.odds[0, HEADS.index("about reject")] = 2.5
    assert view.run("about reject", near=0) == (0, 4)


def test_the_mean_over_characters(view: View) -> None:
    assert view.mean("about reject", 17, 24) == pytest.approx((2.5 - 5.0 + 2.5) / 3)
    assert view.mean("about reject", 30, 40) is None


def test_windows_hold_every_piece_once_behind_the_title() -> None:
    _, vocabulary = context._encoder()
    texts = [f"Delegation number {n} asked for a further week to study the draft." for n in range(60)]
    found = list(context.windows(texts, "Herring talks", vocabulary))
    assert len(found) > 3
    assert [n for w in found for n, _, _ in w.sentences] == list(range(60))
    for w in found:
        assert len(w.ids) == len(w.of) <= context.LONGEST
        assert w.ids[1:3] == vocabulary.encode("Herring", add_special_tokens=False).ids[:2] or w.of[0] == -1
        for n, first, offsets in w.sentences:
            assert w.of[first : first + len(offsets)] == [n] * len(offsets)


def test_an_enormous_sentence_is_cut_and_still_read() -> None:
    _, vocabulary = context._encoder()
    (only,) = context.windows(["talks " * 5000], "", vocabulary)
    assert len(only.ids) <= context.LONGEST
    assert len(only.sentences[0][2]) == context.CUT


@pytest.mark.parametrize(
    ("found", "careful"),
    [(["X86_V3"], True), (["X86_V3", "X86_V4", "AVX512_ICL"], False), (["AVX2", "AVX512_CLX"], False), ([], True)],
)
def test_where_sums_of_eight_bits_may_overflow_weights_have_no_sign(
    monkeypatch: pytest.MonkeyPatch, found: list[str], careful: bool
) -> None:
    monkeypatch.setattr(np, "show_config", lambda mode: {"SIMD Extensions": {"found": found}})
    assert context._sums_in_one() is not careful


def test_weights_with_and_without_sign_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    quick, vocabulary = context._encoder()
    monkeypatch.setattr(context, "_sums_in_one", lambda: False)
    slow, _ = context._encoder.__wrapped__()
    (window,) = context.windows([TEXT], "Herring", vocabulary)
    given = {"ids": np.array([window.ids]), "mask": np.ones((1, len(window.ids)), np.int64)}
    assert np.abs(quick.run(None, given)[0] - slow.run(None, given)[0]).max() < 0.01


def test_several_processors_see_what_one_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = examine(Report(TEXT * 12), gated=False, fast=True)
    seen = []
    for number in ("1", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", number)
        assert context.threads() == int(number)
        look = context.look(reading.wanted, "Herring")
        assert len(look.windows) > 2
        seen.append(look.views())
    alone, together = seen
    assert list(alone) == list(together)
    assert all((alone[n].odds == together[n].odds).all() for n in alone)


def test_the_encoder_sees_every_sentence_that_is_read_and_none_when_reading_fast() -> None:
    slow, fast = (examine(Report(TEXT), gated=False, fast=f) for f in (False, True))
    assert set(slow.views) == {s.number for s in slow.wanted}
    assert not fast.views
    assert all(c.sense is None and c.rule != sensing.RULE for c in fast.candidates)
    assert all(c.sense is not None for c in slow.candidates if c.kind in context.KINDS)


def test_what_a_report_says_does_not_hang_on_what_is_read_with_it() -> None:
    from detente.reader import read_report, read_reports

    alone = read_report(Report(TEXT, id="a"))
    _, beside = read_reports(
        [Report("Markets were calm in Lisbon on Tuesday, dealers said.", id="b"), Report(TEXT, id="a")]
    )
    assert alone.to_json() == beside.to_json()


def test_a_wording_of_the_encoder_lies_in_its_sentence() -> None:
    reading = examine(Report(TEXT), gated=False)
    for c in reading.candidates:
        start, end = c.about
        assert c.sentence.start <= start <= end <= c.sentence.end


def taken(reading: Reading, heads: list[str], odds: Callable[[list[str]], float]) -> None:
    """Lets the encoder give log-odds to every name of a report, by the parties that it means."""
    for number, at_hand in reading.scenes.items():
        for token, codes in at_hand.named:
            view = reading.views[number]
            piece = next(n for n, (_, end) in enumerate(view.offsets) if token.idx < end)
            view.odds[piece, [HEADS.index(head) for head in heads]] = odds(codes)
    reading.sightings = Sightings.gather(reading.scenes, reading.views)


def sat(party: str, odds: float) -> dict[str, float]:
    """What is known of a party at the first round of TEXT when the encoder takes the names of one party for who sits there."""
    reading = examine(Report(TEXT), gated=False)
    taken(reading, ["seat", "sits"], lambda codes: odds if party in codes else -odds)
    (first, *_) = gathering.gather(reading.mentions)
    return seats.pool(first, reading)[party]


@pytest.mark.parametrize("odds", [3.0, -3.0])
def test_who_sits_is_weighed_by_the_encoder_where_the_party_is_named(odds: float) -> None:
    known = sat("NOR", odds)
    assert (known["seat"], known["sits"]) == (odds, odds)


def test_a_party_that_likely_sits_somewhere_is_at_hand_for_every_round() -> None:
    text = TEXT.replace("with how this is going", "with Denmark")
    reading = examine(Report(text), gated=False)
    (first, *_) = gathering.gather(reading.mentions)
    (at,) = reading.sightings.of["DNK"]
    for odds, at_hand in ((-1.0, False), (1.0, True)):
        reading.sightings.of["DNK"][at] = Sighting(-3.0, -3.0, -3.0, odds)
        assert ("DNK" in seats.pool(first, reading)) is at_hand


def seen(text: str, odds: dict[str, float]) -> tuple[Sightings, Candidate]:
    """The first refusal of a text whose parties' names the encoder takes so far for who refuses."""
    reading = examine(Report(text), gated=False)
    refusal = next(c for c in reading.candidates if c.kind == "reject")
    for view in reading.views.values():
        view.odds[:, context.columns("actor")] = -5.0
    taken(reading, ["actor reject"], lambda codes: max(odds.get(code, -5.0) for code in codes))
    sensing.heed(refusal, reading.views[refusal.sentence.number], [refusal])
    return reading.sightings, refusal


def test_who_acts_is_weighed_beside_the_others() -> None:
    sightings, refusal = seen(
        "Oslo told Reykjavik on Monday that Denmark had rejected the plan.", {"DNK": 3.0, "NOR": 1.0}
    )
    ahead, behind = (sightings.features(code, refusal, 0) for code in ("DNK", "NOR"))
    assert (ahead["gap"], behind["gap"]) == (2.0, -2.0)
    assert ahead["first True True"] == behind["first False True"] == 1.0
    assert (ahead["seat, sure"], behind["seat, sure"]) == (1.0, 0.0)


def test_a_party_that_a_sentence_does_not_name_is_weighed_by_where_it_is_named() -> None:
    sightings, refusal = seen("Denmark met Norway on Monday. Iceland rejected the plan.", {"DNK": 2.0, "ISL": -1.0})
    known = sightings.features("DNK", refusal, 0)
    assert known["elsewhere unnamed"] == 2.0
    assert "gap" not in known


def test_a_sentence_that_the_encoder_has_not_seen_tells_nothing_of_parties() -> None:
    reading = examine(Report("Denmark rejected the plan."), gated=False, fast=True)
    refusal = next(c for c in reading.candidates if c.kind == "reject")
    assert reading.sightings.features("DNK", refusal, 0) == {}
