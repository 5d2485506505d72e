import type { EffectForecast, KnownFuture, StepRange } from '../models/contract.js';
import { AFTER_DAYS, BEFORE_DAYS, isFarPrice } from '../models/structural/response-columns.js';
import { SeriesTargets } from '../panel/series-targets.js';
import type { Plan } from '../plan/index.js';
import { numberAt } from '../present.js';
import { plannedPanel, type TrainedModel } from './trained-model.js';

/**
 * A record of a scenario without effect, or with less than it says, with the reason. A promotion a few days outside of the period is not
 * ignored if it shifts sales of the period.
 */
export interface IgnoredRecord {
  /** Number of the record, from 0. */
  readonly record: number;
  /**
   * `no-effect-known`: the history does not show the effect of promotions; `price-not-identifiable`: nor that
   * of a price by itself. `far-price`: the price is more than four times above or below the usual one, and has the effect of
   * one at that bound; it may be mistyped. For the event of a record, regardless of its other columns: `already-planned`, the
   * forecasts include it; `event-needs-training`, it is known from the history, and forecasts include it if it
   * is planned before a training; `event-not-learnt`, the history has no event of its name.
   */
  readonly reason:
    | 'no-such-product'
    | 'outside-period'
    | 'no-effect-known'
    | 'price-not-identifiable'
    | 'far-price'
    | 'already-planned'
    | 'event-needs-training'
    | 'event-not-learnt';
}

/** Known futures under the current plan and under the scenario. */
export interface Futures {
  readonly base?: KnownFuture;
  readonly scenario?: KnownFuture;
}

/** The records of a scenario without effect. */
export function ignoredRecords(
  trained: TrainedModel,
  plans: readonly Plan[],
  range: StepRange,
  futures: Futures,
  {
    difference,
    priceActs,
    usualPrice,
  }: Pick<EffectForecast, 'difference'> & Partial<Pick<EffectForecast, 'priceActs' | 'usualPrice'>>,
): IgnoredRecord[] {
  const targets = new SeriesTargets(plannedPanel(trained.snapshot));
  const first = trained.snapshot.cutoffDay + 1 + range.from;
  const last = trained.snapshot.cutoffDay + range.to;
  const still = (s: number) => numberAt(difference, s) === 0;
  return plans.flatMap((plan, record): IgnoredRecord[] => {
    const { from, to, price, promo, open, available, event } = plan;
    const series = targets.seriesOf(plan);
    if (series.length === 0) return [{ record, reason: 'no-such-product' }];
    const near = promo !== undefined && to >= first - AFTER_DAYS && from <= last + BEFORE_DAYS;
    const outside = to < first || from > last;
    if (outside && (!near || series.every(still))) return [{ record, reason: 'outside-period' }];
    const ignored: IgnoredRecord[] = [];
    if (event !== undefined) ignored.push({ record, reason: eventReason(trained, plan, event) });
    if ((open ?? available) !== undefined) return ignored;
    if (promo !== undefined) {
      if (series.every((s) => still(s) && promotes(futures, s)))
        ignored.push({ record, reason: 'no-effect-known' });
    } else if (price !== undefined && priceActs && series.every((s) => priceActs[s] === 0)) {
      ignored.push({ record, reason: 'price-not-identifiable' });
    }
    const far = (s: number) =>
      priceActs?.[s] === 1 && usualPrice && isFarPrice(price ?? Number.NaN, numberAt(usualPrice, s));
    if (series.some(far)) ignored.push({ record, reason: 'far-price' });
    return ignored;
  });
}

/** Tells whether all columns of a record are ignored; an event next to a price is only part of it. */
export function isWhollyIgnored(
  { price, promo, open, available }: Plan,
  own: readonly IgnoredRecord[],
): boolean {
  const without = own.filter(({ reason }) => reason !== 'far-price');
  const aboutEvent = without.filter(({ reason }) => EVENT_REASONS.has(reason));
  const says = (price ?? promo ?? open ?? available) !== undefined;
  return without.length > aboutEvent.length || (aboutEvent.length > 0 && !says);
}

const EVENT_REASONS: ReadonlySet<IgnoredRecord['reason']> = new Set([
  'already-planned',
  'event-needs-training',
  'event-not-learnt',
]);

function eventReason(
  { plans, learntEvents }: TrainedModel,
  plan: Plan,
  event: string,
): IgnoredRecord['reason'] {
  const fits = (known: Plan, column: 'productId' | 'category' | 'location') =>
    known[column] === undefined || known[column] === plan[column];
  const planned = plans.some(
    (known) =>
      known.event === event &&
      known.from <= plan.from &&
      known.to >= plan.to &&
      fits(known, 'productId') &&
      fits(known, 'category') &&
      fits(known, 'location'),
  );
  if (planned) return 'already-planned';
  return learntEvents?.has(event) === false ? 'event-not-learnt' : 'event-needs-training';
}

/** Tells whether the promotions of a series differ between two plans. */
function promotes({ base, scenario }: Futures, series: number): boolean {
  const days = scenario?.days ?? base?.days ?? 0;
  for (let cell = series * days; cell < (series + 1) * days; cell++) {
    if ((base?.promo?.[cell] ?? 0) !== (scenario?.promo?.[cell] ?? 0)) return true;
  }
  return false;
}
