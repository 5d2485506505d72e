import type { Panel } from '../panel/panel.js';

/** The two halves of a 64-bit FNV-1a style hash, kept as 32-bit integers. */
class Fingerprint {
  private high = 0xcbf29ce4;
  private low = 0x84222325;

  addWord(word: number): void {
    this.low = Math.imul(this.low ^ word, 0x01000193);
    this.high = Math.imul(this.high ^ (word + this.low), 0x85ebca6b);
    this.high ^= this.high >>> 15;
  }

  addText(text: string): void {
    this.addWord(text.length);
    for (let i = 0; i < text.length; i++) this.addWord(text.charCodeAt(i));
  }

  toHex(): string {
    const hex = (half: number) => (half >>> 0).toString(16).padStart(8, '0');
    return hex(this.high) + hex(this.low);
  }
}

/**
 * 16 hexadecimal digits that change when the sales, the products or the configuration change: the lineage of a
 * model version. Not a cryptographic hash.
 */
export function dataFingerprint(panel: Panel, configuration: unknown): string {
  const fingerprint = new Fingerprint();
  fingerprint.addText(JSON.stringify(configuration));
  fingerprint.addWord(panel.startDay);
  fingerprint.addWord(panel.days);
  for (const id of panel.ids) fingerprint.addText(id);
  for (const category of panel.categories) fingerprint.addText(category);
  for (const category of panel.categoryOf) fingerprint.addWord(category);
  const words = new Uint32Array(panel.units.buffer, panel.units.byteOffset, panel.units.length * 2);
  for (let i = 0; i < words.length; i++) fingerprint.addWord(words[i]);
  return fingerprint.toHex();
}
