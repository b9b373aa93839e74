"""Opens SQLite and PostgreSQL alike: one place for locks, retries, migrations and plain errors."""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from detente.errors import ArchiveError
from detente.writing import whole

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")
_log = logging.getLogger(__name__)

#: The schema that this version writes.
SCHEMA = "0008"
#: How long a reader waits for another process, in seconds: only while one repairs or closes the file.
_PATIENCE = 30.0
#: How long a writer waits for others before it says so (and asks again), and before it gives up, in seconds.
_TURN, _LONGEST = 5.0, 3600.0
#: After a transaction of so many seconds a writer of SQLite lets others in for so many: they look every tenth of one.
_LONG, _PAUSE = 1.0, 0.15
#: Writers of a PostgreSQL archive queue up on this lock, as those of SQLite do on its file.
_LOCK = 5_390_718


def connect(where: str) -> Engine:
    """An engine for a file or a `postgresql://` address; nothing is opened yet.

    Raises ArchiveError on an address that is none, and where PostgreSQL's driver is missing.
    """
    return _postgresql(where) if "://" in where else _sqlite(where)


def _sqlite(path: str) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=path),
        # as many connections as there are threads: one that waits to write must not keep others from reading; each
        # keeps pages of the file in memory, so that as few as will do are used again and again
        max_overflow=-1,
        pool_use_lifo=True,
        connect_args={"timeout": _PATIENCE, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(link: sqlite3.Connection, _: Any) -> None:
    link.execute("PRAGMA foreign_keys = ON")
    link.execute("PRAGMA synchronous = NORMAL")
    link.execute("PRAGMA cache_size = -8000")  # the system keeps the file's pages too, for all connections at once


def _begin(link: Connection) -> None:
    # a transaction that will write takes its place in the queue at once: one that first reads could
    # find its view out of date when it comes to write, which no waiting mends
    writes = link.get_execution_options().get("writes")
    link.exec_driver_sql(f"PRAGMA busy_timeout = {1000 * (_TURN if writes else _PATIENCE):.0f}").close()
    link.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _name(engine: Engine) -> str:
    """An archive as it is called in errors."""
    return shown(engine.url.database or "" if engine.dialect.name == "sqlite" else str(engine.url))


def _postgresql(where: str) -> Engine:
    name = shown(where)
    try:
        url = make_url(where)
    except ArgumentError:
        raise ArchiveError("is no address of a database", name=name, remedy="postgresql://USER@HOST/NAME") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise ArchiveError("is neither a file nor PostgreSQL", name=name, remedy="give a path or postgresql://…")
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, max_overflow=-1,
            # each question is planned for its own words and parties: some stand in half of all entries, most in few
            connect_args={"prepare_threshold": None},
        )  # fmt: skip
    except ImportError:
        raise ArchiveError("needs a driver", name=name, remedy="pip install 'detente[postgres]'") from None


def shown(where: str) -> str:
    """An address as it may be shown: without its password."""
    if "://" not in where:
        return where
    try:
        return make_url(where).render_as_string(hide_password=True)
    except ArgumentError:
        return where.split("://")[0] + "://…"


# -- transactions


def write(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Does `work` in one transaction, after all other writers; again where a lock came between.

    Waits as long as others write, up to an hour, and says so (by `logging`, on standard error unless told otherwise).
    Raises ArchiveError where the archive stays locked, is full, damaged or can't be reached.
    """
    wait = _Wait(_name(engine))
    while True:
        try:
            with engine.connect().execution_options(writes=True) as link, link.begin():
                if engine.dialect.name == "postgresql":
                    link.execute(text(f"SET LOCAL lock_timeout = {1000 * _TURN:.0f}"))
                    link.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                started = time.monotonic()
                done = work(link)
        except OperationalError as error:
            if not _locked(error) or not wait.longer():
                raise problem(error, engine) from error
        except DBAPIError as error:
            raise problem(error, engine) from error
        else:
            if engine.dialect.name == "sqlite" and time.monotonic() - started > _LONG:
                time.sleep(_PAUSE)
            return done


class _Wait:
    """The wait of one writer for others."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._since = time.monotonic()
        self._told = False

    def longer(self) -> bool:
        """Waits a moment, and tells once that it does where it takes long; False where it has been too long."""
        waited = time.monotonic() - self._since
        if waited >= _TURN and not self._told:
            self._told = True
            _log.warning("%s: another process is writing to it; waiting for it to finish", self._name)
        time.sleep(random.uniform(0.01, 0.1))
        return waited < _LONGEST


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the archive throughout."""
    # SQLite has it so of itself
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    try:
        with engine.connect().execution_options(**options) as link, link.begin():
            yield link
    except DBAPIError as error:
        raise problem(error, engine) from error


def _locked(error: OperationalError) -> bool:
    words = str(error.orig).lower()
    return any(sign in words for sign in ("locked", "deadlock", "busy", "lock timeout"))


def problem(error: DBAPIError, engine: Engine) -> ArchiveError:
    """A database's complaint as a short error."""
    name = _name(engine)
    words = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error).__name__
    told = words.lower()
    if any(sign in told for sign in ("locked", "busy", "lock timeout")):
        return _held(name)
    if "not a database" in told or "malformed" in told:
        return ArchiveError(f"can't be read as an archive: {words}", name=name, remedy="take a copy that is whole")
    if "unable to open" in told:
        return ArchiveError("can't be opened", name=name, remedy="check that the folder exists and may be written")
    if "readonly" in told:
        return ArchiveError("may not be written", name=name, remedy="check its permissions")
    if "full" in told:
        return ArchiveError("can't be written: the disk is full", name=name, remedy="make room; nothing was lost")
    return ArchiveError(f"the database says: {words}", name=name, remedy="check that it runs and the address is right")


def _held(name: str) -> ArchiveError:
    return ArchiveError("is held by another process", name=name, remedy="wait for it, or stop it")


# -- the schema


def prepare(engine: Engine, *, create: bool = True) -> None:
    """Brings an archive's schema up to date, making it where there is none.

    Raises ArchiveError where the archive is missing (without `create`), newer, or something else.
    """
    found = _schema(engine, create)
    if found == SCHEMA:
        return
    if engine.dialect.name == "sqlite":
        _write_ahead(engine)
    write(engine, _upgrade)


def _schema(engine: Engine, create: bool) -> str | None:
    name = _name(engine)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists() and not create:
        raise ArchiveError("there is no archive yet", name=name, remedy="detente add REPORTS makes it; or give --db")
    with reading(engine) as link:
        return _checked(link, name, create)


def _checked(link: Connection, name: str, create: bool) -> str | None:
    tables = set(inspect(link).get_table_names())
    if "alembic_version" not in tables:
        if tables & {"reports", "entries"} or (tables and link.dialect.name == "sqlite"):
            raise ArchiveError("is a database, but no archive of Detente", name=name, remedy="name another file")
        if not create:
            raise ArchiveError("there is no archive yet", name=name, remedy="detente add REPORTS makes it")
        return None
    found = link.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and str(found) > SCHEMA:
        raise ArchiveError(
            f"was written by a newer Detente (schema {found}; this one knows {SCHEMA})",
            name=name, remedy="update Detente; the archive was left as it is",
        )  # fmt: skip
    return None if found is None else str(found)


def copy(engine: Engine, target: Path) -> None:
    """Copies an archive as it stands into a new file, while others may read and write it.

    Raises ArchiveError where the file is there already or can't be written, and on PostgreSQL, which has its own way.
    """
    if engine.dialect.name != "sqlite":
        raise ArchiveError("is no file", name=_name(engine), remedy="pg_dump copies a PostgreSQL database")
    if target.exists():
        raise ArchiveError("is there already", name=str(target), remedy="name a new file")
    try:
        with (
            whole(target) as part,
            closing(sqlite3.connect(engine.url.database or "")) as source, closing(sqlite3.connect(part)) as copied,
        ):  # fmt: skip
            source.backup(copied)
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(f"can't be written: {error}", name=str(target), remedy="name another file") from None


def _write_ahead(engine: Engine) -> None:
    """Lets readers go on while somebody writes. It is a property of the file, set once."""
    link = sqlite3.connect(engine.url.database or "", timeout=_TURN, isolation_level=None)
    wait = _Wait(_name(engine))
    try:
        while True:
            try:
                link.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise ArchiveError(f"can't be written: {error}", name=_name(engine)) from None
                if not wait.longer():
                    raise _held(_name(engine)) from None
    finally:
        link.close()


def _upgrade(link: Connection) -> None:
    from alembic import command

    # another process may have upgraded while this one waited; then there is nothing left to do
    _checked(link, "", True)
    command.upgrade(_config(link), "head")


def _config(link: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = link
    return config
