"""Whether an annex is the one that a packet's main document was made with."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace

from ilocdoc.packet.attachments import RECORDS, read_contents
from ilocdoc.packet.redaction import commitment_of
from ilocdoc.packet.verify import Say, quiet, verify_document
from ilocdoc.record.documents import Verdict

_STATED = re.compile(r'"commitment":"([0-9a-f]{64})"')


BOUND = "The annex is genuine, and the one that this packet was made with."


def verify_with_annex(
    main: bytes,
    annex: bytes,
    *,
    root_der: bytes,
    stamp_roots: Sequence[bytes] = (),
    say: Say = quiet,
) -> Verdict:
    """Judge a packet, its annex, and whether they belong together; never raises on content.

    Args:
        main: The packet, or anything.
        annex: The annex, or anything.
        root_der: The agency's root certificate, which the reader trusts already.
        stamp_roots: Roots of time stamp authorities that the reader trusts beside it.
        say: Is told what is being looked at, in a few words.

    Returns:
        Kind and signers are the packet's; accepted only if both are and belong together. The
        annex's own verdict stands among the documents.
    """
    packet, confidential = (
        verify_document(pdf, root_der=root_der, stamp_roots=stamp_roots, say=told)
        for pdf, told in ((main, say), (annex, lambda words: say(f"Annex: {words}")))
    )
    packet = replace(packet, documents=(*packet.documents, ("annex", confidential)))
    if not packet.accepted:
        return packet
    if not confidential.accepted:
        reasons = tuple(f"The annex: {each}" for each in confidential.reasons)
        return replace(packet, accepted=False, reasons=reasons)
    faults = binding_faults(main, annex)
    return replace(packet, accepted=not faults, reasons=faults or (*packet.reasons, BOUND))


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
    inside = [hashlib.sha256(each).hexdigest() for each in confidential.documents.values()]
    if sorted(packet.manifest["documents"]) != sorted(inside):
        faults.append("The annex holds other report documents than the packet names.")
    if not stated <= opened:
        faults.append("An answer in the annex is not the one that the packet committed to.")
    return tuple(faults)
