"""What a person types at a laptop about its keys: `rekey`, `recover`, `approve-wipe`, `wipe`.

Part of the hallway, beside `__main__`; nothing heavy is imported before a command runs.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ilocdoc.record.errors import InputError

Command = Callable[[argparse.Namespace], int]
MOST_PASSPHRASE_BYTES = 64 * 1024


def read_passphrase(path: Path | None, *, asking: str = "Passphrase: ") -> str:
    """Return the first line of a file, or what a person types without seeing it.

    Raises:
        InputError: If there is none.
    """
    from getpass import getpass

    from ilocdoc.disk import read_file

    if path is None:
        try:
            return getpass(asking)
        except EOFError as error:
            raise InputError("No passphrase was typed.", "Nothing was changed.") from error
    try:
        return read_file(path, most_bytes=MOST_PASSPHRASE_BYTES).decode().splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise InputError(f"The file {path} holds no passphrase that can be read.") from error


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the parsers."""
    rekey = commands.add_parser("rekey", help="give an officer's volume a new key")
    recover = commands.add_parser("recover", help="open a volume with headquarters' escrow keys")
    recover.add_argument(
        "--escrow", type=Path, nargs="+", required=True, metavar="FILE", help="of the holders"
    )
    recover.add_argument(
        "--escrow-passphrase-file", type=Path, nargs="+", default=[], metavar="FILE", dest="words"
    )
    recover.add_argument("--out", type=Path, metavar="DIR", help="write everything out readable")
    approve = commands.add_parser("approve-wipe", help="sign a wipe order as its second person")
    approve.add_argument("--order", type=Path, required=True, metavar="FILE")
    approve.add_argument("--out", type=Path, required=True, metavar="FILE", help="with signature")
    wipe = commands.add_parser("wipe", help="carry out a signed wipe order; needs no unlock")
    wipe.add_argument("--order", type=Path, required=True, metavar="FILE")
    for each in (rekey, recover, approve):
        each.add_argument("--officer", required=True, metavar="STAR")
        each.add_argument(
            "--passphrase-file", type=Path, metavar="FILE", help="first line; of the officer"
        )
    for each in (rekey, approve):
        each.add_argument("--card", action="store_true", help="a card is set up: ask its PIN")
    for each in (rekey, recover, approve, wipe):
        each.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)


def commands(data: Callable[[argparse.Namespace], Path]) -> dict[str | None, Command]:
    """Return the commands by name; `data` gives the laptop's folder that was named."""
    return {
        "rekey": lambda given: _rekey(given, data(given)),
        "recover": lambda given: _recover(given, data(given)),
        "approve-wipe": lambda given: _approve_wipe(given, data(given)),
        "wipe": lambda given: _wipe(given, data(given)),
    }


def _rekey(arguments: argparse.Namespace, data: Path) -> int:
    from ilocdoc import rekeying

    words = read_passphrase(arguments.passphrase_file)
    pin = read_passphrase(None, asking="PIN of the card: ") if arguments.card else ""
    generation = rekeying.rekey(data, officer=arguments.officer, passphrase=words, pin=pin)
    print(f"The volume of star {arguments.officer} has a new key, generation {generation}.")
    return 0


def _recover(arguments: argparse.Namespace, data: Path) -> int:
    from ilocdoc import rekeying

    words = iter(arguments.words)
    written = rekeying.recover(
        rekeying.Recovery(
            data=data,
            officer=arguments.officer,
            holder_files=arguments.escrow,
            out=arguments.out,
        ),
        ask_holder=lambda file: read_passphrase(
            next(words, None), asking=f"Passphrase for {file}: "
        ),
        ask_new=lambda: _new_passphrase(arguments.passphrase_file),
    )
    if written is None:
        print(f"Star {arguments.officer} can sign in again with the new passphrase.")
        print("The old signing key is lost for good: certify the new one with a new code.")
        return 0
    print(
        f"{written.reports} reports, {written.drafts} drafts, {written.documents} documents, "
        f"{written.files} files of evidence are in {arguments.out}, readable by anybody."
    )
    for each in written.missing:
        print(f"Not here, or damaged: evidence {each}", file=sys.stderr)
    return 0


def _new_passphrase(path: Path | None) -> str:
    new = read_passphrase(path, asking="New passphrase of the officer: ")
    if path is None and new != read_passphrase(None, asking="Once more: "):
        raise InputError("The two are not the same.", "Begin again. Nothing was changed.")
    return new


def _approve_wipe(arguments: argparse.Namespace, data: Path) -> int:
    from ilocdoc import rekeying

    order = rekeying.approve_wipe(
        data,
        arguments.order,
        out=arguments.out,
        officer=arguments.officer,
        passphrase=read_passphrase(arguments.passphrase_file),
        pin=read_passphrase(None, asking="PIN of the card: ") if arguments.card else "",
    )
    print(f"Approved: star {order.officer} on laptop {order.device}, until {order.until[:10]}.")
    print(f"Give headquarters {arguments.out}, or carry it to the laptop.")
    return 0


def _wipe(arguments: argparse.Namespace, data: Path) -> int:
    from ilocdoc import rekeying

    order = rekeying.wipe(data, arguments.order)
    print(f"The personal access of star {order.officer} was taken off this laptop.")
    print("Reports, evidence and headquarters' way in are kept.")
    return 0
