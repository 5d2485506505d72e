import { LONG_CALL_OPTIONS, type LongCallOptions } from '../long-call.js';
import { structural } from '../models/structural/index.js';
import { priceElasticity } from '../models/structural/response-estimates.js';
import type { StructuralState } from '../models/structural/state.js';
import { normalQuantile } from '../models/uncertainty/normal.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import type { Panel } from '../panel/panel.js';
import { daysOf, readPastSales, selectedSeries } from './past-sales.js';
import { seriesName } from './series-name.js';
import type { HistoryInput } from './train.js';

/** Products to report on; all by default. */
export interface ElasticityQuery extends LongCallOptions {
  readonly productId?: string;
  /** The products of this category. */
  readonly category?: string;
}

export const ELASTICITY_OPTIONS: OptionTable<ElasticityQuery> = {
  ...LONG_CALL_OPTIONS,
  productId: 1,
  category: 1,
};

/**
 * Source of an elasticity: `measured` on price changes of the product, `category` on those of other products of
 * its category. `no-price-changes`: prices hardly ever changed. `not-identifiable`: they changed together with
 * promotions only, so that the effects cannot be separated, or too little or too recently to estimate an
 * effect.
 */
export type ElasticityStatus = 'measured' | 'category' | 'no-price-changes' | 'not-identifiable';

export interface Elasticity {
  readonly productId: string;
  readonly category: string;
  readonly status: ElasticityStatus;
  /** Change of sales in percent for a price increase of one percent; null where it is not known. */
  readonly elasticity: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /**
   * Weight of the product's own sales in the estimate, from 0 to 1; the rest is its category's. Null where not
   * known.
   */
  readonly ownShare: number | null;
}

export interface Elasticities {
  readonly intervalLevel: number;
  /** ISO dates of the sales that were read. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** In the order of the products. */
  readonly products: readonly Elasticity[];
}

/** Own share below which an elasticity has the status `category`. */
const LEAST_OWN_SHARE = 0.05;

/** Estimates how the sales of each product react to its price. */
export async function elasticities(input: HistoryInput, query: ElasticityQuery): Promise<Elasticities> {
  refuseUnknown(query, ELASTICITY_OPTIONS);
  const { signal, onProgress } = query;
  const { panel, covariates } = await readPastSales(input, { signal, onProgress });
  const chosen = selectedSeries(panel, query);
  const { state } = await structural().fit(panel, { covariates, signal, onProgress });
  const { intervalLevel } = input.settings;
  const deviations = normalQuantile((1 + intervalLevel) / 2);
  return {
    intervalLevel,
    ...daysOf(panel),
    products: chosen.map((s) => elasticityOf(panel, state, s, deviations)),
  };
}

function elasticityOf(panel: Panel, state: StructuralState, series: number, deviations: number): Elasticity {
  const name = seriesName(panel.ids, panel, series);
  const estimate = priceElasticity(state, series);
  if (!estimate) {
    const status = pricesChange(panel, state, series) ? 'not-identifiable' : 'no-price-changes';
    return { ...name, status, elasticity: null, lower: null, upper: null, ownShare: null };
  }
  const { effect, error, ownShare } = estimate;
  return {
    ...name,
    status: ownShare < LEAST_OWN_SHARE ? 'category' : 'measured',
    elasticity: effect,
    lower: effect - deviations * error,
    upper: effect + deviations * error,
    ownShare,
  };
}

/** Tells whether the price of any series in the group of a series ever changed. */
function pricesChange({ price, days }: Panel, { groupOf }: StructuralState, series: number): boolean {
  if (!price) return false;
  return groupOf.some((group, s) => {
    if (group !== groupOf[series]) return false;
    const known = price.subarray(s * days, (s + 1) * days).filter((value) => value > 0);
    return known.some((value) => value !== known[0]);
  });
}
