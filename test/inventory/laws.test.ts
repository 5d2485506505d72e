import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  certainDemand,
  type DemandLaw,
  demandFromQuantiles,
  discreteDemand,
  expectedOverstock,
  gammaDemand,
  leadTimeDays,
  leadTimeDemand,
  mixtureDemand,
  negativeBinomialDemand,
  normalDemand,
  normalLoss,
  poissonDemand,
  sumDemand,
} from '../../src/inventory/index.js';
import { normalCdf } from '../../src/models/uncertainty/index.js';

// SciPy 1.17.1: stats.norm.cdf(z), and pdf(z) - z sf(z).
const NORMAL: readonly (readonly [number, number, number])[] = [
  [-8, 6.22096057427174e-16, 8],
  [-3.5, 0.00023262907903552502, 3.500058480918421],
  [-1, 0.15865525393145707, 1.0833154705876864],
  [0, 0.5, 0.3989422804014327],
  [0.3, 0.6179114221889526, 0.26676124211720986],
  [2, 0.9772498680518208, 0.008490702616829673],
  [6, 0.9999999990134123, 1.5635697959711905e-10],
];

it.each(NORMAL)('the normal law agrees with SciPy at %d', (z, probability, loss) => {
  expect(Math.abs(normalCdf(z) - probability)).toBeLessThan(2e-15);
  expect(Math.abs(normalLoss(z) - loss)).toBeLessThan(2e-15 * Math.max(1, Math.abs(z)) + 1e-14 * loss);
});

// SciPy 1.17.1: ppf at 0.5, 0.95 and 0.999 (the gamma law at 0.5 and 0.95); cdf; the sum of (k - x)+ pmf(k), the gamma law by
// numerical integration.
interface Case {
  readonly name: string;
  readonly demand: DemandLaw;
  readonly quantiles: readonly number[];
  readonly at: number;
  readonly cdf: number;
  readonly shortfall: number;
}
const CASES: readonly Case[] = [
  {
    name: 'Poisson 0.3',
    demand: poissonDemand(0.3),
    quantiles: [0, 1, 3],
    at: 1,
    cdf: 0.9630636868862332,
    shortfall: 0.04081822068171785,
  },
  {
    name: 'Poisson 4.2',
    demand: poissonDemand(4.2),
    quantiles: [4, 8, 12],
    at: 5,
    cdf: 0.753142888745484,
    shortfall: 0.4884409542229934,
  },
  {
    name: 'Poisson 180.5',
    demand: poissonDemand(180.5),
    quantiles: [180, 203, 223],
    at: 181,
    cdf: 0.5345711480434079,
    shortfall: 5.113514517725008,
  },
  {
    name: 'negative binomial 0.4, 1.2',
    demand: negativeBinomialDemand(0.4, 1.2),
    quantiles: [0, 2, 10],
    at: 1,
    cdf: 0.9097737699949283,
    shortfall: 0.20274156176023064,
  },
  {
    name: 'negative binomial 6, 15',
    demand: negativeBinomialDemand(6, 15),
    quantiles: [5, 13, 24],
    at: 7,
    cdf: 0.7037157376000002,
    shortfall: 1.1226553344000005,
  },
  {
    name: 'negative binomial 120, 2400',
    demand: negativeBinomialDemand(120, 2400),
    quantiles: [114, 210, 328],
    at: 121,
    cdf: 0.5649442922942703,
    shortfall: 18.844436447889393,
  },
  {
    name: 'gamma 5, 4',
    demand: gammaDemand(5, 4),
    quantiles: [3.983112166452638, 12.848528554364968],
    at: 6,
    cdf: 0.6916937243166946,
    shortfall: 1.164339342610483,
  },
];

describe.each(CASES)('$name', ({ demand, quantiles, at, cdf, shortfall }) => {
  it('agrees with SciPy', () => {
    [0.5, 0.95, 0.999].slice(0, quantiles.length).forEach((probability, i) => {
      expect(demand.quantile(probability)).toBeCloseTo(quantiles[i], 8);
    });
    expect(demand.cdf(at)).toBeCloseTo(cdf, 11);
    expect(demand.shortfall(at)).toBeCloseTo(shortfall, 9);
  });

  it('has the mean and the deviation that it was made with', () => {
    const [mean, spread] = (
      / ([\d.]+)(?:, ([\d.]+))?$/.exec(CASES.find((one) => one.demand === demand)!.name) ?? []
    ).slice(1);
    expect(demand.mean).toBeCloseTo(Number(mean), 8);
    const gamma = !demand.counts;
    const sd = gamma ? Number(spread) : Math.sqrt(Number(spread ?? mean));
    expect(demand.sd).toBeCloseTo(sd, 7);
  });
});

it('a shortfall between two counts lies on the line between them', () => {
  // SciPy 1.17.1, the sum of (k - 4.45)+ pmf(k).
  expect(poissonDemand(4.2).shortfall(4.45)).toBeCloseTo(0.7140360925021756, 10);
});

it('a table of counts gives way to the gamma law where it would be long', () => {
  const demand = negativeBinomialDemand(1e6, 9e10);
  expect(demand.counts).toBe(false);
  expect(demand.sd).toBeCloseTo(3e5, 3);
  expect(poissonDemand(1e9).quantile(0.5)).toBeCloseTo(1e9, -2);
});

describe('demandFromQuantiles', () => {
  const PROBABILITIES = [0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99];

  it('gives a normal law back', () => {
    const law = normalDemand(100, 12);
    const demand = demandFromQuantiles(PROBABILITIES, PROBABILITIES.map(law.quantile));
    expect(demand.mean).toBeCloseTo(100, 8);
    expect(demand.sd).toBeCloseTo(12, 6);
    for (const units of [70, 95, 100, 130, 150]) {
      expect(demand.cdf(units)).toBeCloseTo(law.cdf(units), 12);
      expect(demand.shortfall(units)).toBeCloseTo(law.shortfall(units), 9);
    }
  });

  it('gives a skew law back nearly', () => {
    const law = gammaDemand(100, 60);
    const demand = demandFromQuantiles(PROBABILITIES, PROBABILITIES.map(law.quantile));
    expect(Math.abs(demand.mean - 100)).toBeLessThan(1.5);
    expect(Math.abs(demand.shortfall(200) / law.shortfall(200) - 1)).toBeLessThan(0.1);
  });

  it('gives counts back from the quantiles of spread units', () => {
    const law = negativeBinomialDemand(2, 5);
    const probabilities = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.999];
    // Each count spread over the unit around it, cut at zero.
    const spread = probabilities.map((p) => {
      const n = law.quantile(p);
      const below = n === 0 ? 0 : law.cdf(n - 1);
      return Math.max(0, n - 0.5 + (p - below) / (law.cdf(n) - below));
    });
    const demand = demandFromQuantiles(probabilities, spread, { counts: true });
    expect(demand.counts).toBe(true);
    expect(Math.abs(demand.mean - 2)).toBeLessThan(0.05);
    for (const n of [0, 1, 2, 5, 8]) expect(Math.abs(demand.cdf(n) - law.cdf(n))).toBeLessThan(0.02);
    expect(demand.quantile(0.95)).toBe(law.quantile(0.95));
  });

  it('is cut at zero, and certain where all quantiles are alike', () => {
    const never = demandFromQuantiles([0.1, 0.9], [0, 0], { counts: true });
    expect([never.mean, never.quantile(0.99), never.cdf(0), never.shortfall(0)]).toEqual([0, 0, 1, 0]);
    const rare = demandFromQuantiles([0.5, 0.9], [0, 3]);
    expect(rare.cdf(0)).toBeCloseTo(0.5, 10);
    expect(rare.quantile(0.2)).toBe(0);
    const known = demandFromQuantiles([0.1, 0.9], [7, 7]);
    expect([known.mean, known.sd, known.cdf(6.9), known.cdf(7)].map((v) => Number(v.toFixed(6)))).toEqual([
      7, 0, 0, 1,
    ]);
  });

  it('refuses quantiles that cross and probabilities that do not rise', () => {
    expect(() => demandFromQuantiles([0.1, 0.9], [5, 4])).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        path: ['values.1'],
      }),
    );
    expect(() => demandFromQuantiles([0.9, 0.1], [5, 6])).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
    expect(() => demandFromQuantiles([0.5], [5])).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
    expect(() => demandFromQuantiles([0.5, 0.6], [5, Number.NaN])).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
      }),
    );
  });
});

describe('mixtures, sums and random lead times', () => {
  it('a mixture has the moments of the law of total variance', () => {
    const mixed = mixtureDemand([
      { weight: 3, demand: poissonDemand(2) },
      { weight: 1, demand: poissonDemand(10) },
    ]);
    expect(mixed.mean).toBeCloseTo(4, 10);
    expect(mixed.sd ** 2).toBeCloseTo(0.75 * 2 + 0.25 * 10 + 0.75 * 4 + 0.25 * 36, 8);
    const quantile = mixed.quantile(0.9);
    expect(mixed.cdf(quantile)).toBeGreaterThanOrEqual(0.9);
    expect(mixed.cdf(quantile - 1)).toBeLessThan(0.9);
  });

  it('sums are exact for Poisson and for normal parts', () => {
    const sum = sumDemand([poissonDemand(2), poissonDemand(3.5)]);
    expect(sum.quantile(0.97)).toBe(poissonDemand(5.5).quantile(0.97));
    expect(sumDemand([normalDemand(5, 3), normalDemand(6, 4)]).sd).toBeCloseTo(5, 12);
    expect(sumDemand([normalDemand(5, 3), normalDemand(6, 4)], { correlation: 1 }).sd).toBeCloseTo(7, 12);
  });

  it('a random lead time has the variance of textbooks', () => {
    // Derived: E[L] sd² + mean² Var[L] with L = 4 or 8 days alike, and 20 units a day of deviation 6.
    const demand = leadTimeDemand(
      (days) => normalDemand(20 * days, 6 * Math.sqrt(days)),
      [
        { days: 4, weight: 1 },
        { days: 8, weight: 1 },
      ],
    );
    expect(demand.mean).toBeCloseTo(120, 10);
    expect(demand.sd ** 2).toBeCloseTo(6 * 36 + 400 * 4, 8);
    expect(
      leadTimeDays([
        { days: 4, weight: 1 },
        { days: 8, weight: 3 },
      ]),
    ).toEqual({ mean: 7, longest: 8 });
  });

  it('refuses nothing to choose from', () => {
    expect(() => mixtureDemand([])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(() => sumDemand([])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(() => leadTimeDemand(poissonDemand, [])).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
    expect(() => leadTimeDemand(poissonDemand, 1.5)).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
    expect(() => discreteDemand([0, 0])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(() => poissonDemand(Number.NaN)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(() => normalDemand(5, -1)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});

const anyLaw: fc.Arbitrary<DemandLaw> = fc
  .tuple(
    fc.double({ min: 0.01, max: 300, noNaN: true }),
    fc.double({ min: 0.05, max: 5, noNaN: true }),
    fc.nat(5),
  )
  .map(([mean, spread, kind]) => {
    const sd = mean * Math.min(spread, 1.5);
    const laws = [
      () => poissonDemand(mean),
      () => negativeBinomialDemand(mean, mean * (1 + spread)),
      () => gammaDemand(mean, sd),
      () =>
        mixtureDemand([
          { weight: 1, demand: poissonDemand(mean) },
          { weight: spread, demand: gammaDemand(2 * mean, sd) },
        ]),
      () => demandFromQuantiles([0.1, 0.5, 0.9], [mean / 3, mean, mean * (1 + spread)]),
      () => certainDemand(mean),
    ];
    return laws[kind]();
  });

describe('every law', () => {
  it('has a cdf, quantiles and a loss function that fit each other', () => {
    fc.assert(
      fc.property(
        anyLaw,
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (law, p, at) => {
          const quantile = law.quantile(p);
          expect(quantile).toBeGreaterThanOrEqual(0);
          expect(law.cdf(quantile * (1 + 1e-9) + 1e-9)).toBeGreaterThanOrEqual(p - 1e-6);
          const units = at * law.mean;
          const step = 0.25 * law.mean + 0.1;
          // The loss falls, by no more than the step; its slope is the probability of more.
          const fall = law.shortfall(units) - law.shortfall(units + step);
          expect(fall).toBeGreaterThanOrEqual(-1e-9 * (1 + law.mean));
          expect(fall).toBeLessThanOrEqual(step * (1 - law.cdf(units)) + 1e-6 * (1 + law.mean));
          expect(law.shortfall(0)).toBeCloseTo(law.mean, 4);
          expect(expectedOverstock(law, units) - law.shortfall(units)).toBeCloseTo(units - law.mean, 4);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });
});
