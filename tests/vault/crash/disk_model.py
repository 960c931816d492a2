"""What a disk may hold after the power went: two models of a file system, replayed.

*journaling*: names are journaled in order, and every fsync makes all earlier names durable.
*posix*: a name is durable only once its folder was synced; each name may be lost on its own.

In both, what was written to a file since its last fsync may be lost, kept, reordered, torn
at a sector or torn at any byte, each write on its own.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.vault.crash.recording import Op

JOURNALING, POSIX = "journaling", "posix"
MODELS = (JOURNALING, POSIX)
LOSSES = ("none", "all", "prefix", "subset", "sectors", "bytes")
_SECTOR = 512
_VOLATILE = "-shm"


@dataclass(slots=True)
class File:
    """Bytes that are durable, and what was done since: (size or None, offset, data)."""

    durable: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, int, bytes]] = field(default_factory=list)

    def sync(self) -> None:
        for each in self.since:
            apply_write(self.durable, each)
        self.since.clear()


@dataclass(slots=True, eq=False)
class Folder:
    """Names that are durable, and changes of names since, in order."""

    durable: dict[str, "File | Folder"] = field(default_factory=dict)
    now: dict[str, "File | Folder"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Naming:
    """One change of names in a folder: what to put and what to take away."""

    folder: Folder
    put: str
    target: "File | Folder | None"
    take: str = ""


_TRUNCATE, _WRITE = 0, 1


def apply_write(content: bytearray, change: tuple[int, int, bytes]) -> None:
    kind, at, data = change
    if kind == _TRUNCATE:
        if at < len(content):
            del content[at:]
        else:
            content.extend(bytes(at - len(content)))
        return
    if at > len(content):
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


class Disk:
    """A file system that is told one operation after another."""

    def __init__(self, root: Path, model: str) -> None:
        self._root, self._model = str(root), model
        self.top = Folder()
        self._open: dict[int, File | Folder] = {}
        self._namings: list[Naming] = []

    def do(self, op: Op) -> None:
        """Take an operation in."""
        step = {
            "O": self._opened,
            "W": self._written,
            "T": self._truncated,
            "S": self._synced,
            "R": self._renamed,
            "U": self._removed,
            "D": self._removed,
            "M": self._folder_made,
            "C": lambda op: self._open.pop(op.fd, None),
            "A": lambda _op: None,
        }[op.kind]
        step(op)

    def _find(self, path: str) -> tuple[Folder, str]:
        parts = [each for each in path[len(self._root) :].split("/") if each]
        folder = self.top
        for each in parts[:-1]:
            inner = folder.now[each]
            assert isinstance(inner, Folder)
            folder = inner
        return folder, parts[-1] if parts else ""

    def _name(self, naming: Naming) -> None:
        rename(naming, naming.folder.now)
        self._namings.append(naming)

    def _opened(self, op: Op) -> None:
        folder, name = self._find(op.path)
        if not name:
            self._open[op.fd] = folder
            return
        if op.flag & 1 or name not in folder.now:
            self._name(Naming(folder, name, File()))
        target = folder.now[name]
        self._open[op.fd] = target
        if op.flag & 2 and isinstance(target, File):
            target.since.append((_TRUNCATE, 0, b""))

    def _written(self, op: Op) -> None:
        target = self._open[op.fd]
        assert isinstance(target, File)
        target.since.append((_WRITE, op.at, op.data))

    def _truncated(self, op: Op) -> None:
        target = self._open[op.fd]
        assert isinstance(target, File)
        target.since.append((_TRUNCATE, op.at, b""))

    def _synced(self, op: Op) -> None:
        target = self._open[op.fd]
        if isinstance(target, File):
            target.sync()
        kept = []
        for each in self._namings:
            if self._model == JOURNALING or each.folder is target:
                rename(each, each.folder.durable)
            else:
                kept.append(each)
        self._namings = kept

    def _renamed(self, op: Op) -> None:
        (folder, name), (other, new) = self._find(op.path), self._find(op.data.decode())
        assert folder is other, "the program renames within a folder only"
        self._name(Naming(folder, new, folder.now[name], take=name))

    def _removed(self, op: Op) -> None:
        folder, name = self._find(op.path)
        self._name(Naming(folder, "", None, take=name))

    def _folder_made(self, op: Op) -> None:
        folder, name = self._find(op.path)
        self._name(Naming(folder, name, Folder()))

    # --- after the crash --------------------------------------------------------------

    def after_crash(self, into: Path, *, loss: str, chance: random.Random) -> None:
        """Write what the disk may hold if the power goes now.

        Args:
            into: An empty folder.
            loss: One of `LOSSES`.
            chance: Decides what is lost.
        """
        names = {self.top: dict(self.top.durable)}
        for each in self._surviving_names(loss, chance):
            rename(each, names.setdefault(each.folder, dict(each.folder.durable)))
        self._write(self.top, into, names, lambda file: survivor(file, loss, chance))

    def _surviving_names(self, loss: str, chance: random.Random) -> list[Naming]:
        waiting = self._namings
        if loss in {"none", "all"}:
            return waiting if loss == "all" else []
        if self._model == JOURNALING or loss == "prefix":
            return waiting[: chance.randint(0, len(waiting))]
        share = chance.choice((0.2, 0.5, 0.8))
        return [each for each in waiting if chance.random() < share]

    def _write(
        self,
        folder: Folder,
        into: Path,
        names: dict[Folder, dict[str, "File | Folder"]],
        content: Callable[[File], bytearray],
    ) -> None:
        for name, target in names.get(folder, folder.durable).items():
            if isinstance(target, Folder):
                (into / name).mkdir()
                self._write(target, into / name, names, content)
            elif not name.endswith(_VOLATILE):
                (into / name).write_bytes(content(target))


def rename(naming: Naming, names: "dict[str, File | Folder]") -> None:
    if naming.take:
        names.pop(naming.take, None)
    if naming.target is not None:
        names[naming.put] = naming.target


def survivor(file: File, loss: str, chance: random.Random) -> bytearray:
    """Return what may be left of a file."""
    content = bytearray(file.durable)
    changes = file.since
    if loss == "none":
        return content
    if loss == "prefix":
        changes = changes[: chance.randint(0, len(changes))]
    elif loss != "all":
        share = chance.choice((0.2, 0.5, 0.8))
        changes = [each for each in changes if chance.random() < share]
    for each in changes:
        for part in torn(each, loss, chance):
            apply_write(content, part)
    return content


def torn(
    change: tuple[int, int, bytes], loss: str, chance: random.Random
) -> list[tuple[int, int, bytes]]:
    """Return what may be left of one write: sectors of it, a beginning, or all."""
    kind, at, data = change
    if kind == _TRUNCATE or chance.random() < 0.5:
        return [change]
    if loss == "bytes":
        return [(kind, at, data[: chance.randint(0, len(data))])]
    if loss != "sectors":
        return [change]
    cuts = [0, *range(_SECTOR - at % _SECTOR, len(data), _SECTOR), len(data)]
    return [(kind, at + a, data[a:b]) for a, b in pairwise(cuts) if chance.random() < 0.5]
