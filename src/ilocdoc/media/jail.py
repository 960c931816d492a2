"""System calls that a decoder of foreign pictures never needs, refused by the kernel.

Limits alone are not enough: a process without a free file handle can still delete, rename,
start programs and stop others. The filter (seccomp, Linux) stays for the life of the process
and of every thread; threads may still be made, because decoders make some. Where the system
has no such filter the limits of `worker` stand alone, which `jail` tells.
"""

import ctypes
import errno
import platform
import struct
import sys

_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
"""Of prctl(2)."""
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
"""BPF: load a word, compare, test bits, return."""
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
"""Offsets in `struct seccomp_data`."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_THREAD = 0x00010000
"""CLONE_THREAD: a thread of this process, no new one."""

_ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
"""Its flags lie in memory, where no filter sees them; who lacks it asks for clone."""
_REFUSED = {
    # open creat openat openat2, socket connect, fork vfork execve execveat, kill ptrace,
    # rename mkdir rmdir link unlink symlink chmod chown truncate and their -at kin, mount,
    # process_vm_readv/writev, bpf, io_uring_setup
    "x86_64": (
        *(2, 85, 257, 437, 41, 42, 57, 58, 59, 322, 62, 101, 82, 83, 84, 86, 87, 88, 90, 92, 76),
        *(258, 260, 263, 264, 265, 266, 268, 316, 165, 310, 311, 321, 425),
    ),
    "aarch64": (
        *(56, 437, 198, 203, 221, 281, 129, 117, 34, 35, 36, 37, 38, 45, 53, 54, 276, 40),
        *(270, 271, 280, 425),
    ),
}


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)


def _program(machine: str) -> bytes:
    """Return the filter of a machine: refuse what is listed, allow the rest."""
    refused = _REFUSED[machine]
    left = len(refused)
    steps = [
        _step(_LOAD, _ARCH_AT),
        # Calls of another architecture have other numbers: none is allowed.
        _step(_EQUAL, _ARCHES[machine], no=left + 6),
        _step(_LOAD, _NUMBER_AT),
        _step(_EQUAL, _CLONE3, yes=left + 5),
        *(_step(_EQUAL, each, yes=left - place + 3) for place, each in enumerate(refused)),
        _step(_EQUAL, _CLONE[machine], no=2),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
        _step(_ANY_BIT, _THREAD, no=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSE | errno.EPERM),
        _step(_RETURN, _REFUSE | errno.ENOSYS),
    ]
    return b"".join(steps)


def jail() -> bool:
    """Refuse this process, for ever, what a decoder does not need; tells whether it holds."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _ARCHES:
        return False
    program = _program(machine)
    steps = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(steps))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    nothing = ctypes.c_ulong(0)
    if prctl(_NO_NEW_PRIVS, ctypes.c_ulong(1), nothing, nothing, nothing):
        return False
    return not prctl(_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.c_char_p(head), nothing, nothing)
