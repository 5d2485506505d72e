import type { Progress } from '../../long-call.js';
import { exp } from '../../math/index.js';
import { centredMean, scratchFor, trendHalf } from './centred-mean.js';
import { crossEffects } from './cross-effects.js';
import { eventEffects } from './event-effects.js';
import { applyCalendar, type Factors } from './factors.js';
import { takeOutFirstSales } from './first-sales.js';
import type { StructuralHistory } from './history.js';
import { withoutEnds } from './last-sales.js';
import { type LevelSteps, takeOutLevelSteps } from './level-steps.js';
import { findPauses, type Pause } from './pauses.js';
import { type Pooling, poolingOf } from './pooling.js';
import { learnResponses, type Responses, responseLogs } from './response.js';
import { type LearntSeason, seasonFactors } from './season-factors.js';
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
 *
 * @param room for as many values as the history has
 */
export function* learnFactors(
  given: StructuralHistory,
  pooled: Pooling,
  { levelSteps, ends }: { readonly levelSteps: LevelSteps; readonly ends: Int32Array },
  leaveOut: boolean,
  room: Float64Array,
): Generator<Progress, Factors, void> {
  const history = withoutEnds(given, ends);
  const pooling = history === given ? pooled : yield* poolingOf(history);
  const giveBack = yield* takeOutFirstSales(history);
  const { promo, price } = history;
  const disturbances = { pauses: yield* findPauses(history), levelSteps };
  let responses: Responses | undefined;
  let base = history.units;
  if (promo || price) {
    const plain = promo ? yield* withoutPromotions(history, promo) : history.units;
    const units = yield* trendUnits(history, pooling, plain, room);
    responses = yield* learnResponses(history, pooling, { units, trendOf: plain, removed: undefined });
    base = promo ? plain : new Float64Array(plain.length);
    yield* withoutResponses(history, responses, base);
  }
  const rounds = responses && price ? PRICE_ROUNDS : 1;
  const learn = (last: boolean) =>
    learnCalendar(history, pooling, base, disturbances, leaveOut && last, room);
  let { trend: expected, ...calendar } = yield* learn(rounds === 1);
  yield* multiplyByCalendar(history, calendar, expected);
  for (let round = 1; responses; round++) {
    const sales = { units: expected, trendOf: base, removed: responses.coefficients };
    responses = yield* learnResponses(history, pooling, sales, responses);
    if (round === rounds) break;
    yield* withoutResponses(history, responses, base);
    ({ trend: expected, ...calendar } = yield* learn(round + 1 === rounds));
    yield* multiplyByCalendar(history, calendar, expected);
  }
  if (responses) yield* multiplyByResponses(history, responses, expected);
  const events = yield* eventEffects(history, pooling, expected, leaveOut);
  const cross = responses && (yield* crossEffects(history, pooling, expected, responses));
  giveBack();
  return { ...calendar, responses, events, cross };
}

/** Parts of a history that a season must not be learnt from. */
interface Disturbances {
  readonly pauses: readonly Pause[];
  readonly levelSteps: LevelSteps;
}

type Calendar = Pick<Factors, 'weekday' | 'season'>;

/** Learns weekday and season. @param room for the sales without weekdays */
function* learnCalendar(
  history: StructuralHistory,
  pooling: Pooling,
  base: Float64Array,
  { pauses, levelSteps }: Disturbances,
  leaveOut: boolean,
  room: Float64Array,
): Generator<Progress, Calendar & Pick<LearntSeason, 'trend'>, void> {
  const weekday = yield* weekdayFactors(history, pooling, base);
  const values = yield* withoutWeekdays(history, weekday, base, room);
  for (const { series, from, to } of pauses) {
    values.fill(Number.NaN, series * history.steps + from, series * history.steps + to);
  }
  takeOutLevelSteps(values, history.steps, levelSteps);
  const { trend, ...season } = yield* seasonFactors(history, pooling, values, leaveOut);
  takeOutLevelSteps(trend, history.steps, levelSteps, true);
  return { weekday, season, trend };
}

/** Sales over the factors of their weekdays, written to `out`. */
function* withoutWeekdays(
  history: StructuralHistory,
  weekday: Float64Array,
  base: Float64Array,
  out: Float64Array,
): Generator<Progress, Float64Array, void> {
  const { steps, seriesCount } = history;
  for (let s = 0; s < seriesCount; s++) {
    for (let i = 0; i < steps; i++) {
      const factor = weekday[s * 7 + history.weekday[i]];
      out[s * steps + i] = factor > 0 ? base[s * steps + i] / factor : Number.NaN;
    }
    yield { phase: 'weekdays', done: s, total: seriesCount };
  }
  return out;
}

/** Trend times weekdays, the expected units before the season is known, written to `out`. */
function* trendUnits(
  history: StructuralHistory,
  pooling: Pooling,
  base: Float64Array,
  out: Float64Array,
): Generator<Progress, Float64Array, void> {
  const { steps, seriesCount, grid } = history;
  const weekday = yield* weekdayFactors(history, pooling, base);
  yield* withoutWeekdays(history, weekday, base, out);
  const scratch = scratchFor(steps);
  const half = trendHalf(grid);
  for (let s = 0; s < seriesCount; s++) {
    const own = out.subarray(s * steps, (s + 1) * steps);
    centredMean(own, half, own, scratch);
    for (let i = 0; i < steps; i++) own[i] *= weekday[s * 7 + history.weekday[i]];
    yield { phase: 'trend', done: s, total: seriesCount };
  }
  return out;
}

/** Makes the trend the expected units without responses and events, in place. */
function* multiplyByCalendar(
  history: StructuralHistory,
  { weekday, season }: Calendar,
  trend: Float64Array,
): Generator<Progress, void, void> {
  const { steps, seriesCount } = history;
  for (let s = 0; s < seriesCount; s++) {
    applyCalendar(weekday, season.all, history, s, trend.subarray(s * steps, (s + 1) * steps));
    yield { phase: 'expected units', done: s, total: seriesCount };
  }
}

/** Makes expected units those without events, in place. */
function* multiplyByResponses(
  history: StructuralHistory,
  responses: Responses,
  expected: Float64Array,
): Generator<Progress, void, void> {
  const { steps, seriesCount } = history;
  const logs = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    responseLogs(responses, history, s, logs);
    for (let i = 0; i < steps; i++) if (logs[i] !== 0) expected[s * steps + i] *= exp(logs[i]);
    yield { phase: 'expected units', done: s, total: seriesCount };
  }
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

/** Sales over the factors of promotions and prices, written to `out`. */
function* withoutResponses(
  history: StructuralHistory,
  responses: Responses,
  out: Float64Array,
): Generator<Progress, void, void> {
  const { units, steps, seriesCount } = history;
  const logs = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    responseLogs(responses, history, s, logs);
    for (let i = 0; i < steps; i++) {
      const at = s * steps + i;
      out[at] = logs[i] === 0 ? units[at] : units[at] / exp(logs[i]);
    }
    yield { phase: 'responses', done: s, total: seriesCount };
  }
}
