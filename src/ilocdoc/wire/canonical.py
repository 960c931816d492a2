"""Canonical JSON (RFC 8785): objects, lists, strings and integers, nothing else."""

import json
from typing import Any

import rfc8785

from ilocdoc.record.errors import WireError


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 bytes of a value.

    Raises:
        TypeError: If the value holds a float, a boolean, a null or a key that is no
            string: such a value is a bug of the caller.
    """
    _require_plain(value)
    return rfc8785.dumps(value)  # type: ignore[arg-type]  # checked by _require_plain


def from_canonical(data: bytes) -> Any:
    """Return the value in canonical bytes.

    Raises:
        WireError: If the bytes are not canonical JSON of allowed values.
    """
    try:
        value = json.loads(data)
        if canonical_bytes(value) != data:
            raise WireError("Received data is not in canonical form.")
    except (ValueError, TypeError, RecursionError, rfc8785.CanonicalizationError) as error:
        raise WireError("Received data is not canonical JSON.") from error
    return value


def _require_plain(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int | list | tuple | dict):
        raise TypeError(f"canonical JSON has no {type(value).__name__}")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("keys of canonical JSON are strings")
            _require_plain(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _require_plain(inner)
