import { type Day, formatDay } from '../../calendar/day.js';
import {
  criticalRatio,
  type DemandLaw,
  daysOfCover,
  expectedOverstock,
  leadTimeDays,
  leadTimeDemand,
  type OrderQuantity,
  orderDelay,
  orderQuantity,
  reorderPoint,
  stockCondition,
  stockOutcome,
  xyzClass,
} from '../../inventory/index.js';
import { cleanSum } from '../rounding.js';
import type { StockPlanSettings } from './stock-query.js';
import { reasonsOf } from './stock-reasons.js';
import type { StockPlanRow } from './stock-results.js';

export type StockTerms = StockPlanSettings['stock'][number];

/** Forecast of one product, and what is known of its stock. */
export interface ProductOutlook {
  readonly productId: string;
  readonly location: string | null;
  readonly category: string;
  readonly firstDay: Day;
  /** Undefined where no stock was given. */
  readonly stock: StockTerms | undefined;
  readonly demandOver: (days: number) => DemandLaw;
  /** The same for any number of days, less exact. */
  readonly demandWithin: (days: number) => DemandLaw;
  /** Expected units of each day. */
  readonly dailyMean: Float64Array;
  /** Day since which the product is no longer sold; undefined for one that is. */
  readonly endedSince: Day | undefined;
}

/** A row with what the budget needs besides. */
export interface DraftRow {
  readonly row: StockPlanRow;
  /** Demand until the order after this one is delivered. */
  readonly demand: DemandLaw;
  readonly terms: StockTerms | undefined;
  readonly halfYear: DemandLaw;
  readonly cappedByShelfLife: boolean;
  /** True if a unit costs as much as it earns, or more. */
  readonly earnsNothing: boolean;
}

/** Days over which dead and excess stock are told. */
export const HALF_YEAR = 182;
/** Days that an order may be put off for. */
export const LOOK_AHEAD = 91;
const DAYS_OF_YEAR = 365;
/** Probability that a delivery is sold before it spoils. */
const SOLD_IN_TIME = 0.5;

/** Least part of its cost that a unit loses until the next order, so that a unit that is left is worth less than a new one. */
const LEAST_LOSS = 1e-6;

/** Worth of a unit that is left: what it cost, less what holding it until the next order does. */
export function worthOfLeft(cost: number, holdingRate: number, reviewPeriod: number): number {
  const held = (holdingRate * reviewPeriod) / DAYS_OF_YEAR;
  return cost * Math.max(0, 1 - Math.max(LEAST_LOSS, held));
}

/** Level that margins ask for: 0 if a unit earns nothing, undefined without a price and a cost. */
export function levelOfMargins(
  { price, cost, salvage, penalty }: Partial<StockTerms>,
  holdingRate: number,
  reviewPeriod: number,
): number | undefined {
  if (price === undefined || cost === undefined) return undefined;
  const left = salvage ?? worthOfLeft(cost, holdingRate, reviewPeriod);
  const ratio = criticalRatio({ price, cost, salvage: left, penalty });
  return ratio > 0 ? Math.min(0.999, Math.max(0.001, ratio)) : 0;
}

/** Decides about one product. */
export function draftRow(outlook: ProductOutlook, settings: StockPlanSettings): DraftRow {
  const { productId, location, category, firstDay, stock, demandOver, endedSince } = outlook;
  const { reviewPeriod } = settings;
  const leadTime = stock?.leadTime ?? settings.leadTime;
  const before = leadTimeDemand(demandOver, leadTime);
  const demand = leadTimeDemand(demandOver, leadTime, reviewPeriod);
  const promised = promise(stock, settings);
  const earnsNothing = promised.serviceLevel === 0;
  const point = earnsNothing
    ? { reorderPoint: 0, safetyStock: -demand.mean, cycleService: 0 }
    : reorderPoint(
        promised.fillRate === undefined
          ? { demand, serviceLevel: promised.serviceLevel }
          : { demand, before, fillRate: promised.fillRate },
      );
  const level = promised.fillRate === undefined ? promised.serviceLevel : point.cycleService;
  const halfYear = demandOver(HALF_YEAR);
  const common = {
    productId,
    location,
    category,
    leadTimeDays: leadTimeDays(leadTime).mean,
    leadTimeDemand: before.mean,
    protectionDemand: demand.mean,
    reorderPoint: point.reorderPoint,
    safetyStock: point.safetyStock,
    serviceLevel: level,
    abc: 'C' as const,
    xyz: xyzClass(demand.mean, demand.sd),
  };
  if (!stock) {
    const row: StockPlanRow = {
      ...common,
      ...NOTHING_KNOWN,
      reasons: reasonsOf({ ...common, ...NOTHING_KNOWN }, { endedSince }),
    };
    return { row, demand, terms: undefined, halfYear, cappedByShelfLife: false, earnsNothing };
  }
  const { onHand, onOrder = 0, minimumOrder, packSize, shelfLife, cost } = stock;
  const position = onHand + onOrder;
  const most = shelfLife === undefined ? undefined : spoilsBeyond(outlook, leadTime, shelfLife);
  const order: OrderQuantity =
    endedSince === undefined && !earnsNothing
      ? orderQuantity({ target: point.reorderPoint, onHand, onOrder, minimumOrder, packSize, most })
      : { quantity: 0 };
  const delay = orderDelay({
    demandOver: outlook.demandWithin,
    stock: position,
    leadTime,
    // At the ends quantiles mean little.
    serviceLevel: Math.min(0.995, Math.max(0.5, level)),
    horizon: LOOK_AHEAD,
  });
  const isSold = endedSince === undefined && !earnsNothing;
  const needed = isSold && point.reorderPoint > position;
  const outcome = stockOutcome(before, position);
  const figures = {
    ...common,
    action: needed
      ? ('order-now' as const)
      : delay === null || !isSold
        ? ('enough' as const)
        : ('order-later' as const),
    orderQuantity: cleanSum(order.quantity),
    orderBy: isSold ? orderDay(firstDay, needed, delay, reviewPeriod) : null,
    onHand: cleanSum(onHand),
    onOrder: cleanSum(onOrder),
    daysOfCover: daysOfCover(outlook.dailyMean, position),
    stockOutProbability: outcome.stockOutProbability,
    expectedLostSales: outcome.expectedLostSales,
    expectedOverstock: expectedOverstock(demand, Math.max(0, position + order.quantity)),
    orderCost: cost === undefined ? null : cleanSum(cost * order.quantity),
    ...stockCondition({ demand: halfYear, onHand }),
  };
  const reasons = reasonsOf(figures, {
    endedSince,
    earnsNothing,
    decision: { limitedBy: order.limitedBy, late: delay === -1, reviewPeriod },
  });
  return {
    row: { ...figures, reasons },
    demand,
    terms: stock,
    halfYear,
    cappedByShelfLife: order.limitedBy === 'most',
    earnsNothing,
  };
}

const NOTHING_KNOWN = {
  action: 'unknown',
  orderQuantity: null,
  orderBy: null,
  onHand: null,
  onOrder: null,
  daysOfCover: null,
  stockOutProbability: null,
  expectedLostSales: null,
  expectedOverstock: null,
  orderCost: null,
  condition: null,
  excessUnits: null,
} as const;

function promise(stock: StockTerms | undefined, settings: StockPlanSettings) {
  const { fillRate, holdingRate, reviewPeriod } = settings;
  if (stock?.serviceLevel !== undefined) return { serviceLevel: stock.serviceLevel };
  const ofMargins =
    holdingRate === undefined ? undefined : levelOfMargins(stock ?? {}, holdingRate, reviewPeriod);
  return { serviceLevel: ofMargins ?? settings.serviceLevel, fillRate };
}

/** Units on hand and on order beyond which the last ones are more likely than not to spoil. */
function spoilsBeyond(
  { demandOver }: ProductOutlook,
  leadTime: StockTerms['leadTime'] & {},
  shelfLife: number,
): number {
  return leadTimeDemand(demandOver, leadTime, shelfLife).quantile(SOLD_IN_TIME);
}

/** An order that has to be placed before the next occasion has its own last day, at worst today. */
function orderDay(firstDay: Day, needed: boolean, delay: number | null, reviewPeriod: number): string | null {
  if (needed) return formatDay(firstDay + Math.min(reviewPeriod - 1, Math.max(0, delay ?? 0)));
  return delay === null ? null : formatDay(firstDay + Math.max(reviewPeriod, delay));
}
