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

const DEFAULTS: StockTerms = { lead: 7, review: 7, level: 95, category: undefined };

/** The terms of an address; what is not valid is left out. */
export function stockSearch(search: Readonly<Record<string, unknown>>): StockSearch {
  const { lead, review, level, category } = search;
  return {
    ...(isWholeIn(lead, LEAD_DAYS) && { lead }),
    ...(isWholeIn(review, REVIEW_DAYS) && { review }),
    ...(isIn(level, LEVEL_PERCENT) && { level }),
    ...(typeof category === 'string' && category !== '' && { category }),
  };
}

export function termsOf(search: StockSearch): StockTerms {
  return { ...DEFAULTS, ...search };
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
