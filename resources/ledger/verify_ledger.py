"""Checks an exported ledger. One file, Python 3.8 or newer, nothing to install.

    python3 -I verify_ledger.py FOLDER [--trust ROOT.pem] [--list] [--json]

It reads only; it opens no network connection. Exit code 0: the ledger is genuine, complete
and unchanged as far as anybody outside headquarters can tell; 1: it is not, and the first
bad entry is named; 2: the folder cannot be read.

What is checked: every entry follows from the one before it without a gap; its header is
signed by the key that the ledger is named by; its body is the one that the header names; the
body is signed by the member, whose certificate was issued by the agency; the ledger agrees
with what headquarters signed for; and it ends with the entry about this export.
What only headquarters can check (the forward-secure seal) is said in README.txt.
"""

import argparse
import base64
import hashlib
import json
import os
import sys

ENTRY_TYPE = "application/vnd.ilocdoc.entry.v1+json"
ACT_TYPE = "application/vnd.ilocdoc.act.v1+json"
ANSWER_TYPE = "application/vnd.ilocdoc.answer.v1+json"
FORMAT = "ilocdoc.ledger/1"
ZERO_HASH = "0" * 64
MOST_FAULTS = 20
WHY_GONE = {
    "content.destroyed": "Destroyed by order, as a signed entry says",
    "volume.restored": "Bodies lost with an older store, as a signed entry says",
}
MOST_BYTES = 1 << 30


class Bad(Exception):
    """Something is not what it must be; the text says what."""


# --- ECDSA over P-256 (FIPS 186-5), verification only ----------------------------------------

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def _double(point):
    x, y, z = point
    if not y or not z:
        return (0, 1, 0)
    square, fourth = y * y % P, 0
    s = 4 * x * square % P
    zz = z * z % P
    m = 3 * (x - zz) * (x + zz) % P
    fourth = 8 * square * square % P
    nx = (m * m - 2 * s) % P
    return (nx, (m * (s - nx) - fourth) % P, 2 * y * z % P)


def _add(point, other):
    """Add a point (Jacobian) and another one (affine)."""
    x1, y1, z1 = point
    x2, y2 = other
    if not z1:
        return (x2, y2, 1)
    zz = z1 * z1 % P
    h = (x2 * zz - x1) % P
    r = (y2 * z1 * zz - y1) % P
    if not h:
        return _double(point) if not r else (0, 1, 0)
    hh = h * h % P
    hhh = h * hh % P
    v = x1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return (x3, (r * (v - x3) - y1 * hhh) % P, z1 * h % P)


def _affine(points):
    """Turn Jacobian points into affine ones with a single inversion."""
    product, prefix = 1, []
    for _x, _y, z in points:
        prefix.append(product)
        product = product * z % P
    inverse, found = pow(product, -1, P), []
    for (x, y, z), before in zip(reversed(points), reversed(prefix)):
        own = inverse * before % P
        inverse = inverse * z % P
        square = own * own % P
        found.append((x * square % P, y * square * own % P))
    return found[::-1]


def _multiples(point):
    """Return the table of j * 16**i * point for i below 64 and j from 1 to 15."""
    rows, base = [], point
    for _ in range(64):
        row, run = [], (0, 1, 0)
        for _step in range(15):
            run = _add(run, base)
            row.append(run)
        rows.extend(row)
        (base,) = _affine([_add(run, base)])
    flat = _affine(rows)
    return [flat[start : start + 15] for start in range(0, len(flat), 15)]


_TABLES = {}


def _table_of(point):
    if point not in _TABLES:
        _TABLES[point] = _multiples(point)
    return _TABLES[point]


def _sum(run, scalar, table):
    for row in table:
        digit = scalar & 15
        if digit:
            run = _add(run, row[digit - 1])
        scalar >>= 4
    return run


def _der(data, at=0):
    """Return (tag, start, end) of the DER value at a place."""
    if at + 2 > len(data):
        raise Bad("a DER value is cut off")
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise Bad("a DER length cannot be read")
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise Bad("a DER value is cut off")
    return tag, start, start + length


def _values(data, start, end):
    """Yield (tag, begin, start, end) of each DER value in a range."""
    at = start
    while at < end:
        tag, inner, stop = _der(data, at)
        yield tag, at, inner, stop
        at = stop


def _numbers(signature):
    tag, start, end = _der(signature)
    parts = list(_values(signature, start, end))
    if tag != 0x30 or end != len(signature) or [each[0] for each in parts] != [2, 2]:
        raise Bad("a signature cannot be read")
    return [int.from_bytes(signature[s:e], "big", signed=True) for _t, _a, s, e in parts]


def verifies(point, signature, data):
    """Tell whether a DER signature over SHA-256 of some bytes was made with a key."""
    try:
        r, s = _numbers(signature)
    except Bad:
        return False
    if not (0 < r < N and 0 < s < N):
        return False
    e, w = int.from_bytes(hashlib.sha256(data).digest(), "big"), pow(s, -1, N)
    run = _sum((0, 1, 0), e * w % N, _table_of(G))
    run = _sum(run, r * w % N, _table_of(point))
    if not run[2]:
        return False
    ((x, _y),) = _affine([run])
    return x % N == r


# --- keys and certificates --------------------------------------------------------------------

SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04"
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
SERIAL_NUMBER = bytes.fromhex("0603550405")
COMMON_NAME = bytes.fromhex("0603550403")


def point_of(spki):
    """Return the point in a SubjectPublicKeyInfo of a P-256 key."""
    if len(spki) != 91 or not spki.startswith(SPKI):
        raise Bad("a key is not a P-256 key")
    x, y = int.from_bytes(spki[27:59], "big"), int.from_bytes(spki[59:], "big")
    if x >= P or y >= P or (y * y - (x * x * x - 3 * x + B)) % P:
        raise Bad("a key is no point of P-256")
    return (x, y)


def key_id(spki):
    """Return the name that envelopes give a key."""
    return "p256:" + hashlib.sha256(spki).hexdigest()[:32]


class Certificate:
    """What is needed of an X.509 certificate: who, which key, who issued it."""

    def __init__(self, der):
        self.der = der
        _tag, start, end = _der(der)
        parts = list(_values(der, start, end))
        if end != len(der) or len(parts) != 3:
            raise Bad("a certificate cannot be read")
        (_t, begin, inner, stop), (_t2, alg, _s2, alg_end), (_t3, _b3, sig, sig_end) = parts
        self.signed, self.signature = der[begin:stop], der[sig + 1 : sig_end]
        if der[alg:alg_end] != ECDSA_SHA256:
            raise Bad("a certificate is signed with an algorithm that is not accepted")
        fields = list(_values(der, inner, stop))
        if fields and fields[0][0] == 0xA0:
            fields = fields[1:]
        if len(fields) < 6:
            raise Bad("a certificate cannot be read")
        issuer, subject, spki = fields[2], fields[4], fields[5]
        self.issuer, self.subject = der[issuer[1] : issuer[3]], der[subject[1] : subject[3]]
        self.spki = der[spki[1] : spki[3]]
        self.point = point_of(self.spki)

    def name(self, oid):
        """Return a part of the subject's name, or the empty string."""
        at = self.subject.find(oid)
        if at < 0:
            return ""
        _tag, start, end = _der(self.subject, at + len(oid))
        return self.subject[start:end].decode("utf-8", "replace")

    def require_issued_by(self, other):
        """Raise Bad unless the other certificate's key signed this one."""
        if self.issuer != other.subject or not verifies(other.point, self.signature, self.signed):
            raise Bad("the certificate of %s was not issued by the agency" % self.title)

    @property
    def title(self):
        """Rank and name, as the agency wrote it."""
        return self.name(COMMON_NAME) or "an unnamed key"


def certificates_in(text):
    """Return the certificates of a PEM file, in order."""
    found = []
    for block in text.split("-----BEGIN CERTIFICATE-----")[1:]:
        body = block.split("-----END CERTIFICATE-----")[0]
        found.append(Certificate(base64.b64decode("".join(body.split()), validate=True)))
    if not found:
        raise Bad("a file of certificates holds none")
    return found


# --- envelopes ----------------------------------------------------------------------------------


def encoding(kind, payload):
    """Return the bytes that are signed (DSSE v1)."""
    name = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(name), name, len(payload), payload)


def opened(envelope, kind, keys, whose):
    """Return the payload of an envelope that one of these keys signed.

    `keys` maps key ids to points; `whose` says in words who must have signed.
    """
    if not isinstance(envelope, dict) or envelope.get("payloadType") != kind:
        raise Bad("is of another kind than it must be")
    payload = base64.b64decode(envelope["payload"], validate=True)
    for each in envelope["signatures"]:
        point = keys.get(each["keyid"])
        signature = base64.b64decode(each["sig"], validate=True)
        if point and verifies(point, signature, encoding(kind, payload)):
            return payload
    raise Bad("is not signed by %s" % whose)


def canonical(value):
    """Return canonical JSON (RFC 8785) of texts, numbers, lists and objects."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# --- the ledger -----------------------------------------------------------------------------------


class Ledger:
    """An exported ledger and what is wrong with it."""

    def __init__(self, folder, trust=None):
        self.folder, self.trust = folder, trust
        self.faults, self.notes, self.signers, self.listed = [], [], [], []
        self.first_bad, self.entries, self.hashes = 0, 0, {}
        self.withheld, self.last = [], None
        self.gone = {"content.destroyed": set(), "volume.restored": set()}

    def fault(self, text, seq=0):
        """Keep a fault; the smallest entry is the first bad one."""
        self.faults.append("Entry %d %s." % (seq, text) if seq else text)
        if seq and (not self.first_bad or seq < self.first_bad):
            self.first_bad = seq

    def read(self, name):
        """Return the bytes of a file of the export."""
        path = os.path.join(self.folder, name)
        if not os.path.isfile(path) or os.path.getsize(path) > MOST_BYTES:
            raise Bad("The file %s is missing or cannot be read." % name)
        with open(path, "rb") as file:
            return file.read()

    def examine(self):
        """Check everything; returns self."""
        for step in (self._sums, self._certificates, self._about, self._lines, self._end,
                     self._receipts):  # fmt: skip
            try:
                step()
            except Bad as bad:
                self.fault(str(bad))
                if step in (self._certificates, self._about):
                    break
            except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
                self.fault("A file of the export cannot be read: %s." % step.__name__.strip("_"))
                if step in (self._certificates, self._about):
                    break
        return self

    def _sums(self):
        listed = {}
        for line in self.read("SHA256SUMS").decode().splitlines():
            digest, _, name = line.partition("  ")
            listed[name] = digest
        for name, digest in sorted(listed.items()):
            # This file is named like the others; a changed judge must not pass unseen.
            if (
                os.path.basename(name) != name
                or hashlib.sha256(self.read(name)).hexdigest() != digest
            ):
                self.fault("The file %s is not the one that was exported." % name)
        for name in ("ledger.jsonl", "about.json", "receipts.jsonl", "certificates.pem"):
            if name not in listed:
                self.fault("SHA256SUMS does not name %s." % name)

    def _certificates(self):
        root, issuing, headquarters, *members = certificates_in(
            self.read("certificates.pem").decode()
        )
        root.require_issued_by(root)
        issuing.require_issued_by(root)
        headquarters.require_issued_by(issuing)
        if headquarters.name(SERIAL_NUMBER) not in ("", "HQ"):
            raise Bad("The certificate of headquarters belongs to a member or a laptop.")
        for each in members:
            each.require_issued_by(issuing)
        self.headquarters, self.members = headquarters, members
        fingerprint = hashlib.sha256(root.der).hexdigest()
        if self.trust is None:
            self.notes.append(
                "The root certificate was not compared with one you trust: its SHA-256 is %s. "
                "Compare it with the one the agency publishes, or use --trust." % fingerprint
            )
        elif fingerprint != self.trust:
            raise Bad("The certificates end at another root than the one that is trusted.")

    def _about(self):
        self.about = about = json.loads(self.read("about.json").decode())
        if about["format"] != FORMAT:
            raise Bad("The export is of a format that this program does not know.")
        spki = base64.b64decode(about["public_key"], validate=True)
        if hashlib.sha256(spki).hexdigest()[:32] != about["stream"]:
            raise Bad("The ledger is not named by its own key.")
        self.stream_keys = {key_id(spki): point_of(spki)}
        self.member_keys = {
            key_id(each.spki): each.point
            for each in self.members
            if each.name(SERIAL_NUMBER) == about["owner"]
        }
        self.titles = {key_id(each.spki): each.title for each in self.members}
        if not self.member_keys:
            raise Bad("No certificate of the ledger's owner, %s, is here." % about["owner"])

    def _lines(self):
        expected, before = 1, ZERO_HASH
        for number, line in enumerate(self.read("ledger.jsonl").splitlines(), 1):
            try:
                header, digest = self._line(json.loads(line.decode()))
            except Bad as bad:
                self.fault(str(bad), number)
                continue
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self.fault("cannot be read", number)
                continue
            if header["seq"] != expected:
                self.fault("is missing: entry %s stands in its place" % header["seq"], expected)
            elif header["prev"] != before:
                self.fault("does not follow from the entry before it", header["seq"])
            expected, before = header["seq"] + 1, digest
            self.hashes[header["seq"]] = digest
            self.entries += 1
        self.head = (expected - 1, before)

    def _line(self, line):
        payload = opened(line["header"], ENTRY_TYPE, self.stream_keys, "the ledger's own key")
        header = json.loads(payload.decode())
        if canonical(header) != payload or header["v"] != 1:
            raise Bad("is not in the form that was promised")
        if header["stream"] != self.about["stream"]:
            raise Bad("belongs to another ledger")
        if line["says"] != header:
            raise Bad("says beside its signed header something else than in it")
        digest = hashlib.sha256(encoding(ENTRY_TYPE, payload)).hexdigest()
        act = self._body(line, header) if line.get("body") else self._no_body(line, header)
        self.last = (header, act)
        self.listed.append((header, act))
        if header["kind"] in self.gone and act:
            self.gone[header["kind"]].update(act.get("entries", []))
        return header, digest

    def _no_body(self, line, header):
        self.withheld.append((header["seq"], digest_of(line)))

    def _body(self, line, header):
        body = base64.b64decode(line["body"], validate=True)
        salt = base64.b64decode(line["salt"], validate=True)
        if len(salt) != 32 or hashlib.sha256(salt + body).hexdigest() != header["body"]:
            raise Bad("has another body than the one its header names")
        envelope = json.loads(body.decode())
        act = json.loads(opened(envelope, ACT_TYPE, self.member_keys, "its member").decode())
        named = (act["kind"], act["at"], act["by"]["id"], act.get("report", ""))
        ids = header["ids"]
        if named != (header["kind"], header["at"], ids.get("actor"), ids.get("report", "")):
            raise Bad("says something else than its body")
        title = self.titles[envelope["signatures"][0]["keyid"]]
        if title not in self.signers:
            self.signers.append(title)
        return act

    def _end(self):
        seq, digest = self.head
        if not self.entries:
            raise Bad("The ledger holds no entry.")
        if (self.about["seq"], self.about["hash"]) != (seq, digest):
            self.fault("The ledger does not end where the export says that it ends.")
        if self.last is None or self.last[0]["kind"] != "ledger.exported":
            self.fault("The ledger does not end with the entry about its export: it was cut.")
        kept = list(self.withheld)
        for kind, words in WHY_GONE.items():
            gone = [seq for seq, hashed in kept if hashed in self.gone[kind]]
            kept = [each for each in kept if each[0] not in gone]
            if gone:
                self.notes.append("%s: %s." % (words, _listed(gone)))
        if kept and not self.about.get("without_bodies"):
            self.fault("has no body, and no order says why", kept[0][0])
        elif kept:
            self.notes.append("%d bodies were left out of this export on purpose." % len(kept))

    def _receipts(self):
        keys = {key_id(self.headquarters.spki): self.headquarters.point}
        newest = 0
        for number, line in enumerate(self.read("receipts.jsonl").splitlines(), 1):
            try:
                answer = opened(json.loads(line.decode()), ANSWER_TYPE, keys, "headquarters")
            except Bad as bad:
                self.fault("Receipt %d %s." % (number, bad))
                continue
            answer = json.loads(answer.decode())
            for head in answer.get("heads", [answer]):
                if head.get("stream") == self.about["stream"]:
                    newest = max(newest, self._receipt(head))
        self._named_receipt(newest)
        if newest:
            self.notes.append("Headquarters signed for the entries up to %d." % newest)
        else:
            self.notes.append(
                "No receipt of headquarters is here: its end rests on the laptop alone."
            )

    def _receipt(self, head):
        seq = head["seq"]
        if seq and self.hashes.get(seq) != head["hash"]:
            if seq > self.head[0]:
                self.fault("The ledger ends before entry %d, which headquarters has." % seq)
            else:
                self.fault("is another one than headquarters signed for", seq)
        return seq

    def _named_receipt(self, newest):
        act = self.last[1] if self.last else None
        named = act.get("receipt", {}).get("seq", 0) if act else 0
        if named > newest:
            self.fault("The receipt of headquarters for entry %d was taken out." % named)


def digest_of(line):
    """Return the hash of a line's entry."""
    payload = base64.b64decode(line["header"]["payload"], validate=True)
    return hashlib.sha256(encoding(ENTRY_TYPE, payload)).hexdigest()


def _listed(numbers):
    shown = ", ".join("entry %d" % each for each in numbers[:10])
    return shown if len(numbers) <= 10 else "%s and %d more" % (shown, len(numbers) - 10)


def examine(folder, trust=None):
    """Return a `Ledger` with faults, notes and signers.

    `trust` is the SHA-256 (hex) of the root certificate that is trusted, or None.
    """
    return Ledger(folder, trust).examine()


def _trusted(path):
    with open(path, encoding="ascii") as file:
        (root,) = certificates_in(file.read())
    return hashlib.sha256(root.der).hexdigest()


def _tell(ledger):
    print("NOT GENUINE" if ledger.faults else "GENUINE")
    if ledger.first_bad:
        print("  First bad entry: %d" % ledger.first_bad)
    for text in ledger.faults[:MOST_FAULTS]:
        print("  %s" % text)
    if len(ledger.faults) > MOST_FAULTS:
        print("  … and %d more faults." % (len(ledger.faults) - MOST_FAULTS))
    if not ledger.faults:
        print("  %d entries follow from one another and are signed." % ledger.entries)
    for text in ledger.notes:
        print("  %s" % text)
    for each in ledger.signers:
        print("  Signed by %s" % each)


def _list(ledger):
    for header, act in ledger.listed:
        said = act if act is not None else "(body not in this export)"
        print("%5d  %s  %s" % (header["seq"], header["at"], header["kind"]))
        print("       %s" % json.dumps(said, ensure_ascii=False, sort_keys=True))


def main(arguments=None):
    """Run the command."""
    parser = argparse.ArgumentParser(description="Checks an exported ledger.")
    parser.add_argument("folder")
    parser.add_argument("--trust", metavar="ROOT.pem", help="the agency's root certificate")
    parser.add_argument("--list", action="store_true", help="print every entry")
    parser.add_argument("--json", action="store_true", help="answer for machines")
    chosen = parser.parse_args(arguments)
    if not os.path.isdir(chosen.folder):
        print("There is no folder %s." % chosen.folder, file=sys.stderr)
        return 2
    try:
        trust = _trusted(chosen.trust) if chosen.trust else None
    except (OSError, ValueError, Bad):
        print("The file %s is not one certificate." % chosen.trust, file=sys.stderr)
        return 2
    ledger = examine(chosen.folder, trust)
    if chosen.json:
        found = {
            "accepted": not ledger.faults,
            "first_bad_entry": ledger.first_bad,
            "entries": ledger.entries,
            "reasons": ledger.faults or ledger.notes,
            "signers": ledger.signers,
        }
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        if chosen.list:
            _list(ledger)
        _tell(ledger)
    return 1 if ledger.faults else 0


if __name__ == "__main__":
    sys.exit(main())
