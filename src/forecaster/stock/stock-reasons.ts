import { type Day, formatDay } from '../../calendar/day.js';
import type { OrderQuantity } from '../../inventory/index.js';
import { roundTo, unitsText } from '../rounding.js';
import type { StockPlanRow } from './stock-results.js';

/** Facts that the order of a product with a stock follows from. */
interface Decision {
  readonly limitedBy: OrderQuantity['limitedBy'];
  /** True if an order placed today comes too late to keep the promise. */
  readonly late: boolean;
  readonly reviewPeriod: number;
}

export interface ReasonFacts {
  /** Day since which the product is no longer sold. */
  readonly endedSince: Day | undefined;
  /** True if a unit earns no more than it costs. */
  readonly earnsNothing?: boolean;
  /** Undefined without a stock. */
  readonly decision?: Decision;
}

/** The reasons for a decision in plain words, the main one first. */
export function reasonsOf(
  row: Omit<StockPlanRow, 'reasons'>,
  { endedSince, earnsNothing = false, decision }: ReasonFacts,
): string[] {
  const never =
    endedSince === undefined
      ? []
      : [`Sales have ended, with none since ${formatDay(endedSince)}: nothing is ordered.`];
  if (earnsNothing) never.push('A unit earns no more than it costs: nothing is ordered.');
  const { onHand, onOrder, orderQuantity, stockOutProbability, expectedLostSales } = row;
  const promise = `${unitsText(row.reorderPoint)} units keep a service of ${percent(row.serviceLevel)}`;
  if (
    onHand === null ||
    onOrder === null ||
    orderQuantity === null ||
    stockOutProbability === null ||
    expectedLostSales === null ||
    !decision
  ) {
    return [
      ...never,
      `No stock is given: order below ${unitsText(row.reorderPoint)} units on hand and on order.`,
    ];
  }
  const position = `${unitsText(onHand)} on hand${onOrder > 0 ? ` and ${unitsText(onOrder)} on order` : ''}`;
  const cover = row.daysOfCover === null ? '' : `, which last ${row.daysOfCover.toFixed(1)} days`;
  const reasons: string[] = [...never];
  if (row.action === 'order-now') {
    reasons.push(
      `${position}${cover}; a delivery takes ${unitsText(row.leadTimeDays)} days, and the next order is in ${decision.reviewPeriod}: ` +
        `${promise} until then.`,
    );
    if (decision.late) {
      reasons.push(
        `An order of today comes late: with ${percent(stockOutProbability)} probability stock runs out before it, ` +
          `and ${unitsText(expectedLostSales)} sales are lost.`,
      );
    }
  } else if (row.action === 'order-later') {
    reasons.push(`${position}${cover}: order by ${row.orderBy ?? ''}.`);
  } else if (never.length > 0) {
    reasons.push(`${position}${cover}.`);
  } else {
    reasons.push(`${position}${cover}: more than ${unitsText(row.reorderPoint)}, which is enough for now.`);
  }
  if (decision.limitedBy === 'minimum-order') reasons.push('Rounded up to the smallest order.');
  if (decision.limitedBy === 'pack-size') reasons.push('Rounded up to whole packs.');
  if (decision.limitedBy === 'most') {
    reasons.push(
      orderQuantity > 0
        ? 'Fewer than needed, as the rest would be likely to spoil.'
        : 'Nothing is ordered, as the smallest order would be likely to spoil.',
    );
  }
  if (row.condition === 'dead')
    reasons.push('More likely than not none of the stock sells within half a year.');
  if (row.condition === 'excess') {
    reasons.push(`${unitsText(row.excessUnits ?? 0)} on hand are more than half a year needs.`);
  }
  return reasons;
}

function percent(share: number): string {
  return `${roundTo(100 * share, share > 0.99 ? 1 : 0)} %`;
}
