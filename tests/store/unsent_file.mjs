// Another reader of the file of what is unsent, by Node's own ciphers: what the desk and a person's script do.
import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

/** @param {Blob} blob @returns {Promise<Buffer>} */
export const bytesOf = async (blob) => Buffer.from(await blob.arrayBuffer());

/** The lines inside. @param {Blob} blob @param {string} passphrase @returns {Promise<string>} */
export async function inside(blob, passphrase) {
  const bytes = await bytesOf(blob);
  const end = bytes.indexOf(10);
  const { kdf, iv } = JSON.parse(bytes.subarray(0, end).toString());
  const key = pbkdf2Sync(passphrase, Buffer.from(kdf.salt, 'base64'), kdf.iterations, 32, 'sha256');
  const opening = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'));
  opening.setAuthTag(bytes.subarray(-16));
  return gunzipSync(Buffer.concat([opening.update(bytes.subarray(end + 1, -16)), opening.final()])).toString();
}
