import type { Progress } from '../../long-call.js';
import { exp } from '../../math/index.js';
import { centredMean, scratchFor, trendHalf } from './centred-mean.js';
import { crossEffects } from './cross-effects.js';
import { eventEffects } from './event-effects.js';
import { applyCalendar, type Factors } from './factors.js';
import { withoutFirstSales } from './first-sales.js';
import type { StructuralHistory } from './history.js';
import { type LevelSteps, takeOutLevelSteps } from './level-steps.js';
import { findPauses, type Pause } from './pauses.js';
import type { Pooling } from './pooling.js';
import { learnResponses, type Responses, responseLogs } from './response.js';
import { seasonFactors } from './season-factors.js';
import { weekdayFactors } from './weekday.js';

/** Share of promoted days below which these are left out of the first estimate of sales without promotions. */
const RARE_PROMOTIONS = 0.25;

/**
 * Rounds of learning responses after the calendar, where prices change: a season absorbs part of a lasting
 * price change.
 */
const PRICE_ROUNDS = 2;

/**
 * Learns weekday, season, responses and events, each from sales adjusted for the others. Responses come first,
 * against the trend alone: a season learnt from promoted sales would absorb them.
 */
export function* learnFactors(
  given: StructuralHistory,
  pooling: Pooling,
  levelSteps: LevelSteps,
  leaveOut: boolean,
): Generator<Progress, Factors, void> {
  const history = yield* withoutFirstSales(given);
  const { promo, price } = history;
  const disturbances = { pauses: yield* findPauses(history), levelSteps };
  let responses: Responses | undefined;
  if (promo || price) {
    const plain = promo ? yield* withoutPromotions(history, promo) : history.units;
    const units = yield* trendUnits(history, pooling, plain);
    responses = yield* learnResponses(history, pooling, { units, trendOf: plain, removed: undefined });
  }
  let base = responses ? yield* withoutResponses(history, responses) : history.units;
  const rounds = responses && price ? PRICE_ROUNDS : 1;
  let calendar = yield* learnCalendar(history, pooling, base, disturbances, leaveOut && rounds === 1);
  for (let round = 1; responses; round++) {
    const units = yield* expectedUnits(history, calendar);
    const expected = { units, trendOf: base, removed: responses.coefficients };
    responses = yield* learnResponses(history, pooling, expected, responses);
    if (round === rounds) break;
    base = yield* withoutResponses(history, responses);
    calendar = yield* learnCalendar(history, pooling, base, disturbances, leaveOut && round + 1 === rounds);
  }
  const expected = yield* expectedUnits(history, calendar, responses);
  const events = yield* eventEffects(history, pooling, expected, leaveOut);
  const cross = responses && (yield* crossEffects(history, pooling, expected, responses));
  return { ...calendar, responses, events, cross };
}

/** Parts of a history that a season must not be learnt from. */
interface Disturbances {
  readonly pauses: readonly Pause[];
  readonly levelSteps: LevelSteps;
}

type Calendar = Pick<Factors, 'weekday' | 'season'>;

function* learnCalendar(
  history: StructuralHistory,
  pooling: Pooling,
  base: Float64Array,
  { pauses, levelSteps }: Disturbances,
  leaveOut: boolean,
): Generator<Progress, Calendar, void> {
  const weekday = yield* weekdayFactors(history, pooling, base);
  const values = yield* withoutWeekdays(history, weekday, base);
  for (const { series, from, to } of pauses) {
    values.fill(Number.NaN, series * history.steps + from, series * history.steps + to);
  }
  takeOutLevelSteps(values, history.steps, levelSteps);
  const season = yield* seasonFactors(history, pooling, values, leaveOut);
  takeOutLevelSteps(season.trend, history.steps, levelSteps, true);
  return { weekday, season };
}

function* withoutWeekdays(
  history: StructuralHistory,
  weekday: Float64Array,
  base: Float64Array,
): Generator<Progress, Float64Array, void> {
  const { steps, seriesCount } = history;
  const out = new Float64Array(base.length);
  for (let s = 0; s < seriesCount; s++) {
    for (let i = 0; i < steps; i++) {
      const factor = weekday[s * 7 + history.weekday[i]];
      out[s * steps + i] = factor > 0 ? base[s * steps + i] / factor : Number.NaN;
    }
    yield { phase: 'weekdays', done: s, total: seriesCount };
  }
  return out;
}

/** Trend times weekdays: the expected units before the season is known. */
function* trendUnits(
  history: StructuralHistory,
  pooling: Pooling,
  base: Float64Array,
): Generator<Progress, Float64Array, void> {
  const { steps, seriesCount, grid } = history;
  const weekday = yield* weekdayFactors(history, pooling, base);
  const values = yield* withoutWeekdays(history, weekday, base);
  const scratch = scratchFor(steps);
  const half = trendHalf(grid);
  const out = new Float64Array(base.length);
  for (let s = 0; s < seriesCount; s++) {
    const own = out.subarray(s * steps, (s + 1) * steps);
    centredMean(values.subarray(s * steps, (s + 1) * steps), half, own, scratch);
    for (let i = 0; i < steps; i++) own[i] *= weekday[s * 7 + history.weekday[i]];
    yield { phase: 'trend', done: s, total: seriesCount };
  }
  return out;
}

/** Trend times calendar times responses: the expected units without events. */
function* expectedUnits(
  history: StructuralHistory,
  { weekday, season }: Calendar,
  responses?: Responses,
): Generator<Progress, Float64Array, void> {
  const { steps, seriesCount } = history;
  const expected = new Float64Array(season.trend.length);
  const logs = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    const own = expected.subarray(s * steps, (s + 1) * steps);
    own.set(season.trend.subarray(s * steps, (s + 1) * steps));
    applyCalendar(weekday, season.all, history, s, own);
    yield { phase: 'expected units', done: s, total: seriesCount };
    if (!responses) continue;
    responseLogs(responses, history, s, logs);
    for (let i = 0; i < steps; i++) own[i] *= exp(logs[i]);
  }
  return expected;
}

function* withoutPromotions(
  { units, steps, seriesCount }: StructuralHistory,
  promo: Uint8Array,
): Generator<Progress, Float64Array, void> {
  const out = new Float64Array(units.length);
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'responses', done: s, total: seriesCount };
    out.set(units.subarray(s * steps, (s + 1) * steps), s * steps);
    let promoted = 0;
    for (let i = s * steps; i < (s + 1) * steps; i++) promoted += promo[i];
    if (promoted > RARE_PROMOTIONS * steps) continue;
    for (let i = s * steps; i < (s + 1) * steps; i++) if (promo[i] === 1) out[i] = Number.NaN;
  }
  return out;
}

function* withoutResponses(
  history: StructuralHistory,
  responses: Responses,
): Generator<Progress, Float64Array, void> {
  const { units, steps, seriesCount } = history;
  const out = new Float64Array(units.length);
  const logs = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    responseLogs(responses, history, s, logs);
    for (let i = 0; i < steps; i++) out[s * steps + i] = units[s * steps + i] / exp(logs[i]);
    yield { phase: 'responses', done: s, total: seriesCount };
  }
  return out;
}
