import { describe, expect, it } from 'vitest';
import { seasonalNaive } from '../../src/models/baselines/index.js';
import { recursiveBoosting } from '../../src/models/boosting/recursive/index.js';
import { adaptiveEnsemble } from '../../src/models/combine/adaptive/adaptive-ensemble.js';
import { calibrated, middleOut, selfWeighted, weightedAverage } from '../../src/models/combine/index.js';
import type { Covariates } from '../../src/models/contract.js';
import { covariateReport } from '../../src/models/covariate-uses.js';
import { seasonalTrend } from '../../src/models/seasonal-trend/index.js';
import { structural } from '../../src/models/structural/index.js';
import type { Panel } from '../../src/panel/panel.js';
import { panelOf } from '../../src/testing/index.js';

const panel = panelOf([
  [1, 2, 3, 4],
  [5, 6, 7, 8],
]);
const START = panel.startDay;
const events = [{ name: 'Fair', day: START }];
const price = (...values: number[]) => Float32Array.from(values);

describe('uses', () => {
  it('of an ensemble are those of its members, in a fixed order', () => {
    const [naive, trend, boosted] = [seasonalNaive(), seasonalTrend({ holidays: true }), recursiveBoosting()];
    expect(naive.uses).toEqual([]);
    expect(seasonalTrend().uses).toEqual([]);
    const members = [boosted, trend].map((model) => ({ model, weight: 1 }));
    expect(weightedAverage({ members }).uses).toEqual(['events', 'indicators']);
    expect(selfWeighted({ members: [{ model: naive }, { model: structural() }] }).uses).toEqual(
      structural().uses,
    );
    expect(middleOut({ model: naive, categoryModel: trend }).uses).toEqual(['events']);
    expect(calibrated(trend).uses).toEqual(['events']);
    expect(adaptiveEnsemble().uses).toEqual([
      'events',
      'price',
      'promo',
      'open',
      'available',
      'pastOnly',
      'static',
    ]);
  });
});

describe('covariateReport', () => {
  const told = (shop: Partial<Panel>, covariates: Covariates, model = structural()) => {
    const { given, used, ignored } = covariateReport(model, { ...panel, ...shop }, covariates);
    return { given, used, ignored: ignored.map(({ kind, reason }) => [kind, reason]) };
  };

  it('is empty where nothing is given', () => {
    const empty = { given: [], used: [], ignored: [] };
    expect(told({}, {})).toEqual(empty);
    const nothing = { promo: new Uint8Array(8), price: price(...Array(8).fill(Number.NaN)) };
    expect(told(nothing, { events: [], indicators: [], pastOnly: [], static: [] })).toEqual(empty);
  });

  it('lists covariates that a model does not use, and those that it does not declare', () => {
    const shop = { promo: Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0) };
    const covariates = { events, indicators: [{ name: 'gdp', days: [START], values: [1] }] };
    expect(told(shop, covariates)).toEqual({
      given: ['events', 'indicators', 'promo'],
      used: ['events', 'promo'],
      ignored: [['indicators', 'unused']],
    });
    const silent = { ...structural(), uses: undefined };
    expect(told({}, { events }, silent)).toEqual({
      given: ['events'],
      used: [],
      ignored: [['events', 'undeclared']],
    });
    const [{ message }] = covariateReport(seasonalNaive(), panel, { events }).ignored;
    expect(message).toBe(`Events were given, and the model "${seasonalNaive().name}" has no use for them`);
  });

  it('lists what nothing can be learned from', () => {
    const future = { startDay: START + 4, days: 1, promo: Uint8Array.of(1, 0), price: price(3, 3) };
    expect(told({}, { future }).ignored).toEqual([
      ['price', 'never-seen'],
      ['promo', 'never-seen'],
    ]);
    expect(told({ price: price(2, 2, 2, 2, 9, 9, 9, 9) }, {}).ignored).toEqual([['price', 'constant']]);
    expect(told({ price: price(2, 2, Number.NaN, 3, 9, 9, 9, 9) }, {}).used).toEqual(['price']);
    const closed = { ...future, promo: undefined, price: undefined, open: Uint8Array.of(0, 1) };
    expect(told({}, { future: closed }).used).toEqual(['open']);
  });
});
