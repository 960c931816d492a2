"""The sentences of documents: those that counsel settles, and how to verify.

Neutral by rule: nothing here concludes anything. What counsel settles lies under
`forms/texts`; the version, and whether counsel approved it, is printed beside it.
"""

from functools import lru_cache

from ilocdoc.record.errors import FormError
from ilocdoc.record.texts import DocumentTexts, read_texts
from ilocdoc.shelf import newest_form_file

DEVICE_CLOCK = "laptop clock"


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

    Args:
        kind: "packet", "annex" or "report".
        number: Of the document.
        record: Name of the embedded record.
    """
    count = "the signature" if kind == "annex" else "both signatures"
    return (
        f"How to verify {number}\n"
        "\n"
        "You need the agency's root certificate. Get it, and its SHA-256, from the agency in "
        "person or on paper, not from this file.\n"
        "\n"
        "With the program:\n"
        "    ilocdoc verify FILE.pdf --trust root.pem\n"
        "It answers GENUINE or NOT GENUINE, with the reasons.\n"
        "\n"
        "With stock tools:\n"
        "    qpdf --check FILE.pdf\n"
        "1. It finds no syntax or stream encoding errors.\n"
        "    pdfsig FILE.pdf\n"
        f'2. It says "Signature is Valid." of {count}, and "Total document signed" of the last. '
        "Read the words: the exit code is 0 even for a changed file.\n"
        f"    qpdf --show-attachment={record} FILE.pdf | sha256sum\n"
        "3. The digest is that in the foot of every page and in the QR code.\n"
        "    qpdf --show-attachment=manifest.json FILE.pdf\n"
        "4. It names every attachment with its size and SHA-256.\n"
        "    sha256sum ORIGINAL\n"
        "5. The digest of each original file is that in the evidence table.\n"
        "\n"
        "The root's own digest, to compare with the paper you were given:\n"
        "    openssl x509 -in root.pem -outform DER | sha256sum\n"
    )
