import { createPacer } from '../../long-call.js';
import type { StepRange } from '../contract.js';
import {
  type ContributionOptions,
  type ContributionPart,
  ContributionSums,
  type Contributions,
} from '../explanation.js';
import { addFactors } from '../factor-contributions.js';
import { type ForecastFactors, FutureFactors } from './future-factors.js';
import type { StructuralState } from './state.js';

/**
 * Contributions to the forecast of a structural model: its level, and the units that each factor adds or
 * subtracts.
 */
export async function structuralContributions(
  state: StructuralState,
  { series, weights, range, future = state.future, ...calls }: ContributionOptions,
): Promise<ContributionSums> {
  const sums = new ContributionSums();
  const factors = new FutureFactors(state, range.to, future);
  const pace = createPacer(calls);
  for (let k = 0; k < series.length; k++) {
    const level = state.level[series[k]] * (weights?.[k] ?? 1);
    const own = factors.of(series[k]);
    if (level !== 0) addSeries(sums, own, range, level, (h) => eventPart(factors, own, h));
    addOccasions(sums, factors, series[k], own, range, weights?.[k] ?? 1);
    await pace({ phase: 'explain', done: k + 1, total: series.length });
  }
  return sums;
}

/**
 * Contributions of growth, season, events, promotions and prices to forecasts of sales that were adjusted for
 * these.
 *
 * @param adjusted means of the first days, at least up to `range.to`, series-major
 */
export function calendarContributions(
  state: StructuralState,
  adjusted: Float64Array,
  { series, weights, range, future = state.future }: ContributionOptions,
): Contributions {
  const sums = new ContributionSums();
  const factors = new FutureFactors(state, range.to, future);
  const days = adjusted.length / state.seriesCount;
  for (let k = 0; k < series.length; k++) {
    const own = factors.of(series[k]);
    const growth = factors.growthSinceCutoff(series[k]);
    for (let h = range.from; h < range.to; h++) {
      const base = adjusted[series[k] * days + h] * (weights?.[k] ?? 1);
      const parts: ContributionPart[] = ['trend', 'season', eventPart(factors, own, h), 'promotion', 'price'];
      addFactors(sums, base, parts, [growth[h], ...calendarValues(own, h)]);
    }
  }
  return sums.parts;
}

/** Contributions of the sales on occasions. */
export function occasionContributions(
  state: StructuralState,
  { series, weights, range, future = state.future }: ContributionOptions,
): Contributions {
  const sums = new ContributionSums();
  if (!state.occasional) return sums.parts;
  const factors = new FutureFactors(state, range.to, future);
  for (let k = 0; k < series.length; k++) {
    if (!factors.hasOccasions(series[k])) continue;
    addOccasions(sums, factors, series[k], factors.of(series[k]), range, weights?.[k] ?? 1);
  }
  return sums.parts;
}

function addOccasions(
  sums: ContributionSums,
  factors: FutureFactors,
  series: number,
  own: ForecastFactors,
  { from, to }: StepRange,
  weight: number,
): void {
  for (const { kind, units } of factors.occasions(series, own)) {
    for (let h = from; h < to; h++) {
      sums.add(kind === 'event' ? eventPart(factors, own, h) : kind, weight * units[h]);
    }
  }
}

/** Season, event, promotion and price of a step. */
export function calendarValues({ season, event, promotion, price }: ForecastFactors, h: number): number[] {
  return [season[h], event[h], promotion[h], price[h]];
}

/** The part of the event of a step. */
export function eventPart(
  { kinds }: FutureFactors,
  { eventOf }: ForecastFactors,
  step: number,
): ContributionPart {
  const kind = eventOf[step];
  return kind < 0 ? 'events' : `event:${kinds.names[kinds.eventOf[kind]]}`;
}

/** Parts of the factors of a step except `open`, in the order of {@link factorValues}. */
export function factorParts(event: ContributionPart): ContributionPart[] {
  return ['trend', 'weekday', 'season', event, 'promotion', 'price'];
}

export function factorValues(own: ForecastFactors, h: number): number[] {
  return [own.growth[h], own.weekday[h], ...calendarValues(own, h)];
}

function addSeries(
  sums: ContributionSums,
  own: ForecastFactors,
  { from, to }: StepRange,
  level: number,
  eventAt: (step: number) => ContributionPart,
): void {
  for (let h = from; h < to; h++) {
    sums.add('level', level);
    if (own.open[h] === 0) sums.add('closed', -level);
    else addFactors(sums, level, factorParts(eventAt(h)), factorValues(own, h));
  }
}
