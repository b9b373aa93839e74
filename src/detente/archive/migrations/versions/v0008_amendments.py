"""What people change of whole reports: the day of one, or that it counts no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", _Number, primary_key=True),
        sa.Column("report", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        *[sa.Column(name, sa.Integer, nullable=False) for name in ("before", "after")],
        *[sa.Column(name, sa.String, nullable=False) for name in ("was", "now", "author", "at")],
        sa.Column("reason", sa.Text, nullable=False),
        *[sa.Column(name, sa.String, nullable=False, server_default="") for name in ("undone_by", "undone_at")],
    )
    op.create_index("amendments_report", "amendments", ["report"])
