import type { Anchor } from './anchor.js';
import type { History } from './history.js';

/** A column of the rows that the boosters learn from. */
export interface DirectFeature {
  readonly name: string;
  /** Group in the documentation and in contributions. */
  readonly group: FeatureGroup;
  /** Its value for target `i` of an anchor. A value that is not finite is missing. */
  readonly compute: (anchor: Anchor, i: number) => number;
}

export type FeatureGroup =
  | 'level'
  | 'spread'
  | 'growth'
  | 'age'
  | 'identity'
  | 'calendar'
  | 'weekday'
  | 'year ago'
  | 'season'
  | 'events'
  | 'response'
  | 'structural'
  | 'promotion'
  | 'price';

/** Features that all targets of an anchor share: the state of a series at the anchor. */
export const ANCHOR_FEATURES: readonly DirectFeature[] = [
  { name: 'mean_7', group: 'level', compute: (a) => a.recent(a.series, a.spans.week) / a.level },
  { name: 'mean_14', group: 'level', compute: (a) => a.recent(a.series, 2 * a.spans.week) / a.level },
  { name: 'mean_28', group: 'level', compute: (a) => a.recent(a.series, a.spans.month) / a.level },
  { name: 'mean_182', group: 'level', compute: (a) => a.recent(a.series, 2 * a.spans.quarter) / a.level },
  { name: 'mean_364', group: 'level', compute: (a) => a.recent(a.series, a.spans.year) / a.level },
  { name: 'deviation_28', group: 'spread', compute: (a) => deviation(a, a.spans.month) },
  { name: 'deviation_91', group: 'spread', compute: (a) => deviation(a, a.spans.quarter) },
  { name: 'zero_share_28', group: 'spread', compute: (a) => zeroShare(a, a.spans.month) },
  { name: 'zero_share_91', group: 'spread', compute: (a) => zeroShare(a, a.spans.quarter) },
  { name: 'on_year_28', group: 'growth', compute: (a) => a.monthOnYear },
  { name: 'on_year_91', group: 'growth', compute: (a) => a.quarterOnYear },
  { name: 'age', group: 'age', compute: (a) => Math.min(2 * a.spans.year, a.end - a.series.first) },
  { name: 'since_sale', group: 'age', compute: (a) => stepsSinceSale(a) },
  { name: 'category_7_to_28', group: 'growth', compute: (a) => weekOnMonth(a, a.category) },
  { name: 'category_28_to_91', group: 'growth', compute: (a) => monthOnQuarter(a, a.category) },
  { name: 'category_on_year_28', group: 'growth', compute: (a) => a.onYear(a.category, a.spans.month) },
  { name: 'category_on_year_91', group: 'growth', compute: (a) => a.onYear(a.category, a.spans.quarter) },
  { name: 'panel_7_to_28', group: 'growth', compute: (a) => weekOnMonth(a, a.panel) },
  { name: 'panel_28_to_91', group: 'growth', compute: (a) => monthOnQuarter(a, a.panel) },
  { name: 'panel_on_year_28', group: 'growth', compute: (a) => a.onYear(a.panel, a.spans.month) },
  { name: 'series', group: 'identity', compute: (a) => a.seriesIndex },
  { name: 'category', group: 'identity', compute: (a) => a.categoryIndex },
];

/** Features of the target from sales and the calendar. */
const SALES_FEATURES: readonly DirectFeature[] = [
  { name: 'step', group: 'calendar', compute: (a, i) => a.step[i] },
  { name: 'day_of_week', group: 'calendar', compute: (a, i) => a.calendar.dayOfWeek[a.target[i]] },
  { name: 'day_of_month', group: 'calendar', compute: (a, i) => a.calendar.dayOfMonth[a.target[i]] },
  { name: 'week_of_year', group: 'calendar', compute: (a, i) => a.calendar.weekOfYear[a.target[i]] },
  { name: 'month', group: 'calendar', compute: (a, i) => a.calendar.month[a.target[i]] },
  { name: 'weekday_1', group: 'weekday', compute: (a, i) => a.series.at(a.same[i]) / a.level },
  { name: 'weekday_4', group: 'weekday', compute: (a, i) => a.series.sameWeekday(a.same[i], 4) / a.level },
  { name: 'weekday_8', group: 'weekday', compute: (a, i) => a.series.sameWeekday(a.same[i], 8) / a.level },
  { name: 'weekday_13', group: 'weekday', compute: (a, i) => a.series.sameWeekday(a.same[i], 13) / a.level },
  { name: 'category_weekday_8', group: 'weekday', compute: (a, i) => a.weekdayRatio(a.category, i, 8) },
  { name: 'category_weekday_13', group: 'weekday', compute: (a, i) => a.categoryWeekday[i] },
  { name: 'panel_weekday_8', group: 'weekday', compute: (a, i) => a.weekdayRatio(a.panel, i, 8) },
  { name: 'year_ago', group: 'year ago', compute: (a, i) => a.dayBack[i] },
  { name: 'year_ago_week', group: 'year ago', compute: (a, i) => a.weekBack[i] },
  { name: 'year_ago_on_year', group: 'year ago', compute: (a, i) => a.dayBack[i] * a.monthOnYear },
  {
    name: 'year_ago_week_on_year',
    group: 'year ago',
    compute: (a, i) => a.weekBack[i] * a.quarterOnYear * a.categoryWeekday[i],
  },
  { name: 'shift_week', group: 'season', compute: (a, i) => (a.weekBack[i] * a.level) / a.seriesStart[i] },
  { name: 'shift_month', group: 'season', compute: (a, i) => month(a, a.series, i) / a.seriesStart[i] },
  {
    name: 'category_shift_day',
    group: 'season',
    compute: (a, i) => day(a, a.category, i) / a.categoryStart[i],
  },
  {
    name: 'category_shift_week',
    group: 'season',
    compute: (a, i) => week(a, a.category, i) / a.categoryStart[i],
  },
  {
    name: 'category_shift_month',
    group: 'season',
    compute: (a, i) => month(a, a.category, i) / a.categoryStart[i],
  },
  {
    name: 'category_shift_week_2',
    group: 'season',
    compute: (a, i) => week(a, a.category, i, 1) / a.earlierStart[i],
  },
  {
    name: 'category_shift_month_2',
    group: 'season',
    compute: (a, i) => month(a, a.category, i, 1) / a.earlierStart[i],
  },
  {
    name: 'panel_shift_week',
    group: 'season',
    compute: (a, i) => week(a, a.panel, i) / a.startOf(a.panel, a.back[i]),
  },
  { name: 'events', group: 'events', compute: (a, i) => a.kinds.eventCount[a.target[i]] },
  { name: 'to_event', group: 'events', compute: (a, i) => a.kinds.toNext[a.target[i]] },
  { name: 'since_event', group: 'events', compute: (a, i) => a.kinds.sinceLast[a.target[i]] },
  { name: 'response', group: 'response', compute: (a, i) => a.seriesResponse.of(kind(a, i), a.end, a.level) },
  {
    name: 'category_response',
    group: 'response',
    compute: (a, i) => a.categoryResponse.of(kind(a, i), a.end, 0),
  },
  { name: 'panel_response', group: 'response', compute: (a, i) => a.panelResponse.of(kind(a, i), a.end, 0) },
  {
    name: 'near_response',
    group: 'response',
    compute: (a, i) => a.seriesResponse.of(nearKind(a, i), a.end, a.level),
  },
  {
    name: 'category_near_response',
    group: 'response',
    compute: (a, i) => a.categoryResponse.of(nearKind(a, i), a.end, 0),
  },
];

/** Features of the target from the structural model. */
const STRUCTURAL_FEATURES: readonly DirectFeature[] = [
  { name: 'structural', group: 'structural', compute: (a, i) => structural(a, i) / a.level },
  { name: 'structural_level', group: 'structural', compute: (a, i) => a.outlook[i].usual / a.level },
  { name: 'structural_fast', group: 'structural', compute: (a, i) => a.outlook[i].fast / a.level },
  { name: 'structural_slow', group: 'structural', compute: (a, i) => a.outlook[i].slow / a.level },
  { name: 'structural_factor', group: 'structural', compute: (a, i) => a.outlook[i].factor },
  { name: 'structural_event', group: 'structural', compute: (a, i) => a.outlook[i].event },
  { name: 'structural_response', group: 'structural', compute: (a, i) => a.outlook[i].response },
  { name: 'promo', group: 'promotion', compute: (a, i) => a.outlook[i].promo },
  { name: 'promo_before', group: 'promotion', compute: (a, i) => a.outlook[i].promoBefore },
  { name: 'promo_after', group: 'promotion', compute: (a, i) => a.outlook[i].promoAfter },
  { name: 'price', group: 'price', compute: (a, i) => a.outlook[i].price },
  { name: 'price_change', group: 'price', compute: (a, i) => a.outlook[i].priceChange },
];

/** Features of the target. */
export const TARGET_FEATURES: readonly DirectFeature[] = [...SALES_FEATURES, ...STRUCTURAL_FEATURES];

/** All features, in the order of the columns. */
export const DIRECT_FEATURES: readonly DirectFeature[] = [...ANCHOR_FEATURES, ...TARGET_FEATURES];

export const FEATURE_NAMES: readonly string[] = DIRECT_FEATURES.map(({ name }) => name);

function structural({ outlook }: Anchor, i: number): number {
  return outlook[i].usual * outlook[i].factor;
}

function deviation({ series, end, level }: Anchor, span: number): number {
  return series.deviation(end - span, end) / level;
}

function zeroShare({ series, end }: Anchor, span: number): number {
  return series.zeroShare(end - span, end);
}

function stepsSinceSale({ series, end, spans }: Anchor): number {
  const sale = series.lastSaleBefore(end);
  return sale < 0 ? spans.year : Math.min(spans.year, end - sale);
}

function weekOnMonth(anchor: Anchor, history: History): number {
  return anchor.recent(history, anchor.spans.week) / anchor.recent(history, anchor.spans.month);
}

function monthOnQuarter(anchor: Anchor, history: History): number {
  return anchor.recent(history, anchor.spans.month) / anchor.recent(history, anchor.spans.quarter);
}

/** Sales on the target's date whole years earlier. */
function day({ target, back }: Anchor, history: History, i: number): number {
  return history.at(target[i] - back[i]);
}

/** Mean of the week around that date, or around the date `earlier` years before it. */
function week(anchor: Anchor, history: History, i: number, earlier = 0): number {
  const { back, spans } = anchor;
  return anchor.around(history, i, back[i] + earlier * spans.year, spans.half);
}

/** Mean of four weeks around that date, or around the date `earlier` years before it. */
function month(anchor: Anchor, history: History, i: number, earlier = 0): number {
  const { back, spans } = anchor;
  return anchor.around(history, i, back[i] + earlier * spans.year, spans.month / 2);
}

/** Kind of the event on the target, and of the one close to it. */
function kind({ kinds, target }: Anchor, i: number): number {
  return kinds.kindOf[target[i]];
}

function nearKind({ kinds, target }: Anchor, i: number): number {
  return kinds.nearKindOf[target[i]];
}
