"""Access that ended, and the orders that take personal slots off a laptop.

Escrow needs no table: its signed plan is public, and stands among the settings.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Named by star, or by a laptop's id.
    """
    CREATE TABLE revocation (
        name text PRIMARY KEY, ended_by text NOT NULL, ended_at timestamptz NOT NULL)
    """,
    """
    CREATE TABLE wipe_order (
        nonce text PRIMARY KEY, device text NOT NULL, officer text NOT NULL,
        envelope bytea NOT NULL, made_at timestamptz NOT NULL, expires_at timestamptz NOT NULL)
    """,
    "CREATE INDEX wipe_order_device ON wipe_order (device, expires_at)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
