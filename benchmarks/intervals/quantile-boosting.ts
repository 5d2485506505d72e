import type { Panel } from 'commerce-forecast';
import { trainBooster } from 'commerce-forecast/boosting';
import { runAtOnce } from '../../src/long-call.js';
import { NO_EXTRAS } from '../../src/models/boosting/direct/extra-columns.js';
import { FeatureSources } from '../../src/models/boosting/direct/feature-context.js';
import { FeatureWriter } from '../../src/models/boosting/direct/feature-writer.js';
import { LEARNER_PARAMS } from '../../src/models/boosting/direct/learners.js';
import { salesHistory } from '../../src/models/boosting/direct/sales-history.js';
import { targetBases } from '../../src/models/boosting/direct/target-bases.js';
import { directRows } from '../../src/models/boosting/direct/training-rows.js';
import { stepGrid } from '../../src/models/step-grid.js';
import { fitStructural } from '../../src/models/structural/fit.js';
import { structuralSettings } from '../../src/models/structural/options.js';
import {
  cutoffLevels,
  FutureStructure,
  HistoryStructure,
} from '../../src/models/structural/structure-source.js';
import { PROBABILITIES } from './scores.js';

/** Quantiles that are trained; those between them are interpolated. */
const TRAINED = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];
const LOOKBACK = 730;
const ROWS = 40_000;

/**
 * Forecasts quantiles of days by direct boosting with the pinball loss, on the features of `directBoosting()` and
 * ratios to its structural base: the usual way to distributions by boosting. One array for each of the probabilities,
 * series-major.
 */
export function quantileBoosting(panel: Panel, horizon: number): Float64Array[] {
  const settings = structuralSettings({ horizon, stepDays: 1 });
  const { state, learnt } = runAtOnce(fitStructural(panel, {}, settings, true));
  const sales = salesHistory(panel, stepGrid(1));
  const source = new HistoryStructure(learnt, sales.steps - learnt.history.steps);
  const sources = runAtOnce(FeatureSources.prepare(sales, 0, [], source, state.eventScopes, NO_EXTRAS));
  const plan = { fromStep: 1, toStep: horizon, lookback: LOOKBACK, mostRows: ROWS, seed: 0, ids: panel.ids };
  const rows = runAtOnce(directRows(sales, sources, plan));
  const labels = rows.values.map((value, i) => value / rows.bases.structural[i]);
  const booster = trainBooster(
    {
      features: { rows: rows.rows, columns: [...rows.columns] },
      labels,
      weights: Float32Array.from(rows.importance),
    },
    {
      ...LEARNER_PARAMS,
      baseScore: undefined,
      minChildWeight: 1e-3,
      objective: 'quantile',
      quantiles: TRAINED,
    },
  );
  const outlook = new FutureStructure(
    state,
    runAtOnce(cutoffLevels(source, sales.seriesCount)),
    sales.steps,
    horizon,
    undefined,
  );
  const ahead = runAtOnce(FeatureSources.prepare(sales, horizon, [], outlook, state.eventScopes, NO_EXTRAS));
  const writer = new FeatureWriter(sales, horizon, ahead.extras, horizon);
  const columns = rows.columns.map(() => new Float32Array(horizon));
  const bases = targetBases(horizon);
  const steps = Int32Array.from({ length: horizon }, (_, h) => h + 1);
  const out = PROBABILITIES.map(() => new Float64Array(sales.seriesCount * horizon));
  for (let s = 0; s < sales.seriesCount; s++) {
    if (writer.startAnchor(ahead.of(s), sales.steps, s, sales.categoryOf[s]) === 0) continue;
    writer.write(steps, columns, bases, 0);
    const ratios = booster.predict({ rows: horizon, columns });
    for (let h = 0; h < horizon; h++) {
      const trained = TRAINED.map((_, q) => Math.max(0, ratios[q * horizon + h] * bases.structural[h]));
      PROBABILITIES.forEach((probability, p) => {
        out[p][s * horizon + h] = interpolated(trained, probability);
      });
    }
  }
  return out;
}

function interpolated(trained: readonly number[], probability: number): number {
  const k = Math.max(
    1,
    TRAINED.findIndex((known) => known >= probability - 1e-9),
  );
  const share = (probability - TRAINED[k - 1]) / (TRAINED[k] - TRAINED[k - 1]);
  return trained[k - 1] + share * (trained[k] - trained[k - 1]);
}
