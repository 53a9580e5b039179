"""Run by Alembic with an open connection in the configuration's attributes."""

from alembic import context

# Not from storage.columns: tables join the metadata only when their modules are imported.
from storage import survey_tables, tables

(metadata,) = {tables.programme.metadata, survey_tables.survey.metadata}
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
