"""The tables of an archive. The migrations make them; a test holds both to each other.

Days are ISO strings at the precision that is known, "" where nobody said; moments are ISO strings in UTC.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    text,
)

tables = MetaData()

#: SQLite numbers its rows only in columns that are declared as plain integers.
Number = BigInteger().with_variant(Integer(), "sqlite")

#: What is known of the archive itself.
meta = Table("meta", tables, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

#: Wire copies, updates and reprints of one story; `lead` is the fullest of them. `followed`: filed as it now is.
stories = Table(
    "stories", tables,
    Column("id", Number, primary_key=True),
    Column("lead", Number, nullable=False, server_default="0"),
    Column("size", Integer, nullable=False, server_default="1"),
    Column("followed", Boolean, nullable=False, server_default=false()),
    Index("stories_followed", "id", sqlite_where=text("NOT followed"), postgresql_where=text("NOT followed")),
)  # fmt: skip

#: One row a revision of a report. `name` is that of all its revisions, `key` what its source calls it.
reports = Table(
    "reports", tables,
    Column("id", Number, primary_key=True),
    Column("name", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("key", String, nullable=False),
    Column("url", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("story_id", Number, ForeignKey("stories.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("date", String, nullable=False),
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("layout", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("sentences", JSON, nullable=False),
    Column("reader", String, nullable=False),
    Column("lexicon", String, nullable=False),
    Column("added", String, nullable=False),
    Column("marks", Text, nullable=False, server_default=""),
    UniqueConstraint("name", "revision"),
    UniqueConstraint("key", "hash"),
    Index("reports_url", "url"),
    Index("reports_hash", "hash"),
    Index("reports_story", "story_id"),
    Index("reports_date", "date", "id"),
    Index("reports_current", "date", "id", sqlite_where=text("current"), postgresql_where=text("current")),
)  # fmt: skip

#: Sampled word shingles of the latest revisions, by which near-duplicates find each other.
shingles = Table(
    "shingles", tables,
    Column("hash", BigInteger, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("report_id", Number, ForeignKey("reports.id"), primary_key=True),
    Index("shingles_report", "report_id"),
    sqlite_with_rowid=False,
)  # fmt: skip

#: One row an entry of a record. `payload` is the entry as it counts, `read` as the reader gave it where a
#: person changed it. `counted`: of the latest revision, and not the same as another entry of its story.
entries = Table(
    "entries", tables,
    Column("id", Number, primary_key=True),
    Column("ref", String, nullable=False),
    Column("report_id", Number, ForeignKey("reports.id"), nullable=False),
    Column("story_id", Number, ForeignKey("stories.id"), nullable=False),
    Column("list", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("date", String, nullable=False),
    Column("due", String, nullable=False),
    Column("said", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("read", JSON(none_as_null=True)),
    Column("verdict", String, nullable=False, server_default=""),
    Column("origin", String, nullable=False, server_default="reader"),
    Column("same_as", Number),
    Column("counted", Boolean, nullable=False),
    Column("marks", Text, nullable=False, server_default=""),
    Index("entries_ref", "ref"),
    Index("entries_report", "report_id", "list", "position"),
    Index("entries_story", "story_id"),
    Index("entries_same", "same_as"),
    Index("entries_said", "said", "id", sqlite_where=text("counted"), postgresql_where=text("counted")),
    Index("entries_kind", "kind", "said", "id", sqlite_where=text("counted"), postgresql_where=text("counted")),
    Index("entries_due", "due", "id", sqlite_where=text("due <> ''"), postgresql_where=text("due <> ''")),
)  # fmt: skip

#: Who takes which part in an entry: actor, target, party, by, to.
entry_parties = Table(
    "entry_parties", tables,
    Column("entry_id", Number, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String, primary_key=True),
    Column("code", String, primary_key=True),
    Index("entry_parties_code", "code", "role", "entry_id"),
)  # fmt: skip


def _said() -> list[Column[str]]:
    """Who said a thing, when and why, and who took it back, and when."""
    made = [Column("author", String, nullable=False), Column("at", String, nullable=False)]
    undone = [Column(name, String, nullable=False, server_default="") for name in ("undone_by", "undone_at")]
    return [*made, Column("reason", Text, nullable=False), *undone]


#: What people said of entries. It names an entry by report, list, kind, span and content, never by its row,
#: so that it outlives every reading.
judgements = Table(
    "judgements", tables,
    Column("id", Number, primary_key=True),
    Column("ref", String, nullable=False),
    Column("report", String, nullable=False),
    Column("list", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("verdict", String, nullable=False),
    Column("changes", JSON, nullable=False),
    *_said(),
    Index("judgements_report", "report"),
    Index("judgements_ref", "ref"),
)  # fmt: skip

#: What people decided about processes; what is taken back stays, with who took it back and when.
decisions = Table(
    "decisions", tables,
    Column("id", Number, primary_key=True),
    Column("kind", String, nullable=False),
    Column("process", String, nullable=False),
    Column("other", String, nullable=False),
    Column("reports", JSON, nullable=False),
    *_said(),
)  # fmt: skip

#: What people changed of whole reports: the day of one ("day"), or that it counts no longer ("out"). `before` and
#: `after` are revisions of it, 0 for none; what is taken back stays, with who took it back and when.
amendments = Table(
    "amendments", tables,
    Column("id", Number, primary_key=True),
    Column("report", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("before", Integer, nullable=False),
    Column("after", Integer, nullable=False),
    Column("was", String, nullable=False),
    Column("now", String, nullable=False),
    *_said(),
    Index("amendments_report", "report"),
)  # fmt: skip

#: Where the entries of each story were filed; `told` is what, packed, `codes` the parties of its report.
filings = Table(
    "filings", tables,
    Column("story_id", Number, ForeignKey("stories.id"), primary_key=True),
    Column("report", String, nullable=False),
    Column("date", String, nullable=False),
    Column("print", String, nullable=False),
    Column("codes", JSON, nullable=False),
    Column("stems", LargeBinary, nullable=False),
    Column("told", LargeBinary, nullable=False),
    Index("filings_place", "date", "report"),
)  # fmt: skip

#: Which stories tell of which process.
filed_in = Table(
    "filed_in", tables,
    Column("process", String, primary_key=True),
    Column("story_id", Number, ForeignKey("filings.story_id", ondelete="CASCADE"), primary_key=True),
    Index("filed_in_story", "story_id"),
)  # fmt: skip

#: Processes as reports tell them: `name`, `words` and `reports` find them, `codes` are all parties named in them.
filed_processes = Table(
    "filed_processes", tables,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("words", JSON, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("codes", JSON, nullable=False),
    Column("stale", Boolean, nullable=False),
    Index("filed_processes_stale", "id", sqlite_where=text("stale"), postgresql_where=text("stale")),
)  # fmt: skip

#: Processes as people decided, with the answers to what is asked of them; `document` and `issues` are packed.
processes = Table(
    "processes", tables,
    Column("id", String, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("words", JSON, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("decided", Boolean, nullable=False),
    Column("wanted", JSON, nullable=False),
    Column("print", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("issues", LargeBinary, nullable=False),
    Column("meant", LargeBinary, nullable=False),
    Index("processes_key", "key"),
    Index("processes_print", "print"),
    Index("processes_ranked", "reports", "rounds", "name", "id"),
)  # fmt: skip

#: What was promised; `due` is the last day for it.
promises = Table(
    "promises", tables,
    Column("id", Number, primary_key=True),
    Column("ref", String, nullable=False),
    Column("process", String, ForeignKey("processes.id", ondelete="CASCADE"), nullable=False),
    Column("due", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("promises_ref", "ref"),
    Index("promises_process", "process"),
    Index("promises_due", "due"),
)  # fmt: skip

#: Who promised.
promised_by = Table(
    "promised_by", tables,
    Column("code", String, primary_key=True),
    Column("promise_id", Number, ForeignKey("promises.id", ondelete="CASCADE"), primary_key=True),
    Index("promised_by_promise", "promise_id"),
)  # fmt: skip

#: The status of a promise from one day on until before another, as far as reports tell today; `due` is that of the promise.
statuses = Table(
    "statuses", tables,
    Column("promise_id", Number, ForeignKey("promises.id", ondelete="CASCADE"), primary_key=True),
    Column("since", String, primary_key=True),
    Column("until", String, nullable=False),
    Column("status", String, nullable=False),
    Column("due", String, nullable=False, server_default=""),
    # all that a board asks: of a status it goes through the few that still hold, and sorts them by what is due
    Index("statuses_status", "status", "until", "due", "promise_id", "since"),
)  # fmt: skip

#: What happened in a process, but for its links.
events = Table(
    "events", tables,
    Column("id", Number, primary_key=True),
    Column("process", String, ForeignKey("processes.id", ondelete="CASCADE"), nullable=False),
    Column("told", String, nullable=False),
    Column("kind", String, nullable=False, server_default=""),
    Column("document", LargeBinary, nullable=False),
    Index("events_process", "process"),
    Index("events_moved", "process", "told"),
    Index("events_told", "told"),
)  # fmt: skip

#: A process as lists of processes show it; `document` is packed.
glances = Table(
    "glances", tables,
    Column("process", String, ForeignKey("processes.id", ondelete="CASCADE"), primary_key=True),
    Column("document", LargeBinary, nullable=False),
)  # fmt: skip

#: Who is named in a process; `sits`: as one of its parties.
seats = Table(
    "seats", tables,
    Column("code", String, primary_key=True),
    Column("process", String, ForeignKey("processes.id", ondelete="CASCADE"), primary_key=True),
    Column("sits", Boolean, nullable=False),
    Index("seats_process", "process"),
)  # fmt: skip

#: Which reports tell of a process, as people decided.
told_in = Table(
    "told_in", tables,
    Column("process", String, ForeignKey("processes.id", ondelete="CASCADE"), primary_key=True),
    Column("report", String, primary_key=True),
    Index("told_in_report", "report"),
)  # fmt: skip

#: To whom was promised.
promised_to = Table(
    "promised_to", tables,
    Column("code", String, primary_key=True),
    Column("promise_id", Number, ForeignKey("promises.id", ondelete="CASCADE"), primary_key=True),
    Index("promised_to_promise", "promise_id"),
)  # fmt: skip

#: What polling must remember of each feed.
feeds = Table(
    "feeds", tables,
    Column("url", String, primary_key=True),
    Column("etag", String, nullable=False, server_default=""),
    Column("modified", String, nullable=False, server_default=""),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("polled", String, nullable=False, server_default=""),
    Column("due", String, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
)  # fmt: skip

# As the partial indexes have it, without a type: SQLite does not see that "counted = 1", which a typed one becomes, is the same.
COUNTED: ColumnElement[bool] = literal_column("entries.counted")
CURRENT: ColumnElement[bool] = literal_column("reports.current")
UNFOLLOWED: ColumnElement[bool] = literal_column("NOT stories.followed")
STALE: ColumnElement[bool] = literal_column("filed_processes.stale")
