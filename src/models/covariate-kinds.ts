/**
 * Kinds of covariates: holidays and events; indicators; prices, promotions, opening days and availability,
 * which are known ahead; columns that are known up to the cutoff only; and attributes of products.
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
