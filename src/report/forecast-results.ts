import { DAYS_OF_52_WEEKS } from '../calendar/weeks.js';
import {
  type Alerts,
  type CategoryForecast,
  type DataFinding,
  ForecastError,
  type Forecaster,
  type ForecastRow,
  type IngestReport,
  type PlanRecord,
  type ProductForecast,
  parseDay,
  type StockPlan,
  type TimePeriod,
  type TrainingReport,
  type TrendPoint,
} from '../index.js';
import type { WhatIfResult } from './what-if-lines.js';

/** A category of the report: its forecast, its best sellers and its days. */
export interface CategoryResult {
  readonly forecast: CategoryForecast;
  readonly products: readonly ProductForecast[];
  /** Days before the forecast. */
  readonly history: readonly TrendPoint[];
  /** Days of the period. */
  readonly days: readonly TrendPoint[];
  /** Sales 52 weeks before those days, under their dates; empty if the history is shorter. */
  readonly yearBefore: readonly TrendPoint[];
  /** The forecast against those days, in percent; null without them. */
  readonly changeOnYearBefore: number | null;
  /** Expected revenue; null where no price is known. */
  readonly revenue: number | null;
  /** Expected revenue of the listed products whose price is known, by id. */
  readonly revenueOf: Readonly<Record<string, number>>;
}

/** Texts about the sales, shown with the forecast. */
export interface SalesDescription {
  readonly title: string;
  /** Description of the source, in one sentence. */
  readonly source: string;
  /** Message of the finding about rows that were filtered out. */
  readonly leftOut: string;
  /** Descriptions by product id. */
  readonly names: ReadonlyMap<string, string>;
}

/** The report of a training without the data, which {@link DataSummary} is about. */
export type TrainingSummary = Omit<TrainingReport, 'data'>;

/** Content of a page about a forecast. */
export interface ReportContent {
  readonly title: string;
  /** Description of the source, in one sentence. */
  readonly source?: string;
  readonly timePeriod: TimePeriod;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly intervalLevel: number;
  readonly generatedAt: string;
  readonly modelVersion: string;
  readonly training?: TrainingSummary;
  readonly data?: DataSummary;
  /** Largest first. */
  readonly categories: readonly CategoryResult[];
  /** Effect of a scenario; undefined without one. */
  readonly whatIf?: WhatIfResult;
  /** Alerts about the last days; undefined if they were not asked for, or the history is too short. */
  readonly alerts?: Alerts;
  /** Orders of the products that the results name. */
  readonly orders?: StockPlan;
  /** Code of the currency of prices, such as `EUR`; amounts are shown without one if it is missing. */
  readonly currency?: string;
  /** Descriptions of the products that the results name. */
  readonly names: Readonly<Record<string, string>>;
}

/** Everything that the terminal, the HTML report and the JSON file of the command line show. */
export interface ForecastResults extends ReportContent {
  readonly source: string;
  readonly training: TrainingSummary;
  readonly data: DataSummary;
}

/** Summary of the rows that were read, with the findings in them. */
export interface DataSummary {
  readonly rows: number;
  readonly accepted: number;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly units: number;
  readonly findings: readonly DataFinding[];
}

/** Days of history that a chart shows before the forecast. */
const HISTORY_DAYS: Readonly<Record<TimePeriod, number>> = { week: 90, month: 180, year: 365 };

/** Days of history that the forecaster keeps. */
const ALL_DAYS = 730;

export interface ResultsQuery {
  readonly timePeriod: TimePeriod;
  readonly limit: number;
  readonly category?: string;
  /** Plan of the scenario. */
  readonly whatIf?: readonly PlanRecord[];
  /** True to look for alerts about the last days. Default false. */
  readonly alerts?: boolean;
  readonly signal?: AbortSignal;
}

/** Queries the trained forecaster for everything that the report and the terminal show. */
export async function collectResults(
  forecaster: Forecaster,
  input: SalesDescription,
  ingest: IngestReport,
  report: TrainingReport,
  query: ResultsQuery,
): Promise<ForecastResults> {
  const { data: _data, ...training } = report;
  const { title, source, leftOut, names } = input;
  const data = dataSummary(ingest, report, leftOut);
  return { ...(await collectForecasts(forecaster, names, query)), title, source, training, data };
}

/** Queries the trained forecaster for what it forecasts. */
export async function collectForecasts(
  forecaster: Forecaster,
  names: ReadonlyMap<string, string>,
  query: ResultsQuery,
): Promise<Omit<ReportContent, 'title'>> {
  const { timePeriod, category, signal } = query;
  const wanted = category === undefined ? undefined : [category];
  const prediction = await forecaster.predict({ timePeriod, categories: wanted });
  const categories: CategoryResult[] = [];
  for (const forecast of prediction.predictions) {
    signal?.throwIfAborted();
    categories.push(await categoryResult(forecaster, forecast, prediction, query));
  }
  const alerts = query.alerts ? await alertsOf(forecaster, category) : undefined;
  const plan = query.whatIf;
  const whatIf = plan && { plan, answer: await forecaster.whatIf({ plan, timePeriod }) };
  const { firstDay, lastDay, intervalLevel, generatedAt, modelVersion } = prediction;
  return {
    timePeriod,
    firstDay,
    lastDay,
    intervalLevel,
    generatedAt,
    modelVersion,
    categories,
    ...(whatIf && { whatIf }),
    ...(alerts && { alerts }),
    names: namesOf(categories, names),
  };
}

/** Summary of what was read and what the training found in it; `leftOut` describes rows that were filtered out. */
export function dataSummary(
  { rows, accepted, findings }: IngestReport,
  { data }: TrainingReport,
  leftOut?: string,
): DataSummary {
  return {
    rows,
    accepted,
    firstDay: data.firstDay,
    lastDay: data.lastDay,
    units: data.units.panel,
    findings: [...findings, ...data.findings].map((finding) =>
      finding.code === 'filtered' && leftOut !== undefined ? { ...finding, message: leftOut } : finding,
    ),
  };
}

/** Alerts about the last days; undefined where the history is too short for them. */
async function alertsOf(forecaster: Forecaster, category: string | undefined): Promise<Alerts | undefined> {
  return forecaster.alerts({ category }).catch((error: unknown) => {
    if (ForecastError.is(error) && error.code === 'too-short') return undefined;
    throw error;
  });
}

async function categoryResult(
  forecaster: Forecaster,
  forecast: CategoryForecast,
  period: { readonly firstDay: string; readonly lastDay: string },
  { timePeriod, limit }: ResultsQuery,
): Promise<CategoryResult> {
  const { category } = forecast;
  const { products } = await forecaster.topProducts({ timePeriod, category, limit });
  const trend = await forecaster.trends(category, { days: ALL_DAYS });
  const days = trend.forecast.filter(({ date }) => date >= period.firstDay && date <= period.lastDay);
  const yearBefore = daysBefore(trend.history, days, DAYS_OF_52_WEEKS);
  const revenue = await revenues(forecaster, products, category, period);
  return {
    forecast,
    products,
    ...revenue,
    history: trend.history.slice(-HISTORY_DAYS[timePeriod]),
    days,
    yearBefore,
    changeOnYearBefore: percentChange(days, yearBefore),
  };
}

/** Expected revenue of the category and of its listed products over the period. */
async function revenues(
  forecaster: Forecaster,
  products: readonly ProductForecast[],
  category: string,
  { firstDay: from, lastDay: to }: { readonly firstDay: string; readonly lastDay: string },
): Promise<Pick<CategoryResult, 'revenue' | 'revenueOf'>> {
  const period = { from, to, granularity: 'month', periodAlignment: 'rolling', quantiles: [] } as const;
  const whole = await forecaster.forecast({ ...period, category, level: 'category' });
  const revenue = totalRevenue(whole.rows);
  if (revenue === null) return { revenue, revenueOf: {} };
  const listed = new Set(products.map(({ productId }) => productId));
  const { rows } = await forecaster.forecast({ ...period, category, level: 'product' });
  const revenueOf = [...listed].flatMap((productId) => {
    const own = totalRevenue(rows.filter((row) => row.productId === productId));
    return own === null ? [] : [[productId, own] as const];
  });
  return { revenue, revenueOf: Object.fromEntries(revenueOf) };
}

/** The revenue of all rows; null if that of one is unknown. */
function totalRevenue(rows: readonly ForecastRow[]): number | null {
  return rows.reduce<number | null>(
    (sum, { revenue }) => (sum === null || revenue === null ? null : sum + revenue),
    rows.length === 0 ? null : 0,
  );
}

/** The history a number of days before each day, as far as it is available, under the later dates. */
function daysBefore(
  history: readonly TrendPoint[],
  days: readonly TrendPoint[],
  distance: number,
): readonly TrendPoint[] {
  const unitsOf = new Map(history.map(({ date, units }) => [parseDay(date), units]));
  return days.flatMap(({ date }) => {
    const units = unitsOf.get(parseDay(date) - distance);
    return units === undefined ? [] : [{ date, units }];
  });
}

/** Compares the days that both have; null if nothing was sold before. */
function percentChange(days: readonly TrendPoint[], before: readonly TrendPoint[]): number | null {
  const dates = new Set(before.map(({ date }) => date));
  const past = totalUnits(before);
  return past > 0 ? 100 * (totalUnits(days.filter(({ date }) => dates.has(date))) / past - 1) : null;
}

function totalUnits(points: readonly TrendPoint[]): number {
  return points.reduce((sum, { units }) => sum + units, 0);
}

function namesOf(categories: readonly CategoryResult[], names: ReadonlyMap<string, string>) {
  const listed = categories.flatMap(({ products }) => products.map(({ productId }) => productId));
  // A product at a location has the name of the product.
  const nameOf = (id: string) => names.get(id) ?? names.get(id.slice(0, Math.max(0, id.lastIndexOf('@'))));
  return Object.fromEntries(
    listed.flatMap((id) => {
      const name = nameOf(id);
      return name === undefined ? [] : [[id, name]];
    }),
  );
}
