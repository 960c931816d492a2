"""What a person types at a laptop about its keys: `rekey`, `recover`, `approve-wipe`, `wipe`.

Part of the hallway, beside `__main__`; nothing heavy is imported before a command runs.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

Command = Callable[[argparse.Namespace], int]


class AsksPassphrase(Protocol):
    """How a passphrase is had: from a file's first line, or typed."""

    def __call__(self, path: Path | None, *, asking: str = ...) -> str:
        """Return it."""


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
    for each in (rekey, recover, approve, wipe):
        each.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)


def commands(
    *, data: Callable[[argparse.Namespace], Path], passphrase: AsksPassphrase
) -> dict[str | None, Command]:
    """Return the commands by name.

    Args:
        data: The laptop's folder that was named.
        passphrase: How one is had.
    """
    return {
        "rekey": lambda given: _rekey(given, data(given), passphrase),
        "recover": lambda given: _recover(given, data(given), passphrase),
        "approve-wipe": lambda given: _approve_wipe(given, data(given), passphrase),
        "wipe": lambda given: _wipe(given, data(given)),
    }


def _rekey(arguments: argparse.Namespace, data: Path, passphrase: AsksPassphrase) -> int:
    from ilocdoc import rekeying

    words = passphrase(arguments.passphrase_file)
    generation = rekeying.rekey(data, officer=arguments.officer, passphrase=words)
    print(f"The volume of star {arguments.officer} has a new key, generation {generation}.")
    return 0


def _recover(arguments: argparse.Namespace, data: Path, passphrase: AsksPassphrase) -> int:
    from ilocdoc import rekeying

    words = iter(arguments.words)
    written = rekeying.recover(
        rekeying.Recovery(
            data=data,
            officer=arguments.officer,
            holder_files=arguments.escrow,
            out=arguments.out,
        ),
        ask_holder=lambda file: passphrase(next(words, None), asking=f"Passphrase for {file}: "),
        ask_new=lambda: passphrase(arguments.passphrase_file, asking="New passphrase: "),
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


def _approve_wipe(arguments: argparse.Namespace, data: Path, passphrase: AsksPassphrase) -> int:
    from ilocdoc import rekeying

    order = rekeying.approve_wipe(
        data,
        arguments.order,
        out=arguments.out,
        officer=arguments.officer,
        passphrase=passphrase(arguments.passphrase_file),
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
