import type {
  CategoryForecast,
  CategoryTrend,
  DataFinding,
  Forecaster,
  IngestReport,
  ProductForecast,
  TimePeriod,
  TrainingReport,
  TrendPoint,
} from 'commerce-forecast';
import type { SalesInput } from './sales-input.js';

/** A category of the report: its forecast, its best sellers and its days. */
export interface CategoryResult {
  readonly forecast: CategoryForecast;
  readonly products: readonly ProductForecast[];
  /** Days before the forecast. */
  readonly history: readonly TrendPoint[];
  /** Days of the period. */
  readonly days: readonly TrendPoint[];
}

/** Everything that the terminal, the HTML report and the JSON file show. */
export interface DemoResults {
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
  /** Descriptions of the products that the results name. */
  readonly names: Readonly<Record<string, string>>;
}

/** What became of the rows that were read. */
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

export interface ResultsQuery {
  readonly timePeriod: TimePeriod;
  readonly limit: number;
  readonly category?: string;
}

/** Asks the trained forecaster all that the report shows. */
export async function collectResults(
  forecaster: Forecaster,
  input: SalesInput,
  ingest: IngestReport,
  report: TrainingReport,
  query: ResultsQuery,
): Promise<DemoResults> {
  const { timePeriod, category } = query;
  const wanted = category === undefined ? undefined : [category];
  const prediction = await forecaster.predict({ timePeriod, categories: wanted });
  const categories: CategoryResult[] = [];
  for (const forecast of prediction.predictions) {
    categories.push(await categoryResult(forecaster, forecast, prediction, query));
  }
  const { data, ...training } = report;
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
    names: namesOf(categories, input.names),
  };
}

async function categoryResult(
  forecaster: Forecaster,
  forecast: CategoryForecast,
  period: { readonly firstDay: string; readonly lastDay: string },
  { timePeriod, limit }: ResultsQuery,
): Promise<CategoryResult> {
  const { category } = forecast;
  const { products } = await forecaster.topProducts({ timePeriod, category, limit });
  const trend = await forecaster.trends(category, { days: HISTORY_DAYS.year });
  return {
    forecast,
    products,
    history: historyBefore(trend, HISTORY_DAYS[timePeriod]),
    days: trend.forecast.filter(({ date }) => date >= period.firstDay && date <= period.lastDay),
  };
}

function historyBefore(trend: CategoryTrend, days: number): readonly TrendPoint[] {
  return trend.history.slice(-days);
}

function namesOf(categories: readonly CategoryResult[], names: ReadonlyMap<string, string>) {
  const listed = categories.flatMap(({ products }) => products.map(({ productId }) => productId));
  return Object.fromEntries(listed.flatMap((id) => (names.has(id) ? [[id, names.get(id)!]] : [])));
}
