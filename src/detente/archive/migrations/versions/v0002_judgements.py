"""Judgements of people on entries, and what polling remembers of feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("entries", sa.Column("read", sa.JSON(none_as_null=True)))
    op.add_column("entries", sa.Column("verdict", sa.String, nullable=False, server_default=""))
    op.add_column("entries", sa.Column("origin", sa.String, nullable=False, server_default="reader"))
    op.create_table(
        "judgements",
        sa.Column("id", _Number, primary_key=True),
        *[sa.Column(name, sa.String, nullable=False) for name in ("ref", "report", "list", "kind")],
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("undone_by", sa.String, nullable=False, server_default=""),
        sa.Column("undone_at", sa.String, nullable=False, server_default=""),
    )
    op.create_index("judgements_report", "judgements", ["report"])
    op.create_index("judgements_ref", "judgements", ["ref"])
    op.create_table(
        "feeds",
        sa.Column("url", sa.String, primary_key=True),
        sa.Column("etag", sa.String, nullable=False, server_default=""),
        sa.Column("modified", sa.String, nullable=False, server_default=""),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("polled", sa.String, nullable=False, server_default=""),
        sa.Column("due", sa.String, nullable=False, server_default=""),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
    )
