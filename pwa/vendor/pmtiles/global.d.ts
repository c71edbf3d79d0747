/** What we call of pmtiles; ours, not the package's. */
export interface Header {
  tileType: number;
  minZoom: number;
  maxZoom: number;
  minLon: number;
  minLat: number;
  maxLon: number;
  maxLat: number;
  etag?: string;
}
export interface Source {
  getKey(): string;
  getBytes(offset: number, length: number, signal?: AbortSignal, etag?: string): Promise<{ data: ArrayBuffer; etag?: string }>;
}
export class EtagMismatch extends Error {}
export class PMTiles {
  constructor(source: Source);
  getHeader(): Promise<Header>;
  getZxy(z: number, x: number, y: number, signal?: AbortSignal): Promise<{ data: ArrayBuffer } | undefined>;
}
