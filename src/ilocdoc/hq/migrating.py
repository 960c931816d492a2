"""Brings the tables to the newest shape. Heavy to import, and needed once per version."""

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from ilocdoc.hq.store import SCHEMA
from ilocdoc.record.errors import HeadquartersError
from ilocdoc.shelf import resource


def migrations() -> Config:
    """Return where the migrations lie."""
    config = Config()
    config.set_main_option("script_location", str(resource("hq", "migrations")))
    return config


def migrate(conninfo: str, *, found: str) -> None:
    """Run the migrations that a database lacks, in one transaction.

    Args:
        conninfo: Of the database.
        found: The migration it is at; empty when it has no tables.

    Raises:
        HeadquartersError: If a newer program made the tables.
    """
    if found > SCHEMA:
        raise HeadquartersError(
            "The database was written by a newer version of ilocdoc.",
            "Install the newer version. Nothing was changed.",
        )
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo), poolclass=NullPool
    )
    with engine.begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
