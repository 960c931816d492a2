"""A card (PIV or any other with PKCS#11) as second factor.

The slot keeps the public half of a key pair that was made once and whose private half was
thrown away. The card computes ECDH of its own private key with it (SP 800-56A): only this
card gives this secret, and the secret never lies anywhere. A PIV card has such a key in
slot 9D, "key management".
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pkcs11
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ilocdoc.record.errors import FactorError
from ilocdoc.vault.slots import FactorPart
from ilocdoc.wire.stretching import KEY_BYTES

KIND = "pkcs11"
KNOWN_MODULES = (
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib64/opensc-pkcs11.so",
    "/Library/OpenSC/lib/opensc-pkcs11.so",
    "C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll",
)
"""Where OpenSC lies when it is installed. Never a path from the slot file: it is read before
anything proves that nobody edited it."""
_KEY_MANAGEMENT = b"\x03"
"""How OpenSC names the key in PIV slot 9D."""
_CURVES: dict[bytes, Callable[[], ec.EllipticCurve]] = {
    bytes.fromhex("06082a8648ce3d030107"): ec.SECP256R1,
    bytes.fromhex("06052b81040022"): ec.SECP384R1,
}


def find_module(named: str = "") -> Path | None:
    """Return the driver of card readers, or None when there is none.

    Args:
        named: Path that the agency set; empty looks in the usual places.
    """
    places = (named,) if named else KNOWN_MODULES
    return next((path for path in map(Path, places) if path.is_file()), None)


class Pkcs11Card:
    """Fits `vault.factors.Factor` with the card that is in the reader."""

    kind = KIND

    def __init__(self, module: Path) -> None:
        """Name the driver; it is loaded at first use.

        Args:
            module: Shared library that speaks PKCS#11.
        """
        self._module = module

    def set_up(self, pin: str) -> tuple[FactorPart, bytes]:
        """Return a new public part for the card in the reader, and its 32 bytes.

        Raises:
            FactorError: If there is no card, more than one, none with a usable key, or the
                PIN is wrong.
        """
        with _translated():
            tokens = self._tokens()
            if len(tokens) != 1:
                raise FactorError(
                    "There is no card in the reader."
                    if not tokens
                    else "There is more than one card.",
                    "Put in one card, the officer's own, and try again.",
                )
            with _logged_in(tokens[0], pin) as session:
                key = _usable_key(session)
                curve = _CURVES[key[pkcs11.Attribute.EC_PARAMS]]()
                point = _fresh_point(curve)
                first, again = (_agree(key, point) for _ in range(2))
                if first != again:
                    raise FactorError("This card gives another answer each time.", "Use another.")
                part = FactorPart(
                    kind=KIND,
                    public={
                        "serial": _serial(tokens[0]),
                        "key": bytes(key.id).hex(),
                        "point": base64.b64encode(point).decode(),
                    },
                )
        return part, first

    def contribution(self, part: FactorPart, pin: str) -> bytes:
        """Return the 32 bytes that the card gives for a public part.

        Raises:
            FactorError: If the card is missing or another one, or the PIN is wrong.
        """
        serial, key_id, point = _read(part)
        with _translated():
            tokens = self._tokens()
            if not tokens:
                raise FactorError("The card of this officer is not in the reader.")
            token = next((each for each in tokens if _serial(each) == serial), None)
            if token is None:
                raise _not_this_card()
            with _logged_in(token, pin) as session:
                wanted = {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
                    pkcs11.Attribute.ID: key_id,
                }
                # To its end: a search that is left open stays open in the driver.
                keys = list(session.get_objects(wanted))
                if not keys:
                    raise _not_this_card()
                return _agree(keys[0], point)

    def _tokens(self) -> list[Any]:
        try:
            library = pkcs11.lib(str(self._module))
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise FactorError(
                "The driver of the card reader cannot be used.", "Ask the device desk."
            ) from error
        found = [each.get_token() for each in library.get_slots(token_present=True)]
        return [each for each in found if each.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED]


def _serial(token: Any) -> str:
    return bytes(token.serial).decode(errors="replace").strip()


def _read(part: FactorPart) -> tuple[str, bytes, bytes]:
    try:
        return (
            part.public["serial"],
            bytes.fromhex(part.public["key"]),
            base64.b64decode(part.public["point"], validate=True),
        )
    except (KeyError, ValueError) as error:
        raise FactorError("What this laptop keeps about the card cannot be read.") from error


def _fresh_point(curve: ec.EllipticCurve) -> bytes:
    """Return the public half of a new key pair; nobody keeps the private half."""
    public = ec.generate_private_key(curve).public_key()
    return public.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _usable_key(session: Any) -> Any:
    found = [
        key
        for key in session.get_objects(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
                pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC,
                pkcs11.Attribute.DERIVE: True,
            }
        )
        if key[pkcs11.Attribute.EC_PARAMS] in _CURVES
    ]
    if not found:
        raise FactorError(
            "This card holds no key that can be used here.",
            "It needs a P-256 or P-384 key for key management. Ask the card office.",
        )
    return min(found, key=lambda key: (key.id != _KEY_MANAGEMENT, key.id))


def _agree(key: Any, point: bytes) -> bytes:
    """Return what the card computes from a public point, 32 bytes."""
    agreed = key.derive_key(
        pkcs11.KeyType.GENERIC_SECRET,
        8 * (len(point) // 2),
        mechanism_param=(pkcs11.KDF.NULL, None, point),
        store=False,
        template={pkcs11.Attribute.SENSITIVE: False, pkcs11.Attribute.EXTRACTABLE: True},
    )[pkcs11.Attribute.VALUE]
    return HKDF(hashes.SHA512(), KEY_BYTES, None, b"ilocdoc/factor/pkcs11" + point).derive(agreed)


@contextmanager
def _logged_in(token: Any, pin: str) -> Iterator[Any]:
    try:
        session = token.open(user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.ArgumentsBad) as bad:
        raise _wrong_pin(token) from bad
    except pkcs11.PinLocked as error:
        raise FactorError(
            "The card locked itself after too many wrong PINs.", "The card office unlocks it."
        ) from error
    with session:
        yield session


def _not_this_card() -> FactorError:
    return FactorError(
        "This is not the card that was set up for this officer.",
        "Put in the right card. This does not count as a wrong passphrase.",
    )


def _wrong_pin(token: Any) -> FactorError:
    last = pkcs11.TokenFlag.USER_PIN_FINAL_TRY | pkcs11.TokenFlag.USER_PIN_COUNT_LOW
    warning = "The card locks itself after a few more." if token.flags & last else ""
    return FactorError(
        "The PIN of the card is not right.",
        f"Try again. This does not count as a wrong passphrase. {warning}".strip(),
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except pkcs11.PKCS11Error as error:
        raise FactorError from error
