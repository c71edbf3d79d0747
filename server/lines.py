"""The lines of a sync request: what they must look like, and what becomes of one that cannot be read.

Promises: `read` never raises; a line that is no change keeps its bytes as they came, and village and n where those can still be
told, so that the phone hears what became of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
VILLAGE = r"^[0-9A-Za-z:._-]{1,80}$"
#: Above this a number is no longer exact in JavaScript.
LARGEST = 2**53

Uuid = Annotated[str, msgspec.Meta(pattern=UUID)]
VillageId = Annotated[str, msgspec.Meta(pattern=VILLAGE)]
Number = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Word = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class Hello(msgspec.Struct, tag_field="t", tag="hello"):
    """The first line: who asks, from where on, and what the phone knows."""

    proto: int
    device: Uuid
    app: Annotated[str, msgspec.Meta(max_length=40)] = ""
    epoch: str | None = None
    scope: int | None = None
    cursors: dict[str, str] = {}
    first: dict[str, Number] = {}
    limit: int = 500
    #: What the phone still holds unsent, where that is more than it sends here, and its clock: shown to its owner and the
    #: administrator, never compared.
    unsent: Number | None = None
    now: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class Change(msgspec.Struct, tag_field="t", tag="change"):
    """One change of one record."""

    village: VillageId
    n: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
    record: Uuid
    kind: Word
    form: Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[0-9A-Za-z_-]*$")]
    set: dict[str, Any]
    at: Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[\x20-\x7e]*$")]
    base: Number = 0

    def hash(self) -> str:
        """Of the content, whatever the order of keys or the spacing it was sent in."""
        content = (self.record, self.kind, self.form, self.base, self.set, self.at)
        return digest(msgspec.json.encode(content, order="sorted"))


@dataclass(slots=True)
class Incoming:
    """One line as it came, and what could be read of it: a change, or why not, with village and n where those can be told."""

    raw: bytes
    change: Change | None = None
    code: str = ""
    village: str | None = None
    n: int | None = None

    def hash(self) -> str:
        return self.change.hash() if self.change else digest(self.raw)


_decoder = msgspec.json.Decoder(Change)
_hello_decoder = msgspec.json.Decoder(Hello)
#: The head every phone writes; enough to tell whose line it was when the rest is damaged.
_HEAD = re.compile(rb'^\{"t":"change","village":"([0-9A-Za-z:._-]{1,80})","n":(\d{1,16})[,}]')


def read(raw: bytes) -> Incoming:
    """One line without its newline."""
    try:
        change = _decoder.decode(raw)
        raw.decode()  # the decoder trusts what stands inside strings it does not need
        return Incoming(raw, change, "", change.village, change.n)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return broken(raw, "malformed_line")


def read_hello(raw: bytes) -> Hello | None:
    try:
        return _hello_decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def broken(raw: bytes, code: str) -> Incoming:
    """Keeps the bytes and tells village and n where they can be told without guessing."""
    village: Any = None
    n: Any = None
    try:
        found = json.loads(raw.decode(errors="replace"))
        if isinstance(found, dict):
            village, n = found.get("village"), found.get("n")
    except (ValueError, RecursionError):
        head = _HEAD.match(raw)
        if head:
            village, n = head[1].decode(), int(head[2])
    known = isinstance(village, str) and re.match(VILLAGE, village) and isinstance(n, int) and not isinstance(n, bool)
    if known and 1 <= n <= LARGEST:
        return Incoming(raw, None, code, village, n)
    return Incoming(raw, None, code)


def digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
