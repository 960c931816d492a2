"""The rare acts of headquarters: escrow keys, ending access, wipe orders, time stamps.

Part of the hallway: `headquarters.py` calls these with its open database.
"""

import argparse
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from getpass import getpass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ilocdoc.disk import read_file, write_file
from ilocdoc.hq.authority import Keys, offline_root, read_keys
from ilocdoc.hq.store import Database
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.wire.copies import open_copy
from ilocdoc.wire.envelope import envelope_bytes, envelope_from_bytes
from ilocdoc.wire.escrow import EscrowHolder, EscrowPlan
from ilocdoc.wire.holder_keys import holder_file, new_holder_key, public_file, read_public_file

_MOST_BYTES = 1024 * 1024
_MOST_DOCUMENT_BYTES = 512 * 1024 * 1024
_ORDER_DAYS = 14
_MOST_ORDER_DAYS = 90


def add_escrow_key(key: argparse.ArgumentParser) -> None:
    """Add what `escrow-key` takes; it needs no headquarters, and is best made far from it."""
    key.add_argument("--holder", required=True, metavar="NAME", help="office or place of the key")
    key.add_argument("--out", type=Path, required=True, metavar="FILE", help="secret file")
    key.add_argument("--passphrase-file", type=Path, metavar="FILE", help="first line is it")


def add_escrow(parser: argparse.ArgumentParser) -> None:
    """Add what `escrow` takes."""
    parser.add_argument("holders", type=Path, nargs="*", metavar="FILE.public")
    parser.add_argument("--threshold", type=int, default=0, help="how many must come together")
    parser.add_argument("--offline", type=Path, metavar="DIR", help="where the root's key is")


def add_revoke(parser: argparse.ArgumentParser) -> None:
    """Add what `revoke` takes."""
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--officer", metavar="STAR")
    whom.add_argument("--device", metavar="ID")
    parser.add_argument("--by", metavar="STAR", default="", help="who ends the access")
    parser.add_argument("--undo", action="store_true", help="give the access back")


def add_policy(parser: argparse.ArgumentParser) -> None:
    """Add what `policy` takes."""
    parser.add_argument(
        "--idle-minutes", type=int, metavar="N", help="1 to 30 until a laptop locks"
    )
    parser.add_argument("--session-hours", type=int, metavar="N", help="1 to 12 without signing in")
    parser.add_argument("--banner-file", type=Path, metavar="FILE", help="use banner, UTF-8")
    parser.add_argument("--removable-import", choices=["yes", "no"], help="files from sticks")


def add_wipe_order(parser: argparse.ArgumentParser) -> None:
    """Add what `wipe-order` takes."""
    parser.add_argument("--device", metavar="ID")
    parser.add_argument("--officer", metavar="STAR")
    parser.add_argument("--generation", type=int, default=0, help="default: as last reported")
    parser.add_argument("--days", type=int, default=_ORDER_DAYS, help="until it expires")
    parser.add_argument("--by", metavar="STAR", default="", help="who orders it")
    parser.add_argument("--second", metavar="STAR", default="", help="who will sign it too")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also as a file, for USB")
    parser.add_argument("--approved", type=Path, metavar="FILE", help="take in a signed approval")


def add_timestamp(parser: argparse.ArgumentParser) -> None:
    """Add what `timestamp` takes."""
    parser.add_argument("file", type=Path, metavar="PACKET.pdf", help="signed and complete")
    parser.add_argument("--tsa", required=True, metavar="URL", help="authority (RFC 3161)")
    parser.add_argument("--tsa-root", type=Path, metavar="ROOT.pem", help="the authority's root")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")


def timestamp(arguments: argparse.Namespace, database: Database) -> int:
    """Write a copy of a document, closed with a time stamp and the lists of the day."""
    from ilocdoc.hq.revocation_lists import members_list, revoked_certificates, root_list
    from ilocdoc.hq.stamping import stamp_document

    data, now = Path(arguments.data).expanduser().absolute(), datetime.now(UTC)
    if arguments.out.exists():
        raise InputError(f"The file {arguments.out} exists.", "Name a new one.")
    # It logs whose certificate it does not trust, by name and with a traceback.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL + 1)
    keys = read_keys(data)
    members = members_list(keys, database.change(revoked_certificates), now=now)
    stamped = stamp_document(
        read_file(arguments.file, most_bytes=_MOST_DOCUMENT_BYTES),
        url=arguments.tsa,
        root_der=keys.root.public_bytes(serialization.Encoding.DER),
        stamp_roots=_roots_in(arguments.tsa_root),
        revocation_lists=(members, root_list(data, keys, now=now)),
    )
    write_file(arguments.out, stamped)
    print(f"{arguments.out} is closed with a time stamp of {now:%Y-%m-%d %H:%M} UTC.")
    return 0


def _roots_in(path: Path | None) -> list[bytes]:
    if path is None:
        return []
    try:
        found = x509.load_pem_x509_certificates(read_file(path, most_bytes=_MOST_BYTES))
    except ValueError as error:
        raise InputError(f"The file {path} is not a certificate.") from error
    return [each.public_bytes(serialization.Encoding.DER) for each in found]


def escrow_key(arguments: argparse.Namespace) -> int:
    """Make a holder's key: the secret file, and the public one beside it."""
    out, public = arguments.out, arguments.out.with_suffix(".public")
    if out.exists() or public.exists() or out == public:
        raise RefusedError(
            f"{out.name} or {public.name} exists.", "An escrow key is never overwritten."
        )
    holder = new_holder_key(arguments.holder)
    secret = holder_file(holder, _new_passphrase(arguments.passphrase_file))
    write_file(out, secret)
    write_file(public, public_file(holder.public))
    print(f"The escrow key of {holder.name} is in {out}. It opens with its passphrase only.")
    print(f"Give headquarters {public}; keep {out} where its holder keeps such things.")
    return 0


def begin_escrow(
    data: Path, database: Database, *, holders: list[Path], threshold: int
) -> EscrowPlan:
    """Put the first plan in force: of these public files, or of one key made here."""
    from ilocdoc.hq.escrow import make_default_key, set_plan

    offline = data / "keys" / "offline"
    if threshold and not holders:
        raise InputError("A threshold needs the public files of its holders.")
    named = [_holder(each) for each in holders] or [make_default_key(offline)]
    root = offline_root(offline)
    return database.change(
        lambda c: set_plan(c, named, threshold=threshold or len(named), root=root)
    )


def escrow(arguments: argparse.Namespace, database: Database) -> int:
    """Show the plan of escrow, or put a new one in force."""
    from ilocdoc.hq.escrow import current_plan, set_plan

    if arguments.holders:
        named = [_holder(each) for each in arguments.holders]
        root = offline_root(arguments.offline or arguments.data.expanduser() / "keys" / "offline")
        wanted = arguments.threshold or len(named)
        plan: EscrowPlan | None = database.change(
            lambda c: set_plan(c, named, threshold=wanted, root=root)
        )
    else:
        plan = database.change(current_plan)
    if plan is None:
        print("There is no escrow: what an officer forgets is lost.")
        return 0
    print(f"Plan {plan.version}: {plan.threshold} of {len(plan.holders)} open a volume together.")
    for each in plan.holders:
        print(f"  {each.id}  {each.name}")
    return 0


def policy(arguments: argparse.Namespace, database: Database) -> int:
    """Show what laptops follow in every session, or decide it anew."""
    from ilocdoc.hq.roster import decide_policy
    from ilocdoc.hq.session_policy import policy_of

    removable = arguments.removable_import
    wanted = {
        "idle_minutes": arguments.idle_minutes,
        "session_hours": arguments.session_hours,
        "banner": _text(arguments.banner_file) if arguments.banner_file else None,
        "removable_import": None if removable is None else removable == "yes",
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    read_keys(arguments.data.expanduser())
    if given:
        database.change(lambda c: decide_policy(c, given))
        print("Decided. Laptops follow at their next exchange.")
    now = database.change(policy_of)
    print(f"A laptop locks after {now.idle_minutes} minutes without anybody.")
    print(f"A member signs in again after {now.session_hours} hours.")
    print(f"Files from removable media: {'yes' if now.removable_import else 'no'}.")
    print(f"Use banner: {now.banner or 'the one that comes with the program'}")
    return 0


def _text(path: Path) -> str:
    try:
        return _read(path).decode()
    except UnicodeDecodeError as error:
        raise InputError(f"The file {path} is not a text in UTF-8.") from error


def revoke(arguments: argparse.Namespace, database: Database) -> int:
    """End the access of a member or a laptop, or give it back."""
    from ilocdoc.hq.revoking import give_back, revoke

    name = arguments.officer or arguments.device or ""
    if arguments.undo:
        database.change(lambda c: give_back(c, name))
        print(f"{name} has access again, from the next exchange on.")
        return 0
    if not name or not arguments.by:
        raise InputError("Name whose access ends, and with --by who ends it.")
    database.change(lambda c: revoke(c, name, by=arguments.by, now=_now()))
    print(f"The access of {name} ended. Laptops follow at their next exchange.")
    print("What is sealed there already still comes in. Nothing is deleted.")
    return 0


def wipe_order(arguments: argparse.Namespace, database: Database) -> int:
    """Make a wipe order, or take in the second person's approval of one."""
    from ilocdoc.hq.orders import take_approved

    keys = read_keys(arguments.data.expanduser())
    if arguments.approved:
        envelope = envelope_from_bytes(_read(arguments.approved))
        order = database.change(lambda c: take_approved(c, keys, envelope))
        print(f"Star {order.second} approved the wipe of star {order.officer} on {order.device}.")
        return 0
    return _make_order(arguments, database, keys)


def _make_order(arguments: argparse.Namespace, database: Database, keys: Keys) -> int:
    from ilocdoc.hq.orders import Wanted, make_order, newest_generation

    device, officer = arguments.device or "", arguments.officer or ""
    if not (device and officer and arguments.by):
        raise InputError("A wipe order names --device, --officer and --by.")
    if not 0 < arguments.days <= _MOST_ORDER_DAYS:
        raise InputError(f"A wipe order lives between 1 and {_MOST_ORDER_DAYS} days.")
    now = _now()
    generation = arguments.generation or database.change(
        lambda c: newest_generation(c, device=device, officer=officer)
    )
    wanted = Wanted(
        device=device,
        officer=officer,
        generation=generation,
        until=now + timedelta(days=arguments.days),
        by=arguments.by,
        second=arguments.second,
    )
    envelope = database.change(lambda c: make_order(c, keys, wanted, now=now))
    if arguments.out:
        write_file(arguments.out, envelope_bytes(envelope))
        print(f"The order is in {arguments.out}.")
    print(f"Laptop {device} carries it out for star {officer} at its next exchange,")
    print(f"if the volume is of generation {generation} then, until {wanted.until:%Y-%m-%d}.")
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _holder(path: Path) -> EscrowHolder:
    return read_public_file(_read(path))


def _read(path: Path) -> bytes:
    try:
        return read_file(path, most_bytes=_MOST_BYTES)
    except OSError as error:
        raise InputError(f"The file {path} cannot be read.") from error


def _new_passphrase(path: Path | None) -> str:
    if path is not None:
        lines = _read(path).decode(errors="replace").splitlines()
        return lines[0] if lines else ""
    try:
        first, again = getpass("New passphrase of the holder: "), getpass("Once more: ")
    except EOFError as error:
        raise InputError("No passphrase was typed.", "Nothing was changed.") from error
    if first != again:
        raise InputError("The two differ.", "Begin again. Nothing was changed.")
    return first


def add_release_code(parser: argparse.ArgumentParser) -> None:
    """Add what `release-code` takes."""
    parser.add_argument("--device", required=True, metavar="ID")
    parser.add_argument("--officer", required=True, metavar="STAR")
    parser.add_argument("--challenge", required=True, metavar="TEXT", help="as the screen shows it")


def release(arguments: argparse.Namespace, database: Database) -> int:
    """Print the code that ends one lock-out of one officer on one laptop."""
    from ilocdoc.hq.release_codes import code_for

    keys = read_keys(arguments.data.expanduser())
    device, officer = arguments.device.upper(), arguments.officer
    print(
        database.change(
            lambda c: code_for(
                c, keys, arguments.challenge, device=device, officer=officer, now=_now()
            )
        )
    )
    return 0


def add_open_copy(parser: argparse.ArgumentParser) -> None:
    """Add what `open-copy` takes."""
    parser.add_argument("file", type=Path, metavar="COPY.sealed", help="from a laptop's window")


def open_sealed_copy(arguments: argparse.Namespace, _database: Database) -> int:
    """Print the draft in a sealed copy that a laptop with a failing disk wrote."""
    keys = read_keys(arguments.data.expanduser())
    print(open_copy(_read(arguments.file), key=keys.ingest).decode())
    return 0


PARSERS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "escrow": ("show who can open volumes together, or say it anew", add_escrow),
    "policy": ("show what laptops follow in every session, or decide it", add_policy),
    "revoke": ("end the access of a member or a laptop", add_revoke),
    "wipe-order": ("take personal access off a laptop", add_wipe_order),
    "timestamp": ("close a finished packet with a time stamp", add_timestamp),
    "open-copy": ("print a draft that a laptop saved elsewhere", add_open_copy),
    "release-code": ("print the code that ends an officer's lock-out", add_release_code),
}
"""The ceremonies that need an open headquarters: help, and what adds their arguments."""

ACTS: dict[str, Callable[[argparse.Namespace, Database], int]] = {
    "escrow": escrow,
    "policy": policy,
    "revoke": revoke,
    "wipe-order": wipe_order,
    "timestamp": timestamp,
    "open-copy": open_sealed_copy,
    "release-code": release,
}
"""The same: what each does, given the open database."""
