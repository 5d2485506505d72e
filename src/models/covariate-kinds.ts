/**
 * Kinds of knowledge besides the sales: holidays and events; indicators; what is known before it comes, which is prices,
 * promotions, opening days and availability; columns that are known up to the cutoff only; and attributes of products.
 */
export const COVARIATE_KINDS = [
  'events',
  'indicators',
  'price',
  'promo',
  'open',
  'available',
  'pastOnly',
  'static',
] as const;

export type CovariateKind = (typeof COVARIATE_KINDS)[number];
