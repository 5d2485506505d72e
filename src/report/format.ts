import { accuracyOf, type LifeCycleStatus, type ProductForecast, type Trend } from '../index.js';

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** Units: whole, or with one decimal where they are few. */
export function formatUnits(value: number): string {
  return value > 0 && value < 10 ? TENTHS.format(value) : WHOLE.format(value);
}

/** A number of rows, products or days. */
export function formatCount(value: number): string {
  return WHOLE.format(value);
}

/** `4,317 – 5,261`. */
export function formatInterval(lower: number | undefined, upper: number | undefined): string {
  return lower === undefined || upper === undefined ? '' : `${formatUnits(lower)} – ${formatUnits(upper)}`;
}

/** Accuracy for a reader, from a WAPE: errors larger than the sales themselves show as 0. */
export function shownAccuracy(wape: number): number {
  return Math.max(0, accuracyOf(wape));
}

/** Writes amounts of money: whole ones, or with cents where they are small; without a sign if the currency is unknown. */
export function moneyFormat(currency: string | undefined): (amount: number) => string {
  const style = currency === undefined ? {} : ({ style: 'currency', currency } as const);
  const whole = new Intl.NumberFormat('en-US', { ...style, maximumFractionDigits: 0 });
  const cents = new Intl.NumberFormat('en-US', {
    ...style,
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return (amount) => (Math.abs(amount) < 100 ? cents : whole).format(amount);
}

/** A share as percent: `84.9 %`. */
export function formatShare(share: number): string {
  return `${TENTHS.format(100 * share)} %`;
}

/** An ISO date in words: `31 Dec 2024`. */
export function formatDate(iso: string): string {
  return DAY.format(new Date(`${iso}T00:00:00Z`));
}

export const TREND_ARROWS = { up: '▲', down: '▼', flat: '→' } as const;

/** `+12 %`, or `new` where nothing was sold before. */
export function formatChange({ percent }: Trend): string {
  return percent === null ? 'new' : formatPercent(percent);
}

/** A change in percent with its sign: `−3.4 %`. */
export function formatPercent(percent: number): string {
  const size = Math.abs(percent);
  if (size < 0.05) return '0.0 %';
  return `${percent < 0 ? '−' : '+'}${size < 9.95 ? TENTHS.format(size) : WHOLE.format(size)} %`;
}

/** `▲ +12 %`. */
export function formatTrend(trend: Trend): string {
  return `${TREND_ARROWS[trend.direction]} ${formatChange(trend)}`;
}

const NOTED_STAGES: readonly LifeCycleStatus[] = ['new', 'fading', 'ended', 'seasonal'];

/** Note on the life cycle of a product whose status is notable; empty for all others. */
export function stageNote({ lifeCycle }: ProductForecast): string {
  if (!lifeCycle || !NOTED_STAGES.includes(lifeCycle.status)) return '';
  return lifeCycle.status === 'seasonal'
    ? 'seasonal'
    : `${lifeCycle.status} since ${formatDate(lifeCycle.since)}`;
}
