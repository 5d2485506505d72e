import { adaptiveEnsemble, ForecastError, type ForecastModel, structural } from 'commerce-forecast';
import { boosterFromJson, boosterToJson, type ObjectiveName, trainBooster } from 'commerce-forecast/boosting';
import {
  fitSeasonalTrend,
  loadSeasonalTrend,
  readProphetModel,
  seasonalTrend,
} from 'commerce-forecast/seasonal-trend';
import { generatePanel, merchantEvents } from 'commerce-forecast/testing';
import { describe, expect, it } from 'vitest';
import { frozenModels, smallDirect } from '../frozen/models.js';
import { checkDamaged } from '../mutate-json.js';

const small = generatePanel({ products: 5, categories: 2, days: 230, seed: 3 });
const events = merchantEvents(small.startDay, small.startDay + small.days + 40);
const published = [small.startDay + 5, small.startDay + 90];
const covariates = { events, indicators: [{ name: 'gdp', days: published, values: [100, 101] }] };

async function forecastOf(model: ForecastModel, data: never): Promise<ArrayLike<number>[]> {
  const fitted = model.load(data);
  const levels = [0.8];
  const daily = await fitted.forecast({ horizon: 9, levels });
  const groupOf = new Int32Array(fitted.seriesCount);
  const sums = await fitted.totals({ ranges: [{ from: 0, to: 9 }], groupOf, groupCount: 1, levels });
  return [daily, sums].flatMap(({ mean, intervals }) => [mean, intervals[0].lower, intervals[0].upper]);
}

const models = {
  ...frozenModels(),
  structural: structural(),
  adaptiveEnsemble: adaptiveEnsemble({ directBoosting: smallDirect }),
};

describe('loading damaged models', () => {
  it.each(Object.entries(models))('%s', async (_, model) => {
    const saved = (await model.fit(small, { covariates })).toJSON();
    await checkDamaged(saved, 150, (data) => forecastOf(model, data));
  });

  const days = Array.from({ length: 160 }, (_, d) => 19_000 + d);
  const values = days.map((day, d) => 40 + d / 10 + 8 * Math.sin(day) + (d % 7));

  it.each(['linear', 'logistic', 'flat'] as const)('a series with %s growth', async (growth) => {
    const next = Array.from({ length: 9 }, (_, h) => 19_160 + h);
    const inputs = (of: readonly number[]) => ({
      days: of,
      cap: 200,
      regressors: { price: of.map((day) => day % 5) },
      conditions: { weekend: of.map((day) => day % 7 < 2) },
    });
    const fit = fitSeasonalTrend(
      { ...inputs(days), values },
      {
        growth,
        events: [{ name: 'sale', day: 19_050, upperWindow: 2, priorScale: 4 }],
        regressors: [{ name: 'price' }],
        seasonalities: [{ name: 'month', period: 30.5, fourierOrder: 2, condition: 'weekend' }],
        mask: [{ from: 19_010, to: 19_012 }],
      },
    );
    await checkDamaged(fit, 200, async (data) => {
      const { mean, intervals } = loadSeasonalTrend(data).forecast({ ...inputs(next), samples: 20 });
      return [mean, intervals[0].lower, intervals[0].upper];
    });
  });

  it('a series with phases that it never saw', async () => {
    const open = days.filter((day) => day % 7 !== 3);
    const fit = fitSeasonalTrend(
      { days: open, values: open.map((day) => values[day - 19_000]) },
      { scaling: 'minmax', yearlySeasonality: false },
    );
    const saved = fit.toJSON();
    expect(loadSeasonalTrend(saved).toJSON()).toEqual(saved);
    await checkDamaged(saved, 150, async (data) => {
      const { mean, intervals } = loadSeasonalTrend(data).forecast({ horizon: 9 });
      return [mean, intervals[0].lower, intervals[0].upper];
    });
    await checkDamaged(JSON.parse(fit.toProphetJSON()), 150, async (data) => {
      return [readProphetModel(data).forecast({ horizon: 9 }).mean];
    });
  });

  it('a panel with seasonalities that hold on some days', async () => {
    const condition = [{ from: small.startDay + 50, to: small.startDay + 240 }];
    const model = seasonalTrend({
      lookbackDays: 200,
      seasonalities: [{ name: 'month', period: 30.5, fourierOrder: 2, condition }],
    });
    const saved = (await model.fit(small)).toJSON();
    expect(model.load(saved).toJSON()).toEqual(saved);
    // Only what other panels do not have is damaged.
    const { seasonalities, ...features } = saved['features'] as Readonly<Record<string, unknown>>;
    await checkDamaged(seasonalities, 150, (damaged) =>
      forecastOf(model, { ...saved, features: { ...features, seasonalities: damaged } } as never),
    );
  });

  it('a panel with logistic growth, regressors and unseen phases', async () => {
    const units = small.units.map((value, i) => ((i % small.days) % 7 === 2 ? Number.NaN : value));
    const values = Array.from({ length: small.days + 40 }, (_, d) => Math.sin(d * d));
    const model = seasonalTrend({
      growth: 'logistic',
      cap: [
        { values: 1e5 },
        { scope: { productId: small.ids[0] }, startDay: small.startDay, values: values.map((v) => 2e5 + v) },
      ],
      floor: -10,
      regressors: [
        { name: 'weather', mode: 'multiplicative', values: [{ startDay: small.startDay, values }] },
      ],
      yearlySeasonality: false,
      changepointCount: 3,
    });
    const saved = (await model.fit({ ...small, units })).toJSON();
    expect(model.load(saved).toJSON()).toEqual(saved);
    // A list that was cut short is one that does not reach so far: the forecast says on which day.
    const orMissing = async (load: () => Promise<ArrayLike<number>[]>) => {
      try {
        return await load();
      } catch (error) {
        const refusals = /has no value on|is not above the floor/;
        if (ForecastError.is(error) && error.code === 'invalid-data' && refusals.test(error.message))
          return [];
        throw error;
      }
    };
    const names = [
      'cap',
      'floor',
      'regressors',
      'unseen',
      'logistic',
      'regressorUsed',
      'regressorCentre',
      'changeRate',
      'staleDays',
    ];
    const own = Object.fromEntries(names.map((name) => [name, saved[name]]));
    await checkDamaged(own, 300, (damaged) => {
      const others = Object.entries(saved).filter(([name]) => !names.includes(name));
      const whole = { ...Object.fromEntries(others), ...(damaged as object) };
      return orMissing(() => forecastOf(model, whole as never));
    });
  });

  it.each<ObjectiveName>(['squared', 'poisson', 'quantile', 'logistic'])(
    'a booster: %s',
    async (objective) => {
      const columns = [0, 1, 2].map((j) => Float32Array.from({ length: 200 }, (_, i) => (i * (7 + j)) % 11));
      const labels = columns[0].map((value, i) => (value > 5 ? 1 : 0) * (i % 2));
      const params = { rounds: 6, maxDepth: 3, objective, categoricalFeatures: [2], minChildWeight: 0 };
      const features = { rows: 200, columns };
      const booster = trainBooster({ features, labels }, params);
      await checkDamaged(boosterToJson(booster), 200, async (data) => [
        boosterFromJson(data).predict(features),
      ]);
    },
  );
});
