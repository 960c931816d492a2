"""Every statement is one that any PostgreSQL-speaking engine takes."""

import ast
import re
from pathlib import Path

import pglast
import pytest
from alembic.script import ScriptDirectory
from pglast import ast as sql
from pglast.visitors import Visitor

from ilocdoc.hq.migrating import migrations
from ilocdoc.hq.store import SCHEMA

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = [
    *sorted((ROOT / "src" / "ilocdoc" / "hq").glob("*.py")),
    ROOT / "src" / "ilocdoc" / "headquarters.py",
    *sorted((ROOT / "resources" / "hq" / "migrations" / "versions").glob("*.py")),
]
BEGINS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|LOCK|COPY)\s")
ONLY_EMBEDDED = ("CREATE DATABASE ilocdoc",)
"""Said to the embedded server alone, when it is made."""

FORBIDDEN_NODES = {
    "ListenStmt": "LISTEN",
    "NotifyStmt": "NOTIFY",
    "UnlistenStmt": "UNLISTEN",
    "CreateTrigStmt": "a trigger",
    "CreateEventTrigStmt": "a trigger",
    "CreateFunctionStmt": "a function in the database",
    "DoStmt": "PL/pgSQL",
    "RuleStmt": "a rule",
    "LockStmt": "LOCK TABLE",
    "CreateTableAsStmt": "a materialized view or a copied table",
    "CreateSeqStmt": "a sequence",
    "CreateExtensionStmt": "an extension",
    "CreateForeignTableStmt": "a foreign table",
    "CreatedbStmt": "a database",
}
FORBIDDEN_CALLS = re.compile(
    r"pg_(try_)?advisory|^lo_|^nextval$|^currval$|^setval$|^pg_notify$|^dblink"
)
FORBIDDEN_COLUMNS = {"ctid", "xmin", "xmax", "tableoid"}
FORBIDDEN_TYPES = {"serial", "bigserial", "smallserial", "oid", "money"}


class Faults(Visitor):
    """Collects what an engine other than PostgreSQL would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def visit(self, _ancestors: object, node: sql.Node) -> None:
        name = type(node).__name__
        if name in FORBIDDEN_NODES:
            self.found.append(FORBIDDEN_NODES[name])
        looks = {
            "FuncCall": self._call,
            "ColumnRef": self._column,
            "TypeName": self._type,
            "CreateStmt": self._table,
            "Constraint": self._constraint,
            "TransactionStmt": self._transaction,
        }
        if name in looks:
            looks[name](node)

    def _call(self, node: sql.FuncCall) -> None:
        name = node.funcname[-1].sval
        if FORBIDDEN_CALLS.search(name):
            self.found.append(f"the function {name}")

    def _column(self, node: sql.ColumnRef) -> None:
        last = node.fields[-1]
        if isinstance(last, sql.String) and last.sval in FORBIDDEN_COLUMNS:
            self.found.append(f"the column {last.sval}")

    def _type(self, node: sql.TypeName) -> None:
        if node.names and node.names[-1].sval in FORBIDDEN_TYPES:
            self.found.append(f"the type {node.names[-1].sval}")

    def _table(self, node: sql.CreateStmt) -> None:
        if node.inhRelations:
            self.found.append("inheritance")
        if node.relation.relpersistence != "p":
            self.found.append("a temporary or unlogged table")

    def _constraint(self, node: sql.Constraint) -> None:
        kinds = pglast.enums.ConstrType
        if node.contype in (kinds.CONSTR_ATTR_DEFERRABLE, kinds.CONSTR_EXCLUSION):
            self.found.append("a deferrable or exclusion constraint")

    def _transaction(self, node: sql.TransactionStmt) -> None:
        if node.kind == pglast.enums.TransactionStmtKind.TRANS_STMT_PREPARE:
            self.found.append("two-phase commit")


def faults_of(statement: str) -> list[str]:
    """What is wrong with a statement, with psycopg's placeholders or without."""
    numbered = re.sub(r"%(\(\w+\))?s", "$1", statement)
    faults = Faults()
    faults(pglast.parse_sql(numbered))
    return faults.found


def statements_in(path: Path) -> list[str]:
    """Every text in a module that begins like SQL."""
    texts = [
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [each for each in texts if BEGINS.match(each) and each not in ONLY_EMBEDDED]


ALL = [(path.name, each) for path in SOURCES for each in statements_in(path)]


def test_the_statements_are_found() -> None:
    assert len(ALL) > 60
    assert {"0001_first.py", "receiving.py", "feed.py"} <= {name for name, _each in ALL}


@pytest.mark.parametrize(("name", "statement"), ALL, ids=lambda value: value.split("\n")[0][:40])
def test_every_statement_is_portable(name: str, statement: str) -> None:
    assert faults_of(statement) == [], name


@pytest.mark.parametrize(
    "statement",
    [
        "LISTEN news",
        "NOTIFY news",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_xact_lock(1)",
        "CREATE TRIGGER t BEFORE UPDATE ON entry EXECUTE FUNCTION f()",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "DO $$ BEGIN END $$",
        "CREATE RULE r AS ON DELETE TO entry DO INSTEAD NOTHING",
        "LOCK TABLE entry",
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "CREATE TABLE t (id bigserial)",
        "CREATE TABLE t (data oid)",
        "CREATE TABLE t (a integer, EXCLUDE (a WITH =))",
        "CREATE TABLE t (a integer UNIQUE DEFERRABLE)",
        "CREATE TABLE t () INHERITS (entry)",
        "CREATE TEMPORARY TABLE t (a integer)",
        "CREATE UNLOGGED TABLE t (a integer)",
        "CREATE MATERIALIZED VIEW v AS SELECT 1",
        "SELECT xmin FROM entry",
        "SELECT e.ctid FROM entry AS e WHERE seq = %s",
        "SELECT nextval('s')",
        "SELECT lo_create(1)",
        "PREPARE TRANSACTION 'x'",
        "CREATE EXTENSION citus",
    ],
)
def test_what_other_engines_refuse_is_found(statement: str) -> None:
    assert faults_of(statement) != []


def test_keys_of_what_laptops_send_begin_with_stream_or_recipient() -> None:
    """So that the tables can be spread over machines by that column."""
    spread = {"entry", "outbox", "attention", "act", "sealed_session", "delivery"}
    for name, statement in ALL:
        found = re.match(r"\s*CREATE TABLE (\w+)", statement)
        if name == "0001_first.py" and found and found.group(1) in spread:
            keys = re.findall(r"(?:PRIMARY KEY|UNIQUE) \((\w+)", statement)
            assert keys
            assert set(keys) <= {"stream_id", "recipient"}
            spread.remove(found.group(1))
    assert spread == set()


def test_the_newest_migration_is_the_one_the_program_asks_for() -> None:
    assert ScriptDirectory.from_config(migrations()).get_current_head() == SCHEMA
