"""What a supervisor types at a laptop: `release`, `destroy`.

Part of the hallway, beside `__main__`; nothing heavy is imported before a command runs.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from ilocdoc.key_commands import Command, read_passphrase


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the parsers."""
    release = commands.add_parser("release", help="let a store be used that was put back")
    release.add_argument("--reason", required=True, help="what was found out")
    destroy = commands.add_parser("destroy", help="destroy one item by order of a court")
    destroy.add_argument("--report", required=True, metavar="NUMBER", help="its local number")
    destroy.add_argument("--evidence", required=True, metavar="ID", help="beginning of its id")
    destroy.add_argument("--order", required=True, metavar="REFERENCE", help="of the order")
    destroy.add_argument("--second", required=True, metavar="STAR", help="who carries it out")
    destroy.add_argument("--second-passphrase-file", type=Path, metavar="FILE")
    for each in (release, destroy):
        each.add_argument("--by", required=True, metavar="STAR", help="who signs")
        each.add_argument("--passphrase-file", type=Path, metavar="FILE", help="first line")
        each.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)


def commands(data: Callable[[argparse.Namespace], Path]) -> dict[str | None, Command]:
    """Return the commands by name; `data` gives the laptop's folder that was named."""
    return {
        "release": lambda given: _release(given, data(given)),
        "destroy": lambda given: _destroy(given, data(given)),
    }


def _release(arguments: argparse.Namespace, data: Path) -> int:
    from ilocdoc.upholding import Person, release

    by = Person(star=arguments.by, passphrase=read_passphrase(arguments.passphrase_file))
    found = release(data, by=by, reason=arguments.reason)
    for each in found:
        print(f"Released: {each.owner}. {each.headline}")
    if not found:
        print("Nothing on this laptop is in doubt.")
    return 0


def _destroy(arguments: argparse.Namespace, data: Path) -> int:
    from ilocdoc.upholding import Person, destroy

    first = Person(star=arguments.by, passphrase=read_passphrase(arguments.passphrase_file))
    words = read_passphrase(
        arguments.second_passphrase_file, asking=f"Passphrase of {arguments.second}: "
    )
    stone = destroy(
        data,
        number=arguments.report,
        evidence=arguments.evidence,
        order=arguments.order,
        first=first,
        second=Person(star=arguments.second, passphrase=words),
    )
    print(f"Destroyed by order {stone.order}: item {stone.evidence_id}.")
    print("Everybody else on the roster is told; delete headquarters' copy there.")
    return 0
