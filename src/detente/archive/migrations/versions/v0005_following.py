"""What was followed, stored: where each story was filed, and the answers to what is asked of processes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("stories", sa.Column("followed", sa.Boolean, nullable=False, server_default=sa.false()))
    _partial("stories_followed", "stories", "NOT followed")
    op.create_table(
        "filings",
        sa.Column("story_id", _Number, sa.ForeignKey("stories.id"), primary_key=True),
        *_needed(sa.String, "report", "date", "print"),
        *_needed(sa.JSON, "codes"),
        *_needed(sa.LargeBinary, "stems", "told"),
    )
    op.create_index("filings_place", "filings", ["date", "report"])
    op.create_table(
        "filed_in",
        sa.Column("process", sa.String, primary_key=True),
        _part("story_id", "filings.story_id"),
    )
    op.create_index("filed_in_story", "filed_in", ["story_id"])
    op.create_table(
        "filed_processes",
        sa.Column("id", sa.String, primary_key=True),
        *_needed(sa.Text, "name"),
        *_needed(sa.JSON, "words"),
        *_needed(sa.Integer, "reports"),
        *_needed(sa.JSON, "codes"),
        *_needed(sa.Boolean, "stale"),
    )
    _partial("filed_processes_stale", "filed_processes", "stale")
    _answers()


def _answers() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String, primary_key=True),
        *_needed(sa.Text, "key", "name"),
        *_needed(sa.JSON, "words"),
        *_needed(sa.Integer, "reports", "rounds"),
        *_needed(sa.Boolean, "decided"),
        *_needed(sa.JSON, "wanted"),
        *_needed(sa.String, "print"),
        *_needed(sa.LargeBinary, "document", "issues", "meant"),
    )
    for name in ("key", "print"):
        op.create_index(f"processes_{name}", "processes", [name])
    op.create_table(
        "promises",
        sa.Column("id", _Number, primary_key=True),
        *_needed(sa.String, "ref"),
        _of_process(),
        *_needed(sa.String, "due"),
        *_needed(sa.LargeBinary, "document"),
    )
    for name in ("ref", "process", "due"):
        op.create_index(f"promises_{name}", "promises", [name])
    op.create_table("promised_by", sa.Column("code", sa.String, primary_key=True), _part("promise_id", "promises.id"))
    op.create_index("promised_by_promise", "promised_by", ["promise_id"])
    op.create_table(
        "statuses",
        _part("promise_id", "promises.id"),
        sa.Column("since", sa.String, primary_key=True),
        *_needed(sa.String, "until", "status"),
    )
    op.create_index("statuses_status", "statuses", ["status", "until"])
    op.create_table(
        "events",
        sa.Column("id", _Number, primary_key=True),
        _of_process(),
        *_needed(sa.String, "told"),
        *_needed(sa.LargeBinary, "document"),
    )
    for name in ("process", "told"):
        op.create_index(f"events_{name}", "events", [name])


def _needed(kind: type[sa.types.TypeEngine[Any]], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _part(name: str, of: str) -> sa.Column[Any]:
    return sa.Column(name, _Number, sa.ForeignKey(of, ondelete="CASCADE"), primary_key=True)


def _of_process() -> sa.Column[Any]:
    return sa.Column("process", sa.String, sa.ForeignKey("processes.id", ondelete="CASCADE"), nullable=False)


def _partial(name: str, table: str, where: str) -> None:
    op.create_index(name, table, ["id"], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
