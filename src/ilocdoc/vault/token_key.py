"""A signing key that never leaves a card or token (PKCS#11); fits `wire.envelope.Signer`.

The token signs a digest and nothing else (raw ECDSA): that is what PIV cards and SoftHSM
both can. The certificate is the agency's, so documents and acts signed by a token look to
every verifier like those signed by a key in memory.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ilocdoc.record.errors import FactorError
from ilocdoc.wire.envelope import PublicKey, key_id_of

AskPin = Callable[[], str]
"""Gives the PIN; called on the thread that signs, which is never the window's."""

_HALF_BYTES = 32
"""Of a P-256 signature: r, then s."""


class TokenKey:
    """The private half of a certificate, on the token that holds it."""

    def __init__(
        self,
        module: Path,
        *,
        key: bytes,
        pin: AskPin,
        certificate_der: bytes,
        chain_der: tuple[bytes, ...],
    ) -> None:
        """Name the key; the token is asked when something is signed.

        Args:
            module: Shared library that speaks PKCS#11; never a path from a file of the laptop.
            key: CKA_ID of the private key; one byte, 2, for PIV slot 9C "digital signature".
            pin: Asked for each signature. Nothing keeps what it gives.
            certificate_der: Of the key; P-256.
            chain_der: Issuing certificate first, root last.

        Raises:
            FactorError: If the certificate is for another kind of key.
        """
        public = x509.load_der_x509_certificate(certificate_der).public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
            raise FactorError("The certificate of this card is for a key that cannot be used here.")
        self._module, self._key, self._pin = module, key, pin
        self._public = public
        self.key_id = key_id_of(public)
        self.certificate_der = certificate_der
        self.chain_der = chain_der

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(key_id=self.key_id, key=self._public)

    def sign(self, data: bytes) -> bytes:
        """Return a DER ECDSA signature over SHA-256 of `data`.

        Raises:
            FactorError: If no token in the reader holds the key, the PIN is wrong, or the
                token signs with another key than the certificate's.
        """
        digest = hashlib.sha256(data).digest()
        try:
            raw = self._signed(digest)
        except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
            raise FactorError("The PIN of the card is not right.", "Nothing was signed.") from error
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise FactorError("The card could not sign.", "Nothing was signed.") from error
        r, s = (int.from_bytes(each) for each in (raw[:_HALF_BYTES], raw[_HALF_BYTES:]))
        signature = encode_dss_signature(r, s)
        try:
            self._public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise FactorError(
                "This card holds another key than the certificate names.",
                "Put in the card that belongs to it. Nothing was signed.",
            ) from error
        return signature

    def _signed(self, digest: bytes) -> bytes:
        for slot in pkcs11.lib(str(self._module)).get_slots(token_present=True):
            token = slot.get_token()
            if token.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED and self._is_on(token):
                with token.open(user_pin=self._pin()) as session:
                    wanted = {**self._public_part(), pkcs11.Attribute.CLASS: _PRIVATE}
                    # To its end: a search that is left open stays open in the driver.
                    found: list[Any] = list(session.get_objects(wanted))
                    if found:
                        return bytes(found[0].sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
        raise FactorError(
            "The card that holds this signing key is not in the reader.",
            "Put it in and try again. Nothing was signed.",
        )

    def _is_on(self, token: Any) -> bool:
        """Tell whether a token shows the key's public half; needs no PIN."""
        with token.open() as session:
            return bool(list(session.get_objects(self._public_part())))

    def _public_part(self) -> dict[Any, Any]:
        return {pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC, pkcs11.Attribute.ID: self._key}


_PRIVATE = pkcs11.ObjectClass.PRIVATE_KEY
