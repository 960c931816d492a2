"""A `report.json` that somebody else signed, every member held against its type."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from ilocdoc.record.errors import WireError
from ilocdoc.record.report import ReportVersion, version_from_json

Number = Annotated[int, msgspec.Meta(ge=1, le=9999)]
"""Of a version; a number beyond it is no number that this program gave."""


def read_snapshot(value: Mapping[str, Any]) -> ReportVersion:
    """Return the sealed report in a snapshot. Who signed it is the caller's business.

    Raises:
        WireError: If it is no `report.json` of a format that is known.
    """
    try:
        version = version_from_json(dict(value))
        msgspec.convert(version.draft.version, Number)
        # The reader takes members as they are; whoever signs can put anything there.
        return msgspec.convert(msgspec.to_builtins(version), ReportVersion)
    except (ValueError, TypeError, AttributeError) as error:
        raise WireError("A received report cannot be read.") from error
