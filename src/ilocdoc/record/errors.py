"""The one tree of errors.

::

    IlocdocError                  the world's fault; a person sees headline and advice
    ├── InputError                something a person or a file gave cannot be used
    │   ├── FormError             a form, list, catalogue or rule file is not sound
    │   ├── AnswerError           an answer does not have the shape its question needs
    │   ├── ScenarioError         a scenario file is not sound
    │   └── EvidenceError         a file offered as evidence cannot be imported
    ├── RefusedError              the rules say no to this act now
    ├── UnlockError               a passphrase, card or code did not open the volume
    │   ├── LockedOutError        too many wrong tries; a release is needed
    │   └── FactorError           a card did not answer; no passphrase was tried
    ├── VaultError                the store on this laptop cannot serve
    │   ├── DiskFullError         no room left; what was typed is still in the window
    │   ├── DiskFaultError        the disk failed at reading or writing; the text is in the window
    │   ├── DamagedError          stored bytes are not what was stored
    │   ├── NewerVaultError       written by a newer program; nothing was touched
    │   └── InUseError            another ilocdoc has this folder open
    ├── DocumentError             a PDF cannot be made, read, signed or trusted
    │   └── PrintError            a printer did not take a document
    ├── WireError                 bytes from outside do not verify
    └── HeadquartersError         the road to headquarters or headquarters itself
        ├── UnreachableError      nothing answered; what is queued stays queued
        ├── NotHeadquartersError  something answered that is not headquarters
        └── RefusedByHeadquartersError   headquarters answered with a problem

Everything else is our own fault and reaches the crash sheet.
"""


class IlocdocError(Exception):
    """Something outside the program went wrong; a person can act on it.

    Args:
        headline: One plain sentence of what happened. Never personal data.
        advice: One plain sentence of what to do, and what is safe.
    """

    headline = "Something went wrong outside the program."
    advice = "Nothing was lost. Try again."
    exit_code = 1

    def __init__(self, headline: str = "", advice: str = "") -> None:
        self.headline = headline or type(self).headline
        self.advice = advice or type(self).advice
        super().__init__(self.headline)


class InputError(IlocdocError):
    """Something a person or a file gave cannot be used."""

    headline = "What was given cannot be used."
    advice = "Correct it and try again. Nothing was changed."
    exit_code = 2


class FormError(InputError):
    """A form, list, catalogue or rule file is not sound."""

    headline = "A form file is not sound."
    advice = "The form in use stays in use. Send the file back to its author."


class AnswerError(InputError):
    """An answer does not have the shape its question needs."""

    headline = "This answer does not fit its question."
    advice = "Correct the answer. The earlier answer is kept."


class ScenarioError(InputError):
    """A scenario file is not sound."""

    headline = "The scenario file is not sound."
    advice = "Correct the file. Nothing was performed."


class EvidenceError(InputError):
    """A file offered as evidence cannot be imported."""

    headline = "This file cannot be taken in."
    advice = "The original was not changed. Copy it again and retry."


class RefusedError(IlocdocError):
    """The rules say no to this act now."""

    headline = "This cannot be done now."
    advice = "Nothing was changed."
    exit_code = 3


class UnlockError(IlocdocError):
    """A passphrase, card or code did not open the volume."""

    headline = "The name or passphrase is not right."
    advice = "Try again. Reports on this laptop are safe."
    exit_code = 4


class LockedOutError(UnlockError):
    """Too many wrong tries within fifteen minutes (CJIS AC-7)."""

    headline = "Too many wrong tries. This officer's reports are locked."
    advice = "Ask a supervisor, or call headquarters for a release code."


class FactorError(UnlockError):
    """A second factor (card) did not answer; no passphrase was tried."""

    headline = "The card did not answer."
    advice = "Put the card in and try again. This does not count as a wrong passphrase."


class VaultError(IlocdocError):
    """The store on this laptop cannot serve."""

    headline = "The store on this laptop cannot be used."
    advice = "Nothing was deleted. Call the device desk before doing anything else."
    exit_code = 5


class DiskFullError(VaultError):
    """No room left; what was typed is still in the window."""

    headline = "Not saved: the disk is full."
    advice = "Your text is still here. Free some space, then choose Try again."


class DiskFaultError(VaultError):
    """The disk failed at reading or writing; what was typed is still in the window."""

    headline = "Not saved: the disk of this laptop reported a fault."
    advice = (
        "Your text is still here. Choose Try again, or save a sealed copy on another drive. "
        "Tell the device desk before the end of the tour."
    )


class DamagedError(VaultError):
    """Stored bytes are not what was stored."""

    headline = "Part of the store on this laptop is damaged."
    advice = "Nothing was deleted. Take the laptop to the device desk; do not reinstall it."


class NewerVaultError(VaultError):
    """Written by a newer program; nothing was touched."""

    headline = "This folder was written by a newer version of ilocdoc."
    advice = "Install the newer version. The folder was not changed."


class InUseError(VaultError):
    """Another ilocdoc has this folder open."""

    headline = "Another ilocdoc is already using this folder."
    advice = "Use the window that is open, or close it first."


class DocumentError(IlocdocError):
    """A PDF cannot be made, read, signed or trusted."""

    headline = "The document cannot be made or read."
    advice = "The report itself is safe. Try again or call the help desk."
    exit_code = 6


class PrintError(DocumentError):
    """A printer did not take a document."""

    headline = "The document was not printed."
    advice = "Look at the printer and print again. Nothing was changed."


class WireError(IlocdocError):
    """Bytes from outside do not verify."""

    headline = "Received data does not verify and was not used."
    advice = "Nothing was changed. Sync will try again."
    exit_code = 7


class HeadquartersError(IlocdocError):
    """The road to headquarters, or headquarters itself."""

    headline = "Headquarters could not take the data."
    advice = "Nothing was lost. Everything stays queued and is sent later."
    exit_code = 8


class UnreachableError(HeadquartersError):
    """Nothing answered; what is queued stays queued."""

    headline = "Headquarters cannot be reached."
    advice = "Nothing was lost. Everything stays queued and is sent when there is a line."


class NotHeadquartersError(HeadquartersError):
    """Something answered that is not headquarters (portal, interception)."""

    headline = "Something answered that is not headquarters."
    advice = "Nothing was sent. Sign in to this network or use another one."


class RefusedByHeadquartersError(HeadquartersError):
    """Headquarters answered with a problem (RFC 9457)."""

    headline = "Headquarters did not accept this."
    advice = "Nothing was lost. Call the device desk with the number shown."
