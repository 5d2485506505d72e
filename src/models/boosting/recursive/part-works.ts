import { FEATURE_REACH } from '../../../features/names.js';
import { createPacer } from '../../../long-call.js';
import { type PartWork, panelFromPart, partArray } from '../../part-work.js';
import { nativeEngine } from '../engine/engine.js';
import { FIT, type FitShared, FORECAST, type ForecastShared } from './by-workers.js';
import { recursiveBoosting } from './recursive-boosting.js';
import { forecastRecursively } from './recursive-forecast.js';

/** Works of the recursive model for workers: training its booster, and running it forward over some series. */
export const RECURSIVE_BOOSTING_WORKS: readonly PartWork[] = [
  {
    name: FIT,
    async run(shared, part) {
      const { options, covariates, seed } = shared as FitShared;
      const fitted = await recursiveBoosting(options).fit(panelFromPart(part), { covariates, seed });
      return { about: fitted.toJSON(), arrays: {} };
    },
  },
  {
    name: FORECAST,
    async run(shared, part) {
      const { covariates, scaler, cutoffDay, horizon, sets, ...model } = shared as ForecastShared;
      const booster = nativeEngine.load(model.booster);
      const seriesCount = part.about['seriesCount'] as number;
      const tail = partArray(part, 'tail', 'float64', seriesCount * FEATURE_REACH);
      const setOf = sets && partArray(part, 'setOf', 'int32', seriesCount);
      const state = { cutoffDay, seriesCount, tail, ...(setOf && { eventScopes: { ...sets!, setOf } }) };
      const mean = await forecastRecursively(booster, state, horizon, covariates, scaler, createPacer());
      return { about: {}, arrays: { mean } };
    },
  },
];
