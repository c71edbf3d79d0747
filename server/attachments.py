"""Files of answers on the server's disk: parts that grow piece by piece, and whole files by the hash of their content.

Promises: a file bears its name only when every byte of it was checked and lies on the disk, a picture only when it could be
decoded; beside each picture lies a small one; a part belongs to one device, so nobody can spoil another's; no name that came from outside becomes part of a path. Everything here blocks: run it in a thread.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from server.contents import checked
from server.pictures import FORMATS, smaller
from server.refusals import Refusal

#: Parts one device may have begun; with one more the oldest goes, and so does what nobody went on with.
PARTS = 16
FORGOTTEN_SECONDS = 7 * 86400
#: Left free for the database, which holds what cannot be sent again.
RESERVE = 512 * 2**20


@dataclass(frozen=True)
class Key:
    """One file of one village."""

    township_id: str
    village_id: str
    hash: str


def _safe(name: str) -> str:
    """One part of a path, whatever an id holds."""
    return quote(name, safe="").replace(".", "%2E")


class Disk:
    """The folder of all files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def whole(self, key: Key) -> Path:
        return self.root / _safe(key.township_id) / _safe(key.village_id) / key.hash[:2] / key.hash

    def _small(self, key: Key) -> Path:
        return self.root / "small" / self.whole(key).relative_to(self.root)

    def part(self, key: Key, device_id: str) -> Path:
        village = hashlib.sha256(f"{key.township_id}/{key.village_id}".encode()).hexdigest()[:16]
        return self.root / "parts" / _safe(device_id) / f"{village}-{key.hash}"

    def holds(self, key: Key, size: int) -> bool:
        """Whether the file lies there in its full length."""
        return _size(self.whole(key)) == size

    def offset(self, key: Key, device_id: str) -> int:
        """How much of it this device has sent."""
        return max(0, _size(self.part(key, device_id)))

    def begun(self, device_id: str) -> int:
        """Bytes of a device's parts."""
        return sum(max(0, _size(path)) for path in self._parts(device_id))

    def has_room(self, size: int) -> bool:
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free > size + RESERVE

    def append(self, key: Key, device_id: str, offset: int, piece: bytes) -> int:
        """Adds a piece to the end of a part and says how long it is now; refused where it does not fit on."""
        part = self.part(key, device_id)
        if not part.exists():
            part.parent.mkdir(parents=True, exist_ok=True)
            self._tidy(device_id)
        with _locked(part) as file:
            length = os.fstat(file).st_size
            if offset != length:
                raise Refusal("file_offset", offset=length)
            written = 0
            while written < len(piece):
                written += os.pwrite(file, piece[written:], offset + written)
            os.fsync(file)
        return offset + len(piece)

    def finish(self, key: Key, device_id: str, ending: str) -> str:
        """Checks a part that is complete and gives it its name; returns its media type. What is wrong is thrown away."""
        part, whole = self.part(key, device_id), self.whole(key)
        try:
            with part.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != key.hash:
                    raise Refusal("file_hash")
            media = checked(part, ending)
            if ending in FORMATS:
                self._keep_small(key, smaller(part, ending))
            whole.parent.mkdir(parents=True, exist_ok=True)
            part.replace(whole)
        except Refusal as refusal:
            # A busy machine says nothing of the file.
            if refusal.kind.code != "busy":
                part.unlink(missing_ok=True)
            raise
        except FileNotFoundError:
            # Another request of this device finished it, or threw it away, a moment ago.
            if not whole.exists():
                raise Refusal("file_offset", offset=0) from None
            return checked(whole, ending)
        for folder in (whole.parent, *list(whole.parent.parents)[:3]):
            sync_folder(folder)
        return media

    def small(self, key: Key, ending: str) -> bytes:
        """The small picture of a whole one; made anew where it is not there, as after a restore."""
        try:
            return self._small(key).read_bytes()
        except FileNotFoundError:
            made = smaller(self.whole(key), ending)
            self._keep_small(key, made)
            return made

    def _keep_small(self, key: Key, data: bytes) -> None:
        path = self._small(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Named only when it is all there: half a picture must not be given out for ever.
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)

    def _parts(self, device_id: str) -> list[Path]:
        folder = self.root / "parts" / _safe(device_id)
        return list(folder.iterdir()) if folder.is_dir() else []

    def _tidy(self, device_id: str) -> None:
        """Room for one more part of this device."""
        parts = sorted(self._parts(device_id), key=_age)
        oldest = parts[: max(0, len(parts) - PARTS + 1)]
        for path in parts:
            if path in oldest or time.time() - _age(path) > FORGOTTEN_SECONDS:
                path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Two pieces that arrive together must not both believe they fit."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def sync_folder(folder: Path) -> None:
    """A name given or taken in a folder lies on the disk when this returns."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
