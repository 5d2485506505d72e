import { runInSlices } from '../../../long-call.js';
import { lastDay, type Panel } from '../../../panel/panel.js';
import type { FitOptions } from '../../contract.js';
import { stepGrid } from '../../step-grid.js';
import type { StructuralFit } from '../../structural/fit.js';
import { atLastLevels, shiftLevelSteps } from '../../structural/level-steps.js';
import { cutoffLevels, HistoryStructure } from '../../structural/structure-source.js';
import { extraColumns, tailOfExtras } from './extra-columns.js';
import { FeatureSources, poolingOfTail } from './feature-context.js';
import { FittedDirectBoosting } from './fitted-direct-boosting.js';
import type { DirectSettings } from './options.js';
import { salesHistory, tailOf } from './sales-history.js';
import { trainModel } from './train-model.js';

/**
 * Trains the boosters on top of a structural fit, on sales at the level after a lasting step.
 *
 * @param base fit of the same panel and covariates, with the years left out
 * @param tried series whose holdout is forecast; all by default
 */
export async function fitDirectBoosting(
  panel: Panel,
  base: StructuralFit,
  settings: DirectSettings,
  { covariates = {}, seed = 0, horizon, signal, onProgress }: FitOptions,
  tried?: Int32Array,
): Promise<FittedDirectBoosting> {
  const calls = { signal, onProgress };
  const { state, learnt } = base;
  const offset = panel.days - learnt.history.steps;
  const steps = shiftLevelSteps(learnt.levelSteps, offset);
  const units = await runInSlices(atLastLevels(panel.units, panel.days, steps), calls);
  const even = { ...panel, units };
  const sales = salesHistory(even, stepGrid(settings.stepDays));
  const extras = extraColumns(panel, covariates, sales.grid);
  const source = new HistoryStructure(learnt, offset);
  const events = covariates.events ?? [];
  const tail = await runInSlices(tailOf(sales), calls);
  const pooling = await runInSlices(poolingOfTail(tail), calls);
  const prepared = FeatureSources.prepare(sales, 0, events, source, state.eventScopes, extras, pooling);
  const sources = await runInSlices(prepared, calls);
  const needed =
    horizon !== undefined && horizon <= settings.horizon ? { ...settings, longHorizon: 0 } : settings;
  const trained = await trainModel(sales, panel.ids, sources, needed, seed, calls, tried);
  return new FittedDirectBoosting({
    ...trained,
    cutoffDay: lastDay(panel),
    tail,
    extras: tailOfExtras(extras, sales.steps, sales.steps - tail.steps, sales.grid),
    structure: state,
    levels: await runInSlices(cutoffLevels(source, sales.seriesCount), calls),
  });
}
