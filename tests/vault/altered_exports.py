"""An exported ledger in the hands of somebody who alters it, and mends the sums."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from ilocdoc.casework.giving_out import export_ledger
from ilocdoc.vault.ledger_export import write_export
from ilocdoc.wire.envelope import SoftwareKey, envelope_bytes, seal_envelope
from ilocdoc.wire.messages import ANSWER_TYPE
from tests.doubles.working_laptop import WorkingLaptop

QUILL, PELL = "99001", "99010"
AT = "2026-10-20T17:00:00.000000Z"


class Export:
    """A folder as it was written, and the root that was handed out beforehand."""

    def __init__(self, folder: Path, root: Path, laptop: WorkingLaptop) -> None:
        self.folder, self.root, self.laptop = folder, root, laptop

    def copy(self, folder: Path) -> "Export":
        shutil.copytree(self.folder, folder)
        return Export(folder, self.root, self.laptop)

    def check(self, *more: str) -> subprocess.CompletedProcess[str]:
        """Run the checker as an expert of the defence does, in an empty environment."""
        return subprocess.run(
            [sys.executable, "-I", "verify_ledger.py", ".", "--trust", str(self.root), *more],
            cwd=self.folder,
            env={},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def lines(self) -> list[dict]:
        return [json.loads(each) for each in self.read("ledger.jsonl").splitlines()]

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Put another file in, and mend the sums: whoever alters can do that too."""
        (self.folder / name).write_bytes(content)
        names = [each.name for each in self.folder.iterdir() if each.name != "SHA256SUMS"]
        sums = "".join(
            f"{hashlib.sha256(self.read(each)).hexdigest()}  {each}\n" for each in sorted(names)
        )
        (self.folder / "SHA256SUMS").write_text(sums)

    def keep(self, lines: list[dict]) -> None:
        self.write("ledger.jsonl", b"".join(json.dumps(each).encode() + b"\n" for each in lines))

    def about(self, **changes: object) -> None:
        self.write("about.json", json.dumps(json.loads(self.read("about.json")) | changes).encode())


# --- each returns the first bad entry, or 0 when none is ---


def edit_a_header(export: Export) -> int:
    lines = export.lines
    payload = json.loads(base64.b64decode(lines[4]["header"]["payload"]))
    payload["at"] = "2026-10-20T16:00:00.000000Z"
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    lines[4]["header"]["payload"] = base64.b64encode(text.encode()).decode()
    lines[4]["says"] = payload
    export.keep(lines)
    return 5


def edit_what_it_says(export: Export) -> int:
    lines = export.lines
    lines[4]["says"]["at"] = "2026-10-20T16:00:00.000000Z"
    export.keep(lines)
    return 5


def delete_one(export: Export) -> int:
    lines = export.lines
    del lines[4]
    export.keep(lines)
    return 5


def delete_the_first(export: Export) -> int:
    export.keep(export.lines[1:])
    return 1


def swap_two(export: Export) -> int:
    lines = export.lines
    lines[3], lines[4] = lines[4], lines[3]
    export.keep(lines)
    return 4


def double_one(export: Export) -> int:
    lines = export.lines
    export.keep([*lines[:5], lines[4], *lines[5:]])
    return 6


def exchange_bodies(export: Export) -> int:
    lines = export.lines
    for name in ("body", "salt"):
        lines[3][name], lines[4][name] = lines[4][name], lines[3][name]
    export.keep(lines)
    return 4


def take_a_body_out(export: Export) -> int:
    lines = export.lines
    del lines[4]["body"], lines[4]["salt"]
    export.keep(lines)
    return 5


def another_salt(export: Export) -> int:
    lines = export.lines
    lines[4]["salt"] = base64.b64encode(b"x" * 32).decode()
    export.keep(lines)
    return 5


def another_signature(export: Export) -> int:
    lines = export.lines
    lines[4]["header"]["signatures"] = lines[5]["header"]["signatures"]
    export.keep(lines)
    return 5


def no_signature(export: Export) -> int:
    lines = export.lines
    lines[4]["header"]["signatures"] = []
    export.keep(lines)
    return 5


def zero_signature(export: Export) -> int:
    lines = export.lines
    sig = base64.b64encode(bytes.fromhex("3006020100020100")).decode()
    lines[4]["header"]["signatures"][0]["sig"] = sig
    export.keep(lines)
    return 5


def cut_the_end(export: Export) -> int:
    export.keep(export.lines[:-1])
    return 0


def cut_the_end_and_say_so(export: Export) -> int:
    lines = export.lines[:-2]
    export.keep(lines)
    payload = base64.b64decode(lines[-1]["header"]["payload"])
    kind = b"application/vnd.ilocdoc.entry.v1+json"
    encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    export.about(seq=len(lines), hash=hashlib.sha256(encoded).hexdigest())
    return 0


def take_the_receipt_out(export: Export) -> int:
    export.write("receipts.jsonl", b"")
    return 0


def forge_a_receipt(export: Export) -> int:
    """A member's own key signs in the name of headquarters."""
    signer: SoftwareKey = export.laptop[QUILL].vault.signer  # type: ignore[assignment]
    said = json.dumps({"stream": export.lines[0]["says"]["stream"], "seq": 1, "hash": "0" * 64})
    forged = seal_envelope(ANSWER_TYPE, said.encode(), signer=signer)
    export.write("receipts.jsonl", export.read("receipts.jsonl") + envelope_bytes(forged) + b"\n")
    return 0


def headquarters_is_a_member(export: Export) -> int:
    """A member's certificate stands where headquarters' certificate stands."""
    begin = "-----BEGIN CERTIFICATE-----"
    root, issuing, _hq, *members = export.read("certificates.pem").decode().split(begin)[1:]
    others = [root, issuing, members[0], *members]
    export.write("certificates.pem", "".join(begin + each for each in others).encode())
    return 0


def another_agency(export: Export) -> int:
    other = WorkingLaptop(export.folder.parent / "other", QUILL)
    try:
        write_export(
            export_ledger(other[QUILL]),
            export.folder.parent / "other-export",
            at=AT,
            with_bodies=True,
        )
    finally:
        other.close()
    for each in (export.folder.parent / "other-export").iterdir():
        shutil.copy(each, export.folder)
    return 0


def another_owner(export: Export) -> int:
    export.about(owner=PELL)
    return 0


def another_key(export: Export) -> int:
    export.about(public_key=base64.b64encode(b"\0" * 91).decode())
    return 0


def no_certificates(export: Export) -> int:
    export.write("certificates.pem", b"")
    return 0


def garbage(export: Export) -> int:
    lines = export.read("ledger.jsonl").splitlines()
    lines[4] = b'{"header": [[[' + b"[" * 5000
    export.write("ledger.jsonl", b"\n".join(lines) + b"\n")
    return 5


def a_file_is_gone(export: Export) -> int:
    (export.folder / "receipts.jsonl").unlink()
    return 0


def a_file_is_another(export: Export) -> int:
    (export.folder / "README.txt").write_text("All is well.\n")
    return 0


def nothing_is_left(export: Export) -> int:
    export.write("ledger.jsonl", b"")
    return 0


ALTERED = [
    edit_a_header,
    edit_what_it_says,
    delete_one,
    delete_the_first,
    swap_two,
    double_one,
    exchange_bodies,
    take_a_body_out,
    another_salt,
    another_signature,
    no_signature,
    zero_signature,
    cut_the_end,
    cut_the_end_and_say_so,
    take_the_receipt_out,
    forge_a_receipt,
    headquarters_is_a_member,
    another_agency,
    another_owner,
    another_key,
    no_certificates,
    garbage,
    a_file_is_gone,
    a_file_is_another,
    nothing_is_left,
]
