"""Pages of first pulls, read and packed once for all phones that stand at the same place of the same village in the same view.

Promises: a page is found again only under everything it depends on: village, view, how the village stands, the forms in use,
where in the pull it begins, how long it may be, and the server's epoch; whether somebody may read it at all was decided before
anybody looks here. What is kept stays below a number of bytes, and goes when it was not asked for the longest.
"""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from server.cursor import Cursor

#: Of a gzip file that is put together from pieces: its first bytes, and the empty block that ends it.
HEAD, LAST = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x03\x00"
MOST_BYTES = 32 * 2**20
#: Pages of fewer rows cost nobody anything.
LEAST_ROWS = 50
_ZEROS = memoryview(bytes(2**20))


def deflated(raw: bytes) -> bytes:
    """Whole blocks that refer to nothing before them and end with a byte: they may follow on any others."""
    pack = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return pack.compress(raw) + pack.flush(zlib.Z_SYNC_FLUSH)


def _after_zeros(length: int, sum_: int) -> int:
    while length > 0:
        sum_ = zlib.crc32(_ZEROS[:length], sum_)
        length -= len(_ZEROS)
    return sum_


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of an answer, packed."""

    packed: bytes
    length: int
    #: Turns the checksum of zeros in this one's place into that of its lines.
    turned: int

    @classmethod
    def of(cls, raw: bytes) -> Piece:
        return cls(deflated(raw), len(raw), zlib.crc32(raw) ^ _after_zeros(len(raw), 0))

    def raw(self) -> bytes:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.packed)

    def sum_after(self, sum_: int) -> int:
        """The checksum of what came before and this."""
        return _after_zeros(self.length, sum_) ^ self.turned


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one village and the line that ends them."""

    piece: Piece
    rows: int
    after: Cursor


class Pages:
    """What one process keeps. Readers' threads ask it as well."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.bytes = 0
        self._most = most_bytes
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def turn(self, place: Hashable) -> asyncio.Lock:
        """Held while a page is read, so that the next who stands there finds it made."""
        lock = self._turns.get(place)
        if lock is None:
            lock = self._turns[place] = asyncio.Lock()
        return lock

    def get(self, key: Hashable) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: Page) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self._pages[key] = page
            self.bytes += len(page.piece.packed) - (len(before.piece.packed) if before else 0)
            while self.bytes > self._most:
                _, old = self._pages.popitem(last=False)
                self.bytes -= len(old.piece.packed)
