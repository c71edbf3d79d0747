"""A request's body as lines while it arrives: decompressed in bounded steps, cut into lines, never held whole.

Promises: no more than the limit is ever unpacked, however small it came; a line over its limit does not stop the lines after
it; a body that breaks off or is damaged is said so, and its last piece is not taken for a line.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from server.lines import Incoming, broken
from server.refusals import Refusal

STEP = 64 * 1024
#: Content codings of RFC 9110, 8.4.1: how a refusal calls each, and zlib's word for it.
_FORMATS = {
    "gzip": ("gzip", zlib.MAX_WBITS | 16),
    "x-gzip": ("gzip", zlib.MAX_WBITS | 16),
    "deflate": ("deflate", zlib.MAX_WBITS),
}


async def unpacked(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> AsyncIterator[bytes]:
    """The body's bytes, unpacked."""
    if encoding in ("", "identity"):
        seen = 0
        async for chunk in chunks:
            seen += len(chunk)
            if seen > limit:
                raise Refusal("too_large", limit=limit)
            yield chunk
    elif encoding in _FORMATS:
        async for piece in _inflated(chunks, *_FORMATS[encoding], limit):
            yield piece
    else:
        raise Refusal("unsupported_type", expected="gzip, deflate")


async def _inflated(chunks: AsyncIterator[bytes], name: str, bits: int, limit: int) -> AsyncIterator[bytes]:
    seen = 0
    unzip = zlib.decompressobj(bits)
    try:
        async for chunk in chunks:
            while chunk:
                if unzip.eof:
                    unzip = zlib.decompressobj(bits)  # gzip allows several members in a row
                piece = unzip.decompress(chunk, STEP)
                chunk = unzip.unused_data if unzip.eof else unzip.unconsumed_tail
                seen += len(piece)
                if seen > limit:
                    raise Refusal("too_large", limit=limit)
                if piece:
                    yield piece
    except zlib.error as exc:
        raise Refusal("malformed", reason=name) from exc
    if not unzip.eof:
        raise Refusal("malformed", reason=f"{name} ends early")


async def lines_of(pieces: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes | Incoming]:
    """Lines without their newline; blank ones are left out. One that is too long comes as Incoming with its beginning."""
    kept = bytearray()
    too_long = False
    async for piece in pieces:
        *ends, rest = piece.split(b"\n")
        for end in ends:
            kept += end
            if line := _line(kept, limit, too_long):
                yield line
            kept, too_long = bytearray(), False
        kept += rest
        if len(kept) > limit:
            del kept[limit:]
            too_long = True
    if line := _line(kept, limit, too_long):
        yield line


def _line(kept: bytearray, limit: int, too_long: bool) -> bytes | Incoming | None:
    if too_long or len(kept) > limit:
        return broken(bytes(kept[:limit]), "line_too_large")
    line = bytes(kept)
    return line if line.strip() else None
