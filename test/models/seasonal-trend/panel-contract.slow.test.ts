import { describe, it } from 'vitest';
import { seasonalTrend } from '../../../src/models/seasonal-trend/index.js';
import { createRandom } from '../../../src/random.js';
import { forecasterChecks } from '../../../src/testing/check-forecaster.js';

describe('the contract with logistic growth, regressors and a conditional seasonality', () => {
  const random = createRandom(3);
  // The panels of the checks begin in different years: the column covers all of them.
  const long = Array.from({ length: 40_000 }, () => 10 + random.normal());
  const model = seasonalTrend({
    growth: 'logistic',
    // Far beyond all panels of the checks, yet near enough for the fit of panels around zero.
    cap: 1e6,
    floor: -1e6,
    regressors: [{ name: 'weather', mode: 'multiplicative', values: [{ startDay: 0, values: long }] }],
    seasonalities: [
      { name: 'summer', period: 7, fourierOrder: 2, condition: [{ from: 0, to: 40_000 }], mode: 'additive' },
    ],
  });
  it.each(forecasterChecks(model))('$name', async ({ run }) => {
    await run();
  });
});
