"""The forward-secure seal of each entry, kept as it came."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = ("ALTER TABLE entry ADD COLUMN seal text NOT NULL DEFAULT ''",)


def upgrade() -> None:
    """Add the column; entries of before have no seal."""
    for statement in STATEMENTS:
        op.execute(statement)
