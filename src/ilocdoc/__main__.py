"""The `ilocdoc` command. Parsed before anything heavy is imported.

Exit codes: 0 done or genuine; 1 not genuine or something outside went wrong; 2 input;
3 the rules say no; 4 unlock; 5 the store; 6 documents; 7 received data; 8 headquarters.
"""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ilocdoc import __version__, export_commands, key_commands, supervisor_commands
from ilocdoc.key_commands import read_passphrase
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import IlocdocError, InputError

DEFAULT_DATA = "~/.local/share/ilocdoc"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ilocdoc",
        description="Incident reports kept offline, sealed, carried to headquarters.",
    )
    parser.add_argument("--version", action="version", version=f"ilocdoc {__version__}")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where reports are kept")
    parser.add_argument("--new", action="store_true", help="start with quick capture")
    parser.add_argument("--theme", choices=["day", "night", "red"], help="colours")
    # The program says these to itself when it locks.
    parser.add_argument("--locked", default="", help=argparse.SUPPRESS)
    parser.add_argument("--carried", type=int, default=0, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", metavar="command")

    enrol = commands.add_parser("enrol", help="make this laptop, or an officer on it, known")
    enrol.add_argument("--hq", required=True, metavar="URL")
    enrol.add_argument("--code", required=True, help="one-time code from headquarters")
    enrol.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    enrol.add_argument("--name", default="Patrol laptop", help="of the laptop, for people")
    enrol.add_argument("--officer", metavar="STAR", help="enrol this officer instead")
    enrol.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="first line is the new passphrase"
    )

    export_commands.add_commands(commands)
    _add_verify(commands)

    replay = commands.add_parser("replay", help="perform a scenario with the real vault")
    replay.add_argument("scenario", type=Path)
    replay.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    replay.add_argument("--hq", metavar="URL", help="sync where the scenario says so")
    replay.add_argument(
        "--passphrase-file", type=Path, required=True, metavar="FILE", help="of all who act"
    )

    _add_passphrase(commands)
    _add_salvage(commands)
    key_commands.add_commands(commands)
    supervisor_commands.add_commands(commands)

    status = commands.add_parser("status", help="what is on this laptop; needs no unlock")
    status.add_argument("--unsent", action="store_true", help="exit 1 if work is unsent")
    status.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    return parser


def _add_verify(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = commands.add_parser("verify", help="judge a document or an exported ledger")
    verify.add_argument("file", type=Path, help="a PDF, or the folder of an exported ledger")
    verify.add_argument("--trust", type=Path, metavar="ROOT.pem", help="the agency's root")
    verify.add_argument(
        "--annex", type=Path, metavar="ANNEX.pdf", help="of this packet: judge whether it belongs"
    )
    verify.add_argument(
        "--packet", type=Path, metavar="PACKET.pdf", help="judge a redacted edition of this packet"
    )
    verify.add_argument(
        "--openings", type=Path, metavar="FILE.json", help="with --packet: judge each commitment"
    )
    verify.add_argument(
        "--trust-stamps", type=Path, metavar="ROOTS.pem", help="of time stamp authorities"
    )
    verify.add_argument("--json", action="store_true", help="answer for machines")
    verify.add_argument("--progress", action="store_true", help="a line for each step, on stderr")


def _add_passphrase(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    change = commands.add_parser("passphrase", help="choose another one, or have one made")
    change.add_argument("--suggest", action="store_true", help="only print a new one")
    change.add_argument("--officer", metavar="STAR", default="")
    change.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    change.add_argument("--passphrase-file", type=Path, metavar="FILE", help="the one in use")
    change.add_argument("--new-passphrase-file", type=Path, metavar="FILE", help="the new one")
    change.add_argument("--card", action="store_true", help="ask for the PIN of the card too")


def _add_salvage(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    salvage = commands.add_parser("salvage", help="bring back what is left of a damaged store")
    salvage.add_argument("--officer", metavar="STAR", help="without: the laptop's own store")
    salvage.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    salvage.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="first line is the passphrase"
    )


def _data(arguments: argparse.Namespace) -> Path:
    return Path(arguments.data or DEFAULT_DATA).expanduser()


def _enrol(arguments: argparse.Namespace) -> int:
    from ilocdoc import enrolment
    from ilocdoc.laptop import SystemClock

    if arguments.officer:
        enrolment.enrol_officer(
            _data(arguments),
            code=arguments.code,
            star=arguments.officer,
            passphrase=read_passphrase(arguments.passphrase_file),
            clock=SystemClock(),
        )
        print(f"Officer {arguments.officer} is enrolled on this laptop.")
        return 0
    device = enrolment.enrol_device(
        _data(arguments),
        url=arguments.hq,
        code=arguments.code,
        name=arguments.name,
        clock=SystemClock(),
    )
    print(f"This laptop is enrolled as device {device}.")
    return 0


def _change_passphrase(arguments: argparse.Namespace) -> int:
    from ilocdoc import laptop
    from ilocdoc.vault.passphrases import suggest_passphrase

    if arguments.suggest:
        print(suggest_passphrase())
        return 0
    if not arguments.officer:
        raise InputError("Name whose passphrase changes with --officer STAR.")
    old = read_passphrase(arguments.passphrase_file)
    pin = read_passphrase(None, asking="PIN of the card: ") if arguments.card else ""
    new = read_passphrase(arguments.new_passphrase_file, asking="New passphrase: ")
    if arguments.new_passphrase_file is None and new != read_passphrase(None, asking="Once more: "):
        raise InputError("The two are not the same.", "Begin again. Nothing was changed.")
    laptop.change_passphrase(_data(arguments), officer=arguments.officer, old=old, new=new, pin=pin)
    print("The passphrase is changed.")
    return 0


def _verdict(arguments: argparse.Namespace) -> Verdict:
    if arguments.packet:
        from ilocdoc import copying

        return copying.judge_edition(
            arguments.file,
            packet=arguments.packet,
            trust=arguments.trust,
            openings=arguments.openings,
        )
    from ilocdoc import judging

    with _progress(all_lines=arguments.progress) as say:
        return judging.verify_file(
            arguments.file,
            trust=arguments.trust,
            annex=arguments.annex,
            stamps=arguments.trust_stamps,
            say=say,
        )


def _verify(arguments: argparse.Namespace) -> int:
    from ilocdoc.record.verdicts import verdict_lines, verdict_to_json

    verdict = _verdict(arguments)
    if arguments.json:
        print(json.dumps(verdict_to_json(verdict), indent=1))
    else:
        good = "FAITHFUL COPY" if arguments.packet else "GENUINE"
        print(good if verdict.accepted else f"NOT {'A ' if arguments.packet else ''}{good}")
        for line in verdict_lines(verdict):
            print(f"  {line}")
    return 0 if verdict.accepted else 1


_CLEAR_LINE = "\r\x1b[K"


@contextmanager
def _progress(*, all_lines: bool) -> Iterator[Callable[[str], None]]:
    """Give what tells of progress: a line each, one line on a terminal, or nothing."""
    if all_lines:
        yield lambda words: print(words, file=sys.stderr, flush=True)
    elif sys.stderr.isatty():
        yield lambda words: print(end=f"{_CLEAR_LINE}{words} …", file=sys.stderr, flush=True)
        print(end=_CLEAR_LINE, file=sys.stderr, flush=True)
    else:
        yield lambda _words: None


def _replay(arguments: argparse.Namespace) -> int:
    from ilocdoc import replay

    return replay.perform(
        arguments.scenario,
        data=_data(arguments),
        sync=bool(arguments.hq),
        passphrase=read_passphrase(arguments.passphrase_file),
    )


def _salvage(arguments: argparse.Namespace) -> int:
    from ilocdoc import laptop
    from ilocdoc.vault.device_salvage import salvage_device

    if not arguments.officer:
        store = salvage_device(_data(arguments))
        print("\n".join(store.lines()))
        return 1 if store.gaps else 0
    told = laptop.salvage(
        _data(arguments),
        officer=arguments.officer,
        passphrase=read_passphrase(arguments.passphrase_file),
    )
    print("\n".join(told.lines()))
    return 1 if told.missing else 0


def _status(arguments: argparse.Namespace) -> int:
    from ilocdoc import laptop

    found = laptop.unsent(_data(arguments))
    waiting = found.waiting
    print(
        f"unsent: {waiting.entries} entries, {waiting.letters} letters, "
        f"{waiting.files} files ({waiting.size_bytes} bytes); drafts: {found.drafts}"
    )
    return 1 if arguments.unsent and not found.is_nothing else 0


def _desktop(arguments: argparse.Namespace) -> int:
    from ilocdoc import session

    return session.run_desktop(
        _data(arguments),
        start_new=arguments.new,
        theme=arguments.theme or "",
        locked_by=arguments.locked,
        carried=arguments.carried,
    )


COMMANDS: dict[str | None, Callable[[argparse.Namespace], int]] = {
    None: _desktop,
    "enrol": _enrol,
    "verify": _verify,
    "replay": _replay,
    "passphrase": _change_passphrase,
    "salvage": _salvage,
    "status": _status,
    **key_commands.commands(_data),
    **supervisor_commands.commands(_data),
    **export_commands.commands(_data),
}


def _decode_picture() -> int:
    # How a frozen program becomes its own worker; not a command for people.
    from ilocdoc.media import worker

    return worker.main(sys.stdin.buffer.read, sys.stdout.buffer.write)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; errors of the world become one sentence and what to do."""
    if list(argv or sys.argv[1:]) == ["decode-picture"]:
        return _decode_picture()
    arguments = _parser().parse_args(argv)
    # It logs whose certificate it does not trust, by name and with a traceback.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL + 1)
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
