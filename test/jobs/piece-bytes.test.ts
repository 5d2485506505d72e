import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePiece, encodePiece } from '../../src/jobs/fan-out/piece-bytes.js';
import { partArray } from '../../src/models/part-work.js';

describe('pieces as bytes', () => {
  it('reads back data and arrays to the last bit, from any place in a buffer', () => {
    const arrays = fc.record({
      units: fc.float64Array(),
      counts: fc.array(fc.integer({ min: -5, max: 1000 })).map((values) => Float64Array.from(values)),
      residuals: fc.float32Array(),
      days: fc.int32Array(),
      flags: fc.uint8Array(),
    });
    fc.assert(
      fc.property(fc.string(), arrays, fc.nat(9), (name, given, shift) => {
        const bytes = encodePiece({ about: { name }, arrays: given });
        const moved = new Uint8Array(bytes.length + shift);
        moved.set(bytes, shift);
        const read = decodePiece(moved.subarray(shift));
        expect(read.about).toEqual({ name });
        for (const [key, values] of Object.entries(given)) {
          const same = [...read.arrays[key]].every((value, i) => Object.is(value, values[i]));
          expect(same && read.arrays[key].length === values.length).toBe(true);
          expect(read.arrays[key].constructor).toBe(values.constructor);
        }
      }),
    );
  });

  it('keeps missing values and minus zero where whole numbers are narrowed', () => {
    const units = Float64Array.from({ length: 400 }, (_, i) => [3, Number.NaN, -0, 2 ** 24][i % 4]);
    const whole = encodePiece({ about: {}, arrays: { units } });
    expect(decodePiece(whole).arrays['units']).toEqual(units);
    const fine = encodePiece({ about: {}, arrays: { units: units.map((value) => value + 0.1) } });
    expect(whole.length).toBeLessThan(fine.length);
  });

  it('refuses bytes that are no piece, and arrays of another kind or length', () => {
    const bytes = encodePiece({ about: {}, arrays: { days: Int32Array.of(1, 2) } });
    for (const wrong of [
      bytes.subarray(0, 4),
      bytes.subarray(0, 20),
      new Uint8Array(64),
      bytes.subarray(0, -8),
    ]) {
      expect(() => decodePiece(wrong)).toThrow('not a piece');
    }
    const piece = decodePiece(bytes);
    expect(partArray(piece, 'days', 'int32', 2)).toEqual(Int32Array.of(1, 2));
    for (const call of [
      () => partArray(piece, 'days', 'float64', 2),
      () => partArray(piece, 'days', 'int32', 3),
      () => partArray(piece, 'other', 'int32', 2),
    ]) {
      expect(call).toThrow('has no');
    }
  });
});
