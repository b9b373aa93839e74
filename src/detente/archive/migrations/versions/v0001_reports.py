"""Reports, stories, entries."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_counted: dict[str, Any] = {"sqlite_where": sa.text("counted"), "postgresql_where": sa.text("counted")}
_promised: dict[str, Any] = {"sqlite_where": sa.text("due <> ''"), "postgresql_where": sa.text("due <> ''")}


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table("meta", sa.Column("key", sa.String, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.create_table(
        "stories",
        sa.Column("id", _Number, primary_key=True),
        sa.Column("lead", _Number, nullable=False, server_default="0"),
        sa.Column("size", sa.Integer, nullable=False, server_default="1"),
    )
    _reports()
    op.create_table(
        "shingles",
        sa.Column("hash", sa.BigInteger, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("report_id", _Number, sa.ForeignKey("reports.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("shingles_report", "shingles", ["report_id"])
    _entries()
    op.create_table(
        "entry_parties",
        sa.Column("entry_id", _Number, sa.ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("role", sa.String, primary_key=True),
        sa.Column("code", sa.String, primary_key=True),
    )
    op.create_index("entry_parties_code", "entry_parties", ["code", "role", "entry_id"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", _Number, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        *_words("key", "url", "hash"),
        sa.Column("story_id", _Number, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("date", sa.String, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("layout", sa.JSON, nullable=False),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("sentences", sa.JSON, nullable=False),
        *_words("reader", "lexicon", "added"),
        sa.UniqueConstraint("name", "revision"),
        sa.UniqueConstraint("key", "hash"),
    )
    op.create_index("reports_url", "reports", ["url"])
    op.create_index("reports_hash", "reports", ["hash"])
    op.create_index("reports_story", "reports", ["story_id"])
    op.create_index("reports_date", "reports", ["date", "id"])


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", _Number, primary_key=True),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("report_id", _Number, sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("story_id", _Number, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("list", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        *_words("kind", "date", "due", "said"),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("same_as", _Number),
        sa.Column("counted", sa.Boolean, nullable=False),
    )
    op.create_index("entries_ref", "entries", ["ref"])
    op.create_index("entries_report", "entries", ["report_id", "list", "position"])
    op.create_index("entries_story", "entries", ["story_id"])
    op.create_index("entries_same", "entries", ["same_as"])
    op.create_index("entries_said", "entries", ["said", "id"], **_counted)
    op.create_index("entries_kind", "entries", ["kind", "said", "id"], **_counted)
    op.create_index("entries_due", "entries", ["due", "id"], **_promised)
