import { adaptiveEnsemble, type SerializedModel } from 'commerce-forecast';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDisagreement, BlockSums } from '../../../../src/models/combine/adaptive/disagreement.js';
import { loadStructural } from '../../../../src/models/structural/fitted-structural.js';
import { encodeArray } from '../../../../src/models/typed-array-json.js';
import { checkTotalsOptions } from '../../../../src/models/uncertainty/index.js';
import { generatePanel } from '../../../../src/testing/index.js';

const SEED = 20_261_130;

describe('addDisagreement', () => {
  const sums = { ranges: [{ from: 0, to: 56 }], groupOf: Int32Array.of(0, 0, 1, -1), groupCount: 2 };

  it('adds deviations that point the same way before they are squared', () => {
    const variance = Float64Array.of(1, 2);
    addDisagreement(Float64Array.of(3, 5, 2, 100), () => 0.25, sums, variance);
    expect([...variance]).toEqual([1 + 0.25 * 64, 2 + 0.25 * 4]);
  });

  it('lets deviations that point apart not hide each other', () => {
    const variance = new Float64Array(2);
    addDisagreement(Float64Array.of(3, -3, 0, 0), (s) => (s === 0 ? 1 : 0.25), sums, variance);
    expect([...variance]).toEqual([9 + 0.25 * 9, 0]);
  });
});

describe('BlockSums', () => {
  it('sums ranges that end with blocks exactly, and any two neighbours to the whole', () => {
    const means = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(means, fc.integer({ min: 1, max: 9 }), fc.nat(), (half, block, cut) => {
        const horizon = half.length;
        const sums = new BlockSums(Float64Array.from([...half, ...half].reverse()), horizon, block);
        const of = (from: number, to: number) =>
          half
            .toReversed()
            .slice(from, to)
            .reduce((sum, value) => sum + value, 0);
        const middle = cut % (horizon + 1);
        const end = Math.min(horizon, Math.floor(middle / block) * block);
        for (const s of [0, 1]) {
          expect(sums.over(s, { from: 0, to: horizon })).toBeCloseTo(of(0, horizon), 8);
          expect(sums.over(s, { from: 0, to: end })).toBeCloseTo(of(0, end), 8);
          const parts = sums.over(s, { from: 0, to: middle }) + sums.over(s, { from: middle, to: horizon });
          expect(parts).toBeCloseTo(of(0, horizon), 8);
        }
      }),
      { seed: SEED },
    );
  });
});

describe('adaptiveEnsemble', () => {
  it('adds the variance between its members to long sums, by the share of days beyond a month', async () => {
    const model = adaptiveEnsemble({ effort: 'fast' });
    const fitted = await model.fit(generatePanel({ products: 4, days: 420, seed: 3 }));
    const data = fitted.toJSON() as SerializedModel & { structural: SerializedModel; plain: unknown[] };
    const members = 2 + data.plain.length;
    const withWeights = (...ofMembers: number[]) => {
      const weights = Float64Array.from({ length: 4 * members }, (_, at) => ofMembers[at % members] ?? 0);
      return model.load({ ...data, weights: encodeArray(weights) });
    };
    const plan = checkTotalsOptions(
      { ranges: [28, 364].map((to) => ({ from: 0, to })), levels: [0.8] },
      fitted.seriesCount,
    );
    const { ranges, levels } = plan;
    const totalsOf = (weighted: typeof fitted) => weighted.totals!({ ranges, levels });
    const first = await totalsOf(withWeights(1));
    const second = await totalsOf(withWeights(0, 0, 1));
    const both = withWeights(0.5, 0, 0.5);
    const { mean, horizon } = await both.forecast({ horizon: 364 });
    const between = first.mean.map((sum, at) => ((sum - second.mean[at]) / 2) ** 2 * [0, 336 / 364][at % 2]);
    expect(Math.max(...between)).toBeGreaterThan(100);
    const expected = await loadStructural('structural', data.structural).totalsAround(
      mean,
      horizon,
      plan,
      {},
      between,
    );
    const [{ lower, upper }] = (await totalsOf(both)).intervals;
    expect([...lower]).toEqual([...expected.intervals[0].lower].map((bound) => expect.closeTo(bound, 6)));
    expect([...upper]).toEqual([...expected.intervals[0].upper].map((bound) => expect.closeTo(bound, 6)));
  });
});
