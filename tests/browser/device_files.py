"""What a phone's devices would give: photos as cameras write them, a code on a packet, a film of it."""

from __future__ import annotations

import base64
import struct

from playwright.sync_api import Page

#: Grain, so that it does not become small by itself; red in the upper left corner, as the sensor saw it.
PHOTO = """async ([width, height]) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const pen = canvas.getContext('2d');
  const strip = pen.createImageData(width, 200);
  for (let y = 0; y < height; y += 200) {
    for (let i = 0; i < strip.data.length; i += 4) strip.data.set([Math.random() * 255, Math.random() * 200, 90, 255], i);
    pen.putImageData(strip, 0, y);
  }
  pen.fillStyle = '#c81e1e';
  pen.fillRect(0, 0, width / 4, height / 4);
  return GIVEN;
}"""
CODE = """async (text) => {
  const odd = ['0001101', '0011001', '0010011', '0111101', '0100011', '0110001', '0101111', '0111011', '0110111', '0001011'];
  const firsts = ['AAAAAA', 'AABABB', 'AABBAB', 'AABBBA', 'ABAABB', 'ABBAAB', 'ABBBAA', 'ABABAB', 'ABABBA', 'ABBABA'];
  const other = (bits) => [...bits].map((bit) => (bit === '0' ? '1' : '0')).join('');
  const digits = [...text].map(Number);
  let bars = '101';
  for (let at = 1; at < 7; at += 1) {
    const bits = odd[digits[at]];
    bars += firsts[digits[0]][at - 1] === 'A' ? bits : [...other(bits)].reverse().join('');
  }
  bars += '01010' + digits.slice(7).map((digit) => other(odd[digit])).join('') + '101';
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, 640, 480);
  pen.fillStyle = '#000';
  [...bars].forEach((bar, at) => bar === '1' && pen.fillRect(130 + at * 4, 120, 4, 220));
  return GIVEN;
}"""
GIVEN = """await new Promise((give) => canvas.toBlob((blob) => {
    const reader = new FileReader();
    reader.onload = () => give(reader.result.split(',')[1]);
    reader.readAsDataURL(blob);
  }, 'image/jpeg', 0.92))"""
MAKER = b"SpyPhone\0"


def exif(orientation: int) -> bytes:
    """What a camera writes beside the picture: who made it, which side was up, where it stood."""
    after = 8 + 2 + 12 * 3 + 4
    gps = after + len(MAKER) + 1
    entries = (
        struct.pack("<HHII", 0x010F, 2, len(MAKER), after)
        + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
        + struct.pack("<HHII", 0x8825, 4, 1, gps)
    )
    where = struct.pack("<H", 2) + struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0")
    where += struct.pack("<HHII", 2, 5, 3, gps + 2 + 24 + 4) + struct.pack("<I", 0)
    where += struct.pack("<6I", 26, 1, 30, 1, 12, 1)
    body = (
        b"Exif\0\0II*\0" + struct.pack("<IH", 8, 3) + entries + struct.pack("<I", 0) + MAKER + b"\0" + where
    )
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def photo(page: Page, width: int = 4000, height: int = 3000, orientation: int = 6) -> bytes:
    """As a phone held upright gives it: lying, with the word that it must be turned."""
    plain = base64.b64decode(page.evaluate(PHOTO.replace("GIVEN", GIVEN), [width, height]))
    return plain[:2] + exif(orientation) + plain[2:]


def packet(page: Page, number: str) -> bytes:
    """A picture of a packet with its EAN-13."""
    return base64.b64decode(page.evaluate(CODE.replace("GIVEN", GIVEN), number))
