"""A `report.json` that somebody else signed, every member held against its type."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from ilocdoc.record.errors import WireError
from ilocdoc.record.report import ReportVersion, version_from_json
from ilocdoc.record.times import read_utc

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
        typed = msgspec.convert(msgspec.to_builtins(version), ReportVersion)
        for text in (typed.draft.created_at, typed.submitted_at):
            read_utc(text)
        _require_row_ids(typed.draft.answers)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise WireError("A received report cannot be read.") from error
    return typed


def _require_row_ids(answers: Mapping[str, Any]) -> None:
    """Refuse rows whose id is no text; rows are matched by it."""
    for rows in answers.values():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                msgspec.convert(row.get("id", ""), str)
                _require_row_ids(row)
