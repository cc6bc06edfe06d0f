"""The job engine's own tables (procrastinate 3.10), and the application's right to use them."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events,
    procrastinate_periodic_defers, procrastinate_workers TO barometre_app;
GRANT SELECT ON alembic_version TO barometre_app;
GRANT USAGE, SELECT ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq,
    procrastinate_periodic_defers_id_seq TO barometre_app;
"""


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute("SET LOCAL search_path = public")
    driver.execute(SchemaManager.get_schema())
    driver.execute(GRANTS)


def downgrade() -> None:
    raise NotImplementedError("Restore a backup: a migration that landed is not undone.")
