"""The steps from each version of the schema to the next; Alembic runs them when an archive is opened."""
