import { formatDay } from '../../calendar/day.js';
import { ForecastError } from '../../errors.js';
import {
  abcClasses,
  allocateBudget,
  expectedOverstock,
  type LeadTime,
  leadTimeCases,
  leadTimeDays,
} from '../../inventory/index.js';
import { createPacer, throwIfAborted } from '../../long-call.js';
import type { LifeCycle } from '../../models/life-cycle.js';
import { salesForecasts } from '../../models/sales-forecasts.js';
import { present } from '../../present.js';
import { categoryIndex } from '../queries.js';
import { cleanSum } from '../rounding.js';
import {
  locationsAreSummed,
  locationText,
  productText,
  type SeriesNames,
  seriesNames,
} from '../series-name.js';
import type { TrainedModel } from '../trained-model.js';
import { DemandForecast } from './demand-forecast.js';
import { StockFindings } from './stock-findings.js';
import { type StockPlanQuery, type StockPlanSettings, stockPlanSettings } from './stock-query.js';
import type { StockPlan, StockPlanRow } from './stock-results.js';
import {
  type DraftRow,
  draftRow,
  HALF_YEAR,
  LOOK_AHEAD,
  levelOfMargins,
  type StockTerms,
  worthOfLeft,
} from './stock-row.js';

/** Longest sum whose errors are measured, in days. */
const MEASURED = 364;

/** Decides what to order, when and why, from the forecast of the fitted model. */
export async function stockPlan(
  { snapshot, fitted }: Pick<TrainedModel, 'snapshot' | 'fitted'>,
  query: StockPlanQuery,
  generatedAt: string,
): Promise<StockPlan> {
  const settings = stockPlanSettings(query, snapshot.cutoffDay);
  const { signal, onProgress } = query;
  const calls = { signal, onProgress };
  throwIfAborted(signal);
  const { offset, category } = settings;
  const wanted = category === undefined ? undefined : categoryIndex(snapshot, category, ['category']);
  const series = Array.from(snapshot.productIds.keys()).filter(
    (s) => wanted === undefined || snapshot.categoryOf[s] === wanted,
  );
  const findings = new StockFindings();
  const names = seriesNames(snapshot);
  const stockOf = stockBySeries(settings, snapshot.productIds.length, names, findings);
  const lengths = lengthsOf(settings);
  const basis = { fitted, calibration: snapshot.calibration };
  const laws = await DemandForecast.of(basis, series, { lengths: lengths.exact, offset }, calls);
  const waits = await DemandForecast.of(
    basis,
    series,
    { lengths: lengths.waiting, offset, few: true },
    calls,
  );
  const horizon = offset + Math.max(...lengths.exact, ...lengths.waiting);
  const { mean } = await salesForecasts(fitted).forecast({ horizon, signal });
  const firstDay = snapshot.cutoffDay + 1 + offset;
  const pace = createPacer(calls);
  const drafts: DraftRow[] = [];
  for (const [place, s] of series.entries()) {
    const lifeCycle = (fitted.lifeCycle ?? snapshot.lifeCycle)?.[s];
    const outlook = {
      productId: names.product(s),
      location: names.location?.(s) ?? null,
      category: names.category(s),
      firstDay,
      stock: stockOf.get(s),
      endedSince: lifeCycle?.status === 'ended' ? lifeCycle.since : undefined,
      demandOver: (days: number) => laws.law(place, days),
      demandWithin: (days: number) => waits.law(place, days),
      dailyMean: mean.subarray(s * horizon + offset, (s + 1) * horizon),
    };
    const draft = draftRow(outlook, settings);
    drafts.push(draft);
    note(draft, settings, lifeCycle, findings);
    await pace({ phase: 'stock plan', done: place + 1, total: series.length });
  }
  const rows = withClasses(drafts, withinBudget(drafts, settings, findings));
  return {
    modelVersion: snapshot.modelVersion,
    generatedAt,
    firstDay: formatDay(firstDay),
    reviewPeriod: settings.reviewPeriod,
    rows: byUrgency(rows),
    findings: findings.list(),
    orderCost: cleanSum(rows.reduce((sum, { orderCost }) => sum + (orderCost ?? 0), 0)),
  };
}

/**
 * Stock of each series; records of one product at one location are added up, on the terms of the last.
 *
 * @throws ForecastError `invalid-option` for a product at several locations without one, and for a location where they are summed.
 */
function stockBySeries(
  { stock }: StockPlanSettings,
  seriesCount: number,
  names: SeriesNames,
  findings: StockFindings,
): Map<number, StockTerms> {
  const ofProduct = new Map<string, number[]>();
  for (let s = 0; s < seriesCount; s++) {
    const own = ofProduct.get(names.product(s));
    if (own) own.push(s);
    else ofProduct.set(names.product(s), [s]);
  }
  const bySeries = new Map<number, StockTerms>();
  stock.forEach((record, i) => {
    const { location } = record;
    if (location !== undefined && !names.location) throw locationsAreSummed(['stock', i, 'location']);
    const known = ofProduct.get(record.productId) ?? [];
    const there = known.filter((s) => location === undefined || (names.location?.(s) ?? null) === location);
    const [series] = there;
    if (series === undefined) {
      findings.add('unknown-product', productText(record));
      return;
    }
    if (there.length > 1) {
      throw new ForecastError(
        'invalid-option',
        `${record.productId} is sold at several locations, and its stock names none`,
        {
          path: ['stock', i, 'location'],
          hint: `Its locations are ${there.map((s) => locationText(names.location?.(s))).join(', ')}.`,
        },
      );
    }
    const before = bySeries.get(series);
    if (before) findings.add('repeated-product', productText(record));
    const onHand = record.onHand + (before?.onHand ?? 0);
    bySeries.set(series, { ...record, onHand, onOrder: (record.onOrder ?? 0) + (before?.onOrder ?? 0) });
  });
  return bySeries;
}

/** Days of the laws that are needed: exactly, and to find out how long an order can wait. */
function lengthsOf({ leadTime, reviewPeriod, stock }: StockPlanSettings) {
  const own = stock.flatMap((record) => (record.leadTime === undefined ? [] : [record.leadTime]));
  const leadTimes: readonly LeadTime[] = [leadTime, ...own];
  const days = leadTimes.flatMap((one) => leadTimeCases(one).map((single) => single.days));
  const spoiling = stock.flatMap(({ shelfLife, leadTime: ofProduct = leadTime }) =>
    shelfLife === undefined ? [] : leadTimeCases(ofProduct).map((single) => single.days + shelfLife),
  );
  const exact = [...days, ...days.map((one) => one + reviewPeriod), ...spoiling, HALF_YEAR];
  const farthest = Math.max(...days) + LOOK_AHEAD;
  const waiting = [1, 2, 3, 4, 5, 6, 7, 10];
  for (let length = 14; length < farthest; length += 7) waiting.push(length);
  return { exact, waiting: [...waiting, farthest] };
}

function note(
  { row, terms, cappedByShelfLife, earnsNothing }: DraftRow,
  { leadTime, reviewPeriod, holdingRate, budget }: StockPlanSettings,
  lifeCycle: LifeCycle | undefined,
  findings: StockFindings,
): void {
  const productId = productText(row);
  const status = lifeCycle?.status;
  if (!terms) findings.add('no-stock', productId);
  if (terms && terms.onHand < 0) findings.add('negative-stock', productId);
  if (status === 'never-sold') findings.add('never-sold', productId);
  if (status === 'new') findings.add('new-product', productId);
  if (status === 'ended') findings.add('ended-product', productId);
  if (leadTimeDays(terms?.leadTime ?? leadTime).longest + reviewPeriod > MEASURED) {
    findings.add('beyond-horizon', productId);
  }
  if (cappedByShelfLife) findings.add('shelf-life', productId);
  const needsMargins =
    holdingRate !== undefined && terms && levelOfMargins(terms, holdingRate, reviewPeriod) === undefined;
  const needsCost = budget !== undefined && row.action === 'order-now' && terms?.cost === undefined;
  if (needsMargins || needsCost) findings.add('no-price-or-cost', productId);
  if (earnsNothing) findings.add('no-margin', productId);
}

/** Rows with the orders that the budget pays for; those without a cost are left as they are. */
function withinBudget(
  drafts: readonly DraftRow[],
  { budget, holdingRate = 0, reviewPeriod }: StockPlanSettings,
  findings: StockFindings,
): StockPlanRow[] {
  const rows = drafts.map(({ row }) => row);
  if (budget === undefined) return rows;
  const paid = drafts.flatMap(({ row, demand, terms }, i) => {
    const quantity = row.orderQuantity ?? 0;
    if (quantity === 0 || terms?.cost === undefined) return [];
    const {
      onHand,
      onOrder = 0,
      cost,
      salvage = worthOfLeft(cost, holdingRate, reviewPeriod),
      ...others
    } = terms;
    const stock = onHand + onOrder;
    return [{ i, quantity, item: { ...others, demand, cost, salvage, stock, most: quantity } }];
  });
  if (paid.reduce((sum, { item, quantity }) => sum + item.cost * quantity, 0) <= budget) return rows;
  const maximise = paid.every(({ item }) => item.price !== undefined) ? 'profit' : 'fill';
  const { quantities } = allocateBudget({ items: paid.map(({ item }) => item), budget, maximise });
  paid.forEach(({ i, quantity, item }, k) => {
    const orderQuantity = present(quantities[k], 'quantity');
    if (orderQuantity >= quantity) return;
    const row = present(rows[i], 'row');
    findings.add('over-budget', productText(row));
    rows[i] = {
      ...row,
      orderQuantity,
      orderCost: cleanSum(item.cost * orderQuantity),
      expectedOverstock: expectedOverstock(item.demand, Math.max(0, item.stock + orderQuantity)),
      reasons: [
        ...row.reasons,
        `The budget pays for ${orderQuantity} of ${quantity}: other orders bring more for it.`,
      ],
    };
  });
  return rows;
}

function withClasses(drafts: readonly DraftRow[], rows: readonly StockPlanRow[]): StockPlanRow[] {
  const priced = drafts.every(({ terms }) => terms?.price !== undefined);
  const values = drafts.map(({ halfYear, terms }) => halfYear.mean * (priced ? (terms?.price ?? 0) : 1));
  const classes = abcClasses(values);
  return rows.map((row, i) => ({ ...row, abc: classes[i] ?? 'C' }));
}

const ACTIONS = ['order-now', 'order-later', 'enough', 'unknown'] as const;

/** Orders of now come first, those by which most sales are lost before the others; then the earliest. */
function byUrgency(rows: readonly StockPlanRow[]): StockPlanRow[] {
  const lost = ({ expectedLostSales }: StockPlanRow) => expectedLostSales ?? 0;
  const by = ({ orderBy }: StockPlanRow) => orderBy ?? '9999';
  return [...rows].sort(
    (a, b) =>
      ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action) ||
      (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0) ||
      lost(b) - lost(a) ||
      (b.stockOutProbability ?? 0) - (a.stockOutProbability ?? 0) ||
      (productText(a) < productText(b) ? -1 : 1),
  );
}
