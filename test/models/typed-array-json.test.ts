import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeArray, encodeArray } from '../../src/models/typed-array-json.js';

it('writes the base64 of the bytes, as Node does, and reads it back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const encoded = encodeArray(bytes);
      expect(encoded).toEqual({ kind: 'uint8', base64: Buffer.from(bytes).toString('base64') });
      expect(decodeArray(encoded, 'uint8', bytes.length)).toEqual(bytes);
    }),
  );
  const part = Float64Array.of(1, Math.PI, Number.NaN, -0).subarray(1);
  expect(decodeArray(encodeArray(part), 'float64')).toEqual(part);
});
