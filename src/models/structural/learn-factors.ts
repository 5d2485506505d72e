import type { Progress } from '../../long-call.js';
import { eventEffects } from './event-effects.js';
import { applyCalendar, type Factors } from './factors.js';
import type { StructuralHistory } from './history.js';
import type { Pooling } from './pooling.js';
import { learnResponses, type Responses, responseLogs } from './response.js';
import { seasonFactors } from './season-factors.js';
import { weekdayFactors } from './weekday.js';

/** Promotions on fewer days than this are left out of the first guess of what sales are without them. */
const RARE_PROMOTIONS = 0.25;

/** Learns weekday, season, responses and events, each from sales without what the others explain. */
export function* learnFactors(
  history: StructuralHistory,
  pooling: Pooling,
  leaveOut: boolean,
): Generator<Progress, Factors, void> {
  const { promo, price } = history;
  let base = promo ? withoutPromotions(history, promo) : history.units;
  let calendar = yield* learnCalendar(history, pooling, base, leaveOut && !promo && !price);
  let responses: Responses | undefined;
  if (promo || price) {
    responses = yield* learnResponses(history, pooling, expectedUnits(history, calendar));
    base = withoutResponses(history, responses);
    calendar = yield* learnCalendar(history, pooling, base, leaveOut);
  }
  const expected = expectedUnits(history, calendar, responses);
  const events = eventEffects(history, pooling, expected, leaveOut);
  return { ...calendar, responses, events };
}

function* learnCalendar(history: StructuralHistory, pooling: Pooling, base: Float64Array, leaveOut: boolean) {
  const { steps, seriesCount, position } = history;
  const weekday = weekdayFactors(history, pooling, base);
  yield { phase: 'weekdays', done: 1, total: 1 };
  const withoutWeekday = new Float64Array(base.length);
  for (let s = 0; s < seriesCount; s++) {
    for (let i = 0; i < steps; i++) {
      const factor = weekday[s * 7 + history.weekday[i]];
      withoutWeekday[s * steps + i] = factor > 0 ? base[s * steps + i] / factor : Number.NaN;
    }
  }
  const season = yield* seasonFactors(history, pooling, withoutWeekday, leaveOut);
  return { weekday, season, position };
}

/** Trend times calendar times responses: what is expected without events. */
function expectedUnits(
  history: StructuralHistory,
  { weekday, season }: Pick<Factors, 'weekday' | 'season'>,
  responses?: Responses,
): Float64Array {
  const { steps, seriesCount } = history;
  const expected = season.trend.slice();
  const logs = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    const own = expected.subarray(s * steps, (s + 1) * steps);
    applyCalendar(weekday, season.all, history, s, own);
    if (!responses) continue;
    responseLogs(responses, history, s, logs);
    for (let i = 0; i < steps; i++) own[i] *= Math.exp(logs[i]);
  }
  return expected;
}

function withoutPromotions(
  { units, steps, seriesCount }: StructuralHistory,
  promo: Uint8Array,
): Float64Array {
  const out = units.slice();
  for (let s = 0; s < seriesCount; s++) {
    let promoted = 0;
    for (let i = s * steps; i < (s + 1) * steps; i++) promoted += promo[i];
    if (promoted > RARE_PROMOTIONS * steps) continue;
    for (let i = s * steps; i < (s + 1) * steps; i++) if (promo[i] === 1) out[i] = Number.NaN;
  }
  return out;
}

function withoutResponses(history: StructuralHistory, responses: Responses): Float64Array {
  const { units, steps, seriesCount } = history;
  const out = units.slice();
  const logs = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    responseLogs(responses, history, s, logs);
    for (let i = 0; i < steps; i++) out[s * steps + i] /= Math.exp(logs[i]);
  }
  return out;
}
