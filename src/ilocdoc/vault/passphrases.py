"""Which passphrases are good enough."""

import unicodedata

from ilocdoc.record.errors import InputError

SHORTEST_PASSPHRASE = 15
"""Characters. CJIS v6.0 IA-5 asks for 8; there are no composition rules instead."""

BANNED = frozenset(
    {
        "passwordpassword",
        "password12345678",
        "1234567890123456",
        "qwertyuiopasdfgh",
        "chicagochicagochicago",
        "chicagopolicedepartment",
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "letmeinletmeinletmein",
    }
)


def require_good(passphrase: str, *, about: tuple[str, ...] = ()) -> None:
    """Refuse a passphrase that does not meet the policy.

    Args:
        passphrase: As it was typed.
        about: What others know of the member, for example the star number.

    Raises:
        InputError: If it is too short or one of the common ones.
    """
    text = unicodedata.normalize("NFC", passphrase)
    if len(text) < SHORTEST_PASSPHRASE:
        raise InputError(
            f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.",
            "Use several words. Spaces are welcome.",
        )
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain in BANNED or len(set(plain)) == 1 or plain in about:
        raise InputError("This passphrase is a common one.", "Use several unrelated words.")
