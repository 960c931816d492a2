"""The sentences of documents: those that counsel settles, and how to verify.

Neutral by rule: nothing here concludes anything. What counsel settles lies under
`forms/texts`; the version, and whether counsel approved it, is printed beside it.
"""

from datetime import datetime
from functools import lru_cache

from ilocdoc.record.errors import FormError
from ilocdoc.record.texts import DocumentTexts, read_texts
from ilocdoc.record.times import CHICAGO
from ilocdoc.shelf import newest_form_file

DEVICE_CLOCK = "laptop clock"

MEDIA_WORDS = {
    "application/pdf": "Document (PDF)",
    "audio/mpeg": "Sound (MP3)",
    "audio/mp4": "Sound (M4A)",
    "audio/wav": "Sound (WAV)",
    "audio/x-wav": "Sound (WAV)",
    "image/heic": "Picture (HEIC)",
    "image/heif": "Picture (HEIF)",
    "image/jpeg": "Picture (JPEG)",
    "image/png": "Picture (PNG)",
    "image/tiff": "Picture (TIFF)",
    "image/webp": "Picture (WebP)",
    "text/plain": "Text",
    "video/mp4": "Video (MP4)",
    "video/quicktime": "Video (MOV)",
    "video/x-matroska": "Video (MKV)",
    "video/x-msvideo": "Video (AVI)",
}
"""Kinds of files as people call them."""


def media_words(media_type: str) -> str:
    """Return what kind of file it is; the type itself, open to a line break, if unknown."""
    return MEDIA_WORDS.get(media_type, media_type.replace("/", "/ "))


def zone_words(at: datetime) -> str:
    """Return the name of Chicago's time on that day and its distance from UTC.

    "CDT (UTC\u22125)" in summer, "CST (UTC\u22126)" in winter.
    """
    local = at.astimezone(CHICAGO)
    offset = local.utcoffset()
    assert offset is not None, "Chicago has an offset"
    return f"{local.tzname()} (UTC\u2212{round(-offset.total_seconds() / 3600)})"


@lru_cache(maxsize=1)
def texts() -> DocumentTexts:
    """Return the newest sentences that came with this program.

    Raises:
        FormError: If none came, or the file is not sound.
    """
    newest = newest_form_file("texts")
    if newest is None:
        raise FormError("No texts for documents came with this program.", "Install it again.")
    return read_texts(newest.read_bytes(), file=newest.name)


def verify_text(*, kind: str, number: str, record: str) -> str:
    """Return how a reader checks a document, offline, with stock tools.

    Lines that begin with four spaces are typed as they stand, in a POSIX shell.

    Args:
        kind: "packet" or "annex".
        number: Of the document.
        record: Name of the embedded record.
    """
    name = f"{kind}.pdf"
    count = "once" if kind == "annex" else "twice"
    return (
        f"How to verify {number}\n"
        "\n"
        f"Save this file as {name}. You also need the agency's root certificate, root.pem. Get it, "
        "and its digest, from the agency in person or on paper, not from this file:\n"
        "    openssl x509 -in root.pem -outform DER | sha256sum\n"
        "With the program ilocdoc, which answers GENUINE or NOT GENUINE with the reasons:\n"
        f"    {_OWN_COMMAND[kind]}\n"
        "With stock tools (qpdf, poppler, OpenSSL 3, a POSIX shell):\n"
        "1. No syntax or stream encoding errors are found:\n"
        f"    qpdf --check {name}\n"
        f'2. It says "Signature is Valid." {count}, and "Total document signed" of the last one. '
        "Read the words: the exit code is 0 even for a changed file. Signing times are shown in "
        "the time zone of your own computer; the signature boxes show Chicago time.\n"
        f"    pdfsig -nocert {name}\n"
        "3. The digest is that on the first page, in the foot of every page and in the QR code. "
        "The code in the corner of a page says ILOC, its first 12 digits, and the page:\n"
        f"    qpdf --show-attachment={record} {name} | sha256sum\n"
        "4. The manifest names every attachment with its size and SHA-256:\n"
        f"    qpdf --show-attachment=manifest.json {name}; echo\n"
        "5. Each original file is OK; its digest is that in the evidence table. For a single file: "
        "sha256sum FILE, and compare.\n"
        "    (cd originals && sha256sum -c SHA256SUMS)\n"
        f'6. Who signed, without any PDF library: "CAdES Verification successful" {count}.\n'
        f"    pdfsig -nocert {name} | grep 'Signed Ranges' | tr -d '[],' |\n"
        "    awk '{print $4,$6,$7,$9}' > ranges\n"
        f"    pdfsig -nocert -dump {name} > /dev/null\n"
        "    i=0; while read a b c d; do\n"
        f"    {{ head -c $b {name}; tail -c +$((c+1)) {name} | head -c $((d-c)); }} > signed.bin\n"
        f"    openssl cms -verify -binary -cades -inform DER -in {name}.sig$i \\\n"
        "    -content signed.bin -CAfile root.pem -purpose any -out /dev/null\n"
        "    i=$((i+1)); done < ranges\n"
        "Years later, when certificates have expired, add to the openssl line a day on which they "
        "were valid, for example:\n"
        "    -attime $(date -d 2026-12-24 +%s)\n"
    )


_OWN_COMMAND = {
    "packet": "ilocdoc verify packet.pdf --annex annex.pdf --trust root.pem",
    "annex": "ilocdoc verify annex.pdf --trust root.pem",
}
