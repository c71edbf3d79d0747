// Pictures without what cameras write into them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bare } from '../../pwa/store/bare.js';

const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)));
const be = (n, size) => Array.from({ length: size }, (_, at) => (n >>> (8 * (size - 1 - at))) & 255);
const le = (n) => be(n, 4).reverse();
const segment = (marker, ...parts) => [0xff, marker, ...be(bytes(...parts).length + 2, 2), ...bytes(...parts)];
const bared = (data, ext) => {
  const result = bare(data.buffer, ext);
  return result && Buffer.from(result).toString('latin1');
};
const text = (...parts) => Buffer.from(bytes(...parts)).toString('latin1');

const START = [0xff, 0xd8];
const JFIF = segment(0xe0, 'JFIF\0');
const COLOUR = segment(0xe2, 'ICC_PROFILE\0');
const FRAME = segment(0xc0, [8, 0, 8, 0, 8, 1]);
const SCAN = [...segment(0xda, [1, 1]), 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xff];
const END = [0xff, 0xd9];
/** Exif with a direction and a place, in either order of bytes. */
function exif(side, little) {
  const number = (n, size) => (little ? be(n, size).reverse() : be(n, size));
  const entry = (tag, value) => [...number(tag, 2), ...number(3, 2), ...number(1, 4), ...number(value, 2), 0, 0];
  return segment(0xe1, 'Exif\0\0', little ? 'II' : 'MM', number(42, 2), number(8, 4), number(2, 2), entry(0x0112, side), entry(0x8825, 99), 'N 26.58 E 107.98');
}

test('a photo loses place, time, editors and the film behind its end, and keeps colour and every pixel', () => {
  const XMP = segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x/>');
  const MORE = segment(0xe2, 'MPF\0II');
  const data = bytes(START, JFIF, exif(1, false), XMP, COLOUR, MORE, segment(0xed, 'Photoshop'), segment(0xe7, 'maker'), segment(0xfe, '<html> N26'), FRAME, SCAN, FRAME, SCAN, END, 'ftypmp42 a film');
  assert.equal(bared(data, 'jpg'), text(START, JFIF, COLOUR, FRAME, SCAN, FRAME, SCAN, END));
});

test('which side is up stays, and nothing else of the block', () => {
  for (const little of [false, true]) {
    const result = bared(bytes(START, exif(6, little), FRAME, SCAN, END), 'jpg');
    assert.equal(result.includes('26.58'), false);
    assert.equal(result, text(START, segment(0xe1, 'Exif\0\0MM', [0, 42, 0, 0, 0, 8, 0, 1], [1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], [0, 0, 0, 0]), FRAME, SCAN, END));
    assert.equal(bared(bytes(Buffer.from(result, 'latin1').toString('latin1')), 'jpg'), result, 'doing it twice changes nothing');
  }
});

test('a PNG and a WebP lose their notes, and say no more that they have them', () => {
  const chunk = (kind, data) => [...be(bytes(data).length, 4), ...bytes(kind, data), 0, 0, 0, 0];
  const HEAD = '\x89PNG\r\n\x1a\n';
  const png = bytes(HEAD, chunk('IHDR', 'x'), chunk('tEXt', 'where'), chunk('eXIf', 'MM'), chunk('IDAT', 'y'), chunk('IEND', ''), 'tail');
  assert.equal(bared(png, 'png'), text(HEAD, chunk('IHDR', 'x'), chunk('IDAT', 'y'), chunk('IEND', '')));
  const part = (kind, data) => [...bytes(kind), ...le(bytes(data).length), ...bytes(data), ...(bytes(data).length % 2 ? [0] : [])];
  const riff = (...parts) => ['RIFF', le(4 + bytes(...parts).length), 'WEBP', ...parts];
  const webp = bytes(...riff(part('VP8X', [0x2c, 0, 0, 0, 7, 0, 0, 7, 0, 0]), part('VP8 ', 'abc'), part('EXIF', 'MM*'), part('XMP ', '<x/>')), 'tail');
  assert.equal(bared(webp, 'webp'), text(...riff(part('VP8X', [0x20, 0, 0, 0, 7, 0, 0, 7, 0, 0]), part('VP8 ', 'abc'))));
});

test('what is no picture of its kind is refused, at whatever byte it ends; other files are left alone', () => {
  const photo = bytes(START, exif(3, true), FRAME, SCAN, END);
  for (let cut = 0; cut < photo.length; cut += 1) assert.equal(bared(photo.slice(0, cut), 'jpg'), null, `${cut}`);
  for (const ext of ['jpg', 'png', 'webp']) assert.equal(bared(bytes('<html><script>'), ext), null);
  assert.equal(bared(bytes('%PDF-1.7'), 'pdf'), '%PDF-1.7');
});
