"""The code that ends a lock-out, read over the radio.

The laptop shows a challenge; headquarters answers with a code that only the two can make:
HMAC-SHA256 under a key that the laptop made at the officer's enrolment. The code names
laptop, officer and challenge, so it fits one lock-out once. It opens nothing.
"""

import hashlib
import hmac

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs without those that look alike; five bits each."""
CODE_LETTERS = 12
NONCE_LETTERS = 8
RELEASE_KEY_BYTES = 32
_GROUP = 4
_CHALLENGE_PARTS = 4


def release_purpose(device: str, officer: str) -> str:
    """Return what binds a sealed release key to a laptop and an officer."""
    return f"ilocdoc/release-key/{device}/{officer}"


def nonce_from(chance: bytes) -> str:
    """Return the random part of a challenge from eight random bytes."""
    assert len(chance) == NONCE_LETTERS
    return "".join(LETTERS[byte % len(LETTERS)] for byte in chance)


def challenge_text(nonce: str, *, counter: int, device: str, officer: str) -> str:
    """Return a challenge as it is shown, for example "K7QM-2RTX-3-P".

    Args:
        nonce: From `nonce_from`.
        counter: How often this officer was locked out on this laptop.
        device: Id of the laptop.
        officer: Star.

    The last letter tells headquarters at once when something was misheard.
    """
    check = _letters(_digest(nonce, counter, device, officer), 1)
    return f"{nonce[:_GROUP]}-{nonce[_GROUP:]}-{counter}-{check}"


def is_challenge(typed: str, *, device: str, officer: str) -> bool:
    """Tell whether a challenge is one of this officer on this laptop, as far as it shows."""
    parts = typed.upper().replace(" ", "").split("-")
    if len(parts) != _CHALLENGE_PARTS:
        return False
    first, second, counter, check = parts
    if not (counter.isascii() and counter.isdecimal()):
        return False
    again = challenge_text(first + second, counter=int(counter), device=device, officer=officer)
    return again.split("-")[-1] == check


def release_code(key: bytes, challenge: str, *, device: str, officer: str) -> str:
    """Return the code for a challenge, for example "8Q2M-RTXK-4WPD".

    Args:
        key: 32 bytes, shared by this laptop and headquarters for this officer.
        challenge: As it is shown.
        device: Id of the laptop.
        officer: Star.
    """
    said = f"ilocdoc/release/{device}/{officer}/{_bare(challenge)}".encode()
    letters = _letters(hmac.digest(key, said, "sha256"), CODE_LETTERS)
    return "-".join(letters[at : at + _GROUP] for at in range(0, CODE_LETTERS, _GROUP))


def is_same_code(typed: str, expected: str) -> bool:
    """Tell whether a code is the expected one, however it was typed; in constant time."""
    return hmac.compare_digest(_bare(typed).encode(), _bare(expected).encode())


def _bare(text: str) -> str:
    return "".join(each for each in text.upper() if each.isalnum())


def _digest(nonce: str, counter: int, device: str, officer: str) -> bytes:
    said = f"ilocdoc/challenge/{device}/{officer}/{_bare(nonce)}/{counter}"
    return hashlib.sha256(said.encode()).digest()


def _letters(digest: bytes, count: int) -> str:
    number = int.from_bytes(digest)
    return "".join(LETTERS[(number >> 5 * at) % len(LETTERS)] for at in range(count))
