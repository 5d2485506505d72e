import type { Progress } from '../../long-call.js';
import type { Panel } from '../../panel/panel.js';
import type { Covariates } from '../covariates.js';
import { applyEvents, type Factors, historyFactors } from './factors.js';
import { type StructuralHistory, structuralHistory } from './history.js';
import { learnFactors } from './learn-factors.js';
import { adjustedSeries, adjustedUnits } from './learn-levels.js';
import { smoothedLevels } from './levels.js';
import { chooseMemory, classOf } from './memory.js';
import type { StructuralSettings } from './options.js';
import { type Pooling, poolingOf } from './pooling.js';

/** What the structural model says of one series, as honest as if it had not seen the year in question. */
export interface SeriesFeatures {
  /** Level before each step, smoothed as the model does; one value more than there are steps. NaN before the first sale. */
  readonly level: Float64Array;
  /** The same with a short and with a long memory. */
  readonly fast: Float64Array;
  readonly slow: Float64Array;
  /** Factor of each step: weekday, season, event, promotion and price. */
  readonly factor: Float64Array;
  /** The event alone. */
  readonly event: Float64Array;
}

/** Factors and levels of the history for models that learn from it. */
export interface StructuralFeatures {
  /** First step of the panel that the features know; steps are counted from it. */
  readonly from: number;
  readonly steps: number;
  /** Year of each step counted back from the cutoff. */
  readonly yearOf: Uint8Array;
  readonly years: number;
  /** @param leftOut year whose sales taught neither season nor events; -1 for none */
  of(series: number, leftOut: number): SeriesFeatures;
}

/** Smoothing weights of the short and the long memory, for days and for weeks. */
const FAST = { 1: 0.2, 7: 0.5 } as const;
const SLOW = { 1: 0.012, 7: 0.06 } as const;

/** Learns the factors of a panel with and without each year. */
export function* structuralFeatures(
  panel: Panel,
  covariates: Covariates,
  settings: StructuralSettings,
): Generator<Progress, StructuralFeatures, void> {
  const history = yield* structuralHistory(panel, covariates, settings);
  const pooling = poolingOf(history);
  const factors = yield* learnFactors(history, pooling, true);
  const memory = yield* chooseMemory(history, pooling, adjustedUnits(history, factors), settings);
  const { steps, yearOf, years } = history;
  return {
    from: panel.days - steps,
    steps,
    yearOf,
    years,
    of: (series, leftOut) =>
      seriesFeatures({ history, pooling, factors, weights: memory.weights }, series, leftOut),
  };
}

interface Learnt {
  readonly history: StructuralHistory;
  readonly pooling: Pooling;
  readonly factors: Factors;
  readonly weights: readonly number[];
}

function seriesFeatures(
  { history, pooling, factors, weights }: Learnt,
  series: number,
  leftOut: number,
): SeriesFeatures {
  const { steps, units, eventOf, grid } = history;
  const factor = new Float64Array(steps);
  historyFactors(factors, history, series, leftOut, factor);
  const event = new Float64Array(steps).fill(1);
  applyEvents(
    leftOut < 0 ? factors.events : factors.events.without[leftOut],
    history,
    eventOf,
    series,
    event,
  );
  const adjusted = adjustedSeries(units.subarray(series * steps, (series + 1) * steps), factor);
  const levelWith = (weight: number) => {
    const out = new Float64Array(steps + 1);
    smoothedLevels(adjusted, weight, out);
    return out;
  };
  const stepDays = grid.stepDays === 1 ? 1 : 7;
  return {
    level: levelWith(weights[classOf(pooling.zeroShare[series])]),
    fast: levelWith(FAST[stepDays]),
    slow: levelWith(SLOW[stepDays]),
    factor,
    event,
  };
}
