"""Figures worked out by hand on a small gold, and agreement with the reference scorers."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from detente import evaluate as ev
from detente.errors import InputError
from detente.evaluate_plover import evaluate_plover, load_plover, numbered, plover_events, score_plover
from detente.record import Act, Evidence, Party, Plover, Record

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[2] / "shared"
GOLD = DATA / "eval_gold.json"
needs_scripts = pytest.mark.skipif(
    not (SHARED / "gold" / "score.py").exists(),
    reason=f"the reference scorers are not at hand: {SHARED}",
)


@pytest.fixture
def gold() -> ev.Gold:
    return ev.load_gold(GOLD)[0]


def at(gold: ev.Gold, number: int) -> list[dict[str, int]]:
    start, end = gold.sentences[number - 1]
    return [{"start": start, "end": end}]


@pytest.fixture
def prediction(gold: ev.Gold) -> dict[str, Any]:
    """Of five acts three are found; one is of the wrong kind, one inner act is missing."""

    def act(s: int, kind: str, actors: list[str], targets: list[str], about: str) -> dict[str, Any]:
        return {"kind": kind, "actors": actors, "targets": targets, "about": about,
                "evidence": at(gold, s)}  # fmt: skip

    return {
        "id": "fish",
        "acts": [
            act(1, "meet", ["FRE", "SYL"], [], "two days"),
            act(2, "reject", ["SYL"], ["SYL"], "offer to freeze catches"),
            act(2, "accuse", ["SYL"], ["FRE"], "withdraw its trawlers"),
            act(3, "pledge", ["ssu"], [], "join the next round"),
            act(4, "pledge", ["FRE"], [], "exchange catch data"),
            act(5, "meet", ["FRE"], [], ""),
        ],
        "meetings": [
            {"parties": ["FRE", "SYL"], "start": "2016-03-17", "end": "2016-03-18",
             "status": "ended", "evidence": at(gold, 1)},
            {"parties": ["ssu", "FRE"], "start": "2016-04", "end": "", "status": "ended",
             "evidence": at(gold, 3)},
        ],
        "pledges": [
            {"by": ["FRE"], "what": "exchange catch data by June", "due": "2016-06-30",
             "evidence": at(gold, 4)},
            {"by": ["ssu"], "what": "join the next round", "due": "", "evidence": at(gold, 3)},
        ],
        "links": [{"what": "cut in quotas", "on": "the talks", "evidence": at(gold, 5)}],
    }  # fmt: skip


# -- the small gold


def test_figures_worked_out_by_hand(gold: ev.Gold, prediction: dict[str, Any]) -> None:
    found = ev.score([gold], {"fish": prediction}).to_dict()
    assert found["act"] == pytest.approx({"p": 3 / 6, "r": 3 / 5, "f1": 6 / 11, "n": 5})
    assert found["who"] == pytest.approx({"p": 4 / 7, "r": 4 / 7, "f1": 4 / 7, "n": 7})
    assert found["whom"] == pytest.approx({"p": 0, "r": 0, "f1": 0, "n": 3})
    assert found["meeting"]["f1"] == 1
    assert found["pledge"] == pytest.approx({"p": 1 / 2, "r": 1, "f1": 2 / 3, "n": 1})
    assert found["link"]["f1"] == 1
    shares = {k: found[k] for k in ("about", "when", "status", "due")}
    assert shares == pytest.approx({"about": 2 / 3, "when": 1 / 2, "status": 1 / 2, "due": 1})
    assert found["record"] == pytest.approx((6 / 11 + 4 / 7 + 1 + 2 / 3 + 1) / 5)


def test_each_kind_has_its_counts(gold: ev.Gold, prediction: dict[str, Any]) -> None:
    table = ev.score([gold], {"fish": prediction}).by_kind
    counts = {kind: (f.gold, f.predicted, f.hit) for kind, f in table.items()}
    assert counts == {
        "meet": (1, 2, 1), "reject": (1, 1, 1), "propose": (1, 0, 0),
        "demand": (1, 0, 0), "accuse": (0, 1, 0), "pledge": (1, 2, 1),
    }  # fmt: skip


def test_errors_have_their_causes(gold: ev.Gold, prediction: dict[str, Any]) -> None:
    found = {(e.sentence, e.cause, e.kind) for e in ev.score([gold], {"fish": prediction}).errors}
    assert found == {
        (1, "wrong wording", "meet"), (2, "wrong target", "reject"),
        (2, "missed inner act", "propose"), (2, "wrong kind", "demand"),
        (3, "wrong scope", "pledge"), (3, "wrong date", "meeting"), (3, "wrong status", "meeting"),
        (3, "no such pledge", "pledge"), (4, "missing actor", "pledge"), (5, "no such act", "meet"),
    }  # fmt: skip


def test_an_error_reads_well(gold: ev.Gold, prediction: dict[str, Any]) -> None:
    error = next(e for e in ev.score([gold], {"fish": prediction}).errors if e.cause == "missing actor")
    assert str(error).split("\n") == [
        "missing actor: fish [4]",
        "    gold: pledge fre, syl: exchange catch data",
        "    read: pledge fre: exchange catch data",
        "    “Both governments promised to exchange catch data by June.”",
    ]


@pytest.mark.parametrize(
    ("kind", "actors", "about", "cause"),
    [("meet", ["FRE", "SYL"], "talks", "told twice"), ("attack", ["XXX"], "", "no such act")],
)
def test_why_a_further_act_is_wrong(gold: ev.Gold, kind: str, actors: list[str], about: str, cause: str) -> None:
    right = {"kind": "meet", "actors": ["FRE", "SYL"], "about": "fish talks", "s": 1}
    further = {"kind": kind, "actors": actors, "about": about, "s": 1}
    found = ev.score([gold], {"fish": {"acts": [right, further]}}).errors
    assert [e.cause for e in found if not e.cause.startswith("miss")] == [cause]


def test_everything_is_missed_without_a_prediction(gold: ev.Gold) -> None:
    scores = ev.score([gold], {})
    assert scores.record == 0
    assert dict(ev.causes(scores.errors)) == {
        "missed trigger": 5, "missed meeting": 2, "missed pledge": 1, "missed link": 1,
    }  # fmt: skip


def test_the_gold_itself_is_right(gold: ev.Gold) -> None:
    itself = {name: getattr(gold, name) for name in ("acts", "meetings", "pledges", "links")}
    scores = ev.score([gold], {"fish": copy.deepcopy(itself)})
    assert scores.record == 1
    assert scores.errors == []


def test_a_sentence_is_found_by_overlap(gold: ev.Gold) -> None:
    second = gold.sentences[1]
    assert ev.sentence_of(gold.sentences, second[0] - 5, second[1]) == 2
    assert ev.sentence_of(gold.sentences, second[0] - 40, second[0] + 5) == 1


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("PRK", "KOR", False), ("slm", "sudan liberation movement", True),
        ("sudan liberation movement", "slm", True), ("rebels", "kabila rebels", True),
        ("un", "un", True), ("kabila rebels", "taliban", False),
    ],
)  # fmt: skip
def test_same_party(a: str, b: str, same: bool) -> None:
    assert ev.same_party(a, b) is same


def test_evaluate_gold_reads_each_report() -> None:
    seen = []

    def read(text: str, date: dt.date | None, id: str, title: str) -> Record:
        seen.append((text[:9], date, id, title))
        act = Act(kind="meet", actors=["FRE", "SYL"], evidence=[Evidence(0, 9, text[:9])])
        return Record(id=id, text=text, acts=[act])

    scores = ev.evaluate_gold(GOLD, read)
    assert seen == [("Freedonia", dt.date(2016, 3, 18), "fish", "Fish talks end in Lisbon")]
    assert scores.figures["act"].hit == 1


def test_a_prediction_without_evidence_is_an_input_error(gold: ev.Gold) -> None:
    with pytest.raises(InputError, match=r"fish.*acts.*evidence"):
        ev.score([gold], {"fish": {"acts": [{"kind": "meet"}]}})


# -- gold files


def test_offsets_become_words_with_a_corpus() -> None:
    found = ev.load_gold(DATA / "eval_gold_offsets.json", DATA / "eval_corpus.jsonl")
    assert found == ev.load_gold(GOLD)


@pytest.mark.parametrize("corpus", [None, "nowhere.jsonl", "empty.jsonl"])
def test_a_missing_corpus_is_an_input_error(tmp_path: Path, corpus: str | None) -> None:
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(InputError) as caught:
        ev.load_gold(DATA / "eval_gold_offsets.json", corpus and tmp_path / corpus)
    assert (corpus or "eval_gold_offsets.json") in caught.value.name


def spoilt(path: list[Any], value: Any) -> list[Any]:
    """The small gold with one value replaced."""
    raw: list[Any] = json.loads(GOLD.read_text(encoding="utf-8"))
    place: Any = raw[0]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["sentences"], None, "sentences"), (["sentences", 0], [0, 10**6], r"sentences\[0\]"),
        (["gold"], None, "gold"), (["gold", "acts"], "none", "acts"),
        (["gold", "acts", 1, "kind"], "sing", r"acts\[1\].kind"),
        (["gold", "acts", 1, "s"], 99, r"acts\[1\].s"),
        (["gold", "acts", 1, "actors"], [3], r"acts\[1\].actors"),
        (["gold", "acts", 1, "about"], [5, "x"], r"acts\[1\].about"),
        (["gold", "meetings", 0, "status"], "over", r"meetings\[0\].status"),
        (["gold", "pledges", 0, "due"], "June", r"pledges\[0\].due"),
        (["date"], "Friday", "date"), (["text"], 5, "text"),
    ],
)  # fmt: skip
def test_a_malformed_gold_file_names_report_and_field(tmp_path: Path, path: list[Any], value: Any, field: str) -> None:
    file = tmp_path / "gold.json"
    file.write_text(json.dumps(spoilt(path, value)), encoding="utf-8")
    with pytest.raises(InputError, match=f"fish: {field}"):
        ev.load_gold(file)


@pytest.mark.parametrize("content", ["{", "{}", "[1]", '[{"id": 3}]', '[{"text": ""}]'])
def test_no_gold_file_at_all(tmp_path: Path, content: str) -> None:
    file = tmp_path / "gold.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"gold\.json"):
        ev.load_gold(file)


# -- PLOVER


RECORDS: list[dict[str, Any]] = [
    {"id": "D", "event": "DOCUMENT"},
    {"id": "A", "event": "AGREE", "text": "…", "source": [{"code": "HUNGOV"}, {"code": "ROM"}]},
    {"id": "A", "event": "DEMAND", "text": "…", "source": [{"code": "USA"}],
     "target": [{"code": "IRQ"}]},
    {"id": "B", "event": "FIGHT", "text": "…", "source": ["stray"], "target": ""},
]  # fmt: skip


def test_plover_figures_worked_out_by_hand() -> None:
    predictions: dict[str, list[dict[str, Any]]] = {
        "A": [{"class": "AGREE", "source": ["HUN", "ROU"], "target": ["HUN", "ROU"]}],
        "A#2": [
            {"class": "REQUEST", "source": ["IRQ"], "target": ["USA"]},
            {"class": "REJECT", "source": ["USA"], "target": ["IRQ"]},
            {"class": None, "source": "USA", "target": None},
        ],
    }
    scores = score_plover(RECORDS, predictions)
    assert scores.right == {"a": 2, "b": 1, "c": 1, "d": 2, "dyad": 2}
    found = scores.to_dict()
    assert found["a"] == 0.6667
    assert found["precision of class, all coded events"] == 0.5  # two of four
    assert found["precision of class, (sentence, class) pairs"] == 0.6667  # two of three
    assert found["F1 of class, pairs against a"] == 0.6667
    assert found["by class"]["ASSAULT"] == {"gold": 1, "a": 0, "b": 0, "c": 0, "predicted": 0}
    assert found["by class"]["REJECT"]["predicted"] == 1
    assert [e.split("\n")[0] for e in scores.errors] == ["A#2", "B"]


@pytest.mark.parametrize("predictions", [{"C": []}, {"A": [{"class": "SING"}]}])
def test_plover_predictions_must_fit(predictions: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        score_plover(RECORDS, predictions)


def test_acts_become_plover_events() -> None:
    quote = [Evidence(0, 1, "x")]
    record = Record(
        acts=[
            Act(kind="meet", actors=["PRK", "KOR"], plover=Plover("CONSULT"), evidence=quote),
            Act(kind="demand", actors=["UN"], targets=["hamas"], plover=Plover("REQUEST")),
            Act(kind="accuse", actors=["CHN", "RUS"], plover=Plover("ACCUSE")),
            Act(kind="assess", actors=["PRK"]),
        ],
        parties=[
            Party(code="UN", name="United Nations", kind="organisation"),
            Party(code="hamas", name="Hamas", kind="armed group", state="PSE"),
        ],
    )
    assert plover_events(record) == [
        {"class": "CONSULT", "source": ["PRK", "KOR"], "target": ["PRK", "KOR"]},
        {"class": "REQUEST", "source": ["IGO"], "target": ["PSE"]},
        {"class": "ACCUSE", "source": ["CHN", "RUS"], "target": []},
    ]


def test_evaluate_plover_tells_records_of_one_id_apart() -> None:
    seen = []

    def read(text: str, date: dt.date | None, id: str, title: str) -> Record:
        seen.append(id)
        return Record(id=id)

    assert evaluate_plover(RECORDS, read).records == 3
    assert seen == ["A", "A#2", "B"]


@pytest.mark.parametrize("content", ["{}", "[1]", '[{"id": "A"}]', '[{"id": "A", "event": "AID"}]'])
def test_no_plover_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "plover.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"plover\.json"):
        load_plover(file)


# -- agreement with the reference scorers


def perturbed(report: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A prediction made of a report's gold: entries dropped, moved, renamed, doubled, misdated."""
    found: dict[str, Any] = {"id": report["id"]}
    for name, entries in report["gold"].items():
        found[name] = []
        for entry in entries:
            for _ in range(rng.choice([0, 1, 1, 1, 1, 2])):
                found[name].append(worse(copy.deepcopy(entry), report, rng))
        rng.shuffle(found[name])
    return found


def worse(entry: dict[str, Any], report: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    numbers = entry.pop("s")
    entry["evidence"] = []
    for number in numbers if isinstance(numbers, list) else [numbers]:
        start, end = report["sentences"][number - 1]
        shift = rng.choice([0, 0, 0, (end - start) // 3, end - start, start - end])
        entry["evidence"].append({"start": start + shift, "end": end + shift})
    for key in ("actors", "targets", "parties", "by"):
        if key in entry:
            entry[key] = [renamed(code, rng) for code in entry[key] if rng.random() > 0.15]
    for key in ("about", "name", "what", "on"):
        if entry.get(key) and rng.random() < 0.5:
            entry[key] = " ".join(w for w in entry[key].split() if rng.random() < 0.6)
    for key in ("start", "end", "due"):
        if key in entry and rng.random() < 0.4:
            entry[key] = rng.choice([None, "", entry[key][:7], entry[key] + "-03", "1999"])
    if "kind" in entry and rng.random() < 0.2:
        entry["kind"] = rng.choice(["meet", "demand", "reject", "attack"])
    if "status" in entry and rng.random() < 0.3:
        entry["status"] = rng.choice(["ended", "planned"])
    return entry


def renamed(code: str, rng: random.Random) -> Any:
    words = code.split()
    initials = "".join(w[0] for w in words)
    other: list[Any] = [words[-1], initials, "the " + code, "Nowhere", {"code": code}, code.lower()]
    return rng.choice(other) if rng.random() < 0.4 else code


def run(script: Path, *arguments: str | Path) -> dict[str, Any]:
    command = [sys.executable, str(script), *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@needs_scripts
@pytest.mark.parametrize("name", ["seed", "dev"])
@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_the_gold_scorer(tmp_path: Path, name: str, seed: int) -> None:
    path = SHARED / "gold" / f"{name}.json"
    rng = random.Random(seed)
    reports = json.loads(path.read_text(encoding="utf-8"))
    predictions = [perturbed(r, rng) for r in reports if name == "seed" or rng.random() < 0.95]
    lines = tmp_path / "predictions.jsonl"
    lines.write_text("".join(json.dumps(p) + "\n" for p in predictions), encoding="utf-8")
    theirs = run(SHARED / "gold" / "score.py", path, lines)
    ours = ev.score(ev.load_gold(path), {p["id"]: p for p in predictions})
    assert ours.to_dict() == theirs


def plover_prediction(record: dict[str, Any], rng: random.Random) -> list[dict[str, Any]]:
    """Events made of a gold record's own: of other classes, turned, with other actors."""
    sides = [
        [a["code"] for a in record.get(key) or [] if isinstance(a, dict) and a.get("code")]
        for key in ("source", "target")
    ]
    found = []
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        source, target = rng.choice([sides, sides, sides[::-1], [sides[0], sides[0]]])
        name = rng.choice([record["event"]] * 4 + ["REJECT", "INVESTIGATE", "ASSAULT", None])
        further: list[Any] = rng.choice([[], [], ["YUG"], ["rebels"], ["---GOV"], [{"code": "SCG"}]])
        found.append({"class": name, "source": source + further, "target": target})
    return found


@needs_scripts
@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_the_plover_scorer(tmp_path: Path, seed: int) -> None:
    path = SHARED / "plover" / "gsr_dev.json"
    rng = random.Random(seed)
    records = load_plover(path)
    predictions = {id: plover_prediction(r, rng) for id, r in numbered(records)}
    lines = tmp_path / "predictions.jsonl"
    rows = [json.dumps({"id": id, "events": events}) for id, events in predictions.items()]
    lines.write_text("\n".join(rows), encoding="utf-8")
    theirs = run(SHARED / "plover" / "gsr_score.py", lines, path)
    scores = score_plover(records, predictions)
    ours = scores.to_dict()
    for ours_name, name in {
        "a": "a class", "b": "b class+source", "c": "c class+source+target",
        "d": "d as c, either direction", "dyad": "dyad, any class",
    }.items():  # fmt: skip
        assert scores.right[ours_name] == theirs[name]["k"]
        assert ours[ours_name] == theirs[name]["rate"]
    same = [name for name in theirs if name in ours]
    assert len(same) == 10
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
