// Ours: only what pwa/form/widgets/pack/ calls.
export interface ReadResult {
  text: string;
  format: string;
  isValid: boolean;
}
export function prepareZXingModule(options: {
  overrides: { locateFile: (path: string) => string };
  fireImmediately: true;
}): Promise<unknown>;
export function readBarcodes(input: Blob | ImageData, options?: { tryHarder?: boolean; maxNumberOfSymbols?: number }): Promise<ReadResult[]>;
