"""Shared fixtures: the reports written for the tests, and `--bless` for the golden files."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import detente
from detente.record import Record
from detente.report import Report

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

DATA = Path(__file__).parent / "data"
#: Days of publication of the reports in tests/data/reports.
DATES = {
    "lagoon": dt.date(2019, 5, 6),
    "highlands": dt.date(2008, 2, 11),
    "ordinary": dt.date(2010, 6, 5),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write the golden files anew")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))


@pytest.fixture(scope="session")
def say() -> Callable[..., Record]:
    """Reads a few sentences as a report of Friday, 16 September 2005."""

    def read(text: str, date: dt.date | None = dt.date(2005, 9, 16), title: str = "") -> Record:
        from detente.reader import read_report

        return read_report(Report(text, date=date, title=title))

    return read


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The web app over an archive that is empty."""
    from fastapi.testclient import TestClient

    from detente.web import create_app

    with TestClient(create_app(tmp_path / "a.db"), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(scope="session")
def records() -> dict[str, Record]:
    """The records of the reports in tests/data/reports, by name."""
    found = {}
    for path in sorted((DATA / "reports").glob("*.txt")):
        found[path.stem] = detente.read(path.read_text(encoding="utf-8"), DATES[path.stem], id=path.stem)
    return found


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server, started for the tests from Debian's packages.

    DETENTE_TEST_POSTGRES names one that runs already.
    """
    if given := os.environ.get("DETENTE_TEST_POSTGRES"):
        yield given
        return
    pytest.importorskip("psycopg", reason="PostgreSQL is not tested here: psycopg is missing")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parent.parent.name))
    if not found:
        pytest.skip("PostgreSQL is not tested here: no server in /usr/lib/postgresql (apt install postgresql)")
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        yield from _server(found[-1].parent, Path(folder))


def _server(bin: Path, folder: Path) -> Iterator[str]:
    # a server refuses to run as root; there Debian's own user runs it
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    data, log = folder / "data", folder / "log"
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"

    def run(*words: str | Path) -> None:
        subprocess.run([*as_user, *map(str, words)], check=True, capture_output=True, timeout=120, cwd="/")

    run(bin / "initdb", "-D", data, "-U", "detente", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    run(bin / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
    try:
        yield f"postgresql://detente@/postgres?host={folder}"
    finally:
        run(bin / "pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: SQLite, or PostgreSQL where a test asks for "postgresql"."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return str(tmp_path / "talks.db")
    from sqlalchemy import create_engine, make_url, text

    url = make_url(request.getfixturevalue("postgresql")).set(drivername="postgresql+psycopg")
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as link:
        link.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
