"""What many workers have read, as a folder: Parquet in parts, with a manifest of counts and checksums.

    reports/part-00000-00000.parquet    one row a report: its text, its layout, its record as JSON
    entries/part-00000-00000.parquet    one row an entry, as `detente export parquet` writes them
    aside/part-00000-00000.jsonl        what could not be read, and why
    manifest.json                       counts, settings, SHA-256 of every file
    _work/                              what a run that is interrupted needs to go on

A part belongs to a stretch of the input, whoever reads it: the same input gives the same files. It counts once its
note in `_work` is written, which comes last. Paths with a scheme go through fsspec.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from detente.errors import DetenteError, InputError
from detente.reader import THRESHOLD
from detente.record import Record
from detente.report import Report

FORMAT = "detente output 1"
Row = dict[str, Any]
Pair = tuple[Report, Record]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a batch is read. `size` is how many items of the input make one part."""

    date: dt.date | None = None
    force: bool = False
    threshold: float = THRESHOLD
    minimum: float = 0.0
    gated: bool = True
    fast: bool = False
    size: int = 256

    def to_dict(self) -> Row:
        """As plain values."""
        return asdict(self) | {"date": self.date.isoformat() if self.date else ""}


@dataclass(frozen=True, slots=True)
class Aside:
    """What was set aside, why, and what would help."""

    name: str
    error: str
    remedy: str = ""


# -- where it lies


class Store(Protocol):
    """A place for files, which are written whole or not at all."""

    def write(self, path: str, content: bytes) -> None:
        """Raises DetenteError where there is no room or no permission."""

    def read(self, path: str) -> bytes | None:
        """The content, or None where there is no such file."""

    def names(self, folder: str) -> dict[str, int]:
        """The files of a folder, by name, with their sizes."""

    def remove(self, path: str) -> None:
        """Removes a file, if it is there."""


@dataclass(frozen=True, slots=True)
class Local:
    """A folder of this machine, or one that all machines see at the same path."""

    root: Path

    def write(self, path: str, content: bytes) -> None:
        """By way of a file beside it, so that a reader never sees a half of it."""
        target = self.root / path
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise DetenteError(
                f"can't be written: {error.strerror or error}", name=str(self.root),
                remedy="make room or check its permissions, and start again; what was read is kept",
            ) from None  # fmt: skip

    def read(self, path: str) -> bytes | None:
        """The content, or None where there is no such file."""
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self, folder: str) -> dict[str, int]:
        """The files of a folder, by name, with their sizes."""
        found = (self.root / folder).glob("[!.]*")
        return {p.name: p.stat().st_size for p in found if p.is_file()}

    def remove(self, path: str) -> None:
        """Removes a file, if it is there."""
        (self.root / path).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Remote:
    """A folder of a store that fsspec knows."""

    url: str

    def _at(self, path: str) -> tuple[Any, str]:
        from detente.sources.bulk import filesystem

        return filesystem(f"{self.url.rstrip('/')}/{path}")

    def write(self, path: str, content: bytes) -> None:
        """In one piece, as stores of objects do."""
        fs, at = self._at(path)
        try:
            fs.makedirs(at.rpartition("/")[0], exist_ok=True)
            fs.pipe_file(at, content)
        except Exception as error:  # every store has errors of its own
            raise DetenteError(
                f"can't be written: {error}", name=self.url, remedy="check access; start again"
            ) from None

    def read(self, path: str) -> bytes | None:
        """The content, or None where there is no such file."""
        fs, at = self._at(path)
        try:
            content: bytes = fs.cat_file(at)
        except FileNotFoundError:
            return None
        return content

    def names(self, folder: str) -> dict[str, int]:
        """The files of a folder, by name, with their sizes."""
        fs, at = self._at(folder)
        try:
            return {i["name"].rpartition("/")[2]: i["size"] for i in fs.ls(at, detail=True) if i["type"] == "file"}
        except FileNotFoundError:
            return {}

    def remove(self, path: str) -> None:
        """Removes a file, if it is there."""
        fs, at = self._at(path)
        with contextlib.suppress(FileNotFoundError):
            fs.rm_file(at)


def store(where: str | Path) -> Store:
    """The store of a path or an address."""
    return Remote(str(where)) if "://" in str(where) else Local(Path(where))


# -- writing


@dataclass(frozen=True, slots=True)
class Folder:
    """The output of a batch, for those who write it."""

    at: Store

    def begin(self, lots: Sequence[Sequence[str]], settings: Settings) -> None:
        """Prepares a folder, or one that was begun before to go on.

        Raises DetenteError where it holds other inputs, was read otherwise, or can't be written.
        """
        now: Row = {"format": FORMAT, **versions(), "settings": settings.to_dict()}
        raw = self.at.read("_work/run.json")
        if raw is not None:
            before = json.loads(raw)
            old = before.pop("inputs", [])
            if before != now:
                changed = sorted(k for k in now if before.get(k) != now[k])
                raise DetenteError(
                    f"was begun with other {', '.join(changed)}", name=self._name, remedy="name another folder"
                )
            if old != [list(lot) for lot in lots][: len(old)]:
                raise DetenteError("holds other inputs", name=self._name, remedy="name another folder")
        self.at.write("_work/run.json", _json(now | {"inputs": [list(lot) for lot in lots]}))

    @property
    def _name(self) -> str:
        return str(getattr(self.at, "root", "") or getattr(self.at, "url", ""))

    def done(self) -> dict[str, Row]:
        """The notes of all parts that are whole, by name."""
        notes = (n for n in sorted(self.at.names("_work")) if n.startswith("part-"))
        found = {n.removesuffix(".json"): self._note(n.removesuffix(".json")) for n in notes}
        return {name: note for name, note in found.items() if note is not None}

    def has(self, name: str) -> bool:
        """Whether a part is there, and its stretch of the input was not cut off."""
        note = self._note(name)
        return note is not None and not note["cut"]

    def _note(self, name: str) -> Row | None:
        raw = self.at.read(f"_work/{name}.json")
        try:
            note: Row | None = json.loads(raw) if raw else None
        except ValueError:
            return None
        return note

    def put(self, name: str, pairs: Sequence[Pair], aside: Sequence[Aside], *, cut: bool = False) -> None:
        """Writes a part. `cut`: the input ended before it should, so that another run tries again."""
        files = {f"reports/{name}.parquet": _reports(pairs), f"entries/{name}.parquet": _entries(pairs)}
        if aside:
            files[f"aside/{name}.jsonl"] = b"".join(_json(asdict(a), indent=None) for a in aside)
        else:
            self.at.remove(f"aside/{name}.jsonl")
        for path, content in files.items():
            self.at.write(path, content)
        told = {p: {"bytes": len(c), "sha256": hashlib.sha256(c).hexdigest()} for p, c in files.items()}
        counts = {
            "reports": len(pairs), "entries": sum(len(r.entries()) for _, r in pairs), "aside": len(aside),
            "words": sum(len(report.text.split()) for report, _ in pairs),
        }  # fmt: skip
        self.at.write(f"_work/{name}.json", _json({"name": name, **counts, "cut": cut, "files": told}))

    def end(self, unread: Sequence[Aside]) -> Row:
        """Writes the manifest, and gives it. `unread` are the inputs that could not be read to their end."""
        run = json.loads(self.at.read("_work/run.json") or b"{}")
        parts = list(self.done().values())
        totals = {key: sum(part[key] for part in parts) for key in ("reports", "entries", "aside", "words")}
        manifest: Row = run | totals | {"unread": [asdict(a) for a in unread], "parts": parts}
        self.at.write("manifest.json", _json(manifest))
        return manifest


def versions() -> Row:
    """What decides how a report is read: the version of the reader, and its tables."""
    from detente.archive.rows import lexicon_version
    from detente.reader import version

    return {"version": version(), "lexicon": lexicon_version()}


def _json(value: Any, indent: int | None = 1) -> bytes:
    from detente.formats import escaped

    return (escaped(json.dumps(value, ensure_ascii=False, indent=indent)) + "\n").encode()


def _reports(pairs: Sequence[Pair]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = ("id", "title", "date", "source", "text", "record")
    schema = pa.schema([*((name, pa.string()) for name in texts), ("layout", pa.string())])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([_row(*pair) for pair in pairs], schema=schema), out, compression="zstd")
    return out.getvalue()


def _row(report: Report, record: Record) -> Row:
    layout = {"body": report.body, "skips": report.skips, "sentences": record.sentences, "warnings": report.warnings}
    day = report.date.isoformat() if report.date else ""
    return {
        "id": report.id, "title": report.title, "date": day, "source": report.source,
        "text": report.text, "record": _json(record.to_dict(), indent=None).decode(),
        "layout": json.dumps(layout),
    }  # fmt: skip


def _entries(pairs: Sequence[Pair]) -> bytes:
    from detente import export

    out = io.BytesIO()
    export.write("parquet", ((_told(report), record) for report, record in pairs), out)
    return out.getvalue()


def _told(report: Report) -> Any:
    from detente.export import Told

    return Told(id=report.id, title=report.title, date=report.date, source=report.source)


# -- reading


def is_output(path: str | Path) -> bool:
    """Whether a path is a folder that `Folder.end` has finished."""
    if "://" in str(path):
        return False
    try:
        raw = store(path).read("manifest.json")
        return raw is not None and json.loads(raw).get("format") == FORMAT
    except (OSError, ValueError, AttributeError):
        return False


def read(path: str | Path) -> Iterator[tuple[Report, Record | None] | InputError]:
    """The reports of an output with their records, and as errors what was set aside or is damaged.

    A report that another version has read comes without a record. Raises InputError on a folder of another format.
    """
    at = store(path)
    manifest = json.loads(at.read("manifest.json") or b"{}")
    same = all(manifest.get(key) == value for key, value in versions().items())
    for part in manifest["parts"]:
        for name, told in part["files"].items():
            content = at.read(name)
            if content is None or hashlib.sha256(content).hexdigest() != told["sha256"]:
                yield InputError(
                    "is damaged or missing", name=f"{path}/{name}",
                    remedy=f"remove {path}/_work/{part['name']}.json and read the inputs again; the rest is kept",
                )  # fmt: skip
            elif name.startswith("reports/"):
                yield from ((report, record if same else None) for report, record in _pairs(content))
            elif name.startswith("aside/"):
                yield from (InputError(a["error"], name=a["name"], remedy=a["remedy"]) for a in _aside(content))
    for missing in manifest["unread"]:
        yield InputError(missing["error"], name=missing["name"], remedy=missing["remedy"])


def _aside(content: bytes) -> Iterable[Row]:
    return [json.loads(line) for line in content.splitlines() if line]


def _pairs(content: bytes) -> Iterator[Pair]:
    import pyarrow.parquet as pq

    from detente.archive.rows import record_from_dict

    for row in pq.read_table(io.BytesIO(content)).to_pylist():
        layout = json.loads(row["layout"])
        report = Report(
            row["text"], id=row["id"], title=row["title"], source=row["source"],
            date=dt.date.fromisoformat(row["date"]) if row["date"] else None, body=tuple(layout["body"]),
            skips=tuple(tuple(s) for s in layout["skips"]), warnings=tuple(layout["warnings"]),
        )  # fmt: skip
        record = record_from_dict(json.loads(row["record"]))
        record.text = report.text
        record.sentences = [(start, end) for start, end in layout["sentences"]]
        yield report, record
