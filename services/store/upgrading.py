"""Migrations, as Alembic runs them; imported only where there is one to run."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that are missing, in the transaction that is open."""
    command.upgrade(config(connection), "head")


def revisions() -> set[str]:
    """Return all that this version knows."""
    return {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


def config(connection: sa.Connection | None = None) -> Config:
    """Return what Alembic needs to know: where the migrations are, and the open connection."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", "nicewen.services.store:migrations")
    return settings
