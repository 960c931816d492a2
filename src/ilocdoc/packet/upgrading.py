"""Years later: a time stamp behind the signatures, and what proves the certificates then.

A signature names the laptop's clock. Whoever has a line can close the file again with a
time stamp of an authority (RFC 3161), and put in the certificates and revocation lists of
that day, so that the document can be judged when all of them have ended. One revision
each time; it may be repeated before the authority's own certificate ends.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from asn1crypto import tsp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper

from ilocdoc.packet.apart import away_from_event_loop
from ilocdoc.packet.changes import STAMP_FIELD
from ilocdoc.packet.signing import Appending
from ilocdoc.packet.verify import verify_document
from ilocdoc.record.errors import DocumentError

Ask = Callable[[bytes], bytes]
"""Sends a request (TimeStampReq, DER) to the authority; returns its answer."""

_ROOM_FOR_TOKEN = 2 * 16 * 1024
"""Hex digits kept for a token with its certificates; those of real authorities take a third."""
_MOST_STAMPS = 16


class _Asking(TimeStamper):
    """Lets whoever reaches the authority ask for pyHanko."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]  # its own gap

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the authority's answer."""
        return tsp.TimeStampResp.load(self._ask(req.dump()))


def add_time_stamp(
    pdf: bytes,
    *,
    ask: Ask,
    root_der: bytes,
    stamp_roots: Sequence[bytes] = (),
    certificates: Iterable[bytes] = (),
    revocation_lists: Iterable[bytes] = (),
) -> bytes:
    """Return a signed document with a time stamp behind its signatures.

    Args:
        pdf: Complete and genuine; it may hold time stamps already.
        ask: Reaches the authority. What it raises is not caught.
        root_der: The agency's root certificate.
        stamp_roots: Roots of the time stamp authority that are trusted beside it (DER).
        certificates: Put in beside those of the signatures (DER).
        revocation_lists: Put in (DER), newest of each issuer.

    Raises:
        DocumentError: If the document is not genuine, the answer is no time stamp, or the
            result does not verify. Nothing was changed then.
    """
    before = verify_document(pdf, root_der=root_der, stamp_roots=stamp_roots)
    if not before.accepted:
        raise DocumentError(
            "This document is not genuine and gets no time stamp.", before.reasons[0]
        )
    number = 1 + sum(each.kind == "time stamp" for each in before.signatures)
    if number > _MOST_STAMPS:
        raise DocumentError("This document holds as many time stamps as it can.")
    writer = Appending(io.BytesIO(pdf), strict=True)
    _put_proofs(writer, certificates=certificates, revocation_lists=revocation_lists)
    machine = PdfTimeStamper(
        _Asking(ask),
        field_name=f"{STAMP_FIELD}{number}",
        # Off the page: archive documents allow no hidden mark, accessible ones no bare one.
        invis_settings=InvisSigSettings(box_out_of_bounds=True),
        readable_field_name=f"Time stamp {number}",
    )
    out = io.BytesIO()
    stamp = partial(
        machine.timestamp_pdf, writer, "sha256", bytes_reserved=_ROOM_FOR_TOKEN, output=out
    )
    try:
        away_from_event_loop(stamp)
    except (PdfError, SigningError, ValueError, TypeError, KeyError, AttributeError) as error:
        # AttributeError: what pyHanko 0.38 raises of an answer to somebody else's request.
        raise DocumentError(
            "The authority's answer is no time stamp for this document.",
            "Nothing was written. Ask the authority, or name another one.",
        ) from error
    after = verify_document(out.getvalue(), root_der=root_der, stamp_roots=stamp_roots)
    if not after.accepted:
        raise DocumentError("The time stamp was not kept.", after.reasons[0])
    return out.getvalue()


def _put_proofs(
    writer: Appending, *, certificates: Iterable[bytes], revocation_lists: Iterable[bytes]
) -> None:
    """Write the store of certificates and revocation lists; what is there already stays."""
    root = writer.prev.root
    # pyHanko's own `get` would return the reference.
    kept = root["/DSS"] if "/DSS" in root else {}  # noqa: SIM401 - see above
    carried = [
        one.dump()
        for each in writer.prev.embedded_signatures
        for one in (each.signer_cert, *each.other_embedded_certs)
    ]
    store = generic.DictionaryObject()  # type: ignore[no-untyped-call]  # its own gap
    store[generic.NameObject("/Type")] = generic.NameObject("/DSS")
    for key, given in (("/Certs", [*carried, *certificates]), ("/CRLs", list(revocation_lists))):
        old = kept[key] if key in kept else generic.ArrayObject()
        references = [old.raw_get(place) for place in range(len(old))]
        known = {_digest(each.get_object().data) for each in references}
        for der in given:
            if _digest(der) not in known:
                known.add(_digest(der))
                references.append(writer.add_object(generic.StreamObject(stream_data=der)))
        if references:
            store[generic.NameObject(key)] = generic.ArrayObject(references)
    writer.root[generic.NameObject("/DSS")] = writer.add_object(store)
    writer.update_root()  # type: ignore[no-untyped-call]  # its own gap


def _digest(der: bytes) -> bytes:
    return hashlib.sha256(der).digest()
