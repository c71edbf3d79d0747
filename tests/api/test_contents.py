"""What a file is by its content: what is taken, and each trick that is not."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from server.contents import TYPES, checked
from server.refusals import Refusal
from tests.pictures import exif, jpeg, office, png, png_text, segment, turned, webp

FTYP = b"\0\0\0\x18ftyp"
GOOD = {
    "jpg": jpeg(1600, 1200), "png": png(), "webp": webp(1600, 900),
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm" + bytes(40),
    "mp4": FTYP + b"isom" + bytes(40), "mov": FTYP + b"qt  " + bytes(40), "3gp": FTYP + b"3gp4" + bytes(40),
    "m4a": FTYP + b"M4A " + bytes(40), "ogg": b"OggS\0\x02" + bytes(40), "mp3": b"ID3\x04\0" + bytes(40),
    "wav": b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "pdf": b"%PDF-1.7\n%\xe2\xe3\n",
    "txt": "访谈记录\r\n第二行".encode(), "csv": "姓名,电话\n张三,1".encode("gb18030"),
    "docx": office(main="word/document.xml"), "xlsx": office(),
}  # fmt: skip


def check(folder: Path, ending: str, data: bytes) -> str:
    path = folder / "upload"
    path.write_bytes(data)
    return checked(path, ending)


def test_every_kind_has_a_good_example() -> None:
    assert set(GOOD) == set(TYPES)


@pytest.mark.parametrize("ending", sorted(GOOD))
def test_what_is_what_it_says_is_taken(tmp_path: Path, ending: str) -> None:
    assert check(tmp_path, ending, GOOD[ending]) == TYPES[ending]


@pytest.mark.parametrize("ending", sorted(GOOD))
def test_nothing_else_passes_for_it(tmp_path: Path, ending: str) -> None:
    # Boxes of one family name each other's contents; a text may begin as it likes, as long as it is text.
    boxes = {"mp4", "mov", "3gp", "m4a"}
    for other, data in GOOD.items():
        if other == ending or {other, ending} <= boxes or {other, ending} <= {"txt", "csv"}:
            continue
        with pytest.raises(Refusal):
            check(tmp_path, ending, data)


@pytest.mark.parametrize("ending", sorted(GOOD))
def test_a_file_cut_short_or_garbled_never_breaks_the_reader(tmp_path: Path, ending: str) -> None:
    data = GOOD[ending]
    for cut in sorted({0, 1, 2, 3, 5, 9, 13, 20, len(data) // 2, len(data) - 1}):
        try:
            check(tmp_path, ending, data[:cut])
        except Refusal as refusal:
            assert refusal.kind.code.startswith("file_")
    for at in range(0, min(len(data), 120)):
        for value in (0x00, 0xFF, 0x7F):
            garbled = data[:at] + bytes((value,)) + data[at + 1 :]
            try:
                check(tmp_path, ending, garbled)
            except Refusal as refusal:
                assert refusal.kind.code.startswith("file_")


def test_which_side_is_up_may_stay(tmp_path: Path) -> None:
    for side in range(1, 9):
        assert check(tmp_path, "jpg", jpeg(extra=turned(side))) == "image/jpeg"


def zipped(names: dict[str, bytes], **attributes: int) -> bytes:
    """Members under exactly these names, `..` and all."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {"[Content_Types].xml": b"", "xl/workbook.xml": b"", **names}.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes.get("external_attr", 0)
            packed.writestr(info, data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def overlapping() -> bytes:
    """Many members that are all the same bytes of the file."""
    data = bytearray(zipped({f"xl/{n:03d}": bytes(200_000) for n in range(3)}))
    first = data.index(b"PK\x01\x02")
    # The packed length in each entry of the table of contents, made larger than the file.
    at = first
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 20 : at + 24] = struct.pack("<I", len(data))
        at += 4
    return bytes(data)


TRICKS: dict[str, tuple[str, bytes, str]] = {
    "zip bomb": ("xlsx", zipped({"xl/big": bytes(40 * 2**20)}), "file_unsafe"),
    "members over one another": ("xlsx", overlapping(), "file_unsafe"),
    "too many members": ("xlsx", zipped({f"x/{n}": b"" for n in range(2001)}), "file_unsafe"),
    "a way up": ("xlsx", zipped({"../../etc/cron.d/x": b"x"}), "file_unsafe"),
    "a way up, the other slash": ("xlsx", zipped({"xl\\..\\..\\x": b"x"}), "file_unsafe"),
    "from the root": ("xlsx", zipped({"/etc/passwd": b"x"}), "file_unsafe"),
    "a drive": ("xlsx", zipped({"C:/x": b"x"}), "file_unsafe"),
    "a link": ("xlsx", zipped({"xl/link": b"/etc/passwd"}, external_attr=0o120777 << 16), "file_unsafe"),
    "a macro": ("xlsx", zipped({"xl/vbaProject.bin": b"x"}), "file_unsafe"),
    "a zip of something else": ("docx", office(), "file_type"),
    "a zip behind a picture": ("jpg", jpeg(tail=office()), "file_unsafe"),
    "a page behind a picture": ("png", png() + b"<script>", "file_unsafe"),
    "a tail in a WebP": ("webp", webp() + b"PK\x03\x04", "file_unsafe"),
    "a picture of 30,000 by 30,000": ("png", png(30_000, 2)[:16] + struct.pack(">II", 30_000, 30_000) + png(30_000, 2)[24:], "file_pixels"),
    "a JPEG of 65,000 by 65,000": ("jpg", jpeg(65_000, 65_000), "file_pixels"),
    "a large size behind a small one": ("jpg", jpeg(extra=segment(0xC0, struct.pack(">BHHB", 8, 65_000, 65_000, 0))), "file_pixels"),
    "a WebP of 16 million pixels a side": ("webp", webp(2**24, 2**24), "file_pixels"),
    "a picture without any size": ("jpg", b"\xff\xd8\xff\xd9", "file_type"),
    "where it was taken, JPEG": ("jpg", jpeg(extra=exif()), "file_metadata"),
    "a note behind which side is up": ("jpg", jpeg(extra=turned(more=b"N 26.5")), "file_metadata"),
    "a side that is none": ("jpg", jpeg(extra=turned(9)), "file_metadata"),
    "where it was taken, PNG": ("png", png(extra=png_text()), "file_metadata"),
    "where it was taken, WebP": ("webp", webp(extra=b"EXIF\x04\0\0\0MM\0\x2a"), "file_metadata"),
    "a page as a picture": ("jpg", b"<html><script>alert(1)</script>", "file_type"),
    "a program as a text": ("txt", b"\x7fELF\x02\x01\x01" + bytes(20), "file_type"),
    "an ending nobody knows": ("svg", b"<svg onload='alert(1)'/>", "file_type"),
    "an ending with a path": ("../x", b"x", "file_type"),
}  # fmt: skip


@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_is_refused_by_name(tmp_path: Path, name: str) -> None:
    ending, data, code = TRICKS[name]
    with pytest.raises(Refusal) as refused:
        check(tmp_path, ending, data)
    assert refused.value.kind.code == code
