/**
 * Where a photo was taken, by what the camera wrote into it. Asked only by questions that name a place to put it in
 * (`parameters.place_into`): everything a camera notes goes when the photo is made small, the place is kept as an answer.
 * Promises: pure; null where nothing trustworthy is written; never looks further than the head of the file.
 */

/** What cameras write stands before the picture. */
const HEAD_BYTES = 256 * 1024;
const GPS = 0x8825;
const RATIONAL = 5;

/** The TIFF block of a JPEG's camera notes. @param {DataView} view @returns {DataView | null} */
function notesOf(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker < 0xff00 || marker === 0xffda) return null;
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return new DataView(view.buffer, view.byteOffset + at + 10);
  }
  return null;
}

/** A directory's entries: tag → where its entry stands. @param {DataView} notes @param {number} at @param {boolean} little @returns {Map<number, number>} */
function entriesAt(notes, at, little) {
  const n = notes.getUint16(at, little);
  return new Map(Array.from({ length: n }, (_, one) => at + 2 + 12 * one).map((entry) => [notes.getUint16(entry, little), entry]));
}

/** Degrees, minutes and seconds as one number. @param {DataView} notes @param {number | undefined} entry @param {boolean} little */
function degrees(notes, entry, little) {
  if (entry === undefined || notes.getUint16(entry + 2, little) !== RATIONAL || notes.getUint32(entry + 4, little) !== 3) return NaN;
  const at = notes.getUint32(entry + 8, little);
  return [1, 60, 3600].reduce((sum, part, n) => {
    const below = notes.getUint32(at + 8 * n + 4, little);
    const above = notes.getUint32(at + 8 * n, little);
    return sum + (below ? above / below : above ? NaN : 0) / part;
  }, 0);
}

/** @param {DataView} notes @returns {[number, number] | null} */
function placeIn(notes) {
  const little = notes.getUint16(0) === 0x4949;
  const gps = entriesAt(notes, notes.getUint32(4, little), little).get(GPS);
  if (gps === undefined) return null;
  const entries = entriesAt(notes, notes.getUint32(gps + 8, little), little);
  const side = (/** @type {number} */ tag) => String.fromCharCode(notes.getUint8((entries.get(tag) ?? NaN) + 8));
  const latitude = degrees(notes, entries.get(2), little) * (side(1) === 'S' ? -1 : 1);
  const longitude = degrees(notes, entries.get(4), little) * (side(3) === 'W' ? -1 : 1);
  const isSound = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0);
  return isSound ? [latitude, longitude] : null;
}

/** As a geopoint is answered; how exact it is, no camera says. @param {Blob} photo @returns {Promise<string | null>} */
export async function takenAt(photo) {
  try {
    const notes = notesOf(new DataView(await photo.slice(0, HEAD_BYTES).arrayBuffer()));
    const place = notes && placeIn(notes);
    return place && `${place.map((one) => one.toFixed(6)).join(' ')} 0 0`;
  } catch {
    return null; // a note that leads beyond the file
  }
}
