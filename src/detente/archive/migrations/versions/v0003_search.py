"""Full-text search over reports and quotes: FTS5 on SQLite, tsvector on PostgreSQL.

`marks` holds kind, parties and months as words, so that one index answers "what, by whom, when".
"""

import sqlalchemy as sa
from alembic import op

from detente.archive.marks import of_entry, of_report

revision = "0003"
down_revision = "0002"

#: Columns that are searched, by table.
_SEARCHED = {"reports": ("title", "text"), "entries": ("what", "quote")}


def upgrade() -> None:
    for table in _SEARCHED:
        op.add_column(table, sa.Column("marks", sa.Text, nullable=False, server_default=""))
    _mark()
    for table, columns in _SEARCHED.items():
        if op.get_bind().dialect.name == "sqlite":
            _fts5(table, (*columns, "marks"))
        else:
            _tsvector(table, columns)


def _mark() -> None:
    """Gives the rows of an older archive their marks."""
    link = op.get_bind()
    days = link.execute(sa.text("SELECT id, date FROM reports")).all()
    for id, date in days:
        link.execute(sa.text("UPDATE reports SET marks = :m WHERE id = :i"), {"m": of_report(date), "i": id})
    parties: dict[int, list[tuple[str, str]]] = {}
    for id, role, code in link.execute(sa.text("SELECT entry_id, role, code FROM entry_parties")):
        parties.setdefault(id, []).append((role, code))
    for id, name, kind, said in link.execute(sa.text("SELECT id, list, kind, said FROM entries")).all():
        marks = of_entry(name, kind, said, parties.get(id, []))
        link.execute(sa.text("UPDATE entries SET marks = :m WHERE id = :i"), {"m": marks, "i": id})


def _fts5(table: str, columns: tuple[str, ...]) -> None:
    index, names = f"{table}_words", ", ".join(columns)
    new, old = (", ".join(f"{row}.{c}" for c in columns) for row in ("new", "old"))
    insert = f"INSERT INTO {index}(rowid, {names}) VALUES (new.id, {new});"
    delete = f"INSERT INTO {index}({index}, rowid, {names}) VALUES ('delete', old.id, {old});"
    op.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5({names}, content='{table}', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    op.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")
    op.execute(f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN {insert} END")
    op.execute(f"CREATE TRIGGER {index}_gone AFTER DELETE ON {table} BEGIN {delete} END")
    op.execute(f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {names} ON {table} BEGIN {delete} {insert} END")


def _tsvector(table: str, columns: tuple[str, ...]) -> None:
    # a tsvector holds 1 MB; what lies beyond the first 200,000 characters of a text is not indexed
    words = " || ' ' || ".join(f"left({c}, 200000)" for c in columns)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS "
        f"(to_tsvector('english', {words}) || to_tsvector('simple', marks)) STORED"
    )
    op.execute(f"CREATE INDEX {table}_words ON {table} USING gin (words)")
