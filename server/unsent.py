"""A phone's file of what it had not sent, taken at the desk: opened by its passphrase, each change taken as its author's phone would
have sent it.

Promises: a file is read to its end before any of it is taken; every change keeps its author, device and number, so that the same
file again, or the phone itself afterwards, changes nothing; what is refused is held in quarantine like any other. server/README.md
has the format.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server import access_log, files, records
from server.attachments import Disk
from server.clock import now
from server.database import Database, Row
from server.ids import new_id
from server.lines import UUID, Change, Incoming, read
from server.push import Push
from server.refusals import Refusal
from server.settings import Settings
from server.sitting import FormsLike

PROTOS = (1, 2)
_STEP = 256 * 1024
#: A file unpacks to no more than so many times the largest that is taken: photos in letters are a third longer.
_SWELL = 4
#: Made-up numbers of a file must not hold the server up.
_MOST_ROUNDS, _MOST_MEMORY_KB, _MOST_PASSES = 10_000_000, 256 * 1024, 20
#: Changes of one request to the writer.
_AT_ONCE = 200
#: For changes whose number was used with another content: ids of devices made from what the file says.
_COPIES = uuid.UUID("6f0f1c52-7c0a-4f0e-9a51-5b1f5a2e7d10")


class Kdf(msgspec.Struct):
    """How the key comes from the passphrase."""

    name: Literal["argon2id", "pbkdf2-sha256"]
    salt: str
    iterations: Annotated[int, msgspec.Meta(ge=1, le=_MOST_ROUNDS)] = 600_000
    memory: Annotated[int, msgspec.Meta(ge=8, le=_MOST_MEMORY_KB)] = 19 * 1024
    passes: Annotated[int, msgspec.Meta(ge=1, le=_MOST_PASSES)] = 2
    lanes: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1


class Head(msgspec.Struct, tag_field="t", tag="unsent"):
    """The line in the open, and the first line inside."""

    proto: int
    account: str
    device: Annotated[str, msgspec.Meta(pattern=UUID)]
    at: str = ""
    kdf: Kdf | None = None
    iv: str = ""


class _Line(msgspec.Struct):
    t: str = ""
    device: Annotated[str, msgspec.Meta(pattern=UUID)] | None = None


class _File(msgspec.Struct):
    value: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\.[0-9a-z]{1,5}$")]
    body: str


class Imported(msgspec.Struct):
    """What became of a file: changes taken, already there, held in quarantine; photos stored, already there, and those that no
    change that was taken names yet. `account` is whose it was."""

    account: str
    login: str
    name: str
    device: str
    taken: int = 0
    known: int = 0
    held: int = 0
    files: int = 0
    files_known: int = 0
    files_waiting: int = 0


# Opening


@dataclass(frozen=True)
class Unsent:
    """An opened file: whose it is, and its lines."""

    head: Head
    inside: bytes
    packed: bool
    limit: int

    def lines(self) -> Iterator[bytes]:
        """One at a time: photos are long."""
        kept: list[bytes] = []
        for piece in self._pieces():
            first, *more = piece.split(b"\n")
            kept.append(first)
            for rest in more:
                if line := b"".join(kept).strip():
                    yield line
                kept = [rest]
        if line := b"".join(kept).strip():
            yield line

    def _pieces(self) -> Iterator[bytes]:
        if not self.packed:
            yield self.inside
            return
        unzip, rest, seen = zlib.decompressobj(zlib.MAX_WBITS | 16), self.inside, 0
        try:
            while rest and not unzip.eof:
                piece = unzip.decompress(rest, _STEP)
                rest = unzip.unconsumed_tail
                seen += len(piece)
                if seen > self.limit:
                    raise Refusal("unsent_file")
                yield piece
            yield unzip.flush()
        except zlib.error as exc:
            raise Refusal("unsent_file") from exc
        if not unzip.eof:
            raise Refusal("unsent_file")

    def changes(self, file_mb: int) -> dict[str, list[Incoming]]:
        """By device, in order; read to the end and each photo looked at, so that a file that is not whole is not taken in part."""
        found: dict[str, list[Incoming]] = {}
        for number, raw in enumerate(self.lines()):
            line = _line(raw)
            if number == 0:
                if line.t != "unsent" or _head(raw).account != self.head.account:
                    raise Refusal("unsent_file")
            elif line.t == "change":
                found.setdefault(line.device or self.head.device, []).append(read(raw))
            elif line.t == "file":
                value, body = _file(raw)
                if len(body) > file_mb * 2**20:
                    raise Refusal("file_too_large", limit=file_mb)
                if hashlib.sha256(body).hexdigest() != value[:64]:
                    raise Refusal("unsent_file")
        return found

    def files(self) -> Iterator[tuple[str, bytes]]:
        for raw in self.lines():
            if _line(raw).t == "file":
                yield _file(raw)


def _line(raw: bytes) -> _Line:
    try:
        return msgspec.json.decode(raw, type=_Line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise Refusal("unsent_file") from exc


def _file(raw: bytes) -> tuple[str, bytes]:
    try:
        file = msgspec.json.decode(raw, type=_File)
        return file.value, base64.b64decode(file.body, validate=True)
    except (msgspec.MsgspecError, ValueError, UnicodeDecodeError) as exc:
        raise Refusal("unsent_file") from exc


def _head(raw: bytes) -> Head:
    try:
        return msgspec.json.decode(raw, type=Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise Refusal("unsent_file") from exc


def opened(data: bytes, passphrase: str | None, limit: int) -> Unsent:
    """Blocks while the key is made: run it in a thread."""
    first, _, rest = data.partition(b"\n")
    head = _head(first)
    if head.proto not in PROTOS:
        raise Refusal("unsent_newer")
    if head.proto == 1:
        return Unsent(head, data, False, _SWELL * limit)
    if head.kdf is None:
        raise Refusal("unsent_file")
    try:
        key = _key(head.kdf, passphrase or "")
        inside = AESGCM(key).decrypt(base64.b64decode(head.iv, validate=True), rest, None)
    except InvalidTag as exc:
        raise Refusal("unsent_passphrase") from exc
    except ValueError as exc:
        raise Refusal("unsent_file") from exc
    return Unsent(head, inside, True, _SWELL * limit)


def _key(kdf: Kdf, passphrase: str) -> bytes:
    salt = base64.b64decode(kdf.salt, validate=True)
    if not 8 <= len(salt) <= 64:
        raise ValueError("salt")
    if kdf.name == "pbkdf2-sha256":
        return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, kdf.iterations, 32)
    return hash_secret_raw(passphrase.encode(), salt, kdf.passes, kdf.memory, kdf.lanes, 32, Type.ID)


# Taking


@dataclass
class Taking:
    """One file on its way in."""

    database: Database
    forms: FormsLike
    settings: Settings
    unsent: Unsent
    result: Imported
    #: Records of the file whose changes stand, by the files they name.
    naming: list[tuple[str, str]] = field(default_factory=list)

    async def changes(self, device: str, lines: list[Incoming]) -> None:
        """All of one device, village by village; a number the server never heard of before is skipped to, as after a restore."""
        known = await self._enter(device)
        copies = await self._sent(device, lines, known)
        if copies:
            # The phone or its backup was copied. Under an id made of the content the same file stays the same.
            told = "\n".join([device, *(incoming.hash() for incoming in copies)])
            copy = str(uuid.uuid5(_COPIES, told))
            await self._sent(copy, _renumbered(copies), await self._enter(copy))

    async def _enter(self, device: str) -> Row:
        account = self.result.account
        async with self.database.transaction() as connection:
            await connection.run(
                "INSERT INTO device (id, account_id, created_at, last_seen) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                device, account, now(), now(),
            )  # fmt: skip
            known = await connection.one("SELECT * FROM device WHERE id = ?", device)
        if known is None or known["account_id"] != account:
            raise Refusal("device_taken")
        return known

    async def _sent(self, device: str, lines: list[Incoming], known: Row) -> list[Incoming]:
        """Counts what became of each; says which bear a number that was used otherwise."""
        async with self.database.snapshot() as connection:
            sql = "SELECT village_id, max(last_n) AS n FROM device_stream WHERE device_id = ? GROUP BY village_id"
            before = {row["village_id"]: row["n"] for row in await connection.all(sql, device)}
        push = Push(self.forms, self.result.account, device, refused="device_left" if known["revoked_as"] else "")
        waiting = sorted(lines, key=lambda incoming: (incoming.village or "", incoming.n or 0))
        copies: list[Incoming] = []
        while waiting:
            now_, later = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
            told = [msgspec.json.decode(line) for line in await records.accept(self.database, push, now_)]
            by_number = {(answer["village"], answer["n"]): answer for answer in told}
            gaps: list[Incoming] = []
            for incoming in now_:
                answer = by_number.get((incoming.village, incoming.n), {"result": "quarantined"})
                if answer["result"] == "gap":
                    if not _numbers(gaps, incoming):  # the lowest: they are in order
                        push.first[incoming.village or ""] = incoming.n or 0
                    gaps.append(incoming)
                elif answer["result"] == "new_device":
                    copies.append(incoming)
                else:
                    self._count(incoming, answer["result"], before)
            waiting = gaps + later
        await records.finish(self.database, push)
        return copies

    def _count(self, incoming: Incoming, result: str, before: dict[str, int]) -> None:
        if (incoming.n or 0) <= before.get(incoming.village or "", 0):
            self.result.known += 1
        elif result == "quarantined":
            self.result.held += 1
        else:
            self.result.taken += 1
        if result != "quarantined" and incoming.change:
            self.naming.append((incoming.change.record, msgspec.json.encode(incoming.change.set).decode()))

    async def file(self, value: str, body: bytes) -> None:
        """Of the record that names it; with none that stands yet, it waits for the next time this file is taken."""
        disk = Disk(self.settings.data / "files")
        for record in dict.fromkeys(record for record, text in self.naming if value in text):
            try:
                new = await self._store(disk, record, value[:64], body)
            except Refusal:
                continue
            self.result.files += int(new)
            self.result.files_known += int(not new)
            return
        self.result.files_waiting += 1

    async def _store(self, disk: Disk, record: str, digest: str, body: bytes) -> bool:
        """Where the phone's own sending would have put it; False where it lies already."""
        account, device = self.result.account, self.result.device
        async with self.database.snapshot() as connection:
            naming = await files.writable_file(connection, self.forms, account, record, digest, timedelta(days=self.settings.grace_days))
            if await files.stored_whole(connection, disk, naming) is not None:
                return False
        # The phone may have begun: its part goes on from where it stands.
        begun = await asyncio.to_thread(disk.offset, naming.key, device)
        await asyncio.to_thread(disk.append, naming.key, device, begun, body[begun:])
        media = await asyncio.to_thread(disk.finish, naming.key, device, naming.ending)
        await files.enter(self.database, naming, len(body), media, account, device)
        return True


def _numbers(gaps: Sequence[Incoming], like: Incoming) -> list[int]:
    return [incoming.n or 0 for incoming in gaps if incoming.village == like.village]


def _renumbered(lines: list[Incoming]) -> list[Incoming]:
    last: dict[str, int] = {}
    found = []
    for incoming in lines:
        assert incoming.change is not None or incoming.n is not None
        village = incoming.village or ""
        last[village] = last.get(village, 0) + 1
        change: Change | None = incoming.change and msgspec.structs.replace(incoming.change, n=last[village])
        found.append(Incoming(incoming.raw, change, incoming.code, village, last[village]))
    return found


async def take(
    database: Database, forms: FormsLike, settings: Settings, data: bytes, passphrase: str | None, by: str
) -> Imported:
    """The whole of a file. `by` is the administrator, '' the command line."""
    unsent = await asyncio.to_thread(opened, data, passphrase, settings.import_mb * 2**20)
    changes = await asyncio.to_thread(unsent.changes, settings.file_mb)
    async with database.snapshot() as connection:
        account = await connection.one("SELECT id, login, name FROM account WHERE id = ?", unsent.head.account)
    if account is None or "\x00" in unsent.head.account:
        raise Refusal("unsent_account")
    result = Imported(account["id"], account["login"], account["name"], unsent.head.device)
    taking = Taking(database, forms, settings, unsent, result)
    for device, lines in changes.items():
        await taking.changes(device, lines)
    for value, body in unsent.files():
        await taking.file(value, body)
    async with database.transaction() as connection:
        detail: dict[str, Any] = {k: v for k, v in msgspec.structs.asdict(result).items() if k not in ("login", "name")}
        await access_log.record(connection, by, "unsent.import", detail | {"import": new_id()})
    return result
