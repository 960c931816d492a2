"""What a person types at a laptop to copy something out: `ilocdoc export …`.

Part of the hallway, beside `__main__`; nothing heavy is imported before a command runs.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from ilocdoc.key_commands import Command, read_passphrase


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the parsers."""
    export = commands.add_parser("export", help="copy something out of the store, or from a packet")
    kinds = export.add_subparsers(dest="what", metavar="what", required=True)
    ledger = kinds.add_parser("ledger", help="a member's ledger with its checker; noted in it")
    ledger.add_argument(
        "--without-bodies", action="store_true", help="leave out what entries say about people"
    )
    case = kinds.add_parser("case", help="everything of a report; noted in the ledger")
    case.add_argument("--report", required=True, metavar="NUMBER", help="LOC-…")
    case.add_argument("--purpose", required=True, metavar="WORDS", help="kept in the ledger")
    case.add_argument(
        "--without-originals", action="store_true", help="leave out the files of evidence"
    )
    for each in (ledger, case):
        each.add_argument("--officer", required=True, metavar="STAR")
        each.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="a new folder")
        each.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
        each.add_argument(
            "--passphrase-file", type=Path, metavar="FILE", help="first line is the passphrase"
        )
    _add_editions(kinds)


def _add_editions(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    filing = kinds.add_parser("filing", help="a flat copy of a packet for a court's system")
    redacted = kinds.add_parser("redacted", help="a packet drawn again without what is withheld")
    answers = kinds.add_parser("answers", help="list what of a packet can be withheld")
    for each in (filing, redacted, answers):
        each.add_argument("packet", type=Path, metavar="PACKET.pdf")
        each.add_argument("--trust", type=Path, metavar="ROOT.pem", help="the agency's root")
    for each in (filing, redacted):
        each.add_argument("--out", required=True, type=Path, metavar="FILE.pdf", help="a new file")
    redacted.add_argument("--withhold", required=True, type=Path, metavar="LIST.toml")
    redacted.add_argument(
        "--openings", required=True, type=Path, metavar="FILE.json", help="kept, not handed out"
    )


def commands(data: Callable[[argparse.Namespace], Path]) -> dict[str | None, Command]:
    """Return the commands by name; `data` gives the laptop's folder that was named."""
    kinds: dict[str, Command] = {
        "ledger": lambda given: _ledger(given, data(given)),
        "case": lambda given: _case(given, data(given)),
        "filing": _filing,
        "redacted": _redacted,
        "answers": _answers,
    }
    return {"export": lambda given: kinds[given.what](given)}


def _ledger(arguments: argparse.Namespace, data: Path) -> int:
    from ilocdoc import laptop

    out = arguments.out.expanduser().absolute()
    entries = laptop.export_ledger(
        data,
        officer=arguments.officer,
        passphrase=read_passphrase(arguments.passphrase_file),
        out=out,
        with_bodies=not arguments.without_bodies,
    )
    print(f"{entries} entries are in {out}.")
    print(f"Check them: python3 -I {out / 'verify_ledger.py'} {out} --trust ROOT.pem")
    return 0


def _case(arguments: argparse.Namespace, data: Path) -> int:
    from ilocdoc import case_export

    out = arguments.out.expanduser().absolute()
    told = case_export.export_case(
        data,
        officer=arguments.officer,
        passphrase=read_passphrase(arguments.passphrase_file),
        number=arguments.report,
        out=out,
        purpose=arguments.purpose,
        with_originals=not arguments.without_originals,
    )
    print(f"{told.files} files, {told.originals} of them originals, are in {out}.")
    for each in told.not_held:
        print(f"This member has no key to: {each}")
    print(f"Check them: ilocdoc verify {out} --trust ROOT.pem")
    return 0


def _filing(arguments: argparse.Namespace) -> int:
    from ilocdoc import copying

    size = copying.save_filing_copy(
        arguments.packet, trust=arguments.trust, out=arguments.out.expanduser()
    )
    print(f"{arguments.out}: filing copy, {size:,} bytes, not signed.")
    return 0


def _redacted(arguments: argparse.Namespace) -> int:
    from ilocdoc import copying

    count = copying.save_redacted_edition(
        arguments.packet,
        trust=arguments.trust,
        withhold=arguments.withhold,
        out=arguments.out.expanduser(),
        openings=arguments.openings.expanduser(),
    )
    print(f"{arguments.out}: {count} items withheld. Keep {arguments.openings} to yourselves.")
    return 0


def _answers(arguments: argparse.Namespace) -> int:
    from ilocdoc import copying

    for path, question in copying.answers_of(arguments.packet, trust=arguments.trust):
        print(f"{path}\t{question}")
    return 0
