"""The fixed sentences of documents, in one place so that counsel can read them.

Neutral by rule: nothing here concludes anything. Texts that counsel has yet to settle
say so; `TEXTS_VERSION` is printed beside them.
"""

TEXTS_VERSION = "2026-11, not yet approved by counsel"

TRUTH = (
    "Under penalties as provided by law pursuant to Section 1-109 of the Code of Civil "
    "Procedure (735 ILCS 5/1-109), the undersigned certifies that the statements set forth in "
    "this report are true and correct, except as to matters therein stated to be on "
    "information and belief, and as to such matters the undersigned certifies as aforesaid "
    "that the undersigned verily believes the same to be true."
)
REVIEWED = (
    "The undersigned reviewed this report as it stands here. Approval says that the report is "
    "complete and was reviewed. It says nothing about whether any offence occurred."
)
PREPARED = (
    "The undersigned assembled this packet from the approved report, its earlier versions and "
    "supplements, and the records named in the manifest. Nothing was removed. Confidential "
    "answers stand in the annex, which is signed separately."
)
ACCEPTED = (
    "The undersigned read this packet and accepts it for referral. Acceptance says nothing "
    "about whether any offence occurred."
)
NOTICE = (
    "Listed for review. Whether any offence occurred, and whether a federal officer is immune "
    "or justified, is for the prosecutor and the courts."
)
AUTHORITY = (
    "What was stated and shown is recorded for each entry: the authority stated, the kind of "
    "warrant seen, and the task described by the agent. Whether federal law authorised the act, "
    "and whether the act was necessary and proper, is left blank for counsel."
)
IMMUNITY = (
    "A prosecution under state law fails where a federal officer did an act that federal law "
    "authorised and did no more than was necessary and proper. A charged officer may remove "
    "the case to federal court (28 U.S.C. 1442). Both questions are open in this packet."
)
ABOUT_THE_WORDS = (
    "\u201cApparent\u201d, \u201calleged\u201d and \u201creported\u201d mean that nobody has "
    "decided. Selected values are printed as they were selected. \u201cNo response\u201d means "
    "that a question was shown and left empty; \u201cunknown\u201d, \u201cdeclined\u201d, "
    "\u201cnot asked\u201d and \u201cnot applicable\u201d are answers."
)
NOT_PROVED = (
    (
        "A valid signature shows who signed these bytes and that they were not changed. It does "
        "not show that what is written is true."
    ),
    (
        "Times come from the laptop\u2019s clock and from people. The custody record bounds them; "
        "it does not prove them."
    ),
    (
        "A digest shows that a file is the file that was taken in. It does not show when, where or "
        "by whom it was recorded."
    ),
    (
        "An entry under \u201cFacts that may be relevant to\u201d is a place to look, not a "
        "finding. An empty list does not mean that nothing happened."
    ),
    "What the record does not mention was not recorded. It may still have happened.",
    (
        "The record holds no immigration status, nationality, birthplace, political or group "
        "views, and nothing here may be read as saying any."
    ),
)
DEVICE_CLOCK = "laptop clock"


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
