import { invalidOption } from '../errors.js';
import type {
  BacktestResult,
  Forecaster,
  IngestReport,
  PlanRecord,
  StockPlan,
  TimePeriod,
  TrainingReport,
} from '../index.js';
import { optionalPackage } from '../optional-package.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { collectForecasts, dataSummary } from './forecast-results.js';

export interface ReportOptions {
  /** Period of the forecast. Default `month`. */
  readonly timePeriod?: TimePeriod;
  /** Number of best sellers of each category. Default 10. */
  readonly limit?: number;
  /** Only this category. */
  readonly category?: string;
  /** Name of the merchant or of the data. Default `Sales`. */
  readonly title?: string;
  /** Names of products by their ids. */
  readonly names?: ReadonlyMap<string, string>;
  /** Code of the currency of prices, such as `EUR`. Amounts have no sign without it. */
  readonly currency?: string;
  /** Report of the training, to show the measured accuracy. */
  readonly training?: TrainingReport;
  /** Report of reading the records, to show with `training` what was found in them. */
  readonly ingest?: IngestReport;
  /** Orders, to show beside the products: what `forecaster.stockPlan()` answered. */
  readonly orders?: StockPlan;
  /** Plan of a scenario, to show what it would change. */
  readonly whatIf?: readonly PlanRecord[];
  /** True to look for alerts about the last days. Default false. */
  readonly alerts?: boolean;
  readonly signal?: AbortSignal;
}

const REPORT_OPTIONS: OptionTable<ReportOptions> = {
  timePeriod: 1,
  limit: 1,
  category: 1,
  title: 1,
  names: 1,
  currency: 1,
  training: 1,
  ingest: 1,
  orders: 1,
  whatIf: 1,
  alerts: 1,
  signal: 1,
};

/**
 * Makes one HTML file of a trained forecaster or of a backtest, which opens without a network: of the forecast, charts and tables by
 * category with the change on last year first; of a backtest, the models by their accuracy and the error by distance. Tables can be
 * sorted by mouse and keyboard; the page follows the reader's dark mode, fits phones and prints. Needs the package `echarts`.
 *
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import type { Forecaster } from 'commerce-forecast';
 * import { toHtmlReport } from 'commerce-forecast/report';
 *
 * async function save(forecaster: Forecaster): Promise<void> {
 *   const training = await forecaster.train();
 *   const page = await toHtmlReport(forecaster, { timePeriod: 'month', training, currency: 'EUR', title: 'Our shop' });
 *   await writeFile('report.html', page);
 * }
 * ```
 *
 * @param source a trained forecaster, or what `backtest()` returned; of the options, a backtest takes the title only
 * @throws ForecastError `missing-dependency` if echarts is not installed, `invalid-option` for an unknown option or currency,
 * `not-trained` without a training.
 */
export async function toHtmlReport(
  source: Forecaster | BacktestResult,
  options: ReportOptions = {},
): Promise<string> {
  refuseUnknown(options, REPORT_OPTIONS);
  const { title = 'Sales', names = new Map<string, string>(), currency, training, ingest, orders } = options;
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency)) {
    invalidOption('currency', 'currency must be a code of three capital letters, such as EUR');
  }
  if ('runs' in source) {
    const { backtestPage } = await charts(() => import('./backtest-page.js'));
    return backtestPage(source, title);
  }
  const { timePeriod = 'month', limit = 10, category, whatIf, alerts, signal } = options;
  const { htmlReport } = await charts(() => import('./page.js'));
  const query = { timePeriod, limit, category, whatIf, alerts, signal };
  return htmlReport({
    ...(await collectForecasts(source, names, query)),
    title,
    ...(currency !== undefined && { currency }),
    ...(orders && { orders }),
    ...(training && { training }),
    ...(training && ingest && { data: dataSummary(ingest, training) }),
  });
}

function charts<T>(load: () => Promise<T>): Promise<T> {
  return optionalPackage('echarts', load);
}
