"""Envelopes and sealed bodies beside the bare cryptography they stand on."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from bench.harness import Bench
from ilocdoc.record.ledger import ACT_TYPE
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import SoftwareKey, open_envelope, seal_envelope

ROUNDS = 200


VALUE = {"kind": "report.submitted", "text": "word " * 800}
PRIVATE = ec.generate_private_key(ec.SECP256R1())


def benches() -> list[Bench]:
    """Seal and open a 4 KB act."""
    return [_seal(), _open()]


def _seal() -> Bench:
    key, data = SoftwareKey(PRIVATE), canonical_bytes(VALUE)

    def run() -> None:
        for _ in range(ROUNDS):
            seal_envelope(ACT_TYPE, canonical_bytes(VALUE), signer=key)

    def peer() -> None:
        for _ in range(ROUNDS):
            PRIVATE.sign(data, ec.ECDSA(hashes.SHA256()))

    return Bench(
        name="seal a 4 KB act",
        run=run,
        against="bare ECDSA P-256 sign",
        peer=peer,
        target=5,
        scale=ROUNDS,
    )


def _open() -> Bench:
    key, data = SoftwareKey(PRIVATE), canonical_bytes(VALUE)
    sealed = seal_envelope(ACT_TYPE, data, signer=key)
    signature, public = PRIVATE.sign(data, ec.ECDSA(hashes.SHA256())), PRIVATE.public_key()

    def run() -> None:
        for _ in range(ROUNDS):
            open_envelope(sealed, ACT_TYPE, key=key.public)

    def peer() -> None:
        for _ in range(ROUNDS):
            public.verify(signature, data, ec.ECDSA(hashes.SHA256()))

    return Bench(
        name="open a 4 KB act",
        run=run,
        against="bare ECDSA P-256 verify",
        peer=peer,
        target=2,
        scale=ROUNDS,
    )
