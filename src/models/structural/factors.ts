import { exp } from '../../math/index.js';
import type { CrossEffects } from './cross-effects.js';
import type { EventEffects } from './event-effects.js';
import type { StructuralHistory } from './history.js';
import { type Responses, responseLogs } from './response.js';
import type { SeasonFactors } from './season-factors.js';

/** Every factor besides the level, as learnt from the history. */
export interface Factors {
  /** Series-major, 7 each. */
  readonly weekday: Float64Array;
  readonly season: SeasonFactors;
  readonly responses: Responses | undefined;
  readonly events: EventEffects;
  readonly cross: CrossEffects | undefined;
}

/** Multiplies `out` by the weekday and the season of each step of the history. */
export function applyCalendar(
  weekday: Float64Array,
  season: Float64Array,
  history: StructuralHistory,
  series: number,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length; i++) out[i] *= weekday[series * 7 + history.weekday[i]];
  applySeason(season, history, series, out);
}

function applySeason(
  season: Float64Array,
  { seriesCount, position }: StructuralHistory,
  series: number,
  out: Float64Array,
): void {
  const positions = season.length / seriesCount;
  for (let i = 0; i < out.length; i++) out[i] *= season[series * positions + position[i]];
}

/** Multiplies `out` by the event of each step. */
export function applyEvents(
  { kinds: kindFactors, own }: Pick<EventEffects, 'kinds' | 'own'>,
  { kinds, groupOf }: Pick<StructuralHistory, 'kinds' | 'groupOf'>,
  eventOf: Int32Array,
  series: number,
  out: Float64Array,
): void {
  const kindCount = kinds.eventOf.length;
  const eventCount = kinds.names.length;
  for (let i = 0; i < out.length; i++) {
    const kind = eventOf[i];
    if (kind < 0) continue;
    const ownFactor = kinds.outside[kind] ? 1 : own[series * eventCount + kinds.eventOf[kind]];
    out[i] *= kindFactors[groupOf[series] * kindCount + kind] * ownFactor;
  }
}

/**
 * Factor of each step of the history for one series, written to `out`; leaves out what was learnt from `year`
 * unless it is -1.
 */
export function historyFactors(
  factors: Factors,
  history: StructuralHistory,
  series: number,
  year: number,
  out: Float64Array,
): void {
  const { season, events, weekday } = factors;
  responseFactors(factors, history, series, out);
  applyCalendar(weekday, year < 0 ? season.all : season.without[year], history, series, out);
  applyEvents(year < 0 ? events : events.without[year], history, history.events.of(series), series, out);
}

/** The same without weekdays, with nothing left out: season, events, promotions and prices. */
export function calendarFactors(
  factors: Factors,
  history: StructuralHistory,
  series: number,
  out: Float64Array,
): void {
  responseFactors(factors, history, series, out);
  applySeason(factors.season.all, history, series, out);
  applyEvents(factors.events, history, history.events.of(series), series, out);
}

/** Factor of promotions and prices on each step. */
function responseFactors(
  { responses }: Factors,
  history: StructuralHistory,
  series: number,
  out: Float64Array,
): void {
  out.fill(1);
  if (!responses) return;
  responseLogs(responses, history, series, out);
  for (let i = 0; i < out.length; i++) out[i] = out[i] === 0 ? 1 : exp(out[i]);
}
