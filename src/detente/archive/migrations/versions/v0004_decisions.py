"""What people decide about processes: to merge, to split, to rename them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", _Number, primary_key=True),
        *[sa.Column(name, sa.String, nullable=False) for name in ("kind", "process", "other")],
        sa.Column("reports", sa.JSON, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("undone_by", sa.String, nullable=False, server_default=""),
        sa.Column("undone_at", sa.String, nullable=False, server_default=""),
    )
