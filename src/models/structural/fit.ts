import type { Progress } from '../../long-call.js';
import type { Panel } from '../../panel/panel.js';
import { checkObserved } from '../check-observed.js';
import type { Covariates } from '../covariates.js';
import { burstHeight, findBursts, leaveOutBursts } from './bursts.js';
import { historyFactors } from './factors.js';
import { withSeasonErrors } from './forecast-errors.js';
import { cutColumn, structuralHistory } from './history.js';
import { lastSales } from './last-sales.js';
import { learnFactors } from './learn-factors.js';
import { adjustedUnits, learnLevels } from './learn-levels.js';
import { findLevelSteps } from './level-steps.js';
import { chooseMemory } from './memory.js';
import { learnOpenings } from './openings.js';
import type { StructuralSettings } from './options.js';
import { poolingOf } from './pooling.js';
import { afterSteps } from './response-columns.js';
import type { StructuralState } from './state.js';
import type { LearntStructure } from './structure-source.js';

/** A fit, with what it learnt about the history, for models that build on it. */
export interface StructuralFit {
  readonly state: StructuralState;
  readonly learnt: LearntStructure;
}

/**
 * @param leaveOut whether to keep leave-one-year-out seasons and events, for outlooks within the history
 * @throws ForecastError `empty-data` without any observed value.
 */
export function* fitStructural(
  panel: Panel,
  covariates: Covariates,
  settings: StructuralSettings,
  leaveOut = false,
): Generator<Progress, StructuralFit, void> {
  checkObserved(panel);
  const history = yield* structuralHistory(panel, covariates, settings);
  const pooling = yield* poolingOf(history);
  const levelSteps = yield* findLevelSteps(history);
  const room = new Float64Array(history.units.length);
  const ends = yield* lastSales(history);
  const factors = yield* learnFactors(history, pooling, { levelSteps, ends }, leaveOut, room);
  const withFactors = (s: number, out: Float64Array) => historyFactors(factors, history, s, -1, out);
  const adjusted = yield* adjustedUnits(history, withFactors, room);
  const bursts = yield* findBursts(history, adjusted, levelSteps);
  leaveOutBursts(adjusted, bursts);
  const memory = yield* chooseMemory(history, pooling, adjusted, levelSteps, ends, settings);
  const learnFrom = { values: adjusted, bursts };
  const levels = yield* learnLevels(history, pooling, factors, learnFrom, memory, levelSteps);
  const { promo, price, steps, seriesCount } = history;
  const lastPromoSteps = Math.min(afterSteps(history.grid), steps);
  const lastSteps = { from: steps - lastPromoSteps, steps: lastPromoSteps };
  const state = {
    grid: history.grid,
    cutoffDay: history.cutoffDay,
    seriesCount,
    groupCount: history.groupCount,
    groupOf: history.groupOf,
    ...levels,
    errors: withSeasonErrors(levels.errors, history.grid, factors.season.years),
    growth: memory.growth,
    ...(bursts.ongoing.some((peak) => peak > 0) && {
      ongoing: bursts.ongoing.map((peak, s) => burstHeight(peak, levels.level[s])),
    }),
    weekday: factors.weekday,
    season: factors.season.all,
    responses: factors.responses?.coefficients,
    responseErrors: factors.responses?.errors,
    cross: factors.cross,
    identifiable: factors.responses?.identifiable ?? [],
    usualPrice: price?.usual,
    lastPrice: price?.last,
    lastPromo: promo && cutColumn(promo, { seriesCount, days: steps }, lastSteps),
    lastPromoSteps,
    events: covariates.events ?? [],
    eventScopes: history.events.scopes,
    eventKinds: factors.events.kinds,
    eventOwn: factors.events.own,
    openings: yield* learnOpenings(history),
    future: covariates.future,
  };
  const weightOf = (series: number) => memory.weights[levels.classOf[series]];
  return { state, learnt: { history, factors, bursts, levelSteps, weightOf } };
}
