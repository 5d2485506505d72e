import { describe, expect, it } from 'vitest';
import {
  estimatedShift,
  NO_SHIFT,
  residualReference,
  residualShiftReport,
  updateResidualShift,
} from '../../src/monitoring/residual-shift.js';
import { createRandom } from '../../src/random.js';

const standard = { mean: 0, standardDeviation: 1 };

function stateAfter(residuals: readonly number[], reference = standard) {
  let state = NO_SHIFT;
  for (const residual of residuals) state = updateResidualShift(state, residual, reference);
  return state;
}

/** Residuals until a shift is found, on average over 2,000 runs, and the standard error of that. */
function averageRunLength(shift: number): { mean: number; standardError: number } {
  const runs = 2_000;
  const random = createRandom(7, Math.round(shift * 100));
  const lengths = Array.from({ length: runs }, () => {
    let state = NO_SHIFT;
    let length = 0;
    while (state.shift === 'none') {
      state = updateResidualShift(state, random.normal() + shift, standard);
      length++;
    }
    return length;
  });
  const mean = lengths.reduce((sum, length) => sum + length, 0) / runs;
  const variance = lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / (runs - 1);
  return { mean, standardError: Math.sqrt(variance / runs) };
}

describe('updateResidualShift', () => {
  // Montgomery, Introduction to Statistical Quality Control, average run lengths of the tabular CUSUM for k = 1/2, h = 5.
  it.each([
    [0, 465],
    [0.5, 38],
    [1, 10.4],
    [1.5, 5.75],
    [2, 4.01],
    [-1, 10.4],
  ])('finds a shift of %d standard deviations after the published run length', (shift, expected) => {
    const { mean, standardError } = averageRunLength(shift);
    // Four standard errors of the simulation, and half of the last digit that is printed.
    expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError + (expected > 30 ? 0.5 : 0.05));
  });

  it('adds up deviations beyond the slack by hand', () => {
    const state = stateAfter([2, 1, -1, 3], { mean: 1, standardDeviation: 2 });
    // Deviations 0.5, 0, -1, 1: upwards 0, 0, 0, 0.5; downwards 0, 0, 0.5, 0.
    expect(state).toEqual({ up: 0.5, down: 0, upCount: 1, downCount: 0, shift: 'none' });
  });

  it('keeps reporting a shift until it is reset', () => {
    const state = stateAfter([3, 3, 3, -9, -9, -9]);
    expect(state.shift).toBe('up');
    expect(state.down).toBeGreaterThan(5);
  });

  it('estimates the size of the shift with its sign', () => {
    expect(estimatedShift(NO_SHIFT)).toBe(0);
    expect(estimatedShift(stateAfter([2, 2, 2]))).toBeCloseTo(2, 12);
    expect(estimatedShift(stateAfter([-1.5, -1.5]))).toBeCloseTo(-1.5, 12);
  });

  it('refuses what cannot be measured', () => {
    const failing = (code: string) => expect.objectContaining({ code });
    expect(() => updateResidualShift(NO_SHIFT, Number.NaN, standard)).toThrow(failing('invalid-data'));
    expect(() => updateResidualShift(NO_SHIFT, 1, { mean: 0, standardDeviation: 0 })).toThrow(
      failing('invalid-data'),
    );
    expect(() => updateResidualShift(NO_SHIFT, 1, standard, { limit: 0 })).toThrow(failing('invalid-option'));
    expect(() => updateResidualShift(NO_SHIFT, 1, standard, { slack: -1 })).toThrow(
      failing('invalid-option'),
    );
  });
});

describe('residualReference', () => {
  it('has the mean and standard deviation of NumPy', () => {
    // numpy.mean and numpy.std(ddof=1)
    const reference = residualReference([0.4, -1.2, 0.9, -0.3, 0.1, 0.8, -0.6]);
    expect(reference.mean).toBeCloseTo(0.014285714285714315, 14);
    expect(reference.standardDeviation).toBeCloseTo(0.7646972634722219, 14);
  });

  it.each([
    ['too-short', [1]],
    ['invalid-data', [2, 2, 2]],
    ['invalid-data', [1, Number.NaN]],
  ])('refuses with %s the residuals %j', (code, residuals) => {
    expect(() => residualReference(residuals)).toThrow(expect.objectContaining({ code }));
  });
});

describe('residualShiftReport', () => {
  it('has a metric for each series and an event for each that has shifted', () => {
    const { metrics, events } = residualShiftReport({
      Drinks: stateAfter([0.1, -0.2]),
      Books: stateAfter([-4, -4]),
    });
    expect(metrics.map(({ labels, value }) => [labels['series'], value])).toEqual([
      ['Drinks', 0],
      ['Books', -4],
    ]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      kind: 'residual-shift',
      labels: { series: 'Books' },
      value: -4,
      message: 'The sales of Books run below their forecasts: the mean residual has shifted',
    });
  });
});
