"""Records made by hand, so that what follows from them is tested apart from how well texts are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.archive import Archive
from detente.follow import Filed
from detente.record import Act, Evidence, Link, Meeting, Pledge, Record


class Maker:
    """A report in the making: each sentence is added with the entries that it tells."""

    def __init__(self, id: str, date: str, title: str = "", *, with_text: bool = True) -> None:
        self.record = Record(id=id, date=date, title=title)
        self.with_text = with_text

    def says(self, sentence: str, *entries: Any) -> Maker:
        """Adds a sentence; the entries get it as their evidence."""
        text = self.record.text
        start = len(text) + (1 if text else 0)
        self.record.text = f"{text} {sentence}" if text else sentence
        self.record.sentences.append((start, start + len(sentence)))
        for entry in entries:
            entry.evidence.append(Evidence(start, start + len(sentence), sentence))
            lists = {Act: "acts", Meeting: "meetings", Pledge: "pledges", Link: "links"}
            there = getattr(self.record, lists[type(entry)])
            if entry not in there:
                there.append(entry)
        return self

    def filed(self) -> Filed:
        """The report as following takes it."""
        if not self.with_text:
            self.record.text, self.record.sentences = "", []
        return Filed(self.record.id, self.record.date, self.record.title, "", self.record)


def filed(archive: Archive) -> Iterator[Filed]:
    """Each story of an archive once, its latest revision, with the judgements on its entries applied."""
    for stored, record in archive.records():
        yield Filed(stored.id, stored.date.isoformat() if stored.date else "", stored.title, stored.source, record)


def act(kind: str, by: str, about: str, to: str = "", **more: Any) -> Act:
    """An act; parties are codes in one string."""
    return Act(kind=kind, actors=by.split(), targets=to.split(), about=about, **more)


def pledge(by: str, what: str, due: str = "", to: str = "", place: str = "") -> Pledge:
    """A pledge; parties are codes in one string."""
    return Pledge(by=by.split(), to=to.split(), what=what, due=due, place=place)


def meeting(name: str, parties: str = "FIN EST", start: str = "", status: str = "ended", **more: Any) -> Meeting:
    """A meeting of Finland and Estonia, unless said otherwise."""
    return Meeting(name=name, parties=parties.split(), start=start, end=more.pop("end", start), status=status, **more)


def round_of(number: int, start: str, status: str = "ended", place: str = "", parties: str = "FIN EST") -> Meeting:
    """A numbered round of tunnel talks."""
    words = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    name = f"the {words[number]} round of tunnel talks"
    return meeting(name, parties, start, status, ordinal=number, place=place)


def one(id: str, date: str, sentence: str, *entries: Any, title: str = "", with_text: bool = True) -> Filed:
    """A report of one sentence."""
    return Maker(id, date, title, with_text=with_text).says(sentence, *entries).filed()


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of the gold, however deep."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from objects(item)
