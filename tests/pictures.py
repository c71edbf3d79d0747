"""Small real files for tests: each is what its ending says, made here byte by byte."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

from PIL import Image


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 8, height: int = 8, *, extra: bytes = b"", seed: int = 0) -> bytes:
    """A picture a browser can draw, as large in bytes as it has pixels that differ."""
    rows = b"".join(
        b"\0" + bytes((x * 7 + y * 13 + seed) % 256 for x in range(width * 3))
        for y in range(min(height, 2000))
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + extra
        + _chunk(b"IDAT", zlib.compress(rows, 0))
        + _chunk(b"IEND", b"")
    )


def photo(width: int = 800, height: int = 600, *, side: int = 1, seed: int = 0, format_: str = "JPEG", mode: str = "RGB", **how: object) -> bytes:
    """A real picture that stays large when it is packed: the left half red, noise over all of it. `side`: as a camera notes it."""
    grain = Image.frombytes("L", (width // 8, height // 8), random.Random(seed).randbytes((width // 8) * (height // 8)))
    picture = Image.merge("RGB", [grain.resize((width, height))] * 3)
    picture.paste(Image.blend(picture.crop((0, 0, width // 2, height)), Image.new("RGB", (width // 2, height), "red"), 0.7), (0, 0))
    out = io.BytesIO()
    picture.convert(mode).save(out, format_, **how)
    data = out.getvalue()
    return data if side == 1 else data[:2] + turned(side) + data[2:]


def png_text(text: bytes = b"Comment\0home") -> bytes:
    return _chunk(b"tEXt", text)


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def jpeg(width: int = 8, height: int = 8, *, extra: bytes = b"", tail: bytes = b"") -> bytes:
    """The skeleton of a JPEG: heads, one scan, an end. Readers of heads cannot tell it from a photo."""
    jfif = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\x34\xff\0\x56\xff\xd0\x78"
    return b"\xff\xd8" + jfif + extra + frame + scan + b"\xff\xd9" + tail


def exif() -> bytes:
    return segment(0xE1, b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0")


def turned(side: int = 6, *, more: bytes = b"") -> bytes:
    """Which side is up, as the app leaves it."""
    table = b"\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">HH", side, 0) + bytes(4)
    return segment(0xE1, b"Exif\0\0MM\0\x2a\0\0\0\x08" + table + more)


def webp(width: int = 8, height: int = 8, *, extra: bytes = b"") -> bytes:
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes(4) + _three(width - 1) + _three(height - 1)
    frame = (
        b"VP8 "
        + struct.pack("<I", 10)
        + b"\0\0\0\x9d\x01\x2a"
        + struct.pack("<HH", min(width, 0x3FFF), min(height, 0x3FFF))
    )
    body = b"WEBP" + canvas + frame + extra
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _three(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def office(members: dict[str, bytes] | None = None, *, main: str = "xl/workbook.xml") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {
            "[Content_Types].xml": b"<Types/>",
            main: b"<workbook/>",
            **(members or {}),
        }.items():
            packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()
