"""Saves a draft elsewhere when the store of this laptop cannot take it."""

from pathlib import Path

from ilocdoc.casework.shift import Shift
from ilocdoc.disk import write_file
from ilocdoc.record.errors import InputError
from ilocdoc.record.report import Draft, canonical_text, draft_to_json


def save_copy(shift: Shift, draft: Draft, path: Path) -> None:
    """Write a draft to another drive, sealed to its author and to headquarters.

    Touches nothing of the laptop's own store, so it works when that fails; any thread.

    Args:
        shift: The author's.
        draft: With the answers as they stand in the window.
        path: A new file.

    Raises:
        InputError: If the place cannot be written, or a file is there already.
    """
    if path.exists():
        raise InputError(f"The file {path.name} exists already.", "Name another one.")
    content = canonical_text(draft_to_json(draft))
    sealed = shift.vault.sealed_copy(content, copy_id=shift.new_id(), at=shift.now_text())
    try:
        write_file(path, sealed)
    except OSError as error:
        raise InputError(
            "The copy could not be written there.", "Choose another drive. Your text is still here."
        ) from error
