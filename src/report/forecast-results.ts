import { DAYS_OF_52_WEEKS } from '../calendar/weeks.js';
import {
  type Alerts,
  type CategoryForecast,
  type DataFinding,
  ForecastError,
  type Forecaster,
  type IngestReport,
  type PlanRecord,
  type ProductForecast,
  parseDay,
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

/** Everything that the terminal, the HTML report and the JSON file show. */
export interface ForecastResults {
  readonly title: string;
  readonly source: string;
  readonly timePeriod: TimePeriod;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly intervalLevel: number;
  readonly generatedAt: string;
  readonly training: Omit<TrainingReport, 'data'>;
  readonly data: DataSummary;
  /** Largest first. */
  readonly categories: readonly CategoryResult[];
  /** Effect of a scenario; undefined without one. */
  readonly whatIf?: WhatIfResult;
  /** Alerts about the last days; undefined if they were not asked for, or the history is too short. */
  readonly alerts?: Alerts;
  /** Descriptions of the products that the results name. */
  readonly names: Readonly<Record<string, string>>;
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
}

/** Queries the trained forecaster for everything that the report shows. */
export async function collectResults(
  forecaster: Forecaster,
  input: SalesDescription,
  ingest: IngestReport,
  report: TrainingReport,
  query: ResultsQuery,
): Promise<ForecastResults> {
  const { timePeriod, category } = query;
  const wanted = category === undefined ? undefined : [category];
  const prediction = await forecaster.predict({ timePeriod, categories: wanted });
  const categories: CategoryResult[] = [];
  for (const forecast of prediction.predictions) {
    categories.push(await categoryResult(forecaster, forecast, prediction, query));
  }
  const { data, ...training } = report;
  const alerts = query.alerts ? await alertsOf(forecaster, category) : undefined;
  const plan = query.whatIf;
  const whatIf = plan && { plan, answer: await forecaster.whatIf({ plan, timePeriod }) };
  return {
    title: input.title,
    source: input.source,
    timePeriod,
    firstDay: prediction.firstDay,
    lastDay: prediction.lastDay,
    intervalLevel: prediction.intervalLevel,
    generatedAt: prediction.generatedAt,
    training,
    data: {
      rows: ingest.rows,
      accepted: ingest.accepted,
      firstDay: data.firstDay,
      lastDay: data.lastDay,
      units: data.units.panel,
      findings: [...ingest.findings, ...data.findings].map((finding) =>
        finding.code === 'filtered' ? { ...finding, message: input.leftOut } : finding,
      ),
    },
    categories,
    ...(whatIf && { whatIf }),
    ...(alerts && { alerts }),
    names: namesOf(categories, input.names),
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
  return {
    forecast,
    products,
    history: trend.history.slice(-HISTORY_DAYS[timePeriod]),
    days,
    yearBefore,
    changeOnYearBefore: percentChange(days, yearBefore),
  };
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
