import { type Day, formatDay, tryParseDay } from '../calendar/day.js';
import { invalidOption } from '../errors.js';
import { createPacer, LONG_CALL_OPTIONS, type LongCallOptions } from '../long-call.js';
import { log1p } from '../math/index.js';
import type { Covariates, KnownFuture, TotalsForecast } from '../models/contract.js';
import { covariatesUntil } from '../models/covariates.js';
import { structural } from '../models/structural/index.js';
import { isIdentifiable, priceElasticity, promotionEffect } from '../models/structural/response-estimates.js';
import type { StructuralState } from '../models/structural/state.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { sliceDays } from '../panel/slice.js';
import { numberAt, present } from '../present.js';
import { findPromotions, type PastPromotion, priceWithout } from './past-promotions.js';
import { daysOf, readPastSales, selectedSeries } from './past-sales.js';
import { seriesName } from './series-name.js';
import type { HistoryInput } from './train.js';

export interface PromotionQuery extends LongCallOptions {
  /** `YYYY-MM-DD`: promotions that began on this day or later. Default: a year before the last day. */
  readonly from?: string;
  /** `YYYY-MM-DD`: promotions that began on this day or earlier. Default: the last day. */
  readonly to?: string;
  readonly productId?: string;
  /** The products of this category. */
  readonly category?: string;
}

export const PROMOTION_OPTIONS: OptionTable<PromotionQuery> = {
  ...LONG_CALL_OPTIONS,
  from: 1,
  to: 1,
  productId: 1,
  category: 1,
};

/**
 * Cause of an uplift: the `promotion` alone, at an unchanged price; `promotion-and-price`, with the part of the
 * price in `priceShare`; `not-identifiable` where prices and promotions of the category only changed together:
 * the uplift is known, its cause is not.
 */
export type UpliftCause = 'promotion' | 'promotion-and-price' | 'not-identifiable';

/** A past promotion of one product. */
export interface PromotionResult {
  readonly productId: string;
  readonly category: string;
  /** ISO dates, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Units sold on its days. */
  readonly units: number;
  /** Baseline: units expected without the promotion, forecast from the days up to {@link seenUntil}. */
  readonly expectedUnits: number;
  /** ISO date of the last day that the forecast was made from. */
  readonly seenUntil: string;
  /** Units sold beyond those expected, with bounds. */
  readonly uplift: number;
  readonly lower: number;
  readonly upper: number;
  /** Uplift in percent of the expected units; null where none were expected. */
  readonly upliftPercent: number | null;
  /** Mean price against the one before, in percent; null where a price is not known. */
  readonly pricePercent: number | null;
  readonly cause: UpliftCause;
  /** Part of the uplift that the price explains, from 0 to 1; null where it is not identifiable. */
  readonly priceShare: number | null;
}

export interface PromotionReport {
  readonly intervalLevel: number;
  /** ISO dates of the sales that were read. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** In the order of their first days. */
  readonly promotions: readonly PromotionResult[];
  /** Number of promotions without enough sales before them for a baseline. */
  readonly tooEarly: number;
}

/** Least days of sales before a promotion for a baseline. */
const LEAST_HISTORY = 56;
/** Most fits: promotions that begin soon after each other share the forecast from before the first of them. */
const MOST_ORIGINS = 40;
const YEAR_DAYS = 365;
/** Relative change below which a price counts as unchanged. */
const SAME_PRICE = 0.005;

/**
 * Measures past promotions: sales on their days against the forecast of a structural model, fitted on the days
 * before, without the promotion and at the previous price. The interval of an uplift is that of this forecast,
 * including daily noise.
 */
export async function promotionReport(input: HistoryInput, query: PromotionQuery): Promise<PromotionReport> {
  refuseUnknown(query, PROMOTION_OPTIONS);
  const { signal, onProgress } = query;
  const calls = { signal, onProgress };
  const { panel, covariates } = await readPastSales(input, calls);
  const { intervalLevel } = input.settings;
  const last = lastDay(panel);
  const from = dayOption('from', query.from) ?? last - YEAR_DAYS + 1;
  const to = dayOption('to', query.to) ?? last;
  if (to < from) invalidOption('to', '`to` is before `from`');
  const found = findPromotions(panel, selectedSeries(panel, query)).filter((promotion) => {
    const day = panel.startDay + promotion.from;
    return day >= from && day <= to;
  });
  const measurable = found.filter((promotion) => knownBefore(panel, promotion) >= LEAST_HISTORY);
  const report = { intervalLevel, ...daysOf(panel), tooEarly: found.length - measurable.length };
  if (measurable.length === 0) return { ...report, promotions: [] };
  const { state } = await structural().fit(panel, { ...calls, covariates });
  const pace = createPacer(calls);
  const promotions: PromotionResult[] = [];
  for (const { origin, members } of byOrigin(measurable)) {
    const totals = await expectedTotals(panel, covariates, origin, members, intervalLevel, calls);
    members.forEach((promotion, range) => {
      promotions.push(resultOf({ panel, state, origin, promotion, totals, range }));
    });
    await pace({ phase: 'promotions', done: promotions.length, total: measurable.length });
  }
  return { ...report, promotions };
}

function dayOption(name: string, text: string | undefined): Day | undefined {
  if (text === undefined) return undefined;
  return tryParseDay(text) ?? invalidOption(name, `${name} must be a date such as 2026-03-01`);
}

/** Number of observed days of the product before the promotion. */
function knownBefore({ units, days }: Panel, { series, from }: PastPromotion): number {
  let known = 0;
  for (let d = 0; d < from; d++) if (!Number.isNaN(units[series * days + d])) known++;
  return known;
}

/** Promotions with a common origin: the number of days known to their forecast. */
interface OriginGroup {
  readonly origin: number;
  readonly members: readonly PastPromotion[];
}

/**
 * Groups promotions into at most {@link MOST_ORIGINS} origins, each at the first day of its first promotion.
 */
function byOrigin(promotions: readonly PastPromotion[]): OriginGroup[] {
  const ordered = [...promotions].sort((a, b) => a.from - b.from || a.series - b.series);
  const starts = [...new Set(ordered.map(({ from }) => from))];
  const perGroup = Math.ceil(starts.length / MOST_ORIGINS);
  const originOf = new Map(starts.map((start, i) => [start, starts[i - (i % perGroup)]]));
  const groups = new Map<number, PastPromotion[]>();
  for (const promotion of ordered) {
    const origin = originOf.get(promotion.from) ?? promotion.from;
    const group = groups.get(origin);
    if (group) group.push(promotion);
    else groups.set(origin, [promotion]);
  }
  return [...groups].map(([origin, members]) => ({ origin, members }));
}

/** Expected totals over the days of each promotion, without it. */
async function expectedTotals(
  panel: Panel,
  covariates: Covariates,
  origin: number,
  promotions: readonly PastPromotion[],
  level: number,
  calls: LongCallOptions,
): Promise<TotalsForecast> {
  const past = sliceDays(panel, 0, origin);
  const end = Math.max(...promotions.map(({ to }) => to));
  const known = covariatesUntil(covariates, panel, origin);
  const future = withoutPromotions(panel, origin, end, known.future);
  const fitted = await structural().fit(past, { ...calls, covariates: { ...known, future } });
  const ranges = promotions.map(({ from, to }) => ({ from: from - origin, to: to - origin }));
  return fitted.totals({ ranges, levels: [level], signal: calls.signal });
}

/** The recorded future after an origin, without promotions and their prices. */
export function withoutPromotions(
  panel: Panel,
  origin: number,
  end: number,
  known: KnownFuture | undefined,
): KnownFuture {
  const days = end - origin;
  const { seriesCount, open, price: prices = [] } = panel;
  const price = panel.price && new Float32Array(seriesCount * days).fill(Number.NaN);
  const opened = open && new Uint8Array(seriesCount * days);
  for (let s = 0; s < seriesCount; s++) {
    let usual = price ? priceWithout(panel, s, origin) : Number.NaN;
    for (let d = 0; d < days; d++) {
      const cell = s * panel.days + origin + d;
      if (price) {
        const paid = numberAt(prices, cell);
        if (panel.promo?.[cell] !== 1 && paid > 0) usual = paid;
        price[s * days + d] = usual;
      }
      if (opened) opened[s * days + d] = numberAt(open, cell);
    }
  }
  const startDay = known?.startDay ?? panel.startDay + origin;
  return { startDay, days, ...(price && { price }), ...(opened && { open: opened }) };
}

interface Measured {
  readonly panel: Panel;
  readonly state: StructuralState;
  readonly origin: number;
  readonly promotion: PastPromotion;
  readonly totals: TotalsForecast;
  readonly range: number;
}

function resultOf({ panel, state, origin, promotion, totals, range }: Measured): PromotionResult {
  const { series, from, to } = promotion;
  const at = series * totals.ranges.length + range;
  const { lower, upper } = present(totals.intervals[0], 'interval of the totals');
  const sold = panel.soldUnits ?? panel.units;
  let [units, observed] = [0, 0];
  for (let d = from; d < to; d++) {
    const value = numberAt(sold, series * panel.days + d);
    if (Number.isNaN(value)) continue;
    units += value;
    observed++;
  }
  // Only the observed share of the days is compared.
  const share = observed / (to - from);
  const expectedUnits = share * numberAt(totals.mean, at);
  const uplift = units - expectedUnits;
  return {
    ...seriesName(panel.ids, panel, series),
    firstDay: formatDay(panel.startDay + from),
    lastDay: formatDay(panel.startDay + to - 1),
    units,
    expectedUnits,
    seenUntil: formatDay(panel.startDay + origin - 1),
    uplift,
    lower: units - share * numberAt(upper, at),
    upper: units - share * numberAt(lower, at),
    upliftPercent: expectedUnits > 0 ? (100 * uplift) / expectedUnits : null,
    ...causeOf(panel, state, promotion),
  };
}

function causeOf(
  panel: Panel,
  state: StructuralState,
  { series, from, to }: PastPromotion,
): Pick<PromotionResult, 'pricePercent' | 'cause' | 'priceShare'> {
  const before = priceWithout(panel, series, from);
  let [sum, count] = [0, 0];
  for (let d = from; d < to; d++) {
    const price = panel.price?.[series * panel.days + d] ?? Number.NaN;
    if (!(price > 0)) continue;
    sum += price;
    count++;
  }
  const change = sum / count / before - 1;
  const pricePercent = Number.isFinite(change) ? 100 * change : null;
  if (pricePercent === null || Math.abs(change) < SAME_PRICE) {
    // At an unchanged price the whole uplift is the promotion's.
    return { pricePercent, cause: 'promotion', priceShare: pricePercent === null ? null : 0 };
  }
  const elasticity = priceElasticity(state, series);
  const effect = promotionEffect(state, series);
  if (!isIdentifiable(state, series) || !elasticity || !effect) {
    return { pricePercent, cause: 'not-identifiable', priceShare: null };
  }
  const byPrice = elasticity.effect * log1p(change);
  const whole = byPrice + effect.effect;
  const priceShare = whole > 0 ? Math.min(1, Math.max(0, byPrice / whole)) : null;
  return { pricePercent, cause: 'promotion-and-price', priceShare };
}
