"""Whether an annex is the one that a packet's main document was made with."""

import hashlib
import json
import re

from ilocdoc.packet.attachments import RECORDS, read_contents
from ilocdoc.packet.redaction import commitment_of

_STATED = re.compile(r'"commitment":"([0-9a-f]{64})"')


def binding_faults(main: bytes, annex: bytes) -> tuple[str, ...]:
    """Return why an annex does not belong to a main document; empty when it does.

    Says nothing about signatures: both documents are verified by themselves first.

    Raises:
        DocumentError: If one of the two is not a document of this program.
    """
    packet, confidential = read_contents(main), read_contents(annex)
    if (packet.kind, confidential.kind) != ("packet", "annex"):
        return ("These two files are not a packet and an annex.",)
    said = packet.manifest["annex"]
    start = hashlib.sha256(annex[: said["size"]]).hexdigest()
    opened = {
        commitment_of(bytes.fromhex(each["salt"]), each["path"], each["value"])
        for each in json.loads(confidential.files["commitments.json"])
    }
    stated = set(_STATED.findall(packet.files[RECORDS["packet"]].decode()))
    faults = []
    if start != said["sha256"]:
        faults.append("The annex is not the one that the packet names.")
    if confidential.manifest.get("main_record") != packet.record_sha256:
        faults.append("The annex names another packet.")
    if not stated <= opened:
        faults.append("An answer in the annex is not the one that the packet committed to.")
    return tuple(faults)
