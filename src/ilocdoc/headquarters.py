"""Headquarters' hallway and the `ilocdoc-hq` command. Builds the parts; decides nothing.

Exit codes are those of the `ilocdoc` command: 2 input, 3 the rules say no, 8 headquarters.
"""

import argparse
import logging
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from shutil import disk_usage
from typing import NoReturn

from ilocdoc import __version__, ceremony
from ilocdoc.hq.evidence import Objects
from ilocdoc.hq.store import SCHEMA, Database, embedded
from ilocdoc.record.errors import HeadquartersError, IlocdocError, InputError

_MOST_ROSTER_BYTES = 16 * 1024 * 1024
Command = Callable[[argparse.Namespace], int]

KEEP_FREE_BYTES = 256 * 1024 * 1024
"""Below this nothing more is taken in, so that the database itself never meets a full disk."""


def _now() -> datetime:
    return datetime.now(UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ilocdoc-hq", description="Headquarters: receives, keeps and publishes."
    )
    parser.add_argument("--version", action="version", version=f"ilocdoc-hq {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    _add_service(commands)
    _add_people(commands)
    _add_upkeep(commands)
    _add_ceremonies(commands)
    return parser


def _add_service(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    init = commands.add_parser("init", help="make keys and an empty database")
    _data_argument(init)
    init.add_argument("--training", action="store_true", help="everything it signs says TRAINING")
    init.add_argument("--name", default="", help="of the department, in every certificate")
    init.add_argument(
        "--escrow", type=Path, nargs="+", default=[], metavar="FILE.public", help="its holders"
    )
    init.add_argument("--escrow-threshold", type=int, default=0, metavar="M", help="of them")

    serve = commands.add_parser("serve", help="receive from laptops until stopped")
    _store_arguments(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address (default: this machine only)")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve.add_argument("--port-file", type=Path, metavar="FILE", help="write the port when ready")


def _add_people(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    code = commands.add_parser("enrol-code", help="print a one-time code, valid for 72 hours")
    _store_arguments(code)
    whom = code.add_mutually_exclusive_group(required=True)
    whom.add_argument("--device", action="store_true", help="for a laptop")
    whom.add_argument("--officer", metavar="STAR", help="for a member of the roster")

    roster = commands.add_parser("roster", help="show the members, or take them in from a file")
    _store_arguments(roster)
    roster.add_argument("--file", type=Path, metavar="ROSTER.toml", help="members to take in")

    publish = commands.add_parser("publish", help="release a quarter of the public record")
    _store_arguments(publish)
    publish.add_argument("--period", required=True, metavar="QUARTER", help="as in 2026-Q4")
    publish.add_argument("--out", type=Path, required=True, metavar="DIR", help="public folder")
    publish.add_argument("--by", required=True, metavar="STAR", help="data analyst")
    publish.add_argument("--second", required=True, metavar="STAR", help="legal counsel")


def _add_upkeep(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser("backup", help="write keys, database and evidence to a folder")
    _store_arguments(backup)
    backup.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")

    restore = commands.add_parser("restore", help="make a headquarters from a backup")
    _data_argument(restore)
    restore.add_argument("--from", type=Path, required=True, metavar="DIR", dest="source")

    check = commands.add_parser("check", help="look whether everything is sound")
    _store_arguments(check)

    renew = commands.add_parser("renew", help="new certificates for server and signer, same keys")
    _data_argument(renew)

    attention = commands.add_parser("attention", help="list entries that people must look at")
    _store_arguments(attention)


def _add_ceremonies(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ceremony.add_escrow_key(commands.add_parser("escrow-key", help="make a holder's escrow key"))
    for name, (said, add) in ceremony.PARSERS.items():
        parser = commands.add_parser(name, help=said)
        _store_arguments(parser)
        add(parser)


def _data_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="keys; database and objects too"
    )


def _store_arguments(parser: argparse.ArgumentParser) -> None:
    _data_argument(parser)
    parser.add_argument("--database", metavar="DSN", help="a PostgreSQL instead of the embedded")
    parser.add_argument("--objects", metavar="URL", help="a bucket instead of the local folder")


# --- commands -------------------------------------------------------------------------


def _init(arguments: argparse.Namespace) -> int:
    from ilocdoc.disk import make_folder
    from ilocdoc.hq.authority import About, make_keys
    from ilocdoc.record.times import utc_text

    data, now = _data(arguments), _now()
    default = "Training Department" if arguments.training else "Police Department"
    about = About(
        name=arguments.name or default, training=arguments.training, made_at=utc_text(now)
    )
    make_folder(data)
    make_keys(data, about=about, now=now)
    with _database(arguments) as database:
        ceremony.begin_escrow(
            data, database, holders=arguments.escrow, threshold=arguments.escrow_threshold
        )
    print(f"Headquarters is ready in {data}.")
    print(f"Keep {data / 'keys' / 'offline'} somewhere else: serving does not need it.")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq import serving
    from ilocdoc.hq.application import make_application
    from ilocdoc.hq.authority import read_keys
    from ilocdoc.hq.interpreting import Interpreter, Worker
    from ilocdoc.hq.routes import Headquarters

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    keys = read_keys(_data(arguments))
    with _database(arguments, alone=True) as database:
        listener = serving.listen(arguments.host, arguments.port)
        port = listener.getsockname()[1]

        def ready() -> None:
            if arguments.port_file:
                serving.write_port(arguments.port_file, port)
            print(f"Headquarters serves on https://{arguments.host}:{port}", flush=True)

        with Worker(Interpreter(database, keys, clock=_now)) as worker:
            hq = Headquarters(
                keys=keys,
                database=database,
                objects=_objects(arguments),
                clock=_now,
                wake=worker.wake,
                has_room=lambda: disk_usage(_data(arguments)).free > KEEP_FREE_BYTES,
            )
            serving.serve(
                make_application(hq),
                listener,
                certificate=keys.server_certificate,
                key=keys.server_key,
                ready=ready,
            )
    return 0


def _stop(_signal: int, _frame: object) -> NoReturn:
    # The `with` blocks end in order: requests, then the database.
    raise SystemExit(0)


def _enrol_code(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq.authority import read_keys
    from ilocdoc.hq.enrolling import new_code

    keys, officer, now = read_keys(_data(arguments)), arguments.officer or "", _now()
    if not officer and not arguments.device:
        # Never a laptop's code for a script whose star number was empty.
        raise InputError("A member is named by a star number.")
    with _database(arguments) as database:
        print(database.change(lambda c: new_code(c, keys, officer=officer, now=now)))
    return 0


def _roster(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq import roster
    from ilocdoc.hq.authority import read_keys

    # Otherwise a misspelt folder would become an empty database.
    read_keys(_data(arguments))
    with _database(arguments) as database:
        if arguments.file:
            wanted = roster.read_roster_file(_read(arguments.file))
            changed = database.change(lambda c: roster.take_in_members(c, wanted))
            print(f"{len(wanted)} members in the file, {changed} new or changed.")
            return 0
        for each in database.change(roster.members):
            roles = ", ".join(sorted(role.value for role in each.roles))
            enrolled = "enrolled" if each.certificate else "not enrolled"
            print(f"{each.star:>5}  {each.printed_name:<28} {each.unit}  {enrolled:<12}  {roles}")
    return 0


def _publish(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq.authority import read_keys
    from ilocdoc.hq.interpreting import Interpreter
    from ilocdoc.hq.projection import approved_reports
    from ilocdoc.hq.publishing import publish
    from ilocdoc.hq.roster import known_member

    keys = read_keys(_data(arguments))
    with _database(arguments) as database:
        Interpreter(database, keys, clock=_now).drain()
        by = database.change(lambda c: known_member(c, arguments.by))
        second = database.change(lambda c: known_member(c, arguments.second))
        reports = database.change(approved_reports)
    release = publish(
        reports,
        period=arguments.period,
        as_of=_now(),
        released_by=(by, second),
        training=keys.about.training,
        out=arguments.out,
    )
    print(f"{release.period}: {release.rows} counts, {release.suppressed} of them suppressed.")
    print(f"The record is in {release.folder}.")
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq.authority import read_keys
    from ilocdoc.hq.backup import back_up

    data, out = _data(arguments), arguments.out.expanduser().absolute()
    read_keys(data)
    with _database(arguments, migrating=False) as database:
        objects = None if arguments.objects else data / "objects"
        back_up(data, database.conninfo, objects=objects, out=out)
    print(f"The backup is in {out}. It holds secret keys: keep it like the original.")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq import backup

    data, source = _data(arguments), arguments.source.expanduser().absolute()
    backup.require_whole(source)
    backup.require_empty(data)
    with embedded(data) as conninfo:
        backup.restore_database(source, conninfo)
        with Database(conninfo) as database:
            database.change(backup.begin_epoch)
    backup.restore_files(source, data)
    print(f"Headquarters is restored in {data}, with a new epoch: laptops reconcile with it.")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq.authority import read_keys
    from ilocdoc.hq.doctor import look

    keys = read_keys(_data(arguments))
    with _database(arguments, migrating=False) as database:
        found = look(_data(arguments), database, _objects(arguments), keys=keys, now=_now())
    for line in (*found.faults, *found.notes):
        print(line)
    print("NOT SOUND" if found.faults else "Sound.")
    return HeadquartersError.exit_code if found.faults else 0


def _renew(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq.authority import read_keys, renew

    renew(_data(arguments), read_keys(_data(arguments)), now=_now())
    print("The certificates are renewed. Start serving again to use them.")
    return 0


def _attention(arguments: argparse.Namespace) -> int:
    from ilocdoc.hq.authority import read_keys

    read_keys(_data(arguments))
    with _database(arguments) as database:
        rows = database.rows(
            "SELECT a.noticed_at, s.device, s.owner, a.seq, a.reason FROM attention AS a "
            "JOIN stream AS s ON s.stream_id = a.stream_id ORDER BY a.noticed_at, a.seq"
        )
    for at, device, owner, seq, reason in rows:
        print(f"{at:%Y-%m-%d %H:%M}  device {device}  stream of {owner}  entry {seq}: {reason}")
    print(f"{len(rows)} entries need attention.")
    return 0


def _held(work: Callable[[argparse.Namespace, Database], int]) -> Command:
    """Return a ceremony as a command: it is given the open database."""

    def run(arguments: argparse.Namespace) -> int:
        from ilocdoc.hq.authority import read_keys

        read_keys(_data(arguments))
        with _database(arguments) as database:
            return work(arguments, database)

    return run


# --- parts ----------------------------------------------------------------------------


def _data(arguments: argparse.Namespace) -> Path:
    return Path(arguments.data).expanduser().absolute()


def _read(path: Path) -> str:
    from ilocdoc.disk import read_file

    try:
        return read_file(path, most_bytes=_MOST_ROSTER_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file {path} cannot be read.") from error


@contextmanager
def _database(
    arguments: argparse.Namespace, *, alone: bool = False, migrating: bool = True
) -> Iterator[Database]:
    """Open the database that was named, or the embedded one, with tables as they must be."""
    given = getattr(arguments, "database", None)
    place = nullcontext(given) if given else embedded(_data(arguments), alone=alone)
    with place as conninfo, Database(conninfo) as database:
        found = database.schema()
        if migrating and found != SCHEMA:
            from ilocdoc.hq.migrating import migrate

            migrate(conninfo, found=found)
        yield database


def _objects(arguments: argparse.Namespace) -> Objects:
    if arguments.objects:
        return Objects.at(arguments.objects)
    return Objects.in_folder(_data(arguments) / "objects")


COMMANDS: dict[str, Command] = {
    "init": _init,
    "serve": _serve,
    "enrol-code": _enrol_code,
    "roster": _roster,
    "publish": _publish,
    "backup": _backup,
    "restore": _restore,
    "renew": _renew,
    "check": _check,
    "attention": _attention,
    "escrow-key": ceremony.escrow_key,
    **{name: _held(act) for name, act in ceremony.ACTS.items()},
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; errors of the world become one sentence and what to do."""
    arguments = _parser().parse_args(argv)
    # It logs every try to connect, with the address; what comes of it is said once, below.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    try:
        return COMMANDS[arguments.command](arguments)
    except IlocdocError as error:
        print(f"{error.headline}\n{error.advice}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"{error.filename or 'The disk'} cannot be used: {error.strerror}.", file=sys.stderr)
        print("Name another file or folder. Nothing was changed.", file=sys.stderr)
        return InputError.exit_code
    except KeyboardInterrupt:
        print("Stopped. What was acknowledged is kept.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
