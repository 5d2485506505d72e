import { getISOWeek } from 'date-fns';
import type { CalendarEvent, Panel } from '../../../../src/index.js';

/** Lengths of windows in steps: of days, or of weeks. */
export interface NaiveGrid {
  readonly stepDays: number;
  readonly week: number;
  readonly month: number;
  readonly quarter: number;
  readonly year: number;
  /** Days that count as near a rare event, before and after it. */
  readonly lead: number;
  readonly trail: number;
}

export const DAYS: NaiveGrid = { stepDays: 1, week: 7, month: 28, quarter: 91, year: 364, lead: 7, trail: 3 };
export const WEEKS: NaiveGrid = { stepDays: 7, week: 1, month: 4, quarter: 13, year: 52, lead: 1, trail: 1 };

const REACH_DAYS = 1120;
const SIGHT = 30;

type Values = readonly number[];

/**
 * The features and bases of one target as their definitions say, by loops over the sales known at the anchor: slow, and
 * without anything from the sources. The order of the keys is that of the columns.
 */
export function naiveRow(
  panel: Panel,
  grid: NaiveGrid,
  events: readonly CalendarEvent[],
  { series, end, step }: { series: number; end: number; step: number },
): { features: Record<string, number>; bases: Record<string, number> } {
  const { stepDays, week, month, quarter, year } = grid;
  const category = panel.categoryOf[series];
  const x = Array.from(panel.units.subarray(series * panel.days, series * panel.days + end));
  const living = untilEnds(panel, grid);
  const scales = Array.from({ length: panel.seriesCount }, (_, s) => scaleOf(living, s, grid));
  const c = relative(living, end, scales, (s) => panel.categoryOf[s] === category);
  const p = relative(living, end, scales, () => true);
  const level = [quarter, year, REACH_DAYS / stepDays]
    .map((span) => mean(x, end - span, end))
    .find((m) => m > 0);
  if (level === undefined) throw new Error('The series has no sales at the anchor');
  const target = end - 1 + step;
  const date = new Date(86_400_000 * (panel.startDay + target * stepDays));
  // date-fns reads local time: the same calendar date there.
  const localDate = new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());

  const last = (v: Values, span: number) => mean(v, end - span, end);
  const growth = (v: Values, span: number) => last(v, span) / mean(v, end - year - span, end - year);
  const observed = (span: number) => x.slice(Math.max(0, end - span), end).filter((v) => !Number.isNaN(v));
  const firstSeen = x.findIndex((v) => !Number.isNaN(v));
  const lastSale = x.findLastIndex((v) => v > 0);

  let same = target;
  while (same >= end) same -= week;
  const weekdays = (v: Values, weeks: number) =>
    average(Array.from({ length: weeks }, (_, k) => v[same - k * week] ?? Number.NaN));
  const weekdayOf = (v: Values, weeks: number) => weekdays(v, weeks) / last(v, weeks * week);

  let back = 0;
  while (target - back >= end) back += year;
  const half = (week - 1) / 2;
  const around = (v: Values, years: number, reach: number) =>
    mean(v, target - years - reach, target - years + reach + 1);
  const monthBefore = (v: Values, years: number) => mean(v, end - years - month, end - years);
  const shift = (v: Values, years: number, reach: number) => around(v, years, reach) / monthBefore(v, years);
  const yearAgo = x[target - back] / level;
  const yearAgoWeek = around(x, back, half) / level;

  const event = eventsAround(target, panel.startDay, grid, events);
  const response = (v: Values, occurrences: readonly number[] | undefined, prior: number) =>
    reaction(v, occurrences ?? [], prior, end, grid);

  const weekdayBase = weekdayOf(c, 13) > 0.1 && weekdayOf(c, 13) < 10 ? weekdayOf(c, 13) : 1;

  const features = {
    mean_7: last(x, week) / level,
    mean_14: last(x, 2 * week) / level,
    mean_28: last(x, month) / level,
    mean_182: last(x, 2 * quarter) / level,
    mean_364: last(x, year) / level,
    deviation_28: standardDeviation(observed(month)) / level,
    deviation_91: standardDeviation(observed(quarter)) / level,
    zero_share_28: average(observed(month).map((v) => (v === 0 ? 1 : 0))),
    zero_share_91: average(observed(quarter).map((v) => (v === 0 ? 1 : 0))),
    on_year_28: growth(x, month),
    on_year_91: growth(x, quarter),
    age: Math.min(2 * year, end - firstSeen),
    since_sale: lastSale < 0 ? year : Math.min(year, end - lastSale),
    category_7_to_28: last(c, week) / last(c, month),
    category_28_to_91: last(c, month) / last(c, quarter),
    category_on_year_28: growth(c, month),
    category_on_year_91: growth(c, quarter),
    panel_7_to_28: last(p, week) / last(p, month),
    panel_28_to_91: last(p, month) / last(p, quarter),
    panel_on_year_28: growth(p, month),
    series,
    category,
    step,
    // Monday is 0.
    day_of_week: (date.getUTCDay() + 6) % 7,
    day_of_month: date.getUTCDate(),
    week_of_year: getISOWeek(localDate),
    month: date.getUTCMonth() + 1,
    weekday_1: x[same] / level,
    weekday_4: weekdays(x, 4) / level,
    weekday_8: weekdays(x, 8) / level,
    weekday_13: weekdays(x, 13) / level,
    category_weekday_8: weekdayOf(c, 8),
    category_weekday_13: weekdayOf(c, 13),
    panel_weekday_8: weekdayOf(p, 8),
    year_ago: yearAgo,
    year_ago_week: yearAgoWeek,
    year_ago_on_year: yearAgo * growth(x, month),
    year_ago_week_on_year: yearAgoWeek * growth(x, quarter) * weekdayOf(c, 13),
    shift_week: shift(x, back, half),
    shift_month: shift(x, back, month / 2),
    category_shift_day: c[target - back] / monthBefore(c, back),
    category_shift_week: shift(c, back, half),
    category_shift_month: shift(c, back, month / 2),
    category_shift_week_2: shift(c, back + year, half),
    category_shift_month_2: shift(c, back + year, month / 2),
    panel_shift_week: shift(p, back, half),
    events: event.count,
    to_event: event.toNext,
    since_event: event.sinceLast,
    response: response(x, event.occurrences, level),
    category_response: response(c, event.occurrences, 0),
    panel_response: response(p, event.occurrences, 0),
    near_response: response(x, event.nearOccurrences, level),
    category_near_response: response(c, event.nearOccurrences, 0),
  };
  return { features, bases: { level, weekday: level * weekdayBase } };
}

interface Scale {
  readonly size: number;
  readonly weight: number;
}

/**
 * Size and weight of a series among others, over what features look back on: the size is the root mean square of its
 * course, which is the mean of a fortnight on either side, or the mean of the last year if it is more; the weight falls with the noise around the course, over a week.
 */
function scaleOf({ units, days }: Panel, series: number, { stepDays, week }: NaiveGrid): Scale {
  const reach = Math.min(days, REACH_DAYS / stepDays);
  const all = Array.from(units.subarray((series + 1) * days - reach, (series + 1) * days));
  const half = 14 / stepDays;
  const pairs = all
    .map((value, i) => ({ value, course: mean(all, i - half, i + half + 1) }))
    .filter(({ value }) => !Number.isNaN(value));
  const level = average(pairs.map(({ course }) => course ** 2));
  const noise = average(pairs.map(({ value, course }) => (value - course) ** 2)) / level;
  const known = pairs.length / (pairs.length + 182 / stepDays);
  const lastYear = average(pairs.slice(-Math.round(365 / stepDays)).map(({ value }) => value));
  return { size: Math.max(lastYear, Math.sqrt(level)), weight: known / (0.05 + noise / week) };
}

/**
 * The panel without the days after a product has ended: a silence that chance explains with less than e^-8, if the last sale is no
 * end of a season, which the product had a year earlier, too.
 */
function untilEnds(panel: Panel, { stepDays }: NaiveGrid): Panel {
  const { days, seriesCount } = panel;
  const units = panel.units.slice();
  const year = 364 / stepDays;
  for (let s = 0; s < seriesCount; s++) {
    const own = Array.from(units.subarray(s * days, (s + 1) * days));
    const sales = own.flatMap((value, i) => (value > 0 ? [i] : []));
    const [first, last] = [sales[0], sales[sales.length - 1]];
    const seen = (from: number, to: number) => own.slice(Math.max(0, from), to).filter((v) => v >= 0);
    const [life, silence] = [seen(first, last + 1), seen(last + 1, days)];
    if ((life.length / (life.length + silence.length)) ** (sales.length - 1) > Math.exp(-8)) continue;
    const compared = Math.min(year, days - 1 - last);
    const before = seen(last + 1 - year, last + 1 - year + compared);
    const share = (values: Values) => values.filter((value) => value > 0).length / values.length;
    if (before.length >= compared / 2 && share(before) < share(life) / 2) continue;
    units.fill(Number.NaN, s * days + last + 1, (s + 1) * days);
  }
  return { ...panel, units };
}

/** Weighted mean of the relative sales of the series that belong; what lies at or after `end` is unknown. */
function relative(
  { units, days }: Panel,
  end: number,
  scales: readonly Scale[],
  belongs: (series: number) => boolean,
): Values {
  return Array.from({ length: end }, (_, i) => {
    const seen = scales
      .map(({ size, weight }, s) => ({ value: units[s * days + i] / size, weight, s }))
      .filter(({ value, s }) => belongs(s) && !Number.isNaN(value));
    const weights = seen.reduce((total, { weight }) => total + weight, 0);
    return seen.reduce((total, { value, weight }) => total + weight * value, 0) / weights;
  });
}

function average(values: Values): number {
  const seen = values.filter((value) => !Number.isNaN(value));
  return seen.reduce((total, value) => total + value, 0) / seen.length;
}

function mean(values: Values, from: number, to: number): number {
  return average(values.slice(Math.max(0, from), Math.max(0, to)));
}

function standardDeviation(values: Values): number {
  if (values.length < 2) return Number.NaN;
  const centre = average(values);
  return Math.sqrt(average(values.map((value) => (value - centre) ** 2)));
}

interface EventsAround {
  readonly count: number;
  readonly toNext: number;
  readonly sinceLast: number;
  /** Steps of all events of the kind that touches the target, and of the kind that lies near it. */
  readonly occurrences?: readonly number[];
  readonly nearOccurrences?: readonly number[];
}

interface Touch {
  readonly name: string;
  readonly offset: number;
  readonly step: number;
}

/** Kinds are a name with the offset of a day in its window, or with the distance of a day close to a rare event. */
function eventsAround(
  target: number,
  startDay: number,
  { stepDays, lead, trail }: NaiveGrid,
  events: readonly CalendarEvent[],
): EventsAround {
  const touched: Touch[] = [];
  const close: Touch[] = [];
  const stepOf = (day: number) => Math.ceil((day - startDay) / stepDays);
  const named = (name: string) => events.filter((event) => event.name === name);
  const rare = (name: string) => {
    const days = named(name).map(({ day }) => day);
    return new Set(days).size / ((Math.max(...days) - Math.min(...days)) / 365 + 1) <= 4;
  };
  for (const { name, day, lowerWindow = 0, upperWindow = 0 } of events) {
    for (let offset = lowerWindow; offset <= upperWindow; offset++) {
      touched.push({ name, offset, step: stepOf(day + offset) });
    }
    for (let offset = -lead; offset <= trail; offset++) {
      if (offset !== 0 && rare(name)) close.push({ name, offset, step: stepOf(day) + offset });
    }
  }
  const here = touched.filter(({ step }) => step === target);
  const byName = (a: Touch, b: Touch) => (a.name === b.name ? a.offset - b.offset : a.name < b.name ? -1 : 1);
  const [kind] = here.sort((a, b) => named(a.name).length - named(b.name).length || byName(a, b));
  const [near] = close
    .filter(({ step }) => step === target)
    .sort((a, b) => Math.abs(a.offset) - Math.abs(b.offset) || byName(a, b));
  const rareSteps = touched.filter(({ name }) => rare(name)).map(({ step }) => step);
  const stepsOf = (list: readonly Touch[], wanted?: Touch) =>
    wanted &&
    list
      .filter(({ name, offset }) => name === wanted.name && offset === wanted.offset)
      .map(({ step }) => step);
  return {
    count: new Set(here.map(({ name, offset }) => `${name} ${offset}`)).size,
    toNext: Math.min(SIGHT, ...rareSteps.filter((step) => step >= target).map((step) => step - target)),
    sinceLast: Math.min(SIGHT, ...rareSteps.filter((step) => step <= target).map((step) => target - step)),
    occurrences: stepsOf(touched, kind),
    nearOccurrences: stepsOf(close, near),
  };
}

/** Sales on the occurrences with two known weeks after them over the same weekdays of the two weeks on either side. */
function reaction(
  v: Values,
  occurrences: Values,
  prior: number,
  end: number,
  { week, stepDays }: NaiveGrid,
): number {
  let actual = 0;
  let expected = 0;
  for (const step of occurrences) {
    if (step < 0 || step >= end - 2 * week || step < end - REACH_DAYS / stepDays + 2 * week) continue;
    const usual = average([-2, -1, 1, 2].map((k) => v[step + k * week] ?? Number.NaN));
    if (Number.isNaN(v[step]) || Number.isNaN(usual)) continue;
    actual += v[step];
    expected += usual;
  }
  return expected > 0 ? (actual + prior) / (expected + prior) : Number.NaN;
}
