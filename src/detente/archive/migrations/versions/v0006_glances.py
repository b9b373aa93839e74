"""What lists of processes and pledges show, stored, so that they need not unpack every process."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table("glances", _of_process(), sa.Column("document", sa.LargeBinary, nullable=False))
    op.create_table(
        "seats",
        sa.Column("code", sa.String, primary_key=True),
        _of_process(),
        sa.Column("sits", sa.Boolean, nullable=False),
    )
    op.create_index("seats_process", "seats", ["process"])
    op.create_table("told_in", _of_process(), sa.Column("report", sa.String, primary_key=True))
    op.create_index("told_in_report", "told_in", ["report"])
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    promise = sa.Column("promise_id", number, sa.ForeignKey("promises.id", ondelete="CASCADE"), primary_key=True)
    op.create_table("promised_to", sa.Column("code", sa.String, primary_key=True), promise)
    op.create_index("promised_to_promise", "promised_to", ["promise_id"])
    op.add_column("events", sa.Column("kind", sa.String, nullable=False, server_default=""))
    op.create_index("events_moved", "events", ["process", "told"])
    current = sa.text("current")
    op.create_index("reports_current", "reports", ["date", "id"], sqlite_where=current, postgresql_where=current)
    # the answers are found anew, and these with them
    op.execute("UPDATE processes SET print = ''")


def _of_process() -> sa.Column[Any]:
    return sa.Column("process", sa.String, sa.ForeignKey("processes.id", ondelete="CASCADE"), primary_key=True)
