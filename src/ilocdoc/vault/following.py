"""Does what headquarters signed for this laptop, at its start and after every exchange."""

import json
import logging
from datetime import datetime

from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.escrow import escrow_plan
from ilocdoc.vault.orders import DeviceOrders
from ilocdoc.vault.wiping import carry_out

logger = logging.getLogger(__name__)
_REVOKED, _PLAN = "revoked_noted", "escrow_noted"


def follow_headquarters(device: DeviceVolume, *, now: datetime) -> None:
    """Carry out waiting wipe orders; write down whose access ended and a new plan of escrow.

    An order that is refused here is written down and not tried again; headquarters sees
    both in the laptop's ledger.

    Raises:
        VaultError: If the disk refuses.
    """
    if not device.is_enrolled:
        return
    _note_revocations(device, now)
    _note_plan(device, now)
    for envelope in DeviceOrders(device).waiting():
        try:
            order = carry_out(device, envelope, now=now)
        except (RefusedError, WireError):
            logger.warning("a wipe order was refused")
        else:
            logger.info("a wipe order was carried out: nonce=%s", order.nonce)


def _note_revocations(device: DeviceVolume, now: datetime) -> None:
    noted = set(json.loads(device.kept(_REVOKED) or "[]"))
    revoked = set(device.signed_roster().revoked)
    if noted == revoked:
        return
    version = device.roster_version
    for name in sorted(revoked - noted):
        DeviceLedger(device).append(
            EntryKind.OFFICER_REVOKED, now, officer=name, order=f"roster {version}"
        )
    device.keep(_REVOKED, json.dumps(sorted(revoked)))


def _note_plan(device: DeviceVolume, now: datetime) -> None:
    try:
        plan = escrow_plan(device)
    except WireError:
        logger.warning("headquarters' plan of escrow is not signed by the root")
        return
    if plan is None or device.kept(_PLAN) == str(plan.version):
        return
    DeviceLedger(device).append(
        EntryKind.POLICY_CHANGED,
        now,
        what="escrow",
        plan=str(plan.version),
        threshold=str(plan.threshold),
        holders=" ".join(each.id for each in plan.holders),
    )
    device.keep(_PLAN, str(plan.version))
