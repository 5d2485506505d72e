import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bias } from '../../../src/metrics/bias.js';
import { wape } from '../../../src/metrics/wape.js';
import { createLiveTracker, type LiveTrackerState } from '../../../src/registry/experiment/live-tracker.js';
import { summarize, welchTTest } from '../../../src/registry/experiment/t-tests.js';

const observation = fc.record({
  version: fc.constantFrom(1, 2),
  unit: fc.constantFrom('a', 'b', 'c', '__proto__'),
  forecast: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  actual: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
});

describe('createLiveTracker', () => {
  it('measures by the metrics of the package', () => {
    fc.assert(
      fc.property(fc.array(observation, { minLength: 1 }), (observations) => {
        const tracker = createLiveTracker();
        for (const one of observations) tracker.observe(one);
        for (const version of [1, 2]) {
          const own = observations.filter((one) => one.version === version);
          const metrics = tracker.metrics(version);
          expect(metrics.observations).toBe(own.length);
          expect(metrics.units).toBe(new Set(own.map(({ unit }) => unit)).size);
          if (own.length === 0) {
            expect(metrics).toMatchObject({ wape: undefined, bias: undefined, unitError: undefined });
            continue;
          }
          const actual = own.map((one) => one.actual);
          const forecast = own.map((one) => one.forecast);
          expect(metrics.wape).toBeCloseTo(wape(actual, forecast), 6);
          expect(metrics.bias).toBeCloseTo(bias(actual, forecast), 6);
        }
      }),
      { seed: 42 },
    );
  });

  it('compares versions by the mean error of their units', () => {
    const tracker = createLiveTracker();
    const errors = { 1: { a: [1, 3], b: [4], c: [6, 6] }, 2: { d: [1], e: [2, 4] } };
    for (const [version, units] of Object.entries(errors)) {
      for (const [unit, list] of Object.entries(units)) {
        for (const error of list) {
          tracker.observe({ version: Number(version), unit, forecast: 10 + error, actual: 10, scale: 2 });
        }
      }
    }
    expect(tracker.metrics(1).unitError).toBeCloseTo((1 + 2 + 3) / 3, 12);
    expect(tracker.compare(1, 2)).toEqual(welchTTest(summarize([1, 2, 3]), summarize([0.5, 1.5])));
    expect(tracker.compare(1, 3)).toBeUndefined();
  });

  it('counts requests and failures', () => {
    const tracker = createLiveTracker();
    expect(tracker.metrics(1).failureRate).toBe(0);
    tracker.countRequests(1, 90);
    tracker.countRequests(1, 10, 2);
    expect(tracker.metrics(1)).toMatchObject({ requests: 100, failures: 2, failureRate: 0.02 });
  });

  it('is stored, reloaded and merged without loss', () => {
    const here = createLiveTracker();
    const there = createLiveTracker();
    const all = createLiveTracker();
    for (let i = 0; i < 40; i++) {
      const one = { version: 1 + (i % 2), unit: `unit-${i % 7}`, forecast: i, actual: 20 };
      (i < 15 ? here : there).observe(one);
      all.observe(one);
    }
    here.countRequests(1, 5, 1);
    all.countRequests(1, 5, 1);
    const merged = createLiveTracker(JSON.parse(JSON.stringify(here)));
    merged.merge(there.toJSON());
    for (const version of [1, 2]) expect(merged.metrics(version)).toEqual(all.metrics(version));
    expect(merged.compare(1, 2)).toEqual(all.compare(1, 2));
  });

  it.each([
    ['forecast', { forecast: Number.NaN }],
    ['actual', { actual: Number.POSITIVE_INFINITY }],
    ['scale', { scale: 0 }],
    ['version', { version: 0 }],
  ])('refuses a wrong %s', (name, wrong) => {
    const tracker = createLiveTracker();
    const one = { version: 1, unit: 'a', forecast: 1, actual: 1, ...wrong };
    expect(() => tracker.observe(one)).toThrow(
      expect.objectContaining({ code: 'invalid-data', path: [name] }),
    );
    expect(tracker.metrics(1).observations).toBe(0);
  });

  it('refuses more failures than requests, and an invalid state', () => {
    const tracker = createLiveTracker();
    expect(() => tracker.countRequests(1, 1, 2)).toThrow(expect.objectContaining({ code: 'invalid-data' }));
    const state = { ...tracker.toJSON(), versions: [{}] } as unknown as LiveTrackerState;
    expect(() => createLiveTracker(state)).toThrow(expect.objectContaining({ code: 'invalid-data' }));
  });
});
