"""Transactions are tried again when the engine asks for it, and only then."""

import threading

import psycopg
import pytest

from ilocdoc.hq.migrating import migrate
from ilocdoc.hq.store import SCHEMA, BusyError, Connection, Database
from ilocdoc.record.errors import HeadquartersError


def test_a_deadlock_is_tried_again(database: Database) -> None:
    database.rows("INSERT INTO feed_head (recipient, last) VALUES ('a', 0), ('b', 0) RETURNING 1")
    both_hold_one = threading.Barrier(2, timeout=10)
    runs = []

    def add(first: str, second: str) -> None:
        def work(connection: Connection) -> None:
            runs.append(first)
            update = "UPDATE feed_head SET last = last + 1 WHERE recipient = %s"
            connection.execute(update, (first,))
            if len(runs) <= 2:
                both_hold_one.wait()
            connection.execute(update, (second,))

        database.change(work)

    threads = [threading.Thread(target=add, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) > 2
    assert database.rows("SELECT last FROM feed_head") == [(2,), (2,)]


def test_a_connection_that_the_server_ended_is_replaced(database: Database) -> None:
    ended = []

    def work(connection: Connection) -> str:
        if not ended:
            ended.append(True)
            me = "SELECT pg_terminate_backend(pg_backend_pid())"
            connection.execute(me)
        return str(connection.execute("SELECT 'answered'").fetchone())

    assert database.change(work) == "('answered',)"


def test_our_own_mistakes_are_not_tried_again(database: Database) -> None:
    runs = []

    def work(connection: Connection) -> None:
        runs.append(True)
        connection.execute("SELECT no_such_column")

    with pytest.raises(psycopg.errors.UndefinedColumn):
        database.change(work)
    assert len(runs) == 1


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute("INSERT INTO setting (name, value) VALUES ('half', 'done')")
        raise HeadquartersError

    with pytest.raises(HeadquartersError):
        database.change(work)
    assert database.rows("SELECT 1 FROM setting WHERE name = 'half'") == []


def test_a_database_that_does_not_answer_is_said_to_be_busy(
    conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ilocdoc.hq.store._WAIT_FOR_CONNECTION_S", 0.1)
    monkeypatch.setattr("ilocdoc.hq.store._FIRST_WAIT_S", 0.001)
    nowhere = psycopg.conninfo.make_conninfo(conninfo, host="/nowhere")
    with Database(nowhere) as database, pytest.raises(BusyError):
        database.rows("SELECT 1")


def test_tables_of_a_newer_program_are_not_touched(conninfo: str, database: Database) -> None:
    database.change(lambda c: c.execute("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HeadquartersError, match="newer"):
        migrate(conninfo, found=database.schema())


def test_migrating_what_is_at_the_newest_shape_changes_nothing(
    conninfo: str, database: Database
) -> None:
    migrate(conninfo, found=database.schema())
    assert database.schema() == SCHEMA
