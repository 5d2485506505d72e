import { seasonalNaive, weekdayMean } from '../../src/models/baselines/index.js';
import { adaptiveEnsemble } from '../../src/models/combine/index.js';
import { covariatesUntil } from '../../src/models/covariates.js';
import { buildPanel } from '../../src/panel/build-panel.js';
import type { Panel } from '../../src/panel/panel.js';
import { sliceDays } from '../../src/panel/slice.js';
import { check, type Scenario, type Verdict } from './scenario.js';

/** Length of each holdout, distance between holdouts, and their number, from the end of a shop backwards. */
const HELD_BACK = 28;
const WINDOWS = 3;
const LEAST_HISTORY = 56;
/** How much larger than that of the better naive model the error may be. */
const TOLERANCE = 0.02;

/**
 * Compares the default with the better of two naive models on days of a shop that were held back: the root mean squared
 * error of each product over its mean, as a mean over products and windows. Undefined for a shop with too short a history.
 */
export async function compareWithNaive({
  records,
  events = [],
  outOfStock,
}: Scenario): Promise<Verdict | undefined> {
  const { panel } = await buildPanel(records, { ...(outOfStock && { outOfStock }) });
  const models = [adaptiveEnsemble(), seasonalNaive({ season: 7 }), weekdayMean({ weeks: 4 })];
  const errors = models.map(() => 0);
  let windows = 0;
  for (let end = panel.days - HELD_BACK; end >= LEAST_HISTORY && windows < WINDOWS; end -= HELD_BACK) {
    const history = sliceDays(panel, 0, end);
    if (history.units.every(Number.isNaN)) break;
    const covariates = covariatesUntil({ events }, panel, end);
    for (const [m, model] of models.entries()) {
      const fitted = await model.fit(history, { covariates });
      errors[m] += relativeError(panel, end, (await fitted.forecast({ horizon: HELD_BACK })).mean);
    }
    windows++;
  }
  if (windows === 0) return undefined;
  const [ours, ...naive] = errors.map((error) => error / windows);
  const better = Math.min(...naive);
  return check(
    'error of held-back days',
    `at most ${(1 + TOLERANCE).toFixed(2)} times ${better.toFixed(4)}, the better naive model's`,
    ours.toFixed(4),
    ours <= (1 + TOLERANCE) * better + 1e-6,
  );
}

function relativeError({ units, days, seriesCount }: Panel, end: number, mean: Float64Array): number {
  let sum = 0;
  let counted = 0;
  for (let s = 0; s < seriesCount; s++) {
    let [size, squares, observed] = [0, 0, 0];
    for (let d = end; d < end + HELD_BACK; d++) {
      const actual = units[s * days + d];
      if (Number.isNaN(actual)) continue;
      size += actual;
      squares += (mean[s * HELD_BACK + d - end] - actual) ** 2;
      observed++;
    }
    if (!(size > 0)) continue;
    sum += Math.sqrt(squares / observed) / (size / observed);
    counted++;
  }
  return counted > 0 ? sum / counted : 0;
}
