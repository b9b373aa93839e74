"""A file that takes its name only when all of it is written."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from detente.errors import InputError

#: Where names stand for something else, such as the command's own output.
_NO_FILES = ("/dev/", "/proc/")


@contextmanager
def written(name: str) -> Iterator[IO[bytes]]:
    """A file to write bytes to. What was there stays until all is written; a link is followed, and stays a link.

    What is no regular file, as a device or a pipe, is written to straight. Raises InputError, naming it, where it
    can't be written.
    """
    try:
        if _straight(name):
            with Path(name).open("wb") as file:
                yield file
        else:
            with whole(Path(os.path.realpath(name))) as part, part.open("wb") as file:
                yield file
    except OSError as error:
        raise InputError(
            f"can't be written: {error.strerror or error}", name=name, remedy="name another file"
        ) from None


def _straight(name: str) -> bool:
    try:
        return name.startswith(_NO_FILES) or not stat.S_ISREG(Path(name).stat().st_mode)
    except FileNotFoundError:
        return False


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write a file so that it takes its name, and the permissions of what was there, when all is written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
