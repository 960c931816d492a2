"""Names of things: distinct types for ids, so that one cannot pass for another."""

from typing import NewType

ReportId = NewType("ReportId", str)
"""UUIDv7 made on the laptop, lower case with hyphens."""

OfficerId = NewType("OfficerId", str)
"""Star number as in the roster, up to five digits; a string, never a number."""

DeviceId = NewType("DeviceId", str)
"""Four upper-case letters or digits given by headquarters at enrolment."""

StreamId = NewType("StreamId", str)
"""Hex of the first 16 bytes of SHA-256 over the stream key's SubjectPublicKeyInfo (DER)."""

Sha256 = NewType("Sha256", str)
"""64 lower-case hex digits."""

ZERO_HASH = Sha256("0" * 64)
"""What stands in `prev` of the first entry of a stream."""
