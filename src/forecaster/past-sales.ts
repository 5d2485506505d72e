import { type Day, formatDay } from '../calendar/day.js';
import { ForecastError, invalidOption } from '../errors.js';
import type { LongCallOptions } from '../long-call.js';
import type { Covariates } from '../models/contract.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { seriesName } from './series-name.js';
import { type HistoryInput, loadCovariates, readHistory } from './train.js';

/** The stored sales for questions about the past. */
export interface PastSales {
  readonly panel: Panel;
  readonly covariates: Covariates;
}

/** Selection of products. */
export interface PastSelection {
  readonly productId?: string;
  readonly category?: string;
}

/** Reads the sales that a training would read, with the events of their days. */
export async function readPastSales(input: HistoryInput, calls: LongCallOptions): Promise<PastSales> {
  const { panel, planned } = await readHistory(input, calls);
  const loaded = await loadCovariates({ ...input.options, indicators: [] }, panel, calls.signal);
  return { panel, covariates: planned.covariates(panel, loaded, 1) };
}

/** Indices of the selected series. @throws ForecastError `not-found`, `invalid-option` */
export function selectedSeries(panel: Panel, { productId, category }: PastSelection): readonly number[] {
  if (productId !== undefined && category !== undefined) {
    invalidOption('productId', 'Give `productId` or `category`, not both');
  }
  const chosen = Array.from(panel.ids.keys()).filter((s) =>
    productId === undefined
      ? category === undefined || seriesName(panel.ids, panel, s).category === category
      : panel.ids[s] === productId,
  );
  if (chosen.length > 0) return chosen;
  const [name, path] = productId === undefined ? [category, 'category'] : [productId, 'productId'];
  throw new ForecastError('not-found', `There are no sales of "${name}"`, { path: [path] });
}

/** ISO dates of the first and the last day of a panel. */
export function daysOf(panel: Panel): { readonly firstDay: string; readonly lastDay: string } {
  const last: Day = lastDay(panel);
  return { firstDay: formatDay(panel.startDay), lastDay: formatDay(last) };
}
