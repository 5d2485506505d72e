import { describe, expect, it } from 'vitest';
import {
  fitPanel,
  fitPanelPart,
  fitSeasonalTrend,
  joinPanelStates,
  type PanelValues,
  type SeasonalTrendPanelOptions,
  seasonalTrend,
} from '../../../src/models/seasonal-trend/index.js';
import type { Panel } from '../../../src/panel/panel.js';
import { createRandom } from '../../../src/random.js';
import { panelOf as plainPanelOf } from '../../../src/testing/index.js';
import { errorOf } from '../../error-of.js';

/** A Thursday. */
const START = 19_726;
const DAYS = 420;
const HORIZON = 60;

const history = Array.from({ length: DAYS }, (_, d) => d);
const all = Array.from({ length: DAYS + HORIZON }, (_, d) => d);

/** The error of a function. */
const thrown = (run: () => unknown) => errorOf(Promise.resolve().then(run));

function panelOf(series: readonly (readonly number[])[]): Panel {
  const panel = { ...plainPanelOf(series), startDay: START };
  return { ...panel, ids: series.map((_, s) => `p${s}`) };
}

/** Prices of two products, a saturating series and the noise of all of them. */
const random = createRandom(11);
const noise = () => random.normal();
const prices = [10, 40].map((level) => all.map(() => level * (1 + 0.1 * noise())));
const sold = [0, 1].map((s) =>
  history.map(
    (d) => 300 + [12, -3][s] * prices[s][d] + 20 * Math.sin((2 * Math.PI * (START + d)) / 7) + noise(),
  ),
);
const growing = history.map((d) => 50 + 400 / (1 + Math.exp(-(d - 150) / 60)) + 4 * noise());

const byProduct = (values: readonly (readonly number[])[]): PanelValues[] =>
  values.map((own, s) => ({ scope: { productId: `p${s}` }, startDay: START, values: own }));

describe('regressors of a panel', () => {
  const panel = panelOf([...sold, sold[0].map((value) => value + 1)]);
  const options: SeasonalTrendPanelOptions = { regressors: [{ name: 'price', values: byProduct(prices) }] };

  it('have an effect of their own in each series, as in a single one', async () => {
    const { mean } = await fitPanel(panel, { ...options, yearlySeasonality: false }).forecast({
      horizon: HORIZON,
    });
    for (const s of [0, 1]) {
      const single = fitSeasonalTrend(
        {
          days: history.map((d) => START + d),
          values: sold[s],
          regressors: { price: prices[s].slice(0, DAYS) },
        },
        { regressors: [{ name: 'price' }], yearlySeasonality: false },
      );
      const [{ coefficient }] = single.regressorCoefficients();
      // The effects by which the sales were generated.
      expect(coefficient).toBeCloseTo([12, -3][s], 0);
      const expected = single.forecast({ horizon: HORIZON, regressors: { price: prices[s].slice(DAYS) } });
      for (let h = 0; h < HORIZON; h++) {
        expect(Math.abs(mean[s * HORIZON + h] / expected.mean[h] - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it('are left out for a series without values, and the narrowest scope counts', async () => {
    const fitted = fitPanel(panel, options);
    const plain = fitPanel(panel);
    expect(fitted.warnings).toEqual([]);
    const [own, without] = await Promise.all(
      [fitted, plain].map((fit) => fit.forecast({ horizon: HORIZON })),
    );
    const third = { from: 2 * HORIZON, to: 3 * HORIZON };
    for (let h = third.from; h < third.to; h++) expect(own.mean[h]).toBeCloseTo(without.mean[h], 9);
    const constant = { values: 7 };
    const narrowed = fitPanel(panel, {
      regressors: [{ name: 'price', values: [...byProduct(prices), constant] }],
    });
    expect(narrowed.state.effects.slice(0, 54)).toEqual(fitted.state.effects.slice(0, 54));
    expect(narrowed.warnings.join()).toMatch(/regressor "price" does not vary in the history of one series/);
  });

  it('may be additive beside multiplicative seasonalities', async () => {
    const given = { seasonalityMode: 'multiplicative', yearlySeasonality: false } as const;
    const fitted = fitPanel(panelOf([sold[0]]), {
      ...given,
      regressors: [{ name: 'price', mode: 'additive', standardize: false, values: byProduct(prices) }],
      seasonalities: [{ name: 'month', period: 30.5, fourierOrder: 2, mode: 'additive' }],
    });
    const single = fitSeasonalTrend(
      {
        days: history.map((d) => START + d),
        values: sold[0],
        regressors: { price: prices[0].slice(0, DAYS) },
      },
      {
        ...given,
        regressors: [{ name: 'price', mode: 'additive', standardize: false }],
        seasonalities: [{ name: 'month', period: 30.5, fourierOrder: 2, mode: 'additive' }],
      },
    );
    const { mean } = await fitted.forecast({ horizon: HORIZON });
    const expected = single.forecast({ horizon: HORIZON, regressors: { price: prices[0].slice(DAYS) } });
    for (let h = 0; h < HORIZON; h++) expect(Math.abs(mean[h] / expected.mean[h] - 1)).toBeLessThan(1e-6);
    const loaded = seasonalTrend().load(JSON.parse(JSON.stringify(fitted)));
    expect((await loaded.forecast({ horizon: HORIZON })).mean).toEqual(mean);
  });

  it('that never varied are left out with a warning, and kept by strict', async () => {
    const values = [{ startDay: START, values: all.map((d) => (d < DAYS ? 5 : 25)) }];
    const one = panelOf([sold[0]]);
    const fitted = fitPanel(one, { regressors: [{ name: 'price', values }] });
    expect(fitted.warnings.join()).toMatch(/"price" does not vary/);
    const next = await fitted.forecast({ horizon: HORIZON });
    const plain = await fitPanel(one).forecast({ horizon: HORIZON });
    for (let h = 0; h < HORIZON; h++) expect(next.mean[h]).toBeCloseTo(plain.mean[h], 9);
    const strict = fitPanel(one, { regressors: [{ name: 'price', values }], strict: 'prophet' });
    expect(strict.warnings).toEqual([]);
    expect(Math.abs((await strict.forecast({ horizon: 1 })).mean[0] - next.mean[0])).toBeGreaterThan(100);
  });

  it('that are for no product are noticed', () => {
    const values = [{ scope: { productId: 'p9' }, values: 3 }];
    expect(fitPanel(panel, { regressors: [{ name: 'price', values }] }).warnings).toEqual([
      'No series has values of the regressor "price".',
    ]);
  });

  it('need values on every day that is used or forecast', async () => {
    const late = [{ startDay: START + 10, values: all.map(() => noise()) }];
    const early = await thrown(() =>
      fitPanel(panelOf([sold[0]]), { regressors: [{ name: 'price', values: late }] }),
    );
    expect(early).toMatchObject({ code: 'invalid-data', path: ['price', '2024-01-04'] });
    const fitted = fitPanel(panel, options);
    const beyond = await errorOf(fitted.forecast({ horizon: HORIZON + 1 }));
    expect(beyond).toMatchObject({ code: 'invalid-data', path: ['price', '2025-04-28'] });
  });
});

describe('logistic growth of a panel', () => {
  const halved = growing.map((value) => value / 2);
  const panel = panelOf([growing, halved]);
  const cap: PanelValues[] = [
    { scope: { productId: 'p0' }, values: 460 },
    { scope: { productId: 'p1' }, startDay: START, values: all.map((d) => 230 + 0.01 * d) },
  ];
  const floor: PanelValues[] = [
    { scope: { productId: 'p0' }, values: 50 },
    { scope: { productId: 'p1' }, values: 25 },
  ];
  const options = {
    growth: 'logistic',
    cap,
    floor,
    weeklySeasonality: false,
    yearlySeasonality: false,
  } as const;

  it('is that of a single series, also where the capacity moves', async () => {
    const fitted = fitPanel(panel, options);
    const { mean } = await fitted.forecast({ horizon: HORIZON });
    const caps = [all.map(() => 460), all.map((d) => 230 + 0.01 * d)];
    for (const s of [0, 1]) {
      const single = fitSeasonalTrend(
        {
          days: history.map((d) => START + d),
          values: [growing, halved][s],
          cap: caps[s].slice(0, DAYS),
          floor: [50, 25][s],
        },
        { growth: 'logistic', weeklySeasonality: false, yearlySeasonality: false },
      );
      const next = { horizon: HORIZON, cap: caps[s].slice(DAYS), floor: [50, 25][s], samples: 2 };
      const expected = single.forecast(next).mean;
      for (let h = 0; h < HORIZON; h++) {
        expect(Math.abs(mean[s * HORIZON + h] / expected[h] - 1)).toBeLessThan(1e-6);
      }
    }
    // The generated curve has nearly reached its capacity of 450.
    expect(mean[HORIZON - 1]).toBeGreaterThan(430);
    expect(mean[HORIZON - 1]).toBeLessThan(460);
  });

  it('has intervals that do not depend on the other series, and totals with a plausible width', async () => {
    const together = await fitPanel(panel, options).forecast({ horizon: HORIZON, levels: [0.5, 0.9] });
    const alone = await fitPanel(panelOf([growing]), options).forecast({
      horizon: HORIZON,
      levels: [0.5, 0.9],
    });
    for (const [l, { lower, upper }] of alone.intervals.entries()) {
      expect(together.intervals[l].lower.slice(0, HORIZON)).toEqual(lower);
      expect(together.intervals[l].upper.slice(0, HORIZON)).toEqual(upper);
      for (let h = 0; h < HORIZON; h++) expect(upper[h]).toBeLessThan(500);
    }
    const totals = await fitPanel(panelOf([growing]), options).totals({
      ranges: [{ from: 0, to: 1 }],
      levels: [0.9],
    });
    const daily = alone.intervals[1].upper[0] - alone.intervals[1].lower[0];
    const total = totals.intervals[0].upper[0] - totals.intervals[0].lower[0];
    expect(Math.abs(total / daily - 1)).toBeLessThan(0.1);
  });

  it('has the daily intervals and the totals of an uncertain trend', async () => {
    // Bends twice on its way to half of its capacity, so that bends to come matter more than noise.
    const bent = history.map(
      (d) =>
        10 + (d < 150 ? 0.3 * d : d < 280 ? 45 + 0.05 * (d - 150) : 51.5 + 0.4 * (d - 280)) + 0.3 * noise(),
    );
    const given = { weeklySeasonality: false, yearlySeasonality: false } as const;
    const levels = [0.8];
    const fitted = fitPanel(panelOf([bent]), { ...given, growth: 'logistic', cap: 250 });
    const { intervals } = await fitted.forecast({ horizon: HORIZON, levels });
    const single = fitSeasonalTrend(
      { days: history.map((d) => START + d), values: bent, cap: 250 },
      { ...given, growth: 'logistic' },
    );
    const h = 50;
    const [simulated] = single.forecast({
      days: [START + DAYS + h],
      cap: 250,
      samples: 20_000,
      levels,
    }).intervals;
    const width = simulated.upper[0] - simulated.lower[0];
    expect(width).toBeGreaterThan(5 * single.diagnostics().noise);
    expect(Math.abs((intervals[0].upper[h] - intervals[0].lower[h]) / width - 1)).toBeLessThan(0.08);
    const totals = await fitted.totals({ ranges: [{ from: h, to: h + 1 }], levels });
    const total = totals.intervals[0].upper[0] - totals.intervals[0].lower[0];
    expect(Math.abs(total / width - 1)).toBeLessThan(0.08);
  });

  it('keeps a constant series, and joins parts to the same model', async () => {
    const constant = history.map(() => 99);
    const whole = panelOf([growing, halved, constant]);
    const given = { ...options, cap: [...cap, { values: 100 }] };
    const fitted = fitPanel(whole, given);
    const { mean } = await fitted.forecast({ horizon: 3 });
    expect([...mean.slice(6)]).toEqual([99, 99, 99]);
    const parts = [fitPanelPart(whole, 0, 1, given), fitPanelPart(whole, 1, 3, given)];
    expect(joinPanelStates(parts)).toEqual(fitted.state);
  });

  it('keeps a young series of zeros under a capacity that moves', async () => {
    const young = panelOf([history.map((d) => (d < DAYS - 20 ? Number.NaN : 0)), halved]);
    const fitted = fitPanel(young, {
      growth: 'logistic',
      cap: [{ startDay: START, values: all.map((d) => 250 + d) }],
    });
    const { mean } = await fitted.forecast({ horizon: 3 });
    expect([...mean.slice(0, 3)]).toEqual([0, 0, 0]);
  });

  it('needs a cap above the floor for every series, and for every day', async () => {
    const [first] = cap;
    expect(await thrown(() => fitPanel(panel, { ...options, cap: [first] }))).toMatchObject({
      code: 'invalid-option',
      path: ['cap'],
    });
    expect(await thrown(() => fitPanel(panel, { ...options, cap: 40 }))).toMatchObject({
      code: 'invalid-data',
    });
    const beyond = await errorOf(fitPanel(panel, options).forecast({ horizon: HORIZON + 1 }));
    expect(beyond).toMatchObject({ code: 'invalid-data', path: ['cap', '2025-04-28'] });
  });
});

describe('unseen phases in a panel', () => {
  /** Day 3 after the epoch is a Sunday. */
  const isSunday = (d: number) => (START + d) % 7 === 3;
  const closed = history.map((d) => (isSunday(d) ? Number.NaN : 380 + 5 * ((START + d) % 7) + noise()));
  const panel = panelOf([sold[0], closed]);

  it('take the mean of the seen ones: a product without records on Sundays', async () => {
    const fitted = fitPanel(panel, { yearlySeasonality: false });
    expect(fitted.warnings).toEqual([
      'The history of one series has no observation for some phases of the seasonality "weekly": the mean of the others is used.',
    ]);
    const { mean } = await fitted.forecast({ horizon: 7 });
    const week = [...mean.slice(7)];
    const sunday = week.findIndex((_, h) => isSunday(DAYS + h));
    const others = week.filter((_, h) => h !== sunday);
    expect(week[sunday]).toBeCloseTo(others.reduce((sum, value) => sum + value, 0) / 6, 0);
    const single = fitSeasonalTrend({ days: history.map((d) => START + d), values: closed });
    const expected = single.forecast({ horizon: 7 }).mean;
    for (let h = 0; h < 7; h++) expect(week[h]).toBeCloseTo(expected[h], 4);
    const loaded = seasonalTrend().load(JSON.parse(JSON.stringify(fitted)));
    expect((await loaded.forecast({ horizon: 7 })).mean).toEqual(mean);
    const strict = fitPanel(panel, { yearlySeasonality: false, strict: 'prophet' });
    expect(strict.warnings).toEqual([]);
    expect(strict.state.effects).toEqual(fitted.state.effects);
  });

  it('are those of a single series where a conditional seasonality never met a weekday', async () => {
    const holds = (d: number) => (d < DAYS ? !isSunday(d) : d < DAYS + 10);
    const condition = all.filter(holds).map((d) => ({ from: START + d, to: START + d }));
    const wave = { name: 'open', period: 7, fourierOrder: 3 };
    const given = { weeklySeasonality: false, yearlySeasonality: false } as const;
    const { mean } = await fitPanel(panelOf([sold[1]]), {
      ...given,
      seasonalities: [{ ...wave, condition }],
    }).forecast({ horizon: 20 });
    const single = fitSeasonalTrend(
      { days: history.map((d) => START + d), values: sold[1], conditions: { open: history.map(holds) } },
      { ...given, seasonalities: [{ ...wave, condition: 'open' }] },
    );
    const conditions = { open: all.slice(DAYS, DAYS + 20).map(holds) };
    const expected = single.forecast({ horizon: 20, conditions }).mean;
    for (let h = 0; h < 20; h++) expect(Math.abs(mean[h] / expected[h] - 1)).toBeLessThan(1e-6);
  });
});

describe('the choice among variations', () => {
  it('keeps regressors, capacities and unseen phases', async () => {
    const panel = panelOf([growing, sold[0].map((value, d) => (d % 7 === 3 ? Number.NaN : value))]);
    const options: SeasonalTrendPanelOptions = {
      growth: 'logistic',
      cap: 1000,
      regressors: [{ name: 'price', values: [{ startDay: START, values: prices[0] }] }],
      choose: true,
    };
    const fitted = fitPanel(panel, options);
    expect(fitted.state.unseen.some(({ series }) => series === 1)).toBe(true);
    const parts = [fitPanelPart(panel, 0, 1, options), fitPanelPart(panel, 1, 2, options)];
    expect(joinPanelStates(parts)).toEqual(fitted.state);
    expect((await fitted.forecast({ horizon: 9, levels: [0.8] })).mean.every(Number.isFinite)).toBe(true);
  });
});

describe('explanations', () => {
  it('add up to the forecast with capacities, regressors and events for some products', async () => {
    const panel = panelOf([growing, sold[0]]);
    const events = [40, 150, 300, DAYS + 5].map((d) => ({
      name: 'Fair',
      day: START + d,
      scope: { productId: 'p1' },
    }));
    const model = seasonalTrend({
      growth: 'logistic',
      cap: 1000,
      floor: [{ scope: { productId: 'p0' }, values: 20 }],
      holidays: true,
      seasonalityMode: 'multiplicative',
      regressors: [{ name: 'price', mode: 'additive', values: [{ startDay: START, values: prices[0] }] }],
    });
    const fitted = await model.fit(panel, { covariates: { events } });
    const { mean } = await fitted.forecast({ horizon: 20 });
    for (const s of [0, 1]) {
      const parts = await fitted.contributions?.({ series: [s], range: { from: 2, to: 20 } });
      const sum = [...(parts ?? [])].reduce((total, [, units]) => total + units, 0);
      let expected = 0;
      for (let h = 2; h < 20; h++) expected += mean[s * 20 + h];
      expect(sum).toBeCloseTo(expected, 6);
      expect(parts?.has('event:Fair') ?? false).toBe(s === 1);
    }
  });
});

describe('options of a panel', () => {
  const price = { name: 'price', values: [{ values: 1 }] };
  const wave = { name: 'month', period: 30.5, fourierOrder: 2 };
  it.each<[string, object]>([
    ['logistic growth without a cap', { growth: 'logistic' }],
    ['a cap without logistic growth', { cap: 5 }],
    ['a floor without logistic growth', { growth: 'flat', floor: 1 }],
    ['an infinite cap', { growth: 'logistic', cap: Infinity }],
    ['an unknown growth', { growth: 'cubic' }],
    ['an unknown mode', { holidaysMode: 'both' }],
    ['an unknown mode of a seasonality', { seasonalities: [{ ...wave, mode: 'both' }] }],
    ['an unknown key of a seasonality', { seasonalities: [{ ...wave, order: 3 }] }],
    ['an unknown key of a regressor', { regressors: [{ ...price, scale: 3 }] }],
    ['an unknown key of values', { regressors: [{ name: 'price', values: [{ values: 1, product: 'p0' }] }] }],
    ['an unknown scope', { growth: 'logistic', cap: [{ values: 1, scope: { product: 'p0' } }] }],
    ['a regressor without values', { regressors: [{ name: 'price' }] }],
    ['an empty list', { regressors: [{ name: 'price', values: [{ startDay: 1, values: [] }] }] }],
    [
      'a value that is missing',
      { regressors: [{ name: 'price', values: [{ startDay: 1, values: [Number.NaN] }] }] },
    ],
    ['two regressors of one name', { regressors: [price, price] }],
    ['a regressor with the name of a seasonality', { regressors: [{ ...price, name: 'weekly' }] }],
    ['a wrong standardize', { regressors: [{ ...price, standardize: 'yes' }] }],
    ['a wrong strict', { strict: 'r' }],
  ])('refuse %s', async (_, options) => {
    expect(await thrown(() => seasonalTrend(options as SeasonalTrendPanelOptions))).toMatchObject({
      code: 'invalid-option',
    });
  });

  it('refuse a list without its first day', async () => {
    const values = [{ values: [1, 2] }];
    expect(await thrown(() => seasonalTrend({ regressors: [{ name: 'price', values }] }))).toMatchObject({
      code: 'invalid-data',
      path: ['regressors', 'price', 0, 'startDay'],
    });
  });
});
