"""The file a backup is: a tar packed by gzip, with `manifest.json` first, then the database, then the files of answers.

Promises: `tar -tzf` opens it; with a passphrase `openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000` does first; a pack that was cut
short never bears the name of a whole one; nothing in it is believed before its hash was checked; no name in it leads out of
the folder it is unpacked to.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgres": "database.dump"}
_CIPHER = ("enc", "-aes-256-cbc", "-pbkdf2", "-iter", "600000", "-salt")
_SALTED = b"Salted__"
_MEMBER = re.compile(r"(?:manifest\.json|database\.(?:sqlite3|dump)|files/(?:[\w%~-]+/){2}[0-9a-f]{2}/[0-9a-f]{64})")
_MANIFEST_BYTES = 256 * 2**20
_CHUNK = 2**20


class PackError(Exception):
    """A pack that cannot be written or read; the message says what to do."""


class Member(msgspec.Struct, frozen=True):
    """One file of a pack: its name there, its SHA-256 and its length."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What a pack holds and where it came from. `missing`: files the database names that were not on the disk."""

    made_at: str
    program: str
    dialect: str
    schema: list[str]
    epoch: str
    restore_ordinal: int
    counts: dict[str, int]
    members: list[Member]
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(target: Path, manifest: Manifest, sources: dict[str, Path], passphrase: str | None) -> None:
    """Writes the pack beside its name and gives it the name when all of it lies on the disk. `sources`: member → file."""
    growing = target.with_name(target.name + ".tmp")
    try:
        with growing.open("wb") as file:
            with _sealed(file, passphrase) as out, tarfile.open(fileobj=out, mode="w|gz") as tar:
                text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
                info = tarfile.TarInfo(MANIFEST)
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text))
                for member in manifest.members:
                    tar.add(sources[member.name], member.name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        growing.replace(target)
    finally:
        growing.unlink(missing_ok=True)


def unpack(source: Path, folder: Path, passphrase: str | None) -> Manifest:
    """Unpacks into an empty folder and checks every hash; refuses what is cut, changed, foreign or too new."""
    try:
        with source.open("rb") as file, _opened(file, passphrase) as opened:
            manifest = _unpack(opened, folder)
    except (tarfile.TarError, EOFError, OSError, msgspec.MsgspecError) as exc:
        if isinstance(exc, OSError) and exc.filename is not None:
            raise
        hint = "Is the passphrase right?" if passphrase else "It is cut short or no backup."
        raise PackError(f"{source.name} cannot be read. {hint}") from exc
    return manifest


def _unpack(opened: IO[bytes], folder: Path) -> Manifest:
    with tarfile.open(fileobj=opened, mode="r|gz") as tar:
        first = tar.next()
        if first is None or first.name != MANIFEST or first.size > _MANIFEST_BYTES:
            raise PackError("This file holds no backup.")
        text = tar.extractfile(first)
        assert text is not None
        manifest = msgspec.json.decode(text.read(), type=Manifest)
        if manifest.format > FORMAT:
            raise PackError(f"The backup was made by a newer program ({manifest.program}). Install it first.")
        expected = {member.name: member for member in manifest.members}
        while (info := tar.next()) is not None:
            member = expected.pop(info.name, None)
            if member is None or not info.isreg() or not _MEMBER.fullmatch(info.name):
                raise PackError(f"The backup holds what its manifest does not name: {info.name!r}")
            data = tar.extractfile(info)
            assert data is not None
            _keep(data, folder / info.name, member)
        if expected:
            raise PackError(f"The backup lacks {len(expected)} of its files, the first is {min(expected)}")
    return manifest


def _keep(data: IO[bytes], target: Path, member: Member) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while chunk := data.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != member.sha256:
        raise PackError(f"{member.name} in the backup is not what its manifest says. Use another copy.")


@contextlib.contextmanager
def _sealed(file: IO[bytes], passphrase: str | None) -> Iterator[IO[bytes]]:
    """Where to write: straight through, or through openssl."""
    if passphrase is None:
        yield file
        return
    with _openssl(_CIPHER, passphrase, stdin=subprocess.PIPE, stdout=file) as process:
        assert process.stdin is not None
        yield process.stdin
        process.stdin.close()


@contextlib.contextmanager
def _opened(file: IO[bytes], passphrase: str | None) -> Iterator[IO[bytes]]:
    is_sealed = os.pread(file.fileno(), len(_SALTED), 0) == _SALTED
    if is_sealed and passphrase is None:
        raise PackError("This backup is encrypted: name the file that holds its passphrase with --passphrase-file.")
    if not is_sealed:
        yield file
        return
    assert passphrase is not None
    with _openssl((*_CIPHER, "-d"), passphrase, stdin=file, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout
        # Its own end is checked too: the padding of the last block.
        while process.stdout.read(_CHUNK):
            pass


@contextlib.contextmanager
def _openssl(arguments: tuple[str, ...], passphrase: str, stdin: int | IO[bytes], stdout: int | IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The passphrase goes through a pipe: an argument or a variable would show in the list of processes."""
    program = shutil.which("openssl")
    if program is None:
        raise PackError("A passphrase needs the program openssl; install it, or encrypt the backup by other means.")
    here, there = os.pipe()
    try:
        os.write(there, passphrase.encode() + b"\n")
    finally:
        os.close(there)
    try:
        command = [program, *arguments, "-pass", f"fd:{here}"]
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, pass_fds=(here,))  # noqa: S603
    finally:
        os.close(here)
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        assert process.stderr is not None
        if process.wait() != 0:
            raise PackError(f"openssl: {process.stderr.read().decode(errors='replace').strip()}. Is the passphrase right?")
