"""What boards and lists sort by, in the indexes that they go through: the due date of a status, the rank of a process."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("statuses", sa.Column("due", sa.String, nullable=False, server_default=""))
    op.execute("UPDATE statuses SET due = (SELECT due FROM promises WHERE promises.id = statuses.promise_id)")
    op.drop_index("statuses_status", "statuses")
    op.create_index("statuses_status", "statuses", ["status", "until", "due", "promise_id", "since"])
    op.create_index("processes_ranked", "processes", ["reports", "rounds", "name", "id"])
