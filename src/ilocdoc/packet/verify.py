"""The strict verifier: genuine, complete and unchanged, or the reasons why not.

Stock tools say "valid" of a file that was signed once and then added to. Here nothing may
have been added at all: exactly the expected fields, signatures, revisions and attachments.
The nine rules stand in `docs/packet.md`; each function below is one of them.
"""

import hashlib
import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from ilocdoc.packet.apart import away_from_event_loop
from ilocdoc.packet.attachments import (
    EARLIER,
    RECORDS,
    Contents,
    attachment_faults,
    read_contents,
)
from ilocdoc.packet.changes import change_faults
from ilocdoc.packet.fields import field_faults, object_faults
from ilocdoc.packet.pages import text_of_first_page
from ilocdoc.packet.redrawing import (
    draw_again,
    first_revision,
    form_of,
    is_same_document,
    is_same_renderer,
)
from ilocdoc.packet.revocation import Revocation, read_revocation
from ilocdoc.packet.signatures import Signed, order_faults, read_signatures, signature_faults
from ilocdoc.packet.time_stamps import stamp_faults, time_of
from ilocdoc.record.documents import Pages, SignatureNote, Verdict
from ilocdoc.record.errors import DocumentError
from ilocdoc.record.times import utc_text

logger = logging.getLogger(__name__)

CHECKED = (
    "Nothing was added, removed or changed after the last signature.",
    "Each signature is valid and leads to the trusted root.",
    "Every attachment is the one named in the manifest.",
    "The printed digest is that of the embedded record.",
)
DRAWN_AGAIN = "The pages were drawn again from the embedded record and are the same."
OTHER_PAGES = "The pages are not those that the embedded record gives."
NOT_DRAWN = "pages not re-rendered; "
_OTHER_PROGRAM = NOT_DRAWN + "another version of the program laid them out."
_NO_FORM = NOT_DRAWN + "the form version that the record names is not on this computer."
_NO_FILE_TIME = (
    "when it was signed. Signatures name the laptop's clock, and there is no time stamp."
)
_NO_REVOCATION = "whether a certificate had been revoked. Ask the agency."
_TRUTH = "whether what is written is true."
_DEPTH = 2
"""A packet's annex holds report documents; those hold no further documents."""

Say = Callable[[str], None]


def quiet(_words: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a document is held against."""

    root_der: bytes
    """The agency's root certificate, which the reader trusts already."""
    stamp_roots: tuple[bytes, ...] = ()
    """Roots of time stamp authorities (DER) that the reader trusts beside it."""
    say: Say = quiet
    """Is told what is being looked at, in a few words."""
    wanted: int | None = None
    """How many signatures there must be; None for all of its kind."""
    depth: int = _DEPTH
    """How deep documents may stand in one another."""


def verify_document(
    pdf: bytes, *, root_der: bytes, stamp_roots: Sequence[bytes] = (), say: Say = quiet
) -> Verdict:
    """Judge a document; never raises on content.

    Args:
        pdf: Anything.
        root_der: The agency's root certificate, which the reader trusts already.
        stamp_roots: Roots of time stamp authorities that the reader trusts beside it.
        say: Is told what is being looked at, in a few words.
    """
    terms = Terms(root_der=root_der, stamp_roots=tuple(stamp_roots), say=say)
    return away_from_event_loop(partial(_judged, pdf, terms))


def is_certified_only(pdf: bytes, *, root_der: bytes) -> bool:
    """Tell whether the first signature alone is genuine and nothing was added."""
    terms = Terms(root_der=root_der, wanted=1)
    return away_from_event_loop(partial(_judged, pdf, terms)).accepted


def _judged(pdf: bytes, terms: Terms) -> Verdict:
    try:
        return _judge(pdf, terms)
    except (Exception, RecursionError) as error:
        # A hostile file must never crash the reader; whatever goes wrong is a rejection.
        logger.info("document could not be judged: %s", type(error).__name__)
        reason = (
            "The file cannot be read as a document of this program. Another program may have "
            "written it anew."
        )
        return Verdict(accepted=False, kind="unknown", reasons=(reason,), signers=())


def _judge(pdf: bytes, terms: Terms) -> Verdict:
    terms.say("Reading the file")
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    contents = read_contents(pdf)
    faults = [*field_faults(reader, contents.signature_fields), *_object_faults(reader, pdf)]
    signed: list[Signed] = []
    if not faults:
        signed = read_signatures(reader)
        faults += _signature_faults(signed, reader, pdf, contents=contents, terms=terms)
    is_signed = not faults
    faults += attachment_faults(contents)
    verdict = Verdict(
        accepted=False,
        kind=contents.kind,
        reasons=(),
        signers=tuple(each.name for each in signed if not each.is_stamp),
        signatures=_notes(signed),
    )
    if is_signed:
        # Pages and inner documents of strangers are never read.
        faults += _printed_faults(pdf, contents)
        documents, inner = _inner(contents, terms)
        pages, words = _pages_of(pdf, reader, contents, terms)
        lists = _revocation(reader, signed)
        faults += [*inner, *([words] if pages is Pages.OTHER else []), *lists.faults]
        open_ = [words] if pages is Pages.NOT_DRAWN else []
        verdict = replace(
            verdict,
            documents=documents,
            pages=pages,
            not_checked=(*open_, *_clock_notes(signed), *lists.notes, _TRUTH),
        )
    drawn = (DRAWN_AGAIN,) if verdict.pages is Pages.SAME else ()
    reasons = tuple(dict.fromkeys(faults)) or (*CHECKED, *drawn)
    return replace(verdict, accepted=not faults, reasons=reasons)


def _object_faults(reader: PdfFileReader, pdf: bytes) -> list[str]:
    written = [
        {each.idnum for each in reader.xrefs.explicit_refs_in_revision(number)}
        for number in range(reader.xrefs.total_revisions)
    ]
    return object_faults(pdf, first=written[0], later=set().union(*written[1:]))


def _signature_faults(
    signed: Sequence[Signed],
    reader: PdfFileReader,
    pdf: bytes,
    *,
    contents: Contents,
    terms: Terms,
) -> list[str]:
    fields = contents.signature_fields
    count = len(fields) if terms.wanted is None else terms.wanted
    stamps = len(reader.root["/AcroForm"]["/Fields"]) - len(fields)
    faults = order_faults(signed, pdf, count=count, stamps=stamps, reader=reader)
    if faults:
        return faults
    root = x509.Certificate.load(terms.root_der)
    faults = signature_faults(signed[:count], pdf, root=root, say=terms.say)
    terms.say("Looking for changes after the signatures")
    faults += change_faults(reader, fields=fields[:count], stamps=stamps)
    faults += _author_faults(signed, contents)
    if stamps and not faults:
        terms.say("Checking the time stamps")
        roots = [root, *(x509.Certificate.load(each) for each in terms.stamp_roots)]
        last = signed[count - 1].embedded.self_reported_timestamp
        faults += stamp_faults(signed[count:], pdf, roots=roots, after=last)
    return faults


def _author_faults(signed: Sequence[Signed], contents: Contents) -> list[str]:
    """The first signature is that of the one the record names.

    A certificate without a star is none of a member: headquarters' own keys lie below the
    same root, and may not write reports.
    """
    if signed and signed[0].star != contents.first_signer:
        return ["The first signature is not that of the member whom the record names."]
    return []


def _printed_faults(pdf: bytes, contents: Contents) -> list[str]:
    try:
        printed = "".join(text_of_first_page(pdf).split())
    except DocumentError:
        return ["The first page cannot be read."]
    if contents.record_sha256 not in printed:
        return ["The digest printed on the first page is not that of the embedded record."]
    return []


def _inner(contents: Contents, terms: Terms) -> tuple[tuple[tuple[str, Verdict], ...], list[str]]:
    """Judge embedded signed documents: their verdicts, and what is wrong with them."""
    verdicts, faults = [], []
    for name, content in sorted(contents.documents.items()):
        if terms.depth <= 1:
            faults.append("A document stands inside a document inside a document.")
            continue
        say = _saying_of(name, terms.say)
        whole = _judged(content, replace(terms, say=say, wanted=None, depth=terms.depth - 1))
        if not whole.accepted:
            # A version that was returned was certified and never approved.
            certified = _judged(content, replace(terms, say=say, wanted=1, depth=terms.depth - 1))
            if not certified.accepted:
                faults.append(f"The embedded {name}: {whole.reasons[0]}")
            else:
                whole = certified
        verdicts.append((name, whole))
    return tuple(verdicts), faults or _foreign_faults(contents)


def _foreign_faults(contents: Contents) -> list[str]:
    """Embedded documents show the annex's own records, and one of them the newest."""
    if contents.kind != "annex":
        return []
    newest = contents.files[RECORDS["annex"]]
    records = [newest, *(d for name, d in contents.files.items() if name.startswith(EARLIER))]
    shown = {
        name: read_contents(document).files.get(RECORDS["report"])
        for name, document in contents.documents.items()
    }
    faults = [
        f"The embedded {name} is of another report."
        for name, record in sorted(shown.items())
        if record not in records
    ]
    if newest not in shown.values():
        faults.append("No embedded document shows the record that the annex holds.")
    return faults


def _saying_of(name: str, say: Say) -> Say:
    return lambda words: say(f"{name}: {words}")


def _pages_of(
    pdf: bytes, reader: PdfFileReader, contents: Contents, terms: Terms
) -> tuple[Pages, str]:
    """Draw the record again; returns what came of it and, unless it is the same, the words.

    What another renderer would have drawn nobody here knows, so its pages are no fault.
    """
    terms.say("Drawing the pages again")
    ours = is_same_renderer(contents)
    try:
        form = form_of(contents)
        if form is None:
            return Pages.NOT_DRAWN, _NO_FORM
        first = first_revision(pdf, reader)
        if is_same_document(first, draw_again(contents, first, form=form)):
            return Pages.SAME, ""
    except Exception as error:
        logger.info("pages could not be drawn again: %s", type(error).__name__)
        if isinstance(error, MemoryError):
            return Pages.NOT_DRAWN, NOT_DRAWN + "there was not enough memory."
    return (Pages.OTHER, OTHER_PAGES) if ours else (Pages.NOT_DRAWN, _OTHER_PROGRAM)


def _clock_notes(signed: Sequence[Signed]) -> tuple[str, ...]:
    return () if any(each.is_stamp for each in signed) else (_NO_FILE_TIME,)


def _revocation(reader: PdfFileReader, signed: Sequence[Signed]) -> Revocation:
    """A document without lists says nothing of revocation, and that is no fault."""
    if "/DSS" not in reader.root:
        return Revocation(faults=(), notes=(_NO_REVOCATION,))
    stamps = [time_of(each) for each in signed if each.is_stamp]
    real = [each for each in signed if not each.is_stamp]
    return read_revocation(reader, real, proven=min(stamps, default=None))


def _notes(signed: Sequence[Signed]) -> tuple[SignatureNote, ...]:
    notes = []
    for place, each in enumerate(signed):
        moment = time_of(each) if each.is_stamp else each.embedded.self_reported_timestamp
        certificate = each.embedded.signer_cert.dump()
        notes.append(
            SignatureNote(
                kind="time stamp" if each.is_stamp else ("approval" if place else "certification"),
                field=str(each.embedded.field_name),
                name=each.name,
                star=each.star,
                at=utc_text(moment) if moment else "",
                certificate_sha256=hashlib.sha256(certificate).hexdigest(),
                covers="whole file" if place + 1 == len(signed) else "file as it was then",
            )
        )
    return tuple(notes)
