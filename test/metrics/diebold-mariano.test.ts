import { describe, expect, it } from 'vitest';
import { dieboldMariano } from '../../src/metrics/index.js';

const own = [
  1.371, -0.565, 0.363, 0.633, 0.404, -0.106, 1.512, -0.095, 2.018, -0.063, 1.305, 2.287, -1.389, -0.279,
  -0.133, 0.636, -0.284, -2.656, -2.44, 1.32, -0.307, -1.781, -0.172, 1.215, 1.895, -0.43, -0.257, -1.763,
  0.46, -0.64, 0.455, 0.705, 1.035, -0.609, 0.505, -1.717, -0.784, -0.851, -2.414, 0.036,
];
const rival = [
  0.268, -0.469, 0.986, -0.945, -1.779, 0.563, -1.055, 1.877, -0.561, 0.852, 0.419, -1.019, 2.048, 0.836,
  0.117, 0.36, 0.883, 0.117, -3.891, 0.37, -0.477, 0.241, 0.756, 1.82, -0.945, 1.693, 0.437, 1.35, 1.197,
  0.937, -1.356, -0.117, 0.811, -1.24, -0.706, 0.755, 0.999, 0.603, -1.152, -1.43,
];

describe('dieboldMariano', () => {
  // R 4.2, forecast 8.20: dm.test(e1, e2, h, power, varestimator = "bartlett").
  it.each([
    [1, 1, -0.0905051569474684, 0.928349036999006],
    [1, 2, 0.15572936391071, 0.877049626495062],
    [3, 1, -0.118482986016026, 0.906293146412488],
    [3, 2, 0.231094642842715, 0.818449400377385],
    [7, 1, -0.117880919828156, 0.906767050614083],
    [7, 2, 0.256880708977251, 0.798621265381047],
  ])('gives what R gives for horizon %i and power %i', (horizon, power, statistic, pValue) => {
    const losses = (errors: readonly number[]) => errors.map((error) => Math.abs(error) ** power);
    const found = dieboldMariano(losses(own), losses(rival), { horizon });
    expect(found?.statistic).toBeCloseTo(statistic, 12);
    expect(found?.pValue).toBeCloseTo(pValue, 12);
  });

  it('is certain of equal losses, and leaves missing ones out', () => {
    expect(dieboldMariano([1, 2, 3], [1, 2, 3])).toEqual({ statistic: 0, pValue: 1 });
    const holes = [Number.NaN, ...own.map(Math.abs)];
    expect(dieboldMariano(holes, [3, ...rival.map(Math.abs)])).toEqual(
      dieboldMariano(own.map(Math.abs), rival.map(Math.abs)),
    );
  });

  it('says nothing from too few losses', () => {
    expect(dieboldMariano([1], [2])).toBeUndefined();
    expect(dieboldMariano([], [])).toBeUndefined();
    expect(dieboldMariano([1, 2, 1, 4], [2, 1, 3, 1], { horizon: 4 })).toBeUndefined();
    // A difference that never changes has no variance to be measured by.
    expect(dieboldMariano([1, 1, 1, 1], [2, 2, 2, 2])).toBeUndefined();
  });

  it('refuses columns of different lengths and wrong horizons', () => {
    expect(() => dieboldMariano([1, 2], [1])).toThrow(expect.objectContaining({ code: 'invalid-data' }));
    expect(() => dieboldMariano([1], [1], { horizon: 0.5 })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
