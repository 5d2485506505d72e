import type { Schemas } from '../../api/client.js';

/** Terms on which stock is ordered, as they stand in the address. */
export interface StockTerms {
  /** Days from an order to its delivery. */
  readonly lead: number;
  /** Days between two occasions to order. */
  readonly review: number;
  /** Probability in percent that nothing is missing until the delivery after the next. */
  readonly level: number;
  /** Undefined for all categories. */
  readonly category: string | undefined;
}

export type StockSearch = Readonly<Partial<StockTerms>>;

export const LEAD_DAYS = { min: 0, max: 365 } as const;
export const REVIEW_DAYS = { min: 1, max: 365 } as const;
export const LEVEL_PERCENT = { min: 50, max: 99.9 } as const;

const DEFAULTS = { lead: 7, review: 7, level: 95 } as const;

/** The terms of an address; undefined, not missing, where not valid, as the router keeps what is not named. */
export function stockSearch(search: Readonly<Record<string, unknown>>): StockSearch {
  const { lead, review, level, category } = search;
  return {
    lead: isWholeIn(lead, LEAD_DAYS) ? lead : undefined,
    review: isWholeIn(review, REVIEW_DAYS) ? review : undefined,
    level: isIn(level, LEVEL_PERCENT) ? level : undefined,
    category: typeof category === 'string' && category !== '' ? category : undefined,
  };
}

export function termsOf(search: StockSearch): StockTerms {
  const { lead, review, level } = DEFAULTS;
  return {
    lead: search.lead ?? lead,
    review: search.review ?? review,
    level: search.level ?? level,
    category: search.category,
  };
}

/** The question for the orders on some terms. */
export function stockQuestion(
  stock: readonly Schemas['StockRecord'][],
  { lead, review, level, category }: StockTerms,
) {
  return {
    stock: [...stock],
    lead_time: lead,
    review_period: review,
    service_level: level / 100,
    ...(category !== undefined && { category }),
  };
}

interface Limits {
  readonly min: number;
  readonly max: number;
}

function isWholeIn(value: unknown, limits: Limits): value is number {
  return Number.isInteger(value) && isIn(value, limits);
}

function isIn(value: unknown, { min, max }: Limits): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}
