// Ours, not the library's: loaded as a module, its one-file build only sets this global.
interface PinyinOptions {
  mode?: 'normal' | 'surname';
  toneType?: 'symbol' | 'num' | 'none';
  pattern?: 'pinyin' | 'initial' | 'final' | 'num' | 'first';
  type?: 'string' | 'array' | 'all';
  multiple?: boolean;
  nonZh?: 'spaced' | 'consecutive' | 'removed';
  surname?: 'all' | 'head' | 'off';
  v?: boolean | string;
}
declare global {
  var pinyinPro: {
    pinyin(word: string, options: PinyinOptions & { type: 'array' }): string[];
    pinyin(word: string, options?: PinyinOptions): string;
    polyphonic(word: string, options?: PinyinOptions): string[];
    match(text: string, pinyin: string, options?: { precision?: 'first' | 'start' | 'every' | 'any'; continuous?: boolean; v?: boolean }): number[] | null;
    customPinyin(config: Record<string, string>): void;
  };
}
export {};
