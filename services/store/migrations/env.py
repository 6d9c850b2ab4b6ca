"""Run by Alembic, inside a transaction that is already open; see `services/store/migrating.py`."""

from alembic import context

from nicewen.services.store.indexes import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
