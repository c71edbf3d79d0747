"""A small PMTiles file of pictures, written here byte by byte after the specification of version 3."""

from __future__ import annotations

import gzip
import math
import struct
from collections.abc import Iterable

from tests.pictures import png

PNG, VECTOR = 2, 1
Tile = tuple[int, int, int]


def tile_at(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile a place lies in."""
    turn = math.radians(lat)
    down = (1 - math.asinh(math.tan(turn)) / math.pi) / 2
    return int((lon + 180) / 360 * 2**zoom), int(down * 2**zoom)


def tiles_around(lat: float, lon: float, zoom: int, reach: int) -> list[Tile]:
    x, y = tile_at(lat, lon, zoom)
    steps = range(-reach, reach + 1)
    return [(zoom, x + right, y + down) for right in steps for down in steps]


def number_of(zoom: int, x: int, y: int) -> int:
    """Along the Hilbert curve of its zoom, after all tiles of the zooms before."""
    number, half = ((1 << 2 * zoom) - 1) // 3, 1 << zoom >> 1
    while half:
        right, low = int(bool(x & half)), int(bool(y & half))
        number += half * half * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = half - 1 - (x & (half - 1)), half - 1 - (y & (half - 1))
            x, y = y, x
        x, y, half = x & (half - 1), y & (half - 1), half // 2
    return number


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 127:
        written.append(number & 127 | 128)
        number >>= 7
    return bytes([*written, number])


def _directory(entries: list[tuple[int, int, int]]) -> bytes:
    """Entries of number, where in the data, how long; each picture stands for one tile."""
    numbers = [number for number, _, _ in entries]
    steps = [b - a for a, b in zip([0, *numbers], numbers, strict=False)]
    columns = [steps, [1] * len(entries), [n for _, _, n in entries], [at + 1 for _, at, _ in entries]]
    return gzip.compress(
        b"".join(map(_varint, [len(entries), *(n for column in columns for n in column)])), mtime=0
    )


def archive(tiles: Iterable[Tile], *, kind: int = PNG, version: int = 3, seed: int = 0) -> bytes:
    """A picture for each tile, all in one directory; a tile's picture tells its number by its colours."""
    ordered = sorted((number_of(*tile), tile) for tile in tiles)
    entries, data = [], b""
    for number, _ in ordered:
        picture = png(32, 32, seed=number + seed)
        entries.append((number, len(data), len(picture)))
        data += picture
    root, about = _directory(entries), gzip.compress(b"{}", mtime=0)
    zooms = [tile[0] for _, tile in ordered]
    places = [127, len(root), 127 + len(root), len(about), 127 + len(root) + len(about), 0]
    places += [127 + len(root) + len(about), len(data), len(entries), len(entries), len(entries)]
    bounds = struct.pack("<iiii", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)
    flags = bytes([1, 2, 1, kind, min(zooms), max(zooms)])
    head = (
        b"PMTiles"
        + bytes([version])
        + struct.pack("<11Q", *places)
        + flags
        + bounds
        + bytes([min(zooms)])
        + bytes(8)
    )
    assert len(head) == 127
    return head + root + about + data
