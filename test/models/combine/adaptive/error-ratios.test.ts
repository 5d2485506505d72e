import { describe, expect, it } from 'vitest';
import { runAtOnce } from '../../../../src/long-call.js';
import {
  errorRatios,
  scaledErrors,
  type Trial,
} from '../../../../src/models/combine/adaptive/error-ratios.js';
import { fitStructural } from '../../../../src/models/structural/fit.js';
import { structuralSettings } from '../../../../src/models/structural/options.js';
import { createRandom } from '../../../../src/random.js';
import { panelOf } from '../../../../src/testing/index.js';

const SERIES = 200;
const DAYS = 150;
const HORIZON = 28;
const END = DAYS - HORIZON;
const LEVEL = 1000;

/** Constant sales, so that the errors of made-up forecasts are known. */
const panel = panelOf(Array.from({ length: SERIES }, () => new Array<number>(DAYS).fill(LEVEL)));
const weights = Float64Array.from({ length: SERIES * 2 }, (_, i) => i % 2);

function fittedState() {
  return runAtOnce(fitStructural(panel, {}, structuralSettings({ horizon: HORIZON }))).state;
}

/** Forecasts of a member that is wrong by a factor of its own in each series, and by one for all. */
function member(own: number, shared: number): Float64Array {
  const random = createRandom(1);
  const means = new Float64Array(SERIES * HORIZON);
  for (let s = 0; s < SERIES; s++) {
    means.fill(LEVEL * (1 + shared + own * random.normal()), s * HORIZON, (s + 1) * HORIZON);
  }
  return means;
}

function trial(...means: (Float64Array | undefined)[]): Trial {
  return { end: END, means };
}

describe('errorRatios', () => {
  const state = fittedState();
  const ratiosOf = (trials: readonly Trial[]) =>
    runAtOnce(errorRatios(panel, trials, weights, HORIZON, state));

  it('are one without a holdout, and for an ensemble that is its first member', () => {
    expect(ratiosOf([])).toEqual({ own: 1, shared: 1 });
    const same = ratiosOf([trial(member(0.1, 0.05), member(0.1, 0.05))]);
    expect(same.own).toBeCloseTo(1, 10);
    expect(same.shared).toBeCloseTo(1, 10);
  });

  it('fall where the ensemble errs less in single series, by their variances', () => {
    const half = ratiosOf(Array.from({ length: 20 }, () => trial(member(0.2, 0), member(0.1, 0))));
    expect(half.own).toBeGreaterThan(0.25);
    expect(half.own).toBeLessThan(0.45);
    const more = ratiosOf([trial(member(0.1, 0), member(0.2, 0))]);
    expect(more.own).toBeGreaterThan(1);
  });

  it('fall for what the series share', () => {
    const trials = Array.from({ length: 40 }, () => trial(member(0.02, 0.1), member(0.02, 0.05)));
    expect(ratiosOf(trials).shared).toBeLessThan(0.6);
    expect(ratiosOf(trials.slice(0, 1)).shared).toBeGreaterThan(ratiosOf(trials).shared);
  });

  it('leave out members that were not tried, and days without values', () => {
    expect(ratiosOf([trial(member(0.1, 0.05), undefined)]).own).toBeLessThanOrEqual(1.6);
    const empty = { ...panel, units: panel.units.map(() => Number.NaN) };
    const untried = [trial(member(0.1, 0), member(0.1, 0))];
    expect(runAtOnce(errorRatios(empty, untried, weights, HORIZON, state))).toEqual({ own: 1, shared: 1 });
  });
});

describe('scaledErrors', () => {
  const errors = {
    steps: [1, 28, 364],
    own: Float64Array.of(0.01, 0.02, 0.04, 0.02, 0.04, 0.08),
    shared: Float64Array.of(0.001, 0.002, 0.003),
  };

  it('scales up to the horizon, and less and less beyond it', () => {
    const { own, shared } = scaledErrors(errors, { own: 0.5, shared: 1 }, 28);
    expect([...shared]).toEqual([...errors.shared]);
    expect(own[0]).toBeCloseTo(0.005, 12);
    expect(own[1]).toBeCloseTo(0.01, 12);
    expect(own[2]).toBeCloseTo(0.04 * 0.5 ** (28 / 364), 12);
    expect(own[4]).toBeCloseTo(0.02, 12);
  });

  it('never makes a longer sum surer than a shorter one', () => {
    const { own } = scaledErrors(errors, { own: 1.6, shared: 4 }, 28);
    expect(own[2]).toBeGreaterThanOrEqual(own[1]);
    const { shared } = scaledErrors(errors, { own: 1, shared: 4 }, 28);
    expect(shared[2]).toBeGreaterThanOrEqual(shared[1]);
  });
});
