import { describe, expect, it } from 'vitest';
import { seasonalNaive } from '../../src/models/baselines/index.js';
import { directBoosting } from '../../src/models/boosting/direct/index.js';
import type { FitOptions, FittedModel, ForecastModel } from '../../src/models/contract.js';
import { seasonalTrend } from '../../src/models/seasonal-trend/index.js';
import { structural } from '../../src/models/structural/index.js';
import type { Panel } from '../../src/panel/panel.js';
import { forecasterChecks } from '../../src/testing/index.js';

const sound = structural();

/** The named checks of a model that fail. */
async function failing(model: ForecastModel, names: RegExp): Promise<string[]> {
  const failed: string[] = [];
  for (const check of forecasterChecks(model)) {
    if (!names.test(check.name)) continue;
    try {
      await check.run();
    } catch {
      failed.push(check.name);
    }
  }
  return failed;
}

/** The structural model with altered covariates or altered forecasts. */
function broken(change: {
  uses?: ForecastModel['uses'];
  told?: (panel: Panel, options: FitOptions) => [Panel, FitOptions];
  forecast?: FittedModel['forecast'] extends (options: infer O) => unknown
    ? (fitted: FittedModel, options: O, fitOptions: FitOptions) => ReturnType<FittedModel['forecast']>
    : never;
}): ForecastModel {
  return {
    ...sound,
    uses: change.uses ?? sound.uses,
    async fit(panel, options = {}) {
      const told = change.told?.(panel, options) ?? [panel, options];
      const fitted = await sound.fit(...told);
      return Object.assign(Object.create(fitted), {
        forecast: (asked: Parameters<FittedModel['forecast']>[0]) =>
          change.forecast ? change.forecast(fitted, asked, options) : fitted.forecast(asked),
      });
    },
  };
}

const COVARIATES = /learns|shuffled|covariates|pastOnly|attributes/;

describe('checks of covariates', () => {
  it('are asked of a model that says that it uses them', () => {
    const asked = (model: ForecastModel) =>
      forecasterChecks(model)
        .map(({ name }) => name)
        .filter((name) => COVARIATES.test(name));
    expect(asked(seasonalNaive())).toEqual([]);
    expect(asked({ ...seasonalNaive(), uses: undefined })).toEqual([]);
    expect(asked(seasonalTrend())).toEqual([]);
    expect(asked(seasonalTrend({ holidays: true }))).toEqual([
      'learns what events explains',
      'is worse with events shuffled',
      'copes with missing covariates',
    ]);
    expect(asked(sound)).toHaveLength(11);
    expect(asked(directBoosting())).toHaveLength(14);
  });

  it('pass for models that learn what they say', async () => {
    expect(await failing(sound, COVARIATES)).toEqual([]);
    expect(await failing(seasonalTrend({ holidays: true }), COVARIATES)).toEqual([]);
  });

  it('catch a model that uses nothing of what it says', async () => {
    const kinds = ['events', 'price', 'promo', 'open', 'available'] as const;
    const deaf = { ...seasonalNaive({ season: 7 }), uses: kinds };
    expect(await failing(deaf, /learns|shuffled/)).toEqual(
      kinds.flatMap((kind) => [`learns what ${kind} explains`, `is worse with ${kind} shuffled`]),
    );
  });

  it('catch a model that forgets the planned days', async () => {
    const forgetful = broken({ forecast: (fitted, { future: _, ...options }) => fitted.forecast(options) });
    expect(await failing(forgetful, /learns what promo|price shuffled/)).toEqual([
      'is worse with price shuffled',
      'learns what promo explains',
    ]);
  });

  it('catch a model that learns from columns of the wrong days', async () => {
    const late = broken({
      told: (panel, options) => [
        { ...panel, promo: panel.promo?.map((_, i, promo) => promo[(i + 5) % promo.length]) },
        options,
      ],
    });
    expect(await failing(late, /learns what promo/)).toEqual(['learns what promo explains']);
  });

  it('catch a model that stumbles over a missing price', async () => {
    const stumbling = broken({
      async forecast(fitted, options, { covariates }) {
        const forecast = await fitted.forecast(options);
        const price = (options.future ?? covariates?.future)?.price?.[0] ?? 1;
        const second = (options.future ?? covariates?.future)?.price?.[1] ?? 1;
        return {
          ...forecast,
          mean: forecast.mean.map((value) => value * ((price * second) / price / second)),
        };
      },
    });
    expect(await failing(stumbling, /missing covariates/)).toEqual(['copes with missing covariates']);
  });

  it('catch a past-only column that leaks, and one that is not learnt', async () => {
    const leaking = broken({
      uses: ['pastOnly'],
      told: (panel, { covariates: _, ...options }) => [panel, options],
      async forecast(fitted, options, { covariates }) {
        const last = covariates?.pastOnly?.[0].values.at(-1) ?? 0;
        const forecast = await fitted.forecast(options);
        return { ...forecast, mean: forecast.mean.map((value) => value + last) };
      },
    });
    expect(await failing(leaking, /pastOnly/)).toEqual([
      'learns from pastOnly',
      'does not look at pastOnly past the cutoff',
    ]);
  });
});
