"""Keys that end a lock-out, sealed as they came, and the codes that were given."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE release_key (
        device text NOT NULL, officer text NOT NULL, sealed text NOT NULL,
        PRIMARY KEY (device, officer))
    """,
    """
    CREATE TABLE release_given (
        device text NOT NULL, officer text NOT NULL, challenge text NOT NULL,
        given_at timestamptz NOT NULL)
    """,
)


def upgrade() -> None:
    """Add the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
