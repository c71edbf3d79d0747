// Ours, not the library's: loaded as a module, its one-file build only sets this global.
interface Argon2Options {
  password: Uint8Array;
  salt: Uint8Array;
  memorySize: number;
  iterations: number;
  parallelism: number;
  hashLength: number;
  outputType: 'binary';
}
declare global {
  var hashwasm: { argon2id(options: Argon2Options): Promise<Uint8Array> };
}
export {};
