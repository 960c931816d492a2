"""The first tables: members and laptops, ledgers, evidence, mail, and the views made of them.

Plain SQL that every PostgreSQL-speaking engine takes (a test parses it): text keys, no
triggers, no sequences, no locks beyond rows. Keys of what laptops send begin with the
stream or the recipient, so that tables can be spread over machines.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE setting (name text PRIMARY KEY, value text NOT NULL)",
    # --- who is known -----------------------------------------------------------------
    """
    CREATE TABLE member (
        id text PRIMARY KEY, name text NOT NULL, rank text NOT NULL, unit text NOT NULL,
        beat text NOT NULL, roles text[] NOT NULL, certificate text NOT NULL,
        encryption_key text NOT NULL)
    """,
    """
    CREATE TABLE device (
        id text PRIMARY KEY, name text NOT NULL, public_key text NOT NULL UNIQUE,
        certificate text NOT NULL, enrolled_at timestamptz NOT NULL)
    """,
    """
    CREATE TABLE enrolled (
        device text NOT NULL, officer text NOT NULL, key_id text NOT NULL,
        certificate text NOT NULL, enrolled_at timestamptz NOT NULL,
        PRIMARY KEY (device, officer, key_id))
    """,
    "CREATE INDEX enrolled_officer ON enrolled (officer, key_id)",
    """
    CREATE TABLE code (
        digest text PRIMARY KEY, officer text NOT NULL, made_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL, used_by text NOT NULL)
    """,
    """
    CREATE TABLE hello_nonce (
        device text NOT NULL, nonce text NOT NULL, at timestamptz NOT NULL,
        PRIMARY KEY (device, nonce))
    """,
    # --- ledgers ----------------------------------------------------------------------
    """
    CREATE TABLE stream (
        stream_id text PRIMARY KEY, device text NOT NULL, public_key text NOT NULL,
        owner text NOT NULL, previous text NOT NULL, seq bigint NOT NULL,
        hash text NOT NULL, opened_at timestamptz NOT NULL)
    """,
    """
    CREATE TABLE sealed_session (
        stream_id text NOT NULL, id text NOT NULL, suite text NOT NULL,
        stanza text NOT NULL, PRIMARY KEY (stream_id, id))
    """,
    """
    CREATE TABLE entry (
        stream_id text NOT NULL, seq bigint NOT NULL, hash text NOT NULL,
        envelope bytea NOT NULL, box bytea NOT NULL, session text NOT NULL,
        fault text NOT NULL, received_at timestamptz NOT NULL,
        PRIMARY KEY (stream_id, seq))
    """,
    "CREATE INDEX entry_hash ON entry (hash)",
    """
    CREATE TABLE outbox (
        stream_id text NOT NULL, seq bigint NOT NULL, due_at timestamptz NOT NULL,
        PRIMARY KEY (stream_id, seq))
    """,
    "CREATE INDEX outbox_due ON outbox (due_at)",
    """
    CREATE TABLE attention (
        stream_id text NOT NULL, seq bigint NOT NULL, reason text NOT NULL,
        noticed_at timestamptz NOT NULL, PRIMARY KEY (stream_id, seq))
    """,
    # --- what the ledgers say; can be thrown away and made again ----------------------
    """
    CREATE TABLE act (
        stream_id text NOT NULL, seq bigint NOT NULL, kind text NOT NULL,
        actor text NOT NULL, report_id text NOT NULL, at text NOT NULL,
        body bytea NOT NULL, PRIMARY KEY (stream_id, seq))
    """,
    "CREATE INDEX act_report ON act (report_id)",
    """
    CREATE TABLE report_version (
        report_id text NOT NULL, version integer NOT NULL, local_number text NOT NULL,
        author text NOT NULL, document text NOT NULL, submitted_at text NOT NULL,
        sha256 text NOT NULL, snapshot bytea NOT NULL, stream_id text NOT NULL,
        seq bigint NOT NULL, PRIMARY KEY (report_id, version))
    """,
    """
    CREATE TABLE report (
        report_id text PRIMARY KEY, local_number text NOT NULL, author text NOT NULL,
        state text NOT NULL, divided boolean NOT NULL, newest integer NOT NULL,
        approved integer NOT NULL, approved_at text NOT NULL)
    """,
    """
    CREATE TABLE evidence_reference (
        report_id text NOT NULL, version integer NOT NULL, evidence_id text NOT NULL,
        sha256 text NOT NULL, container_sha256 text NOT NULL, media_type text NOT NULL,
        size_bytes bigint NOT NULL, PRIMARY KEY (report_id, version, evidence_id))
    """,
    # --- evidence ---------------------------------------------------------------------
    """
    CREATE TABLE blob (
        sha256 text PRIMARY KEY, size_bytes bigint NOT NULL, device text NOT NULL,
        offered_at timestamptz NOT NULL, completed_at timestamptz)
    """,
    """
    CREATE TABLE blob_part (
        sha256 text NOT NULL, number integer NOT NULL, part_sha256 text NOT NULL,
        stored boolean NOT NULL, PRIMARY KEY (sha256, number))
    """,
    # --- sealed mail ------------------------------------------------------------------
    "CREATE TABLE feed_head (recipient text PRIMARY KEY, last bigint NOT NULL)",
    """
    CREATE TABLE delivery (
        recipient text NOT NULL, id text NOT NULL, position bigint NOT NULL,
        device text NOT NULL, body bytea NOT NULL, received_at timestamptz NOT NULL,
        PRIMARY KEY (recipient, id), UNIQUE (recipient, position))
    """,
    # The roster has a version from its first day; the epoch is written by `init`.
    "INSERT INTO setting (name, value) VALUES ('roster_version', '1')",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
