"""Alembic's door: one history for the rows of all three floors."""

from alembic import context
from sqlalchemy import Connection, text

import api.models  # noqa: F401
import listener.models  # noqa: F401
import triage.models  # noqa: F401
from listener.database import Base, engine

LOCK = 4_712_006  # two deployments that migrate at once take turns


def migrate(connection: Connection) -> None:
    """Run the migrations on one connection, alone."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with engine().connect() as opened:
        migrate(opened)
        opened.commit()
