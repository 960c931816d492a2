"""Cards in software: SoftHSM tokens in a temporary folder, made by its own tool."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pkcs11
from pkcs11.util.ec import encode_named_curve_parameters

from ilocdoc.vault.pkcs11_card import Pkcs11Card

PIN = "482915"
PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next(Path(each) for each in PLACES if Path(each).exists())


@cache
def _drawer() -> Path:
    """Where the tokens of this process lie; the driver reads its settings once."""
    folder = Path(tempfile.mkdtemp(prefix="cards-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "out").mkdir()
    settings = folder / "softhsm2.conf"
    (folder / "in").mkdir()
    settings.write_text(
        f"directories.tokendir = {folder}/in\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(settings)
    return folder


class SoftCard:
    """One token; `put_in` and `take_out` move its files where the driver looks."""

    def __init__(self, label: str, *, curve: str | None = "secp256r1") -> None:
        take_all_out()
        drawer = _drawer()
        subprocess.run(
            [
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                label,
                "--pin",
                PIN,
                "--so-pin",
                "00000000",
            ],
            check=True,
            capture_output=True,
        )
        (self._name,) = (each.name for each in (drawer / "in").iterdir())
        _look_again()
        if curve:
            self._make_key(label, curve)

    def _make_key(self, label: str, curve: str) -> None:
        token = pkcs11.lib(str(MODULE)).get_token(token_label=label)
        with token.open(rw=True, user_pin=PIN) as session:
            params = session.create_domain_parameters(
                pkcs11.KeyType.EC,
                {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)},
                local=True,
            )
            params.generate_keypair(store=True, label="key management", id=b"\x03")

    def put_in(self) -> None:
        """The one card in the reader."""
        take_all_out()
        place = _drawer() / "out" / self._name
        if place.exists():
            place.rename(_drawer() / "in" / self._name)
        _look_again()


def take_all_out() -> None:
    """Leave the reader empty."""
    for each in (_drawer() / "in").iterdir():
        each.rename(_drawer() / "out" / each.name)
    _look_again()


def put_all_in() -> None:
    """Every card at once."""
    for each in (_drawer() / "out").iterdir():
        each.rename(_drawer() / "in" / each.name)
    _look_again()


def _look_again() -> None:
    # A reader notices a card; SoftHSM reads its folder when it starts.
    pkcs11.lib(str(MODULE)).reinitialize()


def card_reader() -> Pkcs11Card:
    """What the program asks."""
    return Pkcs11Card(MODULE)
