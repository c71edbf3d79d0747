"""What a file is by its content: the kinds a village's records may hold, and the tricks that are refused.

Nothing is decoded or unpacked here. A picture's size is read off its head, a document's parts off its table of contents; what
claims more than the limits, or carries something behind its end, is refused before anybody opens it.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.refusals import Refusal

#: A picture may not unpack to more than this.
SIDE = 12_000
PIXELS = 50_000_000
#: A document: parts, bytes unpacked, how many times smaller it may be packed.
MEMBERS = 2_000
UNPACKED = 200 * 2**20
RATIO = 200
TEXT_SAMPLE = 2**20

_OFFICE = "application/vnd.openxmlformats-officedocument."
#: Ending of the answer → media type it is served as.
TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp",
    "webm": "video/webm", "mp4": "video/mp4", "mov": "video/quicktime", "3gp": "video/3gpp",
    "ogg": "audio/ogg", "m4a": "audio/mp4", "mp3": "audio/mpeg", "wav": "audio/wav",
    "pdf": "application/pdf", "txt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8",
    "docx": _OFFICE + "wordprocessingml.document", "xlsx": _OFFICE + "spreadsheetml.sheet",
}  # fmt: skip


def checked(path: Path, ending: str) -> str:
    """The media type of a file that is what its ending says; refused otherwise."""
    if ending not in TYPES:
        raise Refusal("file_type")
    if ending in ("docx", "xlsx"):
        _office(path, ending)
        return TYPES[ending]
    data = path.read_bytes()
    if ending in _PICTURES:
        _picture(data, ending)
    elif ending in ("txt", "csv"):
        _text(data)
    elif not _MAGIC[ending].match(data):
        raise Refusal("file_type")
    return TYPES[ending]


_FTYP = rb"....ftyp(?:%s)"
_MAGIC = {
    "webm": re.compile(rb"\x1a\x45\xdf\xa3.{1,60}webm", re.DOTALL),
    "mp4": re.compile(_FTYP % rb"isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|3gp.", re.DOTALL),
    "m4a": re.compile(_FTYP % rb"M4A |M4B |isom|iso[2-9]|mp4[12]|dash|3gp.", re.DOTALL),
    "mov": re.compile(_FTYP % rb"qt  ", re.DOTALL),
    "3gp": re.compile(_FTYP % rb"3g[p2].|isom|mp4[12]", re.DOTALL),
    "ogg": re.compile(rb"OggS\x00"),
    "mp3": re.compile(rb"ID3[\x02-\x04]|\xff[\xf2\xf3\xfa\xfb]"),
    "wav": re.compile(rb"RIFF....WAVE", re.DOTALL),
    "pdf": re.compile(rb"%PDF-[12]\.\d"),
}


# Pictures


@dataclass
class _Sizes:
    """Every size a picture claims: a second one must not hide behind a small first one."""

    found: list[tuple[int, int]]

    def check(self) -> None:
        if not self.found:
            raise Refusal("file_type")
        for width, height in self.found:
            if not width or not height:
                raise Refusal("file_type")
            if width > SIDE or height > SIDE or width * height > PIXELS:
                raise Refusal("file_pixels", limit=PIXELS // 1_000_000)


def _picture(data: bytes, ending: str) -> None:
    try:
        _Sizes(list(_PICTURES[ending](data))).check()
    except (struct.error, IndexError):
        raise Refusal("file_type") from None
    if _PAGE.search(data):
        raise Refusal("file_unsafe")


#: A page or a program hidden in a picture's notes or pixels: too long to stand there by chance.
_PAGE = re.compile(rb"<(?:script|iframe|!doctype html|html[ >]|svg xmlns|\?php )", re.IGNORECASE)


#: The one note of a camera that may stay: which side is up.
_TURNED = re.compile(
    rb"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0[\x01-\x08]\0\0\0\0\0\0", re.DOTALL
)


def _jpeg(data: bytes) -> Iterator[tuple[int, int]]:
    """Walks the segments up to the end mark; what cameras write about time and place is refused, and so is what follows."""
    if data[:2] != b"\xff\xd8":
        raise Refusal("file_type")
    at = 2
    while True:
        if data[at] != 0xFF:
            raise Refusal("file_type")
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == 0xD9:
            _ends(data, at + 2)
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2:
            raise Refusal("file_type")
        if marker == 0xED or (marker == 0xE1 and not _TURNED.fullmatch(data, at + 4, at + 2 + length)):
            raise Refusal("file_metadata")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            yield width, height
        at += 2 + length
        if marker == 0xDA:
            at = _scan_end(data, at)


_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _scan_end(data: bytes, at: int) -> int:
    """Where the packed pixels end: the next mark that is neither stuffing nor a restart."""
    found = _IN_SCAN.search(data, at)
    if found is None:
        raise Refusal("file_type")
    return found.start()


def _png(data: bytes) -> Iterator[tuple[int, int]]:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        raise Refusal("file_type")
    at = 8
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        if kind == b"IHDR":
            yield struct.unpack_from(">II", data, at + 8)
        if kind in (b"eXIf", b"tEXt", b"zTXt", b"iTXt"):
            raise Refusal("file_metadata")
        at += 12 + length
        if kind == b"IEND":
            return _ends(data, at)


def _webp(data: bytes) -> Iterator[tuple[int, int]]:
    (size,) = struct.unpack_from("<I", data, 4)
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Refusal("file_type")
    _ends(data, size + 8)
    at = 12
    while at < size + 8:
        kind = data[at : at + 4]
        (length,) = struct.unpack_from("<I", data, at + 4)
        if kind in (b"EXIF", b"XMP "):
            raise Refusal("file_metadata")
        if kind == b"VP8 ":
            width, height = struct.unpack_from("<HH", data, at + 14)
            yield width & 0x3FFF, height & 0x3FFF
        elif kind == b"VP8L":
            (bits,) = struct.unpack_from("<I", data, at + 9)
            yield (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif kind == b"VP8X":
            yield _three(data, at + 12) + 1, _three(data, at + 15) + 1
        at += 8 + length + (length & 1)


def _three(data: bytes, at: int) -> int:
    return data[at] | data[at + 1] << 8 | data[at + 2] << 16


def _ends(data: bytes, at: int) -> None:
    """A file that goes on behind its end is two files in one. Some phones pad with zeros."""
    if at > len(data):
        raise Refusal("file_type")
    if data[at:].strip(b"\x00"):
        raise Refusal("file_unsafe")


_PICTURES = {"jpg": _jpeg, "png": _png, "webp": _webp}


# Text and documents


def _text(data: bytes) -> None:
    """UTF-8 or what Excel of a Chinese Windows writes; bytes that no text has are refused."""
    sample = data[:TEXT_SAMPLE]
    # A page or a drawing is text as well, and some documents begin as text.
    if sample.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"%PDF")):
        raise Refusal("file_type")
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", sample):
        raise Refusal("file_type")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            # The sample may end inside a character.
            sample[: max(0, len(sample) - 4) or None].decode(encoding) if len(
                data
            ) > TEXT_SAMPLE else sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        return
    raise Refusal("file_type")


_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def _office(path: Path, ending: str) -> None:
    """Reads the table of contents only."""
    data = path.read_bytes()
    if data[:4] != b"PK\x03\x04":
        raise Refusal("file_type")
    # Counted before they are read: a million entries take the reader half a gigabyte.
    if data.count(b"PK\x01\x02") > MEMBERS:
        raise Refusal("file_unsafe")
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
        raise Refusal("file_type") from None
    _members(members, path.stat().st_size)
    names = {member.filename for member in members}
    if not {"[Content_Types].xml", _MAIN[ending]} <= names:
        raise Refusal("file_type")
    if any("vba" in name.lower() or name.lower().endswith(_PROGRAMS) for name in names):
        raise Refusal("file_unsafe")


#: What has no place in a letter or a table.
_PROGRAMS = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".lnk", ".jar", ".apk", ".html", ".htm", ".zip", ".rar", ".7z")


def _members(members: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    # Members that lie over one another pack more than the file has.
    if len(members) > MEMBERS or unpacked > UNPACKED or packed > size or unpacked > RATIO * max(size, 1024):
        raise Refusal("file_unsafe")
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise Refusal("file_unsafe")
    for member in members:
        parts = member.orig_filename.replace("\\", "/").split("/")
        hidden = ".." in parts or parts[0] == "" or ":" in parts[0] or "\x00" in member.orig_filename
        # 1: encrypted. A link says where it leads in its attributes.
        if hidden or member.flag_bits & 1 or (member.external_attr >> 16) & 0o170000 == 0o120000:
            raise Refusal("file_unsafe")
