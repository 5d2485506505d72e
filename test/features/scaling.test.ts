import { describe, expect, it } from 'vitest';
import { fitScaler, scaleFeatures } from '../../src/index.js';

describe('scaling', () => {
  // Expected values: scikit-learn 1.2 StandardScaler on [[1, 7], [2, 7], [4, 7], [nan, 7]].
  const features = {
    rows: 4,
    columns: [
      Float32Array.of(1, 2, 4, Number.NaN),
      Float32Array.of(7, 7, 7, 7),
      new Float32Array(4).fill(Number.NaN),
    ],
  };

  it('standardises as StandardScaler does, and leaves constant and missing columns alone', () => {
    const scaler = fitScaler(features);
    expect(scaler.mean[0]).toBeCloseTo(2.3333333, 6);
    expect(scaler.std[0]).toBeCloseTo(1.2472191, 6);
    const [first, second, third] = scaleFeatures(features, scaler).columns;
    expect(Array.from(first.slice(0, 3))).toEqual([
      expect.closeTo(-1.0690449, 6),
      expect.closeTo(-0.2672612, 6),
      expect.closeTo(1.3363062, 6),
    ]);
    expect(first[3]).toBeNaN();
    expect(Array.from(second)).toEqual([0, 0, 0, 0]);
    expect(third.every(Number.isNaN)).toBe(true);
  });

  it('refuses a scaler of another width', () => {
    const scaler = { mean: [0], std: [1] };
    expect(() => scaleFeatures(features, scaler)).toThrowError(/1 columns cannot scale 3/);
  });
});
