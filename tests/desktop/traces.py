"""Looks for secrets where they must not be: in the memory of processes, in files."""

import base64
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

STEP = 32 * 1024 * 1024
LONGEST = 128
"""Of a needle, in bytes: what lies across two steps is looked at twice."""
Needles = Mapping[str, tuple[bytes, ...]]
"""What is looked for, by name, in every form in which it could lie there."""


def forms_of_text(text: str) -> tuple[bytes, ...]:
    """A text as Python, Qt and base64 would write it."""
    plain = text.encode()
    return (plain, text.encode("utf-16-le"), text.encode("utf-16-be"), *_in_base64(plain))


def _in_base64(data: bytes) -> list[bytes]:
    """The middle of the base64 of whatever holds these bytes, at each of three offsets."""
    found = []
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + data)
        # Signs that hold bits of a neighbour are left out.
        found.append(encoded[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6])
    return found


def forms_of_key(key: bytes) -> tuple[bytes, ...]:
    """A key as bytes, as OpenSSL's little-endian number, and in hex."""
    return (key, key[::-1], key.hex().encode(), key.hex().upper().encode())


_DIGITS = {"utf-8": rb"\d\d\d", "utf-16-le": rb"\d\0\d\0\d\0"}
MARKS = tuple(
    (tail.encode(codec), re.compile(head.encode(codec) + digits + tail.encode(codec)), codec)
    for head, tail in (("zq", "kxv"), ("73", "4198"))
    for codec, digits in _DIGITS.items()
)
"""How a typed mark lies in memory, as Python and as Qt write it; its rare end first."""


def mark(number: int, *, of_digits: bool = False) -> str:
    """A text that nobody else writes, for one field."""
    return f"73{number:03d}4198" if of_digits else f"zq{number:03d}kxv"


def in_memory(pids: Iterable[int], needles: Needles) -> Counter[str]:
    """How often each needle, and each typed mark, lies in the readable memory of processes.

    Needs root, or root of the user namespace that the processes were started in: the
    program lets nobody else read it.
    """
    found: Counter[str] = Counter()
    for pid in pids:
        for start, end in _regions(pid):
            found.update(_look(pid, start, end, needles))
    return found


def _regions(pid: int) -> list[tuple[int, int]]:
    regions = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        match = re.match(r"([0-9a-f]+)-([0-9a-f]+) r(\S)\S* \S+ \S+ \S+\s*(.*)", line)
        if match is None or match[4] in {"[vvar]", "[vsyscall]", "[vvar_vclock]"}:
            continue
        # What is mapped from a file and cannot be written holds what the file holds.
        if match[3] == "w" or not match[4].startswith("/"):
            regions.append((int(match[1], 16), int(match[2], 16)))
    return regions


def _look(pid: int, start: int, end: int, needles: Needles) -> Counter[str]:
    found: Counter[str] = Counter()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        at, kept = start, b""
        while at < end:
            try:
                memory.seek(at)
                part = memory.read(min(STEP, end - at))
            except OSError:
                part = b""
            if not part:
                break
            data = kept + part
            for name, forms in needles.items():
                found[name] += sum(data.count(form) for form in forms)
            found.update(_marks_in(data))
            kept, at = data[-LONGEST:], at + len(part)
    return +found


def _marks_in(data: bytes) -> Iterator[str]:
    for tail, pattern, codec in MARKS:
        at = data.find(tail)
        while at >= 0:
            around = data[max(0, at - LONGEST // 4) : at + len(tail)]
            yield from (each.decode(codec) for each in pattern.findall(around)[-1:])
            at = data.find(tail, at + 1)


def in_files(folders: Iterable[Path], needles: Needles) -> dict[str, list[str]]:
    """In which files each needle lies, in contents or in the name."""
    found: dict[str, list[str]] = {}
    for path in (each for folder in folders for each in sorted(folder.rglob("*"))):
        data = os.fsencode(path.name)
        if path.is_file() and not path.is_symlink():
            # Room that is only kept holds zeros, 64 MiB of them.
            data += b"\0" + path.read_bytes().strip(b"\0")
        for name, forms in needles.items():
            if any(form in data for form in forms):
                found.setdefault(name, []).append(path.name)
    return found
