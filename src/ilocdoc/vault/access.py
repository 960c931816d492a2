"""Who may open a volume here at all, by headquarters' newest signed word."""

from ilocdoc.record.errors import DamagedError, RefusedError
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.escrow import is_wiped
from ilocdoc.vault.officer_volume import folder_of, officers_in
from ilocdoc.vault.slots import SLOTS_FILE, read_slots


def require_access(device: DeviceVolume, officer: str) -> None:
    """Refuse a member whose access ended, or everybody on a laptop out of service.

    Nothing is deleted, and what is sealed is still sent: the spool needs no member.

    Raises:
        RefusedError: With what to do.
    """
    revoked = device.signed_roster().revoked
    if device.device in revoked:
        raise RefusedError(
            "Headquarters took this laptop out of service.",
            "Nothing was deleted, and sealed work is still sent. Hand it to the device desk.",
        )
    if officer in revoked:
        raise RefusedError(
            "Headquarters ended this member's access.",
            "Nothing was deleted, and sealed work is still sent. Call the device desk.",
        )
    if _was_wiped(device, officer):
        raise RefusedError(
            "By a signed order this member's access was taken off this laptop.",
            "The reports are kept. Headquarters can recover them with its escrow keys.",
        )


def _was_wiped(device: DeviceVolume, officer: str) -> bool:
    if officer not in officers_in(device.folder):
        return False
    try:
        return is_wiped(read_slots(folder_of(device.folder, officer) / SLOTS_FILE))
    except DamagedError:
        # Unlocking says so, in its own words.
        return False
