"""Files that commands write: links are followed, devices written to, and what was there stays until all is written."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.writing import written


def write(name: Path, words: bytes) -> None:
    with written(str(name)) as file:
        file.write(words)


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "real.csv").chmod(0o640)
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "link.csv"
    link.symlink_to("../real.csv")
    write(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"
    assert (tmp_path / "real.csv").stat().st_mode & 0o777 == 0o640
    (tmp_path / "real.csv").unlink()
    write(link, b"anew")
    assert (tmp_path / "real.csv").read_bytes() == b"anew"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["folder", "link.csv", "real.csv"]


def test_what_was_there_stays_where_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"old")

    def fail() -> None:
        with written(str(tmp_path / "a.csv")) as file:
            file.write(b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.csv", b"old")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    write(pipe, b"words")
    reader.join(10)
    assert found == [b"words"]
    assert pipe.is_fifo()


def test_what_can_not_be_written_is_told(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "no" / "a.csv"):
        with pytest.raises(InputError, match="can't be written") as error:
            write(name, b"x")
        assert str(name) in str(error.value)
