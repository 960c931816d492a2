"""Names of files that leave the laptop; the original name stays in the record as it was."""

import re
import unicodedata

LONGEST_BYTES = 120
"""Before the id that makes it unique: any file system takes it."""
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
_RESERVED = re.compile(
    r"(?i)(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])"
)
"""Names that Windows takes for devices, whatever follows the first dot."""
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Controls, direction overrides, joiners, lone surrogates: none belongs in a name."""


def safe_name(name: str, *, evidence_id: str) -> str:
    """Return a name under which a file may be written on any system.

    No separator, drive, stream, device or hidden character is left, so it can name nothing
    but a new file in the folder that was chosen.

    Args:
        name: As the source was called; any text.
        evidence_id: Makes the name unique; letters, digits and hyphens.
    """
    composed = unicodedata.normalize("NFC", name)
    seen = "".join(each for each in composed if unicodedata.category(each) not in _UNSEEN)
    stem, dot, ending = _NOT_IN_NAMES.sub("_", seen).strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    if not re.fullmatch(r"[A-Za-z0-9]{1,8}", ending):
        stem, ending = f"{stem}.{ending}".strip("."), ""
    stem = stem.strip(" .")
    if not stem or _RESERVED.fullmatch(stem.split(".")[0].strip()):
        stem = f"file_{stem}".rstrip("_")
    short = _cut(stem, LONGEST_BYTES - len(ending) - 1)
    return f"{short}-{evidence_id}{'.' + ending if ending else ''}"


def _cut(text: str, most_bytes: int) -> str:
    """Return the beginning of a text, without half a letter."""
    return text.encode()[:most_bytes].decode(errors="ignore").rstrip(" .")
